"""B12: what every message needs and this one lacks: both parties, one contact, the time of the next update."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comms.guardrails.clocktimes import clock_times, promised
from comms.guardrails.context import Hit
from comms.guardrails.entities import AGENCY, DISTRICT, OTHER, SCHOOL
from comms.guardrails.page import Page
from comms.wording.channels import CHANNELS, LINK, PHONE

SCHOOL_BODY = re.compile(
    r"\b(?:school district|the district|our district|district|superintendent|our schools?|the schools?|school officials|school board|[A-Z]{2,5}SD|AFSD|ISD|schools?|distrito|escuelas?|superintendente)\b|(?i:\bsuperintendent\b)"
)
POLICE_BODY = re.compile(
    r"\b(?:police|sheriff|officers?|deputies|law enforcement|[A-Z]{1,4}PD|troopers|policía|alguacil|agentes)\b",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"\b(?:call|contact|e-?mail|reach|visit|write to|text|phone|see|check|go to|questions\??:?(?: to)?|llame|visite|contacte|comuníquese)\b[^.!?\n]{0,60}"
    r"\b(?:office|hotline|tip ?line|help ?line|web ?site|web ?page|page|site|communications|front desk|line|department|app|oficina|página|sitio|pio|information officer)\b",
    re.IGNORECASE,
)
POSTED = re.compile(
    r"\b(?:on|at|to|en) (?:the|our|its|el|la|nuestr[oa]) [^.!?\n]{0,40}\b(?:web ?site|web ?page|page|app|hotline|sitio|página)\b",
    re.IGNORECASE,
)
SPOKEN_DIGITS = re.compile(r"\b(?:\d[ ,.]{1,2}){6,}\d\b")
"""A telephone number as an automated voice reads it out: 5 1 5, 5 5 5, 0 1 1 8."""
SHORT = frozenset(channel.id for channel in CHANNELS.values() if channel.hard)
"""Channels with so little room that one named party and no telephone number are enough."""


def missing_parts(page: Page) -> Iterator[Hit]:
    """One hit for each missing part. Short channels need one party; resolutions, corrections and follow-ups, and texts
    that say they are the last, need no next update."""
    clean = page.reading.clean
    kinds = {entity.kind for entity in page.entities}
    school = bool(kinds & {SCHOOL, DISTRICT}) or SCHOOL_BODY.search(clean) is not None
    police = bool(kinds & {AGENCY, OTHER}) or POLICE_BODY.search(clean) is not None
    short = page.context.channel in SHORT
    if not school and not (short and police):
        yield page.missing("B12", "The school side is not named.", "")
    if not police and not (short and school):
        yield page.missing("B12", "The police side is not named.", "")
    if not (
        PHONE.search(clean)
        or SPOKEN_DIGITS.search(clean)
        or LINK.search(clean)
        or CONTACT.search(clean)
        or POSTED.search(clean)
    ):
        yield page.missing("B12", "There is no contact: a telephone number, an address or a page.", "")
    over = page.context.phase in {"R", "C", "F"} or "final_update" in page.cues
    if not over and not _next_update(clean):
        yield page.missing(
            "B12",
            "The time of the next update is missing.",
            "We will write again by [time].",
        )


def _next_update(clean: str) -> bool:
    return any(True for _ in promised(clean)) or any(
        re.search(
            r"\b(?:next|again|more|update\w*|will|próxima|actualiza\w*)\b",
            _line(clean, said.start),
            re.IGNORECASE,
        )
        for said in clock_times(clean)
    )


def _line(clean: str, at: int) -> str:
    """The sentence-like stretch before a time."""
    return re.split(r"(?<!\b[ap]\.m)[.!?]\s|\n", clean[:at])[-1]
