"""python -m tests.bench.story_weights: fits what each sign of likeness is worth to the scripted afternoons, and prints it.

Each item chooses among the stories that are open when it comes, or a story of its own; what it was written to choose
is made as likely as can be (a conditional logit). Every sign keeps the direction it has, and is drawn to what it is
worth today. Afternoons are also held out, a sixth at a time; those figures still lean on today's weights, and only an
afternoon played for the first time is a surprise (see the README of the later afternoons).
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitors.relevance import Judge
from monitors.stories import grouping
from monitors.stories.grouping import Grouper
from monitors.stories.likeness import Weighing
from monitors.stories.story import Member, Story
from monitors.stories.weights import JOIN, WEIGHTS
from tests.monitors.afternoon import LATER_NAMES, NAMES, Heard, f1, heard, play

Vector = npt.NDArray[np.float64]
SIGNS = tuple(WEIGHTS)
TODAY = np.array([*WEIGHTS.values(), JOIN])
FREE = len(SIGNS)
"""The place of JOIN, the one number that may move either way."""
PULL = 40.0
"""How strongly a weight is drawn to what it is today."""
MISSED_ALARM = 6.0
"""An event of its own that was taken for a follow-up is worse than a follow-up that stands alone."""
FIRM = frozenset(
    ["another", "case", "other case", "other state", "other town", "no part", "own kind", "elsewhere", "name"]
)
"""Signs that decide by themselves where they are met: too few afternoons have them to say how much they are worth."""
HELD = np.array([sign in FIRM for sign in SIGNS])
STEPS, RATE = 2000, 0.05
FOLDS = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """What stood open for one item: a row of signs for each story, the last for a story of its own, and what is right."""

    rows: Vector
    right: npt.NDArray[np.bool_]
    weight: float


def choices(name: str, judge: Judge) -> Iterator[Choice]:
    """The choices of an afternoon, each item having been put where it was written to stand."""
    told, home, expected = heard(name, judge)
    grouper, story_of = Grouper(home), dict[str, int]()
    for number, one in enumerate(told):
        names = expected[one.arrival.key].stories
        if grouper._exact(one.said, one.arrival.at) is None and not one.said.round_up:
            yield from _choice(grouper, one, {story_of[n] for n in names if n in story_of})
        for story_name in names:
            if story_name not in story_of:
                story_of[story_name] = grouper.next_id
                grouper.open(Story(grouper.next_id))
            story = grouper.stories[story_of[story_name]]
            lends = len(names) == 1 or not story.lending
            grouper._take(story, Member(number, one.said, one.arrival.at, lends))


def _choice(grouper: Grouper, one: Heard, right: set[int]) -> Iterator[Choice]:
    open_stories = grouper._candidates(one.said, one.arrival.at)
    found = np.array([story.id in right for story in open_stories] + [not right])
    if not open_stories or not found.any():
        return
    rows = np.zeros((len(found), len(TODAY)))
    weighing = Weighing(grouper._scales, one.said, one.arrival.at)
    for row, story in zip(rows, open_stories, strict=False):
        for sign, amount, _ in weighing.signs(story, open_stories):
            row[SIGNS.index(sign)] += amount
    rows[-1, FREE] = 1
    yield Choice(rows, found, MISSED_ALARM if one.said.relevant and not right else 1.0)


def fit(made: Sequence[Choice]) -> Vector:
    """The weights, JOIN last, under which what was right is most likely."""
    rows = np.vstack([choice.rows for choice in made])
    right = np.concatenate([choice.right for choice in made])
    which = np.repeat(np.arange(len(made)), [len(choice.right) for choice in made])
    worth = np.array([choice.weight for choice in made])[which]
    pull = PULL * (rows.std(axis=0) + 1e-6) ** 2
    weights, mean, square = TODAY.copy(), np.zeros_like(TODAY), np.zeros_like(TODAY)
    for step in range(1, STEPS + 1):
        points = rows @ weights
        most = np.full(len(made), -np.inf)
        np.maximum.at(most, which, points)
        raised = np.exp(points - most[which])
        share = raised / np.bincount(which, raised)[which]
        wanted = share * right / np.bincount(which, share * right)[which]
        slope = rows.T @ ((share - wanted) * worth) + pull * (weights - TODAY)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        kept = np.where(TODAY >= 0, np.maximum(weights, 0), np.minimum(weights, 0))
        weights = np.append(np.where(HELD, TODAY[:FREE], kept[:FREE]), weights[FREE])
    return weights


def use(weights: Vector) -> None:
    """Group by these weights from now on, in this process."""
    WEIGHTS.update(zip(SIGNS, map(float, weights), strict=False))
    setattr(grouping, "JOIN", float(weights[FREE]))  # noqa: B010  a constant for everybody else


def main() -> int:
    """Print what held-out afternoons come to, then the weights of all of them. Exit code 0."""
    judge = Judge.load()
    names = [*NAMES, *LATER_NAMES]
    made: defaultdict[str, list[Choice]] = defaultdict(list)
    for name in names:
        made[name] += choices(name, judge)
    held = []
    for fold in range(FOLDS):
        out = names[fold::FOLDS]
        use(fit([choice for name in names if name not in out for choice in made[name]]))
        held += [play(name, judge) for name in out]
    for label, group in (("first", NAMES), ("later", LATER_NAMES)):
        precision, recall, whole = f1([a for a in held if a.name in group])
        print(f"held out, {label} afternoons: precision {precision:.3f}  recall {recall:.3f}  F1 {whole:.3f}")
    weights = fit([choice for name in names for choice in made[name]])
    for sign, points in zip((*SIGNS, "JOIN"), weights, strict=True):
        print(f'    "{sign}": {points:.1f},')
    return 0


if __name__ == "__main__":
    sys.exit(main())
