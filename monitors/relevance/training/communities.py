"""Invented communities, each with a whole watchlist, in every state and of every size. States are real, towns are not."""

from __future__ import annotations

import random
from dataclasses import dataclass

from monitors.relevance.places import state_form, state_name
from monitors.watchlist import Agency, AgencyKind, District, Person, School, Watchlist

_FIRST = "Alder Bram Cald Dun Elk Fallow Gran Hart Iron Jor Kest Lor Mar Nor Oak Pell Quar Ros Stan Tam Ul Ver Wen Yar Ash Birch Clear Dell Ems Farn Glen Hol Ives Kin Lang Mill Nett Ors Pres Rush Sed Thorn Upper Vale Wil".split()  # noqa: SIM905
_LAST = ["ford", "ton", "bury", "ville", "dale", "mont", "wick", "field", "stead", "haven", "burg", "port", "more", "land", "by", " Falls", " Springs", " Grove", " Bluff", " Creek", " City", " Rapids", " Junction", " Heights"]  # fmt: skip
_SURNAMES = "Orrin Tolliver Baskin Greaves Hadlow Iverson Jessup Kellner Lomax Maddox Norquist Ostrander Pruitt Quimby Rasmus Selby Truax Ulmer Vance Wexler Yoder Zeller Abbott Brandt Coyle Dressler Eckert Fenwick Galloway Hobart".split()  # noqa: SIM905
_GIVEN = "Dana Maya Peter Elaine Marcus Leah Tomas Ruth Andre Carla Devin Hollis Janelle Kurt Luz Nadia Owen Priya Russell Tamika".split()  # noqa: SIM905
_COMMON_SCHOOLS = (
    "Lincoln",
    "Washington",
    "Central",
    "Northside",
    "Roosevelt",
    "Jefferson",
    "Westview",
    "Franklin",
    "Kennedy",
    "East",
)
_DISTRICTS = {
    "TX": "{} ISD", "CA": "{} Unified School District", "KS": "{} USD 4{n}", "IA": "{} Community School District",
    "OH": "{} City Schools", "IL": "{} Community Unit School District {n}", "AZ": "{} Unified School District",
    "PA": "{} Area School District", "IN": "{} Community Schools", "OK": "{} Public Schools", "MN": "{} Public Schools",
    "NY": "{} Central School District", "NJ": "{} Township Public Schools", "GA": "{} City Schools", "TN": "{} City Schools",
}  # fmt: skip
_STATES = "AL AK AZ AR CA CO CT DE FL GA ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY".split()  # noqa: SIM905
_SIZES = (2_400, 6_800, 14_000, 22_500, 38_000, 61_000, 75_000, 480_000, 690_000, 1_250_000)
BIG_FROM = 400_000


@dataclass(frozen=True, slots=True)
class Community:
    """A place, its watchlist, and the words items are filled with. `fold` keeps places apart in cross-checks."""

    watchlist: Watchlist
    words: dict[str, str]
    big: bool
    fold: int


def town(chance: random.Random) -> str:
    """A town that does not exist, as far as anyone here knows."""
    return chance.choice(_FIRST) + chance.choice(_LAST)


def person(chance: random.Random) -> str:
    """An invented full name."""
    return f"{chance.choice(_GIVEN)} {chance.choice(_SURNAMES)}"


def communities(count: int, seed: int) -> list[Community]:
    """`count` communities, the same for the same seed."""
    chance = random.Random(seed)
    return [_community(chance, number) for number in range(count)]


def _school(chance: random.Random, level: str, city: str) -> str:
    stem = (
        city if level == "High" and chance.random() < 0.5 else chance.choice((*_SURNAMES, *_COMMON_SCHOOLS))
    )
    return (
        f"{stem} {level} School" if level != "Elementary" or chance.random() < 0.5 else f"{stem} Elementary"
    )


def _community(chance: random.Random, number: int) -> Community:
    state, people = _STATES[number % len(_STATES)], chance.choice(_SIZES)
    city, county = town(chance), f"{chance.choice(_SURNAMES)} {'Parish' if state == 'LA' else 'County'}"
    neighbour, chief, superintendent = town(chance), person(chance), person(chance)
    high, middle, elementary = (_school(chance, level, city) for level in ("High", "Middle", "Elementary"))
    district = _DISTRICTS.get(state, "{} School District").format(city, n=chance.randint(10, 99))
    police = f"{city} Police Department"
    watchlist = Watchlist(
        id=f"w{number}",
        state=chance.choice((state, state_name(state))),
        city=city,
        county=chance.choice((county, county.rsplit(" ", 1)[0])),
        population=people,
        district=District(district, (), (School(high), School(middle), School(elementary))),
        agencies=(
            Agency(police, AgencyKind.PARTNER),
            Agency(f"{county} Sheriff's Office", AgencyKind.MUTUAL_AID),
            Agency(f"{neighbour} Police Department", AgencyKind.NEIGHBOUR),
        ),
        people=(Person(superintendent, "superintendent"), Person(chief, "police chief")),
    )
    words = {
        "C": city, "CO": county, "S": state_name(state), "s": state_form(state), "code": state,
        "PD": chance.choice((f"{city} police", f"{city} PD")), "PDF": police, "D": district, "N": neighbour,
        "HS": high, "HSs": high.removesuffix(" School"), "MS": middle, "MSs": middle.removesuffix(" School"), "ES": elementary,
        "SUP": superintendent, "CH": chief.split()[-1],
    }  # fmt: skip
    return Community(watchlist, words, people >= BIG_FROM, number % 5)


def fill(community: Community, text: str, chance: random.Random) -> dict[str, str]:
    """The words of a community, and new ones for what only one item needs: outlets, other towns, other people."""
    state = community.words["code"]
    other = chance.choice([code for code in _STATES if code != state])
    city, away = community.words["C"], town(chance)
    return community.words | {
        "P": chance.choice((f"{city} Gazette", f"The {city} Herald", f"{community.words['CO']} Journal", "The Valley Courier", "River Region News", f"{city.replace(' ', '').lower()}times.com", "Patch")),
        "TV": chance.choice((f"{letters(state, chance)} News {chance.randint(2, 13)}", f"{letters(state, chance)}-TV", f"NewsChannel {chance.randint(2, 13)}", f"{letters(state, chance).lower()}.com", f"FOX {chance.randint(11, 66)}")),
        "X": town(chance), "XC": away, "XS": state_name(other), "xs": state_form(other),
        "XP": chance.choice((f"{away} Times", f"{state_name(other)} Daily News", f"The {away} Sun")),
        "XTV": f"{letters(other, chance)} {state_name(other)}",
        "FN": chance.choice(_GIVEN), "LN": chance.choice(_SURNAMES),
    }  # fmt: skip


def letters(state: str, chance: random.Random) -> str:
    """Invented call letters, on the right side of the Mississippi for most states."""
    west = state in "AK AZ AR CA CO HI ID IA KS MN MO MT NE NV NM ND OK OR SD TX UT WA WY".split()  # noqa: SIM905
    return ("K" if west else "W") + "".join(chance.choice("BDFGHJKLMNPQRTVXZ") for _ in range(3))
