"""What a changed watchlist would have made of what was heard lately, before anybody saves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from monitors.alerts.hearing import report_of
from monitors.database import Store
from monitors.relevance.judgement import Tier
from monitors.store import stamp
from monitors.watchlist import Watchlist

if TYPE_CHECKING:
    from monitors.relevance import Judge

LOOKED_BACK = timedelta(days=30)
AT_MOST = 5_000
"""Items read, the newest: two watchlists take some two seconds for so many."""
SHOWN = 50
"""Stories of each kind that are named; the counts are of all."""


class Change(StrEnum):
    """What a changed watchlist does to a story."""

    NEW = "new"
    GONE = "gone"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Differs:
    """A story the two watchlists judge differently, by the item that speaks loudest in it."""

    change: Change
    item_id: int
    title: str
    outlet: str
    link: str
    at: str
    """When it was told: UTC, as the store keeps it."""
    before: str
    """Its tier by the watchlist that holds; `after` by the changed one."""
    after: str
    others: int
    """How many more items of the story were read."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Both answers over the same items. `read` says how many; `more` that older ones of the month were left out."""

    read: int
    more: bool
    heard_before: int
    """Stories that interrupt somebody by the watchlist that holds; `heard_after` by the changed one."""
    heard_after: int
    counts: Mapping[str, int]
    stories: tuple[Differs, ...]


_ITEMS = """
select i.id, i.title, i.text, i.link, i.outlet, i.published, i.at, s.name as source_name, s.place as source_place,
    (select min(story_id) from story_items where item_id = i.id) as story
from items i join sources s on s.id = i.source_id where i.seen_at >= ? order by i.seen_at desc, i.id desc limit ?"""


def what_if(
    store: Store, judge: Judge, held: Watchlist, changed: Watchlist, now: datetime, at_most: int = AT_MOST
) -> WhatIf:
    """Judge what was seen in the thirty days before `now` by both watchlists, and say where they differ, story by story.

    Both are judged now, by the same judge, so that a difference is the watchlist's and not that of an older model.
    Reads only: nothing is judged anew, grouped or raised by it.
    """
    rows = store.rows_of(_ITEMS, stamp(now - LOOKED_BACK), at_most + 1)
    read = rows[:at_most]
    told = _stories(zip(read, _both(judge, read, held, changed), strict=True))
    differs = [found for items in told for found in _differs(items)]
    counts = {str(change): sum(found.change is change for found in differs) for change in Change}
    return WhatIf(
        len(read),
        len(rows) > at_most,
        sum(_loudest(items, 0) in _INTERRUPTS for items in told),
        sum(_loudest(items, 1) in _INTERRUPTS for items in told),
        counts,
        tuple(_first(differs)),
    )


_INTERRUPTS = frozenset({Tier.T0, Tier.T1, Tier.T2})
Row = Mapping[str, Any]
Tiers = tuple[Tier, Tier]


def _both(judge: Judge, rows: Sequence[Row], held: Watchlist, changed: Watchlist) -> Iterator[Tiers]:
    names, profiles = judge.compile((held, changed))
    for heard in judge.hear(map(report_of, rows), names):
        before, after = (
            judge.weigh(heard.described, heard.hits.get(number, ()), ours)
            for number, ours in enumerate(profiles)
        )
        yield before.tier, after.tier


def _stories(judged: Iterable[tuple[Row, Tiers]]) -> list[list[tuple[Row, Tiers]]]:
    stories: dict[object, list[tuple[Row, Tiers]]] = {}
    for row, tiers in judged:
        stories.setdefault(row["story"] or f"item {row['id']}", []).append((row, tiers))
    return list(stories.values())


def _loudest(items: Iterable[tuple[Row, Tiers]], which: int) -> Tier:
    return min(tiers[which] for _, tiers in items)


def _differs(items: Sequence[tuple[Row, Tiers]]) -> Iterator[Differs]:
    before, after = _loudest(items, 0), _loudest(items, 1)
    if before == after or not {before, after} & _INTERRUPTS:
        return
    change = (
        Change.NEW if before not in _INTERRUPTS else Change.GONE if after not in _INTERRUPTS else Change.MOVED
    )
    decides = 0 if change is Change.GONE else 1
    row, _ = min(items, key=lambda item: (item[1][decides], item[0]["at"]))
    yield Differs(
        change, row["id"], row["title"], row["outlet"] or row["source_name"], row["link"], row["at"], before, after,
        len(items) - 1,
    )  # fmt: skip


def _first(differs: Sequence[Differs]) -> Iterator[Differs]:
    for change in Change:
        mine = sorted(
            (found for found in differs if found.change is change), key=lambda found: found.at, reverse=True
        )
        yield from mine[:SHOWN]
