"""What your marks changed: how many there are, what they teach in words, the check they had to pass, and undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from comms import clocks
from comms.hearing import alert_acts, feedback
from comms.hearing.feedback import Flip, Mark
from comms.screens.parts import words
from comms.screens.parts.page import Here, do, outcome
from monitors.database import Store

PLACE = "marks"
LOOKED_BACK = timedelta(days=30)
SHOWN, LISTED = 5, 12
"""Headlines of each kind, and marks, that are shown; the rest is counted."""


def block(at: Here, heard: Store) -> None:
    """Folded behind a switch: weighing a month anew takes a moment."""
    known = feedback.marks(at.store)
    st.header("What your marks changed")
    words.paragraph(counted(known))
    outcome(PLACE)
    changed = feedback.weights(at.store) != feedback.shipped()
    words.paragraph(state(at, known, changed))
    if at.account.seat in alert_acts.OPENING:
        ways(at, changed)
    if (known or changed) and st.toggle("Show what changed, mark by mark", key="marks wanted"):
        effect(at, heard, known)


def counted(known: Sequence[Mark]) -> str:
    """How many marks, and what they can do."""
    if not known:
        return (
            "Nobody has marked anything yet. “Not relevant” and “Relevant after all” teach the product what counts "
            "here; no mark switches off a named rule."
        )
    teach = [mark for mark in known if mark.teaches]
    check = sum(mark.checks for mark in teach)
    rules = sum(bool(mark.rule) for mark in known)
    silent = len(known) - len(teach) - rules
    parts = [
        f"{len(known)} mark{'' if len(known) == 1 else 's'}: {len(teach) - check} teach, {check} are held back to check",
        f"{rules} on what a named rule decided, which no mark changes" if rules else "",
        f"{silent} for a reason that says nothing of the words" if silent else "",
    ]
    return "; ".join(filter(None, parts)) + "."


def state(at: Here, known: Sequence[Mark], changed: bool) -> str:
    """Which weights hold, and how they came out."""
    newest = next(iter(feedback.history(at.store)), None)
    if feedback.paused(at.store):
        return "Undone: the marks are kept, and teach nothing more until you let them count again."
    if newest and newest.shipped != feedback.shipped_hash():
        return "The product was updated since. The shipped weights hold; the marks are learned anew with the next one."
    if newest and newest.act == "not_better":
        return (
            f"Nothing was changed by the last mark: of {newest.held_back} held-back marks {newest.right_before} come out "
            f"right with what holds, and {newest.right_after} would with what was learned."
        )
    if newest and changed:
        when = clocks.seen_words(newest.at, at.now, at.zone)
        return f"What they teach holds since {when}. {checked(at, known)}"
    check = sum(mark.teaches and mark.checks for mark in known)
    teach = sum(mark.teaches for mark in known) - check
    if teach < feedback.TEACH_LEAST or check < feedback.CHECK_LEAST:
        return (
            f"The shipped weights hold. Something is learned from {feedback.TEACH_LEAST} marks that teach and "
            f"{feedback.CHECK_LEAST} that check."
        )
    return "The shipped weights hold: they answer every mark as you did."


def checked(at: Here, known: Sequence[Mark]) -> str:
    """The held-back marks with the shipped weights and with those that hold."""
    before, count = feedback.right(known, feedback.shipped())
    after, _ = feedback.right(known, feedback.weights(at.store))
    return f"Of {count} held-back marks {before} come out right with the shipped weights, and {after} with these."


def ways(at: Here, changed: bool) -> None:
    """Undo, wholly or by one step; and let them count again."""
    stopped = feedback.paused(at.store)
    with st.container(horizontal=True):
        if changed and not stopped:
            st.button("Undo the last change", icon=":material/undo:", on_click=undo, args=(False,))
        if changed:
            st.button("Back to the shipped weights", type="tertiary", on_click=undo, args=(True,))
        if stopped:
            st.button("Let the marks count again", icon=":material/school:", on_click=resume)


def effect(at: Here, heard: Store, known: Sequence[Mark]) -> None:
    """In words: which weights moved, which of the marked and of the last month's items are answered otherwise."""
    now, then = feedback.weights(at.store), feedback.shipped()
    with st.container(gap="xsmall"):
        for line in feedback.in_words(now):
            words.paragraph(line)
    month = feedback.heard_since(heard, at.now - LOOKED_BACK)
    turned = feedback.flips(month, now, then)
    louder = [flip for flip in turned if flip.after]
    quieter = [flip for flip in turned if flip.before]
    if month:
        words.paragraph(
            f"Of the {len(month):,} items heard in the last 30 days, {len(louder)} more would interrupt than with the "
            f"shipped weights, and {len(quieter)} fewer.",
            strong=True,
        )
    flipped(louder, "would interrupt now")
    flipped(quieter, "would stay silent now")
    if known:
        words.table(
            "Your newest marks",
            ("Headline", "Marked", "What it does"),
            [(mark.headline, said(at, mark), does(mark)) for mark in known[:LISTED]],
        )


def flipped(some: Sequence[Flip], what: str) -> None:
    """A few headlines by name."""
    with st.container(gap="xsmall"):
        for flip in some[:SHOWN]:
            words.paragraph(f"{flip.headline} ({flip.outlet}) {what}.")
        if len(some) > SHOWN:
            words.paragraph(f"And {len(some) - SHOWN} more.")


def said(at: Here, mark: Mark) -> str:
    """What was marked, by whom, and when."""
    word = {"not_relevant": "Not relevant", "relevant": "Relevant after all", "opened": "Incident opened"}[
        mark.answer
    ]
    reason = f", {feedback.REASONS[mark.reason][0].lower()}" if mark.reason in feedback.REASONS else ""
    return f"{word}{reason}\n{mark.by}, {clocks.seen_words(mark.at, at.now, at.zone)}"


def does(mark: Mark) -> str:
    """What comes of a mark."""
    if mark.rule:
        return f"Nothing: decided by the rule “{mark.rule}”"
    if not mark.teaches:
        return "Nothing: says nothing of the words"
    return "Checks" if mark.checks else "Teaches"


# Callbacks ----------------------------------------------------------------------------------------------------------


def undo(wholly: bool) -> None:
    """Back by one step, or wholly."""
    done = "The shipped weights hold." if wholly else "What held before the last change holds."
    do(
        f"{done} The next item is judged so. The marks are kept.",
        lambda at: feedback.undo(at.store, at.actor, at.now, wholly),
        PLACE,
    )


def resume() -> None:
    """Learn from all of them again."""
    do("The marks count again.", lambda at: feedback.resume(at.store, at.actor, at.now), PLACE)
