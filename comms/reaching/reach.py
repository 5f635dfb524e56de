"""How each person is reached: e-mail always, further means they chose, quiet hours for what can wait.

Quiet hours hold back T2 and T3 alone; a page (T0, T1) comes by all means at any hour (the domain rules, section 2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from comms.people import Account, Actor, Refused, acting
from comms.reaching import notices, senders
from comms.reaching.notices import Message
from comms.reaching.senders import Sender
from comms.store import stamp
from monitors.database import Store

PAGES = frozenset({"T0", "T1"})
"""Tiers that come by all means, whatever the hour."""
TARGET = re.compile(r"[\w+@.-]{0,80}")
"""A number or a name at a service: nothing that could change the address it is put into."""
TEST_EVERY = timedelta(seconds=20)
NO_DIGEST = "none"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day, local, in which nothing that can wait is sent; over midnight when `end` is the earlier one."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Way:
    """A further means one person chose: the sender, their number or name there, and whether T2 and T3 come by it too."""

    sender: Sender
    target: str = ""
    every_tier: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """How one person is reached beside e-mail. `digest` is a local time, "none", or empty: as the partnership has it."""

    quiet: Quiet | None = None
    digest: str = ""
    ways: tuple[Way, ...] = field(default=())

    def ways_for(self, tier: str) -> tuple[Way, ...]:
        """The further means an alert of this tier takes."""
        return tuple(w for w in self.ways if w.every_tier or tier in PAGES)


def ends_at(quiet: Quiet | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that hold at `now` end (UTC); None outside of them. Pure.

    On a night the clocks change, quiet hours are never shorter than the clock times say: a start that comes twice
    counts the first time, an end the second; an end that the clock skips comes as long after midnight as it would have.
    """
    if quiet is None:
        return None
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        last = day if quiet.end > quiet.start else day + timedelta(days=1)
        start, end = min(_both(day, quiet.start, zone)), max(_both(last, quiet.end, zone))
        if start <= now < end:
            return end
    return None


def _both(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The two readings of a local time; the same one but for an hour of two nights a year."""
    return tuple(datetime.combine(day, at.replace(fold=f), zone).astimezone(UTC) for f in (0, 1))  # type: ignore[return-value]


# What a person chose ------------------------------------------------------------------------------------------------


def reach_of(store: Store, account_id: int) -> Reach:
    """What one person chose; nothing chosen: e-mail alone, at any hour."""
    row = store.row_of("select quiet_from, quiet_until, digest from reach where account_id = ?", account_id)
    known = {s.id: s for s in senders.senders(store, senders.PEOPLE)}
    ways = tuple(
        Way(known[r["sender_id"]], r["target"], bool(r["every_tier"]))
        for r in store.rows_of("select * from reach_way where account_id = ? order by sender_id", account_id)
        if r["sender_id"] in known
    )
    if row is None:
        return Reach(ways=ways)
    quiet = (
        Quiet(time.fromisoformat(row["quiet_from"]), time.fromisoformat(row["quiet_until"]))
        if row["quiet_from"]
        else None
    )
    return Reach(quiet, row["digest"], ways)


def choose(store: Store, actor: Actor, wanted: Reach, now: datetime) -> None:
    """Each person says for themselves how they are reached. Raises Refused; then nothing is saved."""
    with acting(store, actor, "changed how they are reached", now) as act:
        mine = act.account.id
        known = {s.id for s in senders.senders(store, senders.PEOPLE)}
        if wanted.quiet and wanted.quiet.start == wanted.quiet.end:
            raise Refused("Quiet hours begin and end at the same time. Choose two times; nothing was saved.")
        for way in wanted.ways:
            if way.sender.id not in known:
                raise Refused(f"{way.sender.label} was taken off the list meanwhile. Nothing was saved.")
            if not TARGET.fullmatch(way.target):
                raise Refused(
                    f"“{way.target[:40]}” is no number or name for {way.sender.label}: use letters, digits, "
                    "+ @ . - and _ without blanks. Nothing was saved."
                )
        quiet = wanted.quiet
        store.execute(
            "insert into reach (account_id, quiet_from, quiet_until, digest, at) values (?, ?, ?, ?, ?) on conflict "
            "(account_id) do update set quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, "
            "digest = excluded.digest, at = excluded.at",
            [
                mine,
                f"{quiet.start:%H:%M}" if quiet else "",
                f"{quiet.end:%H:%M}" if quiet else "",
                wanted.digest if wanted.digest == NO_DIGEST else _clock(wanted.digest),
                stamp(now),
            ],
        )
        store.execute("delete from reach_way where account_id = ?", [mine])
        for way in wanted.ways:
            store.execute(
                "insert into reach_way (account_id, sender_id, target, every_tier, at) values (?, ?, ?, ?, ?)",
                [mine, way.sender.id, way.target, int(way.every_tier), stamp(now)],
            )
        act.record(
            f"account {mine}",
            means=["e-mail", *(w.sender.label for w in wanted.ways)],
            quiet=f"{quiet.start:%H:%M} to {quiet.end:%H:%M}" if quiet else "",
        )


def _clock(text: str) -> str:
    try:
        return f"{time.fromisoformat(text):%H:%M}" if text else ""
    except ValueError as error:
        raise Refused(f"“{text[:20]}” is not a time. Nothing was saved.") from error


# Sending ------------------------------------------------------------------------------------------------------------


def tell(
    store: Store, person: Account, message: Message, short: str, ways: Sequence[Way], now: datetime
) -> None:
    """Put one message into the outbox by e-mail and by each further means, once per key; the caller's transaction.

    `message` is the e-mail, addressed to `person`; `short` are its words where there is no subject and little room.
    """
    notices.queue(store, message, now)
    for way in ways:
        notices.queue(
            store,
            Message(
                message.key,
                senders.personal(way.sender.id, person.id),
                message.subject,
                short,
                person.name,
                message.about,
                message.ask_id,
                via="sender",
            ),
            now,
        )


def about(account_id: int) -> str:
    """What the tests of one person are filed under."""
    return f"reach of account {account_id}"


def send_test(store: Store, actor: Actor, sender_id: int | None, now: datetime) -> None:
    """ "Send me a test" by one means; None: by e-mail. It goes the way a page goes, so what it shows is true."""
    with acting(store, actor, "sent themselves a test", now) as act:
        person = act.account
        way = next((w for w in reach_of(store, person.id).ways if w.sender.id == sender_id), None)
        label = way.sender.label if way else "e-mail"
        act.record(f"account {person.id}", means=label)
        if sender_id is not None and way is None:
            raise Refused("Choose this means and save it first. Nothing was sent.")
        recipient = senders.personal(way.sender.id, person.id) if way else person.email
        since = stamp(now - TEST_EVERY)
        if store.row_of(
            "select 1 from outbox where about = ? and recipient = ? and queued_at > ?",
            about(person.id),
            recipient,
            since,
        ):
            raise Refused("A test by this means is on its way. Wait half a minute before the next one.")
        words = f"One Voice reaches you by {label}. This is a test; there is nothing to do."
        notices.queue(
            store,
            Message(
                f"test {stamp(now)}",
                recipient,
                "Test from One Voice",
                words + "\n",
                person.name,
                about(person.id),
                via="sender" if way else "email",
            ),
            now,
        )
