"""What is still missing, and who was invited but did not come yet."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from comms.joining import welcoming
from comms.joining.readiness import Line
from comms.joining.welcoming import Waiting
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do
from comms.screens.parts.setup_frame import base as base
from comms.settings import settings

MISSING: badges.Badge = ("Missing", "radio_button_unchecked", "orange")
VIEWS = {
    "partners": "Who we are",
    "people": "People",
    "mou": "MOU",
    "routes": "Approvals",
    "schools": "Schools",
    "watchlist": "Watchlist",
    "audiences": "Audiences",
    "mail": "Mail",
}
"""The parts of the Partnership screen, in its order."""
READY: badges.Badge = ("Ready", "check_circle", "green")


def show(lines: Sequence[Line], mends: bool = True, here: str = "") -> None:
    """Missing lines, for whoever `mends` them with the way there; the rest in one sentence.

    `here` is the view that is open anyway.
    """
    missing = [line for line in lines if not line.there]
    for line in missing:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            badges.badge(MISSING, line.name)
            st.html(f"<span>{html.escape(line.sentence)}</span>", width="content")
            if not mends:
                continue
            if line.view == "sources":
                st.page_link("sources.py", label="Add a source")
            elif line.view != here:
                label = f"Open {VIEWS[line.view]}"
                st.page_link("partnership.py", label=label, query_params={"view": line.view})
    ready = [line.name for line in lines if line.there]
    with badges.row():
        badges.badge(READY, f"{len(ready)} of {len(lines)} ready")
        if ready:
            st.caption(", ".join(ready), width="content")


def invitations(at: Here, waiting: Sequence[Waiting]) -> None:
    """A link to hand over for each person; the same went into the outbox."""
    if not at.profile.mail.ready:
        st.caption(
            "The invitations leave by e-mail as soon as mail is set up. Until then copy a link and hand it over."
        )
    for one in waiting:
        person = one.account
        with st.container(border=True, gap="small"):
            words.paragraph(f"{person.called} · {person.organisation} · {person.email}", strong=True)
            st.caption(
                "This link lets its holder set the password. Give it to this person alone; it holds 7 days."
            )
            st.code(base() + one.path, language=None, wrap_lines=True)
            st.button("Send the e-mail again", key=f"invite {person.id}", on_click=again, args=(person.id,))


def again(account_id: int) -> None:
    """Callback."""
    done = "The invitation is queued again."
    do(
        done,
        lambda at: welcoming.invite_again(at.store, at.actor, settings().data, account_id, base(), at.now),
    )
