""" "Why did we not hear of this?": paste a headline or a link, and see what the product made of it, and when."""

from __future__ import annotations

import streamlit as st

from comms.hearing import listening
from comms.partnership import SETTING_UP
from comms.screens.parts import alert_rows, words
from comms.screens.parts.page import Here, go
from monitors.database import Store

ASKED = "heard of"


def block(at: Here, heard: Store, adding: bool = False) -> None:
    """The field and the answer. `adding` offers the way to the sources where nothing was ever seen."""
    st.header("Why did we not hear of this?")
    st.text_input("Headline or link", key=ASKED, live=True, autocomplete="off")
    st.button("Look it up", icon=":material/manage_search:", on_click=look_up)
    asked = st.session_state.get(f"{ASKED} asked", "")
    if not asked:
        return
    found = listening.why_not_heard(at.store, heard, asked, at.now)
    words.paragraph(found.sentence, strong=True)
    if found.items:
        alert_rows.rows(at, found.items, "", "looked up", marking=True)
    elif adding and at.account.seat in SETTING_UP:
        st.button("Go to the sources", icon=":material/rss_feed:", on_click=go, args=("sources.py",))


def look_up() -> None:
    """Callback: remember what was asked for."""
    st.session_state[f"{ASKED} asked"] = st.session_state.get(ASKED, "").strip()[:500]
