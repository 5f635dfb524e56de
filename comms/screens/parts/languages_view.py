"""Languages of a statement: adding one, and what became of a translation whose English changed."""

from __future__ import annotations

import streamlit as st

from comms.people import WRITING
from comms.screens.parts import badges, channel, words
from comms.screens.parts.page import Here, do
from comms.wording import library
from comms.wording.merge import difference
from comms.workspace import statements, translations
from comms.workspace.statements import Statement, Variant
from comms.workspace.translations import Stale

STALE: badges.Badge = ("Older than the English", "translate", "orange")


def block(at: Here, about: Statement, texts: list[Variant]) -> None:
    """A button for each language that is missing, and each stale translation with the change it has not followed."""
    if at.account.seat not in WRITING:
        return
    here = {each.language for each in texts}
    for each in translations.stale(at.store, texts):
        followed(at, each)
    for language, name in library.LANGUAGES.items():
        if language not in here and about.cls != "A":
            st.button(
                f"Add {name}",
                key=f"language {about.id} {language}",
                icon=":material/translate:",
                type="tertiary",
                on_click=add,
                args=(about.id, language),
            )


def followed(at: Here, each: Stale) -> None:
    """The change in the English since the translation was saved; marking it current names these very words."""
    language = library.LANGUAGES[each.variant.language]
    with st.container(border=True, gap="small"):
        with badges.row():
            badges.badge(STALE)
            words.paragraph(f"{language}, {channel.NAMES[each.variant.channel]}", strong=True)
        known = statements.revisions(at.store, each.source.id)
        before = next((r for r in known if r.at <= each.variant.newest.at), known[-1])
        words.changes(difference(before.text, each.source.newest.text))
        st.button(
            f"The {language} still says the same",
            key=f"current {each.variant.id}",
            on_click=current,
            args=(each.variant.id, each.source.newest.hash),
        )


def add(statement_id: int, language: str) -> None:
    """Callback."""
    name = library.LANGUAGES[language]
    do(
        f"{name} is there in every channel, each with an approval of its own.",
        lambda at: translations.add(at.store, at.actor, statement_id, language, at.now),
    )


def current(variant_id: int, source_hash: str) -> None:
    """Callback."""
    do(
        "Marked current for the English as it is now.",
        lambda at: translations.mark_current(at.store, at.actor, variant_id, source_hash, at.now),
    )
