"""Translations: a text in another language is a variant of its own, and stale when the English it came from changes.

Source: the domain rules, section 5. Nothing is stored but a person's word that a translation is current: a variant is
stale while its source's newest revision is younger than its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comms.people import WRITING, Actor, Refused, acting
from comms.store import stamp
from comms.workspace import statements
from comms.workspace.statements import Variant
from monitors.database import Store

SOURCE = "en"


@dataclass(frozen=True, slots=True)
class Stale:
    """A translation whose source changed after it was written."""

    variant: Variant
    source: Variant


def stale(store: Store, texts: Sequence[Variant]) -> list[Stale]:
    """The translations among a statement's texts that are older than what they translate, and that nobody marked."""
    sources = {each.channel: each for each in texts if each.language == SOURCE}
    found = [
        Stale(each, sources[each.channel])
        for each in texts
        if each.language != SOURCE
        and each.channel in sources
        and sources[each.channel].newest.at > each.newest.at
    ]
    return [each for each in found if not _marked(store, each)]


def _marked(store: Store, each: Stale) -> bool:
    return (
        store.row_of(
            "select 1 from translation_mark where variant_id = ? and source_hash = ?",
            each.variant.id,
            each.source.newest.hash,
        )
        is not None
    )


def mark_current(store: Store, actor: Actor, variant_id: int, source_hash: str, now: datetime) -> None:
    """Say that a translation still says what its source says now: exactly the words that were shown."""
    with acting(store, actor, "marked a translation current", now, seats=WRITING) as act:
        variant = statements.variant(store, variant_id)
        named = f"{variant.channel} {variant.language}"
        act.record(f"statement {variant.statement_id}", variant=named)
        waiting = {s.variant.id: s for s in stale(store, statements.variants(store, variant.statement_id))}
        act.nothing_new = variant_id not in waiting
        if act.nothing_new:
            return
        if waiting[variant_id].source.newest.hash != source_hash:
            raise Refused("The English changed while you were reading. Read it again; nothing was marked.")
        row = {"variant_id": variant_id, "source_hash": source_hash, "account_id": act.account.id}
        store.add("translation_mark", row | {"at": stamp(now)})


def add(store: Store, actor: Actor, statement_id: int, language: str, now: datetime) -> list[Variant]:
    """Add a language in every channel the statement has in English; a second press adds nothing."""
    texts = statements.variants(store, statement_id)
    return [
        statements.add_variant(store, actor, statement_id, each.channel, language, now)
        for each in texts
        if each.language == SOURCE
    ]
