"""The Sources screen: how each source is in word and shape, what a person can do about it, and refusals beside fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import comms.settings as product
from comms import audit
from comms.screens.parts.sources_table import SHAPE
from monitors import sources
from monitors.health import Word
from monitors.kinds import Kind
from monitors.samples import SampleServer
from monitors.store import open_monitors, stamp
from tests.conftest import Screen
from tests.harness import World
from tests.screens.test_core_screens import buttons, fine, seen

FOREIGN = "Courier *news* [x](http://evil.example) <img src=x onerror=alert(1)> :red[Stop]"


@pytest.fixture
def listened(world: World) -> World:
    """Three sources: one well, one silent for 84 min, one that moved to another domain."""
    now = datetime.now(UTC)
    with open_monitors(world.data) as heard:
        well = sources.add(heard, "https://courier.example/feed", name=FOREIGN, now=now)
        silent = sources.add(
            heard, "https://police.example/rss", name="Alder Falls Police", kind=Kind.POLICE, now=now
        )
        moved = sources.add(heard, "https://scanner.example/rss", name="Scanner", now=now)
        with heard.atomic():
            heard.execute(
                "update states set checked_at = ?, ok_at = ?, entries = 3, items = 3, next_poll_at = ?",
                [stamp(now), stamp(now), stamp(now + timedelta(minutes=5))],
            )
            heard.execute(
                "update states set ok_at = ?, first_failure_at = ?, failures = 9, items = 61, checked_at = ?, "
                "failure_sentence = 'It asks for a sign-in.' where source_id = ?",
                [*[stamp(now - timedelta(minutes=84))] * 2, stamp(now - timedelta(minutes=5)), silent.id],
            )
            heard.execute(
                "update states set moved_to = 'https://news.example/rss', moved_seen = 3 where source_id = ?",
                [moved.id],
            )
    assert well.id == 1
    return world


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ONE_VOICE_ALLOW_LOOPBACK", "1")
    product.settings.cache_clear()
    yield
    product.settings.cache_clear()


def press(page: Any, label: str, place: int = 0) -> Any:
    """Press the button with this label and wait for the screen."""
    [b for b in page.button if b.label == label][place].click()
    return fine(page.run())


def test_with_no_source_there_is_a_sentence_and_the_one_useful_action(world: World, screen: Screen) -> None:
    page = fine(screen("sources.py", world.actor("dana")).run())
    assert "Nothing is listened to yet." in seen(page)
    assert "Add a source" in buttons(page)
    assert [m.label for m in page.metric] == ["Well", "Late", "Silent", "Items today"]


@pytest.mark.parametrize("script", ["sources.py", "alerts.py"])
def test_when_nobody_sweeps_the_screen_says_as_of_when_and_keeps_what_is_there(
    listened: World, screen: Screen, script: str
) -> None:
    now = datetime.now(UTC)
    with open_monitors(listened.data) as heard, heard.atomic():
        heard.execute(
            "insert into watch (id, swept_at, took_ms, sources, failed) values (1, ?, 900, 3, 0)",
            [stamp(now - timedelta(minutes=19))],
        )
        heard.execute("update states set next_poll_at = ?", [stamp(now + timedelta(minutes=3))])
    page = fine(screen(script, listened.actor("dana")).run())
    assert "As of" not in seen(page), "nothing is due yet"
    with open_monitors(listened.data) as heard, heard.atomic():
        heard.execute("update states set next_poll_at = ?", [stamp(now - timedelta(minutes=9))])
    page = fine(screen(script, listened.actor("dana")).run())
    assert re.search(r"As of .*\d+:\d\d [AP]M, 19 min old", seen(page))
    assert "the duty process does not answer" in seen(page)


def test_each_state_is_a_word_and_a_shape_troubles_first(listened: World, screen: Screen) -> None:
    page = fine(screen("sources.py", listened.actor("dana")).run())
    assert [(m.label, m.value) for m in page.metric] == [
        ("Well", "1"),
        ("Late", "1"),
        ("Silent", "1"),
        ("Items today", "0"),
    ]
    table = next(h.proto.body for h in page.get("html") if "<table" in h.proto.body)
    order = [table.index(word) for word in ("■ Silent", "▲ Late", "● Well")]
    assert order == sorted(order)
    assert len(set(SHAPE.values())) == len(Word)
    words = seen(page)
    assert "Need a hand" in words
    assert "It asks for a sign-in." in words
    assert "Kept: all 61 items read before." in words


def test_a_sources_name_is_text_wherever_it_stands(listened: World, screen: Screen) -> None:
    page = screen("sources.py", listened.actor("dana"))
    page.session_state["source chosen"] = 1
    page = fine(page.run())
    bodies = [h.proto.body for h in page.get("html")]
    assert any("&lt;img src=x" in body for body in bodies)
    assert not any("<img" in body for body in bodies)
    for kind in ("markdown", "caption", "button", "expander"):
        for element in page.get(kind):
            assert "evil.example" not in str(getattr(element, "value", "") or getattr(element, "label", ""))


def test_other_seats_see_how_sources_are_and_who_changes_them(listened: World, screen: Screen) -> None:
    page = fine(screen("sources.py", listened.actor("okafor")).run())
    assert "Communications or an administrator adds and changes sources." in seen(page)
    assert buttons(page) == ["Look it up"]


def test_a_source_is_checked_now_but_not_hammered(listened: World, screen: Screen) -> None:
    page = fine(screen("sources.py", listened.actor("dana")).run())
    page = press(page, "Check now")
    assert [s.value for s in page.success] == ["It is asked in the next pass, within seconds."]
    with open_monitors(listened.data) as heard, heard.atomic():
        heard.execute("update states set checked_at = ?", [stamp(datetime.now(UTC))])
    page = press(page, "Check now")
    assert ["was asked a moment ago" in e.value for e in page.error] == [True]


def test_a_move_to_another_domain_is_confirmed_by_a_press(listened: World, screen: Screen) -> None:
    page = fine(screen("sources.py", listened.actor("dana")).run())
    assert "The site sends us on to https://news.example/rss, another domain." in seen(page)
    page = press(page, "Use the new address")
    assert "The new address is used from now on" in page.success[0].value
    with open_monitors(listened.data) as heard:
        assert sources.get(heard, 3).url == "https://news.example/rss"


def test_a_source_is_paused_resumed_and_removed(listened: World, screen: Screen) -> None:
    page = screen("sources.py", listened.actor("castellano"))
    page.session_state["source chosen"] = 1
    page = press(fine(page.run()), "Pause it", -1)
    assert "○ Paused" in seen(page)
    page = press(page, "Resume it")
    page = press(page, "Remove from the list")
    assert "Removed from the list. Its items stay." in [s.value for s in page.success]
    with open_monitors(listened.data) as heard:
        assert [s.id for s in sources.every_source(heard)] == [2, 3]
    with listened.store() as store:
        did = [e.did for e in audit.entries(store, "source 1")]
    assert did == ["paused a source", "resumed a source", "removed a source"]


def test_a_refused_edit_keeps_what_was_typed_and_says_why_beside_the_field(
    listened: World, screen: Screen
) -> None:
    page = screen("sources.py", listened.actor("dana"))
    page.session_state["source chosen"] = 2
    page.session_state["edit wanted 2"] = True
    page = fine(page.run())
    page.text_input(key="edit source_2_url").set_value("ftp://police.example/rss")
    page.text_input(key="edit source_2_name").set_value("Police, new name 🚓")
    page = press(page, "Save this source")
    assert ["begins with ftp: cannot be watched" in e.value for e in page.error] == [True]
    assert page.text_input(key="edit source_2_url").value == "ftp://police.example/rss"
    again = screen("sources.py", listened.actor("dana"))
    again.session_state["source chosen"] = 2
    again.session_state["edit wanted 2"] = True
    again = fine(again.run())
    assert again.text_input(key="edit source_2_name").value == "Police, new name 🚓", "kept in a new tab too"
    again.text_input(key="edit source_2_url").set_value("https://police.example/new")
    again = press(again, "Save this source")
    with open_monitors(listened.data) as heard:
        assert (sources.get(heard, 2).name, sources.get(heard, 2).url) == (
            "Police, new name 🚓",
            "https://police.example/new",
        )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("our police", "not an address of the web"),
        ("ftp://courier.example/feed", "begins with ftp: cannot be watched"),
        ("file:///etc/passwd", "begins with file: cannot be watched"),
        ("http://169.254.169.254/", "points inside this network"),
        ("http://10.0.0.7/feed", "points inside this network"),
    ],
)
def test_an_address_that_cannot_be_is_refused_under_the_field_and_kept(
    world: World, screen: Screen, typed: str, sentence: str
) -> None:
    page = press(fine(screen("sources.py", world.actor("dana")).run()), "Add a source")
    page.text_input(key="source source_url").set_value(typed)
    page.text_input(key="source source_place").set_value("Fenwick Street")
    page = press(page, "Look at it")
    assert [sentence in e.value for e in page.error] == [True]
    assert page.text_input(key="source source_url").value == typed
    assert page.text_input(key="source source_place").value == "Fenwick Street"
    assert "Add this source" not in buttons(page)


@pytest.mark.usefixtures("loopback")
def test_a_feed_is_added_in_three_presses_with_kind_and_place(world: World, screen: Screen) -> None:
    with SampleServer() as town:
        page = press(fine(screen("sources.py", world.actor("dana")).run()), "Add a source")
        page.text_input(key="source source_url").set_value(town.feeds["courier"].url)
        page.selectbox(key="source source_kind").set_value("police")
        page.text_input(key="source source_place").set_value("Harlow Park")
        page = press(page, "Look at it")
        assert "This is a feed (RSS or Atom)" in seen(page)
        page = press(page, "Add this source")
        assert "was added. It is asked within a minute." in page.success[0].value
    with open_monitors(world.data) as heard:
        added = sources.every_source(heard)[0]
    assert (added.kind, added.place, added.zone) == (Kind.POLICE, "Harlow Park", "America/Chicago")


@pytest.mark.usefixtures("loopback")
def test_a_page_that_is_no_feed_says_so(world: World, screen: Screen) -> None:
    with SampleServer() as town:
        page = press(fine(screen("sources.py", world.actor("dana")).run()), "Add a source")
        page.text_input(key="source source_url").set_value(f"{town.address}/courier/")
        page = press(page, "Look at it")
        assert "That page is a web page, not a feed. It names 1 feed; choose it." in page.error[0].value
        page = press(page, "Add feed 1")
    with open_monitors(world.data) as heard:
        assert [s.name for s in sources.every_source(heard)] == ["Alder Falls Courier"]


def test_why_did_we_not_hear_of_this(listened: World, screen: Screen) -> None:
    page = fine(screen("sources.py", listened.actor("moreau")).run())
    page.text_input(key="heard of").set_value("https://gazette.example/fire")
    page = press(page, "Look it up")
    assert "No source of gazette.example is on the list" in seen(page)


def test_without_a_sign_in_there_is_a_sentence_and_nothing_else(world: World, screen: Screen) -> None:
    for script in ("sources.py", "library.py", "records.py"):
        page = fine(screen(script, None).run())
        assert [e.value for e in page.error] == ["You are not signed in."]
        assert not page.button
