"""The figures of the relevance model: what is heard, what is missed, and false alarms by kind of noise."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ELSEWHERE = frozenset(
    ["namesake", "elsewhere", "nation", "national", "neighbor", "neighbour", "lookalike", "incidental-mention", "spanish-elsewhere", "other", "otherschool"]
)  # fmt: skip
"""Groups of noise about another place. Everything else that is not relevant counts as local routine."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One marked item and what the model said. `group` names the kind of noise, or the story, or is empty."""

    score: float
    fired: bool
    """The model said relevant, or an override did, whatever the score."""
    relevant: bool
    group: str
    severity: str
    watchlist: str = ""
    title: str = ""
    said_type: str = ""
    true_type: str = ""
    said_severity: str = ""


Figures = Mapping[str, Any]


def lowest_threshold(answered: Sequence[Answered], elsewhere: float, routine: float) -> float:
    """The lowest threshold whose false alarms stay within what is allowed: a missed event costs more than an alarm.

    `elsewhere` and `routine` are shares of the items of each kind. Two decimals, 0.8 at most.
    """
    for step in range(15, 80):
        threshold = step / 100
        if _alarms(answered, threshold, True) <= elsewhere and _alarms(answered, threshold, False) <= routine:
            return threshold
    return 0.8


def _at(answered: Sequence[Answered], threshold: float) -> dict[str, float]:
    said = [a.score >= threshold or a.fired for a in answered]
    hit = sum(1 for a, yes in zip(answered, said, strict=True) if yes and a.relevant)
    alarms, wanted = sum(said), sum(a.relevant for a in answered)
    precision = hit / alarms if alarms else 0.0
    recall = hit / wanted if wanted else 0.0
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if hit else 0.0,
    }


def average_precision(answered: Sequence[Answered]) -> float:
    """Area under the precision-recall curve, ties taken together."""
    by_score: dict[float, list[bool]] = {}
    for a in answered:
        by_score.setdefault(round(a.score, 6), []).append(a.relevant)
    wanted = sum(a.relevant for a in answered)
    seen = hits = 0
    area = 0.0
    for score in sorted(by_score, reverse=True):
        here = by_score[score]
        seen, hits = seen + len(here), hits + sum(here)
        area += sum(here) * hits / seen
    return area / wanted if wanted else 0.0


def recall_at_precision(answered: Sequence[Answered], precision: float) -> float:
    """The best recall at any threshold whose precision is at least this."""
    ranked = sorted(answered, key=lambda a: -a.score)
    wanted, hits, best = sum(a.relevant for a in answered), 0, 0.0
    for n, a in enumerate(ranked, 1):
        hits += a.relevant
        if hits / n >= precision and wanted:
            best = max(best, hits / wanted)
    return best


def figures(answered: Sequence[Answered], threshold: float) -> dict[str, Any]:
    """Every figure of RELEVANCE, each with a 95 % interval over watchlists (bootstrap, fixed seed)."""
    wanted: dict[str, Callable[[Sequence[Answered]], float]] = {
        "precision": lambda a: _at(a, threshold)["precision"],
        "recall": lambda a: _at(a, threshold)["recall"],
        "f1": lambda a: _at(a, threshold)["f1"],
        "average precision": average_precision,
        "recall at precision .80": lambda a: recall_at_precision(a, 0.8),
        "recall on critical": lambda a: _at(
            [x for x in a if x.severity == "critical" and x.relevant], threshold
        )["recall"],
        "false alarms, elsewhere": lambda a: _alarms(a, threshold, True),
        "false alarms, local routine": lambda a: _alarms(a, threshold, False),
    }
    intervals = _intervals(answered, wanted)
    return {
        "items": len(answered),
        "relevant": sum(a.relevant for a in answered),
        "threshold": threshold,
    } | {name: [round(measure(answered), 4), *intervals[name]] for name, measure in wanted.items()}


def _alarms(answered: Sequence[Answered], threshold: float, elsewhere: bool) -> float:
    noise = [a for a in answered if not a.relevant and (a.group in ELSEWHERE) == elsewhere]
    return sum(a.score >= threshold or a.fired for a in noise) / len(noise) if noise else 0.0


def _intervals(
    answered: Sequence[Answered],
    wanted: Mapping[str, Callable[[Sequence[Answered]], float]],
    draws: int = 200,
) -> dict[str, tuple[float, float]]:
    """Resample whole watchlists, since items of one place resemble each other; items, when there are few places."""
    chance = random.Random(5)
    places: dict[str, list[Answered]] = {}
    for a in answered:
        places.setdefault(a.watchlist, []).append(a)
    blocks = list(places.values()) if len(places) >= 5 else [[a] for a in answered]
    drawn: dict[str, list[float]] = {name: [] for name in wanted}
    for _ in range(draws):
        sample = [a for block in chance.choices(blocks, k=len(blocks)) for a in block]
        for name, measure in wanted.items():
            drawn[name].append(measure(sample))
    return {
        name: (round(sorted(v)[int(draws * 0.025)], 3), round(sorted(v)[int(draws * 0.975) - 1], 3))
        for name, v in drawn.items()
    }


def table(found: Figures) -> str:
    """The figures as lines of text."""
    head = f"{found['items']} items, {found['relevant']} relevant, threshold {found['threshold']:.2f}"
    rows = [
        f"{name:28} {value[0]:.3f}  ({value[1]:.2f} to {value[2]:.2f})"
        for name, value in found.items()
        if isinstance(value, list | tuple)
    ]
    return "\n".join([head, *rows])


def confusion(answered: Sequence[Answered]) -> str:
    """Of the relevant items: the true type, and the types the model said, most frequent first."""
    seen: dict[str, Counter[str]] = {}
    for a in answered:
        if a.relevant and a.true_type:
            seen.setdefault(a.true_type, Counter())[a.said_type] += 1
    rows = []
    for true, said in sorted(seen.items(), key=lambda pair: -pair[1].total()):
        rows.append(
            f"{true:22} {said.total():4}  " + ", ".join(f"{kind} {n}" for kind, n in said.most_common(5))
        )
    return "\n".join(rows)


def by_group(answered: Sequence[Answered], threshold: float) -> str:
    """Per group: its items, how many are relevant, how many were said to be, and how many of either were wrong."""
    rows = [f"{'group':30} items  relevant  missed  false alarms"]
    groups = sorted({a.group for a in answered})
    for group in groups:
        mine = [a for a in answered if a.group == group]
        said = [(a, a.score >= threshold or a.fired) for a in mine]
        missed = sum(a.relevant and not yes for a, yes in said)
        alarms = sum(yes and not a.relevant for a, yes in said)
        rows.append(
            f"{group or '-':30} {len(mine):5}  {sum(a.relevant for a in mine):8}  {missed:6}  {alarms:12}"
        )
    return "\n".join(rows)


def wrong(answered: Sequence[Answered], threshold: float) -> str:
    """The items answered wrongly, one a line: missed (-) or false alarm (+), score, group, title."""
    rows = []
    for a in sorted(answered, key=lambda a: -a.score):
        yes = a.score >= threshold or a.fired
        if yes != a.relevant:
            rows.append(
                f"{'+' if yes else '-'} {a.score:.2f} {a.watchlist:14} {a.group:16} {a.true_type:16} {a.severity:8} {a.title[:150]}"
            )
    return "\n".join(rows)
