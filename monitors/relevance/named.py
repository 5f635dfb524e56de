"""Which names of ours in a report count, and for how much: not "Lake Alder Falls", not "40 miles from", not initials alone."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache

from monitors.relevance.cues import WORDS, symbols, symbols_of
from monitors.relevance.description import Description
from monitors.relevance.evidence import NO_TOWN, OF_LABEL, Piece, Profile
from monitors.relevance.names import Hit
from monitors.relevance.places import STREETS
from monitors.watchlist import Label

_OTHER_TOWN_AFTER = frozenset(["township", "twp", "heights", "hills", "beach", "springs", "junction", "gardens", "grove", "valley", "ridge", "park", "city", "falls", "lakes", "county", "parish", "isd"])  # fmt: skip
_OF_A_CITY = frozenset(["hall", "council", "manager", "attorney", "commission", "clerk", "police", "park", "pool", "officials", "schools"])  # fmt: skip
"""After "Springfield City" or "Springfield Park": our own city's."""
_NO_TOWN_AFTER = STREETS | frozenset(["university", "college", "court", "way", "suv", "river"])  # fmt: skip
_OTHER_TOWN_BEFORE = frozenset(["west", "east", "north", "south", "fort", "port", "mount", "mt", "saint", "san", "glen", "el", "upper", "lower", "old", "lake"])  # fmt: skip
_BESIDE_THE_POINT = frozenset(["no", "neither", "nor", "not", "like", "unlike", "including", "than"])
_AWAY = frozenset(["miles", "minutes", "hours", "mile", "hour", "over", "kilometers", "outside"])


def names(
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
        pieces += [Piece("last name and office", hit.text) for hit in kept if _in_office(described, hit)]
        pieces += [Piece("bare place name", hit.text) for hit in kept if _at_place(described, hit)]
        kept = [hit for hit in kept if not hit.variant.exact]
    shares = [(hit, _share(described, hit)) for hit in kept]
    pieces += [
        Piece(OF_LABEL[hit.label], hit.text, share)
        for hit, share in shares
        if hit.label in OF_LABEL and share
    ]
    if not any(hit.start < described.title_words and hit.label in OF_LABEL for hit, share in shares if share):
        pieces += [
            Piece("neighbor", hit.text, share)
            for hit, share in shares
            if hit.label is Label.NEIGHBOUR and share
        ]
    return [hit for hit, share in shares if share], pieces


_AT_SCHOOL = frozenset(
    symbols()[label] for label in ("SCHOOL", "STUDENT", "STAFF", "ON_CAMPUS", "LOCKDOWN", "BUS")
)


_OFFICES = (
    (("chief", "sheriff"), ("CHIEF", "POLICE", "OFFICER", "SRO", "CHIEF_OUT")),
    (("superintendent", "principal"), ("SCHOOL", "STUDENT", "STAFF", "SRO", "ON_CAMPUS", "LOCKDOWN")),
)


@cache
def _shared_by_many() -> frozenset[str]:
    listed = tomllib.loads((WORDS / "surnames.toml").read_text(encoding="utf-8"))
    return frozenset(listed["common"].split())


def _in_office(described: Description, hit: Hit) -> bool:
    """A last name of ours in a title that speaks of the office its bearer holds: "Kosta to board: no more deputies"."""
    if hit.label is not Label.PERSON or hit.start >= described.title_words:
        return False
    role = hit.variant.role.casefold()
    title = described.cues.string[: described.cues.title_length]
    return hit.text.casefold() not in _shared_by_many() and any(
        any(word in role for word in words) and not symbols_of(labels).isdisjoint(title)
        for words, labels in _OFFICES
    )


def _at_place(described: Description, hit: Hit) -> bool:
    """A place of ours by its bare name in the title: "Fight at Rosewood", for Rosewood Apartments."""
    before = described.words[hit.start - 1].lower() if hit.start else ""
    return (
        hit.label is Label.PLACE
        and hit.start < described.title_words
        and before in {"at", "in", "near", "on"}
    )


_BEFORE_A_SURNAME = frozenset(["coach", "mr", "mrs", "ms", "dr", "judge", "justice", "rep", "sen", "gov", "president", "pastor", "rev", "actor", "singer", "author"])  # fmt: skip


def _other_name(words: Sequence[str], hit: Hit) -> str:
    """ "town" when the words around make the hit part of another town's name, "street" for a road or college."""
    if hit.variant.exact:
        return ""
    before = words[hit.start - 1] if hit.start else ""
    after = words[hit.end] if hit.end < len(words) else ""
    if before[:1].isupper() and before.lower() in _OTHER_TOWN_BEFORE and hit.label is not Label.SCHOOL:
        return "town"
    if (
        hit.label in {Label.CITY, Label.COUNTY}
        and before[:1].isupper()
        and before.lower() in _BEFORE_A_SURNAME
    ):
        return "street"
    if hit.label is Label.SCHOOL and hit.variant.origin == "bare name" and after.lower() in NO_TOWN:
        return "street"
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
