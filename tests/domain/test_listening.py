"""People change what we listen to: looked at before it is saved, refused in words, and always on the log."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import comms.settings as product
from comms import audit
from comms.hearing import listening
from comms.hearing.listening import FieldRefused
from comms.people import Refused, disable_account
from monitors import opml, sources
from monitors.apart import Apart
from monitors.database import Store
from monitors.kinds import Kind
from monitors.samples import SampleServer
from monitors.store import open_monitors, stamp
from tests.harness import World

NOW = datetime.now(UTC)
COURIER = "https://courier.example/feed"
INSIDE = "points inside this network"


@pytest.fixture
def heard(world: World) -> Iterator[Store]:
    with open_monitors(world.data) as store:
        yield store


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The operator allows this machine's own addresses, as in the demo."""
    monkeypatch.setenv("ONE_VOICE_ALLOW_LOOPBACK", "1")
    product.settings.cache_clear()
    yield
    product.settings.cache_clear()


@pytest.fixture(scope="module")
def town() -> Iterator[SampleServer]:
    with SampleServer() as serving:
        yield serving


def did(world: World) -> list[str]:
    with world.store() as store:
        return [entry.did for entry in audit.entries(store)]


def add(world: World, heard: Store, url: str = COURIER, who: str = "dana", name: str = "") -> sources.Source:
    with world.store() as store:
        return listening.add(store, world.actor(who), heard, url, name, NOW)


# Looking ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("loopback")
def test_a_look_says_what_would_come_with_titles_and_times_and_keeps_nothing(
    world: World, heard: Store, town: SampleServer
) -> None:
    with world.store() as store:
        looked = listening.look(store, world.actor("dana"), heard, town.feeds["courier"].url, NOW)
    assert looked.ok
    assert "This is a feed (RSS or Atom)" in looked.sentence
    assert len(looked.entries) == listening.SHOWN
    assert all(title and published for title, published in looked.entries)
    assert sources.every_source(heard) == []


@pytest.mark.usefixtures("loopback")
def test_of_a_site_its_feeds_are_named_and_the_first_ones_looked_into(
    world: World, heard: Store, town: SampleServer
) -> None:
    with world.store() as store:
        looked = listening.look(store, world.actor("dana"), heard, f"{town.address}/", NOW)
    assert looked.sentence == "That page is a web page, not a feed. It names 6 feeds; choose one."
    assert [feed.ok for feed in looked.feeds] == [True, True, False, False, False, False]
    assert [feed.name for feed in looked.feeds[:2]] == [
        "Alder Falls Police Department",
        "Alder Falls Courier",
    ]
    assert looked.feeds[1].entries


@pytest.mark.usefixtures("loopback")
def test_a_look_says_why_an_address_gives_nothing(world: World, heard: Store, town: SampleServer) -> None:
    with world.store() as store:
        looked = listening.look(store, world.actor("dana"), heard, f"{town.address}/nothing-here", NOW)
    assert (looked.ok, looked.entries) == (False, ())
    assert "has nothing at this address" in looked.sentence


@pytest.mark.usefixtures("loopback")
def test_the_button_cannot_be_used_to_hammer_a_site(world: World, heard: Store, town: SampleServer) -> None:
    with world.store() as store:
        said = [
            listening.look(store, world.actor("dana"), heard, f"{town.address}/nothing", NOW).sentence
            for _ in range(7)
        ]
    assert "was tried 6 times this minute. Try again in a minute." in said[-1]


def test_who_may_not_add_may_not_make_us_ask_either(world: World, heard: Store) -> None:
    with world.store() as store, pytest.raises(Refused, match="Nothing was asked"):
        listening.look(store, world.actor("okafor"), heard, COURIER, NOW)


def test_a_document_is_read_apart_from_the_server_and_may_break_only_itself() -> None:
    whose_main = "__import__('sys').modules['__main__'].__spec__.name"
    with Apart() as apart:
        assert apart.submit(eval, whose_main).result() == "monitors.apart"
        with pytest.raises(BrokenExecutor):
            apart.submit(os._exit, 3).result()
        assert apart.submit(len, "and on").result() == 6


# Refusals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the address of a feed or of a site."),
        ("   ", "Enter the address of a feed or of a site."),
        ("our police", "not an address of the web"),
        ("ftp://courier.example/feed", "begins with ftp: cannot be watched"),
        ("file:///etc/passwd", "begins with file: cannot be watched"),
        ("javascript:alert(1)", "begins with javascript: cannot be watched"),
        ("http://169.254.169.254/latest", INSIDE),
        ("http://10.0.0.7/feed", INSIDE),
        ("http://192.168.1.1/feed", INSIDE),
        ("http://[::1]/feed", INSIDE),
        ("http://2130706433/feed", INSIDE),
        ("http://localhost:8501/feed", INSIDE),
        ("http://intranet/feed", INSIDE),
        ("https://dana:secret@courier.example/feed", "Leave user names and passwords out"),
    ],
)
def test_an_address_that_cannot_be_a_source_is_refused_in_words(
    world: World, heard: Store, typed: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence.replace("(", r"\(")):
        add(world, heard, typed)
    with world.store() as store:
        looked = listening.look(store, world.actor("dana"), heard, typed, NOW)
    assert not looked.ok
    assert sentence in looked.sentence
    assert sources.every_source(heard) == []
    assert "was refused: added a source" in did(world)


@pytest.mark.parametrize("again", [COURIER, "http://www.courier.example/feed/", "courier.example/feed"])
def test_the_same_source_twice_is_refused_and_named(world: World, heard: Store, again: str) -> None:
    add(world, heard, name="Alder Falls Courier")
    with pytest.raises(Refused, match="is a source already: “Alder Falls Courier”"):
        add(world, heard, again)


@pytest.mark.parametrize("who", ["okafor", "brandt", "moreau", "records", "counsel"])
def test_other_seats_change_nothing_and_read_who_may(world: World, heard: Store, who: str) -> None:
    source = add(world, heard)
    actor = world.actor(who)
    with world.store() as store:
        for command in (
            lambda: listening.add(store, actor, heard, "https://scanner.example/rss", "", NOW),
            lambda: listening.change(store, actor, heard, source.id, listening.typed_of(source), NOW),
            lambda: listening.pause(store, actor, heard, source.id, "", NOW),
            lambda: listening.remove(store, actor, heard, source.id, NOW),
            lambda: listening.ask_now(store, actor, heard, source.id, NOW),
            lambda: listening.bring_in(store, actor, heard, b"<opml/>", NOW),
        ):
            with pytest.raises(Refused, match="Communications or an administrator"):
                command()
    assert sources.every_source(heard) == [source]


def test_both_sides_administrators_and_communications_add_sources(world: World, heard: Store) -> None:
    for number, who in enumerate(("dana", "castellano", "brightwater")):
        add(world, heard, f"https://outlet{number}.example/feed", who)
    assert len(sources.every_source(heard)) == 3


def test_an_account_disabled_meanwhile_adds_nothing(world: World, heard: Store) -> None:
    actor = world.actor("dana")
    with world.store() as store:
        disable_account(store, world.actor("castellano"), world.people["dana"].id, NOW)
        with pytest.raises(Refused, match="disabled"):
            listening.add(store, actor, heard, COURIER, "", NOW)
    assert sources.every_source(heard) == []


# Changing -----------------------------------------------------------------------------------------------------------


def test_every_change_is_one_entry_of_the_log_with_a_name(world: World, heard: Store) -> None:
    source = add(world, heard)
    with world.store() as store:
        dana = world.actor("dana")
        to = replace(listening.typed_of(source), name="Courier", kind="police", every="5", gap="12")
        changed = listening.change(store, dana, heard, source.id, to, NOW)
        assert (changed.name, changed.kind, changed.every, changed.expected_gap) == (
            "Courier",
            Kind.POLICE,
            timedelta(minutes=5),
            timedelta(hours=12),
        )
        assert listening.typed_of(changed) == to
        listening.pause(store, dana, heard, source.id, "Their site is rebuilt.", NOW)
        listening.pause(store, dana, heard, source.id, "Pressed twice.", NOW)
        assert sources.get(heard, source.id).paused_why == "Their site is rebuilt."
        listening.resume(store, dana, heard, source.id, NOW)
        listening.resume(store, dana, heard, source.id, NOW)
        listening.ask_now(store, dana, heard, source.id, NOW)
        listening.remove(store, dana, heard, source.id, NOW)
        made = [(e.who, e.did) for e in audit.entries(store, f"source {source.id}")]
    assert made == [
        ("Dana Whitlock", "added a source"),
        ("Dana Whitlock", "changed a source"),
        ("Dana Whitlock", "paused a source"),
        ("Dana Whitlock", "resumed a source"),
        ("Dana Whitlock", "asked a source by hand"),
        ("Dana Whitlock", "removed a source"),
    ]
    assert sources.every_source(heard) == []


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("url", "ftp://courier.example", "begins with ftp:"),
        ("url", "https://scanner.example/rss", "is a source already: “Scanner”"),
        ("name", "  ", "Give the source a name"),
        ("name", "x" * 3000, "at most 200 characters"),
        ("kind", "telegraph", "Choose what kind"),
        ("zone", "Mars/Base", "is not a time zone"),
        ("every", "soon", "not a number of minutes"),
        ("every", "0", "not a number of minutes"),
        ("every", "0.2", "every minute at most"),
        ("every", "1e400", "not a number of minutes"),
        ("gap", "-3", "not a number of hours"),
        ("options", "{", "reading rules cannot be read"),
        ("options", "[1]", "reading rules cannot be read"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_changes_nothing(
    world: World, heard: Store, field: str, typed: str, sentence: str
) -> None:
    source = add(world, heard)
    add(world, heard, "https://scanner.example/rss", name="Scanner")
    to = replace(listening.typed_of(source), **{field: typed})
    with world.store() as store, pytest.raises(FieldRefused, match=sentence) as refused:
        listening.change(store, world.actor("dana"), heard, source.id, to, NOW)
    assert refused.value.field == field
    assert sources.get(heard, source.id) == source


def test_saving_what_is_there_already_changes_and_logs_nothing(world: World, heard: Store) -> None:
    source = add(world, heard)
    with world.store() as store:
        listening.change(store, world.actor("dana"), heard, source.id, listening.typed_of(source), NOW)
    assert "changed a source" not in did(world)


def test_a_move_to_another_domain_waits_for_a_person(world: World, heard: Store) -> None:
    source = add(world, heard)
    with world.store() as store:
        dana = world.actor("dana")
        with pytest.raises(Refused, match="has not moved"):
            listening.confirm_move(store, dana, heard, source.id, NOW)
        with heard.atomic():
            heard.execute(
                "update states set moved_to = 'https://news.example/feed', moved_seen = 3 where source_id = ?",
                [source.id],
            )
        assert listening.confirm_move(store, dana, heard, source.id, NOW).url == "https://news.example/feed"
        told = audit.entries(store)[-1]
    assert told.details["was"] == COURIER
    assert told.details["now"] == "https://news.example/feed"


def test_a_source_asked_a_moment_ago_is_not_asked_again(world: World, heard: Store) -> None:
    source = add(world, heard, name="Courier")
    with heard.atomic():
        heard.execute("update states set checked_at = ?", [stamp(NOW - timedelta(seconds=5))])
    with world.store() as store, pytest.raises(Refused, match="was asked a moment ago"):
        listening.ask_now(store, world.actor("dana"), heard, source.id, NOW)


def test_a_list_comes_in_and_goes_out_as_opml(world: World, heard: Store) -> None:
    add(world, heard, name="Courier")
    listed = (
        "<opml><body><outline text='Courier again' xmlUrl='https://www.courier.example/feed/'/>"
        "<outline text='News'><outline text='Scanner &amp; more' xmlUrl='https://scanner.example/rss'/></outline>"
        "<outline text='Printer' xmlUrl='http://10.0.0.7/feed'/></body></opml>"
    )
    with world.store() as store:
        brought = listening.bring_in(store, world.actor("dana"), heard, listed.encode(), NOW)
        assert [s.name for s in brought.added] == ["Scanner & more"]
        assert [s.name for s in brought.known] == ["Courier"]
        assert [name for name, _ in brought.refused] == ["Printer"]
        before = [(s.name, s.url) for s in sources.every_source(heard)]
        out = opml.export(sources.every_source(heard)).encode()
        again = listening.bring_in(store, world.actor("dana"), heard, out, NOW)
        assert (again.added, len(again.known)) == ((), 2)
        with pytest.raises(Refused, match="not OPML"):
            listening.bring_in(store, world.actor("dana"), heard, b"name;address\n", NOW)
    assert [(s.name, s.url) for s in sources.every_source(heard)] == before
    assert did(world).count("brought in sources from a file") == 1


# Why did we not hear of this? ---------------------------------------------------------------------------------------


def test_of_a_site_we_do_not_listen_to_it_says_so(world: World, heard: Store) -> None:
    add(world, heard)
    with world.store() as store:
        told = listening.why_not_heard(store, heard, "https://gazette.example/2026/fire", NOW)
    assert told.items == ()
    assert "No source of gazette.example is on the list" in told.sentence


def test_of_a_site_that_fails_it_says_since_when(world: World, heard: Store) -> None:
    source = add(world, heard, name="Courier")
    with heard.atomic():
        heard.execute(
            "update states set checked_at = ?, first_failure_at = ?, failures = 4, failure_sentence = 'It asks for a sign-in.' "
            "where source_id = ?",
            [stamp(NOW), stamp(NOW - timedelta(hours=9)), source.id],
        )
    with world.store() as store:
        link = listening.why_not_heard(store, heard, "https://www.courier.example/2026/fire", NOW)
        headline = listening.why_not_heard(store, heard, "Fire on Quarry Road", NOW)
    assert "Courier, of the same site, is silent" in link.sentence
    assert "It asks for a sign-in." in headline.sentence


def test_nothing_pasted_asks_for_something(world: World, heard: Store) -> None:
    with world.store() as store:
        assert listening.why_not_heard(store, heard, " ", NOW).sentence == "Paste a headline or a link."
