"""A pass over real sites on loopback: what is stored, what is marked, and what is never lost nor told twice."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitors import health, ledger, sources
from monitors.database import sqlite3
from monitors.fetch import Fetcher
from monitors.health import Condition
from monitors.kinds import Kind
from monitors.schedule import MOST_304S
from monitors.sources import Source
from monitors.store import open_monitors
from monitors.sweep import Sweeper, SweepResult
from monitors.turns import Turns
from tests.monitors.hostile import NOON, Page, Site, redirect, rss, site

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Desk:
    """A partnership's directory with its sources and the site they are on. Documents are read on a thread: same seam."""

    def __init__(self, data: Path, town: Site) -> None:
        self.data, self.site, self.store = data, town, open_monitors(data)
        self.sweeper = Sweeper(data, loopback=True, engine=lambda: ThreadPoolExecutor(1))

    def add(self, path: str, kind: Kind = Kind.FEED, **wishes: object) -> Source:
        url = path if "://" in path else f"{self.site.url}/{path}"
        return sources.add(self.store, url, name=path, kind=kind, now=NOON, loopback=True, **wishes)  # type: ignore[arg-type]

    def sweep(self, at: datetime = NOON, **wishes: object) -> SweepResult:
        return self.sweeper.sweep(at, **wishes)  # type: ignore[arg-type]

    def poll(self, source: Source, at: datetime = NOON) -> SweepResult:
        return self.sweeper.sweep(at, only={source.id})

    def items(self) -> list[dict[str, object]]:
        return self.store.rows_of("select * from items order by id")

    def state(self, source: Source) -> dict[str, object]:
        row = self.store.row_of("select * from states where source_id = ?", source.id)
        assert row is not None
        return row


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with site() as town:
        desk = Desk(tmp_path, town)
        yield desk
        desk.sweeper.close()
        desk.store.close()


def test_a_first_pass_stores_everything_and_a_second_nothing_more(desk: Desk) -> None:
    for number in range(3):
        desk.add(f"good/{number}")
    first = desk.sweep()
    assert (first.sources, first.new, first.stored, first.failed) == (3, 90, 90, 0)
    second = desk.sweep(NOON + 2 * HOUR)
    assert (second.sources, second.unchanged, second.new, second.stored) == (3, 3, 0, 90)


def test_what_is_not_due_is_not_asked(desk: Desk) -> None:
    desk.add("good/1")
    desk.sweep()
    assert desk.sweep(NOON + MINUTE).sources == 0
    assert desk.site.asked["good/1"] == 1


def test_a_paused_source_is_asked_only_by_name(desk: Desk) -> None:
    source = desk.add("good/1")
    sources.pause(desk.store, source.id, why="", now=NOON)
    assert desk.sweep(pinned={ledger.EVERYWHERE}).sources == 0
    assert desk.poll(source).new == 30


def test_bytes_seen_before_are_not_read_again(desk: Desk) -> None:
    desk.add("good/1")
    desk.sweep()
    desk.sweeper.close()
    with Sweeper(desk.data, loopback=True, engine=_no_engine) as refusing:
        assert refusing.sweep(NOON + 2 * HOUR).unchanged == 1


def _no_engine() -> ThreadPoolExecutor:
    raise AssertionError("these bytes were read before")


def test_a_first_fetch_alerts_on_nothing_older_than_a_day(desk: Desk) -> None:
    desk.add("good/1")
    desk.sweep()
    assert [item["backfill"] for item in desk.items()] == [0] * 23 + [1] * 7


def test_a_later_item_is_new_and_one_published_long_before_is_seen_late(desk: Desk) -> None:
    source = desk.add("feed")
    desk.site.pages["feed"] = Page(rss("feed", 5))
    desk.sweep()
    desk.site.pages["feed"] = Page(rss("feed", 6, now=NOON + 9 * HOUR))
    assert desk.poll(source, NOON + 8.5 * HOUR).new == 1
    newest = desk.items()[-1]
    assert (newest["backfill"], newest["seen_late"]) == (0, 0)
    desk.site.pages["feed"] = Page(rss("feed", 7, now=NOON + 10 * HOUR))
    desk.poll(source, NOON + 20 * HOUR)
    newest = desk.items()[-1]
    assert (newest["seen_late"], str(newest["at"])[:16]) == (1, "2026-08-03T21:00")


def test_an_edit_keeps_both_texts_and_says_whether_it_may_alert(desk: Desk) -> None:
    source = desk.add("feed")
    body = rss("feed", 3)
    desk.site.pages["feed"] = Page(body)
    desk.sweep()
    desk.site.pages["feed"] = Page(body.replace(b"answered call 2", b"were shot at on call 2"))
    assert desk.poll(source, NOON + HOUR).edited == 1
    desk.site.pages["feed"] = Page(body.replace(b"report 2 from", b"officer shot, report 2 from"))
    assert desk.poll(source, NOON + 2 * HOUR).edited == 1
    assert len(desk.items()) == 3
    revisions = desk.store.rows_of("select title, text, material from revisions order by id")
    assert [row["material"] for row in revisions] == [0, 1]
    assert "answered call 2" in str(revisions[0]["text"])
    assert "shot at" in str(revisions[1]["text"])
    assert "officer shot" in str(desk.items()[0]["title"])


def test_a_redated_story_is_marked_and_keeps_its_first_date(desk: Desk) -> None:
    source = desk.add("feed")
    desk.site.pages["feed"] = Page(rss("feed", 3))
    desk.sweep()
    before = desk.items()
    desk.site.pages["feed"] = Page(rss("feed", 3, now=NOON + 5 * HOUR))
    assert desk.poll(source, NOON + 5 * HOUR).edited == 0
    after = desk.items()
    assert [item["published"] for item in after] == [item["published"] for item in before]
    assert {item["dated"] for item in after} == {"redated"}
    assert desk.store.rows_of("select * from revisions") == []


def test_a_date_that_moves_and_comes_back_is_settled_again(desk: Desk) -> None:
    source = desk.add("feed")
    for number, now in enumerate((NOON, NOON + 5 * HOUR, NOON)):
        desk.site.pages["feed"] = Page(rss("feed", 3, now=now))
        desk.poll(source, NOON + number * MINUTE)
    digests = [item["digest"] for item in desk.items()]
    desk.site.pages["feed"] = Page(rss("feed", 3) + b" ")
    desk.poll(source, NOON + 4 * MINUTE)
    assert [item["digest"] for item in desk.items()] == digests
    assert {item["dated"] for item in desk.items()} == {"redated"}


def test_a_source_that_renames_all_its_entries_brings_nothing_new(desk: Desk) -> None:
    source = desk.add("feed")
    desk.site.pages["feed"] = Page(rss("feed", 20))
    desk.sweep()
    desk.site.pages["feed"] = Page(rss("feed", 20, ids=False))
    result = desk.poll(source, NOON + HOUR)
    assert (result.new, result.edited, result.stored) == (0, 0, 20)
    desk.site.pages["feed"] = Page(rss("feed", 21, ids=False, now=NOON + HOUR))
    assert desk.poll(source, NOON + 2 * HOUR).new == 1


def test_the_same_link_under_another_name_points_to_the_first(desk: Desk) -> None:
    source = desk.add("feed")
    body = rss("feed", 4)
    desk.site.pages["feed"] = Page(body)
    desk.sweep()
    desk.site.pages["feed"] = Page(body.replace(b">feed-3<", b">feed-3-again<"))
    desk.poll(source, NOON + HOUR)
    first, again = desk.items()[0], desk.items()[-1]
    assert (again["repeats"], again["key"]) == (first["id"], "feed-3-again")


def test_a_valid_feed_without_entries_is_no_failure(desk: Desk) -> None:
    source = desk.add("feed")
    desk.site.pages["feed"] = Page(rss("feed", 0))
    result = desk.sweep()
    assert (result.failed, result.unchanged) == (0, 1)
    assert desk.state(source)["entries"] == 0


def test_a_server_whose_validators_lie_is_found_out_and_its_news_is_not_lost(desk: Desk) -> None:
    source = desk.add("feed")
    desk.site.pages["feed"] = Page(rss("feed", 3), etag='"fixed"', lies=True)
    desk.sweep()
    desk.site.pages["feed"] = Page(rss("feed", 4, now=NOON + HOUR), etag='"fixed"', lies=True)
    polls = [desk.poll(source, NOON + n * 5 * MINUTE) for n in range(1, MOST_304S + 2)]
    assert [poll.new for poll in polls] == [0] * MOST_304S + [1]
    assert desk.state(source)["validators_trusted"] == 0
    desk.site.pages["feed"] = Page(rss("feed", 5, now=NOON + 3 * HOUR), etag='"fixed"', lies=True)
    assert desk.poll(source, NOON + 3 * HOUR).new == 1


def test_a_domain_that_asks_for_patience_gets_it_for_all_its_sources(desk: Desk) -> None:
    busy, other = desk.add("busy/1"), desk.add("good/1")
    desk.poll(busy)
    assert desk.sweep().sources == 0
    assert desk.sweep(NOON + 1 * MINUTE).sources == 0
    assert desk.sweep(NOON + 3 * MINUTE).sources == 1
    assert desk.state(other)["ok_at"] is not None


def test_a_permanent_move_is_taken_over_after_three_times(desk: Desk) -> None:
    source = desk.add("old")
    desk.site.pages["old"] = redirect("/good/new", 301)
    for number in range(3):
        desk.poll(source, NOON + number * HOUR)
    assert sources.get(desk.store, source.id).url == f"{desk.site.url}/good/new"
    assert len(desk.items()) == 30


def test_a_move_to_another_domain_is_read_and_waits_for_a_person(desk: Desk) -> None:
    source = desk.add("old")
    elsewhere = f"{desk.site.url.replace('127.0.0.1', 'localhost')}/good/new"
    desk.site.pages["old"] = redirect(elsewhere, 301)
    for number in range(4):
        desk.poll(source, NOON + number * MINUTE)
    assert sources.get(desk.store, source.id).url == source.url
    assert len(desk.items()) == 30
    (told,) = health.health(desk.store, NOON + 4 * MINUTE, UTC)
    assert told.condition is Condition.MOVED
    assert "confirm the new address" in told.sentence
    assert sources.confirm_move(desk.store, source.id, now=NOON, loopback=True).url == elsewhere


def test_gone_on_two_days_pauses_the_source_and_tells_a_person(desk: Desk) -> None:
    source = desk.add("feed")
    desk.site.pages["feed"] = Page(status=410)
    assert desk.poll(source).alarms == ()
    alarms = desk.poll(source, NOON + DAY).alarms
    assert [(alarm.source.id, alarm.paused) for alarm in alarms] == [(source.id, True)]
    assert sources.get(desk.store, source.id).paused_at is not None
    assert desk.sweep(NOON + 9 * DAY).sources == 0


def test_one_alarm_for_one_dead_source(desk: Desk) -> None:
    source = desk.add("missing", Kind.POLICE)
    alarms = [alarm for hour in range(12) for alarm in desk.poll(source, NOON + hour * HOUR).alarms]
    assert len(alarms) == 1
    assert "nothing at this address" in alarms[0].sentence


def closed_url() -> str:
    with site() as closed:
        return closed.url


def test_offline_is_recognised_counts_against_nobody_and_is_told_of(desk: Desk) -> None:
    gone = closed_url()
    one = desk.add(f"{gone}/a")
    two = desk.add(f"{gone.replace('127.0.0.1', 'localhost')}/b")
    result = desk.sweep()
    assert result.offline
    assert [desk.state(source)["failures"] for source in (one, two)] == [0, 0]
    assert desk.sweep(NOON + 2 * MINUTE).offline
    desk.add("good/1")
    back = desk.sweep(NOON + 30 * MINUTE)
    assert not back.offline
    gaps = desk.store.rows_of(
        "select reason, since, until from gaps where source_id is null and reason = 'offline'"
    )
    assert len(gaps) == 1


def test_a_pause_of_the_sweeper_is_kept_as_a_gap(desk: Desk) -> None:
    desk.add("good/1")
    desk.sweep()
    desk.sweep(NOON + 9 * HOUR)
    desk.sweep(NOON + 9 * HOUR + MINUTE)
    gaps = desk.store.rows_of("select reason, since from gaps")
    assert [(gap["reason"], str(gap["since"])[:16]) for gap in gaps] == [("stopped", "2026-08-03T12:00")]


def test_an_outage_that_the_document_reaches_back_over_loses_nothing(desk: Desk) -> None:
    overlapping, scrolled = desk.add("overlapping"), desk.add("scrolled")
    for path in ("overlapping", "scrolled"):
        desk.site.pages[path] = Page(rss(path, 5))
    desk.sweep()
    for path in ("overlapping", "scrolled"):
        desk.site.pages[path] = Page(status=500)
    for source in (overlapping, scrolled):
        desk.poll(source, NOON + HOUR)
    desk.site.pages["overlapping"] = Page(rss("overlapping", 5, first=2, now=NOON + 5 * HOUR))
    desk.site.pages["scrolled"] = Page(rss("scrolled", 5, first=50, now=NOON + 5 * HOUR))
    for source in (overlapping, scrolled):
        desk.poll(source, NOON + 5 * HOUR)
    gaps = desk.store.rows_of("select source_id from gaps where reason = 'silent'")
    assert [gap["source_id"] for gap in gaps] == [scrolled.id]


def test_an_open_incident_pins_the_sources_of_its_place(desk: Desk) -> None:
    near, far = desk.add("near", place="Alder Falls"), desk.add("far", place="Tannerbrook")
    for path in ("near", "far"):
        desk.site.pages[path] = Page(rss(path, 5, now=NOON - 300 * DAY))
    desk.sweep()
    assert desk.sweep(NOON + 11 * MINUTE).sources == 0
    assert desk.sweep(NOON + 11 * MINUTE, pinned={"Alder Falls"}).sources == 1
    assert (desk.site.asked["near"], desk.site.asked["far"]) == (2, 1)
    assert desk.sweep(NOON + 22 * MINUTE, pinned={ledger.EVERYWHERE}).sources == 2
    assert near.place != far.place


def test_the_log_keeps_the_last_thirty_polls(desk: Desk) -> None:
    source = desk.add("good/1")
    for number in range(35):
        desk.poll(source, NOON + number * MINUTE)
    rows = desk.store.rows_of("select at from polls where source_id = ? order by at", source.id)
    assert len(rows) == 30
    assert str(rows[-1]["at"])[:16] == "2026-08-03T12:34"


def test_what_the_time_of_a_pass_does_not_reach_stays_due(desk: Desk) -> None:
    for number in range(5):
        desk.add(f"good/{number}")
    result = desk.sweep(seconds=0)
    assert (result.sources, result.left) == (0, 5)
    assert desk.sweep().sources == 5


def test_a_host_is_asked_once_a_second_and_by_two_at_most() -> None:
    clock = [0.0]
    turns = Turns(
        [(f"https://a.example/{n}", n) for n in range(3)] + [("https://b.example/", 9)],
        clock=lambda: clock[0],
    )
    host, first = turns.take() or ("", -1)
    assert (host, first) == ("a.example", 0)
    assert turns.take() == ("b.example", 9)
    clock[0] = 1.0
    assert turns.take() == ("a.example", 1)
    turns.give_back("a.example")
    clock[0] = 2.0
    assert turns.take() == ("a.example", 2)
    assert turns.take() is None


def test_the_spacing_holds_on_the_wire(desk: Desk) -> None:
    for number in range(3):
        desk.add(f"good/{number}")
    polite = Sweeper(
        desk.data, fetcher=Fetcher(loopback=True), loopback=False, engine=lambda: ThreadPoolExecutor(1)
    )
    assert polite.sweep(NOON).new == 90
    polite.close()
    times = [at for at, _ in desk.site.times]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) > 0.9


def test_a_pass_on_this_machine_is_not_slowed_where_loopback_is_allowed(desk: Desk) -> None:
    for number in range(20):
        desk.add(f"good/{number}")
    began = time.monotonic()
    desk.sweep()
    assert time.monotonic() - began < 5


@pytest.fixture
def poison(desk: Desk) -> str:
    """A word in a headline that the store of this test will not take."""
    desk.store.execute(
        "create trigger poison before insert on items when new.title like '%poison%'"
        " begin select raise(abort, 'no'); end"
    )
    return "poison"


def test_a_document_no_store_can_keep_keeps_no_other_source_out(desk: Desk, poison: str) -> None:
    desk.site.pages["bad"] = Page(rss(poison, 3))
    bad = desk.add("bad")
    for number in range(5):
        desk.add(f"good/{number}")
    result = desk.sweep()
    assert (result.sources, result.failed, result.new) == (6, 1, 150)
    assert desk.state(bad)["failure_kind"] == "broken"


def test_a_pass_that_cannot_be_stored_leaves_nothing_behind_for_the_next(desk: Desk) -> None:
    for number in range(40):
        desk.add(f"good/{number}")
    desk.store.execute("alter table polls rename to polls_away")
    with pytest.raises(sqlite3.OperationalError):
        desk.sweep()
    desk.store.execute("alter table polls_away rename to polls")
    assert [thread.name for thread in threading.enumerate() if thread.name == "fetch"] == []
    result = desk.sweep()
    assert (result.sources, result.failed, result.stored) == (40, 0, 1200)


def test_two_passes_at_once_double_nothing(desk: Desk) -> None:
    with open_monitors(desk.data) as store:
        for number in range(10):
            desk.add(f"good/{number}")
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda _: _sweep_apart(desk.data), range(2)))
        assert store.execute("select count(*), count(distinct key) from items").fetchone() == (300, 300)
    assert sum(result.sources for result in results) >= 10


def _sweep_apart(data: Path) -> SweepResult:
    with Sweeper(data, loopback=True, engine=lambda: ThreadPoolExecutor(1)) as sweeper:
        return sweeper.sweep(NOON)


def test_a_cancelled_alert_and_facts_survive_the_store(desk: Desk) -> None:
    source = desk.add("rows", Kind.DISPATCH)
    rows = [{"id": "7", "nature": "Structure fire", "status": "ONSCENE"}]
    desk.site.pages["rows"] = Page(json.dumps(rows).encode(), headers={"Content-Type": "application/json"})
    desk.sweep()
    desk.site.pages["rows"] = Page(json.dumps([{**rows[0], "status": "CLEARED"}]).encode())
    assert desk.poll(source, NOON + 2 * MINUTE).edited == 1
    kept = desk.store.row_of("select facts from revisions")
    assert kept is not None
    assert "ONSCENE" in str(kept["facts"])
