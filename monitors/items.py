"""Item: one thing a source said, as plain text. What passes between fetching, judging and storing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

NOT_ACTUAL = frozenset({"Test", "Exercise", "System", "Draft"})
"""CAP statuses that do not speak of the real world (CAP 1.2, section 3.2.1). Such an item never alerts."""

LONGEST_KEY = 1000
"""Characters of an id or link that are kept as a key; a longer one is kept as its hash."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of one document. Text is plain, never markup; `link` is http(s) or empty; times are aware UTC.

    `key` names the entry within its source. `published` is None when the entry has no date that can be read.
    `place` is a place in words; `outlet` the real publisher where a search feed names one.
    `facts` holds what a kind knows beyond words: CAP severity, certainty, status, msgType, references; latitude
    and longitude; a dispatch row's own columns. Values are strings, so that they survive the store.
    """

    key: str
    title: str
    text: str = ""
    link: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    expires: datetime | None = None
    outlet: str = ""
    place: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_actual(self) -> bool:
        """False for a CAP test, exercise, system message or draft: stored and searchable, but it never alerts."""
        return self.facts.get("status") not in NOT_ACTUAL


class KeyRule(StrEnum):
    """How the entries of one document are named."""

    ID = "id"
    LINK = "link"
    TITLE_AND_DATE = "title and date"


class Named(Protocol):
    """What an entry can be recognised by; empty strings where it has none."""

    @property
    def id(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def date(self) -> str: ...


def keys_for(entries: Sequence[Named]) -> tuple[KeyRule, tuple[str, ...]]:
    """The rule for one document and the keys by it, in the entries' order; no two keys are equal.

    The id if every entry has one and none repeats, else the link if likewise unique, else a hash of title and
    date. Of 364 real documents 96 had no ids, 18 repeated one, and 42 repeated a link.
    """
    for rule, names in ((KeyRule.ID, [e.id for e in entries]), (KeyRule.LINK, [e.link for e in entries])):
        if all(names) and len(set(names)) == len(names):
            return rule, tuple(name if len(name) <= LONGEST_KEY else _hash(name) for name in names)
    return KeyRule.TITLE_AND_DATE, _hashed_keys(entries)


def _hashed_keys(entries: Sequence[Named]) -> tuple[str, ...]:
    """Documents run newest first, so the last of several with one title and date keeps the plain hash for good."""
    taken: Counter[str] = Counter()
    keys = []
    for entry in reversed(entries):
        key = _hash(entry.title, entry.date)
        if taken[key]:
            key = _hash(entry.title, entry.date, entry.link, entry.text)
        taken[key] += 1
        keys.append(key if taken[key] == 1 else f"{key}~{taken[key]}")
    return tuple(reversed(keys))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
