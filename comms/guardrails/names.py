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

from comms.guardrails.context import Context
from comms.guardrails.entities import Entity, runs, titles
from comms.guardrails.wordlists import given_names, listed

OFFICIAL, OFFICER, ADULT, MINOR, PERSON = (
    "OFFICIAL",
    "OFFICER",
    "ADULT",
    "MINOR",
    "PERSON",
)

CHILDREN = listed("nouns", "MINOR")
OFFICES = listed("nouns", "OFFICIAL")
GROWN = listed("nouns", "ADULT") | OFFICES
NAMING = frozenset(["named", "called", "llamado", "llamada"])
LINKING = frozenset(
    [
        ",",
        "named",
        "called",
        "as",
        "-",
        "(",
        ":",
        "is",
        "was",
        "and",
        "llamado",
        "llamada",
    ]
)
PLACING = frozenset(["in", "at", "near", "to", "through", "en", "from", "outside"])
DESCRIBES = frozenset(
    [
        "a",
        "an",
        "the",
        "our",
        "his",
        "her",
        "who",
        "one",
        "another",
        "among",
        "un",
        "una",
        "el",
        "la",
    ]
)
BETWEEN = frozenset(
    [
        "between",
        "by",
        "with",
        "thank",
        "thanks",
        "told",
        "asked",
        "arrested",
        "detained",
        "charged",
        "blame",
        "against",
    ]
)
AND = frozenset(["and", "&", "y", "e"])
CLOSINGS = frozenset(
    [
        "sincerely",
        "regards",
        "respectfully",
        "contact",
        "contacto",
        "atentamente",
        "signed",
    ]
)
STUDENT_OFFICE = re.compile(
    r"(?i)\b(?:student (?:council|body|government|senate)|class|(?:honor society|club|team|prom|yearbook)) (?:\w+ )?(?:president|secretary|treasurer|captain|director|manager)\b"
)
BOARD = re.compile(
    r"(?i)\b(?:board|council|committee|commission|cabinet|legislature|pta|pto) (?:vice )?(?:member|chair\w*|president|trustee|candidate) ?$"
)
INITIAL = re.compile(r"^[A-Z]\.?$")
OLD = re.compile(r"\b(\d{1,2}) ?-? ?years? ?-? ?old(?: \w+){0,2}[ ,]*$")
AGE_AFTER = re.compile(
    r"[,(-] (?:who is |age |aged |de |una? |an? )?(\d{1,2})\b(?! (?:a\.m|p\.m|minutes|people|students?)|:)"
    r"|(?:is|was) (\d{1,2})(?: years? old)?(?: [.,]|$)"
)
REACHED_AT = re.compile(
    r"^[,:( ]*(?:[A-Z][\w ]+, )?(?:at |al )?(?:\(?\d{3}\)?[-. ]|\S+@)"
)
PERSONAL = re.compile(
    r"^(?:and (?:her|his|their)\b|'s (?:family|friends?|classmates|teammates|mother|father|parents|teachers?|locker|desk|death|memory|life|name|smile)"
    r"|(?:was|is|has|had|will be) (?:a|an|one of|our|the|loved|recovering|known|remembered|missed|hurt|injured|taken|only|in the hospital|\d)|, (?:a|an|our|who|\d))"
)
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run that may be a name, with the title before it; `sure` when a given name stands in it."""

    start: int
    end: int
    title: str
    sure: bool


def names(
    doc: Doc, sentence_of: Sequence[int], found: Sequence[Entity], context: Context
) -> list[Name]:
    """Everyone the text names, in its order; words marked as no person are left out."""
    blocked = [False] * len(doc)
    for entity in found:
        blocked[entity.start : entity.end] = [True] * (entity.end - entity.start)
    officials = {
        part for person in context.watchlist.people for part in _parts(person.name)
    }
    spared = {words.lower() for words in context.not_a_person}
    institutions = {doc[entity.start].lower_ for entity in found} | _cores(context)
    people: list[Name] = []
    for candidate in _candidates(doc, blocked):
        words = doc[candidate.start : candidate.end].text
        if words.lower() in spared or (
            words.lower() in institutions and not candidate.title
        ):
            continue
        if words.lower() in officials or (
            candidate.title and words.split()[-1].lower() in officials
        ):
            kind = OFFICIAL
        else:
            kind = _kind(doc, sentence_of, candidate)
        joined = (
            people
            and people[-1].end == candidate.start - 1
            and doc[people[-1].end].lower_ in AND
        )
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
        word
        for word in name.split()
        if word.lower().rstrip(".") not in titles() and word.lower() != "dr."
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
            title_here = at < end and not blocked[at] and _is_title(word)
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
    sure = first in known and (
        len(words) > 1 or first not in double or _personal(doc, start, end)
    )
    if any(any(map(str.isdigit, word.text)) for word in words) or (
        len(words) == 1 and words[0].is_upper and not sure
    ):
        return
    yield Candidate(start, end, title, sure)


def _personal(doc: Doc, start: int, end: int) -> bool:
    """Whether a word like Madison or Will is meant as a person: `keep Madison and her family in your thoughts`."""
    if not PERSONAL.match(doc[end : min(len(doc), end + 5)].text):
        return False
    return (
        doc[start].is_sent_start is not True
        or doc[end].text in {"'s", ","}
        or doc[end].lower_ == "and"
        or start == 0
    )


def _kind(doc: Doc, sentence_of: Sequence[int], name: Candidate) -> str:
    """What the words around say about a candidate; empty when it is no person."""
    beside = _beside(doc, sentence_of, name)
    introduced = titles().get(name.title, MINOR) if name.title else beside.rank
    if introduced == MINOR:
        return MINOR
    if introduced == OFFICIAL and STUDENT_OFFICE.search(
        doc[max(0, name.start - 6) : name.start].text
    ):
        return MINOR
    if introduced in {OFFICER, OFFICIAL} and not beside.child:
        return OFFICER if introduced == OFFICER and not beside.office else OFFICIAL
    if BOARD.search(doc[max(0, name.start - 4) : name.start].text):
        return OFFICIAL
    if not (name.sure or name.title or beside.named or beside.age is not None) or (
        beside.place and not name.title
    ):
        return ""
    if beside.age is not None:
        return MINOR if beside.age < 18 or beside.child else ADULT
    if beside.office or beside.reached or beside.signs:
        return OFFICIAL
    if beside.child:
        return MINOR
    return ADULT if name.title or beside.grown else PERSON


@dataclass(frozen=True, slots=True)
class Beside:
    """What the words beside a name say of the person."""

    age: int | None
    child: bool
    grown: bool
    office: bool
    reached: bool
    signs: bool
    named: bool
    place: bool
    rank: str


def _beside(doc: Doc, sentence_of: Sequence[int], name: Candidate) -> Beside:
    """Read the words before and after a name in its sentence."""
    sentence = sentence_of[name.start]
    before = [
        doc[at].lower_
        for at in range(max(0, name.start - 8), name.start)
        if sentence_of[at] == sentence
    ]
    after = [
        doc[at].lower_
        for at in range(name.end, min(len(doc), name.end + 10))
        if sentence_of[at] == sentence
    ]
    noun_before = _introducing(before)
    noun_after = _first(_apposition(after), CHILDREN | GROWN)
    noun = noun_before or noun_after
    following = doc[name.end : min(len(doc), name.end + 14)].text
    asked = bool(set(before) & listed("nouns", "CONTACT")) and re.search(
        r"\d{3}[ .-]\d{4}|@", following
    )
    return Beside(
        age=_age(before, after),
        child=noun in CHILDREN,
        grown=noun in GROWN,
        office=noun in OFFICES or noun_after in OFFICES,
        reached=bool(
            asked or REACHED_AT.match(following) or (before and before[-1] in CLOSINGS)
        ),
        signs=_signs(doc, sentence_of, name),
        named=bool(noun)
        or bool(before and before[-1] in NAMING)
        or bool(before and before[-1] in BETWEEN and len(_words(doc, name)) > 1)
        or (before[-2:-1] == ["identified"]),
        rank=_rank(before, noun_before),
        place=bool(before and before[-1] in PLACING)
        and name.end - name.start == 1
        and not _personal(doc, name.start, name.end),
    )


def _rank(before: Sequence[str], noun: str) -> str:
    """What a title in small letters makes of the name after it: `officer Daniel Reed`, `two officers, Park and Dunn`."""
    title = titles().get(before[-1], "") if before else ""
    return title or (OFFICER if titles().get(noun) == OFFICER else "")


def _words(doc: Doc, name: Candidate) -> list[str]:
    """The words of a candidate."""
    return [token.text for token in doc[name.start : name.end] if token.is_alpha]


def _introducing(before: Sequence[str]) -> str:
    """The noun that introduces a name: `student Jordan`, `the student, Jordan`, `a teacher named Ana`; else empty."""
    if not before or before[-1] not in LINKING | CHILDREN | GROWN:
        return ""
    close = before[-4:]
    cut = max((at for at, word in enumerate(close) if word in {"and", ";"}), default=-1)
    if cut >= 0 and cut < len(close) - 1:
        close = close[cut + 1 :]
    return _first(list(reversed(close)), CHILDREN | GROWN)


def _apposition(after: Sequence[str]) -> Sequence[str]:
    """The words that describe a name just given: `, a sophomore at`, `(a teacher)`, `was one of our eighth graders`."""
    if not after:
        return ()
    if after[0] in {",", "(", "-"}:
        rest = list(after[1:10])
        if rest and re.fullmatch(r"\d{1,2}", rest[0]):
            rest = rest[2:]
        if (
            not rest
            or (rest[0] not in DESCRIBES
            and not set(rest[:3]) & (CHILDREN | GROWN))
        ):
            return ()
        end = next(
            (at for at, word in enumerate(rest) if word in {",", ")", "-"}), len(rest)
        )
        return rest[:end]
    if (
        after[0] in {"is", "was", "es", "era", "fue"}
        and len(after) > 1
        and after[1] in DESCRIBES
    ):
        return after[1:8]
    return ()


def _first(words: Sequence[str], nouns: frozenset[str]) -> str:
    return next((word for word in words if word in nouns), "")


def _age(before: Sequence[str], after: Sequence[str]) -> int | None:
    """An age given with a name: `15-year-old X`, `X, 15,`, `X (15)`, `X, age 15`, `X, de 15 años`."""
    if old := OLD.search(" ".join(before)):
        return int(old.group(1))
    if follows := AGE_AFTER.match(" ".join(after[:7])):
        return int(follows.group(1) or follows.group(2))
    return None


def _signs(doc: Doc, sentence_of: Sequence[int], name: Candidate) -> bool:
    """Whether the name is a signature: a line of its own after a closing or before a line that names an office."""
    here = sentence_of[name.start]
    first = (
        name.start == 0
        or sentence_of[name.start - 1] != here
        or doc[name.start - 1].is_punct
        or bool(name.title)
    )
    last = (
        name.end == len(doc)
        or sentence_of[name.end] != here
        or doc[name.end].is_space
        or doc[name.end].text == ","
    )
    if not (first and last):
        return False
    above = doc[max(0, name.start - 4) : name.start].text.lower()
    below = [doc[at].lower_ for at in range(name.end, min(len(doc), name.end + 7))]
    alone = name.end == len(doc) or "\n" in doc[name.end].text
    return bool(set(re.findall(r"\w+", above)) & CLOSINGS) or (
        alone and bool(set(below) & OFFICES)
    )


def _named_in_small_letters(doc: Doc, people: Sequence[Name]) -> Iterator[Name]:
    """`a student named jayden`: typed in haste, all in small letters."""
    taken = {at for name in people for at in range(name.start, name.end)}
    for at in range(1, len(doc)):
        if (
            at in taken
            or not doc[at].is_lower
            or doc[at].lower_ not in given_names()[0]
        ):
            continue
        before = doc[at - 1].lower_
        if before in NAMING or (
            before in CHILDREN and doc[at].lower_ not in given_names()[1]
        ):
            yield Name(at, at + 1, MINOR, doc[at].text)


def _again(doc: Doc, people: Sequence[Name], blocked: Sequence[bool]) -> Iterator[Name]:
    """A family name that stands alone, before or after the whole name."""
    family = {name.family: name.kind for name in people if len(name.words.split()) > 1}
    taken = {at for name in people for at in range(name.start, name.end)}
    for at, token in enumerate(doc):
        if (
            token.lower_ in family
            and token.is_title
            and at not in taken
            and not blocked[at]
        ):
            yield Name(at, at + 1, family[token.lower_], token.text)


def _acting(
    doc: Doc, people: Sequence[Name], blocked: Sequence[bool], spared: set[str]
) -> Iterator[Name]:
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
    acting = {
        doc[at].lower_ for at in loose if often[doc[at].lower_] > 1 and _acts(doc, at)
    } - spared
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
