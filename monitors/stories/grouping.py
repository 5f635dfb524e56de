"""Which stories an item belongs to: a pure decision over the stories that are open, with the words that made it so."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from monitors.items import Item
from monitors.stories.copies import SAME_TITLE, Copied, How, copied_from, exact_signs, other_spots
from monitors.stories.features import NOWHERE, Features, parts_of
from monitors.stories.likeness import Likeness, Weighing, kinds_fit
from monitors.stories.scales import Scales
from monitors.stories.story import NOWHERE_YET, Member, Placement, Story
from monitors.stories.weights import BRIDGE, CLOSE, JOIN, PARTING
from monitors.stories.words import Home

FOLLOWED = timedelta(days=10)
FOLLOWED_LONG = timedelta(days=45)
"""How long after its last report a story still takes follow-ups, and one that would interrupt: steps take weeks."""
OLD = timedelta(days=3)
"""A copy of something told longer ago than this is an old story under a new date."""
SHARED_LINK = 2
"""A link under more different titles than this is a page of its own (a log, a live page) and groups nothing."""
LATEST_COPIES = 20
"""Of many reports with one link, headline or run of words the latest stand for all."""
TELLS_NOTHING = 200
"""A word that more open stories than this hold finds none of them."""
BY_WORDS, BY_KIND, BY_RELEVANCE, LOOKED_BACK = 8, 8, 6, 200
"""How many stories are compared because of their words, their kind, their relevance; how far back the latter reach."""


def _also(fit: Likeness, best: Likeness) -> bool:
    """A second story: it fits by a place or a person that the first does not have, or both may be one event."""
    own = {
        why
        for sign, points, why in fit.signs
        if sign in {"spot", "our spot", "name", "our name"} and points > 0
    }
    theirs = {why for _, _, why in best.signs}
    return bool(own - theirs) or _may_be_one(fit, best)


def _may_be_one(fit: Likeness, best: Likeness) -> bool:
    """Whether the two stories may be one event that was told apart too early: the item surely fits both."""
    parted = PARTING.intersection(sign for sign, points, _ in fit.signs if points < 0)
    return not (
        parted
        or fit.points < JOIN + BRIDGE
        or fit.points < best.points - CLOSE
        or other_spots(fit.story.spots, best.story.spots)
        or kinds_fit(fit.story.main_kinds, best.story.main_kinds) == "other kind"
    )


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
        self._scales = Scales(home)
        self._latest: dict[int, None] = {}
        self._by_stem: defaultdict[str, set[int]] = defaultdict(set)
        self._by_exact: defaultdict[object, dict[int, list[Member]]] = defaultdict(dict)
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
            self._by_exact[exact].setdefault(story.id, []).append(member)
        if said.link:
            self._titles_of_link[said.link].add(said.title_key)
        if member.lends:
            self._scales.take(story.id, said)
            self._latest.pop(story.id, None)
            self._latest[story.id] = None
            for stem in said.words:
                self._by_stem[stem].add(story.id)

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
        lends = placement.lends and (placement.is_new or not said.round_up) and not old
        placement = replace(placement, lends=lends, repeats_old=old)
        for story_id in placement.stories:
            self._take(self.stories[story_id], Member(item_id, said, at, lends))
        return placement

    def _exact(self, said: Features, at: datetime) -> Placement | None:
        """Copies: the item refers to, links to, is titled or worded like one that is there."""
        own_link = len(self._titles_of_link[said.link]) <= SHARED_LINK
        best: tuple[Copied, Story, Member] | None = None
        touched = self._touching(said)
        for story in touched:
            for member in touched[story] if not story.refuses(said) else ():
                copied = copied_from(said, member.features, abs(at - member.at), own_link)
                if copied and (best is None or copied.strength > best[0].strength):
                    best = (copied, story, member)
        if best is None:
            return None
        copied, story, member = best
        beside = (s.id for s in touched if s is not story and s.holds(member) and not s.refuses(said))
        stories = (story.id, *beside)
        old = copied.how is How.COPY and at - member.at > OLD
        return Placement(
            stories, ((copied.why,),) * len(stories), copied.how, lends=len(stories) == 1, repeats_old=old
        )

    def _touching(self, said: Features) -> dict[Story, list[Member]]:
        """Stories with a report that has a sign of a copy in common, and those reports: the latest of each sign."""
        found: defaultdict[int, dict[int, Member]] = defaultdict(dict)
        for sign in exact_signs(said):
            for story_id, members in self._by_exact.get(sign, {}).items():
                found[story_id].update((member.item_id, member) for member in members[-LATEST_COPIES:])
        return {self.stories[i]: list(found[i].values()) for i in sorted(found)}

    def _alike(self, item: Item, said: Features, at: datetime) -> Placement:
        """Rewrites and follow-ups: the words, places, people and kind of event fit an open story."""
        if said.round_up and (found := self._told_in_parts(item, said, at)):
            return found
        fits = self._fits(said, at)
        if not fits or fits[0].points < JOIN:
            return NOWHERE_YET
        best = fits[0]
        chosen = [best, *(fit for fit in fits[1:] if fit.points >= JOIN and _also(fit, best))]
        bridged = all(_may_be_one(fit, best) for fit in chosen[1:])
        return Placement(
            tuple(f.story.id for f in chosen), tuple(f.why for f in chosen), How.REWRITE, lends=bridged
        )

    def _fits(self, said: Features, at: datetime) -> list[Likeness]:
        """How well each likely story fits, the best first."""
        likely = self._candidates(said, at)
        weighing = Weighing(self._scales, said, at)
        return sorted((weighing.compare(story, likely) for story in likely), key=lambda fit: -fit.points)

    def _told_in_parts(self, item: Item, said: Features, at: datetime) -> Placement | None:
        found: dict[int, tuple[str, ...]] = {}
        for part in parts_of(item, self._home):
            told = [
                fit
                for fit in self._fits(replace(part, relevant=said.relevant), at)
                if any(not m.features.round_up for m in fit.story.members)
            ]
            if told and told[0].points >= JOIN:
                found.setdefault(told[0].story.id, ("Tells it among other news.", *told[0].why))
        return Placement(tuple(found), tuple(found.values()), How.ROUND_UP, lends=False) if found else None

    def _candidates(self, said: Features, at: datetime) -> list[Story]:
        """Open stories worth a closer look: those that share the rarest words, and the latest of the same kind."""
        shared: defaultdict[int, float] = defaultdict(float)
        for stem in said.words:
            holders = self._by_stem.get(stem, ())
            if len(holders) <= min(max(20, len(self.stories) // 10), TELLS_NOTHING):
                for story_id in holders:
                    shared[story_id] += self._scales.weight(stem)
        likely = set(heapq.nlargest(BY_WORDS, shared, key=lambda story_id: shared[story_id]))
        latest = [self.stories[story_id] for story_id in islice(reversed(self._latest), LOOKED_BACK)]
        of_kind = (s.id for s in latest if not said.kinds.isdisjoint(s.kinds))
        relevant = (s.id for s in latest if s.relevant)
        likely |= {*islice(of_kind, BY_KIND), *islice(relevant, BY_RELEVANCE)}
        stories = (self.stories[story_id] for story_id in sorted(likely))
        return [
            s
            for s in stories
            if s.last_at
            and abs(at - s.last_at) <= (FOLLOWED_LONG if s.relevant else FOLLOWED)
            and not s.refuses(said)
        ]
