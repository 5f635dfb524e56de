"""Copies: an item that refers to, links to, is titled or worded like one that is already there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from monitors.stories.features import Features, resemblance

SAME_TITLE = timedelta(days=7)
"""How long the same title alone makes a copy."""
COLUMN = timedelta(days=3)
TELLING_APART = ("street", "school", "mile")
"""Kinds of spot of which one event has one: two reports that name different ones are of different events."""


class How(StrEnum):
    """In what way an item came to its story."""

    FIRST = "first"
    REFERENCE = "reference"
    COPY = "copy"
    REWRITE = "rewrite"
    ROUND_UP = "round-up"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Copied:
    """That one item copies another: how sure (0 to 1), in what way, and the sentence."""

    strength: float
    how: How
    why: str


def exact_signs(said: Features) -> Iterator[tuple[str, object]]:
    """What copies have in common with what they copy, as keys to look them up by."""
    if said.link.count("/") > 2:
        yield "link", said.link
    if said.title_key:
        yield "title", said.title_key
    for reference in (*said.references, said.identifier):
        if reference:
            yield "identifier", reference
    for band in said.bands:
        yield "band", band


def copied_from(said: Features, other: Features, gap: timedelta, own_link: bool) -> Copied | None:
    """Whether an item is a copy of `other`, told `gap` apart. `own_link`: its link stands for one report only."""
    if other.identifier in said.references or said.identifier in other.references:
        return Copied(1.0, How.REFERENCE, "Names the earlier alert it updates.")
    alike = fuzz.token_sort_ratio(said.title_key, other.title_key)
    text = resemblance(said, other)
    if other_day(said, other):
        return None
    if said.link and said.link == other.link and own_link and (alike >= 50 or text >= 0.3):
        return Copied(0.95, How.COPY, "Same link as a report that is already here.")
    if _differ(said, other):
        return None
    if text >= 0.5 and (gap <= SAME_TITLE or text >= 0.7):
        return Copied(0.5 + text * 0.4, How.COPY, f"The same text, {text:.0%} of it word for word.")
    long_title = len(said.title_key.split()) >= (4 if gap <= SAME_TITLE else 7)
    no_text = not said.shingles or not other.shingles
    if alike >= 92 and long_title and (text >= 0.15 or no_text or gap <= timedelta(days=1)):
        return Copied(0.7, How.COPY, "The same headline.")
    return None


DATED = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d{1,2}\b|\b\d{1,2} \d{1,2} \d{2,4}\b"
)


def other_day(said: Features, other: Features) -> bool:
    """Two headlines that each name a day, and not the same: two issues of one column."""
    days, other_days = set(DATED.findall(said.title_key)), set(DATED.findall(other.title_key))
    return bool(days and other_days and days.isdisjoint(other_days))


def other_issue(said: Features, other: Features, gap: timedelta) -> bool:
    """Two issues of one column: their headlines name other days, or are one over different texts days apart."""
    column = said.title_key == other.title_key and gap > COLUMN and resemblance(said, other) < 0.15
    return other_day(said, other) or (column and bool(said.shingles and other.shingles))


def _differ(said: Features, other: Features) -> bool:
    """Two reports cut from one form: the same sentences with another place or another number in the headline."""
    numbers = [{w for w in f.title_key.split() if w.isdigit()} for f in (said, other)]
    return bool(other_spots(said.spots, other.spots)) or (all(numbers) and numbers[0].isdisjoint(numbers[1]))


def _kinds_of_spot(spots: Iterable[str]) -> dict[str, set[str]]:
    """Spots by kind; a numbered road is a street here, as an event is on one or the other."""
    by_kind: defaultdict[str, set[str]] = defaultdict(set)
    for spot in spots:
        kind = spot.split(":")[0]
        by_kind["street" if kind == "route" else kind].add(spot)
    return by_kind


def other_spots(ours: Iterable[str], theirs: Iterable[str]) -> list[str]:
    """Kinds of spot that both name and share none of; apart from mile posts, nothing when any other spot is shared."""
    other, same = _kinds_of_spot(theirs), not set(ours).isdisjoint(theirs)
    apart = [
        kind
        for kind, spots in _kinds_of_spot(ours).items()
        if kind in other and spots.isdisjoint(other[kind])
    ]
    return [kind for kind in apart if kind == "mile" or (kind in TELLING_APART and not same)]
