"""School days from an .ics file, a CSV file or typed lines: what they say is kept, a wrong one is refused whole."""

from __future__ import annotations

import contextlib
import re
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms.clocks import Day
from comms.joining.calendar_import import lines, merged, read_file, read_lines
from comms.people import Refused


def ics(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{e}\r\nEND:VEVENT\r\n" for n, e in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Alder Falls//EN\r\n{body}END:VCALENDAR\r\n".encode()


def event(summary: str, start: str, end: str = "", more: str = "") -> str:
    parts = [f"SUMMARY:{summary}", f"DTSTART{start}", f"DTEND{end}" if end else "", more]
    return "\r\n".join(part for part in parts if part)


# .ics -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "days"),
    [
        (
            event("Thanksgiving break", ";VALUE=DATE:20261126", ";VALUE=DATE:20261128"),
            {date(2026, 11, 26): "holiday", date(2026, 11, 27): "holiday"},
        ),
        (event("No School - Teacher Work Day", ";VALUE=DATE:20270215"), {date(2027, 2, 15): "holiday"}),
        (
            event("Labor Day", ";VALUE=DATE:20260907", ";VALUE=DATE:20260908"),
            {date(2026, 9, 7): "holiday"},
        ),
        (event("Snow make-up day", ";VALUE=DATE:20270213"), {date(2027, 2, 13): "school_day"}),
        (
            event("Early Release 12:30", ";VALUE=DATE:20261218", ";VALUE=DATE:20261219"),
            {date(2026, 12, 18): "early_release"},
        ),
    ],
)
def test_an_entry_becomes_the_days_it_covers(said: str, days: dict[date, str]) -> None:
    read = read_file("school.ics", ics(said))
    assert {day: entry.kind for day, entry in read.days.items()} == days


@pytest.mark.parametrize(
    ("said", "closes"),
    [
        (event("Early release at 12:30 PM", ";VALUE=DATE:20261218"), time(12, 30)),
        (event("Early dismissal 1:15", ";VALUE=DATE:20261218"), time(13, 15)),
        (event("Half day, noon", ";VALUE=DATE:20261218"), None),
        (event("Early out", ":20261218T131500"), time(13, 15)),
        (event("Early out 2 pm", ";VALUE=DATE:20261218"), time(14, 0)),
    ],
)
def test_an_early_release_carries_its_time_when_the_entry_names_one(said: str, closes: time | None) -> None:
    assert read_file("school.ics", ics(said)).days[date(2026, 12, 18)].closes == closes


def test_entries_that_say_nothing_about_school_days_are_counted_and_left_out() -> None:
    read = read_file(
        "school.ics",
        ics(
            event("Winter break", ";VALUE=DATE:20261221", ";VALUE=DATE:20270102"),
            event("Board meeting", ":20261201T190000"),
            event("Holiday concert", ":20261210T190000"),
            event("Breakfast with the principal", ":20261211T070000"),
            event("Spring break (every year)", ";VALUE=DATE:20270315", "", "RRULE:FREQ=YEARLY"),
        ),
    )
    assert len(read.days) == 12
    assert (read.left_out, read.endless) == (3, ("Spring break (every year)",))
    assert read.sentence == (
        "12 days read. 3 other entries left out: nothing about school days. "
        "“Spring break (every year)” repeats without an end within three years and stayed out: "
        "give an end in your calendar, or type the days."
    )


WEDNESDAYS = [date(2026, 9, 2) + timedelta(weeks=n) for n in range(5)]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        (
            event(
                "Early release 1:30", ";VALUE=DATE:20260902", "", "RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20260930"
            ),
            WEDNESDAYS,
        ),
        (event("Early release 1:30", ";VALUE=DATE:20260902", "", "RRULE:FREQ=WEEKLY;COUNT=5"), WEDNESDAYS),
        (
            event(
                "Early release",
                ";TZID=America/Chicago:20260902T133000",
                ";TZID=America/Chicago:20260902T143000",
                "RRULE:FREQ=WEEKLY;UNTIL=20261001T045959Z\r\nEXDATE;TZID=America/Chicago:20260909T133000,20260916T133000",
            ),
            [WEDNESDAYS[0], *WEDNESDAYS[3:]],
        ),
        (
            event("No school", ";VALUE=DATE:20260904", ";VALUE=DATE:20260908", "RRULE:FREQ=MONTHLY;COUNT=2"),
            [date(2026, m, d) for m in (9, 10) for d in (4, 5, 6, 7)],
        ),
        (
            event(
                "No school",
                ";VALUE=DATE:20260907",
                "",
                "RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=2\r\nRDATE;VALUE=DATE:20261130",
            ),
            [date(2026, 9, 7), date(2026, 10, 5), date(2026, 11, 30)],
        ),
        (
            event("Labor Day", ";VALUE=DATE:20260907", "", "RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1MO;COUNT=2"),
            [date(2026, 9, 7), date(2027, 9, 6)],
        ),
        (
            event("Early release", ":20260902T133000", "", "RRULE:FREQ=WEEKLY;COUNT=5;BYHOUR=13;BYSECOND=0"),
            WEDNESDAYS,
        ),
    ],
)
def test_an_entry_that_repeats_until_an_end_becomes_each_of_its_days(said: str, days: list[date]) -> None:
    read = read_file("school.ics", ics(said))
    assert sorted(read.days) == days
    assert read.endless == ()


def test_one_repetition_that_was_moved_stands_on_its_new_day_and_a_canceled_one_nowhere() -> None:
    series = "UID:wednesdays\r\nRRULE:FREQ=WEEKLY;COUNT=5"
    raw = (
        ics(
            event("Early release", ";VALUE=DATE:20260902", "", series),
            event(
                "Early release",
                ";VALUE=DATE:20260910",
                "",
                "UID:wednesdays\r\nRECURRENCE-ID;VALUE=DATE:20260909",
            ),
            event(
                "Early release",
                ";VALUE=DATE:20260916",
                "",
                "UID:wednesdays\r\nSTATUS:CANCELLED\r\nRECURRENCE-ID;VALUE=DATE:20260916",
            ),
        )
        .replace(b"UID:0\r\n", b"")
        .replace(b"UID:1\r\n", b"")
        .replace(b"UID:2\r\n", b"")
    )
    days = sorted(read_file("school.ics", raw).days)
    assert days == [WEDNESDAYS[0], date(2026, 9, 10), *WEDNESDAYS[3:]]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY",
        "FREQ=WEEKLY;BYDAY=WE",
        "FREQ=DAILY;UNTIL=20990101",
        "FREQ=YEARLY;COUNT=40",
        "FREQ=SECONDLY;COUNT=1000000000",
        "FREQ=DAILY;INTERVAL=0;COUNT=9",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
    ],
)
def test_an_entry_that_repeats_without_an_end_is_refused_with_its_name(rule: str) -> None:
    with pytest.raises(Refused, match=r"“Fall break” repeats without an end within three years"):
        read_file("school.ics", ics(event("Fall break", ";VALUE=DATE:20261015", "", f"RRULE:{rule}")))


@pytest.mark.parametrize(
    ("name", "raw", "sentence"),
    [
        ("school.ics", b"", "“school.ics” is empty"),
        ("school.ics", b"   \r\n", "“school.ics” is empty"),
        ("school.ics", b"<html>Sign in</html>", "is not an .ics calendar"),
        ("school.ics", b"date,label\n2026-11-26,Thanksgiving", "is not an .ics calendar"),
        ("school.ics", b"\xff\xfe\x00B\x00E", "not plain text in UTF-8"),
        ("school.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:No school", "ends in the middle"),
        ("school.ics", b"BEGIN:VCALENDAR\r\nno colon here\r\nEND:VCALENDAR\r\n", "broken"),
        ("school.ics", ics(), "0 entries, and none says that there is no school"),
        ("school.ics", ics(event("Board meeting", ":20261201T190000")), "has 1 entry, and none"),
        (
            "school.ics",
            ics(event("Winter break", ";VALUE=DATE:20261230", ";VALUE=DATE:20261221")),
            "“Winter break”: the end, 2026-12-21, lies before the start, 2026-12-30",
        ),
        (
            "school.ics",
            ics(event("Summer break", ";VALUE=DATE:20260610", ";VALUE=DATE:20280820")),
            "is longer than 150 days",
        ),
        ("school.ics", ics("SUMMARY:No school"), "“No school” has no date"),
        ("school.ics", ics(event("No school", ";VALUE=DATE:2026")), "Nothing was imported"),
        ("x" * 300 + ".ics", b"nothing", "is not an .ics calendar"),
    ],
)
def test_a_wrong_calendar_is_refused_with_a_sentence(name: str, raw: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_file(name, raw)
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 300


def test_a_file_without_end_is_refused_before_it_is_read() -> None:
    with pytest.raises(Refused, match="larger than 4 MB"):
        read_file("school.ics", b"BEGIN:VCALENDAR\r\n" + b"X" * (5 << 20))


@given(st.binary(max_size=300), st.sampled_from(["a.ics", "a.csv", ""]))
def test_no_file_of_any_bytes_breaks_the_import(raw: bytes, name: str) -> None:
    for body in (raw, b"BEGIN:VCALENDAR\r\n" + raw + b"\r\nEND:VCALENDAR", b"date,label\n" + raw):
        with contextlib.suppress(Refused):
            assert read_file(name, body).days


RULE_PARTS = st.sampled_from(
    ("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=", "COUNT=3", "COUNT=-1", "COUNT=x", "UNTIL=20261101", "UNTIL=2", "INTERVAL=0",
     "BYDAY=WE", "BYDAY=9XX", "BYMONTH=13", "BYMONTHDAY=-31", "BYSETPOS=-1", "WKST=ZZ", "BYWEEKNO=54", "RSCALE=GREGORIAN")
)  # fmt: skip


@given(
    st.lists(RULE_PARTS, max_size=5),
    st.sampled_from(["", "EXDATE:x", "RDATE:20261201T000000Z", "RECURRENCE-ID:x"]),
)
def test_no_rule_of_any_parts_breaks_the_import(parts: list[str], more: str) -> None:
    said = event("Fall break", ";VALUE=DATE:20261015", "", f"RRULE:{';'.join(parts)}\r\n{more}".strip())
    with contextlib.suppress(Refused):
        assert len(read_file("school.ics", ics(said)).days) <= 1100


# CSV --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("date,label\n2026-11-26,Thanksgiving\n", {date(2026, 11, 26): Day("holiday", None, "Thanksgiving")}),
        (
            "Start Date;End Date;Subject\n12/21/2026;12/22/2026;Winter break\n",
            {date(2026, 12, d): Day("holiday", None, "Winter break") for d in (21, 22)},
        ),
        (
            "date,kind,closes,label\n2026-12-18,early release,12:30,Winter\n",
            {date(2026, 12, 18): Day("early_release", time(12, 30), "Winter")},
        ),
        ("\ufeffDate\tEvent\n2026-09-07\tLabor Day\n", {date(2026, 9, 7): Day("holiday", None, "Labor Day")}),
        ("date\n2026-09-07\n", {date(2026, 9, 7): Day("holiday")}),
    ],
)
def test_a_csv_file_is_read_as_districts_export_it(text: str, days: dict[date, Day]) -> None:
    assert read_file("days.csv", text.encode()).days == days


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,email\nDana,dana@afsd.example\n", "has no column named date; its first line is “name, email”"),
        ("date,label\nsoon,Thanksgiving\n", "line 2: “soon” is not a date"),
        ("date,label\n2026-13-45,Thanksgiving\n", "line 2: “2026-13-45” is not a date"),
        ("date,label\n0026-11-26,Thanksgiving\n", "is not a date"),
        ("date,end,label\n2026-11-27,2026-11-26,Holiday\n", "line 2: the end, 2026-11-26, lies before"),
        ("date,label\n2026-11-26,Board meeting\n", "no day that changes the school week"),
        ("date,kind,closes\n2026-12-18,early release,25:99\n", "is not a time"),
        ("PK\x03\x04 a spreadsheet", "has no column named date"),
    ],
)
def test_a_wrong_csv_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_file("days.csv", text.encode())
    assert sentence in str(refused.value)


# Lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("2026-11-26 Thanksgiving", {date(2026, 11, 26): Day("holiday", None, "Thanksgiving")}),
        ("11/26/2026: Thanksgiving", {date(2026, 11, 26): Day("holiday", None, "Thanksgiving")}),
        (
            "2026-11-26 to 2026-11-27 Thanksgiving",
            {date(2026, 11, d): Day("holiday", None, "Thanksgiving") for d in (26, 27)},
        ),
        (
            "2026-12-18 early release 12:30 Winter",
            {date(2026, 12, 18): Day("early_release", time(12, 30), "Winter")},
        ),
        ("2026-12-18 early release", {date(2026, 12, 18): Day("early_release")}),
        ("2027-02-13 school day Snow", {date(2027, 2, 13): Day("school_day", None, "Snow")}),
        ("", {}),
        ("2026-10-02 Día del maestro 🎓", {date(2026, 10, 2): Day("holiday", None, "Día del maestro 🎓")}),
    ],
)
def test_a_typed_line_is_read_as_people_write_it(line: str, days: dict[date, Day]) -> None:
    assert read_lines(line) == days


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-11-26 Thanksgiving\nChristmas", "Line 2: it begins with no date"),
        ("2026-11-26 to 2026-11-20 Back", "Line 1: the end, 2026-11-20, lies before the start, 2026-11-26"),
        ("26.11.2026 Thanksgiving", "Line 1: “26.11.2026” is not a date"),
        ("\n\n2026-02-30 No such day", "Line 3: “2026-02-30” is not a date"),
        ("2026-06-01 to 2027-06-01 A year", "longer than 150 days"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_by_its_number(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_lines(text)
    assert sentence in str(refused.value)


LABELS = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), max_size=30)
DAYS = st.dictionaries(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.one_of(
        st.builds(Day, st.just("holiday"), st.none(), LABELS),
        st.builds(Day, st.just("school_day"), st.none(), LABELS),
        st.builds(
            Day,
            st.just("early_release"),
            st.times(time(7), time(18)).map(lambda t: t.replace(second=0, microsecond=0)),
            LABELS,
        ),
    ),
    max_size=20,
)


def plain(label: str) -> str:
    """A label that cannot be taken for a part of the line before it: a date's dash, or AM after a time."""
    label = label.strip(" ,:")
    return "" if re.match(r"[\d–—./-]|[ap]\.?m", label, re.I) else label


@given(DAYS)
def test_days_written_as_lines_are_read_back_the_same(days: dict[date, Day]) -> None:
    days = {day: Day(entry.kind, entry.closes, plain(entry.label)) for day, entry in days.items()}
    assert read_lines(lines(days)) == days


def test_a_file_adds_to_what_was_typed_and_loses_no_line() -> None:
    typed = "2026-09-07 Labor Day\nask Tess about spring"
    read = read_file("days.csv", b"date,label\n2026-11-26,Thanksgiving\n2026-09-07,Labor Day (no school)\n")
    assert merged(typed, read.days) == (
        "ask Tess about spring\n2026-09-07 Labor Day (no school)\n2026-11-26 Thanksgiving"
    )
