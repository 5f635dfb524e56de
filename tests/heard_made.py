"""What was heard, put into monitors.db as a pass would leave it: sources, judged items, stories, alerts, turns."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitors.database import Store
from monitors.store import open_monitors, stamp

LOCKDOWN = "Orrin Middle School on lockdown after bomb threat, Alder Falls police say"
NEAR = "Neighbors on Fenwick Street ask what the sirens were about"


class Heard:
    """A monitors.db of one source. Every method returns the id of what it put there."""

    def __init__(self, data: Path, now: datetime | None = None) -> None:
        self.data, self.now = data, now or datetime.now(UTC)
        with self.store() as store:
            at = stamp(self.now - timedelta(days=40))
            row = {
                "url": "https://kxtv.example/feed",
                "address": "kxtv.example/feed",
                "domain": "kxtv.example",
            }
            store.table("sources").insert(row | {"name": "KXTV 9 News", "kind": "feed", "added_at": at})
            store.table("states").insert(
                {"source_id": 1, "next_poll_at": stamp(self.now + timedelta(days=1))}
            )

    def store(self) -> Store:
        """monitors.db, for this thread. Close it."""
        return open_monitors(self.data)

    def unjudged(self, title: str, *, text: str = "", ago: timedelta = timedelta(minutes=5)) -> int:
        """An item as a sweep leaves it."""
        at = stamp(self.now - ago)
        with self.store() as store, store.atomic():
            n = store.table("items").count + 1
            item = {
                "source_id": 1, "key": f"{n} {title}", "title": title, "text": text, "published": at, "at": at,
                "link": f"https://kxtv.example/stories/{n}", "seen_at": at, "outlet": "", "place": "",
                "facts": "{}", "backfill": 0, "seen_late": 0, "dated": "given", "digest": _digest(title),
            }  # fmt: skip
            return int(store.table("items").insert(item).last_pk or 0)

    def item(
        self,
        title: str,
        *,
        text: str = "",
        ago: timedelta = timedelta(minutes=5),
        tier: str = "T4",
        score: float = 0.2,
        near: bool = False,
        features: dict[str, float] | None = None,
        rule: str = "",
    ) -> int:
        """A judged item in a story of its own."""
        at = stamp(self.now - ago)
        relevant = tier in {"T0", "T1", "T2"}
        item_id = self.unjudged(title, text=text, ago=ago)
        with self.store() as store, store.atomic():
            reasons = [{"label": "PLACE", "text": "Fenwick Street", "why": "place"}]
            if rule:
                reasons.append({"label": "OVERRIDE", "text": rule, "why": "a named rule"})
            judgement = {
                "item_id": item_id, "digest": _digest(title), "judged_at": at, "score": score, "relevant": int(relevant),
                "tier": tier, "severity": "elevated" if relevant else "none",
                "incident_type": "threat" if relevant else "none", "near_miss": int(near), "language": "en",
                "reasons": json.dumps(reasons), "marks": "[]", "about": "{}",
                "features": json.dumps(list((features or {"bias": 1.0}).items())), "silent": "",
            }  # fmt: skip
            store.table("judgements").insert(judgement)
            story_id = int(store.table("stories").insert({"opened_at": at}).last_pk or 0)
            self._place(store, story_id, item_id, at)
        return item_id

    def alert(
        self, title: str, *, tier: str = "T1", ago: timedelta = timedelta(minutes=5), **more: object
    ) -> int:
        """An item that interrupted: the alert's id."""
        item_id = self.item(title, tier=tier, ago=ago, score=0.9, **more)  # type: ignore[arg-type]
        return self._alert(item_id, self.story_of(item_id), tier, self.now - ago)

    def turn(self, story_id: int, title: str, subject: str, sentence: str, *, text: str = "") -> int:
        """An item that turned a story, with the turn and its alert: the item's id."""
        item_id = self.item(title, text=text, tier="T1", score=0.9, ago=timedelta(minutes=1))
        at = stamp(self.now)
        with self.store() as store, store.atomic():
            store.execute("delete from story_items where item_id = ?", [item_id])
            self._place(store, story_id, item_id, at)
            row = {"story_id": story_id, "item_id": item_id, "subject": subject, "sentence": sentence}
            store.table("turns").insert(row | {"proposed_class": "F", "at": at, "heard_at": at})
        self._alert(item_id, story_id, "T1", self.now, "turn", subject, sentence)
        return item_id

    def story_of(self, item_id: int) -> int:
        """The story an item is in."""
        with self.store() as store:
            row = store.row_of("select story_id from story_items where item_id = ?", item_id)
        assert row
        return int(row["story_id"])

    def _place(self, store: Store, story_id: int, item_id: int, at: str) -> None:
        row = {
            "story_id": story_id,
            "item_id": item_id,
            "at": at,
            "how": "first report",
            "why": "[]",
            "lends": 1,
        }
        store.table("story_items").insert(row)

    def _alert(
        self,
        item_id: int,
        story_id: int,
        tier: str,
        at: datetime,
        kind: str = "new",
        subject: str = "",
        sentence: str = "",
    ) -> int:
        row = {"story_id": story_id, "item_id": item_id, "kind": kind, "subject": subject, "tier": tier}
        row |= {"severity": "elevated", "incident_type": "threat", "sentence": sentence, "seen_late": 0}
        with self.store() as store, store.atomic():
            return int(store.table("alerts").insert(row | {"at": stamp(at)}).last_pk or 0)


def _digest(title: str) -> bytes:
    return hashlib.sha256(title.encode()).digest()
