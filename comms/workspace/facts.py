"""Facts: claims with an owner and a status. Only the owner confirms; nothing is deleted.

Source: the domain rules, section 4. The police own charges, custody, force, officer status, investigation; the
district owns students, staff, schedule, school operations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from comms.people import Account, Actor, Refused, Seat, acting
from comms.store import moment, stamp
from monitors.database import Store

STATING = frozenset({Seat.COMMUNICATIONS, Seat.PIO, Seat.SUPERINTENDENT})
OWNERS = {"district": "District", "agency": "Police", "other": "Other agency"}
STATUSES = ("unconfirmed", "confirmed", "disputed", "superseded", "withdrawn")
CLAIM_MOST = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """What a person types: the claim, the time it speaks of, who says so with the link, and whose it is."""

    claim: str
    owner: str
    said_by: str = ""
    link: str = ""
    speaks_of: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as it stands now. `revision_id` names the row; `disputes` is the other account it stands against; `author`
    is who stated it first."""

    id: int
    incident_id: int
    revision_id: int
    claim: str
    speaks_of: str
    said_by: str
    link: str
    owner: str
    status: str
    disputes: int | None
    as_of: datetime
    author: str
    author_side: str


_FACT = (
    "select fact.id, fact.incident_id, r.id as revision_id, r.claim, r.speaks_of, r.said_by, r.link, r.owner, r.status, "
    "r.disputes, r.as_of, account.name as author, organisation.kind as author_side "
    "from fact join fact_revision r on r.fact_id = fact.id join account on account.id = "
    "(select author_id from fact_revision where fact_id = fact.id order by id limit 1) "
    "join organisation on organisation.id = account.organisation_id "
)


def _facts(store: Store, where: str, *values: object) -> list[Fact]:
    return [Fact(**row | {"as_of": moment(row["as_of"])}) for row in store.rows_of(_FACT + where, *values)]


def facts(store: Store, incident_id: int) -> list[Fact]:
    """The sheet: disputed first, then unconfirmed, confirmed, and what no longer holds."""
    rows = _facts(
        store,
        "where fact.incident_id = ? and r.id = (select max(id) from fact_revision where fact_id = fact.id) order by fact.id",
        incident_id,
    )
    order = ("disputed", "unconfirmed", "confirmed", "superseded", "withdrawn")
    return sorted(rows, key=lambda fact: order.index(fact.status))


def fact(store: Store, fact_id: int) -> Fact:
    """One fact as it stands now; KeyError when there is none."""
    rows = _facts(store, "where fact.id = ? order by r.id desc limit 1", fact_id)
    if not rows:
        raise KeyError(fact_id)
    return rows[0]


def history(store: Store, fact_id: int) -> list[Fact]:
    """Every row of a fact, oldest first."""
    return _facts(store, "where fact.id = ? order by r.id", fact_id)


def every_row(store: Store, incident_id: int) -> list[Fact]:
    """Every row of every fact of an incident, oldest first."""
    return _facts(store, "where fact.incident_id = ? order by r.id", incident_id)


def owns(account: Account, owner: str) -> bool:
    """Whether this person's side owns the fact. Another agency's facts are confirmed by the police side."""
    return account.side == ("district" if owner == "district" else "agency")


def add(
    store: Store, actor: Actor, incident_id: int, claim: Claim, now: datetime, confirm: bool = False
) -> int:
    """Put a claim on the sheet, unconfirmed; its owner may confirm it in the same act."""
    with acting(store, actor, "added a fact", now, seats=STATING) as act:
        checked = _checked(claim)
        if confirm and not owns(act.account, checked.owner):
            raise Refused(
                f"Only the {OWNERS[checked.owner].lower()} side can confirm this. It is kept as unconfirmed text."
            )
        fact_id = store.add("fact", {"incident_id": incident_id})
        _write(store, fact_id, checked, "confirmed" if confirm else "unconfirmed", act.account, now)
        act.record(
            f"incident {incident_id}", incident=f"incident {incident_id}", fact=fact_id, claim=checked.claim
        )
        return fact_id


def _checked(claim: Claim) -> Claim:
    text = " ".join(claim.claim.split())
    if not text:
        raise Refused("The claim is empty. Write one sentence; the rest is kept.")
    if len(text) > CLAIM_MOST:
        raise Refused(
            f"The claim has {len(text):,} characters; the limit is {CLAIM_MOST}. It is kept here. Shorten it."
        )
    if claim.owner not in OWNERS:
        raise Refused("Say whose fact this is: the district's, the police's or another agency's.")
    link = claim.link.strip()
    if link and not link.startswith(("https://", "http://")):
        raise Refused(f"“{link[:60]}” is not a web address. Leave it empty or start it with https://.")
    return replace(
        claim,
        claim=text,
        link=link,
        said_by=claim.said_by.strip()[:200],
        speaks_of=claim.speaks_of.strip()[:80],
    )


def _write(
    store: Store,
    fact_id: int,
    claim: Claim,
    status: str,
    by: Account,
    now: datetime,
    disputes: int | None = None,
) -> int:
    return store.add(
        "fact_revision",
        {
            "fact_id": fact_id,
            "claim": claim.claim,
            "speaks_of": claim.speaks_of,
            "said_by": claim.said_by or by.called,
            "link": claim.link,
            "owner": claim.owner,
            "status": status,
            "disputes": disputes,
            "as_of": stamp(now),
            "author_id": by.id,
            "at": stamp(now),
        },
    )


def _as_claim(known: Fact) -> Claim:
    return Claim(known.claim, known.owner, known.said_by, known.link, known.speaks_of)


def confirm(store: Store, actor: Actor, fact_id: int, now: datetime) -> None:
    """The owner confirms; a second click changes nothing."""
    with acting(store, actor, "confirmed a fact", now, seats=STATING) as act:
        known = fact(store, fact_id)
        act.record(f"incident {known.incident_id}", fact=fact_id, claim=known.claim)
        if not owns(act.account, known.owner):
            raise Refused(
                f"Only the {OWNERS[known.owner].lower()} side can confirm this. Nothing was changed."
            )
        if known.status in {"withdrawn", "superseded"}:
            raise Refused("That account no longer stands. Add the claim anew; nothing was changed.")
        act.nothing_new = known.status == "confirmed"
        if not act.nothing_new:
            _write(store, fact_id, _as_claim(known), "confirmed", act.account, now)
            if known.disputes:  # the owner settled it: the other account stays on the sheet, as superseded
                other = fact(store, known.disputes)
                _write(store, other.id, _as_claim(other), "superseded", act.account, now, fact_id)


def dispute(store: Store, actor: Actor, fact_id: int, claim: Claim, now: datetime) -> int:
    """Set another account beside a fact; both stand as disputed, neither is deleted. The new fact's number."""
    with acting(store, actor, "disputed a fact", now, seats=STATING) as act:
        known = fact(store, fact_id)
        other = store.add("fact", {"incident_id": known.incident_id})
        _write(store, other, _checked(claim), "disputed", act.account, now, fact_id)
        _write(store, fact_id, _as_claim(known), "disputed", act.account, now, other)
        act.record(f"incident {known.incident_id}", fact=fact_id, against=claim.claim)
        return other


def change(store: Store, actor: Actor, fact_id: int, claim: Claim, now: datetime) -> None:
    """Correct the words of a fact of the own side; a confirmed one is unconfirmed again until its owner confirms."""
    with acting(store, actor, "changed a fact", now, seats=STATING) as act:
        known = fact(store, fact_id)
        act.record(f"incident {known.incident_id}", fact=fact_id, was=known.claim, now=claim.claim)
        if not owns(act.account, known.owner) and act.account.side != known.author_side:
            raise Refused("The other side stated this. Add your own account beside it as disputed.")
        _write(store, fact_id, _checked(replace(claim, owner=known.owner)), "unconfirmed", act.account, now)


def withdraw(store: Store, actor: Actor, fact_id: int, now: datetime) -> None:
    """Take the own side's account back; the other account of a dispute stands alone again, unconfirmed."""
    with acting(store, actor, "withdrew a fact", now, seats=STATING) as act:
        known = fact(store, fact_id)
        act.record(f"incident {known.incident_id}", fact=fact_id, claim=known.claim)
        if act.account.side != known.author_side and not owns(act.account, known.owner):
            raise Refused("Only the side that stated or owns this can withdraw it. Nothing was changed.")
        act.nothing_new = known.status == "withdrawn"
        if act.nothing_new:
            return
        _write(store, fact_id, _as_claim(known), "withdrawn", act.account, now)
        if known.status == "disputed" and known.disputes:
            other = fact(store, known.disputes)
            _write(store, other.id, _as_claim(other), "unconfirmed", act.account, now)
