"""Class N: deciding to say nothing is an outcome too, with a reason, what to answer when asked, and the next look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comms import clocks, partnership
from comms.hearing.alert_acts import OPENING
from comms.people import Actor, Refused, Seat, accounts, acting
from comms.reaching import notices
from comms.store import stamp
from comms.workspace import incidents
from monitors.database import Store

WORDS_MOST = 2000


@dataclass(frozen=True, slots=True)
class NoStatement:
    """The decision to say nothing: by whom, why, what staff answer when asked, when somebody looks again (aware UTC)."""

    incident_id: int
    by: str
    reason: str
    talking_points: str
    next_look_at: datetime
    at: datetime


def decide(
    store: Store,
    actor: Actor,
    incident_id: int,
    reason: str,
    talking_points: str,
    next_look: datetime,
    now: datetime,
) -> NoStatement:
    """Record that nothing is said for now. Raises Refused without a reason or a time of the next look."""
    with acting(store, actor, "decided: no statement", now, seats=OPENING) as act:
        about = incidents.incident(store, incident_id)
        act.record(f"incident {incident_id}", reason=reason.strip(), next_look=stamp(next_look))
        if not reason.strip():
            raise Refused("Say why nothing is said. The reason goes on the record; nothing was changed.")
        if next_look <= now:
            at = clocks.clock(next_look, partnership.profile(store).timezone)
            raise Refused(f"{at} has passed. Choose when somebody looks again; nothing was changed.")
        known = newest(store, incident_id)
        said = (reason.strip()[:WORDS_MOST], talking_points.strip()[:WORDS_MOST], next_look)
        if known and about.status == "no_statement":
            act.nothing_new = (known.reason, known.talking_points, known.next_look_at) == said
        if not act.nothing_new:
            row = {"incident_id": incident_id, "account_id": act.account.id, "reason": said[0]}
            row |= {"talking_points": said[1], "next_look_at": stamp(next_look), "at": stamp(now)}
            store.add("no_statement", row)
            store.execute("update incident set status = 'no_statement' where id = ?", [incident_id])
        return newest(store, incident_id) or NoStatement(incident_id, act.account.name, *said, now)


def newest(store: Store, incident_id: int) -> NoStatement | None:
    """The decision that holds for an incident, if one was taken."""
    row = store.row_of(
        "select incident_id, account.name as by, reason, talking_points, next_look_at, at from no_statement "
        "join account on account.id = account_id where incident_id = ? order by no_statement.id desc limit 1",
        incident_id,
    )
    if row is None:
        return None
    at = {name: datetime.fromisoformat(row[name]) for name in ("next_look_at", "at")}
    return NoStatement(**row | at)


def due(store: Store, now: datetime) -> list[NoStatement]:
    """The decisions whose next look has come."""
    found = (newest(store, i.id) for i in incidents.incidents(store, "no_statement"))
    return [n for n in found if n and n.next_look_at <= now]


def remind(store: Store, now: datetime) -> int:
    """Tell communications that it is time to look again, once per decision. Called by the duty process."""
    told = 0
    for each in due(store, now):
        about = incidents.incident(store, each.incident_id)
        key = f"incident {about.id} look {stamp(each.next_look_at)}"
        with store.atomic():
            for person in accounts(store, seat=Seat.COMMUNICATIONS):
                if store.row_of("select 1 from outbox where key = ? and recipient = ?", key, person.email):
                    continue
                text = notices.letter(
                    "look_again.txt",
                    path=f"/incidents?incident={about.id}",
                    person=person,
                    incident=about,
                    decision=each,
                )
                drill = "DRILL " if about.drill else ""
                subject = f"{drill}Look again: incident {about.number}"
                notices.queue(
                    store,
                    notices.Message(key, person.email, subject, text, person.name, f"incident {about.id}"),
                    now,
                )
                told += 1
    return told
