"""From a reading to a judgement: overrides, suppressors, tier, type and severity, each a named rule with its test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitors.relevance.cues import Found, symbols_of
from monitors.relevance.features import LOUDER, POLICE_KINDS, SCHOOL_KINDS, Reading, bigness
from monitors.relevance.judgement import Severity, Tier
from monitors.watchlist import Label

OURS = frozenset({"ours", "mutual"})
DANGER = frozenset(
    ["school_threat", "school_lockdown", "school_weapon", "school_violence", "school_intruder"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A rule by name: when it holds, and the sentence it gives as its reason."""

    name: str
    why: str
    holds: Callable[[Reading], bool]


def _title_has(reading: Reading, *labels: str) -> bool:
    cues = reading.described.cues
    title = cues.string[: cues.title_length]
    return not symbols_of(labels).isdisjoint(title)


def _found(reading: Reading, kinds: frozenset[str], title_only: bool = False) -> list[Found]:
    return [f for f in reading.described.found if f.fact.kind in kinds and (f.in_title or not title_only)]


def _talk(reading: Reading) -> bool:
    """Opinion, round-ups, drills: words about events rather than an event (What counts, 10)."""
    page = reading.features.get("quiet: roundup", 0.0) >= 1.0  # also a title that is a name and nothing else
    return page or _title_has(reading, "OPINION", "ROUNDUP", "DRILL", "DRILL_SURE", "OLD_CASE")


_HARM_OR_POLICE = (
    "POLICE", "OFFICER", "SRO", "ARRESTED", "ARREST", "CHARGED", "CUSTODY", "KILLED", "HURT", "EVACUATE", "SWAT_HOAX",
)  # fmt: skip


def _school_danger(reading: Reading) -> bool:
    """Words of games, and of laws, quiet a school's danger only where neither police nor harm stands beside it; words
    of the school's calendar quiet a weapon alone ("prom moved after threat" is heard, "metal detectors and guns: board
    to vote" is not by itself).
    """
    if _talk(reading) or not any(hit.label is Label.SCHOOL for hit in reading.locality.hits):
        return False
    dangers = {found.fact.kind for found in _found(reading, DANGER)}
    if not dangers or reading.locality.grade < 0.3:
        return False
    if _title_has(reading, *_HARM_OR_POLICE):
        return True
    game = reading.features.get("quiet: sport", 0.0) >= 0.7
    return (
        not game
        and not _title_has(reading, "SPORT", "BILL")
        and (dangers != {"school_weapon"} or not _title_has(reading, "EVENTS", "GRADUATION", "POLICY"))
    )


def _agency_conduct(reading: Reading) -> bool:
    kinds = frozenset({"force", "accused", "custody", "officer_down"})
    return (
        not _talk(reading)
        and reading.locality.grade >= 0.4
        and any(reading.whose[f.fact.name] in OURS for f in _found(reading, kinds, title_only=True))
    )


def _shooting_here(reading: Reading) -> bool:
    police = any(
        f.fact.name in {"police_shooting", "officer_down"} and f.in_title for f in reading.described.found
    )
    who = {reading.whose[f.fact.name] for f in _found(reading, frozenset({"force", "officer_down"}), True)}
    return (
        police and not _talk(reading) and reading.locality.grade >= 0.6 and bool(who - {"neighbour", "other"})
    )


def _attack_at_school(reading: Reading) -> bool:
    here = reading.locality.grade >= 0.6 and not reading.other_school
    return (
        here
        and not _talk(reading)
        and any(f.fact.kind == "school_violence" and f.in_title for f in reading.described.found)
    )


def _pupil_dies(reading: Reading) -> bool:
    quiet = _talk(reading) or _title_has(reading, "SPORT", "OBIT", "EVENTS", "PROMO")
    return (
        reading.school_named
        and not quiet
        and "student_death" in _told(reading)
        and reading.locality.grade >= 0.5
    )


OVERRIDES = (
    Named(
        "our school in danger",
        "one of our schools is named beside a threat, a weapon, a lockdown or an attack",
        _school_danger,
    ),
    Named(
        "our officers' conduct",
        "our agency is named beside force, a charge, discipline, a suit or an inquiry",
        _agency_conduct,
    ),
    Named("police shooting here", "officers shot, or were shot, inside our community", _shooting_here),
    Named("a pupil's death", "a student or teacher of ours has died", _pupil_dies),
    Named("attack at a school here", "a shooting or attack at a school in our community", _attack_at_school),
)


def _elsewhere(reading: Reading) -> bool:
    return reading.locality.foreign


def _quiet_talk(reading: Reading) -> bool:
    page = reading.features.get("quiet: roundup", 0.0) >= 1.0
    return page or _title_has(reading, "OPINION", "ROUNDUP")


def _told(reading: Reading) -> set[str]:
    """The kinds of fact the title itself tells."""
    return {f.fact.kind for f in reading.described.found if f.in_title}


_HEARD_OVER_DRILLS = POLICE_KINDS | {"school_violence", "student_death", "youth_crime", "immigration"}


def _exercise(reading: Reading) -> bool:
    sure = _title_has(reading, "DRILL_SURE")
    return sure or (_title_has(reading, "DRILL") and _told(reading).isdisjoint(_HEARD_OVER_DRILLS))


def _public_relations(reading: Reading) -> bool:
    return _title_has(reading, "PROMO") and not _told(reading)


def _game(reading: Reading) -> bool:
    return _title_has(reading, "SPORT") and _told(reading).isdisjoint(LOUDER["quiet: sport"])


_TAUGHT = frozenset(
    {
        "school_fight",
        "school_weapon",
        "overdose",
        "school_intruder",
        "child_abuse",
        "suicide",
        "missing_child",
    }
)


def _policy(reading: Reading) -> bool:
    """A rule about weapons or vaping, a lesson on them: words of danger, and nobody did anything."""
    told = {f.fact.kind for f in reading.described.found}
    return _title_has(reading, "POLICY") and told <= _TAUGHT and not _title_has(reading, *_HARM_OR_POLICE)


def _neighbour_only(reading: Reading) -> bool:
    labels = {hit.label for hit in reading.locality.hits}
    ours = labels - {Label.NEIGHBOUR, Label.COUNTY, Label.LOOKALIKE}
    about = {reading.whose[f.fact.name] for f in reading.described.found if f.in_title}
    return Label.NEIGHBOUR in labels and not ours and about <= {"neighbour", "other"}


def _adults_in_court(reading: Reading) -> bool:
    young = _found(reading, SCHOOL_KINDS | frozenset({"youth_crime", "missing_child"}))
    officers = _found(reading, POLICE_KINDS)
    return (
        _title_has(reading, "COURT")
        and not young
        and not officers
        and not _title_has(reading, "PROTEST", "HATE", "ICE")
    )


_NIGHTLY = frozenset({"violence", "gunfire", "body", "standoff"})
_LOUD_AT_NIGHT = frozenset(
    ["VICTIMS", "SCHOOL", "STUDENT", "STAFF", "YOUTH", "OFFICER_DOWN", "LOCKDOWN", "MANHUNT", "BODYCAM", "FOOTAGE", "FORCE", "CUSTODY"]
)  # fmt: skip


def _big_city_night(reading: Reading) -> bool:
    """Adults shot, stabbed or found dead in a metropolis: no alert there, unless many fall (What counts, 4)."""
    told = {f.fact.kind for f in reading.described.found}
    return (
        bigness(reading.watchlist) > 0.9
        and bool(told)
        and told <= _NIGHTLY
        and not reading.school_named
        and not _title_has(
            reading, "VICTIMS", "SCHOOL", "STUDENT", "STAFF", "YOUTH", "OFFICER_DOWN", "LOCKDOWN", "MANHUNT"
        )
    )


NEVER = (
    Named("another place", "the name is ours, the place is not: another state or a look-alike", _elsewhere),
)
SUPPRESSORS = (
    Named("opinion or round-up", "opinion, letters, newsletters and round-ups are not events", _quiet_talk),
    Named("exercise", "a drill or training, not an event", _exercise),
    Named("public relations", "community relations, hiring, awards or equipment", _public_relations),
    Named("sport", "a game", _game),
    Named("policy", "a rule or a lesson about a danger, not the danger", _policy),
    Named("neighbor only", "a neighboring agency that polices no part of our community", _neighbour_only),
    Named("a big city's night", "adults hurt or killed, in a city where that is every day", _big_city_night),
    Named("court step", "a court step in an adult's case", _adults_in_court),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    score: float
    fired: tuple[Named, ...]
    held: tuple[Named, ...]
    """Suppressors that acted."""


def settle(reading: Reading, score: float) -> Outcome:
    """The score after the named rules. What is elsewhere never alerts; a suppressor acts only where no override does."""
    never = tuple(rule for rule in NEVER if rule.holds(reading))
    if never:
        return Outcome(min(score, 0.03), (), never)
    placed = reading.locality.grade > 0 and reading.described.found
    fired = tuple(rule for rule in OVERRIDES if rule.holds(reading)) if placed else ()
    if fired:
        return Outcome(max(score, 0.75 + 0.2 * score), fired, ())
    held = tuple(rule for rule in SUPPRESSORS if rule.holds(reading))
    return Outcome(score * 0.3 if held else score, (), held)


def incident_type(reading: Reading, relevant: bool) -> str:
    """The type of the fact that leads: title before lead, then rank; the categoriser where no fact was found, which
    for what is heard may be a mere guess."""
    if reading.described.found:
        leading = max(reading.described.found, key=lambda f: (f.in_title, f.fact.rank))
        return leading.fact.type
    events = {name: p for name, p in reading.described.types.items() if not name.isupper()}
    best = max(events, key=lambda name: events[name], default="none")
    return best if events.get(best, 0.0) >= (0.05 if relevant else 0.3) else "none"


def tier(reading: Reading, relevant: bool) -> Tier:
    """The domain rules, section 2."""
    found = reading.described.found
    if not relevant:
        strong = any(
            f.in_title and f.fact.kind in POLICE_KINDS | DANGER | {"hate", "protest", "immigration"}
            for f in found
        )
        state = any(piece.name in {"our state", "neighbor", "county"} for piece in reading.locality.evidence)
        return Tier.T3 if strong and state and not reading.locality.foreign else Tier.T4
    at_school = any(f.fact.kind in SCHOOL_KINDS for f in found)
    if reading.school_named and at_school and may_be_in_session(reading.described.report.published):
        return Tier.T0
    partner = any(hit.label is Label.AGENCY for hit in reading.locality.hits)
    others = any(hit.label in {Label.MUTUAL_AID, Label.NEIGHBOUR} for hit in reading.locality.hits)
    if partner or (not others and reading.locality.grade >= 0.6):
        return Tier.T1
    return Tier.T2


def may_be_in_session(published: datetime | None) -> bool:
    """Whether school may be in session when a report came, without a calendar. An unknown time counts as in session.

    Only a weekend in every time zone of the country is surely out.
    """
    if published is None:
        return True
    moment = published.astimezone(UTC)
    return any((moment - timedelta(hours=behind)).weekday() < 5 for behind in (4, 10))


_GRAVE = frozenset({"custody_death", "officer_down", "police_shooting"})
_KEPT_AN_EYE_ON = frozenset(
    ["curfew", "search", "rumor", "manhunt", "sro_named", "sro_programme", "student_crash", "chase_at_school", "staff_leaves"]
)  # fmt: skip


def grave(reading: Reading) -> bool:
    """Whether what is said would be critical, were it ours and true: such a report is heard at a lower bar."""
    return severity(reading, True, "") is Severity.CRITICAL


def severity(reading: Reading, relevant: bool, kind: str) -> Severity:
    """How much there is to say, apart from relevance (the domain rules, section 2)."""
    if not relevant:
        return Severity.NONE
    names = {f.fact.name for f in reading.described.found}
    told = {f.fact.name for f in reading.described.found if f.in_title} or names
    late = _title_has(reading, "CLEARED", "SETTLE", "SUED", "COURT", "OLD_CASE")
    if not late and _critical(reading, names, told):
        return Severity.CRITICAL
    big_city_killing = bigness(reading.watchlist) > 0.9 and kind == "community-shooting"
    over = _title_has(reading, "SAFE") and "missing_child" in names
    if names <= _KEPT_AN_EYE_ON and (names or not _title_has(reading, "SCHOOL", "STUDENT", "POLICE")):
        return Severity.WATCH
    return Severity.WATCH if reading.other_school or big_city_killing or over else Severity.ELEVATED


def _critical(reading: Reading, names: set[str], told: set[str]) -> bool:
    """Life at a school, death or serious harm by or to officers, hate at a school, pupils killed, unrest now."""
    dead = _title_has(reading, "KILLED", "DROWN", "HOMICIDE", "BODY", "STUDENT_DEATH")
    hoax = _title_has(reading, "SWAT_HOAX", "RUMOR", "CALM")
    charged = "officer_accused" in told and _title_has(reading, "CHARGED", "FIRED")
    return (
        ("active_assailant" in told and not hoax)
        or bool(told & _GRAVE and not charged)
        or "unrest" in told
        or ("hate_at_school" in told and reading.school_named)
        or ("student_death" in told and dead)
        or (bool(told & {"youth_death", "youth_victim", "teen_crash", "bus_crash"}) and dead)
        or ("pursuit_harm" in told and _title_has(reading, "KILLED"))
    )
