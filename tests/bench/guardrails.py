"""How well and how fast the guardrails read: precision and recall per rule on each table of texts, and one check.

*Seen* texts grew with the rules. *Unseen* texts (the folder unseen) were written by someone who had not read the
rules' words and are never changed to fit; see its README for which of them the rules have been widened on since.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from comms.guardrails import BY_ID, Context, Hit, check

TEXTS = Path(__file__).parents[1] / "domain" / "guardrail_texts"
WHOLE = ("good.jsonl", "good_second.jsonl", "documents.jsonl")
"""Whole statements instead of one question a row."""
AIM = 0.95
WARM_MS = 300

FIRST_SIGHT = """
The rules have been widened by the unseen batches since; what they scored before that (precision / recall):
first .95 / .81, second .84 / .63, third .92 / .85, fourth .95 / .56, fifth .94 / .58,
sixth .95 / .74, seventh .92 / .74, eighth .93 / .71, ninth (plain texts) .97 / .93,
spanish .88 / .59, whole documents .80 / .70. Even halves of the last three after widening by the odd:
.91 / .71, .90 / .63, .83 / .79
"""

PARAGRAPH = (
    "At about 2:45 p.m. Alder Falls Police told us of a call about a person with a weapon on Pine Street. Orrin Middle "
    "School is in Secure. Doors are locked, and class goes on inside. We do not know why this happened. "
)


@dataclass
class Score:
    """Hits of each rule that were right, false, or missed."""

    right: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def shares(self, *rules: str) -> tuple[float, float]:
        """Precision and recall over these rules, or over all."""
        right, false, missed = (
            sum(counted[rule] for rule in rules or BY_ID) for counted in (self.right, self.false, self.missed)
        )
        return right / max(1, right + false), right / max(1, right + missed)

    def cell(self, *rules: str) -> str:
        """Precision, recall and the count of texts judged."""
        judged = sum((self.right + self.missed + self.false)[rule] for rule in rules or BY_ID)
        precision, recall = self.shares(*rules)
        return f"{precision:5.2f} {recall:5.2f} {judged:5}" if judged else " " * 17


def run() -> bool:
    """Print the figures; met when every table is at the aim over all rules, no good statement is blocked, and a
    300-word check is within 300 ms."""
    tables = {path.relative_to(TEXTS).as_posix(): score(rows_of(path)) for path in tables_of_texts()}
    print("each column: precision, recall, texts that hit or should\n")
    print("rule  " + "   ".join(f"{name.removesuffix('.jsonl'):17}" for name in tables))
    for rule in BY_ID:
        print(f"{rule:5} " + "   ".join(table.cell(rule) for table in tables.values()))
    print("all   " + "   ".join(table.cell() for table in tables.values()))
    print(FIRST_SIGHT)
    met = all(min(table.shares()) >= AIM for table in tables.values())
    whole = documents(rows_of(TEXTS / "unseen" / "documents.jsonl"))
    print(f"whole documents (rule by rule in each): {whole.cell()}")
    _good()  # printed, never a verdict: those texts are for measuring, and the rules are not bent to them
    return _speed() and met


def tables_of_texts() -> list[Path]:
    """The tables, the seen ones first."""
    unseen = [path for path in sorted((TEXTS / "unseen").glob("*.jsonl")) if path.name not in WHOLE]
    return sorted(TEXTS.glob("*.jsonl")) + unseen


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of one table: {"id", "rule", "hits", "text"} and, where it matters, side, class, channel, status."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def hits(row: dict[str, Any]) -> tuple[Hit, ...]:
    """What the guardrails say of a row's text, in its voice, class and channel."""
    context = Context(
        side=row.get("side", "joint"),
        cls=row.get("class", "B"),
        channel=row.get("channel", "email"),
        status=row.get("status", ""),
    )
    return check(row["text"], context)


def score(rows: Iterator[dict[str, Any]]) -> Score:
    """Each row asks one rule."""
    found = Score()
    for row in rows:
        rule = row["rule"]
        words = [hit.text for hit in hits(row) if hit.rule == rule]
        if words:
            (found.right if row["hits"] else found.false)[rule] += 1
        elif row["hits"]:
            found.missed[rule] += 1
        if bool(words) != row["hits"]:
            found.wrong.append(f"{row['id']} {'missed' if row['hits'] else f'false {words}'}: {row['text']}")
    return found


def _good() -> bool:
    stopped: list[str] = []
    for name in WHOLE[:2]:
        rows = list(rows_of(TEXTS / "unseen" / name))
        blocked = [row["id"] for row in rows if any(hit.level == "block" for hit in hits(row))]
        print(f"good statements ({name}): {len(blocked)} of {len(rows)} blocked {' '.join(blocked)}")
        stopped += blocked
    return not stopped


def documents(rows: Iterator[dict[str, Any]]) -> Score:
    """Whole documents, each with the list of rules it breaks; every other rule that hits is false. Reading grade and
    length (C1, C2) are counted, not read, and stay out."""
    found = Score()
    for row in rows:
        said = {hit.rule for hit in hits(row)} - {"C1", "C2"}
        expected = {breach["rule"] if isinstance(breach, dict) else breach for breach in row["expected"]}
        found.right.update(said & expected)
        found.false.update(said - expected)
        found.missed.update(expected - said)
        found.wrong += [
            f"{row['id']} {rule} {'false' if rule in said else 'missed'}" for rule in said ^ expected
        ]
    return found


def _speed() -> bool:
    text = " ".join((PARAGRAPH * 10).split()[:300])
    begun = time.perf_counter()
    check(text, Context())
    first = time.perf_counter() - begun
    took = []
    for _ in range(20):
        begun = time.perf_counter()
        check(text, Context())
        took.append(time.perf_counter() - begun)
    print(
        f"300 words: first check {first * 1000:.0f} ms, warm median {median(took) * 1000:.0f} ms, limit {WARM_MS} ms"
    )
    return median(took) * 1000 <= WARM_MS
