"""Protective actions on an incident's page, and the texts approved beforehand on the Approvals screen."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import streamlit as st

from comms import clocks, partnership
from comms.people import SEAT_NAMES, WRITING, Seat
from comms.saying import protective
from comms.saying.protective import Action, Beforehand
from comms.screens.parts import badges, channel, words
from comms.screens.parts.page import Here, do, go
from comms.wording import library
from comms.wording.blanks import with_values
from comms.wording.blocks import parts
from comms.workspace import drafts, incidents, statements
from comms.workspace.incidents import Incident

STAY_GOOD = timedelta(days=180)
"""How long an approval beforehand is proposed to hold."""


def section(at: Here, about: Incident) -> None:
    """Which action, which school, one press; only for life-safety types and for those who may start one."""
    if about.type not in protective.LIFE_SAFETY or about.status != "open" or at.account.seat not in WRITING:
        return
    st.header("Protective action")
    ours = protective.schools(at.store)
    named = drafts.values(at.store, about, "H", at.now, at.now).get("school", "")
    st.text("In the words both sides approved beforehand. One person of each side lets it go.")
    chosen = st.segmented_control(
        "Action",
        list(library.ACTIONS),
        format_func=lambda a: f":gray[{library.ACTIONS[a]}]",
        label_visibility="collapsed",
        key=f"action {about.id}",
        wrap=True,  # in a column they would stay on one row and be cut off
    )
    if not ours or not chosen:
        if not ours:
            st.text("No school is entered yet. Enter it under Partnership.")
        return
    school = named if named in ours else ours[0]
    if len(ours) > 1:
        school = st.selectbox("School", ours, ours.index(school), key=f"action school {about.id}")
    ended = _last_action(at, about) if chosen == "ended" else ""
    if chosen == "ended" and not ended:
        st.text("No protective action was released in this incident.")
        return
    st.button(
        f"Send {library.ACTIONS[chosen]} to the {'district' if at.account.side == 'agency' else 'police'} now",
        icon=":material/shield:",
        key=f"protective {about.id}",
        on_click=start,
        args=(about.id, Action(chosen, school, ended=ended)),
    )


def _last_action(at: Here, about: Incident) -> str:
    """The protective action that is on: the newest released one."""
    for each in statements.of_incident(at.store, about.id):
        if each.cls == "A" and statements.released(at.store, each.id):
            action = protective.action_of(at.store, each.id)
            return "" if action == "ended" else action
    return ""


def start(incident_id: int, how: Action) -> None:
    """Make the texts, ask the other side at once, and go there."""
    begun = do(
        "Sent. It can go as soon as one person of the other side has answered.",
        lambda at: protective.start(at.store, at.actor, incident_id, how, at.now),
    )
    if begun:
        go("statement.py", statement=begun.id)


# Beforehand -----------------------------------------------------------------------------------------------------------


def beforehand(at: Here) -> None:
    """The texts of the protective actions, until when each seat's approval holds, and one's own press."""
    if at.account.seat not in protective.SIGNING or at.account.sro:
        return
    st.header("Texts approved beforehand")
    st.text(
        "Protective actions leave in these words with only their blanks filled, while one of you is out of reach."
    )
    partner = (
        at.account.organisation_id if at.account.seat is Seat.PIO else partnership.agencies(at.store)[0].id
    )
    languages = list(library.LANGUAGES)
    for action, name in library.ACTIONS.items():
        found = protective.texts(at.store, partner, action, languages=languages)
        with st.expander(f"{name} · {_state(found, at)}", icon=":material/verified:"):
            one(at, action, name, found)


def _state(found: list[Beforehand], at: Here) -> str:
    lacking = {seat for each in found for seat in each.lacks(at.now)}
    if not lacking:
        until = min(u for each in found for u in each.until.values() if u)
        return f"both, until {until.astimezone(at.zone):%B} {until.astimezone(at.zone).day}, {until.year}"
    return "waits for " + " and ".join(SEAT_NAMES[s] for s in protective.SIGNING if s in lacking)


def one(at: Here, action: str, name: str, found: list[Beforehand]) -> None:
    """The exact words, then the date and the press."""
    for each in found:
        language = f", {library.LANGUAGES[each.block.language]}" if each.block.language != "en" else ""
        st.caption(
            f"{channel.LABELS[each.block.channel]}{language} · {each.block.hash[:4]} {each.block.hash[4:8]}"
        )
        words.paragraph(_readable(each.block.subject), strong=True)
        words.paragraph(_readable(parts(each.block.text)["text"]))
    st.date_input(
        "Holds until",
        (at.now + STAY_GOOD).date(),
        max_value=(at.now + protective.LONGEST).date() - timedelta(days=1),
        key=f"until {action}",
    )
    shown = {each.block.id: each.block.hash for each in found}
    with st.container(horizontal=True):
        st.button(
            f"Approve {name} beforehand",
            key=f"beforehand {action}",
            icon=":material/verified:",
            on_click=approve,
            args=(shown, f"until {action}", name),
        )
        mine = any(each.until[at.account.seat] for each in found)
        if mine:
            st.button(
                "Take my approval back", key=f"back {action}", type="tertiary", on_click=back, args=(action,)
            )


def _readable(text: str) -> str:
    """A block's words with its blanks as people read them."""
    return with_values(text, {}, "en")[0]


def approve(shown: dict[str, str], key: str, name: str) -> None:
    """Approve exactly the words that were shown, until the chosen day ends."""
    day = st.session_state[key]

    def command(at: Here) -> int:
        until = datetime.combine(day, time(23, 59), at.zone)
        return protective.approve_beforehand(at.store, at.actor, shown, until, at.now)

    do(f"Recorded: {name} may go out in these words until {day:%B} {day.day}, {day.year}.", command)


def back(action: str) -> None:
    """End one's own side's approvals of an action."""
    do(
        "Taken back. It cannot go out this way now.",
        lambda at: protective.take_back(at.store, at.actor, action, at.now),
    )


def note(at: Here, statement_id: int) -> None:
    """On a class A statement: how it leaves."""
    action = protective.action_of(at.store, statement_id)
    if action:
        with badges.row():
            badges.plain(f"Protective action: {library.ACTIONS[action]}", "shield")
            st.caption(
                f"words approved beforehand; started {_started(at, statement_id)}; signed off afterwards",
                width="content",
            )


def _started(at: Here, statement_id: int) -> str:
    about = statements.statement(at.store, statement_id)
    opened = incidents.incident(at.store, about.incident_id).opened_at
    return f"{clocks.clock(about.started_at, at.zone)}, {clocks.minutes(about.started_at - opened)} after opening"
