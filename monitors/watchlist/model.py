"""What a watchlist is made of. Frozen values; the JSON and the forms of names are beside."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    role: str = ""
    """A person's role, for forms of people."""
