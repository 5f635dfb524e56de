"""A page without a feed, or an agency's own XML, read by CSS selectors that the source keeps as configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cssselect import SelectorError
from lxml import etree, html

from monitors.parse.document import ENTRY_LIMIT, LARGEST, text_of
from monitors.parse.entries import Entry, Reading
from monitors.parse.tree import local_name, recovered, selected
from monitors.text import to_text

_WEB_PAGE = re.compile(r"<(?:!doctype html|html|body)[\s>]", re.IGNORECASE)
_ITSELF = "."
_FIELDS = ("id", "title", "link", "text", "published", "updated", "place", "outlet")
_MARKUP = {"title", "text"}
_ATTRIBUTE_OF = {"link": "href", "published": "datetime", "updated": "datetime"}
"""Field -> the attribute that says it better than the element's words, where there is one."""


def read(body: bytes, content_type: str, url: str, options: Mapping[str, object]) -> Reading:
    """One entry for each element that `options["item"]` selects.

    The other options select within it: `title`, `link`, `text`, `published`, `updated`, `place`, `outlet`, `id`. Each
    is a CSS selector, `.` for the element itself, optionally followed by `@attribute`. Without `title` the first
    heading or link gives it, without `link` the first link. A selector for items that finds nothing is a failure:
    the page has changed, which is not the same as no news.
    """
    chosen = options.get("item")
    if not isinstance(chosen, str) or not chosen.strip():
        return Reading(failure="no_selector")
    root = _tree(body[:LARGEST], content_type)
    if root is None:
        return Reading(failure="broken", partly=True)
    try:
        found = selected(root, chosen)
        entries = [_entry(element, options) for element in found[:ENTRY_LIMIT]]
    except (SelectorError, etree.XPathError):
        return Reading(failure="bad_selector")
    if not entries:
        return Reading(failure="nothing_selected")
    if not any(entry.title or entry.text for entry in entries):
        return Reading(failure="nothing_selected")
    return Reading(entries, None, len(found) > ENTRY_LIMIT)


def _tree(body: bytes, content_type: str) -> etree._Element | None:
    """Names without prefixes, so that one selector syntax serves web pages and an agency's own XML."""
    if _WEB_PAGE.search(text := text_of(body, content_type), 0, 65536):
        try:
            return html.document_fromstring(text.encode("utf-8"), parser=_page_parser())
        except etree.LxmlError:
            return None
    root, _ = recovered(body, content_type)
    for element in root.iter(etree.Element) if root is not None else ():
        element.tag = local_name(element)
    return root


def _page_parser() -> html.HTMLParser:
    return html.HTMLParser(encoding="utf-8", no_network=True)


def _entry(element: etree._Element, options: Mapping[str, object]) -> Entry:
    entry = Entry()
    for field in _FIELDS:
        markup = _picked(element, options.get(field), _ATTRIBUTE_OF.get(field))
        setattr(entry, field, markup if field in _MARKUP else to_text(markup))
    entry.title = entry.title or _first_words(element, "h1, h2, h3, h4, h5, a, title")
    entry.link = entry.link or _picked(element, "a[href]", "href") or _picked(element, ".", "href")
    return entry


def _picked(element: etree._Element, selector: object, attribute: str | None) -> str:
    if not isinstance(selector, str) or not selector.strip():
        return ""
    path, _, asked = selector.partition("@")
    found = [element] if path.strip() in {"", _ITSELF} else selected(element, path.strip())
    if not found:
        return ""
    if asked:
        return found[0].get(asked.strip()) or ""
    return (found[0].get(attribute) if attribute else "") or _markup(found[0])


def _first_words(element: etree._Element, selector: str) -> str:
    return next((words for one in selected(element, selector) if (words := _markup(one))), "")


def _markup(element: etree._Element) -> str:
    """The element as markup, for `to_text` to make words of, so that nothing of a script becomes a word."""
    return etree.tostring(element, encoding="unicode", with_tail=False, method="html")
