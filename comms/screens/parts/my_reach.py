"""How I am reached: further means, quiet hours, the digest's time, a test by each; everybody for themselves."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from comms import clocks, partnership
from comms.deputies import deputies
from comms.people import Seat
from comms.reaching import notices, oncall, reach, senders, unreached
from comms.reaching.notices import Delivery
from comms.reaching.reach import NO_DIGEST, Quiet, Reach, Way
from comms.reaching.senders import Sender
from comms.screens.parts import words
from comms.screens.parts.page import Here, do, here, outcome

PLACE = "how I am reached"
TESTS_SHOWN = timedelta(minutes=15)
EVENING, MORNING = time(22), time(6)
EMAIL = 0
"""Stands for e-mail among the ids of senders."""


def block(at: Here) -> None:
    """For whoever is told of alerts or asked for an answer, deputies too: what reaches them beside e-mail, and when not."""
    stands_in = any(d.account_id == at.account.id for d in deputies(at.store, at.now))
    if at.account.seat not in oncall.SEATS and not stands_in:
        return
    chosen = reach.reach_of(at.store, at.account.id)
    offered = senders.senders(at.store, senders.PEOPLE)
    st.header("How I am reached")
    for sentence in unreached.sentences(at.store, at.now, at.account.id):
        st.error(words.literal(sentence), icon=":material/phone_disabled:")
    words.paragraph(f"E-mail to {at.account.email}: always.")
    for sender in offered:
        means(at, sender, next((w for w in chosen.ways if w.sender.id == sender.id), None))
    if not offered:
        st.caption(
            "Text messages, Teams, Slack or ntfy: the district's administrator adds them under E-mail."
        )
    quiet_hours(chosen.quiet)
    digest(at, chosen)
    outcome(PLACE)
    with st.container(horizontal=True):
        st.button("Save how I am reached", on_click=save, icon=":material/check:")
        st.button("Send me a test", on_click=test, args=(EMAIL, "e-mail"), icon=":material/mail:")
        for way in chosen.ways:
            st.button(
                words.literal(f"Test by {way.sender.label}"[:40]),
                key=f"test {way.sender.id}",
                on_click=test,
                args=(way.sender.id, way.sender.label),
                icon=":material/sms:",
            )
    tests()


def means(at: Here, sender: Sender, way: Way | None) -> None:
    """One further means: on or off, the number or name there, and whether what can wait comes by it too."""
    key = f"reach {sender.id}"
    if not st.toggle(words.literal(sender.label), way is not None, key=key):
        return
    with st.container(border=True):
        number = "".join(c for c in at.account.phone if c in "+0123456789")
        st.text_input(
            words.literal(f"My number or name for {sender.label}"),
            way.target if way else number,
            key=f"{key} target",
        )
        st.caption("Leave it empty where everyone shares a room.")
        st.toggle("Also what can wait: T2 and the digest", bool(way and way.every_tier), key=f"{key} every")


def quiet_hours(quiet: Quiet | None) -> None:
    """When what can wait is held."""
    if st.toggle("Quiet hours", quiet is not None, key="reach quiet"):
        left, right = st.columns(2)
        left.time_input("Quiet from", quiet.start if quiet else EVENING, key="reach quiet from", format="12h")
        right.time_input(
            "Quiet until", quiet.end if quiet else MORNING, key="reach quiet until", format="12h"
        )
        st.caption("They hold back T2 and the digest. A page (T0, T1) comes at any hour.")


def digest(at: Here, chosen: Reach) -> None:
    """When the digest of the region comes, or never."""
    usual = time.fromisoformat(at.profile.digest_at)
    said = {"": f"At {written(usual)}, as for everybody", "own": "At my own time", NO_DIGEST: "Never"}
    if at.account.seat is not Seat.COMMUNICATIONS:
        del said[""]
    now = chosen.digest if chosen.digest in said else "own" if chosen.digest else NO_DIGEST
    wanted = st.radio(
        "Daily digest of the region", list(said), list(said).index(now), format_func=said.get,
        key="reach digest", horizontal=True,
    )  # fmt: skip
    if wanted == "own":
        mine = time.fromisoformat(chosen.digest) if now == "own" else usual
        st.time_input("Digest at", mine, key="reach digest at", format="12h")


def everybody(at: Here) -> None:
    """When the digest comes to whoever chose no time of their own."""
    if at.account.seat not in partnership.SETTING_UP or at.account.side != "district":
        return
    st.header("Daily digest")
    usual = time.fromisoformat(at.profile.digest_at)
    st.time_input("For everybody at", usual, key="digest of all", format="12h")
    st.caption("One e-mail with the region's stories of the day; none on a day without any.")
    st.button("Save the digest's time", on_click=save_everybody)


def save_everybody() -> None:
    """Callback."""
    chosen = st.session_state.get("digest of all") or time(7, 30)
    do(
        "The digest's time is saved.",
        lambda at: partnership.change_profile(at.store, at.actor, at.now, digest_at=f"{chosen:%H:%M}"),
    )


def written(at: time) -> str:
    """A local clock time in words: 7:30 AM."""
    return clocks.clock(datetime(2026, 1, 1, at.hour, at.minute, tzinfo=ZoneInfo("UTC")), ZoneInfo("UTC"))


def save() -> None:
    """Callback: keep what stands there."""
    state = st.session_state

    def command(at: Here) -> bool:
        ways = tuple(
            Way(s, state.get(f"reach {s.id} target", "").strip(), bool(state.get(f"reach {s.id} every")))
            for s in senders.senders(at.store, senders.PEOPLE)
            if state.get(f"reach {s.id}")
        )
        quiet = None
        if state.get("reach quiet"):
            quiet = Quiet(state.get("reach quiet from") or EVENING, state.get("reach quiet until") or MORNING)
        digest_at = state.get("reach digest") or ""
        if digest_at == "own":
            digest_at = f"{state['reach digest at'] or time(7, 30):%H:%M}"
        if at.account.seat is not Seat.COMMUNICATIONS and digest_at == NO_DIGEST:
            digest_at = ""
        reach.choose(at.store, at.actor, Reach(quiet, digest_at, ways), at.now)
        return True

    do("Saved. Send yourself a test by each means.", command, PLACE)


def test(sender_id: int, label: str) -> None:
    """Callback: the way a page goes."""
    do(
        f"A test by {label} is on its way.",
        lambda at: reach.send_test(at.store, at.actor, sender_id or None, at.now),
        PLACE,
    )


@st.fragment(run_every="2s")
def tests() -> None:
    """What became of the last tests: taken, or why not."""
    with here() as at:
        labels = {
            senders.personal(w.sender.id, at.account.id): w.sender.label
            for w in reach.reach_of(at.store, at.account.id).ways
        }
        sent = {d.recipient: d for d in notices.deliveries(at.store, reach.about(at.account.id))}
    for recipient, delivery in sent.items():
        if at.now - delivery.queued_at < TESTS_SHOWN:
            label = labels.get(recipient, "e-mail")
            words.labelled("Test", "outgoing_mail", f"{label}: {became(delivery, at)}")


def became(delivery: Delivery, at: Here) -> str:
    """What became of one test, in words."""
    if delivery.sent_at:
        return f"taken at {clocks.clock(delivery.sent_at, at.zone)}. Look whether it arrived."
    if delivery.trouble:
        return f"not taken: {delivery.trouble}."
    return "on its way"
