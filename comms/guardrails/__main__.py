"""python -m comms.guardrails: read a text on standard input, print its hits as JSON.

Exit code 0 whatever is found. A watchlist, fact sheet or time that cannot be read is named in a sentence on standard
error and the checks are made without it: a text is never left unread because of a file beside it. Exit code 2 only
for an option that does not exist. With --jsonl each line of the input, empty ones too, has its line in the answer.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from comms.guardrails import CLASSES, SIDES, Context, Fact, Watchlist, check
from comms.wording.channels import CHANNELS


def main(arguments: list[str]) -> int:
    """Check one text, or with --jsonl one a line."""
    given = _parser().parse_args(arguments)
    context, unread = _context(given)
    for sentence in unread:
        print(sentence, file=sys.stderr)
    lines_end = "\n" if given.jsonl else ""  # a text keeps its CRLF; a line of JSON ends at LF alone
    sys.stdin.reconfigure(encoding="utf-8", errors="replace", newline=lines_end)  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    if given.jsonl:
        for line in sys.stdin:
            print(written(answer(line, context)), flush=True)
    else:
        print(written(_hits(sys.stdin.read(), context), indent=2))
    return 0


BREAKS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""Characters some readers of lines take for the end of one; JSON may write them as they are, we do not."""
LONE = re.compile("[\ud800-\udfff]")
"""Halves of a character that JSON lets through and no encoding does; each becomes one U+FFFD, so that places hold."""


def written(value: Any, indent: int | None = None) -> str:
    """A value as JSON that any reader of lines and of UTF-8 takes."""
    return LONE.sub("\ufffd", json.dumps(value, ensure_ascii=False, indent=indent)).translate(BREAKS)


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def answer(line: str, context: Context) -> dict[str, Any]:
    """One line of --jsonl: {"id", "hits"}; a line that cannot be read says so in "error" and has no hits."""
    try:
        if not line.strip():
            raise ValueError("it is empty")
        asked = json.loads(line.lstrip("\ufeff"), parse_constant=_no_number)
        if not isinstance(asked, dict):
            raise TypeError("the line is not a JSON object")
    except (ValueError, TypeError, RecursionError) as error:
        return {
            "id": None,
            "hits": [],
            "error": f"The line could not be read: {error}.",
        }
    text = asked.get("text")
    try:
        if not isinstance(text, str):
            raise TypeError('"text" is not a string')
        own = dataclasses.replace(
            context,
            side=_one_of(SIDES, asked.get("side"), context.side, "side"),
            cls=_one_of(CLASSES, asked.get("class"), context.cls, "class"),
            channel=_one_of(tuple(CHANNELS), asked.get("channel"), context.channel, "channel"),
        )
    except (ValueError, TypeError) as error:
        return {
            "id": asked.get("id"),
            "hits": [],
            "error": f"The line could not be read: {error}.",
        }
    return {"id": asked.get("id"), "hits": _hits(LONE.sub("\ufffd", text), own)}


def _one_of(allowed: tuple[Any, ...], value: Any, default: Any, what: str) -> Any:
    if value is None:
        return default
    if value not in allowed:
        raise ValueError(f'"{what}" is none of {", ".join(allowed)}')
    return value


def _hits(text: str, context: Context) -> list[dict[str, Any]]:
    return [dataclasses.asdict(hit) for hit in check(text, context)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m comms.guardrails", description="Check a text on standard input."
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the hits as a JSON list (the default)",
    )
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help='read {"id","text","side","class","channel"} lines',
    )
    parser.add_argument(
        "--class",
        dest="cls",
        choices=CLASSES[:6],
        default="B",
        help="class of the statement",
    )
    parser.add_argument("--side", choices=SIDES, default="joint", help="whose voice it is")
    parser.add_argument("--channel", choices=tuple(CHANNELS), default="email", help="how it is sent")
    parser.add_argument("--watchlist", type=Path, help="JSON file with the partnership's names")
    parser.add_argument("--facts", type=Path, help='JSON list of {"claim","status","owner"}')
    parser.add_argument("--now", help="the time to judge by, ISO 8601 with an offset")
    return parser


def _context(given: argparse.Namespace) -> tuple[Context, list[str]]:
    """The context the options ask for, and a sentence for each of them that could not be read and was left out."""
    context = Context(side=given.side, cls=given.cls, channel=given.channel)
    asked: tuple[tuple[str, Any, Callable[[Any], dict[str, Any]]], ...] = (
        ("watchlist", given.watchlist, lambda path: {"watchlist": Watchlist.from_json(_object(path))}),
        ("facts", given.facts, lambda path: _facts(json.loads(path.read_text(encoding="utf-8")))),
        ("time", given.now, lambda said: {"now": _time(said)}),
    )
    unread = []
    for what, value, read in asked:
        if value is None:
            continue
        try:
            context = dataclasses.replace(context, **read(value))
        except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
            unread.append(f"The {what} could not be read, and the text was checked without: {error}")
    return context, unread


def _time(said: str) -> datetime:
    """Raises ValueError for a time that is not ISO 8601; without an offset it is UTC."""
    now = datetime.fromisoformat(said)
    return now if now.tzinfo else now.replace(tzinfo=UTC)


def _object(path: Path) -> Mapping[str, Any]:
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, Mapping):
        raise TypeError(f"{path} does not hold a JSON object.")
    return data


def _facts(data: Any) -> dict[str, Any]:
    """A list of facts, or {"facts": [...], "protective_action": "Secure", "next_of_kin": true}."""
    rows = data.get("facts") if isinstance(data, Mapping) else data
    if not isinstance(rows, list):
        raise TypeError("The facts are not a JSON list.")
    found: dict[str, Any] = {
        "facts": tuple(
            Fact(
                str(row["claim"]),
                str(row.get("status") or "unconfirmed"),
                str(row.get("owner") or "agency"),
            )
            for row in rows
            if isinstance(row, Mapping) and row.get("claim")
        )
    }
    if isinstance(data, Mapping):
        found["status"] = str(data.get("protective_action") or "")
        found["next_of_kin"] = data.get("next_of_kin")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
