"""How rare a word, a place or a name is among the open items: what is rare says more."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable

from monitors.stories.features import Features
from monitors.stories.words import Home, everyday


class Scales:
    """What the open items hold: rare words, places and names count for more."""

    def __init__(self, home: Home) -> None:
        """`home` is what every item here may hold: it weighs little."""
        self.home = home
        self._items = 0
        self._holding: Counter[str] = Counter()
        self._stories_with: defaultdict[str, set[int]] = defaultdict(set)
        self._norms: dict[int, float] = {}

    def take(self, story_id: int, said: Features) -> None:
        """Count an item that a story took in; the story keeps it alive."""
        self._items += 1
        self._holding.update(said.words)
        self._norms[id(said)] = norm(map(self.weight, said.words))
        for mark in said.marks():
            self._stories_with[mark].add(story_id)

    def weight(self, stem: str) -> float:
        """What sharing a word is worth, 0 to 1: rare words much; the desk's everyday words, the town's own name and
        words that many of the open items hold little.
        """
        ours = 0.15 if stem in self.home.words else 1.0
        now = math.log((self._items + 20) / (self._holding[stem] + 1)) / math.log(self._items + 20)
        return ours * everyday(stem) * now

    def norm(self, said: Features) -> float:
        """The length of an item's words as a vector, when it was taken in."""
        return self._norms[id(said)]

    def stories_with(self, mark: str) -> int:
        """How many open stories hold a place, a name, a role or a kind of event."""
        return max(1, len(self._stories_with.get(mark, ())))

    def rarity(self, mark: str) -> float:
        """1 for what one story holds, falling as more hold it."""
        return 2 / (1 + self.stories_with(mark))


def norm(weights: Iterable[float]) -> float:
    """The length of a vector."""
    return math.sqrt(sum(weight**2 for weight in weights))
