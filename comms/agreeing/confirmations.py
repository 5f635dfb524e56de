"""What is owed after a release: the full sign-off of a fast one, and the answer of a seat that was released without.

Source: the domain rules, section 5. The seat confirms what went out, or asks for a correction, within 24 hours; until
then it is shown and chased. Nothing is ever confirmed by silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from comms import clocks, links, partnership
from comms.agreeing import approvals
from comms.agreeing.seats import holders, overrides, route_of, stand_ins
from comms.people import (
    SEAT_NAMES,
    WRITING,
    Account,
    Actor,
    Refused,
    Seat,
    account,
    accounts,
    acting,
)
from comms.reaching import notices
from comms.store import moment, stamp
from comms.workspace import incidents, statements
from comms.workspace.statements import Statement
from monitors.database import Store

WITHIN = timedelta(hours=24)
CHASED_AFTER = tuple(timedelta(hours=h) for h in (0, 1, 4, 12, 20, 24, 36))
"""When an open sign-off is asked for: at once, then again and again, also after it is late."""
PURPOSE = "confirm"


@dataclass(frozen=True, slots=True)
class Owed:
    """One seat's answer that is owed for one release. `why` is "fast" (class A) or "without" (an override)."""

    release_id: int
    statement_id: int
    incident_id: int
    seat: Seat
    why: str
    reason: str
    since: datetime
    people: tuple[Account, ...]

    @property
    def due_at(self) -> datetime:
        """When it is late (aware UTC)."""
        return self.since + WITHIN


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a seat answered afterwards: "confirm", or "correct" with what is wrong."""

    release_id: int
    seat: Seat
    account_id: int
    for_account_id: int | None
    answer: str
    reason: str
    at: datetime


def of_release(store: Store, release_id: int) -> list[Confirmation]:
    """The answers a release has had since, in order."""
    rows = store.rows_of(
        "select release_id, seat, account_id, for_account_id, answer, reason, at from confirmation "
        "where release_id = ? order by id",
        release_id,
    )
    return [
        Confirmation(**row | {"seat": Seat(row["seat"]), "at": datetime.fromisoformat(row["at"])})
        for row in rows
    ]


def owed(store: Store, now: datetime) -> list[Owed]:
    """Every answer that is still owed, the oldest release first."""
    rows = store.rows_of(
        "select release.id, release.at, statement_id, class from release join statement on statement.id = statement_id "
        "where class = 'A' or without <> '' order by release.id"
    )
    found = []
    for row in rows:
        about = statements.statement(store, row["statement_id"])
        given = {c.seat for c in of_release(store, row["id"])}
        for seat, why, reason in _seats(store, about):
            if seat not in given:
                since = moment(row["at"]) or now
                people = tuple(holders(store, about, seat))
                found.append(Owed(row["id"], about.id, about.incident_id, seat, why, reason, since, people))
    return found


def _seats(store: Store, about: Statement) -> list[tuple[Seat, str, str]]:
    """Which seats owe an answer, and why. A holder who approved the exact words live has signed them already."""
    overridden = {o.seat: o.reason for o in overrides(store, about.id)}
    live = {
        Seat(r["seat"])
        for r in store.rows_of(
            "select distinct d.seat from decision d join release_text t on t.variant_id = d.variant_id "
            "and t.hash = d.hash where d.statement_id = ? and d.answer = 'approve' and d.for_account_id is null",
            about.id,
        )
    }
    if about.cls == "A":
        return [(s, "fast", "") for s in (Seat.PIO, Seat.SUPERINTENDENT) if s not in live]
    return [(s, "without", reason) for s, reason in overridden.items() if s not in live]


def of_person(store: Store, person: Account, now: datetime) -> list[Owed]:
    """What this person may answer now: their own seat's, or as its deputy after the wait."""
    return [each for each in owed(store, now) if _answers_as(store, each, person, now) is not None]


def _answers_as(store: Store, each: Owed, person: Account, now: datetime) -> tuple[int | None] | None:
    """(for whom,) when this person may answer; None when not."""
    if person.sro:
        return None
    if person.id in {p.id for p in each.people}:
        return (None,)
    about = statements.statement(store, each.statement_id)
    step = next((s for s in route_of(store, about).steps if s.seat is each.seat), None)
    deputy = step and approvals.stands_in(
        person.id, each.seat, stand_ins(store, about, now), each.since, step, now
    )
    return (deputy.for_account_id,) if deputy else None


def confirm(
    store: Store, actor: Actor, release_id: int, seat: Seat, answer: str, now: datetime, reason: str = ""
) -> Confirmation:
    """Sign off what went out, or say what is wrong so that a correction begins. The second click changes nothing."""
    did = "signed off a release" if answer == "confirm" else "asked for a correction"
    with acting(store, actor, did, now) as act:
        act.record(f"release {release_id}", seat=str(seat), reason=reason.strip())
        known = next((c for c in of_release(store, release_id) if c.seat is seat), None)
        if known and known.account_id == act.account.id:
            act.nothing_new = True
            return known
        each = next((o for o in owed(store, now) if o.release_id == release_id and o.seat is seat), None)
        if each is None:
            raise Refused("Nothing is owed for that release any more. Nothing was recorded.")
        may = _answers_as(store, each, act.account, now)
        if may is None:
            raise Refused(f"{SEAT_NAMES[seat]} of this incident answers for this. Nothing was recorded.")
        if answer not in {"confirm", "correct"}:
            raise Refused("Choose: sign it off, or ask for a correction. Nothing was recorded.")
        if answer == "correct" and not reason.strip():
            raise Refused(
                "Say what is wrong, in a sentence: the correction begins with it. Nothing was recorded."
            )
        row = {"release_id": release_id, "seat": str(seat), "account_id": act.account.id, "answer": answer}
        row |= {"for_account_id": may[0], "reason": reason.strip()[:2000], "via": actor.via, "at": stamp(now)}
        store.add("confirmation", row)
        act.record(f"release {release_id}", incident=f"incident {each.incident_id}")
        if answer == "correct":
            _call_for_correction(store, each, act.account, reason.strip(), now)
        return next(c for c in of_release(store, release_id) if c.seat is seat)


def _call_for_correction(store: Store, each: Owed, by: Account, reason: str, now: datetime) -> None:
    incident = incidents.incident(store, each.incident_id)
    drill = "DRILL " if incident.drill else ""
    for person in accounts(store):
        if person.seat in WRITING and person.id != by.id and person.organisation_id in _of(store, incident):
            text = notices.letter(
                "correction_asked.txt",
                path=f"/statement?statement={each.statement_id}",
                person=person,
                by=by,
                seat=SEAT_NAMES[each.seat],
                incident=incident,
                reason=reason,
            )
            subject = f"{drill}Correction asked for: incident {incident.number}"
            key = f"release {each.release_id} correction asked {each.seat}"
            message = notices.Message(
                key, person.email, subject, text, person.name, f"release {each.release_id}"
            )
            notices.queue(store, message, now)


def _of(store: Store, incident: incidents.Incident) -> set[int]:
    ours = partnership.district(store)
    return {incident.partner_id, *({ours.id} if ours else ())}


def chase(store: Store, now: datetime) -> int:
    """Ask for what is owed, at once and then again; how many messages were queued. Called by the duty process."""
    asked = 0
    for each in owed(store, now):
        round_now = sum(now - each.since >= wait for wait in CHASED_AFTER)
        people = [*each.people]
        if round_now > 1:  # silent past the first hour: their deputies too
            about = statements.statement(store, each.statement_id)
            named = stand_ins(store, about, now)
            people += [account(store, d.account_id) for d in named if d.seat is each.seat]
        with store.atomic():
            for person in people:
                if round_now and not person.sro:
                    asked += _ask(
                        store, each, person, f"release {each.release_id} owed {each.seat} {round_now}", now
                    )
    return asked


def _ask(store: Store, each: Owed, person: Account, key: str, now: datetime) -> int:
    if store.row_of("select 1 from outbox where key = ? and recipient = ?", key, person.email):
        return 0
    incident, about = (
        incidents.incident(store, each.incident_id),
        statements.statement(store, each.statement_id),
    )
    zone = partnership.profile(store).timezone
    payload = {"release": each.release_id, "seat": str(each.seat), "account": person.id}
    text = notices.letter(
        "confirm.txt",
        path=f"/confirm/{links.sign(store.path.parent, PURPOSE, payload)}",
        person=person,
        incident=incident,
        statement=about,
        why=each.why,
        seat=SEAT_NAMES[each.seat],
        reason=each.reason,
        at=clocks.full(each.since, zone),
        due=clocks.full(each.due_at, zone),
    )
    drill = "DRILL " if incident.drill else ""
    late = "Late: " if now > each.due_at else ""
    subject = f"{drill}{late}Please sign off what went out: {about.title}, incident {incident.number}"
    message = notices.Message(key, person.email, subject, text, person.name, f"release {each.release_id}")
    notices.queue(store, message, now)
    return 1
