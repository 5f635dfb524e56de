"""Speaking apart, but together: each side's own text, seen by the other, at a common time if both want it.

Source: the domain rules, section 5. Also the district's own text of its own facts when the police stay silent.
"""

from __future__ import annotations

import json
from datetime import datetime

from comms import clocks, partnership
from comms.agreeing import asks, notice
from comms.agreeing.seats import current, holders, route_of, standing
from comms.people import WRITING, Account, Actor, Refused, Seat, accounts, acting
from comms.reasons import Reason
from comms.store import moment, stamp
from comms.workspace import facts, incidents, statements
from comms.workspace.statements import Start, Statement
from monitors.database import Store

OTHER = {"district": "police", "police": "district"}
SIDE = {"district": "district", "police": "agency"}


def counterpart(store: Store, about: Statement) -> Statement | None:
    """The other side's text of the same incident and phase, when both speak apart."""
    other = OTHER.get(about.voice)
    texts = statements.of_incident(store, about.incident_id)
    return next((s for s in texts if s.voice == other and s.phase == about.phase), None)


def side_of(about: Statement) -> str:
    """Whose text it is: "district" or "agency"."""
    return SIDE[about.voice]


def mark_seen(store: Store, actor: Actor, statement_id: int, now: datetime) -> None:
    """Note that a person of the other side read this text as it is now; once per words."""
    about = statements.statement(store, statement_id)
    hashes = _hashes(store, about)
    with acting(store, actor, "read the other side's text", now) as act:
        act.record(f"statement {statement_id}", incident=f"incident {about.incident_id}")
        mine = about.voice != "joint" and act.account.side == side_of(about)
        about_partner = route_of(store, about).notice is not None and act.account.side == "agency"
        known = store.row_of(
            "select 1 from seen_text where statement_id = ? and account_id = ? and hashes = ?",
            statement_id,
            act.account.id,
            hashes,
        )
        answers = act.account.id in {p.id for p in notice.other_side(store, about)}
        act.nothing_new = bool(known) or mine or not answers or (about.voice == "joint" and not about_partner)
        if not act.nothing_new:
            row = {"statement_id": statement_id, "account_id": act.account.id, "hashes": hashes}
            store.add("seen_text", row | {"at": stamp(now)})


def look(store: Store, actor: Actor, about: Statement, now: datetime) -> None:
    """Opening a text counts as reading it, for those of the other side whom it is shown to; nothing for anybody else."""
    if actor.account_id in {p.id for p in notice.other_side(store, about)} and (
        about.voice != "joint" or route_of(store, about).notice
    ):
        known = store.row_of(
            "select 1 from seen_text where statement_id = ? and account_id = ? and hashes = ?",
            about.id,
            actor.account_id,
            _hashes(store, about),
        )
        if known is None:
            mark_seen(store, actor, about.id, now)


def _hashes(store: Store, about: Statement) -> str:
    return json.dumps(sorted(c.hash for c in current(store, about.id)))


def seen(store: Store, about: Statement) -> bool:
    """Whether somebody of the other side read this text in the words it has now."""
    return bool(
        store.row_of(
            "select 1 from seen_text where statement_id = ? and hashes = ?", about.id, _hashes(store, about)
        )
    )


def reasons_not(store: Store, about: Statement, now: datetime) -> list[Reason]:
    """What speaking apart asks for, and a common or embargoed time that has not come."""
    found = []
    if counterpart(store, about) is not None and not seen(store, about):
        people = " or ".join(p.called for p in notice.other_side(store, about))
        other = "district has" if about.voice == "police" else "police have"
        found.append(Reason("seen", f"The {other} not seen this text as it is now", f"{people} opens it"))
    until = held_until(store, about.id)
    if until and now < until:
        at = clocks.seen_words(until, now, partnership.profile(store).timezone)
        found.append(
            Reason("embargo", f"Held until {at}", "Waits; then a person releases it. Nothing goes by itself")
        )
    return found


# A time to wait for ---------------------------------------------------------------------------------------------------


def held_until(store: Store, statement_id: int) -> datetime | None:
    """Until when a text is held (aware UTC), or None."""
    row = store.row_of(
        "select until_at from embargo where statement_id = ? order by id desc limit 1", statement_id
    )
    return moment(row["until_at"]) if row else None


def hold_until(
    store: Store, actor: Actor, statement_id: int, until: datetime | None, reason: str, now: datetime
) -> None:
    """Hold a text until a time, or end the hold. Two texts that speak apart get the same time. A person still presses."""
    with acting(store, actor, "set the time of release", now, seats=WRITING) as act:
        about = statements.statement(store, statement_id)
        act.record(
            f"statement {statement_id}",
            incident=f"incident {about.incident_id}",
            until=stamp(until) if until else "",
        )
        if statements.released(store, statement_id):
            raise Refused("This statement was released already. Nothing was changed.")
        if until is not None and until <= now:
            at = clocks.clock(until, partnership.profile(store).timezone)
            raise Refused(f"{at} has passed. Choose a later time; nothing was changed.")
        act.nothing_new = held_until(store, statement_id) == until
        if act.nothing_new:
            return
        both = [about, other] if (other := counterpart(store, about)) else [about]
        for each in both:
            row = {
                "statement_id": each.id,
                "until_at": stamp(until) if until else None,
                "reason": reason.strip()[:300],
            }
            store.add("embargo", row | {"account_id": act.account.id, "at": stamp(now)})


# The district's own text ----------------------------------------------------------------------------------------------


def may_go_alone(store: Store, about: Statement, now: datetime) -> str:
    """Why the district may not yet write its own text instead of this joint one; empty when it may."""
    wait = route_of(store, about).without_police_after
    if about.voice != "joint" or wait is None or statements.released(store, about.id):
        return "Only a joint text that waits for the police has this way."
    if not reachable_police(store, about, now):
        return ""
    silent = any(s.step.seat is Seat.PIO for s in standing(store, about).missing)
    asked = asks.first_ask(store, about.id, Seat.PIO)
    if not silent:
        return "The police have approved. Release the joint text."
    if asked is None:
        return "The police were not asked yet. Send the text for approval first."
    if now - asked.at < wait:
        zone = partnership.profile(store).timezone
        return f"This way opens at {clocks.clock(asked.at + wait, zone)}, {clocks.minutes(wait)} after they were asked."
    return ""


def reachable_police(store: Store, about: Statement, now: datetime) -> list[Account]:
    """Who could approve for the police now: holders who are not away, and their deputies in force."""
    return asks.reachable(store, about, Seat.PIO, now)


def district_only(store: Store, actor: Actor, statement_id: int, now: datetime) -> Statement:
    """Begin the district's own text from its own facts, and tell the police at once. Their joint text stays as it is.

    Raises Refused until the police were silent for the wait of the class. The second click opens the same text.
    """
    with acting(
        store, actor, "began the district's own text", now, seats={Seat.COMMUNICATIONS, Seat.SUPERINTENDENT}
    ) as act:
        about = statements.statement(store, statement_id)
        act.record(f"statement {statement_id}", incident=f"incident {about.incident_id}")
        why_not = may_go_alone(store, about, now)
        if why_not:
            raise Refused(f"{why_not} Nothing was started.")
        texts = statements.variants(store, statement_id)
        ours = [
            f.claim.rstrip(".")
            for f in facts.facts(store, about.incident_id)
            if f.owner == "district" and f.status == "confirmed"
        ]
        how = Start(
            about.phase,
            "district",
            tuple(dict.fromkeys(t.channel for t in texts)),
            tuple(dict.fromkeys(t.language for t in texts)),
            about.cls,
            {"what": ". ".join(ours), "agencies": ""},
        )
        made = statements.start(store, actor, about.incident_id, how, now)
        notice.give(store, made, act.account, now)
        return made


def nobody_to_ask(store: Store, about: Statement, now: datetime) -> str:
    """The sentence that says that a side has no active approver, or nothing."""
    if any(s.step.seat is Seat.PIO for s in standing(store, about).missing) and not reachable_police(
        store, about, now
    ):
        incident = incidents.incident(store, about.incident_id)
        agency = next((a for a in partnership.agencies(store) if a.id == incident.partner_id), None)
        named = [p for p in accounts(store, seat=Seat.PIO, organisation_id=incident.partner_id) if not p.sro]
        away = (
            f" {' and '.join(p.called for p in named)} is away."
            if named and not holders_present(store, about, now)
            else ""
        )
        call = f" Call {agency.phone}." if agency and agency.phone else ""
        return f"The police have no active approver.{away} You can: speak separately · wait.{call}"
    return ""


def holders_present(store: Store, about: Statement, now: datetime) -> list[Account]:
    """The police seat's own holders who are not away now."""
    present = {p.id for p in reachable_police(store, about, now)}
    return [p for p in holders(store, about, Seat.PIO) if p.id in present]
