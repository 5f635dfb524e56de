"""Identity and navigation: who is here, which screens their seat has."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from comms import partnership
from comms.deputies import deputies
from comms.people import SEAT_NAMES, Seat, stay
from comms.screens.parts.page import follow, here
from comms.settings import settings
from comms.store import open_partnership

IMAGES = Path(__file__).parent.parent / "web" / "static"
EVERYONE = frozenset(Seat)
WORKING = EVERYONE - {Seat.RECORDS, Seat.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class Screen:
    """One place in the flat navigation: its word, its script beside this file, its icon, and whose seat has it."""

    title: str
    script: str
    icon: str
    seats: frozenset[Seat] = EVERYONE
    listed: bool = True


SCREENS = (
    Screen("Alerts", "alerts.py", "notifications", WORKING),
    Screen("Incidents", "incidents.py", "crisis_alert"),
    Screen("Approvals", "approvals.py", "order_approve", WORKING),
    Screen("Library", "library.py", "menu_book"),
    Screen("Sources", "sources.py", "rss_feed", EVERYONE - {Seat.RECORDS}),
    Screen("Partnership", "partnership.py", "handshake"),
    Screen("Drills", "drills.py", "sports", WORKING),
    Screen("Records", "records.py", "folder_open"),
    Screen("Statement", "statement.py", "edit_note", listed=False),
)


def set_up_first() -> bool:
    """Whether the store is empty or its set-up not finished: then there is one screen and no navigation."""
    with open_partnership(settings().data) as store:
        return store.row_of("select 1 from account limit 1") is None


def not_yours(screen: Screen, seat: Seat) -> None:
    """What a typed address of another seat's screen answers: a sentence, and who may."""
    st.title(screen.title)
    may = ", ".join(SEAT_NAMES[s] for s in Seat if s in screen.seats)
    st.info(f"Your seat is {SEAT_NAMES[seat]}. This screen is for: {may}.")


def navigate() -> None:
    """Run at every click: the person is asked for anew each time."""
    with here() as at:
        stay(at.store, at.actor, at.now)  # a click, not a tick: fragments do not run this
        seat, name = at.account.seat, at.account.called
        step = partnership.profile(at.store).setup_step
        stands_in = any(d.account_id == at.account.id for d in deputies(at.store, at.now))
    folder = Path(__file__).parent
    pages = [st.Page("home.py", title="One Voice", default=True, visibility="hidden")]
    for screen in SCREENS:
        mine = seat in screen.seats or (stands_in and screen.seats == WORKING)
        if not (folder / screen.script).exists():
            continue
        pages.append(
            st.Page(
                screen.script if mine else partial(not_yours, screen, seat),
                title=screen.title,
                icon=f":material/{screen.icon}:",
                url_path=Path(screen.script).stem,
                visibility="visible" if screen.listed and mine else "hidden",
            )
        )
    if step != "done" and (folder / "setup.py").exists():
        pages.append(st.Page("setup.py", title="Set up", icon=":material/checklist:"))
    page = st.navigation(pages, position="top")
    follow()
    page.run()
    signed_in(name, seat)


def signed_in(name: str, seat: Seat) -> None:
    """The last line of every screen: who is here, and the way out."""
    st.html(
        f"<p style='margin:1.5rem 0 0'>Signed in as {html.escape(name)}, {SEAT_NAMES[seat]}. "
        "<a href='/sign-out'>Sign out</a></p>"
    )


st.set_page_config(page_title="One Voice", page_icon=str(IMAGES / "tab.png"), layout="wide")
st.logo(str(IMAGES / "logo.svg"), size="large")
# The browser that founded the partnership stays in set-up: it is on its way to its first sign-in.
if set_up_first() or "founding" in st.session_state:
    st.navigation([st.Page("setup.py", title="Set up")], position="hidden").run()
else:
    navigate()
