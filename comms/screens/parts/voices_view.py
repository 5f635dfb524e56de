"""Joint or apart: the way to a text of one's own side beside the other's, and when that is the honest form."""

from __future__ import annotations

import streamlit as st

from comms.people import WRITING
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do, go
from comms.wording import library
from comms.workspace import statements
from comms.workspace.incidents import Incident
from comms.workspace.statements import Start

OWN = {"district": "district", "agency": "police"}
TITLE = {"district": "the district's own text", "police": "the police's own text"}


def apart(at: Here, about: Incident) -> None:
    """One button for the own side's text of the phase that is being written; the other side's is theirs to start."""
    if at.account.seat not in WRITING or about.status != "open" or about.cls == "A":
        return
    voice = OWN[at.account.side]
    known = statements.of_incident(at.store, about.id)
    drafts = [each for each in known if not statements.released(at.store, each.id)]
    phase = drafts[0].phase if drafts else ("U" if known else "H")
    if any((each.voice, each.phase) == (voice, phase) for each in drafts):
        return
    advised = about.type in library.APART
    with badges.row():
        if advised:
            badges.plain("Separate is the honest form", "call_split")
            words.paragraph("The partner's own conduct is the story: each side speaks for itself.")
        st.button(
            f"Start {TITLE[voice]}",
            key=f"apart {about.id}",
            icon=":material/call_split:",
            type="secondary" if advised else "tertiary",
            on_click=start,
            args=(about.id, phase, voice),
        )


def start(incident_id: int, phase: str, voice: str) -> None:
    """Callback: begin it and go there."""
    how = Start(phase, voice=voice)
    begun = do("", lambda at: statements.start(at.store, at.actor, incident_id, how, at.now))
    if begun:
        go("statement.py", statement=begun.id)
