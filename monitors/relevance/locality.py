"""How surely a report speaks of our place: a sum of named pieces of evidence, for and against.

Order of trust (RELEVANCE: dateline and source place, then district, school and agency, then a city with its state,
then a person, then a city alone); another state after the name, a look-alike or a foreign dateline speak against.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitors.relevance.description import Description
from monitors.relevance.names import Hit, not_us
from monitors.relevance.places import state_code, wrong_side
from monitors.watchlist import Label, Watchlist

WEIGHTS = {
    "dateline": 3.0,
    "our city with our state": 3.0,
    "outlet of the place": 2.0,
    "district": 2.5,
    "school": 2.0,
    "agency": 2.5,
    "mutual aid": 2.0,
    "county": 1.5,
    "city": 1.5,
    "place": 1.0,
    "person": 2.0,
    "our state": 0.8,
    "neighbor": -0.5,
    "another state after our name": -6.0,
    "look-alike": -5.0,
    "part of another name": -2.0,
    "dateline of another state": -6.0,
    "dateline elsewhere": -1.5,
    "another state": -2.0,
    "outlet of another state": -3.0,
    "outlet on the other side": -2.0,
    "big city elsewhere": -1.5,
    "abroad": -2.5,
}
"""What each piece of evidence weighs. Above 1.2 a report is taken as ours, above 2.4 surely; below -1 as foreign."""

_OF_LABEL = {
    Label.AGENCY: "agency",
    Label.MUTUAL_AID: "mutual aid",
    Label.DISTRICT: "district",
    Label.SCHOOL: "school",
    Label.CITY: "city",
    Label.COUNTY: "county",
    Label.PLACE: "place",
    Label.PERSON: "person",
}
_OTHER_TOWN_AFTER = frozenset(["township", "twp", "heights", "hills", "beach", "springs", "junction", "gardens", "grove", "valley", "ridge", "park", "city", "falls", "lakes", "county", "parish", "isd"])  # fmt: skip
_NO_TOWN_AFTER = frozenset(["avenue", "ave", "street", "st", "road", "rd", "boulevard", "blvd", "drive", "lane", "highway", "pike", "university", "college", "court", "way"])  # fmt: skip
_OTHER_TOWN_BEFORE = frozenset(["west", "east", "north", "south", "fort", "port", "mount", "mt", "saint", "san", "glen", "el", "upper", "lower", "old", "lake"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    name: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Locality:
    """The sum, what it is made of, and the hits that count (initials without company and parts of names are gone)."""

    score: float
    evidence: tuple[Evidence, ...]
    hits: tuple[Hit, ...]
    foreign: bool
    """A dateline, state or look-alike says plainly that this is another place."""

    @property
    def grade(self) -> float:
        """0 to 1: the score squeezed, for the logistic layer."""
        return min(1.0, max(0.0, (self.score + 0.2) / 2.8))


@lru_cache(maxsize=4096)
def _place_words(watchlist: Watchlist) -> tuple[str, str, tuple[str, ...], frozenset[str]]:
    """Our state's code, our city in lower case, our places run together, and towns that are ours or near."""
    county = re.sub(r"\s+(?:county|parish|borough)$", "", watchlist.county.lower())
    near = {place.lower() for place in (watchlist.city, county, watchlist.county, *watchlist.places) if place}
    near |= {school.place.lower() for school in watchlist.district.schools if school.place}
    joined = tuple(j for place in near if len(j := re.sub(r"[^a-z0-9]", "", place)) >= 4)
    return state_code(watchlist.state), watchlist.city.lower(), joined, frozenset(near)


@lru_cache(maxsize=4096)
def _namesakes(watchlist: Watchlist) -> dict[str, tuple[str, ...]]:
    return {variant.text.casefold(): beside for variant, beside in not_us(watchlist)}


def locality(described: Description, hits: Sequence[Hit], watchlist: Watchlist) -> Locality:
    """Every piece of evidence on whether this report is of our place."""
    state, city, joined, near = _place_words(watchlist)
    of_place = _outlet_of_place(described, joined, state)
    kept, pieces = _names(described, hits, watchlist, of_place)
    pieces += _places(described, state, city, near)
    if of_place:
        pieces.append(("outlet of the place", of_place))
    pieces += _outlet(described, state, of_place)
    strongest = _once(pieces)
    score = sum(piece.weight for piece in strongest)
    foreign = any(piece.weight <= -5 for piece in strongest) and not any(
        piece.name in {"dateline", "our city with our state"} for piece in strongest
    )
    return Locality(score, tuple(strongest), tuple(kept), foreign)


def _once(pieces: list[tuple[str, str]]) -> list[Evidence]:
    """Each kind of evidence counts once; of our own names the best counts whole and the others a third."""
    seen = dict(reversed([(name, text) for name, text in pieces]))
    found = [Evidence(name, text, WEIGHTS[name]) for name, text in seen.items()]
    names = sorted((e for e in found if e.name in _OF_LABEL.values()), key=lambda e: -e.weight)
    return [e for e in found if e not in names] + [
        Evidence(e.name, e.text, e.weight if n == 0 else e.weight / 3) for n, e in enumerate(names)
    ]


def _names(
    described: Description, hits: Sequence[Hit], watchlist: Watchlist, of_place: str
) -> tuple[list[Hit], list[tuple[str, str]]]:
    words = described.words
    kept: list[Hit] = []
    pieces: list[tuple[str, str]] = []
    needed = _namesakes(watchlist) if watchlist.not_us else {}
    lower = " ".join(words).lower() if needed else ""
    for hit in hits:
        if hit.label is Label.LOOKALIKE:
            beside = needed.get(hit.variant.text.casefold(), ())
            if not beside or any(name.lower() in lower for name in beside):
                kept.append(hit)
                pieces.append(("look-alike", hit.text))
        elif (other := _other_name(words, hit)) == "":
            kept.append(hit)
        elif other == "town":
            pieces.append(("part of another name", " ".join(words[max(0, hit.start - 1) : hit.end + 1])))
    company = of_place or any(not hit.variant.exact and hit.label is not Label.LOOKALIKE for hit in kept)
    kept = [hit for hit in kept if not hit.variant.exact or company]
    pieces += [(_OF_LABEL[hit.label], hit.text) for hit in kept if hit.label in _OF_LABEL]
    if not any(hit.label in _OF_LABEL for hit in kept):
        pieces += [("neighbor", hit.text) for hit in kept if hit.label is Label.NEIGHBOUR]
    return kept, pieces


def _other_name(words: Sequence[str], hit: Hit) -> str:
    """ "town" when the words around make the hit part of another town's name, "street" for a road or college."""
    if hit.variant.exact:
        return ""
    before = words[hit.start - 1] if hit.start else ""
    after = words[hit.end] if hit.end < len(words) else ""
    if before[:1].isupper() and before.lower() in _OTHER_TOWN_BEFORE and hit.label is not Label.SCHOOL:
        return "town"
    if hit.label in {Label.CITY, Label.PLACE} and after[:1].isupper():
        if after.lower() in _OTHER_TOWN_AFTER:
            return "town"
        if after.lower() in _NO_TOWN_AFTER:
            return "street"
    return ""


def _places(described: Description, state: str, city: str, near: frozenset[str]) -> list[tuple[str, str]]:
    where = described.where
    pieces: list[tuple[str, str]] = []
    line_city, line_state = where.dateline
    if line_city:
        ours = line_city in near
        if line_state and state and line_state != state:
            pieces.append(("dateline of another state", f"{line_city.title()}, {line_state}"))
        elif ours:
            pieces.append(("dateline", line_city.title()))
        else:
            pieces.append(("dateline elsewhere", line_city.title()))
    for name, code in where.by_city:
        named = next((place for place in near if name == place or name.endswith(f" {place}")), "")
        if named and code == state:
            pieces.append(("our city with our state", f"{named.title()}, {code}"))
        elif named and state:
            pieces.append(("another state after our name", f"{named.title()}, {code}"))
    if state:
        if state in where.states:
            pieces.append(("our state", state))
        elif where.states:
            pieces.append(("another state", ", ".join(sorted(where.states))))
        pieces += [
            ("big city elsewhere", name.title())
            for name, code in where.cities
            if code != state and name not in near and name != city
        ]
    if where.abroad and where.abroad.lower() not in near:
        pieces.append(("abroad", where.abroad))
    return pieces


def _outlet_of_place(described: Description, joined: Sequence[str], state: str) -> str:
    source = described.outlet
    if source.states and state and state not in source.states:
        return ""
    for place in joined:
        if place in source.joined if len(place) > 5 else place in source.words.split():
            return described.report.source or source.words
    return ""


def _outlet(described: Description, state: str, of_place: str) -> Iterator[tuple[str, str]]:
    source = described.outlet
    if not state or of_place or source.national:
        return
    if source.states:
        yield ("our state" if state in source.states else "outlet of another state", described.report.source)
    elif source.cities:
        if not any(code == state for _, code in source.cities):
            yield "outlet of another state", described.report.source
        else:
            yield "our state", described.report.source
    elif wrong_side(source.side, state):
        yield "outlet on the other side", described.report.source
