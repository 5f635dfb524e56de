"""Notes of the own side on an incident: what this organization alone reads and writes."""

from __future__ import annotations

import streamlit as st

from comms import clocks
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do
from comms.workspace import notes
from comms.workspace.incidents import Incident

WHOSE = {"district": "the district", "agency": "the police"}


def block(at: Here, about: Incident) -> None:
    """The notes, newest first, and a box for one more. Nothing is drawn for a seat that keeps none."""
    if at.account.seat not in notes.NOTING:
        return
    st.header("Notes of our side")
    with badges.row():
        badges.badge(badges.SIDES[at.account.side], f"Only {WHOSE[at.account.side]} can read these"[:36])
    for note in notes.notes(at.store, at.account, about.id):
        words.labelled(note.author, "sticky_note_2", clocks.seen_words(note.at, at.now, at.zone))
        words.paragraph(note.text)
    key = f"note {about.id}"
    with st.form(f"form {key}", border=False):
        st.text_area("A note that stays on our side", key=key, height=80)
        st.form_submit_button("Keep the note", on_click=write, args=(about.id, key))


def write(incident_id: int, key: str) -> None:
    """Keep what the box holds; it is emptied only when it was taken."""
    text = st.session_state[key]
    if do(
        "The note is kept on our side.", lambda at: notes.write(at.store, at.actor, incident_id, text, at.now)
    ):
        st.session_state[key] = ""
