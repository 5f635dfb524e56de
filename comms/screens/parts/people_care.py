"""Who of a side is away or on call, as both sides see it; and a lost authenticator, which the own administrator takes away."""

from __future__ import annotations

import streamlit as st

from comms import clocks, people
from comms.joining import authenticator
from comms.reaching import oncall
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do, tell

MARKS: dict[str, badges.Badge] = {
    "absence": ("Away", "event_busy", "gray"),
    "on_call": ("On call", "phone_in_talk", "green"),
}


def spans(at: Here, organisation_id: int) -> None:
    """Who of one organization is away or on call, and until when: both sides see it, so that nobody waits in vain."""
    own = {p.id: p.called for p in people.accounts(at.store, organisation_id=organisation_id)}
    for what, mark in MARKS.items():
        for span in oncall.spans(at.store, what, at.now):
            if span.account_id in own:
                with badges.row():
                    badges.badge(mark)
                    since = (
                        ""
                        if span.from_at <= at.now
                        else f"from {clocks.seen_words(span.from_at, at.now, at.zone)} "
                    )
                    until = clocks.seen_words(span.until_at, at.now, at.zone)
                    words.paragraph(f"{own[span.account_id]}, {since}until {until}")


def lost_authenticator(at: Here) -> None:
    """A phone was lost: the person signs in with the password alone until they set up another."""
    enrolled = {
        p.id: words.literal(p.called)
        for p in people.accounts(at.store, organisation_id=at.account.organisation_id)
        if p.id != at.account.id and authenticator.enrolled(at.store, p.id)
    }
    if not enrolled or not st.toggle("Take a lost authenticator away", key="lost wanted"):
        return
    with st.container(border=True):
        st.selectbox("Whose authenticator", list(enrolled), format_func=enrolled.__getitem__, key="lost whom", index=None,
                     placeholder="Choose")  # fmt: skip
        st.caption("Ask the person by phone first. They are told by e-mail, and it stands in the log.")
        st.button("Take it away", on_click=reset)


def reset() -> None:
    """Callback."""
    account_id = st.session_state.get("lost whom")
    if account_id is None:
        tell("error", "Choose whose authenticator is lost. Nothing was changed.")
        return
    do(
        "Taken away. Until they set up another, their password is asked for.",
        lambda at: authenticator.reset(at.store, at.actor, account_id, at.now),
    )
