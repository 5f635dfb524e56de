"""Are the words right, and why can they not go yet?"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from comms import clocks
from comms.agreeing import apart, asks, decisions, seats
from comms.agreeing.approvals import SeatStanding
from comms.people import SEAT_NAMES, WRITING, Seat, account
from comms.reasons import Reason
from comms.saying import releases
from comms.screens.parts import (
    after,
    afterwards,
    badges,
    before,
    channel,
    comments,
    divergence_view,
    ground_view,
    kin_view,
    languages_view,
    presence,
    protective_view,
    turns_view,
    words,
    writing,
)
from comms.screens.parts.foot import foot_bar, reasons_button, reasons_list
from comms.screens.parts.page import Here, do, go, here, number_asked, outcome, pulse
from comms.wording import library
from comms.workspace import checks, corrections, incidents, statements
from comms.workspace.incidents import Incident
from comms.workspace.statements import Statement, Variant


def version(at: Here) -> object:
    """What this page shows besides the words a person is typing."""
    row = at.store.row_of(
        "select (select max(id) from revision) as r, (select max(id) from decision) as d, (select max(id) from ask) as a, "
        "(select count(*) from checked) as c, (select max(id) from hit_answer) as h, (select max(id) from release) as o, "
        "(select count(*) from outbox where sent_at is not null) as m, (select max(id) from fact_revision) as f, "
        "(select count(*) from suggestion where settled_at is null) as s, "
        "(select max(id) from override) as v, (select max(id) from confirmation) as n, (select max(id) from embargo) as e, "
        "(select max(id) from side_notice) as i, (select max(id) from seen_text) as x, "
        "(select count(*) from withdrawal) + (select count(*) from waiver) as w, "
        "(select count(*) from comment) + (select count(*) from comment_reply) + (select count(*) from comment_resolution) as k, "
        "(select count(*) from ground_tick) + (select count(*) from translation_mark) + (select count(*) from divergence_answer) as t, "
        "(select max(id) from divergence_ask) as z, (select max(id) from kin_answer) as l, "
        "(select max(id) from incident_turn) as u, (select count(*) from incident_turn_seen) as y"
    )
    return tuple((row or {}).values())


def main(at: Here, about: Statement) -> None:
    """Top to bottom as the experience says."""
    incident = incidents.incident(at.store, about.incident_id)
    texts = statements.variants(at.store, about.id)
    release = releases.of_statement(at.store, about.id)
    st.button(
        f"Incident {incident.number}",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=back,
        args=(incident.id,),
    )
    drill = "DRILL " if incident.drill else ""
    st.set_page_config(page_title=f"{drill}{about.title} · {incident.number} · One Voice")
    with badges.title(drill + about.title, at.profile.demo):
        st.link_button("Print view", f"/statement/{about.id}/print", icon=":material/print:", type="tertiary")
    if about.voice != "joint" and at.account.side != ("district" if about.voice == "district" else "agency"):
        st.badge("Read only: it is the other side's text", icon=":material/visibility:", color="gray")
    header(at, about, incident, texts)
    turns_view.banner(at, incident)
    protective_view.note(at, about.id)
    afterwards.owed(at, statement_id=about.id)
    chosen = pick(at, about, texts)
    if not release:
        languages_view.block(at, about, texts)
    left, right = st.columns([5, 3], gap="large")
    reasons = () if release else releases.reasons_not(at.store, about.id, at.now)
    with left:
        if release or at.account.seat not in WRITING:
            reading(at, about, chosen, release)
        else:
            writing.desk(at, about, chosen)
        divergence_view.block(at, about)
        ground_view.block(at, about, chosen, release is not None)
        comments.block(at, chosen, release is not None)
    with right:
        if not release:
            why_not(reasons)
        approvals(at, about, release)
        kin_view.block(at, about, texts, release is not None)
        if release:
            after.block(at, release)
        else:
            afterwards.ways_left(at, about)
            before.settle(at, about, chosen)
        st.header(
            "As families get it"
            if chosen.channel in {"email", "sms", "call", "web", "social"}
            else "As it reads"
        )
        channel.preview(at, chosen)
    outcome()
    foot(at, about, incident, texts, reasons, release)


def header(at: Here, about: Statement, incident: Incident, texts: list[Variant]) -> None:
    """Number, class, voice, due; revision and hash of the chosen channel."""
    tile = clocks.strip(incidents.times(at.store, incident), at.calendar, at.now)[2]
    with badges.row():
        badges.plain(incident.number, "crisis_alert")
        badges.plain(f"Class {about.cls} · {library.CLASSES[about.cls].lower()}", "rule")
        badges.plain(library.VOICES[about.voice], "handshake")
        if about.phase == "H" and tile.state not in {"done", "late done"}:
            st.badge(
                f"Due {tile.value.removeprefix('by ')} · {tile.chip}",
                icon=":material/timer:",
                color=badges.CHIPS[tile.state],
            )
        fixes = corrections.of_statement(at.store, about.id)
        if fixes and not statements.released(at.store, about.id):
            left = fixes.due_at - at.now
            word = (
                f"{clocks.minutes(left)} left"
                if left.total_seconds() > 0
                else f"missed by {clocks.minutes(-left)}"
            )
            st.badge(
                f"Correction {fixes.number} due {clocks.clock(fixes.due_at, at.zone)} · {word}"[:36],
                icon=":material/timer:",
                color="orange" if left.total_seconds() > 0 else "red",
            )
        if about.next_update_at:
            badges.plain(f"Names next update {clocks.clock(about.next_update_at, at.zone)}", "update")
        st.caption(f"all times {clocks.zone_name(at.zone)}", width="content")


def pick(at: Here, about: Statement, texts: list[Variant]) -> Variant:
    """The channels, each with the number of things to settle."""

    labels = {each.id: channel_label(at, about, each) for each in texts}
    wanted = number_asked("variant")
    ids = [v.id for v in texts]
    chosen = st.segmented_control(
        "Channel",
        ids,
        default=wanted if wanted in ids else ids[0],
        format_func=labels.__getitem__,
        required=True,
        label_visibility="collapsed",
        key=f"channel {about.id}",
    )
    return next(v for v in texts if v.id == (chosen or ids[0]))


def channel_label(at: Here, about: Statement, each: Variant) -> str:
    """A channel's name, its language when not English, and how many hits are open."""
    hits = checks.of_variant(at.store, about, each)
    count = sum(a.open for a in checks.answered(at.store, about, each, hits)) if hits else 0
    language = f" ({library.LANGUAGES[each.language]})" if each.language != "en" else ""
    return f":gray[{channel.NAMES[each.channel]}{language}{f' {count}' if count else ''}]"


def reading(at: Here, about: Statement, chosen: Variant, release: releases.Released | None) -> None:
    """Text as text, not as a disabled box."""
    st.header("Text")
    if release:
        st.caption(
            f"Released {clocks.full(release.at, at.zone)} by {words.literal(release.by)}. It never changes."
        )
        if release.without:
            badges.badge(("", "report", "red"), f"Released without {release.without}")
    else:
        st.badge("Read only: you hold no writing seat", icon=":material/visibility:", color="gray")
    with st.container(border=True):
        words.paragraph(checks.words(chosen.newest.subject, chosen.newest.text))
    st.caption(
        f"Revision {chosen.newest.number} · {chosen.newest.short_hash} · by {words.literal(chosen.newest.author)}"
    )
    if release:
        channel.going_out(at, release, chosen)


def why_not(reasons: tuple[Reason, ...]) -> None:
    """The one list, in full."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header("Why it cannot go yet" if reasons else "It can go", width="content")
        if reasons:
            st.badge(
                f"{len(reasons)} reason{'s' if len(reasons) > 1 else ''}",
                icon=":material/block:",
                color="red",
            )
        else:
            st.badge("Nothing holds it", icon=":material/check_circle:", color="green")
    reasons_list(reasons)


def approvals(at: Here, about: Statement, release: releases.Released | None) -> None:
    """In order of signing: who, on which words, what changed since, which deputy and when."""
    st.header("Approvals")
    named = seats.stand_ins(at.store, about, at.now)
    for number, seat in enumerate(seats.standing(at.store, about).seats, 1):
        people = seats.holders(at.store, about, seat.step.seat)
        with st.container(border=True, gap="small"):
            state = (
                "signed" if seat.state == "approved" and seat.step.seat is Seat.SUPERINTENDENT else seat.state
            )
            mine = seat.state in {"waits", "lapsed"} and at.account.id in {p.id for p in people}
            with badges.row():
                st.markdown(f"**{number}**", width="content")
                badges.badge(badges.SEATS[seat.step.seat])
                badges.badge(badges.APPROVALS["mine" if mine and asks.sent(at.store, about) else state])
            words.paragraph(
                ", ".join(f"{p.called}, {SEAT_NAMES[p.seat]}" for p in people) or "Nobody holds this seat",
                strong=True,
            )
            words.paragraph(account_of(at, about, seat))
            asked = asks.newest_ask(at.store, about.id, seat.step.seat)
            for deputy in [
                d
                for d in named
                if d.seat is seat.step.seat and not seat.settled and asked and seat.step.deputy_after
            ]:
                from_at = clocks.clock(asked.at + seat.step.deputy_after, at.zone)  # type: ignore[union-attr,operator]
                words.paragraph(f"Deputy {account(at.store, deputy.account_id).called} from {from_at}.")


def account_of(at: Here, about: Statement, seat: SeatStanding) -> str:
    """One sentence on how a seat stands."""
    if seat.override:
        return f"{account(at.store, seat.override.account_id).called} let it go without this seat: {seat.override.reason}"
    if seat.decision:
        revision = statements.revision(at.store, seat.decision.revision_id)
        when = clocks.seen_words(seat.decision.at, at.now, at.zone)
        stood_in = (
            f" for {account(at.store, seat.decision.for_account_id).called}"
            if seat.decision.for_account_id
            else ""
        )
        did = "Signed" if seat.step.seat is Seat.SUPERINTENDENT else "Approved"
        if seat.state == "objected":
            return f"Objected {when}: {seat.decision.reason}"
        line = f"{did} by {account(at.store, seat.decision.account_id).called}{stood_in} {when}, revision {revision.number} ({revision.short_hash})."
        return line + (
            " The words changed since; only the change is shown again." if seat.state == "lapsed" else ""
        )
    if seat.state == "beforehand":
        return "These words were approved beforehand; the full sign-off is asked for after the release."
    asked = asks.newest_ask(at.store, about.id, seat.step.seat)
    if seat.state == "later":
        return "Signs last, on the whole, after the others."
    return (
        f"Asked {clocks.seen_words(asked.at, at.now, at.zone)}, {clocks.minutes(at.now - asked.at)} ago, by link; "
        f"{channel.delivery_of(at, asked.id)}."
        if asked
        else "Not asked yet."
    )


def foot(
    at: Here,
    about: Statement,
    incident: Incident,
    texts: list[Variant],
    reasons: tuple[Reason, ...],
    release: releases.Released | None,
) -> None:
    """The main action by the state of the statement; pressed too early it opens the reasons and changes nothing."""
    shown = {v.id: v.newest.hash for v in texts}
    with foot_bar():
        if release:
            st.caption(f"Released {clocks.seen_words(release.at, at.now, at.zone)}.", width="content")
            due = f" (due {clocks.clock(about.next_update_at, at.zone)})" if about.next_update_at else ""
            main_action(f"Write the next update{due}", "edit", next_update, incident.id)
            return
        reasons_button(reasons)
        verb = my_turn(at, about)
        if verb:
            main_action(f"Go to {verb} this text", "draw", go, "approvals.py")
        elif not reasons and releases.may_release(at.store, about, at.account, at.now):
            if about.cls == "A":
                main_action(
                    f"Release to {len(texts)} channels now", "shield", channel.release_now, about.id, shown
                )
            else:
                main_action(f"Release to {len(texts)} channels", "send", open_dialog, about.id)
        elif asks.sent(at.store, about):
            waiting(at, about, reasons)
        elif at.account.seat in WRITING:
            main_action("Send for approval", "send", send, about.id)
    if st.session_state.get("release dialog") == about.id and not reasons:
        del st.session_state["release dialog"]
        channel.release_dialog(about.id, shown)


def main_action(label: str, icon: str, press: Callable[..., None], *what: object) -> None:
    """The one filled button of the page."""
    st.button(label, type="primary", icon=f":material/{icon}:", on_click=press, args=what)


def my_turn(at: Here, about: Statement) -> str:
    """What this person does next, "approve" or "sign"; nothing when it is not their turn."""
    mine = decisions.may_answer(at.store, about, at.account, at.now) if asks.sent(at.store, about) else None
    if mine is None or mine not in {s.seat for s in seats.standing(at.store, about).next_seats}:
        return ""
    return "sign" if mine is Seat.SUPERINTENDENT else "approve"


def waiting(at: Here, about: Statement, reasons: tuple[Reason, ...]) -> None:
    """It was sent: remind whoever is next, or say what is left."""
    missing = seats.standing(at.store, about).missing
    names = " and ".join(
        words.literal(p.called) for s in missing[:1] for p in seats.holders(at.store, about, s.step.seat)
    )
    if at.account.seat in WRITING and names:
        main_action(f"Remind {names}", "notifications", remind, about.id)
        return
    word = f"Waits for {names}." if names else "Every seat has answered; the list says what is left."
    st.caption("Communications releases it." if not reasons else word, width="content")


# Callbacks ----------------------------------------------------------------------------------------------------------


def back(incident_id: int) -> None:
    """To the incident."""
    go("incidents.py", incident=incident_id)


def send(statement_id: int) -> None:
    """Send the saved words for approval; typed and unsaved words are not among them."""
    do(
        "Sent. Each approver has a link; you see here when they answer.",
        lambda at: asks.send(at.store, at.actor, statement_id, at.now),
    )


def remind(statement_id: int) -> None:
    """Ask again."""
    do("Reminded by e-mail.", lambda at: asks.remind(at.store, at.actor, statement_id, at.now))


def open_dialog(statement_id: int) -> None:
    """Before it goes: the channels, audiences and counts."""
    st.session_state["release dialog"] = statement_id


def next_update(incident_id: int) -> None:
    """The next text of the incident."""
    begun = do(
        "", lambda at: statements.start(at.store, at.actor, incident_id, statements.Start("U"), at.now)
    )
    if begun:
        go("statement.py", statement=begun.id)


asked_for = number_asked("statement")
with pulse(version, f"statement {asked_for}"), here() as at:
    try:
        shown = statements.statement(at.store, asked_for or 0)
        if not incidents.may_read(at.account, incidents.incident(at.store, shown.incident_id)):
            raise KeyError(asked_for)
        apart.look(at.store, at.actor, shown, at.now)
        main(at, shown)
        presence.enter(asked_for or 0, at.account.id, at.account.called, at.account.side, at.now)
    except KeyError:
        st.error("There is no such statement. Open one from its incident.")
