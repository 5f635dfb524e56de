"""What the words of a report are worth taken together: a small number for each label of the title, each two labels that
stand in one title, each label of the lead, and each common word of the title.

The facts are patterns a person wrote; this is what is left over when they have spoken, learned from the training texts.
The numbers are kept by readable names (`model/wording.json`: "SHOOTING + YOUTH", "lead: STUDENT", "word: gang"), and all
of them make one feature of the logistic layer, so that a partnership's marks can turn it up or down as a whole.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monitors.relevance.cues import BOUNDARY, COLON, OTHER, symbols

LEAD, WORD = "lead: ", "word: "
BESIDE = " + "
Numbers = NDArray[np.float64]
LEAD_COUNTS = 0.5


@cache
def _nothing() -> frozenset[str]:
    return frozenset({BOUNDARY, COLON, OTHER, *(symbols()[label] for label in ("DET", "BY", "NUM"))})


@cache
def _labels() -> Mapping[str, str]:
    return {symbol: label for label, symbol in symbols().items()}


@dataclass(frozen=True, slots=True)
class Wording:
    """The numbers, by symbols so that adding them up is quick."""

    title: Mapping[str, float]
    """One symbol, or two in order."""
    lead: Mapping[str, float]
    words: Mapping[str, float]

    def worth(self, string: str, title_length: int, title_words: Sequence[str]) -> float:
        """The sum for a report's symbol string and the words of its title."""
        if not self.title:
            return 0.0
        nothing = _nothing()
        title = sorted(set(string[:title_length]) - nothing)
        of_title, of_lead, of_words = self.title, self.lead, self.words
        total = sum(of_title.get(a, 0.0) for a in title)
        total += sum(of_title.get(a + b, 0.0) for a, b in itertools.combinations(title, 2))
        total += sum(of_lead.get(a, 0.0) for a in set(string[title_length:]) - nothing)
        return total + sum(of_words[w] for w in {word.lower() for word in title_words} if w in of_words)


SILENT = Wording({}, {}, {})
"""Before anything was learned."""


def read_wording(path: Path) -> Wording:
    """The numbers in a file; SILENT when there is none."""
    if not path.exists():
        return SILENT
    named: Mapping[str, float] = json.loads(path.read_text(encoding="utf-8"))
    title: dict[str, float] = {}
    lead: dict[str, float] = {}
    words: dict[str, float] = {}
    by_label = symbols()
    for name, worth in named.items():
        if name.startswith(WORD):
            words[name.removeprefix(WORD)] = worth
        elif name.startswith(LEAD):
            lead[by_label[name.removeprefix(LEAD)]] = worth * LEAD_COUNTS
        else:
            title["".join(sorted(by_label[label] for label in name.split(BESIDE)))] = worth
    return Wording(title, lead, words)


def names_in(
    string: str, title_length: int, title_words: Sequence[str], known: frozenset[str]
) -> Iterator[tuple[str, float]]:
    """The names under which a report's labels and words are learned, and how much each counts."""
    label = _labels()
    title = sorted(set(string[:title_length]) - _nothing())
    for a in title:
        yield label[a], 1.0
    for a, b in itertools.combinations(title, 2):
        yield label[a] + BESIDE + label[b], 1.0
    for a in sorted(set(string[title_length:]) - _nothing()):
        yield LEAD + label[a], LEAD_COUNTS
    for word in sorted({w.lower() for w in title_words} & known):
        yield WORD + word, 1.0


def learn(
    rows: Sequence[Sequence[tuple[str, float]]],
    answers: Sequence[bool],
    offsets: Sequence[float],
    counts: Sequence[float],
    strength: float,
    at_least: int,
) -> dict[str, float]:
    """The numbers that explain what `offsets` (log-odds without them) leave unexplained, each held to zero.

    A name is learned when `at_least` rows have it. Accelerated gradient steps over the non-zero entries alone; the
    result depends on nothing but the arguments.
    """
    seen = Counter(name for row in rows for name, _ in row)
    names = sorted(name for name, times in seen.items() if times >= at_least)
    column = {name: n for n, name in enumerate(names)}
    entries = [(n, column[name], v) for n, row in enumerate(rows) for name, v in row if name in column and v]
    at_row = np.array([e[0] for e in entries])
    at_column = np.array([e[1] for e in entries])
    value = np.array([e[2] for e in entries])
    target, weight, base = np.array(answers, dtype=float), np.array(counts), np.array(offsets)

    def times(at: Numbers) -> Numbers:
        return np.asarray(np.bincount(at_row, value * at[at_column], len(rows)), dtype=np.float64)

    def back(of: Numbers) -> Numbers:
        return np.asarray(np.bincount(at_column, value * of[at_row], len(names)), dtype=np.float64)

    along: Numbers = np.ones(len(names))
    for _ in range(30):  # towards the largest curvature there can be, by power iteration
        along = back(weight * times(along / np.linalg.norm(along)))
    step = 1.0 / (float(np.linalg.norm(along)) / 4 + strength)
    now = ahead = np.zeros(len(names))
    pace = 1.0
    for _ in range(400):
        miss = weight * (1.0 / (1.0 + np.exp(-np.clip(base + times(ahead), -30, 30))) - target)
        slope = back(miss) + strength * ahead
        following = ahead - step * slope
        if slope @ (following - now) > 0:  # it goes uphill: start the run-up anew
            pace = 1.0
        next_pace = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = following + (pace - 1) / next_pace * (following - now)
        now, pace = following, next_pace
    return {name: round(float(w), 3) for name, w in zip(names, now, strict=True) if abs(w) >= 0.005}
