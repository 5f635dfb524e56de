"""A changed watchlist beside the one that holds, over what was heard in the last thirty days, before it is saved."""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from comms import language, partnership
from comms.hearing import feedback, watching
from comms.hearing.watching import Watched
from comms.screens.parts import words
from comms.screens.parts.page import Here, listening
from comms.settings import settings
from monitors.alerts.what_if import LOOKED_BACK, Change, Differs, WhatIf
from monitors.store import moment, stamp
from monitors.watchlist import watchlist_to_json

LOOKED = "watchlist over the last month"
DEADLINE = 15.0
"""Seconds somebody who saves waits at most; then they decide without it."""
NAMED = 8
"""Stories of each kind that are shown."""
KINDS = {
    Change.NEW: ("Would have been heard, and was not", "add_alert"),
    Change.GONE: ("Would no longer be heard", "notifications_off"),
    Change.MOVED: ("Would be heard at another tier", "swap_vert"),
}


def look(at: Here, fields: Mapping[str, str]) -> str:
    """From a callback: compare and remember it for `panel`. When there is nothing to decide, nothing is remembered and
    the sentence that says why is returned: empty for a watchlist that stays as it is.

    Raises Refused with the list and the line a mistake is in.
    """
    changed = watching.proposed(at.store, Watched(**fields))
    held = partnership.watchlist(at.store)
    if changed == held:
        return ""
    with listening() as store:
        if not store.row_of("select 1 from items where seen_at >= ? limit 1", stamp(at.now - LOOKED_BACK)):
            return "Nothing was heard in the last 30 days to try it on."
    both = (json.loads(watchlist_to_json(held)), json.loads(watchlist_to_json(changed)))
    try:
        found = language.what_if(settings().data, *both, feedback.weights(at.store), DEADLINE)
    except language.NoAnswer as silence:
        st.session_state[LOOKED] = (dict(fields), str(silence))
        return ""
    if not found.stories:
        return f"It changes nothing in what was heard in the last 30 days ({found.read:,} items)."
    st.session_state[LOOKED] = (dict(fields), found)
    return ""


def waiting(fields: Mapping[str, str]) -> WhatIf | str | None:
    """What was found out about exactly these lists; what was typed since makes it void."""
    kept = st.session_state.get(LOOKED)
    if kept and kept[0] != dict(fields):
        del st.session_state[LOOKED]
        return None
    return kept[1] if kept else None


def forget() -> None:
    """From a callback: it is decided."""
    st.session_state.pop(LOOKED, None)


def panel(at: Here, found: WhatIf | str) -> None:
    """The counts, and the stories by name; or why there are none."""
    st.subheader("The last 30 days with these lists")
    if isinstance(found, str):
        st.warning(
            words.literal(f"Not compared: {found} You can save without it, or keep the lists as they were."),
            icon=":material/hourglass_disabled:",
        )
        return
    st.write(sentence(found))
    for change, (title, icon) in KINDS.items():
        stories = [story for story in found.stories if story.change is change]
        if stories:
            st.markdown(f":material/{icon}: **{title}: {found.counts[change]:,}**")
            words.coverage(row(at, story) for story in stories[:NAMED])
            if found.counts[change] > NAMED:
                st.caption(f"And {found.counts[change] - NAMED:,} more.")


def sentence(found: WhatIf) -> str:
    """How much was read, and what it comes to."""
    read = f"{found.read:,} items were read" + (
        ", the newest of the month; there were more." if found.more else "."
    )
    return f"{read} Stories that interrupt somebody: {found.heard_before:,} before, {found.heard_after:,} with the change."


def row(at: Here, story: Differs) -> tuple[str, str, str]:
    """When and where, the headline, and the tiers."""
    told = moment(story.at).astimezone(at.zone)
    others = f" and {story.others} more" if story.others else ""
    return (
        f"{told:%b} {told.day}, {told:%H:%M} · {story.outlet}{others}",
        story.title or "(no title)",
        f"{story.before} → {story.after}",
    )
