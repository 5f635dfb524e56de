"""How well an item fits a story: signs for and against, each with its points and the words that made it so."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from monitors.stories.copies import other_issue
from monitors.stories.features import Features
from monitors.stories.kinds import GENERAL, LINKED
from monitors.stories.news import RECENT, News
from monitors.stories.parting import Sign, parting_signs, tells_apart
from monitors.stories.scales import Scales, norm
from monitors.stories.story import Story
from monitors.stories.weights import WEIGHTS
from monitors.stories.words import COMMON, Home, stems

SOON = timedelta(hours=12)
WEST = timedelta(hours=6)
"""How far the day of the United States is behind UTC, on the whole."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
MEMBERS_COMPARED = 8
"""Of a long story the first two reports and the latest six stand for all."""
FEW_WORDS = 0.8
"""Words that weigh less than this together tell little, though the story has them all."""
TOPICAL = 0.35
"""Weight above which a word names a topic."""
OFFICES = stems("chief sheriff superintendent principal")
RARE_KIND = 2
PLACED = {"street": "street", "school": "school", "venue": "place", "mile": "mile"}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well an item fits a story: points, and the signs that gave them, each with its points and a sentence."""

    story: Story
    points: float
    signs: tuple[Sign, ...]

    @property
    def why(self) -> tuple[str, ...]:
        """The sentences that speak for it, the weightiest first."""
        return tuple(why for _, points, why in sorted(self.signs, key=lambda s: -s[1]) if points > 0 and why)


class Weighing:
    """One item against stories, one after the other."""

    def __init__(self, scales: Scales, said: Features, at: datetime) -> None:
        self._scales = scales
        self._home = scales.home
        self._said = said
        self._at = at
        self._weights = {stem: scales.weight(stem) for stem in said.words}
        self._norm = norm(self._weights.values())

    def compare(self, story: Story, others: Iterable[Story] = ()) -> Likeness:
        """Points for and against, each with its sentence; `others` are the stories it is chosen from."""
        weighed = tuple(
            (sign, WEIGHTS[sign] * amount, why) for sign, amount, why in self.signs(story, tuple(others))
        )
        return Likeness(story, sum(points for _, points, _ in weighed), weighed)

    def signs(self, story: Story, others: Sequence[Story]) -> Iterator[Sign]:
        """What speaks for and against, before it is weighed."""
        said = self._said
        closest, cosine = self._closest(story)
        gap = abs(self._at - (story.last_at or self._at))
        hours = gap / timedelta(hours=1)
        core = self._core(story)
        yield "words", cosine, self._shared_words(closest)
        yield "title", self._title_share(closest), ""
        yield "shared", self._topical(closest), ""
        yield "covered", self._covered(story), ""
        yield "core", core, ""
        yield "recent", math.exp(-hours / 8), ""
        yield "day", math.log1p(hours / 24), ""
        if self._other_day(story):
            yield "other day", 1, ""
        yield from self._shared_marks(story)
        yield from self._kind_signs(story)
        yield from News(said, story, self._scales, core, hours).signs(others, self._at)
        yield from parting_signs(said, story, self._home)
        new_one = said.another and not any(other.another for other in story.lending)
        if new_one or other_issue(said, closest, gap):
            yield "another", 1, ""
        else:
            yield from self._leaning(story, others, gap)

    def _other_day(self, story: Story) -> bool:
        """Whether it names earlier weekdays, and none on which the story was told."""
        named = {day for day in map(self._latest_day, self._said.days) if day != _day(self._at)}
        if not (named and story.began and story.last_at) or not (story.relevant or story.eventful):
            return False
        return not any(_day(story.began) <= day <= _day(story.last_at) for day in named)

    def _latest_day(self, weekday: int) -> date:
        """The last such weekday at the time of the item."""
        today = _day(self._at)
        return today - timedelta(days=(today.weekday() - weekday) % 7)

    def _core(self, story: Story) -> float:
        """Share of an item's words, by weight, that the story keeps using: each by the share of reports with it."""
        told = len(story.lending)
        used = sum(
            self._weights[stem] ** 2 * min(1.0, story.telling[stem] / told * 2)
            for stem in self._said.words & story.words
        )
        return used / max(self._norm**2, FEW_WORDS)

    def _closest(self, story: Story) -> tuple[Features, float]:
        few = story.lending
        if len(few) > MEMBERS_COMPARED:
            few = [*few[:2], *few[2 - MEMBERS_COMPARED :]]
        cosines = [
            sum(self._weights[stem] ** 2 for stem in self._said.words & other.words)
            / max(self._norm * self._scales.norm(other), 1e-9)
            for other in few
        ]
        best = max(range(len(few)), key=cosines.__getitem__)
        return few[best], cosines[best]

    def _topical(self, other: Features) -> float:
        """How much of what both say is topical, 0 to 1; long texts share a few such words by chance."""
        both = (self._weights[stem] for stem in self._said.words & other.words)
        topical = sum(weight for weight in both if weight > TOPICAL)
        return topical / (topical + 1.5 + 0.04 * min(len(self._said.words), len(other.words)))

    def _covered(self, story: Story) -> float:
        """Share of an item's words, by weight, that the story has used."""
        used = sum(self._weights[stem] ** 2 for stem in self._said.words & story.words)
        return used / max(self._norm**2, FEW_WORDS)

    def _title_share(self, other: Features) -> float:
        title = self._said.title
        either = title | other.title
        share = sum(self._weights[stem] for stem in title & other.title)
        return share / max(sum(map(self._scales.weight, either)), 1e-9)

    def _shared_words(self, other: Features) -> str:
        shared = self._said.words & other.words - COMMON - self._home.words
        most = sorted(shared, key=lambda stem: (-self._weights[stem], stem))[:6]
        return f"Same words: {', '.join(self._said.said[stem] for stem in most)}." if most else ""

    def _shared_marks(self, story: Story) -> Iterator[Sign]:
        """Places and people in both; one that many stories hold (the courthouse, a spokesman) is worth less."""
        rarity = self._scales.rarity
        for mark in sorted(self._said.spots & story.spots, key=lambda mark: (-rarity(mark), mark))[:2]:
            kind, name = mark.split(":")
            if kind != "route":
                sign = "our spot" if name in self._home.spots else "spot"
                yield sign, rarity(mark), f"Same {PLACED[kind]}: {name.title()}."
        for name in sorted(self._said.names & story.names, key=lambda name: (-rarity(name), name))[:2]:
            sign = "our name" if name in self._home.people else "name"
            yield sign, rarity(name), f"Same name: {name.title()}."

    def _kind_signs(self, story: Story) -> Iterator[Sign]:
        """What kind of event; a kind that hardly any open story is of says more."""
        said = self._said
        fit = kinds_fit(said.kinds, story.main_kinds)
        if fit == "kind":
            kinds = said.kinds & story.main_kinds
            rare = any(self._scales.stories_with(kind) <= RARE_KIND for kind in kinds)
            if (
                "removal" in kinds
                and said.relevant
                and story.relevant
                and said.roles & OFFICES & story.telling.keys()
            ):
                yield "one office", 1, "A place has one chief, and this is about theirs."
            amount = 0.6 if kinds <= GENERAL else 1.35 if rare else 1
            yield fit, amount, f"Same kind of event: {', '.join(sorted(kinds))}."
        elif fit == "linked kind":
            told = story.main_kinds - GENERAL and said.kinds - GENERAL
            yield fit if told else "linked general", 1, ""
        elif story.kinds and not said.later and not said.types:
            yield "no kind", 1, ""
        if said.types and story.types:
            yield ("other type" if said.types.isdisjoint(story.types) else "same type"), 1, ""

    def _leaning(self, story: Story, others: Iterable[Story], gap: timedelta) -> Iterator[Sign]:
        """Signs of a report that leans on something told before, or comes from the same place within hours: it may
        name nobody.
        """
        said = self._said
        ours = _what(said, story, self._home)
        here = not (said.towns | said.spots).isdisjoint(story.towns | story.spots)
        fits = kinds_fit(said.kinds, story.main_kinds)
        close = fits == "kind" or (fits == "linked kind" and here) or (said.relevant and story.relevant)
        if not ours or not (said.later or (close and gap <= SOON)):
            return
        if gap <= SOON:
            yield "soon", 1, ""
        if not tells_apart(said, story, self._home) and (own := ours - self._elsewhere(story, others)):
            names = " and ".join(sorted(what.split(":")[-1] for what in own)[:3])
            yield "only one", 1, f"The one open story here about {names}."

    def _elsewhere(self, story: Story, others: Iterable[Story]) -> set[str]:
        """What other stories of the last days, here, are about."""
        found: set[str] = set()
        for other in others:
            recent = other.last_at is not None and abs(self._at - other.last_at) <= RECENT
            away = other.towns and (self._said.towns or self._home.towns).isdisjoint(other.towns)
            if other is not story and recent and not away:
                found |= _what(self._said, other, self._home)
        return found


def _day(at: datetime) -> date:
    """The day as people here call it, near enough."""
    return (max(at, LONG_AGO) - WEST).date()


def kinds_fit(ours: frozenset[str], theirs: frozenset[str]) -> str:
    """Whether two sets of kinds may be of one event: "kind", "linked kind", "other kind"; "" where one is empty.

    Kinds that follow from others (a death, closed doors) count only where one side has nothing else.
    """
    mine, its = ours - GENERAL, theirs - GENERAL
    if not mine or not its:
        mine, its = ours, theirs
    if mine & its:
        return "kind"
    if any((one, other) in LINKED for one in mine for other in its):
        return "linked kind"
    return "other kind" if mine and its else ""


def _what(said: Features, story: Story, home: Home) -> set[str]:
    """What of an item's kinds and spots a story is about; a question of conduct is about whatever the police did, and
    a relevant report that names no kind is about whatever is relevant now.
    """
    kinds = said.kinds & story.main_kinds
    found = set(kinds - GENERAL or (kinds if said.later else ()))
    if "conduct" in said.kinds and any(("conduct", kind) in LINKED for kind in story.main_kinds):
        found.add("conduct")
    if not said.kinds and said.types & story.types and said.relevant and story.relevant:
        found.add("what is relevant now")
    own = {spot for spot in said.spots if spot.split(":")[1] in home.spots and not found}
    return found | ((said.spots - own) & story.spots)
