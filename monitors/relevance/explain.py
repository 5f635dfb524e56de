"""The judgement with its why-lines: the words, names and weights that decided, and where they stand in the title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitors.relevance.decide import Outcome, grave, incident_type, severity, tier
from monitors.relevance.features import Reading
from monitors.relevance.judgement import About, Judgement, Mark, Reason, Severity, Tier
from monitors.relevance.logistic import Weights, contributions
from monitors.watchlist import Label

NEAR = 0.15
"""From this score on, a report that is not relevant is shown as a near-miss."""


SURE_ENOUGH = 0.15
GRAVE_BAR = 0.25
"""Of the threshold: what would be critical is heard from here on, since missing it costs most."""


def heard(reading: Reading, outcome: Outcome, threshold: float) -> bool:
    """Whether a settled reading is an alert."""
    if outcome.score >= threshold or outcome.fired:
        return True
    return (
        outcome.score >= threshold * GRAVE_BAR
        and not outcome.held
        and reading.locality.grade >= SURE_ENOUGH
        and grave(reading)
    )


def judgement_of(reading: Reading, outcome: Outcome, weights: Weights, threshold: float) -> Judgement:
    """Tier, type, severity and reasons for a reading whose score is settled."""
    described = reading.described
    foreign_language = described.language != "en"
    relevant = heard(reading, outcome, threshold)
    passes = foreign_language and not relevant and not reading.locality.foreign
    kind = incident_type(reading, relevant) if relevant or outcome.score >= NEAR else "none"
    stands = Tier.T2 if passes else tier(reading, relevant)
    near = (
        not relevant
        and not passes
        and (outcome.score >= NEAR or bool(outcome.held and described.found and reading.locality.grade > 0.3))
    )
    return Judgement(
        score=max(outcome.score, threshold) if passes else outcome.score,
        relevant=relevant or passes,
        tier=stands,
        incident_type=kind if stands is not Tier.T4 else "none",
        severity=Severity.WATCH if passes else severity(reading, relevant, kind),
        reasons=tuple(_reasons(reading, outcome, weights, passes))
        if relevant or passes or near
        else _short(reading, outcome),
        marks=tuple(_marks(reading)) if relevant or passes or near else (),
        near_miss=near,
        language=described.language,
        about=_about(reading),
        features=tuple(reading.features.items()),
    )


def _short(reading: Reading, outcome: Outcome) -> tuple[Reason, ...]:
    """What a silent report keeps: the rule that held it, else what its place said."""
    if outcome.held:
        return (Reason("RULE", "", outcome.held[0].why),)
    if not reading.locality.hits:
        return (Reason("PLACE", "", "nothing names our place"),)
    return (Reason("ROUTINE", "", "nothing here calls for an interruption"),)


def _reasons(reading: Reading, outcome: Outcome, weights: Weights, passes: bool) -> Iterator[Reason]:
    described = reading.described
    if passes or described.language != "en":
        yield Reason("LANGUAGE", "", "not in English: a person should read it")
    for rule in outcome.fired:
        yield Reason("OVERRIDE", rule.name, rule.why)
    for rule in outcome.held:
        yield Reason("SUPPRESSED", rule.name, rule.why)
    for found in described.found[:4]:
        where = "in the title" if found.in_title else "in the lead"
        yield Reason("EVENT", described.words_of(found.start, found.end), f"{found.fact.say} ({where})")
    for piece in reading.locality.evidence:
        yield Reason("PLACE", piece.text, f"{piece.name}, weighs {piece.weight:+.1f}")
    for name, amount in contributions(weights, reading.features)[:4]:
        yield Reason("WEIGHT", "", f"{name}, {amount:+.1f}")


def _marks(reading: Reading) -> Iterator[Mark]:
    """Spans in the title as it was given. Words are looked for in order, whatever stands between them."""
    described = reading.described
    raw = described.report.title
    wanted = [(hit.start, hit.end, str(hit.label)) for hit in reading.locality.hits]
    for found in described.found:
        if found.in_title and found.end <= len(described.cues.spans):
            spans = described.cues.spans
            wanted.append((spans[found.start][0], spans[found.end - 1][1], "EVENT"))
    for start, end, label in sorted(wanted):
        if end <= described.title_words:
            words = [re.escape(word) for word in described.words[start:end]]
            if match := re.search(r"\W{0,4}".join(words), raw):
                yield Mark(match.start(), match.end(), label)


_AGED = re.compile(r"\b([A-Z][a-z]+(?: [A-Z]\.)? [A-Z][a-zA-Z'-]+), (?:\d{1,2}|of [A-Z])")
_TITLED = re.compile(
    r"\b(?:Officer|Deputy|Chief|Sheriff|Sgt|Lt|Capt|Principal|Superintendent|Coach|Detective)\.? ((?:[A-Z][a-z]+ )?[A-Z][a-z'-]{2,}[a-zA-Z'-]*)"
)


def _about(reading: Reading) -> About:
    described = reading.described
    places = {hit.variant.of.lower() for hit in reading.locality.hits if hit.label in _PLACES}
    if described.where.dateline[0]:
        places.add(described.where.dateline[0])
    text = described.summary[:600]
    people = {match[1].lower() for match in _AGED.finditer(text)} | {
        match[1].lower() for match in _TITLED.finditer(text)
    }
    people |= {hit.variant.of.lower() for hit in reading.locality.hits if hit.label is Label.PERSON}
    return About(
        tuple(sorted(places)),
        tuple(sorted(people)),
        tuple(dict.fromkeys(found.fact.type for found in described.found)),
        tuple(sorted({hit.variant.of for hit in reading.locality.hits})),
    )


_PLACES = frozenset({Label.CITY, Label.PLACE, Label.COUNTY, Label.SCHOOL})
