"""Dates as sources write them → aware UTC. A date without a zone takes the source's zone, never a guess of ours."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_OFFSETS = {
    "GMT": 0, "UT": 0, "UTC": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3,
}  # fmt: skip
"""Hours east of Greenwich of the zone names that RFC 822 and American sources use."""

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
_ZONE = r"\s*(?:\(?(?P<zone>[+-]\d\d:?\d\d|[A-Za-z]{1,4})\)?)?(?:\s*\([^()]*\))?"
_DAY_NAME = r"(?:[A-Za-z]{3,9}\.?,?\s+)?"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"{_DAY_NAME}(?P<day>\d{{1,2}})[\s-]+(?P<word>[A-Za-z]{{3,9}})\.?,?[\s-]+(?P<year>\d{{4}}|\d\d)(?:,?\s+{_CLOCK}{_ZONE})?",
        rf"{_DAY_NAME}(?P<word>[A-Za-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?:,?\s+(?:at\s+)?{_CLOCK}{_ZONE})?",
        rf"(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}})(?:,?\s+{_CLOCK}{_ZONE})?",
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:[T ,]\s*{_CLOCK}{_ZONE})?",
        rf"{_DAY_NAME}(?P<word>[A-Za-z]{{3}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})",
        r"(?P<year>\d{4})(?:-(?P<month>\d{1,2}))?",
        r"(?P<word>[A-Za-z]{3,9})\.?,?\s+(?P<year>\d{4})",
    )
)
"""Tried in this order; the last two are a year or a month alone, which count from their first moment."""

_RFC_822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:([+-])(\d\d)(\d\d)|GMT|UTC|Z)"
)
_EPOCH = re.compile(r"-?\d{9,13}(?:\.\d+)?")
_LONGEST = 80
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def read_date(text: str, zone: str | tzinfo | None = None) -> datetime | None:
    """The moment in UTC, or None if there is none to be read: ISO 8601, RFC 822, American forms, seconds or
    milliseconds since 1970, a month or a year alone.

    `zone` is the source's (an IANA name); it counts only for a date that names none, and UTC stands in for it.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        return _usual(text, zone) or _unusual(text, zone)
    except (ValueError, OverflowError):
        return None


def wall_clock(text: str, zone: str | tzinfo | None) -> datetime | None:
    """The moment when the date's offset is not to be believed: its clock time is taken to stand in `zone`.

    CivicPlus writes its winter offset all year, so in summer its dates are an hour off.
    """
    return read_date(re.sub(r"\s*[+-]\d\d:?\d\d\s*$", "", text), zone)


def _usual(text: str, zone: str | tzinfo | None) -> datetime | None:
    found = _RFC_822.fullmatch(text)
    if found:
        day, word, year, hour, minute, second, sign, hours, minutes = found.groups()
        month = _month(word)
        if month is None:
            return None
        moment = datetime(
            int(year), month, int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC
        )
        if sign:
            moment -= timedelta(minutes=int(sign + "1") * (int(hours) * 60 + int(minutes)))
        return moment
    if len(text) >= 10 and text[4] == "-" and text[:4].isdigit() and (len(text) == 10 or text[10] in "T "):
        try:
            return _in_utc(datetime.fromisoformat(text), zone)
        except ValueError:
            return None
    if _EPOCH.fullmatch(text):
        seconds = float(text)
        return _BEGINNING + timedelta(seconds=seconds / 1000 if abs(seconds) >= 1e11 else seconds)
    return None


def _unusual(text: str, zone: str | tzinfo | None) -> datetime | None:
    for shape in _SHAPES:
        found = shape.fullmatch(text)
        if found:
            part = {
                "month": "1",
                "day": "1",
                "hour": "0",
                "minute": "0",
                "second": "0",
                "half": "",
                "zone": "",
                "word": "",
            }
            part |= {name: value for name, value in found.groupdict().items() if value}
            month = _month(part["word"]) if part["word"] else int(part["month"])
            if month is None:
                continue
            year = int(part["year"])
            if year < 100:
                year += 2000 if year < 70 else 1900
            moment = datetime(
                year, month, int(part["day"]), _hour(part), int(part["minute"]), min(int(part["second"]), 59)
            )
            return _at_offset(moment, part["zone"], zone)
    return None


@lru_cache(maxsize=64)
def _month(word: str) -> int | None:
    """1 to 12 for an English month or its beginning, of three letters at least."""
    said = word.lower()
    return next(
        (number for number, name in enumerate(_MONTHS, 1) if len(said) > 2 and name.startswith(said)), None
    )


def _hour(part: dict[str, str]) -> int:
    hour = int(part["hour"])
    if not part["half"]:
        return hour
    return hour % 12 + (12 if part["half"][0] in "pP" else 0)


def _at_offset(moment: datetime, offset: str, zone: str | tzinfo | None) -> datetime:
    if offset[:1] in {"+", "-"}:
        digits = offset[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        return moment.replace(tzinfo=UTC) - timedelta(minutes=minutes if offset[0] == "+" else -minutes)
    hours = _OFFSETS.get(offset.upper())
    if hours is not None:
        return moment.replace(tzinfo=UTC) - timedelta(hours=hours)
    return _in_utc(moment, zone)


def _in_utc(moment: datetime, zone: str | tzinfo | None) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    return (moment if moment.tzinfo else moment.replace(tzinfo=_zone(zone))).astimezone(UTC)


def _zone(zone: str | tzinfo | None) -> tzinfo:
    return zone if isinstance(zone, tzinfo) else _named_zone(zone or "UTC")


@lru_cache(maxsize=64)
def _named_zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return UTC
