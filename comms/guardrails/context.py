"""What a check is told about a text, and what it answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from comms.guardrails.rules import Level, Side


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding. `start` and `end` are indexes of the text as it was given (Python characters); a part that is
    missing from the whole text has start = end = 0. `instead` can replace the marked words as it stands."""

    rule: str
    level: Level
    start: int
    end: int
    text: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the fact sheet, as far as the checks need it. `status`: unconfirmed, confirmed, superseded, disputed or
    withdrawn; `owner`: district, agency or other agency."""

    claim: str
    status: str = "unconfirmed"
    owner: str = "agency"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the partnership's own MOU. `patterns` are words in the notation of comms/guardrails/notation.py
    (plain words work as they stand); `date` is the day the clause was agreed, as people write it."""

    number: str
    date: str
    quote: str
    patterns: tuple[str, ...] = ()
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A person who may be named: an official of either side, with the role they speak in."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Watchlist:
    """The partnership's own names: what a checked text may name, and what it should name correctly."""

    district: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    people: tuple[Named, ...] = ()
    not_us: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Watchlist:
        """Read the watchlist format of `python -m monitors assess`; missing keys and nulls mean empty."""
        district = data.get("district") or {}
        agencies = [agency for agency in data.get("agencies") or () if isinstance(agency, Mapping)]

        def names(entry: Mapping[str, Any]) -> list[str]:
            return [str(name) for name in (entry.get("name"), *(entry.get("aliases") or ())) if name]

        def plain(values: Any) -> tuple[str, ...]:
            found = (value.get("name") if isinstance(value, Mapping) else value for value in values or ())
            return tuple(str(value) for value in found if value)

        partners = [agency for agency in agencies if agency.get("kind", "partner") == "partner"]
        city = tuple(str(data[key]) for key in ("city", "county", "state") if data.get(key))
        return cls(
            district=tuple(names(district)),
            schools=plain(district.get("schools")),
            agencies=tuple(name for agency in partners for name in names(agency)),
            others=tuple(name for agency in agencies if agency not in partners for name in names(agency)),
            places=plain(data.get("places")) + city,
            people=tuple(
                Named(str(person["name"]), str(person.get("role") or ""))
                for person in data.get("people") or ()
                if isinstance(person, Mapping) and person.get("name")
            ),
            not_us=plain(data.get("not_us")),
        )


@dataclass(frozen=True, slots=True)
class Context:
    """Everything besides the text that decides its hits.

    side: joint, district or police. cls: A-F. phase: H, U, R, C, F or "" when not known. language: en, es, or "" to
    read it from the words. now: aware; None when no clock is at hand. zone: IANA name in which clock times of the
    text are meant, "" for the zone `now` is given in. facts: None when there is no fact sheet. status: the protective action now in force ("Secure"),
    "" when not known. not_a_person: words someone marked so. next_of_kin: the box; None when nobody asked.
    """

    side: Side = "joint"
    cls: str = "B"
    channel: str = "email"
    phase: str = ""
    language: str = ""
    incident_type: str = ""
    purpose: str = "school mission"
    now: datetime | None = None
    zone: str = ""
    watchlist: Watchlist = Watchlist()
    facts: tuple[Fact, ...] | None = None
    status: str = ""
    not_a_person: frozenset[str] = frozenset()
    clauses: tuple[Clause, ...] = ()
    next_of_kin: bool | None = None

    def digest(self) -> str:
        """A short hash of all that decides the hits except the clock: whether an update is past changes every minute
        and is asked again at release."""
        plain = asdict(replace(self, now=None, not_a_person=frozenset()))
        plain["not_a_person"] = sorted(self.not_a_person)
        canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]
