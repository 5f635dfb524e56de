"""What kind of document a body is, told from its first bytes and never from what the server calls it."""

from __future__ import annotations

import re

from monitors.parse.document import text_of, without_doctype

_LOOKED_AT = 16 * 1024
_FIRST_TAG = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_HEADER = re.compile(
    rb"(?:From [^\r\n]+\r?\n)?[A-Za-z][A-Za-z0-9-]*:[ \t][^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n[A-Za-z][A-Za-z0-9-]*:"
)
_MAIL_HEADERS = re.compile(
    rb"^(?:From|Date|Message-ID|Received|Subject|Return-Path|Delivered-To):", re.IGNORECASE | re.MULTILINE
)
_FEED_SOMEWHERE = re.compile(r"<(?:rss[\s>]|rdf:RDF[\s>]|feed\s[^>]*xmlns|channel>)", re.IGNORECASE)
_HTML_SOMEWHERE = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|div|script|meta|table|p)[\s>]", re.IGNORECASE
)

_JSON_FEED = re.compile(rb"jsonfeed\.org\\?/version")

_BY_ROOT = {
    "rss": "feed",
    "rdf": "feed",
    "feed": "feed",
    "channel": "feed",
    "alert": "cap",
    "alerts": "cap",
    "edxldistribution": "cap",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
    "html": "html",
}
"""Local name of the first element, in lower case -> kind."""


def kind_of(body: bytes) -> str:
    """feed, cap, sitemap, jsonfeed, rows, mail, html, or unknown."""
    start = text_of(body[:_LOOKED_AT]).lstrip("\ufeff \t\r\n\0")
    if start[:1] in {"{", "["}:
        return _kind_of_json(body, start)
    if (
        start[:1] != "<"
        and _HEADER.match(body.lstrip()[:_LOOKED_AT])
        and _MAIL_HEADERS.search(body[:_LOOKED_AT])
    ):
        return "mail"
    root = _FIRST_TAG.match(without_doctype(start))
    kind = _BY_ROOT.get(root.group(1).lower()) if root else None
    if kind == "feed" and b":cap:1." in body and re.search(rb"<(?:\w+:)?alert[\s>]", body):
        return "cap"
    if kind:
        return kind
    if _FEED_SOMEWHERE.search(start):
        return "feed"
    return "html" if _HTML_SOMEWHERE.search(start) else "unknown"


def _kind_of_json(body: bytes, start: str) -> str:
    if _JSON_FEED.search(body):
        return "jsonfeed"
    if "messageType" in start and '"severity"' in start and '"FeatureCollection"' in start:
        return "cap"
    return "rows"
