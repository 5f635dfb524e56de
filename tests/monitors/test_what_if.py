"""What a changed watchlist would have made of the last thirty days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitors.alerts.what_if import Change, what_if
from monitors.relevance import Judge
from monitors.store import open_monitors
from monitors.watchlist import Agency, AgencyKind
from tests.monitors.test_alerts import ALDER_FALLS, LOCKDOWN, NOW, Desk

WITH_NEIGHBOR = replace(
    ALDER_FALLS, agencies=(*ALDER_FALLS.agencies, Agency("Tannerbrook Police Department", AgencyKind.PARTNER))
)
TANNERBROOK = "Tannerbrook police officer charged with assault"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


@pytest.fixture
def desk(tmp_path: Path, judge: Judge) -> Iterator[Desk]:
    with open_monitors(tmp_path) as store:
        yield Desk(store, judge)


def test_a_new_partner_brings_what_nobody_was_told_of(desk: Desk, judge: Judge) -> None:
    desk.put(LOCKDOWN)
    item = desk.put(TANNERBROOK, minutes=1)
    desk.put("Tannerbrook council tables vote on sewer rates", minutes=2)
    desk.hear()
    seen = what_if(desk.store, judge, ALDER_FALLS, WITH_NEIGHBOR, NOW + timedelta(minutes=5))
    assert (seen.read, seen.more, seen.heard_before, seen.heard_after) == (3, False, 1, 2)
    assert [(s.change, s.item_id, s.before, s.after) for s in seen.stories] == [
        (Change.NEW, item, "T4", "T1")
    ]


def test_the_other_way_round_it_is_gone_and_the_same_watchlist_changes_nothing(
    desk: Desk, judge: Judge
) -> None:
    desk.put(TANNERBROOK)
    desk.hear()
    seen = what_if(desk.store, judge, WITH_NEIGHBOR, ALDER_FALLS, NOW + timedelta(minutes=5))
    assert seen.counts == {"new": 0, "gone": 1, "moved": 0}
    same = what_if(desk.store, judge, ALDER_FALLS, ALDER_FALLS, NOW + timedelta(minutes=5))
    assert (same.stories, same.heard_before) == ((), same.heard_after)


def test_a_story_is_named_once_however_many_tell_it(desk: Desk, judge: Judge) -> None:
    for minutes in range(3):
        desk.put(TANNERBROOK, minutes=minutes)
    desk.hear(10)
    seen = what_if(desk.store, judge, ALDER_FALLS, WITH_NEIGHBOR, NOW + timedelta(minutes=20))
    assert [s.others for s in seen.stories] == [2]


def test_it_reads_a_month_and_no_more_than_it_says(desk: Desk, judge: Judge) -> None:
    desk.put(TANNERBROOK)
    assert what_if(desk.store, judge, ALDER_FALLS, WITH_NEIGHBOR, NOW + timedelta(days=31)).read == 0
    desk.put(LOCKDOWN, minutes=1)
    seen = what_if(desk.store, judge, ALDER_FALLS, WITH_NEIGHBOR, NOW + timedelta(minutes=5), at_most=1)
    assert (seen.read, seen.more) == (1, True)


def test_it_judges_and_raises_nothing(desk: Desk, judge: Judge) -> None:
    desk.put(TANNERBROOK)
    what_if(desk.store, judge, ALDER_FALLS, WITH_NEIGHBOR, NOW + timedelta(minutes=5))
    for table in ("judgements", "alerts", "stories"):
        assert not desk.store.rows_of(f"select 1 from {table}")
