"""python -m monitors.stories.bearing > bearing.txt: which words tell of an event, and which of everyday matters.

A follow-up may name nobody and nothing. Whether "Judge orders both held" bears on the event of the day, and "Trustees
call bond election" does not, is told by the words alone.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from monitors.stories.words import STOP, stem, stems

TABLE = Path(__file__).with_name("bearing.txt")
WRITTEN = Path(__file__).parent.parent / "relevance" / "training" / "written"
CHECKED = Path(__file__).parent.parent / "relevance" / "checkset" / "items.jsonl"
QUIET_KINDS = frozenset(["calendar", "routine", "promotion", "sport", "roundup", "statistics", "opinion"])
QUIET_GROUPS = frozenset(
    [
        "local-routine",
        "school-routine",
        "promotion",
        "sport",
        "weather",
        "traffic",
        "statistics",
        "personnel",
        "opinion",
    ]
)
DAYS = stems(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december spring summer fall autumn winter morning afternoon evening night"
)
SELDOM = 3
"""A word in fewer reports than this tells nothing."""
_BLANK = re.compile(r"\{\w+\}")
_WORD = re.compile(r"[^\W\d_][\w'’-]*\w")


def words_of(text: str) -> frozenset[str]:
    """The stems a report is weighed by."""
    return frozenset(stem(word) for word in _WORD.findall(text) if word.lower() not in STOP) - DAYS


def reports() -> Iterator[tuple[bool, str]]:
    """Texts the project wrote: whether each tells of an event, and its words."""
    for file in sorted(WRITTEN.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            head, *parts = line.split("|")
            kinds = head.split()
            if line.startswith("+") or (line.startswith("-") and kinds[1] in QUIET_KINDS):
                yield line.startswith("+"), _BLANK.sub(" ", " ".join(parts[:2]))
    for line in CHECKED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["relevant"] or row["group"] in QUIET_GROUPS:
            yield row["relevant"], re.sub("<[^>]*>", " ", f"{row['title'] or ''} {row['summary'] or ''}")


def table(told: Iterable[tuple[bool, str]]) -> Iterator[str]:
    """The lines of bearing.txt: ten times the log odds of an event, and the stems that have them."""
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    number: Counter[bool] = Counter()
    for event, text in told:
        number[event] += 1
        counts[event].update(words_of(text))
    by_odds: defaultdict[int, list[str]] = defaultdict(list)
    for word in counts[True] | counts[False]:
        there, not_there = counts[True][word], counts[False][word]
        if there + not_there >= SELDOM:
            odds = math.log((there + 0.7) / (number[True] + 1)) - math.log(
                (not_there + 0.7) / (number[False] + 1)
            )
            by_odds[round(10 * odds)].append(word)
    for odds in sorted(by_odds, reverse=True):
        yield f"{odds} {' '.join(sorted(by_odds[odds]))}"


@cache
def _odds() -> dict[str, float]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return {word: int(line.split()[0]) / 10 for line in lines for word in line.split()[1:]}


def bearing(stems: Iterable[str]) -> float:
    """How much words speak of an event, -2 (everyday matters) to 2."""
    told = [odds for word in stems if (odds := _odds().get(word)) is not None]
    return max(-2.0, min(2.0, sum(told) / math.sqrt(len(told) + 1))) if told else 0.0


if __name__ == "__main__":
    print("\n".join(table(reports())))
