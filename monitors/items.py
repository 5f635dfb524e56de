"""Item: one thing a source said, as plain text. What passes between fetching, judging and storing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
