"""Whom a message did not reach, by which means and since when; said until that means takes a message again.

A message that was not taken stays in the outbox and is tried again; here is only what a person must be told of it.
Families and reporters are not here: a release shows its own receipts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from comms import clocks, partnership
from comms.partnership import Profile
from comms.people import account
from comms.reaching import senders
from comms.store import moment, stamp
from monitors.database import Store

TOLD_FOR = timedelta(hours=24)
"""How long a message that was given up is told of."""
GRACE = timedelta(minutes=2)
"""How long a message may wait untried before it counts as not reaching anybody."""
EMAIL = "e-mail"
NAMED = 3
"""So many people are named where one means is down for many."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message to one person by one means. Times are aware UTC; `next_try_at` is None once it was given up."""

    account_id: int
    way: str
    queued_at: datetime
    sent_at: datetime | None
    failed_at: datetime | None
    next_try_at: datetime | None
    tries: int
    trouble: str


@dataclass(frozen=True, slots=True)
class Unreached:
    """A person whom one means does not reach. `reached` are the other means that did since then, newest last."""

    account_id: int
    way: str
    since: datetime
    trouble: str
    next_try_at: datetime | None
    messages: int
    reached: tuple[tuple[str, datetime], ...] = ()


def unreached(attempts: Iterable[Attempt], now: datetime) -> tuple[Unreached, ...]:
    """Who is not reached by what, the longest first. A message taken later by the same means ends a failure. Pure."""
    known = sorted(attempts, key=lambda a: (a.account_id, a.way, a.queued_at))
    found = []
    for (account_id, way), group in groupby(known, key=lambda a: (a.account_id, a.way)):
        all_of = list(group)
        taken = max((a.sent_at for a in all_of if a.sent_at), default=None)
        lost = [a for a in all_of if _lost(a, taken, now)]
        if not lost:
            continue
        since = lost[0].queued_at
        others = [a for a in known if a.account_id == account_id and a.way != way]
        found.append(
            Unreached(
                account_id,
                way,
                since,
                lost[-1].trouble,
                min((a.next_try_at for a in lost if a.next_try_at), default=None),
                len(lost),
                tuple(
                    sorted(((a.way, a.sent_at) for a in others if a.sent_at and a.sent_at >= since), key=_at)
                ),
            )
        )
    return tuple(sorted(found, key=lambda u: (u.since, u.account_id, u.way)))


def _lost(attempt: Attempt, taken: datetime | None, now: datetime) -> bool:
    if attempt.sent_at is not None:
        return False
    if attempt.failed_at is not None:
        return now - attempt.failed_at < TOLD_FOR and (taken is None or taken < attempt.failed_at)
    return attempt.tries > 0 or now - attempt.queued_at > GRACE


def _at(pair: tuple[str, datetime]) -> datetime:
    return pair[1]


# The store ----------------------------------------------------------------------------------------------------------


def troubles(store: Store, now: datetime) -> tuple[Unreached, ...]:
    """Who of our own people is not reached, by which means."""
    addresses = [
        (r["id"], r["email"], EMAIL) for r in store.rows_of("select id, email from account where active")
    ]
    addresses += [
        (r["account_id"], senders.personal(r["sender_id"], r["account_id"]), r["label"])
        for r in store.rows_of(
            "select reach_way.account_id, sender_id, label from reach_way join sender on sender.id = sender_id "
            "join account on account.id = reach_way.account_id where removed_at is null and active"
        )
    ]
    since = stamp(now - TOLD_FOR)
    return unreached(
        (
            _attempt(account_id, way, row)
            for account_id, address, way in addresses
            for row in store.rows_of(
                "select * from outbox where recipient = ? and (queued_at > ? or (sent_at is null and failed_at is null))",
                address,
                since,
            )
        ),
        now,
    )


def _attempt(account_id: int, way: str, row: dict[str, Any]) -> Attempt:
    return Attempt(
        account_id,
        way,
        datetime.fromisoformat(row["queued_at"]),
        moment(row["sent_at"]),
        moment(row["failed_at"]),
        None if row["failed_at"] else datetime.fromisoformat(row["next_try_at"]),
        row["tries"],
        row["trouble"],
    )


# Words --------------------------------------------------------------------------------------------------------------


def sentences(store: Store, now: datetime, account_id: int | None = None) -> list[str]:
    """What a person must be told, a sentence each: of everybody, or of one person. Foreign words: of servers, names.

    A means that is down for two people or more is one sentence, with their names.
    """
    if account_id is not None:
        return by_person(store, now).get(account_id, [])
    about, said = partnership.profile(store), []
    for (way, _), group in groupby(sorted(troubles(store, now), key=_means), key=_means):
        same = list(group)
        said.append(
            _of_many(store, way, same, about, now) if len(same) > 1 else _of_one(store, same[0], about, now)
        )
    return said


def by_person(store: Store, now: datetime) -> dict[int, list[str]]:
    """The same for each person's own entry: account id -> sentences."""
    about = partnership.profile(store)
    found: dict[int, list[str]] = {}
    for one in troubles(store, now):
        found.setdefault(one.account_id, []).append(_of_one(store, one, about, now))
    return found


def _means(trouble: Unreached) -> tuple[str, str]:
    return trouble.way, trouble.trouble


def down(store: Store, now: datetime) -> tuple[str, ...]:
    """The means that reach nobody of two people or more: what an operator must look at."""
    found = sorted(troubles(store, now), key=_means)
    return tuple(dict.fromkeys(way for (way, _), group in groupby(found, key=_means) if len(list(group)) > 1))


def _of_one(store: Store, one: Unreached, about: Profile, now: datetime) -> str:
    person, zone = account(store, one.account_id), about.timezone
    others = "; ".join(f"{way} went out at {clocks.seen_words(at, now, zone)}" for way, at in one.reached)
    if not others:
        others = (
            f"nothing else reached them: call {person.phone}" if person.phone else "nothing else reached them"
        )
    since = clocks.seen_words(one.since, now, zone)
    why = _why(one, about)
    return f"Could not reach {person.called} by {one.way} since {since}; {others}. {why.rstrip()}{_again(one, now, zone)}"


def _of_many(store: Store, way: str, same: Sequence[Unreached], about: Profile, now: datetime) -> str:
    names = [account(store, u.account_id).called for u in same]
    more = len(names) - NAMED
    named = ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
    since = clocks.seen_words(min(u.since for u in same), now, about.timezone)
    count = sum(u.messages for u in same)
    waits = "1 message waits" if count == 1 else f"{count} messages wait"
    first = min(same, key=lambda u: u.next_try_at or now)
    return (
        f"Could not reach {named} by {way} since {since}. {_why(same[0], about)}"
        f"{waits[0].upper()}{waits[1:]}.{_again(first, now, about.timezone)}"
    )


def _why(one: Unreached, about: Profile) -> str:
    if one.trouble:
        return f"{one.trouble[0].upper()}{one.trouble[1:]}. "
    if one.way == EMAIL and not about.mail.ready:
        return "E-mail is not set up. "
    return "It was not tried yet: the duty process may have stopped. "


def _again(one: Unreached, now: datetime, zone: ZoneInfo) -> str:
    if one.next_try_at is None:
        return " It is not tried again."
    if one.next_try_at <= now:
        return " We try again at once." if one.trouble else ""
    return f" We try again at {clocks.seen_words(one.next_try_at, now, zone)}."
