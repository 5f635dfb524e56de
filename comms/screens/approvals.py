"""What waits for my name?"""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from comms import clocks, partnership
from comms.agreeing import asks, briefs, decisions
from comms.agreeing.briefs import Brief, Passage
from comms.people import APPROVING, Seat
from comms.screens.parts import afterwards, badges, channel, comments, protective_view, reach_view, words
from comms.screens.parts.foot import foot_bar
from comms.screens.parts.page import Here, do, here, outcome, pulse, tell
from comms.wording import attachments
from comms.workspace import next_of_kin, statements, suggestions, turns

WHOLE, CHANGED = "Whole text", "What changed"


def version(at: Here) -> object:
    """What this screen shows of the world."""
    row = at.store.row_of(
        "select (select max(id) from ask) as a, (select max(id) from decision) as d, (select max(id) from revision) as r, "
        "(select count(*) from checked) as c, (select max(id) from release) as o, "
        "(select max(id) from confirmation) as n, (select max(id) from standing_approval) as b, "
        "(select max(id) from incident_turn) as t"
    )
    return tuple((row or {}).values())


def main(at: Here) -> None:
    """One text at a time, most urgent first; the others are listed under it."""
    waiting = asks.waiting_for(at.store, at.account)
    with badges.title("Approvals", at.profile.demo):
        if waiting:
            many = "waits" if len(waiting) == 1 else "wait"
            st.badge(f"{len(waiting)} {many} for you", icon=":material/draw:", color="red")
    st.set_page_config(
        page_title=f"({len(waiting)}) Approvals · One Voice" if waiting else "Approvals · One Voice"
    )
    if not waiting:
        outcome()
        who = (
            ""
            if at.account.seat in APPROVING
            else " Your seat approves nothing; you see here what you stand in for."
        )
        st.text(f"Nothing waits for your name.{who}")
        afterwards.owed(at, mine=True)
        answered(at)
        protective_view.beforehand(at)
        reach_view.own(at)
        return
    labels = {}
    for each in waiting:
        about = statements.statement(at.store, each.statement_id)
        labels[each.id] = words.literal(about.title) + (
            f", due {clocks.clock(each.due_at, at.zone)}" if each.due_at else ""
        )
    chosen = waiting[0].id
    if len(waiting) > 1:
        chosen = (
            st.segmented_control(
                "Which text",
                [a.id for a in waiting],
                default=waiting[0].id,
                required=True,
                key="which ask",
                format_func=lambda i: f":gray[{labels[i]}]",
                label_visibility="collapsed",
            )
            or waiting[0].id
        )
    one(at, next((a for a in waiting if a.id == chosen), waiting[0]))
    afterwards.owed(at, mine=True)
    answered(at)
    protective_view.beforehand(at)
    reach_view.own(at)


def one(at: Here, asked: asks.Ask) -> None:
    """Due, class, hash; the words; before you, the facts, the check; the foot bar."""
    brief = briefs.brief(at.store, asked.statement_id, at.account, asked.seat, asked)
    st.header(f"{words.literal(brief.statement.title)}, incident {brief.incident.number}")
    words.paragraph(brief.incident.title)
    with badges.row():
        if brief.due_at:
            late = at.now > brief.due_at
            word = f"Due {clocks.clock(brief.due_at, at.zone)}" + (
                f" · late by {clocks.minutes(at.now - brief.due_at)}" if late else ""
            )
            st.badge(word, icon=":material/timer:", color="red" if late else "orange")
        badges.plain(f"Class {brief.statement.cls}", "rule")
        sender = f"sent by {brief.sender.called}, {brief.sender.organisation}" if brief.sender else ""
        st.caption(f"{words.literal(sender)} · all times {clocks.zone_name(at.zone)}", width="content")
    turned(at, brief)
    left, right = st.columns([5, 3], gap="large")
    with left:
        for passage in brief.passages:
            the_words(passage)
    with right:
        beside(at, brief)
    answers(at, brief)


def turned(at: Here, brief: Brief) -> None:
    """How the story turned while the words waited: told before they are answered for, whoever else has seen it."""
    if not brief.turned:
        return
    with st.container(border=True, gap="small"):
        badges.badge(badges.TIERS["turn"])
        for turn in brief.turned:
            what, says = turns.turned_words(turn, at.now, at.zone)
            words.paragraph(what, strong=True)
            words.paragraph(says)
        st.text("Read whether the words still hold before you answer. If they do not, object and say so.")


def the_words(passage: Passage) -> None:
    """Whole, or what changed since this person answered; opens on the change if they answered before."""
    newest = passage.variant.newest
    with st.container(border=True):
        with badges.row():
            st.markdown(f"**{channel.LABELS[passage.variant.channel]}**", width="content")
            st.caption(
                f"Revision {newest.number} · {newest.short_hash} · by {words.literal(newest.author)}",
                width="content",
            )
        view = WHOLE
        if passage.before and passage.before.id != newest.id:
            view = (
                st.segmented_control(
                    f"View of {channel.LABELS[passage.variant.channel]}",
                    [WHOLE, CHANGED],
                    default=CHANGED,
                    required=True,
                    format_func=lambda v: (
                        f":gray[{v}{f' since revision {passage.before.number}' if v == CHANGED and passage.before else ''}]"
                    ),
                    label_visibility="collapsed",
                    key=f"view {passage.variant.id}",
                )
                or CHANGED
            )
        if view == CHANGED:
            words.changes(passage.change)
        else:
            if newest.subject and passage.variant.channel in channel.WITH_SUBJECT:
                words.paragraph(newest.subject, strong=True)
            words.paragraph(newest.text)
        the_files(passage)
        comments.before_approval(passage.comments)


def the_files(passage: Passage) -> None:
    """What goes out with these words: a picture is seen, anything else is opened; an approval names each."""
    for file in passage.files:
        with here() as at:
            content = attachments.content(at.store, file.id)
        if file.kind in attachments.PICTURES:
            st.image(content, caption=words.literal(file.words), width="stretch")
        else:
            key = f"file {passage.variant.id} {file.id}"
            label = words.literal(f"Open {file.name}")
            st.download_button(label, content, file.name, file.kind, key=key, icon=":material/attach_file:")
            words.paragraph(file.words)
        if file.id in passage.new_files:
            badges.plain("New since you answered", "fiber_new")
    for gone in passage.gone_files:
        words.paragraph(f"Taken off since you answered: {gone}")


def beside(at: Here, brief: Brief) -> None:
    """Who answered before you, the facts used, the check, numbers to tap."""
    st.header("Before you")
    for seat in brief.standing.seats:
        with badges.row():
            badges.badge(badges.SEATS[seat.step.seat])
            mine = seat.step.seat is brief.seat and not seat.settled
            badges.badge(
                badges.APPROVALS[
                    "mine"
                    if mine
                    else "signed"
                    if seat.state == "approved" and seat.step.seat is Seat.SUPERINTENDENT
                    else seat.state
                ]
            )
    st.header("Facts used")
    for fact in brief.used:
        with badges.row():
            badges.badge(badges.FACTS[fact.status])
            words.paragraph(fact.claim)
    if not brief.used:
        st.text("None word for word.")
    if brief.unused:
        st.caption(
            f"{len(brief.unused)} on the sheet not used: "
            + words.literal("; ".join(f.claim for f in brief.unused[:3]))
        )
    if brief.kin_needed or brief.kin:
        st.header("Next of kin")
        words.paragraph(next_of_kin.sentence(brief.kin, at.now, at.zone))
    st.header("The check")
    found = [a for p in brief.passages for a in p.hits or ()]
    if any(p.hits is None for p in brief.passages):
        st.text("Not checked yet.")
    elif not found:
        badges.badge(badges.LEVELS["clear"])
    for each in found:
        with badges.row():
            badges.badge(badges.LEVELS[each.hit.level])
            words.paragraph(
                f"“{each.hit.text}”: {each.hit.why}" + (f" Kept: {each.reason}" if not each.open else "")
            )
    reach_view.hand_over(at, brief.statement.id, brief.seat)
    for organisation in partnership.organisations(at.store):
        if organisation.kind != at.account.side:
            words.call(organisation.short or organisation.name, organisation.phone)
    if brief.sender and brief.sender.id != at.account.id:
        words.call(brief.sender.called, brief.sender.phone)


def answers(at: Here, brief: Brief) -> None:
    """Sign, sign with an edit, object: each names the hashes shown."""
    outcome()
    numbers = sorted({p.variant.newest.number for p in brief.passages})
    which = f"revision {numbers[0]}" if len(numbers) == 1 else "these texts"
    verb = "Sign" if brief.seat is Seat.SUPERINTENDENT else "Approve"
    sid = brief.statement.id
    with foot_bar():
        with st.popover("Object or edit", type="tertiary", icon=":material/front_hand:"):
            st.text(f"Your answer covers {which} and no other text.")
            with st.form(f"object {sid}", border=False):
                st.text_area("What is wrong, in a sentence", key=f"reason {sid}", max_chars=2000)
                with st.container(horizontal=True):
                    st.form_submit_button("Object", on_click=object_to, args=(sid, brief.shown, "object"))
                    st.form_submit_button(
                        "Not my facts", on_click=object_to, args=(sid, brief.shown, "not_my_facts")
                    )
            with st.form(f"edit {sid}", border=False):
                ids = {p.variant.id: p for p in brief.passages}
                st.selectbox(
                    "Suggest an edit of",
                    list(ids),
                    format_func=lambda i: channel.NAMES[ids[i].variant.channel],
                    key=f"which {sid}",
                )
                st.text_area(
                    "The text as it should read (paste and change it)",
                    brief.passages[0].variant.newest.text,
                    key=f"edit text {sid}",
                    height=200,
                )
                st.form_submit_button("Suggest this edit", on_click=suggest, args=(sid,))
        st.button(
            f"{verb} {which}",
            type="primary",
            icon=":material/draw:",
            on_click=approve,
            args=(sid, brief.shown, which, verb),
        )


def answered(at: Here) -> None:
    """Folded: what this person answered today, exactly as it was."""
    rows = at.store.rows_of(
        "select statement_id, answer, at, reason, group_concat(revision_id) as revisions from decision "
        "where account_id = ? and at > ? group by statement_id, answer, at order by at desc",
        at.account.id,
        (at.now - timedelta(hours=24)).isoformat(),
    )
    if rows:
        with st.expander(f"Answered today ({len(rows)})", icon=":material/task_alt:"):
            did = {"approve": "approved", "object": "objected to", "not_my_facts": "said “not my facts” to"}
            for row in rows:
                about = statements.statement(at.store, row["statement_id"])
                when = clocks.seen_words(datetime.fromisoformat(row["at"]), at.now, at.zone)
                words.paragraph(
                    f"{when}: you {did[row['answer']]} {about.title.lower()}. {row['reason']}", strong=True
                )
                for revision_id in map(int, row["revisions"].split(",")):
                    given = statements.revision(at.store, revision_id)
                    st.caption(f"Revision {given.number} · {given.short_hash}")
                    words.paragraph(given.text)


# Callbacks ----------------------------------------------------------------------------------------------------------


def approve(statement_id: int, shown: dict[int, str], which: str, verb: str) -> None:
    """Approve or sign exactly what was shown."""
    done = do("", lambda at: decisions.decide(at.store, at.actor, statement_id, shown, "approve", at.now))
    if done:
        with here() as at:
            past = "signed" if verb == "Sign" else "approved"
            tell(
                "success",
                f"Recorded {clocks.clock(done.at, at.zone)} {clocks.zone_name(at.zone)}: you {past} {which}.",
            )


def object_to(statement_id: int, shown: dict[int, str], answer: str) -> None:
    """Object, with the reason."""
    reason = st.session_state[f"reason {statement_id}"]
    do(
        "Recorded. The writers see your reason.",
        lambda at: decisions.decide(at.store, at.actor, statement_id, shown, answer, at.now, reason),
    )


def suggest(statement_id: int) -> None:
    """Send an edit as a suggestion."""
    variant_id, text = (
        st.session_state[f"which {statement_id}"],
        st.session_state[f"edit text {statement_id}"],
    )

    def command(at: Here) -> int:
        subject = statements.variant(at.store, variant_id).newest.subject
        return suggestions.suggest(at.store, at.actor, variant_id, text, subject, at.now)

    do("Sent as a suggestion. Someone else accepts it; then you can still approve.", command)


with pulse(version, "approvals"), here() as at:
    main(at)
