"""Which words do we already agree on, and which are due for review?"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from comms.people import WRITING
from comms.screens.parts import badges, library_block, library_browse
from comms.screens.parts.foot import foot_bar
from comms.screens.parts.page import Here, do, go, here, outcome
from comms.screens.parts.to_top import to_top
from comms.wording import library
from comms.workspace import adaptations, incidents, statements
from comms.workspace.statements import FIRST_CHANNELS, Start

BROWSE, ACTIONS, DUE, OWN = "Incidents", "Protective actions", "Due for review", "Your own words"
FOUND_MOST = 20


def main() -> None:
    """Search, four views, one block looked at closely, and the foot bar that uses a text."""
    with here() as at:
        st.set_page_config(page_title="Library · One Voice")
        to_top(str(st.session_state.get(library_block.CHOSEN)))
        badges.title("Library", at.profile.demo)
        due = adaptations.due(at.store, at.now.astimezone(at.zone).date())
        own = adaptations.own(at.store)
        st.caption(
            f"{len(library.TYPES)} kinds of incident · {len(library.PHASES)} phases · {len(library.CHANNELS)} channels · "
            f"{len(library.LANGUAGES)} languages · {len(own)} blocks in your own words · {len(due)} due for review"
        )
        counts = {DUE: len(due), OWN: len(own)}
        view = st.segmented_control(
            "What to look at",
            (BROWSE, ACTIONS, DUE, OWN),
            default=BROWSE,
            required=True,
            format_func=lambda name: f":gray[{name}{f' {counts[name]}' if name in counts else ''}]",
            label_visibility="collapsed",
            key="library view",
        )
        search(at)
        library_block.panel(at)
        if not st.session_state.get(library_block.CHOSEN):
            outcome()
        if view == BROWSE:
            use(at, library_browse.text_of_type(at))
        elif view == ACTIONS:
            library_browse.protective_action(at)
        elif view == DUE:
            if not due:
                st.text("Nothing is due for review. Every block was read within its year.")
            for block in due:
                library_block.line(block, "due")
        else:
            if not own:
                st.text("Every word is ours so far. Open a block and adapt it to your district.")
            for block in own:
                library_block.line(block, "own")


def search(at: Here) -> None:
    """Blocks that have every word typed."""
    query = st.text_input("Search the words", key="library search", live=True, autocomplete="off")
    if not query.strip():
        return
    held = adaptations.in_force(at.store)
    found = library.search(query, adaptations.own(at.store))
    many = f"{len(found)} blocks have these words" if len(found) != 1 else "1 block has these words"
    st.caption(f"{many}; the first {FOUND_MOST} are shown." if len(found) > FOUND_MOST else f"{many}.")
    for block in found[:FOUND_MOST]:
        library_block.line(held[block.id], "found")


def use(at: Here, chosen: Mapping[str, str]) -> None:
    """The foot bar: the incident the text is for, and the main action."""
    if at.account.seat not in WRITING:
        return
    opened = {
        i.id: f"{i.number} · {i.title}"
        for i in incidents.incidents(at.store, "open")
        if incidents.may_read(at.account, i)
    }
    with foot_bar():
        if not opened:
            st.caption("No incident is open. Open one from an alert, or by hand.", width="content")
            return
        st.selectbox(
            "For which incident",
            list(opened),
            format_func=lambda i: opened[i],
            key="library incident",
            label_visibility="collapsed",
            width=420,
        )
        st.button(
            "Use this text", type="primary", icon=":material/edit:", on_click=begin, args=(dict(chosen),)
        )


def begin(chosen: dict[str, str]) -> None:
    """Callback: start the statement with this text among its channels, or go to the one that was begun."""
    incident_id = int(st.session_state["library incident"])

    def start(at: Here) -> int:
        about = incidents.incident(at.store, incident_id)
        how = Start(
            chosen["phase"],
            chosen["voice"],
            tuple(dict.fromkeys([*FIRST_CHANNELS, chosen["channel"]])),
            (chosen["language"],),
            type="" if about.type == chosen["type"] else chosen["type"],
        )
        begun = statements.start(at.store, at.actor, incident_id, how, at.now)
        there = {(v.channel, v.language) for v in statements.variants(at.store, begun.id)}
        if (chosen["channel"], chosen["language"]) not in there:
            statements.add_variant(
                at.store, at.actor, begun.id, chosen["channel"], chosen["language"], at.now
            )
        return begun.id

    statement_id = do("", start)
    if statement_id:
        go("statement.py", statement=statement_id)


main()
