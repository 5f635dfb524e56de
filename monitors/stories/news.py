"""How an item bears on what is in the news here: a voice, a message or a report that tells no event of its own belongs
to the event of the day; everyday news does not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitors.stories.features import Features
from monitors.stories.kinds import GENERAL, LINKED
from monitors.stories.parting import Sign
from monitors.stories.scales import Scales
from monitors.stories.story import Story

RECENT = timedelta(days=3)
ENOUGH = 0.25
"""Share of the story's main words in an item that makes it speak of the same thing."""


def unlike(said: Features, story: Story) -> bool:
    """Whether each has a kind of event of its own, and no event goes through both."""
    ours, theirs = said.kinds - GENERAL, story.kinds.keys() - GENERAL
    return bool(ours and theirs) and not any((one, other) in LINKED for one in ours for other in theirs)


@dataclass(frozen=True, slots=True)
class News:
    """One item before one story: `core` is the share of the item's words that the story keeps using, `hours` the time
    since the story's last report.
    """

    said: Features
    story: Story
    scales: Scales
    core: float
    hours: float

    @property
    def thin(self) -> float:
        """1 where the item has none of the story's main words, 0 where it has a third."""
        return max(0.0, 1 - 3 * self.core)

    @property
    def definite(self) -> bool:
        """Whether it tells a kind of event, a place or a person."""
        return bool(self.said.kinds or self.said.title_proper or self.said.spots)

    def signs(self, others: Sequence[Story], at: datetime) -> Iterator[Sign]:
        """How it bears on the story; `others` are the stories it is chosen from, `at` is when it was told."""
        yield from self._relevance()
        yield from self._kinds()
        yield from self._marks()
        yield from self._everyday()
        if self.story.relevant:
            hot = [o.last_at for o in others if o.relevant and o.last_at and at - o.last_at <= RECENT]
            yield from self._of_the_day(
                is_latest=self.story.last_at is not None and self.story.last_at >= max(hot, default=at)
            )
        else:
            yield "quiet story", 0.4 if self.story.eventful else 1.0, ""
            if not unlike(self.said, self.story):
                yield "eventful quiet", max(0.0, self.said.bearing), ""
            if self.said.kinds - GENERAL or self.said.title_proper or self.said.spots:
                yield "thin", self.thin, ""

    def _relevance(self) -> Iterator[Sign]:
        said, story = self.said, self.story
        if not said.relevant:
            return
        if not story.relevant:
            if not story.eventful:
                yield "only routine", 1, ""
            return
        near = math.exp(-self.hours / 12)
        nowhere = not (said.kinds - GENERAL or said.local)
        if self._overlaps() or not (nowhere or unlike(said, story)):
            yield "both relevant", near, "Both are relevant, and told within hours."
        elif not (said.kinds - GENERAL or said.spots or said.title_proper):
            yield "wordless", near, "It tells no other event, hours after this one."

    def _overlaps(self) -> bool:
        """Whether it shares what one event has: a kind, a place that is not the watchlist's, a name, its main words."""
        said, story = self.said, self.story
        home = self.scales.home.spots
        return bool(
            (said.kinds - GENERAL) & story.kinds.keys()
            or any(spot.split(":")[1] not in home for spot in said.spots & story.spots)
            or said.proper & story.proper.keys()
            or said.names & story.names
            or self.core >= ENOUGH
        )

    def _kinds(self) -> Iterator[Sign]:
        said, story = self.said, self.story
        specific = said.kinds - GENERAL
        if specific and specific.isdisjoint(story.kinds):
            yield "fresh kind" if story.kinds.keys() - GENERAL else "first kind", self.thin, ""
        if unlike(said, story):
            yield "own kind", 1 + math.log1p(self.hours / 24), ""
        theirs = story.kinds.keys() - GENERAL
        kinds_apart = specific and theirs and specific.isdisjoint(theirs)
        if not kinds_apart and said.kinds & story.kinds.keys() and not said.kinds & story.main_kinds:
            yield "told kind", 1, ""
        if said.types and story.types and said.types.isdisjoint(story.types):
            yield "own type", self.thin, ""

    def _marks(self) -> Iterator[Sign]:
        said, story, rarity = self.said, self.story, self.scales.rarity
        proper = sorted(
            said.proper & story.proper.keys(), key=lambda word: (-rarity(f"proper:{word}"), word)
        )[:3]
        if proper:
            yield "proper", sum(rarity(f"proper:{word}") for word in proper), ""
        roles = said.roles & story.telling.keys()
        if roles:
            told = len(story.lending)
            amount = sum(min(1.0, 2 * story.telling[w] / told) * rarity(f"role:{w}") for w in roles)
            yield "role", min(amount, 2.0), ""
        if story.proper and (new := said.title_proper - story.proper.keys()):
            follows = 0.5 if said.later or roles else 1.0
            yield "new in title", min(len(new), 2) * follows * (1.0 if proper else 1.5), ""

    def _everyday(self) -> Iterator[Sign]:
        said = self.said
        ours = {word for spot in self.scales.home.spots for word in spot.split()}
        known = {w for w in said.proper & self.story.proper.keys() if not any(o.startswith(w) for o in ours)}
        if said.quiet and not known:
            yield "quiet", self.thin, ""
        if said.routine and not known:
            yield "routine", self.thin, ""
        if said.elsewhere and self.story.local:
            yield "elsewhere", self.thin, ""

    def _of_the_day(self, *, is_latest: bool) -> Iterator[Sign]:
        said, home = self.said, self.scales.home
        near, now = math.exp(-self.hours / 24), math.exp(-self.hours / 4)
        if is_latest:
            yield "latest", near, ""
        ours = any(spot.split(":")[1] in home.spots for spot in said.spots & self.story.spots)
        named = {
            spot for spot in said.title_spots & self.story.title_spots if spot.split(":")[1] in home.spots
        }
        if said.relevant and named and not unlike(said, self.story):
            yield "our place now", math.exp(-self.hours / 2), ""
        if said.relevant and (ours or said.local) and not unlike(said, self.story):
            yield "breaking", now * (1.5 if ours else 1.0), ""
            yield "relevant thin", self.thin * (1 - now), ""
        elif said.relevant:
            yield "relevant thin", self.thin, ""
        elif self.definite:
            yield "thin", self.thin, ""
        if said.quoted:
            yield "quoted", near, "Somebody's words, within a day."
        if said.addressed:
            yield "addressed", near, "A message to families or neighbors, within a day."
        if not said.relevant:
            yield "eventful", said.bearing * (0.3 + 0.7 * near), ""
        if not self.definite:
            yield "vague", near, ""
            yield "eventful vague", said.bearing * near, "It tells no other event."
