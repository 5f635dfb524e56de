"""When a source is asked again: one table of (state, poll, now) → next, and what the rules promise whatever happens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors import schedule
from monitors.kinds import HABITS, Kind
from monitors.outcomes import Failed, Failure, Validators
from monitors.schedule import Poll, Result, State
from monitors.sources import Source
from tests.monitors.hostile import NOON

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
COURIER = Source(1, "https://courier.example/feed", "Alder Falls Courier")
POLICE = Source(2, "https://police.example/feed", "Alder Falls Police", Kind.POLICE)
DISPATCH = Source(3, "https://county.example/calls", "County dispatch", Kind.DISPATCH)
CAP = Source(4, "https://alerts.example/cap", "State alerts", Kind.CAP)
SEARCH = Source(5, "https://search.example/rss", "News search", Kind.SEARCH)
FRESH = State(1, NOON)
BUSY = State(1, NOON, checked_at=NOON - 10 * MINUTE, ok_at=NOON - 10 * MINUTE, items_per_day=200)
WEEKLY = replace(BUSY, items_per_day=0.1)


def answer(**words: object) -> Poll:
    return Poll(NOON, Result.SAME, **words)  # type: ignore[arg-type]


def failure(kind: Failure = Failure.SERVER, wait: timedelta | None = None, at: datetime = NOON) -> Poll:
    return Poll(at, Result.FAILED, failure=Failed(kind, "It failed.", wait))


def failed_before(times: int, state: State = BUSY) -> State:
    return replace(state, failures=times, first_failure_at=NOON - HOUR)


@dataclass(frozen=True)
class Case:
    name: str
    source: Source
    state: State
    poll: Poll
    wait: timedelta
    pinned: bool = False


TABLE = [
    Case("a busy news feed: its kind's interval", COURIER, BUSY, answer(), 10 * MINUTE),
    Case("a weekly paper: stretched to six times that", COURIER, WEEKLY, answer(), 60 * MINUTE),
    Case("a weekly paper while an incident is open", COURIER, WEEKLY, answer(), 10 * MINUTE, pinned=True),
    Case(
        "eight items a day: one poll in four brings one",
        COURIER,
        replace(BUSY, items_per_day=8),
        answer(),
        45 * MINUTE,
    ),
    Case("police that seldom write: twice the interval at most", POLICE, WEEKLY, answer(), 10 * MINUTE),
    Case("police that write often", POLICE, BUSY, answer(), 5 * MINUTE),
    Case("dispatch is never stretched", DISPATCH, WEEKLY, answer(), 2 * MINUTE),
    Case("CAP is never stretched", CAP, WEEKLY, answer(), 5 * MINUTE),
    Case("a search", SEARCH, BUSY, answer(), 30 * MINUTE),
    Case("an administrator's interval", replace(COURIER, every=3 * MINUTE), BUSY, answer(), 3 * MINUTE),
    Case("max-age lengthens within twice", COURIER, BUSY, answer(fresh_for=15 * MINUTE), 15 * MINUTE),
    Case("max-age of a month lengthens to twice", COURIER, BUSY, answer(fresh_for=30 * DAY), 20 * MINUTE),
    Case("max-age never shortens", COURIER, BUSY, answer(fresh_for=MINUTE), 10 * MINUTE),
    Case("max-age never slows an alert", CAP, BUSY, answer(fresh_for=DAY), 5 * MINUTE),
    Case("max-age is not heard while pinned", COURIER, BUSY, answer(fresh_for=DAY), 10 * MINUTE, pinned=True),
    Case("the first failure", COURIER, BUSY, failure(), 10 * MINUTE),
    Case("the second", COURIER, failed_before(1), failure(), 20 * MINUTE),
    Case("the third", COURIER, failed_before(2), failure(), 40 * MINUTE),
    Case("the hundredth: six hours for news", COURIER, failed_before(99), failure(), 6 * HOUR),
    Case("the hundredth: half an hour for police", POLICE, failed_before(99), failure(), 30 * MINUTE),
    Case("the hundredth: half an hour for CAP", CAP, failed_before(99), failure(), 30 * MINUTE),
    Case("the hundredth: half an hour for dispatch", DISPATCH, failed_before(99), failure(), 30 * MINUTE),
    Case("a gone feed is asked on", COURIER, failed_before(99), failure(Failure.GONE), 6 * HOUR),
    Case("a page in place of a feed", COURIER, BUSY, failure(Failure.NOT_A_FEED), 10 * MINUTE),
    Case("Retry-After", COURIER, BUSY, failure(Failure.LIMITED, 2 * HOUR), 2 * HOUR),
    Case(
        "a short Retry-After does not hurry",
        COURIER,
        failed_before(2),
        failure(Failure.LIMITED, MINUTE),
        40 * MINUTE,
    ),
    Case("Retry-After holds police as well", POLICE, BUSY, failure(Failure.SERVER, 3 * HOUR), 3 * HOUR),
    Case("pinned does not hammer what fails", COURIER, failed_before(2), failure(), 40 * MINUTE, pinned=True),
    Case("offline: again in a minute", COURIER, failed_before(5), Poll(NOON, Result.OFFLINE), MINUTE),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_the_next_poll(case: Case) -> None:
    after = schedule.after(case.state, case.poll, case.source, pinned=case.pinned, chance=0.5)
    assert round((after.next_poll_at - NOON) / MINUTE, 1) == case.wait / MINUTE


@given(
    kind=st.sampled_from(Kind),
    failures=st.integers(0, 10_000),
    failing=st.sampled_from([None, *Failure]),
    retry_after=st.none() | st.timedeltas(timedelta(), DAY),
    rate=st.floats(0, 1e6),
    fresh_for=st.none() | st.timedeltas(timedelta(), timedelta(days=400)),
    pinned=st.booleans(),
    chance=st.floats(0, 1, exclude_max=True),
)
def test_no_source_is_ever_given_up_nor_hammered(
    kind: Kind,
    failures: int,
    failing: Failure | None,
    retry_after: timedelta | None,
    rate: float,
    fresh_for: timedelta | None,
    pinned: bool,
    chance: float,
) -> None:
    source = replace(COURIER, kind=kind)
    state = replace(BUSY, failures=failures, items_per_day=rate)
    poll = failure(failing, retry_after) if failing else answer(fresh_for=fresh_for)
    wait = schedule.after(state, poll, source, pinned=pinned, chance=chance).next_poll_at - NOON
    longest = max(kind.longest_wait, kind.every * kind.stretch, retry_after or timedelta())
    assert wait >= kind.every * 0.9
    assert wait <= longest * 1.1
    assert failing is None or retry_after is None or wait >= retry_after


@given(st.floats(0, 1, exclude_max=True))
def test_polls_are_spread_by_a_tenth_each_way(chance: float) -> None:
    wait = schedule.after(BUSY, answer(), COURIER, chance=chance).next_poll_at - NOON
    assert 9 * MINUTE <= wait <= 11 * MINUTE


def test_alert_kinds_wait_half_an_hour_at_most_after_failures() -> None:
    capped = {kind for kind in Kind if kind.longest_wait <= 30 * MINUTE}
    assert capped == {Kind.POLICE, Kind.DISPATCH, Kind.CAP, Kind.MAIL}
    assert max(habits.longest_wait for habits in HABITS.values()) == 6 * HOUR


def test_an_answer_ends_an_outage_as_if_it_had_not_been() -> None:
    state = replace(
        failed_before(7), failure_kind="server", failure_sentence="…", alarmed_at=NOON, gone_at=NOON
    )
    after = schedule.after(state, answer(), COURIER)
    assert (after.failures, after.first_failure_at, after.failure_kind, after.alarmed_at) == (
        0,
        None,
        "",
        None,
    )
    assert after.gone_at is None


def test_being_offline_counts_against_nobody() -> None:
    state = failed_before(3)
    after = schedule.after(state, Poll(NOON, Result.OFFLINE, failure=failure().failure), COURIER)
    assert (after.failures, after.first_failure_at, after.checked_at) == (
        3,
        state.first_failure_at,
        state.checked_at,
    )


@pytest.mark.parametrize(
    ("polls", "already", "expected"),
    [
        ([("a.example", failure(Failure.DNS)), ("b.example", failure(Failure.TIMEOUT))], False, True),
        ([("a.example", failure(Failure.DNS)), ("a.example", failure(Failure.DNS))], False, False),
        ([("a.example", failure(Failure.DNS))], True, True),
        ([("a.example", failure(Failure.DNS)), ("b.example", answer())], True, False),
        ([("a.example", failure(Failure.DNS)), ("b.example", failure(Failure.SERVER))], False, False),
        ([], True, False),
    ],
)
def test_we_are_offline_when_every_host_is_silent_at_once(
    polls: list[tuple[str, Poll]], already: bool, expected: bool
) -> None:
    assert schedule.offline(polls, already=already) is expected


def test_gone_on_two_days_pauses_and_gone_twice_on_one_day_does_not() -> None:
    first = schedule.after(BUSY, failure(Failure.GONE), COURIER)
    assert not schedule.pauses(BUSY, failure(Failure.GONE))
    assert not schedule.pauses(first, failure(Failure.GONE, at=NOON + HOUR))
    assert schedule.pauses(first, failure(Failure.GONE, at=NOON + DAY))
    between = schedule.after(first, replace(answer(), at=NOON + HOUR), COURIER)
    assert not schedule.pauses(between, failure(Failure.GONE, at=NOON + DAY))


def test_a_dead_source_is_told_of_once() -> None:
    state, alarms = BUSY, []
    for minutes in range(0, 24 * 60, 10):
        at = NOON + minutes * MINUTE
        state = schedule.after(state, failure(at=at), COURIER)
        if schedule.alarm(state, COURIER, at):
            alarms.append(at - NOON)
            state = replace(state, alarmed_at=at)
    assert alarms == [COURIER.kind.alarm_after]


def test_one_miss_is_no_alarm_however_long_ago() -> None:
    state = replace(BUSY, failures=1, first_failure_at=NOON - 2 * DAY)
    assert not schedule.alarm(state, COURIER, NOON)


def asked(state: State, now: datetime = NOON) -> bool:
    """Whether the next request asks "anything new since?"."""
    return schedule.conditions(state, now) != Validators()


KNOWN = replace(BUSY, etag='"v1"', body_sha256="one", whole_at=NOON - HOUR)


def test_validators_are_sent_until_it_is_time_to_see_for_ourselves() -> None:
    assert asked(KNOWN)
    assert not asked(FRESH)
    assert not asked(replace(KNOWN, unchanged_304s=20))
    assert not asked(KNOWN, KNOWN.whole_at + DAY if KNOWN.whole_at else NOON)


def test_a_server_that_says_unchanged_and_has_changed_is_not_believed_again() -> None:
    state = KNOWN
    for _ in range(20):
        assert asked(state)
        state = schedule.after(state, Poll(NOON, Result.UNCHANGED, status=304), COURIER)
    assert not asked(state)
    other = answer(body_sha256="two", validators=Validators('"v2"'))
    lied = schedule.after(state, other, COURIER)
    assert not lied.validators_trusted
    assert not asked(lied)


def test_a_server_that_told_the_truth_is_believed_on() -> None:
    state = replace(KNOWN, unchanged_304s=20)
    same = schedule.after(state, answer(body_sha256="one", validators=Validators('"v1"')), COURIER)
    assert same.validators_trusted
    assert asked(same)


def test_an_ordinary_change_between_two_polls_is_no_lie() -> None:
    changed = schedule.after(replace(KNOWN, unchanged_304s=3), answer(body_sha256="two"), COURIER)
    assert changed.validators_trusted


def move(state: State, to: str, times: int) -> State:
    for _ in range(times):
        state = schedule.after(state, answer(moved_to=to), COURIER)
    return state


def test_a_move_within_the_domain_is_taken_over_when_seen_three_times() -> None:
    to = "https://www.courier.example/rss"
    assert schedule.takes_over(move(BUSY, to, 2), COURIER) == ""
    assert schedule.takes_over(move(BUSY, to, 3), COURIER) == to
    assert schedule.takes_over(move(move(BUSY, to, 2), "https://courier.example/other", 1), COURIER) == ""
    assert schedule.takes_over(move(move(BUSY, to, 2), "", 1), COURIER) == ""


def test_a_move_to_another_domain_waits_for_a_person() -> None:
    state = move(BUSY, "https://parked.example/feed", 50)
    assert schedule.takes_over(state, COURIER) == ""
    assert state.moved_to == "https://parked.example/feed"


def test_the_rhythm_is_learned_from_what_comes() -> None:
    state = schedule.after(FRESH, answer(recent=70), COURIER)
    assert state.items_per_day == pytest.approx(10)
    for hour in range(1, 24 * 21):
        poll = replace(answer(), at=NOON + hour * HOUR, new=1)
        state = schedule.after(state, poll, COURIER)
    assert state.items_per_day == pytest.approx(24, rel=0.1)


def test_a_source_without_dates_is_asked_at_its_kinds_interval_until_it_is_known() -> None:
    state = schedule.after(FRESH, answer(entries=30), COURIER)
    assert round((state.next_poll_at - NOON) / MINUTE) == 10
    for hour in range(1, 24 * 30):
        state = schedule.after(state, replace(answer(), at=NOON + hour * HOUR), COURIER)
    assert round((state.next_poll_at - NOON - (24 * 30 - 1) * HOUR) / MINUTE) == 60


def test_the_usual_gap_is_the_one_that_nearly_all_stay_within() -> None:
    days = [NOON - n * DAY for n in range(10)]
    assert schedule.usual_gap(days) == DAY
    assert schedule.usual_gap(days[:5]) is None
    assert schedule.usual_gap([]) is None


@pytest.mark.parametrize(
    ("head", "wish"),
    [
        (b"<rss><channel><ttl>60</ttl>", HOUR),
        (
            b"<sy:updatePeriod>\n\thourly\t</sy:updatePeriod><sy:updateFrequency> 2 </sy:updateFrequency>",
            HOUR / 2,
        ),
        (b"<sy:updatePeriod>daily</sy:updatePeriod>", DAY),
        (b"<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", HOUR),
        (b"<ttl>soon</ttl>", None),
        (b"<rss>", None),
        (b"", None),
    ],
)
def test_a_feed_says_itself_how_long_an_answer_stays_good(head: bytes, wish: timedelta | None) -> None:
    assert schedule.own_wish(head) == wish
