"""What a document's entries say, as written there, and how they become items."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitors.items import Item, KeyRule, keys_for
from monitors.parse.dates import read_date, wall_clock
from monitors.text import (
    capped,
    host_of,
    printable,
    safe_link,
    same_title,
    to_text,
    to_title,
    unwrapped,
    without_outlet,
)

SAYS_ENOUGH = 40
"""Characters a summary needs to stand for the entry; of a shorter one, or one cut short, the full text is taken."""


@dataclass(slots=True)
class Entry:
    """One entry as its document writes it: markup unopened, dates as strings. `date` is the one it is known by."""

    id: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    more: str = ""
    published: str = ""
    updated: str = ""
    expires: str = ""
    outlet: str = ""
    place: str = ""
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def date(self) -> str:
        return self.published or self.updated


@dataclass(frozen=True, slots=True)
class Head:
    """What a document says of itself: its title, and how long it asks to be left alone."""

    title: str = ""
    refresh: timedelta | None = None


NO_HEAD = Head()

_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
"""Minutes of the periods of RSS 1.0's syndication module."""


def head_of(title: str, ttl: str, period: str, frequency: str) -> Head:
    """From RSS 2.0's `ttl` (minutes) or the syndication module's period, so many times in which it updates."""
    minutes = int(ttl) if ttl.isdecimal() and len(ttl) < 7 else 0
    if not minutes and period in _PERIODS:
        times = int(frequency) if frequency.isdecimal() and len(frequency) < 7 else 1
        minutes = _PERIODS[period] // max(times, 1)
    return Head(to_text(title), timedelta(minutes=minutes) if minutes else None)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader of one kind found: entries in the document's order, or why there are none."""

    entries: Sequence[Entry] = ()
    failure: str | None = None
    partly: bool = False
    links: tuple[tuple[str, str], ...] = ()
    head: Head = NO_HEAD
    kind: str | None = None
    """Set when the document proves to be of another kind than it looked."""


_CUT_SHORT = ("[…]", "[...]", "…", "...", "Read more", "Continue reading")
"""How a summary ends that is only the beginning of the full text."""

Dated = Callable[[str], datetime | None]


def items_of(
    entries: Sequence[Entry], url: str, options: Mapping[str, object]
) -> tuple[KeyRule, tuple[Item, ...]]:
    """The items in the document's order, and the rule their keys follow.

    `url` is the document's own and makes links absolute. `options["zone"]` is the source's zone, for dates that
    name none.
    """
    for entry in entries:  # before they are keyed: two names that differ in a control character are one
        entry.id, entry.link, entry.title = printable(entry.id), printable(entry.link), printable(entry.title)
    rule, keys = keys_for(entries)
    dated = _dates_of(url, options)
    return rule, tuple(_item(entry, key, url, dated) for entry, key in zip(entries, keys, strict=True))


def _dates_of(url: str, options: Mapping[str, object]) -> Dated:
    zone = options.get("zone")
    if not isinstance(zone, str):
        return read_date
    if "/rssfeed.aspx" in url.lower():  # CivicPlus
        return lambda text: wall_clock(text, zone)
    return lambda text: read_date(text, zone)


def _item(entry: Entry, key: str, url: str, dated: Dated) -> Item:
    title = to_title(entry.title)
    text = to_text(entry.text)
    if entry.more and (len(text) < SAYS_ENOUGH or text.endswith(_CUT_SHORT)):
        text = max(text, to_text(entry.more), key=len)
    link = safe_link(entry.link, url) if entry.link else ""
    outlet = to_text(entry.outlet) if entry.outlet else ""
    if _SEARCH.match(link):
        link, text, outlet = _from_search(link, title, text, outlet)
    updated = dated(entry.updated) if entry.updated else None
    return Item(
        key=key,
        title=title,
        text=text,
        link=link,
        published=(dated(entry.published) if entry.published else None) or updated,
        updated=updated,
        expires=dated(entry.expires) if entry.expires else None,
        outlet=outlet,
        place=to_text(entry.place) if entry.place else "",
        facts={printable(name): capped(printable(value)) for name, value in entry.facts.items() if value},
    )


_SEARCH = re.compile(r"https?://(?:www\.|news\.)?(?:google|bing)\.com/|https?://l\.facebook\.com/")


def _from_search(link: str, title: str, text: str, outlet: str) -> tuple[str, str, str]:
    """Link, text and outlet of what a search engine found.

    A redirect that carries its target is unwrapped. One that does not (Google News) stays as it is and is never
    followed; its title ends in the outlet, and its text only repeats the title.
    """
    inner = unwrapped(link)
    if inner != link:
        return inner, text, outlet or host_of(inner)
    if host_of(link) == "news.google.com":
        headline, dash, tail = title.rpartition(" - ")
        outlet = outlet or (tail.strip() if dash else "")
        if same_title(text, title) or same_title(
            text, f"{without_outlet(title, outlet) or headline} {outlet}"
        ):
            text = ""
    return link, text, outlet
