"""A watchlist as JSON: what a person wrote, read with a sentence for every mistake, and written back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from monitors.watchlist.model import (
    Added,
    Agency,
    AgencyKind,
    District,
    Label,
    Person,
    School,
    Watchlist,
    WatchlistError,
)


def read_watchlist(path: Path) -> Watchlist:
    """The watchlist in a JSON file. Raises WatchlistError with a sentence that names the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise WatchlistError(f"The watchlist {path.name} cannot be read: {cause}.") from cause
    try:
        watchlist = watchlist_from_json(text)
    except WatchlistError as cause:
        raise WatchlistError(f"{path.name}: {cause}") from cause
    return watchlist


def watchlist_from_json(text: str) -> Watchlist:
    """A watchlist from JSON text; missing keys and nulls mean empty. Raises WatchlistError with a sentence."""
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as cause:
        raise WatchlistError(f"This is not JSON: {cause}.") from cause
    if not isinstance(value, dict):
        raise WatchlistError('A watchlist is one JSON object, with keys such as "city" and "agencies".')
    district = _object(value, "district")
    return Watchlist(
        id=_text(value, "id"),
        state=_text(value, "state"),
        city=_text(value, "city"),
        county=_text(value, "county"),
        population=_count(value, "population"),
        district=District(
            _text(district, "name"),
            _texts(district, "aliases"),
            tuple(School(*pair) for pair in _named(district, "schools", "place")),
        ),
        agencies=tuple(_agencies(value)),
        places=_texts(value, "places"),
        people=tuple(Person(*pair) for pair in _named(value, "people", "role")),
        not_us=_texts(value, "not_us"),
        switched_off=_texts(value, "switched_off"),
        added=tuple(_added(value)),
    )


def watchlist_to_json(watchlist: Watchlist) -> str:
    """The watchlist as indented JSON that `watchlist_from_json` reads back to an equal value."""
    value: dict[str, Any] = {
        "id": watchlist.id,
        "state": watchlist.state,
        "city": watchlist.city,
        "county": watchlist.county,
        "population": watchlist.population,
        "district": {
            "name": watchlist.district.name,
            "aliases": list(watchlist.district.aliases),
            "schools": [
                {"name": school.name, "place": school.place} if school.place else school.name
                for school in watchlist.district.schools
            ],
        },
        "agencies": [
            {"name": agency.name, "kind": str(agency.kind), "aliases": list(agency.aliases)}
            for agency in watchlist.agencies
        ],
        "places": list(watchlist.places),
        "people": [{"name": person.name, "role": person.role} for person in watchlist.people],
        "not_us": list(watchlist.not_us),
    }
    if watchlist.switched_off:
        value["switched_off"] = list(watchlist.switched_off)
    if watchlist.added:
        value["added"] = [{"text": a.text, "label": str(a.label), "of": a.of} for a in watchlist.added]
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _refuse(key: str, wanted: str, got: object) -> WatchlistError:
    return WatchlistError(f'"{key}" must be {wanted}, and is {json.dumps(got, ensure_ascii=False)[:60]}.')


def _words(value: str) -> str:
    return " ".join(value.split())


def _text(value: Mapping[str, Any], key: str) -> str:
    got = value.get(key)
    if got is None:
        return ""
    if isinstance(got, bool) or not isinstance(got, str | int | float):
        raise _refuse(key, "text", got)
    return _words(str(got))


def _count(value: Mapping[str, Any], key: str) -> int | None:
    got = value.get(key)
    if got is None or got == "":
        return None
    digits = re.sub(r"[,\s_]", "", got) if isinstance(got, str) else got
    try:
        number = int(float(digits)) if not isinstance(digits, bool) else -1
    except (TypeError, ValueError, OverflowError):
        number = -1
    if number < 0:
        raise _refuse(key, "a number of people", got)
    return number


def _object(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    got = value.get(key)
    if got is None:
        return {}
    if isinstance(got, str):
        return {"name": got}
    if not isinstance(got, dict):
        raise _refuse(key, "an object", got)
    return got


def _list(value: Mapping[str, Any], key: str) -> list[Any]:
    got = value.get(key)
    if got is None:
        return []
    if isinstance(got, str):
        return [got]
    if not isinstance(got, list):
        raise _refuse(key, "a list", got)
    return [entry for entry in got if entry is not None]


def _texts(value: Mapping[str, Any], key: str) -> tuple[str, ...]:
    entries = _list(value, key)
    for entry in entries:
        if not isinstance(entry, str):
            raise _refuse(key, "a list of texts", entry)
    return tuple(text for text in map(_words, entries) if text)


def _named(value: Mapping[str, Any], key: str, second: str) -> Iterator[tuple[str, str]]:
    for entry in _list(value, key):
        if isinstance(entry, str):
            entry = {"name": entry}
        if not isinstance(entry, dict):
            raise _refuse(key, f"a list of names, or of objects with name and {second}", entry)
        if name := _text(entry, "name"):
            yield name, _text(entry, second)


def _agencies(value: Mapping[str, Any]) -> Iterator[Agency]:
    for entry in _list(value, "agencies"):
        if isinstance(entry, str):
            entry = {"name": entry}
        if not isinstance(entry, dict):
            raise _refuse("agencies", "a list of objects with name, kind and aliases", entry)
        kind = _text(entry, "kind").casefold().replace(" ", "_").replace("-", "_") or "partner"
        kind = {"neighbor": "neighbour"}.get(kind, kind)
        if kind not in set(AgencyKind):
            raise _refuse("kind", "partner, neighbour or mutual_aid", entry.get("kind"))
        if name := _text(entry, "name"):
            yield Agency(name, AgencyKind(kind), _texts(entry, "aliases"))


def _added(value: Mapping[str, Any]) -> Iterator[Added]:
    for entry in _list(value, "added"):
        if not isinstance(entry, dict) or _text(entry, "label") not in set(Label):
            raise _refuse("added", f"a list of objects with text and a label of {', '.join(Label)}", entry)
        if text := _text(entry, "text"):
            yield Added(text, Label(_text(entry, "label")), _text(entry, "of"))
