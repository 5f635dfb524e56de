"""Who are we, who may decide, whom and what do we watch, whom do we reach?"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from comms import partnership
from comms.joining import readiness
from comms.screens.parts import (
    audiences_view,
    badges,
    mail_form,
    mou,
    my_reach,
    partners_view,
    people_view,
    reach_view,
    ready_list,
    routes_view,
    schools_view,
    watchlist_view,
)
from comms.screens.parts.page import Here, here, listening, outcome
from comms.screens.parts.ready_list import VIEWS


def mail(at: Here) -> None:
    """How e-mail leaves."""
    st.header("How e-mail leaves")
    mail_form.block(at, primary=True)
    reach_view.further(at)
    my_reach.everybody(at)


SHOW: dict[str, Callable[[Here], None]] = {
    "partners": partners_view.view,
    "people": people_view.view,
    "mou": mou.view,
    "routes": routes_view.view,
    "schools": schools_view.view,
    "watchlist": watchlist_view.view,
    "audiences": audiences_view.view,
    "mail": mail,
}
VIEW = "partnership view"


def chosen() -> str:
    """The view: the one an address asks for (?view=people), once; then the one that was chosen here."""
    asked = st.query_params.get("view", "")
    if asked in VIEWS and st.session_state.get("partnership asked") != asked:
        st.session_state["partnership asked"] = asked
        st.session_state[VIEW] = asked
    st.session_state.setdefault(VIEW, "partners")
    shown = st.segmented_control(
        "Part of the partnership",
        list(VIEWS),
        required=True,
        format_func=lambda view: f":gray[{VIEWS[view]}]",
        label_visibility="collapsed",
        key=VIEW,
        on_change=chose,
    )
    return shown or "partners"


def chose() -> None:
    """Callback: what was chosen here goes before what the address asked for."""
    st.query_params.pop("view", None)


def main() -> None:
    """Title, what is missing, then one part at a time."""
    with here() as at:
        badges.title("Partnership", at.profile.demo)
        with listening() as heard:
            lines = readiness.readiness(at.store, heard, at.now)
        missing = sum(not line.there for line in lines)
        view = chosen()
        if missing:
            things = "thing is" if missing == 1 else "things are"
            with st.expander(f"{missing} {things} still missing", icon=":material/checklist:"):
                ready_list.show(lines, at.account.seat in partnership.SETTING_UP, view)
        SHOW[view](at)
    with st.bottom:  # in view wherever the button stood
        outcome()


main()
