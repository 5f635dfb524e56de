"""The command line of listening: sweep, watch, check, add, import, export, status. Says sentences, never a traceback."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitors import health, opml, sources
from monitors.check import NotAFeedError
from monitors.check import check as look
from monitors.database import Store, sqlite3
from monitors.fetch import Fetcher
from monitors.kinds import Kind
from monitors.sources import KnownSourceError, SourceError
from monitors.store import open_monitors
from monitors.sweep import Sweeper, SweepResult

PASS_SECONDS = 60.0
"""The longest a pass of `watch` starts further sources; what is left stays due."""
_TICK_SECONDS = 5.0
_ASKING = {"sweep", "watch", "check", "add"}


def command(name: str, arguments: list[str]) -> int:
    """Run one command of `python -m monitors`. 0 = done, 1 = could not (a sentence on standard error), 2 = misused."""
    act, reading = _COMMANDS[name]
    asked = reading(name).parse_args(arguments)
    try:
        return act(asked)
    except SourceError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'The file'} cannot be used: {error.strerror or error}.", file=sys.stderr)
    except sqlite3.DatabaseError as error:
        print(f"The store in {asked.data} cannot be used: {error}.", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def sweep(asked: argparse.Namespace) -> int:
    """Poll what is due, or every address of `--urls` whatever the schedule says; the last line is the result as JSON."""
    now = datetime.now(UTC)
    only = None
    if asked.urls is not None:
        with open_monitors(asked.data) as store, store.atomic():
            only = {source.id for source in _added(store, asked.urls.read_text("utf-8", "replace"), now)}
    with _sweeper(asked) as sweeper:
        result = sweeper.sweep(now, only=only)
    for alarm in result.alarms:
        print(f"{alarm.source.name}: {alarm.sentence}", file=sys.stderr)
    print(json.dumps(_counts(result)))
    return 0


def watch(asked: argparse.Namespace) -> int:
    """Sweep until interrupted, a line of JSON for each pass that asked anybody."""
    stopping = threading.Event()

    def stop(*_: object) -> None:
        stopping.set()  # an interrupt that lands where Python ignores exceptions is not lost
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    with _sweeper(asked) as sweeper:
        while not stopping.is_set():
            result = sweeper.sweep(datetime.now(UTC), seconds=PASS_SECONDS)
            if result.sources:
                print(json.dumps(_counts(result)), flush=True)
            stopping.wait(_TICK_SECONDS)
    raise KeyboardInterrupt


def check(asked: argparse.Namespace) -> int:
    """Say what an address would give. Keeps nothing; any answer is a sentence."""
    now = datetime.now(UTC)
    try:
        with Fetcher(contact=asked.contact, loopback=loopback_allowed(os.environ)) as fetcher:
            preview = look(None, asked.url, fetcher=fetcher, now=now, kind=asked.kind, zone=asked.zone)
    except SourceError as error:
        feeds = error.feeds if isinstance(error, NotAFeedError) else ()
        if asked.json:
            named = [{"title": title, "url": url} for title, url in feeds]
            print(json.dumps({"url": asked.url, "ok": False, "sentence": str(error), "feeds": named}))
        else:
            print("\n".join([str(error), *(f"  {url}  {title}" for title, url in feeds)]))
        return 1
    if asked.json:
        items = [
            {"title": item.title, "link": item.link, "published": _iso(item.published)}
            for item in preview.items
        ]
        said = {
            "url": preview.url,
            "ok": True,
            "sentence": preview.sentence,
            "shape": preview.shape,
            "items": items,
        }
        print(json.dumps(said, ensure_ascii=False))
    else:
        titles = [f"  {_iso(item.published) or 'no date':25}  {item.title}" for item in preview.items[:10]]
        print("\n".join([preview.sentence, *titles]))
    return 0


def add(asked: argparse.Namespace) -> int:
    """Add a source after a look at it; `--unchecked` adds it without one."""
    now, loopback = datetime.now(UTC), loopback_allowed(os.environ)
    with open_monitors(asked.data) as store:
        url = asked.url
        if not asked.unchecked:
            with Fetcher(contact=asked.contact, loopback=loopback) as fetcher:
                preview = look(store, url, fetcher=fetcher, now=now, kind=asked.kind, zone=asked.zone)
            url = preview.url
            print(preview.sentence)
        source = sources.add(
            store,
            url,
            name=asked.name,
            kind=asked.kind,
            place=asked.place,
            zone=asked.zone,
            now=now,
            loopback=loopback,
        )
    print(f"Added “{source.name}” ({source.kind.label}): {source.url}")
    return 0


def import_opml(asked: argparse.Namespace) -> int:
    """Add the feeds of an OPML file."""
    with open_monitors(asked.data) as store:
        brought = opml.add_all(
            store, asked.file.read_bytes(), now=datetime.now(UTC), loopback=loopback_allowed(os.environ)
        )
    for name, sentence in brought.refused:
        print(f"{name}: {sentence}", file=sys.stderr)
    counts = (len(brought.added), len(brought.known), len(brought.refused))
    print("{} added, {} known already, {} refused.".format(*counts))
    return 0


def export_opml(asked: argparse.Namespace) -> int:
    """Write the sources as OPML."""
    with open_monitors(asked.data) as store:
        listed = sources.every_source(store)
    if asked.json:
        for source in listed:
            said = {
                "id": source.id,
                "name": source.name,
                "url": source.url,
                "kind": source.kind,
                "place": source.place,
            }
            print(json.dumps(said, ensure_ascii=False))
    else:
        print(opml.export(listed), end="")
    return 0


def status(asked: argparse.Namespace) -> int:
    """Say how each source is doing, troubles first, and what may have been missed."""
    now = datetime.now(UTC)
    zone = ZoneInfo(asked.zone or "UTC")
    with open_monitors(asked.data) as store:
        listed, gaps = health.health(store, now, zone), health.missed(store, now, zone)
        if asked.json:
            for sentence in gaps:
                print(json.dumps({"missed": sentence}, ensure_ascii=False))
            for one in listed:
                print(json.dumps(_health_row(store, one, zone), ensure_ascii=False))
            return 0
    for sentence in gaps:
        print(sentence)
    for one in listed:
        print(f"{one.word:7} {one.source.name} ({one.source.kind.label}): {one.sentence}")
    if not listed:
        print("No source yet. Add one with: python -m monitors add URL")
    return 0


def _health_row(store: Store, one: health.Health, zone: ZoneInfo) -> dict[str, object]:
    return {
        "id": one.source.id,
        "name": one.source.name,
        "url": one.source.url,
        "kind": one.source.kind,
        "state": one.word,
        "condition": one.condition,
        "sentence": one.sentence,
        "since": _iso(one.since),
        "last_answer": _iso(one.state.ok_at),
        "newest_item": _iso(one.state.newest_at),
        "next_poll": _iso(one.state.next_poll_at),
        "items": one.state.items,
        "items_today": one.items_today,
        "polls": health.polls_in_words(store, one.source.id, zone),
    }


def _added(store: Store, text: str, now: datetime) -> list[sources.Source]:
    """The sources of a text file of addresses, one a line (`#` begins a remark), added where they are new."""
    listed = {}
    for number, line in enumerate(text.splitlines(), 1):
        url = line.strip()
        if not url or url.startswith("#"):
            continue
        try:
            source = sources.add(store, url, now=now, loopback=loopback_allowed(os.environ))
        except KnownSourceError as error:
            source = error.source
        except SourceError as error:
            print(f"line {number}: {error}", file=sys.stderr)
            continue
        listed[source.id] = source
    return list(listed.values())


def _counts(result: SweepResult) -> dict[str, object]:
    return {name: getattr(result, name) for name in ("sources", "unchanged", "failed", "new", "stored")}


def loopback_allowed(environment: Mapping[str, str]) -> bool:
    """Whether this machine's own addresses may be sources: for tests and the demo, by ONE_VOICE_ALLOW_LOOPBACK=1."""
    return environment.get("ONE_VOICE_ALLOW_LOOPBACK") == "1"


@contextmanager
def _sweeper(asked: argparse.Namespace) -> Iterator[Sweeper]:
    with Sweeper(
        asked.data, contact=asked.contact, zone=asked.zone, loopback=loopback_allowed(os.environ)
    ) as sweeper:
        yield sweeper


def _with_data(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(f"python -m monitors {name}")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("ONE_VOICE_DATA") or "data"),
        help="the partnership's directory; created if missing",
    )
    return parser


def _sweeping(name: str) -> argparse.ArgumentParser:
    parser = _with_zone(name)
    if name == "sweep":
        parser.add_argument(
            "--urls", type=Path, help="poll the addresses of this text file now, adding new ones"
        )
    return parser


def _with_zone(name: str) -> argparse.ArgumentParser:
    parser = _with_data(name)
    if name in _ASKING:
        parser.add_argument(
            "--contact",
            default="",
            help="whom a site may write to; named in each request, as weather.gov asks for",
        )
    parser.add_argument(
        "--zone",
        default="",
        type=_zone,
        help="time zone, such as America/Chicago: of dates that name none, and shown",
    )
    return parser


def _asking(name: str) -> argparse.ArgumentParser:
    parser = _with_zone(name)
    parser.add_argument("url", help="the address of a feed or a site")
    parser.add_argument("--kind", type=Kind, choices=list(Kind), default=Kind.FEED)
    if name == "check":
        parser.add_argument("--json", action="store_true", help="print one line of JSON")
    else:
        parser.add_argument("--name", default="")
        parser.add_argument("--place", default="", help="the place it belongs to")
        parser.add_argument("--unchecked", action="store_true", help="add it without asking it first")
    return parser


def _importing(name: str) -> argparse.ArgumentParser:
    parser = _with_data(name)
    parser.add_argument("file", type=Path, help="an OPML file")
    return parser


def _printing(name: str) -> argparse.ArgumentParser:
    parser = _with_zone(name)
    parser.add_argument("--json", action="store_true", help="print JSON Lines")
    return parser


def _zone(text: str) -> str:
    try:
        ZoneInfo(text or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise argparse.ArgumentTypeError(
            f"“{text}” is not a time zone; it looks like America/Chicago"
        ) from None
    return text


def _iso(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


_COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], Callable[[str], argparse.ArgumentParser]]] = {
    "sweep": (sweep, _sweeping),
    "watch": (watch, _sweeping),
    "check": (check, _asking),
    "add": (add, _asking),
    "import": (import_opml, _importing),
    "export": (export_opml, _printing),
    "status": (status, _printing),
}
"""Command -> (what it does, how its arguments are read)."""
