"""What was reported of an incident: items copied into it, so that monitors.db may be deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comms.hearing.feedback import Judged
from comms.store import moment, stamp
from monitors.database import Store


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an item said, copied when the incident took it in, so that monitors.db may be deleted."""

    key: str
    title: str
    text: str
    outlet: str
    link: str
    published: datetime | None
    seen: datetime


@dataclass(frozen=True, slots=True)
class AlertCopy:
    """What an incident takes over from the alert it is opened from, or from an item that raised none (no id).

    `judged` is the item as it was judged: opening an incident marks it relevant.
    """

    id: int | None
    headline: str
    incident_type: str
    first_seen: datetime
    evidence: tuple[Evidence, ...] = ()
    judged: Judged | None = None


def add_evidence(store: Store, incident_id: int, items: Sequence[Evidence], now: datetime) -> int:
    """Copy items into an incident, once each; the caller holds the transaction. The number that was new."""
    before = store.table("evidence").count_where("incident_id = ?", [incident_id])
    for item in items:
        store.execute(
            "insert or ignore into evidence (incident_id, item_key, title, text, outlet, link, published_at, seen_at, added_at) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                incident_id,
                item.key,
                item.title,
                item.text,
                item.outlet,
                item.link,
                stamp(item.published) if item.published else None,
                stamp(item.seen),
                stamp(now),
            ],
        )
    return store.table("evidence").count_where("incident_id = ?", [incident_id]) - before


def evidence(store: Store, incident_id: int) -> list[Evidence]:
    """The copied items of an incident, newest first."""
    rows = store.rows_of(
        "select * from evidence where incident_id = ? order by coalesce(published_at, seen_at) desc, id desc",
        incident_id,
    )
    return [
        Evidence(
            r["item_key"],
            r["title"],
            r["text"],
            r["outlet"],
            r["link"],
            moment(r["published_at"]),
            moment(r["seen_at"]) or datetime.min,
        )
        for r in rows
    ]
