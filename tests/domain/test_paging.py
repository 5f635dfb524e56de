"""Whom an alert is told, in which order and when: the decision as tables, and its messages once each in the store."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic as time_now
from time import sleep
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms import audit, partnership
from comms.clocks import Calendar, Day
from comms.deputies import Deputy
from comms.hearing import alert_acts, feedback, paging
from comms.hearing.paging import Answer, Raised, Roster, Rung, Told
from comms.people import Account, NewAccount, Refused, Seat, insert_account
from comms.reaching import oncall, reach
from comms.reaching.oncall import Span
from monitors.store import open_monitors
from tests.alerts_made import HEADLINE, heard
from tests.harness import ROOT, World

ZONE = ZoneInfo("America/Chicago")
SCHOOL = Calendar(ZONE, time(8), time(15, 30), {date(2026, 3, 11): Day("holiday")}, known=True)
NOON = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
"""Tuesday noon: school is in session, the clock is 5 minutes."""
EVENING = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
"""Tuesday 8 PM: the clock is 15 minutes."""


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def person(number: int, seat: Seat) -> Account:
    side = "agency" if seat is Seat.PIO else "district"
    return Account(number, 1, side, "", f"p{number}@x.example", f"Person {number}", "", "", seat, False, True)


DANA, ROSA, LEE = (person(n, Seat.COMMUNICATIONS) for n in (1, 2, 3))
BRANDT, OKAFOR = person(4, Seat.SUPERINTENDENT), person(5, Seat.PIO)
MOREAU, HAHN = person(6, Seat.OBSERVER), person(7, Seat.OBSERVER)
EVERYONE = (DANA, ROSA, LEE, BRANDT, OKAFOR, MOREAU, HAHN)


def span(account: Account, begins: float, ends: float) -> Span:
    """On call from `begins` to `ends` hours after noon."""
    return Span(account.id, account.id, account.name, NOON + minutes(60 * begins), NOON + minutes(60 * ends))


def deputy(account: Account, stands_for: Account) -> Deputy:
    return Deputy(account.id, stands_for.id, stands_for.seat, NOON - minutes(9), NOON + minutes(999))


DEPUTIES = (deputy(MOREAU, BRANDT), deputy(HAHN, OKAFOR))
CHAINS = {
    "no calendar: everyone in the seat, the heads, their deputies": (
        Roster(EVERYONE, deputies=DEPUTIES),
        [(1, 2, 3), (4, 5), (6, 7)],
    ),
    "on call now, next on call, the others in the seat": (
        Roster(EVERYONE, (span(ROSA, -2, 4), span(LEE, 4, 12), span(DANA, 12, 20)), deputies=DEPUTIES),
        [(2,), (3,), (1,), (4, 5), (6, 7)],
    ),
    "a calendar with a hole now: everyone in the seat": (
        Roster(EVERYONE, (span(ROSA, 4, 12),)),
        [(1, 2, 3), (4, 5)],
    ),
    "two on call together are told together": (
        Roster(EVERYONE, (span(ROSA, -1, 1), span(LEE, -1, 1))),
        [(2, 3), (1,), (4, 5)],
    ),
    "who is on call and away is told last": (
        Roster(EVERYONE, (span(ROSA, -1, 1), span(DANA, -1, 1)), frozenset({2})),
        [(1,), (3,), (4, 5), (2,)],
    ),
    "all of communications away: the heads at once": (
        Roster(EVERYONE, (span(ROSA, -1, 1),), frozenset({1, 2, 3})),
        [(4, 5), (1, 2, 3)],
    ),
    "a head who is away is stood in for": (
        Roster(EVERYONE, away=frozenset({4}), deputies=DEPUTIES),
        [(1, 2, 3), (5,), (6, 7), (4,)],
    ),
    "a deputy who is away is not told": (
        Roster(EVERYONE, away=frozenset({6}), deputies=DEPUTIES),
        [(1, 2, 3), (4, 5), (7,)],
    ),
    "a PIO's on-call hours are not communications'": (
        Roster(EVERYONE, (span(OKAFOR, -1, 1),)),
        [(1, 2, 3), (4, 5)],
    ),
    "an on-call entry that ended says nothing": (
        Roster(EVERYONE, (span(ROSA, -4, -1),)),
        [(1, 2, 3), (4, 5)],
    ),
    "nobody at all": (Roster(()), []),
}


@pytest.mark.parametrize("name", CHAINS)
def test_the_order_of_telling(name: str) -> None:
    roster, wanted = CHAINS[name]
    assert [r.people for r in paging.chain(roster, NOON)] == wanted


PAGE, SCHOOL_PAGE, QUEUE = Raised(1, "T1", NOON), Raised(1, "T0", NOON), Raised(1, "T2", NOON)
LATE = Raised(1, "T1", EVENING)
RUNGS = (Rung("on call", (1,)), Rung("next on call", (2,)), Rung("seat", (3,)), Rung("heads", (4, 5)))


def told(*each: tuple[int, float], raised: datetime = NOON, lost: bool = False) -> tuple[Told, ...]:
    """Who was told how many minutes after the alert."""
    return tuple(Told(who, raised + minutes(after), lost=lost) for who, after in each)


DUE = {
    "the first at once": (PAGE, (), None, 0, (1,)),
    "nobody a second time": (PAGE, told((1, 0)), None, 4.9, None),
    "the next after 5 min in school hours": (PAGE, told((1, 0)), None, 5, (2,)),
    "the next after 15 min in the evening": (LATE, told((1, 0), raised=EVENING), None, 15, (2,)),
    "not after 14 min in the evening": (LATE, told((1, 0), raised=EVENING), None, 14, None),
    "T0 has the same clock": (SCHOOL_PAGE, told((1, 0)), None, 5, (2,)),
    "5 min from the last telling, not from the alert": (PAGE, told((1, 0), (2, 5)), None, 9.9, None),
    "the others in the seat after two clocks": (PAGE, told((1, 0), (2, 5)), None, 10, (3,)),
    "the heads of both sides together": (PAGE, told((1, 0), (2, 5), (3, 10)), None, 15, (4, 5)),
    "nobody is left": (PAGE, told((1, 0), (2, 5), (3, 10), (4, 15), (5, 15)), None, 60, None),
    "acknowledged: it stops": (PAGE, told((1, 0)), Answer("acknowledge", NOON + minutes(4)), 30, None),
    "opened: it stops": (PAGE, told((1, 0)), Answer("open", NOON + minutes(4)), 30, None),
    "not relevant: it stops": (PAGE, told((1, 0)), Answer("dismiss", NOON + minutes(4)), 30, None),
    "answered on the screen before anybody was told": (PAGE, (), Answer("acknowledge", NOON), 0, None),
    "put back: the clock runs anew": (PAGE, told((1, 0)), Answer("relevant", NOON + minutes(20)), 24, None),
    "put back, and 5 min later": (PAGE, told((1, 0)), Answer("relevant", NOON + minutes(20)), 25, (2,)),
    "refused by their server for good: nobody is waited for": (
        PAGE,
        told((1, 0), lost=True),
        None,
        0.1,
        (2,),
    ),
    "one of two was reached: the clock is kept": (
        PAGE,
        (*told((1, 0), lost=True), *told((9, 0))),
        None,
        1,
        None,
    ),
    "after two hours without the duty process: at once": (PAGE, told((1, 0)), None, 120, (2,)),
    "T2 goes to who is on call": (QUEUE, (), None, 0, (1,)),
    "T2 climbs nowhere": (QUEUE, told((1, 0)), None, 300, None),
    "T3 waits for the digest": (Raised(1, "T3", NOON), (), None, 0, None),
    "T4 is silent": (Raised(1, "T4", NOON), (), None, 0, None),
    "yesterday's is history": (PAGE, (), None, 24 * 60 + 1, None),
}


@pytest.mark.parametrize("name", DUE)
def test_who_is_told_now(name: str) -> None:
    alert, before, answer, after, wanted = DUE[name]
    rung = paging.due(alert, before, answer, RUNGS, SCHOOL, alert.raised_at + minutes(after))
    assert (rung.people if rung else None) == wanted


def test_without_a_calendar_the_stricter_clock_holds_at_night_too() -> None:
    unknown = replace(SCHOOL, known=False)
    rung = paging.due(LATE, told((1, 0), raised=EVENING), None, RUNGS, unknown, EVENING + minutes(5))
    assert rung
    assert rung.people == (2,)


def test_quiet_hours_hold_back_t2_and_never_a_page() -> None:
    quiet = {1: EVENING + minutes(600)}
    for tier, wanted in (("T0", (1,)), ("T1", (1,)), ("T2", None)):
        rung = paging.due(Raised(1, tier, EVENING), (), None, RUNGS, SCHOOL, EVENING, quiet)
        assert (rung.people if rung else None) == wanted, tier
    later = paging.due(Raised(1, "T2", EVENING), (), None, RUNGS, SCHOOL, EVENING + minutes(600), {})
    assert later
    assert later.people == (1,)


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 40), st.sampled_from(["wait", "wait", "acknowledge", "relevant", "shift", "away"])
    ),
    max_size=30,
)


@given(EVENTS, st.sampled_from(["T0", "T1", "T2"]), st.sampled_from([NOON, EVENING]))
def test_whatever_happens_nobody_is_told_twice_and_nobody_after_an_answer(
    events: list[tuple[int, str]], tier: str, start: datetime
) -> None:
    """Random waits, answers, changes of shift and absences: the invariants of telling."""
    alert, now = Raised(1, tier, start), start
    answer: Answer | None = None
    before: list[Told] = []
    roster = Roster(EVERYONE, (span(ROSA, -1, 40),), deputies=DEPUTIES)
    for wait, what in events:
        now += minutes(wait)
        if what in {"acknowledge", "relevant"}:
            answer = Answer(what, now)
        elif what == "shift":
            roster = replace(roster, on_call=(span(LEE, -20, 40),))
        elif what == "away":
            roster = replace(roster, away=roster.away ^ {1, 4})
        rung = paging.due(alert, before, answer, paging.chain(roster, now), SCHOOL, now)
        if rung is None:
            continue
        assert answer is None or answer.act == "relevant"
        assert not {t.account_id for t in before} & set(rung.people)
        if tier != "T2" and before:
            assert now - max(t.at for t in before) >= minutes(5)
        before += [Told(p, now) for p in rung.people]
    if tier != "T2" and answer is None and before:
        for _ in range(12):
            now += minutes(15)
            rung = paging.due(alert, before, answer, paging.chain(roster, now), SCHOOL, now)
            before += [Told(p, now) for p in (rung.people if rung else ())]
        if now - start < paging.LOOKS_BACK:
            assert {t.account_id for t in before} >= {1, 2, 3, 4, 5}, "in the end everyone was told"


# In the store -------------------------------------------------------------------------------------------------------


def rounds(world: World, *at: datetime) -> list[int]:
    """One round of the duty process at each time; how many people each told."""
    with world.store() as store, open_monitors(world.data) as monitors:
        return [paging.page(store, monitors, when) for when in at]


def outbox(world: World) -> list[tuple[str, str]]:
    with world.store() as store:
        return [
            (r["recipient"], r["subject"])
            for r in store.rows_of("select recipient, subject from outbox order by id")
        ]


def test_a_page_nobody_acknowledges_goes_up_the_chain_once_each(world: World) -> None:
    heard(world.data, NOON)
    assert rounds(world, NOON, NOON, NOON + minutes(1), NOON + minutes(5), NOON + minutes(5)) == [
        1,
        0,
        0,
        2,
        0,
    ]
    assert outbox(world) == [
        ("dana@afsd.example", f"Page now: {HEADLINE}"),
        ("brandt@afsd.example", f"Nobody acknowledged. Page now: {HEADLINE}"),
        ("okafor@afpd.example", f"Nobody acknowledged. Page now: {HEADLINE}"),
    ]
    with world.store() as store:
        log = store.rows_of("select json_extract(line, '$.did') as did from log order by seq")
        assert [r["did"] for r in log][-2:] == [
            "told of an alert",
            "told the next of an alert nobody acknowledged",
        ]


def test_acknowledging_stops_it_and_the_card_says_who_was_told(world: World) -> None:
    alert = Raised(heard(world.data, NOON), "T1", NOON)
    dana = world.actor("dana", NOON)
    rounds(world, NOON)
    with world.store() as store:
        assert paging.standing_words(store, alert, NOON + minutes(1)) == (
            "Told Dana Whitlock 12:00 PM. Nobody acknowledged yet. "
            "Next: Dr. Elaine Brandt, Sgt. Maya Okafor at 12:05 PM."
        )
        alert_acts.acknowledge(store, dana, alert.id, NOON + minutes(3))
        assert paging.standing_words(store, alert, NOON + minutes(4)) == "Told Dana Whitlock 12:00 PM."
    assert rounds(world, NOON + minutes(5), NOON + minutes(60)) == [0, 0]


def test_communications_is_on_call_and_the_next_shift_is_told_next(world: World) -> None:
    castellano = world.actor("castellano", NOON)
    with world.store() as store, store.atomic():
        new = NewAccount(world.district_id, "lee@afsd.example", "Lee Arnett", Seat.COMMUNICATIONS)
        lee = insert_account(store, new, NOON, None)
        new = NewAccount(world.district_id, "kim@afsd.example", "Kim Ostrow", Seat.COMMUNICATIONS)
        insert_account(store, new, NOON, None)
    dana = world.people["dana"].id
    with world.store() as store:
        for who, begins, ends in ((lee, -60, 60), (dana, 60, 600)):
            oncall.add(store, castellano, "on_call", who, NOON + minutes(begins), NOON + minutes(ends), NOON)
        with pytest.raises(Refused, match="Only communications and who holds an approving seat"):
            oncall.add(store, castellano, "on_call", world.people["moreau"].id, NOON, NOON + minutes(9), NOON)
    heard(world.data, NOON)
    rounds(world, NOON, NOON + minutes(5), NOON + minutes(10))
    assert [address for address, _ in outbox(world)] == [
        "lee@afsd.example",
        "dana@afsd.example",
        "kim@afsd.example",
    ]


def test_a_deputy_who_is_told_acknowledges_and_nobody_further_is_told(world: World) -> None:
    with world.store() as store:
        store.execute("update deputy set from_at = ?", ["2026-01-01T00:00:00.000+00:00"])
    alert = heard(world.data, NOON)
    rounds(world, NOON, NOON + minutes(5), NOON + minutes(10))
    with world.store() as store:
        row = store.row_of("select text from outbox where recipient = 'moreau@afsd.example'")
        assert row
        assert "Acknowledge by" in row["text"]
        assert "you stand in for somebody who may answer" in row["text"]
        moreau = world.actor("moreau", NOON + minutes(11))
        alert_acts.acknowledge(store, moreau, alert, NOON + minutes(11))
        assert paging.answer_of(store, Raised(alert, "T1", NOON)) == Answer(
            "acknowledge", NOON + minutes(11), "J. Moreau"
        )
        feedback.put_back(store, moreau, alert, None, NOON + minutes(12))
        okafor = world.actor("okafor", NOON + minutes(13))
        alert_acts.acknowledge(store, okafor, alert, NOON + minutes(13))
        with pytest.raises(Refused, match="their deputies acknowledge alerts"):
            feedback.put_back(store, moreau, alert, None, NOON + minutes(14))
    assert rounds(world, NOON + minutes(60)) == [0]


def test_who_stands_in_for_counsel_or_did_so_last_year_is_told_nothing_and_acknowledges_nothing(
    world: World,
) -> None:
    alert = heard(world.data, NOON)
    with world.store() as store:
        store.execute("update deputy set until_at = ?", ["2026-01-02T00:00:00.000+00:00"])
        for who in ("moreau", "counsel", "records"):
            with pytest.raises(Refused, match="their deputies acknowledge alerts"):
                alert_acts.acknowledge(store, world.actor(who, NOON), alert, NOON)


def test_a_mailbox_that_is_gone_is_not_waited_for(world: World) -> None:
    heard(world.data, NOON)
    rounds(world, NOON)
    with world.store() as store:
        store.execute("update outbox set failed_at = ?, tries = 1", [NOON.isoformat(timespec="milliseconds")])
    assert rounds(world, NOON + minutes(0.1)) == [2]


def test_two_duty_processes_at_the_same_moment_tell_nobody_twice(world: World) -> None:
    for _ in range(5):
        heard(world.data, NOON)
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.extend(rounds(world, NOON))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(done) == 5
    assert len(outbox(world)) == 5


ONE_ROUND = """
import sys
from datetime import datetime
from pathlib import Path
from comms.hearing import paging
from comms.store import open_partnership
from monitors.store import open_monitors
data = Path(sys.argv[1])
with open_partnership(data) as store, open_monitors(data) as heard:
    paging.page(store, heard, datetime.fromisoformat(sys.argv[2]))
"""


def test_a_round_that_is_killed_in_the_middle_is_finished_by_the_next_one(world: World) -> None:
    for number in range(60):
        heard(world.data, NOON, headline=f"Story {number}")
    killed = subprocess.Popen([sys.executable, "-c", ONE_ROUND, str(world.data), NOON.isoformat()], cwd=ROOT)
    until = time_now() + 60
    while len(outbox(world)) < 5 and time_now() < until:
        sleep(0.005)
    killed.kill()
    killed.wait()
    already = len(outbox(world))
    assert already >= 5
    assert rounds(world, NOON) == [60 - already]
    assert sorted(subject for _, subject in outbox(world)) == sorted(
        f"Page now: Story {number}" for number in range(60)
    )
    with world.store() as store:
        told = store.row_of("select count(*) as n from alert_told")
        assert told == {"n": 60}, "who was told and what was queued are one"
        assert audit.verify(store).whole


def test_t2_is_held_until_quiet_hours_end_and_not_sent_when_answered_meanwhile(world: World) -> None:
    dana = world.actor("dana", EVENING)
    night = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)  # 11 PM
    with world.store() as store:
        reach.choose(store, dana, reach.Reach(reach.Quiet(time(22), time(6))), EVENING)
    first, second = heard(world.data, night, "T2"), heard(world.data, night + minutes(1), "T2")
    assert rounds(world, night, night + minutes(400)) == [0, 0]
    with world.store() as store:
        card = paging.standing_words(store, Raised(first, "T2", night), night)
        assert card == "After quiet hours: Dana Whitlock at 6:00 AM."
        alert_acts.acknowledge(store, world.actor("okafor", night), second, night + minutes(30))
    assert rounds(world, night + minutes(420)) == [1]
    assert [subject for _, subject in outbox(world)] == [f"Review within 60 min: {HEADLINE}"]
    with world.store() as store:
        row = store.row_of("select key, text from outbox")
    assert row
    assert "It waits for a review since Tuesday 10 March 2026, 11:00 PM Central." in row["text"]
    assert row["key"].startswith(f"alert {first} raised ")


def test_an_alert_of_a_store_that_was_built_anew_is_told_though_its_number_was_used(world: World) -> None:
    number = heard(world.data, NOON)
    rounds(world, NOON)
    with world.store() as store:
        alert_acts.acknowledge(store, world.actor("dana", NOON), number, NOON + minutes(1))
    for part in world.data.glob("monitors.db*"):
        part.unlink()
    assert heard(world.data, NOON + minutes(60)) == number
    assert rounds(world, NOON + minutes(60)) == [1]


def test_history_is_told_to_nobody_who_comes_later(world: World) -> None:
    heard(world.data, NOON - timedelta(days=2))
    assert rounds(world, NOON) == [0]


def test_the_calendar_decides_the_clock(world: World) -> None:
    with world.store() as store, store.atomic():
        store.add("school", {"name": "Orrin Middle School"})
        partnership.write_profile(store, replace(partnership.profile(store), calendar_known=True))
    heard(world.data, EVENING)
    assert rounds(world, EVENING, EVENING + minutes(14), EVENING + minutes(15)) == [1, 0, 2]
