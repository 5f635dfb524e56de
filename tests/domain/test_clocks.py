"""The school calendar and the clocks of the domain rules, section 3, at the minutes where they turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms import clocks
from comms.clocks import Calendar, Day, Times

CENTRAL = ZoneInfo("America/Chicago")
THANKSGIVING = date(2026, 11, 26)
EARLY = date(2026, 12, 18)
SATURDAY_SCHOOL = date(2027, 2, 13)
KNOWN = Calendar(
    CENTRAL,
    time(8, 10),
    time(15, 40),
    {
        THANKSGIVING: Day("holiday", label="Thanksgiving"),
        EARLY: Day("early_release", time(12, 30), "Winter break begins"),
        SATURDAY_SCHOOL: Day("school_day", label="Snow make-up day"),
    },
    known=True,
)
MISSING = Calendar(CENTRAL)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), CENTRAL).astimezone(UTC)


TUESDAY, FRIDAY, SATURDAY = date(2026, 9, 1), date(2026, 9, 4), date(2026, 9, 5)


@pytest.mark.parametrize(
    ("moment", "session"),
    [
        (at(TUESDAY, 8, 9), False),
        (at(TUESDAY, 8, 10), True),
        (at(TUESDAY, 15, 39), True),
        (at(TUESDAY, 15, 40), False),
        (at(SATURDAY, 10), False),
        (at(THANKSGIVING, 10), False),
        (at(EARLY, 12, 29), True),
        (at(EARLY, 12, 30), False),
        (at(SATURDAY_SCHOOL, 10), True),
    ],
)
def test_school_is_in_session_between_the_bells_of_a_school_day(moment: datetime, session: bool) -> None:
    assert KNOWN.in_session(moment) is session


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_without_a_calendar_the_stricter_clock_holds_at_any_time(moment: datetime) -> None:
    assert MISSING.in_session(moment)
    assert clocks.acknowledge_by(moment, MISSING) - moment == timedelta(minutes=5)
    assert clocks.holding_limit(moment, MISSING) - moment == timedelta(minutes=30)
    assert "Calendar missing" in MISSING.words(moment)


@pytest.mark.parametrize(
    ("start", "limit"),
    [
        (at(TUESDAY, 10), at(TUESDAY, 10, 30)),
        (at(TUESDAY, 20), at(date(2026, 9, 2), 6, 30)),
        (at(FRIDAY, 20), at(date(2026, 9, 7), 6, 30)),
        (at(date(2026, 11, 25), 20), at(date(2026, 11, 27), 6, 30)),
        (at(TUESDAY, 6, 15), at(TUESDAY, 6, 45)),
        (at(TUESDAY, 3), at(TUESDAY, 6, 30)),
    ],
)
def test_a_holding_text_is_due_in_half_an_hour_or_before_the_next_school_morning(
    start: datetime, limit: datetime
) -> None:
    assert clocks.holding_limit(start, KNOWN) == limit


def test_an_alert_is_acknowledged_within_5_min_in_school_hours_and_15_otherwise() -> None:
    assert clocks.acknowledge_by(at(TUESDAY, 10), KNOWN) == at(TUESDAY, 10, 5)
    assert clocks.acknowledge_by(at(TUESDAY, 20), KNOWN) == at(TUESDAY, 20, 15)


@pytest.mark.parametrize(
    ("now", "protective", "proposed"),
    [
        (at(TUESDAY, 15, 14), False, at(TUESDAY, 16, 15)),
        (at(TUESDAY, 15, 0), False, at(TUESDAY, 16, 0)),
        (at(TUESDAY, 15, 14), True, at(TUESDAY, 15, 45)),
        (at(TUESDAY, 23, 50), False, at(date(2026, 9, 2), 1, 0)),
    ],
)
def test_the_next_update_is_proposed_on_a_quarter_of_an_hour(
    now: datetime, protective: bool, proposed: datetime
) -> None:
    assert clocks.proposed_update(now, protective) == proposed


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)), st.booleans())
def test_a_proposed_update_never_lies_before_its_interval(now: datetime, protective: bool) -> None:
    wait = clocks.proposed_update(now, protective) - now
    least = timedelta(minutes=30 if protective else 60)
    assert least <= wait <= least + timedelta(minutes=15)


# The strip --------------------------------------------------------------------------------------------------------

OPENED = at(TUESDAY, 15, 14)
FRESH = Times(opened=OPENED, first_alert=at(TUESDAY, 15, 12), acknowledged=OPENED)


def tile(times: Times, now: datetime, label: str) -> clocks.Tile:
    return next(t for t in clocks.strip(times, KNOWN, now) if t.label == label)


def test_the_five_clocks_stand_always_in_the_same_order() -> None:
    for times in (FRESH, Times(OPENED)):
        labels = [t.label for t in clocks.strip(times, KNOWN, OPENED)]
        assert labels == [
            "Acknowledged",
            "Partner told",
            "Holding statement",
            "First substantive",
            "Next update",
        ]


@pytest.mark.parametrize(
    ("minute", "value", "chip", "state"),
    [
        (15, "by 3:29 PM", "14 min left", "left"),
        (26, "by 3:29 PM", "3 min left", "last third"),
        (30, "by 3:44 PM", "14 min to the limit", "last third"),
        (44, "by 3:29 PM", "missed by 15 min", "missed"),
    ],
)
def test_the_holding_clock_counts_to_its_time_then_to_its_limit(
    minute: int, value: str, chip: str, state: str
) -> None:
    shown = tile(FRESH, at(TUESDAY, 15, minute), "Holding statement")
    assert (shown.value, shown.chip, shown.state) == (value, chip, state)


@pytest.mark.parametrize(
    ("held", "chip", "state"),
    [(25, "11 min · on time", "done"), (40, "26 min · on time", "done"), (50, "late by 6 min", "late done")],
)
def test_a_holding_text_that_went_out_says_whether_it_was_in_time(held: int, chip: str, state: str) -> None:
    shown = tile(replace(FRESH, held=at(TUESDAY, 15, held)), at(TUESDAY, 17), "Holding statement")
    assert (shown.chip, shown.state) == (chip, state)


@pytest.mark.parametrize(
    ("told", "chip"),
    [
        (None, "8 min since the alert"),
        (at(TUESDAY, 15, 15), "3 min after alert"),
        (at(TUESDAY, 15, 0), "at once"),
    ],
)
def test_the_minutes_until_the_partner_knew_are_shown(told: datetime | None, chip: str) -> None:
    assert tile(replace(FRESH, partner_told=told), at(TUESDAY, 15, 20), "Partner told").chip == chip


def test_a_next_update_that_passed_is_missed_and_one_that_is_not_named_is_unset() -> None:
    assert tile(FRESH, OPENED, "Next update").state == "unset"
    named = replace(FRESH, next_update=at(TUESDAY, 16))
    assert tile(named, at(TUESDAY, 15, 30), "Next update").value == "by 4:00 PM"
    assert tile(named, at(TUESDAY, 16, 4), "Next update").chip == "missed by 4 min"


# Words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=5), "1 min"),
        (timedelta(minutes=84), "84 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=3), "3 days"),
        (-timedelta(minutes=4), "4 min"),
    ],
)
def test_lengths_of_time_are_words(span: timedelta, words: str) -> None:
    assert clocks.minutes(span) == words


@pytest.mark.parametrize(
    ("hour", "minute", "shown", "in_text"),
    [(0, 5, "12:05 AM", "12:05 a.m."), (12, 0, "12:00 PM", "12:00 p.m."), (15, 14, "3:14 PM", "3:14 p.m.")],
)
def test_clock_times_are_written_as_people_read_them(
    hour: int, minute: int, shown: str, in_text: str
) -> None:
    moment = at(TUESDAY, hour, minute)
    assert (clocks.clock(moment, CENTRAL), clocks.clock_in_text(moment, CENTRAL)) == (shown, in_text)


@pytest.mark.parametrize(
    ("zone", "name"),
    [("America/Chicago", "Central"), ("America/New_York", "Eastern"), ("America/Detroit", "Detroit time")],
)
def test_the_zone_is_named_as_people_call_it(zone: str, name: str) -> None:
    assert clocks.zone_name(ZoneInfo(zone)) == name
    assert clocks.full(OPENED, ZoneInfo(zone)).endswith(name)


@pytest.mark.parametrize(
    ("night", "bell_moves"),
    [(date(2026, 3, 8), -1), (date(2026, 11, 1), 1)],
)
def test_when_the_clocks_change_the_bells_stay_where_they_are(night: date, bell_moves: int) -> None:
    friday, monday = night - timedelta(days=2), night + timedelta(days=1)
    for day in (friday, monday):
        assert KNOWN.dismissal(day) == at(day, 15, 40)
    before, after = KNOWN.dismissal(friday), KNOWN.dismissal(monday)
    assert before is not None
    assert after is not None
    assert after - before == timedelta(days=3, hours=bell_moves)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(TUESDAY, 10), "School in session until 3:40 PM"),
        (at(TUESDAY, 6), "School starts 8:10 AM"),
        (at(TUESDAY, 18), "School ended 3:40 PM"),
        (at(THANKSGIVING, 10), "Thanksgiving"),
        (at(SATURDAY, 10), "No school today"),
    ],
)
def test_the_calendar_says_what_it_is_now(moment: datetime, words: str) -> None:
    assert KNOWN.words(moment) == words
