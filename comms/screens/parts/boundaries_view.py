"""Boundaries on screen: what an incident is, before an officer is called; and exceptions with their limits."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from comms import clocks, partnership
from comms.hearing.alert_acts import OPENING
from comms.people import WRITING
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do
from comms.workspace import boundaries
from comms.workspace.boundaries import Asked, Boundary
from comms.workspace.incidents import Incident

STATES: dict[str, badges.Badge] = {
    "asked": ("Waits for the other side", "hourglass_empty", "gray"),
    "agreed": ("Agreed, not begun", "handshake", "blue"),
    "on": ("In force", "fence", "orange"),
    "overdue": ("Overdue", "alarm", "red"),
    "lapsed": ("Never agreed", "history", "gray"),
    "ended": ("Ended, no debrief yet", "stop_circle", "orange"),
    "debriefed": ("Ended and debriefed", "check_circle", "green"),
    "renewed": ("Renewed", "autorenew", "gray"),
}
HOURS = (1, 2, 4, 8)


def nature(at: Here, about: Incident) -> None:
    """Crime, school rule, or not known: asked when an incident opens, with what follows from the answer."""
    known = boundaries.nature_of(at.store, about.id)
    if known:
        with badges.row():
            badges.plain(boundaries.NATURES[known.nature], "balance")
            words.paragraph(f"{boundaries.ADVICE[known.nature]} (said by {known.by})")
    elif at.account.seat in OPENING:
        with st.container(gap="xsmall"):
            words.paragraph("Is it a crime, a school rule, or not known?", strong=True)
            with st.container(horizontal=True, gap="xsmall"):
                for key, label in boundaries.NATURES.items():
                    st.button(label, key=f"nature {key}", on_click=say, args=(about.id, key))
    if known and at.account.seat in OPENING and known.nature != "crime":
        others = {k: v for k, v in boundaries.NATURES.items() if k != known.nature}
        with st.container(horizontal=True, gap="xsmall"):
            for key, label in others.items():
                word = f"It is {label[:1].lower()}{label[1:]}"
                st.button(word, key=f"nature {key}", type="tertiary", on_click=say, args=(about.id, key))


def exceptions(at: Here, about: Incident | None = None) -> None:
    """Every exception, those that need a person first; and a form to ask for one."""
    every = boundaries.exceptions(at.store, at.now, about.id if about else None)
    known = [each for each in every if boundaries.may_read(at.account, each)]
    may = at.account.seat in WRITING
    if known:
        st.header("Officers asked across a boundary")
    order = list(STATES)
    urgent = sorted(known, key=lambda b: (b.state not in {"overdue", "on", "asked"}, order.index(b.state)))
    for each in urgent:
        one(at, each, may)
    if may:
        with st.popover("Ask an officer across a boundary", icon=":material/fence:", type="tertiary"):
            form(at, about)


def one(at: Here, each: Boundary, may: bool) -> None:
    """One exception: what, who, until when, what ends it, who can say stop; then what this person may do."""
    asked = each.asked
    with st.container(border=True, gap="small"):
        with badges.row():
            badges.badge(STATES[each.state])
            badges.plain(f"Clause {asked.clause}" if asked.clause else "No clause named", "rule")
            words.paragraph(asked.what, strong=True)
        words.paragraph(f"Asked by {asked.asked_by}: {asked.why}")
        words.paragraph(
            f"{clocks.full(asked.from_at, at.zone)} until {clocks.full(asked.until_at, at.zone)}, or when: {asked.ends_when}"
        )
        words.paragraph(f"{asked.may_stop} can say stop.")
        if each.stopped:
            words.paragraph(f"Ended: {each.stopped}")
        if each.debrief:
            words.paragraph(f"Learned: {each.debrief}")
        if may:
            acts(at, each)


def acts(at: Here, each: Boundary) -> None:
    """Agree, end, renew or debrief, as it stands."""
    key = f"boundary {each.id}"
    if each.state == "asked" and at.account.organisation_id not in each.agreed:
        st.button("Agree for our side", key=f"agree {key}", on_click=agree, args=(each.id,))
    if each.state in {"on", "overdue", "agreed", "asked"}:
        with st.form(f"stop {key}", border=False):
            st.text_input("How it ended", key=f"words {key}")
            st.form_submit_button("End it now", on_click=stop, args=(each.id, f"words {key}"))
    if each.state in {"on", "overdue"}:
        with st.popover("Ask for a new one", type="tertiary"), st.form(f"renew {key}", border=False):
            st.text_input("Why it goes on", key=f"again {key}")
            st.selectbox("For how many hours", HOURS, key=f"hours {key}")
            st.form_submit_button("Ask both sides again", on_click=renew, args=(each.id, key))
    if each.state == "ended":
        with st.form(f"debrief {key}", border=False):
            st.text_input("What both sides learned", key=f"learned {key}")
            st.form_submit_button("Keep the debrief", on_click=debrief, args=(each.id, f"learned {key}"))


def form(at: Here, about: Incident | None) -> None:
    """Who, what, why, how long, what ends it, who can say stop."""
    with st.form("ask across", border=False):
        agencies = {a.id: words.literal(a.name) for a in partnership.agencies(at.store)}
        if about is None and at.account.side == "district" and len(agencies) > 1:
            st.radio(
                "Whose officer",
                list(agencies),
                index=None,
                format_func=agencies.__getitem__,
                key="across agency",
            )
        st.text_input("What the officer is asked to do", key="across what")
        st.text_input("Who asked", key="across by")
        st.text_input("Why", key="across why")
        st.text_input("Which clause it is an exception to (may stay empty)", key="across clause")
        st.selectbox("For how many hours, from now", HOURS, key="across hours")
        st.text_input("What ends it earlier", key="across ends")
        st.text_input("Who can say stop", key="across stop")
        st.form_submit_button("Ask both sides", on_click=ask, args=(about.id if about else None,))


# Callbacks ----------------------------------------------------------------------------------------------------------


def say(incident_id: int, nature: str) -> None:
    """Answer what the incident is."""
    do("Recorded.", lambda at: boundaries.say_nature(at.store, at.actor, incident_id, nature, at.now))


def ask(incident_id: int | None) -> None:
    """Ask; the fields are emptied only when it was taken."""
    state = st.session_state

    def command(at: Here) -> int:
        asked = Asked(
            state["across clause"],
            state["across by"],
            state["across what"],
            state["across why"],
            at.now,
            at.now + timedelta(hours=int(state["across hours"])),
            state["across ends"],
            state["across stop"],
            incident_id,
            state.get("across agency"),
        )
        return boundaries.ask(at.store, at.actor, asked, at.now)

    if do("Asked. It begins when the other side agrees.", command):
        for name in ("what", "by", "why", "clause", "ends", "stop"):
            state[f"across {name}"] = ""


def agree(exception_id: int) -> None:
    """Agree for the own side."""
    do("Agreed.", lambda at: boundaries.agree(at.store, at.actor, exception_id, at.now))


def stop(exception_id: int, field: str) -> None:
    """End it."""
    said = st.session_state[field]
    do("Ended.", lambda at: boundaries.stop(at.store, at.actor, exception_id, said, at.now))


def renew(exception_id: int, key: str) -> None:
    """Ask both sides for a new one."""
    why, hours = st.session_state[f"again {key}"], int(st.session_state[f"hours {key}"])
    do(
        "Asked. The other side agrees to a new one; nothing is extended.",
        lambda at: boundaries.renew(
            at.store, at.actor, exception_id, at.now + timedelta(hours=hours), why, at.now
        ),
    )


def debrief(exception_id: int, field: str) -> None:
    """Keep what was learned."""
    said = st.session_state[field]
    do("Kept.", lambda at: boundaries.debrief(at.store, at.actor, exception_id, said, at.now))
