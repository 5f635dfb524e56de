"""What holds whatever sources say and whatever kills us: nothing dropped, nothing doubled."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors import ledger, sources
from monitors.database import Store
from monitors.engine import Reading
from monitors.identity import digest
from monitors.items import Item
from monitors.ledger import Heard
from monitors.parse import Parsed
from monitors.schedule import Poll, Result
from monitors.sources import Source
from monitors.store import open_monitors
from tests.monitors.hostile import NOON, Page, rss, site

MINUTE = timedelta(minutes=1)

titles = st.sampled_from(["Shots at Mill Road", "Bus crash", "Bus crash!", "Council meets", ""])
links = st.sampled_from(["", "https://x.example/1", "https://x.example/2", "https://x.example/all"])
dates = st.none() | st.integers(-5000, 5000).map(lambda minutes: NOON + minutes * MINUTE)
items = st.builds(
    Item,
    key=st.sampled_from("abcdefgh"),
    title=titles,
    text=st.sampled_from(["", "Two hurt.", "Three hurt."]),
    link=links,
    published=dates,
    updated=dates,
    facts=st.sampled_from([{}, {"severity": "Extreme"}, {"status": "CLEARED"}]),
)
documents = st.lists(st.lists(items, max_size=8, unique_by=lambda item: item.key), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples; each has a source of its own in it."""
    with open_monitors(tmp_path_factory.mktemp("promises")) as store:
        store.execute("pragma synchronous=off")
        yield store


def new_source(store: Store) -> Source:
    number = store.execute("select count(*) from sources").fetchone()[0]
    return sources.add(store, f"https://x{number}.example/feed", now=NOON)


def hear(store: Store, source: Source, document: Sequence[Item], at: datetime) -> Poll:
    """A poll that brought this document, as a pass writes it."""
    row = store.row_of("select * from states where source_id = ?", source.id)
    assert row is not None
    reading = Reading(Parsed("feed", None, len(document), tuple(document)), tuple(map(digest, document)))
    poll = Poll(at, Result.SAME, entries=len(document))
    (written,) = ledger.write(store, [Heard(source, ledger.state_of(row), poll, reading)])
    return written.poll


def kept(store: Store, source: Source) -> list[dict[str, object]]:
    return store.rows_of("select * from items where source_id = ? order by id", source.id)


def replaced(store: Store, source: Source) -> list[dict[str, object]]:
    return store.rows_of(
        "select revisions.* from revisions join items on items.id = item_id where source_id = ? order by id",
        source.id,
    )


@given(documents)
def test_every_text_ever_sent_is_kept_and_no_entry_is_stored_twice(
    store: Store, sent: list[list[Item]]
) -> None:
    source = new_source(store)
    for number, document in enumerate(sent):
        before = {row["id"] for row in kept(store, source)}
        poll = hear(store, source, document, NOON + number * 5 * MINUTE)
        now = kept(store, source)
        assert before <= {row["id"] for row in now}
        assert len(now) - len(before) == poll.new
        assert {item.key for item in document} <= {str(row["key"]) for row in now}
    texts = {(item.title, item.text) for document in sent for item in document}
    stored = [*kept(store, source), *replaced(store, source)]
    assert texts <= {(str(row["title"]), str(row["text"])) for row in stored}
    state = store.row_of("select items from states where source_id = ?", source.id)
    assert state == {"items": len(kept(store, source))}


@given(documents)
def test_the_same_document_again_changes_nothing(store: Store, sent: list[list[Item]]) -> None:
    source = new_source(store)
    for number, document in enumerate(sent):
        hear(store, source, document, NOON + number * 10 * MINUTE)
        again = hear(store, source, document, NOON + (number * 10 + 5) * MINUTE)
        assert (again.new, again.edited) == (0, 0)


def test_an_edit_after_an_edit_keeps_all_three_texts(store: Store) -> None:
    source = new_source(store)
    crash = Item("a", "Bus crash", "Two hurt.", "https://x.example/1", NOON)
    for number, text in enumerate(("Two hurt.", "Three hurt.", "One dead.")):
        hear(store, source, [replace(crash, text=text)], NOON + number * 5 * MINUTE)
    first, second = replaced(store, source)
    assert (first["text"], second["text"], kept(store, source)[0]["text"]) == (
        "Two hurt.",
        "Three hurt.",
        "One dead.",
    )
    assert first["replaced_at"] == second["seen_at"]


def _killed_and_swept(data: Path, kills: int) -> None:
    """Kill a watching process again and again at any moment; then let it finish, and count."""
    chance = random.Random(4)
    with site() as town:
        for number in range(40):
            town.pages[f"feed/{number}"] = Page(rss(f"feed-{number}", 25))
        urls = data / "urls.txt"
        urls.write_text("\n".join(f"{town.url}/feed/{number}" for number in range(40)))
        sweep = [sys.executable, "-m", "monitors", "sweep", "--data", str(data / "d"), "--urls", str(urls)]
        for kill in range(kills):
            running = subprocess.Popen(sweep, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.3, 1.2))
            running.send_signal(signal.SIGKILL)
            running.wait()
            for number in range(40):
                town.pages[f"feed/{number}"] = Page(rss(f"feed-{number}", 26 + kill))
        subprocess.run(sweep, check=True, stdout=subprocess.DEVNULL)
    with open_monitors(data / "d") as store:
        assert store.execute("pragma integrity_check").fetchone() == ("ok",)
        counts = store.execute("select count(*), count(distinct source_id || key) from items").fetchone()
        assert counts == (40 * (25 + kills), 40 * (25 + kills))
        assert ledger.items_stored(store) == counts[0]


def test_a_sweep_that_is_killed_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONE_VOICE_ALLOW_LOOPBACK", "1")
    _killed_and_swept(tmp_path, kills=3)


@pytest.mark.torture
@pytest.mark.timeout(1200)
def test_a_sweep_that_is_killed_a_hundred_times_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONE_VOICE_ALLOW_LOOPBACK", "1")
    _killed_and_swept(tmp_path, kills=100)
