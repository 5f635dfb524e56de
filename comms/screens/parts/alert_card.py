"""One alert as a card, quieter items as rows, and what a person does with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from comms import alert_acts, clocks, incidents, library
from comms.incidents import AlertCopy, Evidence
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do, go, here, listening, tell
from comms.store import moment
from monitors import alerts
from monitors.alerts import Alert, Seen

SNOOZE = timedelta(minutes=30)
REASONS = ("Not our place", "Routine", "Known already", "Old story", "Other")
ICONS = {"Why": "priority_high", "What": "category", "Where": "location_on", "Language": "translate"}


def waits(act: dict[str, Any] | None, now: datetime) -> bool:
    """Whether an alert still waits for a person, after their newest act on it."""
    if act is None:
        return True
    if act["act"] == "snooze":
        at = moment(act["at"])
        return at is not None and now - at > SNOOZE
    return act["act"] in {"relevant", "assign"}


def card(at: Here, alert: Alert, act: dict[str, Any] | None, first: bool = False) -> None:
    """Badges, headline with the words that decided, four lines of why, the group, the buttons."""
    incident = incidents.of_alert(at.store, alert.id)
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with badges.row():
                if alert.kind == "turn":
                    badges.badge(badges.TIERS["turn"])
                badges.badge(badges.TIERS[alert.tier])
                due_badge(at, alert, act)
                if alert.seen_late:
                    badges.plain("seen late", "history")
            st.caption(origin(at, alert), width="content")
        words.headline(alert.headline, [(m.start, m.end) for m in alert.marks])
        if alert.sentence:
            words.paragraph(alert.sentence)
        elif alert.text:
            words.paragraph(shortened(alert.text))
        left, right = st.columns([5, 3], gap="large")
        with left:
            why(at, alert)
        with right:
            grouped(at, alert)
        buttons(at, alert, act, incident, first)


def shortened(text: str, most: int = 220) -> str:
    """At most two lines of text, cut at a word."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def origin(at: Here, alert: Alert) -> str:
    """Where it came from and when we first saw it."""
    outlets = {i.outlet for i in alert.items}
    count = f"{len(alert.items)} items from {len(outlets)} sources" if len(alert.items) > 1 else alert.outlet
    return f"{count} · first seen {clocks.seen_words(alert.first_seen, at.now, at.zone)}"


def due_badge(at: Here, alert: Alert, act: dict[str, Any] | None) -> None:
    """The clock time this alert is due, or what was done with it."""
    if act is not None:
        done = {
            "acknowledge": "Acknowledged",
            "dismiss": "Not relevant",
            "snooze": "Snoozed",
            "open": "Opened",
        }
        badges.plain(f"{done.get(act['act'], 'Marked')} by {act['name']}", "check")
        return
    review = alert.tier == "T2"
    due = alert.raised_at + clocks.REVIEW if review else clocks.acknowledge_by(alert.raised_at, at.calendar)
    left = due - at.now
    verb = "Review" if review else "Acknowledge"
    word = f"late by {clocks.minutes(-left)}" if left <= timedelta() else clocks.minutes(left)
    color: badges.Color = "red" if left <= timedelta() else ("gray" if review else "orange")
    st.badge(f"{verb} by {clocks.clock(due, at.zone)} · {word}"[:36], icon=":material/timer:", color=color)


def why(at: Here, alert: Alert) -> None:
    """Why you were interrupted: who, what, where, when, in words."""
    st.markdown("**Why you were interrupted**")
    with st.container(gap="xsmall"):
        for label, line in alert_acts.why_lines(alert.reasons):
            words.labelled(label, ICONS[label], line)
        kind = library.TYPES.get(alert.incident_type)
        if kind:
            words.labelled("Type", "category", kind.title)
        words.labelled("When", "schedule", at.calendar.words(at.now))


def grouped(at: Here, alert: Alert) -> None:
    """The items of the story, why each is here, and one click to take it out."""
    st.markdown("**Grouped here, and why**")
    with st.container(gap="xsmall"):
        for item in alert.items[:3]:
            words.paragraph(f"{clocks.seen_words(item.at, at.now, at.zone)} · {item.outlet} · {item.how}")
    with st.popover(
        f"Look at the {len(alert.items)} items" if len(alert.items) > 1 else "Look at the item",
        type="tertiary",
    ):
        for item in alert.items:
            words.paragraph(item.title, strong=True)
            words.paragraph(
                " ".join([f"{clocks.seen_words(item.at, at.now, at.zone)} · {item.outlet}.", *item.why])
            )
            with st.container(horizontal=True):
                if item.link.startswith(("http://", "https://")):
                    st.link_button("Open the source", item.link, type="tertiary")
                if len(alert.items) > 1 and at.account.seat in alert_acts.OPENING:
                    st.button(
                        "Take out of this story",
                        key=f"out {alert.id} {item.item_id}",
                        on_click=take_out,
                        args=(alert.story_id, item.item_id),
                        type="tertiary",
                    )


def buttons(
    at: Here, alert: Alert, act: dict[str, Any] | None, incident: incidents.Incident | None, first: bool
) -> None:
    """One main action on the first card; everything else outlined or plain."""
    if at.account.seat not in alert_acts.OPENING:
        st.caption("Communications, the police PIO or the superintendent answer alerts.")
        return
    with st.container(horizontal=True):
        if incident:
            st.button(
                f"Go to incident {incident.number}",
                key=f"go {alert.id}",
                on_click=to_incident,
                args=(incident.id,),
                icon=":material/crisis_alert:",
            )
            return
        main = alert.tier in {"T0", "T1"} and first
        st.button(
            "Acknowledge and open incident",
            key=f"open {alert.id}",
            type="primary" if main else "secondary",
            icon=":material/add_alert:",
            shortcut="o" if first else None,
            on_click=open_incident,
            args=(alert.id,),
        )
        if act is None or waits(act, at.now):
            st.button(
                "Acknowledge only", key=f"ack {alert.id}", on_click=mark, args=(alert.id, "acknowledge")
            )
            st.button(
                "Snooze 30 min",
                key=f"snooze {alert.id}",
                type="tertiary",
                on_click=mark,
                args=(alert.id, "snooze"),
            )
            with st.popover("Not relevant", type="tertiary"):
                for reason in REASONS:
                    st.button(
                        reason,
                        key=f"no {alert.id} {reason}",
                        on_click=mark,
                        args=(alert.id, "dismiss", reason),
                        type="tertiary",
                    )
        else:
            st.button(
                "Put it back",
                key=f"back {alert.id}",
                type="tertiary",
                on_click=mark,
                args=(alert.id, "relevant"),
            )


def rows(at: Here, seen: Sequence[Seen], empty: str) -> None:
    """Items that interrupted nobody, one line each with why."""
    if not seen:
        st.text(empty)
    for item in seen:
        with st.container(border=True, gap="xsmall"):
            with badges.row():
                if item.tier:
                    badges.badge(badges.TIERS[item.tier])
                st.caption(f"{clocks.seen_words(item.at, at.now, at.zone)}", width="content")
            words.headline(item.title, [(m.start, m.end) for m in item.marks])
            words.paragraph(
                f"{item.outlet}. {item.silent or '; '.join(line for _, line in alert_acts.why_lines(item.reasons))}"
            )


# Callbacks ----------------------------------------------------------------------------------------------------------


def mark(alert_id: int, act: str, detail: str = "") -> None:
    """Acknowledge, snooze, dismiss or put back."""
    done = {
        "acknowledge": "Acknowledged. It stays under Acknowledged.",
        "snooze": "Snoozed for 30 min; it comes back by itself.",
        "dismiss": "Marked not relevant. It stays under Acknowledged, where you can put it back.",
        "relevant": "It waits again.",
    }[act]
    do(done, lambda at: alert_acts.alert_act(at.store, at.actor, alert_id, act, at.now, detail))


def open_incident(alert_id: int) -> None:
    """Acknowledge and open: the items' text is copied, so that nothing of it can be lost."""
    with listening() as heard:
        alert = alerts.alert(heard, alert_id)
        if alert is None:
            tell("error", "That alert is no longer kept. Open the incident by hand; nothing was changed.")
            return
        copy = AlertCopy(alert.id, alert.headline, alert.incident_type, alert.first_seen, evidence_of(alert))
    opened = do("", lambda at: incidents.open_from_alert(at.store, at.actor, copy, at.now))
    if opened:
        to_incident(opened.id)


def evidence_of(alert: Alert) -> tuple[Evidence, ...]:
    """The items of a story as an incident keeps them."""
    return tuple(
        Evidence(
            f"item {i.item_id}",
            i.title,
            alert.text if i.item_id == alert.item_id else "",
            i.outlet,
            i.link,
            i.at,
            i.seen_at,
        )
        for i in alert.items
    )


def take_out(story_id: int, item_id: int) -> None:
    """One click takes an item out of a group, and that is remembered."""
    with here() as at, listening() as heard:
        alerts.take_out(heard, story_id, item_id, by=at.account.name, now=at.now)


def to_incident(incident_id: int) -> None:
    """Go to an incident's page."""
    go("incidents.py", incident=incident_id)


def type_box(key: str, index: int | None = None) -> None:
    """The 24 incident types by their words."""
    st.selectbox(
        "Kind of incident",
        list(library.TYPES),
        format_func=lambda t: library.TYPES[t].title,
        key=key,
        index=index,
        placeholder="Choose one",
    )
