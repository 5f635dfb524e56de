"""Deputies: named beforehand, with dates, inside one organization; revocable at any time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import streamlit as st

from comms import clocks, deputies, people
from comms.deputies import Deputy
from comms.joining import partners
from comms.people import SEAT_NAMES, Refused, Seat
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do, here, tell


def line(at: Here, one: partners.Deputyship) -> None:
    """Who stands in for whom and until when, with Revoke for whoever may."""
    begins = "from" if one.from_at > at.now else "since"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        badges.plain("Deputy", "supervisor_account")
        st.html(
            words.marked(
                f"{one.deputy.called} for {one.stands_for.called}, {begins} {_day(at, one.from_at)} "
                f"until {_day(at, one.until_at)}",
                (),
            ),
            width="content",
        )
        mine = one.stands_for.id == at.account.id
        own = one.stands_for.organisation_id == at.account.organisation_id
        if mine or (own and at.account.seat is Seat.ADMINISTRATOR):
            st.button("Revoke", key=f"revoke {one.id}", type="tertiary", on_click=revoke, args=(one.id,))


def _day(at: Here, moment: datetime) -> str:
    return f"{clocks.day_name(moment, at.zone)} {moment.astimezone(at.zone).year}"


def revoke(deputy_id: int) -> None:
    """Callback."""
    do("The deputy is revoked.", lambda at: deputies.revoke_deputy(at.store, at.actor, deputy_id, at.now))


def form(at: Here) -> None:
    """Beforehand, dated, inside one organization."""
    own = people.accounts(at.store, organisation_id=at.account.organisation_id)
    seats = {p.id: f"{p.called}, {SEAT_NAMES[p.seat]}" for p in own if p.seat in people.APPROVING}
    if at.account.seat in people.APPROVING:
        seats = {at.account.id: seats[at.account.id]}
    stands_in = {p.id: p.called for p in own if not p.sro}
    if not seats or len(stands_in) < 2:
        return
    today = at.now.astimezone(at.zone).date()
    st.header("Name a deputy")
    left, right = st.columns(2, gap="large")
    with left:
        st.selectbox("For whom", list(seats), format_func=seats.__getitem__, key="deputy for")
        st.selectbox("Deputy", list(stands_in), format_func=stands_in.__getitem__, key="deputy who", index=None,
                     placeholder="Choose")  # fmt: skip
    with right:
        st.date_input("From", value=today, key="deputy from")
        st.date_input("Until, that day included", value=today + timedelta(days=364), key="deputy until")
    if sentence := st.session_state.pop("deputy refused", ""):
        st.error(words.literal(sentence), icon=":material/error:")
    st.button("Name this deputy", on_click=name)


def name() -> None:
    """Callback."""
    state = st.session_state
    with here() as at:
        if state["deputy who"] is None or not state["deputy from"] or not state["deputy until"]:
            state["deputy refused"] = "Choose the deputy and both days."
            return
        first, last = (
            _begins(state["deputy from"], at),
            _begins(state["deputy until"] + timedelta(days=1), at),
        )
        seat = people.account(at.store, state["deputy for"]).seat
        deputy = Deputy(state["deputy who"], state["deputy for"], seat, first, last)
        try:
            deputies.name_deputy(at.store, at.actor, deputy, at.now)
        except Refused as refusal:
            state["deputy refused"] = str(refusal)
            return
    tell("success", "The deputy is named.")


def _begins(day: date, at: Here) -> datetime:
    return datetime.combine(day, time(), at.zone).astimezone(UTC)
