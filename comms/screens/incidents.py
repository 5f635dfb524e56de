"""What do we know, who knows it, what is due? The list, and the page of one incident."""

from __future__ import annotations

import streamlit as st

from comms import clocks, partnership
from comms.hearing.alert_acts import OPENING
from comms.people import SEAT_NAMES
from comms.saying import releases
from comms.screens.parts import (
    afterwards,
    alert_card,
    badges,
    boundaries_view,
    disagreement_view,
    divergence_view,
    fact_sheet,
    ground_view,
    notes,
    protective_view,
    silence_view,
    timeline,
    turns_view,
    voices_view,
    words,
)
from comms.screens.parts.foot import foot_bar
from comms.screens.parts.page import Here, do, go, here, number_asked, outcome, pulse
from comms.wording import library
from comms.workspace import incidents, statements, turns
from comms.workspace.incidents import Incident


def version(at: Here) -> object:
    """What an incident's page shows of the world."""
    row = at.store.row_of(
        "select (select max(id) from fact_revision) as f, (select max(id) from revision) as r, "
        "(select max(id) from decision) as d, (select max(id) from release) as o, (select max(id) from told) as t, "
        "(select count(*) from seen) as s, (select count(*) from outbox where sent_at is not null) as m, "
        "(select max(id) from incident) as i, (select max(id) from confirmation) as n, (select max(id) from no_statement) as q, "
        "(select max(id) from incident_nature) as c, (select max(id) from boundary_act) as b, "
        "(select max(id) from divergence_answer) as v, (select max(id) from divergence_ask) as z, (select max(id) from disagreement) as x, "
        "(select max(id) from incident_turn) as w, (select count(*) from incident_turn_seen) as y"
    )
    return tuple((row or {}).values())


def the_list(at: Here) -> None:
    """Every incident, newest first."""
    badges.title("Incidents", at.profile.demo)
    st.set_page_config(page_title="Incidents · One Voice")
    outcome()
    known = [i for i in incidents.incidents(at.store) if incidents.may_read(at.account, i)]
    if not known:
        st.text("No incident was opened yet. One begins from an alert, or by hand.")
    for about in known:
        with st.container(border=True, gap="small"):
            with badges.row():
                badges.plain(about.number, "crisis_alert")
                status(about)
                badges.plain(library.TYPES[about.type].title, "category")
                due(at, about)
                st.caption(
                    f"Opened {clocks.seen_words(about.opened_at, at.now, at.zone)} by {words.literal(about.opened_by_name)}",
                    width="content",
                )
            words.headline(about.title)
            with st.container(horizontal=True):
                st.button(
                    f"Open {about.number}",
                    key=f"open {about.id}",
                    on_click=alert_card.to_incident,
                    args=(about.id,),
                )
    if at.account.seat in OPENING:
        st.button("Open an incident by hand", icon=":material/add_alert:", on_click=go, args=("alerts.py",))


def due(at: Here, about: Incident) -> None:
    """The first clock of an open incident that still runs."""
    tiles = (
        clocks.strip(incidents.times(at.store, about), at.calendar, at.now) if about.status == "open" else ()
    )
    for tile in tiles[2:]:
        if tile.state in {"left", "last third", "missed"}:
            st.badge(f"{tile.label}: {tile.chip}", icon=":material/timer:", color=badges.CHIPS[tile.state])
            return


def status(about: Incident) -> None:
    """The incident's status as a badge."""
    word, icon, color = {
        "open": ("Open", "radio_button_checked", "blue"),
        "no_statement": ("No statement", "do_not_disturb_on", "gray"),
        "closed": ("Closed", "task_alt", "gray"),
    }[about.status]
    st.badge(word, icon=f":material/{icon}:", color=color)  # type: ignore[arg-type]


def the_page(at: Here, about: Incident) -> None:
    """Title, badges, clocks, facts beside statement, who knows and coverage; the foot bar says what is next."""
    st.set_page_config(page_title=f"{'DRILL ' if about.drill else ''}{about.number} · One Voice")
    with badges.title(
        "DRILL " + about.number if about.drill else f"Incident {about.number}", at.profile.demo
    ):
        st.link_button("Situation page", f"/incident/{about.id}/situation", icon=":material/print:")
    words.headline(about.title)
    with badges.row():
        badges.plain(about.number, "crisis_alert")
        status(about)
        badges.plain(library.TYPES[about.type].title, "category")
        badges.plain(f"Class {about.cls} · {library.CLASSES[about.cls].lower()}", "rule")
        day = at.calendar.words(at.now)
        opened = f"Opened {clocks.seen_words(about.opened_at, at.now, at.zone)} by {words.literal(about.opened_by_name)}"
        st.caption(
            f"{opened} · {words.literal(day)} · all times {clocks.zone_name(at.zone)}", width="content"
        )
    badges.clock_strip(clocks.strip(incidents.times(at.store, about), at.calendar, at.now))
    turns_view.banner(at, about)
    boundaries_view.nature(at, about)
    left, right = st.columns([5, 3], gap="large")
    with left:
        fact_sheet.sheet(at, about)
        divergence_view.of_incident(at, about)
        disagreement_view.of_incident(at, about)
        ground_view.touched(at, about)
        boundaries_view.exceptions(at, about)
        notes.block(at, about)
        timeline.timeline(at, about, newest=4)
    with right:
        silence_view.decided(at, about)
        afterwards.owed(at, incident_id=about.id)
        the_statement(at, about)
        voices_view.apart(at, about)
        protective_view.section(at, about)
        who_knows(at, about)
        coverage(at, about)
        silence_view.form(at, about)
        change(at, about)
    outcome()
    foot(at, about)


def the_statement(at: Here, about: Incident) -> None:
    """The statements of the incident, each with how many reasons hold it."""
    st.header("Statement")
    known = statements.of_incident(at.store, about.id)
    if not known:
        st.text("None was started.")
    for each in known:
        release = releases.of_statement(at.store, each.id)
        with st.container(border=True, gap="small"):
            with badges.row():
                badges.plain(f"{library.VOICES[each.voice]} · {each.title.lower()}", "edit_note")
                if release:
                    st.badge("Released", icon=":material/check_circle:", color="green")
            if release:
                st.text(f"Released {clocks.seen_words(release.at, at.now, at.zone)} by {release.by}")
            else:
                n = len(releases.reasons_not(at.store, each.id, at.now))
                st.text(
                    "Nothing holds it." if not n else f"{n} reason{'s' if n > 1 else ''} why it cannot go yet"
                )
            st.button(
                "Read it" if release else "Open it",
                key=f"statement {each.id}",
                on_click=to_statement,
                args=(each.id,),
            )


def who_knows(at: Here, about: Incident) -> None:
    """Who was told and who has opened it; numbers to tap."""
    st.header("Who knows")
    people = incidents.who_knows(at.store, about)

    def when(moment: object) -> str:
        return clocks.clock(moment, at.zone).replace(" ", " ") if moment else ""  # type: ignore[arg-type]

    words.table(
        "Who knows of this incident",
        ("Person", "Told", "Seen"),
        [
            (
                f"{p.name}\n{SEAT_NAMES[p.seat]}",
                when(p.told_at) or p.delivery,
                when(p.seen_at) or "not yet",
            )
            for p in people
        ],
    )
    with st.container(horizontal=True):
        for p in people:
            if p.account_id != at.account.id and p.seen_at is None and p.phone:
                words.call(p.name, p.phone)
        partner = next(o for o in partnership.organisations(at.store) if o.id == about.partner_id)
        words.call(partner.short or partner.name, partner.phone)
        district = partnership.district(at.store)
        if district and at.account.side == "agency":
            words.call(district.short or district.name, district.phone)
    waiting = [p for p in people if p.told_at is None and p.seen_at is None]
    if waiting and at.account.seat in OPENING:
        with st.popover("I told someone by phone", type="tertiary", icon=":material/phone_in_talk:"):
            for p in waiting:
                st.button(
                    f"I told {words.literal(p.name)}",
                    key=f"told {p.account_id}",
                    on_click=told,
                    args=(about.id, p.account_id),
                )


def coverage(at: Here, about: Incident) -> None:
    """The items the incident was opened from, kept here whatever becomes of the feeds."""
    items = incidents.evidence(at.store, about.id)
    if not items:
        return
    turned = {turn.item_key: turn.sentence for turn in turns.of_incident(at.store, about.id)}
    st.header("Coverage")
    words.coverage(
        (
            f"{clocks.seen_words(e.published or e.seen, at.now, at.zone)} · {e.outlet}",
            e.title,
            "first" if e is items[-1] else f"turn: {turned[e.key]}" if e.key in turned else "",
        )
        for e in items
    )


def change(at: Here, about: Incident) -> None:
    """Type, class, title and status are proposals a person changes."""
    if at.account.seat not in OPENING:
        return
    if not st.toggle("Change title, type, class or status", key="change wanted"):
        return
    with st.form("change"):
        st.text_input("Title", about.title, key="new title")
        alert_card.type_box("new type", list(library.TYPES).index(about.type))
        classes = list(library.CLASSES)
        st.selectbox(
            "Class",
            classes,
            classes.index(about.cls),
            format_func=lambda c: f"{c} · {library.CLASSES[c]}",
            key="new class",
        )
        with st.container(horizontal=True):
            st.form_submit_button("Save changes", on_click=save_changes, args=(about,))
            st.form_submit_button(
                "Close the incident" if about.status == "open" else "Open it again",
                on_click=set_status,
                args=(about.id, "closed" if about.status == "open" else "open"),
            )


def foot(at: Here, about: Incident) -> None:
    """What is due, and the one main action."""
    tile = clocks.strip(incidents.times(at.store, about), at.calendar, at.now)[2]
    drafts = [
        s for s in statements.of_incident(at.store, about.id) if not statements.released(at.store, s.id)
    ]
    with foot_bar():
        done = tile.state in {"done", "late done"}
        word = f"Holding statement {tile.value if done else tile.value + ' · ' + tile.chip}"
        st.badge(word[:48], icon=":material/timer:", color=badges.CHIPS[tile.state])
        if drafts:
            ours = "district" if at.account.side == "district" else "police"
            mine = next((s for s in drafts if s.voice in {"joint", ours}), drafts[0])
            st.button(
                f"Continue the {words.literal(mine.title.lower())}",
                type="primary",
                icon=":material/edit:",
                on_click=to_statement,
                args=(mine.id,),
            )
        elif at.account.seat in OPENING:
            phase = "U" if done else "H"
            st.button(
                "Write the next update" if done else "Start the holding statement",
                type="primary",
                icon=":material/edit:",
                on_click=start,
                args=(about.id, phase),
            )
        else:
            st.caption("Communications or the police PIO start it.", width="content")


# Callbacks ----------------------------------------------------------------------------------------------------------


def start(incident_id: int, phase: str) -> None:
    """Start a statement and go to it."""
    begun = do(
        "", lambda at: statements.start(at.store, at.actor, incident_id, statements.Start(phase), at.now)
    )
    if begun:
        to_statement(begun.id)


def to_statement(statement_id: int) -> None:
    """Go to a statement's page."""
    go("statement.py", statement=statement_id)


def told(incident_id: int, account_id: int) -> None:
    """Log a call."""
    do("Logged.", lambda at: incidents.log_call(at.store, at.actor, incident_id, account_id, "phone", at.now))


def save_changes(about: Incident) -> None:
    """Title, type and class in one press."""
    state = st.session_state
    if state["new title"] != about.title:
        do("", lambda at: incidents.rename(at.store, at.actor, about.id, state["new title"], at.now))
    do(
        "Saved.",
        lambda at: incidents.classify(
            at.store, at.actor, about.id, state["new type"], state["new class"], at.now
        ),
    )


def set_status(incident_id: int, status: str) -> None:
    """Close it, or open it again."""
    do("Recorded.", lambda at: incidents.set_status(at.store, at.actor, incident_id, status, "", at.now))


asked = number_asked("incident")
with pulse(version, f"incident {asked}"), here() as at:
    try:
        about = incidents.incident(at.store, asked) if asked else None
    except KeyError:
        about = None
    if asked and (about is None or not incidents.may_read(at.account, about)):
        about = None
        st.error("There is no such incident, or it names another agency. Here are those you read.")
    if about is None:
        the_list(at)
    else:
        incidents.mark_seen(at.store, at.actor, about.id, at.now)
        the_page(at, about)
