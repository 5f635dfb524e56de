"""What a statement is: its variants, their immutable revisions, the files and the words kept unsaved. Reading only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comms.people import Refused
from comms.store import moment
from comms.wording import attachments
from monitors.database import Store


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an incident. `voice` is joint, district or police; `next_update_at` is what its texts name."""

    id: int
    incident_id: int
    phase: str
    cls: str
    type: str
    voice: str
    started_by: int
    started_at: datetime
    next_update_at: datetime | None
    corrects_release_id: int | None

    @property
    def title(self) -> str:
        """What people call it: Holding statement, Update …"""
        return {
            "H": "Holding statement",
            "U": "Update",
            "R": "Resolution",
            "C": "Correction",
            "F": "Follow-up",
        }[self.phase]


@dataclass(frozen=True, slots=True)
class Revision:
    """One immutable state of a variant's words. `hash` covers channel, language, subject and text."""

    id: int
    variant_id: int
    number: int
    subject: str
    text: str
    hash: str
    author_id: int
    author: str
    author_side: str
    base_id: int | None
    at: datetime

    @property
    def short_hash(self) -> str:
        """The hash as people compare it: 7c1e 90ab."""
        return f"{self.hash[:4]} {self.hash[4:8]}"


@dataclass(frozen=True, slots=True)
class Variant:
    """One channel and language of a statement, with its newest revision."""

    id: int
    statement_id: int
    channel: str
    language: str
    newest: Revision


@dataclass(frozen=True, slots=True)
class Buffer:
    """What one person typed and has not saved, with the revision they began from."""

    base_id: int
    subject: str
    text: str
    at: datetime


class Stale(Refused):
    """Someone saved in between. Both texts are kept; the person reads both and chooses."""

    def __init__(self, base: Revision, theirs: Revision, mine: str, mine_subject: str) -> None:
        super().__init__(
            f"{theirs.author} saved revision {theirs.number} while you were writing. "
            "Your words are kept. Read both and choose."
        )
        self.base, self.theirs, self.mine, self.mine_subject = base, theirs, mine, mine_subject


def text_hash(
    channel: str, language: str, subject: str, text: str, attached: Sequence[attachments.Attachment] = ()
) -> str:
    """SHA-256 of exactly what would go out, files included: the thing an approval names."""
    content: dict[str, object] = {"channel": channel, "language": language, "subject": subject, "text": text}
    if attached:
        content["files"] = attachments.hashes(attached)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


# Reading ------------------------------------------------------------------------------------------------------------


def statement(store: Store, statement_id: int) -> Statement:
    """One statement; KeyError when there is none."""
    row = store.row_of("select * from statement where id = ?", statement_id)
    if row is None:
        raise KeyError(statement_id)
    return _statement(row)


def of_incident(store: Store, incident_id: int) -> list[Statement]:
    """The statements of an incident, newest first."""
    rows = store.rows_of("select * from statement where incident_id = ? order by id desc", incident_id)
    return [_statement(row) for row in rows]


def _statement(row: dict[str, Any]) -> Statement:
    return Statement(
        id=row["id"],
        incident_id=row["incident_id"],
        phase=row["phase"],
        cls=row["class"],
        type=row["type"],
        voice=row["voice"],
        started_by=row["started_by"],
        started_at=datetime.fromisoformat(row["started_at"]),
        next_update_at=moment(row["next_update_at"]),
        corrects_release_id=row["corrects_release_id"],
    )


_REVISION = (
    "select revision.id, variant_id, number, subject, text, hash, author_id, account.name as author, "
    "organisation.kind as author_side, base_id, at from revision join account on account.id = author_id "
    "join organisation on organisation.id = account.organisation_id "
)


def _revision(row: dict[str, Any]) -> Revision:
    return Revision(**row | {"at": datetime.fromisoformat(row["at"])})


def revision(store: Store, revision_id: int) -> Revision:
    """One revision; KeyError when there is none."""
    row = store.row_of(_REVISION + "where revision.id = ?", revision_id)
    if row is None:
        raise KeyError(revision_id)
    return _revision(row)


def revisions(store: Store, variant_id: int) -> list[Revision]:
    """Every revision of a variant, newest first."""
    return [
        _revision(r)
        for r in store.rows_of(_REVISION + "where variant_id = ? order by number desc", variant_id)
    ]


def variants(store: Store, statement_id: int) -> list[Variant]:
    """The variants of a statement in the order of its channels, each with its newest revision."""
    rows = store.rows_of("select * from variant where statement_id = ? order by id", statement_id)
    return [Variant(**row, newest=revisions(store, row["id"])[0]) for row in rows]


def variant(store: Store, variant_id: int) -> Variant:
    """One variant; KeyError when there is none."""
    row = store.row_of("select * from variant where id = ?", variant_id)
    if row is None:
        raise KeyError(variant_id)
    return Variant(**row, newest=revisions(store, variant_id)[0])


def named_texts(texts: Sequence[Variant]) -> dict[str, list[object]]:
    """Texts as the log names them: "email en" -> [revision, hash]."""
    return {f"{v.channel} {v.language}": [v.newest.number, v.newest.hash] for v in texts}


def released(store: Store, statement_id: int) -> bool:
    """Whether the statement went out; from then on nothing about it changes."""
    return store.row_of("select 1 from release where statement_id = ?", statement_id) is not None


def attached(store: Store, revision_id: int) -> list[attachments.Attachment]:
    """The files a revision goes out with."""
    return attachments.of_revision(store, revision_id)


def kept(store: Store, account_id: int, variant_id: int) -> Buffer | None:
    """What this person typed and has not saved, or None."""
    row = store.row_of(
        "select base_id, subject, text, at from buffer where variant_id = ? and account_id = ?",
        variant_id,
        account_id,
    )
    return Buffer(**row | {"at": datetime.fromisoformat(row["at"])}) if row else None
