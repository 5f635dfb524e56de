"""Set-up, step 2: the town, its schools with their bells, the school calendar."""

from __future__ import annotations

import streamlit as st

from comms import entered
from comms.joining import calendar_import, setup_fields
from comms.people import Refused
from comms.screens.parts import words
from comms.screens.parts.fields import Form
from comms.screens.parts.file_box import file_box, file_in

TOWN = ("city", "state", "county", "population", "zone", "calendar", "schools")
PARTS = ("name", "place", "opens", "closes")
LINES = "2026-11-26 to 2026-11-27 Thanksgiving\n2026-12-18 early release 12:30 Winter break begins"


def shown(form: Form) -> int:
    """How many schools there is room for: one more than were typed into, or what was asked for."""
    typed = setup_fields.schools_typed(form.kept)
    asked = form.kept.get("schools", "")
    return max(2, (typed[-1] + 1) if typed else 1, int(asked) if asked.isdigit() else 1)


def names(form: Form) -> tuple[str, ...]:
    """Every field of this step."""
    return (*TOWN, *(f"school_{n}_{part}" for n in range(1, shown(form) + 1) for part in PARTS))


def places(form: Form) -> None:
    """Town and state, schools, calendar."""
    left, right = st.columns(2, gap="large")
    with left:
        form.text("City or town", "city", fills="address-level2")
        form.text("County", "county")
        form.choice("Time zone", "zone", _zones(form))
    with right:
        form.choice("State", "state", {state: state for state in entered.STATES})
        form.text(
            "Population",
            "population",
            helps="About how many people live there. It says how much news is usual.",
        )
    schools(form)
    st.subheader("School calendar")
    calendar_fields(form)


def _zones(form: Form) -> dict[str, str]:
    """The usual ones, and the browser's own when it is another."""
    here = form.value("zone")
    return entered.ZONES if not here or here in entered.ZONES else {**entered.ZONES, here: here}


def schools(form: Form) -> None:
    """One row a school; its refusal stands under the row's name."""
    st.subheader("Schools")
    st.caption("When a school of yours is named while school is in session, you are paged at once.")
    for number in range(1, shown(form) + 1):
        name, place, opens, closes = st.columns([5, 4, 2, 2])
        with name:
            form.text(f"School {number}", f"school_{number}_name")
        with place:
            form.text(f"Street of school {number}", f"school_{number}_place")
        with opens:
            form.text("First bell", f"school_{number}_opens", example="8:00")
        with closes:
            form.text("Last bell", f"school_{number}_closes", example="15:30")
    st.button("Add a school", icon=":material/add:", on_click=more, args=(form,))


def more(form: Form) -> None:
    """Callback: room for one more school."""
    form.values(names(form))
    form.keep({"schools": str(min(shown(form) + 1, 60))})


def calendar_fields(form: Form) -> None:
    """Typed lines; a file fills them in, so that a person sees what will be saved."""
    st.caption("A day that is in no line is an ordinary school day, Monday to Friday.")
    form.area(
        "Days without school, early release, extra school days: one a line",
        "calendar",
        example=LINES,
        height=150,
    )
    file_box(
        "Or take them from a calendar file (.ics or CSV)",
        f"{form.name} calendar file",
        ".ics,.csv,text/calendar,text/csv",
        lambda: take(form),
    )
    kind, sentence = st.session_state.pop(f"{form.name} calendar told", ("", ""))
    if sentence:
        (st.success if kind == "read" else st.error)(words.literal(sentence))


def take(form: Form) -> None:
    """Callback: put a file's days into the lines; a file that cannot be read changes nothing."""
    file = file_in(f"{form.name} calendar file")
    if file is None:
        return
    told = f"{form.name} calendar told"
    try:
        read = calendar_import.read_file(file.name, file.body)
    except Refused as refusal:
        st.session_state[told] = ("refused", str(refusal))
        return
    lines = calendar_import.merged(form.value("calendar"), read.days)
    st.session_state[form.key("calendar")] = lines
    form.keep({"calendar": lines})
    st.session_state[told] = (
        "read",
        f"{read.sentence} They stand in the lines above; change what is not right.",
    )
