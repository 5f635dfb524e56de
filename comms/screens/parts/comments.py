"""Comments on a passage: open ones first, each with its answers; resolved ones folded."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from comms import clocks
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do
from comms.wording import channels
from comms.workspace import comments
from comms.workspace.comments import Comment
from comms.workspace.statements import Variant

OPEN: badges.Badge = ("Open comment", "chat_bubble", "orange")
WHOLE = "The whole text"


def block(at: Here, variant: Variant, released: bool = False) -> None:
    """What was asked about this text, and a form to ask one more."""
    known = comments.comments(at.store, variant.id)
    may = comments.may_comment(at.account) and not released
    if not known and not may:
        return
    st.header("Comments")
    waiting = [each for each in known if each.open]
    for each in waiting:
        one(at, each, may)
    settled = [each for each in known if not each.open]
    if settled:
        with st.expander(f"Resolved comments ({len(settled)})", icon=":material/task_alt:"):
            for each in settled:
                one(at, each, may=False)
    if may:
        with st.popover("Comment on a passage", icon=":material/add_comment:"):
            form(variant)


def form(variant: Variant) -> None:
    """The passage is a sentence of the newest revision, chosen from a list."""
    newest = variant.newest
    passages = [newest.text[start:end] for start, end in channels.sentences(newest.text)]
    key = f"comment {variant.id}"
    with st.form(key, border=False):
        st.selectbox("Which passage", [WHOLE, *dict.fromkeys(passages)], key=f"{key} passage")
        st.text_area("Comment", key=f"{key} text", height=80)
        st.form_submit_button("Add the comment", on_click=add, args=(variant.id, key))


def one(at: Here, each: Comment, may: bool) -> None:
    """One comment: the passage, what was asked, by whom; then its answers."""
    with st.container(border=True, gap="small"):
        with badges.row():
            badges.badge(badges.SIDES[each.author_side])
            words.paragraph(f"{each.author} · {clocks.seen_words(each.at, at.now, at.zone)}")
            if each.open:
                badges.badge(OPEN)
        quoted(each)
        words.paragraph(each.text, strong=True)
        for answer in each.replies:
            words.paragraph(f"{answer.author}: {answer.text}")
        if not each.open:
            words.paragraph(f"Resolved by {each.resolved_by}.")
        elif may:
            with st.container(horizontal=True):
                st.button("Resolve the comment", key=f"resolve {each.id}", on_click=resolve, args=(each.id,))
                with st.popover("Answer", type="tertiary"), st.form(f"reply {each.id}", border=False):
                    st.text_input("Your answer", key=f"answer {each.id}")
                    st.form_submit_button("Answer the comment", on_click=answer_it, args=(each.id,))


def quoted(each: Comment) -> None:
    """The passage, and whether it is still there."""
    if each.quote:
        gone = "" if each.there else " (these words were changed since)"
        words.paragraph(f"On “{each.quote}”{gone}")
    else:
        words.paragraph("On the whole text")


def before_approval(waiting: Sequence[Comment]) -> None:
    """The open comments as an approver sees them, beside the words."""
    for each in waiting:
        with badges.row():
            badges.badge(OPEN)
            words.paragraph(f"{each.author}: {each.text}", strong=True)
        quoted(each)


# Callbacks ----------------------------------------------------------------------------------------------------------


def add(variant_id: int, key: str) -> None:
    """Keep the comment; the box is emptied only when it was taken."""
    passage, text = st.session_state[f"{key} passage"], st.session_state[f"{key} text"]
    quote = "" if passage == WHOLE else passage
    if do(
        "The comment is there.",
        lambda at: comments.comment(at.store, at.actor, variant_id, quote, text, at.now),
    ):
        st.session_state[f"{key} text"] = ""


def resolve(comment_id: int) -> None:
    """Settle it."""
    do(
        "Resolved; it stays on the record.",
        lambda at: comments.resolve(at.store, at.actor, comment_id, at.now),
    )


def answer_it(comment_id: int) -> None:
    """Answer it; it stays open."""
    text = st.session_state[f"answer {comment_id}"]
    do("Answered.", lambda at: comments.reply(at.store, at.actor, comment_id, text, at.now))
