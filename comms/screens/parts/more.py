"""Long lists, a part at a time: how many of how many are shown, and a button for the next ones. Nothing is hidden silently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

T = TypeVar("T")
STEP = 20
"""So many are drawn at first, and by each press. A card costs about 20 ms; a hundred made people wait for seconds."""


def shown(key: str, listed: Sequence[T]) -> Sequence[T]:
    """The first of a list, as many as this person asked for. `key` names the list among the screen's."""
    return listed[: st.session_state.get(_key(key), STEP)]


def button(key: str, total: int, what: str = "") -> None:
    """Under the list: "20 of 100 shown", and the next ones by one press; nothing where all are shown."""
    count = st.session_state.get(_key(key), STEP)
    if total <= count:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        step = min(STEP, total - count)
        st.button(
            f"Show {step} more",
            key=f"more of {key}",
            icon=":material/expand_more:",
            on_click=grow,
            args=(key,),
        )
        st.caption(f"{count:,} of {total:,} shown{what}", width="content")


def grow(key: str) -> None:
    """Callback: another part of this list."""
    st.session_state[_key(key)] = st.session_state.get(_key(key), STEP) + STEP


def _key(key: str) -> str:
    return f"shown of {key}"
