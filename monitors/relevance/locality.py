"""How surely a report speaks of our place: a sum of named pieces of evidence, for and against.

Order of trust: dateline and the outlet's place, then district, school and agency, then a city with its state, then a
person, then a city alone; another state after the name, a look-alike, another town or a foreign dateline speak against.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitors.relevance.cues import symbols
from monitors.relevance.description import Description
from monitors.relevance.names import Hit, not_us
from monitors.relevance.places import state_code, wrong_side
from monitors.watchlist import Label, Watchlist

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
    "bare school name": 0.8,
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
_OUR_NAMES = frozenset(_OF_LABEL.values())
_PLACED = _OUR_NAMES | {
    "dateline",
    "our city with our state",
    "outlet of the place",
    "outlet of the county",
    "bare school name",
}
_OTHER_TOWN_AFTER = frozenset(["township", "twp", "heights", "hills", "beach", "springs", "junction", "gardens", "grove", "valley", "ridge", "park", "city", "falls", "lakes", "county", "parish", "isd"])  # fmt: skip
_OF_A_CITY = frozenset(["hall", "council", "manager", "attorney", "commission", "clerk", "police", "park", "pool", "officials", "schools"])  # fmt: skip
"""After "Springfield City" or "Springfield Park": our own city's."""
_NO_TOWN_AFTER = frozenset(["avenue", "ave", "street", "st", "road", "rd", "boulevard", "blvd", "drive", "lane", "highway", "pike", "university", "college", "court", "way", "suv", "river"])  # fmt: skip
_OTHER_TOWN_BEFORE = frozenset(["west", "east", "north", "south", "fort", "port", "mount", "mt", "saint", "san", "glen", "el", "upper", "lower", "old", "lake"])  # fmt: skip
_BESIDE_THE_POINT = frozenset(["no", "neither", "nor", "not", "like", "unlike", "including", "than"])
_AWAY = frozenset(["miles", "minutes", "hours", "mile", "hour", "over", "kilometers", "outside"])
_OF_A_TOWN = frozenset(["man", "woman", "girl", "boy", "teen", "couple", "mother", "father", "resident", "residents", "family", "mayor", "council", "schools", "high", "students", "teacher"])  # fmt: skip
_PEOPLES = ("ian", "ean", "ese", "ish", "can", "nic", "ino", "amish", "black", "white", "asian", "native")
"""A Honduran man is of no town."""
_NO_TOWN_BEFORE = frozenset(["common", "city", "town", "village", "tribal", "tech", "career", "junior", "senior", "prep", "state", "local", "deaf", "jewish", "muslim", "trans", "transgender", "gay", "armed", "unarmed"])  # fmt: skip
"""The Common Council, a Career Tech student: of no town that is named."""
_INTO_A_TOWN = frozenset({"in", "near"})
_NO_TOWN = frozenset(["street", "st", "avenue", "ave", "road", "rd", "boulevard", "blvd", "drive", "lane", "highway", "park", "mall", "neighborhood", "area", "district", "court", "church", "hospital", "hall", "building", "center", "store", "lot", "creek", "river", "lake", "pond", "library"])  # fmt: skip


class Piece(NamedTuple):
    """A kind of evidence, its words, and the share of its weight that counts."""

    name: str
    text: str
    share: float = 1.0


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


@dataclass(frozen=True, slots=True)
class Profile:
    """What locality needs of a watchlist, worked out once."""

    watchlist: Watchlist
    state: str
    squeezed: tuple[tuple[str, bool], ...]
    """Our places with the letters run together, and whether each is only the county."""
    near: frozenset[str]
    namesakes: Mapping[str, tuple[str, ...]]
    """Forms of what is not us, lower case, and the words that must stand beside."""


def profile(watchlist: Watchlist) -> Profile:
    """The profile of a watchlist."""
    county = re.sub(r"\s+(?:county|parish|borough)$", "", watchlist.county.lower())
    city = watchlist.city.lower()
    near = {place.lower() for place in (city, county, watchlist.county, *watchlist.places) if place}
    near |= {school.place.lower() for school in watchlist.district.schools if school.place}
    only_county = {county, watchlist.county.lower()} - {city}
    squeezed = [(re.sub(r"[^a-z0-9]", "", place), place in only_county) for place in near]
    longest = sorted(
        (pair for pair in squeezed if len(pair[0]) >= 4), key=lambda pair: (pair[1], -len(pair[0]), pair[0])
    )
    namesakes: dict[str, tuple[str, ...]] = {}
    for variant, beside in not_us(watchlist):
        form = variant.text.casefold()
        alone = not beside or namesakes.get(form) == ()
        namesakes[form] = () if alone else (*namesakes.get(form, ()), *beside)
    return Profile(watchlist, state_code(watchlist.state), tuple(longest), frozenset(near), namesakes)


def locality(described: Description, hits: Sequence[Hit], ours: Profile) -> Locality:
    """Every piece of evidence on whether this report is of our place."""
    outlet = _outlet_of_place(described, ours)
    kept, pieces = _names(described, hits, ours, bool(outlet))
    pieces += _places(described, kept, ours)
    pieces += _other_towns(described, kept, ours.near)
    pieces += outlet or list(_outlet(described, ours.state))
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


def _names(
    described: Description, hits: Sequence[Hit], ours: Profile, of_place: bool
) -> tuple[list[Hit], list[Piece]]:
    words = described.words
    kept: list[Hit] = []
    pieces: list[Piece] = []
    needed = ours.namesakes
    lower = " ".join(words).lower() if needed else ""
    for hit in hits:
        if hit.label is Label.LOOKALIKE:
            beside = needed.get(hit.variant.text.casefold(), ())
            if not beside or any(name.lower() in lower for name in beside):
                kept.append(hit)
                pieces.append(Piece("look-alike", hit.text))
        elif (other := _other_name(words, hit)) == "":
            kept.append(hit)
        elif other == "town":
            pieces.append(Piece("part of another name", " ".join(words[max(0, hit.start - 1) : hit.end + 1])))
    loose = any(hit.label is not Label.LOOKALIKE and not hit.variant.exact for hit in kept)
    initials = {hit.text for hit in kept if hit.variant.exact and hit.label is not Label.PERSON}
    if not (of_place or loose or len(initials) > 1):
        alone = [
            hit
            for hit in kept
            if hit.variant.exact and hit.label is Label.SCHOOL and hit.start < described.title_words
        ]
        if alone and _AT_SCHOOL & set(described.cues.string):
            pieces += [Piece("bare school name", hit.text) for hit in alone]
        kept = [hit for hit in kept if not hit.variant.exact]
    shares = [(hit, _share(described, hit)) for hit in kept]
    pieces += [
        Piece(_OF_LABEL[hit.label], hit.text, share)
        for hit, share in shares
        if hit.label in _OF_LABEL and share
    ]
    if not any(
        hit.start < described.title_words and hit.label in _OF_LABEL for hit, share in shares if share
    ):
        pieces += [
            Piece("neighbor", hit.text, share)
            for hit, share in shares
            if hit.label is Label.NEIGHBOUR and share
        ]
    return [hit for hit, share in shares if share], pieces


_AT_SCHOOL = frozenset(
    symbols()[label] for label in ("SCHOOL", "STUDENT", "STAFF", "ON_CAMPUS", "LOCKDOWN", "BUS")
)


def _other_name(words: Sequence[str], hit: Hit) -> str:
    """ "town" when the words around make the hit part of another town's name, "street" for a road or college."""
    if hit.variant.exact:
        return ""
    before = words[hit.start - 1] if hit.start else ""
    after = words[hit.end] if hit.end < len(words) else ""
    if before[:1].isupper() and before.lower() in _OTHER_TOWN_BEFORE and hit.label is not Label.SCHOOL:
        return "town"
    if hit.label in {Label.CITY, Label.PLACE} and after[:1].isupper():
        beyond = words[hit.end + 1].lower() if hit.end + 1 < len(words) else ""
        if after.lower() in _OTHER_TOWN_AFTER and beyond not in _OF_A_CITY:
            return "town"
        if after.lower() in _NO_TOWN_AFTER:
            return "street"
    return ""


def _share(described: Description, hit: Hit) -> float:
    """How much a name counts: whole in the title and the first sentence, half later, nothing as a mere landmark."""
    words = described.words
    before = [word.lower() for word in words[max(0, hit.start - 4) : hit.start]]
    if before and (
        before[-1] in _BESIDE_THE_POINT or (before[-1] in {"from", "of"} and not _AWAY.isdisjoint(before))
    ):
        return 0.0
    if hit.start < described.title_words:
        return 1.0
    lead = words[described.title_words + 1 : hit.start]
    return 0.5 if any(word in {".", "!", "?"} for word in lead) else 1.0


def _other_towns(described: Description, hits: Sequence[Hit], near: frozenset[str]) -> Iterator[Piece]:
    """A town that is not ours, named as the place of the event: "in Riverton", "near Riverton"."""
    covered = {n for hit in hits for n in range(hit.start, hit.end)}
    words, names, end = described.words, described.names, described.title_words
    ours_in_title = any(hit.start < end and hit.label in _OF_LABEL for hit in hits)
    if not ours_in_title:
        for n in sorted(n for n in names if n < end - 1 and n not in covered):
            town = words[n].lower()
            stands = not town.endswith(_PEOPLES) and town not in _NO_TOWN_BEFORE and town not in near
            if stands and words[n + 1].lower() in _OF_A_TOWN:
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
            or following in _NO_TOWN
            or words[last].lower() in _NO_TOWN
            or town.lower() in near
            or last + 1 in covered
        ):
            continue
        if n < end and not ours_in_title:
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
            return [Piece("outlet of the county" if county else "outlet of the place", source.words)]
    return []


def _outlet(described: Description, state: str) -> Iterator[Piece]:
    source = described.outlet
    if not state or source.national:
        return
    if source.states:
        yield Piece("our state" if state in source.states else "outlet of another state", source.words)
    elif source.abroad:
        yield Piece("abroad", source.words)
    elif source.cities:
        here = any(code == state for _, code in source.cities)
        yield Piece("our state" if here else "outlet of another state", source.words)
    elif wrong_side(source.side, state):
        yield Piece("outlet on the other side", source.words)
