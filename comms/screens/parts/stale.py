"""What is shown of the feeds may be old: then a badge says as of when, and what is there stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from comms import clocks
from monitors.health import Overview

OVERDUE = timedelta(minutes=2)
"""A source that was due this long ago and was not asked: the duty process does not sweep."""


def as_of(whole: Overview, now: datetime, zone: ZoneInfo) -> str:
    """The badge's words, or nothing while sources are asked when they are due."""
    if whole.swept_at is None or whole.next_at is None or now - whole.next_at < OVERDUE:
        return ""
    return f"As of {clocks.seen_words(whole.swept_at, now, zone)}, {clocks.minutes(now - whole.swept_at)} old"


def badge(whole: Overview, now: datetime, zone: ZoneInfo) -> None:
    """Nothing while all is well; else as of when, and what to do about it."""
    words = as_of(whole, now, zone)
    if words:
        with st.container(gap="xsmall"):
            st.badge(words, icon=":material/schedule:", color="orange")
            st.text("Nothing new is heard: the duty process does not answer. Tell whoever runs this server.")
