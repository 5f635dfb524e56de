"""Who may decide: seats of each side, deputies with their dates, invitations; changed by the own administrator alone."""

from __future__ import annotations

import streamlit as st

from comms import partnership, people
from comms.joining import partners, welcoming
from comms.partnership import Organisation
from comms.people import SEAT_NAMES, Account, Seat
from comms.reaching import unreached
from comms.screens.parts import (
    badges,
    deputies,
    my_reach,
    people_care,
    people_forms,
    reach_view,
    ready_list,
    words,
)
from comms.screens.parts.page import Here
from comms.settings import settings


def view(at: Here) -> None:
    """Each side with its people and numbers to tap, then what this person may change."""
    st.header("Who may decide")
    waiting = welcoming.waiting_for_password(at.store, settings().data, at.account, at.now)
    absent = {row["id"] for row in at.store.rows_of("select id from account where password_hash = ''")}
    for organisation in partnership.organisations(at.store):
        with st.container(border=True):
            side(at, organisation, absent)
    my_reach.block(at)
    reach_view.own(at)
    if waiting:
        st.header("Invitations")
        ready_list.invitations(at, waiting)
    if at.account.seat is Seat.ADMINISTRATOR:
        people_forms.new_account(at)
        people_forms.end_account(at)
        people_care.lost_authenticator(at)
    if at.account.seat in people.APPROVING | {Seat.ADMINISTRATOR}:
        deputies.form(at)


def side(at: Here, organisation: Organisation, absent: set[int]) -> None:
    """One organization's people."""
    listed = people.accounts(at.store, organisation_id=organisation.id)
    with badges.row():
        badges.badge(badges.SIDES[organisation.kind])
        st.html(f"<strong>{words.marked(organisation.name, ())}</strong>", width="content")
    lost = unreached.by_person(at.store, at.now)
    rows = [
        (
            person.called,
            "\n".join(
                filter(
                    None, [seat_words(person, absent), person.phone, person.email, *lost.get(person.id, [])]
                )
            ),
        )
        for person in listed
    ]
    if rows:
        words.table(f"People of {organisation.name}", ("Person", "Seat, and reached at"), rows)
    else:
        st.text("Nobody is named yet.")
    with st.container(horizontal=True):
        for person in listed:
            if person.phone and person.seat in people.APPROVING | {Seat.COMMUNICATIONS}:
                words.call(person.called, person.phone)
    for line in partners.deputyships(at.store, at.now):
        if line.stands_for.organisation_id == organisation.id:
            deputies.line(at, line)
    people_care.spans(at, organisation.id)


def seat_words(person: Account, absent: set[int]) -> str:
    """The seat, the SRO mark, and whether the person has come yet."""
    marks = [SEAT_NAMES[person.seat]]
    if person.sro:
        marks.append("SRO: never approves")
    if person.id in absent:
        marks.append("invited, not here yet")
    return "\n".join(marks)
