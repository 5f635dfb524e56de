"""The schools with their bells, and the school calendar the clocks hang on."""

from __future__ import annotations

import streamlit as st

from comms import partnership, typed
from comms.joining import calendar_import, setup_fields
from comms.partnership import School
from comms.people import Refused, checked_name
from comms.screens.parts import words
from comms.screens.parts.fields import Form
from comms.screens.parts.page import Here, do, here, tell
from comms.screens.parts.setup_places import calendar_fields

FIELDS = ("bell_name", "bell_place", "bell_opens", "bell_closes")
ANOTHER = "Another school"
WHICH = "school chosen"


def view(at: Here) -> None:
    """A table everybody reads; fields for whoever may change them."""
    st.header("Schools")
    listed = partnership.schools(at.store)
    if listed:
        rows = [(s.name, s.place or "no street entered", f"{s.opens} to {s.closes}") for s in listed]
        words.table("Schools and bell times", ("School", "Street", "Bells"), rows)
    else:
        st.text("No school is entered yet.")
    may = at.account.seat in partnership.SETTING_UP
    if may:
        change_school(at, listed)
    st.header("School calendar")
    st.caption(words.literal(at.calendar.words(at.now)))
    days = partnership.special_days(at.store)
    if may:
        calendar(at, calendar_import.lines(days))
    else:
        words.paragraph(calendar_import.lines(days) or "No special day is entered.")


def change_school(at: Here, listed: list[School]) -> None:
    """Choose one or another; its fields; save or take off the list."""
    options = [ANOTHER, *(s.name for s in listed)]
    if st.session_state.get(WHICH) not in options:
        st.session_state[WHICH] = ANOTHER
    with st.expander("Add or change a school", icon=":material/edit:", expanded=not listed):
        which = st.selectbox("Which school", options, key=WHICH, on_change=other_school)
        chosen = next((s for s in listed if s.name == which), School("", "", "", ""))
        known = dict(zip(FIELDS, (chosen.name, chosen.place, chosen.opens, chosen.closes), strict=True))
        kept = typed.kept(at.store, typed.of_account(at.account.id)) if which == ANOTHER else {}
        form = Form("bell", kept, known)
        left, right = st.columns(2, gap="large")
        with left:
            form.text("Name of the school", "bell_name")
            form.text("Street", "bell_place")
        with right:
            form.text("First bell of the day", "bell_opens", example="8:00")
            form.text("Last bell of the day", "bell_closes", example="15:30")
        with st.container(horizontal=True):
            st.button("Save this school", on_click=save, args=(form, "" if which == ANOTHER else chosen.name))
            if which != ANOTHER:
                st.button("Take it off the list", type="tertiary", on_click=remove, args=(chosen.name,))


def other_school() -> None:
    """Callback: the fields show the school that was chosen."""
    st.session_state["refused bell"] = {}
    for name in FIELDS:
        st.session_state.pop(f"bell {name}", None)


def save(form: Form, was: str) -> None:
    """Callback: a new school, or the changed one."""
    fields = form.values(FIELDS)
    school = School(*(fields[name] for name in FIELDS))
    refused: setup_fields.Refusals = {}
    setup_fields.tried(refused, "bell_name", checked_name, school.name, "The school's name")
    for name in FIELDS[2:]:
        setup_fields.tried(refused, name, partnership.bell, fields[name], "The bell")
    if not refused:
        with here() as at:
            try:
                if was:
                    partnership.change_school(at.store, at.actor, was, school, at.now)
                else:
                    partnership.add_school(at.store, at.actor, school, at.now)
            except Refused as refusal:
                refused["bell_closes" if "bell" in str(refusal) else "bell_name"] = str(refusal)
    form.refuse(refused)
    if not refused:
        form.saved(FIELDS)
        tell("success", "The school is saved.")


def remove(name: str) -> None:
    """Callback."""
    done = "The school is off the list. Texts that name it stay as they are."
    do(done, lambda at: partnership.remove_school(at.store, at.actor, name, at.now))
    other_school()


def calendar(at: Here, lines: str) -> None:
    """The lines, a file that fills them in, Save."""
    form = Form("days", typed.kept(at.store, typed.of_account(at.account.id)), {"calendar": lines})
    calendar_fields(form)
    st.button("Save the calendar", type="primary", on_click=save_calendar, args=(form,))


def save_calendar(form: Form) -> None:
    """Callback: these lines become the whole calendar."""
    text = form.values(["calendar"])["calendar"]
    refused: setup_fields.Refusals = {}
    days = setup_fields.tried(refused, "calendar", calendar_import.read_lines, text)
    form.refuse(refused)
    if days is None:
        return
    count = len(days)
    if do(
        f"The calendar is saved: {count} day{'s' if count != 1 else ''}.",
        lambda at: partnership.replace_calendar(at.store, at.actor, days, at.now) + 1,
    ):
        form.saved(["calendar"])
