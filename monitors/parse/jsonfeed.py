"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitors.parse.document import ENTRY_LIMIT, before_the_break, json_of, words
from monitors.parse.entries import Entry, Head, Reading
from monitors.text import to_title


def read(body: bytes, content_type: str, url: str, options: Mapping[str, object]) -> Reading:
    """The feed's items in its order. An id that is a number is kept as its digits, as version 1.1 asks."""
    value, text = json_of(body, content_type)
    feed = value if isinstance(value, dict) else {}
    records = before_the_break(text, ("items",)) if value is None else feed.get("items")
    if not isinstance(records, list):
        return Reading(failure="broken", partly=True)
    entries = [_entry(record) for record in records[:ENTRY_LIMIT] if isinstance(record, dict)]
    partly = value is None or len(entries) < len(records)
    return Reading(entries, None, partly, head=Head(to_title(words(feed.get("title")))))


def _entry(record: dict[str, Any]) -> Entry:
    summary = words(record.get("summary"))
    content = words(record.get("content_html")) or words(record.get("content_text"))
    return Entry(
        id=words(record.get("id")),
        link=words(record.get("url")) or words(record.get("external_url")),
        title=words(record.get("title")),
        text=summary or content,
        more=content,
        published=words(record.get("date_published")),
        updated=words(record.get("date_modified")),
    )
