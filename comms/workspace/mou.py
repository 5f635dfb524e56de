"""The memorandum of understanding: its versions, clauses, people, who accepted and who has read which one.

A version holds once the district and an agency have accepted it; the newest that holds feeds the guardrails, which
quote a clause when a text uses its words. Source: the domain rules, sections 1, 6 and 10.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

import yaml

from comms import guardrails, partnership
from comms.people import SEAT_NAMES, Account, Actor, Refused, Seat, accounts, acting, checked_name
from comms.store import moment, stamp
from monitors.database import Store

WORDS = Path(__file__).parents[2] / "templates" / "mou"
PROPOSING = frozenset({Seat.ADMINISTRATOR, Seat.COMMUNICATIONS, Seat.PIO, Seat.SUPERINTENDENT})
DECIDING = frozenset({Seat.ADMINISTRATOR, Seat.PIO, Seat.SUPERINTENDENT})
"""Who accepts for their own organization."""
SIGNING = frozenset({Seat.PIO, Seat.SUPERINTENDENT})
ROLES = {"signatory": "Signatory", "liaison": "Liaison", "deputy": "Deputy of the liaison"}
CLAUSES_MOST = 200


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered, dated clause. `patterns` are the words that touch it, in the notation of the guardrails."""

    number: str
    agreed_on: date
    quote: str
    patterns: tuple[str, ...] = ()
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A signatory or liaison of one organization, and how to reach them."""

    organisation_id: int
    role: str
    name: str
    reach: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody types: a version of the MOU."""

    title: str
    agreed_on: date
    review_on: date
    clauses: tuple[Clause, ...]
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Mou:
    """One version. `accepted` is organization → who accepted for it and when (aware UTC)."""

    id: int
    proposal: Proposal
    proposed_by: str
    at: datetime
    accepted: Mapping[int, tuple[str, datetime]]
    holds: bool

    def review_due(self, today: date) -> bool:
        """Whether its review date has come."""
        return self.proposal.review_on <= today


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone the MOU binds, and when they read this version; None: not yet."""

    account: Account
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Annex:
    """The media annex as it reads today, and who signed exactly these words for which organization."""

    text: str
    hash: str
    signed: Mapping[int, tuple[str, datetime]]


# Versions -------------------------------------------------------------------------------------------------------------


def propose(store: Store, actor: Actor, proposal: Proposal, now: datetime) -> int:
    """Write a new version. A proposer who decides for their organization accepts it in the same act."""
    with acting(store, actor, "proposed the MOU", now, seats=PROPOSING) as act:
        title = checked_name(proposal.title, "The title")
        _check(store, proposal)
        act.record("partnership", title=title, clauses=len(proposal.clauses))
        mou_id = insert(store, replace(proposal, title=title), act.account.id, now)
        if act.account.seat in DECIDING:
            insert_acceptance(store, act.account, mou_id, now)
        return mou_id


def insert(store: Store, proposal: Proposal, proposed_by: int, now: datetime) -> int:
    """Write a checked version; the caller holds the transaction."""
    mou_id = store.add(
        "mou",
        {
            "title": proposal.title,
            "agreed_on": proposal.agreed_on.isoformat(),
            "review_on": proposal.review_on.isoformat(),
            "account_id": proposed_by,
            "at": stamp(now),
        },
    )
    for position, clause in enumerate(proposal.clauses):
        store.add("mou_clause", _row(mou_id, position, clause))
    for person in proposal.people:
        row = {"mou_id": mou_id, "organisation_id": person.organisation_id, "role": person.role}
        store.add("mou_person", row | {"name": person.name.strip(), "reach": person.reach.strip()[:120]})
    return mou_id


def _check(store: Store, proposal: Proposal) -> None:
    if not proposal.clauses:
        raise Refused("The MOU has no clause. Write one on a line of its own; the rest is kept.")
    if len(proposal.clauses) > CLAUSES_MOST:
        raise Refused(f"{len(proposal.clauses)} clauses are more than {CLAUSES_MOST}. Nothing was saved.")
    numbers = [clause.number for clause in proposal.clauses]
    twice = next((number for number in numbers if numbers.count(number) > 1), None)
    if twice:
        raise Refused(f"Clause {twice} is there twice. Number it anew; the rest is kept.")
    if proposal.review_on <= proposal.agreed_on:
        raise Refused("The review date lies before the date it was agreed. Choose a later one.")
    known = {o.id for o in partnership.organisations(store)}
    for person in proposal.people:
        if person.organisation_id not in known or person.role not in ROLES or not person.name.strip():
            raise Refused("Say for each person of the MOU who they are and for which organization.")


def _row(mou_id: int, position: int, clause: Clause) -> dict[str, object]:
    return {
        "mou_id": mou_id,
        "position": position,
        "number": clause.number,
        "agreed_on": clause.agreed_on.isoformat(),
        "quote": clause.quote,
        "patterns": json.dumps(clause.patterns, ensure_ascii=False),
        "instead": clause.instead,
    }


def insert_acceptance(store: Store, person: Account, mou_id: int, now: datetime) -> None:
    """Write down that a person accepted for their organization; the caller holds the transaction."""
    row = {"mou_id": mou_id, "organisation_id": person.organisation_id, "account_id": person.id}
    store.add("mou_acceptance", row | {"at": stamp(now)})


def accept(store: Store, actor: Actor, mou_id: int, now: datetime) -> None:
    """Accept a version for the own organization; the second press changes nothing."""
    with acting(store, actor, "accepted the MOU", now, seats=DECIDING) as act:
        known = version(store, mou_id)
        act.record("partnership", title=known.proposal.title)
        act.nothing_new = act.account.organisation_id in known.accepted
        if not act.nothing_new:
            insert_acceptance(store, act.account, mou_id, now)


def mark_read(store: Store, actor: Actor, mou_id: int, now: datetime) -> None:
    """Note that this person has read this version."""
    with acting(store, actor, "read the MOU", now) as act:
        known = version(store, mou_id)
        act.record("partnership", title=known.proposal.title)
        act.nothing_new = bool(
            store.row_of(
                "select 1 from mou_reading where mou_id = ? and account_id = ?", mou_id, act.account.id
            )
        )
        if not act.nothing_new:
            store.add("mou_reading", {"mou_id": mou_id, "account_id": act.account.id, "at": stamp(now)})


def version(store: Store, mou_id: int) -> Mou:
    """One version; KeyError when there is none."""
    row = store.row_of(
        "select mou.*, account.name as proposed_by from mou join account on account.id = account_id where mou.id = ?",
        mou_id,
    )
    if row is None:
        raise KeyError(mou_id)
    clauses = store.rows_of("select * from mou_clause where mou_id = ? order by position", mou_id)
    people = store.rows_of("select * from mou_person where mou_id = ? order by rowid", mou_id)
    accepted = store.rows_of(
        "select mou_acceptance.*, account.name, organisation.kind from mou_acceptance "
        "join account on account.id = account_id join organisation on organisation.id = mou_acceptance.organisation_id "
        "where mou_id = ?",
        mou_id,
    )
    return Mou(
        id=row["id"],
        proposal=Proposal(
            title=row["title"],
            agreed_on=date.fromisoformat(row["agreed_on"]),
            review_on=date.fromisoformat(row["review_on"]),
            clauses=tuple(
                Clause(
                    c["number"],
                    date.fromisoformat(c["agreed_on"]),
                    c["quote"],
                    tuple(json.loads(c["patterns"])),
                    c["instead"],
                )
                for c in clauses
            ),
            people=tuple(Person(p["organisation_id"], p["role"], p["name"], p["reach"]) for p in people),
        ),
        proposed_by=row["proposed_by"],
        at=datetime.fromisoformat(row["at"]),
        accepted={a["organisation_id"]: (a["name"], datetime.fromisoformat(a["at"])) for a in accepted},
        holds={a["kind"] for a in accepted} == {"district", "agency"},
    )


def versions(store: Store) -> list[Mou]:
    """Every version, newest first."""
    return [version(store, row["id"]) for row in store.rows_of("select id from mou order by id desc")]


def current(store: Store) -> Mou | None:
    """The newest version both sides accepted."""
    row = store.row_of(
        "select mou_id from mou_acceptance join organisation on organisation.id = organisation_id "
        "group by mou_id having count(distinct kind) = 2 order by mou_id desc limit 1"
    )
    return version(store, row["mou_id"]) if row else None


def clauses(store: Store) -> tuple[guardrails.Clause, ...]:
    """The clauses in force, as the guardrails quote them."""
    holding = current(store)
    return tuple(
        guardrails.Clause(
            c.number,
            f"{c.agreed_on:%B} {c.agreed_on.day}, {c.agreed_on.year}",
            c.quote,
            c.patterns,
            c.instead,
        )
        for c in (holding.proposal.clauses if holding else ())
    )


def readers(store: Store, mou_id: int) -> list[Reader]:
    """Everyone with a seat and when they read this version; those who have not come first."""
    read = {
        row["account_id"]: moment(row["at"])
        for row in store.rows_of("select account_id, at from mou_reading where mou_id = ?", mou_id)
    }
    found = [Reader(person, read.get(person.id)) for person in accounts(store)]
    return sorted(found, key=lambda reader: reader.at is not None)


# Words ----------------------------------------------------------------------------------------------------------------


def proposed_clauses(today: date) -> tuple[Clause, ...]:
    """Clauses a partnership can begin from, dated today."""
    rows = yaml.safe_load((WORDS / "clauses.yaml").read_text(encoding="utf-8"))
    return tuple(
        Clause(row["number"], today, row["quote"], tuple(row["patterns"]), row["instead"]) for row in rows
    )


def as_line(clause: Clause) -> str:
    """A clause on one line, as it is typed: number | date | words | what touches it; and so on | better words."""
    touch = "; ".join(clause.patterns)
    return " | ".join([clause.number, clause.agreed_on.isoformat(), clause.quote, touch, clause.instead])


def from_lines(text: str) -> tuple[Clause, ...]:
    """Clauses as they were typed, one a line. Raises Refused with the line it is about."""
    return tuple(_from_line(line) for line in text.splitlines() if line.strip())


def _from_line(line: str) -> Clause:
    # a pattern may hold "|" between words without spaces, so the fields part only at " | "
    number, agreed, quote, touch, instead = ([part.strip() for part in f"{line} ".split(" | ")] + [""] * 5)[
        :5
    ]
    try:
        day = date.fromisoformat(agreed)
    except ValueError:
        raise Refused(
            f"“{line.strip()[:60]}” has no date such as 2026-08-01 in its second part. Everything typed is kept."
        ) from None
    if not number or not quote:
        raise Refused(
            f"“{line.strip()[:60]}” needs a number and the clause's words. Everything typed is kept."
        )
    patterns = tuple(each.strip() for each in touch.split(";") if each.strip())
    return Clause(number[:20], day, quote[:1000], patterns, instead[:300])


@cache
def triad() -> str:
    """The page on roles and boundaries: law enforcement, mentor, educator; not disciplinarian."""
    return (WORDS / "triad.md").read_text(encoding="utf-8")


# The media annex ------------------------------------------------------------------------------------------------------


def annex(store: Store) -> Annex:
    """The checklist as it reads today; a signature stands while the words are those it was given on."""
    text = (WORDS / "media-annex.md").read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    rows = store.rows_of(
        "select annex_signature.*, account.name, seat from annex_signature join account on account.id = account_id "
        "where annex_hash = ?",
        digest,
    )
    signed = {
        r["organisation_id"]: (f"{r['name']}, {SEAT_NAMES[Seat(r['seat'])]}", datetime.fromisoformat(r["at"]))
        for r in rows
    }
    return Annex(text, digest, signed)


def sign_annex(store: Store, actor: Actor, shown: str, now: datetime) -> None:
    """Sign the annex for the own organization: exactly the words that were shown."""
    with acting(store, actor, "signed the media annex", now, seats=SIGNING) as act:
        known = annex(store)
        act.record("partnership", sha256=known.hash)
        if shown != known.hash:
            raise Refused("The annex changed while you were reading. Read it again; nothing was signed.")
        act.nothing_new = act.account.organisation_id in known.signed
        if not act.nothing_new:
            row = {"annex_hash": known.hash, "organisation_id": act.account.organisation_id}
            store.add("annex_signature", row | {"account_id": act.account.id, "at": stamp(now)})
