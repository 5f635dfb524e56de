"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitors.parse.document import ENTRY_LIMIT, records_of, words
from monitors.parse.entries import Entry, Reading


def read(body: bytes, content_type: str, url: str, options: Mapping[str, object]) -> Reading:
    """The feed's items in its order. An id that is a number is kept as its digits, as version 1.1 asks."""
    records, partly = records_of(body, content_type, ("items",))
    if records is None:
        return Reading(failure="broken", partly=partly)
    entries = [_entry(record) for record in records[:ENTRY_LIMIT] if isinstance(record, dict)]
    return Reading(entries, None, partly or len(entries) < len(records))


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
