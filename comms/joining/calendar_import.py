"""School days from a file or from typed lines: an .ics or CSV export of the district's calendar, one line a day.

A line is what a person sees and may change before it is saved:

    2026-11-26 to 2026-11-27 Thanksgiving
    2026-12-18 early release 12:30 Winter break begins
    2027-02-13 school day Snow make-up day
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import icalendar

from comms.clocks import Day
from comms.joining import repeats
from comms.people import Refused

BYTES_MOST = 4 << 20
SPAN_MOST = timedelta(days=150)
"""Longer than any summer break: a line that spans more has a wrong year."""
YEARS = (2000, 2100)
LABEL_MOST = 120

_EARLY = re.compile(
    r"early (?:release|dismissal|out)|(?:half|minimum|short(?:ened)?)[ -]day|noon dismissal|½ day", re.I
)
_EXTRA = re.compile(r"make-?up (?:snow )?day|snow make-?up|in session|school day", re.I)
_CLOSED = re.compile(
    r"no (?:school|classes|students)|school closed|closed|holiday|\bbreak\b|\brecess\b|vacation|in-?service|teacher (?:work|institute)"
    r"|work ?day|professional (?:development|learning)|\bpd day|conferences? day|thanksgiving|christmas|new year|labor day"
    r"|memorial day|independence day|juneteenth|presidents|veterans|columbus|indigenous peoples|martin luther king|mlk"
    r"|good friday|easter monday|cesar chavez|eid\b|diwali|rosh hashanah|yom kippur|lunar new year",
    re.I,
)
_OTHER = re.compile(
    r"concert|parade|party|sale\b|fair\b|breakfast|dinner|practice|game|meeting|deadline|tournament|card",
    re.I,
)
"""Words of entries that only happen around a holiday."""
_TIME = re.compile(r"\b(\d{1,2})(?::(\d{2}))\s*(a\.?m\.?|p\.?m\.?)?|\b(\d{1,2})\s*(a\.?m\.?|p\.?m\.?)", re.I)
_LINE = re.compile(
    r"(?P<first>[\d/.-]+)(?:\s*(?:to|until|through|–|—)\s*(?P<last>[\d/.-]+))?\s*"
    r"(?P<kind>early release|school day|holiday|no school)?[\s:,]*(?P<rest>.*)",
    re.I,
)
_DAY_COLUMNS = ("date", "start", "start date", "from", "day")
_LAST_COLUMNS = ("end", "end date", "to", "until", "through")
_LABEL_COLUMNS = ("label", "subject", "summary", "event", "title", "name", "description")
_KIND_COLUMNS = ("kind", "type")
_TIME_COLUMNS = ("closes", "dismissal", "release", "time", "end time")


@dataclass(frozen=True, slots=True)
class Imported:
    """Days that change the school week, how many entries say nothing about it, and which repeat without an end."""

    days: Mapping[date, Day]
    left_out: int = 0
    endless: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What came of the file."""
        count = len(self.days)
        words = [f"{count} day{'s' if count != 1 else ''} read."]
        if self.left_out:
            words.append(f"{_entries(self.left_out, 'other ')} left out: nothing about school days.")
        if self.endless:
            words.append(_without_end(self.endless))
        return " ".join(words)


def _without_end(labels: tuple[str, ...]) -> str:
    more = f" and {_entries(len(labels) - 1, 'other ')}" if len(labels) > 1 else ""
    verb = "repeat" if more else "repeats"
    return (
        f"“{labels[0][:60]}”{more} {verb} without an end within three years and stayed out: give an end in your "
        "calendar, or type the days."
    )


def _entries(count: int, what: str = "") -> str:
    return f"1 {what}entry" if count == 1 else f"{count} {what}entries"


def read_file(name: str, raw: bytes) -> Imported:
    """The days of an .ics or CSV file, told apart by what is in it. Raises Refused; nothing of a wrong file is taken."""
    if not raw.strip():
        raise Refused(f"{_shown(name)} is empty. Nothing was imported.")
    if len(raw) > BYTES_MOST:
        raise Refused(f"{_shown(name)} is larger than 4 MB. Export the school days alone and try again.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            f"{_shown(name)} is not plain text in UTF-8. Export it as .ics or “CSV UTF-8” and try again."
        ) from error
    if "BEGIN:VCALENDAR" in text[:2000].upper():
        if "END:VCALENDAR" not in text[-2000:].upper():
            raise Refused(f"{_shown(name)} ends in the middle. Export it again; nothing was imported.")
        return _read_ics(name, raw)
    if name.casefold().endswith((".ics", ".ical")):
        raise Refused(f"{_shown(name)} is not an .ics calendar: it does not begin with BEGIN:VCALENDAR.")
    return _read_csv(name, text)


def read_lines(text: str) -> dict[date, Day]:
    """The days of typed lines. Raises Refused with the number of the line that cannot be read."""
    days: dict[date, Day] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                days |= _read_line(line.strip())
            except Refused as refusal:
                raise Refused(f"Line {number}: {refusal}") from refusal
    return days


def lines(days: Mapping[date, Day]) -> str:
    """Days as lines that `read_lines` reads back; neighbors that say the same are one line."""
    out: list[tuple[date, date, Day]] = []
    for day in sorted(days):
        if out and out[-1][2] == days[day] and day - out[-1][1] == timedelta(days=1):
            out[-1] = (out[-1][0], day, days[day])
        else:
            out.append((day, day, days[day]))
    return "\n".join(_written(*span) for span in out)


def _written(first: date, last: date, entry: Day) -> str:
    kind = {"holiday": "", "early_release": "early release", "school_day": "school day"}[entry.kind]
    if _LINE.fullmatch(f"{first} {entry.label}")["kind"] and not kind:  # type: ignore[index]
        kind = "holiday"
    span = f"{first}" if first == last else f"{first} to {last}"
    parts = (span, kind, f"{entry.closes:%H:%M}" if entry.closes else "", entry.label)
    return " ".join(part for part in parts if part)


def _read_line(line: str) -> dict[date, Day]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise Refused("it begins with no date. Type it like 2026-11-26 to 2026-11-27 Thanksgiving.")
    first = _date(found["first"])
    last = _date(found["last"]) if found["last"] else first
    kind = {"early release": "early_release", "school day": "school_day"}.get(
        (found["kind"] or "").casefold(), "holiday"
    )
    rest, closes = found["rest"], None
    if kind == "early_release":
        clock = _TIME.match(rest)
        closes = _clock(clock) if clock else None
        rest = rest[clock.end() :].strip(" ,:") if clock else rest
    return _span(first, last, Day(kind, closes, _label(rest)))


def _span(first: date, last: date, entry: Day) -> dict[date, Day]:
    if last < first:
        raise Refused(f"the end, {last}, lies before the start, {first}. Choose a later end.")
    if last - first > SPAN_MOST:
        raise Refused(f"{first} to {last} is longer than {SPAN_MOST.days} days. Check the years.")
    return {first + timedelta(days=n): entry for n in range((last - first).days + 1)}


def _date(text: str) -> date:
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%Y/%m/%d", "%m-%d-%Y", "%Y%m%d"):
        try:
            day = datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
        if YEARS[0] <= day.year <= YEARS[1]:
            return day
    raise Refused(f"“{text[:20]}” is not a date. Type it like 2026-11-26 or 11/26/2026.")


def _clock(found: re.Match[str]) -> time:
    hour, minute = int(found[1] or found[4]), int(found[2] or 0)
    half = (found[3] or found[5] or "").casefold()[:1]
    in_the_night = not half and 1 <= hour <= 6  # nobody lets out at 1:30 in the night
    if (half == "p" and hour < 12) or in_the_night:
        hour += 12
    try:
        return time(hour, minute)
    except ValueError as error:
        raise Refused(f"“{found[0]}” is not a time. Type it like 12:30.") from error


def _label(text: str) -> str:
    return " ".join(text.split())[:LABEL_MOST]


def _kind_of(text: str) -> str | None:
    """What an entry's words say about the school day; None when they say nothing."""
    if _OTHER.search(text):
        return None
    for pattern, kind in ((_EARLY, "early_release"), (_EXTRA, "school_day"), (_CLOSED, "holiday")):
        if pattern.search(text):
            return kind
    return None


def _shown(name: str) -> str:
    return f"“{name[:60]}”" if name else "That file"


# .ics -------------------------------------------------------------------------------------------------------------


def _read_ics(name: str, raw: bytes) -> Imported:
    try:
        calendars = icalendar.Calendar.from_ical(raw, multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise Refused(
            f"{_shown(name)} is broken and cannot be read as a calendar. Export it again; nothing was imported."
        ) from error
    elsewhere = repeats.moved(events)
    days: dict[date, Day] = {}
    endless: list[str] = []
    left_out = 0
    for event in events:
        label = _label(str(event.get("SUMMARY", "")))
        kind = _kind_of(label)
        if kind is None or str(event.get("STATUS", "")).upper() == "CANCELLED":
            left_out += 1
            continue
        found = _days_of(event, kind, label, name, elsewhere)
        if found is None:
            endless.append(label)
        else:
            days |= found
    if not days and endless:
        raise Refused(f"{_shown(name)}: {_without_end(tuple(endless))} Nothing was imported.")
    if not days:
        raise Refused(
            f"{_shown(name)} has {_entries(len(events))}, and none says that there is no school or an early release. "
            "Nothing was imported."
        )
    return Imported(days, left_out, tuple(endless))


def _days_of(
    event: Any, kind: str, label: str, name: str, elsewhere: repeats.Moved
) -> dict[date, Day] | None:
    """Every day an entry covers, with its repetitions. None: it repeats without an end."""
    try:
        start, end = event.decoded("DTSTART"), event.decoded("DTEND", None)
    except (KeyError, ValueError, TypeError) as error:
        raise Refused(f"{_shown(name)}: “{label}” has no date. Nothing was imported.") from error
    if not isinstance(start, date) or not (end is None or isinstance(end, date)):
        raise Refused(f"{_shown(name)}: “{label}” has no date. Nothing was imported.")
    first, last = _day(start), _day(end or start)
    whole_days = not isinstance(start, datetime)
    if whole_days and end is not None and last > first:
        last -= timedelta(days=1)  # RFC 5545: the end of whole days is the day after
    clock = _TIME.search(label)
    closes = _clock(clock) if clock else None
    if closes is None and isinstance(start, datetime) and start.time() > time(9):
        closes = start.time().replace(tzinfo=None)
    try:
        once = _span(first, last, Day(kind, closes if kind == "early_release" else None, label))
    except Refused as refusal:
        raise Refused(f"{_shown(name)}: “{label}”: {refusal} Nothing was imported.") from refusal
    again = repeats.starts(event, elsewhere)
    if again is None:
        return None
    return {day + (at - first): entry for at in again for day, entry in once.items()}


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


# CSV --------------------------------------------------------------------------------------------------------------


def _read_csv(name: str, text: str) -> Imported:
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [
            row
            for row in csv.reader(io.StringIO(text, newline=None), dialect)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise Refused(f"{_shown(name)} cannot be read as CSV. Nothing was imported.") from error
    if not rows:
        raise Refused(f"{_shown(name)} holds no word. Nothing was imported.")
    heads = [cell.strip().casefold() for cell in rows[0]]
    columns = {
        part: next((heads.index(word) for word in words if word in heads), None)
        for part, words in (
            ("day", _DAY_COLUMNS),
            ("last", _LAST_COLUMNS),
            ("label", _LABEL_COLUMNS),
            ("kind", _KIND_COLUMNS),
            ("time", _TIME_COLUMNS),
        )
    }
    if columns["day"] is None:
        raise Refused(
            f"{_shown(name)} has no column named date; its first line is “{', '.join(rows[0])[:80]}”. Nothing was imported."
        )
    days: dict[date, Day] = {}
    left_out = 0
    for number, row in enumerate(rows[1:], 2):
        cells = {part: row[at].strip() for part, at in columns.items() if at is not None and at < len(row)}
        try:
            found = dict(_row(cells, columns["kind"] is None and columns["label"] is not None))
        except Refused as refusal:
            raise Refused(
                f"{_shown(name)}, line {number}: {refusal} Nothing was imported; mend the line and try again."
            ) from refusal
        left_out += not found
        days |= found
    if not days:
        raise Refused(f"{_shown(name)} has no day that changes the school week. Nothing was imported.")
    return Imported(days, left_out)


def _row(cells: Mapping[str, str], by_words: bool) -> Iterable[tuple[date, Day]]:
    said = f"{cells.get('kind', '')} {cells.get('label', '')}"
    kind = _kind_of(said)
    if kind is None:
        if by_words:
            return []
        kind = "holiday"
    first = _date(cells.get("day", ""))
    last = _date(cells["last"]) if cells.get("last") else first
    clock = _TIME.search(cells.get("time", "") or said)
    closes = _clock(clock) if clock and kind == "early_release" else None
    return _span(first, last, Day(kind, closes, _label(cells.get("label", "")))).items()


def merged(typed: str, imported: Mapping[date, Day]) -> str:
    """Typed lines with a file's days added; what the file says of a day wins. Lines that cannot be read stay first."""
    kept: dict[date, Day] = {}
    odd: list[str] = []
    for line in typed.splitlines():
        try:
            kept |= read_lines(line)
        except Refused:
            odd.append(line)
    return "\n".join([*odd, lines(kept | dict(imported))]).strip()
