"""The foot bar: the one place of the main action, with the list of reasons beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import streamlit as st

from comms.reasons import Reason


@contextlib.contextmanager
def foot_bar() -> Iterator[None]:
    """Two controls on one line, always at hand."""
    with (
        st.bottom,
        st.container(border=True),
        st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"),
    ):
        yield


def reasons_list(reasons: Sequence[Reason]) -> None:
    """Why it cannot go yet, numbered, each with who can lift it. Names in it are escaped by st.text."""
    for number, reason in enumerate(reasons, 1):
        with st.container(horizontal=True, gap="small"):
            st.badge(str(number), color="gray")
            with st.container(gap=None, width="stretch"):
                st.text(reason.sentence)
                st.text(reason.lifts)


def reasons_button(reasons: Sequence[Reason]) -> None:
    """Opens the same list from the foot bar."""
    count = len(reasons)
    label = "Nothing holds it" if not count else f"{count} reason{'s' if count > 1 else ''} why not"
    with st.popover(label, icon=":material/block:" if count else ":material/check_circle:", type="tertiary"):
        if reasons:
            reasons_list(reasons)
        else:
            st.text("Every seat has approved these exact words, and the check is clear.")
