"""What the logistic layer sees: facts crossed with whose they are and how local, and the manners that quiet a report.

Every feature has a name a person can read and a value from 0 to 1. The names are the keys of the weights file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from monitors.relevance.cues import OTHER, Found, symbols, symbols_of
from monitors.relevance.description import Description, labels_in
from monitors.relevance.locality import Locality
from monitors.relevance.names import Hit
from monitors.relevance.roles import with_roles
from monitors.relevance.wording import SILENT, Wording
from monitors.watchlist import Label, Watchlist

POLICE_KINDS = frozenset({"force", "accused", "custody", "officer_down", "leadership"})
SCHOOL_KINDS = frozenset(
    ["school_threat", "school_lockdown", "school_weapon", "school_violence", "school_fight", "school_intruder",
     "school_rumor", "school_staff", "staff_leaves", "student_crime", "student_death", "overdose",
     "suicide", "bus", "child_abuse", "school_search"]
)  # fmt: skip
SIZED_KINDS = frozenset({"violence", "gunfire", "body", "standoff", "youth_crime", "teen_crash", "pursuit"})
"""Kinds that a big city has every day."""
QUIET = {
    "opinion": ("OPINION",),
    "roundup": ("ROUNDUP",),
    "drill": ("DRILL", "DRILL_SURE"),
    "promotion": ("PROMO",),
    "sport": ("SPORT",),
    "statistics": ("STATS",),
    "law making": ("BILL",),
    "weather": ("WEATHER",),
    "calendar": ("EVENTS", "GRADUATION"),
    "court": ("COURT",),
    "old case": ("OLD_CASE",),
    "property crime": ("ROBBERY",),
    "drugs": ("DRUGS",),
    "domestic": ("DOMESTIC",),
    "traffic": ("TRAFFIC",),
    "fire": ("FIRE",),
    "nation": ("NATIONAL",),
    "calm": ("CALM",),
    "team": ("TEAM",),
    "obituary": ("OBIT",),
    "dog": ("DOG",),
    "prank": ("PRANK",),
    "peaceful": ("PEACEFUL",),
}
EVENT_TYPES_SEEN = ("ROUTINE", "PROMOTION", "COURT", "OPINION", "SPORT", "ELSEWHERE")
_MANNERS = {name: f"text: {name.lower()}" for name in EVENT_TYPES_SEEN}
BIG, SMALL = 400_000, 80_000
"""Inhabitants: from BIG on a homicide of adults is routine, below SMALL it never is (What counts, 4)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A description weighed against one watchlist: its locality, whose each fact is, and the features."""

    described: Description
    watchlist: Watchlist
    locality: Locality
    whose: Mapping[str, str]
    """Fact name -> ours, mutual, neighbour, other, local."""
    school_named: bool
    other_school: bool
    features: Mapping[str, float]


def bigness(watchlist: Watchlist) -> float:
    """0 for a small or middle-sized community, 1 for a big city; 0 when nobody entered the population."""
    people = watchlist.population
    if not people:
        return 0.0
    return min(1.0, max(0.0, math.log(people / SMALL) / math.log(BIG / SMALL)))


def read(
    described: Description, locality: Locality, watchlist: Watchlist, wording: Wording = SILENT
) -> Reading:
    """Everything the decision is made of, for one watchlist."""
    described = with_roles(described, locality.hits)
    covered = {n for hit in locality.hits for n in range(hit.start, hit.end)}
    whose = {found.fact.name: _whose(found, described, locality, covered) for found in described.found}
    named = any(hit.label in {Label.SCHOOL, Label.DISTRICT} for hit in locality.hits)
    other_school = _named_by_another(described, covered, ("SCHOOL", "STAFF", "STUDENT")) and not any(
        hit.label is Label.SCHOOL for hit in locality.hits
    )
    values = {"bias": 1.0}
    values |= _place_features(locality)
    values |= _fact_features(described, whose, locality, named, other_school, bigness(watchlist))
    values |= _quiet_features(described, whose, locality.hits)
    values |= _text_features(described, locality, wording)
    return Reading(described, watchlist, locality, whose, named, other_school, values)


def _whose(found: Found, described: Description, locality: Locality, covered: set[int]) -> str:
    """Who acts in a fact: the nearest agency of ours, else another that is named, else simply the local one."""
    spans = described.cues.spans
    first, last = spans[found.start][0], spans[min(found.end, len(spans)) - 1][1]
    near = [hit for hit in locality.hits if first - 8 <= hit.start and hit.end <= last + 8]
    if found.fact.kind in POLICE_KINDS:
        if found.fact.kind in _ANYWHERE_HERE and _inside(described, locality):
            return "local"
        if _named_by_another(
            described, covered, ("OFFICER", "POLICE", "CHIEF", "SRO"), found.start, found.end
        ):
            return "other"
        for pool in (near, locality.hits):
            for label, name in _AGENCIES:
                if any(hit.label is label for hit in pool):
                    return name
        return "local"
    pool_labels = {hit.label for hit in (near or locality.hits)}
    if pool_labels and pool_labels <= {Label.NEIGHBOUR, Label.LOOKALIKE}:
        return "neighbour"
    return "local"


_ANYWHERE_HERE = frozenset({"force", "officer_down", "custody"})


def _inside(described: Description, locality: Locality) -> bool:
    """Whether the title says it happened in our town: a shooting by any agency there is ours (What counts, 2)."""
    return any(
        hit.label in {Label.CITY, Label.PLACE, Label.COUNTY}
        and 0 < hit.start < described.title_words
        and described.words[hit.start - 1].lower() in {"in", "near", "at", "on"}
        for hit in locality.hits
    )


_AGENCIES = ((Label.AGENCY, "ours"), (Label.MUTUAL_AID, "mutual"), (Label.NEIGHBOUR, "neighbour"))


def _named_by_another(
    described: Description, covered: set[int], labels: tuple[str, ...], first: int = 0, last: int = -1
) -> bool:
    """Whether a name that is not ours stands right before one of these words: "Riverton police", "Riverton High"."""
    wanted = symbols_of(labels)
    string, spans = described.cues.string, described.cues.spans
    last = len(string) if last < 0 else min(last, len(string))
    for n in range(first, last):
        if string[n] not in wanted or n == 0 or string[n - 1] != OTHER:
            continue
        before = spans[n - 1][0]
        own = spans[n][0]
        if before in described.names and before not in covered and own not in covered and before == own - 1:
            return True
    return False


def _place_features(locality: Locality) -> dict[str, float]:
    values = {"place: local": locality.grade}
    if locality.foreign:
        values["place: elsewhere"] = 1.0
    near_only = any(piece.name == "neighbor" for piece in locality.evidence)
    if not locality.hits and locality.grade == 0:
        values["place: unknown"] = 1.0
    labels = {hit.label for hit in locality.hits}
    for label in (
        Label.AGENCY,
        Label.MUTUAL_AID,
        Label.NEIGHBOUR,
        Label.SCHOOL,
        Label.DISTRICT,
        Label.PERSON,
        Label.CITY,
    ):
        if label in labels and (label is not Label.NEIGHBOUR or near_only):
            values[f"named: {label.lower()}"] = 1.0
    return values


_HEARD_IN_A_BIG_CITY = frozenset(["youth_crime", "student_death", "school_staff", "school_violence", "school_lockdown", "force", "custody", "officer_down", "hate", "bus", "school_search"])  # fmt: skip
"""What makes a killing more than routine in a big city: the young, schools, officers (What counts, 4)."""


DAMPING = 0.25
_DAMPED: Mapping[str, frozenset[str]] = {
    "violence": frozenset(["COURT", "OLD_CASE", "CALM", "SPORT", "OBIT"]),
    "gunfire": frozenset(["COURT", "OLD_CASE", "CALM", "SPORT"]),
    "body": frozenset(["COURT", "OLD_CASE", "CALM", "OBIT", "WEATHER", "FIRE", "TRAFFIC", "CRASH"]),
    "standoff": frozenset(["COURT", "OLD_CASE", "DRILL", "PROMO"]),
    "hazard": frozenset(["DRILL", "PROMO", "SPORT"]),
    "protest": frozenset(["PEACEFUL", "SPORT", "PROMO"]),
    "officer_down": frozenset(["OLD_CASE", "CALM", "PROMO", "OBIT"]),
    "school_fight": frozenset(["SPORT"]),
    "school_weapon": frozenset(["SPORT", "OPINION"]),
    "school_threat": frozenset(["SPORT", "PRANK"]),
    "school_lockdown": frozenset(["WEATHER", "DRILL"]),
    "student_crime": frozenset(["PRANK"]),
    "youth_crime": frozenset(["PRANK", "CALM"]),
    "staff_leaves": frozenset(["SPORT", "TEAM", "PROMO"]),
    "sro": frozenset(["PROMO", "OPINION"]),
    "leadership": frozenset(["PROMO"]),
}
"""Words in the title that take most of the force out of a fact: a killing in court, a bomb in a game (What counts, 5)."""


def _fact_features(
    described: Description,
    whose: Mapping[str, str],
    locality: Locality,
    named: bool,
    other_school: bool,
    big: float,
) -> dict[str, float]:
    values: dict[str, float] = {}
    local = 0.0 if locality.foreign else locality.grade
    if not local:
        return values
    told = {found.fact.kind for found in described.found}
    louder = not told.isdisjoint(_HEARD_IN_A_BIG_CITY)
    in_title = labels_in(described.cues.string[: described.cues.title_length])
    for found in described.found:
        kind, strength = found.fact.kind, 1.0 if found.in_title else 0.55
        if not in_title.isdisjoint(_DAMPED.get(kind, frozenset())):
            strength *= DAMPING
        if kind in POLICE_KINDS:
            key = f"{kind} x {whose[found.fact.name]}"
        elif kind in SCHOOL_KINDS:
            key = f"{kind} x {'ours' if named else 'other school' if other_school else 'local'}"
        elif whose[found.fact.name] == "neighbour":
            key = f"{kind} x neighbour"
        else:
            key = f"{kind} x local"
        values[key] = max(values.get(key, 0.0), strength * local)
        if kind in SIZED_KINDS and not louder:
            values[f"{kind} x big city"] = max(values.get(f"{kind} x big city", 0.0), strength * local * big)
    return values


_LOUD_OVER_COURTS = POLICE_KINDS | {
    "school_staff",
    "youth_crime",
    "student_death",
    "child_abuse",
    "sro_programme",
    "school_threat",
    "hate",
}
_LOUD_OVER_FAIRS = (
    POLICE_KINDS
    | SCHOOL_KINDS
    | {
        "violence",
        "gunfire",
        "youth_crime",
        "hate",
        "immigration",
        "missing_child",
        "standoff",
        "protest",
        "pursuit",
    }
)
_LOUD_OVER_GAMES = POLICE_KINDS | frozenset(
    ["hate", "immigration", "student_death", "school_staff", "child_abuse", "suicide", "bus", "overdose", "protest", "missing_child", "sro_programme"]
)  # fmt: skip
LOUDER: Mapping[str, frozenset[str]] = {
    f"quiet: {name}": frozenset(kinds)
    for names, kinds in (
        (
            ("court", "property crime", "drugs", "domestic", "traffic", "fire", "law making", "old case"),
            _LOUD_OVER_COURTS,
        ),
        (("promotion", "calendar", "weather", "statistics"), _LOUD_OVER_FAIRS),
        (("sport",), _LOUD_OVER_GAMES),
    )
    for name in names
}
"""Which kinds of fact, found in the title, are heard over a quiet manner: a court step in an officer's case is no routine."""


_SCORE = re.compile(r"\b\d{1,2}-\d{1,2}\b(?![-/\d])(?! (?:year|month|day|hour|vote|grade))")


@cache
def _votes() -> frozenset[str]:
    """Labels of a title in which 5-2 is a vote, a date or a call and no score."""
    return symbols_of(
        ("DEAL", "PACT", "FIRED", "POLICE", "OFFICER", "CHIEF", "SRO", "BILL", "TRAFFIC", "COURT")
    )


_FINAL_SCORE = re.compile(r"\b(\d{2,3})-(\d{2,3})\b(?![-/\d])")


_HARDLY_EVENTS = frozenset({"body", "sro"})
"""A body found, a school officer spoken of: by themselves hardly an event."""


@cache
def _quiet_of() -> dict[str, str]:
    return {symbols()[label]: f"quiet: {name}" for name, labels in QUIET.items() for label in labels}


def _quiet_features(
    described: Description, whose: Mapping[str, str], hits: Sequence[Hit]
) -> dict[str, float]:
    string, end = described.cues.string, described.cues.title_length
    title, lead = set(string[:end]), set(string[end:])
    if {"wiki", "wikipedia", "encyclopedia", "blotter", "newsletter", "briefing"} & set(
        described.outlet.words.split()
    ):
        lead = lead | {symbols()["ROUNDUP"]}
    told = {
        f.fact.kind
        for f in described.found
        if f.in_title and whose[f.fact.name] not in {"other", "neighbour"}
    }
    values: dict[str, float] = {}
    quiet = _quiet_of()
    for symbol in lead & quiet.keys():
        values[quiet[symbol]] = 0.35
    for symbol in title & quiet.keys():
        values[quiet[symbol]] = 1.0
    for name in values:
        if not told.isdisjoint(LOUDER.get(name, frozenset())):
            values[name] *= 0.25
    if any(hit.end - hit.start >= described.title_words for hit in hits):
        values["quiet: roundup"] = 1.0  # a title that is a name and nothing else heads an encyclopedia page
    if "-" not in described.title:
        pass
    elif any(int(a) >= 15 and int(b) >= 15 for a, b in _FINAL_SCORE.findall(described.title)):
        values["quiet: sport"] = 1.0
    elif _SCORE.search(described.title) and title.isdisjoint(_votes()):
        values["quiet: sport"] = max(values.get("quiet: sport", 0.0), 0.7)
    if not described.found:
        values["nothing happened"] = 1.0
    elif all(found.fact.kind in _HARDLY_EVENTS for found in described.found):
        values["nothing happened"] = 0.8
    elif not any(found.in_title for found in described.found):
        values["nothing happened in the title"] = 1.0
    return values


def _text_features(described: Description, locality: Locality, wording: Wording) -> dict[str, float]:
    types = described.types
    values = {key: types[name] for name, key in _MANNERS.items() if types.get(name, 0.0) > 0.02}
    local = 0.0 if locality.foreign else locality.grade
    if not local:
        return values
    cues = described.cues
    worth = wording.worth(cues.string, cues.title_length, described.words[: described.title_words])
    if worth:
        values[WORDING] = worth * local
    event = described.event * local
    return values | {"text: event x local": event} if event > 0.02 else values


WORDING = "wording x local"
