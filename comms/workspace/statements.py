"""Writing statements: begun from the library, saved as revisions with an author; nothing a person typed is ever lost.

What a statement is and how it is read: `comms.workspace.texts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from comms import clocks, partnership
from comms.people import APPROVING, WRITING, Account, Actor, Refused, acting
from comms.store import stamp
from comms.wording import attachments, channels, library
from comms.workspace import adaptations, drafts
from comms.workspace.incidents import Incident, incident
from comms.workspace.texts import (
    Buffer,
    Revision,
    Stale,
    Statement,
    Variant,
    attached,
    kept,
    named_texts,
    of_incident,
    released,
    revision,
    revisions,
    statement,
    text_hash,
    variant,
    variants,
)
from monitors.database import Store

__all__ = [
    "AUTOMATED",
    "FIRST_CHANNELS",
    "SUBJECT_MOST",
    "TEXT_MOST",
    "Buffer",
    "Revision",
    "Stale",
    "Start",
    "Statement",
    "Variant",
    "add_variant",
    "attached",
    "check_editor",
    "check_text",
    "fill_blanks",
    "forget",
    "keep",
    "kept",
    "named_texts",
    "of_incident",
    "released",
    "restore",
    "revision",
    "revisions",
    "save",
    "set_next_update",
    "start",
    "statement",
    "text_hash",
    "variant",
    "variants",
    "write",
]

TEXT_MOST = 20_000
SUBJECT_MOST = 200
FIRST_CHANNELS = ("email", "sms", "web", "media")
AUTOMATED = frozenset({"sms", "call"})
"""Offered for an emergency or the school's mission only: a class-E statement never begins with one (the domain rules,
section 7)."""


# Writing ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """How a statement begins: phase H, U, R, C or F; voice; channels and languages; empty `type` is the incident's."""

    phase: str
    voice: str = "joint"
    channels: Sequence[str] = FIRST_CHANNELS
    languages: Sequence[str] = ("en",)
    cls: str = ""
    values: Mapping[str, str] | None = None
    type: str = ""
    corrects_release_id: int | None = None


def start(store: Store, actor: Actor, incident_id: int, how: Start, now: datetime) -> Statement:
    """Compose the first draft of each channel from the library, blanks filled from facts and partnership.

    The second click returns the draft that is there already. Raises Refused when the library has no such words.
    """
    with acting(store, actor, "started a statement", now, seats=WRITING) as act:
        about = incident(store, incident_id)
        for known in of_incident(store, incident_id):
            if (known.phase, known.voice) == (how.phase, how.voice) and not released(store, known.id):
                act.nothing_new = True
                return known
        _maywrite(act.account, how.voice)
        update = clocks.proposed_update(now, about.cls == "A")
        row = {
            "incident_id": incident_id,
            "phase": how.phase,
            "class": how.cls or _class_of(about, how.phase),
            "type": how.type or about.type,
            "voice": how.voice,
            "started_by": act.account.id,
            "started_at": stamp(now),
            "next_update_at": None if how.phase in "RF" else stamp(update),
            "corrects_release_id": how.corrects_release_id,
        }
        statement_id = store.add("statement", row)
        typed = drafts.correcting(store, how.corrects_release_id) if how.corrects_release_id else {}
        typed |= how.values or {}
        for language in how.languages:
            values = drafts.values(store, about, how.phase, update, now, language, how.voice)
            values |= drafts.typed_in_english(typed, language)
            for channel in [each for each in how.channels if row["class"] != "E" or each not in AUTOMATED]:
                draft = _composed(store, how.type or about.type, how, channel, language, values)
                variant_id = store.add(
                    "variant", {"statement_id": statement_id, "channel": channel, "language": language}
                )
                words = (
                    drafts.marked_drill(draft.subject, draft.text)
                    if about.drill
                    else (draft.subject, draft.text)
                )
                write(store, variant_id, channel, language, words[0], words[1], act.account.id, None, now)
        act.record(
            f"statement {statement_id}",
            incident=f"incident {incident_id}",
            phase=how.phase,
            voice=how.voice,
            texts=named_texts(variants(store, statement_id)),
        )
        return statement(store, statement_id)


def _composed(
    store: Store, type_id: str, how: Start, channel: str, language: str, values: Mapping[str, str]
) -> library.Draft:
    try:
        own = adaptations.own(store)
        draft = library.compose(type_id, how.phase, channel, language, how.voice, values, own)
        return draft if channel in channels.WITH_SUBJECT else replace(draft, subject="")
    except library.LibraryError as error:
        raise Refused(f"{error} Nothing was started.") from error


def _class_of(about: Incident, phase: str) -> str:
    """A correction is class F; an update or resolution of a holding incident is class C; a holding statement written
    beside a protective action is class B; else the incident's own."""
    if phase == "C":
        return "F"
    if about.cls in {"A", "B"}:
        return "C" if phase in "URF" else "B"
    return about.cls


def _maywrite(person: Account, voice: str) -> None:
    owner = {"district": "district", "police": "agency"}.get(voice)
    if owner and person.side != owner:
        raise Refused(
            "This is the other side's own text: it is theirs to write. You can read and comment it."
        )


def write(
    store: Store,
    variant_id: int,
    channel: str,
    language: str,
    subject: str,
    text: str,
    author_id: int,
    base: Revision | None,
    now: datetime,
    files: list[attachments.Attachment] | None = None,
) -> int:
    number = store.table("revision").count_where("variant_id = ?", [variant_id]) + 1
    if files is None:
        files = attached(store, base.id) if base else []
    revision_id = store.add(
        "revision",
        {
            "variant_id": variant_id,
            "number": number,
            "subject": subject,
            "text": text,
            "hash": text_hash(channel, language, subject, text, files),
            "author_id": author_id,
            "base_id": base.id if base else None,
            "at": stamp(now),
        },
    )
    attachments.link(store, revision_id, files)
    return revision_id


def keep(
    store: Store, actor: Actor, variant_id: int, base_id: int, text: str, subject: str, now: datetime
) -> None:
    """Autosave: what a person has typed so far, with the revision they began from. Never refused for its length."""
    with store.atomic():
        store.execute(
            "insert into buffer (variant_id, account_id, base_id, subject, text, at) values (?, ?, ?, ?, ?, ?) "
            "on conflict (variant_id, account_id) do update set base_id = excluded.base_id, "
            "subject = excluded.subject, text = excluded.text, at = excluded.at",
            [variant_id, actor.account_id, base_id, subject, text, stamp(now)],
        )


def forget(store: Store, actor: Actor, variant_id: int) -> None:
    """Drop the kept text after it was saved or the person chose the other one."""
    with store.atomic():
        store.execute(
            "delete from buffer where variant_id = ? and account_id = ?", [variant_id, actor.account_id]
        )


def save(
    store: Store, actor: Actor, variant_id: int, base_id: int, text: str, subject: str, now: datetime
) -> Revision:
    """Save a new revision made from `base_id`. Unchanged words make no revision.

    Raises Stale when someone saved in between, Refused when the text cannot be saved; the words are kept either way.
    """
    keep(store, actor, variant_id, base_id, text, subject, now)
    with acting(store, actor, "saved a revision", now, seats=WRITING) as act:
        about = variant(store, variant_id)
        act.record(f"statement {about.statement_id}", variant=f"{about.channel} {about.language}")
        check_text(text, subject)
        check_editor(store, act.account, about)
        theirs = about.newest
        if (theirs.subject, theirs.text) == (subject, text):
            act.nothing_new = True
            saved = theirs
        else:
            if theirs.id != base_id:
                raise Stale(revision(store, base_id), theirs, text, subject)
            new = write(
                store, variant_id, about.channel, about.language, subject, text, act.account.id, theirs, now
            )
            saved = revision(store, new)
            act.record(f"statement {about.statement_id}", revision=saved.number, hash=saved.hash)
        store.execute(
            "delete from buffer where variant_id = ? and account_id = ?", [variant_id, act.account.id]
        )
        return saved


def check_text(text: str, subject: str) -> None:
    if not text.strip():
        raise Refused("The text is empty. Nothing was saved; the last revision stands.")
    if len(text) > TEXT_MOST:
        raise Refused(
            f"The text is {len(text):,} characters; the limit is {TEXT_MOST:,}. It is kept here. Shorten it to save."
        )
    if len(subject) > SUBJECT_MOST:
        raise Refused(
            f"The subject is {len(subject):,} characters; the limit is {SUBJECT_MOST}. It is kept here. Shorten it."
        )


def check_editor(store: Store, person: Account, about: Variant) -> None:
    """Whether this person may make a new revision of a text now. Raises Refused with the sentence that says why not."""
    parent = statement(store, about.statement_id)
    if released(store, parent.id):
        raise Refused("This statement was released and never changes. Write an update or a correction.")
    _maywrite(person, parent.voice)
    if person.seat in APPROVING and _asked(store, parent.id, person.id):
        raise Refused(
            "This text waits for your answer, so your edit goes in as a suggestion: whoever accepts it becomes "
            "its last editor and you can still approve. Your words are kept. Choose Suggest this edit."
        )


def _asked(store: Store, statement_id: int, account_id: int) -> bool:
    row = store.row_of(
        "select 1 from ask where statement_id = ? and account_id = ? "
        "and not exists (select 1 from decision d where d.statement_id = ask.statement_id "
        "                and d.account_id = ask.account_id and d.at >= ask.at) "
        "and not exists (select 1 from revision r join variant v on v.id = r.variant_id "
        "                where v.statement_id = ask.statement_id and r.at > ask.at)",
        statement_id,
        account_id,
    )
    return row is not None


def restore(store: Store, actor: Actor, revision_id: int, now: datetime) -> Revision:
    """Make an earlier revision the newest again, as a new revision."""
    old = revision(store, revision_id)
    newest = variant(store, old.variant_id).newest
    return save(store, actor, old.variant_id, newest.id, old.text, old.subject, now)


def fill_blanks(
    store: Store,
    actor: Actor,
    statement_id: int,
    values: Mapping[str, str],
    now: datetime,
    language: str = "",
) -> int:
    """Fill blanks in every variant at once; the number of variants that changed. Empty values leave their blank.

    A sentence typed for one `language` fills only the texts of that language; names and times fill all.
    """
    given = {name: " ".join(value.split()) for name, value in values.items() if value.strip()}
    changed = 0
    for each in variants(store, statement_id):
        same = language in {"", each.language}
        wanted = given if same else drafts.without_sentences(given)
        text = library.fill(each.newest.text, wanted)
        subject = library.fill(each.newest.subject, wanted)
        if (text, subject) != (each.newest.text, each.newest.subject):
            save(store, actor, each.id, each.newest.id, text, subject, now)
            changed += 1
    return changed


def set_next_update(store: Store, actor: Actor, statement_id: int, at: datetime, now: datetime) -> None:
    """Name another time for the next update, in the row and in every text that names the old one."""
    parent = statement(store, statement_id)
    zone = partnership.profile(store).timezone
    if at <= now:
        raise Refused(f"{clocks.clock(at, zone)} has passed. Choose a later time; nothing was changed.")
    with acting(store, actor, "set the next update", now, seats=WRITING) as act:
        if released(store, statement_id):
            raise Refused("This statement was released and never changes. Name the time in the next update.")
        store.execute("update statement set next_update_at = ? where id = ?", [stamp(at), statement_id])
        act.record(f"statement {statement_id}", next_update=stamp(at))
    old = clocks.clock_in_text(parent.next_update_at, zone) if parent.next_update_at else ""
    new = clocks.clock_in_text(at, zone)
    for each in variants(store, statement_id):
        text = library.fill(each.newest.text, {"next_update": new})
        text = text.replace(old, new) if old else text
        if text != each.newest.text:
            save(store, actor, each.id, each.newest.id, text, each.newest.subject, now)


def add_variant(
    store: Store, actor: Actor, statement_id: int, channel: str, language: str, now: datetime
) -> Variant:
    """Add a channel or a language to a statement that has not gone out."""
    with acting(store, actor, "added a channel", now, seats=WRITING) as act:
        parent = statement(store, statement_id)
        if released(store, statement_id):
            raise Refused("This statement was released and never changes. Write an update.")
        _maywrite(act.account, parent.voice)
        known = [v for v in variants(store, statement_id) if (v.channel, v.language) == (channel, language)]
        if known:
            act.nothing_new = True
            return known[0]
        about = incident(store, parent.incident_id)
        update = parent.next_update_at or clocks.proposed_update(now)
        values = drafts.values(store, about, parent.phase, update, now, language, parent.voice)
        if parent.corrects_release_id:
            correcting = drafts.correcting(store, parent.corrects_release_id)
            values |= drafts.typed_in_english(correcting, language)
        draft = _composed(store, parent.type, Start(parent.phase, parent.voice), channel, language, values)
        words = drafts.marked_drill(draft.subject, draft.text) if about.drill else (draft.subject, draft.text)
        variant_id = store.add(
            "variant", {"statement_id": statement_id, "channel": channel, "language": language}
        )
        write(store, variant_id, channel, language, words[0], words[1], act.account.id, None, now)
        act.record(f"statement {statement_id}", variant=f"{channel} {language}")
        return variant(store, variant_id)
