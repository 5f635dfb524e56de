"""The one visible layer: named weights, a fit held to a prior, and the refit a partnership's marks cause.

Weights are a mapping from feature names to numbers, kept as JSON a person can read. A positive weight speaks for an
alert. Everything here is pure: storage, and when to refit, are for others.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, float]
Features = Mapping[str, float]


def probability(weights: Weights, features: Features) -> float:
    """The calibrated probability, 0 to 1, that a person would call this relevant."""
    total = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def contributions(weights: Weights, features: Features) -> list[tuple[str, float]]:
    """What each feature added to or took from the score, the heaviest first."""
    parts = [(name, weights.get(name, 0.0) * value) for name, value in features.items() if name != "bias"]
    return sorted((part for part in parts if abs(part[1]) >= 0.05), key=lambda part: -abs(part[1]))


FIRMLY_HELD = frozenset(
    [
        "bias",
        "nothing happened",
        "nothing happened in the title",
        "violence x big city",
        "standoff x big city",
        "body x big city",
        "body x local",
    ]
)
FIRM = 60.0
"""So much more firmly held than others: the examples hold far more alerts than any feed does, and must not teach that
an item in which nothing happens is likely one."""


def fit(
    rows: Sequence[Features],
    answers: Sequence[bool],
    prior: Weights,
    strength: float,
    counts: Sequence[float] = (),
) -> dict[str, float]:
    """Weights nearest to `prior` that explain the answers: maximum a posteriori, by Newton's method.

    `strength` is the prior's precision per weight; `counts` says how many items each row stands for (default 1).
    A weight never crosses to the other side of zero from its prior: what speaks for an alert cannot come to speak
    against one by an accident of the examples.
    """
    held: set[str] = set()
    weights: dict[str, float] = {}
    for _ in range(8):
        weights = _newton(
            rows, answers, {name: w for name, w in prior.items() if name not in held}, strength, counts, held
        )
        crossed = {name for name, w in weights.items() if w * prior.get(name, 0.0) < 0}
        if not crossed:
            break
        held |= crossed
    return {name: 0.0 if w * prior.get(name, 0.0) < 0 else w for name, w in weights.items()}


def _newton(
    rows: Sequence[Features],
    answers: Sequence[bool],
    prior: Weights,
    strength: float,
    counts: Sequence[float],
    held: set[str],
) -> dict[str, float]:
    names = sorted(({name for row in rows for name in row} | set(prior)) - held)
    column = {name: n for n, name in enumerate(names)}
    seen: NDArray[np.float64] = np.zeros((len(rows), len(names)))
    for n, row in enumerate(rows):
        for name, value in row.items():
            if name in column:
                seen[n, column[name]] = value
    target = np.array(answers, dtype=float)
    weight_of = np.array(counts, dtype=float) if counts else np.ones(len(rows))
    centre = np.array([prior.get(name, 0.0) for name in names])

    firmness = np.array([strength * (FIRM if name in FIRMLY_HELD else 1.0) for name in names])

    def loss(at: NDArray[np.float64]) -> float:
        total = seen @ at
        likelihood = weight_of * (np.logaddexp(0, total) - target * total)
        return float(likelihood.sum() + (firmness / 2 * (at - centre) ** 2).sum())

    weights = centre.copy()
    for _ in range(60):
        expected = 1.0 / (1.0 + np.exp(-np.clip(seen @ weights, -30, 30)))
        slope = seen.T @ (weight_of * (expected - target)) + firmness * (weights - centre)
        curve = (seen.T * (weight_of * expected * (1 - expected))) @ seen + np.diag(firmness)
        step = np.linalg.solve(curve, slope)
        size, now = 1.0, loss(weights)
        while loss(weights - size * step) > now and size > 1e-4:
            size /= 2
        weights = weights - size * step
        if float(np.abs(step).max()) < 1e-6:
            break
    return {name: round(float(weights[n]), 4) for name, n in column.items()} | dict.fromkeys(held, 0.0)


@dataclass(frozen=True, slots=True)
class MarkedFeatures:
    """One mark of a person: the features of the judgement it was made on, and the answer. `key` names the item."""

    key: str
    features: Features
    relevant: bool


@dataclass(frozen=True, slots=True)
class Refit:
    """New weights for one partnership, what they would change, and the weights before, for undo.

    `right_before` and `right_after` count the held-back marks answered rightly; `kept` says whether the new weights
    stand (they do not when the held-back marks come out worse).
    """

    weights: Weights
    before: Weights
    learned_from: int
    held_back: int
    right_before: int
    right_after: int
    kept: bool


PRIOR_STRENGTH = 4.0
"""Pseudo-observations per weight: one mark moves little, ten of a kind are heard."""


def held_back(key: str) -> bool:
    """Whether a mark is among the fifth that only checks. By a hash of its key, so it never changes sides."""
    return hashlib.sha256(key.encode()).digest()[0] % 5 == 0


def refit(
    shared: Weights, marks: Iterable[MarkedFeatures], threshold: float = 0.5, now: Weights | None = None
) -> Refit:
    """Weights for one partnership from its marks, with a prior at the shared weights.

    Four fifths of the marks teach, a fifth checks. Overrides are no part of the weights: no mark can silence one.
    """
    before = now if now is not None else shared
    all_marks = {mark.key: mark for mark in marks}.values()
    teach = [mark for mark in all_marks if not held_back(mark.key)]
    check = [mark for mark in all_marks if held_back(mark.key)]
    after: Weights = dict(shared)
    if teach:
        prior_of_seen = {name: shared.get(name, 0.0) for mark in teach for name in mark.features}
        rows = [mark.features for mark in teach]
        after = dict(shared) | fit(rows, [mark.relevant for mark in teach], prior_of_seen, PRIOR_STRENGTH)

    def right(weights: Weights) -> int:
        return sum((probability(weights, mark.features) >= threshold) == mark.relevant for mark in check)

    right_before, right_after = right(before), right(after)
    kept = right_after >= right_before
    return Refit(after if kept else before, before, len(teach), len(check), right_before, right_after, kept)


def weights_to_json(weights: Weights) -> str:
    """One weight a line, by name, so that two files can be compared by eye."""
    return json.dumps(dict(sorted(weights.items())), indent=1, ensure_ascii=False) + "\n"


def weights_from_json(text: str) -> dict[str, float]:
    """What `weights_to_json` wrote. Raises ValueError when it is not an object of numbers."""
    value = json.loads(text)
    if not isinstance(value, dict) or not all(isinstance(v, int | float) for v in value.values()):
        raise ValueError("The weights must be one JSON object of numbers.")
    return {str(name): float(number) for name, number in value.items()}


def read_weights(path: Path) -> dict[str, float]:
    """The weights in a file."""
    return weights_from_json(path.read_text(encoding="utf-8"))
