"""Look before saving: what an address would give, without keeping any of it, and not so often that it hurts."""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitors.asking import ask
from monitors.database import Store
from monitors.engine import Document, Engine, Reading, one_process
from monitors.fetch import Fetcher
from monitors.items import Item
from monitors.kinds import SHAPES, Kind
from monitors.ledger import state_of
from monitors.outcomes import Failed, Failure, Fetched, failed
from monitors.parse import FAILURES
from monitors.sources import SourceError, get, valid_address
from monitors.store import moment, stamp
from monitors.turns import host_of

CHECKS_A_MINUTE = 6
"""Trial requests one host may get from all of us."""
AGAIN = timedelta(minutes=1)
"""How soon a source may be asked again by hand."""


class NotAFeedError(SourceError):
    """The address answers, but not with a feed. `feeds` are (title, address) of those the page names."""

    def __init__(self, sentence: str, feeds: tuple[tuple[str, str], ...]) -> None:
        super().__init__(sentence)
        self.feeds = feeds


class UnreachableError(SourceError):
    """The address gave no usable answer; `failed` says why."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.sentence)
        self.failed = failed


class TooSoonError(SourceError):
    """Asked a moment ago; `at` is when it may be asked again, aware UTC."""

    def __init__(self, sentence: str, at: datetime) -> None:
        super().__init__(sentence)
        self.at = at


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come. `url` is the address to save: where a permanent move leads, else what was entered.

    `items` are in the document's order; `shape` is what the document is, a key of `SHAPES`.
    """

    url: str
    shape: str
    items: tuple[Item, ...]
    partly: bool = False

    @property
    def sentence(self) -> str:
        """One sentence for the person who is about to save."""
        count = len(self.items)
        dated = [item.published for item in self.items if item.published]
        words = {0: "It holds no entry now.", 1: "It holds 1 entry."}.get(count, f"It holds {count} entries.")
        partly = " Part of it could not be read." if self.partly else ""
        newest = f" The newest is of {max(dated):%B} {max(dated).day}, {max(dated).year}." if dated else ""
        return f"This is a feed ({SHAPES.get(self.shape, self.shape)}). {words}{newest}{partly}"


def check(
    store: Store | None,
    url: str,
    *,
    fetcher: Fetcher,
    now: datetime,
    kind: Kind = Kind.FEED,
    zone: str = "",
    options: Mapping[str, object] | None = None,
    engine: Callable[[], Executor] = one_process,
) -> Preview:
    """Ask an address once and say what would come. Raises a SourceError with the sentence to show.

    `store` counts trial requests, so that nobody can use the button to hammer a site; None counts nothing.
    """
    url = valid_address(url, kind=kind, loopback=fetcher.loopback)
    if store is not None:
        _count(store, host_of(url), now)
    options = options or {}
    outcome = ask(fetcher, url, kind=kind, options=options, now=now)
    if not isinstance(outcome, Fetched):
        broken = failed(Failure.BROKEN, host_of(url))  # "not modified" to a question without "since"
        raise UnreachableError(outcome if isinstance(outcome, Failed) else broken)
    parsed = _read(outcome, kind, {**options, "zone": zone}, engine).parsed
    if parsed.failure == "not_a_feed":
        raise NotAFeedError(_not_a_feed(parsed.links), parsed.links)
    if parsed.failure is not None:
        raise NotAFeedError(FAILURES[parsed.failure], parsed.links)
    return Preview(outcome.moved_to or url, parsed.kind, parsed.items, parsed.partly or outcome.cut)


def ask_now(store: Store, source_id: int, *, now: datetime) -> None:
    """Make a source due at once: the next pass asks it. Raises TooSoonError when it was asked, or asked us to wait."""
    with store.atomic():
        source = get(store, source_id)
        row = store.row_of(
            "select states.*, holds.until from sources join states on states.source_id = sources.id"
            " left join holds on holds.domain = sources.domain where sources.id = ?",
            source_id,
        )
        if row is None:
            return
        state = state_of(row)
        until = moment(str(row["until"])) if row["until"] else None
        if until is not None and until > now:
            raise TooSoonError(f"{source.name} asks us to wait. It is asked again at the time shown.", until)
        if state.checked_at is not None and now - state.checked_at < AGAIN:
            raise TooSoonError(
                f"{source.name} was asked a moment ago. Try again in a minute.", state.checked_at + AGAIN
            )
        store.execute(
            "update states set next_poll_at = min(next_poll_at, ?) where source_id = ?",
            [stamp(now), source_id],
        )


def _count(store: Store, host: str, now: datetime) -> None:
    since = now - timedelta(minutes=1)
    with store.atomic():
        store.execute("delete from checks where at <= ?", [stamp(since)])
        row = store.row_of("select count(*) as times, min(at) as first from checks where host = ?", host)
        if row is not None and int(str(row["times"])) >= CHECKS_A_MINUTE:
            again = moment(str(row["first"])) + timedelta(minutes=1)
            raise TooSoonError(
                f"{host} was tried {row['times']} times this minute. Try again in a minute.", again
            )
        store.table("checks").insert({"host": host, "at": stamp(now)})


def _read(
    outcome: Fetched, kind: Kind, options: Mapping[str, object], make: Callable[[], Executor]
) -> Reading:
    """Read one answer in a worker that can be killed. Raises UnreachableError for a document that breaks it."""
    inbox: queue.SimpleQueue[Future[Reading]] = queue.SimpleQueue()
    engine = Engine(inbox.put, make)
    try:
        engine.read(0, Document(outcome.body, kind.parser, outcome.content_type, outcome.url, dict(options)))
        results = engine.finished(inbox.get())
        while not results:
            results = engine.finished(inbox.get())
    finally:
        engine.close()
    reading = results[0][1]
    if reading is None:
        raise NotAFeedError(FAILURES["broken"], ())
    return reading


def _not_a_feed(feeds: tuple[tuple[str, str], ...]) -> str:
    if not feeds:
        return "That page is a web page, not a feed, and it names no feed. Look for a feed's address on the site."
    if len(feeds) == 1:
        return "That page is a web page, not a feed. It names 1 feed; choose it."
    return f"That page is a web page, not a feed. It names {len(feeds)} feeds; choose one."
