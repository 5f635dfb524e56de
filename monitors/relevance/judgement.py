"""What the judge answers for one report and one watchlist: frozen values that stories, alerts and screens read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """The domain rules, section 2. T0 to T2 are relevant."""

    T0 = "T0"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"


class Severity(StrEnum):
    """Apart from relevance: how much there is to say (the domain rules, section 2)."""

    NONE = "none"
    WATCH = "watch"
    ELEVATED = "elevated"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of why: what kind of evidence, the words it stands on (may be empty), and a sentence."""

    label: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters start..end of the title as it was given, and what they stand for."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class About:
    """What a report speaks of, for grouping: lower-case places and people, event types, and our names in it."""

    places: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer. `score` is calibrated, 0 to 1; `incident_type` an id of the domain rules or "none".

    `near_miss` says that a person might have decided otherwise; `language` is "en", or "other" when the report
    passes to a person because it is not in English.
    """

    score: float
    relevant: bool
    tier: Tier
    incident_type: str
    severity: Severity
    reasons: tuple[Reason, ...] = ()
    marks: tuple[Mark, ...] = ()
    near_miss: bool = False
    language: str = "en"
    about: About = About()
    features: tuple[tuple[str, float], ...] = ()
    """The logistic layer's inputs that were not zero: what a mark on this judgement teaches."""
