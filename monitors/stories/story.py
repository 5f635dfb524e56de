"""A story while it is open: its members and what they say together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitors.stories.copies import How, copied_from
from monitors.stories.features import Features
from monitors.stories.kinds import GENERAL


@dataclass(frozen=True, slots=True)
class Placement:
    """The stories of one item, the closest first, and per story why. `repeats_old` says: an old story re-dated."""

    stories: tuple[int, ...]
    why: tuple[tuple[str, ...], ...]
    how: How
    is_new: bool = False
    lends: bool = True
    """Whether the story takes up this item's words. Not from an item of two stories, a round-up, or an old story
    re-dated: whose words they are cannot be told."""
    repeats_old: bool = False


EVENTFUL = 0.5
"""How much the words of a report speak of an event, on average, in a story that tells of one."""
NOWHERE_YET = Placement((), (), How.FIRST)


@dataclass(frozen=True, slots=True)
class Member:
    """One item in a story. Round-ups are listed but lend the story no words."""

    item_id: int
    features: Features
    at: datetime
    lends: bool = True


@dataclass(slots=True, eq=False)
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
    proper: Counter[str] = field(default_factory=Counter)
    telling: Counter[str] = field(default_factory=Counter)
    cases: set[str] = field(default_factory=set)
    title_spots: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    relevant: bool = False
    local: bool = False
    lending: list[Features] = field(default_factory=list)
    main_kinds: frozenset[str] = frozenset()
    """The kinds that at least a quarter of its reports speak of."""
    began: datetime | None = None
    last_at: datetime | None = None

    @property
    def eventful(self) -> bool:
        """Whether its reports tell of an event, be it one that interrupts nobody: a kind of its own, in words that do."""
        return bool(self.main_kinds - GENERAL) and sum(f.bearing for f in self.lending) > EVENTFUL * len(
            self.lending
        )

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
        self.lending.append(said)
        self.names |= said.names
        self.spots |= said.spots
        self.towns |= said.towns
        self.states |= said.states
        self.kinds.update(said.kinds)
        self.main_kinds = frozenset(k for k, count in self.kinds.items() if count * 4 >= len(self.lending))
        self.ages |= said.ages
        self.words |= said.words
        self.proper.update(said.proper)
        self.telling.update(said.words)
        self.title_spots |= said.title_spots
        self.cases |= said.cases
        self.types |= said.types
        self.relevant |= said.relevant
        self.local |= said.local
        self.began = min(self.began or member.at, member.at)
        self.last_at = max(self.last_at or member.at, member.at)
