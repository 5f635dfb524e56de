"""While people are silent: reminders by themselves, then the seat's other holders and the deputies. Nothing is sent out.

Called by the duty process. Source: the domain rules, section 5 ("If an approver is silent").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from comms import audit
from comms.agreeing import approvals, asks
from comms.agreeing.approvals import Step
from comms.agreeing.seats import current, holders, stand_ins, standing
from comms.people import account
from comms.reaching import oncall
from comms.workspace import statements
from comms.workspace.incidents import Incident
from comms.workspace.statements import Statement
from monitors.database import Store


def escalate(store: Store, incident: Incident, now: datetime) -> int:
    """Ask the deputies of seats that stayed silent past their wait. How many were asked. Called by the duty process."""
    asked_now = 0
    for about in statements.of_incident(store, incident.id):
        if statements.released(store, about.id) or not asks.sent(store, about):
            continue
        hashes = {c.variant_id: c.hash for c in current(store, about.id)}
        for step in standing(store, about).next_seats:
            asked_now += _ask_other_holders(store, about, step, hashes, now)
            asked_now += _ask_deputies(store, about, step, hashes, now)
    return asked_now


def chase(store: Store, incident: Incident, now: datetime) -> int:
    """Remind the silent ones by itself. How many were reminded. Called by the duty process."""
    reminded = 0
    for about in statements.of_incident(store, incident.id):
        if statements.released(store, about.id) or not asks.sent(store, about):
            continue
        hashes = {c.variant_id: c.hash for c in current(store, about.id)}
        for step in standing(store, about).next_seats:
            reminded += _chase(store, about, incident, step, hashes, now)
    return reminded


CHASES = 4
"""How often a silent person is reminded by itself; then people call."""


def _chase(
    store: Store, about: Statement, incident: Incident, step: Step, hashes: Mapping[int, str], now: datetime
) -> int:
    """Remind each silent person of a seat by itself: after half the deputy's wait, then each time it passes again."""
    every = (step.deputy_after or timedelta(minutes=30)) / 2
    reminded = 0
    for asked in asks.asks(store, about.id):
        if asked.seat is not step.seat or dict(asked.hashes) != dict(hashes):
            continue
        rounds = min(int((now - asked.at) / every), CHASES)
        key = f"ask {asked.id} chase {rounds}"
        if rounds < 1 or store.row_of("select 1 from outbox where key = ?", key):
            continue
        person, sender = account(store, asked.account_id), account(store, asked.sent_by)
        stands_for = account(store, asked.for_account_id) if asked.for_account_id else None
        with store.atomic():
            asks.mail_ask(
                store, about, incident, asked.id, person, stands_for, sender, asked.due_at, now, key
            )
        reminded += 1
    return reminded


def _ask_other_holders(
    store: Store, about: Statement, step: Step, hashes: Mapping[int, str], now: datetime
) -> int:
    """When who is on call stays silent past the wait, the seat's other holders are asked too."""
    mine = [a for a in asks.asks(store, about.id) if a.seat is step.seat and dict(a.hashes) == dict(hashes)]
    if not mine or step.deputy_after is None or now - mine[0].at < step.deputy_after:
        return 0
    count = 0
    for person in oncall.present(store, holders(store, about, step.seat), now):
        if person.id not in {a.account_id for a in mine}:
            with store.atomic():
                asks.send_ask(
                    store, about, step.seat, person, None, account(store, mine[0].sent_by), hashes, now
                )
            count += 1
    return count


def _ask_deputies(
    store: Store, about: Statement, step: Step, hashes: Mapping[int, str], now: datetime
) -> int:
    known = asks.asks(store, about.id)
    first = next((a for a in known if a.seat is step.seat and dict(a.hashes) == dict(hashes)), None)
    count = 0
    for deputy in stand_ins(store, about, now):
        if first is None or not approvals.stands_in(
            deputy.account_id, step.seat, [deputy], first.at, step, now
        ):
            continue
        if any(a.account_id == deputy.account_id and dict(a.hashes) == dict(hashes) for a in known):
            continue
        with store.atomic():
            person, for_person = account(store, deputy.account_id), account(store, deputy.for_account_id)
            asks.send_ask(
                store, about, step.seat, person, for_person, account(store, first.sent_by), hashes, now
            )
            audit.append(
                store,
                now,
                who="duty",
                seat="",
                did="asked a deputy",
                about=f"statement {about.id}",
                details={
                    "deputy": person.name,
                    "for": for_person.name,
                    "incident": f"incident {about.incident_id}",
                },
            )
        count += 1
    return count
