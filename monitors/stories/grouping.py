"""Which stories an item belongs to: a pure decision over the stories that are open, with the words that made it so."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from monitors.items import Item
from monitors.stories.features import NOWHERE, Features, bands, parts_of, resemblance
from monitors.stories.words import COMMON, EVENTS, GENERAL, LINKED, Home, everyday

FOLLOWED = timedelta(days=10)
"""How long after its last report a story still takes follow-ups."""
SAME_TITLE = timedelta(days=7)
"""How long the same title alone makes a copy."""
SOON = timedelta(hours=12)
OLD = timedelta(days=3)
"""A copy of something told longer ago than this is an old story under a new date."""

JOIN = 4.0
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
    "only one": 1.5,  # leans on something told before, and this is the only open story here it can be
    "later": 0.4,
    "soon": 0.4,  # leans on something told before, and this was told in the last twelve hours
    "recent": 0.2,  # × falling off over eight hours
    "size": 0.2,  # × logarithm of the members: what many tell, more will tell
    "other kind": -1.2,
    "no kind": -1.2,  # it speaks of no event, and leans on none
    "other town": -3.0,
    "other state": -4.0,
    "other spot": -2.2,
    "other name": -0.5,
    "other age": -1.0,
    "another": -4.5,  # it says itself that it is another one
    "day": -0.3,  # × days since the story's last report, after the first half day
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
    """Whether the first story takes up this item's words; a second story, any that a round-up tells, and an old story re-dated do not."""
    repeats_old: bool = False


NOWHERE_YET = Placement((), (), How.FIRST)


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
    words: set[str] = field(default_factory=set)
    pairs: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    relevant: bool = False
    local: bool = False
    last_at: datetime | None = None

    @property
    def main_kinds(self) -> frozenset[str]:
        """The kinds that at least a quarter of its reports speak of."""
        lending = sum(member.lends for member in self.members)
        return frozenset(kind for kind, count in self.kinds.items() if count * 4 >= lending)

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
        self.words |= said.words
        self.pairs |= said.pairs
        self.types |= said.types
        self.relevant |= said.relevant
        self.local |= said.local
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
        home: Home = NOWHERE,
        next_id: int = 1,
        archive: Callable[[Features], Iterable[Story]] = lambda _: (),
    ) -> None:
        """`home` is what every item here may hold: it weighs little. `archive` finds stories that are no longer open
        by link, title, bands or reference.
        """
        self.stories: dict[int, Story] = {}
        self.next_id = next_id
        self._home = home
        self._archive = archive
        self._holding: Counter[str] = Counter()
        self._items = 0
        self._by_mark: defaultdict[str, set[int]] = defaultdict(set)
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
            for mark in said.spots | said.names | said.kinds | said.pairs:
                self._by_mark[mark].add(story.id)

    # --- the decision ---------------------------------------------------------------------------------------------

    def place(self, item_id: int, item: Item, said: Features, at: datetime) -> Placement:
        """Decide where the item belongs, and take it in there. `at` is when it was told, aware."""
        for story in self._archive(said):
            if story.id not in self.stories:
                self.open(story)
        old = said.old_since is not None and at.date() - said.old_since > SAME_TITLE
        placement = self._exact(said, at) or (NOWHERE_YET if old else self._alike(item, said, at))
        if not placement.stories:
            placement = Placement((self.next_id,), ((),), How.FIRST, is_new=True)
            self.stories[self.next_id] = Story(self.next_id)
            self.next_id += 1
        old = placement.repeats_old or old
        lends = (placement.is_new or not said.round_up) and not old
        placement = replace(placement, lends=lends, repeats_old=old)
        for n, story_id in enumerate(placement.stories):
            self._take(self.stories[story_id], Member(item_id, said, at, placement.lends and n == 0))
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
        fits = self._fits(said, at)
        if not fits or fits[0].points < JOIN:
            return NOWHERE_YET
        best = fits[0]
        chosen = [best, *(fit for fit in fits[1:] if fit.points >= JOIN and self._also(fit, best))]
        return Placement(tuple(f.story.id for f in chosen), tuple(f.why for f in chosen), How.REWRITE)

    def _fits(self, said: Features, at: datetime) -> list[Likeness]:
        """How well each likely story fits, the best first."""
        likely = self._candidates(said, at)
        return sorted(
            (self.likeness(said, story, at, likely) for story in likely), key=lambda fit: -fit.points
        )

    def _also(self, fit: Likeness, best: Likeness) -> bool:
        """A second story, when it fits by a place or a person that the first does not have."""
        own = {
            why
            for sign, points, why in fit.signs
            if sign in {"spot", "our spot", "name", "our name"} and points > 0
        }
        theirs = {why for _, _, why in best.signs}
        return bool(own - theirs)

    def _told_in_parts(self, item: Item, at: datetime) -> Placement | None:
        found: dict[int, tuple[str, ...]] = {}
        for part in parts_of(item, self._home):
            told = [
                fit for fit in self._fits(part, at) if any(not m.features.round_up for m in fit.story.members)
            ]
            if told and told[0].points >= JOIN:
                found.setdefault(told[0].story.id, ("Tells it among other news.", *told[0].why))
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
        latest = sorted(self.stories.values(), key=lambda s: s.last_at or EVER)[-8:] if said.relevant else []
        likely += [s for s in latest if s.relevant and s not in likely]
        return [s for s in likely if s.last_at and abs(at - s.last_at) <= FOLLOWED and not s.refuses(said)]

    def likeness(self, said: Features, story: Story, at: datetime, others: Iterable[Story] = ()) -> Likeness:
        """Points for and against, each with its sentence."""
        closest, cosine = self._closest(said, story)
        gap = abs(at - (story.last_at or at))
        hours = gap / timedelta(hours=1)
        signs = [("words", cosine, self._shared_words(said, closest))]
        signs += [("title", self._title_share(said, closest), "")]
        signs += [("phrase", self._shared_pairs(said, story), "")]
        signs += [("shared", self._topical(said, closest), "")]
        signs += [("covered", self._covered(said, story), "")]
        signs += [("size", math.log(len(story.members)), ""), ("recent", math.exp(-hours / 8), "")]
        if said.relevant and story.relevant:
            signs.append(
                ("both relevant", math.exp(-hours / 12), "Both are relevant, and told within hours.")
            )
        states = said.states or self._home.states, story.states or self._home.states
        if states[0].isdisjoint(states[1]) and all(states):
            signs.append(("other state", 1, ""))
        signs += list(self._shared_marks(said, story))
        signs += list(self._kind_signs(said, story))
        signs += list(_town_signs(said, story, self._home))
        signs += list(_signs(said, story, self._home))
        if gap > SOON:
            signs.append(("day", hours / 24 - 0.5, ""))
        if said.another or _other_day(said, closest):
            signs.append(("another", 1, ""))
        else:
            signs += list(self._leaning(said, story, others, at, gap))
        weighed = tuple((sign, WEIGHTS[sign] * amount, why) for sign, amount, why in signs)
        return Likeness(story, sum(points for _, points, _ in weighed), weighed)

    def _topical(self, said: Features, other: Features) -> float:
        """How much of what both say is topical, 0 to 1; long texts share a few such words by chance."""
        topical = sum(weight for stem in said.words & other.words if (weight := self._weight(stem)) > TOPICAL)
        return topical / (topical + 1.5 + 0.04 * min(len(said.words), len(other.words)))

    def _shared_pairs(self, said: Features, story: Story) -> float:
        """How many pairs of neighboring words, such as "mall video", are in both; 0 to 1."""
        return min(sum(map(self._rarity, said.pairs & story.pairs)), 3) / 3

    def _covered(self, said: Features, story: Story) -> float:
        """Share of an item's words, by weight, that the story has used."""
        all_words = sum(self._weight(stem) ** 2 for stem in said.words)
        return sum(self._weight(stem) ** 2 for stem in said.words & story.words) / max(all_words, 1e-9)

    def _shared_marks(self, said: Features, story: Story) -> Iterator[tuple[str, float, str]]:
        """Places and people in both; one that many stories hold (the courthouse, a spokesman) is worth less."""
        for mark in sorted(said.spots & story.spots, key=self._rarity, reverse=True)[:2]:
            kind, name = mark.split(":")
            sign = "road" if kind == "route" else "our spot" if name in self._home.spots else "spot"
            yield sign, self._rarity(mark), f"Same {PLACED[kind]}: {name.title()}."
        for name in sorted(said.names & story.names, key=self._rarity, reverse=True)[:2]:
            sign = "our name" if name in self._home.people else "name"
            yield sign, self._rarity(name), f"Same name: {name.title()}."

    def _kind_signs(self, said: Features, story: Story) -> Iterator[tuple[str, float, str]]:
        """What kind of event; a kind that hardly any open story is of says more."""
        fit = kinds_fit(said.kinds, story.main_kinds)
        if fit == "kind":
            kinds = said.kinds & story.main_kinds
            rare = any(len(self._by_mark[kind]) <= RARE_KIND for kind in kinds)
            weight = 0.6 if kinds <= GENERAL else 1.35 if rare else 1
            yield fit, weight, f"Same kind of event: {', '.join(sorted(kinds))}."
        elif fit:
            yield fit, 1, ""
        elif story.kinds and not said.later and not said.types:
            yield "no kind", 1, ""
        if said.types & story.types:
            yield "same type", 1, ""

    def _rarity(self, mark: str) -> float:
        return 2 / (1 + max(1, len(self._by_mark[mark])))

    def _leaning(
        self, said: Features, story: Story, others: Iterable[Story], at: datetime, gap: timedelta
    ) -> Iterator[tuple[str, float, str]]:
        """Signs of a report that leans on something told before, or comes from the same place within hours: it may
        name nobody.
        """
        ours = _what(said, story, self._home)
        here = not (said.towns | said.spots).isdisjoint(story.towns | story.spots)
        fits = kinds_fit(said.kinds, story.main_kinds)
        close = fits == "kind" or (fits == "linked kind" and here) or (said.relevant and story.relevant)
        if not ours or not (said.later or (close and gap <= SOON)):
            return
        if gap <= SOON:
            yield "soon", 1, ""
        critic = "conduct" in said.kinds and "conduct" not in story.kinds  # whose name is not a party's
        people = not critic and _apart(said.names - self._home.people, story.names - self._home.people)
        if people or _apart(said.towns, story.towns) or _apart(said.spots, story.spots):
            return
        theirs = set()
        for other in others:
            recent = other.last_at is not None and abs(at - other.last_at) <= OLD
            elsewhere = other.towns and (said.towns or self._home.towns).isdisjoint(other.towns)
            if other is not story and recent and not elsewhere:
                theirs |= _what(said, other, self._home)
        if own := ours - theirs:
            names = " and ".join(sorted(what.split(":")[-1] for what in own)[:3])
            yield "only one", 1, f"The one open story here about {names}."

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
        """What sharing a word is worth, 0 to 1: rare words much; the desk's everyday words, the town's own name and
        words that many of the open items hold little.
        """
        ours = 0.15 if stem in self._home.words else 1.0
        now = math.log((self._items + 20) / (self._holding[stem] + 1)) / math.log(self._items + 20)
        return ours * everyday(stem) * now

    def _title_share(self, said: Features, other: Features) -> float:
        both, either = said.title & other.title, said.title | other.title
        return sum(map(self._weight, both)) / max(sum(map(self._weight, either)), 1e-9)

    def _shared_words(self, said: Features, other: Features) -> str:
        shared = sorted(
            said.words & other.words - COMMON - self._home.words, key=lambda stem: (-self._weight(stem), stem)
        )
        words = ", ".join(said.said[stem] for stem in shared[:6])
        return f"Same words: {words}." if words else ""


# --- signs --------------------------------------------------------------------------------------------------------

MEMBERS_COMPARED = 8
EVER = datetime(1970, 1, 1, tzinfo=UTC)
TOPICAL = 0.35
"""Weight above which a word names a topic."""
RARE_KIND = 2
SHARED_LINK = 2
"""A link under more different titles than this is a page of its own (a log, a live page) and groups nothing."""
EVENT_STEMS = frozenset().union(*EVENTS.values())
PLACED = {"street": "street", "school": "school", "venue": "place", "route": "road", "mile": "mile"}
TELLING_APART = ("street", "school", "mile")
"""Kinds of spot of which one event has one: two reports that name different ones are of different events."""


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
    if _other_day(said, other):
        return None
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


DATED = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d{1,2}\b|\b\d{1,2} \d{1,2} \d{2,4}\b"
)


def _other_day(said: Features, other: Features) -> bool:
    """Two headlines that each name a day, and not the same: two issues of one column."""
    days, other_days = set(DATED.findall(said.title_key)), set(DATED.findall(other.title_key))
    return bool(days and other_days and days.isdisjoint(other_days))


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
    """Kinds of spot that both name and share none of; apart from mile posts, nothing when any other spot is shared."""
    other, same = _kinds_of_spot(theirs), not set(ours).isdisjoint(theirs)
    apart = [
        kind
        for kind, spots in _kinds_of_spot(ours).items()
        if kind in other and spots.isdisjoint(other[kind])
    ]
    return [kind for kind in apart if kind == "mile" or (kind in TELLING_APART and not same)]


def _signs(said: Features, story: Story, home: Home) -> Iterator[tuple[str, float, str]]:
    if other := _other_spots(said.spots, story.spots):
        yield "other spot", len(other) + ("mile" in other), ""
    elif _apart(said.spots, story.spots):
        yield "other spot", 0.25, ""
    if _apart(said.names - home.people, story.names - home.people) and not said.later:
        yield "other name", 1, ""
    if ages := said.ages & story.ages:
        yield "age", 1, f"Same age: {', '.join(sorted(ages))}."
    elif said.ages and story.ages:
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


def _town_signs(said: Features, story: Story, home: Home) -> Iterator[tuple[str, float, str]]:
    """Towns; our city and our county are one place here."""
    if towns := said.towns & story.towns:
        yield "town", 1, f"Same town: {', '.join(t.title() for t in sorted(towns))}."
    elif said.towns and story.towns and not (said.towns & home.towns and story.towns & home.towns):
        yield "other town", 1, ""


def _what(said: Features, story: Story, home: Home) -> set[str]:
    """What of an item's kinds and spots a story is about; a question of conduct is about whatever the police did, and
    a relevant report that names no kind is about whatever is relevant now.
    """
    kinds = said.kinds & story.main_kinds
    found = set(kinds - GENERAL or (kinds if said.later else ()))
    if "conduct" in said.kinds and any(("conduct", kind) in LINKED for kind in story.main_kinds):
        found.add("conduct")
    if not said.kinds and said.types and said.relevant and story.relevant:
        found.add("what is relevant now")
    own = {spot for spot in said.spots if spot.split(":")[1] in home.spots and not found}
    return found | ((said.spots - own) & story.spots)
