"""python -m monitors.stories.frequencies FILE.jsonl > frequencies.txt: in how many reports each everyday word stands.

Lines are as `monitors assess` reads them. Names are left out: a word counts only if it is also written small.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from monitors.relevance.reports import clean
from monitors.stories.features import WORD
from monitors.stories.words import STOP, stem

SELDOM = 3
"""A word in fewer reports than this counts as never met."""


def table(reports: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The lines of frequencies.txt from (title, summary) pairs: how many reports, then a number and its stems."""
    holding: Counter[str] = Counter()
    small: set[str] = set()
    count = 0
    for title, summary in reports:
        count += 1
        words = [w for w in WORD.findall(clean(f"{title} {summary}")) if w[0].isalpha() and len(w) > 1]
        holding.update({stem(word) for word in words if word.lower() not in STOP})
        small |= {stem(word) for word in WORD.findall(clean(summary)) if word[0].islower()}
    by_number: defaultdict[int, list[str]] = defaultdict(list)
    for word, number in holding.items():
        if number >= SELDOM and word in small:
            by_number[number].append(word)
    yield f"{count} reports"
    for number in sorted(by_number, reverse=True):
        yield f"{number} {' '.join(sorted(by_number[number]))}"


def _reports(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row.get("title") or "", row.get("summary") or ""


if __name__ == "__main__":
    print("\n".join(table(_reports(Path(sys.argv[1])))))
