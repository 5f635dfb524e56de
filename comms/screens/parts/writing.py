"""The desk: one variant being written, kept as it is typed, checked while it is typed, saved as a revision."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import streamlit as st

from comms import clocks, language
from comms.guardrails import Hit
from comms.screens.parts import badges, channel, conflict, hits, presence, words
from comms.screens.parts.editor import Draft, Mark, draft_in, editor
from comms.screens.parts.page import Here, do, here, outcome, tell
from comms.settings import settings
from comms.store import open_partnership
from comms.web.identity import USER_KEY, actor_of
from comms.wording import library
from comms.workspace import checks, statements, suggestions
from comms.workspace.statements import Stale, Statement, Variant

CHECK_WITHIN = 1.5
"""Seconds the screen waits for the check of typed words before it says "not checked yet"."""


def desk(at: Here, about: Statement, variant: Variant) -> None:
    """Who else is here (ticking), then the editor with its Save, its check and its blanks (never ticking)."""
    st.session_state[f"side {about.id}"] = at.account.side
    company(about.id, variant.id)
    box(about.id, variant.id)
    history(at, variant)


@st.fragment(run_every="2s")
def company(statement_id: int, variant_id: int) -> None:
    """Who is in this text, and whether somebody saved meanwhile. Nothing to type or press stands here."""
    with here() as at:
        variant = statements.variant(at.store, variant_id)
        presence.enter(statement_id, at.account.id, at.account.called, channel.NAMES[variant.channel], at.now)
        others = presence.others(statement_id, at.account.id, at.now)
        draft = draft_in(key_of(variant_id))
        with badges.row():
            for name, part in others:
                badges.badge(("", "edit", "violet"), f"{name} is in {part}")
            newest = variant.newest
            if draft and draft.base != newest.id and newest.author_id != at.account.id:
                badges.badge(("", "sync", "orange"), f"{newest.author} saved revision {newest.number}")


def key_of(variant_id: int) -> str:
    """The editor's key in this browser's session."""
    return f"editor {variant_id}"


@st.fragment
def box(statement_id: int, variant_id: int) -> None:
    """Editor and Save share this fragment: a fast tap is never lost."""
    with here() as at:
        about = statements.statement(at.store, statement_id)
        variant = statements.variant(at.store, variant_id)
        newest = variant.newest
        draft = current_draft(at, variant)
        typed = (draft.subject, draft.text) != (newest.subject, newest.text)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.header("Text", width="content")
            word = f"Save revision {newest.number + 1}" if typed else "Saved"
            st.button(
                word,
                key=f"save {variant_id}",
                icon=":material/save:",
                shortcut="Mod+S",
                on_click=save,
                args=(variant_id,),
            )
        found = check_words(at, about, variant, draft)
        offset = len(draft.subject) + 2 if draft.subject else 0
        marks = [
            Mark(h.start - offset, h.end - offset, h.level) for h in found or () if h.end > h.start >= offset
        ]
        buffer = statements.kept(at.store, at.account.id, variant_id)
        status = (
            f"Kept {clocks.clock(buffer.at, at.zone)}, not yet a revision."
            if typed and buffer
            else f"Revision {newest.number} · {newest.short_hash} · by {newest.author}, {clocks.seen_words(newest.at, at.now, at.zone)}"
        )
        editor(
            key_of(variant_id),
            draft,
            label=f"{channel.LABELS[variant.channel]}, {library.LANGUAGES[variant.language]}",
            subject_label="Subject" if variant.channel in channel.WITH_SUBJECT else "",
            marks=marks,
            status=status,
            on_draft=lambda: keep(variant_id),
            on_save=lambda: save(variant_id),
        )
        st.caption(channel.counts(variant.channel, variant.language, draft.text))
        conflict.choose(at, variant)
        outcome()
        blanks(about, variant, draft)
        hits.listed(at, about, variant, draft, found)
        waiting(at, variant)


def current_draft(at: Here, variant: Variant) -> Draft:
    """What the box should hold: typed and kept words with their base, else the newest revision."""
    buffer = statements.kept(at.store, at.account.id, variant.id)
    if buffer:
        return Draft(buffer.base_id, buffer.text, buffer.subject)
    return Draft(variant.newest.id, variant.newest.text, variant.newest.subject)


def check_words(at: Here, about: Statement, variant: Variant, draft: Draft) -> tuple[Hit, ...] | None:
    """The check's hits of the typed words: from the store, else asked now with a deadline, else not yet."""
    context = checks.context_of(at.store, about, variant)
    text = checks.words(draft.subject, draft.text)
    found = checks.known(at.store, text, context)
    if found is None:
        try:
            found = language.check(settings().data, text, context, deadline=CHECK_WITHIN)
        except language.NoAnswer:
            return None
        checks.keep(at.store, text, context, found, at.now)
    return found


def blanks(about: Statement, variant: Variant, draft: Draft) -> None:
    """What remains to be filled, counted and listed; one value fills every channel."""
    left = library.unfilled(checks.words(draft.subject, draft.text))
    names = dict.fromkeys((b.name, b.label) for b in left)
    if not names:
        return
    st.header(f"{len(names)} blank{'s' if len(names) > 1 else ''} to fill")
    with st.form(f"blanks {variant.id}", border=True):
        for name, label in names:
            st.text_input(
                words.literal(label[:1].upper() + label[1:]),
                key=f"blank {about.id} {variant.language} {name}",
            )
        st.form_submit_button(
            "Fill in every channel", on_click=fill, args=(about.id, [n for n, _ in names], variant.language)
        )


def waiting(at: Here, variant: Variant) -> None:
    """Suggested edits: the change, then accept or decline."""
    for each in suggestions.suggestions(at.store, variant.id):
        with st.container(border=True):
            words.paragraph(f"{each.author} suggests an edit", strong=True)
            words.changes(conflict.difference(variant.newest.text, each.text))
            if each.author_id == at.account.id:
                st.text("Someone else accepts it; then you can still approve.")
                continue
            with st.container(horizontal=True):
                st.button(
                    "Accept; I become its last editor",
                    key=f"yes {each.id}",
                    on_click=settle,
                    args=(each.id, True),
                )
                st.button(
                    "Decline", key=f"no {each.id}", on_click=settle, args=(each.id, False), type="tertiary"
                )


def history(at: Here, variant: Variant) -> None:
    """Every revision; any of them can be the newest again."""
    known = statements.revisions(at.store, variant.id)
    if len(known) < 2:
        return
    with st.expander(f"Earlier revisions ({len(known) - 1})", icon=":material/history:"):
        for newer, older in pairwise(known):
            st.text(
                f"Revision {newer.number} by {newer.author}, {clocks.seen_words(newer.at, at.now, at.zone)}"
            )
            words.changes(conflict.difference(older.text, newer.text))
            st.button(
                f"Make revision {older.number} the newest",
                key=f"restore {older.id}",
                on_click=restore,
                args=(older.id, variant.id),
                type="tertiary",
            )


# Callbacks ----------------------------------------------------------------------------------------------------------


def keep(variant_id: int) -> None:
    """Words were handed over: keep them with their base, each hand-over once.

    Also when the session ended while they were typed: they are this person's own, and nobody is shown them before
    signing in again.
    """
    draft, actor = draft_in(key_of(variant_id)), actor_of(st.user.get(USER_KEY))
    if draft is None or actor is None or draft == st.session_state.get(f"handed {variant_id}"):
        return
    st.session_state[f"handed {variant_id}"] = draft
    with open_partnership(settings().data) as store:
        newest = statements.variant(store, variant_id).newest
        if draft.base == newest.id and (draft.subject, draft.text) == (newest.subject, newest.text):
            statements.forget(store, actor, variant_id)
        else:
            now = datetime.now(UTC)
            statements.keep(store, actor, variant_id, draft.base, draft.text, draft.subject, now)


def save(variant_id: int) -> None:
    """Save what the box holds as a revision; when someone saved in between, both texts are shown.

    A press on Save can come in one run with the last words, and before them: so they are taken in first.
    """
    keep(variant_id)
    with here() as at:
        held = draft_in(key_of(variant_id)) or current_draft(at, statements.variant(at.store, variant_id))
        buffer = statements.kept(at.store, at.account.id, variant_id)
        draft = Draft(buffer.base_id, buffer.text, buffer.subject) if buffer else held
    saved = do(
        "",
        lambda at: statements.save(
            at.store, at.actor, variant_id, draft.base, draft.text, draft.subject, at.now
        ),
    )
    if saved:
        tell("success", f"Saved as revision {saved.number}.")
        st.session_state.pop(f"stale {variant_id}", None)
        st.rerun()
    elif isinstance(st.session_state.get("refusal"), Stale):
        st.session_state[f"stale {variant_id}"] = True


def fill(statement_id: int, names: list[str], language: str) -> None:
    """Fill blanks in every channel at once; a sentence only in the texts of its language."""
    values = {name: st.session_state.get(f"blank {statement_id} {language} {name}", "") for name in names}
    do(
        "Filled in.",
        lambda at: statements.fill_blanks(at.store, at.actor, statement_id, values, at.now, language),
    )
    st.rerun()


def settle(suggestion_id: int, accept: bool) -> None:
    """Accept or decline a suggested edit."""
    done = "Accepted; you are its last editor." if accept else "Declined."
    do(done, lambda at: suggestions.settle_suggestion(at.store, at.actor, suggestion_id, accept, at.now))
    st.rerun()


def restore(revision_id: int, variant_id: int) -> None:
    """Make an earlier revision the newest, as a new revision."""
    do("Restored as a new revision.", lambda at: statements.restore(at.store, at.actor, revision_id, at.now))
    st.rerun()
