"""The feeds that a web page names."""

from __future__ import annotations

import re
from html import unescape

from monitors.parse.document import text_of
from monitors.text import safe_link, to_title

_LOOKED_AT = 512 * 1024
_LINK = re.compile(r"<(?:link|a)\s[^<>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_FEED_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "text/xml",
}
_FEED_ADDRESS = re.compile(
    r"/feed/?$|/rss/?$|/atom/?$|\.rss$|/rss\.xml$|/atom\.xml$|/feed\.xml$|/feed\.json$|rssfeed\.aspx|[?&]f=rss",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comments?/feed|comments? feed", re.IGNORECASE)


def discover(body: bytes, url: str) -> tuple[tuple[str, str], ...]:
    """(title, address) of each feed that the page at `url` names, in its order, comment feeds left out.

    First those the page declares, then those it only links to.
    """
    page = text_of(body[:_LOOKED_AT])
    declared: dict[str, str] = {}
    linked: dict[str, str] = {}
    for tag in _LINK.findall(page):
        said = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag)}
        address = safe_link(said.get("href", ""), url)
        title = to_title(said.get("title", ""))
        if not address or _COMMENTS.search(address) or _COMMENTS.search(title):
            continue
        if "alternate" in said.get("rel", "").lower() and said.get("type", "").lower() in _FEED_TYPES:
            declared.setdefault(address, title)
        elif tag[1] in "aA" and _FEED_ADDRESS.search(address):
            linked.setdefault(address, title)
    found = declared | {address: title for address, title in linked.items() if address not in declared}
    return tuple((title, address) for address, title in found.items())
