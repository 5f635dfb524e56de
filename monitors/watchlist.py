"""Who and where we watch for: one partnership's agencies, schools, places and people, and who is *not* us.

A watchlist is what a person enters; `variants` is every form of those names the product listens for. A person sees
the variants, switches one off, or adds one; both choices are part of the watchlist and travel with its JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class WatchlistError(ValueError):
    """A watchlist that cannot be read. Its message is a sentence for the person who gave it."""


class AgencyKind(StrEnum):
    """What an agency is to the district (the domain rules, section 2)."""

    PARTNER = "partner"
    MUTUAL_AID = "mutual_aid"
    """Polices part of our community or answers calls there."""
    NEIGHBOUR = "neighbour"
    """Polices no part of our community."""


class Label(StrEnum):
    """What a matched name stands for."""

    AGENCY = "AGENCY"
    MUTUAL_AID = "MUTUAL_AID"
    NEIGHBOUR = "NEIGHBOUR"
    DISTRICT = "DISTRICT"
    SCHOOL = "SCHOOL"
    CITY = "CITY"
    COUNTY = "COUNTY"
    PLACE = "PLACE"
    PERSON = "PERSON"
    LOOKALIKE = "LOOKALIKE"


@dataclass(frozen=True, slots=True)
class School:
    name: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class District:
    name: str = ""
    aliases: tuple[str, ...] = ()
    schools: tuple[School, ...] = ()


@dataclass(frozen=True, slots=True)
class Agency:
    name: str
    kind: AgencyKind = AgencyKind.PARTNER
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """A variant a person added by hand: the text as it is written, and what it stands for."""

    text: str
    label: Label
    of: str = ""


@dataclass(frozen=True, slots=True)
class Watchlist:
    """One partnership's names. `population` is of the city; None when nobody entered it."""

    id: str = ""
    state: str = ""
    city: str = ""
    county: str = ""
    population: int | None = None
    district: District = District()
    agencies: tuple[Agency, ...] = ()
    places: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    not_us: tuple[str, ...] = ()
    switched_off: tuple[str, ...] = ()
    """Texts of generated variants a person switched off."""
    added: tuple[Added, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """One form of one name. `of` is the entry it stands for; `origin` says in words where the form comes from.

    `exact` forms (initials) count only as written and only beside another name of ours, or in a source of the place.
    """

    text: str
    label: Label
    of: str
    origin: str
    exact: bool = False


# --- JSON ---------------------------------------------------------------------------------------------------------


def read_watchlist(path: Path) -> Watchlist:
    """The watchlist in a JSON file. Raises WatchlistError with a sentence that names the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise WatchlistError(f"The watchlist {path.name} cannot be read: {cause}.") from cause
    try:
        watchlist = watchlist_from_json(text)
    except WatchlistError as cause:
        raise WatchlistError(f"{path.name}: {cause}") from cause
    return watchlist


def watchlist_from_json(text: str) -> Watchlist:
    """A watchlist from JSON text; missing keys and nulls mean empty. Raises WatchlistError with a sentence."""
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as cause:
        raise WatchlistError(f"This is not JSON: {cause}.") from cause
    if not isinstance(value, dict):
        raise WatchlistError('A watchlist is one JSON object, with keys such as "city" and "agencies".')
    district = _object(value, "district")
    return Watchlist(
        id=_text(value, "id"),
        state=_text(value, "state"),
        city=_text(value, "city"),
        county=_text(value, "county"),
        population=_count(value, "population"),
        district=District(
            _text(district, "name"),
            _texts(district, "aliases"),
            tuple(School(*pair) for pair in _named(district, "schools", "place")),
        ),
        agencies=tuple(_agencies(value)),
        places=_texts(value, "places"),
        people=tuple(Person(*pair) for pair in _named(value, "people", "role")),
        not_us=_texts(value, "not_us"),
        switched_off=_texts(value, "switched_off"),
        added=tuple(_added(value)),
    )


def watchlist_to_json(watchlist: Watchlist) -> str:
    """The watchlist as indented JSON that `watchlist_from_json` reads back to an equal value."""
    value: dict[str, Any] = {
        "id": watchlist.id,
        "state": watchlist.state,
        "city": watchlist.city,
        "county": watchlist.county,
        "population": watchlist.population,
        "district": {
            "name": watchlist.district.name,
            "aliases": list(watchlist.district.aliases),
            "schools": [
                {"name": school.name, "place": school.place} if school.place else school.name
                for school in watchlist.district.schools
            ],
        },
        "agencies": [
            {"name": agency.name, "kind": str(agency.kind), "aliases": list(agency.aliases)}
            for agency in watchlist.agencies
        ],
        "places": list(watchlist.places),
        "people": [{"name": person.name, "role": person.role} for person in watchlist.people],
        "not_us": list(watchlist.not_us),
    }
    if watchlist.switched_off:
        value["switched_off"] = list(watchlist.switched_off)
    if watchlist.added:
        value["added"] = [{"text": a.text, "label": str(a.label), "of": a.of} for a in watchlist.added]
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _refuse(key: str, wanted: str, got: object) -> WatchlistError:
    return WatchlistError(f'"{key}" must be {wanted}, and is {json.dumps(got, ensure_ascii=False)[:60]}.')


def _words(value: str) -> str:
    return " ".join(value.split())


def _text(value: Mapping[str, Any], key: str) -> str:
    got = value.get(key)
    if got is None:
        return ""
    if isinstance(got, bool) or not isinstance(got, str | int | float):
        raise _refuse(key, "text", got)
    return _words(str(got))


def _count(value: Mapping[str, Any], key: str) -> int | None:
    got = value.get(key)
    if got is None or got == "":
        return None
    digits = re.sub(r"[,\s_]", "", got) if isinstance(got, str) else got
    try:
        number = int(float(digits)) if not isinstance(digits, bool) else -1
    except (TypeError, ValueError, OverflowError):
        number = -1
    if number < 0:
        raise _refuse(key, "a number of people", got)
    return number


def _object(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    got = value.get(key)
    if got is None:
        return {}
    if isinstance(got, str):
        return {"name": got}
    if not isinstance(got, dict):
        raise _refuse(key, "an object", got)
    return got


def _list(value: Mapping[str, Any], key: str) -> list[Any]:
    got = value.get(key)
    if got is None:
        return []
    if isinstance(got, str):
        return [got]
    if not isinstance(got, list):
        raise _refuse(key, "a list", got)
    return [entry for entry in got if entry is not None]


def _texts(value: Mapping[str, Any], key: str) -> tuple[str, ...]:
    entries = _list(value, key)
    for entry in entries:
        if not isinstance(entry, str):
            raise _refuse(key, "a list of texts", entry)
    return tuple(text for text in map(_words, entries) if text)


def _named(value: Mapping[str, Any], key: str, second: str) -> Iterator[tuple[str, str]]:
    for entry in _list(value, key):
        if isinstance(entry, str):
            entry = {"name": entry}
        if not isinstance(entry, dict):
            raise _refuse(key, f"a list of names, or of objects with name and {second}", entry)
        if name := _text(entry, "name"):
            yield name, _text(entry, second)


def _agencies(value: Mapping[str, Any]) -> Iterator[Agency]:
    for entry in _list(value, "agencies"):
        if isinstance(entry, str):
            entry = {"name": entry}
        if not isinstance(entry, dict):
            raise _refuse("agencies", "a list of objects with name, kind and aliases", entry)
        kind = _text(entry, "kind").casefold().replace(" ", "_").replace("-", "_") or "partner"
        kind = {"neighbor": "neighbour"}.get(kind, kind)
        if kind not in set(AgencyKind):
            raise _refuse("kind", "partner, neighbour or mutual_aid", entry.get("kind"))
        if name := _text(entry, "name"):
            yield Agency(name, AgencyKind(kind), _texts(entry, "aliases"))


def _added(value: Mapping[str, Any]) -> Iterator[Added]:
    for entry in _list(value, "added"):
        if not isinstance(entry, dict) or _text(entry, "label") not in set(Label):
            raise _refuse("added", f"a list of objects with text and a label of {', '.join(Label)}", entry)
        if text := _text(entry, "text"):
            yield Added(text, Label(_text(entry, "label")), _text(entry, "of"))


# --- variants -----------------------------------------------------------------------------------------------------

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
_SHORT_LEVEL = {"high": "HS", "senior high": "HS", "middle": "MS", "junior high": "JH", "elementary": "ES"}
_FORCE_TAILS = (
    "police department", "police dept", "police", "pd", "police officer", "police officers", "officer", "officers",
    "cop", "cops", "police chief", "chief of police", "detectives", "sro",
)  # fmt: skip
_SHERIFF_TAILS = (
    "sheriff's office", "sheriff's department", "sheriff's dept", "sheriff", "sheriffs office", "sheriff's deputy",
    "sheriff's deputies", "deputy", "deputies", "jail", "detention center",
)  # fmt: skip
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
    for school in watchlist.district.schools:
        yield from _school_forms(school.name)
    for person in watchlist.people:
        yield from _person_forms(person)
    for place in (
        *watchlist.places,
        *(school.place for school in watchlist.district.schools if school.place),
    ):
        if not _same(place, watchlist.city) and not _same(place, watchlist.county):
            yield Variant(place, Label.PLACE, place, "as entered")
    if watchlist.city:
        yield Variant(watchlist.city, Label.CITY, watchlist.city, "as entered")
    yield from _county_forms(watchlist)


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
            for tail in _SHERIFF_TAILS[:4] if short != stem else ():
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


def _school_forms(name: str) -> Iterator[Variant]:
    yield Variant(name, Label.SCHOOL, name, "as entered", _is_initials(name))
    if found := _LEVEL.search(name):
        stem, level = name[: found.start()], found["level"]
        forms = [
            f"{stem} {level}",
            f"{stem} {level} School",
            f"{stem} {level} students",
            f"{stem} {level} student",
        ]
        if level.lower() in _SHORT_LEVEL:
            forms.append(f"{stem} {_SHORT_LEVEL[level.lower()]}")
        for form in forms:
            yield Variant(form, Label.SCHOOL, name, "the ways outlets write it")
        if short := initials(f"{stem} {level} School"):
            yield Variant(short, Label.SCHOOL, name, "initials", exact=True)
    elif not re.search(r"\b(?:school|academy|center|campus|college)\b", name, re.I):
        for tail in ("High", "High School", "Middle School", "Elementary", "Elementary School", "School"):
            yield Variant(f"{name} {tail}", Label.SCHOOL, name, "the ways outlets write it")


def _person_forms(person: Person) -> Iterator[Variant]:
    name = re.sub(
        r"^(?:dr|mr|mrs|ms|chief|sheriff|sgt|lt|capt|officer|deputy)\.?\s+", "", person.name, flags=re.I
    )
    if " " not in name:
        return
    yield Variant(name, Label.PERSON, person.name, "as entered")
    last = name.rsplit(" ", 1)[1]
    for word, titles in _TITLES.items():
        if word in person.role.casefold():
            for title in titles:
                yield Variant(f"{title} {last}", Label.PERSON, person.name, "title and last name")


_TITLES: Mapping[str, Iterable[str]] = {
    "chief": ("Chief", "Police Chief"),
    "sheriff": ("Sheriff",),
    "superintendent": ("Superintendent", "Supt"),
    "principal": ("Principal",),
}


def _county_forms(watchlist: Watchlist) -> Iterator[Variant]:
    if not watchlist.county:
        return
    stem = _COUNTY.sub("", watchlist.county)
    named = watchlist.county if stem != watchlist.county else f"{stem} County"
    yield Variant(named, Label.COUNTY, watchlist.county, "as entered")
