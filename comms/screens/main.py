"""Identity and navigation: who is here, which screens their seat has, which one opens first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from comms.people import Account, Actor, Refused, Seat, viewer
from comms.settings import settings
from comms.store import open_partnership
from comms.web.identity import USER_KEY, actor_of

HERE = Path(__file__).parent
IMAGES = HERE.parent / "web" / "static"
EVERYONE = frozenset(Seat)


@dataclass(frozen=True, slots=True)
class Screen:
    """One place in the flat navigation: its word, its script beside this file, and whose seat has it."""

    title: str
    script: str
    seats: frozenset[Seat] = EVERYONE


SCREENS = (
    Screen("Alerts", "alerts.py"),
    Screen("Incidents", "incidents.py"),
    Screen("Approvals", "approvals.py"),
    Screen("Library", "library.py"),
    Screen("Sources", "sources.py"),
    Screen("Partnership", "partnership.py"),
    Screen("Drills", "drills.py"),
    Screen("Records", "records.py"),
)


def who(now: datetime) -> tuple[Actor | None, Account | None, str]:
    """The actor behind this browser, their account, and the sentence to show when there is none."""
    actor = actor_of(st.user.get(USER_KEY))
    if actor is None:
        return None, None, "You are not signed in."
    try:
        with open_partnership(settings().data) as store:
            return actor, viewer(store, actor, now), ""
    except Refused as refusal:
        return None, None, str(refusal)


def main() -> None:
    """Run at every click: the session is asked again each time."""
    st.set_page_config(page_title="One Voice", page_icon=str(IMAGES / "tab.png"), layout="wide")
    st.logo(str(IMAGES / "logo.svg"), size="large")
    actor, account, why_not = who(datetime.now(UTC))
    if account is None:
        with open_partnership(settings().data) as store:
            empty = store.row_of("select 1 from account limit 1") is None
        if not (empty and (HERE / "setup.py").exists()):
            st.title("Sign in to go on")
            st.text(why_not)
            st.link_button("Sign in", "/sign-in", type="primary")
            st.stop()
        st.navigation([st.Page(HERE / "setup.py", title="Set up")], position="hidden").run()
        return
    st.session_state["actor"], st.session_state["account"] = actor, account
    mine = [s for s in SCREENS if account.seat in s.seats and (HERE / s.script).exists()]
    if not mine:
        st.title("One Voice")
        st.text(f"Signed in as {account.called}, {account.organisation}.")
        st.link_button("Sign out", "/sign-out")
        st.stop()
    st.navigation([st.Page(HERE / s.script, title=s.title) for s in mine], position="top").run()


main()
