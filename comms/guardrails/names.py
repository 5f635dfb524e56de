"""Names of people, without a model: capitalised words that name nothing else, and what stands around them.

A name alone proves nothing. The words beside it decide whether it is an official (who may be named), an officer,
an adult, or a child; where nothing decides, it stays PERSON and the rules err toward the child.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc

from comms.guardrails.beside import (
    ADULT,
    CHILDREN,
    MINOR,
    NAMING,
    OFFICER,
    OFFICIAL,
    PERSON,
    Candidate,
    kind_of,
    personal,
)
from comms.guardrails.context import Context
from comms.guardrails.entities import Entity, runs, titles
from comms.guardrails.wordlists import given_names, listed

INITIAL = re.compile(r"^[A-Z]\.?$")
AND = listed("beside", "and")
HUMAN_ACTS = listed("small", "acts")
PASSIVE_ACTS = listed("small", "acted_on")


@dataclass(frozen=True, slots=True)
class Name:
    """Tokens start..end name a person of this kind; `family` is the last word, in lower case."""

    start: int
    end: int
    kind: str
    words: str

    @property
    def family(self) -> str:
        """The word later sentences use alone."""
        return self.words.lower().split()[-1]


def names(doc: Doc, sentence_of: Sequence[int], found: Sequence[Entity], context: Context) -> list[Name]:
    """Everyone the text names, in its order; words marked as no person are left out."""
    blocked = [False] * len(doc)
    for entity in found:
        blocked[entity.start : entity.end] = [True] * (entity.end - entity.start)
    officials = {part for person in context.watchlist.people for part in _parts(person.name)}
    spared = {words.lower() for words in context.not_a_person}
    institutions = {doc[entity.start].lower_ for entity in found} | _cores(context)
    people: list[Name] = []
    for candidate in _candidates(doc, blocked):
        words = doc[candidate.start : candidate.end].text
        if words.lower() in spared or (words.lower() in institutions and not candidate.title):
            continue
        if words.lower() in officials or (candidate.title and words.split()[-1].lower() in officials):
            kind = OFFICIAL
        else:
            kind = kind_of(doc, sentence_of, candidate)
        joined = people and people[-1].end == candidate.start - 1 and doc[people[-1].end].lower_ in AND
        if kind == PERSON and joined:
            kind = people[-1].kind
        if kind:
            people.append(Name(candidate.start, candidate.end, kind, words))
    people += _named_in_small_letters(doc, people)
    people += _again(doc, people, blocked)
    people += _acting(doc, people, blocked, institutions | spared)
    return sorted(people, key=lambda name: name.start)


def _parts(name: str) -> Iterator[str]:
    """How an official may be written: the whole name without its title, and the family name."""
    words = [
        word for word in name.split() if word.lower().rstrip(".") not in titles() and word.lower() != "dr."
    ]
    if words:
        yield " ".join(words).lower()
        yield words[-1].lower()


def _cores(context: Context) -> set[str]:
    """The first words of the partnership's own names: Orrin, for Orrin Middle School."""
    ours = context.watchlist
    named = (*ours.schools, *ours.district, *ours.agencies, *ours.places)
    return {name.split()[0].lower() for name in named if name.split()}


@lru_cache(maxsize=1)
def _phrases() -> tuple[str, ...]:
    return tuple(phrase.replace("_", " ") for phrase in listed("ordinary", "phrases"))


def _candidates(doc: Doc, blocked: Sequence[bool]) -> Iterator[Candidate]:
    """Runs of capitals that could be names, cut at titles and at words that are no names."""
    for start, end in runs(doc):
        if doc[start:end].text.lower().startswith(_phrases()):
            continue
        begin, title = start, ""
        for at in range(start, end + 1):
            word = doc[at].lower_.rstrip(".") if at < end else ""
            if at < end and doc[at].text == "'s":
                yield from _candidate(doc, begin, at, title)
                begin, title = at + 1, ""
                continue
            title_here = at < end and not blocked[at] and _is_title(word) and not _whose_office(doc, at)
            if at == end or blocked[at] or title_here or _ordinary(doc, at, begin):
                yield from _candidate(doc, begin, at, title)
                begin, title = (
                    at + 1,
                    (_title(word, title, at == begin) if title_here else ""),
                )
            elif doc[at].text == "." and at == begin:
                begin = at + 1
            elif doc[at].text == "." and not INITIAL.match(doc[at - 1].text):
                yield from _candidate(doc, begin, at, title)
                begin, title = at + 1, ""


def _title(word: str, before: str, adjacent: bool) -> str:
    """The title that counts: in `Superintendent Dr. Elaine Brandt` the office, not the doctor."""
    return before if before and adjacent and titles().get(word) == ADULT else word


def _is_title(word: str) -> bool:
    """A word that introduces a name: Officer, Principal, and for a child Sophomore or Student."""
    return word in titles() or word in CHILDREN


def _whose_office(doc: Doc, at: int) -> bool:
    """Whether a word for children only completes an office: Dean of Students."""
    return at > 1 and doc[at - 1].lower_ in {"of", "for"} and doc[at - 2].lower_ in titles()


def _ordinary(doc: Doc, at: int, begin: int) -> bool:
    """A word no name is made of. After a given name an ordinary word is a family name: Emma White, Tyler Gray."""
    word = doc[at].lower_
    if word not in listed("ordinary", "words"):
        return False
    family = word in listed("ordinary", "family_names")
    return not (family and at == begin + 1 and doc[begin].lower_ in given_names()[0])


def _candidate(doc: Doc, start: int, end: int, title: str) -> Iterator[Candidate]:
    """A run as a candidate, when it holds at least one word of letters."""
    while start < end and doc[start].text in {".", "-", "'"}:
        start += 1
    while end > start and doc[end - 1].text in {".", "-", "'", "'s"}:
        end -= 1
    words = [doc[at] for at in range(start, end) if doc[at].text not in {".", "-"}]
    if not words or len(words) > 5 or not any(len(word.text) > 1 for word in words):
        return
    known, double = given_names()
    first = words[0].lower_
    sure = first in known and (len(words) > 1 or first not in double or personal(doc, start, end))
    if any(any(map(str.isdigit, word.text)) for word in words) or (
        len(words) == 1 and words[0].is_upper and not sure
    ):
        return
    yield Candidate(start, end, title, sure)


def _named_in_small_letters(doc: Doc, people: Sequence[Name]) -> Iterator[Name]:
    """`a student named jayden`: typed in haste, all in small letters."""
    taken = {at for name in people for at in range(name.start, name.end)}
    for at in range(1, len(doc)):
        if at in taken or not doc[at].is_lower or doc[at].lower_ not in given_names()[0]:
            continue
        before = doc[at - 1].lower_
        if before in NAMING or (before in CHILDREN and doc[at].lower_ not in given_names()[1]):
            yield Name(at, at + 1, MINOR, doc[at].text)


def _again(doc: Doc, people: Sequence[Name], blocked: Sequence[bool]) -> Iterator[Name]:
    """A family name that stands alone, before or after the whole name."""
    family = {name.family: name.kind for name in people if len(name.words.split()) > 1}
    taken = {at for name in people for at in range(name.start, name.end)}
    for at, token in enumerate(doc):
        if token.lower_ in family and token.is_title and at not in taken and not blocked[at]:
            yield Name(at, at + 1, family[token.lower_], token.text)


def _acting(doc: Doc, people: Sequence[Name], blocked: Sequence[bool], spared: set[str]) -> Iterator[Name]:
    """A capitalised word met twice or more that does what only people do: `Wren made the threat. Wren was angry.`"""
    taken = {at for name in people for at in range(name.start, name.end)}
    ordinary = listed("ordinary", "words")
    loose = [
        at
        for at, token in enumerate(doc)
        if token.is_title
        and token.is_alpha
        and at not in taken
        and not blocked[at]
        and token.lower_ not in ordinary
    ]
    often = Counter(doc[at].lower_ for at in loose)
    acting = {doc[at].lower_ for at in loose if often[doc[at].lower_] > 1 and _acts(doc, at)} - spared
    for at in loose:
        if doc[at].lower_ in acting:
            yield Name(at, at + 1, PERSON, doc[at].text)


def _acts(doc: Doc, at: int) -> bool:
    following = [doc[place].lower_ for place in range(at + 1, min(len(doc), at + 4))]
    if not following:
        return False
    return bool(set(following[:2]) & HUMAN_ACTS) or (
        following[0] in {"was", "is", "has"} and bool(set(following[1:]) & PASSIVE_ACTS)
    )


__all__ = ["ADULT", "MINOR", "OFFICER", "OFFICIAL", "PERSON", "Name", "names"]
