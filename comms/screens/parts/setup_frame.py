"""What every step of set-up stands in: title, step n of 5, the steps, the question; and how it is left."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from comms.joining.setup import STEPS
from comms.screens.parts import badges
from comms.screens.parts.to_top import to_top
from comms.settings import settings

STEP = "setup step"
LEFT = "setup left"
TITLES = {
    "partners": "Partners",
    "places": "Places",
    "people": "People",
    "sources": "Sources",
    "check": "Check",
}
NEXT = {step: f"Next: {title.casefold()}" for step, title in TITLES.items()}


def top(asked: str, offer: Callable[[], None] | None = None) -> str:
    """Title, the step's number, what is offered besides, and the steps; returns the one that is shown."""
    st.session_state.setdefault(STEP, asked if asked in STEPS else STEPS[0])
    with st.container(gap=None):
        to_top(st.session_state[STEP])
        row = badges.title("Set up your partnership", demo=False)
    with row:
        badges.plain(f"Step {STEPS.index(st.session_state[STEP]) + 1} of {len(STEPS)}", "flag")
    st.text("About six minutes. Everything you type is kept, and all of it can be changed later.")
    if offer:
        offer()
    shown = st.segmented_control(
        "Step of set-up",
        STEPS,
        required=True,
        format_func=lambda step: f":gray[{STEPS.index(step) + 1} {TITLES[step]}]",
        label_visibility="collapsed",
        key=STEP,
    )
    return shown or STEPS[0]


def base() -> str:
    """Where people reach this server, for links."""
    parts = urlsplit(st.context.url or "")
    return settings().url.rstrip("/") or f"{parts.scheme}://{parts.netloc}"


def question(words: str, why: str) -> None:
    """The one question of a step, as a heading."""
    st.header(words)
    if why:
        st.caption(why)


def nothing_yet() -> None:
    """A step that needs somebody who is signed in."""
    st.text("This comes after People: it needs somebody who is signed in.")
    st.button("Go to People", on_click=lambda: st.session_state.update({STEP: "people"}))


def left() -> bool:
    """Whether the person left; then one sentence and the way back stand here."""
    if not st.session_state.get(LEFT):
        return False
    st.title("Set up your partnership")
    st.text(
        "Everything you typed is kept, except a password. Close this page; open the same address to go on, "
        "today or another day, on this or another device."
    )
    st.button("Go on now", on_click=lambda: st.session_state.update({LEFT: False}))
    return True
