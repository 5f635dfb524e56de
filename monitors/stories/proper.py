"""Proper nouns, one word each: the surname, the street or the business by which a follow-up knows its event."""

from __future__ import annotations

import re
from functools import lru_cache

from monitors.stories.kinds import EVENT_STEMS
from monitors.stories.words import COMMON, PRESS_STATES, STATES, STOP, Home, everyday, stem

_WORD = re.compile(r"[^\W\d_][\w'’-]*\w")
_OPENS = re.compile(r"(?:^|[.!?:;|•—–]|[\"“‘'(\[-])\s*$")
"""What stands before a word that begins a sentence, a quotation or a part of one."""
_NO_NAMES = (
    frozenset(
        word
        for name in (*STATES, *(abbreviation.lower() for abbreviation in PRESS_STATES))
        for word in name.split()
    )
    | frozenset(
        [
            "north",
            "south",
            "east",
            "west",
            "new",
            "saint",
            "mr",
            "mrs",
            "ms",
            "dr",
            "lt",
            "sgt",
            "gov",
            "sen",
            "rep",
            "jr",
            "sr",
            "inc",
            "llc",
            "the",
            "mom",
            "dad",
        ]
    )
    | frozenset(
        [
            "wire",
            "post",
            "times",
            "herald",
            "tribune",
            "gazette",
            "daily",
            "news",
            "radio",
            "channel",
            "hs",
            "ms",
        ]
    )
)


def proper_of(title: str, lead: str, cased: bool, home: Home) -> tuple[frozenset[str], frozenset[str]]:
    """Stems of the capitalized words that are no everyday ones: those the headline surely names, and all there are.

    `cased`: capitals in the title mean names.
    """
    small = {word for word in _WORD.findall(f"{title} {lead}") if word[0].islower()}
    sure_title, maybe_title = _capitalized(title, cased and not title.isupper())
    sure_lead, maybe_lead = _capitalized(lead, not lead.isupper())
    nothing = frozenset(stem(word) for word in small) | home.words | {""}
    maybe = (maybe_title | maybe_lead) - nothing
    if title.isupper():
        sure_title |= {word for word in maybe_title if everyday(word) >= 1}
    sure = sure_title | (maybe_title & sure_lead)
    seldom = {word for word in maybe if everyday(word) >= 1}
    return frozenset(sure - nothing), frozenset((sure_lead | sure | seldom) - nothing)


def _capitalized(text: str, cased: bool) -> tuple[set[str], set[str]]:
    """Stems that capitals make names, and stems whose capital may be that of a sentence's opening."""
    sure: set[str] = set()
    maybe: set[str] = set()
    for match in _WORD.finditer(text):
        word = match[0]
        if word[0].isupper() and not _everyday(word.lower()):
            opens = not cased or _OPENS.search(text[max(0, match.start() - 3) : match.start()])
            (maybe if opens else sure).add(stem(word))
    return sure, maybe


@lru_cache(maxsize=65536)
def _everyday(word: str) -> bool:
    bare = word.replace("’", "'").removesuffix("'s")
    return bare in STOP or bare in _NO_NAMES or stem(bare) in COMMON or stem(bare) in EVENT_STEMS
