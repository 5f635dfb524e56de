"""Long lists, a part at a time: how many of how many are shown, and a button for the next ones. Nothing is hidden silently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

T = TypeVar("T")
STEP = 20
"""So many are drawn at first, and by each press. A card costs about 20 ms; a hundred made people wait for seconds."""


def shown(key: str, listed: Sequence[T], by: int = STEP) -> Sequence[T]:
    """The first of a list, as many as this person asked for. `key` names the list among the screen's, `by` how many
    come at once.
    """
    return listed[: st.session_state.get(_key(key), by)]


def button(key: str, total: int, what: str = "", by: int = STEP) -> None:
    """Under the list: "20 of 100 shown", and the next ones by one press; nothing where all are shown."""
    count = st.session_state.get(_key(key), by)
    if total <= count:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        step = min(by, total - count)
        st.button(
            f"Show {step} more",
            key=f"more of {key}",
            icon=":material/expand_more:",
            on_click=grow,
            args=(key, by),
        )
        st.caption(f"{count:,} of {total:,} shown{what}", width="content")


def grow(key: str, by: int) -> None:
    """Callback: another part of this list."""
    st.session_state[_key(key)] = st.session_state.get(_key(key), by) + by


def _key(key: str) -> str:
    return f"shown of {key}"
