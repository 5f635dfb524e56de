"""XML that must be read even when it is broken: lxml's recovering parser, with nothing in it expanded or fetched."""

from __future__ import annotations

from typing import cast

from lxml import etree
from lxml.cssselect import CSSSelector

from monitors.parse.document import LARGEST, mended, text_of


def recovered(body: bytes, content_type: str) -> tuple[etree._Element | None, bool]:
    """(the root or None, whether anything was broken)."""
    text = mended(text_of(body[:LARGEST], content_type))
    if not text:
        return None, True
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(text.encode("utf-8"), parser)
    # With recover, lxml answers None for a text without any element, whatever its stubs say.
    return cast("etree._Element | None", root), bool(len(parser.error_log)) or len(body) > LARGEST


def local_name(element: etree._Element) -> str:
    """The tag without its name space; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The element's own children of that local name."""
    return [child for child in element if local_name(child) == name]


def said(element: etree._Element, name: str) -> str:
    """The words of the children of that name, joined by spaces."""
    return " ".join(text for child in children(element, name) if (text := (child.text or "").strip()))


def selected(element: etree._Element, selector: str) -> list[etree._Element]:
    """What a CSS selector finds within the element. Raises `cssselect.SelectorError` for one that is none."""
    return cast("list[etree._Element]", CSSSelector(selector)(element))
