"""Who can be reached: one's own absences and on-call times, and the further ways out an administrator configured."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import streamlit as st

from comms import clocks, people
from comms.agreeing import asks, seats
from comms.people import APPROVING, Seat
from comms.reaching import oncall, senders
from comms.screens.parts import channel, words
from comms.screens.parts.page import Here, do, tell
from comms.workspace import statements

LABELS = channel.LABELS | {senders.PEOPLE: "Alerts to our own people"}
KINDS = {"absence": "Away", "on_call": "On call"}


def own(at: Here) -> None:
    """The calendar of those who approve or answer alerts; each enters their own.

    Not folded into an expander: on a phone a calendar opened inside one is closed again by the scrolling of its box.
    """
    mine = at.account.seat in oncall.SEATS
    whose = {at.account.id: at.account.called} if mine else {}
    if at.account.seat is Seat.ADMINISTRATOR:
        ours = people.accounts(at.store, organisation_id=at.account.organisation_id)
        whose = {p.id: words.literal(p.called) for p in ours if p.seat in oncall.SEATS}
    if not whose:
        return
    if st.toggle("When I am away or on call" if mine else "Who is away or on call", key="calendar wanted"):
        with st.container(border=True):
            account_id = at.account.id
            if not mine:
                chosen = st.selectbox(
                    "Whose calendar", list(whose), format_func=whose.__getitem__, key="calendar of"
                )
                account_id = chosen or next(iter(whose))
            calendar(at, account_id)
    if at.account.seat in APPROVING:
        st.link_button("My authenticator", "/authenticator", icon=":material/key:", type="tertiary")


def calendar(at: Here, account_id: int) -> None:
    """The entries of one person, and a new one."""
    for what, name in KINDS.items():
        for span in oncall.spans(at.store, what, at.now):
            if span.account_id == account_id:
                until = clocks.seen_words(span.until_at, at.now, at.zone)
                words.paragraph(
                    f"{name}: from {clocks.seen_words(span.from_at, at.now, at.zone)} until {until}"
                )
                st.button(
                    "Revoke",
                    key=f"span {what} {span.id}",
                    type="tertiary",
                    on_click=revoke,
                    args=(what, span.id),
                )
    with st.form(f"span {account_id}", border=False):
        st.radio("What", list(KINDS), format_func=KINDS.get, key=f"span what {account_id}", horizontal=True)
        today = at.now.astimezone(at.zone).date()
        left, right = st.columns(2)
        left.date_input("From", today, key=f"span from {account_id}")
        right.time_input("From, at", time(0), key=f"span from at {account_id}", format="12h")
        left.date_input("Until", today + timedelta(days=1), key=f"span until {account_id}")
        right.time_input("Until, at", time(23, 59), key=f"span until at {account_id}", format="12h")
        person = people.account(at.store, account_id).called
        whose = "" if account_id == at.account.id else f" for {person}"
        st.form_submit_button(words.literal(f"Enter it{whose}"), on_click=enter, args=(account_id,))
    st.caption(
        "While you are away, alerts go to the others, and the deputies you named are asked at once. Who is on call is told "
        "of an alert first."
    )


def enter(account_id: int) -> None:
    """Callback."""
    state = st.session_state
    parts = ("what", "from", "from at", "until", "until at")
    what, first, first_at, last, last_at = (state[f"span {part} {account_id}"] for part in parts)

    def command(at: Here) -> str:
        begins = datetime.combine(first, first_at or time(0), at.zone)
        ends = datetime.combine(last, last_at or time(23, 59), at.zone)
        oncall.add(at.store, at.actor, what, account_id, begins, ends, at.now)
        until = clocks.seen_words(ends, at.now, at.zone)
        return f"Entered: {people.account(at.store, account_id).called}, {KINDS[what].lower()} until {until}."

    entered = do("", command)
    if entered:
        tell("success", entered)


def revoke(what: str, span_id: int) -> None:
    """Callback."""
    do("Revoked.", lambda at: oncall.revoke(at.store, at.actor, what, span_id, at.now))


def further(at: Here) -> None:
    """Text-message gateways, chat rooms, social accounts, web hooks: a label and the name of a setting each."""
    st.header("Further ways out")
    st.text(
        "Text-message gateways, Teams, Slack, ntfy, Mastodon, Bluesky, web hooks. The operator keeps each address in a "
        f"setting whose name begins with {senders.PREFIX}; here stands only its name. In one that brings alerts to our own "
        f"people, {senders.PLACE} stands for the number or name each of them enters."
    )
    for each in senders.senders(at.store):
        state = "ready" if each.ready else "its setting is not there yet"
        words.paragraph(f"{each.label}: {LABELS[each.channel]}, {each.setting} ({state})")
        if _may(at):
            st.button(
                "Take it off", key=f"sender {each.id}", type="tertiary", on_click=remove, args=(each.id,)
            )
    if not _may(at):
        st.caption("The district's administrator adds one.")
        return
    with st.form("new sender", border=True, clear_on_submit=False):
        st.text_input("Label", key="sender label")
        st.selectbox(
            "What it carries",
            [*senders.CARRIED, senders.PEOPLE],
            format_func=LABELS.__getitem__,
            key="sender channel",
        )
        st.text_input("Name of the setting", senders.PREFIX, key="sender setting")
        st.form_submit_button("Add this way out", on_click=add)


def _may(at: Here) -> bool:
    return at.account.seat is Seat.ADMINISTRATOR and at.account.side == "district"


def add() -> None:
    """Callback."""
    state = st.session_state
    do(
        "Added.",
        lambda at: senders.add(
            at.store,
            at.actor,
            state["sender label"],
            state["sender channel"],
            state["sender setting"],
            at.now,
        ),
    )


def remove(sender_id: int) -> None:
    """Callback."""
    do("Taken off.", lambda at: senders.remove(at.store, at.actor, sender_id, at.now))


def hand_over(at: Here, statement_id: int, seat: Seat) -> None:
    """Before an answer: hand this text to a deputy named beforehand."""
    mine = [
        d
        for d in seats.stand_ins(at.store, statements.statement(at.store, statement_id), at.now)
        if d.for_account_id == at.account.id and d.seat is seat
    ]
    for deputy in mine:
        person = people.account(at.store, deputy.account_id)
        st.button(
            words.literal(f"Hand it to {person.called}"[:40]),
            key=f"hand {statement_id} {person.id}",
            type="tertiary",
            on_click=_hand,
            args=(statement_id, person.id),
        )


def _hand(statement_id: int, deputy_id: int) -> None:
    """Callback."""
    do(
        "Handed over. They have the link now.",
        lambda at: asks.hand_over(at.store, at.actor, statement_id, deputy_id, at.now),
    )
