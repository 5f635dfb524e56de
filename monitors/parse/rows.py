"""Records as JSON: Socrata, ArcGIS FeatureServer, GeoJSON or a plain list; one entry a record.

The columns are each city's own, so a mapping kept with the source says what they mean. Without one, names that many
cities use are tried, and a record still becomes an entry when none of them is there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from monitors.parse.document import ENTRY_LIMIT, before_the_break, json_of, words
from monitors.parse.entries import Entry, Reading
from monitors.parse.plain import point_facts

_LISTS = (
    "features",
    "items",
    "records",
    "results",
    "rows",
    "data",
    "incidents",
    "calls",
    "events",
    "alerts",
    "value",
)
"""Where a document that is not itself a list keeps its records."""

_GUESSES: Mapping[str, Sequence[str]] = {
    "id": (
        "id", "incident_number", "incident_id", "incidentnumber", "incidentid", "event_number", "eventnumber", "call_number",
        "case_number", "casenumber", "cad_id", "objectid", "globalid", "uuid", "guid", "unique_id", "row_id", ":id",
    ),
    "title": (
        "title", "headline", "name", "subject", "summary", "call_type", "calltype", "incident_type", "incidenttype",
        "event_type", "type", "nature", "problem", "offense", "offense_description", "call_description", "category",
        "description", "event",
    ),
    "text": ("description", "details", "text", "body", "summary", "narrative", "comments", "notes", "content", "status"),
    "link": ("url", "link", "web", "href", "permalink"),
    "published": (
        "published", "date_published", "datetime", "date_time", "call_datetime", "incident_datetime", "received",
        "received_time", "call_time", "time", "timestamp", "reported", "report_date", "incident_date", "event_date",
        "dispatched", "created", "created_at", "created_date", "start_time", "date",
    ),
    "updated": ("updated", "updated_at", "last_update", "last_updated", "modified", "edit_date", "editdate"),
    "place": ("address", "location", "block", "block_address", "hundred_block_location", "street", "intersection", "place", "area"),
    "latitude": ("latitude", "lat", "y"),
    "longitude": ("longitude", "lon", "lng", "long", "x"),
}  # fmt: skip
"""Field -> names of columns that say it, the likeliest first; compared without case."""

_NAMED = re.compile(r"\{([^{}]{1,100})\}")
_COLUMNS_KEPT = 60
_WEB_MERCATOR = {102100, 102113, 3857, 900913}
_EARTH_RADIUS = 6378137.0


def read(body: bytes, content_type: str, url: str, options: Mapping[str, object]) -> Reading:
    """The document's records in its order.

    `options["records"]` names the list, with dots, if it is not found of itself. `id`, `title`, `text`, `link`,
    `published`, `updated`, `place`, `latitude`, `longitude` name a column each, with dots for a column inside a
    column, or are a phrase with columns in braces: "{call_type} at {address}".
    """
    value, text = json_of(body, content_type)
    if value is None:
        records = before_the_break(text, _LISTS)
        return (
            Reading(failure="broken", partly=True)
            if records is None
            else _reading(records, {}, options, broken=True)
        )
    records = _records(value, options)
    if records is None or (records and not any(isinstance(record, dict) for record in records)):
        refused = isinstance(value, dict) and ("error" in value or "errorCode" in value)
        return Reading(failure="server_said_no" if refused else "not_a_feed")
    return _reading(records, value if isinstance(value, dict) else {}, options, broken=False)


def _records(value: Any, options: Mapping[str, object]) -> list[Any] | None:
    path = options.get("records")
    if isinstance(path, str) and path:
        value = _inside(value, path)
    if isinstance(value, dict):
        lists = [value[name] for name in _LISTS if isinstance(value.get(name), list)]
        lists += [one for one in value.values() if isinstance(one, list) and one and isinstance(one[0], dict)]
        value = lists[0] if lists else None
    return value if isinstance(value, list) else None


def _reading(
    records: list[Any], whole: dict[str, Any], options: Mapping[str, object], broken: bool
) -> Reading:
    reference = whole.get("spatialReference")
    projected = isinstance(reference, dict) and reference.get("wkid") in _WEB_MERCATOR
    rows = [record for record in records if isinstance(record, dict)]
    entries = [_entry(row, options, projected) for row in rows[:ENTRY_LIMIT]]
    return Reading(entries, None, broken or len(rows) > ENTRY_LIMIT or len(rows) < len(records))


def _entry(record: dict[str, Any], options: Mapping[str, object], projected: bool) -> Entry:
    columns = next(
        (record[name] for name in ("attributes", "properties") if isinstance(record.get(name), dict)), record
    )
    lowered = {key.lower(): key for key in columns}
    say = {field: _field(columns, lowered, field, options.get(field)) for field in _GUESSES}
    if columns is not record and not say["id"]:
        say["id"] = words(record.get("id"))
    facts = {
        key[:100]: value[:500] for key in list(columns)[:_COLUMNS_KEPT] if (value := words(columns[key]))
    }
    facts.update(_position(record, columns, say["latitude"], say["longitude"], projected))
    title = say["title"] or " · ".join(list(facts.values())[:3])
    return Entry(
        id=say["id"],
        link=say["link"],
        title=title,
        text=say["text"] if say["text"] != title else "",
        published=say["published"],
        updated=say["updated"],
        place=say["place"],
        facts=facts,
    )


def _field(columns: dict[str, Any], lowered: dict[str, str], field: str, asked: object) -> str:
    if isinstance(asked, str) and asked:
        if "{" in asked:
            return _NAMED.sub(lambda found: words(_inside(columns, found.group(1))), asked).strip()
        return words(_inside(columns, asked))
    return next(
        (said for name in _GUESSES[field] if name in lowered and (said := words(columns[lowered[name]]))), ""
    )


def _inside(value: Any, path: str) -> Any:
    if isinstance(value, dict) and path in value:
        return value[path]
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _position(
    record: dict[str, Any], columns: dict[str, Any], latitude: str, longitude: str, projected: bool
) -> dict[str, str]:
    """Latitude and longitude, from columns, from a point column (Socrata) or from the record's geometry."""
    if latitude and longitude and (said := dict(point_facts("", latitude, longitude))):
        return said
    geometries = [record.get("geometry"), *columns.values()]
    for geometry in geometries:
        if isinstance(geometry, dict) and (said := _of_geometry(geometry, projected)):
            return said
    return {}


def _of_geometry(geometry: dict[str, Any], projected: bool) -> dict[str, str]:
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point" and isinstance(coordinates, list) and len(coordinates) >= 2:
        x, y = coordinates[:2]
    else:
        x = geometry.get("x", geometry.get("longitude"))
        y = geometry.get("y", geometry.get("latitude"))
    if projected and isinstance(x, (int, float)) and isinstance(y, (int, float)):
        y = math.degrees(2 * math.atan(math.exp(max(-20.0, min(20.0, y / _EARTH_RADIUS)))) - math.pi / 2)
        x = math.degrees(x / _EARTH_RADIUS)
    return dict(point_facts("", words(y), words(x)))
