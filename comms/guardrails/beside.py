"""What stands beside a name, and what that makes of the person: an official, an officer, an adult, a child, or unsure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from comms.guardrails.entities import titles
from comms.guardrails.wordlists import listed

OFFICIAL, OFFICER, ADULT, MINOR, PERSON = "OFFICIAL", "OFFICER", "ADULT", "MINOR", "PERSON"

CHILDREN = listed("nouns", "MINOR")
OFFICES = listed("nouns", "OFFICIAL")
GROWN = listed("nouns", "ADULT") | OFFICES
ROLES = listed("nouns", "ROLE")
NAMING = listed("beside", "naming")
LINKING = listed("beside", "linking")
OF_A_FAMILY = re.compile(
    rf"\b(?i:his|her|their|\w+(?:'s| 's)) (?:\w+ )?(?i:{'|'.join(sorted(listed('nouns', 'KIN')))}) ?,? (?:[A-Z]\w+ (?:and|&) )?$"
)
"""`His grandparents, Odell and Fay Minter`: who stands after the kin of somebody is a person."""
PLACING = listed("beside", "placing")
DESCRIBES = listed("beside", "describes")
BETWEEN = listed("beside", "between")
CLOSINGS = listed("beside", "closings")
ANSWERS_WHO = re.compile(
    r"(?i)\bwho (?:speaks|answers|handles|takes|leads|decides|runs|is (?:in charge|our|the)|(?:do|does|should|can) \w+ (?:call|contact|ask|talk to|reach))\b[^?]*\? ?(?:A ?: ?)?$"
)
"""A question in talking points whose answer is an official: `Who speaks for us? A: Dana Whitlock`."""
PHRASE_ENDS = frozenset(["to", "with", "for", "by", "when", "while", "as", "and"])
"""Words after which `was the first to reach the student` no longer says who the person is."""
STUDENT_OFFICE = re.compile(
    r"(?i)\b(?:student (?:council|body|government|senate)|class|(?:honor society|club|team|prom|yearbook)) (?:\w+ )?(?:president|secretary|treasurer|captain|director|manager)\b"
)
BOARD = re.compile(
    r"(?i)\b(?:board|council|committee|commission|cabinet|legislature|pta|pto) (?:vice )?(?:member|chair\w*|president|trustee|candidate) ?$"
)
OFFICE_OF = re.compile(
    r"(?i)\b(?:jef[ea]|director[a]?|subdirector[a]?|superintendente|alcalde(?:sa)?|portavoz|vocer[oa]|fiscal|secretari[oa]|comisari[oa]|coordinador[a]?) (?:adjunt[oa] |interin[oa] )?(?:de|del) (?:la |los |las )?\w+(?: \w+)? ?$"
)
"""`el jefe de policía Tom Reiner`: the office stands before the name."""
OLD = re.compile(r"\b(\d{1,2}) ?-? ?years? ?-? ?old(?: \w+){0,2}[ ,]*$")
AGE_AFTER = re.compile(
    r"[,(-] (?:who is |age |aged |de |una? |an? )?(\d{1,2})\b(?! (?:a\.m|p\.m|minutes|people|students?)|:)"
    r"|(?:is|was) (\d{1,2})(?: years? old)?(?: [.,]|$)"
)
REACHED_AT = re.compile(r"^[,:( ]*(?:[A-Z][\w ]+, )?(?:at |al )?(?:\(?\d{3}\)?[-. ]|\S+@)")
PERSONAL = re.compile(
    r"^(?:and (?:her|his|their)\b|'s (?:family|friends?|classmates|teammates|mother|father|parents|teachers?|locker|desk|death|memory|life|name|smile)"
    r"|(?:was|is|has|had|will be) (?:a|an|one of|our|the|loved|recovering|known|remembered|missed|hurt|injured|taken|only|in the hospital|\d)|, (?:a|an|our|who|\d))"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run that may be a name, with the title before it; `sure` when a given name stands in it."""

    start: int
    end: int
    title: str
    sure: bool


def personal(doc: Doc, start: int, end: int) -> bool:
    """Whether a word like Madison or Will is meant as a person: `keep Madison and her family in your thoughts`."""
    if not PERSONAL.match(doc[end : min(len(doc), end + 5)].text):
        return False
    return (
        doc[start].is_sent_start is not True
        or doc[end].text in {"'s", ","}
        or doc[end].lower_ == "and"
        or start == 0
    )


def kind_of(doc: Doc, sentence_of: Sequence[int], name: Candidate) -> str:
    """What the words around say about a candidate; empty when it is no person."""
    beside = _beside(doc, sentence_of, name)
    introduced = titles().get(name.title, MINOR) if name.title else beside.rank
    if introduced == MINOR:
        return MINOR
    if introduced == OFFICIAL and STUDENT_OFFICE.search(doc[max(0, name.start - 6) : name.start].text):
        return MINOR
    if introduced in {OFFICER, OFFICIAL} and not beside.child:
        return OFFICER if introduced == OFFICER and not beside.office else OFFICIAL
    if BOARD.search(doc[max(0, name.start - 4) : name.start].text) or OFFICE_OF.search(
        doc[max(0, name.start - 7) : name.start].text
    ):
        return OFFICIAL
    if not (name.sure or name.title or beside.named or beside.age is not None) or (
        beside.place and not name.title
    ):
        return ""
    if beside.age is not None:
        return MINOR if beside.age < 18 or beside.child else ADULT
    if beside.office or beside.reached or beside.signs:
        return OFFICIAL
    if ANSWERS_WHO.search(doc[max(0, name.start - 14) : name.start].text):
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
        doc[at].lower_ for at in range(max(0, name.start - 8), name.start) if sentence_of[at] == sentence
    ]
    after = [
        doc[at].lower_ for at in range(name.end, min(len(doc), name.end + 10)) if sentence_of[at] == sentence
    ]
    noun_before = _introducing(before) or _between_commas(doc, sentence_of, name)
    noun_after = _first(_apposition(after), CHILDREN | GROWN)
    noun = noun_before or noun_after
    following = doc[name.end : min(len(doc), name.end + 14)].text
    asked = bool(set(before) & listed("nouns", "CONTACT")) and re.search(r"\d{3}[ .-]\d{4}|@", following)
    return Beside(
        age=_age(before, after),
        child=noun in CHILDREN,
        grown=noun in GROWN,
        office=noun in OFFICES or noun_after in OFFICES,
        reached=bool(asked or REACHED_AT.match(following) or (before and before[-1] in CLOSINGS)),
        signs=_signs(doc, sentence_of, name),
        named=bool(noun)
        or bool(before and before[-1] in LINKING and set(before[-3:]) & ROLES)
        or bool(before and before[-1] in NAMING)
        or bool(before and before[-1] in ROLES and len(_words(doc, name)) > 1)
        or bool(OF_A_FAMILY.search(doc[max(0, name.start - 6) : name.start].text + " "))
        or bool(before and before[-1] in BETWEEN and len(_words(doc, name)) > 1)
        or (before[-2:-1] == ["identified"]),
        rank=_rank(before, noun_before),
        place=bool(before and before[-1] in PLACING)
        and name.end - name.start == 1
        and not personal(doc, name.start, name.end),
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
    if before[-1] in {"is", "was"} and (subject := _first(before, CHILDREN)):
        return subject
    close = before[-4:]
    cut = max((at for at, word in enumerate(close) if word in {"and", ";"}), default=-1)
    if cut >= 0 and cut < len(close) - 1:
        close = close[cut + 1 :]
    return _first(list(reversed(close)), CHILDREN | GROWN)


def _between_commas(doc: Doc, sentence_of: Sequence[int], name: Candidate) -> str:
    """The child a sentence began with, when the name only adds who it is: `The child who was struck, Wes, is well`."""
    if name.end >= len(doc) or doc[name.start - 1].text != "," or doc[name.end].text not in {",", "."}:
        return ""
    at = name.start
    while at and sentence_of[at - 1] == sentence_of[name.start]:
        at -= 1
    subject = [doc[place].lower_ for place in range(at, min(at + 4, name.start))]
    return (
        _first(subject, CHILDREN) if name.start - at > 2 and subject[:1] in (["the"], ["a"], ["our"]) else ""
    )


def _apposition(after: Sequence[str]) -> Sequence[str]:
    """The words that describe a name just given: `, a sophomore at`, `(a teacher)`, `was one of our eighth graders`."""
    if not after:
        return ()
    if after[0] in {",", "(", "-"}:
        rest = list(after[1:10])
        if rest and re.fullmatch(r"\d{1,2}", rest[0]):
            rest = rest[2:]
        if not rest or (rest[0] not in DESCRIBES and not set(rest[:3]) & (CHILDREN | GROWN)):
            return ()
        end = next((at for at, word in enumerate(rest) if word in {",", ")", "-"}), len(rest))
        return rest[:end]
    if after[0] in {"is", "was", "es", "era", "fue"} and len(after) > 1 and after[1] in DESCRIBES:
        rest = list(after[1:8])
        return rest[: next((at for at, word in enumerate(rest) if word in PHRASE_ENDS), len(rest))]
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
    return bool(set(re.findall(r"\w+", above)) & CLOSINGS) or (alone and bool(set(below) & OFFICES))
