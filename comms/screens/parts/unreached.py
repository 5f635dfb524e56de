"""Visible "Could not reach …": on the Alerts screen, by itself and as long as it is so."""

from __future__ import annotations

import streamlit as st

from comms.reaching import unreached
from comms.screens.parts import words
from comms.screens.parts.page import here


@st.fragment(run_every="10s")
def notice() -> None:
    """Whom messages do not reach, one line a means; nothing where everybody is reached."""
    with here() as at:
        said = unreached.sentences(at.store, at.now)
    for sentence in said:
        st.error(words.literal(sentence), icon=":material/phone_disabled:")
