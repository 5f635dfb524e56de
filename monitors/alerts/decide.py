"""Which stories interrupt, once: a pure decision over what was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitors.items import Item
from monitors.stories.turns import Turn

TAKES_BACK = ("Cancel", "Ack", "Error")
"""CAP message types that tell nothing new."""
PAGES = ("T0", "T1")
"""Tiers that page at once; T2 waits in the queue (the domain rules, section 2)."""


@dataclass(frozen=True, slots=True)
class Told:
    """One item of a story with what the judge said of it. `silent` is why it can interrupt nobody; empty: it can."""

    item_id: int
    at: datetime
    tier: str
    relevant: bool
    severity: str
    incident_type: str
    silent: str = ""
    turns: tuple[Turn, ...] = ()
    minor: bool = False
    """An edit that left headline, CAP severity and message type as they were: it raises nothing a second time."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An interruption: of whom is the partnership's matter. `subject` and `sentence` are a turn's."""

    story_id: int
    item_id: int
    kind: str
    tier: str
    severity: str
    incident_type: str
    subject: str = ""
    sentence: str = ""


def alerts_for(story_id: int, before: Sequence[Raised], told: Sequence[Told]) -> tuple[Raised, ...]:
    """What a story's newest items raise. A story alerts once; later at most one raise from queue to page, and one
    alert for each subject it turns on.

    `before` are its alerts so far, `told` the items just judged, oldest first. Pure.
    """
    loud = [t for t in told if t.relevant and not t.silent]
    urgent = min(loud, key=lambda t: (t.tier, t.at), default=None)
    if not before:
        return (_raised(story_id, "new", urgent),) if urgent else ()
    raised: list[Raised] = []
    waits_in_queue = all(alert.tier not in PAGES for alert in before)
    pages = min(
        (t for t in loud if t.tier in PAGES and not t.minor), key=lambda t: (t.tier, t.at), default=None
    )
    if pages and waits_in_queue:
        raised.append(_raised(story_id, "raise", pages))
    subjects = {alert.subject for alert in before}
    strongest = min(before, key=lambda alert: alert.tier)
    for item in told:
        for turn in () if item.silent else item.turns:
            if turn.subject not in subjects:
                subjects.add(turn.subject)
                raised.append(
                    Raised(
                        story_id, item.item_id, "turn", strongest.tier, strongest.severity, strongest.incident_type,
                        turn.subject, turn.sentence,
                    )
                )  # fmt: skip
    return tuple(raised)


def _raised(story_id: int, kind: str, told: Told) -> Raised:
    return Raised(story_id, told.item_id, kind, told.tier, told.severity, told.incident_type)


def silence(item: Item, *, repeats_old: bool = False, first_fetch: bool = False) -> str:
    """Why an item can interrupt nobody, as a sentence; empty when it can.

    `first_fetch` means that it came with the source's first fetch, more than a day old.
    """
    reasons = (
        (first_fetch, "It came with the source's first fetch and was older than a day, or had no date."),
        (repeats_old, "It is an old story under a new date."),
        (not item.is_actual, f"It is marked {item.facts.get('status')}: not an actual alert."),
        (item.facts.get("msgType") in TAKES_BACK, "It takes an earlier alert back."),
    )
    return next((sentence for holds, sentence in reasons if holds), "")
