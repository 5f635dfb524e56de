"""Where the heavy pure work runs: documents go in, readings come out, whatever happens to the muscle.

The engine asks for a `concurrent.futures.Executor` and nothing else: two processes here, a cluster elsewhere. A worker
that dies breaks its whole pool; the pool is then built anew, and every document that was in it is read again alone, so
that the one to blame is known and no other is lost or read twice.
"""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field

from monitors.bundle import split
from monitors.identity import digest
from monitors.kinds import Kind
from monitors.parse import Parsed, parse

SECONDS_A_DOCUMENT = 10
"""A worker that needs longer for one document ends itself."""
MEMORY_A_WORKER = 1024**3
"""Bytes of address space a worker may have; beyond it a document is broken, not the machine."""
_STUCK = 4 * SECONDS_A_DOCUMENT
_STILL_BORN = 3


@dataclass(frozen=True, slots=True)
class Document:
    """What a worker needs to read one answer."""

    body: bytes
    kind: str | None
    content_type: str
    url: str
    options: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says, with the digest of each item in the same order."""

    parsed: Parsed
    digests: tuple[bytes, ...]


def read(document: Document) -> Reading:
    """Read one document. Runs in a worker; ends the worker, not us, when it takes too long."""
    if _killable:
        faulthandler.dump_traceback_later(SECONDS_A_DOCUMENT, exit=True, file=_nowhere)
    try:
        parsed = _parsed(document)
        return Reading(parsed, tuple(digest(item) for item in parsed.items))
    finally:
        if _killable:
            faulthandler.cancel_dump_traceback_later()


def _parsed(document: Document) -> Parsed:
    """The document's items; a mailbox's answer is several documents, one message each."""
    bodies = split(document.body) if document.kind == Kind.MAIL else [document.body]
    read = [
        parse(
            body,
            kind=document.kind,
            content_type=document.content_type,
            url=document.url,
            options=document.options,
        )
        for body in bodies
    ]
    if len(read) == 1:
        return read[0]
    items = {item.key: item for parsed in read for item in parsed.items}
    unread = any(parsed.failure for parsed in read)
    partly = unread or any(parsed.partly for parsed in read)
    return Parsed(Kind.MAIL, None, len(items), tuple(items.values()), partly)


_killable = False
_nowhere = sys.stderr


def two_processes(workers: int = 2) -> Executor:
    """The engine of one machine. Forked from a clean server where there is one: threads and stores never cross a fork."""
    ways = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in ways else "spawn")
    if "forkserver" in ways:
        context.set_forkserver_preload([__name__, "monitors.parse.feed"])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=begin_worker)


def one_process() -> Executor:
    """The engine of a single look."""
    return two_processes(1)


def begin_worker() -> None:
    """In a worker: limits that end it, not us."""
    global _killable, _nowhere
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _nowhere = open(os.devnull, "w")  # noqa: SIM115, PTH123 - open for as long as the worker lives
    _killable = True
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(
                resource.RLIMIT_AS, (MEMORY_A_WORKER, resource.getrlimit(resource.RLIMIT_AS)[1])
            )


@dataclass(slots=True)
class _Job:
    tag: Hashable
    document: Document
    alone: bool = False


@dataclass
class Engine:
    """Reads documents through an executor that may die. Used from one thread; `report` may be called from any.

    `make` builds an executor; it is called at the first document and again after each break. `report` is given every
    finished future; hand it back to `finished` on the engine's own thread.
    """

    report: Callable[[Future[Reading]], None]
    make: Callable[[], Executor] = two_processes
    clock: Callable[[], float] = time.monotonic
    rebuilt: int = 0
    _executor: Executor | None = None
    _broken: bool = False
    _flying: dict[Future[Reading], _Job] = field(default_factory=dict)
    _waiting: deque[_Job] = field(default_factory=deque)
    _suspects: deque[_Job] = field(default_factory=deque)
    _progress: float = 0.0
    _still_born: int = 0

    def read(self, tag: Hashable, document: Document) -> None:
        """Have a document read. Its result comes out of `finished` under `tag`, once.

        Raises BrokenExecutor when no executor can be started at all.
        """
        self._waiting.append(_Job(tag, document))
        self._go_on()

    def finished(self, future: Future[Reading]) -> list[tuple[Hashable, Reading | None]]:
        """What a finished future brings: the reading, or None for a document that breaks whoever reads it alone."""
        job = self._flying.pop(future, None)
        if job is None:
            return []  # of an executor that was given up; its document is read again
        self._progress = self.clock()
        done: list[tuple[Hashable, Reading | None]] = []
        error = CancelledError() if future.cancelled() else future.exception()
        if error is None:
            done.append((job.tag, future.result()))
        elif isinstance(error, BrokenExecutor | CancelledError):
            self._broken = True
            done += self._blame(job)
        else:
            done.append((job.tag, None))
        if self._broken and not self._flying:
            self._give_up()
        self._go_on()
        return done

    def overdue(self) -> list[tuple[Hashable, Reading | None]]:
        """Give up an executor that has brought nothing for too long; what it held is read again."""
        if not self._flying or self.clock() - self._progress < _STUCK:
            return []
        done = [result for job in self._flying.values() for result in self._blame(job)]
        self._flying.clear()
        self._give_up()
        self._go_on()
        return done

    def close(self) -> None:
        """End the workers. What is still unread is forgotten: its source is still due."""
        for jobs in (self._waiting, self._suspects):
            jobs.clear()
        self._flying.clear()
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _blame(self, job: _Job) -> list[tuple[Hashable, Reading | None]]:
        if job.alone:
            return [(job.tag, None)]
        self._suspects.append(_Job(job.tag, job.document, alone=True))
        return []

    def _give_up(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None
            self.rebuilt += 1
        self._broken = False

    def _go_on(self) -> None:
        """Start what may start: suspects one at a time, everything else together."""
        while not self._broken:
            if self._suspects:
                if self._flying:
                    return
                self._start(self._suspects.popleft())
                return
            if not self._waiting or any(job.alone for job in self._flying.values()):
                return
            self._start(self._waiting.popleft())

    def _start(self, job: _Job) -> None:
        if not self._flying:
            self._progress = self.clock()
        try:
            self._executor = self._executor or self.make()
            future = self._executor.submit(read, job.document)
        except BrokenExecutor:
            (self._suspects if job.alone else self._waiting).appendleft(job)
            self._broken = True
            if not self._flying:  # else the futures in flight bring the news to `finished`
                self._still_born += 1
                if self._still_born > _STILL_BORN:
                    raise
                self._give_up()
                self._go_on()
            return
        self._still_born = 0
        self._flying[future] = job
        future.add_done_callback(self.report)
