"""A turn in the story, on the pages of its incident and its statements, until each person has said that they saw it."""

from __future__ import annotations

import streamlit as st

from comms import clocks
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do, outcome
from comms.workspace import facts, turns
from comms.workspace.incidents import Incident
from comms.workspace.turns import Turn

SHOWN = 3


def banner(at: Here, about: Incident) -> None:
    """What changed since: from what to what, the report's own words with outlet, time and link; then what to do."""
    new = turns.unseen(at.store, about.id, at.account.id)
    if new:
        with st.container(border=True, gap="small"):
            with badges.row():
                badges.badge(badges.TIERS["turn"])
                st.caption("Does the text still hold? Seen clears it for you alone.", width="content")
            for turn in new[:SHOWN]:
                one(at, turn)
            if len(new) > SHOWN:
                st.text(f"{len(new) - SHOWN} more. Say that you saw one to see the next.")
    outcome(f"turns {about.id}")


def one(at: Here, turn: Turn) -> None:
    """One turn: the change, the words and whose they are, and what may be done with it."""
    with st.container(gap="xsmall"):
        words.paragraph(f"It turned {turn.sentence}.", strong=True)
        when = clocks.seen_words(turn.told_at, at.now, at.zone)
        words.paragraph(f"“{turn.quote}” {turn.outlet}, {when}")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.button(
                "Seen", key=f"seen turn {turn.id}", icon=":material/check:", on_click=seen, args=(turn,)
            )
            if at.account.seat in facts.STATING:
                to_the_sheet(at, turn)
            if turn.link.startswith(("http://", "https://")):
                st.link_button("Open the source", turn.link, type="tertiary")


def to_the_sheet(at: Here, turn: Turn) -> None:
    """Where it is one claim: onto the fact sheet, once."""
    claim = turns.claim_of(turn)
    if claim is None:
        return
    if turns.on_the_sheet(facts.facts(at.store, turn.incident_id), claim) is not None:
        badges.plain("On the fact sheet", "check")
        return
    st.button(
        "Add to the fact sheet",
        key=f"turn fact {turn.id}",
        icon=":material/playlist_add:",
        type="tertiary",
        on_click=add_fact,
        args=(turn,),
    )


def seen(turn: Turn) -> None:
    """Callback: cleared for this person alone."""
    do("", lambda at: turns.mark_seen(at.store, at.actor, turn.id, at.now), f"turns {turn.incident_id}")


def add_fact(turn: Turn) -> None:
    """Callback: unconfirmed, with its outlet; its owner confirms it."""
    do(
        "On the fact sheet, unconfirmed. Its owner confirms it.",
        lambda at: turns.add_fact(at.store, at.actor, turn.id, at.now),
        f"turns {turn.incident_id}",
    )
