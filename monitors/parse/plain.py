"""The fast tier: plain RSS 2.0 and Atom read straight off the tree, exactly as feedparser would read them.

It takes a document only if it knows every element in it that feedparser would make something of, once, in its plain
form. Anything else (a second title, markup as child elements, a base address, a foreign name space with a telling
name) is not plain, and feedparser reads the whole document instead. The two are compared entry for entry by tests.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

from monitors.parse.entries import Entry, Head, head_of

CAP = "{urn:oasis:names:tc:emergency:cap:"
"""How the tags of every CAP version begin; an index of alerts is a feed whose entries carry such elements."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_SHARED = {
    "{http://purl.org/dc/elements/1.1/}date": "updated",
    "{http://purl.org/dc/terms/}modified": "updated",
    "{http://purl.org/dc/terms/}issued": "published",
    "{http://www.georss.org/georss}point": "point",
    "{http://www.w3.org/2003/01/geo/wgs84_pos#}lat": "latitude",
    "{http://www.w3.org/2003/01/geo/wgs84_pos#}long": "longitude",
}
_RSS_FIELDS = {
    "title": "title",
    "link": "link",
    "description": "summary",
    "{http://purl.org/rss/1.0/modules/content/}encoded": "content",
    "guid": "id",
    "pubDate": "published",
    "source": "outlet",
    _ATOM + "updated": "updated",
    _ATOM + "published": "published",
    **_SHARED,
}
_ATOM_FIELDS = {
    **{_ATOM + name: name for name in ("id", "title", "summary", "content", "published", "updated", "link")},
    **_SHARED,
}
"""Tag -> what it says of the entry."""

_TELLING = """
abstract base body box browserfriendly channel content created date description div encoded entry expirationdate expired
exterior feed fullitem geo_lat geo_long guid html id image info issued item lang language lastbuilddate lat line
linearring linestring link long math modified newlocation point polygon pos poslist pubdate published published_parsed
rdf rss source subtitle summary svg tagline textinput title updated updated_parsed valid where
"""
TELLING = frozenset(_TELLING.split())
"""Local names, in lower case, that mean something to feedparser in one name space or another."""

_MARKUP_TYPES = {None, "text", "html", "text/html", "text/plain", "plain"}
_HTML_TYPES = {None, "html", "text/html", "xhtml", "application/xhtml+xml"}
_LINK_ENTITY = re.compile(r"&([A-Za-z0-9_]+);")
_WINDOWS = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}


class NotPlain(Exception):
    """The document has something that only feedparser knows how to read; never seen outside this file."""


def plain_reading(root: Element) -> tuple[list[Entry], Head] | None:
    """All entries in the document's order and what it says of itself, or None if the document is not plain."""
    try:
        if root.tag == "rss":
            return _rss(root)
        if root.tag == _ATOM + "feed":
            entries = _all_directly_under(root, root, _ATOM + "entry")
            return [_atom_entry(entry) for entry in entries], _head(root, _ATOM + "title")
    except NotPlain:
        return None
    return None


def _rss(root: Element) -> tuple[list[Entry], Head]:
    channels = root.findall("channel")
    if len(channels) != 1:
        raise NotPlain
    items = _all_directly_under(root, channels[0], "item")
    return [_rss_entry(item) for item in items], _head(channels[0], "title")


def _head(parent: Element, title: str) -> Head:
    asked = (title, "ttl", _SYNDICATION + "updatePeriod", _SYNDICATION + "updateFrequency")
    return head_of(*((parent.findtext(name) or "").strip() for name in asked))


def _all_directly_under(root: Element, parent: Element, tag: str) -> list[Element]:
    """The parent's entries, provided that nothing else there is one and no base address changes their links."""
    entries = parent.findall(tag)
    others = [child for child in parent if child.tag != tag]
    if parent is not root:
        others += [child for child in root if child is not parent]
    if any(_is_entry(element.tag) for other in others for element in other.iter()):
        raise NotPlain
    if _has_base(root) or _has_base(parent):
        raise NotPlain
    return entries


@lru_cache(maxsize=2048)
def _is_entry(tag: str) -> bool:
    return tag.rpartition("}")[2].lower() in {"item", "entry"}


def _has_base(element: Element) -> bool:
    return any(name.lower().rpartition("}")[2] == "base" for name in element.attrib)


def _rss_entry(item: Element) -> Entry:
    if item.attrib:
        raise NotPlain
    found: dict[str, str] = {}
    facts: dict[str, str] = {}
    permalink = False
    for child in item:
        tag = child.tag
        field = _RSS_FIELDS.get(tag)
        if field is None:
            if tag == _ATOM + "link":
                _refuse_alternate(child)
            else:
                _pass_over(child, facts)
            continue
        if child.attrib:
            if tag == "guid":
                permalink = _is_permalink(child)
            elif not (tag == "source" and child.attrib.keys() == {"url"}):
                raise NotPlain
        elif tag == "guid":
            permalink = True
        _take(field, child, found)
    if "&" in found.get("link", ""):
        found["link"] = _LINK_ENTITY.sub(r"&\1", found["link"].replace("&amp;", "&"))
    elif permalink:
        found.setdefault("link", found["id"])
    return _entry(found, facts)


def _is_permalink(guid: Element) -> bool:
    names = [name.lower() for name in guid.attrib]
    if names != ["ispermalink"]:
        raise NotPlain
    return next(iter(guid.attrib.values())) == "true"


def _refuse_alternate(link: Element) -> None:
    """An Atom link inside an RSS item counts only as the item's own address."""
    if len(link) or link.get("rel", "alternate").lower() == "alternate" or "href" not in link.attrib:
        raise NotPlain


def _atom_entry(element: Element) -> Entry:
    if element.attrib.keys() - {_LANG}:
        raise NotPlain
    found: dict[str, str] = {}
    facts: dict[str, str] = {}
    link = ""
    for child in element:
        field = _ATOM_FIELDS.get(child.tag)
        if field is None:
            _pass_over(child, facts)
        elif field == "link":
            link = _alternate(child) or link
        else:
            if child.attrib and (
                child.attrib.keys() - {"type", _LANG} or child.get("type") not in _MARKUP_TYPES
            ):
                raise NotPlain
            _take(field, child, found)
    found["link"] = link or found.get("id", "")
    return _entry(found, facts)


def _alternate(link: Element) -> str:
    """The address of the entry's own page, or an empty string for a link to something else."""
    href = link.get("href", "")
    if not href or "///" in href or len(link) or _has_base(link) or link.attrib.keys() & {"url", "uri"}:
        raise NotPlain
    kind = link.get("type")
    page = (kind.lower() if kind else kind) in _HTML_TYPES
    return href if page and link.get("rel", "alternate").lower() == "alternate" else ""


def _take(field: str, child: Element, found: dict[str, str]) -> None:
    if len(child) or field in found:
        raise NotPlain
    text = _said(child)
    if "///" in text and field in {"link", "id"}:
        raise NotPlain
    found[field] = text


def _said(element: Element) -> str:
    text = (element.text or "").strip()
    return text if text.isascii() else _reencoded(text)


def _reencoded(text: str) -> str:
    """UTF-8 that was taken for Latin-1 and encoded again is put right; so are Windows-1252 control codes."""
    with contextlib.suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_WINDOWS)


def _pass_over(child: Element, facts: dict[str, str]) -> None:
    """Leave out an element that says nothing we keep, after making sure of it; note what CAP says of an alert."""
    tag = child.tag
    if not len(child):
        if tag.startswith(CAP) and not child.attrib:
            facts[tag.rpartition("}")[2].lower()] = _said(child)
        elif _is_telling(tag):
            raise NotPlain
    elif any(_is_telling(element.tag) for element in child.iter()):
        raise NotPlain


@lru_cache(maxsize=2048)
def _is_telling(tag: str) -> bool:
    return tag.rpartition("}")[2].lower() in TELLING


def _entry(found: dict[str, str], facts: dict[str, str]) -> Entry:
    get = found.get
    summary, content = get("summary"), get("content", "")
    if "point" in found or "latitude" in found:
        facts.update(point_facts(get("point", ""), get("latitude", ""), get("longitude", "")))
    return Entry(
        id=get("id", ""),
        link=get("link", ""),
        title=get("title", ""),
        text=content if summary is None else summary,
        more=content,
        published=get("published", ""),
        updated=get("updated", ""),
        outlet=get("outlet", ""),
        facts=facts,
    )


def point_facts(point: str, latitude: str = "", longitude: str = "") -> Iterator[tuple[str, str]]:
    """Latitude and longitude in degrees from a GeoRSS point ("lat lon") or from two elements, if they are on earth."""
    pair = point.replace(",", " ").split()[:2] if point else [latitude, longitude]
    try:
        lat, lon = float(pair[0]), float(pair[1])
    except (ValueError, IndexError):
        return
    if abs(lat) <= 90 and abs(lon) <= 180:
        yield "latitude", str(lat)
        yield "longitude", str(lon)
