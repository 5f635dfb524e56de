"""Saying nothing: the decision on an incident's page, shown as due when somebody is to look again."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from comms import clocks
from comms.hearing.alert_acts import OPENING
from comms.screens.parts import words
from comms.screens.parts.page import Here, do
from comms.workspace import silence
from comms.workspace.incidents import Incident

LOOK_AGAIN = timedelta(hours=2)


def decided(at: Here, about: Incident) -> None:
    """The decision that holds: who, why, what staff answer, and the next look."""
    found = silence.newest(at.store, about.id)
    if found is None or about.status != "no_statement":
        return
    due = found.next_look_at <= at.now
    with st.container(border=True, gap="small"):
        look = clocks.seen_words(found.next_look_at, at.now, at.zone)
        late = f"Look again: due {look}" if due else f"Next look {look}"
        st.badge(late[:36], icon=":material/schedule:", color="red" if due else "gray")
        words.paragraph(f"{found.by} decided to say nothing: {found.reason}")
        if found.talking_points:
            words.paragraph("When asked: " + found.talking_points)


def form(at: Here, about: Incident) -> None:
    """Reason, what to answer when asked, the next look: one press. What was typed outlives folding it away."""
    if at.account.seat not in OPENING or about.status == "closed":
        return
    proposed = (at.now + LOOK_AGAIN).astimezone(at.zone).replace(second=0, microsecond=0, tzinfo=None)
    if not st.toggle("Say nothing for now", key=f"nothing wanted {about.id}"):
        return
    with st.form(f"nothing {about.id}"):
        st.text_input(
            "Why nothing is said (on the record)", key=f"nothing why {about.id}", persist_state="page"
        )
        st.text_area(
            "What staff answer when asked",
            key=f"nothing points {about.id}",
            height=80,
            persist_state="page",
        )
        st.datetime_input(
            "When somebody looks again", proposed, key=f"nothing look {about.id}", persist_state="page"
        )
        st.form_submit_button("Decide: no statement", on_click=decide, args=(about.id,))


def decide(incident_id: int) -> None:
    """Callback."""
    state = st.session_state
    look: datetime = state[f"nothing look {incident_id}"]
    do(
        "Recorded. You are told when it is time to look again.",
        lambda at: silence.decide(
            at.store,
            at.actor,
            incident_id,
            state[f"nothing why {incident_id}"],
            state[f"nothing points {incident_id}"],
            look.replace(tzinfo=at.zone),
            at.now,
        ),
    )
