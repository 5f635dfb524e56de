"""One more partner agency of the district, and the one person who names its people."""

from __future__ import annotations

import streamlit as st

from comms import entered, typed
from comms.joining import partners, setup_fields
from comms.partnership import Organisation
from comms.people import NewAccount, Refused, Seat
from comms.screens.parts.fields import Form
from comms.screens.parts.page import Here, here, tell

AGENCY = ("agency_name", "agency_also", "agency_phone", "agency_email", "head_name", "head_email")


def block(at: Here) -> None:
    """One more partner agency, and the one person who names its people."""
    form = Form("further", typed.kept(at.store, typed.of_account(at.account.id)))
    with st.expander(
        "Add a partner agency", icon=":material/add:", expanded="refused further" in st.session_state
    ):
        left, right = st.columns(2, gap="large")
        with left:
            form.text("Name of the further agency", "agency_name")
            form.text("Its short name and other ways it is written", "agency_also")
            form.text("Its phone", "agency_phone")
            form.text("Its e-mail", "agency_email")
        with right:
            form.text("Its administrator's name", "head_name")
            form.text("Its administrator's e-mail", "head_email")
            st.caption("Gets an invitation, then names the agency's own people.")
        st.button("Add this agency", on_click=add, args=(form,))


def add(form: Form) -> None:
    """Callback."""
    fields = form.values(AGENCY)
    refused: setup_fields.Refusals = {}
    also = setup_fields.tried(refused, "agency_also", entered.also, fields["agency_also"]) or []
    setup_fields.tried(refused, "agency_phone", entered.phone, fields["agency_phone"])
    email = setup_fields.tried(
        refused, "head_email", entered.email, fields["head_email"], "The administrator's e-mail"
    )
    title, name = entered.titled(fields["head_name"])
    if not name:
        refused["head_name"] = "Name the person who will name the agency's people."
    if refused:
        form.refuse(refused)
        return
    short = next((a for a in also if len(a) <= entered.TAG_MOST and " " not in a), "")
    agency = Organisation(
        0, "agency", fields["agency_name"], short, fields["agency_phone"], fields["agency_email"]
    )
    head = NewAccount(0, email or "", name, Seat.ADMINISTRATOR, title)
    with here() as at:
        try:
            partners.add_agency(at.store, at.actor, agency, also, head, at.now)
        except Refused as refusal:
            form.refuse({"head_email" if "account" in str(refusal) else "agency_name": str(refusal)})
            return
    form.saved(AGENCY)
    st.session_state.pop("refused further", None)
    tell("success", "The agency was added. Its administrator's invitation stands under People.")
