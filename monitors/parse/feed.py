"""RSS 0.9x, 1.0, 2.0 and Atom: a fast exact reader for what most feeds are, feedparser for everything else."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from monitors.parse.document import ENTRY_LIMIT, LARGEST, mended, strict_tree, text_of
from monitors.parse.entries import Entry, Head, Reading, head_of
from monitors.parse.plain import CAP, plain_reading, point_facts

_ENTRY_START = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_DECLARED_OTHERWISE = re.compile(
    rb"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8["']|us-ascii["'])""", re.IGNORECASE
)
_CAP = CAP[1:].encode()
_CAP_DECLARED = re.compile(rb"""xmlns:[\w.-]+\s*=\s*["']""" + re.escape(_CAP))
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]{0,60})")
_TAG_LIMIT = 80_000
_CLOSINGS = {"rss": "</channel></rss>", "feed": "</feed>"}

_CAP_FACTS = {
    name.lower(): name
    for name in (
        "identifier", "sender", "senderName", "sent", "status", "msgType", "scope", "references", "category", "event",
        "urgency", "severity", "certainty", "effective", "onset", "polygon", "circle", "instruction",
    )
}  # fmt: skip
"""What an index says of each alert, by lower-case name -> the name CAP 1.2 gives it."""


def read(body: bytes, content_type: str, url: str, options: Mapping[str, object]) -> Reading:
    """The entries of a feed. A broken one gives what can be read of it and is marked partly read."""
    tree = None if _DECLARED_OTHERWISE.match(body) or len(body) > LARGEST else strict_tree(body)
    if tree is not None and _cap_is_named(body) and (plain := plain_reading(tree)) is not None:
        return _reading(*plain, partly=False)
    return read_awkward(body, content_type)


def read_awkward(body: bytes, content_type: str = "", fast: bool = True) -> Reading:
    """A document that a strict reader would not take as it stands: mended first, then read by whichever tier can.

    `fast` False sends it to feedparser whatever it is, so that the two tiers can be compared.
    """
    text = mended(text_of(body[:LARGEST], content_type))
    tree = strict_tree(text)
    if (
        fast
        and tree is not None
        and _cap_is_named(text.encode())
        and (plain := plain_reading(tree)) is not None
    ):
        return _reading(*plain, partly=len(body) > LARGEST)
    text, cut = _first_entries(text)
    return _reading(*_by_feedparser(text), partly=cut or tree is None or len(body) > LARGEST)


def _cap_is_named(source: bytes) -> bool:
    """Whether CAP elements, if there are any, have one prefix, by which feedparser would find them."""
    return source.count(_CAP) == len(_CAP_DECLARED.findall(source)) <= 1


def _first_entries(text: str) -> tuple[str, bool]:
    """The document up to the entry limit and closed there: feedparser needs seven seconds for 100,000 entries.

    And up to `_TAG_LIMIT` tags, of which it reads about 30,000 a second when they do not close.
    """
    last = next(islice(_ENTRY_START.finditer(text), ENTRY_LIMIT, None), None)
    end = last.start() if last else len(text)
    if text.count("<", 0, end) > _TAG_LIMIT:
        end = next(islice(re.finditer("<", text), _TAG_LIMIT, None)).start()
    if end == len(text):
        return text, False
    root = _ROOT.match(text)
    name = root.group(1) if root else "rss"
    return text[:end] + _CLOSINGS.get(name.lower(), f"</{name}>"), True


def _by_feedparser(text: str) -> tuple[list[Entry], Head]:
    import feedparser  # a tenth of a second that most documents never need

    # A stream, never the bytes themselves: feedparser takes bytes for the name of a file first.
    parsed = feedparser.parse(
        io.BytesIO(text.encode("utf-8")), sanitize_html=False, resolve_relative_uris=False
    )
    prefix = next((p for p, uri in parsed.namespaces.items() if uri.startswith(CAP[1:])), "cap") + "_"
    said = (dict.get(parsed.feed, key) for key in ("title", "ttl", "sy_updateperiod", "sy_updatefrequency"))
    head = head_of(*(value if isinstance(value, str) else "" for value in said))
    return [_entry(entry, prefix) for entry in parsed.entries], head


def _entry(parsed: dict[str, Any], cap_prefix: str) -> Entry:
    def words(key: str) -> str:
        value = dict.get(parsed, key)  # plain look-up: feedparser's own answers one date for another
        return value if isinstance(value, str) else ""

    source = dict.get(parsed, "source")
    where = dict.get(parsed, "where")
    contents = [part.get("value", "") for part in dict.get(parsed, "content", []) if isinstance(part, dict)]
    facts = {key.removeprefix(cap_prefix): words(key) for key in parsed if key.startswith(cap_prefix)}
    if isinstance(where, dict) and where.get("type") == "Point":
        longitude, latitude = where["coordinates"][:2]
        facts.update(point_facts("", str(latitude), str(longitude)))
    else:
        facts.update(point_facts("", words("geo_lat"), words("geo_long")))
    return Entry(
        id=words("id"),
        link=words("link"),
        title=words("title"),
        text=words("summary"),
        more=contents[0] if contents else "",
        published=words("published"),
        updated=words("updated"),
        outlet=(dict.get(source, "title") or "") if isinstance(source, dict) else "",
        facts=facts,
    )


def _reading(entries: list[Entry], head: Head, partly: bool) -> Reading:
    alerts = [_as_alert(entry) for entry in entries if entry.facts]
    kind = "cap" if any(alerts) else None
    return Reading(entries[:ENTRY_LIMIT], None, partly or len(entries) > ENTRY_LIMIT, head=head, kind=kind)


def _as_alert(entry: Entry) -> bool:
    """Put what an index says of an alert where an alert itself would put it; False if it is no alert."""
    said = entry.facts
    if "event" not in said and "msgtype" not in said:
        return False
    entry.expires = said.get("expires", "")
    entry.place = said.get("areadesc", "")
    entry.published = entry.published or said.get("sent", "") or said.get("effective", "")
    entry.title = entry.title or said.get("headline", "") or said.get("event", "")
    entry.text = entry.text or said.get("description", "")
    kept = {name: said[low] for low, name in _CAP_FACTS.items() if said.get(low)}
    entry.facts = kept | {name: said[name] for name in ("latitude", "longitude") if name in said}
    return True
