"""What is weighed to place a report: pieces of evidence, and what is needed of a watchlist to find them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from monitors.relevance.names import not_us
from monitors.relevance.places import STREETS, state_code
from monitors.watchlist import Label, Watchlist

OF_LABEL = {
    Label.AGENCY: "agency",
    Label.MUTUAL_AID: "mutual aid",
    Label.DISTRICT: "district",
    Label.SCHOOL: "school",
    Label.CITY: "city",
    Label.COUNTY: "county",
    Label.PLACE: "place",
    Label.PERSON: "person",
}
NO_TOWN = STREETS | frozenset(["apartments", "estates", "plaza", "subdivision", "cemetery", "golf", "trail", "inn", "hotel", "park", "mall", "neighborhood", "area", "district", "court", "church", "hospital", "hall", "building", "center", "store", "lot", "creek", "river", "lake", "pond", "library"])  # fmt: skip


class Piece(NamedTuple):
    """A kind of evidence, its words, and the share of its weight that counts."""

    name: str
    text: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What locality needs of a watchlist, worked out once."""

    watchlist: Watchlist
    state: str
    squeezed: tuple[tuple[str, bool], ...]
    """Our places with the letters run together, and whether each is only the county."""
    near: frozenset[str]
    words: frozenset[str]
    """The long words of our schools' and places' names, lower case: "Quintana" of Quintana-Reyes Elementary."""
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
    parts = {
        word.lower()
        for name in (*(school.name for school in watchlist.district.schools), *watchlist.places)
        for word in re.split(r"[\s-]+", name)
        if len(word) > 5 and word.lower() not in _NO_NAME
    }
    return Profile(
        watchlist, state_code(watchlist.state), tuple(longest), frozenset(near), frozenset(parts), namesakes
    )


_NO_NAME = frozenset(["school", "elementary", "middle", "intermediate", "primary", "academy", "street", "avenue", "apartments", "central", "stadium", "center", "career", "village", "highway", "northern", "southern", "eastern", "western", "county", "senior", "junior", "township", "charter", "catholic", "technical"])  # fmt: skip
