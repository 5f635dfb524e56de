"""What is owed after a release, and the ways that remain while a seat is silent: override, the district's own text."""

from __future__ import annotations

import streamlit as st

from comms import clocks
from comms.agreeing import apart, asks, confirmations, decisions, seats
from comms.agreeing.confirmations import Owed
from comms.people import SEAT_NAMES, Seat
from comms.screens.parts import words
from comms.screens.parts.page import Here, do, go
from comms.workspace.statements import Statement


def owed(
    at: Here, incident_id: int | None = None, statement_id: int | None = None, mine: bool = False
) -> None:
    """Each sign-off that is owed: by whom, since when, until when; with the answer where it is this person's."""
    to_answer = {(o.release_id, o.seat) for o in confirmations.of_person(at.store, at.account, at.now)}
    for each in confirmations.owed(at.store, at.now):
        if incident_id not in {None, each.incident_id} or statement_id not in {None, each.statement_id}:
            continue
        yours = (each.release_id, each.seat) in to_answer
        if mine and not yours:
            continue
        _one(at, each, yours)


def _one(at: Here, each: Owed, yours: bool) -> None:
    late = at.now > each.due_at
    names = " or ".join(p.called for p in each.people) or SEAT_NAMES[each.seat]
    with st.container(border=True, gap="small"):
        st.badge(
            f"Sign-off owed by {clocks.seen_words(each.due_at, at.now, at.zone)}"[:36],
            icon=":material/assignment_late:",
            color="red" if late or yours else "orange",
        )
        what = (
            "It went out in words approved beforehand."
            if each.why == "fast"
            else f"It went out without them: {each.reason}"
        )
        words.paragraph(f"{names}. {what}")
        if late:
            st.text(f"Late by {clocks.minutes(at.now - each.due_at)}. They are asked again.")
        if yours:
            key = f"{each.release_id} {each.seat}"
            with st.container(horizontal=True):
                st.button(
                    "Read what went out",
                    key=f"read {key}",
                    on_click=go,
                    args=("statement.py",),
                    kwargs={"statement": each.statement_id},
                )
                st.button(
                    "Sign off what went out",
                    key=f"off {key}",
                    icon=":material/draw:",
                    on_click=answer,
                    args=(each.release_id, each.seat, "confirm"),
                )
                with st.popover("Something is wrong", type="tertiary"), st.form(f"wrong {key}", border=False):
                    st.text_input("What is wrong? The correction begins with this.", key=f"wrong words {key}")
                    st.form_submit_button(
                        "Ask for a correction", on_click=answer, args=(each.release_id, each.seat, "correct")
                    )


def answer(release_id: int, seat: Seat, how: str) -> None:
    """Sign off, or call for a correction."""
    reason = st.session_state.get(f"wrong words {release_id} {seat}", "")
    do(
        "Recorded. Nothing more is owed from you."
        if how == "confirm"
        else "Recorded. The writers were told.",
        lambda at: confirmations.confirm(at.store, at.actor, release_id, seat, how, at.now, reason),
    )


def ways_left(at: Here, about: Statement) -> None:
    """While the police are silent past the wait, or have nobody: what may be done instead, by name and with a reason."""
    nobody = apart.nobody_to_ask(at.store, about, at.now)
    if nobody:
        st.warning(words.literal(nobody), icon=":material/person_off:")
    silent = any(s.step.seat is Seat.PIO for s in seats.standing(at.store, about).missing)
    wait = seats.route_of(at.store, about).without_police_after
    asked = asks.first_ask(at.store, about.id, Seat.PIO)
    if not silent or wait is None or at.account.seat not in {Seat.SUPERINTENDENT, Seat.COMMUNICATIONS}:
        return
    names = " and ".join(p.called for p in seats.holders(at.store, about, Seat.PIO)) or "the police"
    if asked and at.now < asked.at + wait and not nobody:
        st.caption(
            f"If {words.literal(names)} stays silent: other ways from {clocks.clock(asked.at + wait, at.zone)}."
        )
        return
    if not apart.may_go_alone(at.store, about, at.now):
        st.text("The police were silent. The district may speak of its own facts; the police get a notice.")
        st.button("Write the district's own text", icon=":material/school:", on_click=alone, args=(about.id,))
    if asked and at.account.seat is Seat.SUPERINTENDENT:
        _without(about, names)


def _without(about: Statement, names: str) -> None:
    with (
        st.expander(f"Release without {words.literal(names[:40])}", icon=":material/report:"),
        st.form(f"without {about.id}", border=False),
    ):
        st.text(
            "The text then says “released without Police PIO”, and the police sign it off or ask for a correction "
            "within 24 hours."
        )
        st.text_input("Why it cannot wait (on the record, under your name)", key=f"why without {about.id}")
        st.form_submit_button("Go on without the police", on_click=override, args=(about.id,))


def alone(statement_id: int) -> None:
    """Callback: the district's own text of its own facts."""
    begun = do("", lambda at: apart.district_only(at.store, at.actor, statement_id, at.now))
    if begun:
        go("statement.py", statement=begun.id)


def override(statement_id: int) -> None:
    """The superintendent's reasoned act for the silent police seat."""
    reason = st.session_state[f"why without {statement_id}"]
    do(
        "Recorded under your name. The release will say so.",
        lambda at: decisions.override(at.store, at.actor, statement_id, Seat.PIO, reason, at.now),
    )
