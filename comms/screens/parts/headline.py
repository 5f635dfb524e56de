"""A headline to try: what the product would make of it, and the words that decide."""

from __future__ import annotations

import json

import streamlit as st

from comms import language, partnership
from comms.hearing import feedback
from comms.screens.parts import badges, words
from comms.screens.parts.page import here
from comms.settings import settings
from monitors.watchlist import watchlist_to_json

TRIED = "headline tried"


def block() -> None:
    """What the product would make of a headline, with the words that decide."""
    st.header("Try a headline")
    with st.form("try a headline", border=False):
        st.text_input("A headline as an outlet wrote it", key="headline", autocomplete="off")
        st.form_submit_button("Try it", icon=":material/labs:", on_click=judge)
    tried = st.session_state.get(TRIED)
    if isinstance(tried, str):
        st.info(words.literal(tried))
    elif tried:
        headline, judgement = tried
        with st.container(border=True):
            badges.badge(badges.TIERS[judgement["tier"]])
            words.headline(headline, [(mark["start"], mark["end"]) for mark in judgement["marks"]])
            for reason in judgement["reasons"]:
                words.paragraph(f"{reason['text']}: {reason['why']}" if reason["text"] else reason["why"])


def judge() -> None:
    """Callback: ask the language process; when it does not answer, say so."""
    headline = " ".join(st.session_state["headline"].split())
    if not headline:
        st.session_state[TRIED] = "Paste a headline first."
        return
    with here() as at:
        watchlist = json.loads(watchlist_to_json(partnership.watchlist(at.store)))
        weights = feedback.weights(at.store)
    try:
        judgement = language.judge(settings().data, headline, watchlist, weights, deadline=20)
    except language.NoAnswer as silence:
        st.session_state[TRIED] = f"Not checked yet: {silence} Try again in a moment."
    else:
        st.session_state[TRIED] = (headline, judgement)
