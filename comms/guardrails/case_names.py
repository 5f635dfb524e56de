"""Names in a case: juveniles (P1), victims (P2), witnesses (P3), suspects (P4, again in B7) and officers (P6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comms.guardrails.context import Hit
from comms.guardrails.identity import (
    ABBREVIATED,
    INITIALS,
    WITNESS,
    beside_a_child,
    may_be_a_child,
    sentence_text,
)
from comms.guardrails.names import ADULT, MINOR, OFFICER, OFFICIAL, PERSON, Name
from comms.guardrails.page import Page

BRIEFS = re.compile(
    r"\b(?:briefing|spokes\w+|information|reporters|media|questions|statement|update)\b",
    re.IGNORECASE,
)
SPEAKS = re.compile(
    r"\b(?:said|says|told reporters|told families|announced|stated|wrote|can be reached|will answer|media|spokes\w+|contact|briefing|at \d{3}[- ]\d)\b",
    re.IGNORECASE,
)


def juvenile_identified(page: Page) -> Iterator[Hit]:
    """P1: the name of a child who is suspect, victim or witness."""
    for name in page.names:
        sentence = page.sentence_of[name.start]
        if not may_be_a_child(page, name) or not (name.kind == MINOR or page.cued("~minor", sentence)):
            continue
        if (
            page.cued("~crime", sentence)
            or page.cued("~harmed", sentence)
            or page.cued("~suspected", sentence)
            or page.cued("police_near", sentence)
        ):
            yield page.hit(
                "P1",
                name.start,
                name.end,
                "A juvenile suspect, victim or witness is named.",
                "a juvenile",
            )
    for token in page.doc:
        if (
            INITIALS.match(token.text)
            and token.lower_ not in ABBREVIATED
            and beside_a_child(page, token.i)
            and page.cued("~minor", page.sentence_of[token.i])
        ):
            yield page.hit(
                "P1",
                token.i,
                token.i + 1,
                "Initials identify a juvenile.",
                "a juvenile",
            )


def victim_identified(page: Page) -> Iterator[Hit]:
    """P2: a name in a text about a sexual or child-abuse offense that is not the accused adult's or an official's."""
    if "sexual" not in page.cues:
        return
    for name in page.names:
        sentence = page.sentence_of[name.start]
        if name.kind in {OFFICIAL, OFFICER} or not page.cued("~sexual", sentence):
            continue
        if name.kind == ADULT and not page.cued("harmed", sentence):
            continue
        if name.kind in {PERSON, ADULT} and _accused(page, name):
            continue
        yield page.hit("P2", name.start, name.end, "This may name the victim.", "a victim")


def _accused(page: Page, name: Name) -> bool:
    """Whether the name is the one accused: subject of an arrest or charge, or introduced as suspect."""
    around = page.doc[max(0, name.start - 5) : min(len(page.doc), name.end + 9)].text.lower()
    return bool(
        re.search(
            r"\b(?:suspect|accused|arrested|charged|defendant|custody|booked|faces|pleaded|allegedly|former|against|investigation (?:of|into))\b",
            around,
        )
    ) and not re.search(r"\bvictim\b", page.doc[max(0, name.start - 4) : name.start].text.lower())


def witness_named(page: Page) -> Iterator[Hit]:
    """P3: the name of who saw, called or complained."""
    for name in page.names:
        if name.kind in {OFFICIAL, OFFICER}:
            continue
        first, last = (
            page.sentence_ranges[page.sentence_of[name.start]].start,
            page.sentence_ranges[page.sentence_of[name.start]].stop,
        )
        around = page.doc[max(first, name.start - 8) : min(last, name.end + 12)].text
        if WITNESS.search(around) and not page.cued("declines", page.sentence_of[name.start]):
            yield page.hit(
                "P3",
                name.start,
                name.end,
                "Those who come forward are not named.",
                "a witness",
            )


def suspect_named(page: Page) -> Iterator[Hit]:
    """P4, the names: a suspect before warrant or charge."""
    charged = "charged" in page.cues and "not_charged" not in page.cues
    if charged:
        return
    for name in page.names:
        sentence = page.sentence_of[name.start]
        if name.kind in {OFFICIAL, OFFICER, MINOR} or not page.cued("suspected", sentence):
            continue
        if WITNESS.search(page.doc[max(0, name.start - 4) : name.start].text):
            continue
        if "appeal" in page.cues and page.cued("missing_person", sentence):
            continue
        yield page.hit(
            "P4",
            name.start,
            name.end,
            "No warrant or charge is named, so the person is not named.",
            "a person",
        )


def named_again(page: Page) -> Iterator[Hit]:
    """B7: the perpetrator's name a second time."""
    suspects = {
        name.family
        for name in page.names
        if name.kind not in {OFFICIAL, OFFICER} and page.cued("suspected", page.sentence_of[name.start])
    }
    seen: set[str] = set()
    for name in page.names:
        if name.family not in suspects or name.kind in {OFFICIAL, OFFICER}:
            continue
        if name.family in seen:
            yield page.hit(
                "B7",
                name.start,
                name.end,
                "The name is said once at most; each time more makes it known.",
                "the suspect",
            )
        seen.add(name.family)


def officer_named(page: Page) -> Iterator[Hit]:
    """P6: an officer's name near a use of force; who speaks for the agency may be named."""
    if "force" not in page.cues:
        return
    for name in page.names:
        sentence = page.sentence_of[name.start]
        if name.kind != OFFICER and not _an_officer(page, name):
            continue
        said = page.doc[name.end : min(len(page.doc), name.end + 3)].text
        if re.match(
            r"(?:, [\w ]+,? )?(?:said|says|told|confirmed|announced|will speak|will answer)\b",
            said,
        ):
            continue
        speaks = SPEAKS.search(sentence_text(page, name.start)) and not (
            page.cued("force", sentence) and not BRIEFS.search(sentence_text(page, name.start))
        )
        if not speaks and (
            page.cued("~force", sentence)
            or re.search(
                r"\bleave\b|\bveteran\b|\bofficer\b",
                sentence_text(page, name.start),
                re.IGNORECASE,
            )
        ):
            yield page.hit(
                "P6",
                name.start,
                name.end,
                "The officer is not named inside the agreed window after a use of force.",
                "an officer",
            )


RANK = re.compile(
    r"(?i)\b(?:officer|deputy|sergeant|sgt\.?|lieutenant|lt\.?|captain|corporal|cpl\.?|trooper|detective|cabo|agente|oficial|sargento|teniente) $"
)


def _an_officer(page: Page, name: Name) -> bool:
    """Whether somebody with another kind of name is an officer: by a word close by, or by a rank and what they did."""
    if name.kind == OFFICIAL:
        before = page.doc[max(0, name.start - 1) : name.start].text + " "
        return (
            RANK.search(before) is not None
            and page.cued("force", page.sentence_of[name.start])
            and not BRIEFS.search(sentence_text(page, name.start))
        )
    around = page.doc[max(0, name.start - 11) : min(len(page.doc), name.end + 6)].text.lower()
    return (
        name.kind in {PERSON, ADULT}
        and bool(re.search(r"\b(?:officers?|deput(?:y|ies)|sergeants?|troopers?|detectives?)\b", around))
        and not re.search(r"spokes|information officer", around)
    )
