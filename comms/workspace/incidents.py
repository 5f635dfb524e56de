"""Incidents: opened from an alert or by hand; type, class, status, who knew when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comms import clocks, partnership
from comms.hearing.alert_acts import OPENING, insert_act
from comms.hearing.feedback import insert_mark
from comms.people import Account, Actor, Refused, Seat, accounts, acting, checked_name
from comms.reaching import notices
from comms.store import moment, stamp
from comms.wording import library
from comms.workspace.coverage import AlertCopy, Evidence, add_evidence, evidence
from monitors.database import Store

__all__ = [
    "TOLD_AT_ONCE",
    "AlertCopy",
    "Evidence",
    "Incident",
    "Knows",
    "add_evidence",
    "classify",
    "evidence",
    "incident",
    "incidents",
    "log_call",
    "mark_seen",
    "may_read",
    "of_alert",
    "of_item",
    "open_by_hand",
    "open_from_alert",
    "partner_told_at",
    "proposed_class",
    "rename",
    "set_status",
    "tell",
    "times",
    "who_knows",
]

TOLD_AT_ONCE = frozenset({Seat.PIO, Seat.SUPERINTENDENT, Seat.COMMUNICATIONS})


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. `type` is an id of the 24 incident types; `cls` a statement class A to F or N."""

    id: int
    number: str
    title: str
    type: str
    cls: str
    status: str
    partner_id: int
    lead_id: int | None
    opened_by: int
    opened_by_name: str
    opened_at: datetime
    alert_id: int | None
    first_alert_at: datetime | None
    acknowledged_at: datetime | None
    drill: bool


@dataclass(frozen=True, slots=True)
class Knows:
    """One person of an incident: when they were told (by which means) and when they opened it."""

    account_id: int
    name: str
    seat: Seat
    side: str
    told_at: datetime | None
    how: str
    delivery: str
    seen_at: datetime | None
    phone: str


_INCIDENT = (
    "select incident.*, account.name as opened_by_name from incident join account on account.id = opened_by "
)


def _incident(row: dict[str, Any]) -> Incident:
    return Incident(
        id=row["id"],
        number=row["number"],
        title=row["title"],
        type=row["type"],
        cls=row["class"],
        status=row["status"],
        partner_id=row["partner_id"],
        lead_id=row["lead_id"],
        opened_by=row["opened_by"],
        opened_by_name=row["opened_by_name"],
        opened_at=moment(row["opened_at"]) or datetime.min,
        alert_id=row["alert_id"],
        first_alert_at=moment(row["first_alert_at"]),
        acknowledged_at=moment(row["acknowledged_at"]),
        drill=bool(row["drill"]),
    )


def incident(store: Store, incident_id: int) -> Incident:
    """One incident; KeyError when there is none."""
    row = store.row_of(_INCIDENT + "where incident.id = ?", incident_id)
    if row is None:
        raise KeyError(incident_id)
    return _incident(row)


def incidents(store: Store, status: str | None = None) -> list[Incident]:
    """All incidents, or those of one status, newest first."""
    rows = store.rows_of(
        _INCIDENT + "where (? is null or incident.status = ?) order by incident.id desc", status, status
    )
    return [_incident(row) for row in rows]


def may_read(person: Account, about: Incident) -> bool:
    """The district reads every incident; an agency those it is part of."""
    return person.side == "district" or person.organisation_id in {about.partner_id, about.lead_id}


def of_alert(store: Store, alert_id: int) -> Incident | None:
    """The incident an alert was opened as, if it was."""
    row = store.row_of(_INCIDENT + "where alert_id = ?", alert_id)
    return _incident(row) if row else None


def of_item(store: Store, item_key: str) -> Incident | None:
    """The newest incident that took this item in, if one did."""
    row = store.row_of(
        _INCIDENT + "where incident.id = (select max(incident_id) from evidence where item_key = ?)", item_key
    )
    return _incident(row) if row else None


# Opening ------------------------------------------------------------------------------------------------------------


def open_from_alert(store: Store, actor: Actor, alert: AlertCopy, now: datetime) -> Incident:
    """Acknowledge an alert and open its incident; the same incident on the second click, whoever clicks."""
    with acting(store, actor, "opened an incident from an alert", now, seats=OPENING) as act:
        known = of_item(store, alert.evidence[0].key) if alert.id is None else of_alert(store, alert.id)
        if known:
            act.nothing_new = True
            return known
        acknowledged = store.row_of(
            "select min(at) as at from alert_act where alert_id = ? and act = 'acknowledge'", alert.id
        )
        if alert.id is not None:
            insert_act(store, act.account.id, alert.id, "open", now)
        if alert.judged:
            insert_mark(store, act.account.id, alert.judged, "opened", now, alert_id=alert.id)
        kind = library.TYPES.get(alert.incident_type)
        row = {
            "title": " ".join(alert.headline.split())[:200] or "Incident without a headline",
            "type": kind.id if kind else "rumour",
            "class": proposed_class(kind.id) if kind else "B",
            "alert_id": alert.id,
            "first_alert_at": stamp(alert.first_seen),
            "acknowledged_at": (acknowledged or {}).get("at") or stamp(now),
        }
        opened = _insert(store, act.account.id, row, now)
        add_evidence(store, opened.id, alert.evidence, now)
        act.record(f"incident {opened.id}", number=opened.number, title=opened.title, alert=alert.id)
        tell(store, opened, act.account.id, now)
        return opened


def open_by_hand(
    store: Store,
    actor: Actor,
    title: str,
    type_id: str,
    now: datetime,
    cls: str = "",
    partner_id: int | None = None,
) -> Incident:
    """Open an incident with no item at all, by either side. The PIO usually knows first."""
    with acting(store, actor, "opened an incident by hand", now, seats=OPENING) as act:
        if type_id not in library.TYPES:
            raise Refused("Choose what kind of incident it is. What you typed is kept.")
        row = {
            "title": checked_name(title, "The title"),
            "type": type_id,
            "class": cls or proposed_class(type_id),
            "acknowledged_at": stamp(now),
        }
        if act.account.side == "agency":
            partner_id = act.account.organisation_id
        opened = _insert(store, act.account.id, row | ({"partner_id": partner_id} if partner_id else {}), now)
        act.record(f"incident {opened.id}", number=opened.number, title=opened.title)
        tell(store, opened, act.account.id, now)
        return opened


def proposed_class(type_id: str) -> str:
    """The class an incident of this type begins with. A is a choice a person makes, never a proposal."""
    return next((cls for cls in library.TYPES[type_id].classes if cls != "A"), "B")


def _insert(store: Store, account_id: int, row: dict[str, Any], now: datetime) -> Incident:
    partners = partnership.agencies(store)
    if not partners:
        raise Refused("No partner agency is entered yet. Enter it under Partnership; nothing was opened.")
    year = now.astimezone(partnership.profile(store).timezone).year
    last = store.row_of("select count(*) as n from incident where number like ?", f"{year}-%")
    number = f"{year}-{(last or {'n': 0})['n'] + 1:03}"
    filled = {
        "partner_id": partners[0].id,
        "number": number,
        "opened_by": account_id,
        "opened_at": stamp(now),
    } | row
    return incident(store, store.add("incident", filled))


# Changing -----------------------------------------------------------------------------------------------------------


def classify(store: Store, actor: Actor, incident_id: int, type_id: str, cls: str, now: datetime) -> None:
    """Change the proposed type and class. Statements already begun keep theirs."""
    with acting(store, actor, "changed type and class", now, seats=OPENING) as act:
        before = incident(store, incident_id)
        if type_id not in library.TYPES or cls not in library.CLASSES:
            raise Refused("That type or class does not exist. Nothing was changed.")
        act.record(f"incident {incident_id}", was=[before.type, before.cls], now=[type_id, cls])
        act.nothing_new = (before.type, before.cls) == (type_id, cls)
        store.execute("update incident set type = ?, class = ? where id = ?", [type_id, cls, incident_id])


def rename(store: Store, actor: Actor, incident_id: int, title: str, now: datetime) -> None:
    """Give the incident a plainer title than the headline it came from."""
    with acting(store, actor, "renamed an incident", now, seats=OPENING) as act:
        name = checked_name(title, "The title")
        act.record(f"incident {incident_id}", title=name)
        store.execute("update incident set title = ? where id = ?", [name, incident_id])


def set_status(store: Store, actor: Actor, incident_id: int, status: str, reason: str, now: datetime) -> None:
    """Close an incident, reopen it, or record the decision to say nothing (which needs its reason)."""
    with acting(store, actor, f"set the incident to {status.replace('_', ' ')}", now, seats=OPENING) as act:
        if status == "no_statement" and not reason.strip():
            raise Refused("Say why nothing is said. The reason goes on the record; nothing was changed.")
        act.record(f"incident {incident_id}", reason=reason.strip()[:2000])
        store.execute("update incident set status = ? where id = ?", [status, incident_id])


# Who knows ----------------------------------------------------------------------------------------------------------


def tell(store: Store, about: Incident, by: int, now: datetime) -> None:
    """Tell everyone who must know: the partner's PIO, the superintendent, communications. E-mail goes to the outbox."""
    zone = partnership.profile(store).timezone
    people = [
        person
        for person in accounts(store)
        if person.seat in TOLD_AT_ONCE
        and (person.side == "district" or person.organisation_id == about.partner_id)
    ]
    for person in people:
        how = "opened it" if person.id == by else "e-mail"
        row = {
            "incident_id": about.id,
            "account_id": person.id,
            "how": how,
            "at": stamp(now),
            "by_account_id": by,
        }
        store.add("told", row)
        if person.id == by:
            store.execute("insert or ignore into seen values (?, ?, ?)", [about.id, by, stamp(now)])
            continue
        notices.queue(
            store,
            notices.Message(
                key=f"incident {about.id} told",
                recipient=person.email,
                name=person.name,
                subject=f"{'DRILL ' if about.drill else ''}Incident {about.number} is open: {about.title}"[
                    :150
                ],
                text=notices.letter(
                    "incident_told.txt",
                    person=person,
                    incident=about,
                    at=clocks.full(about.opened_at, zone),
                    path=f"/?incident={about.id}",
                ),
                about=f"incident {about.id}",
            ),
            now,
        )


def log_call(store: Store, actor: Actor, incident_id: int, account_id: int, how: str, now: datetime) -> None:
    """Record that a person was told by phone or in person."""
    with acting(store, actor, "told a person", now, seats=OPENING) as act:
        row = {"incident_id": incident_id, "account_id": account_id, "how": how.strip()[:80] or "phone"}
        store.add("told", row | {"at": stamp(now), "by_account_id": act.account.id})
        act.record(f"incident {incident_id}", told=account_id, how=how)


def mark_seen(store: Store, actor: Actor, incident_id: int, now: datetime) -> None:
    """Note that this person opened the incident: once, the first time."""
    if store.row_of(
        "select 1 from seen where incident_id = ? and account_id = ?", incident_id, actor.account_id
    ):
        return
    with acting(store, actor, "opened the incident's page", now) as act:
        store.execute(
            "insert or ignore into seen values (?, ?, ?)", [incident_id, actor.account_id, stamp(now)]
        )
        act.record(f"incident {incident_id}")


def who_knows(store: Store, about: Incident) -> list[Knows]:
    """Everyone who should know, the told and those who still wait, district and partner by turns."""
    rows = store.rows_of(
        "select account.id, account.name, account.seat, account.phone, organisation.kind as side, "
        "told.at as told_at, told.how, seen.at as seen_at, outbox.sent_at, outbox.trouble, outbox.failed_at, outbox.tries "
        "from account join organisation on organisation.id = account.organisation_id "
        "left join told on told.id = (select id from told t where t.incident_id = :id and t.account_id = account.id "
        "                             order by t.how = 'e-mail', t.at limit 1) "
        "left join seen on seen.incident_id = :id and seen.account_id = account.id "
        "left join outbox on outbox.key = 'incident ' || :id || ' told' and outbox.recipient = account.email "
        "where account.active and account.seat in ('communications', 'pio', 'superintendent', 'counsel') "
        "and (organisation.kind = 'district' or organisation.id = :partner) order by account.id",
        id=about.id,
        partner=about.partner_id,
    )
    return [
        Knows(
            account_id=r["id"],
            name=r["name"],
            seat=Seat(r["seat"]),
            side=r["side"],
            told_at=moment(r["sent_at"]) if r["how"] == "e-mail" else moment(r["told_at"]),
            how=r["how"] or "",
            delivery=_delivery(r),
            seen_at=moment(r["seen_at"]),
            phone=r["phone"],
        )
        for r in rows
    ]


def _delivery(row: dict[str, Any]) -> str:
    if row["how"] != "e-mail":
        return row["how"] or "not told"
    if row["sent_at"]:
        return "e-mail accepted"
    if row["failed_at"]:
        return f"e-mail not delivered: {row['trouble']}"
    return "e-mail waits" if not row["trouble"] else f"e-mail delayed: {row['trouble']}"


def partner_told_at(store: Store, about: Incident) -> datetime | None:
    """When the partner agency first knew: its first person who was reached or opened the incident."""
    moments = [
        at
        for person in who_knows(store, about)
        if person.side == "agency"
        for at in (person.told_at, person.seen_at)
        if at is not None
    ]
    return min(moments, default=None)


def times(store: Store, about: Incident) -> clocks.Times:
    """The moments of an incident that its clocks read, from the rows that hold them."""
    released = store.rows_of(
        "select release.at, phase, next_update_at, type from release join statement on statement.id = statement_id "
        "where incident_id = ? order by release.at",
        about.id,
    )
    held = next((moment(r["at"]) for r in released), None)
    substantive = next((moment(r["at"]) for r in released if r["phase"] in ("U", "R")), None)
    return clocks.Times(
        opened=about.opened_at,
        first_alert=about.first_alert_at,
        acknowledged=about.acknowledged_at,
        partner_told=partner_told_at(store, about),
        held=held,
        substantive=substantive,
        next_update=moment(released[-1]["next_update_at"]) if released else None,
        protective=about.cls == "A",
    )
