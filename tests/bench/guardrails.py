"""How well and how fast the guardrails read: precision and recall per rule on each table of texts, and one check."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from comms.guardrails import BY_ID, Context, check

TEXTS = Path(__file__).parents[1] / "domain" / "guardrail_texts"
AIM = 0.95
WARM_MS = 300

PARAGRAPH = (
    "At about 2:45 p.m. Alder Falls Police told us of a call about a person with a weapon on Pine Street. Orrin Middle "
    "School is in Secure. Doors are locked, and class goes on inside. We do not know why this happened. "
)


def run() -> bool:
    """Print the figures; met when every table is at the aim over all rules and a 300-word check is within 300 ms."""
    scores = [_score(path) for path in sorted(TEXTS.glob("*.jsonl"))]
    return _speed() and all(scores)


def _score(path: Path) -> bool:
    right, false, missed = Counter[str](), Counter[str](), Counter[str]()
    for line in path.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        context = Context(
            side=row.get("side", "joint"),
            cls=row.get("class", "B"),
            channel=row.get("channel", "email"),
            status=row.get("status", ""),
        )
        found = any(hit.rule == row["rule"] for hit in check(row["text"], context))
        if found:
            (right if row["hits"] else false)[row["rule"]] += 1
        elif row["hits"]:
            missed[row["rule"]] += 1
    print(f"{path.name}: rule, precision, recall (hits right, false, missed)")
    for rule in BY_ID:
        if right[rule] + false[rule] + missed[rule]:
            print(f"  {rule:4} {_line(right[rule], false[rule], missed[rule])}")
    total = right.total(), false.total(), missed.total()
    print(f"  all  {_line(*total)}")
    return min(_shares(*total)) >= AIM


def _shares(right: int, false: int, missed: int) -> tuple[float, float]:
    return right / max(1, right + false), right / max(1, right + missed)


def _line(right: int, false: int, missed: int) -> str:
    precision, recall = _shares(right, false, missed)
    return f"{precision:.2f}  {recall:.2f}  ({right}, {false}, {missed})"


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
