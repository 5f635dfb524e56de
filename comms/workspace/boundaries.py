"""Boundaries: crime, school rule or not known; and an officer asked across, with limits, record, end and fallback.

Source: the domain rules, sections 5 and 10. An exception has a beginning and an end, both sides agree to it, either
can stop it, and an overdue one alarms. It is never extended: both sides agree to a new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from comms import clocks, partnership
from comms.hearing.alert_acts import OPENING
from comms.people import WRITING, Account, Actor, Refused, accounts, acting
from comms.reaching import notices
from comms.store import moment, stamp
from monitors.database import Store

NATURES = {"crime": "A crime", "school_rule": "A school rule", "not_known": "Not known"}
ADVICE = {
    "crime": "The police lead. The school says what it saw, and keeps its own discipline apart.",
    "school_rule": "The school handles it. No officer is called: the officer is law enforcement, mentor and educator, "
    "not disciplinarian.",
    "not_known": "The school finds out first, unless someone is in danger. Until then no text calls it a crime.",
}
"""What follows from the answer (the domain rules, section 10)."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What somebody said the incident is, and when (aware UTC)."""

    nature: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person types to ask an officer across a boundary. Times are aware."""

    clause: str
    asked_by: str
    what: str
    why: str
    from_at: datetime
    until_at: datetime
    ends_when: str
    may_stop: str
    incident_id: int | None = None
    agency_id: int | None = None
    """Whose officer is asked; None where the incident, the asker's own agency or the only partner says it."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """An exception as it stands. `state` is asked, agreed, on, overdue, lapsed, ended, debriefed or renewed."""

    id: int
    asked: Asked
    renews: int | None
    agreed: frozenset[int]
    """Organizations that agreed."""
    stopped: str
    debrief: str
    state: str


# Crime, school rule, or not known -------------------------------------------------------------------------------------


def say_nature(store: Store, actor: Actor, incident_id: int, nature: str, now: datetime) -> None:
    """Answer the question that comes before an officer is called; a later answer stands beside the earlier one."""
    with acting(store, actor, "said what the incident is", now, seats=OPENING) as act:
        if nature not in NATURES:
            raise Refused("Choose a crime, a school rule, or not known. Nothing was recorded.")
        known = nature_of(store, incident_id)
        act.record(f"incident {incident_id}", detail=NATURES[nature])
        act.nothing_new = known is not None and known.nature == nature
        if not act.nothing_new:
            row = {
                "incident_id": incident_id,
                "nature": nature,
                "account_id": act.account.id,
                "at": stamp(now),
            }
            store.add("incident_nature", row)


def nature_of(store: Store, incident_id: int) -> Nature | None:
    """The newest answer, or None: nobody was asked yet."""
    row = store.row_of(
        "select nature, name, incident_nature.at from incident_nature join account on account.id = account_id "
        "where incident_id = ? order by incident_nature.id desc limit 1",
        incident_id,
    )
    return Nature(row["nature"], row["name"], datetime.fromisoformat(row["at"])) if row else None


# Exceptions -----------------------------------------------------------------------------------------------------------


def ask(store: Store, actor: Actor, asked: Asked, now: datetime, renews: int | None = None) -> int:
    """Ask for an exception; it begins only once the other side has agreed as well."""
    with acting(store, actor, "asked an officer across a boundary", now, seats=WRITING) as act:
        act.record(_about(asked), detail=asked.what.strip(), why=asked.why.strip())
        _check(asked, now)
        row = {
            "incident_id": asked.incident_id,
            "agency_id": _agency(store, act.account, asked),
            "clause": asked.clause.strip()[:40],
            "asked_by": asked.asked_by.strip()[:120],
            "what": asked.what.strip()[:500],
            "why": asked.why.strip()[:500],
            "from_at": stamp(asked.from_at),
            "until_at": stamp(asked.until_at),
            "ends_when": asked.ends_when.strip()[:300],
            "may_stop": asked.may_stop.strip()[:200],
            "renews": renews,
            "account_id": act.account.id,
            "at": stamp(now),
        }
        exception_id = store.add("boundary_exception", row)
        _act(store, exception_id, "agree", "", act.account.organisation_id, act.account.id, now)
        return exception_id


def _agency(store: Store, person: Account, asked: Asked) -> int:
    """Whose officer it is. Raises Refused where several agencies could be meant."""
    if asked.incident_id:
        about = store.row_of("select partner_id from incident where id = ?", asked.incident_id)
        return int(about["partner_id"]) if about else person.organisation_id
    if person.side == "agency":
        return person.organisation_id
    known = [each.id for each in partnership.agencies(store)]
    meant = [each for each in known if each == asked.agency_id] or known
    if len(meant) == 1:
        return meant[0]
    raise Refused("Choose whose officer is asked. Everything else you typed is kept; nothing was asked.")


def may_read(person: Account, one: Boundary) -> bool:
    """The district reads every exception; an agency its own, whoever asked."""
    return person.side == "district" or person.organisation_id == one.asked.agency_id


def _own(person: Account, one: Boundary) -> None:
    if not may_read(person, one):
        raise Refused("This exception is another agency's. Nothing was changed.")


def _check(asked: Asked, now: datetime) -> None:
    missing = {
        "who asked": asked.asked_by,
        "what is asked": asked.what,
        "why": asked.why,
        "what ends it": asked.ends_when,
        "who can say stop": asked.may_stop,
    }
    for name, value in missing.items():
        if not value.strip():
            raise Refused(f"Say {name}. Everything else you typed is kept; nothing was asked.")
    if asked.until_at <= max(asked.from_at, now):
        raise Refused(
            "The end lies before the beginning, or has passed. Choose a later end; the rest is kept."
        )


def _act(
    store: Store,
    exception_id: int,
    act: str,
    words: str,
    organisation_id: int,
    account_id: int,
    now: datetime,
) -> None:
    row = {"exception_id": exception_id, "act": act, "words": words, "organisation_id": organisation_id}
    store.add("boundary_act", row | {"account_id": account_id, "at": stamp(now)})


def agree(store: Store, actor: Actor, exception_id: int, now: datetime) -> None:
    """The other side agrees; a second press changes nothing."""
    with acting(store, actor, "agreed to an exception", now, seats=WRITING) as act:
        known = exception(store, exception_id, now)
        act.record(_about(known.asked), detail=known.asked.what)
        _own(act.account, known)
        act.nothing_new = act.account.organisation_id in known.agreed
        if act.nothing_new:
            return
        if known.state != "asked":
            raise Refused("This exception is over. Ask anew; nothing was agreed.")
        _act(store, exception_id, "agree", "", act.account.organisation_id, act.account.id, now)


def stop(store: Store, actor: Actor, exception_id: int, words: str, now: datetime) -> None:
    """Either side ends it, at any time."""
    with acting(store, actor, "ended an exception", now, seats=WRITING) as act:
        known = exception(store, exception_id, now)
        act.record(_about(known.asked), detail=known.asked.what, reason=words.strip())
        _own(act.account, known)
        act.nothing_new = bool(known.stopped)
        if not act.nothing_new:
            said = words.strip()[:500] or "ended"
            _act(store, exception_id, "stop", said, act.account.organisation_id, act.account.id, now)


def debrief(store: Store, actor: Actor, exception_id: int, words: str, now: datetime) -> None:
    """Write down what both sides learned, after it ended."""
    with acting(store, actor, "wrote the debrief of an exception", now, seats=WRITING) as act:
        known = exception(store, exception_id, now)
        act.record(_about(known.asked), detail=words.strip())
        _own(act.account, known)
        if known.state not in {"ended", "renewed"}:
            raise Refused("End it first; then write what you learned. Nothing was saved.")
        if not words.strip():
            raise Refused("The debrief is empty. Nothing was saved.")
        _act(
            store,
            exception_id,
            "debrief",
            words.strip()[:2000],
            act.account.organisation_id,
            act.account.id,
            now,
        )


def renew(store: Store, actor: Actor, exception_id: int, until: datetime, why: str, now: datetime) -> int:
    """Ask for a new exception in place of one: both sides agree again."""
    old = exception(store, exception_id, now).asked
    new = replace(old, why=why, from_at=now, until_at=until)
    return ask(store, actor, new, now, exception_id)


def exceptions(store: Store, now: datetime, incident_id: int | None = None) -> list[Boundary]:
    """Every exception, of one incident when named, newest first."""
    rows = store.rows_of(
        "select * from boundary_exception where :incident is null or incident_id = :incident order by id desc",
        incident=incident_id,
    )
    return [_boundary(store, row, now) for row in rows]


def exception(store: Store, exception_id: int, now: datetime) -> Boundary:
    """One exception; KeyError when there is none."""
    row = store.row_of("select * from boundary_exception where id = ?", exception_id)
    if row is None:
        raise KeyError(exception_id)
    return _boundary(store, row, now)


def _boundary(store: Store, row: Mapping[str, Any], now: datetime) -> Boundary:
    acts = store.rows_of(
        "select boundary_act.*, kind from boundary_act join organisation on organisation.id = organisation_id "
        "where exception_id = ? order by boundary_act.id",
        row["id"],
    )
    names = ("clause", "asked_by", "what", "why", "ends_when", "may_stop", "incident_id")
    asked = Asked(
        **{name: row[name] for name in names},
        agency_id=row["agency_id"] or _agency_before(store, row, acts),
        from_at=moment(row["from_at"]) or now,
        until_at=moment(row["until_at"]) or now,
    )
    words = {act["act"]: str(act["words"]) for act in acts}
    both = {act["kind"] for act in acts if act["act"] == "agree"} == {"district", "agency"}
    renewed = store.row_of(
        "select 1 from boundary_exception e join boundary_act a on a.exception_id = e.id and a.act = 'agree' "
        "where e.renews = ? group by e.id having count(*) > 1",
        row["id"],
    )
    return Boundary(
        id=row["id"],
        asked=asked,
        renews=row["renews"],
        agreed=frozenset(act["organisation_id"] for act in acts if act["act"] == "agree"),
        stopped=words.get("stop", ""),
        debrief=words.get("debrief", ""),
        state=state(asked, both, words, bool(renewed), now),
    )


def _agency_before(store: Store, row: Mapping[str, Any], acts: Sequence[Mapping[str, Any]]) -> int | None:
    """Whose officer an exception means that was asked before the agency was written down with it."""
    about = store.row_of("select partner_id from incident where id = ?", row["incident_id"])
    known = [about["partner_id"]] if about else [a["organisation_id"] for a in acts if a["kind"] == "agency"]
    return next((int(each) for each in [*known, *(a.id for a in partnership.agencies(store))]), None)


def state(asked: Asked, both: bool, words: Mapping[str, str], renewed: bool, now: datetime) -> str:
    """How an exception stands; pure. `both` is whether both sides agreed; `words` holds its later acts by name."""
    if "debrief" in words:
        return "debriefed"
    if "stop" in words:
        return "ended"
    if not both:
        return "asked" if now < asked.until_at else "lapsed"
    if renewed:
        return "renewed"
    if now < asked.from_at:
        return "agreed"
    return "on" if now < asked.until_at else "overdue"


def alarm(store: Store, now: datetime) -> int:
    """Tell both sides' people of every overdue exception, once each; the number that are overdue."""
    late = [each for each in exceptions(store, now) if each.state == "overdue"]
    zone = partnership.profile(store).timezone
    for each in late:
        for person in accounts(store):
            key = f"boundary {each.id} overdue"
            told = store.row_of("select 1 from outbox where key = ? and recipient = ?", key, person.email)
            if person.seat in WRITING and person.organisation_id in each.agreed and not told:
                path = f"/?incident={each.asked.incident_id}" if each.asked.incident_id else "/"
                text = notices.letter(
                    "boundary_overdue.txt",
                    path=path,
                    person=person,
                    exception=each.asked,
                    until=clocks.full(each.asked.until_at, zone),
                )
                subject = f"Overdue: {each.asked.what}"[:120]
                letter = notices.Message(key, person.email, subject, text, person.name, _about(each.asked))
                with store.atomic():
                    notices.queue(store, letter, now)
    return len(late)


def _about(asked: Asked) -> str:
    return f"incident {asked.incident_id}" if asked.incident_id else "partnership"
