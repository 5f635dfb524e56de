"""Browse the library: choose type, phase, channel, language and voice, and read the text with invented facts."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from comms.screens.parts import channel, library_block, words
from comms.screens.parts.page import Here
from comms.wording import channels, library
from comms.wording.blocks import Block
from comms.wording.library import Draft
from comms.workspace import adaptations

CHOICE = ("type", "phase", "channel", "language", "voice")


def text_of_type(at: Here) -> Mapping[str, str]:
    """A text of one of the incident types; what is chosen, by name."""
    kind = st.selectbox(
        "Kind of incident",
        list(library.TYPES),
        format_func=lambda t: library.TYPES[t].title,
        key="library type",
    )
    phases = {p: library.PHASES[p] for p in library.PHASES if p in library.TYPES[kind].phases}
    boxes = st.columns(4)
    with boxes[0]:
        phase = box("Phase", "phase", phases)
    with boxes[1]:
        by = box("Channel", "channel", {c: channel.LABELS[c] for c in library.CHANNELS})
    with boxes[2]:
        language = box("Language", "language", library.LANGUAGES)
    with boxes[3]:
        voice = box("Voice", "voice", library.VOICES)
    chosen = dict(zip(CHOICE, (kind, phase, by, language, voice), strict=True))
    own = adaptations.own(at.store)
    draft = library.preview(kind, phase, by, language, voice, own)
    shown(at, draft, by, language, phase)
    return chosen


def protective_action(at: Here) -> None:
    """A pre-approved text: only its blanks change."""
    boxes = st.columns(3)
    with boxes[0]:
        action = box("Protective action", "action", library.ACTIONS)
    with boxes[1]:
        language = box("Language", "action language", library.LANGUAGES)
    held = adaptations.in_force(at.store)
    begins = f"{language}/actions/{action}/"
    by_channel = {b.channel: b for b in held.values() if b.id.startswith(begins)}
    with boxes[2]:
        by = box(
            "Channel", "action channel", {c: channel.LABELS[c] for c in library.CHANNELS if c in by_channel}
        )
    block = by_channel[by]
    draft = library.action_draft(block, library.examples("none", "H", language))
    st.caption(
        "Sent at once by one person of each side. The words are approved beforehand and only the blanks change."
    )
    shown(at, draft, by, language, "H", {block.id: block})


def box(label: str, name: str, options: Mapping[str, str]) -> str:
    """One choice. A choice that the others no longer allow becomes the first there is."""
    key = f"library {name}"
    if st.session_state.get(key) not in options:
        st.session_state[key] = next(iter(options))
    return str(st.selectbox(label, list(options), format_func=lambda o: options[o], key=key))


def shown(
    at: Here, draft: Draft, by: str, language: str, phase: str, held: Mapping[str, Block] | None = None
) -> None:
    """The text as families get it, its counts, and the blocks its words come from."""
    left, right = st.columns([5, 3], gap="large")
    with left:
        st.header("Preview with invented facts")
        subject = draft.subject if by in channel.WITH_SUBJECT else ""
        words.preview(draft.text, channel.counts(by, language, draft.text, phase), subject, by)
        for sentence in channels.measure(draft.text, by, language, phase=phase).over:
            st.warning(words.literal(sentence))
    with right:
        st.header("Where these words come from")
        held = held or adaptations.in_force(at.store)
        for source in draft.sources:
            library_block.line(held[source.id], "source")
