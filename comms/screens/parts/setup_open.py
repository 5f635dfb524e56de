"""Set-up before anybody has an account: partners, places, people. All that is typed lies in one draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import streamlit as st

from comms import trial
from comms.joining import setup, setup_fields
from comms.people import Refused
from comms.screens.parts import setup_people, setup_places
from comms.screens.parts.fields import Form
from comms.screens.parts.setup_frame import LEFT, NEXT, STEP, base, left, nothing_yet, question, top
from comms.settings import settings
from comms.store import open_partnership

PARTNERS = (
    "district_name",
    "district_short",
    "district_contact",
    "agency_name",
    "agency_also",
    "agency_contact",
)


def keep(fields: Mapping[str, str]) -> None:
    """Into the draft everybody shares until the first account exists."""
    with open_partnership(settings().data) as store:
        try:
            setup.keep(store, fields)
        except setup.Founded as refusal:
            too_late(refusal)


def too_late(refusal: Refused) -> None:
    """Another browser finished set-up: say so, in place of the steps."""
    st.session_state["founding"] = ""
    st.session_state["founding refused"] = str(refusal)


def browser_zone() -> str:
    """The browser's own zone, when it is one of the country's."""
    zone = st.context.timezone or ""
    return zone if zone.startswith(("America/", "Pacific/")) else ""


def steps(kept: Mapping[str, str]) -> None:
    """The step that is chosen, first the one that was left."""
    form = Form("setup", kept, {"zone": browser_zone()}, keep)
    asked = kept.get("step", "partners")
    if left():
        return
    step = top(asked, demo_offer if asked == "partners" else None)
    if step == "partners":
        question("Who speaks together?", "Both organizations are asked the same.")
        partners(form)
    elif step == "places":
        question("Where are you?", "News of other towns with your names stays away by this.")
        setup_places.places(form)
    elif step == "people":
        question("Who are you, and who else comes first?", "Nobody types a password for somebody else.")
        setup_people.people(form)
    else:
        question({"sources": "What do we listen to?", "check": "Are you ready?"}[step], "")
        nothing_yet()
        return
    names = {"partners": PARTNERS, "places": setup_places.names(form), "people": setup_people.NAMES}[step]
    following = setup.STEPS[setup.STEPS.index(step) + 1]
    act: Callable[..., None] = found if step == "people" else go_on
    bottom(following, act, (form, step, names))


def bottom(following: str, act: Callable[..., None], args: tuple[object, ...]) -> None:
    """Leave on the left, on the right the one main action."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.button(
            "Leave and go on later",
            type="tertiary",
            on_click=lambda: st.session_state.update({LEFT: True}),
        )
        st.button(
            NEXT[following],
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            on_click=act,
            args=args,
        )


def go_on(form: Form, step: str, names: tuple[str, ...]) -> None:
    """Callback: keep the step's fields; go to the next one, or say what cannot be kept."""
    fields = form.values(names)
    refused = setup_fields.refusals(step, fields)
    form.refuse(refused)
    if not refused and "founding" not in st.session_state:
        following = setup.STEPS[setup.STEPS.index(step) + 1]
        keep({"step": following})
        st.session_state[STEP] = following


def found(form: Form, step: str, names: tuple[str, ...]) -> None:
    """Callback: make the partnership, then send this browser to its first sign-in."""
    fields = form.values(names)
    first, again = form.value("password"), form.value("again")
    refused = setup_fields.refusals(step, fields) | setup_fields.password_refusal(first, again)
    form.refuse(refused)
    if refused or "founding" in st.session_state:
        return
    with open_partnership(settings().data) as store:
        try:
            path = setup.found(store, settings().data, first, base(), datetime.now(UTC))
        except setup.NotReady as refusal:
            form.refuse(refusal.refused)
            st.session_state[STEP] = refusal.step
        except setup.Founded as refusal:
            too_late(refusal)
        else:
            st.session_state["founding"] = path


def partners(form: Form) -> None:
    """Both organizations side by side and equal."""
    district, agency = st.columns(2, gap="large")
    with district:
        st.subheader(":material/school: District")
        form.text("Name of the district", "district_name", fills="organization")
        form.text(
            "Short name for texts", "district_short", helps="A text message begins with it, for example AFSD."
        )
        form.text(
            "Contact for families",
            "district_contact",
            helps="A phone number or an e-mail address. Families see it under every statement.",
        )
    with agency:
        st.subheader(":material/local_police: Police agency")
        form.text("Name of the agency", "agency_name", fills="organization")
        form.text(
            "Also written as",
            "agency_also",
            helps="Other ways outlets write it, with commas between them: AFPD, Alder Falls officers.",
        )
        form.text(
            "Contact for reporters",
            "agency_contact",
            helps="A phone number or an e-mail address. Reporters see it under every statement.",
        )


def demo_offer() -> None:
    """One frame: look around without setting anything up."""
    with (
        st.container(border=True),
        st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"),
    ):
        st.markdown(
            "**Just looking?** The town of Alder Falls is ready, with people, sources and a scripted afternoon.",
            width=400,
        )
        st.button("Try the demo partnership", icon=":material/play_circle:", on_click=try_the_demo)


def try_the_demo() -> None:
    """Callback: turn the server to the demo and send this browser to its sign-in page."""
    try:
        trial.begin()
    except Refused as refusal:
        too_late(refusal)
    else:
        st.session_state["founding"] = "/sign-in"
