"""What happened that needs me, and why am I told?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import streamlit as st

from comms import clocks
from comms.hearing import alert_acts
from comms.hearing.alert_acts import Standing
from comms.screens.parts import (
    alert_card,
    alert_list,
    alert_rows,
    badges,
    marks_view,
    more,
    sound,
    stale,
    unreached,
    why_not,
    words,
)
from comms.screens.parts.page import Here, do, go, here, listening, outcome, pulse, tell
from comms.store import stamp
from comms.workspace import incidents, turns
from monitors import alerts, health
from monitors.alerts import Outline
from monitors.database import Store
from monitors.stories import shelf

VIEWS = ("Waiting", "Acknowledged", "Digest", "Everything")
NEAR = timedelta(hours=24)
MOST = 500
"""Rows that are looked up at most; where there are more, it is said."""


def version(at: Here) -> object:
    """What this screen shows of the world: it runs again when one of these changes."""
    with listening() as heard:
        newest = heard.row_of("select max(id) as alert from alerts") or {}
        moved = shelf.version(heard)
    row = at.store.row_of(
        "select (select max(id) from alert_act) as a, (select max(id) from incident) as i, (select max(id) from mark) as m, "
        "(select max(id) from refit) as r, (select count(*) from alert_told) as t, (select count(*) from alert_act where act = 'snooze' and at < ?) as awake",
        stamp(at.now - alert_acts.SNOOZE),
    )
    return newest.get("alert"), moved, *(row or {}).values()


@st.fragment(run_every="20s")
def caption() -> None:
    """Place, date, time with its zone, and when we last listened."""
    with here() as at, listening() as heard:
        listed = health.health(heard, at.now, at.zone)
        whole = health.overview(heard, listed)
    day = f"{clocks.day_name(at.now, at.zone)}, {clocks.clock(at.now, at.zone)} {clocks.zone_name(at.zone)}"
    st.caption(
        f"{words.literal(at.profile.place or 'Your community')} · {day} · {swept(whole.swept_at, at.now)} · updates by itself"
    )
    stale.badge(whole, at.now, at.zone)


def swept(last: datetime | None, now: datetime) -> str:
    """When we last listened, in words."""
    if last is None:
        return "not swept yet"
    seconds = int((now - last).total_seconds())
    return (
        f"last sweep {max(seconds, 1)} s ago"
        if seconds < 90
        else f"last sweep {clocks.minutes(now - last)} ago"
    )


def trouble(at: Here, heard: Store) -> None:
    """Only when a source is late or silent, or items may have been missed: which, since when, what that means."""
    for sentence in health.missed(heard, at.now, at.zone):
        st.warning(words.literal(sentence), icon=":material/history_toggle_off:")
    listed = health.health(heard, at.now, at.zone)
    poor = [h for h in listed if h.word in {health.Word.LATE, health.Word.SILENT}]
    if poor:
        more = f" {len(listed) - len(poor)} of {len(listed)} are well." if len(poor) < len(listed) else ""
        told = words.literal(f"{poor[0].source.name}: {poor[0].sentence}{more}")
        st.warning(told, icon=":material/signal_disconnected:")


def main() -> None:
    """Top to bottom as the experience says."""
    with here() as at, listening() as heard:
        stands = alert_acts.standings(at.store)
        listed = alerts.outlines(heard)
        waiting = [a for a in listed if standing(stands, a).waits(at.now, at.account.id)]
        mine = [a for a in waiting if not standing(stands, a).with_another(at.account)]
        known = [a for a in listed if a not in waiting]
        with badges.title("Alerts", at.profile.demo):
            answering = alert_acts.may_acknowledge(at.store, at.account, at.now)
            if mine and answering:
                word = f"{len(mine)} wait{'s' if len(mine) == 1 else ''} for you"
                st.badge(word, icon=":material/notifications_active:", color="red")
        st.set_page_config(
            page_title=f"({len(mine)}) Alerts · One Voice" if mine and answering else "Alerts · One Voice"
        )
        caption()
        trouble(at, heard)
        unreached.notice()
        since = at.now - NEAR
        digest = alerts.digest(heard, since)
        counts = dict(zip(VIEWS, (len(mine), len(known), len(digest), None), strict=True))
        view = st.segmented_control(
            "Which alerts",
            VIEWS,
            default="Waiting",
            required=True,
            format_func=lambda name: f":gray[{name}{'' if counts[name] is None else f' {counts[name]}'}]",
            label_visibility="collapsed",
            key="alerts view",
        )
        outcome()
        alert_card.undo(at)
        if view == "Waiting":
            show_waiting(at, heard, mine, stands)
            with_others(at, heard, [a for a in waiting if a not in mine], stands)
        elif view == "Acknowledged":
            cards(at, heard, known, stands, "known")
            if not known:
                st.text("No alert was acknowledged in the last days.")
        elif view == "Digest":
            nothing = "Nothing of this kind happened in the region in the last 24 hours."
            alert_rows.rows(at, digest, nothing, "digest", marking=True)
        else:
            show_everything(at, heard)
        if view == "Waiting":
            near_misses(at, heard)
            sound.sound(max((a.id for a in waiting if a.tier in alerts.PAGES), default=0))
        if at.account.seat in alert_acts.OPENING:
            by_hand()
        why_not.block(at, heard, adding=True)
        alert_list.block(at, heard, len(listed), stands)
        marks_view.block(at, heard)


def standing(stands: Mapping[int, Standing], alert: Outline) -> Standing:
    """How an alert stands; one nobody did anything with waits."""
    return stands.get(alert.id, alert_acts.NOBODY_YET)


def cards(
    at: Here,
    heard: Store,
    listed: Sequence[Outline],
    stands: Mapping[int, Standing],
    part: str,
    main: bool = False,
) -> None:
    """The first cards of a list, most urgent first, each with the incident that was opened from it or follows its
    story; the others by one press. `main`: the first card has the screen's main action.
    """
    with st.container():  # of its own, so that the button below keeps its place and the keyboard's focus
        for number, outline in enumerate(more.shown(part, listed)):
            alert = alerts.alert(heard, outline.id)
            if alert is not None:
                incident = incidents.of_alert(at.store, alert.id) or turns.incident_of(
                    at.store, heard, alert.story_id
                )
                alert_card.card(at, alert, standing(stands, outline), incident, main and number == 0)
    left = listed[len(more.shown(part, listed)) :]
    more.button(part, len(listed), f"; {counted(left)} below" if left else "")


def counted(left: Sequence[Outline]) -> str:
    """What is not drawn yet, by how urgent it is: "5 T1, 12 T2"."""
    return ", ".join(f"{count} {tier}" for tier, count in sorted(Counter(a.tier for a in left).items()))


def with_others(at: Here, heard: Store, theirs: Sequence[Outline], stands: Mapping[int, Standing]) -> None:
    """What somebody else of this side has: it is not counted, and it is not hidden."""
    if theirs:
        st.header("Assigned to someone else")
    cards(at, heard, theirs, stands, "theirs")


def show_waiting(at: Here, heard: Store, mine: Sequence[Outline], stands: Mapping[int, Standing]) -> None:
    """The cards, most urgent first, or one sentence."""
    if not mine:
        listed = health.health(heard, at.now, at.zone)
        well = sum(h.word is health.Word.WELL for h in listed)
        if listed:
            st.text(
                f"Nothing waits. {well} of {len(listed)} sources answered; {swept(health.overview(heard, listed).swept_at, at.now)}."
            )
        else:
            st.text("Nothing waits, and nothing is listened to: no source was added yet.")
            st.button("Add a source", icon=":material/add:", on_click=go, args=("sources.py",))
    cards(at, heard, mine, stands, "mine", main=True)


def show_everything(at: Here, heard: Store) -> None:
    """All that was heard, searchable, newest first."""
    search = st.text_input("Search what was heard", key="alerts search", placeholder="overpass")
    found = alerts.everything(heard, search, MOST)
    if len(found) == MOST:
        st.caption(f"The newest {MOST} that match. Type more words to find older ones.")
    alert_rows.rows(at, found, "Nothing was heard that matches.", "everything", marking=True)


def near_misses(at: Here, heard: Store) -> None:
    """One click away: what almost interrupted, and why it stayed silent. The switch stays as it was set, whatever
    comes and goes above it.
    """
    near = alerts.near_misses(heard, at.now - NEAR)
    if near:
        word = f"{len(near)} near miss{'es' if len(near) > 1 else ''} in the last 24 h stayed silent."
        st.text(word)
    if near and st.toggle("Show the near misses, and why each stayed silent", key="near wanted"):
        alert_rows.rows(at, near, "", "near", marking=True)


def by_hand() -> None:
    """Open an incident before any news exists: the PIO usually knows first.

    Not folded into an expander: a list opened inside one is closed again by the scrolling of its box.
    """
    wanted = st.toggle("Open an incident by hand", key="by hand wanted")
    if not wanted:
        return
    with st.form("by hand"):
        outcome("by hand")
        st.text_input("What happened, in a few words", key="hand title")
        alert_card.type_box("hand type")
        st.form_submit_button("Open the incident", on_click=open_by_hand)


def open_by_hand() -> None:
    """Callback of the form."""
    opened = do(
        "",
        lambda at: incidents.open_by_hand(
            at.store, at.actor, st.session_state["hand title"], st.session_state["hand type"], at.now
        ),
        place="by hand",
    )
    if opened:
        tell("success", f"Incident {opened.number} is open. The other side was told.")
        alert_card.to_incident(opened.id)


with pulse(version, "alerts"):
    main()
