"""What people do with an alert: acknowledge, dismiss, mark relevant, snooze, assign. Kept with the partnership."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from comms.people import Actor, Seat, acting
from comms.store import stamp
from monitors.database import Store
from monitors.relevance.judgement import Reason

OPENING = frozenset({Seat.COMMUNICATIONS, Seat.PIO, Seat.SUPERINTENDENT})
"""Who may answer an alert and open an incident: either side."""
SAID_AS = {
    "OVERRIDE": "Why",
    "EVENT": "What",
    "PLACE": "Where",
    "LANGUAGE": "Language",
    "RULE": "Why",
    "ROUTINE": "Why",
}
"""The judge's kinds of evidence as people read them; its weights are shown on demand only."""


def alert_act(store: Store, actor: Actor, alert_id: int, act: str, now: datetime, detail: str = "") -> None:
    """Acknowledge, dismiss, mark relevant, snooze or assign an alert. The second click is no second entry."""
    did = {
        "acknowledge": "acknowledged an alert",
        "dismiss": "marked an alert not relevant",
        "relevant": "marked a near miss relevant",
        "snooze": "snoozed an alert",
        "assign": "assigned an alert",
    }[act]
    with acting(store, actor, did, now, seats=OPENING) as doing:
        doing.record(f"alert {alert_id}", detail=detail)
        known = store.row_of(
            "select act, detail from alert_act where alert_id = ? order by id desc limit 1", alert_id
        )
        if known == {"act": act, "detail": detail}:
            doing.nothing_new = True
            return
        insert_act(store, doing.account.id, alert_id, act, now, detail)


def insert_act(
    store: Store, account_id: int, alert_id: int, act: str, now: datetime, detail: str = ""
) -> None:
    store.add(
        "alert_act",
        {
            "alert_id": alert_id,
            "account_id": account_id,
            "act": act,
            "detail": detail[:500],
            "at": stamp(now),
        },
    )


def alert_acts(store: Store) -> dict[int, dict[str, Any]]:
    """The newest act of people on each alert: alert id -> {act, detail, at, name}."""
    rows = store.rows_of(
        "select alert_id, act, detail, at, account.name from alert_act join account on account.id = account_id order by alert_act.id"
    )
    return {row["alert_id"]: row for row in rows}


def why_lines(reasons: Sequence[Reason]) -> list[tuple[str, str]]:
    """Why an alert interrupts, one line a kind of evidence: ("Where", "school “Orrin Middle School”; place “Fenwick …”")."""
    lines: dict[str, list[str]] = {}
    for reason in reasons:
        label = SAID_AS.get(reason.label)
        if label is None:
            continue
        why = reason.why.split(", weighs ")[0]
        quoted = (
            f"{why} “{reason.text}”" if reason.text and reason.text.casefold() not in why.casefold() else why
        )
        kept = lines.setdefault(label, [])
        if quoted not in kept and len(kept) < 3:
            kept.append(quoted)
    return [(label, "; ".join(parts)) for label, parts in lines.items()]
