"""The days an entry of a calendar file falls on again: weekly early releases, a holiday of every month, until it ends.

Only whole days count here: a rule's hours are left aside, and an end given in UTC is read in the entry's own zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil import rrule
from icalendar.error import BrokenCalendarProperty

FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
PARTS = ("FREQ", "INTERVAL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
"""The parts of a rule (RFC 5545, 3.3.10) that say which day it is; hours, minutes and seconds do not."""
LONGEST = timedelta(days=3 * 366)
"""A rule must end within this time of its start: no school calendar is made for longer."""
YEARS = (2000, 2100)


Moved = frozenset[tuple[str, date]]
"""Repetitions that stand elsewhere, or not at all: whose (its UID), and of which day."""


def moved(events: Iterable[Any]) -> Moved:
    """The repetitions that an entry of their own stands for."""
    return frozenset(
        (str(e.get("UID", "")), _day(e["RECURRENCE-ID"].dt)) for e in events if _stands_for_one(e)
    )


def starts(event: Any, elsewhere: Moved = frozenset()) -> list[date] | None:
    """The first day of an entry and of each repetition, in order; exceptions left out, extra dates added.

    None when it has no end within `LONGEST`, or its rule cannot be read.
    """
    start = event.decoded("DTSTART")
    first = _day(start)
    if event.get("RRULE") is None or _stands_for_one(event):
        return [first]
    found = _by_rule(event["RRULE"], start) if YEARS[0] <= first.year <= YEARS[1] else None
    if found is None:
        return None
    added = {day for day in _dates(event.get("RDATE")) if first <= day <= first + LONGEST}
    gone = {day for uid, day in elsewhere if uid == event.get("UID", "")}
    return sorted((added | set(found)) - set(_dates(event.get("EXDATE"))) - gone)


def _stands_for_one(event: Any) -> bool:
    return isinstance(_part(event.get("RECURRENCE-ID"), "dt"), date)


def _part(value: Any, name: str) -> Any:
    """What a property says; None when the file wrote something there that cannot be read."""
    try:
        return getattr(value, name, None)
    except BrokenCalendarProperty:
        return None


def _by_rule(rule: Any, start: date) -> list[date] | None:
    if not isinstance(rule, dict) or str(_one(rule, "FREQ")).upper() not in FREQUENCIES:
        return None
    if "INTERVAL" in rule and _one(rule, "INTERVAL") < 1:
        return None
    first = datetime.combine(_day(start), time())
    bounded: Any = type(rule)({part: rule[part] for part in PARTS if part in rule})
    until, count = _one(rule, "UNTIL"), _one(rule, "COUNT")
    last = first + LONGEST
    if until is not None:
        end = datetime.combine(_local(until, start), time())
        if end > last:
            return None
        last = end
    written = f"{bounded.to_ical().decode()};UNTIL={last:%Y%m%dT%H%M%S}"
    try:
        days = list(rrule.rrulestr(written, dtstart=first))
    except (ValueError, TypeError):
        return None
    if count is None:
        return None if until is None else [day.date() for day in days]
    return [day.date() for day in days[:count]] if len(days) >= count > 0 else None


def _one(rule: dict[str, Any], part: str) -> Any:
    values = rule.get(part)
    return values[0] if isinstance(values, list) and values else values


def _local(until: date, start: date) -> date:
    """The day a rule ends on, where the entry takes place."""
    zoned = isinstance(until, datetime) and isinstance(start, datetime) and until.tzinfo and start.tzinfo
    return _day(until.astimezone(start.tzinfo) if zoned else until)  # type: ignore[attr-defined]


def _dates(lists: Any) -> Iterable[date]:
    """EXDATE and RDATE come as nothing, one list or several."""
    for each in lists if isinstance(lists, list) else [lists] if lists is not None else []:
        for one in _part(each, "dts") or ():
            if isinstance(one.dt, date):
                yield _day(one.dt)


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at
