"""News sitemaps: a list of a site's addresses that says which of them are news."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from monitors.parse.document import ENTRY_LIMIT
from monitors.parse.entries import Entry, Reading
from monitors.parse.tree import children, local_name, recovered, said


def read(body: bytes, content_type: str, url: str, options: Mapping[str, object]) -> Reading:
    """The addresses that carry a news element. A sitemap without one is no feed; an index names its sitemaps."""
    root, broken = recovered(body, content_type)
    if root is None:
        return Reading(failure="broken", partly=True)
    if local_name(root) == "sitemapindex":
        return Reading(
            failure="not_news",
            links=tuple(("sitemap", said(one, "loc")) for one in children(root, "sitemap")),
        )
    listed = children(root, "url")
    news = [(one, mark) for one in listed for mark in children(one, "news")]
    entries = [_entry(one, mark) for one, mark in news[:ENTRY_LIMIT]]
    failure = "not_news" if listed and not entries else None
    return Reading(entries, failure, broken or len(news) > ENTRY_LIMIT)


def _entry(listed: etree._Element, news: etree._Element) -> Entry:
    return Entry(
        link=said(listed, "loc"),
        title=said(news, "title"),
        text=said(news, "keywords"),
        published=said(news, "publication_date"),
        updated=said(listed, "lastmod"),
        outlet=" ".join(said(publication, "name") for publication in children(news, "publication")),
    )
