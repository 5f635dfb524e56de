"""Who approves what: the table of routes both sides see, and its adjustment by the district, never below the floor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import streamlit as st

from comms import clocks
from comms.agreeing import routes
from comms.agreeing.approvals import ADJUSTABLE, ROUTES, Route, Step
from comms.people import Seat
from comms.screens.parts import words
from comms.screens.parts.page import Here, do
from comms.wording import library

ORDERS = {1: "at the same time as the police", 2: "after the police"}
DEPUTIES = {
    Seat.PIO: "Minutes until the police's deputy is asked",
    Seat.COUNSEL: "Minutes until counsel's deputy is asked",
    Seat.SUPERINTENDENT: "Minutes until the superintendent's deputy is asked",
}


def view(at: Here) -> None:
    """The table, what was changed and by whom, and the form for whoever may."""
    table = routes.table(at.store, at.now)
    st.header("Who approves what")
    st.caption("The same on both sides. An incident keeps the routes it was opened under.")
    words.table("Routes of each class", ("Class", "Who signs, in order"), rows(table))
    changes = routes.adjustments(at.store, at.now)
    if changes:
        st.subheader("What was changed")
        for each in reversed(changes):
            when = clocks.full(each.at, at.zone)
            words.paragraph(f"{when}, class {each.route.cls}, {each.by}: {each.reason}")
    if not routes.may_adjust(at.account):
        st.caption("The district's superintendent or administrator adjusts the routes.")
        return
    if st.toggle("Adjust a route", key="route wanted"):
        with st.container(border=True):
            form(table)


def rows(table: Mapping[str, Route]) -> list[tuple[str, str]]:
    """One row a class: its name, who signs in which order, and what happens while somebody is silent."""
    found = []
    for cls, known in table.items():
        said = routes.in_words(known)
        name = f"{cls} · {library.CLASSES[cls]}" + ("" if known == ROUTES[cls] else "\nadjusted")
        lines = [
            f"{said['seats'].capitalize()}.",
            f"Deputies: {said['deputies']}." if said["deputies"] else "",
            said["silence"],
            f"Never: {known.never}." if known.never else "",
        ]
        found.append((name, "\n".join(line for line in lines if line)))
    return found


def form(table: Mapping[str, Route]) -> None:
    """One class at a time: a seat more, the waits, the notice, and why."""
    cls = st.selectbox("Class", ADJUSTABLE, format_func=_named, key="route class")
    known = table[cls]
    now_seats = {s.seat: s for s in known.steps}
    for seat, label in ((Seat.COUNSEL, "Counsel signs too"), (Seat.PIO, "The police sign too")):
        if seat not in {s.seat for s in ROUTES[cls].steps}:
            st.checkbox(label, value=seat in now_seats, key=f"route {cls} {seat}")
    counsel = st.session_state.get(f"route {cls} {Seat.COUNSEL}", Seat.COUNSEL in now_seats)
    if counsel and Seat.PIO in now_seats:
        order = now_seats[Seat.COUNSEL].order if Seat.COUNSEL in now_seats else 1
        st.radio("Counsel signs", list(ORDERS), index=min(order, 2) - 1, format_func=ORDERS.__getitem__,
                 key=f"route {cls} order")  # fmt: skip
    for step in ROUTES[cls].steps:
        if step.deputy_after is not None:
            _minutes(DEPUTIES[step.seat], now_seats[step.seat].deputy_after, f"route {cls} wait {step.seat}")
    if counsel and Seat.COUNSEL not in {s.seat for s in ROUTES[cls].steps}:
        own = now_seats.get(Seat.COUNSEL, Step(Seat.COUNSEL, 1)).deputy_after
        _minutes(DEPUTIES[Seat.COUNSEL], own, f"route {cls} wait {Seat.COUNSEL}")
    if ROUTES[cls].without_police_after:
        _minutes("Minutes until the ways without the police open", known.without_police_after, f"route {cls} without")  # fmt: skip
    if ROUTES[cls].notice:
        _minutes("Minutes the partner is told before", known.notice, f"route {cls} notice")
    st.caption(
        "Zero minutes: a deputy acts only when handed over, and the ways without the police stay shut."
    )
    st.text_input("Why, in a sentence", key=f"route {cls} reason", max_chars=routes.REASON_MOST)
    with st.container(horizontal=True):
        st.button("Save this route", type="primary", on_click=save, args=(cls,))
        st.button("Back to the route as shipped", type="tertiary", on_click=shipped, args=(cls,))


def _named(cls: str) -> str:
    return f"{cls} · {library.CLASSES[cls]}"


def _minutes(label: str, wait: timedelta | None, key: str) -> None:
    value = int(wait.total_seconds()) // 60 if wait else 0
    st.number_input(label, min_value=0, max_value=1440, value=value, step=1, key=key)


def save(cls: str) -> None:
    """Callback."""
    wanted = asked_for(cls)
    reason = st.session_state[f"route {cls} reason"]
    do(
        f"Saved. It holds for incidents opened from now on; the partner is told. Class {cls} as it is now stands above.",
        lambda at: routes.adjust(at.store, at.actor, wanted, reason, at.now),
    )


def shipped(cls: str) -> None:
    """Callback: the table as it came."""
    reason = st.session_state[f"route {cls} reason"] or "Back to the route as shipped."
    for key in [k for k in st.session_state if str(k).startswith(f"route {cls} ")]:
        del st.session_state[key]
    do(
        f"Class {cls} is as it was shipped, for incidents opened from now on.",
        lambda at: routes.adjust(at.store, at.actor, ROUTES[cls], reason, at.now),
    )


def asked_for(cls: str) -> Route:
    """The route the form describes."""
    state = st.session_state
    wanted = ROUTES[cls]
    steps = [
        replace(s, deputy_after=_wait(state.get(f"route {cls} wait {s.seat}", 0)) if s.deputy_after else None)
        for s in wanted.steps
    ]
    wanted = replace(wanted, steps=tuple(steps))
    if wanted.without_police_after:
        wanted = replace(wanted, without_police_after=_wait(state[f"route {cls} without"]))
    if wanted.notice:
        wanted = replace(wanted, notice=_wait(state[f"route {cls} notice"]))
    if state.get(f"route {cls} {Seat.PIO}"):
        wanted = routes.with_seat(wanted, Seat.PIO, 1)
    if state.get(f"route {cls} {Seat.COUNSEL}", Seat.COUNSEL in {s.seat for s in wanted.steps}):
        own = _wait(state.get(f"route {cls} wait {Seat.COUNSEL}", 0))
        wanted = routes.with_seat(wanted, Seat.COUNSEL, state.get(f"route {cls} order", 1), own)
    return wanted


def _wait(minutes: int) -> timedelta | None:
    return timedelta(minutes=minutes) if minutes else None
