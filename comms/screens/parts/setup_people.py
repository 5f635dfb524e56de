"""Set-up, step 3: the first people of both organizations. Each sets their own password."""

from __future__ import annotations

import streamlit as st

from comms.joining.setup_fields import OWN_SEATS, PEOPLE
from comms.people import SEAT_NAMES
from comms.screens.parts.fields import Form

NAMES = ("own_seat", *(f"{who}_{part}" for who in PEOPLE for part in ("name", "email", "phone")))


def people(form: Form) -> None:
    """The district's people left, the agency's right."""
    district, agency = st.columns(2, gap="large")
    with district:
        st.subheader(":material/school: District")
        st.markdown("**You**")
        form.text("Your name", "own_name", fills="name")
        form.text("Your e-mail", "own_email", fills="email")
        form.text("Your phone", "own_phone", fills="tel")
        form.choice("Your seat", "own_seat", {seat: SEAT_NAMES[seat] for seat in OWN_SEATS})
        password(
            "Your password", "password", form, "At least 12 characters. A few words you remember are good."
        )
        password("Your password again", "again", form, "")
    with agency:
        st.subheader(":material/local_police: Police agency")
        st.markdown("**Its administrator**")
        form.text("Administrator's name", "head_name")
        form.text("Administrator's e-mail", "head_email")
        form.text("Administrator's phone", "head_phone")
        st.caption(
            "Gets an invitation and sets a password there. The administrator names the agency's people; you cannot."
        )
        st.markdown("**Its PIO, if you know who it is**")
        form.text("PIO's name", "pio_name", helps="With the rank: Sgt. Maya Okafor.")
        form.text("PIO's e-mail", "pio_email")
        st.caption("A suggestion: the agency's administrator sees it and decides.")
    others(form)


def others(form: Form) -> None:
    """Who else of the district is invited now; both can wait."""
    district, rest = st.columns(2, gap="large")
    administrator = form.value("own_seat") != "administrator"
    with district:
        st.markdown("**Your superintendent** (can wait)")
        form.text("Superintendent's name", "super_name", helps="With the title: Dr. Elaine Brandt.")
        form.text("Superintendent's e-mail", "super_email")
    with rest:
        seat = "administrator, for accounts" if administrator else "communications director"
        st.markdown(f"**Your {seat}** (can wait)")
        form.text(f"{'Administrator' if administrator else 'Director'} of the district: name", "other_name")
        form.text(
            f"{'Administrator' if administrator else 'Director'} of the district: e-mail", "other_email"
        )


def password(label: str, name: str, form: Form, helps: str) -> None:
    """Never kept anywhere but in this session; the draft leaves it out."""
    st.text_input(label, key=form.key(name), type="password", autocomplete="new-password", help=helps or None)
    form.refusal(name)
