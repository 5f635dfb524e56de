"""Who was told of an alert and when, and who is told next while nobody acknowledges: one line of its card."""

from __future__ import annotations

from comms.hearing import paging
from comms.hearing.paging import Raised
from comms.screens.parts import words
from comms.screens.parts.page import Here
from monitors.alerts import Alert


def line(at: Here, alert: Alert) -> None:
    """ "Told Dana Whitlock 9:02 AM. Nobody acknowledged yet. Next: …"; nothing where nobody was told."""
    said = paging.standing_words(at.store, Raised(alert.id, alert.tier, alert.raised_at), at.now)
    if said:
        words.paragraph(said)
