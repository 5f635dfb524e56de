"""One block of the library: whose words, when they are read again, and the partnership's own version of them."""

from __future__ import annotations

import streamlit as st

from comms import clocks, typed
from comms.people import Refused
from comms.screens.parts import badges, words
from comms.screens.parts.fields import Form
from comms.screens.parts.page import Here, do, here, outcome, tell
from comms.wording import blocks, library
from comms.wording.blocks import Block
from comms.wording.merge import difference
from comms.workspace import adaptations

CHOSEN = "block chosen"
KINDS = {
    "phase": "words of a phase",
    "insert": "words of an incident type",
    "shortener": "words of a channel",
    "action": "pre-approved text",
}
OWNERS = {
    "joint": "both sides answer for them",
    "district": "the district answers for them",
    "police": "the police answer for them",
}


def described(block: Block) -> str:
    """A block in words of ours: what it is for, in which voice and language."""
    named = [
        KINDS[block.kind],
        library.PHASES.get(block.phase, ""),
        library.CHANNELS[block.channel].name if block.channel else "",
        f"{library.VOICES[block.voice]} voice" if block.voice else "",
        library.LANGUAGES[block.language],
    ]
    return " · ".join(filter(None, named))


def line(block: Block, key: str) -> None:
    """A block as a row with the button that opens it."""
    with st.container(border=True, gap="xsmall"):
        with st.container(gap=None):
            st.text(block.title)
            st.caption(described(block))
        marks(block)
        st.button("Look at these words", key=f"{key} {block.id}", on_click=choose, args=(block.id,))


def marks(block: Block) -> None:
    """Whose words, which version, when they are read again."""
    with badges.row():
        if block.base:
            st.badge(f"Your words, version {block.version}", icon=":material/edit_note:", color="blue")
        else:
            badges.plain(f"Our words, version {block.version}", "menu_book")
        if blocks.ours_changed(block):
            st.badge("Ours changed since", icon=":material/compare_arrows:", color="orange")
        day = f"{block.review_date:%b} {block.review_date.day}, {block.review_date.year}"
        st.caption(
            f"{OWNERS[block.owner]} · read again by {day} · grade at most {block.grade}", width="content"
        )


def panel(at: Here) -> None:
    """The block that was chosen: read, adapt, go back, mark as reviewed."""
    chosen = st.session_state.get(CHOSEN)
    block = adaptations.in_force(at.store).get(chosen) if chosen else None
    if block is None:
        return
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.header(words.literal(block.title), width="content")
            st.button("Put it away", type="tertiary", on_click=choose, args=(None,))
        st.caption(described(block))
        marks(block)
        ours = blocks.blocks()[block.id]
        if blocks.ours_changed(block):
            st.warning("Our words changed since yours were made. Here is how yours differ from ours now.")
            words.changes(difference(ours.text, block.text))
        if adaptations.may(at.account, block):
            adapting(at, block)
        else:
            words.paragraph(block.text)
            st.caption("Communications, the police PIO or the superintendent adapt words of their own side.")
        told = adaptations.history(at.store, block.id)
        if told:
            with st.expander(f"Who changed it ({len(told)})", icon=":material/history:"):
                words.paragraph("\n".join(_told(at, row) for row in told))


def adapting(at: Here, block: Block) -> None:
    """The words in an editor, and what is wrong with them."""
    form = Form("library", typed.kept(at.store, typed.of_account(at.account.id)), {block.id: block.text})
    form.area(
        "The words, part by part",
        block.id,
        height=320,
        helps="A line “## name” begins a part; ${name} is a blank that is filled; {name} is another part.",
    )
    typed_now = form.value(block.id)
    for problem in blocks.problems(adaptations.draft(block.id, typed_now)):
        st.text(problem)
    outcome()
    with st.container(horizontal=True):
        st.button("Save these words", icon=":material/save:", on_click=save, args=(form, block.id))
        st.button("Mark as reviewed", icon=":material/event_available:", on_click=review, args=(block.id,))
        if block.base:
            st.button("Go back to our words", type="tertiary", on_click=take_back, args=(form, block.id))


def _told(at: Here, row: adaptations.Kept) -> str:
    what = "our words were read again" if row.text is None else f"own words, version {row.version}"
    return f"{clocks.full(row.at, at.zone)}: {row.by}, {what}"


# Callbacks ----------------------------------------------------------------------------------------------------------


def choose(block_id: str | None) -> None:
    """Open a block, or put it away."""
    st.session_state[CHOSEN] = block_id


def save(form: Form, block_id: str) -> None:
    """Keep the partnership's own words."""
    text = form.values([block_id])[block_id]
    with here() as at:
        try:
            block = adaptations.adapt(at.store, at.actor, block_id, text, at.now)
        except Refused as refusal:
            form.refuse({block_id: str(refusal)})
            return
    form.saved([block_id])
    tell(
        "success",
        f"Saved as your version {block.version}. New drafts use it; nothing written before changes.",
    )


def take_back(form: Form, block_id: str) -> None:
    """Our words hold again."""
    do(
        "Our words hold again. Yours stay on the record.",
        lambda at: adaptations.take_back(at.store, at.actor, block_id, at.now),
    )
    form.saved([block_id])


def review(block_id: str) -> None:
    """Both texts were read."""
    again = do("", lambda at: adaptations.review(at.store, at.actor, block_id, at.now))
    if again:
        tell("success", f"Marked as reviewed. It is read again by {again:%B} {again.day}, {again.year}.")
