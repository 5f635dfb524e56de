"""A page without a feed, or an agency's own XML, read by CSS selectors that the source keeps as configuration."""

from __future__ import annotations

from collections.abc import Mapping

from cssselect import SelectorError
from lxml import etree, html
from lxml.cssselect import CSSSelector

from monitors.parse.document import ENTRY_LIMIT, LARGEST, mended, text_of
from monitors.parse.entries import Entry, Reading

_ITSELF = "."
_FIELDS = ("id", "title", "link", "text", "published", "updated", "place", "outlet")
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
    root = _tree(text_of(body[:LARGEST], content_type))
    if root is None:
        return Reading(failure="broken", partly=True)
    try:
        found = CSSSelector(chosen)(root)
        entries = [_entry(element, options) for element in found[:ENTRY_LIMIT]]
    except (SelectorError, etree.XPathError):
        return Reading(failure="bad_selector")
    if not entries:
        return Reading(failure="nothing_selected")
    if not any(entry.title or entry.text for entry in entries):
        return Reading(failure="nothing_selected")
    return Reading(entries, None, len(found) > ENTRY_LIMIT)


def _tree(text: str) -> etree._Element | None:
    """Lower-case names without prefixes, so that one selector syntax serves pages and an agency's own XML."""
    if (
        "<html" in text[:4096].lower()
        or "<body" in text[:65536].lower()
        or "<!doctype html" in text[:200].lower()
    ):
        try:
            return html.document_fromstring(
                text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", no_network=True)
            )
        except etree.LxmlError:
            return None
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(mended(text).encode("utf-8") or b"<empty/>", parser)
    if root is not None:
        for element in root.iter(etree.Element):
            element.tag = etree.QName(element).localname
    return root


def _entry(element: etree._Element, options: Mapping[str, object]) -> Entry:
    entry = Entry(
        **{field: _picked(element, options.get(field), _ATTRIBUTE_OF.get(field)) for field in _FIELDS}
    )
    entry.title = entry.title or _first_words(element, "h1, h2, h3, h4, h5, a, title")
    entry.link = entry.link or _picked(element, "a[href]", "href") or _picked(element, ".", "href")
    return entry


def _picked(element: etree._Element, selector: object, attribute: str | None) -> str:
    if not isinstance(selector, str) or not selector.strip():
        return ""
    path, _, asked = selector.partition("@")
    found = [element] if path.strip() in {"", _ITSELF} else CSSSelector(path.strip())(element)
    if not found:
        return ""
    if asked:
        return found[0].get(asked.strip()) or ""
    return (found[0].get(attribute) if attribute else "") or _words(found[0])


def _first_words(element: etree._Element, selector: str) -> str:
    return next((words for one in CSSSelector(selector)(element) if (words := _words(one))), "")


def _words(element: etree._Element) -> str:
    """The element's markup, for `to_text` to make words of; nothing of a script becomes a word."""
    return etree.tostring(element, encoding="unicode", with_tail=False, method="html")
