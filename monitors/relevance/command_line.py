"""assess and evaluate: JSON Lines in, JSON Lines or figures out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from monitors.relevance.judge import Judge
from monitors.relevance.judgement import Judgement
from monitors.relevance.measure import Answered, by_group, confusion, figures, table, wrong
from monitors.relevance.reports import Report
from monitors.watchlist import Watchlist, WatchlistError, read_watchlist


def run(name: str, arguments: list[str]) -> int:
    """Exit code 0, or 2 with a sentence on stderr when what was given cannot be read."""
    try:
        return {"assess": assess, "evaluate": evaluate}[name](arguments)
    except (WatchlistError, OSError) as cause:
        print(cause, file=sys.stderr)
        return 2


def assess(arguments: list[str]) -> int:
    """Read JSON Lines from stdin, or from a file, and write a judgement a line in the same order."""
    parser = argparse.ArgumentParser(prog="python -m monitors assess")
    parser.add_argument("--watchlist", type=Path, required=True)
    parser.add_argument("file", nargs="?", type=Path)
    given = parser.parse_args(arguments)
    watchlist = read_watchlist(given.watchlist)
    if given.file:
        with given.file.open(encoding="utf-8-sig", errors="replace") as opened:
            lines = opened.readlines()
    else:
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
        lines = sys.stdin.readlines()
    for answered in assessed(Judge.load(), lines, watchlist):
        print(json.dumps(answered))  # in ASCII, which any terminal and any id can carry
    return 0


def assessed(judge: Judge, lines: Iterable[str], watchlist: Watchlist) -> Iterator[dict[str, Any]]:
    """The answer to every line that is not blank, in order, each under the id it came with."""
    rows = list(_rows(lines))
    for row, judgement in zip(rows, judge.judge(map(report_of, rows), watchlist), strict=True):
        yield {"id": row.get("id")} | answer(judgement)


def evaluate(arguments: list[str]) -> int:
    """Print the figures of the relevance model on a marked file: assess lines plus watchlist, relevant, incident_type,
    severity and group. A line without a watchlist, or with one that is not in the folder, is said and left out.
    """
    parser = argparse.ArgumentParser(prog="python -m monitors evaluate")
    parser.add_argument("file", type=Path)
    parser.add_argument("--watchlists", type=Path, required=True)
    parser.add_argument("--wrong", action="store_true", help="also list the items answered wrongly")
    given = parser.parse_args(arguments)
    judge = Judge.load()
    answered, left_out = answers(judge, given.file, given.watchlists)
    found = figures(answered, judge.threshold)
    print(table(found))
    print("\nfalse alarms by group\n" + by_group(answered, judge.threshold))
    print("\nrelevant items by type, and what the model said\n" + confusion(answered))
    if left_out:
        print(f"\n{left_out} lines left out: no watchlist of that name in {given.watchlists.name}.")
    if given.wrong:
        print("\nwrong\n" + wrong(answered, judge.threshold))
    return 0


def answers(judge: Judge, file: Path, folder: Path) -> tuple[list[Answered], int]:
    """Every marked line of a file answered against its watchlist, and how many lines had none."""
    watchlists = read_folder(folder)
    with file.open(encoding="utf-8", errors="replace") as lines:
        rows = list(_rows(lines))
    by_watchlist: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_watchlist.setdefault(str(row.get("watchlist")), []).append(row)
    found: list[Answered] = []
    for name, mine in by_watchlist.items():
        if name in watchlists:
            judged = judge.judge((report_of(row) for row in mine), watchlists[name])
            found += [marked(row, judgement) for row, judgement in zip(mine, judged, strict=True)]
    return found, len(rows) - len(found)


def read_folder(folder: Path) -> dict[str, Watchlist]:
    """The watchlists of a folder, each under its file's name and its own id. Raises WatchlistError when there is none."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise WatchlistError(f"There is no watchlist (*.json) in {folder}.")
    found: dict[str, Watchlist] = {}
    for path in files:
        watchlist = read_watchlist(path)
        found |= {path.stem: watchlist, path.name: watchlist} | (
            {watchlist.id: watchlist} if watchlist.id else {}
        )
    return found


def marked(row: Mapping[str, Any], judgement: Judgement) -> Answered:
    """What was said beside what a person marked."""
    return Answered(
        judgement.score,
        judgement.relevant,
        bool(row.get("relevant")),
        str(row.get("group") or ""),
        str(row.get("severity") or ""),
        str(row.get("watchlist") or ""),
        str(row.get("title") or ""),
        judgement.incident_type,
        str(row.get("incident_type") or ""),
        str(judgement.severity),
    )


def _rows(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = {"title": line.strip()}
            yield row if isinstance(row, dict) else {"title": str(row)}


def report_of(row: Mapping[str, Any]) -> Report:
    """The report of one line; any value may be missing, null or of another kind."""
    title, summary, source, key = (
        "" if row.get(field) is None else str(row[field]) for field in ("title", "summary", "source", "id")
    )
    return Report(title, summary, source, when(row.get("published")), key)


def when(published: object) -> datetime | None:
    """ISO 8601 or RFC 822, as an aware time; None when unknown, unreadable, or only a year or month.

    A year no news item can have is a mistake of the source, and taken as unknown.
    """
    if not isinstance(published, str):
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(published.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if not 1900 <= moment.year < 2200:
            return None
        if len(published.strip()) <= len("2026-03-10"):
            moment = moment.replace(hour=18)  # a bare day is midday over there, not the midnight before
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def answer(judgement: Judgement) -> dict[str, Any]:
    """The fields of an assess line, in their order."""
    return {
        "score": round(judgement.score, 4),
        "relevant": judgement.relevant,
        "tier": str(judgement.tier),
        "incident_type": judgement.incident_type,
        "severity": str(judgement.severity),
        "reasons": [{"label": r.label, "text": r.text, "why": r.why} for r in judgement.reasons],
    }
