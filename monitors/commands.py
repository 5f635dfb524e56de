"""The command line of listening: sweep, watch, check, add, import, export, status. Says sentences, never a traceback."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from monitors import sources
from monitors.database import Store
from monitors.sources import KnownSourceError, SourceError
from monitors.store import open_monitors
from monitors.sweep import Sweeper, SweepResult

PASS_SECONDS = 60.0
"""The longest a pass of `watch` starts further sources; what is left stays due."""
_TICK_SECONDS = 5.0


def command(name: str, arguments: list[str]) -> int:
    """Run one command of `python -m monitors`. 0 = done, 1 = could not (a sentence on standard error), 2 = misused."""
    parser = _PARSERS[name](name)
    asked = parser.parse_args(arguments)
    try:
        return _COMMANDS[name](asked)
    except SourceError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'The file'} cannot be used: {error.strerror or error}.", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def sweep(asked: argparse.Namespace) -> int:
    """Poll what is due, or every address of `--urls` whatever the schedule says; the last line is the result as JSON."""
    now = datetime.now(UTC)
    only = None
    if asked.urls is not None:
        with open_monitors(asked.data) as store:
            only = {source.id for source in _added(store, asked.urls.read_text("utf-8", "replace"), now)}
    with _sweeper(asked) as sweeper:
        result = sweeper.sweep(now, only=only)
    for alarm in result.alarms:
        print(f"{alarm.source.name}: {alarm.sentence}", file=sys.stderr)
    print(json.dumps(_counts(result)))
    return 0


def watch(asked: argparse.Namespace) -> int:
    """Sweep until interrupted, a line of JSON for each pass that asked anybody."""
    with _sweeper(asked) as sweeper:
        while True:
            result = sweeper.sweep(datetime.now(UTC), seconds=PASS_SECONDS)
            if result.sources:
                print(json.dumps(_counts(result)), flush=True)
            time.sleep(_TICK_SECONDS)


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
    contact = os.environ.get("ONE_VOICE_CONTACT", "")
    with Sweeper(
        asked.data, contact=contact, zone=asked.zone, loopback=loopback_allowed(os.environ)
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
    parser = _with_data(name)
    parser.add_argument(
        "--zone", default="", help="time zone of dates that name none, such as America/Chicago"
    )
    if name == "sweep":
        parser.add_argument(
            "--urls", type=Path, help="poll the addresses of this text file now, adding new ones"
        )
    return parser


_PARSERS: dict[str, Callable[[str], argparse.ArgumentParser]] = {"sweep": _sweeping, "watch": _sweeping}
_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"sweep": sweep, "watch": watch}
