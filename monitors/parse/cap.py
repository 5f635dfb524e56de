"""Common Alerting Protocol 1.1 and 1.2: one alert, several in an envelope, or the Weather Service's GeoJSON.

An index feed of alerts is a feed (`feed.py`), which notes the same facts. One alert is one entry however many `info`
blocks it has: they are one message in several languages or for several areas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from monitors.items import Item
from monitors.parse.dates import read_date
from monitors.parse.document import ENTRY_LIMIT, LARGEST, mended, records_of, text_of, words
from monitors.parse.entries import Entry, Reading

SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
"""From the worst down, as CAP 1.2 section 3.2.2 lists them."""

_ALERT_FACTS = (
    "identifier",
    "sender",
    "sent",
    "status",
    "msgType",
    "source",
    "scope",
    "references",
    "incidents",
    "note",
)
_INFO_FACTS = (
    "language", "category", "event", "responseType", "urgency", "severity", "certainty", "effective", "onset",
    "senderName", "instruction", "contact",
)  # fmt: skip
_PARTS = (
    "info",
    "area",
    "polygon",
    "circle",
    "areaDesc",
    "category",
    "responseType",
    "eventCode",
    "parameter",
)
"""Elements that may repeat, and are read as lists."""


def read(body: bytes, content_type: str, url: str, options: Mapping[str, object]) -> Reading:
    """The document's alerts, in its order; what is broken is read as far as it goes."""
    if body.lstrip()[:1] in {b"{", b"["}:
        return _weather_service(body, content_type)
    text = mended(text_of(body[:LARGEST], content_type))
    strict = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(text.encode("utf-8"), strict) if text else None
    if root is None:
        return Reading(failure="broken", partly=True)
    alerts = [element for element in root.iter() if _name(element) == "alert"]
    entries = [_entry(alert) for alert in alerts[:ENTRY_LIMIT]]
    partly = bool(strict.error_log) or len(alerts) > ENTRY_LIMIT
    return Reading(entries, None, partly)


def references_of(item: Item) -> tuple[str, ...]:
    """Identifiers of the earlier alerts that this one updates or cancels (CAP writes `sender,identifier,sent`)."""
    triples = (reference.split(",") for reference in item.facts.get("references", "").split())
    return tuple(parts[1] if len(parts) == 3 else parts[0] for parts in triples)


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if _name(child) == name]


def _said(element: etree._Element, name: str) -> str:
    return " ".join(text for child in _children(element, name) if (text := (child.text or "").strip()))


def _entry(alert: etree._Element) -> Entry:
    infos = _children(alert, "info")
    main = next(
        (info for info in infos if _said(info, "language").lower().startswith("en")),
        infos[0] if infos else None,
    )
    areas = [area for info in infos for area in _children(info, "area")]
    facts = {name: _said(alert, name) for name in _ALERT_FACTS}
    facts["polygon"] = "; ".join(_each(areas, "polygon"))
    facts["circle"] = "; ".join(_each(areas, "circle"))
    if main is None:  # a cancellation may carry no info block
        return _with_id(Entry(text=facts["note"], published=facts["sent"], facts=facts))
    facts |= {name: _said(main, name) for name in _INFO_FACTS}
    facts["severity"] = _worst(_said(info, "severity") for info in infos)
    facts["eventCode"] = " ".join(_said(code, "value") for code in _children(main, "eventCode"))
    entry = Entry(
        link=_said(main, "web"),
        title=_said(main, "headline") or facts["event"],
        text="\n".join(part for name in ("description", "instruction") if (part := _said(main, name))),
        published=facts["sent"],
        expires=max((_said(info, "expires") for info in infos), key=_moment),
        place="; ".join(_each(areas, "areaDesc")),
        facts=facts,
    )
    return _with_id(entry)


def _with_id(entry: Entry) -> Entry:
    entry.id = entry.facts.get("identifier", "")
    return entry


def _each(areas: Iterable[etree._Element], name: str) -> list[str]:
    """The distinct values, in order: the same area stands in the block of every language."""
    return list(
        dict.fromkeys(
            text for area in areas for child in _children(area, name) if (text := (child.text or "").strip())
        )
    )


def _moment(text: str) -> float:
    moment = read_date(text)
    return moment.timestamp() if moment else 0.0


def _worst(severities: Iterable[str]) -> str:
    said = {severity for severity in severities if severity}
    return next((severity for severity in SEVERITIES if severity in said), next(iter(said), ""))


_SAME = re.compile(r"[A-Z0-9]{3}")


def _weather_service(body: bytes, content_type: str) -> Reading:
    records, partly = records_of(body, content_type, ("features",))
    if records is None:
        return Reading(failure="broken", partly=True)
    alerts = [
        record["properties"]
        for record in records
        if isinstance(record, dict) and isinstance(record.get("properties"), dict)
    ]
    return Reading(
        [_from_properties(said) for said in alerts[:ENTRY_LIMIT]], None, partly or len(alerts) > ENTRY_LIMIT
    )


def _from_properties(said: dict[str, Any]) -> Entry:
    references = [
        words(one.get("identifier")) for one in said.get("references") or [] if isinstance(one, dict)
    ]
    facts = {name: words(said.get(name)) for name in (*_ALERT_FACTS, *_INFO_FACTS) if name != "references"}
    facts |= {
        "identifier": words(said.get("id")),
        "msgType": words(said.get("messageType")),
        "references": " ".join(references),
        "eventCode": " ".join(code for code in _codes(said.get("eventCode")) if _SAME.fullmatch(code)),
    }
    return _with_id(
        Entry(
            link=words(said.get("@id")),
            title=words(said.get("headline")) or facts["event"],
            text="\n".join(
                part for name in ("description", "instruction") if (part := words(said.get(name)))
            ),
            published=facts["sent"],
            expires=words(said.get("expires")),
            place=words(said.get("areaDesc")),
            facts=facts,
        )
    )


def _codes(said: object) -> list[str]:
    if not isinstance(said, dict):
        return []
    return [words(code) for codes in said.values() if isinstance(codes, list) for code in codes]
