"""Telling the other side of a text: logged notices, the clock they start in class E, and who waived it and why.

Source: the domain rules, section 5. Notice, not consent: a text of one side, or about the partner, never surprises.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from comms import clocks, partnership
from comms.agreeing.seats import current, holders, route_of
from comms.people import WRITING, Account, Actor, Refused, Seat, account, accounts, acting
from comms.reaching import notices
from comms.reasons import Reason
from comms.store import moment, stamp
from comms.workspace import incidents, statements
from comms.workspace.statements import Statement
from monitors.database import Store


@dataclass(frozen=True, slots=True)
class Notice:
    """One time the other side was told of a text: who, by which means, when (aware UTC)."""

    told: str
    how: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiver:
    """Who gave up the rest of the notice, and why."""

    by: str
    reason: str
    at: datetime


def notices_of(store: Store, statement_id: int) -> list[Notice]:
    """The notices of a text, in order."""
    rows = store.rows_of(
        "select told, how, at from side_notice where statement_id = ? order by id", statement_id
    )
    return [Notice(r["told"], r["how"], datetime.fromisoformat(r["at"])) for r in rows]


def other_side(store: Store, about: Statement) -> list[Account]:
    """Who is told: of a police text the district's people who answer, of any other the incident's police."""
    if about.voice == "police":
        return [p for p in accounts(store) if p.side == "district" and p.seat in WRITING]
    return holders(store, about, Seat.PIO)


def give(store: Store, about: Statement, by: Account, now: datetime) -> None:
    """Tell the other side by e-mail of the words as they are now, once per words; the caller holds the transaction."""
    people = [p for p in other_side(store, about) if p.id != by.id]
    hashes = json.dumps(sorted(c.hash for c in current(store, about.id)))
    if not people or store.row_of(
        "select 1 from side_notice where statement_id = ? and hashes = ?", about.id, hashes
    ):
        return
    row = {"statement_id": about.id, "how": "e-mail", "told": ", ".join(p.called for p in people)}
    number = store.add("side_notice", row | {"hashes": hashes, "account_id": by.id, "at": stamp(now)})
    incident = incidents.incident(store, about.incident_id)
    drill = "DRILL " if incident.drill else ""
    for person in people:
        text = notices.letter(
            "side_notice.txt",
            path=f"/statement?statement={about.id}",
            person=person,
            by=by,
            statement=about,
            incident=incident,
        )
        subject = f"{drill}Notice: a text of {by.organisation}, incident {incident.number}"[:150]
        message = notices.Message(
            f"notice {number}", person.email, subject, text, person.name, f"statement {about.id}"
        )
        notices.queue(store, message, now)


def log(store: Store, actor: Actor, statement_id: int, person_id: int, how: str, now: datetime) -> None:
    """Record that a person of the other side was told of this text by phone or in person."""
    with acting(store, actor, "told the other side of a text", now, seats=WRITING) as act:
        about, person = statements.statement(store, statement_id), account(store, person_id)
        act.record(
            f"statement {statement_id}", incident=f"incident {about.incident_id}", told=person.name, how=how
        )
        if person.id not in {p.id for p in other_side(store, about)}:
            raise Refused(
                f"{person.called} does not answer for the other side of this text. Nothing was logged."
            )
        hashes = json.dumps(sorted(c.hash for c in current(store, statement_id)))
        row = {"statement_id": statement_id, "how": how.strip()[:80] or "phone", "told": person.called}
        store.add("side_notice", row | {"hashes": hashes, "account_id": act.account.id, "at": stamp(now)})


def told_at(store: Store, about: Statement) -> datetime | None:
    """When the partner first knew: a logged notice, the text opened on their side, or the incident itself."""
    row = store.row_of(
        "select min(at) as at from (select at from side_notice where statement_id = :id union all "
        "select s.at from seen_text s join account a on a.id = s.account_id join organisation o "
        "on o.id = a.organisation_id where s.statement_id = :id and o.kind = 'agency')",
        id=about.id,
    )
    first = moment(row["at"]) if row else None
    known = incidents.partner_told_at(store, incidents.incident(store, about.incident_id))
    return min((at for at in (first, known) if at is not None), default=None)


def waiver(store: Store, statement_id: int) -> Waiver | None:
    """Who waived the rest of the notice, if somebody did."""
    row = store.row_of("select * from waiver where statement_id = ? order by id limit 1", statement_id)
    if row is None:
        return None
    return Waiver(account(store, row["account_id"]).called, row["reason"], datetime.fromisoformat(row["at"]))


def waive(store: Store, actor: Actor, statement_id: int, reason: str, now: datetime) -> None:
    """Give up the rest of the notice, by name and with a reason: the superintendent, or the partner's own PIO."""
    with acting(
        store, actor, "waived the rest of a notice", now, seats={Seat.SUPERINTENDENT, Seat.PIO}
    ) as act:
        about = statements.statement(store, statement_id)
        act.record(
            f"statement {statement_id}", incident=f"incident {about.incident_id}", reason=reason.strip()
        )
        if act.account.seat is Seat.PIO and act.account.id not in {
            p.id for p in holders(store, about, Seat.PIO)
        }:
            raise Refused("This text is about another agency, so the waiver is theirs. Nothing was changed.")
        if not reason.strip():
            raise Refused("Say why it cannot wait. The reason goes on the record with your name.")
        if told_at(store, about) is None:
            raise Refused(
                "The partner was not told yet. Tell them first; only the rest of the time can be waived."
            )
        act.nothing_new = waiver(store, statement_id) is not None
        if not act.nothing_new:
            row = {
                "statement_id": statement_id,
                "account_id": act.account.id,
                "reason": reason.strip()[:1000],
            }
            store.add("waiver", row | {"at": stamp(now)})


def reasons_not(store: Store, about: Statement, now: datetime) -> list[Reason]:
    """A text about the partner waits for its notice; a text of one side for the other's being told."""
    wait = route_of(store, about).notice
    if wait is None:
        if about.voice == "joint" or notices_of(store, about.id):
            return []
        other = "district" if about.voice == "police" else "police"
        return [
            Reason(
                "other side",
                f"The {other} {'was' if other == 'district' else 'were'} not told of this text",
                "Send it for approval: they get a notice; or log a call",
            )
        ]
    told = told_at(store, about)
    if told is None:
        return [Reason("notice", "Partner not yet told", "Tell the partner, or log the call")]
    if now < told + wait and waiver(store, about.id) is None:
        left = clocks.minutes(told + wait - now)
        zone = partnership.profile(store).timezone
        return [
            Reason(
                "notice",
                f"The partner was told less than {clocks.minutes(wait)} ago; {left} left",
                f"Waits until {clocks.clock(told + wait, zone)}; or the superintendent waives it by name with a reason",
            )
        ]
    return []
