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
from monitors.parse.document import ENTRY_LIMIT
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
_LAST_CLOSING = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>\s*((?:</[^>]+>\s*)+)$", re.IGNORECASE)
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
    read = [_read(body, name) for body, name in documents]
    sentences = [sentence for document in read if (sentence := document.sentence)]
    latest = max(
        (item.published for document in read for item in document.items if item.published), default=UNDATED
    )
    for document in read:
        has_dates = any(item.published for item in document.items)
        found += [
            Arrival(item, printable(key), item.outlet or document.source or host_of(item.link), at, has_dates)
            for item, key, at in in_time_order(document.items, document.keys, latest)
        ]
    return sorted(found, key=lambda arrival: (arrival.at, not arrival.dated)), sentences


@dataclass(frozen=True, slots=True)
class _Document:
    """What one document says: its entries, a key each, who carries them, and why it cannot be read, if so."""

    items: tuple[Item, ...]
    keys: tuple[str, ...]
    source: str
    sentence: str


def _read(body: bytes, name: str) -> _Document:
    """One document. What an outage left behind may be longer than a document is read in one go."""
    read = [parse(piece) for piece in _pieces(body)]
    items = tuple(item for parsed in read for item in parsed.items)
    ids = tuple(own for parsed in read for own in parsed.ids)
    seen = Counter(ids)
    keys = tuple(
        own if own and seen[own] == 1 else item.key if item.key != own else item.link or item.title
        for own, item in zip(ids, items, strict=True)
    )
    failure = read[0].failure if not items else None
    return _Document(items, keys, _source(body), f"{name}: {FAILURES[failure]}" if failure else "")


def _pieces(body: bytes) -> list[bytes]:
    """The document, or, when it lists more entries than are read in one go, documents that hold them all."""
    starts = [found.start() for found in _FIRST_ENTRY.finditer(body)]
    if len(starts) <= ENTRY_LIMIT:
        return [body]
    ends = [*starts[ENTRY_LIMIT::ENTRY_LIMIT], len(body)]
    end = _LAST_CLOSING.search(body, starts[-1])
    closing = body[end.start(1) :] if end else b""
    pieces = [body[start:end] for start, end in zip(starts[::ENTRY_LIMIT], ends, strict=True)]
    return [
        body[: starts[0]] + piece + (closing if n < len(pieces) else b"") for n, piece in enumerate(pieces, 1)
    ]


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
        print(json.dumps(event), file=out)  # in ASCII, which any terminal can carry and no reader breaks
    return 0
