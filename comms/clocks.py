"""Pure: the school calendar, what is due when, what is late, and how a time is written for people.

Source: the domain rules, section 3 (clocks). All arguments and results are aware UTC; words are in the
partnership's own zone, and the zone is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ACKNOWLEDGE_IN_SESSION = timedelta(minutes=5)
ACKNOWLEDGE_OTHERWISE = timedelta(minutes=15)
HOLDING = timedelta(minutes=15)
HOLDING_LIMIT = timedelta(minutes=30)
MORNING = time(6, 30)
SUBSTANTIVE = timedelta(minutes=60)
UPDATE_PROTECTIVE = timedelta(minutes=30)
UPDATE = timedelta(minutes=60)
REVIEW = timedelta(minutes=60)
"""Acknowledge, hold, speak, update, review: the defaults a district starts with."""


@dataclass(frozen=True, slots=True)
class Day:
    """One entry of the school calendar: "holiday", "early_release" (with its end) or an extra "school_day"."""

    kind: str
    closes: time | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When school is in session. `known` is False until bell times were entered; then the stricter clock holds."""

    zone: ZoneInfo
    opens: time = time(8, 0)
    closes: time = time(15, 30)
    days: Mapping[date, Day] = field(default_factory=dict)
    known: bool = False

    def school_day(self, day: date) -> bool:
        """Whether school is held on this local date."""
        entry = self.days.get(day)
        if entry is not None:
            return entry.kind != "holiday"
        return day.weekday() < 5

    def dismissal(self, day: date) -> datetime | None:
        """When the last school of this local date lets out, or None without school."""
        if not self.school_day(day):
            return None
        entry = self.days.get(day)
        closes = entry.closes if entry and entry.closes else self.closes
        return datetime.combine(day, closes, self.zone).astimezone(UTC)

    def in_session(self, at: datetime) -> bool:
        """Whether pupils are at school. An unknown calendar counts as in session."""
        if not self.known:
            return True
        local = at.astimezone(self.zone)
        end = self.dismissal(local.date())
        return end is not None and datetime.combine(local.date(), self.opens, self.zone) <= local < end

    def next_morning(self, at: datetime) -> datetime:
        """06:30 local of the next school day after `at`."""
        local = at.astimezone(self.zone)
        for ahead in range(60):
            day = local.date() + timedelta(days=ahead)
            morning = datetime.combine(day, MORNING, self.zone)
            if self.school_day(day) and morning > local:
                return morning.astimezone(UTC)
        return (at + timedelta(days=1)).astimezone(UTC)

    def words(self, at: datetime) -> str:
        """What the calendar says of this moment, in words."""
        if not self.known:
            return "Calendar missing: the stricter clock is used"
        local = at.astimezone(self.zone)
        end = self.dismissal(local.date())
        if end is None:
            entry = self.days.get(local.date())
            return entry.label or "No school today" if entry else "No school today"
        if self.in_session(at):
            return f"School in session until {clock(end, self.zone)}"
        return (
            f"School starts {clock(datetime.combine(local.date(), self.opens, self.zone), self.zone)}"
            if (local.time() < self.opens)
            else f"School ended {clock(end, self.zone)}"
        )


@dataclass(frozen=True, slots=True)
class Times:
    """The moments of one incident that are known so far."""

    opened: datetime
    first_alert: datetime | None = None
    acknowledged: datetime | None = None
    partner_told: datetime | None = None
    held: datetime | None = None
    substantive: datetime | None = None
    next_update: datetime | None = None
    protective: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One clock: its label, the clock time in words, one chip, and a state that says how to show it."""

    label: str
    value: str
    chip: str
    state: str
    """"done", "late done", "left", "last third", "missed" or "unset"."""
    due: datetime | None = None


def acknowledge_by(first_seen: datetime, calendar: Calendar) -> datetime:
    """When an alert must be acknowledged: 5 min in school hours, 15 otherwise."""
    return first_seen + (ACKNOWLEDGE_IN_SESSION if calendar.in_session(first_seen) else ACKNOWLEDGE_OTHERWISE)


def holding_limit(start: datetime, calendar: Calendar) -> datetime:
    """The hard limit of the holding statement: 30 min in session, else before 06:30 of the next school day."""
    return (
        start + HOLDING_LIMIT
        if calendar.in_session(start)
        else max(calendar.next_morning(start), start + HOLDING_LIMIT)
    )


def proposed_update(now: datetime, protective: bool = False) -> datetime:
    """The next update a text should name: the interval from now, on the next quarter of an hour (UTC in, UTC out)."""
    target = now + (UPDATE_PROTECTIVE if protective else UPDATE)
    spare = timedelta(minutes=target.minute % 15, seconds=target.second, microseconds=target.microsecond)
    return target - spare + (timedelta(minutes=15) if spare else timedelta())


def strip(times: Times, calendar: Calendar, now: datetime) -> tuple[Tile, ...]:
    """The five clocks of an incident, always in this order."""
    start = times.acknowledged or times.opened
    alert = times.first_alert or times.opened
    return (
        _tile("Acknowledged", start, acknowledge_by(alert, calendar), alert, calendar, now),
        _told(times, alert, calendar, now),
        _tile(
            "Holding statement",
            times.held,
            start + HOLDING,
            start,
            calendar,
            now,
            holding_limit(start, calendar),
        ),
        _tile("First substantive", times.substantive, start + SUBSTANTIVE, start, calendar, now),
        _tile("Next update", None, times.next_update, start, calendar, now)
        if times.next_update
        else Tile("Next update", "not set", "name it in the text", "unset"),
    )


def _told(times: Times, alert: datetime, calendar: Calendar, now: datetime) -> Tile:
    if times.partner_told is None:
        return Tile("Partner told", "not yet", f"{minutes(now - alert)} since the alert", "last third")
    took = max(times.partner_told - alert, timedelta())
    chip = f"{minutes(took)} after alert" if took >= timedelta(minutes=1) else "at once"
    return Tile("Partner told", clock(times.partner_told, calendar.zone), chip, "done")


def _tile(
    label: str,
    done: datetime | None,
    due: datetime,
    start: datetime,
    calendar: Calendar,
    now: datetime,
    limit: datetime | None = None,
) -> Tile:
    if done is not None:
        late = done - (limit or due)
        if late > timedelta():
            return Tile(label, clock(done, calendar.zone), f"late by {minutes(late)}", "late done", due)
        return Tile(label, clock(done, calendar.zone), f"{minutes(done - start)} · on time", "done", due)
    left = due - now
    if left <= timedelta() and limit and now < limit:
        return Tile(
            label,
            f"by {clock(limit, calendar.zone)}",
            f"{minutes(limit - now)} to the limit",
            "last third",
            due,
        )
    if left <= timedelta():
        return Tile(label, f"by {clock(due, calendar.zone)}", f"missed by {minutes(-left)}", "missed", due)
    state = "last third" if left * 3 < due - start else "left"
    return Tile(label, f"by {clock(due, calendar.zone)}", f"{minutes(left)} left", state, due)


# Words ------------------------------------------------------------------------------------------------------------

_ZONE_NAMES = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Mountain",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
}


def zone_name(zone: ZoneInfo) -> str:
    """How people here call their zone."""
    return _ZONE_NAMES.get(zone.key, zone.key.rsplit("/", 1)[-1].replace("_", " ") + " time")


def clock(at: datetime, zone: ZoneInfo) -> str:
    """A clock time as on the screens: 3:14 PM."""
    local = at.astimezone(zone)
    return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def clock_in_text(at: datetime, zone: ZoneInfo) -> str:
    """A clock time as families read it in a sentence: 3:14 p.m."""
    local = at.astimezone(zone)
    return f"{local.hour % 12 or 12}:{local:%M} {'a.m.' if local.hour < 12 else 'p.m.'}"


def day_name(at: datetime, zone: ZoneInfo) -> str:
    """A date with its weekday: Tuesday 10 March."""
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B}"


def full(at: datetime, zone: ZoneInfo) -> str:
    """Date, time and zone: Tuesday 10 March 2026, 3:14 PM Central."""
    return f"{day_name(at, zone)} {at.astimezone(zone).year}, {clock(at, zone)} {zone_name(zone)}"


def seen_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A clock time today, the date before it otherwise."""
    same = at.astimezone(zone).date() == now.astimezone(zone).date()
    return (
        clock(at, zone) if same else f"{at.astimezone(zone):%b} {at.astimezone(zone).day}, {clock(at, zone)}"
    )


def minutes(span: timedelta) -> str:
    """A length of time in words: "84 min", "3 h", "2 days"; under a minute counts as 1."""
    total = max(1, round(abs(span.total_seconds()) / 60))
    if total < 120:
        return f"{total} min"
    return f"{round(total / 60)} h" if total < 48 * 60 else f"{round(total / 1440)} days"
