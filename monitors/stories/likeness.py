"""How well an item fits a story: signs for and against, each with its points and the words that made it so."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitors.stories.copies import other_issue, other_spots
from monitors.stories.features import Features
from monitors.stories.story import Story
from monitors.stories.words import COMMON, GENERAL, LINKED, Home, everyday

SOON = timedelta(hours=12)
RECENT = timedelta(days=3)
JOIN = 4.1
"""Points at which an item belongs to a story."""
WEIGHTS = {
    "words": 7.0,  # × cosine of the weighted words of title and lead, closest member
    "title": 2.0,  # × share of the weighted title words
    "phrase": 2.0,  # × pairs of neighboring words in both, three or more count as one
    "shared": 4.0,  # × what topical words both hold, against how many words there are
    "covered": 2.0,  # × share of the item's weighted words that the story has used
    "spot": 2.2,  # a street, school or venue in both
    "our spot": 1.6,  # the same, one of the watchlist's own: it is in the news for many things
    "road": 1.0,
    "name": 2.6,  # a full name in both
    "our name": 1.2,  # somebody in office, who speaks of many things
    "age": 0.8,
    "town": 0.4,
    "kind": 1.2,
    "linked kind": 0.6,
    "same type": 0.5,  # the judge's incident type
    "both relevant": 1.3,  # × falling off over twelve hours
    "only routine": -3.0,  # the item interrupts, and nothing the story has told so far would
    "only one": 1.5,  # leans on something told before, and this is the only open story here it can be
    "later": 0.4,
    "soon": 0.4,  # leans on something told before, and this was told in the last twelve hours
    "recent": 0.2,  # × falling off over eight hours
    "size": 0.2,  # × logarithm of the members: what many tell, more will tell
    "other type": -0.4,
    "other kind": -1.2,
    "no kind": -2.0,  # it speaks of no event, and leans on none
    "other town": -4.0,
    "other state": -7.0,
    "other spot": -2.2,
    "other name": -0.5,
    "other age": -1.0,
    "another": -15.0,  # it says itself that it is another one
    "day": -0.3,  # × days since the story's last report, after the first half day
}
"""What each sign is worth, in points: found by hand on the first sixteen scripted afternoons. The last two were
played before a word of them was looked at: F1 .83.
"""


MEMBERS_COMPARED = 8
"""Of a long story the first two reports and the latest six stand for all."""
TOPICAL = 0.35
"""Weight above which a word names a topic."""
RARE_KIND = 2
PLACED = {"street": "street", "school": "school", "venue": "place", "route": "road", "mile": "mile"}

Sign = tuple[str, float, str]
"""A key of WEIGHTS, how much of it there is, and a sentence for the person; empty where it needs none."""


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
        self._norms[id(said)] = _norm(map(self.weight, said.words))
        for mark in said.spots | said.names | said.kinds | said.pairs:
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
        """How many open stories hold a place, a name, a kind of event or a pair of words."""
        return max(1, len(self._stories_with.get(mark, ())))

    def rarity(self, mark: str) -> float:
        """1 for what one story holds, falling as more hold it."""
        return 2 / (1 + self.stories_with(mark))


def _norm(weights: Iterable[float]) -> float:
    return math.sqrt(sum(weight**2 for weight in weights))


class Weighing:
    """One item against stories, one after the other."""

    def __init__(self, scales: Scales, said: Features, at: datetime) -> None:
        self._scales = scales
        self._home = scales.home
        self._said = said
        self._at = at
        self._weights = {stem: scales.weight(stem) for stem in said.words}
        self._norm = _norm(self._weights.values())

    def compare(self, story: Story, others: Iterable[Story] = ()) -> Likeness:
        """Points for and against, each with its sentence; `others` are the stories it is chosen from."""
        said = self._said
        closest, cosine = self._closest(story)
        gap = abs(self._at - (story.last_at or self._at))
        hours = gap / timedelta(hours=1)
        signs = [
            ("words", cosine, self._shared_words(closest)),
            ("title", self._title_share(closest), ""),
            ("phrase", min(sum(map(self._scales.rarity, said.pairs & story.pairs)), 3) / 3, ""),
            ("shared", self._topical(closest), ""),
            ("covered", self._covered(story), ""),
            ("size", math.log(len(story.members)), ""),
            ("recent", math.exp(-hours / 8), ""),
            ("day", max(0.0, hours / 24 - 0.5), ""),
        ]
        if said.relevant and story.relevant:
            signs.append(
                ("both relevant", math.exp(-hours / 12), "Both are relevant, and told within hours.")
            )
        elif said.relevant:
            signs.append(("only routine", 1, ""))
        signs += [
            *self._shared_marks(story),
            *self._kind_signs(story),
            *_place_signs(said, story, self._home),
        ]
        signs += _party_signs(said, story, self._home)
        new_one = said.another and not any(other.another for other in story.lending)
        if new_one or other_issue(said, closest, gap):
            signs.append(("another", 1, ""))
        else:
            signs += self._leaning(story, others, gap)
        weighed = tuple((sign, WEIGHTS[sign] * amount, why) for sign, amount, why in signs)
        return Likeness(story, sum(points for _, points, _ in weighed), weighed)

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
        return used / max(self._norm**2, 1e-9)

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
            sign = "road" if kind == "route" else "our spot" if name in self._home.spots else "spot"
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
            amount = 0.6 if kinds <= GENERAL else 1.35 if rare else 1
            yield fit, amount, f"Same kind of event: {', '.join(sorted(kinds))}."
        elif fit:
            yield fit, 1, ""
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
        if not _tells_apart(said, story, self._home) and (own := ours - self._elsewhere(story, others)):
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


def _tells_apart(said: Features, story: Story, home: Home) -> bool:
    """Whether the item names people, towns or places, and none of the story's."""
    critic = "conduct" in said.kinds and "conduct" not in story.kinds  # whose name is not a party's
    people = not critic and _apart(said.names - home.people, story.names - home.people)
    return people or _apart(said.towns, story.towns) or _apart(said.spots, story.spots)


def _place_signs(said: Features, story: Story, home: Home) -> Iterator[Sign]:
    """Towns, states and places; our city and our county are one place here."""
    if towns := said.towns & story.towns:
        yield "town", 1, f"Same town: {', '.join(t.title() for t in sorted(towns))}."
    elif _apart(said.towns, story.towns) and not (said.towns & home.towns and story.towns & home.towns):
        yield "other town", 1, ""
    if _apart(said.states or home.states, story.states or home.states):
        yield "other state", 1, ""
    if other := other_spots(said.spots, story.spots):
        yield "other spot", len(other) + ("mile" in other), ""
    elif _apart(said.spots, story.spots):
        yield "other spot", 0.25, ""


def _party_signs(said: Features, story: Story, home: Home) -> Iterator[Sign]:
    if _apart(said.names - home.people, story.names - home.people) and not said.later:
        yield "other name", 1, ""
    if ages := said.ages & story.ages:
        yield "age", 1, f"Same age: {', '.join(sorted(ages))}."
    elif _apart(said.ages, story.ages):
        yield "other age", 1, ""
    if said.later:
        yield "later", 1, ""


def _apart(ours: AbstractSet[str], theirs: AbstractSet[str]) -> bool:
    """Both name some, and none in common."""
    return bool(ours and theirs and ours.isdisjoint(theirs))


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
