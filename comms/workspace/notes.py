"""Notes of one side: they never cross, not in pages, exports, search or mail (the domain rules, section 1).

Every read names the person who reads and gives back only what their own organization wrote. A note's words are on no
log line: the log says that a note was written, with its SHA-256, and belongs to no incident's timeline.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from comms.people import OTHER_AGENCY, Account, Actor, Refused, Seat, acting, theirs_alone
from comms.store import moment, stamp
from monitors.database import Store

NOTING = frozenset(Seat) - {Seat.ADMINISTRATOR, Seat.RECORDS}
"""Who works on an incident. Administrators and records clerks keep no notes on it."""
NOTE_MOST = 4_000


@dataclass(frozen=True, slots=True)
class Note:
    """One note of the own organization. `at` is aware UTC."""

    id: int
    incident_id: int
    text: str
    author: str
    at: datetime


def write(store: Store, actor: Actor, incident_id: int, text: str, now: datetime) -> int:
    """Write a note that only the own organization ever reads."""
    with acting(store, actor, "wrote a note for their own side", now, seats=NOTING) as act:
        words = text.strip()
        if theirs_alone(store, act.account, f"incident {incident_id}"):
            raise Refused(OTHER_AGENCY)
        act.record("note", sha256=hashlib.sha256(words.encode()).hexdigest())
        if not words:
            raise Refused("The note is empty. Nothing was saved.")
        if len(words) > NOTE_MOST:
            raise Refused(
                f"The note has {len(words):,} characters; the limit is {NOTE_MOST:,}. It is kept here. Shorten it."
            )
        row = {"incident_id": incident_id, "organisation_id": act.account.organisation_id, "text": words}
        return store.add("note", row | {"account_id": act.account.id, "at": stamp(now)})


def notes(store: Store, reader: Account, incident_id: int) -> list[Note]:
    """The notes of the reader's own organization on an incident, newest first."""
    return _read(store, reader, "incident_id = :incident", incident=incident_id)


def search(store: Store, reader: Account, words: str) -> list[Note]:
    """The reader's own side's notes that have every one of these words, newest first; a blank search finds nothing."""
    wanted = words.casefold().split()
    return [
        note
        for note in _read(store, reader, "true")
        if wanted and all(word in note.text.casefold() for word in wanted)
    ]


def _read(store: Store, reader: Account, where: str, **values: object) -> list[Note]:
    if reader.seat not in NOTING:
        return []
    rows = store.rows_of(
        "select note.id, incident_id, text, account.name as author, at from note join account on account.id = account_id "
        f"where note.organisation_id = :own and {where} order by note.id desc",
        own=reader.organisation_id,
        **values,
    )
    return [Note(**row | {"at": moment(row["at"])}) for row in rows]
