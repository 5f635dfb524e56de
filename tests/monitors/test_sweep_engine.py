"""Whatever happens to the workers, each document is read once, and only the one to blame is given up."""

from __future__ import annotations

import os
import queue
import signal
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from monitors import engine as engines
from monitors.bundle import join, split
from monitors.engine import Document, Engine, Reading, two_processes
from monitors.kinds import Kind
from monitors.sources import add
from monitors.store import open_monitors
from monitors.sweep import Sweeper
from tests.monitors.hostile import NOON, rss, site


def document(number: int, body: bytes | None = None) -> Document:
    return Document(body or rss(f"f{number}", 3), None, "", "https://x.example/", {})


class Muscle(Executor):
    """An executor of the test: `behave(document)` decides what becomes of each call; broken ones break the rest."""

    def __init__(self, behave: Callable[[Document], str]) -> None:
        self.behave, self.pending, self.closed = behave, list[tuple[Future[Reading], Document]](), False

    def submit(self, call: Callable[..., Reading], /, *arguments: object, **_: object) -> Future[Reading]:  # type: ignore[override]
        future: Future[Reading] = Future()
        asked = arguments[0]
        assert isinstance(asked, Document)
        self.pending.append((future, asked))
        return future

    def work(self) -> None:
        """Do what is waiting; at the first breaking document the whole pool dies."""
        while self.pending:
            future, asked = self.pending.pop(0)
            if self.behave(asked) == "break":
                for other, _ in [(future, asked), *self.pending]:
                    other.set_exception(BrokenProcessPool("a worker died"))
                self.pending.clear()
            elif self.behave(asked) == "work":
                future.set_result(engines.read(asked))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.closed = True


def run(
    engine: Engine, inbox: queue.SimpleQueue[Future[Reading]], muscles: list[Muscle]
) -> list[tuple[Hashable, Reading | None]]:
    done: list[tuple[Hashable, Reading | None]] = []
    while any(muscle.pending for muscle in muscles) or not inbox.empty():
        for muscle in list(muscles):
            muscle.work()
        while not inbox.empty():
            done += engine.finished(inbox.get())
    return done


@pytest.mark.parametrize("guilty", [set(), {0}, {7}, {3, 4}, set(range(10))])
def test_a_document_that_kills_its_worker_takes_no_other_with_it(guilty: set[int]) -> None:
    muscles: list[Muscle] = []
    bad = {rss(f"f{number}", 3) for number in guilty}

    def make() -> Executor:
        muscles.append(Muscle(lambda asked: "break" if asked.body in bad else "work"))
        return muscles[-1]

    inbox: queue.SimpleQueue[Future[Reading]] = queue.SimpleQueue()
    engine = Engine(inbox.put, make)
    for number in range(10):
        engine.read(number, document(number))
    done = run(engine, inbox, muscles)
    assert sorted(int(str(tag)) for tag, _ in done) == list(range(10))
    assert {tag for tag, reading in done if reading is None} == guilty
    assert (engine.rebuilt > 0) == bool(guilty)


def test_an_engine_that_brings_nothing_is_given_up_and_its_documents_are_read_again() -> None:
    now, muscles = [0.0], list[Muscle]()

    def make() -> Executor:
        muscles.append(Muscle((lambda _: "hang") if len(muscles) == 0 else (lambda _: "work")))
        return muscles[-1]

    inbox: queue.SimpleQueue[Future[Reading]] = queue.SimpleQueue()
    engine = Engine(inbox.put, make, clock=lambda: now[0])
    for number in range(3):
        engine.read(number, document(number))
    assert run(engine, inbox, muscles) == []
    assert engine.overdue() == []
    now[0] = 1000.0
    assert engine.overdue() == []
    done = run(engine, inbox, muscles)
    assert sorted(int(str(tag)) for tag, reading in done if reading) == [0, 1, 2]


@pytest.fixture
def real() -> Iterator[tuple[Engine, queue.SimpleQueue[Future[Reading]], list[Executor]]]:
    inbox: queue.SimpleQueue[Future[Reading]] = queue.SimpleQueue()
    made: list[Executor] = []

    def make() -> Executor:
        made.append(two_processes())
        return made[-1]

    engine = Engine(inbox.put, make)
    yield engine, inbox, made
    engine.close()


def test_a_killed_worker_process_loses_and_doubles_nothing(
    real: tuple[Engine, queue.SimpleQueue[Future[Reading]], list[Executor]],
) -> None:
    engine, inbox, made = real
    for number in range(60):
        engine.read(number, document(number, rss(f"f{number}", 200)))
    done: list[tuple[Hashable, Reading | None]] = []
    killed = False
    while len(done) < 60:
        done += engine.finished(inbox.get(timeout=60))
        if len(done) >= 5 and not killed:
            pool = made[-1]
            assert isinstance(pool, ProcessPoolExecutor)
            os.kill(next(iter(pool._processes)), signal.SIGKILL)
            killed = True
    assert sorted(int(str(tag)) for tag, reading in done if reading) == list(range(60))
    assert engine.rebuilt >= 1


def _sleep_for_ever(*_: object, **__: object) -> None:
    time.sleep(60)


def _start_a_sleeper() -> None:
    engines.begin_worker()
    engines.SECONDS_A_DOCUMENT = 1
    vars(engines)["parse"] = _sleep_for_ever


def test_a_worker_that_takes_too_long_ends_itself() -> None:
    inbox: queue.SimpleQueue[Future[Reading]] = queue.SimpleQueue()
    engine = Engine(inbox.put, lambda: ProcessPoolExecutor(1, initializer=_start_a_sleeper))
    began = time.monotonic()
    engine.read("endless", document(1))
    done: list[tuple[Hashable, Reading | None]] = []
    while not done:
        done += engine.finished(inbox.get(timeout=30))
    assert done == [("endless", None)]
    assert time.monotonic() - began < 20
    engine.close()


def test_a_sweep_over_dying_workers_stores_everything_once(tmp_path: Path) -> None:
    with site() as town, open_monitors(tmp_path) as store:
        for number in range(20):
            add(store, f"{town.url}/good/{number}", now=NOON, loopback=True)
        made: list[ProcessPoolExecutor] = []

        def make() -> Executor:
            pool = two_processes()
            assert isinstance(pool, ProcessPoolExecutor)
            made.append(pool)
            if len(made) == 1:
                pool.submit(os._exit, 1)
            return pool

        with Sweeper(tmp_path, loopback=True, engine=make) as sweeper:
            result = sweeper.sweep(NOON)
        assert (result.new, result.failed, len(made) > 1) == (600, 0, True)
        assert store.execute("select count(*), count(distinct key) from items").fetchone() == (600, 600)


def test_several_mails_travel_as_one_body() -> None:
    messages = [b"From: a\n\nOne", b"", b"12\n34\n"]
    assert split(join(messages)) == messages
    assert split(b"") == []


def test_a_mailbox_answer_is_read_message_by_message() -> None:
    mails = [
        b"Message-ID: <%d@city.example>\nFrom: City <a@city.example>\nSubject: Road closed %d\nDate: Mon, 03 Aug 2026 10:00:00 +0000\n\nMill Road."
        % (n, n)
        for n in range(3)
    ]
    reading = engines.read(Document(join(mails), Kind.MAIL, "message/rfc822", "imaps://x", {}))
    assert [item.title for item in reading.parsed.items] == [
        "Road closed 0",
        "Road closed 1",
        "Road closed 2",
    ]
    assert len(reading.digests) == 3
