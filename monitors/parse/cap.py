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
from monitors.parse.document import ENTRY_LIMIT, records_of, words
from monitors.parse.entries import Entry, Reading
from monitors.parse.tree import children, local_name, recovered, said

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


def read(body: bytes, content_type: str, url: str, options: Mapping[str, object]) -> Reading:
    """The document's alerts, in its order; what is broken is read as far as it goes."""
    if body.lstrip()[:1] in {b"{", b"["}:
        return _weather_service(body, content_type)
    root, broken = recovered(body, content_type)
    if root is None:
        return Reading(failure="broken", partly=True)
    alerts = [element for element in root.iter() if local_name(element) == "alert"]
    entries = [_entry(alert) for alert in alerts[:ENTRY_LIMIT]]
    return Reading(entries, None, broken or len(alerts) > ENTRY_LIMIT)


def references_of(item: Item) -> tuple[str, ...]:
    """Identifiers of the earlier alerts that this one updates or cancels (CAP writes `sender,identifier,sent`)."""
    triples = (reference.split(",") for reference in item.facts.get("references", "").split())
    return tuple(parts[1] if len(parts) == 3 else parts[0] for parts in triples)


def _entry(alert: etree._Element) -> Entry:
    infos = children(alert, "info")
    main = next(
        (info for info in infos if said(info, "language").lower().startswith("en")),
        infos[0] if infos else None,
    )
    areas = [area for info in infos for area in children(info, "area")]
    facts = {name: said(alert, name) for name in _ALERT_FACTS}
    facts["polygon"] = "; ".join(_each(areas, "polygon"))
    facts["circle"] = "; ".join(_each(areas, "circle"))
    if main is None:  # a cancellation may carry no info block
        return _with_id(Entry(text=facts["note"], published=facts["sent"], facts=facts))
    facts |= {name: said(main, name) for name in _INFO_FACTS}
    facts["severity"] = _worst(said(info, "severity") for info in infos)
    facts["eventCode"] = " ".join(said(code, "value") for code in children(main, "eventCode"))
    entry = Entry(
        link=said(main, "web"),
        title=said(main, "headline") or facts["event"],
        text="\n".join(part for name in ("description", "instruction") if (part := said(main, name))),
        published=facts["sent"],
        expires=max((said(info, "expires") for info in infos), key=_moment),
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
            text for area in areas for child in children(area, name) if (text := (child.text or "").strip())
        )
    )


def _moment(text: str) -> float:
    moment = read_date(text)
    return moment.timestamp() if moment else 0.0


def _worst(severities: Iterable[str]) -> str:
    named = [severity for severity in severities if severity]
    return next((severity for severity in SEVERITIES if severity in named), named[0] if named else "")


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
        [_from_properties(alert) for alert in alerts[:ENTRY_LIMIT]], None, partly or len(alerts) > ENTRY_LIMIT
    )


def _from_properties(alert: dict[str, Any]) -> Entry:
    references = [
        words(one.get("identifier")) for one in alert.get("references") or [] if isinstance(one, dict)
    ]
    facts = {name: words(alert.get(name)) for name in (*_ALERT_FACTS, *_INFO_FACTS) if name != "references"}
    facts |= {
        "identifier": words(alert.get("id")),
        "msgType": words(alert.get("messageType")),
        "references": " ".join(references),
        "eventCode": " ".join(code for code in _codes(alert.get("eventCode")) if _SAME.fullmatch(code)),
    }
    return _with_id(
        Entry(
            link=words(alert.get("@id")),
            title=words(alert.get("headline")) or facts["event"],
            text="\n".join(
                part for name in ("description", "instruction") if (part := words(alert.get(name)))
            ),
            published=facts["sent"],
            expires=words(alert.get("expires")),
            place=words(alert.get("areaDesc")),
            facts=facts,
        )
    )


def _codes(listed: object) -> list[str]:
    if not isinstance(listed, dict):
        return []
    return [words(code) for codes in listed.values() if isinstance(codes, list) for code in codes]
