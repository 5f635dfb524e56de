"""Whom a release reaches by e-mail: lists of adults' addresses from a CSV file, or one address of the district's own list."""

from __future__ import annotations

import streamlit as st

from comms import entered, typed
from comms.joining import setup_fields
from comms.people import Refused, Seat
from comms.saying import audiences
from comms.saying.audiences import KINDS, Member
from comms.screens.parts import words
from comms.screens.parts.fields import Form
from comms.screens.parts.file_box import file_box, file_in
from comms.screens.parts.page import Here, here, tell

FIELDS = ("list_name", "list_kind", "list_address")
FILE = "audience file"
READ = "audience read"
"""In the session: (file name, addresses), read and waiting to be saved."""


def view(at: Here) -> None:
    """The lists with their counts, then a new one."""
    st.header("Whom we reach by e-mail")
    listed = audiences.audiences(at.store)
    if listed:
        rows = [(one.name, KINDS[one.kind], f"{one.count:,}") for one in listed]
        words.table("Audiences", ("List", "Reaches", "Addresses"), rows)
    else:
        st.text("No list is entered yet: a release leaves as copy-ready text only.")
    if at.account.seat not in {Seat.COMMUNICATIONS, Seat.ADMINISTRATOR}:
        st.caption("Communications or an administrator changes the lists.")
        return
    st.header("Add or replace a list")
    st.caption("Adults' addresses only, never pupils'. A list of the same name is replaced.")
    form = Form("list", typed.kept(at.store, typed.of_account(at.account.id)))
    left, right = st.columns(2, gap="large")
    with left:
        form.text("Name of the list", "list_name")
        form.choice("Whom it reaches", "list_kind", KINDS)
    with right:
        form.text(
            "One address of your own list", "list_address", helps="Your list server sends it on to everybody."
        )
        file_box("Or a CSV file with a column named email", FILE, ".csv,.txt,text/csv", read)
        if sentence := st.session_state.get("audience refused"):
            st.error(words.literal(sentence), icon=":material/error:")
        if waiting := st.session_state.get(READ):
            words.paragraph(f"{len(waiting[1]):,} addresses read from {waiting[0]}.")
    st.button("Save this list", type="primary", on_click=save, args=(form,))


def read() -> None:
    """Callback: read the file; a wrong one changes nothing and says which line."""
    file = file_in(FILE)
    if file is None:
        return
    st.session_state.pop("audience refused", None)
    try:
        st.session_state[READ] = (file.name, audiences.read_csv(file.body))
    except Refused as refusal:
        st.session_state.pop(READ, None)
        st.session_state["audience refused"] = str(refusal)


def save(form: Form) -> None:
    """Callback: the file's addresses, or the one address."""
    fields = form.values(FIELDS)
    refused: setup_fields.Refusals = {}
    members: list[Member] = list(st.session_state.get(READ, ("", []))[1])
    if fields["list_address"].strip():
        address = setup_fields.tried(
            refused, "list_address", entered.email, fields["list_address"], "The address"
        )
        if members:
            refused["list_address"] = (
                "Choose one: the address, or the file. Empty this field to save the file."
            )
        members = [Member(address or "", fields["list_name"].strip())]
    elif not members:
        refused["list_address"] = "The list has no address yet. Type one, or choose a CSV file."
    if fields["list_kind"] not in KINDS:
        refused["list_kind"] = "Say whom the list reaches."
    if not refused:
        with here() as at:
            try:
                saved = audiences.save_audience(
                    at.store, at.actor, fields["list_name"], fields["list_kind"], members, at.now
                )
            except Refused as refusal:
                refused["list_name"] = str(refusal)
    form.refuse(refused)
    if refused:
        return
    form.saved(FIELDS)
    st.session_state.pop(READ, None)
    tell("success", f"The list is saved: {saved.count:,} address{'es' if saved.count != 1 else ''}.")
