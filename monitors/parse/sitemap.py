"""News sitemaps: a list of a site's addresses that says which of them are news."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from monitors.parse.document import ENTRY_LIMIT, LARGEST, mended, text_of
from monitors.parse.entries import Entry, Reading


def read(body: bytes, content_type: str, url: str, options: Mapping[str, object]) -> Reading:
    """The addresses that carry a news element. A sitemap without one is no feed; an index names its sitemaps."""
    text = mended(text_of(body[:LARGEST], content_type))
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(text.encode("utf-8"), parser) if text else None
    if root is None:
        return Reading(failure="broken", partly=True)
    if _name(root) == "sitemapindex":
        return Reading(
            failure="not_news",
            links=tuple(("sitemap", _said(one, "loc")) for one in root if _name(one) == "sitemap"),
        )
    listed = [one for one in root.iter() if _name(one) == "url"]
    news = [(one, mark) for one in listed for mark in one if _name(mark) == "news"]
    entries = [_entry(one, mark) for one, mark in news[:ENTRY_LIMIT]]
    failure = "not_news" if listed and not entries else None
    return Reading(entries, failure, bool(parser.error_log) or len(news) > ENTRY_LIMIT)


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _said(element: etree._Element, name: str) -> str:
    return next(((child.text or "").strip() for child in element.iter() if _name(child) == name), "")


def _entry(listed: etree._Element, news: etree._Element) -> Entry:
    return Entry(
        link=next(((child.text or "").strip() for child in listed if _name(child) == "loc"), ""),
        title=_said(news, "title"),
        text=_said(news, "keywords"),
        published=_said(news, "publication_date"),
        updated=next(((child.text or "").strip() for child in listed if _name(child) == "lastmod"), ""),
        outlet=_said(news, "name"),
    )
