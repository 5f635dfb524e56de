"""Where a text tells it otherwise than the other side, what went out before, or the partner's own feed: both quotes."""

from __future__ import annotations

import streamlit as st

from comms.people import WRITING
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do
from comms.wording.differences import ABOUT
from comms.workspace import divergence
from comms.workspace.divergence import Divergence
from comms.workspace.incidents import Incident
from comms.workspace.statements import Statement, of_incident, released

DIFFERS: badges.Badge = ("They differ", "compare_arrows", "orange")
STANDS: badges.Badge = ("Both stand", "check_circle", "green")
WHOSE = {"agency": "the police", "district": "the district", "": "either side"}


def block(at: Here, about: Statement) -> None:
    """Every difference of this statement, open ones first, each with who settles it. Nothing when all agree."""
    found = sorted(divergence.divergences(at.store, about), key=lambda one: not one.open)
    if not found:
        return
    st.header("Beside what else is said")
    for number, one in enumerate(found):
        difference(at, about, one, f"{about.id} {number}")


def after(at: Here, about: Incident) -> None:
    """What was released and differs from what is said since: both quotes again, on the incident's page."""
    out = [each for each in of_incident(at.store, about.id) if released(at.store, each.id)]
    found = [(each, one) for each in out for one in divergence.divergences(at.store, each) if one.open]
    later = [(each, one) for each, one in found if one.kind != "earlier release"]
    if not later:
        return
    st.header("What went out differs")
    for number, (each, one) in enumerate(later):
        difference(at, each, one, f"out {each.id} {number}")


def difference(at: Here, about: Statement, one: Divergence, key: str) -> None:
    """One frame, both accounts with the same weight; then the owner's answer or the sentence that says whose it is."""
    with st.container(border=True, gap="small"):
        with badges.row():
            badges.badge(DIFFERS if one.open else STANDS)
            words.paragraph(f"On {ABOUT[one.about]}", strong=True)
        for column, who, quote in zip(
            st.columns(2), ("This text", one.who), (one.ours, one.theirs), strict=True
        ):
            with column:
                words.paragraph(who[:1].upper() + who[1:])
                words.paragraph(f"“{quote}”")
        if not one.open:
            words.paragraph(one.reason)
        elif one.owner not in {"", at.account.side} or at.account.seat not in WRITING:
            words.paragraph(f"Asked: {WHOSE[one.owner]}.")
        else:
            with st.form(f"stand {key}", border=False):
                st.text_input("Why both accounts stand", key=f"why {key}")
                st.form_submit_button("Let both stand", on_click=stand, args=(about.id, one, f"why {key}"))


def stand(statement_id: int, one: Divergence, field: str) -> None:
    """Callback."""
    why = st.session_state[field]
    do(
        "Recorded.",
        lambda at: divergence.let_both_stand(at.store, at.actor, statement_id, one, why, at.now),
    )
