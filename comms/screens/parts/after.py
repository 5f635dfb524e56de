"""A released text: what came back, what can be taken along, and what is done when it was wrong."""

from __future__ import annotations

import streamlit as st

from comms import clocks
from comms.people import WRITING, Seat
from comms.saying import outgoing, packages
from comms.screens.parts import channel, disagreement_view, words
from comms.screens.parts.page import Here, do, go, here
from comms.workspace import corrections
from comms.workspace.corrections import Withdrawal, Wrong
from comms.workspace.released import Released

OWNERS = {"district": "The district's fact", "agency": "A police fact"}


def block(at: Here, release: Released) -> None:
    """Receipts, the package, later sources that disagree, correcting and withdrawing."""
    with (
        st.container()
    ):  # what stands here grows while somebody types below: a place of its own keeps the form open
        disagreement_view.block(at, release)
    if at.account.seat in WRITING:
        wrong(at, release)
    drill = "DRILL-" if packages.letterhead(at.store, release).drill else ""
    st.download_button(
        "Take the package along",
        lambda: _package(release.id),
        f"{drill}{release.slug}.zip",
        "application/zip",
        icon=":material/folder_zip:",
        on_click="ignore",
    )
    st.caption("Each text as plain text and CSV for your own system, and all of it as PDF and DOCX.")
    receipts(at, release)


def _package(release_id: int) -> bytes:
    with here() as at:
        return packages.package(at.store, release_id)


def receipts(at: Here, release: Released) -> None:
    """By text and means: taken, waiting, refused; and the press that tries again."""
    found = outgoing.receipts(at.store, release.id)
    if not found:
        return
    st.header("What came back")
    for each in found:
        name = channel.LABELS.get(each.channel, "The partner's notice")
        rest = f", {each.waiting:,} still tried" if each.waiting else ""
        rest += f", {each.failed:,} refused" if each.failed else ""
        words.paragraph(
            f"{name}, {each.means}: {each.taken:,} of {each.total:,} taken{rest}"
            + (f" ({each.trouble})" if each.trouble and each.taken < each.total else "")
        )
    if any(r.waiting for r in found):
        st.progress(sum(r.taken for r in found) / sum(r.total for r in found), text="Leaving now")
    if any(r.failed for r in found) and at.account.seat in WRITING:
        st.button("Try the refused ones again", icon=":material/replay:", on_click=retry, args=(release.id,))


def retry(release_id: int) -> None:
    """Callback."""
    do("They leave again now.", lambda at: outgoing.retry(at.store, at.actor, release_id, at.now))


def wrong(at: Here, release: Released) -> None:
    """Correct it, or take it back; who may do neither sees who can."""
    withdrawn = corrections.withdrawal(at.store, release.id)
    with st.container():
        done(at, release, withdrawn)
    with st.expander("Something in it is wrong", icon=":material/report:"):
        _forms(at, release, withdrawn)


def done(at: Here, release: Released, withdrawn: Withdrawal | None) -> None:
    """What was done about it already."""
    if withdrawn:
        st.badge(
            f"Withdrawn {clocks.seen_words(withdrawn.at, at.now, at.zone)}",
            icon=":material/block:",
            color="gray",
        )
        words.paragraph(f"{withdrawn.by}: {withdrawn.reason}")
    for each in corrections.of_release(at.store, release.id):
        st.button(
            f"Correction {each.number}",
            icon=":material/edit_note:",
            key=f"correction {each.number}",
            on_click=go,
            args=("statement.py",),
            kwargs={"statement": each.statement_id},
        )


def _forms(at: Here, release: Released, withdrawn: Withdrawal | None) -> None:
    with st.form(f"correct {release.id}", border=False):
        st.text_input("What it says that is wrong", key=f"wrong {release.id}")
        st.text_input("What is right", key=f"right {release.id}")
        st.radio(
            "Whose fact it is",
            list(OWNERS),
            format_func=OWNERS.__getitem__,
            index=None,
            key=f"owner {release.id}",
            horizontal=True,
        )
        st.form_submit_button("Start the correction", on_click=correct, args=(release.id,))
    st.caption(
        "It goes to the same people by the same channels, needs the same approvals, and the old words stay."
    )
    if at.account.seat in {Seat.SUPERINTENDENT, Seat.PIO} and not withdrawn:
        with st.form(f"withdraw {release.id}", border=False):
            st.text_input("Why it is withdrawn (on the record)", key=f"withdraw why {release.id}")
            st.form_submit_button("Withdraw these words", on_click=withdraw, args=(release.id,))


def correct(release_id: int) -> None:
    """Callback: begin the correction and go there."""
    state = st.session_state
    what = Wrong(
        state[f"wrong {release_id}"], state[f"right {release_id}"], state[f"owner {release_id}"] or ""
    )
    begun = do("", lambda at: corrections.start(at.store, at.actor, release_id, what, at.now))
    if begun:
        go("statement.py", statement=begun.id)


def withdraw(release_id: int) -> None:
    """Callback."""
    why = st.session_state[f"withdraw why {release_id}"]
    do(
        "Withdrawn. The page says so now.",
        lambda at: corrections.withdraw(at.store, at.actor, release_id, why, at.now),
    )
