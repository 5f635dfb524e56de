"""What was said and done about one incident, step by step, in plain words: who, when, and on which version.

The steps are the log's own entries about the incident, its statements, its releases and the alert it was opened from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comms import audit
from comms.audit import Entry
from comms.people import SEAT_NAMES, Seat
from comms.store import moment
from comms.wording import library
from comms.workspace import statements
from monitors.database import Store

CHANNELS = {
    "email": "e-mail",
    "sms": "text message",
    "web": "web page",
    "media": "media statement",
    "call": "call script",
    "social": "social text",
    "staff": "talking points",
    "board": "board note",
}


@dataclass(frozen=True, slots=True)
class Version:
    """A text as an act named it: its channel and language in words, its revision, its SHA-256."""

    text: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Said:
    """Words somebody typed, kept apart from ours. `kind` is claim, reason, file or detail."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One act. `at` is aware UTC; `what` is ours; `said` holds what people typed; `seq` is its number in the log."""

    seq: int
    at: datetime
    who: str
    seat: str
    what: str
    versions: tuple[Version, ...] = ()
    said: tuple[Said, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether nothing was changed: a command that was refused."""
        return self.what.startswith("was refused")


def steps(store: Store, incident_id: int) -> tuple[Step, ...]:
    """Every step of an incident, in order of time."""
    made = {s.id: s.title for s in statements.of_incident(store, incident_id)}
    people = {row["id"]: str(row["name"]) for row in store.rows_of("select id, name from account")}
    found = audit.entries(store, abouts(store, incident_id, made))
    return tuple(_step(entry, made, people) for entry in found)


def abouts(store: Store, incident_id: int, made: Mapping[int, str]) -> set[str]:
    """What the log calls this incident and everything that belongs to it."""
    named = {f"incident {incident_id}", *(f"statement {statement_id}" for statement_id in made)}
    for row in store.rows_of(
        "select release.id from release join statement on statement.id = statement_id where incident_id = ?",
        incident_id,
    ):
        named.add(f"release {row['id']}")
    alert = store.row_of("select alert_id from incident where id = ?", incident_id)
    if alert and alert["alert_id"]:
        named.add(f"alert {alert['alert_id']}")
    return named


def _step(entry: Entry, made: Mapping[int, str], people: Mapping[int, str]) -> Step:
    details = dict(entry.details)
    if details.get("seat") == entry.seat:
        del details["seat"]  # said already: only a deputy's seat is another
    what = entry.did
    about = re.fullmatch(r"statement (\d+)", entry.about)
    if about and int(about[1]) in made and not what.startswith("was refused"):
        what += f", {made[int(about[1])].lower()}"
    said, more = [], []
    for name, value in sorted(details.items(), key=lambda item: _ORDER.get(item[0], len(_ORDER))):
        if name in QUOTED and value:
            said.append(Said(QUOTED[name], str(value)))
        elif name in {"was", "now"} and isinstance(value, str):
            said.append(Said("claim", value))
        elif name in WORDS and value not in (None, "", []):
            more.append(WORDS[name](value, people))
        elif name not in _SILENT and name not in WORDS and name not in QUOTED and value:
            said.append(Said("detail", f"{name.replace('_', ' ')}: {_plain(value)}"))
    at = moment(entry.at)
    assert at is not None  # noqa: S101  # the log never writes a row without its time
    seat = SEAT_NAMES[Seat(entry.seat)] if entry.seat in set(Seat) else entry.seat
    whole = ", ".join([what, *filter(None, more)])
    who = "One Voice" if entry.who == "duty" else entry.who
    return Step(entry.seq, at, who, seat, whole, _versions(details), tuple(said))


def _versions(details: Mapping[str, Any]) -> tuple[Version, ...]:
    named = details.get("revisions") or details.get("texts")
    if isinstance(named, Mapping):
        return tuple(
            Version(text_words(str(text)), int(pair[0]), str(pair[1])) for text, pair in named.items()
        )
    if details.get("variant") and details.get("revision"):
        number, digest = int(str(details["revision"])), str(details.get("hash", ""))
        return (Version(text_words(str(details["variant"])), number, digest),)
    return ()


def text_words(variant: str) -> str:
    """ "email en" as people say it: e-mail, English."""
    channel, _, language = variant.partition(" ")
    return f"{CHANNELS.get(channel, channel)}, {library.LANGUAGES.get(language, language)}"


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_plain(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return str(value)


def _kind(value: object) -> str:
    pair = value if isinstance(value, list) else [value]
    type_id = str(pair[0])
    title = library.TYPES[type_id].title if type_id in library.TYPES else type_id
    return f"{title}, class {pair[1]}" if len(pair) > 1 else title


QUOTED = {
    "claim": "claim",
    "against": "claim",
    "reason": "reason",
    "why": "reason",
    "title": "detail",
    "detail": "reason",
    "words": "claim",
    "file": "file",
    "sha256": "file",
}
"""What people typed, by its name in the log."""
RUNGS = {"on call", "next on call", "seat", "heads", "deputy", "away"}
"""Why somebody was told of an alert, as paging names it."""
WORDS: Mapping[str, Callable[[Any, Mapping[int, str]], str]] = {
    "number": lambda value, _: f"number {value}",
    "voice": lambda value, _: f"{library.VOICES.get(value, str(value)).lower()} voice",
    "seat": lambda value, _: f"in the seat {SEAT_NAMES[Seat(value)] if value in set(Seat) else value}",
    "for": lambda value, _: f"as deputy for {value}",
    "told": lambda value, people: f"told {people.get(value, 'a person')}",
    "how": lambda value, _: f"by {value}",
    "via": lambda value, _: "" if value == "screen" else f"by {value}",
    "next_update": lambda value, _: f"to {value}",
    "mailed": lambda value, _: (
        "mailed to "
        + ", ".join(f"{n} {'address' if n == 1 else 'addresses'} ({CHANNELS[c]})" for c, n in value.items())
    ),
    "copy": lambda value, _: f"{value} copy",
    "rule": lambda value, _: f"rule {value}",
    "people": lambda value, _: f"told {_plain(value)}",
    "turn": lambda value, _: f"chosen by: {value}" if value in RUNGS else str(value),
    "asked": lambda value, _: str(value),
    "differs": lambda value, _: f"about {value}",
    "was": lambda value, _: f"from {_kind(value)}" if isinstance(value, list) else "",
    "now": lambda value, _: f"to {_kind(value)}" if isinstance(value, list) else "",
}
"""What our own values say, by their name in the log."""
_ORDER = {name: place for place, name in enumerate([*QUOTED, *WORDS])}
_SILENT = {"incident", "alert", "revisions", "texts", "variant", "revision", "hash", "fact", "answer", "ask"}
_SILENT |= {"release", "suggestion", "sha256", "phase"}
