"""Where a report speaks from and of: states, datelines, outlets' places. Nothing here knows a watchlist.

States, their abbreviations and the cities that stand without a state in datelines are public facts; they are in
`words/places.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from monitors.relevance.cues import WORDS

_WEST_OF_THE_MISSISSIPPI = frozenset(["AK", "AZ", "AR", "CA", "CO", "HI", "ID", "IA", "KS", "LA", "MN", "MO", "MT", "NE", "NV", "NM", "ND", "OK", "OR", "SD", "TX", "UT", "WA", "WY"])  # fmt: skip
_EITHER_SIDE = {"MN", "LA", "IA", "MO", "PA", "WI", "TX"}
"""States where call letters of both kinds are on the air."""


@dataclass(frozen=True, slots=True)
class Where:
    """What a report says of place. States are postal codes; city names are lower case.

    `by_city` holds (city, state) pairs as written with a comma between; `dateline` is (city, state or "").
    """

    states: frozenset[str] = frozenset()
    by_city: tuple[tuple[str, str], ...] = ()
    dateline: tuple[str, str] = ("", "")
    cities: frozenset[tuple[str, str]] = frozenset()
    abroad: str = ""
    elsewhere_in_state: bool = False
    """A part of a state, or its largest city, is given as the place: "western Iowa"."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """What an outlet's name says: its words run together, states it names, and its call letters' side, if any."""

    words: str = ""
    joined: str = ""
    states: frozenset[str] = frozenset()
    cities: frozenset[tuple[str, str]] = frozenset()
    side: str = ""
    national: bool = False
    abroad: bool = False
    name: str = ""
    """As it was written, for people to read."""


@cache
def _listed() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((WORDS / "places.toml").read_text(encoding="utf-8"))


@cache
def state_forms() -> Mapping[str, str]:
    """Every way to write a state, lower case without final dot -> postal code."""
    forms: dict[str, str] = {}
    for code, (name, short, _) in _listed()["states"].items():
        for form in (code, name, short, short.replace(".", "")):
            forms[form.lower().rstrip(".")] = code
    forms["d.c"] = forms["dc"] = "DC"
    return forms


def state_code(text: str) -> str:
    """The postal code of a state however it is written; empty when it is not one."""
    return state_forms().get(" ".join(text.lower().split()).rstrip("."), "")


def state_name(code: str) -> str:
    """The name of a state by its postal code; empty for an unknown one."""
    return _listed()["states"][code][0] if code in _listed()["states"] else ""


@cache
def _cities() -> Mapping[str, str]:
    return {
        city.lower(): code
        for code, (_, _, cities) in _listed()["states"].items()
        for city in cities.split("|")
        if "," not in city
    }


def _names(block: str) -> list[str]:
    return [
        name.strip()
        for name in "".join(_listed()[block]["names"]).replace("\n", "").split("|")
        if name.strip()
    ]


@cache
def known_places() -> Mapping[str, str]:
    """Names looked for in every report -> "@" and the postal code, or "@abroad". States that are also people or
    capitals (Washington) are left to their comma form."""
    found = {name.lower(): "@abroad" for name in _names("abroad")}
    found |= {city: f"@{code}" for city, code in _cities().items()}
    found |= {
        entry[0].lower(): f"@{code}"
        for code, entry in _listed()["states"].items()
        if code not in {"WA", "DC"}
    }
    shorts = {entry[1].lower(): code for code, entry in _listed()["states"].items()}
    found |= {short: f"@{code}" for short, code in shorts.items() if short.count(".") > 1}
    found |= {short.rstrip("."): f"@{code}" for short, code in shorts.items() if short in _PLAIN_SHORTS}
    return found


_PLAIN_SHORTS = frozenset(["calif.", "conn.", "tenn.", "wis.", "minn.", "okla.", "ariz.", "fla.", "nev.", "colo.", "neb.", "mich."])  # fmt: skip
_SOMEWHERE_IN = frozenset(["western", "eastern", "central", "northern", "southern", "northwest", "northeast", "southwest", "southeast", "west", "east", "north", "south", "upstate", "downstate"])  # fmt: skip
_LARGEST = frozenset(["largest", "biggest", "second", "capital", "smallest"])
STREETS = frozenset(["avenue", "ave", "street", "st", "road", "rd", "boulevard", "blvd", "drive", "lane", "parkway", "pkwy", "highway", "hwy", "pike"])  # fmt: skip
"""What follows the name of a street, small."""
_NOT_A_PLACE_BEFORE = STREETS | frozenset(["county", "high", "elementary", "middle", "township", "parish"])  # fmt: skip

_FROM_THERE_BEFORE = frozenset(["man", "woman", "native", "resident", "teen", "couple", "based", "fugitive", "driver", "tourist", "company", "-"])  # fmt: skip
"""A Texas man is arrested anywhere."""


def where(words: Sequence[str], known: Iterable[tuple[int, int, str]], summary: str) -> Where:
    """Every place a report names by itself, most of all its dateline. `known` are the known places among its words."""
    states: set[str] = set()
    cities: set[tuple[str, str]] = set()
    abroad, elsewhere = "", False
    for start, end, code in known:
        following = words[end].lower() if end < len(words) else ""
        if following in _NOT_A_PLACE_BEFORE or following in _FROM_THERE_BEFORE:
            continue
        name = " ".join(words[start:end])
        if code == "abroad":
            abroad = abroad or name
        elif state_code(name) == code or (name.isupper() and len(name) <= 5):
            states.add(code)
            before = words[start - 1].lower() if start else ""
            after = {word.lower() for word in words[end : end + 2]}
            if before in _SOMEWHERE_IN or not after.isdisjoint(_LARGEST):
                elsewhere = True
        else:
            cities.add((name.lower(), code))
    pairs = tuple(_by_city(words)) if "," in words else ()
    line = _dateline(summary) if summary else ("", "")
    states.update(state for _, state in pairs)
    if line[1]:
        states.add(line[1])
    return Where(frozenset(states), pairs, line, frozenset(cities), abroad, elsewhere)


def _by_city(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """City, State as written: the capitalized run before the comma, and the state's code."""
    forms = state_forms()
    for n, word in enumerate(words):
        if word != "," or not n or n + 1 >= len(words) or not words[n + 1][0].isupper():
            continue
        two = " ".join(words[n + 1 : n + 3]).lower()
        one = words[n + 1].lower().rstrip(".")
        code = forms.get(two, "") or forms.get(one, "")
        if not code or (len(one) == 2 and not words[n + 1].isupper() and one not in _SHORT):
            continue
        first = n
        while first > 0 and n - first < 4 and words[first - 1][0].isupper():
            first -= 1
        if first < n:
            yield " ".join(words[first:n]).lower(), code


_SHORT = frozenset({"la", "pa", "ky", "va", "ga", "md", "mo", "vt"})
"""Two-letter forms that datelines write with a small second letter: Pa., Ky."""


_DATELINE = re.compile(
    r"\s*(?:([A-Z][A-Z.'-]+(?:\s[A-Z][A-Z.'-]*){0,3})|([A-Z][\w.'-]+(?:\s[A-Z][\w.'-]+){0,3}))"
    r"(?:,\s(?P<state>[A-Z][A-Za-z.]*(?:\s[A-Z][a-z]+)?))?\s?(?P<by>\((?:[^()]{2,40})\)|/[A-Z].{2,30}?/)?\s?(?:-{1,2}|:)\s"
)


def _dateline(summary: str) -> tuple[str, str]:
    match = _DATELINE.match(summary[:120])
    if match is None:
        return "", ""
    shouted, spoken, state = match[1], match[2], state_code(match["state"] or "")
    if match["state"] and not state:
        return "", ""
    if shouted and len(shouted) > 3:
        return shouted.lower(), state
    if spoken and (state or match["by"]):
        return spoken.lower(), state
    return "", ""


_CALL_LETTERS = re.compile(r"\b([KW])[A-Z]{2,3}\b(?!\s?(?:PD|County))")


@lru_cache(maxsize=4096)
def outlet(source: str) -> Outlet:
    """What the name of an outlet says of its place."""
    words = " ".join(re.findall(r"[a-z0-9']+", source.lower()))
    padded = f" {words} "
    cities = frozenset(
        (city, code)
        for city, code in _cities().items()
        if f" {city} " in padded and city not in {"mobile", "erie", "reno"}
    )
    letters = _CALL_LETTERS.search(source.upper() if "." in source and " " not in source else source)
    national = [name.lower() for name in _names("national")]
    foreign = any(f" {name.lower()} " in padded for name in _names("abroad"))
    return Outlet(
        words,
        re.sub(r"[^a-z0-9]", "", source.lower()),
        _states_in(padded) or _states_by_nickname(source, padded),
        cities,
        ("west" if letters[1] == "K" else "east") if letters else "",
        any(
            words.removeprefix("the ") in {name, name.replace(" ", "") + " com"}
            or words.startswith(f"{name} ")
            for name in national
        ),
        foreign or source.lower().endswith((".uk", ".ca", ".au", ".ie")),
        source.strip(),
    )


def _states_in(padded: str) -> frozenset[str]:
    named = {code for code, entry in _listed()["states"].items() if f" {entry[0].lower()} " in padded}
    if "WV" in named:
        named.discard("VA")
    return frozenset(named)


_NICKNAMES = {
    "hoosier": "IN", "badger state": "WI", "keystone": "PA", "buckeye": "OH", "sooner": "OK", "lone star": "TX", "bay state": "MA",
    "granite state": "NH", "green mountain": "VT", "hawkeye": "IA", "gopher state": "MN", "palmetto": "SC", "tar heel": "NC",
    "old dominion": "VA", "bluegrass": "KY", "magnolia state": "MS", "pelican state": "LA", "sunshine state": "FL", "peach state": "GA",
    "garden state": "NJ", "empire state": "NY", "nutmeg": "CT", "ocean state": "RI", "pine tree state": "ME", "show me state": "MO",
    "cornhusker": "NE", "sunflower state": "KS", "beehive state": "UT", "big sky": "MT", "evergreen state": "WA", "grand canyon state": "AZ",
    "gem state": "ID", "last frontier": "AK", "yellowhammer": "AL", "razorback": "AR", "old line state": "MD", "wolverine state": "MI",
}  # fmt: skip
_LEADING_CODE = re.compile(r"([A-Z]{2})(?=[A-Z][a-z])")
_CODES_THAT_ARE_WORDS = frozenset({"IN", "OR", "ME", "OK", "HI", "LA", "PA", "MA", "DE", "CO", "AL"})


def _states_by_nickname(source: str, padded: str) -> frozenset[str]:
    """Hoosier Public Media, VTDispatch: an outlet that names its state by another name."""
    found = {code for name, code in _NICKNAMES.items() if f" {name} " in padded}
    led = _LEADING_CODE.match(source)
    if led and led[1] in _listed()["states"] and led[1] not in _CODES_THAT_ARE_WORDS:
        found.add(led[1])
    for name, pair in (("carolina", ("NC", "SC")), ("dakota", ("ND", "SD"))):
        found |= set(pair) if f" {name} " in padded and not found else set()
    return frozenset(found) if len(found) <= 2 else frozenset()


def wrong_side(side: str, state: str) -> bool:
    """Whether call letters of that side of the Mississippi speak against this state."""
    if not side or not state or state in _EITHER_SIDE:
        return False
    return (side == "west") != (state in _WEST_OF_THE_MISSISSIPPI)


def state_form(code: str) -> str:
    """The form datelines use: Iowa, Ill., N.Y."""
    return _listed()["states"][code][1]
