"""What is settled about a text before it goes: its files, whom it goes to, until when it is held, the other side's text."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from comms import clocks
from comms.agreeing import apart, notice, seats
from comms.people import WRITING, Seat
from comms.saying import audiences, outgoing
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do, go
from comms.wording import attachments
from comms.workspace import files, statements
from comms.workspace.statements import Statement, Variant


def settle(at: Here, about: Statement, chosen: Variant) -> None:
    """Folded, under the approvals: nothing here is needed for an ordinary text."""
    beside(at, about)
    told(at, about)
    if at.account.seat not in WRITING:
        return
    the_files(at, chosen)
    lists(at, about)
    held(at, about)


# Files ----------------------------------------------------------------------------------------------------------------


def the_files(at: Here, chosen: Variant) -> None:
    """The files of this text; each is part of what an approval names."""
    here = statements.attached(at.store, chosen.newest.id)
    with st.expander(f"Files ({len(here)})", icon=":material/attach_file:"):
        for each in here:
            words.paragraph(f"{each.name}, {(each.size + 999) // 1000:,} kB: {each.words}")
            st.button(
                "Take it off",
                key=f"off {chosen.id} {each.id}",
                type="tertiary",
                on_click=detach,
                args=(chosen.id, each.id),
            )
        if len(here) < attachments.FILES_MOST:
            with st.form(f"file {chosen.id}", border=False, clear_on_submit=True):
                st.file_uploader(
                    "PDF (at most 5 MB) or picture (at most 2 MB)",
                    ["pdf", "png", "jpg", "jpeg"],
                    key=f"file {chosen.id} box",
                    max_upload_size=5,
                )
                st.text_input("What it shows, for those who cannot see it", key=f"file {chosen.id} words")
                st.form_submit_button("Add this file", on_click=attach, args=(chosen.id,))
            st.caption("Adding a file makes a new revision: whoever approved approves again.")


def attach(variant_id: int) -> None:
    """Callback."""
    box = st.session_state.get(f"file {variant_id} box")
    if box is None:
        return
    file = attachments.File(box.name, box.getvalue(), st.session_state[f"file {variant_id} words"])
    do(
        "Added, as a new revision.",
        lambda at: files.attach(at.store, at.actor, variant_id, file, at.now),
    )


def detach(variant_id: int, attachment_id: int) -> None:
    """Callback."""
    do(
        "Taken off, as a new revision.",
        lambda at: files.detach(at.store, at.actor, variant_id, attachment_id, at.now),
    )


# Whom and when --------------------------------------------------------------------------------------------------------


def lists(at: Here, about: Statement) -> None:
    """Which of the named lists this statement goes to."""
    known = audiences.audiences(at.store)
    if len(known) < 2 or at.account.seat not in {Seat.COMMUNICATIONS, Seat.SUPERINTENDENT}:
        return
    chosen = [
        a.id
        for v in statements.variants(at.store, about.id)
        for a in outgoing.chosen(at.store, about.id, v.channel)
    ]
    with st.expander("Whom it goes to", icon=":material/groups:"), st.form(f"lists {about.id}", border=False):
        for each in known:
            st.checkbox(
                f"{audiences.KINDS[each.kind]} list, {each.count:,} addresses",
                each.id in chosen,
                key=f"list {about.id} {each.id}",
            )
            words.paragraph(each.name)
        st.form_submit_button("Save whom it goes to", on_click=choose, args=(about.id, [a.id for a in known]))


def choose(statement_id: int, ids: list[int]) -> None:
    """Callback."""
    wanted = [i for i in ids if st.session_state[f"list {statement_id} {i}"]]
    do("Saved.", lambda at: outgoing.choose(at.store, at.actor, statement_id, wanted, at.now))


def held(at: Here, about: Statement) -> None:
    """Hold it until a time; then a person still presses."""
    until = apart.held_until(at.store, about.id)
    word = (
        f"Held until {clocks.seen_words(until, at.now, at.zone)}"
        if until and until > at.now
        else "Hold it until a time"
    )
    with st.expander(word, icon=":material/schedule:"), st.form(f"hold {about.id}", border=False):
        both = (
            " Both sides' texts are held; each side presses its own button."
            if apart.counterpart(at.store, about)
            else ""
        )
        st.text(f"Nothing goes by itself: when the time has come, a person releases it.{both}")
        st.datetime_input("Until", value=None, key=f"hold at {about.id}")
        with st.container(horizontal=True):
            st.form_submit_button("Hold it", on_click=hold, args=(about.id,))
            st.form_submit_button("End the hold", on_click=hold, args=(about.id, True))


def hold(statement_id: int, end: bool = False) -> None:
    """Callback."""
    typed: datetime | None = None if end else st.session_state[f"hold at {statement_id}"]
    if typed is None and not end:
        return

    def command(at: Here) -> None:
        until = typed.replace(tzinfo=at.zone) if typed else None
        apart.hold_until(at.store, at.actor, statement_id, until, "", at.now)

    do("Saved.", command)


# The other side -------------------------------------------------------------------------------------------------------


def beside(at: Here, about: Statement) -> None:
    """When both sides speak apart: the way to the other text, and whether they have seen this one."""
    other = apart.counterpart(at.store, about)
    if other is None:
        return
    st.header("The other side's text")
    with badges.row():
        seen = apart.seen(at.store, about)
        st.badge(
            "They have seen this one" if seen else "They have not seen this one",
            icon=":material/visibility:",
            color="green" if seen else "orange",
        )
    st.button(
        "Read the other side's text",
        icon=":material/compare_arrows:",
        on_click=go,
        args=("statement.py",),
        kwargs={"statement": other.id},
    )


def told(at: Here, about: Statement) -> None:
    """Whether the other side was told of a text of one side, or about the partner; and what lifts the wait."""
    clocked = seats.route_of(at.store, about).notice is not None
    if about.voice == "joint" and not clocked:
        return
    st.header("Told to the other side")
    given = notice.notices_of(at.store, about.id)
    for each in given:
        words.paragraph(f"{each.told}: {each.how}, {clocks.seen_words(each.at, at.now, at.zone)}")
    waived = notice.waiver(at.store, about.id)
    if waived:
        words.paragraph(f"{waived.by} waived the rest of the notice: {waived.reason}")
    if not given:
        st.text(
            "Partner not yet told."
            if clocked
            else "Not told yet. They get a notice when it is sent for approval."
        )
    if at.account.seat in WRITING:
        people = [p for p in notice.other_side(at.store, about) if p.id != at.account.id]
        with st.container(horizontal=True):
            for person in people:
                st.button(
                    words.literal(f"I told {person.called}"[:40]),
                    key=f"notice {person.id}",
                    type="tertiary",
                    on_click=log,
                    args=(about.id, person.id),
                )
    if clocked and not waived and at.account.seat in {Seat.SUPERINTENDENT, Seat.PIO}:
        with st.form(f"waive {about.id}", border=False):
            st.text_input(
                "Why the rest of the notice is waived (on the record, under your name)",
                key=f"waive why {about.id}",
            )
            st.form_submit_button("Waive the rest of the notice", on_click=waive, args=(about.id,))


def log(statement_id: int, person_id: int) -> None:
    """Callback."""
    do("Logged.", lambda at: notice.log(at.store, at.actor, statement_id, person_id, "phone", at.now))


def waive(statement_id: int) -> None:
    """Callback."""
    why = st.session_state[f"waive why {statement_id}"]
    do("Recorded under your name.", lambda at: notice.waive(at.store, at.actor, statement_id, why, at.now))
