"""Which entries of a document are new, which are edits, and which are old ones under another name. Pure.

A source that renames all its entries must not look like thirty new incidents, the first document of a source must not
alert on last week, and an edit is never a second item.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from monitors.items import Item

OLD = timedelta(hours=24)
"""What a first fetch finds older than this is kept and never alerts."""
LATE = timedelta(hours=1)
"""An item seen this long after it was published is marked as seen late."""
AHEAD = timedelta(minutes=10)
"""How far a source's clock may run ahead before its date is not believed."""
FLOOD = 0.6
"""Above this share of unknown keys, a source we have history with has more likely renamed than reported."""
FEWEST = 3
"""Documents with fewer entries prove nothing about renaming."""

_MATERIAL_FACTS = ("severity", "msgType")
_Name = TypeVar("_Name", str, int)


class Dated(StrEnum):
    """What is to be thought of an item's date."""

    GIVEN = "given"
    MISSING = "missing"
    FUTURE = "future"
    REDATED = "redated"


@dataclass(frozen=True, slots=True)
class Marks:
    """What we add to a new item. `at` is the time to show and sort by, aware UTC."""

    at: datetime
    backfill: bool
    seen_late: bool
    dated: Dated


@dataclass(frozen=True, slots=True)
class Old:
    """A stored item, as far as recognising and comparing need it."""

    id: int
    key: str
    title: str
    text: str
    link: str
    published: datetime | None
    place: str
    facts: Mapping[str, str]
    expires: datetime | None = None


class Change(StrEnum):
    """What happened to a stored item whose digest is another now."""

    REDATED = "redated"
    MINOR = "minor"
    MATERIAL = "material"


def digest(item: Item) -> bytes:
    """Sixteen bytes of all a reader can see of an item; `updated` alone is no edit."""
    seen = (
        item.title,
        item.text,
        item.link,
        item.place,
        item.published,
        item.expires,
        sorted(item.facts.items()),
    )
    return hashlib.blake2b(repr(seen).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def floods(entries: int, unknown: int) -> bool:
    """Whether a document of a source we have history with looks renamed rather than newsy."""
    return entries >= FEWEST and unknown / entries > FLOOD


def renamed(items: Sequence[Item], known: Iterable[Old]) -> dict[str, int]:
    """New key → id of the stored item it is another name for.

    By link where only one item on either side has it, else by title and date, else by title; each stored item is given
    to one entry only. `known` are stored items whose keys the document no longer has.
    """
    pool = list(known)
    found: dict[str, int] = {}
    for trait in (_by_link, _by_title_and_date, _by_title):
        taken = set(found.values())
        ours = _unique((trait(item), item.key) for item in items if item.key not in found)
        theirs = _unique((trait(old), old.id) for old in pool if old.id not in taken)
        found |= {key: theirs[name] for name, key in ours.items() if name in theirs}
    return found


def marks(item: Item, now: datetime, *, first: bool, flood: bool, last_ok: datetime | None) -> Marks:
    """The marks of a new item seen `now`.

    `first`: the source's first document. `flood`: a document that is mostly unknown, with no renaming to explain it: then
    what was published a day before we last looked was there to be seen and is treated as a first fetch would.
    """
    published = item.published
    if published is None or published > now + AHEAD:
        dated = Dated.MISSING if published is None else Dated.FUTURE
        return Marks(now, backfill=first, seen_late=False, dated=dated)
    old = now - published > OLD
    backfill = (first and old) or (flood and last_ok is not None and published < last_ok - OLD)
    late = not first and now - published > LATE
    return Marks(min(published, now), backfill=backfill, seen_late=late, dated=Dated.GIVEN)


def change(old: Old, item: Item) -> Change:
    """What kind of edit it is. Only another title, CAP severity or message type may alert again."""
    words = (item.title, item.text, item.link, item.place, item.expires, dict(item.facts))
    if words == (old.title, old.text, old.link, old.place, old.expires, dict(old.facts)):
        return Change.REDATED
    facts = any(item.facts.get(name) != old.facts.get(name) for name in _MATERIAL_FACTS)
    return Change.MATERIAL if facts or plain_title(item.title) != plain_title(old.title) else Change.MINOR


def plain_title(title: str) -> str:
    """A title without case, punctuation and spacing, for comparing."""
    return re.sub(r"\W+", " ", title).strip().casefold()


def facts_text(facts: Mapping[str, str]) -> str:
    """Facts as the store keeps them."""
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True) if facts else "{}"


def _by_link(one: Item | Old) -> str:
    return one.link


def _by_title_and_date(one: Item | Old) -> str:
    return f"{plain_title(one.title)}|{one.published}" if one.title and one.published else ""


def _by_title(one: Item | Old) -> str:
    return plain_title(one.title)


def _unique(pairs: Iterable[tuple[str, _Name]]) -> dict[str, _Name]:
    """The pairs whose first part is not empty and occurs once."""
    listed = [pair for pair in pairs if pair[0]]
    times = Counter(name for name, _ in listed)
    return {name: one for name, one in listed if times[name] == 1}
