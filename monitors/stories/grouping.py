"""Which stories an item belongs to: a pure decision over the stories that are open, with the words that made it so."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from monitors.items import Item
from monitors.stories.features import Features, bands, parts_of, resemblance
from monitors.stories.words import COMMON, EVENTS, LINKED

FOLLOWED = timedelta(days=10)
"""How long after its last report a story still takes follow-ups."""
SAME_TITLE = timedelta(days=7)
"""How long the same title alone makes a copy."""
OLD = timedelta(days=3)
"""A copy of something told longer ago than this is an old story under a new date."""

JOIN = 4.0
"""Points at which an item belongs to a story."""
WEIGHTS = {
    "words": 9.0,  # × cosine of the weighted words of title and lead, best member
    "title": 3.0,  # × share of the weighted title words
    "spot": 2.2,  # a street, school or venue in both
    "name": 2.0,  # a full name in both
    "age": 0.8,
    "kind": 1.2,
    "linked kind": 0.5,
    "town": 0.4,
    "only one": 1.5,  # the only open story of this kind here, and the item leans on something told before
    "later": 0.8,
    "link": 2.5,
    "other kind": -1.6,
    "other town": -1.5,
    "other state": -5.0,
    "other spot": -2.2,
    "other name": -0.7,
    "other age": -1.0,
    "another": -2.5,
    "day": -0.35,  # × days since the story's last report, after the first half day
}
"""What each sign is worth, in points. Found by hand on half of the scripted afternoons, checked on the other half."""


class How(StrEnum):
    """In what way an item came to its story."""

    FIRST = "first"
    REFERENCE = "reference"
    COPY = "copy"
    REWRITE = "rewrite"
    ROUND_UP = "round-up"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Placement:
    """The stories of one item, the closest first, and per story why. `repeats_old` says: an old story re-dated."""

    stories: tuple[int, ...]
    why: tuple[tuple[str, ...], ...]
    how: How
    is_new: bool = False
    lends: bool = True
    repeats_old: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One item in a story. Round-ups are listed but lend the story no words."""

    item_id: int
    features: Features
    at: datetime
    lends: bool = True


@dataclass(slots=True)
class Story:
    """A story while it is open: its members and what they say together."""

    id: int
    members: list[Member] = field(default_factory=list)
    refused: list[Features] = field(default_factory=list)
    """What a person took out: neither that item nor its copies come back by themselves."""
    names: set[str] = field(default_factory=set)
    spots: set[str] = field(default_factory=set)
    towns: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    ages: set[str] = field(default_factory=set)
    last_at: datetime | None = None

    def holds(self, member: Member) -> bool:
        """Whether that item is one of its members."""
        return any(m.item_id == member.item_id for m in self.members)

    def refuses(self, said: Features) -> bool:
        """Whether a person took this item, or one it copies, out of here."""
        return any(copied_from(said, refused, timedelta(0), own_link=True) for refused in self.refused)

    def add(self, member: Member) -> None:
        """Take `member` in."""
        self.members.append(member)
        if not member.lends:
            return
        said = member.features
        self.names |= said.names
        self.spots |= said.spots
        self.towns |= said.towns
        self.states |= said.states
        self.kinds.update(said.kinds)
        self.ages |= said.ages
        self.last_at = max(self.last_at or member.at, member.at)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well an item fits a story: points, and the signs that gave them, each with its points and a sentence."""

    story: Story
    points: float
    signs: tuple[tuple[str, float, str], ...]

    @property
    def why(self) -> tuple[str, ...]:
        """The sentences that speak for it, the weightiest first."""
        return tuple(why for _, points, why in sorted(self.signs, key=lambda s: -s[1]) if points > 0 and why)


class Grouper:
    """The open stories and the decision. Give items in the order they were told; no clock and no store in here."""

    def __init__(
        self,
        home: Iterable[str] = (),
        next_id: int = 1,
        archive: Callable[[Features], Iterable[Story]] = lambda _: (),
    ) -> None:
        """`home` are stems every item here may hold (the town, the agency): they weigh little. `archive` finds
        stories that are no longer open by link, title, bands or reference.
        """
        self.stories: dict[int, Story] = {}
        self.next_id = next_id
        self._home = frozenset(home)
        self._archive = archive
        self._holding: Counter[str] = Counter()
        self._items = 0
        self._by_stem: defaultdict[str, set[int]] = defaultdict(set)
        self._by_exact: defaultdict[object, set[int]] = defaultdict(set)
        self._titles_of_link: defaultdict[str, set[str]] = defaultdict(set)

    # --- what is open ---------------------------------------------------------------------------------------------

    def open(self, story: Story) -> None:
        """Take up a story that was stored."""
        members, story.members = story.members, []
        self.stories[story.id] = story
        self.next_id = max(self.next_id, story.id + 1)
        for member in members:
            self._take(story, member)

    def _take(self, story: Story, member: Member) -> None:
        story.add(member)
        said = member.features
        for exact in exact_signs(said):
            self._by_exact[exact].add(story.id)
        if said.link:
            self._titles_of_link[said.link].add(said.title_key)
        if member.lends:
            self._items += 1
            self._holding.update(said.words)
            for stem in said.words:
                self._by_stem[stem].add(story.id)

    # --- the decision ---------------------------------------------------------------------------------------------

    def place(self, item_id: int, item: Item, said: Features, at: datetime) -> Placement:
        """Decide where the item belongs, and take it in there. `at` is when it was told, aware."""
        for story in self._archive(said):
            if story.id not in self.stories:
                self.open(story)
        placement = self._exact(said, at) or self._alike(item, said, at)
        if not placement.stories:
            placement = Placement((self.next_id,), ((),), How.FIRST, is_new=True)
            self.stories[self.next_id] = Story(self.next_id)
            self.next_id += 1
        placement = replace(placement, lends=placement.is_new or not said.round_up)
        for story_id in placement.stories:
            self._take(self.stories[story_id], Member(item_id, said, at, placement.lends))
        return placement

    def _exact(self, said: Features, at: datetime) -> Placement | None:
        """Copies: the item refers to, links to, is titled or worded like one that is there."""
        own_link = len(self._titles_of_link[said.link]) <= SHARED_LINK
        best: tuple[Copied, Story, Member] | None = None
        for story in self._touching(said):
            if story.refuses(said):
                continue
            for member in story.members:
                copied = copied_from(said, member.features, abs(at - member.at), own_link)
                if copied and (best is None or copied.strength > best[0].strength):
                    best = (copied, story, member)
        if best is None:
            return None
        copied, story, member = best
        beside = (
            s.id for s in self._touching(said) if s is not story and s.holds(member) and not s.refuses(said)
        )
        stories = (story.id, *beside)
        old = copied.how is How.COPY and at - member.at > OLD
        return Placement(stories, ((copied.why,),) * len(stories), copied.how, repeats_old=old)

    def _touching(self, said: Features) -> list[Story]:
        ids = set().union(*(self._by_exact.get(sign, ()) for sign in exact_signs(said)))
        return [self.stories[i] for i in sorted(ids)]

    def _alike(self, item: Item, said: Features, at: datetime) -> Placement:
        """Rewrites and follow-ups: the words, places, people and kind of event fit an open story."""
        if said.round_up and (found := self._told_in_parts(item, at)):
            return found
        fits = sorted(self._fits(said, at), key=lambda fit: -fit.points)
        if not fits:
            return Placement((), (), How.FIRST)
        best = fits[0]
        chosen = [best, *(fit for fit in fits[1:] if self._also(fit, best))]
        return Placement(tuple(f.story.id for f in chosen), tuple(f.why for f in chosen), How.REWRITE)

    def _fits(self, said: Features, at: datetime) -> list[Likeness]:
        likely = self._candidates(said, at)
        return [fit for story in likely if (fit := self.likeness(said, story, at, likely)).points >= JOIN]

    def _also(self, fit: Likeness, best: Likeness) -> bool:
        """A second story, when it fits by a place or a person that the first does not have."""
        own = {why for sign, points, why in fit.signs if sign in {"spot", "name"} and points > 0}
        theirs = {why for _, _, why in best.signs}
        return fit.points >= JOIN + 1 and bool(own - theirs)

    def _told_in_parts(self, item: Item, at: datetime) -> Placement | None:
        found: dict[int, tuple[str, ...]] = {}
        for part in parts_of(item):
            for fit in sorted(self._fits(part, at), key=lambda fit: -fit.points)[:1]:
                found.setdefault(fit.story.id, ("Tells it among other news.", *fit.why))
        return Placement(tuple(found), tuple(found.values()), How.ROUND_UP) if found else None

    def _candidates(self, said: Features, at: datetime) -> list[Story]:
        """Open stories worth a closer look: those that share the rarest words, and the latest of the same kind."""
        shared: defaultdict[int, float] = defaultdict(float)
        for stem in said.words:
            holders = self._by_stem.get(stem, ())
            if len(holders) <= max(20, len(self.stories) // 10):
                for story_id in holders:
                    shared[story_id] += self._weight(stem)
        likely = [self.stories[story_id] for story_id in heapq.nlargest(12, shared, key=lambda i: shared[i])]
        if said.kinds:
            likely += sorted(
                (s for s in self.stories.values() if s not in likely and not said.kinds.isdisjoint(s.kinds)),
                key=lambda s: s.last_at or at,
            )[-12:]
        return [s for s in likely if s.last_at and abs(at - s.last_at) <= FOLLOWED and not s.refuses(said)]

    def likeness(self, said: Features, story: Story, at: datetime, others: Iterable[Story] = ()) -> Likeness:
        """Points for and against, each with its sentence."""
        closest, cosine = self._closest(said, story)
        signs = [("words", cosine, self._shared_words(said, closest))]
        signs += [("title", self._title_share(said, closest), "")]
        signs += list(_signs(said, story))
        gap = abs(at - (story.last_at or at))
        if gap > timedelta(hours=12):
            signs.append(("day", gap / timedelta(days=1) - 0.5, ""))
        if said.later and _only_one(said, story, others, at):
            kind = " and ".join(sorted(said.kinds & story.kinds.keys()))
            signs.append(
                ("only one", 1, f"Leans on something told before: the one open story here about {kind}.")
            )
        weighed = tuple((sign, WEIGHTS[sign] * amount, why) for sign, amount, why in signs)
        return Likeness(story, sum(points for _, points, _ in weighed), weighed)

    def _closest(self, said: Features, story: Story) -> tuple[Features, float]:
        lending = [m for m in story.members if m.lends]
        few = (
            lending if len(lending) <= MEMBERS_COMPARED else [*lending[:2], *lending[2 - MEMBERS_COMPARED :]]
        )
        norm = self._norm(said.words)
        best, best_cosine = few[0].features, 0.0
        for member in few:
            other = member.features
            dot = sum(self._weight(stem) ** 2 for stem in said.words & other.words)
            cosine = dot / max(norm * self._norm(other.words), 1e-9)
            if cosine > best_cosine:
                best, best_cosine = other, cosine
        return best, best_cosine

    def _norm(self, stems: Iterable[str]) -> float:
        return math.sqrt(sum(self._weight(stem) ** 2 for stem in stems))

    def _weight(self, stem: str) -> float:
        """What sharing a word is worth, 0 to about 1: rare words much, words of every item little."""
        share = 0.15 if stem in self._home else 0.3 if stem in COMMON else 0.6 if stem in EVENT_STEMS else 1.0
        return share * math.log((self._items + 20) / (self._holding[stem] + 1)) / math.log(self._items + 20)

    def _title_share(self, said: Features, other: Features) -> float:
        both, either = said.title & other.title, said.title | other.title
        return sum(map(self._weight, both)) / max(sum(map(self._weight, either)), 1e-9)

    def _shared_words(self, said: Features, other: Features) -> str:
        shared = sorted(
            said.words & other.words - COMMON - self._home, key=lambda stem: (-self._weight(stem), stem)
        )
        words = ", ".join(said.said[stem] for stem in shared[:6])
        return f"Same words: {words}." if words else ""


# --- signs --------------------------------------------------------------------------------------------------------

MEMBERS_COMPARED = 8
SHARED_LINK = 2
"""A link under more different titles than this is a page of its own (a log, a live page) and groups nothing."""
EVENT_STEMS = frozenset().union(*EVENTS.values())
PLACED = {"street": "street", "school": "school", "venue": "place", "route": "road"}


@dataclass(frozen=True, slots=True)
class Copied:
    """That one item copies another: how sure (0 to 1), in what way, and the sentence."""

    strength: float
    how: How
    why: str


def exact_signs(said: Features) -> Iterator[tuple[str, object]]:
    """What copies have in common with what they copy, as keys to look them up by."""
    if said.link.count("/") > 2:
        yield "link", said.link
    if said.title_key:
        yield "title", said.title_key
    for reference in (*said.references, said.identifier):
        if reference:
            yield "identifier", reference
    for band in bands(said):
        yield "band", band


def copied_from(said: Features, other: Features, gap: timedelta, own_link: bool) -> Copied | None:
    """Whether an item is a copy of `other`, told `gap` apart. `own_link`: its link stands for one report only."""
    if other.identifier in said.references or said.identifier in other.references:
        return Copied(1.0, How.REFERENCE, "Names the earlier alert it updates.")
    alike = fuzz.token_sort_ratio(said.title_key, other.title_key)
    text = resemblance(said, other)
    if said.link and said.link == other.link and own_link and (alike >= 50 or text >= 0.3):
        return Copied(0.95, How.COPY, "Same link as a report that is already here.")
    if _differ(said, other):
        return None
    if text >= 0.5 and (gap <= SAME_TITLE or text >= 0.7):
        return Copied(0.5 + text * 0.4, How.COPY, f"The same text, {text:.0%} of it word for word.")
    long_title = len(said.title_key.split()) >= (4 if gap <= SAME_TITLE else 7)
    no_text = not said.shingles or not other.shingles
    if alike >= 92 and long_title and (text >= 0.15 or no_text or gap <= timedelta(days=1)):
        return Copied(0.7, How.COPY, "The same headline.")
    return None


def _differ(said: Features, other: Features) -> bool:
    """Two reports cut from one form: the same sentences with another place or another number in the headline."""
    numbers = [{w for w in f.title_key.split() if w.isdigit()} for f in (said, other)]
    return bool(_other_spots(said.spots, other.spots)) or (all(numbers) and numbers[0].isdisjoint(numbers[1]))


def _kinds_of_spot(spots: Iterable[str]) -> dict[str, set[str]]:
    by_kind: defaultdict[str, set[str]] = defaultdict(set)
    for spot in spots:
        by_kind[spot.split(":")[0]].add(spot)
    return by_kind


def _other_spots(ours: Iterable[str], theirs: Iterable[str]) -> list[str]:
    """Kinds of spot that both name and share none of; nothing when any spot is shared."""
    if not set(ours).isdisjoint(theirs):
        return []
    other = _kinds_of_spot(theirs)
    return [kind for kind in _kinds_of_spot(ours) if kind in other and kind in ("street", "school")]


def _signs(said: Features, story: Story) -> Iterator[tuple[str, float, str]]:
    for spot in sorted(said.spots & story.spots)[:2]:
        kind, name = spot.split(":")
        yield "spot", 1, f"Same {PLACED[kind]}: {name.title()}."
    if other := _other_spots(said.spots, story.spots):
        yield "other spot", len(other), ""
    if names := said.names & story.names:
        yield "name", min(len(names), 2), f"Same people: {', '.join(n.title() for n in sorted(names)[:3])}."
    elif said.names and story.names:
        yield "other name", 1, ""
    if ages := said.ages & story.ages:
        yield "age", 1, f"Same age: {', '.join(sorted(ages))}."
    elif said.ages and story.ages:
        yield "other age", 1, ""
    yield from _kind_signs(said, story)
    yield from _town_signs(said, story)
    if said.another:
        yield "another", 1, ""
    if said.later:
        yield "later", 1, ""


def _kind_signs(said: Features, story: Story) -> Iterator[tuple[str, float, str]]:
    if not said.kinds or not story.kinds:
        return
    if kinds := said.kinds & story.kinds.keys():
        yield "kind", 1, f"Same kind of event: {', '.join(sorted(kinds))}."
    elif any((one, other) in LINKED for one in said.kinds for other in story.kinds):
        yield "linked kind", 1, ""
    else:
        yield "other kind", 1, ""


def _town_signs(said: Features, story: Story) -> Iterator[tuple[str, float, str]]:
    if towns := said.towns & story.towns:
        yield "town", 1, f"Same town: {', '.join(t.title() for t in sorted(towns))}."
    elif said.towns and story.towns:
        yield "other town", 1, ""
    if said.states and story.states and said.states.isdisjoint(story.states):
        yield "other state", 1, ""


def _only_one(said: Features, story: Story, others: Iterable[Story], at: datetime) -> bool:
    """Whether, of what was told in the last three days, only this story is of the item's kind and town."""
    kinds = said.kinds & story.kinds.keys()
    if not kinds or (said.towns and story.towns and said.towns.isdisjoint(story.towns)):
        return False
    recent = (s for s in others if s is not story and s.last_at and abs(at - s.last_at) <= OLD)
    return not any(kinds & s.kinds.keys() for s in recent)
