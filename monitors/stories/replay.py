"""python -m monitors replay: whole afternoons of feed documents, played in time order and judged as they came."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TextIO

from monitors.alerts.decide import Raised, Told, alerts_for, silence
from monitors.items import Item
from monitors.parse import FAILURES, parse
from monitors.relevance import Judge, Judgement, Report
from monitors.stories.copies import How
from monitors.stories.features import features_of, judged_of
from monitors.stories.grouping import Grouper
from monitors.stories.story import Placement
from monitors.stories.turns import Account, Turn, claims_of
from monitors.stories.words import home_of
from monitors.text import host_of, printable, to_title
from monitors.watchlist import Watchlist, WatchlistError, read_watchlist

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of everything when no entry of any document has a date."""
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_FIRST_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One entry as it arrives: its key, who carried it, and the time it takes its place by."""

    item: Item
    key: str
    source: str
    at: datetime
    dated: bool = True
    """Whether its document has any date; entries of one that has none are played last."""


def arrivals(documents: Iterable[tuple[bytes, str]]) -> tuple[list[Arrival], list[str]]:
    """The entries of all documents (body, name) in time order, and a sentence for each document that cannot be read."""
    found: list[Arrival] = []
    sentences = []
    read = [(parse(body), body, name) for body, name in documents]
    dated = [item.published for parsed, _, _ in read for item in parsed.items if item.published]
    latest = max(dated, default=UNDATED)
    for parsed, body, name in read:
        if parsed.failure:
            sentences.append(f"{name}: {FAILURES[parsed.failure]}")
        source = _source(body)
        ids = Counter(parsed.ids)
        keys = [
            i if i and ids[i] == 1 else item.key for i, item in zip(parsed.ids, parsed.items, strict=True)
        ]
        has_dates = any(item.published for item in parsed.items)
        found += [
            Arrival(item, printable(key), item.outlet or source or host_of(item.link), at, has_dates)
            for item, key, at in in_time_order(parsed.items, keys, latest)
        ]
    return sorted(found, key=lambda arrival: (arrival.at, not arrival.dated)), sentences


def in_time_order(
    items: Sequence[Item], keys: Sequence[str], latest: datetime
) -> list[tuple[Item, str, datetime]]:
    """One document's entries, oldest first, each with its time.

    A document is newest first unless its dates rise. An undated entry stands between its neighbours: half way
    between their times, or at the time of the one it has; those of a document without any date stand at `latest`.
    """
    dates = [item.published for item in items if item.published]
    rising = sum(a < b for a, b in pairwise(dates))
    falling = sum(a > b for a, b in pairwise(dates))
    told = list(zip(items, keys, strict=True))
    if rising <= falling:
        told.reverse()
    return sorted(
        (
            (item, key, at)
            for (item, key), at in zip(
                told, _times([item.published for item, _ in told], latest), strict=True
            )
        ),
        key=lambda arrival: arrival[2],
    )


def _times(published: Sequence[datetime | None], latest: datetime) -> list[datetime]:
    times = []
    for n, own in enumerate(published):
        before = next((at for at in reversed(published[:n]) if at), None)
        after = next((at for at in published[n:] if at), None)
        between = before + (after - before) / 2 if before and after else before or after or latest
        times.append(own or between)
    return times


def _source(body: bytes) -> str:
    first = _FIRST_ENTRY.search(body)
    found = _TITLE.search(body, 0, first.start() if first else 4096)
    return " ".join(to_title(found[1].decode("utf-8", "replace")).split()) if found else ""


@dataclass(slots=True)
class _Playing:
    """A story while it is played: what it has claimed, what it has raised, and how urgent it has been."""

    account: Account = field(default_factory=Account)
    raised: list[Raised] = field(default_factory=list)
    tier: str = "T4"
    relevant: bool = False


def replay(told: Sequence[Arrival], judge: Judge, watchlist: Watchlist) -> Iterator[dict[str, object]]:
    """The events of an afternoon in order: each item, then what it raised, then how it turned its story: one turn an
    item, however much it changes.

    First-fetch and age guards do not apply; re-dated old stories stay silent all the same.
    """
    home = home_of(watchlist)
    grouper = Grouper(home)
    stories: dict[int, _Playing] = {}
    reports = (
        Report(a.item.title, a.item.text, a.source, a.at if a.at != UNDATED else None, a.key) for a in told
    )
    for number, (arrival, judgement) in enumerate(zip(told, judge.judge(reports, watchlist), strict=True)):
        said = features_of(arrival.item, judged_of(judgement), home)
        placement = grouper.place(number, arrival.item, said, arrival.at)
        playing = [stories.setdefault(story_id, _Playing()) for story_id in placement.stories]
        yield _item_line(arrival, judgement, placement, playing)
        yield from _consequences(number, arrival, judgement, placement, stories)


def _item_line(
    arrival: Arrival, judgement: Judgement, placement: Placement, playing: Sequence[_Playing]
) -> dict[str, object]:
    """A follow-up is worth what its story is worth: it need not name anybody again."""
    follows = placement.how in (How.COPY, How.REFERENCE, How.REWRITE)
    tiers = [str(judgement.tier), *(story.tier for story in playing if follows)]
    return {
        "event": "item",
        "key": arrival.key,
        "title": arrival.item.title,
        "link": arrival.item.link,
        "stories": list(placement.stories),
        "tier": min(tiers),
        "relevant": judgement.relevant or (follows and any(story.relevant for story in playing)),
        "why_grouped": [sentence for why in placement.why for sentence in why],
    }


def _consequences(
    number: int, arrival: Arrival, judgement: Judgement, placement: Placement, stories: dict[int, _Playing]
) -> Iterator[dict[str, object]]:
    claims = claims_of(arrival.item.title, arrival.item.text)
    first = placement.stories[0]
    story = stories[first]
    turns: tuple[Turn, ...] = ()
    if placement.lends:
        turns = story.account.take(claims, arrival.at)
        if judgement.relevant:
            story.relevant, story.tier = True, min(story.tier, str(judgement.tier))
    silent = silence(arrival.item, repeats_old=placement.repeats_old)
    told = Told(
        number, arrival.at, str(judgement.tier), judgement.relevant, str(judgement.severity), judgement.incident_type,
        silent,
    )  # fmt: skip
    for raised in alerts_for(first, story.raised, [told]):
        story.raised.append(raised)
        yield _alert_line(arrival, judgement, raised)
    if turns:
        what = "; ".join(turn.sentence for turn in turns)
        yield {"event": "turn", "story": first, "key": arrival.key, "what": what}


def _alert_line(arrival: Arrival, judgement: Judgement, raised: Raised) -> dict[str, object]:
    return {
        "event": "alert",
        "story": raised.story_id,
        "key": arrival.key,
        "tier": raised.tier,
        "severity": raised.severity,
        "incident_type": raised.incident_type,
        "reasons": [{"label": r.label, "text": r.text, "why": r.why} for r in judgement.reasons],
    }


def run(name: str, arguments: list[str], out: TextIO | None = None) -> int:
    """`replay FILE… --watchlist FILE`: JSON Lines to `out`, or standard output. Exit code 2, with a sentence, when nothing can be read."""
    parser = argparse.ArgumentParser(
        prog=f"python -m monitors {name}",
        description="Play feed documents in time order; print items, alerts, turns.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--watchlist", type=Path, required=True)
    asked = parser.parse_args(arguments)
    try:
        watchlist = read_watchlist(asked.watchlist)
        documents = [(file.read_bytes(), file.name) for file in asked.files]
    except (WatchlistError, OSError) as cause:
        print(cause, file=sys.stderr)
        return 2
    told, sentences = arrivals(documents)
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    for event in replay(told, Judge.load(), watchlist):
        print(json.dumps(event, ensure_ascii=False), file=out)
    return 0
