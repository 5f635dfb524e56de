"""A later source disagrees with what went out: both accounts side by side, and the press that sets one there."""

from __future__ import annotations

import streamlit as st

from comms.people import WRITING
from comms.screens.parts import words
from comms.screens.parts.page import Here, do
from comms.wording import sentences
from comms.workspace import corrections, incidents, released
from comms.workspace.corrections import Disagreement
from comms.workspace.incidents import Incident
from comms.workspace.released import Released

SHOWN_MOST = 5
ANOTHER = ""
"""Stands for a source that is no item of the incident."""


def block(at: Here, release: Released) -> None:
    """Both accounts with the same weight; and for whoever writes, the way to add one."""
    for each in corrections.disagreements(at.store, release.id)[:SHOWN_MOST]:
        both(each, "We said")
    if at.account.seat in WRITING and st.toggle("A later source says otherwise", key=f"later {release.id}"):
        with st.container(border=True):
            form(at, release)


def of_incident(at: Here, about: Incident) -> None:
    """What later sources say otherwise than what went out and still stands, on the incident's page, with the way to it."""
    for out in released.of_incident(at.store, about.id):
        if out.withdrawn_at or out.corrected_by:
            continue
        for each in corrections.disagreements(at.store, out.id)[:SHOWN_MOST]:
            both(each, f"We said, {out.statement.title.lower()}")


def both(each: Disagreement, whose: str) -> None:
    """One frame, the two accounts side by side."""
    with st.container(border=True, gap="small"):
        st.badge("A later source disagrees", icon=":material/compare_arrows:", color="orange")
        ours, theirs = st.columns(2)
        with ours:
            st.caption(whose)
            words.paragraph(each.ours)
        with theirs:
            st.caption("They say")
            words.paragraph(f"{each.theirs} ({each.outlet})")


def form(at: Here, release: Released) -> None:
    """Which item, which of our sentences, and what it says instead."""
    items = {e.key: e for e in incidents.evidence(at.store, release.statement.incident_id)}
    named = {k: words.literal(f"{e.title} ({e.outlet})") for k, e in items.items()}
    longest = max((t.newest.text for t in release.texts), key=len, default="")
    said = [longest[a:b].strip() for a, b in sentences.sentences(longest) if longest[a:b].strip()]
    key = st.selectbox(
        "Which source",
        [*items, ANOTHER],
        format_func=(named | {ANOTHER: "Another source"}).__getitem__,
        key=f"later item {release.id}",
    )
    st.selectbox("What we said", said, format_func=words.literal, key=f"later ours {release.id}")
    if key == ANOTHER:
        st.text_input("Who says it", key=f"later who {release.id}")
    shown = items[key].title if key else ""
    st.text_input("What they say", shown, key=f"later theirs {release.id} {key}", max_chars=1000)
    st.button("Set it beside our words", on_click=mark, args=(release.id, release.statement.incident_id, key))


def mark(release_id: int, incident_id: int, key: str) -> None:
    """Callback."""
    state = st.session_state
    ours, theirs = state[f"later ours {release_id}"], state[f"later theirs {release_id} {key}"]

    def command(at: Here) -> bool:
        item = next((e for e in incidents.evidence(at.store, incident_id) if e.key == key), None)
        outlet = item.outlet if item else state.get(f"later who {release_id}", "")
        account = Disagreement(release_id, ours or "", theirs, outlet, item.link if item else "", "")
        corrections.mark_disagreement(at.store, at.actor, release_id, account, key, at.now)
        return True

    if do("Both accounts stand side by side now. If ours is wrong, start the correction.", command):
        state[f"later {release_id}"] = False
