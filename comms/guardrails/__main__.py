"""python -m comms.guardrails: read a text on standard input, print its hits as JSON.

Exit code 0 whatever is found; 2 only for an option or file that cannot be read.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from comms.guardrails import CLASSES, SIDES, Context, Fact, Watchlist, check
from comms.wording.channels import CHANNELS


def main(arguments: list[str]) -> int:
    """Check one text, or with --jsonl one a line."""
    given = _parser().parse_args(arguments)
    try:
        context = _context(given)
    except (OSError, ValueError, TypeError) as error:
        print(f"Nothing was checked: {error}", file=sys.stderr)
        return 2
    sys.stdin.reconfigure(encoding="utf-8", errors="replace", newline="")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    if given.jsonl:
        for line in sys.stdin:
            if line.strip():
                print(json.dumps(answer(line, context), ensure_ascii=False), flush=True)
    else:
        print(json.dumps(_hits(sys.stdin.read(), context), ensure_ascii=False, indent=2))
    return 0


def answer(line: str, context: Context) -> dict[str, Any]:
    """One line of --jsonl: {"id", "hits"}; a line that cannot be read says so in "error" and has no hits."""
    try:
        asked = json.loads(line)
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
    return {"id": asked.get("id"), "hits": _hits(text, own)}


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


def _context(given: argparse.Namespace) -> Context:
    """Raises OSError, ValueError or TypeError, with a sentence, for a file or time that cannot be read."""
    context = Context(side=given.side, cls=given.cls, channel=given.channel)
    if given.watchlist:
        context = dataclasses.replace(context, watchlist=Watchlist.from_json(_object(given.watchlist)))
    if given.facts:
        context = dataclasses.replace(context, **_facts(json.loads(given.facts.read_text(encoding="utf-8"))))
    if given.now:
        now = datetime.fromisoformat(given.now)
        if now.tzinfo is None:
            now = now.replace(tzinfo=UTC)
        context = dataclasses.replace(context, now=now)
    return context


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
