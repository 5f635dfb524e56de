"""What an item says, as grouping sees it: its words, names, spots, towns, kinds of event, ages, link and shingles."""

from __future__ import annotations

import hashlib
import re
import zlib
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from datasketch import MinHash

from monitors.items import Item
from monitors.relevance.judgement import About, Judgement
from monitors.relevance.reports import clean
from monitors.stories.bearing import bearing
from monitors.stories.kinds import kinds_of
from monitors.stories.places import DATELINE, names_of, spots_of, towns_of
from monitors.stories.proper import proper_of
from monitors.stories.spanish import glossed, is_spanish
from monitors.stories.words import (
    ADDRESSED,
    ANOTHER,
    LATER,
    QUOTED,
    ROLES,
    ROUND_UP,
    ROUTINE,
    STOP,
    UNRELATED,
    Home,
    stem,
)
from monitors.text import clean_link, title_key, without_outlet

WORD = re.compile(r"[^\W\d_](?:[\w'’.-]*\w)?|\d+(?:-year-old)?")
CASE = re.compile(r"(?<![\w-])(?:[A-Z]{1,4}-?)?((?:20)?\d\d-(?!20\d\d\b)\d{4,8})(?![\w-])")
"""The number under which a force keeps a case: its year, a dash, a running number."""
AGE = re.compile(r"\b(\d{1,2})(?:[- ]years?[- ]old| ?y/?o)\b|, (\d{1,2})(?=[,.;)]|$)")
SENTENCE = re.compile(r"(?<=[.!?;•|])\s+|\n+")
LINK_DATE = re.compile(
    r"/((?:19|20)\d\d)/(\d{1,2})(?:/(\d{1,2}))?(?=/)|[/-]((?:19|20)\d\d)-(\d\d)-(\d\d)(?=\D|$)"
)
FIRST_TOLD = re.compile(
    r"\b(?:originally|first) (?:published|posted|aired|ran|appeared)\b[^.]{0,40}?\b((?:19|20)\d\d)\b",
    re.IGNORECASE,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LEAD_WORDS = 140
"""How much of a text takes part: the lead tells the news; the tail is boilerplate and older news."""
LONGEST = 1500
"""Characters of a title, and of a lead, that are looked at."""
PERMUTATIONS, ROWS = 48, 4
"""MinHash size and rows per band: 12 bands of 4 find pairs above about half of their shingles in common."""
_PERMUTATIONS = MinHash(PERMUTATIONS, seed=7, scheme="affine32")
RUN = 5
"""Words in a shingle."""
OPENING = 45
"""Words of a text its bands are made of: a feed that cuts its texts short keeps these."""
NOWHERE = Home()
NOBODY = About()


@dataclass(frozen=True, slots=True)
class Features:
    """One item as grouping sees it. Stems and names are lower case; `spots` are "kind:name"; `said` gives each stem
    as the item wrote it, for the why-lines. `old_since` is the day the link or text says it was first told;
    `days` are the weekdays it names, Monday 0; `no_part` the kinds of event that it says are another matter.
    """

    title: frozenset[str]
    words: frozenset[str]
    said: Mapping[str, str]
    names: frozenset[str]
    spots: frozenset[str]
    towns: frozenset[str]
    states: frozenset[str]
    kinds: frozenset[str]
    ages: frozenset[str]
    title_key: str
    link: str
    shingles: frozenset[int]
    bands: tuple[int, ...]
    later: bool
    another: bool
    round_up: bool
    old_since: date | None
    references: frozenset[str]
    identifier: str
    title_proper: frozenset[str]
    proper: frozenset[str]
    routine: frozenset[str]
    quiet: bool
    elsewhere: bool
    bearing: float
    roles: frozenset[str]
    title_spots: frozenset[str]
    title_ages: frozenset[str]
    quoted: bool
    addressed: bool
    relevant: bool
    types: frozenset[str]
    local: bool
    cases: frozenset[str]
    days: frozenset[int]
    no_part: frozenset[str]

    def marks(self) -> Iterator[str]:
        """What of it is rarer than a word: places, names, kinds, and "proper:" and "role:" words."""
        yield from self.spots | self.names | self.kinds
        yield from (f"proper:{word}" for word in self.proper)
        yield from (f"role:{word}" for word in self.roles)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the judge found in an item, as far as grouping asks."""

    about: About = NOBODY
    relevant: bool = False
    incident_type: str = "none"
    quiet: bool = False
    """Whether it speaks of everyday matters: sport, the calendar, law making."""
    elsewhere: bool = False
    foreign: bool = False
    """Not in English: it passes to a person whatever it tells, so that it is relevant tells nothing."""


UNJUDGED = Judged()
QUIET = ("sport", "calendar", "statistics", "law making", "property crime", "traffic")


def judged_of(judgement: Judgement) -> Judged:
    """What grouping asks of a judgement."""
    return Judged(
        judgement.about,
        judgement.relevant,
        judgement.incident_type,
        *manner(judgement.features),
        judgement.language != "en",
    )


def manner(features: Iterable[Iterable[Any]]) -> tuple[bool, bool]:
    """From the logistic layer's inputs: whether it speaks of everyday matters, and whether of another place."""
    found: dict[str, float] = dict(features)  # type: ignore[arg-type]
    return any(found.get(f"quiet: {topic}", 0) >= 0.5 for topic in QUIET), found.get(
        "place: elsewhere", 0
    ) >= 0.5


SIGNED = re.compile(
    r"(?:\b(?:media|press|news|agency) )?\bcontact(?: person)?: .*$", re.IGNORECASE | re.DOTALL
)
"""Who answers questions stands under every report of a desk and is no part of the event."""


def features_of(item: Item, judged: Judged = UNJUDGED, home: Home = NOWHERE) -> Features:
    """What `item` says; `judged` is what the judge found in it, `home` what tells nothing apart here. Pure."""
    title, text = clean(without_outlet(item.title, item.outlet), LONGEST), clean(item.text, 6000)
    if text.startswith(title):
        text = text[len(title) :].lstrip(" .-|").removesuffix(item.outlet or " ").rstrip(" .-|")
    spanish = is_spanish(f"{title}. {text[:400]}")
    original, title, text = title, *(glossed(part) if spanish else part for part in (title, text))
    sentences = SENTENCE.split(SIGNED.sub("", _lead(text)))
    lead = " ".join(said for said in sentences if not NO_PART.search(said))
    whole = f"{title}. {lead}"
    cased = _sentence_case(title)
    proper = whole if cased else lead
    spots = frozenset(spots_of(whole, home))
    towns, states = towns_of(title, lead, home)
    lead = DATELINE.sub("", lead)
    whole = f"{title}. {lead}"
    said = _said(title, lead)
    kinds = kinds_of(said.keys(), whole)
    aside = " ".join(said for said in sentences if NO_PART.search(said))
    tokens = [w.lower() for w in WORD.findall(lead)]
    title_proper, all_proper = proper_of(title, lead, cased, home)
    return Features(
        title=frozenset(_said(title, "")),
        words=frozenset(said),
        said=said,
        names=frozenset(names_of(proper, spots, towns, home)),
        spots=spots,
        towns=towns,
        states=states,
        kinds=kinds,
        ages=frozenset(a or b for a, b in AGE.findall(whole)),
        title_key=title_key(original),
        link=clean_link(item.link),
        shingles=_shingles(tokens),
        bands=_bands(_shingles(tokens[:OPENING])),
        later=bool(LATER.search(whole)),
        another=bool(ANOTHER.search(title) or UNRELATED.search(text[:1200])),
        round_up=bool(ROUND_UP.search(title)) or title.count(";") + title.count(" | ") >= 2,
        old_since=_old_since(item.link, text),
        references=_references(item.facts.get("references", "")),
        identifier=item.facts.get("identifier", "") or item.key,
        title_proper=title_proper,
        proper=all_proper,
        routine=frozenset(topic for topic, words in ROUTINE.items() if not words.isdisjoint(said)),
        quiet=judged.quiet,
        elsewhere=judged.elsewhere,
        roles=frozenset(ROLES & said.keys()),
        bearing=bearing(stem for stem in said if stem not in home.words),
        title_spots=frozenset(spots_of(title, home)),
        title_ages=frozenset(a or b for a, b in AGE.findall(title)),
        quoted=bool(QUOTED.search(title)),
        addressed=bool(ADDRESSED.search(title)),
        relevant=judged.relevant and not (judged.foreign and not kinds),
        types=frozenset({judged.incident_type, *judged.about.types} - {"none"}),
        local=bool(judged.about.names or judged.about.places),
        cases=frozenset(CASE.findall(f"{title} {text}")),
        days=frozenset(day for day, name in enumerate(WEEKDAYS) if name in whole.lower()),
        no_part=kinds_of(_said("", aside).keys(), aside) - kinds if aside else frozenset(),
    )


def parts_of(item: Item, home: Home = NOWHERE) -> Iterator[Features]:
    """The single news of a round-up, from its headline and its text."""
    told = clean(item.title).rpartition(": ")[2]
    pieces = [*re.split(r";| \| | • |, (?:plus |and )?", told), *SENTENCE.split(clean(item.text, 6000))]
    for n, piece in enumerate(pieces[:40]):
        if len(piece.split()) >= (2 if n < len(pieces) and piece in told else 4):
            yield features_of(Item(key="", title=piece), home=home)


def _bands(shingles: frozenset[int]) -> tuple[int, ...]:
    """Numbers that near-copies of a text share: one per band of its MinHash; none for a text too short to tell."""
    if len(shingles) < 12:
        return ()
    minhash = MinHash(
        PERMUTATIONS, seed=7, hashfunc=int, scheme="affine32", permutations=_PERMUTATIONS.permutations
    )
    minhash.update_batch(shingles)
    rows = minhash.hashvalues.reshape(-1, ROWS).astype("<u8")
    return tuple(
        int.from_bytes(hashlib.blake2b(bytes([n]) + row.tobytes(), digest_size=7).digest(), "big")
        for n, row in enumerate(rows)
    )


def resemblance(one: Features, other: Features) -> float:
    """Share of the shorter text's five-word runs that the other text holds too, 0 to 1."""
    shorter = min(len(one.shingles), len(other.shingles))
    return len(one.shingles & other.shingles) / shorter if shorter >= 6 else 0.0


NO_PART = re.compile(
    r"\b(?:no|not|never|un)\W?(?:\w+ ){0,5}(?:connection|connected|related|linked)\b|\bnothing to do with\b",
    re.IGNORECASE,
)
"""A sentence that names another event only to say that it has no part in this one."""
TAIL = re.compile(
    r"(?:The post .{0,200} (?:appeared first|first appeared) on |Read more\b|Continue reading\b|\[…\]).*",
    re.S,
)


def _lead(text: str) -> str:
    return " ".join(TAIL.sub("", text).split(" ")[:LEAD_WORDS])[:LONGEST]


def _said(title: str, lead: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in WORD.findall(f"{title} {lead}"):
        folded = word.lower()
        if folded not in STOP and (len(folded) > 1 or folded.isdigit()):
            found.setdefault(stem(word), word)
    return found


def _sentence_case(title: str) -> bool:
    """Whether capitals in this title mean names: some later word that is not a small one begins small."""
    later = [word for word in WORD.findall(title)[1:] if len(word) > 3 and word[0].isalpha()]
    return not later or any(word[0].islower() and word not in STOP for word in later)


def _shingles(tokens: list[str]) -> frozenset[int]:
    runs = (" ".join(tokens[n : n + RUN]) for n in range(len(tokens) - RUN + 1))
    return frozenset(zlib.crc32(run.encode()) for run in runs)


def _old_since(link: str, text: str) -> date | None:
    """The last day that the date in a link, or an "originally published", allows: the earlier of the two."""
    days = []
    if found := LINK_DATE.search(link):
        year, month, day = (int(n or 0) for n in (found.groups()[:3] if found[1] else found.groups()[3:]))
        if 1 <= month <= 12:
            last = monthrange(year, month)[1]
            days.append(date(year, month, day if 1 <= day <= last else last))
    if found := FIRST_TOLD.search(text):
        days.append(date(int(found[1]), 12, 31))
    return min(days, default=None)


def _references(references: str) -> frozenset[str]:
    """CAP `references`: "sender,identifier,sent" triples, separated by spaces."""
    return frozenset(part.split(",")[1] if part.count(",") == 2 else part for part in references.split())
