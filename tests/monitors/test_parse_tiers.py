"""The fast tier and feedparser read the same out of every document that the fast tier takes."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.parse.document import strict_tree
from monitors.parse.entries import Entry
from monitors.parse.feed import read, read_awkward
from monitors.parse.plain import TELLING, plain_reading

DOCUMENTS = Path(__file__).parent / "documents"

NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:georss="http://www.georss.org/georss" '
    'xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:wx="urn:oasis:names:tc:emergency:cap:1.2" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:own="urn:own" xmlns:thr="http://purl.org/rss/1.0/modules/threading/"'
)

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufffe\uffff"),
    max_size=30,
) | st.sampled_from(
    [
        "  spaces around ",
        "",
        "AT&T",
        "<b>bold</b> &amp; more",
        "&lt;p&gt;",
        "Caf\u00c3\u00a9",
        "\x80uro\x99",
        "a\nb\tc",
        "5 < 6",
    ]
)
ADDRESSES = st.sampled_from(
    [
        "https://a.example/1", "http://a.example/?a=1&b=2", "/relative", "javascript:x", "tag:a.example,2025:1", "",
        "https:///too/many", "https://a.example/&copy;&amp;x", "a b", "HTTP://UP.example/",
    ]
)  # fmt: skip
DATES = st.sampled_from(["Mon, 07 Jul 2025 10:14:00 -0800", "2025-07-07T10:14:00Z", "yesterday", ""])
POINTS = st.sampled_from(["47.2 -122.4", "47.2,-122.4", "x y", "", "95 10", "1"])


HARMLESS = """
author category comments contributor creator credit email enclosure explicit generator geom georssgeom group height
homepage keywords license managingeditor name owner player publisher rating restriction rights copyright subject tags
thumbnail uri url webmaster width block chapter chapters cloud docs itunes
"""
"""Names that feedparser handles without any effect on what we keep of an entry."""


def element(name: str, text: st.SearchStrategy[str], attributes: str = "") -> st.SearchStrategy[str]:
    return text.map(lambda said: f"<{name}{attributes}>{escape(said)}</{name}>")


def quoted(name: str, text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return text.map(lambda said: f"<{name}><![CDATA[{said.replace(']]>', '')}]]></{name}>")


def link(attributes: str) -> st.SearchStrategy[str]:
    return ADDRESSES.map(lambda address: f"<link{attributes} href={quoteattr(address)}/>")


RSS_PARTS = st.one_of(
    element("title", WORDS),
    quoted("title", WORDS),
    element("link", ADDRESSES),
    element("guid", ADDRESSES),
    element("guid", ADDRESSES, ' isPermaLink="false"'),
    element("guid", ADDRESSES, ' isPermaLink="true"'),
    element("description", WORDS),
    quoted("description", WORDS),
    quoted("content:encoded", WORDS),
    element("pubDate", DATES),
    element("dc:date", DATES),
    element("dcterms:modified", DATES),
    element("atom:updated", DATES),
    element("source", WORDS, ' url="https://o.example/"'),
    element("dc:creator", WORDS),
    element("category", WORDS),
    element("comments", ADDRESSES),
    element("slash:comments", WORDS),
    element("georss:point", POINTS),
    element("geo:lat", POINTS),
    element("geo:long", POINTS),
    element("wx:event", WORDS),
    element("wx:status", WORDS),
    element("own:anything", WORDS),
    element("own:title", WORDS),
    element("itunes:summary", WORDS),
    element("media:title", WORDS),
    link("").map(lambda said: said.replace("<link", "<atom:link")),
    st.just('<media:content url="https://o.example/i.jpg"><media:credit>X</media:credit></media:content>'),
    st.just('<enclosure url="https://o.example/i.jpg" length="1" type="image/jpeg"/>'),
    st.just("<author>a@b.example (A)</author>"),
    st.just("<title>half <b>bold</b></title>"),
)
ATOM_PARTS = st.one_of(
    element("title", WORDS),
    element("title", WORDS, ' type="html"'),
    element("id", ADDRESSES),
    link(""),
    link(' rel="alternate" type="text/html"'),
    link(' rel="enclosure"'),
    link(' rel="self"'),
    link(' rel="alternate" type="application/json"'),
    element("summary", WORDS),
    element("summary", WORDS, ' type="html"'),
    element("content", WORDS, ' type="html"'),
    element("content", WORDS, ' type="text"'),
    element("content", WORDS, ' type="application/octet-stream"'),
    element("published", DATES),
    element("updated", DATES),
    element("rights", WORDS),
    element("georss:point", POINTS),
    element("thr:total", WORDS),
    st.just("<author><name>A</name><uri>https://a.example/</uri></author>"),
    st.just('<category term="x" label="y"/>'),
    st.just("<source><title>Elsewhere</title></source>"),
    st.just(
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Hi <b>there</b></div></content>'
    ),
)


def documents(parts: st.SearchStrategy[str], entry: str, frame: str) -> st.SearchStrategy[bytes]:
    """Feeds whose entries are any parts in any order, some missing, and in one feed out of two some twice."""
    once = st.lists(parts, max_size=8, unique_by=lambda said: re.split(r"[ >/]", said[1:])[0])
    one = (once | st.lists(parts, max_size=7)).map(lambda said: f"<{entry}>{''.join(said)}</{entry}>")
    return st.lists(one, max_size=4).map(
        lambda entries: frame.replace("ENTRIES", "\n".join(entries)).encode()
    )


RSS = documents(
    RSS_PARTS,
    "item",
    f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {NAMESPACES}><channel><title>Feed</title>'
    "<image><title>i</title><link>https://o.example/</link></image>ENTRIES</channel></rss>",
)
ATOM = documents(
    ATOM_PARTS,
    "entry",
    f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}><title>Feed</title><id>f</id>ENTRIES</feed>',
)


def by_feedparser(body: bytes) -> list[Entry]:
    return list(read_awkward(body, fast=False).entries)


@given(RSS | ATOM)
def test_both_tiers_read_the_same_entries(body: bytes) -> None:
    assert list(read(body, "", "", {}).entries) == by_feedparser(body)


FEEDS = [
    path.with_suffix("")
    for path in sorted(DOCUMENTS.glob("*.yaml"))
    if "\nkind: feed" in path.read_text("utf-8")
]


@pytest.mark.parametrize("document", FEEDS, ids=lambda path: path.name)
def test_both_tiers_agree_on_every_feed_of_the_collection(document: Path) -> None:
    body = document.read_bytes()
    assert list(read(body, "", "", {}).entries) == by_feedparser(body)


def test_a_plain_feed_never_wakes_feedparser() -> None:
    tree = strict_tree((DOCUMENTS / "wordpress.rss").read_bytes())
    assert tree is not None
    assert plain_reading(tree) is not None


def test_every_name_that_means_something_to_feedparser_is_telling_or_known_to_be_harmless() -> None:
    """A new feedparser that reads more elements must not go unnoticed by the tier that copies it."""
    import feedparser.mixin

    handlers = inspect.getmembers(feedparser.mixin._FeedParserMixin, callable)
    names = {found[1] for name, _ in handlers if (found := re.fullmatch(r"_(?:start|end)_(\w+)", name))}
    meant = {name.rpartition("_")[2].lower() for name in names}
    harmless = set(HARMLESS.split())
    assert meant - TELLING - harmless == set()
