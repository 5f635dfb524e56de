"""python -m comms.duty: always awake. Sweeps, judges, checks, delivers, reminds; holds a lease, a second one waits.

Each job runs in its own thread with its own stores, so that a slow mail server never delays a sweep. What a job
could not do stays due in the store and is done by the next round, or by the process that takes over.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from comms import audit, language, partnership
from comms.agreeing import confirmations, waiting
from comms.hearing import alert_acts, digest, feedback, paging
from comms.people import Seat, accounts
from comms.reaching import notices, senders
from comms.settings import settings
from comms.store import open_partnership, stamp
from comms.workspace import boundaries, checks, divergence, incidents, silence, turns
from monitors import alerts, ledger
from monitors.database import Store
from monitors.relevance.logistic import Weights
from monitors.store import open_monitors
from monitors.sweep import Alarm, Sweeper

LEASE_FOR = timedelta(seconds=15)
RENEW_EVERY = 5.0
log = logging.getLogger("one_voice.duty")


def now() -> datetime:
    """The clock of this process."""
    return datetime.now(UTC)


def hold_lease(store: Store, holder: str, at: datetime, name: str = "duty") -> bool:
    """Take or renew the lease row; False while another process holds it."""
    with store.atomic():
        row = store.row_of("select holder, until from lease where name = ?", name)
        if row and row["holder"] != holder and row["until"] > stamp(at):
            return False
        store.execute(
            "insert into lease (name, holder, until) values (?, ?, ?) "
            "on conflict (name) do update set holder = excluded.holder, until = excluded.until",
            [name, holder, stamp(at + LEASE_FOR)],
        )
        return True


class Watch:
    """Sweep what is due and judge what is new; `Page` tells people of what that raised. Close it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.judge: Any = None
        self.sweeper: Sweeper | None = None
        self.sweeps_as = ("", "")

    def __call__(self) -> None:
        with open_partnership(self.data) as store:
            ours, zone = partnership.district(store), partnership.profile(store).zone
            open_now = store.row_of("select 1 from incident where status = 'open' and not drill")
            watchlist = partnership.watchlist(store) if ours else None
            weights = feedback.weights(store)
        sweeper = self._sweeper(ours.email if ours else "", zone)
        swept = sweeper.sweep(now(), pinned={ledger.EVERYWHERE} if open_now else (), seconds=60)
        if swept.alarms:
            with open_partnership(self.data) as store:
                for alarm in swept.alarms:
                    tell_of_silence(store, alarm)
        if watchlist is None:
            return
        with open_monitors(self.data) as store, open_partnership(self.data) as ours_too:
            if alerts.unheard(store):
                alerts.number_above(store, alert_acts.highest_known(ours_too))
                alerts.hear(store, self._weighing(weights), watchlist, now())
            turns.attach(ours_too, store, now())

    def _sweeper(self, contact: str, zone: str) -> Sweeper:
        """The sweeper for the contact and zone as they are entered now: a change holds from the next round on."""
        if self.sweeper is None or self.sweeps_as != (contact, zone):
            self.close()
            self.sweeper = Sweeper(self.data, contact=contact, zone=zone, loopback=settings().allow_loopback)
            self.sweeps_as = (contact, zone)
        return self.sweeper

    def close(self) -> None:
        """End the sweeper's workers and connections."""
        if self.sweeper is not None:
            self.sweeper.close()
            self.sweeper = None

    def _weighing(self, weights: Weights) -> Any:
        """The judge with the weights that hold now: what a mark taught holds for the next item."""
        if self.judge is None:
            from monitors.relevance import Judge  # spaCy is loaded when there is an item to judge, not before

            self.judge = Judge.load()
        if self.judge.weights != weights:
            self.judge = self.judge.with_weights(weights)
        return self.judge


def tell_of_silence(store: Store, alarm: Alarm) -> None:
    """One message a person and outage when a source has been dead for too long."""
    with store.atomic():
        for seat in (Seat.COMMUNICATIONS, Seat.ADMINISTRATOR):
            for person in accounts(store, seat=seat):
                name = alarm.source.name
                text = notices.letter(
                    "alarm.txt", path="/sources", person=person, name=name, sentence=alarm.sentence
                )
                key = f"source {alarm.source.id} silent since {stamp(alarm.since)}"
                message = notices.Message(
                    key, person.email, f"A source is silent: {name}"[:160], text, person.name, key
                )
                notices.queue(store, message, now())


class Page:
    """Tell of each alert whoever is due: who is on call, and while nobody acknowledges the next one."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self) -> None:
        with open_partnership(self.data) as store, open_monitors(self.data) as heard:
            paging.page(store, heard, now())


class Digest:
    """Send the daily digest to whoever's time has come."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self) -> None:
        with open_partnership(self.data) as store, open_monitors(self.data) as heard:
            digest.send(store, heard, now())


class Deliver:
    """Send what is due in the outbox."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self) -> None:
        with open_partnership(self.data) as store:
            mail = partnership.profile(store).mail
            while notices.deliver(store, mail, now):
                pass


class DeliverOtherwise:
    """Hand what is due to the senders an administrator configured, beside the mail, each in a thread of its own: one that
    does not answer holds up no other.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.hands: dict[int, threading.Thread] = {}

    def __call__(self) -> None:
        with open_partnership(self.data) as store:
            waiting = senders.waiting(store, now())
        for sender_id in waiting:
            if sender_id not in self.hands or not self.hands[sender_id].is_alive():
                hand = threading.Thread(target=self.deliver, args=(sender_id,), daemon=True)
                self.hands[sender_id] = hand
                hand.start()

    def deliver(self, sender_id: int) -> None:
        """Everything one sender takes, one batch after the other."""
        with open_partnership(self.data) as store:
            while senders.deliver(store, now, sender_id=sender_id):
                pass


class Check:
    """Send every text nobody has checked yet to the language process, and write its answer down."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self) -> None:
        with open_partnership(self.data) as store:
            for text, context in checks.unchecked(store):
                with contextlib.suppress(language.NoAnswer):
                    hits = language.check(self.data, text, context, deadline=20)
                    checks.keep(store, text, context, hits, now())


class Remind:
    """Ask deputies when a seat stays silent; once a day, keep the head of the log outside the database."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.head_day = ""

    def __call__(self) -> None:
        at = now()
        with open_partnership(self.data) as store:
            for about in incidents.incidents(store, "open"):
                waiting.escalate(store, about, at)
                waiting.chase(store, about, at)
                divergence.ask(store, about, at)
            confirmations.chase(store, at)
            silence.remind(store, at)
            boundaries.alarm(store, at)
            if self.head_day != at.date().isoformat():
                audit.write_head(store, self.data, at)
                self.head_day = at.date().isoformat()


class Language:
    """Keep the language process alive beside this one; it ends when this process does."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def __call__(self) -> None:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "comms.language", "--with-parent"], stdin=subprocess.PIPE
            )

    def close(self) -> None:
        """End it with this process."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=10)


def every(seconds: float, job: Callable[[], None], stop: threading.Event) -> threading.Thread:
    """Run a job again and again in a thread of its own until `stop`."""

    def rounds() -> None:
        while not stop.is_set():
            try:
                job()
            except Exception:  # the outer edge of this process: one failed round never ends a job
                log.exception(
                    "A round of %s failed; the next one starts in %g s.", type(job).__name__, seconds
                )
            stop.wait(seconds)

    thread = threading.Thread(target=rounds, name=type(job).__name__, daemon=True)
    thread.start()
    return thread


@contextlib.contextmanager
def jobs(data: Path, stop: threading.Event) -> Iterator[list[threading.Thread]]:
    """Everything the duty process does, running until `stop`."""
    warm, watch = Language(), Watch(data)
    threads = [
        every(2.0, warm, stop),
        every(1.0, Deliver(data), stop),
        every(1.0, DeliverOtherwise(data), stop),
        every(0.5, Check(data), stop),
        every(1.0, watch, stop),
        every(1.0, Page(data), stop),
        every(20.0, Digest(data), stop),
        every(5.0, Remind(data), stop),
    ]
    try:
        yield threads
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=20)
        watch.close()
        warm.close()


def run(data: Path, stop: threading.Event, holder: str) -> None:
    """Wait for the lease, then work while it is held; when it is lost to another process, work stops and waits again."""
    with open_partnership(data) as store:
        while not stop.is_set():
            if not hold_lease(store, holder, now()):
                stop.wait(1.0)
                continue
            ended = threading.Event()
            with jobs(data, ended):
                while not stop.wait(RENEW_EVERY) and hold_lease(store, holder, now()):
                    pass
        with store.atomic():
            store.execute("delete from lease where name = 'duty' and holder = ?", [holder])


def main(arguments: list[str]) -> int:
    """python -m comms.duty [--with-parent]: run until stopped."""
    parser = argparse.ArgumentParser(prog="python -m comms.duty", description=__doc__)
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    if parser.parse_args(arguments).with_parent:
        language.end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    stop = threading.Event()

    def asked_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked_to_stop)
    signal.signal(signal.SIGINT, asked_to_stop)
    holder = json.dumps([socket.gethostname(), os.getpid(), secrets.token_hex(4)])
    run(settings().data, stop, holder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
