"""Who we are: both sides, how to reach them, what statements say of them; and a further partner agency."""

from __future__ import annotations

import streamlit as st

from comms import clocks, entered, partnership, trial, typed
from comms.joining import partners, setup_fields
from comms.partnership import Organisation
from comms.people import Refused
from comms.screens.parts import badges, further_agency, words
from comms.screens.parts.fields import Form
from comms.screens.parts.page import Here, do, here, tell

SPEAKS = ("families_contact", "families_phone", "media_contact", "media_phone", "link", "place", "state",
          "population", "zone")  # fmt: skip


def view(at: Here) -> None:
    """Both sides equal, the district first in reading order and nowhere else."""
    st.header("Who we are")
    sides = partnership.organisations(at.store)
    for pair in (sides[n : n + 2] for n in range(0, len(sides), 2)):
        for column, organisation in zip(st.columns(2, gap="large"), pair, strict=False):
            with column, st.container(border=True):
                card(at, organisation)
    says(at)
    if at.account.side == "district" and at.account.seat in partnership.SETTING_UP:
        further_agency.block(at)
    if trial.is_on():
        st.button("Leave the demo", icon=":material/logout:", on_click=trial.leave)


def card(at: Here, organisation: Organisation) -> None:
    """One side: name, tag, a number to tap; and its fields for whoever may change them."""
    badges.badge(badges.SIDES[organisation.kind])
    words.headline(organisation.name)
    also = partnership.written_as(at.profile, organisation)
    if also:
        words.paragraph("Also written as " + ", ".join(also))
    whose = "the district" if organisation.kind == "district" else "the agency"
    words.call(f"{whose}, {organisation.phone}", organisation.phone)
    words.paragraph(organisation.email or "No e-mail address is entered.")
    if not partners.may_change(at.store, at.account, organisation.id):
        st.caption("Its own administrator changes this entry.")
        return
    prefix = f"org{organisation.id}"
    form = Form(
        prefix,
        typed.kept(at.store, typed.of_account(at.account.id)),
        {
            f"{prefix}_name": organisation.name,
            f"{prefix}_also": ", ".join(also),
            f"{prefix}_phone": organisation.phone,
            f"{prefix}_email": organisation.email,
        },
    )
    with st.expander("Change this entry", expanded=bool(st.session_state.get(f"refused {prefix}"))):
        form.text("Name", f"{prefix}_name")
        form.text("Short name and other ways it is written", f"{prefix}_also",
                  helps="With commas between them. The first short one begins text messages.")  # fmt: skip
        form.text("Phone", f"{prefix}_phone")
        form.text("E-mail", f"{prefix}_email")
        st.button("Save this entry", key=f"save {prefix}", on_click=save, args=(form, organisation.id))


def save(form: Form, organisation_id: int) -> None:
    """Callback."""
    names = [f"{form.name}_{part}" for part in ("name", "also", "phone", "email")]
    fields = form.values(names)
    name, also_text, phone, email = (fields[n] for n in names)
    refused: setup_fields.Refusals = {}
    also = setup_fields.tried(refused, names[1], entered.also, also_text) or []
    setup_fields.tried(refused, names[2], entered.phone, phone)
    if email.strip():
        setup_fields.tried(refused, names[3], entered.email, email, "The e-mail address")
    if not refused:
        short = next((a for a in also if len(a) <= entered.TAG_MOST and " " not in a), "")
        changed = Organisation(organisation_id, "", name, short, phone, email)
        with here() as at:
            try:
                partners.change_organisation(at.store, at.actor, changed, also, at.now)
            except Refused as refusal:
                refused[names[0]] = str(refusal)
    if refused:
        form.refuse(refused)
        return
    form.saved(names)
    tell("success", "The entry is saved.")


def says(at: Here) -> None:
    """What statements and clocks take from the partnership."""
    about = at.profile
    st.header("What statements and clocks use")
    if at.account.side != "district" or at.account.seat not in partnership.SETTING_UP:
        rows = [
            ("Contact for families", f"{about.families_contact} {about.families_phone}".strip() or "not entered"),
            ("Contact for reporters", f"{about.media_contact} {about.media_phone}".strip() or "not entered"),
            ("Where to look", about.link or "not entered"),
            ("Place", ", ".join(p for p in (about.place, about.state) if p) or "not entered"),
            ("Time zone", clocks.zone_name(about.timezone)),
        ]  # fmt: skip
        words.table("What statements and clocks use", ("What", "Entry"), rows)
        st.caption("The district's communications or administrator changes this.")
        return
    known = {name: str(getattr(about, name) or "") for name in SPEAKS}
    form = Form("says", typed.kept(at.store, typed.of_account(at.account.id)), known)
    left, right = st.columns(2, gap="large")
    with left:
        form.text("Families ask", "families_contact", helps="Empty: whoever holds the communications seat.")
        form.text("Phone for families", "families_phone", helps="Empty: the district's number.")
        form.text("Reporters ask", "media_contact")
        form.text("Phone for reporters", "media_phone")
        form.text("Short address families are sent to", "link", example="district.example/now")
    with right:
        form.text("City or town", "place")
        form.choice("State", "state", {state: state for state in (*entered.STATES, known["state"]) if state})
        form.text("Population", "population")
        form.choice(
            "Time zone", "zone", entered.ZONES | {about.zone: entered.ZONES.get(about.zone, about.zone)}
        )
    st.button("Save", type="primary", on_click=save_says, args=(form,))


RULES = {
    "families_phone": entered.phone,
    "media_phone": entered.phone,
    "population": entered.population,
    "zone": entered.zone,
    "link": entered.short_address,
    "families_contact": entered.line,
    "media_contact": entered.line,
    "place": entered.line,
    "state": entered.line,
}


def save_says(form: Form) -> None:
    """Callback: all of it or nothing."""
    fields = form.values(SPEAKS)
    refused: setup_fields.Refusals = {}
    clean = {name: setup_fields.tried(refused, name, RULES[name], text) for name, text in fields.items()}
    form.refuse(refused)
    if refused:
        return
    if do("Saved.", lambda at: partnership.change_profile(at.store, at.actor, at.now, **clean)):
        form.saved(SPEAKS)
