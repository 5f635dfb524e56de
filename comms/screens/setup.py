"""What must we know about you? Five steps on an empty store, left and gone on with at will."""

from __future__ import annotations

import streamlit as st

from comms import partnership
from comms.joining import setup
from comms.screens.parts import setup_after, setup_open, words
from comms.screens.parts.leave import leave
from comms.screens.parts.page import here
from comms.settings import settings
from comms.store import open_partnership

WIDTH = 740
"""Pixels: one question is read at a glance, and both organizations stand side by side."""


def main() -> None:
    """On an empty store everybody's; from the first account on, an administrator's or communications'."""
    on_the_way = st.session_state.get("founding")
    if on_the_way is not None:
        founded(on_the_way)
        return
    with open_partnership(settings().data) as store:
        open_to_all = not setup.is_founded(store)
        kept = setup.draft(store)
    if open_to_all:
        setup_open.steps(kept)
        return
    with here() as at:
        if at.account.seat in partnership.SETTING_UP:
            setup_after.steps(at)
        else:
            st.title("Set up")
            st.text("Communications or an administrator goes on with set-up. Everything typed is kept.")


def founded(path: str) -> None:
    """This browser founded the partnership, or came a moment too late."""
    st.title("Set up your partnership")
    refused = st.session_state.get("founding refused", "")
    if refused:
        st.error(words.literal(refused))
        st.html("<p><a href='/sign-in'>Sign in</a></p>")
        return
    st.text("Saved. You are being signed in.")
    leave(path, "Go on with set-up")


with st.container(horizontal_alignment="center"), st.container(width=WIDTH):
    main()
