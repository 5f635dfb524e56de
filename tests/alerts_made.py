"""Alerts as the monitors' store keeps them, written without a feed: for tests of what people are told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from monitors import sources
from monitors.store import open_monitors, stamp

HEADLINE = "Officers escort masked group <b>off</b> overpass"


def heard(
    data: Path, at: datetime, tier: str = "T1", headline: str = HEADLINE, alert: bool | None = None
) -> int:
    """An item that was heard and judged at `at`; the id of the alert it raised (T0 to T2, or as `alert` says), else of
    its story."""
    with open_monitors(data) as store, store.atomic():
        known = store.row_of("select id from sources limit 1")
        source_id = (
            known["id"]
            if known
            else sources.add(store, "https://courier.example/feed", name="Courier", now=at).id
        )
        count = (store.row_of("select count(*) as n from items") or {"n": 0})["n"]
        when, digest = stamp(at), f"digest {count}".encode()
        item_id = store.add(
            "items",
            {
                "source_id": source_id,
                "key": f"item {count}",
                "title": headline,
                "text": "",
                "link": f"https://courier.example/{count}",
                "at": when,
                "seen_at": when,
                "outlet": "Courier",
                "place": "",
                "facts": "{}",
                "backfill": 0,
                "seen_late": 0,
                "dated": "given",
                "digest": digest,
            },
        )
        relevant = tier in {"T0", "T1", "T2"} if alert is None else alert
        store.add(
            "judgements",
            {
                "item_id": item_id,
                "digest": digest,
                "judged_at": when,
                "score": 0.9,
                "relevant": int(relevant),
                "tier": tier,
                "severity": "elevated",
                "incident_type": "protest",
                "near_miss": 0,
                "language": "en",
                "reasons": "[]",
                "marks": "[]",
                "about": "{}",
                "features": "[]",
                "silent": "",
            },
        )
        story = store.add("stories", {"opened_at": when})
        store.execute(
            "insert into story_items (story_id, item_id, at, how, why, lends) values (?, ?, ?, 'first', '[]', 1)",
            [story, item_id, when],
        )
        if not relevant:
            return story
        return store.add(
            "alerts",
            {
                "story_id": story,
                "item_id": item_id,
                "kind": "new",
                "subject": "",
                "tier": tier,
                "severity": "elevated",
                "incident_type": "protest",
                "sentence": "",
                "seen_late": 0,
                "at": when,
            },
        )
