"""Every form of every name of a watchlist: what outlets write instead of what a person entered."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from monitors.watchlist.model import Agency, AgencyKind, District, Label, Person, Variant, Watchlist

_POLICE = re.compile(
    r"\s+(?:(?:department|dept\.?|division|bureau|office)\s+of\s+(?:police|public safety)"
    r"|(?:metropolitan|municipal|city|township|village|borough|town|regional|area|campus)?\s*"
    r"(?:police|public safety)(?:\s+(?:department|dept\.?|division|bureau|force|service))?|P\.?D\.?)$",
    re.I,
)
_SHERIFF = re.compile(r"\s+sheriff(?:['’]?s)?['’]?(?:\s+(?:office|department|dept\.?))?$", re.I)
_STATE_POLICE = re.compile(r"\s+(?:state police|state patrol|highway patrol|state troopers)$", re.I)
_COUNTY = re.compile(r"\s+(?:county|parish|borough)$", re.I)
_DISTRICT = re.compile(
    r"(?:\s+(?:school district|schools|school corporation|school system|school department|school division|unified"
    r"|public|community|unit|city|county|parish|area|central|consolidated|independent|township|local|regional|union"
    r"|metropolitan|exempted village|isd|cisd|usd|csd|gisd|r-?\w{1,4}|no\.?|#?\d+\w?))+$",
    re.I,
)
_LEVEL = re.compile(
    r"\s+(?P<level>senior high|junior high|junior-senior high|high|middle|elementary|primary|intermediate|preparatory"
    r"|prep|early college|charter|k-?8|magnet|alternative)(?:\s+(?:school|academy))?$",
    re.I,
)
_SCHOOL_END = re.compile(
    r"(?:\s+(?:continuation|community|day|career|tech|technical|vocational|learning|early childhood))*"
    r"\s+(?:school|academy|center|campus|college)$",
    re.I,
)
_SHORT_LEVEL = {"high": "HS", "senior high": "HS", "middle": "MS", "junior high": "JH", "elementary": "ES"}
_FORCE_TAILS = (
    "police department", "police dept", "police", "pd", "police officer", "police officers", "officer", "officers",
    "cop", "cops", "policeman", "patrolman", "police chief", "chief of police", "chief", "detective", "detectives",
    "sergeant", "lieutenant", "captain", "sro", "swat",
)  # fmt: skip
_SHERIFF_TAILS = (
    "sheriff's office", "sheriff's department", "sheriff's dept", "sheriff", "sheriffs office", "deputy", "deputies",
    "sheriff's deputy", "sheriff's deputies", "sheriff's sergeant", "jail", "detention center", "jailer",
)  # fmt: skip
_SHERIFF_SHORT = 7
"""So many of the tails also follow the county's bare name: "Maple deputies"."""
_DISTRICT_TAILS = (
    "school district", "schools", "public schools", "school board", "students", "student", "superintendent",
    "school superintendent", "teacher", "school bus", "unified", "isd",
)  # fmt: skip
_KIND_LABELS = {
    AgencyKind.PARTNER: Label.AGENCY,
    AgencyKind.MUTUAL_AID: Label.MUTUAL_AID,
    AgencyKind.NEIGHBOUR: Label.NEIGHBOUR,
}


def variants(watchlist: Watchlist) -> list[Variant]:
    """Every form listened for, in the watchlist's order, without those a person switched off. No text comes twice."""
    off = {text.casefold() for text in watchlist.switched_off}
    return [variant for variant in generated(watchlist) if variant.text.casefold() not in off]


def generated(watchlist: Watchlist) -> list[Variant]:
    """Every form, also those switched off: what the watchlist screen lists with a switch beside each."""
    seen: dict[tuple[str, bool], Variant] = {}
    for variant in _all_forms(watchlist):
        folded = variant.text if variant.exact else variant.text.casefold()
        if len(variant.text) > 1:
            seen.setdefault((folded, variant.exact), variant)
    return list(seen.values())


def initials(name: str) -> str:
    """The initials of a name of three words or more, as they are written: AFPD. Empty when there are too few."""
    words = [
        word for word in re.findall(r"[A-Za-z]+(?:'s)?", name) if word.lower() not in {"of", "the", "and"}
    ]
    letters = "".join(word if word.isupper() else word[0].upper() for word in words)
    return letters if len(words) >= 3 and 3 <= len(letters) <= 7 else ""


def _all_forms(watchlist: Watchlist) -> Iterator[Variant]:
    for added in watchlist.added:
        yield Variant(added.text, added.label, added.of or added.text, "added by hand", added.text.isupper())
    for agency in watchlist.agencies:
        label = _KIND_LABELS[agency.kind]
        for name in (agency.name, *agency.aliases):
            origin = "as entered" if name == agency.name else "alias"
            yield Variant(name, label, agency.name, origin, _is_initials(name))
        yield from _agency_forms(agency, label)
    yield from _district_forms(watchlist.district)
    towns = {place.casefold() for place in (watchlist.city, watchlist.county, *watchlist.places)}
    towns |= {
        _COUNTY.sub("", watchlist.county).casefold(),
        _DISTRICT.sub("", watchlist.district.name).casefold(),
    }
    towns |= {town.casefold() for agency in watchlist.agencies if (town := agency_town(agency))}
    for school in watchlist.district.schools:
        yield from (form for form in _school_forms(school.name, towns) if form.text.casefold() not in towns)
    for person in watchlist.people:
        yield from _person_forms(person)
    for place in (
        *watchlist.places,
        *(school.place for school in watchlist.district.schools if school.place),
    ):
        if not _same(place, watchlist.city) and not _same(place, watchlist.county):
            yield from _place_forms(place)
    if watchlist.city:
        yield Variant(watchlist.city, Label.CITY, watchlist.city, "as entered")
    yield from _county_forms(watchlist)
    for agency in watchlist.agencies:
        town = agency_town(agency)
        if town and agency.kind is AgencyKind.NEIGHBOUR:
            yield Variant(town, Label.NEIGHBOUR, agency.name, "the neighbor's town")
        elif town and agency.kind is AgencyKind.MUTUAL_AID:
            yield Variant(town, Label.PLACE, agency.name, "the town it polices")


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _is_initials(name: str) -> bool:
    return name.isupper() and len(name) <= 7 and " " not in name


def _agency_forms(agency: Agency, label: Label) -> Iterator[Variant]:
    for name in (agency.name, *(alias for alias in agency.aliases if not _is_initials(alias))):
        for text in _agency_texts(name):
            yield Variant(text, label, agency.name, "the ways outlets write it")
    if short := initials(agency.name):
        yield Variant(short, label, agency.name, "initials", exact=True)


def _agency_texts(name: str) -> Iterator[str]:
    name = re.sub(r"^(?:the\s+)?(?:city|town|village|township|borough)\s+of\s+", "", name, flags=re.I)
    if of_county := re.match(r"(?:the\s+)?sheriff of (.+)", name, flags=re.I):
        name = f"{of_county[1]} Sheriff"
    if found := _SHERIFF.search(name):
        stem = name[: found.start()]
        for tail in _SHERIFF_TAILS:
            yield f"{stem} {tail}"
        if short := _COUNTY.sub("", stem):
            for tail in _SHERIFF_TAILS[:_SHERIFF_SHORT] if short != stem else ():
                yield f"{short} {tail}"
            yield f"sheriff of {stem}"
    elif found := _STATE_POLICE.search(name):
        for tail in (
            "state police",
            "state patrol",
            "highway patrol",
            "state trooper",
            "state troopers",
            "trooper",
            "troopers",
        ):
            yield f"{name[: found.start()]} {tail}"
    elif found := _POLICE.search(name):
        for tail in _FORCE_TAILS:
            yield f"{name[: found.start()]} {tail}"
        yield f"{name[: found.start()]} department of public safety"


def agency_town(agency: Agency) -> str:
    """The town a police department is named after; empty for a sheriff, a state agency, a campus, or initials."""
    name = re.sub(r"^(?:the\s+)?(?:city|town|village|township|borough)\s+of\s+", "", agency.name, flags=re.I)
    if _SHERIFF.search(name) or _STATE_POLICE.search(name) or _is_initials(name):
        return ""
    found = _POLICE.search(name)
    return (
        name[: found.start()]
        if found and not re.search(r"university|college|school|isd\b", name, re.I)
        else ""
    )


def _district_forms(district: District) -> Iterator[Variant]:
    if not district.name:
        return
    for name in (district.name, *district.aliases):
        origin = "as entered" if name == district.name else "alias"
        yield Variant(name, Label.DISTRICT, district.name, origin, _is_initials(name))
        stem = _DISTRICT.sub("", name)
        if stem and not _is_initials(stem):
            for tail in _DISTRICT_TAILS:
                yield Variant(f"{stem} {tail}", Label.DISTRICT, district.name, "the ways outlets write it")
    if short := initials(district.name):
        yield Variant(short, Label.DISTRICT, district.name, "initials", exact=True)


FOLK_WORDS = (
    "student", "students", "principal", "teacher", "coach", "parents", "freshman", "sophomore", "junior", "juniors",
    "senior", "seniors", "graduate", "grad", "eighth grader", "seventh grader", "sixth grader", "kindergartner",
)  # fmt: skip


_SCHOOL_PARTS = (
    "gym", "gymnasium", "cafeteria", "campus", "hallway", "classroom", "classrooms", "athletes", "athlete", "players", "player",
    "football", "wrestling", "wrestlers", "wrestler", "band", "cheerleader", "cheerleaders", "staff", "families", "dismissal",
    "commons", "auditorium", "parking lot", "locker room", "playground", "graduates", "alum", "library", "restroom", "bus",
    "lockdown", "threat", "homecoming", "prom", "graduation", "pickup line", "walkout",
)  # fmt: skip


def _school_forms(name: str, towns: Collection[str]) -> Iterator[Variant]:
    bare = " " not in name
    yield Variant(name, Label.SCHOOL, name, "as entered", exact=bare)
    if found := _LEVEL.search(name):
        stem, level = name[: found.start()], found["level"]
        forms = [
            f"{stem} {level}",
            f"{stem} {level} School",
            f"{stem} {level} student",
            f"{stem} {level} students",
        ]
        forms += [f"{stem} {word}" for word in FOLK_WORDS]
        if " " not in stem and stem.casefold() not in towns:
            forms += [f"{stem} {word}" for word in _SCHOOL_PARTS]
        if level.lower() in _SHORT_LEVEL:
            forms.append(f"{stem} {_SHORT_LEVEL[level.lower()]}")
        for form in forms:
            yield Variant(form, Label.SCHOOL, name, "the ways outlets write it")
        if short := initials(f"{stem} {level} School"):
            yield Variant(short, Label.SCHOOL, name, "initials", exact=True)
        yield _bare_school(stem, name)
    elif found := _SCHOOL_END.search(name):
        stem = name[: found.start()]
        yield _bare_school(stem, name)
        if stem.casefold() not in towns:
            for word in FOLK_WORDS:
                yield Variant(f"{stem} {word}", Label.SCHOOL, name, "the ways outlets write it")
    else:
        for tail in (
            *FOLK_WORDS,
            "High",
            "High School",
            "Middle School",
            "Elementary",
            "Elementary School",
            "School",
        ):
            yield Variant(f"{name} {tail}", Label.SCHOOL, name, "the ways outlets write it")


def _bare_school(stem: str, name: str) -> Variant:
    """A bare name of two words is told apart by itself; of one word, only beside another name of ours."""
    if " " in stem and not stem.lower().startswith(_HONOURED):
        return Variant(stem, Label.SCHOOL, name, "bare name")
    return Variant(stem, Label.SCHOOL, name, "bare name, beside another name of ours", exact=True)


_HONOURED = (
    "martin luther", "john f", "abraham", "george", "thomas", "robert e", "st", "saint", "our lady", "holy", "sacred", "van ", "new ",
    "north ", "south ", "east ", "west ", "oak grove", "pleasant", "cedar", "maple", "lake", "river", "forest", "washington", "franklin",
    "theodore", "benjamin", "rosa", "cesar", "susan", "walt", "mark", "helen", "mary", "john", "william", "james",
)  # fmt: skip
"""How names begin that a hundred schools and towns share."""

_PLACE_TAILS = re.compile(
    r"\s+(?:apartments?|apts|stadium|park|mart|mall|plaza|village|homes|courts?|towers?|estates|terrace|arena|field|fieldhouse"
    r"|fairgrounds|shopping center|center|commons|neighborhood|manor|mobile home park|foods|plant)$",
    re.I,
)


def _place_forms(place: str) -> Iterator[Variant]:
    yield Variant(place, Label.PLACE, place, "as entered")
    stem = _PLACE_TAILS.sub("", place)
    if stem != place and len(stem) > 3:
        yield Variant(stem, Label.PLACE, place, "bare name, beside another name of ours", exact=True)


def _person_forms(person: Person) -> Iterator[Variant]:
    name = re.sub(
        r"^(?:dr|mr|mrs|ms|chief|sheriff|sgt|lt|capt|officer|deputy)\.?\s+", "", person.name, flags=re.I
    )
    if " " not in name:
        return
    last = name.rsplit(" ", 1)[1]
    titles = (title for word, titles in _TITLES.items() if word in person.role.casefold() for title in titles)
    yield Variant(name, Label.PERSON, person.name, "as entered", role=person.role)
    for title in titles:
        yield Variant(f"{title} {last}", Label.PERSON, person.name, "title and last name", role=person.role)
    alone = "last name, beside another name of ours"
    yield Variant(last, Label.PERSON, person.name, alone, exact=True, role=person.role)


_TITLES: Mapping[str, Iterable[str]] = {
    "chief": ("Chief", "Police Chief"),
    "sheriff": ("Sheriff",),
    "superintendent": ("Superintendent", "Supt"),
    "principal": ("Principal",),
}


_COUNTY_TAILS = ("taxpayers", "commissioners", "supervisors", "voters", "residents", "schools", "man", "woman", "teen", "officials", "inmate", "inmates")  # fmt: skip


def _county_forms(watchlist: Watchlist) -> Iterator[Variant]:
    if not watchlist.county:
        return
    stem = _COUNTY.sub("", watchlist.county)
    named = watchlist.county if stem != watchlist.county else f"{stem} County"
    yield Variant(named, Label.COUNTY, watchlist.county, "as entered")
    if stem.casefold() != watchlist.city.casefold():
        for tail in _COUNTY_TAILS:
            yield Variant(f"{stem} {tail}", Label.COUNTY, watchlist.county, "the ways outlets write it")
    if watchlist.city:
        yield Variant(
            stem, Label.COUNTY, watchlist.county, "bare name, beside another name of ours", exact=True
        )
    else:
        yield Variant(stem, Label.COUNTY, watchlist.county, "the county's bare name, since there is no city")
