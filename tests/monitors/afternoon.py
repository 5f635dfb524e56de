"""Scripted afternoons: folders of feed documents whose comments say what each entry is, and how well grouping fared.

A comment reads `story: NAME, NAME; turn: SUBJECT; elsewhere; re-dated`. `-` is a story of its own; `may turn` marks a
change that may be told as a turn and need not be. `about.txt` may end with `alerts at most N`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from monitors.relevance import Judge, Report
from monitors.stories.features import Features, features_of, judged_of
from monitors.stories.replay import Arrival, arrivals, replay
from monitors.stories.words import Home, home_of
from monitors.watchlist import Watchlist, read_watchlist

NAME = 20
"""A story's name is shorter than this; that of an item of its own is the item's key."""
FOLDER = Path(__file__).parent / "afternoons"
LATER = Path(__file__).parent / "later_afternoons"
"""Written after the rules, in other manners; see its README for what was measured at first sight."""
NAMES, LATER_NAMES = (
    sorted(path.name for path in folder.iterdir() if path.is_dir()) for folder in (FOLDER, LATER)
)


@dataclass(frozen=True)
class Expected:
    stories: frozenset[str]
    turn: str
    redated: bool
    elsewhere: bool
    may_turn: bool = False


@dataclass(frozen=True)
class Afternoon:
    """What was played and what came of it. `expected` is by the entry's key."""

    name: str
    about: str
    expected: dict[str, Expected]
    events: list[dict[str, Any]]

    @property
    def items(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == "item"]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [e for e in self.events if e["event"] == event]

    def pairs(self) -> tuple[int, int, int]:
        """Pairs of items grouped rightly, wrongly, and missed."""
        right = wrong = missed = 0
        for one, other in combinations(self.items, 2):
            told = bool(set(one["stories"]) & set(other["stories"]))
            same = bool(self.expected[one["key"]].stories & self.expected[other["key"]].stories)
            right, wrong, missed = (
                right + (told and same),
                wrong + (told and not same),
                missed + (same and not told),
            )
        return right, wrong, missed

    def lost(self) -> set[str]:
        """Stories of our own community that are lost in another: wherever they stand, something else is told more."""
        told: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for item in self.items:
            for story in item["stories"] if not self.expected[item["key"]].elsewhere else ():
                told[story].update(self.expected[item["key"]].stories)
        most = {name for names in told.values() for name in names if names[name] == max(names.values())}
        ours = {
            name for e in self.expected.values() if not e.elsewhere for name in e.stories if len(name) < NAME
        }
        return ours - most

    def mistaken(self) -> Iterator[str]:
        """Each item that was grouped otherwise than expected, as a line to read."""
        for one, other in combinations(self.items, 2):
            told = bool(set(one["stories"]) & set(other["stories"]))
            same = bool(self.expected[one["key"]].stories & self.expected[other["key"]].stories)
            if told != same:
                yield f"{'apart ' if same else 'joined'}: {one['title'][:70]} | {other['title'][:70]} | {other['why_grouped']}"


@dataclass(frozen=True)
class Heard:
    """One entry as it arrived and what it says."""

    arrival: Arrival
    said: Features


def heard(name: str, judge: Judge) -> tuple[list[Heard], Home, dict[str, Expected]]:
    """An afternoon's entries in time order, the home they are read from, and what each is."""
    told, watchlist, expected = _arrived(name)
    home = home_of(watchlist)
    reports = (Report(a.item.title, a.item.text, a.source, a.at, a.key) for a in told)
    judged = judge.judge(reports, watchlist)
    said = [features_of(a.item, judged_of(j), home) for a, j in zip(told, judged, strict=True)]
    return [Heard(*one) for one in zip(told, said, strict=True)], home, expected


def play(name: str, judge: Judge) -> Afternoon:
    told, watchlist, expected = _arrived(name)
    about = (_folder(name) / "about.txt").read_text().strip()
    return Afternoon(name, about, expected, list(replay(told, judge, watchlist)))


def _folder(name: str) -> Path:
    return (FOLDER if name in NAMES else LATER) / name


def _arrived(name: str) -> tuple[list[Arrival], Watchlist, dict[str, Expected]]:
    documents = sorted(_folder(name).glob("*.xml"))
    told, sentences = arrivals((document.read_bytes(), document.name) for document in documents)
    assert not sentences
    expected = dict(entry for document in documents for entry in _expectations(document))
    return told, read_watchlist(_folder(name) / "watchlist.json"), expected


def f1(afternoons: Iterable[Afternoon]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of items, all afternoons together."""
    right, wrong, missed = (sum(counts) for counts in zip(*(a.pairs() for a in afternoons), strict=True))
    precision, recall = right / max(right + wrong, 1), right / max(right + missed, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _expectations(document: Path) -> Iterator[tuple[str, Expected]]:
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    for entry in ElementTree.parse(document, parser).iter():
        if not isinstance(entry.tag, str) or entry.tag.rpartition("}")[2] not in ("item", "entry"):
            continue
        said = next(child.text or "" for child in entry if not isinstance(child.tag, str))
        parts = dict(part.strip().partition(": ")[::2] for part in said.split(";"))
        key = next(child.text or "" for child in entry if str(child.tag).rpartition("}")[2] in ("guid", "id"))
        own = frozenset({key}) if parts["story"] == "-" else frozenset(parts["story"].split(", "))
        yield (
            key,
            Expected(
                own, parts.get("turn", ""), "re-dated" in parts, "elsewhere" in parts, "may turn" in parts
            ),
        )
