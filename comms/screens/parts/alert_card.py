"""One alert as a card, and what a person does with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from comms import clocks
from comms.hearing import alert_acts, feedback
from comms.hearing.alert_acts import Standing
from comms.people import Account
from comms.screens.parts import badges, telling, words
from comms.screens.parts.page import Here, do, go, here, listening, outcome, tell
from comms.wording import library
from comms.workspace import incidents, turns
from comms.workspace.incidents import AlertCopy, Evidence, Incident
from monitors import alerts
from monitors.alerts import Alert

DONE = {"acknowledge": "Acknowledged", "dismiss": "Not relevant", "open": "Opened"}
GONE = "That alert is no longer kept: what was heard was cleared meanwhile. Nothing was changed."
UNDO = "answered just now"
UNDO_FOR = timedelta(minutes=5)
"""How long Undo stands beside the outcome; afterwards Put it back on the card does the same."""


def place_of(alert_id: int) -> str:
    """Where on the screen a refusal about this alert is told."""
    return f"alert {alert_id}"


def card(at: Here, alert: Alert, stands: Standing, incident: Incident | None, first: bool = False) -> None:
    """Badges, headline with the words that decided, four lines of why, the group, who has it, the buttons.

    `incident` is the one that was opened from the alert, or follows its story.
    """
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with badges.row():
                if alert.kind == "turn":
                    badges.badge(badges.TIERS["turn"])
                badges.badge(badges.TIERS[alert.tier])
                if alert.kind == "turn" and incident:
                    badges.plain(f"Incident {incident.number}", "crisis_alert")
                state_badge(at, alert, stands)
                if alert.seen_late:
                    badges.plain("seen late", "history")
            st.caption(words.literal(origin(at, alert)), width="content")
        words.headline(alert.headline, [(m.start, m.end) for m in alert.marks])
        if alert.sentence:
            words.paragraph(alert.sentence)
        elif alert.text:
            words.paragraph(shortened(alert.text))
        left, right = st.columns([5, 3], gap="medium")
        with left:
            why(at, alert)
        with right:
            grouped(at, alert)
        telling.line(at, alert)
        who_has_it(at, stands)
        outcome(place_of(alert.id))
        buttons(at, alert, stands, incident, first)


def shortened(text: str, most: int = 220) -> str:
    """At most two lines of text, cut at a word."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def origin(at: Here, alert: Alert) -> str:
    """Where it came from and when we first saw it."""
    outlets = {i.outlet for i in alert.items}
    whose = next(iter(outlets)) if len(outlets) == 1 else f"{len(outlets)} sources"
    count = f"{len(alert.items)} items from {whose}" if len(alert.items) > 1 else alert.outlet
    return f"{count} · first seen {clocks.seen_words(alert.first_seen, at.now, at.zone)}"


def state_badge(at: Here, alert: Alert, stands: Standing) -> None:
    """The clock time this alert is due, or what was done with it."""
    if stands.answer is not None:
        badges.plain(f"{DONE.get(stands.answer.act, 'Answered')} by {stands.answer.name}", "check")
        reason = feedback.REASONS.get(stands.answer.detail)
        if stands.answer.act == "dismiss" and reason:
            badges.plain(reason[0])
        return
    until = stands.snoozed.get(at.account.id)
    if until is not None and at.now < until:
        badges.plain(f"Snoozed by you until {clocks.clock(until, at.zone)}", "snooze")
    review = alert.tier == "T2"
    due = alert.raised_at + clocks.REVIEW if review else clocks.acknowledge_by(alert.raised_at, at.calendar)
    left = due - at.now
    color: badges.Color = "red" if left <= timedelta() else ("gray" if review else "orange")
    st.badge(due_words(review, due, left, at.zone), icon=":material/timer:", color=color)


def due_words(review: bool, due: datetime, left: timedelta, zone: ZoneInfo) -> str:
    """ "Acknowledge by 3:17 PM · 3 min", once missed "Due 3:17 PM · late by 2 min": no longer than a phone's card is wide."""
    at = clocks.clock(due, zone)
    if left <= timedelta():
        return f"Due {at} · late by {clocks.minutes(-left)}"
    return f"{'Review' if review else 'Acknowledge'} by {at} · {clocks.minutes(left)}"


def why(at: Here, alert: Alert) -> None:
    """Why you were interrupted: who, what, where, when, in words."""
    st.markdown("**Why you were interrupted**")
    kind = library.TYPES.get(alert.incident_type)
    words.lines(
        [
            *alert_acts.why_lines(alert.reasons),
            *([("Type", kind.title)] if kind else []),
            ("When", at.calendar.words(at.now)),
        ]
    )


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


def who_has_it(at: Here, stands: Standing) -> None:
    """On each side: who was given this alert, by whom, and when."""
    for side, holder in stands.has.items():
        given = "took it" if holder.by == holder.name else f"has it from {holder.by}"
        when = clocks.seen_words(holder.at, at.now, at.zone)
        words.labelled(
            badges.SIDES[side][0], "person", f"{holder.name} {given}, {when}", badges.SIDES[side][2]
        )


def buttons(at: Here, alert: Alert, stands: Standing, incident: Incident | None, first: bool) -> None:
    """One main action on the first card; everything else outlined or plain."""
    if at.account.seat not in alert_acts.OPENING:
        stop_the_clock(at, alert, stands, first)
        return
    answered = stands.answer is not None
    with st.container(horizontal=True):
        if incident and answered:
            st.button(
                f"Go to incident {incident.number}",
                key=f"go {alert.id}",
                on_click=to_incident,
                args=(incident.id,),
                icon=":material/crisis_alert:",
            )
        else:
            main(alert, incident, first)
        if not answered:
            st.button("Acknowledge only", key=f"ack {alert.id}", on_click=acknowledge, args=(alert.id,))
            assigning(at, alert, stands)
            if stands.waits(at.now, at.account.id):
                st.button(
                    "Snooze 30 min",
                    key=f"snooze {alert.id}",
                    type="tertiary",
                    on_click=snooze,
                    args=(alert.id,),
                )
            not_relevant(alert)
        elif not incident:
            st.button(
                "Put it back", key=f"back {alert.id}", type="tertiary", on_click=put_back, args=(alert.id,)
            )


def stop_the_clock(at: Here, alert: Alert, stands: Standing, first: bool) -> None:
    """What a deputy can do, who is told when nobody answers: acknowledge, and call who opens the incident."""
    if not alert_acts.may_acknowledge(at.store, at.account, at.now):
        st.caption("Communications, the police PIO, the superintendent and their deputies answer alerts.")
        return
    if stands.answer is None:
        st.button(
            "Acknowledge",
            key=f"ack {alert.id}",
            type="primary" if alert.tier in alerts.PAGES and first else "secondary",
            icon=":material/check:",
            shortcut="o" if first else None,
            on_click=acknowledge,
            args=(alert.id,),
        )
    opening = [f"{p.called} {p.phone}".strip() for p in alert_acts.may_have(at.store, at.account)]
    if opening:
        words.paragraph(f"On your side the incident is opened by {' or '.join(opening)}.")


def main(alert: Alert, incident: Incident | None, first: bool) -> None:
    """Open the incident; a turn in a story that has one leads there."""
    st.button(
        f"Acknowledge and go to incident {incident.number}" if incident else "Acknowledge and open incident",
        key=f"open {alert.id}",
        type="primary" if alert.tier in alerts.PAGES and first else "secondary",
        icon=":material/crisis_alert:" if incident else ":material/add_alert:",
        shortcut="o" if first else None,
        on_click=follow_turn if incident else open_incident,
        args=(alert.id, incident.id) if incident else (alert.id,),
    )


def assigning(at: Here, alert: Alert, stands: Standing) -> None:
    """Give it to a person of one's own side, give it on, or take it back."""
    holder = stands.has.get(at.account.side)
    label = f"Assigned to {words.literal(holder.name)}" if holder else "Assign"
    with st.popover(label, type="tertiary", icon=":material/person_add:"):
        for person in alert_acts.may_have(at.store, at.account):
            if holder is None or holder.account_id != person.id:
                st.button(
                    "I take it"
                    if person.id == at.account.id
                    else f"Assign to {words.literal(person.called)}",
                    key=f"assign {alert.id} {person.id}",
                    type="tertiary",
                    on_click=assign,
                    args=(alert.id, alert.headline, person),
                )
        if holder:
            st.button(
                "Take it back",
                key=f"assign {alert.id} nobody",
                type="tertiary",
                on_click=assign,
                args=(alert.id, alert.headline, None),
            )


def not_relevant(alert: Alert) -> None:
    """One of a few reasons; undone with one press."""
    with st.popover("Not relevant", type="tertiary"):
        st.caption("Why? The first three also teach; see “What your marks changed”.")
        for reason, (word, _) in feedback.REASONS.items():
            st.button(
                word,
                key=f"no {alert.id} {reason}",
                type="tertiary",
                on_click=dismiss,
                args=(alert.id, reason),
            )


def undo(at: Here) -> None:
    """Beside the outcome of an answer just given: take it back."""
    alert_id = st.session_state.get(UNDO)
    answer = alert_acts.standing(at.store, alert_id).answer if alert_id else None
    if answer and answer.act in {"dismiss", "acknowledge"} and at.now - answer.at < UNDO_FOR:
        word = "Undo: not relevant" if answer.act == "dismiss" else "Undo: acknowledged"
        st.button(word, key="undo answer", icon=":material/undo:", on_click=put_back, args=(alert_id,))


# Callbacks ----------------------------------------------------------------------------------------------------------


def answered(alert_id: int, done: str, command: Callable[[Here], object]) -> bool:
    """Run a command on an alert: a refusal stands on its card, the outcome where it is seen when the card has gone."""
    st.session_state.pop(UNDO, None)
    with listening() as heard:
        if alerts.alert(heard, alert_id) is None:
            tell("error", GONE)
            return False
    if not do("", lambda at: command(at) or True, place_of(alert_id)):
        return False
    tell("success", done)
    return True


def acknowledge(alert_id: int) -> None:
    """Stop its clock, open nothing."""
    if answered(
        alert_id,
        "Acknowledged. It stays under Acknowledged.",
        lambda at: alert_acts.acknowledge(at.store, at.actor, alert_id, at.now),
    ):
        st.session_state[UNDO] = alert_id


def snooze(alert_id: int) -> None:
    """Out of one's own sight for half an hour."""
    answered(
        alert_id,
        "Snoozed for you for 30 min; it comes back by itself. Others still see it, and its clock runs on.",
        lambda at: alert_acts.snooze(at.store, at.actor, alert_id, at.now),
    )


def assign(alert_id: int, headline: str, person: Account | None) -> None:
    """Give it to someone, or take it back."""
    answered(
        alert_id,
        f"{person.called} has the alert now." if person else "Nobody of your side has the alert now.",
        lambda at: alert_acts.assign(
            at.store, at.actor, alert_id, person.id if person else None, headline, at.now
        ),
    )


def dismiss(alert_id: int, reason: str) -> None:
    """Not relevant, and why."""
    word, teaches = feedback.REASONS[reason]
    learnt = "" if teaches else " This reason says nothing of the words, so it teaches nothing."
    if answered(
        alert_id,
        f"Marked not relevant: {word.lower()}.{learnt}",
        lambda at: feedback.dismiss(at.store, at.actor, alert_id, judged(alert_id), reason, at.now),
    ):
        st.session_state[UNDO] = alert_id


def put_back(alert_id: int) -> None:
    """Undo an answer."""
    answered(
        alert_id,
        "It waits again.",
        lambda at: feedback.put_back(at.store, at.actor, alert_id, judged(alert_id), at.now),
    )


def judged(alert_id: int) -> feedback.Judged | None:
    """The alert's item as it was judged, read before the act's own transaction."""
    with listening() as heard:
        alert = alerts.alert(heard, alert_id)
        return feedback.judged(heard, alert.item_id) if alert else None


def follow_turn(alert_id: int, incident_id: int) -> None:
    """Acknowledge a turn and go to the incident it belongs to; what turned is there already or is brought there now."""

    def command(at: Here) -> None:
        alert_acts.acknowledge(at.store, at.actor, alert_id, at.now)
        with listening() as heard:
            turns.attach_to(at.store, heard, incidents.incident(at.store, incident_id), at.now)

    if answered(alert_id, "Acknowledged.", command):
        to_incident(incident_id)


def open_incident(alert_id: int) -> None:
    """Acknowledge and open: the items' text is copied, so that nothing of it can be lost."""
    with listening() as heard:
        alert = alerts.alert(heard, alert_id)
        if alert is None:
            tell("error", f"{GONE} Open the incident by hand.")
            return
        copy = AlertCopy(
            alert.id,
            alert.headline,
            alert.incident_type,
            alert.first_seen,
            evidence_of(alert),
            feedback.judged(heard, alert.item_id),
        )
    opened = do(
        "", lambda at: incidents.open_from_alert(at.store, at.actor, copy, at.now), place_of(alert_id)
    )
    if opened:
        to_incident(opened.id)


def evidence_of(alert: Alert) -> tuple[Evidence, ...]:
    """The items of a story as an incident keeps them."""
    return tuple(
        Evidence(
            i.key,
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
        alerts.number_above(heard, alert_acts.highest_known(at.store))
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
