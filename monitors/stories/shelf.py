"""Stories in monitors.db: taking up the open ones, keeping what was placed, and what a person moved."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from monitors.database import Store
from monitors.items import Item
from monitors.relevance.judgement import About
from monitors.store import moment, stamp
from monitors.stories.copies import exact_signs
from monitors.stories.features import UNJUDGED, Features, Judged, features_of, manner
from monitors.stories.grouping import FOLLOWED_LONG, OLD, Grouper
from monitors.stories.story import Member, Placement, Story
from monitors.stories.words import Home

Row = Mapping[str, Any]


class Moved(Exception):
    """A move that cannot be made. Its message is a sentence for the person."""


def item_of(row: Row) -> Item:
    """The item of a row of `items`."""
    published, updated, expires = (
        moment(row[at]) if row[at] else None for at in ("published", "updated", "expires")
    )
    return Item(
        row["key"], row["title"], row["text"], row["link"], published, updated, expires, row["outlet"], row["place"],
        json.loads(row["facts"]),
    )  # fmt: skip


def about_of(text: str | None) -> About:
    """What the judge found, from its JSON."""
    if not text:
        return About()
    return About(**{name: tuple(found) for name, found in json.loads(text).items()})


def said_by(row: Row, judged: Judged, home: Home) -> Features:
    """What the item of a row of `items` says."""
    return _said_by(
        row["key"], row["title"], row["text"], row["link"], row["outlet"], row["facts"], judged, home
    )


@lru_cache(maxsize=8192)
def _said_by(
    key: str, title: str, text: str, link: str, outlet: str, facts: str, judged: Judged, home: Home
) -> Features:
    return features_of(Item(key, title, text, link, outlet=outlet, facts=json.loads(facts)), judged, home)


def _judged(row: Row) -> Judged:
    layer = json.loads(row["layer"] or "[]")
    return Judged(
        about_of(row["about"]),
        bool(row["relevant"]),
        row["incident_type"] or "none",
        *manner(layer),
        (row["language"] or "en") != "en",
    )


MEMBERS = """
select si.story_id, si.at as told_at, si.lends, i.*, j.about, j.relevant, j.incident_type, j.language, j.features as layer
from story_items si join items i on i.id = si.item_id
left join judgements j on j.id = (select max(id) from judgements where item_id = i.id)
"""
"""Items of stories with what the judge found in them."""

_OPEN = (
    MEMBERS
    + """
where si.story_id in (
    select story_id from story_items where at >= :since_irrelevant
    union
    select s.story_id from story_items s join judgements r on r.item_id = s.item_id
    where s.at >= :since_relevant and r.relevant
)
order by si.at, si.item_id"""
)


def version(store: Store) -> tuple[object, ...]:
    """Changes whenever anybody placed or moved an item: what a plan made outside the transaction is checked by."""
    found = store.row_of(
        "select (select max(id) from stories) as stories, (select max(id) from judgements) as judgements,"
        " (select max(id) from story_moves) as moves"
    )
    return tuple((found or {}).values())


def taken_up(store: Store, home: Home, now: datetime) -> Grouper:
    """The stories that still take follow-ups: six weeks after a relevant report, three days after any other.

    Older ones are found by their signs when a copy turns up.
    """
    newest = store.row_of("select max(id) as id from stories") or {}
    grouper = Grouper(home, int(str(newest.get("id") or 0)) + 1, _archive(store, home))
    since = {"since_relevant": stamp(now - FOLLOWED_LONG), "since_irrelevant": stamp(now - OLD)}
    for story in stories_of(store, store.rows_of(_OPEN, **since), home):
        grouper.open(story)
    return grouper


def stories_of(store: Store, rows: Iterable[Row], home: Home) -> list[Story]:
    """Rows of `MEMBERS` as stories, with what people took out of them."""
    found: dict[int, Story] = {}
    for row in rows:
        story = found.setdefault(row["story_id"], Story(row["story_id"]))
        story.members.append(
            Member(row["id"], said_by(row, _judged(row), home), moment(row["told_at"]), bool(row["lends"]))
        )
    outs = store.rows_of(
        "select m.story_id as moved_from, i.* from story_moves m join items i on i.id = m.item_id"
        " where m.act = 'out' and not exists (select 1 from story_items s"
        " where s.story_id = m.story_id and s.item_id = m.item_id)"
    )
    for out in outs:
        if (story_id := int(str(out["moved_from"]))) in found:
            found[story_id].refused.append(said_by(out, UNJUDGED, home))
    return list(found.values())


def _archive(store: Store, home: Home) -> Callable[[Features], list[Story]]:
    def find(said: Features) -> list[Story]:
        signs = [sign_text(sign) for sign in exact_signs(said)]
        marks = ",".join("?" * len(signs))
        rows = store.rows_of(
            f"{MEMBERS} where si.story_id in (select story_id from story_items where item_id in"
            f" (select item_id from story_signs where sign in ({marks}))) order by si.at, si.item_id",
            *signs,
        )
        return stories_of(store, rows, home)

    return find


def sign_text(sign: tuple[str, object]) -> str:
    """A sign as the store keeps it."""
    return f"{sign[0]}:{sign[1]}"[:500]


def stories_with(store: Store, item_id: int) -> list[int]:
    """The stories an item is in."""
    return [
        row["story_id"]
        for row in store.query("select story_id from story_items where item_id = ?", [item_id])
    ]


@dataclass(frozen=True, slots=True)
class Placed:
    """An item that has found its place. `at` is when it was told."""

    item_id: int
    said: Features
    placement: Placement
    at: datetime


def keep(store: Store, placed: Sequence[Placed]) -> None:
    """Write where items were placed. Call inside `atomic()`."""
    opened = [{"id": p.placement.stories[0], "opened_at": stamp(p.at)} for p in placed if p.placement.is_new]
    store.table("stories").insert_all(opened)
    store.table("story_items").insert_all(row for p in placed for row in _membership(p))
    signs = {(sign_text(sign), p.item_id) for p in placed for sign in exact_signs(p.said)}
    store.table("story_signs").insert_all(
        ({"sign": sign, "item_id": item_id} for sign, item_id in sorted(signs)), ignore=True
    )


def _membership(placed: Placed) -> Iterator[dict[str, object]]:
    placement = placed.placement
    for story_id, why in zip(placement.stories, placement.why, strict=True):
        yield {
            "story_id": story_id,
            "item_id": placed.item_id,
            "at": stamp(placed.at),
            "how": str(placement.how),
            "why": json.dumps(why, ensure_ascii=False),
            "lends": int(placement.lends),
        }


def take_out(store: Store, story_id: int, item_id: int, by: str, now: datetime) -> int:
    """Take an item out of a story; it stands in a story of its own unless it is in another. Returns that story.

    Remembered: neither the item nor a copy of it comes back by itself. Doing it twice changes nothing.
    Raises Moved when there is no such item or story.
    """
    with store.atomic():
        at = _told_at(store, story_id, item_id)
        _leave(store, story_id, item_id, by, now)
        elsewhere = store.row_of("select min(story_id) as id from story_items where item_id = ?", item_id)
        if elsewhere and elsewhere["id"] is not None:
            return int(str(elsewhere["id"]))
        newest = store.row_of("select max(id) as id from stories") or {}
        own = int(str(newest["id"] or 0)) + 1
        store.table("stories").insert({"id": own, "opened_at": at})
        _enter(store, own, item_id, by, at)
        return own


def move(store: Store, item_id: int, out_of: int, into: int, by: str, now: datetime) -> None:
    """Move an item from one story to another; remembered like `take_out`. Raises Moved with a sentence."""
    with store.atomic():
        at = _told_at(store, out_of, item_id)
        if not store.row_of("select id from stories where id = ?", into):
            raise Moved(f"There is no story {into}. Nothing was moved.")
        _leave(store, out_of, item_id, by, now)
        _enter(store, into, item_id, by, at)
        store.table("story_moves").insert(
            {"item_id": item_id, "story_id": into, "act": "in", "by": by, "at": stamp(now)}
        )


def _told_at(store: Store, story_id: int, item_id: int) -> str:
    """When the item was told; it must be, or have been, in that story."""
    row = store.row_of(
        "select i.at from items i where i.id = :item and (exists (select 1 from story_items"
        " where story_id = :story and item_id = :item) or exists (select 1 from story_moves"
        " where story_id = :story and item_id = :item))",
        item=item_id,
        story=story_id,
    )
    if row is None:
        raise Moved(f"Item {item_id} is not in story {story_id}. Nothing was moved.")
    return str(row["at"])


def _leave(store: Store, story_id: int, item_id: int, by: str, now: datetime) -> None:
    there = store.execute(
        "delete from story_items where story_id = ? and item_id = ?", (story_id, item_id)
    ).rowcount
    if there:
        store.table("story_moves").insert(
            {"item_id": item_id, "story_id": story_id, "act": "out", "by": by, "at": stamp(now)}
        )


def _enter(store: Store, story_id: int, item_id: int, by: str, at: str) -> None:
    row = {"story_id": story_id, "item_id": item_id, "at": at, "how": "moved", "lends": 1}
    why = json.dumps([f"{by} put it here."], ensure_ascii=False)
    store.table("story_items").insert(row | {"why": why}, ignore=True)
