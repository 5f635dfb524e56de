"""Alder Falls over HTTP: what the demo and other tests build on."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse

import pytest

from monitors.parse import Parsed, discover, parse
from monitors.parse.cap import references_of
from monitors.samples import FEEDS, SampleServer, afternoons

START = datetime(2026, 3, 3, 19, 30, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def town(clock: Clock) -> Iterator[SampleServer]:
    with SampleServer(start=START, clock=clock) as server:
        yield server


def get(url: str, method: str = "GET", **headers: str) -> HTTPResponse:
    asked = urllib.request.Request(
        url, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        answer: HTTPResponse = urllib.request.urlopen(asked, timeout=5)
    except urllib.error.HTTPError as refused:
        return refused  # type: ignore[return-value]
    return answer


def read(town: SampleServer, name: str) -> Parsed:
    feed = town.feeds[name]
    with get(feed.url) as answer:
        return parse(answer.read(), url=feed.url, options={"zone": "America/Chicago"})


def test_every_feed_is_read_whole_and_dated_before_the_start(town: SampleServer) -> None:
    for name in FEEDS:
        parsed = read(town, name)
        assert parsed.failure is None
        assert not parsed.partly
        assert parsed.entries >= 3
        assert all(item.published and item.published <= START for item in parsed.items)
        assert all(item.title and item.text for item in parsed.items)


def test_the_feeds_speak_different_languages(town: SampleServer) -> None:
    assert {name: read(town, name).kind for name in FEEDS} == {
        "police": "feed", "courier": "feed", "channel6": "feed", "scanner": "feed", "district": "jsonfeed", "county": "cap",
    }  # fmt: skip
    assert {read(town, name).rule for name in ("police", "courier")} == {"link", "id"}


@pytest.mark.parametrize("name", FEEDS)
def test_an_unchanged_feed_answers_304_to_either_validator(
    town: SampleServer, clock: Clock, name: str
) -> None:
    url = town.feeds[name].url
    with get(url) as first:
        etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    assert get(url, If_None_Match=etag).status == 304
    assert get(url, If_Modified_Since=changed).status == 304
    assert get(url, If_None_Match='"other"', If_Modified_Since=changed).status == 200
    clock.go_on(1)
    town.publish(name, "Something new")
    assert get(url, If_None_Match=etag).status == 200
    assert get(url, If_Modified_Since=changed).status == 200


def test_what_is_published_is_on_top_and_can_be_edited(town: SampleServer, clock: Clock) -> None:
    key = town.publish("police", "Police at Mill & 4th", "Nothing <yet>.")
    first = read(town, "police").items[0]
    clock.go_on(5)
    town.publish("police", "Police at Mill & 4th", "A man is in custody.", key=key)
    second = read(town, "police").items[0]
    assert (first.title, first.text) == ("Police at Mill & 4th", "Nothing <yet>. Read on...")
    assert (first.key, first.published) == (second.key, second.published)
    assert second.text.startswith("A man is in custody.")


def test_news_breaks_across_the_police_feed_and_two_outlets(town: SampleServer) -> None:
    before = {name: read(town, name).entries for name in FEEDS}
    town.break_news("overpass")
    grown = {name for name in FEEDS if read(town, name).entries > before[name]}
    assert grown == {"police", "courier", "channel6"}
    assert "Orrin Middle School" in read(town, "courier").items[0].title


def test_an_afternoon_unfolds_with_the_clock_and_turns(town: SampleServer, clock: Clock) -> None:
    town.play("overpass")
    assert read(town, "channel6").items[0].published < START  # type: ignore[operator]
    clock.go_on(20)
    assert "dozen" in read(town, "police").items[0].text
    clock.go_on(20)
    update = read(town, "police").items[0]
    assert update.title.startswith("UPDATED")
    assert "21" in update.text


def test_a_hurried_afternoon_is_over_sooner(clock: Clock) -> None:
    with SampleServer(start=START, speed=60, clock=clock) as town:
        ordinary = read(town, "courier").entries
        town.play("overpass")
        clock.go_on(1)
        written = sum(step["feed"] == "courier" for step in afternoons()["overpass"].steps)
        assert read(town, "courier").entries == ordinary + written


def test_police_and_station_disagree_about_the_time(town: SampleServer) -> None:
    town.break_news("shooting")
    times = [
        re.findall(r"\d{1,2}:\d\d p\.m\.", read(town, name).items[0].text) for name in ("police", "channel6")
    ]
    assert times == [["1:16 p.m."], ["12:45 p.m."]]


def test_the_county_calls_its_alert_off_and_its_test_never_alerts(town: SampleServer, clock: Clock) -> None:
    assert [item.is_actual for item in read(town, "county").items if "test" in item.title] == [False]
    town.play("shooting")
    clock.go_on(45)
    cancel, warning = read(town, "county").items[:2]
    assert cancel.facts["msgType"] == "Cancel"
    assert references_of(cancel) == (warning.facts["identifier"],)
    with get(warning.link) as answer:
        (alert,) = parse(answer.read()).items
    assert alert.facts["identifier"] == warning.facts["identifier"]
    assert alert.facts["severity"] == "Severe"


def test_every_link_of_every_feed_leads_somewhere(town: SampleServer) -> None:
    for name in FEEDS:
        for item in read(town, name).items:
            assert get(item.link).status == 200, item.link


def test_the_front_page_names_the_feeds(town: SampleServer) -> None:
    with get(town.address) as answer:
        found = dict(discover(answer.read(), town.address))
    assert found == {feed.title: feed.url for feed in town.feeds.values()}


def test_another_process_may_begin_an_afternoon(town: SampleServer) -> None:
    before = read(town, "police").entries
    assert get(f"{town.address}/break/overpass", method="POST").status == 200
    assert read(town, "police").entries == before + 1
    assert get(f"{town.address}/play/nothing", method="POST").status == 404
    assert get(f"{town.address}/nowhere").status == 404
    assert get(town.feeds["police"].url, method="HEAD").read() == b""


def test_a_feed_that_does_not_exist_and_a_standstill_are_refused(town: SampleServer) -> None:
    with pytest.raises(KeyError):
        town.publish("gazette", "x")
    with pytest.raises(ValueError, match="more than nothing"):
        SampleServer(speed=0)


def test_it_runs_from_the_command_line() -> None:
    command = [sys.executable, "-m", "monitors.samples", "--play", "overpass", "--speed", "10"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        address = running.stdout.readline().split()[-1]
        with get(address) as answer:
            assert b"Alder Falls" in answer.read()
        running.terminate()
        running.wait(10)


def test_the_words_of_the_samples_stay_in_their_town() -> None:
    """Every step of every afternoon belongs to a feed, opens with the police and at least two outlets, and turns."""
    for afternoon in afternoons().values():
        opening = {step["feed"] for step in afternoon.steps if step.get("opening")}
        assert "police" in opening
        assert len(opening) >= 3
        assert {step["feed"] for step in afternoon.steps} <= set(FEEDS)
        assert any(step.get("revises") for step in afternoon.steps)
        assert [step["after"] for step in afternoon.steps] == sorted(
            step["after"] for step in afternoon.steps
        )
