"""Giving a person a seat, ending an account, naming a deputy: each side for its own people."""

from __future__ import annotations

import streamlit as st

from comms import entered, people, typed
from comms.joining import setup_fields, welcoming
from comms.people import OF_SIDE, SEAT_NAMES, NewAccount, Refused, Seat
from comms.screens.parts import ready_list, words
from comms.screens.parts.fields import Form
from comms.screens.parts.page import Here, do, here, tell
from comms.settings import settings

NEW = ("new_name", "new_email", "new_phone", "new_seat", "new_sro")
SRO = {"no": "No", "yes": "Yes: never approves"}


def new_account(at: Here) -> None:
    """A seat for a person of the own organization; the other side names its own."""
    kept = typed.kept(at.store, typed.of_account(at.account.id))
    form = Form("person", kept, {"new_sro": "no"})
    seats = {str(seat): SEAT_NAMES[seat] for seat in Seat if seat in OF_SIDE[at.account.side]}
    st.header("Give a person a seat")
    if kept.get("new_from"):
        words.paragraph(f"{kept['new_from']} suggested this person at set-up. You decide.")
    left, right = st.columns(2, gap="large")
    with left:
        form.text("Person's name", "new_name", helps="With the title or rank, if families should read it.")
        form.text("Person's e-mail", "new_email")
        form.text("Person's phone", "new_phone")
    with right:
        form.choice("Seat", "new_seat", seats)
        form.choice("School resource officer", "new_sro", SRO)
        st.caption("The person gets an invitation and sets a password there.")
    st.button("Add and invite", type="primary", on_click=add, args=(form,))


def add(form: Form) -> None:
    """Callback: the account and its invitation."""
    fields = form.values(NEW)
    refused: setup_fields.Refusals = {}
    title, name = entered.titled(fields["new_name"])
    setup_fields.tried(refused, "new_name", people.checked_name, name, "The name")
    email = setup_fields.tried(refused, "new_email", entered.email, fields["new_email"], "The e-mail")
    phone = setup_fields.tried(refused, "new_phone", entered.phone, fields["new_phone"])
    if fields["new_seat"] not in set(Seat):
        refused["new_seat"] = "Choose a seat."
    elif fields["new_sro"] == "yes" and Seat(fields["new_seat"]) in people.APPROVING:
        refused["new_sro"] = "A school resource officer never approves. Choose another seat, or No here."
    if refused:
        form.refuse(refused)
        return
    with here() as at:
        new = NewAccount(
            at.account.organisation_id,
            email or "",
            name,
            Seat(fields["new_seat"]),
            title,
            phone or "",
            fields["new_sro"] == "yes",
        )
        try:
            account_id = people.add_account(at.store, at.actor, new, at.now)
            welcoming.invite_again(at.store, at.actor, settings().data, account_id, ready_list.base(), at.now)
        except Refused as refusal:
            form.refuse({"new_email": str(refusal)})
            return
    form.saved([*NEW, "new_from"])
    tell("success", "The person was added. The invitation is queued and stands here as a link.")


def end_account(at: Here) -> None:
    """Disable an account of the own side; what the person did stays on the record."""
    others = {
        p.id: p.called
        for p in people.accounts(at.store, organisation_id=at.account.organisation_id)
        if p.id != at.account.id
    }
    if not others:
        return
    if not st.toggle("End an account", key="end wanted"):
        return
    with st.container(border=True):
        st.selectbox("Whose account ends", list(others), format_func=others.__getitem__, key="end whom", index=None,
                     placeholder="Choose")  # fmt: skip
        st.caption(
            "The person is signed out at once, everywhere. Everything the person did stays on the record."
        )
        st.button("End this account", on_click=end)


def end() -> None:
    """Callback."""
    account_id = st.session_state.get("end whom")
    if account_id is None:
        tell("error", "Choose whose account ends. Nothing was changed.")
        return
    do("The account has ended.", lambda at: people.disable_account(at.store, at.actor, account_id, at.now))
