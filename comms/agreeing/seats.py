"""How the seats of one statement stand, read from the store: who answered what on which words, and who may."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from comms.agreeing import approvals, routes
from comms.agreeing.approvals import Current, Decision, Override, Route, Standing
from comms.deputies import Deputy, deputies
from comms.people import Account, Seat, account, accounts
from comms.workspace import incidents, statements
from comms.workspace.statements import Statement
from monitors.database import Store


def current(store: Store, statement_id: int) -> list[Current]:
    """The newest revision of each variant."""
    return [
        Current(v.id, v.newest.id, v.newest.hash, v.newest.author_id)
        for v in statements.variants(store, statement_id)
    ]


def decisions(store: Store, statement_id: int) -> list[Decision]:
    """Every answer on a statement in the order they were given."""
    rows = store.rows_of(
        "select id, variant_id, revision_id, hash, seat, account_id, answer, at, for_account_id, reason "
        "from decision where statement_id = ? order by id",
        statement_id,
    )
    return [Decision(**r | {"seat": Seat(r["seat"]), "at": datetime.fromisoformat(r["at"])}) for r in rows]


def overrides(store: Store, statement_id: int) -> list[Override]:
    """The reasoned acts that stand for a missing seat."""
    rows = store.rows_of("select * from override where statement_id = ? order by id", statement_id)
    return [
        Override(
            Seat(r["seat"]),
            r["account_id"],
            r["reason"],
            frozenset(json.loads(r["hashes"])),
            datetime.fromisoformat(r["at"]),
        )
        for r in rows
    ]


def standing(store: Store, about: Statement) -> Standing:
    """How each seat of the statement's route stands now."""
    return approvals.standing(
        current(store, about.id),
        decisions(store, about.id),
        route_of(store, about),
        overrides(store, about.id),
        beforehand(store, about),
    )


def route_of(store: Store, about: Statement) -> Route:
    """The route of a statement, as the table stood when its incident was opened. A correction needs the seats of the
    wrong text too, never fewer."""
    opened_at = incidents.incident(store, about.incident_id).opened_at
    table = routes.table(store, opened_at)
    needed = approvals.route(about.cls, about.voice, table)
    row = store.row_of(
        "select class, voice from statement where id = (select statement_id from release where id = ?)",
        about.corrects_release_id,
    )
    if row is None:
        return needed
    wrong = approvals.route(row["class"], about.voice, table)
    here = {step.seat for step in needed.steps}
    more = tuple(step for step in wrong.steps if step.seat not in here)
    return replace(needed, steps=needed.steps + more, next_of_kin=needed.next_of_kin or wrong.next_of_kin)


def beforehand(store: Store, about: Statement) -> dict[Seat, frozenset[int]]:
    """Seat -> the newest revisions that are a pre-approved text with its blanks filled, under that seat's approval.

    The police still need one reachable person: theirs counts here only where their PIO wrote the text from the block.
    Whether an approval has expired is asked when the text is to leave.
    """
    if about.cls != "A":
        return {}
    partner = incidents.incident(store, about.incident_id).partner_id
    rows = store.rows_of(
        "select r.id as revision_id, a.seat = 'pio' and not a.sro and a.organisation_id = :partner as by_pio, "
        "exists (select 1 from standing_valid where block_hash = p.block_hash and seat = 'superintendent') as signed, "
        "exists (select 1 from standing_valid where block_hash = p.block_hash and seat = 'pio' "
        "        and organisation_id = :partner) as approved "
        "from protective_text p join variant v on v.id = p.variant_id join revision r on r.id = "
        "(select id from revision where variant_id = v.id order by number desc limit 1) "
        "join account a on a.id = r.author_id where v.statement_id = :statement",
        partner=partner,
        statement=about.id,
    )
    return {
        Seat.SUPERINTENDENT: frozenset(r["revision_id"] for r in rows if r["signed"]),
        Seat.PIO: frozenset(r["revision_id"] for r in rows if r["approved"] and r["by_pio"]),
    }


def holders(store: Store, about: Statement, seat: Seat) -> list[Account]:
    """Who holds a seat on this statement: the incident's own agency for the PIO; never an SRO."""
    partner = incidents.incident(store, about.incident_id).partner_id
    people = accounts(store, seat=seat, organisation_id=partner if seat is Seat.PIO else None)
    return [p for p in people if not p.sro]


def stand_ins(store: Store, about: Statement, now: datetime) -> list[Deputy]:
    """The deputyships in force that count on this statement: of who holds a seat on it, and named beforehand.

    Nobody makes the deputy who then signs their text: one that was named after the incident was opened counts only
    when an administrator named it, and only on words the seat was asked about after that.
    """
    opened_at = incidents.incident(store, about.incident_id).opened_at
    return [
        d
        for d in deputies(store, now)
        if d.for_account_id in {p.id for p in holders(store, about, d.seat)}
        and not account(store, d.account_id).sro
        and (d.named_at is None or d.named_at <= opened_at or _by_an_administrator(store, about, d))
    ]


def _by_an_administrator(store: Store, about: Statement, deputy: Deputy) -> bool:
    if account(store, deputy.named_by).seat is not Seat.ADMINISTRATOR:
        return False
    hashes = {str(c.variant_id): c.hash for c in current(store, about.id)}
    asked = [
        datetime.fromisoformat(row["at"])
        for row in store.rows_of(
            "select at, hashes from ask where statement_id = ? and seat = ?", about.id, str(deputy.seat)
        )
        if json.loads(row["hashes"]) == hashes
    ]
    return deputy.named_at is not None and all(deputy.named_at < at for at in asked)
