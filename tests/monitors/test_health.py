"""Are we hearing everything? Said in words that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitors import health, ledger, sources
from monitors.database import Store
from monitors.health import Condition, Word
from monitors.kinds import Kind
from monitors.ledger import Heard
from monitors.outcomes import SENTENCES, Failed, Failure
from monitors.schedule import Poll, Result, State
from monitors.sources import Source
from monitors.store import open_monitors
from tests.monitors.hostile import NOON

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CENTRAL = ZoneInfo("America/Chicago")
COURIER = Source(1, "https://courier.example/feed", "Alder Falls Courier")
SOUND = State(
    1,
    next_poll_at=NOON + 5 * MINUTE,
    checked_at=NOON - 5 * MINUTE,
    ok_at=NOON - 5 * MINUTE,
    changed_at=NOON - HOUR,
    newest_at=NOON - HOUR,
    usual_gap=4 * 3600,
    entries=30,
    items=61,
)
FAILING = replace(SOUND, failures=1, first_failure_at=NOON - MINUTE, failure_sentence="It failed.")


@pytest.mark.parametrize(
    ("state", "wishes", "condition", "word"),
    [
        (SOUND, {}, Condition.FINE, Word.WELL),
        (State(1, NOON), {}, Condition.NEW, Word.WELL),
        (replace(SOUND, entries=0), {}, Condition.EMPTY, Word.WELL),
        (replace(SOUND, partly=True), {}, Condition.PARTLY, Word.WELL),
        (FAILING, {}, Condition.FAILING, Word.LATE),
        (replace(FAILING, failures=9, first_failure_at=NOON - 7 * HOUR), {}, Condition.DEAD, Word.SILENT),
        (
            replace(FAILING, first_failure_at=NOON - 40 * MINUTE),
            {"kind": Kind.POLICE},
            Condition.DEAD,
            Word.SILENT,
        ),
        (
            replace(SOUND, changed_at=NOON - 9 * HOUR, newest_at=NOON - 9 * HOUR),
            {},
            Condition.QUIET,
            Word.LATE,
        ),
        (
            replace(SOUND, changed_at=NOON - 7 * HOUR, newest_at=NOON - 7 * HOUR),
            {},
            Condition.FINE,
            Word.WELL,
        ),
        (SOUND, {"expected_gap": 30 * MINUTE}, Condition.QUIET, Word.LATE),
        (
            replace(SOUND, changed_at=NOON - 90 * DAY, newest_at=None),
            {"kind": Kind.CAP},
            Condition.FINE,
            Word.WELL,
        ),
        (
            replace(SOUND, moved_to="https://other.example/feed", moved_seen=3),
            {},
            Condition.MOVED,
            Word.LATE,
        ),
        (replace(SOUND, next_poll_at=NOON - 2 * HOUR), {}, Condition.OVERDUE, Word.LATE),
        (FAILING, {"paused_at": NOON}, Condition.PAUSED, Word.PAUSED),
    ],
)
def test_what_is_the_matter_with_a_source(
    state: State, wishes: dict[str, object], condition: Condition, word: Word
) -> None:
    found, _ = health.condition_of(replace(COURIER, **wishes), state, NOON)  # type: ignore[arg-type]
    assert (found, health.WORDS[found]) == (condition, word)


def test_every_condition_has_its_word() -> None:
    assert set(health.WORDS) == set(Condition)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_monitors(tmp_path) as store:
        yield store


def hear(store: Store, source: Source, poll: Poll) -> None:
    """A poll of this source, as a pass would write it."""
    row = store.row_of("select * from states where source_id = ?", source.id)
    assert row is not None
    ledger.write(store, [Heard(source, ledger.state_of(row), poll)])


def fail(at: datetime, kind: Failure = Failure.TIMEOUT) -> Poll:
    sentence = SENTENCES[kind].format(host="courier.example", seconds=20, status=0, limit="", detail="")
    return Poll(at, Result.FAILED, 20_000, 0, failure=Failed(kind, sentence))


def answer(at: datetime, **words: object) -> Poll:
    return Poll(at, Result.UNCHANGED, 400, 304, **words)  # type: ignore[arg-type]


def test_a_source_in_trouble_comes_first_and_says_what_was_kept_and_what_comes_next(store: Store) -> None:
    well = sources.add(store, "https://a.example/feed", name="A", now=NOON)
    late = sources.add(store, "https://courier.example/feed", name="Courier", now=NOON)
    for source in (well, late):
        hear(store, source, answer(NOON))
    store.table("states").update(late.id, {"items": 61})
    hear(store, late, fail(NOON + 10 * MINUTE))
    hear(store, well, answer(NOON + 10 * MINUTE))
    listed = health.health(store, NOON + 11 * MINUTE, CENTRAL)
    assert [(one.source.name, one.word) for one in listed] == [("Courier", Word.LATE), ("A", Word.WELL)]
    sentence = listed[0].sentence
    for part in (
        "took longer than 20 s",
        "Since 7:10 AM: ",
        "all 61 items",
        "The next try is at 7:2",
        "Nothing to do yet",
    ):
        assert part in sentence
    assert listed[0].needs_hand
    overview = health.overview(store, listed)
    assert (overview.well, overview.late, overview.silent, overview.items_today) == (1, 1, 0, 0)


def test_a_silent_source_never_says_that_there_is_nothing_to_do(store: Store) -> None:
    source = sources.add(store, "https://courier.example/feed", name="Courier", now=NOON)
    hear(store, source, answer(NOON))
    hear(store, source, fail(NOON + 10 * MINUTE))  # the only failure so far: nobody asked again since
    [late] = health.health(store, NOON + 11 * MINUTE, CENTRAL)
    [silent] = health.health(store, NOON + 10 * MINUTE + source.kind.alarm_after, CENTRAL)
    assert (late.word, silent.word) == (Word.LATE, Word.SILENT)
    assert "Nothing to do yet" in late.sentence
    assert "Nothing to do yet" not in silent.sentence


def test_the_last_polls_answer_why_we_did_not_know(store: Store) -> None:
    source = sources.add(store, "https://courier.example/feed", now=NOON)
    hear(store, source, answer(NOON))
    hear(store, source, fail(NOON + 10 * MINUTE))
    hear(store, source, Poll(NOON + 20 * MINUTE, Result.EMPTY, 300, entries=0))
    assert health.polls_in_words(store, source.id, CENTRAL) == [
        "7:20 AM: a valid feed without entries (0.3 s)",
        "7:10 AM: courier.example took longer than 20 s to answer. We keep trying; if this goes on, ask the site's web"
        " team. (20.0 s)",
        "7:00 AM: nothing new, says the site (0.4 s)",
    ]


def test_what_may_have_been_missed_is_said_with_its_hours_and_reason(store: Store) -> None:
    source = sources.add(store, "https://courier.example/feed", name="Courier", now=NOON)
    night = datetime(2026, 8, 3, 22, 10, tzinfo=CENTRAL)
    morning = datetime(2026, 8, 4, 7, 0, tzinfo=CENTRAL)
    ledger.note_gap(store, since=night, until=morning, reason="stopped")
    ledger.note_gap(store, since=night + HOUR, until=morning, reason="silent", source_id=source.id)
    ledger.note_gap(store, since=night - 3 * DAY, until=morning - 3 * DAY, reason="offline")
    assert health.missed(store, morning + HOUR, CENTRAL) == [
        "You may have missed items from Courier between 11:10 PM on Monday, August 3 and 7:00 AM. Courier did not answer.",
        "You may have missed items between 10:10 PM on Monday, August 3 and 7:00 AM. One Voice was not watching.",
    ]


def test_nothing_is_said_when_nothing_was_missed(store: Store) -> None:
    assert health.missed(store, NOON, CENTRAL) == []


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=40), "40 s"),
        (84 * MINUTE, "84 min"),
        (5 * HOUR, "5 h"),
        (9 * DAY, "9 days"),
    ],
)
def test_lengths_are_said_as_people_say_them(length: timedelta, said: str) -> None:
    assert health.span(length) == said
