"""Sources in and out as OPML, the format every feed reader knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

import defusedxml
import defusedxml.ElementTree

from monitors import sources
from monitors.database import Store
from monitors.kinds import Kind
from monitors.sources import KnownSourceError, Source, SourceError

_PRIVATE = "{https://one-voice.example/opml}"
ElementTree.register_namespace("onevoice", _PRIVATE.strip("{}"))


class NotOpmlError(SourceError):
    """The file is not OPML, or names no feed."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought: sources added, addresses that were sources already, and refusals (name or address, sentence)."""

    added: tuple[Source, ...]
    known: tuple[Source, ...]
    refused: tuple[tuple[str, str], ...]


def export(listed: Iterable[Source]) -> str:
    """The sources as OPML 2.0. What only we know (kind, place) stands in a namespace of our own and comes back on import."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "One Voice sources"
    body = ElementTree.SubElement(root, "body")
    for source in listed:
        outline = ElementTree.SubElement(
            body, "outline", {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": source.url}
        )
        outline.set(f"{_PRIVATE}kind", source.kind.value)
        if source.place:
            outline.set(f"{_PRIVATE}place", source.place)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def add_all(store: Store, document: bytes, *, now: datetime, loopback: bool = False) -> Imported:
    """Add every feed an OPML document names, at any depth; one bad address does not keep the others out.

    Raises NotOpmlError when there is nothing to add from.
    """
    added, known, refused = [], [], []
    with store.atomic():
        for outline in _outlines(document):
            url = _attribute(outline, "xmlUrl")
            name = _attribute(outline, "text") or _attribute(outline, "title")
            try:
                source = sources.add(
                    store,
                    url,
                    name=name[:200],
                    kind=_kind(outline),
                    place=outline.get(f"{_PRIVATE}place", ""),
                    now=now,
                    loopback=loopback,
                )
            except KnownSourceError as error:
                known.append(error.source)
            except SourceError as error:
                refused.append((name or url, str(error)))
            else:
                added.append(source)
    return Imported(tuple(added), tuple(known), tuple(refused))


def _outlines(document: bytes) -> list[ElementTree.Element]:
    try:
        root = defusedxml.ElementTree.fromstring(document)
    except (ElementTree.ParseError, defusedxml.DefusedXmlException, ValueError, LookupError):
        raise NotOpmlError(
            "This file is not OPML. Export the feeds from the other reader again, as OPML."
        ) from None
    found = [outline for outline in root.iter("outline") if _attribute(outline, "xmlUrl")]
    if root.tag.lower() != "opml" or not found:
        raise NotOpmlError("This file names no feed. Export the feeds from the other reader again, as OPML.")
    return found


def _attribute(outline: ElementTree.Element, name: str) -> str:
    """An attribute whatever its case: readers write xmlUrl, xmlurl and XMLURL."""
    return next((value.strip() for key, value in outline.attrib.items() if key.lower() == name.lower()), "")


def _kind(outline: ElementTree.Element) -> Kind:
    written = outline.get(f"{_PRIVATE}kind", "")
    return Kind(written) if written in set(Kind) else Kind.FEED
