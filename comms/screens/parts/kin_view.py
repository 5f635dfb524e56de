"""The next-of-kin box beside the approvals: who says that the family was told, and the form that says it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from comms.agreeing import briefs
from comms.people import WRITING
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do
from comms.workspace import next_of_kin
from comms.workspace.statements import Statement, Variant

STATES: dict[str, badges.Badge] = {
    "": ("Not answered", "hourglass_empty", "orange"),
    "not_yet": ("Not told yet", "hourglass_empty", "orange"),
    "told": ("Told", "check_circle", "green"),
    "nobody": ("Nobody to tell", "check_circle", "green"),
}


def block(at: Here, about: Statement, texts: Sequence[Variant], released: bool) -> None:
    """Shown where a family must be told first, or somebody answered. After the release it only reads."""
    said = next_of_kin.newest(at.store, about.id)
    if said is None and (released or not briefs.needs_next_of_kin(at.store, about, texts)):
        return
    st.header("Next of kin")
    with badges.row():
        badges.badge(STATES[said.answer if said else ""])
        words.paragraph(next_of_kin.sentence(said, at.now, at.zone))
    if released or at.account.seat not in WRITING:
        return
    if said is None or not said.settles or st.toggle("Change this answer", key=f"kin change {about.id}"):
        form(about)


def form(about: Statement) -> None:
    """Three answers, none chosen for the person, and who told the family."""
    with st.form(f"kin {about.id}", border=False):
        st.radio(
            "Were next of kin told?",
            list(next_of_kin.ANSWERS),
            index=None,
            format_func=next_of_kin.ANSWERS.__getitem__,
            key=f"kin answer {about.id}",
        )
        st.text_input(
            "Who told the family, and when (no names)",
            key=f"kin words {about.id}",
            max_chars=next_of_kin.WORDS_MOST,
        )
        st.form_submit_button("Record this answer", on_click=say, args=(about.id,))


def say(statement_id: int) -> None:
    """Callback."""
    state = st.session_state
    answer, typed = state[f"kin answer {statement_id}"] or "", state[f"kin words {statement_id}"]

    def command(at: Here) -> bool:
        next_of_kin.say(at.store, at.actor, statement_id, answer, typed, at.now)
        return True

    if do("Recorded under your name.", command):
        state[f"kin change {statement_id}"] = False
