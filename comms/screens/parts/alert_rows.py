"""Items that interrupted nobody, one row each with why: near misses, the digest, everything, and what was looked up."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from comms import clocks
from comms.hearing import alert_acts, feedback
from comms.hearing.feedback import Mark
from comms.screens.parts import badges, more, words
from comms.screens.parts.alert_card import to_incident
from comms.screens.parts.page import Here, do, listening, outcome, tell
from comms.workspace import incidents
from comms.workspace.incidents import AlertCopy, Evidence
from monitors import alerts
from monitors.alerts import Seen


def rows(at: Here, seen: Sequence[Seen], empty: str, part: str, marking: bool = False) -> None:
    """One row an item. `part` names this list among the screen's; with `marking` a person may say that it matters."""
    if not seen:
        st.text(empty)
    marked = {mark.key: mark for mark in feedback.marks(at.store)} if marking and seen else {}
    may = marking and at.account.seat in alert_acts.OPENING
    for item in more.shown(part, seen):
        with st.container(border=True, gap="xsmall"):
            with badges.row():
                if item.tier:
                    badges.badge(badges.TIERS[item.tier])
                st.caption(times(at, item), width="content")
            words.headline(item.title, [(m.start, m.end) for m in item.marks])
            words.paragraph(f"{item.outlet}. {thought(item)}")
            if may and item.tier and not item.alert_id:
                matters(at, item, marked, part)
    more.button(part, len(seen))


def times(at: Here, item: Seen) -> str:
    """When it was told, and when we saw it where that was later."""
    told, seen = (clocks.seen_words(when, at.now, at.zone) for when in (item.at, item.seen_at))
    return told if told == seen else f"told {told} · seen {seen}"


def thought(item: Seen) -> str:
    """What the product made of it, in words."""
    return item.silent or "; ".join(line for _, line in alert_acts.why_lines(item.reasons))


def matters(at: Here, item: Seen, marked: dict[str, Mark], part: str) -> None:
    """Relevant after all, and an incident from it; or the mark that stands, and its undo."""
    with listening() as heard:
        about = feedback.judged(heard, item.item_id)
    if about is None:
        return
    mark = marked.get(about.key)
    outcome(f"{part} {item.item_id}")
    with st.container(horizontal=True, vertical_alignment="center"):
        if mark is None:
            st.button(
                "Relevant after all",
                key=f"{part} yes {item.item_id}",
                icon=":material/thumb_up:",
                on_click=relevant,
                args=(item.item_id, part),
            )
            return
        badges.plain(
            f"Relevant after all: {mark.by}" if mark.relevant else f"Not relevant: {mark.by}", "check"
        )
        incident = incidents.of_item(at.store, item.key)
        if incident:
            st.button(
                f"Go to incident {incident.number}",
                key=f"{part} go {item.item_id}",
                icon=":material/crisis_alert:",
                on_click=to_incident,
                args=(incident.id,),
            )
            return
        st.button(
            "Open an incident",
            key=f"{part} open {item.item_id}",
            icon=":material/add_alert:",
            on_click=open_incident,
            args=(item.item_id, part),
        )
        st.button(
            "Take the mark back",
            key=f"{part} no {item.item_id}",
            type="tertiary",
            icon=":material/undo:",
            on_click=take_back,
            args=(item.item_id, part),
        )


# Callbacks ----------------------------------------------------------------------------------------------------------


def relevant(item_id: int, part: str) -> None:
    """A mark; it teaches, and it interrupts nobody after the fact."""
    about = judged(item_id, part)
    if about:
        learnt = (
            f" The rule “{about.rule}” decided this one, and marks change no rule."
            if about.rule
            else " It teaches from now on."
        )
        do(
            f"Marked relevant.{learnt}",
            lambda at: feedback.mark_relevant(at.store, at.actor, about, at.now),
            f"{part} {item_id}",
        )


def take_back(item_id: int, part: str) -> None:
    """As if it had not been marked."""
    about = judged(item_id, part)
    if about:
        do(
            "The mark is taken back.",
            lambda at: feedback.take_back(at.store, at.actor, about, at.now),
            f"{part} {item_id}",
        )


def judged(item_id: int, part: str) -> feedback.Judged | None:
    """The item as it was judged, or the sentence that it is gone."""
    with listening() as heard:
        found = feedback.judged(heard, item_id)
    if found is None:
        tell("error", "That item is no longer kept. Nothing was changed.", f"{part} {item_id}")
    return found


def open_incident(item_id: int, part: str) -> None:
    """An incident from an item that raised no alert; its words are copied."""
    about = judged(item_id, part)
    with listening() as heard:
        item = alerts.seen(heard, item_id)
    if about is None or item is None:
        return
    evidence = Evidence(item.key, item.title, item.text, item.outlet, item.link, item.at, item.seen_at)
    copy = AlertCopy(None, item.title, item.incident_type, item.seen_at, (evidence,), about)
    opened = do(
        "", lambda at: incidents.open_from_alert(at.store, at.actor, copy, at.now), f"{part} {item_id}"
    )
    if opened:
        to_incident(opened.id)
