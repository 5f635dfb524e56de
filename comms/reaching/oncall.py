"""Who can be reached: the on-call calendar of a seat, and absences. Named beforehand, dated, revocable.

While the holder of a seat is away, their deputies are asked at once. Among several holders the one on call is asked
first, the others when that one stays silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comms.people import APPROVING, Account, Actor, Refused, Seat, account, acting
from comms.store import stamp
from monitors.database import Store

SEATS = APPROVING | {Seat.COMMUNICATIONS}
"""Whose calendar is kept: those who answer alerts and those who answer for a text."""
NAMING = SEATS | {Seat.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class Span:
    """One line of the calendar: a person who is on call or away between two moments (aware UTC)."""

    id: int
    account_id: int
    name: str
    from_at: datetime
    until_at: datetime


def add(
    store: Store,
    actor: Actor,
    what: str,
    account_id: int,
    from_at: datetime,
    until_at: datetime,
    now: datetime,
) -> int:
    """Enter a person as "on_call" or "absence"; by themselves or by their own administrator."""
    did = "entered who is on call" if what == "on_call" else "entered an absence"
    with acting(store, actor, did, now, seats=NAMING) as act:
        person = account(store, account_id)
        act.record(f"account {account_id}", name=person.name, until=stamp(until_at))
        _may(act.account, person)
        if until_at <= max(from_at, now):
            raise Refused(
                "The end lies before the start, or has passed. Choose a later end; the rest is kept."
            )
        row: dict[str, object] = {
            "account_id": account_id,
            "from_at": stamp(from_at),
            "until_at": stamp(until_at),
        }
        row |= {"named_by": act.account.id, "named_at": stamp(now)}
        if what == "on_call":
            if person.seat not in SEATS or person.sro:
                raise Refused(
                    "Only communications and who holds an approving seat is on call. Nothing was saved."
                )
            row["seat"] = str(person.seat)
        return store.add(what, row)


def _may(by: Account, person: Account) -> None:
    own_administrator = by.seat is Seat.ADMINISTRATOR and by.organisation_id == person.organisation_id
    if by.id != person.id and not own_administrator:
        raise Refused(f"{person.called} or their own administrator enters this. Nothing was saved.")


def revoke(store: Store, actor: Actor, what: str, span_id: int, now: datetime) -> None:
    """End an entry now."""
    with acting(store, actor, "revoked a calendar entry", now, seats=NAMING) as act:
        row = store.row_of(f"select account_id from {_table(what)} where id = ?", span_id)
        if row is None:
            raise Refused("There is no such entry. Nothing was changed.")
        _may(act.account, account(store, row["account_id"]))
        store.execute(
            f"update {_table(what)} set revoked_at = ? where id = ? and revoked_at is null",
            [stamp(now), span_id],
        )
        act.record(f"account {row['account_id']}", entry=span_id)


def _table(what: str) -> str:
    return {"on_call": "on_call", "absence": "absence"}[what]


def spans(store: Store, what: str, now: datetime) -> list[Span]:
    """The entries that hold now or will."""
    rows = store.rows_of(
        f"select s.id, account_id, account.name, from_at, until_at from {_table(what)} s "
        "join account on account.id = account_id where revoked_at is null and until_at > ? order by from_at, s.id",
        stamp(now),
    )
    return [
        Span(
            r["id"],
            r["account_id"],
            r["name"],
            datetime.fromisoformat(r["from_at"]),
            datetime.fromisoformat(r["until_at"]),
        )
        for r in rows
    ]


def away(store: Store, now: datetime) -> frozenset[int]:
    """The accounts that are away at `now`."""
    return frozenset(s.account_id for s in spans(store, "absence", now) if s.from_at <= now)


def present(store: Store, people: Sequence[Account], now: datetime) -> list[Account]:
    """Those who are not away."""
    gone = away(store, now)
    return [p for p in people if p.id not in gone]


def first_asked(store: Store, people: Sequence[Account], now: datetime) -> list[Account]:
    """Whom to ask first: who is on call and not away; without a calendar everyone who is not away."""
    here = present(store, people, now)
    on_call = {s.account_id for s in spans(store, "on_call", now) if s.from_at <= now}
    return [p for p in here if p.id in on_call] or here
