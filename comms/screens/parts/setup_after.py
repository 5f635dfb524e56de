"""Set-up once somebody is signed in: first sources, then what is still missing."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from comms.joining import readiness, setup, welcoming
from comms.screens.parts import add_source, mail_form, ready_list
from comms.screens.parts.page import Here, do, go, listening, outcome, tell
from comms.screens.parts.setup_frame import NEXT, STEP, question, top
from comms.settings import settings
from monitors import sources


def steps(at: Here) -> None:
    """The first three are saved; they are changed on the Partnership screen from now on."""
    step = top(at.profile.setup_step)
    if step in setup.BEFORE_FOUNDING:
        question("This is saved.", "It is changed on the Partnership screen from now on.")
        st.page_link("partnership.py", label="Open Partnership", icon=":material/handshake:")
        return
    if step == "sources":
        question("What do we listen to?", "The police's news page and the local paper are a good beginning.")
        listened(at)
        add_source.block(at)
        bottom("check", go_on)
    else:
        question("Are you ready?", "All of it can be changed later; nothing here has to be whole today.")
        missing(at)
        invited(at)
        st.subheader("How e-mail leaves")
        mail_form.block(at)
        bottom("done", finish)


def bottom(following: str, act: Callable[[], None]) -> None:
    """Leave on the left, the one main action on the right."""
    outcome()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.button("Leave and go on later", type="tertiary", on_click=leave)
        st.button(
            NEXT.get(following, "Finish set-up"),
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            on_click=act,
        )


def go_on() -> None:
    """Callback: to the last step."""
    with listening() as heard:
        any_source = bool(sources.every_source(heard))
    do("", lambda at: setup.go_on(at.store, at.actor, "check", at.now))
    if not any_source:
        tell("info", "No source was added. You can add one on the Sources screen at any time.")
    st.session_state[STEP] = "check"


def finish() -> None:
    """Callback: set-up is over; what is missing stays listed on the Partnership screen."""
    do("Set-up is finished.", lambda at: setup.go_on(at.store, at.actor, "done", at.now))
    go("alerts.py")


def leave() -> None:
    """Callback: everything is saved; the readiness list waits on Partnership."""
    tell("info", "Set-up is left. Go on with it under “Set up” whenever you like.")
    go("partnership.py")


def listened(at: Here) -> None:
    """What is on the list by now."""
    with listening() as heard:
        names = [source.name for source in sources.every_source(heard)]
    if names:
        st.text(f"{len(names)} added: {', '.join(names)}.")


def missing(at: Here) -> None:
    """What is still missing, each with where it is mended."""
    with listening() as heard:
        lines = readiness.readiness(at.store, heard, at.now)
    ready_list.show(lines)


def invited(at: Here) -> None:
    """Who was invited and did not come yet, with the link to hand over."""
    waiting = welcoming.waiting_for_password(at.store, settings().data, at.account, at.now)
    if waiting:
        st.subheader("Invitations")
        ready_list.invitations(at, waiting)
