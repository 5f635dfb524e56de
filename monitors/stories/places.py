"""Where and who: the streets, schools, venues, towns, states and people that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitors.stories.kinds import EVENT_STEMS
from monitors.stories.words import COMMON, PRESS_STATES, STATES, STOP, Home, everyday, plain, stem

STREET = re.compile(
    r"\b((?:(?:[NSEW]\.? |North |South |East |West )?(?:[A-Z][\w'’.-]+ ){0,2}(?:[A-Z][\w'’-]+|\d+(?:st|nd|rd|th)))) "
    r"(Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Parkway|Pkwy|Circle|"
    r"Terrace|Trail|Highway|Hwy|Pike|Turnpike|Alley|Square)\b(?! (?:Middle|High|Elementary|School|Church|Patrol))"
)
ROUTE = re.compile(
    r"\b(?:I-|Interstate |U\.?S\.? |Highway |Hwy\.? |Route |State Route |County Road )(\d{1,4}[A-Z]?)\b"
)
MILE = re.compile(r"\b(?:MM|[Mm]ile(?: ?marker| ?post)?|[Ee]xit) ?(\d{1,3})\b")
SCHOOL = re.compile(
    r"\b((?:[A-Z][\w'’.-]+ ){1,3})(High|Middle|Elementary|Intermediate|Primary|Junior High|Academy|Prep|HS|MS)\b"
    r"(?: School)?"
)
VENUE = re.compile(
    r"\b((?:[A-Z][\w'’-]+ ){1,3})(Park|Mall|Church|Apartments?|Hospital|Bridge|Library|Plaza|Lake|River|Creek|Stadium|"
    r"Arena|Hotel|Motel|Inn|Market|Center|University|College|Station|Airport|Trailhead|Heights|Village|Mosque|Temple|"
    r"Synagogue|Field|Speedway|Fairgrounds|Courthouse|Quarry|Mill|Bank|Pharmacy|Diner|Grill|Tavern|Laundromat)\b"
)
DATELINE = re.compile(
    r"^\W{0,3}([A-Z][A-Z .'’-]{2,30}?)(?:, ?([A-Z][A-Za-z.]{1,14}))? ?(?:\([^)]{1,40}\))? ?(?:—|–|--|-) "
)
POLICED = re.compile(
    r"\b((?:[A-Z][\w'’-]+ ){0,2}[A-Z][\w'’-]+) (?:[Pp]olice|PD|[Ss]heriff|[Cc]ounty|[Pp]ublic [Ss]chools)\b"
)
WITH_STATE = re.compile(
    r"\b([A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,2}), ("
    + "|".join(
        [*map(str.title, STATES), *(re.escape(s) + r"\." for s in PRESS_STATES), *sorted(STATES.values())]
    )
    + r")(?=\W|$)"
)
NAMED = re.compile(
    r"(?<!\b[Ii]n )(?<!\b[Nn]ear )(?<!\b[Aa]t )(?<!\b[Ff]rom )(?:[A-Z][\w'’-]*[a-z][\w'’-]*|[A-Z]\.)(?: (?:[A-Z][\w'’-]*[a-z][\w'’-]*|[A-Z]\.))+"
)


def _tells_nothing(word: str) -> bool:
    return word.lower() in STOP or stem(word) in COMMON or stem(word) in EVENT_STEMS


def _proper_tail(phrase: str, keep_last: bool = False) -> str:
    """The name at the end of a capitalized run: "Man Shot Near Elm" is "elm"."""
    run = phrase.split()
    start = len(run)
    while start and not _tells_nothing(run[start - 1]):
        start -= 1
    if start == len(run) and run[-1].lower() in ORDINALS and keep_last:
        start -= 1
    return " ".join(run[start:]).lower().replace("’", "'").removesuffix("'s")


LEVELS = {"HS": "high", "MS": "middle"}
ORDINALS = plain("first second third fourth fifth school county court city center hospital")
"""Ordinary words that are street names all the same."""
STREETS = {"street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "lane": "ln", "boulevard": "blvd",
           "highway": "hwy", "court": "ct", "place": "pl", "parkway": "pkwy"}  # fmt: skip


def spots_of(text: str, home: Home) -> Iterator[str]:
    """Streets, roads, mile posts, schools and venues, as "kind:name"; our towns are no venues."""
    for found in STREET.finditer(text):
        if name := _proper_tail(found[1], keep_last=True):
            suffix = found[2].lower()
            yield f"street:{name.split()[-1]} {STREETS.get(suffix, suffix)}"
    for found in ROUTE.finditer(text):
        yield f"route:{found[1]}"
    for found in MILE.finditer(text):
        yield f"mile:{found[1]}"
    for found in SCHOOL.finditer(text):
        if name := _proper_tail(found[1]):
            level = LEVELS.get(found[2], found[2].lower())
            yield f"school:{name} {level}"
    for found in VENUE.finditer(text):
        name = _proper_tail(found[1])
        if name and f"{name} {found[2].lower()}" not in home.towns:
            yield f"venue:{name} {found[2].lower().removesuffix('s')}"


def towns_of(title: str, lead: str, home: Home) -> tuple[frozenset[str], frozenset[str]]:
    """Towns and states that the dateline, a police force or a comma names."""
    towns, states = set(), set()
    if found := DATELINE.match(lead):
        towns.add(found[1].strip(" .").lower())
        if found[2]:
            states.add(_state(found[2]))
    for text in (title, lead):
        policed = {_proper_tail(found[1]) for found in POLICED.finditer(text)}
        towns |= {town for town in policed if town in home.towns or everyday(stem(town)) >= 1}
        for found in WITH_STATE.finditer(text):
            towns.add(_proper_tail(found[1]))
            states.add(_state(found[2]))
    return frozenset(towns - {"", "state", "campus"} - STATES.keys()), frozenset(states - {""})


def _state(word: str) -> str:
    bare = word.strip(".")
    return STATES.get(bare.lower()) or PRESS_STATES.get(bare) or (bare if bare in STATES.values() else "")


def names_of(text: str, spots: frozenset[str], towns: frozenset[str], home: Home) -> Iterator[str]:
    """People and bodies named by two capitalized words or more, as "first last"; places and officials are left out."""
    placed = {word for spot in spots for word in spot.split(":")[1].split()} | {
        w for t in towns for w in t.split()
    }
    for found in NAMED.finditer(text):
        run = [word for word in found[0].lower().split() if len(word.strip(".")) > 1]
        run = [word.replace("’", "'").removesuffix("'s") for word in run if word not in STOP]
        while run and stem(run[0]) in COMMON:
            run = run[1:]
        name = f"{run[0]} {run[-1]}" if len(run) >= 2 else ""
        told_apart = any(_tells_nothing(word) or word in placed or stem(word) in home.words for word in run)
        if name and not told_apart:
            yield name
