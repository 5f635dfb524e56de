"""How surely a report speaks of our place: a sum of named pieces of evidence, for and against.

Order of trust: dateline and the outlet's place, then district, school and agency, then a city with its state, then a
person, then a city alone; another state after the name, a look-alike, another town or a foreign dateline speak against.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from monitors.relevance.cues import symbols
from monitors.relevance.description import Description
from monitors.relevance.evidence import NO_TOWN, OF_LABEL, Piece, Profile
from monitors.relevance.named import names
from monitors.relevance.names import Hit
from monitors.relevance.places import STREETS, state_code, wrong_side
from monitors.watchlist import Label

WEIGHTS = {
    "dateline": 3.0,
    "our city with our state": 3.0,
    "outlet of the place": 2.0,
    "outlet of the county": 1.2,
    "district": 2.5,
    "school": 2.0,
    "agency": 2.5,
    "mutual aid": 2.0,
    "county": 1.5,
    "city": 1.8,
    "place": 1.2,
    "person": 2.0,
    "bare school name": 1.2,
    "bare place name": 0.8,
    "last name and office": 1.0,
    "no place named": 0.5,
    "our state": 0.4,
    "neighbor": -1.0,
    "another town in the title": -2.0,
    "another town in the lead": -0.8,
    "another state after our name": -6.0,
    "look-alike": -5.0,
    "part of another name": -2.0,
    "dateline of another state": -6.0,
    "dateline elsewhere": -1.5,
    "another state": -2.0,
    "outlet of another state": -3.0,
    "outlet on the other side": -2.0,
    "big city elsewhere": -1.5,
    "abroad": -4.0,
    "elsewhere in the state": -2.0,
}
"""What each piece of evidence weighs. From 1.2 on a report is taken as ours, from 2.4 surely; from -2 down as foreign."""

_OUR_NAMES = frozenset(OF_LABEL.values())
_PLACED = _OUR_NAMES | {
    "dateline",
    "our city with our state",
    "outlet of the place",
    "outlet of the county",
    "bare school name",
    "bare place name",
    "last name and office",
    "no place named",
}
_OF_A_TOWN = frozenset(["man", "woman", "girl", "boy", "teen", "couple", "mother", "father", "resident", "residents", "family", "mayor", "council", "schools", "high", "students", "teacher"])  # fmt: skip
_PEOPLES = ("ian", "ean", "ese", "ish", "can", "nic", "ino", "amish", "black", "white", "asian", "native")
"""A Honduran man is of no town."""
_NO_TOWN_BEFORE = frozenset(["common", "city", "town", "village", "tribal", "tech", "career", "junior", "senior", "prep", "state", "local", "deaf", "jewish", "muslim", "trans", "transgender", "gay", "armed", "unarmed"])  # fmt: skip
"""The Common Council, a Career Tech student: of no town that is named."""
_INTO_A_TOWN = frozenset({"in", "near"})


@dataclass(frozen=True, slots=True)
class Evidence:
    name: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Locality:
    """The sum, what it is made of, and the hits that count (initials without company and mere landmarks are gone)."""

    score: float
    evidence: tuple[Evidence, ...]
    hits: tuple[Hit, ...]
    foreign: bool
    """A dateline, state or look-alike says plainly that this is another place."""

    @property
    def grade(self) -> float:
        """0 to 1: the score squeezed, for the logistic layer. Our state alone is no place."""
        if not any(piece.name in _PLACED for piece in self.evidence):
            return 0.0
        return min(1.0, max(0.0, self.score / 2.4))


def locality(described: Description, hits: Sequence[Hit], ours: Profile) -> Locality:
    """Every piece of evidence on whether this report is of our place."""
    outlet = _outlet_of_place(described, ours)
    kept, pieces = names(described, hits, ours, bool(outlet))
    pieces += _places(described, kept, ours)
    pieces += _other_towns(described, hits, kept, ours)
    pieces += outlet or list(_outlet(described, ours.state))
    if not pieces or {piece.name for piece in pieces} == {"our state"}:
        pieces += _nowhere(described)
    counted = _once(pieces)
    score = sum(piece.weight for piece in counted)
    sure = any(piece.name in {"dateline", "our city with our state"} for piece in counted)
    foreign = score <= -2 or any(piece.weight <= -5 for piece in counted)
    return Locality(score, tuple(counted), tuple(kept), foreign and not sure)


def _once(pieces: list[Piece]) -> list[Evidence]:
    """Each kind of evidence counts once, at its best; of our own names the best counts whole, the others a third."""
    best: dict[str, Evidence] = {}
    for name, text, share in pieces:
        found = Evidence(name, text, round(WEIGHTS[name] * share, 2))
        if name not in best or abs(found.weight) > abs(best[name].weight):
            best[name] = found
    names = sorted((e for e in best.values() if e.name in _OUR_NAMES), key=lambda e: -e.weight)
    return [e for e in best.values() if e.name not in _OUR_NAMES] + [
        Evidence(e.name, e.text, e.weight if n == 0 else round(e.weight / 3, 2)) for n, e in enumerate(names)
    ]


_ELSEWHERE_OF = frozenset({"state", "county", "city", "town", "district", "country"})


def _nowhere(described: Description) -> Iterator[Piece]:
    """A local outlet names no place when its readers know it: hardly evidence, but more than a name from elsewhere."""
    title = described.words[: described.title_words]
    named = any(
        n < described.title_words and not _of_a_street(title, n, described.names) for n in described.names
    ) or any(
        one.lower() == "another" and two.lower() in _ELSEWHERE_OF for one, two in itertools.pairwise(title)
    )
    wide = symbols()["NATIONAL"] in described.cues.string[: described.cues.title_length]
    local = described.outlet.words and not described.outlet.national
    if local and not named and not wide and not described.where.cities:
        yield Piece("no place named", described.outlet.name)


_CROSSING = re.compile(r"\d(?:st|nd|rd|th)(?:and|&)$")


def _of_a_street(title: Sequence[str], n: int, names: frozenset[int]) -> bool:
    """A name that is a street's and no town's: "Ocote Parkway", "44th and Tamarisk". Only neighbors say it so shortly."""
    last = n
    while last + 1 < len(title) and last + 1 in names:
        last += 1
    if title[last].lower() in STREETS or (last + 1 < len(title) and title[last + 1].lower() in STREETS):
        return True
    crossing = "".join(title[max(0, n - 3) : n]).lower()
    return bool(_CROSSING.search(crossing))


def _other_towns(
    described: Description, heard: Sequence[Hit], hits: Sequence[Hit], ours: Profile
) -> Iterator[Piece]:
    """A town that is not ours, named as the place of the event: "in Riverton", "near Riverton"."""
    covered = {n for hit in heard if hit.label is not Label.LOOKALIKE for n in range(hit.start, hit.end)}
    words, names, end, near = described.words, described.names, described.title_words, ours.near
    ours_in_title = any(hit.start < end and hit.label in OF_LABEL for hit in hits)
    if not ours_in_title:
        for n in sorted(n for n in names if n < end - 1 and n not in covered):
            town = words[n].lower()
            stands = not town.endswith(_PEOPLES) and town not in _NO_TOWN_BEFORE and town not in near
            if not stands or words[n + 1].lower() not in _OF_A_TOWN or state_code(words[n]):
                continue
            if town in ours.words:
                yield Piece("bare school name", f"{words[n]} {words[n + 1]}")
            else:
                yield Piece("another town in the title", f"{words[n]} {words[n + 1]}")
    for n, word in enumerate(words[:-1]):
        if word not in _INTO_A_TOWN or n + 1 not in names or n + 1 in covered:
            continue
        last = n + 1
        while (
            last + 1 < len(words)
            and last + 1 not in covered
            and (last + 1 in names or words[last + 1] == "County")
        ):
            last += 1
        following = words[last + 1].lower() if last + 1 < len(words) else ""
        town = " ".join(words[n + 1 : last + 1])
        if (
            state_code(town)
            or following in NO_TOWN
            or words[last].lower() in NO_TOWN
            or town.lower() in near
            or last + 1 in covered
        ):
            continue
        if len(town) > 6 and (ours_but := get_close_matches(town.lower(), near, 1, 0.9)):
            yield Piece("place", ours_but[0])
        elif n < end and not ours.words.isdisjoint(town.lower().split()):
            yield Piece("bare school name", town)
        elif n < end and not ours_in_title:
            yield Piece("another town in the title", town)
        elif n >= end and not hits:
            yield Piece("another town in the lead", town)


def _places(described: Description, hits: Sequence[Hit], ours: Profile) -> list[Piece]:
    where, state = described.where, ours.state
    pieces: list[Piece] = []
    line_city, line_state = where.dateline
    if line_city and line_state and state and line_state != state:
        pieces.append(Piece("dateline of another state", f"{line_city.title()}, {line_state}"))
    elif line_city:
        pieces.append(
            Piece("dateline" if line_city in ours.near else "dateline elsewhere", line_city.title())
        )
    for name, code in where.by_city:
        named = next((place for place in ours.near if name == place or name.endswith(f" {place}")), "")
        if named and state:
            kind = "our city with our state" if code == state else "another state after our name"
            pieces.append(Piece(kind, f"{named.title()}, {code}"))
    if state in where.states:
        pieces.append(Piece("our state", state))
    elif state and where.states:
        pieces.append(Piece("another state", ", ".join(sorted(where.states))))
    pieces += [
        Piece("big city elsewhere", name.title())
        for name, code in where.cities
        if state and code != state and name not in ours.near
    ]
    if where.elsewhere_in_state and not any(hit.start < described.title_words for hit in hits):
        pieces.append(Piece("elsewhere in the state", "a part of the state"))
    if where.abroad and where.abroad.lower() not in ours.near:
        pieces.append(Piece("abroad", where.abroad, 0.4 if state in where.states else 1.0))
    return pieces


def _outlet_of_place(described: Description, ours: Profile) -> list[Piece]:
    source = described.outlet
    if source.states and ours.state and ours.state not in source.states:
        return []
    for place, county in ours.squeezed:
        if place in source.joined if len(place) > 5 else place in source.words.split():
            return [Piece("outlet of the county" if county else "outlet of the place", source.name)]
    return []


def _outlet(described: Description, state: str) -> Iterator[Piece]:
    source = described.outlet
    if not state or source.national:
        return
    if source.states:
        yield Piece("our state" if state in source.states else "outlet of another state", source.name)
    elif source.abroad:
        yield Piece("abroad", source.name)
    elif source.cities:
        here = any(code == state for _, code in source.cities)
        yield Piece("our state" if here else "outlet of another state", source.name)
    elif wrong_side(source.side, state):
        yield Piece("outlet on the other side", source.name)
