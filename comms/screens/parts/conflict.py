"""Two people saved: both changes word by word, and the person chooses; nothing is chosen for them."""

from __future__ import annotations

import streamlit as st

from comms.screens.parts import words
from comms.screens.parts.page import Here, do, here, tell
from comms.wording.merge import Conflict, combined, merge, resolve
from comms.wording.merge import difference as difference
from comms.workspace import statements
from comms.workspace.statements import Buffer, Revision, Variant

CHOICES = {"mine": "Keep mine", "theirs": "Use theirs", "both": "Both, mine first"}


def choose(at: Here, variant: Variant) -> None:
    """Shown while typed words began from an older revision: combine, keep mine, or use theirs."""
    buffer = statements.kept(at.store, at.account.id, variant.id)
    if buffer is None or buffer.base_id == variant.newest.id:
        return
    base = statements.revision(at.store, buffer.base_id)
    theirs = variant.newest
    parts = merge(base.text, buffer.text, theirs.text)
    with st.container(border=True):
        words.paragraph(
            f"{theirs.author} saved revision {theirs.number} while you were writing. Your words are kept. Read both and choose.",
            strong=True,
        )
        left, right = st.columns(2)
        with left:
            st.markdown("**You changed**")
            words.changes(difference(base.text, buffer.text))
        with right:
            st.markdown("**They changed**")
            words.changes(difference(base.text, theirs.text))
        asked = [p for p in parts if isinstance(p, Conflict)]
        for number, part in enumerate(asked):
            st.markdown(f"**{number + 1}. Both changed these words**")
            words.table(
                "The two versions",
                ("Yours", "Theirs"),
                [(part.mine or "(taken out)", part.theirs or "(taken out)")],
            )
            st.segmented_control(
                f"Which words stay, {number + 1}",
                list(CHOICES),
                format_func=lambda c: f":gray[{CHOICES[c]}]",
                key=f"conflict {variant.id} {number}",
            )
        with st.container(horizontal=True):
            st.button(
                "Combine",
                key=f"combine {variant.id}",
                on_click=combine,
                args=(variant.id, base, theirs, buffer, len(asked)),
            )
            st.button(
                "Keep mine",
                key=f"mine {variant.id}",
                on_click=take,
                args=(variant.id, theirs, buffer.text, buffer.subject),
            )
            st.button("Use theirs", key=f"theirs {variant.id}", on_click=use_theirs, args=(variant.id,))


def combine(variant_id: int, base: Revision, theirs: Revision, buffer: Buffer, asked: int) -> None:
    """Both changes together; where both touched the same words, as chosen."""
    parts = merge(base.text, buffer.text, theirs.text)
    choices = [st.session_state.get(f"conflict {variant_id} {n}") for n in range(asked)]
    if any(choice is None for choice in choices):
        tell(
            "error",
            f"Choose for {'the place' if asked == 1 else f'each of the {asked} places'} both changed first. Nothing was saved; both texts are kept.",
        )
        return
    text = combined(parts) if not asked else resolve(parts, [str(c) for c in choices])
    subject = theirs.subject if buffer.subject == base.subject else buffer.subject
    take(variant_id, theirs, text or "", subject)


def take(variant_id: int, theirs: Revision, text: str, subject: str) -> None:
    """Save a chosen text on top of the newest revision."""
    do(
        "Saved. Both texts stay in the history.",
        lambda at: statements.save(at.store, at.actor, variant_id, theirs.id, text, subject, at.now),
    )
    st.rerun()


def use_theirs(variant_id: int) -> None:
    """Let the typed words go; they stay in the log of this browser no longer."""
    with here() as at:
        statements.forget(at.store, at.actor, variant_id)
    st.rerun()
