"""One pass over what is due: threads fetch, processes read, one thread stores. The only file that knows concurrency."""

from __future__ import annotations

import hashlib
import queue
import random
import threading
import time
from collections.abc import Callable, Collection, Hashable, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitors import ledger, schedule
from monitors.asking import ask
from monitors.database import Store
from monitors.engine import Document, Engine, Reading, two_processes
from monitors.fetch import Fetcher
from monitors.kinds import Kind
from monitors.ledger import EVERYWHERE, Heard, Written
from monitors.outcomes import Failed, Failure, Fetched, Outcome, Unchanged, Validators, failed
from monitors.parse import FAILURES, Parsed
from monitors.schedule import Poll, Result, State
from monitors.sources import Source
from monitors.store import open_monitors
from monitors.turns import Turns, host_of

THREADS = 16
ANSWERS_AT_ONCE = 32
"""Answers that may be on their way into the store; bounds memory."""
_BATCH = 64
_BATCH_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Alarm:
    """A source that has been dead for too long; told once per outage. `paused`: it said it is gone, a person decides."""

    source: Source
    since: datetime
    sentence: str
    paused: bool = False


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a pass came to. `unchanged` counts sources with nothing new, `stored` all items of the store.

    `left` counts sources that were due and stay due, because the time for this pass was up.
    """

    sources: int = 0
    unchanged: int = 0
    failed: int = 0
    new: int = 0
    edited: int = 0
    stored: int = 0
    left: int = 0
    took_ms: int = 0
    offline: bool = False
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class _Task:
    source: Source
    state: State
    pinned: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    task: _Task
    outcome: Outcome
    at: datetime
    ms: int
    sha256: str


_Message = _Answer | Future[Reading] | None
"""What reaches the storing thread: an answer, a finished reading, or None from a fetching thread that goes home."""


class Sweeper:
    """Sweeps one partnership's directory again and again, keeping its workers and connections. Close it.

    `contact` is named to the sites we ask, `zone` is that of dates without one, `loopback` the allowance for tests and the
    demo. `engine` builds the executor that reads documents. Used from one thread.
    """

    def __init__(
        self,
        data: Path,
        *,
        contact: str = "",
        zone: str = "",
        loopback: bool = False,
        fetcher: Fetcher | None = None,
        engine: Callable[[], Executor] = two_processes,
    ) -> None:
        self._data, self._zone, self._loopback = data, zone, loopback
        self._fetcher = fetcher or Fetcher(contact=contact, loopback=loopback)
        self._inbox: queue.SimpleQueue[_Message] = queue.SimpleQueue()
        self._engine = Engine(self._inbox.put, engine)

    def __enter__(self) -> Sweeper:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers and close the connections."""
        self._engine.close()
        self._fetcher.close()

    def sweep(
        self,
        now: datetime,
        *,
        pinned: Collection[str] = (),
        only: Collection[int] | None = None,
        seconds: float | None = None,
    ) -> SweepResult:
        """Poll what is due (or `only` those, whatever the schedule says), store what came, and say what it came to.

        `pinned` are places whose sources are asked at their shortest interval (`ledger.EVERYWHERE`: all). After `seconds`
        no further source is started; it stays due.
        """
        with open_monitors(self._data) as store:
            if only is None:
                ledger.note_pause(store, now)
            tasks = [
                _Task(source, state, EVERYWHERE in pinned or source.place in pinned)
                for source, state in ledger.due(store, now, pinned=pinned, only=only)
            ]
            turns = Turns(((task.source.url, task) for task in tasks), exempt=self._loopback, seconds=seconds)
            storing = _Storing(store, now, self._engine, self._inbox, self._zone)
            fetching = [
                threading.Thread(target=self._fetch, args=(turns, storing), name="fetch", daemon=True)
                for _ in range(min(THREADS, len(tasks)))
            ]
            for thread in fetching:
                thread.start()
            with ExitStack() as unless_whole:
                unless_whole.callback(self._abandon, turns, storing, fetching)
                storing.run(len(fetching))
                unless_whole.pop_all()
            self._fetcher.close()
            return storing.result(left=turns.left)

    def _abandon(self, turns: Turns[_Task], storing: _Storing, fetching: Sequence[threading.Thread]) -> None:
        """Leave a pass that cannot be stored, so that nothing of it reaches the next. What is unstored stays due."""
        turns.stop()
        storing.room.release(ANSWERS_AT_ONCE)
        for thread in fetching:
            thread.join()
        self._engine.close()
        while not self._inbox.empty():
            self._inbox.get()

    def _fetch(self, turns: Turns[_Task], storing: _Storing) -> None:
        """What each fetching thread does: take a turn, ask, hand the answer over; at the end say so."""
        try:
            while (turn := turns.take()) is not None:
                host, task = turn
                storing.room.acquire()
                at, began = storing.clock(), time.monotonic()
                try:
                    outcome = self._ask(task, at)
                finally:
                    turns.give_back(host)
                sha256 = hashlib.sha256(outcome.body).hexdigest() if isinstance(outcome, Fetched) else ""
                self._inbox.put(_Answer(task, outcome, at, round((time.monotonic() - began) * 1000), sha256))
        finally:
            self._inbox.put(None)

    def _ask(self, task: _Task, now: datetime) -> Outcome:
        source, state = task.source, task.state
        mail = source.kind is Kind.MAIL  # a mailbox's validator says where we stopped; it cannot lie
        return ask(
            self._fetcher,
            source.url,
            kind=source.kind,
            options=source.options,
            validators=Validators(state.etag) if mail else schedule.conditions(state, now),
            now=now,
        )


class _Storing:
    """The storing side of one pass: answers and readings come in, rows go out in batches."""

    def __init__(
        self, store: Store, now: datetime, engine: Engine, inbox: queue.SimpleQueue[_Message], zone: str
    ) -> None:
        self._store, self._now, self._engine, self._inbox, self._zone = store, now, engine, inbox, zone
        self._began = time.monotonic()
        self._being_read: dict[int, tuple[_Answer, Fetched]] = {}
        self._batch: list[Heard] = []
        self._batch_since = 0.0
        self._unheard: list[Heard] = []
        self._polls: list[tuple[str, Poll]] = []
        self._written: list[Written] = []
        self._offline = False
        self.room = threading.Semaphore(ANSWERS_AT_ONCE)

    def clock(self) -> datetime:
        """The time that was passed in, gone on with."""
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def run(self, fetching: int) -> None:
        """Until every fetching thread has gone home and every answer is stored."""
        while fetching or self._being_read:
            try:
                message = self._inbox.get(timeout=_BATCH_SECONDS)
            except queue.Empty:
                self._read(self._engine.overdue())
            else:
                if message is None:
                    fetching -= 1
                elif isinstance(message, Future):
                    self._read(self._engine.finished(message))
                else:
                    self._answered(message)
            waiting = time.monotonic() - self._batch_since if self._batch else 0.0
            if len(self._batch) >= _BATCH or waiting > _BATCH_SECONDS:
                self._write()
        self._settle_unheard()
        self._write()

    def result(self, *, left: int) -> SweepResult:
        """What the pass came to, kept as the last one too."""
        took_ms = round((time.monotonic() - self._began) * 1000)
        polls = [written.poll for written in self._written]
        quiet = {Result.SAME, Result.UNCHANGED, Result.EMPTY}
        result = SweepResult(
            sources=len(polls),
            unchanged=sum(poll.result in quiet for poll in polls),
            failed=sum(poll.failure is not None for poll in polls),
            new=sum(poll.new for poll in polls),
            edited=sum(poll.edited for poll in polls),
            stored=ledger.items_stored(self._store),
            left=left,
            took_ms=took_ms,
            offline=self._offline,
            alarms=tuple(_alarm(written) for written in self._written if written.alarm or written.paused),
        )
        ledger.note_sweep(
            self._store, self.clock(), took_ms, result.sources, result.failed, offline=self._offline
        )
        return result

    def _answered(self, answer: _Answer) -> None:
        """Settle an answer, or have it read first if its bytes are news to us."""
        task, outcome = answer.task, answer.outcome
        if not isinstance(outcome, Fetched) or (answer.sha256 == task.state.body_sha256 and not outcome.cut):
            self._settle(task, _poll(answer))
        else:
            self._being_read[task.source.id] = (answer, outcome)
            options = {**task.source.options, "zone": task.source.zone or self._zone}
            document = Document(
                outcome.body, task.source.kind.parser, outcome.content_type, outcome.url, options
            )
            self._engine.read(task.source.id, document)

    def _read(self, readings: list[tuple[Hashable, Reading | None]]) -> None:
        for source_id, reading in readings:
            answer, fetched = self._being_read.pop(int(str(source_id)))
            host = host_of(fetched.url)
            trouble = _trouble(host, reading.parsed if reading else None)
            poll = _poll(answer, trouble, reading.parsed if reading else None)
            self._settle(answer.task, poll, reading)

    def _settle(self, task: _Task, poll: Poll, reading: Reading | None = None) -> None:
        """Put a poll on its way into the store. A network failure waits for the end: it may be us who are offline."""
        self.room.release()
        self._polls.append((host_of(task.source.url), poll))
        heard = Heard(task.source, task.state, poll, reading, task.pinned, random.random())
        if schedule.is_network(poll):
            self._unheard.append(heard)
            return
        self._batch_since = self._batch_since if self._batch else time.monotonic()
        self._batch.append(heard)

    def _settle_unheard(self) -> None:
        self._offline = schedule.offline(self._polls, already=ledger.is_offline(self._store))
        self._batch += [_excused(heard) for heard in self._unheard] if self._offline else self._unheard

    def _write(self) -> None:
        batch, self._batch = self._batch, []
        if batch:
            self._written += self._stored(batch)

    def _stored(self, batch: Sequence[Heard]) -> list[Written]:
        """Store a batch. A document the store will not take is its own source's failure and keeps no other out."""
        try:
            return ledger.write(self._store, batch)
        except ledger.UNSTORABLE:
            if len(batch) > 1:
                return [written for heard in batch for written in self._stored([heard])]
            return ledger.write(self._store, [_unstorable(batch[0])])


def sweep_due(
    data: Path,
    now: datetime,
    *,
    pinned: Collection[str] = (),
    contact: str = "",
    zone: str = "",
    loopback: bool = False,
    seconds: float | None = None,
) -> SweepResult:
    """One pass with workers of its own. A process that sweeps often keeps a `Sweeper`."""
    with Sweeper(data, contact=contact, zone=zone, loopback=loopback) as sweeper:
        return sweeper.sweep(now, pinned=pinned, seconds=seconds)


def _poll(answer: _Answer, trouble: Failed | None = None, parsed: Parsed | None = None) -> Poll:
    """The poll an answer makes, with what its document says of itself."""
    outcome = answer.outcome
    if isinstance(outcome, Failed):
        return Poll(answer.at, Result.FAILED, answer.ms, outcome.status, failure=outcome)
    if isinstance(outcome, Unchanged):
        return Poll(
            answer.at,
            Result.UNCHANGED,
            answer.ms,
            304,
            validators=outcome.validators,
            moved_to=outcome.moved_to,
            fresh_for=outcome.fresh_for,
        )
    dates = [item.published for item in parsed.items if item.published] if parsed else []
    return Poll(
        answer.at,
        Result.FAILED if trouble else Result.SAME,
        answer.ms,
        200,
        bytes=len(outcome.body),
        entries=parsed.entries if parsed else None,
        partly=(parsed.partly or outcome.cut) if parsed else False,
        shape=parsed.kind if parsed else "",
        failure=trouble,
        validators=outcome.validators,
        body_sha256="" if outcome.cut else answer.sha256,
        moved_to=outcome.moved_to,
        fresh_for=outcome.fresh_for or schedule.own_wish(outcome.body),
        recent=sum(answer.at - date < schedule.RHYTHM for date in dates) if dates else None,
        usual_gap=schedule.usual_gap(dates),
    )


def _trouble(host: str, parsed: Parsed | None) -> Failed | None:
    """Why an answer that arrived gave nothing, if so. None for `parsed`: it broke whoever read it."""
    if parsed is None:
        return failed(Failure.BROKEN, host)
    if parsed.failure is None:
        return None
    kind = Failure.NOT_A_FEED if parsed.failure == "not_a_feed" else Failure.BROKEN
    sentence = FAILURES.get(parsed.failure) or failed(kind, host).sentence
    feeds = [where for _, where in parsed.links]
    named = (
        f" The page names {len(feeds)} feed{'s' if len(feeds) > 1 else ''}: {', '.join(feeds[:3])}."
        if feeds
        else ""
    )
    return Failed(kind, sentence + named, status=200)


def _excused(heard: Heard) -> Heard:
    """A poll that failed because we were offline: it counts against nobody."""
    poll = heard.poll
    sentence = "This machine could reach no site at all; nothing is held against the source."
    failure = replace(poll.failure or failed(Failure.REFUSED, ""), sentence=sentence)
    return replace(heard, poll=replace(poll, result=Result.OFFLINE, failure=failure))


def _unstorable(heard: Heard) -> Heard:
    """A poll whose document holds what no store can keep."""
    failure = failed(Failure.BROKEN, host_of(heard.source.url))
    return replace(heard, poll=replace(heard.poll, result=Result.FAILED, failure=failure), reading=None)


def _alarm(written: Written) -> Alarm:
    sentence = written.poll.failure.sentence if written.poll.failure else written.state.failure_sentence
    since = written.state.ok_at or written.state.first_failure_at or written.poll.at
    return Alarm(written.source, since, sentence, written.paused)
