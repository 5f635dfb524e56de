"""Which stories interrupt whom, once: what one pass hears, and what the Alerts screen asks.

What people do with an alert lives with the partnership, keyed by alert id; here is only what happened.
"""

from __future__ import annotations

from monitors.alerts.decide import PAGES, Raised, Told, alerts_for
from monitors.alerts.hearing import Heard, hear, number_above, take_out, unheard
from monitors.alerts.reading import (
    Alert,
    Explanation,
    Grouped,
    Outline,
    Seen,
    StoryTurn,
    alert,
    digest,
    everything,
    explain,
    near_misses,
    outlines,
    raised_since,
    seen,
    stories_of,
    story_items,
    turns,
    waiting,
)
from monitors.stories.shelf import Moved, move

__all__ = [
    "PAGES",
    "Alert",
    "Explanation",
    "Grouped",
    "Heard",
    "Moved",
    "Outline",
    "Raised",
    "Seen",
    "StoryTurn",
    "Told",
    "alert",
    "alerts_for",
    "digest",
    "everything",
    "explain",
    "hear",
    "move",
    "near_misses",
    "number_above",
    "outlines",
    "raised_since",
    "seen",
    "stories_of",
    "story_items",
    "take_out",
    "turns",
    "unheard",
    "waiting",
]
