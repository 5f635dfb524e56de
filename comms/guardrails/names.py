"""Names of people, without a model: capitalised words that name nothing else, and what stands around them.

A name alone proves nothing. The words beside it decide whether it is an official (who may be named), an officer,
an adult, or a child; where nothing decides, it stays PERSON and the rules err toward the child.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc

from comms.guardrails.context import Context
from comms.guardrails.entities import Entity, is_capital, runs, titles
from comms.guardrails.wordlists import given_names, listed

OFFICIAL, OFFICER, ADULT, MINOR, PERSON = "OFFICIAL", "OFFICER", "ADULT", "MINOR", "PERSON"

NAMING = frozenset(
    ["named", "identified", "name", "called", "as", "is", "llamado", "llamada", "identificado"]
)
AND = frozenset(["and", "&", "y", "e"])
AGE = re.compile(r"^\d{1,2}$")
INITIAL = re.compile(r"^[A-Z]\.?$")


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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run that may be a name, with the title before it; `sure` when a given name stands in it."""

    start: int
    end: int
    title: str
    sure: bool


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
        known = next((person for person in people if person.family == words.lower().split()[-1]), None)
        if words.lower() in officials or (candidate.title and words.split()[-1].lower() in officials):
            kind = OFFICIAL
        elif known and len(words.split()) == 1:
            kind = known.kind
        else:
            kind = _kind(doc, sentence_of, candidate)
        if (
            kind == PERSON
            and people
            and people[-1].end == candidate.start - 1
            and doc[people[-1].end].lower_ in AND
        ):
            kind = people[-1].kind
        if kind:
            people.append(Name(candidate.start, candidate.end, kind, words))
    return sorted([*people, *_again(doc, people, blocked)], key=lambda name: name.start)


def _again(doc: Doc, people: Sequence[Name], blocked: Sequence[bool]) -> Iterator[Name]:
    """A family name that stands alone, before or after the whole name."""
    family = {name.family: name.kind for name in people if len(name.words.split()) > 1}
    taken = {at for name in people for at in range(name.start, name.end)}
    for at, token in enumerate(doc):
        if token.lower_ in family and token.is_title and at not in taken and not blocked[at]:
            yield Name(at, at + 1, family[token.lower_], token.text)


def _cores(context: Context) -> set[str]:
    """The first words of the partnership's own names: Orrin, for Orrin Middle School."""
    ours = context.watchlist
    return {
        name.split()[0].lower()
        for name in (*ours.schools, *ours.district, *ours.agencies, *ours.places)
        if name.split()
    }


def _parts(name: str) -> Iterator[str]:
    """How an official may be written: the whole name without its title, and the family name."""
    words = [
        word for word in name.split() if word.lower().rstrip(".") not in titles() and word.lower() != "dr."
    ]
    if words:
        yield " ".join(words).lower()
        yield words[-1].lower()


@cache
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
            title_here = at < end and not blocked[at] and _is_title(word)
            if at == end or blocked[at] or title_here or _ordinary(doc, at, begin):
                yield from _candidate(doc, begin, at, title)
                begin, title = at + 1, (word if title_here else "")
            elif at > begin and doc[at].text == "." and not INITIAL.match(doc[at - 1].text):
                if at - 1 > begin or not title:
                    yield from _candidate(doc, begin, at, title)
                    begin, title = at + 1, ""
                else:
                    begin = at + 1
            elif doc[at].text == "." and at == begin:
                begin = at + 1


def _is_title(word: str) -> bool:
    """A word that introduces a name: Officer, Principal, and for a child Sophomore or Student."""
    return word in titles() or word in listed("nouns", "MINOR")


def _ordinary(doc: Doc, at: int, begin: int) -> bool:
    """A word no name is made of. After a given name an ordinary word is a family name: Emma White, Tyler Gray."""
    word = doc[at].lower_
    if word not in listed("ordinary", "words"):
        return False
    return not (at == begin + 1 and word in FAMILY_NAMES and doc[begin].lower_ in given_names()[0])


FAMILY_NAMES = listed("ordinary", "family_names")


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
    sure = first in known and (len(words) > 1 or first not in double)
    if any(any(map(str.isdigit, word.text)) for word in words) or (
        len(words) == 1 and words[0].is_upper and not sure
    ):
        return
    yield Candidate(start, end, title, sure)


def _kind(doc: Doc, sentence_of: Sequence[int], name: Candidate) -> str:
    """What the words around say about a candidate; empty when it is no person."""
    beside = _Beside.of(doc, sentence_of, name)
    introduced = titles().get(name.title, MINOR) if name.title else ""
    if introduced == MINOR:
        return MINOR
    if introduced in {OFFICER, OFFICIAL} and not beside.child_apposed:
        return OFFICER if introduced == OFFICER and not beside.speaks_for else OFFICIAL
    if not name.sure and not name.title and not beside.names_a_person:
        return ""
    if beside.placelike and not name.title:
        return ""
    if beside.age is not None:
        return MINOR if beside.age < 18 or beside.child_apposed else ADULT
    if beside.speaks_for:
        return OFFICIAL
    if beside.child_apposed:
        return MINOR
    if name.title or beside.adult_apposed:
        return ADULT
    if beside.contact:
        return OFFICIAL
    return PERSON


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside a name in its sentence."""

    age: int | None
    child_apposed: bool
    adult_apposed: bool
    speaks_for: bool
    contact: bool
    names_a_person: bool
    placelike: bool

    @classmethod
    def of(cls, doc: Doc, sentence_of: Sequence[int], name: Candidate) -> _Beside:
        sentence = sentence_of[name.start]
        before = [
            doc[at].lower_ for at in range(max(0, name.start - 8), name.start) if sentence_of[at] == sentence
        ]
        after = [
            doc[at].lower_
            for at in range(name.end, min(len(doc), name.end + 10))
            if sentence_of[at] == sentence
        ]
        close = before[-4:]
        if any(word in {"and", ";"} for word in close):
            close = close[max(i for i, word in enumerate(close) if word in {"and", ";"}) + 1 :] or close
        apposed = _apposition(after)
        if close and close[-1] not in APPOSES and close[-1] not in listed("nouns", "MINOR") | ADULT_NOUNS:
            close = []
        child = _nearest(close, listed("nouns", "MINOR")) > _nearest(close, ADULT_NOUNS) or _first(
            apposed, listed("nouns", "MINOR"), ADULT_NOUNS
        )
        adult = _nearest(close, ADULT_NOUNS) > -1 or _first(apposed, ADULT_NOUNS, listed("nouns", "MINOR"))
        following = doc[name.end : min(len(doc), name.end + 14)].text
        age = _age(before, after)
        return cls(
            age=age,
            child_apposed=child,
            adult_apposed=adult and not child,
            speaks_for=_nearest(close, listed("nouns", "OFFICIAL")) > -1
            or _first(apposed, listed("nouns", "OFFICIAL"), listed("nouns", "MINOR")),
            contact=bool(
                set(before) & listed("nouns", "CONTACT") and re.search(r"\d{3}[ .-]\d{4}|@", following)
            )
            or bool(before and before[-1] in {"contact", "sincerely", "regards", "respectfully", "contacto"}),
            names_a_person=age is not None
            or child
            or adult
            or bool(
                close and close[-1] in NAMING and set(close[-3:]) & {"named", "identified", "name", "called"}
            ),
            placelike=bool(before and before[-1] in {"in", "at", "near", "to", "through", "en"})
            and name.end - name.start == 1,
        )


APPOSES = frozenset([",", "named", "called", "as", "-", "(", ":", "is", "was", "llamado", "llamada", "and"])
ADULT_NOUNS = listed("nouns", "ADULT") | listed("nouns", "OFFICIAL")


def _nearest(words: Sequence[str], nouns: frozenset[str]) -> int:
    """Index of the last of these words that is one of the nouns, -1 when none is."""
    return max((at for at, word in enumerate(words) if word in nouns), default=-1)


def _apposition(after: Sequence[str]) -> Sequence[str]:
    """The words that describe a name just given: `, a sophomore at`, `(a teacher)`, `was an eighth grader`."""
    if not after:
        return ()
    if after[0] in {",", "(", "-"}:
        return after[1:9]
    if (
        after[0] in {"is", "was", "es", "era", "fue"}
        and len(after) > 1
        and after[1] in {"a", "an", "the", "our", "un", "una"}
    ):
        return after[1:8]
    return ()


def _first(words: Sequence[str], nouns: frozenset[str], others: frozenset[str]) -> bool:
    """Whether the first telling noun among these words is one of `nouns`, not of `others`."""
    for word in words:
        if word in nouns:
            return True
        if word in others or word in {"said", "says", ")"}:
            return False
    return False


def _age(before: Sequence[str], after: Sequence[str]) -> int | None:
    """An age given with a name: `15-year-old X`, `X, 15,`, `X (15)`, `X, age 15`, `X, de 15 años`."""
    joined = " ".join(before)
    old = re.search(r"\b(\d{1,2}) ?-? ?years? ?-? ?old(?: \w+){0,2}[ ,]*$", joined)
    if old:
        return int(old.group(1))
    ahead = " ".join(after[:7])
    follows = re.match(
        r"[,(-] (?:who is |age |aged |de |una? |an? )?(\d{1,2})\b(?! (?:a\.m|p\.m|minutes|people|students|students?)|:)"
        r"|(?:is|was) (\d{1,2})(?: years? old)?(?: [.,]|$)",
        ahead,
    )
    if follows:
        return int(follows.group(1) or follows.group(2))
    return None


__all__ = ["ADULT", "MINOR", "OFFICER", "OFFICIAL", "PERSON", "Name", "is_capital", "names"]
