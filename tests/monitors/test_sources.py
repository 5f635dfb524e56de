"""Adding, checking, editing and pausing sources; what cannot be is refused with a sentence."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from monitors import check, opml, sources
from monitors.__main__ import main
from monitors.database import Store
from monitors.fetch import Fetcher
from monitors.kinds import HABITS, Kind
from monitors.outcomes import Failure
from monitors.sources import (
    EmptyAddressError,
    InsideAddressError,
    KnownSourceError,
    NotAnAddressError,
    SchemeError,
    SecretInAddressError,
    SettingError,
    SourceError,
    UnknownSourceError,
)
from monitors.store import open_monitors
from tests.monitors.hostile import NOON, Page, Site, rss, site

MINUTE = timedelta(minutes=1)
COURIER = "https://www.courier.example/feed/"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_monitors(tmp_path) as store:
        yield store


@pytest.fixture(scope="module")
def town() -> Iterator[Site]:
    with site() as running:
        yield running


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(loopback=True) as fetcher:
        yield fetcher


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("", EmptyAddressError),
        ("   \n", EmptyAddressError),
        ("alder falls news", NotAnAddressError),
        ("http://", NotAnAddressError),
        ("https://", NotAnAddressError),
        ("http://[::1", NotAnAddressError),
        ("http://a b.example/", NotAnAddressError),
        ("http://x.example:99999999/", NotAnAddressError),
        ("http://x.example/" + "a" * 2000, NotAnAddressError),
        ("<script>alert(1)</script>", NotAnAddressError),
        ("ftp://feeds.example/feed", SchemeError),
        ("file:///etc/passwd", SchemeError),
        ("javascript:alert(1)", SchemeError),
        ("data:text/xml,<rss/>", SchemeError),
        ("gopher://x.example", SchemeError),
        ("https://dana:secret@courier.example/feed", SecretInAddressError),
        ("https://dana@courier.example/feed", SecretInAddressError),
        ("http://127.0.0.1/feed", InsideAddressError),
        ("http://10.1.2.3/feed", InsideAddressError),
        ("http://192.168.1.1", InsideAddressError),
        ("http://169.254.169.254/latest/meta-data", InsideAddressError),
        ("http://2130706433/", InsideAddressError),
        ("http://0x7f.1/", InsideAddressError),
        ("http://[::1]/", InsideAddressError),
        ("http://[::ffff:10.0.0.1]/", InsideAddressError),
        ("http://[64:ff9b::a00:1]/", InsideAddressError),
        ("http://localhost:8501/", InsideAddressError),
        ("http://printer/", InsideAddressError),
        ("http://records.local/feed", InsideAddressError),
        ("http://cad.internal/feed", InsideAddressError),
    ],
)
def test_what_cannot_be_a_source_is_refused_with_a_sentence(
    store: Store, url: str, error: type[SourceError]
) -> None:
    with pytest.raises(error, match=r"^[A-Z].*\.$"):
        sources.add(store, url, now=NOON)
    assert sources.every_source(store) == []


def test_an_address_without_its_beginning_is_taken_as_secure(store: Store) -> None:
    assert sources.add(store, "courier.example/feed", now=NOON).url == "https://courier.example/feed"


@pytest.mark.parametrize(
    "again",
    [
        COURIER,
        "http://www.courier.example/feed/",
        "https://courier.example/feed",
        "HTTPS://WWW.Courier.Example:443/feed",
        "  https://www.courier.example/feed/ ",
        "https://www.courier.example/feed/#top",
    ],
)
def test_the_same_source_twice_is_refused_and_named(store: Store, again: str) -> None:
    first = sources.add(store, COURIER, name="Alder Falls Courier", now=NOON)
    with pytest.raises(KnownSourceError, match="Alder Falls Courier") as refused:
        sources.add(store, again, now=NOON)
    assert refused.value.source == first


def test_two_feeds_of_one_site_are_two_sources(store: Store) -> None:
    for url in (
        "https://x.example/a",
        "https://x.example/b",
        "https://x.example/a?f=rss",
        "https://x.example:8080/a",
    ):
        sources.add(store, url, now=NOON)
    assert len(sources.every_source(store)) == 4


@pytest.mark.parametrize(
    "wish",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"every": timedelta(seconds=5)},
        {"every": timedelta(days=3)},
        {"zone": "Mars/Olympus"},
        {"zone": "../etc/passwd"},
        {"expected_gap": timedelta(seconds=1)},
        {"options": {"rows": object()}},
    ],
)
def test_a_wish_that_cannot_be_is_refused_and_changes_nothing(store: Store, wish: dict[str, object]) -> None:
    source = sources.add(store, COURIER, name="Courier", now=NOON)
    with pytest.raises(SettingError):
        sources.edit(store, source.id, now=NOON, **wish)  # type: ignore[arg-type]
    assert sources.get(store, source.id) == source


def test_an_edit_changes_what_is_given_and_leaves_the_rest(store: Store) -> None:
    source = sources.add(store, COURIER, name="Courier", place="Alder Falls", every=2 * MINUTE, now=NOON)
    edited = sources.edit(store, source.id, now=NOON, kind=Kind.POLICE, every=timedelta())
    assert (edited.kind, edited.interval, edited.place, edited.name) == (
        Kind.POLICE,
        5 * MINUTE,
        "Alder Falls",
        "Courier",
    )


def test_a_new_address_is_asked_at_once_with_nothing_of_the_old_servers(store: Store) -> None:
    source = sources.add(store, COURIER, now=NOON)
    store.table("states").update(source.id, {"etag": '"old"', "next_poll_at": "2027-01-01", "items": 7})
    sources.edit(store, source.id, url="https://courier.example/rss", now=NOON)
    state = store.row_of("select etag, next_poll_at, items from states")
    assert state is not None
    assert (state["etag"], str(state["next_poll_at"])[:10], state["items"]) == ("", "2026-08-03", 7)


def test_a_source_cannot_be_edited_into_another(store: Store) -> None:
    sources.add(store, COURIER, now=NOON)
    other = sources.add(store, "https://other.example/feed", now=NOON)
    with pytest.raises(KnownSourceError):
        sources.edit(store, other.id, url=COURIER, now=NOON)


def test_pausing_and_resuming_twice_is_pausing_and_resuming_once(store: Store) -> None:
    source = sources.add(store, COURIER, now=NOON)
    paused = sources.pause(store, source.id, why="The site is being rebuilt.", now=NOON)
    assert sources.pause(store, source.id, why="Again.", now=NOON + MINUTE) == paused
    assert paused.paused_why == "The site is being rebuilt."
    sources.resume(store, source.id, now=NOON)
    assert sources.resume(store, source.id, now=NOON) == source


def test_a_removed_source_leaves_the_list_and_may_come_back(store: Store) -> None:
    source = sources.add(store, COURIER, now=NOON)
    sources.remove(store, source.id, now=NOON)
    with pytest.raises(UnknownSourceError):
        sources.get(store, source.id)
    assert sources.add(store, COURIER, now=NOON).id != source.id


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.courier.example/feed", "courier.example"),
        ("https://rss.nixle.com/pubs/feeds/latest/1/", "nixle.com"),
        ("https://news.bbc.co.uk/rss", "bbc.co.uk"),
        ("https://pd.alderfalls.ia.us/news", "pd.alderfalls.ia.us"),
        ("https://www.pd.alderfalls.ia.us/news", "pd.alderfalls.ia.us"),
        ("http://203.0.113.7/feed", "203.0.113.7"),
        ("http://[2001:db8::1]/feed", "2001:db8::1"),
        ("https://localhost/feed", "localhost"),
        ("nonsense", ""),
    ],
)
def test_the_domain_that_a_request_to_wait_speaks_for(url: str, domain: str) -> None:
    assert sources.registrable(url) == domain


def test_every_kind_has_its_habits() -> None:
    assert set(HABITS) == set(Kind)
    assert all(MINUTE <= kind.every <= 30 * MINUTE for kind in Kind)


# A look before saving ------------------------------------------------------------------------------------------------


def look(store: Store | None, url: str, fetcher: Fetcher) -> check.Preview:
    return check.check(store, url, fetcher=fetcher, now=NOON, engine=lambda: ThreadPoolExecutor(1))


def test_a_look_shows_what_would_come_and_keeps_nothing(store: Store, town: Site, fetcher: Fetcher) -> None:
    preview = look(store, f"{town.url}/good/1", fetcher)
    assert (
        preview.sentence
        == "This is a feed (RSS or Atom). It holds 30 entries. The newest is of August 3, 2026."
    )
    assert len(preview.items) == 30
    assert store.execute("select count(*) from items").fetchone() == (0,)


def test_a_web_page_is_refused_and_its_feeds_are_named(store: Store, town: Site, fetcher: Fetcher) -> None:
    with pytest.raises(check.NotAFeedError, match="It names 1 feed") as refused:
        look(store, f"{town.url}/page", fetcher)
    assert [url for _, url in refused.value.feeds] == [f"{town.url}/good/feed"]


def test_an_address_that_does_not_answer_says_why(store: Store, town: Site, fetcher: Fetcher) -> None:
    with pytest.raises(check.UnreachableError, match="nothing at this address") as refused:
        look(store, f"{town.url}/missing", fetcher)
    assert refused.value.failed.kind is Failure.NOT_FOUND


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\xfe", b"%PDF-1.7", b"{", b"<rss", b"<?xml version='1.0'?>", b"ok"]
)
def test_a_look_at_anything_at_all_ends_in_a_sentence(town: Site, fetcher: Fetcher, body: bytes) -> None:
    town.pages["anything"] = Page(body)
    with pytest.raises(SourceError, match=r"\.$"):
        look(None, f"{town.url}/anything", fetcher)


def test_the_button_cannot_be_used_to_hammer(store: Store, town: Site, fetcher: Fetcher) -> None:
    before = town.asked["good/7"]
    for _ in range(check.CHECKS_A_MINUTE):
        look(store, f"{town.url}/good/7", fetcher)
    with pytest.raises(check.TooSoonError) as refused:
        look(store, f"{town.url}/good/7", fetcher)
    assert refused.value.at == NOON + MINUTE
    assert town.asked["good/7"] - before == check.CHECKS_A_MINUTE


def test_check_now_makes_a_source_due_once_a_minute(store: Store) -> None:
    source = sources.add(store, COURIER, now=NOON)
    store.table("states").update(
        source.id,
        {"checked_at": "2026-08-03T11:50:00.000+00:00", "next_poll_at": "2026-08-03T18:00:00.000+00:00"},
    )
    check.ask_now(store, source.id, now=NOON)
    row = store.row_of("select next_poll_at from states")
    assert row is not None
    assert str(row["next_poll_at"]).startswith("2026-08-03T12:00")
    store.table("states").update(source.id, {"checked_at": "2026-08-03T11:59:30.000+00:00"})
    with pytest.raises(check.TooSoonError, match="asked a moment ago"):
        check.ask_now(store, source.id, now=NOON)


def test_check_now_respects_a_domain_that_asked_us_to_wait(store: Store) -> None:
    source = sources.add(store, COURIER, now=NOON)
    store.table("holds").insert({"domain": "courier.example", "until": "2026-08-03T13:00:00.000+00:00"})
    with pytest.raises(check.TooSoonError, match="asks us to wait"):
        check.ask_now(store, source.id, now=NOON)


# OPML ----------------------------------------------------------------------------------------------------------------


def test_sources_go_out_as_opml_and_come_back(store: Store, tmp_path: Path) -> None:
    sources.add(store, COURIER, name="Courier & Sons <daily>", now=NOON)
    sources.add(store, "https://p.example/f", name="Police", kind=Kind.POLICE, place="Alder Falls", now=NOON)
    document = opml.export(sources.every_source(store)).encode()
    with open_monitors(tmp_path / "other") as other:
        brought = opml.add_all(other, document, now=NOON)
        again = opml.add_all(other, document, now=NOON)
        listed = sources.every_source(other)
    assert (len(brought.added), len(again.added), len(again.known)) == (2, 0, 2)
    assert [(one.name, one.url, one.kind, one.place) for one in listed] == [
        ("Courier & Sons <daily>", COURIER, Kind.FEED, ""),
        ("Police", "https://p.example/f", Kind.POLICE, "Alder Falls"),
    ]


def test_folders_and_odd_spellings_of_other_readers_are_understood(store: Store) -> None:
    document = b"""<?xml version="1.0"?><opml version="1.1"><body><outline text="Local">
        <outline title="One" xmlurl="https://one.example/feed"/>
        <outline text="Two" XMLURL="https://two.example/feed"/></outline></body></opml>"""
    assert [source.name for source in opml.add_all(store, document, now=NOON).added] == ["One", "Two"]


def test_one_bad_address_does_not_keep_the_others_out(store: Store) -> None:
    document = b"""<opml><body><outline text="Inside" xmlUrl="http://10.0.0.1/"/>
        <outline text="Fine" xmlUrl="https://fine.example/feed"/></body></opml>"""
    brought = opml.add_all(store, document, now=NOON)
    assert [source.name for source in brought.added] == ["Fine"]
    assert [name for name, _ in brought.refused] == ["Inside"]


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"not xml",
        b"<opml/>",
        b"<html><outline xmlUrl='https://x.example/'/></html>",
        b"<!DOCTYPE opml [<!ENTITY a 'aaaa'>]><opml><body><outline text='&a;' xmlUrl='https://x.example/'/></body></opml>",
    ],
)
def test_what_is_not_opml_is_refused_whole(store: Store, document: bytes) -> None:
    with pytest.raises(opml.NotOpmlError):
        opml.add_all(store, document, now=NOON)


# The command line ----------------------------------------------------------------------------------------------------


@pytest.fixture
def at_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONE_VOICE_ALLOW_LOOPBACK", "1")
    monkeypatch.setenv("ONE_VOICE_DATA", str(tmp_path / "data"))
    return tmp_path


def test_a_list_of_addresses_is_polled_at_once_and_counted(
    at_desk: Path, town: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = at_desk / "urls.txt"
    urls.write_text(
        f"# local\n{town.url}/good/1\n\n{town.url}/good/2\nftp://no.example/\n{town.url}/missing\n"
    )
    counts = []
    for _ in range(2):
        assert main(["sweep", "--data", str(at_desk / "new" / "place"), "--urls", str(urls)]) == 0
        counts.append(json.loads(capsys.readouterr().out.splitlines()[-1]))
    assert counts == [
        {"sources": 3, "unchanged": 0, "failed": 1, "new": 60, "stored": 60},
        {"sources": 3, "unchanged": 2, "failed": 1, "new": 0, "stored": 60},
    ]


def test_add_status_export_and_import_tell_what_they_did(
    at_desk: Path, town: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    town.pages["feed"] = Page(rss("feed", 2))
    assert (
        main(
            ["add", f"{town.url}/feed", "--name", "County news", "--kind", "police", "--place", "Alder Falls"]
        )
        == 0
    )
    assert "It holds 2 entries" in capsys.readouterr().out
    assert main(["add", f"{town.url}/feed"]) == 1
    assert "a source already" in capsys.readouterr().err
    assert main(["sweep"]) == 0
    capsys.readouterr()
    assert main(["status", "--zone", "America/Chicago", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["state"], row["items"], len(row["polls"])) == ("Well", 2, 1)
    assert main(["export"]) == 0
    (at_desk / "out.opml").write_text(capsys.readouterr().out)
    assert main(["import", "--data", str(at_desk / "other"), str(at_desk / "out.opml")]) == 0
    assert capsys.readouterr().out == "1 added, 0 known already, 0 refused.\n"


@pytest.mark.parametrize(
    "what", ["", "nonsense", "file:///etc/passwd", "http://10.0.0.1/", "\x00", "http://[", "-"]
)
def test_check_on_anything_prints_a_sentence(
    at_desk: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    assert main(["check", "--", what]) == 1
    printed = capsys.readouterr()
    assert printed.out.strip().endswith(".")
    assert printed.err == ""


def test_check_prints_what_would_come_as_json_too(
    at_desk: Path, town: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", f"{town.url}/good/3", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["shape"], len(said["items"])) == (True, "feed", 30)
    assert main(["check", f"{town.url}/page", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["feeds"] == [{"title": "", "url": f"{town.url}/good/feed"}]


def test_watching_sweeps_until_it_is_told_to_stop(at_desk: Path, town: Site) -> None:
    with open_monitors(at_desk / "data") as store:
        sources.add(store, f"{town.url}/good/1", now=NOON, loopback=True)
    watching = subprocess.Popen(
        [sys.executable, "-m", "monitors", "watch"], stdout=subprocess.PIPE, text=True
    )
    assert watching.stdout is not None
    with watching.stdout:
        assert json.loads(watching.stdout.readline())["new"] == 30
        watching.send_signal(signal.SIGINT)
        assert watching.wait(timeout=20) == 130


def test_a_file_that_is_not_there_is_a_sentence(at_desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(at_desk / "none.opml")]) == 1
    assert main(["sweep", "--urls", str(at_desk / "none.txt")]) == 1
    (at_desk / "file").write_text("not a directory")
    assert main(["sweep", "--data", str(at_desk / "file")]) == 1
    (at_desk / "broken").mkdir()
    (at_desk / "broken" / "monitors.db").write_text("not a database, though it has the name of one. " * 20)
    assert main(["status", "--data", str(at_desk / "broken")]) == 1
    assert "Traceback" not in capsys.readouterr().err
