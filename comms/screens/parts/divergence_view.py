"""Where a text tells it otherwise than the other side, what went out before, or the partner's own feed: both quotes."""

from __future__ import annotations

import streamlit as st

from comms import clocks
from comms.people import WRITING
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do
from comms.wording.differences import ABOUT
from comms.workspace import divergence
from comms.workspace.divergence import Divergence
from comms.workspace.incidents import Incident
from comms.workspace.statements import Statement

DIFFERS: badges.Badge = ("They differ", "compare_arrows", "orange")
STANDS: badges.Badge = ("Both stand", "check_circle", "green")
WHOSE = {"agency": "the police", "district": "the district", "": "either side"}
THIS = "This text"


def block(at: Here, about: Statement) -> None:
    """Every difference of this statement, open ones first, each with who settles it. Nothing when all agree."""
    found = sorted(divergence.divergences(at.store, about), key=lambda one: not one.open)
    if not found:
        return
    st.header("Beside what else is said")
    for number, one in enumerate(found):
        difference(at, about, one, f"{about.id} {number}", THIS)


def of_incident(at: Here, about: Incident) -> None:
    """Every difference of the incident's texts that waits for an owner, drafts and what went out, each once."""
    found = [(of, one) for of, one in divergence.of_incident(at.store, about.id) if one.open]
    if not found:
        return
    st.header("Accounts that differ")
    for number, (of, one) in enumerate(found):
        difference(at, of, one, f"all {of.id} {number}", divergence.called(of))


def difference(at: Here, about: Statement, one: Divergence, key: str, ours: str) -> None:
    """One frame, both accounts with the same weight; then the owner's answer or the sentence that says whose it is."""
    with st.container(border=True, gap="small"):
        with badges.row():
            badges.badge(DIFFERS if one.open else STANDS)
            words.paragraph(f"On {ABOUT[one.about]}", strong=True)
        for column, who, quote in zip(st.columns(2), (ours, one.who), (one.ours, one.theirs), strict=True):
            with column:
                words.paragraph(who[:1].upper() + who[1:])
                words.paragraph(f"“{quote}”")
        words.paragraph(standing(at, one))
        if one.open and one.owner in {"", at.account.side} and at.account.seat in WRITING:
            with st.form(f"stand {key}", border=False):
                st.text_input("Why both accounts stand", key=f"why {key}")
                st.form_submit_button("Let both stand", on_click=stand, args=(about.id, one, f"why {key}"))


def standing(at: Here, one: Divergence) -> str:
    """Who settles it, of whom it stands asked since when, and what was answered."""
    if one.answer:
        when = clocks.seen_words(one.answer.at, at.now, at.zone)
        return f"{one.answer.by} let both stand, {when}: {one.answer.reason}"
    settles = f"{WHOSE[one.owner].capitalize()} settle{'' if one.owner == 'agency' else 's'} it"
    if one.asked is None:
        return f"{settles}. Not asked by e-mail yet."
    return f"{settles}. Asked: {one.asked.who}, {clocks.seen_words(one.asked.at, at.now, at.zone)}. No answer yet."


def stand(statement_id: int, one: Divergence, field: str) -> None:
    """Callback."""
    why = st.session_state[field]
    do(
        "Recorded.",
        lambda at: divergence.let_both_stand(at.store, at.actor, statement_id, one, why, at.now),
    )
