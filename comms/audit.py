"""The append-only log of everything people did, and the check that nobody changed it.

Each row is one canonical JSON line that names the hash of the row before it. The head (how many rows, the last
hash) is also kept outside the database in heads.jsonl, so that a cut tail or a rewritten log shows too.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from comms.store import LOG_ABOUT, LOG_INCIDENT, open_partnership, stamp
from monitors.database import Store

FIRST = "0" * 64
"""What the first row names as the row before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log. `at` is ISO 8601 UTC; `about` is e.g. "incident 3"; `details` are plain JSON values."""

    seq: int
    at: str
    who: str
    seat: str
    did: str
    about: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the log is whole. `bad_row` is the first row that is not as it was written, when one is known."""

    whole: bool
    rows: int
    head: str
    sentence: str
    bad_row: int | None = None


def append(
    store: Store, now: datetime, *, who: str, seat: str, did: str, about: str, details: Mapping[str, object]
) -> int:
    """Write one entry and return its number. Call it inside the transaction whose act it records."""
    last = store.row_of("select seq, hash from log order by seq desc limit 1") or {"seq": 0, "hash": FIRST}
    seq = int(last["seq"]) + 1
    line = json.dumps(
        {
            "seq": seq,
            "prev": last["hash"],
            "at": stamp(now),
            "who": who,
            "seat": seat,
            "did": did,
            "about": about,
            "details": details,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    store.add(
        "log", {"seq": seq, "at": stamp(now), "line": line, "hash": hashlib.sha256(line.encode()).hexdigest()}
    )
    return seq


def entries(
    store: Store, about: str | Collection[str] | None = None, newest: int | None = None
) -> list[Entry]:
    """The log in order of time: all of it, or what is about one thing or several; `newest` keeps only the last rows."""
    if about is None:
        rows = store.rows_of("select line from log order by seq desc limit ?", newest or -1)
    else:
        named = json.dumps([about] if isinstance(about, str) else sorted(about))
        rows = store.rows_of(
            f"select line from log where {LOG_ABOUT} in (select value from json_each(:named)) "
            f"or {LOG_INCIDENT} in (select value from json_each(:named)) "
            "order by seq desc limit :most",
            named=named,
            most=newest or -1,
        )
    return [_entry(str(row["line"])) for row in reversed(rows)]


def _entry(line: str) -> Entry:
    row = json.loads(line)
    return Entry(row["seq"], row["at"], row["who"], row["seat"], row["did"], row["about"], row["details"])


def write_head(store: Store, data: Path, now: datetime) -> None:
    """Keep the log's head outside the database. Called at each release and once a day."""
    last = store.row_of("select seq, hash from log order by seq desc limit 1")
    if last is not None:
        with (data / "heads.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"at": stamp(now), "rows": last["seq"], "last": last["hash"]}) + "\n")


def _heads(data: Path) -> Iterator[tuple[int, str]]:
    path = data / "heads.jsonl"
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            head = json.loads(line)
            yield int(head["rows"]), str(head["last"])


def verify(store: Store, data: Path | None = None) -> Verdict:
    """Read the whole log and say whether each row is as it was written and none is missing."""
    previous, count, hashes = FIRST, 0, {0: FIRST}
    for row in store.query("select seq, line, hash from log order by seq"):
        count += 1
        trouble = _trouble(row, count, previous)
        if trouble:
            return Verdict(False, count, previous, f"Row {count} is not as it was written: {trouble}.", count)
        previous = hashes[count] = str(row["hash"])
    for rows, last in _heads(data) if data else ():
        if hashes.get(rows) != last:
            what = "rows are missing from its end" if rows > count else f"row {rows} was replaced"
            return Verdict(
                False,
                count,
                previous,
                f"The log differs from a head kept earlier: {what}.",
                min(rows, count + 1),
            )
    return Verdict(True, count, previous, f"The log is whole: {count} rows, last hash {previous[:16]}.")


def _trouble(row: Mapping[str, Any], seq: int, previous: str) -> str | None:
    line = str(row["line"])
    if row["seq"] != seq:
        return f"number {seq} is missing"
    if hashlib.sha256(line.encode()).hexdigest() != row["hash"]:
        return "its words and its hash differ"
    try:
        content = json.loads(line)
    except ValueError:
        return "it cannot be read"
    if content.get("seq") != seq or content.get("prev") != previous:
        return "it does not follow the row before it"
    return None


def main(arguments: list[str]) -> int:
    """python -m comms.audit verify [--data DIR]: exit code 0 when the log is whole, 1 when it is not."""
    from comms.settings import settings

    data = settings().data
    match arguments:
        case ["verify"]:
            pass
        case ["verify", "--data", where]:
            data = Path(where)
        case _:
            print("Usage: python -m comms.audit verify [--data DIR]", file=sys.stderr)
            return 2
    if not (data / "partnership.db").exists():
        print(f"There is no partnership in {data}; nothing was checked.", file=sys.stderr)
        return 2
    with open_partnership(data) as store:
        verdict = verify(store, data)
    print(verdict.sentence)
    return 0 if verdict.whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
