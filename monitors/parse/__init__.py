"""Bytes → items: one pure function per kind of document, chosen from one table, the kind told from the bytes.

`parse` never raises, keeps nothing and asks nobody; a worker process can be killed in the middle of it.
"""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from monitors.items import Item, KeyRule
from monitors.parse.discovery import discover as discover
from monitors.parse.entries import Reading, items_of
from monitors.parse.sniff import kind_of

READERS: Mapping[str, str] = MappingProxyType(
    {
        "feed": "monitors.parse.feed",
        "jsonfeed": "monitors.parse.jsonfeed",
        "cap": "monitors.parse.cap",
        "rows": "monitors.parse.rows",
        "sitemap": "monitors.parse.sitemap",
        "page": "monitors.parse.page",
        "mail": "monitors.parse.mail",
    }
)
"""Kind -> the module whose `read(body, content_type, url, options)` knows it; loaded when first met."""

TAKEN_AT_ITS_WORD = ("page", "rows", "mail")
"""Kinds that configuration decides: HTML is news only where selectors say so, JSON rows where a mapping does."""

FAILURES: Mapping[str, str] = MappingProxyType(
    {
        "not_a_feed": "This address answers with something that is not a feed. Check the address, or look for the "
        "feed's own link on the page.",
        "broken": "This says it is a feed but nothing in it can be read. It may be cut off; we keep trying.",
        "empty": "The answer was empty: not one byte of a document. If it stays so, ask the site.",
        "not_news": "This is a list of a site's addresses, not of its news. Look for its news sitemap or a feed.",
        "no_selector": "A page without a feed needs a selector that says which of its elements are news. Set one.",
        "bad_selector": "The selector cannot be understood. Correct it; CSS selectors such as `article.news` work.",
        "nothing_selected": "The page answers, but the selector finds nothing on it. The page has probably changed; "
        "choose the elements anew.",
        "server_said_no": "The server sent an error message in place of its records. Check the address and its query.",
        "unreadable": "The file cannot be opened. Check its name and whether you may read it.",
    }
)
"""Why a document gave no entries -> the sentence for the person who looks after the source."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one document says.

    `entries` counts what the document lists, at most `document.ENTRY_LIMIT`. `failure` is a word of `FAILURES`, or
    None: a valid document without entries is not a failure. `partly` marks a document that is broken or longer than
    the limit. `links` are (what, address) pairs worth following where the document itself is not the news: feeds
    that a page names. `rule` says how the keys were made.
    """

    kind: str
    failure: str | None = None
    entries: int = 0
    items: tuple[Item, ...] = ()
    partly: bool = False
    links: tuple[tuple[str, str], ...] = ()
    rule: KeyRule = KeyRule.ID
    ids: tuple[str, ...] = ()
    """The entries' own ids, in the order of `items`; empty strings where one has none."""
    title: str = ""
    """The document's own name, which may serve for its source."""
    refresh: timedelta | None = None
    """How long the document asks to be left alone (`ttl`, `sy:updatePeriod`)."""


def parse(
    body: bytes,
    *,
    kind: str | None = None,
    content_type: str = "",
    url: str = "",
    options: Mapping[str, object] = MappingProxyType({}),
) -> Parsed:
    """The items of a document. Never raises.

    The bytes say what the document is, unless `kind` is one of `TAKEN_AT_ITS_WORD`. `url` is where it came from.
    `options` are the source's own: `zone` (IANA name) for dates that name none, the mapping of a record's columns, the
    selectors of a page.
    """
    chosen = kind if kind in TAKEN_AT_ITS_WORD else None
    try:
        return _parsed(chosen or kind_of(body), body, content_type, url, options)
    except Exception:  # noqa: BLE001  the outer edge of a worker process: no document may end it
        return Parsed(chosen or "unknown", "broken", partly=True)


def _parsed(kind: str, body: bytes, content_type: str, url: str, options: Mapping[str, object]) -> Parsed:
    if not body.strip():
        return Parsed(kind, "empty")
    if kind not in READERS:
        return Parsed(kind, "not_a_feed", links=discover(body, url) if kind == "html" else ())
    reading = _reader(kind)(body, content_type, url, options)
    rule, items = items_of(reading.entries, url, options)
    ids = tuple(entry.id for entry in reading.entries)
    failure = reading.failure or ("broken" if reading.partly and not items else None)
    return Parsed(
        reading.kind or kind,
        failure,
        len(items),
        items,
        reading.partly,
        reading.links,
        rule,
        ids,
        reading.head.title,
        reading.head.refresh,
    )


Reader = Callable[[bytes, str, str, Mapping[str, object]], Reading]


def _reader(kind: str) -> Reader:
    reader: Reader = importlib.import_module(READERS[kind]).read
    return reader


def command(name: str, arguments: list[str]) -> int:
    """`python -m monitors parse FILE… [--json]`: what each file says; a bad document is an answer, not an error."""
    parser = argparse.ArgumentParser(
        prog=f"python -m monitors {name}", description="Read documents and print their items."
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON line per file")
    parser.add_argument("--zone", help="zone of dates that name none, such as America/Chicago")
    asked = parser.parse_args(arguments)
    options = {"zone": asked.zone} if asked.zone else {}
    for file in asked.files:
        parsed = _parsed_file(file, options)
        print(json.dumps(_line(file, parsed)) if asked.json else _sentence(file, parsed))
    return 0


def _parsed_file(file: str, options: Mapping[str, object]) -> Parsed:
    try:
        return parse(Path(file).read_bytes(), options=options)
    except (OSError, ValueError):
        return Parsed("unknown", "unreadable")


def _line(file: str, parsed: Parsed) -> dict[str, object]:
    return {
        "file": file,
        "kind": parsed.kind,
        "failure": parsed.failure,
        "entries": parsed.entries,
        "items": [
            {
                "key": item.key,
                "title": item.title,
                "text": item.text,
                "link": item.link,
                "published": item.published.isoformat() if item.published else None,
            }
            for item in parsed.items
        ],
    }


def _sentence(file: str, parsed: Parsed) -> str:
    if parsed.failure:
        return f"{file}: {FAILURES[parsed.failure]}"
    count = "1 entry" if parsed.entries == 1 else f"{parsed.entries} entries"
    return f"{file}: {count} ({parsed.kind}{', partly read' if parsed.partly else ''})"
