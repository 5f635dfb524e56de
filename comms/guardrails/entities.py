"""Which capitalised words name an institution or a place, told by the watchlist first and by head nouns otherwise.

No model of names is used: an institution's name ends in what it is (School, Police Department, Street), and what
is left over may be a person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from comms.guardrails.context import Watchlist
from comms.guardrails.wordlists import given_names, listed, table

SCHOOL, DISTRICT, AGENCY, OTHER, ORG, PLACE = (
    "SCHOOL",
    "DISTRICT",
    "AGENCY",
    "OTHER",
    "ORG",
    "PLACE",
)
JOINERS = frozenset({"of", "and", "&", "for", "the", "-", "de", "la", "del", "los", "las"})
INITIAL = re.compile(r"^(?:[A-Z]\.?){1,3}$")
SURNAMES_TOO = listed("heads", "also_surnames")
"""Head nouns that are family names as well."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Tokens start..end of the document name something of this kind."""

    start: int
    end: int
    kind: str


@cache
def heads() -> dict[str, str]:
    """Head noun -> kind of what it names."""
    found: dict[str, str] = {}
    for kind in (PLACE, ORG, OTHER, AGENCY, DISTRICT, SCHOOL):
        found |= dict.fromkeys(table("names")["heads"][kind].split(), kind)
    return found


@cache
def titles() -> dict[str, str]:
    """Title -> kind of person it introduces."""
    return {word: kind for kind in ("ADULT", "OFFICIAL", "OFFICER") for word in listed("titles", kind)}


@lru_cache(maxsize=64)
def watchlist_matcher(nlp: Language, watchlist: Watchlist) -> PhraseMatcher:
    """The partnership's own names, whatever their case."""
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    for kind, names in (
        (SCHOOL, watchlist.schools),
        (DISTRICT, watchlist.district),
        (AGENCY, watchlist.agencies),
        (OTHER, watchlist.others),
        (PLACE, watchlist.places),
    ):
        matcher.add(kind, [nlp.make_doc(name) for name in names if name.strip()])
    return matcher


def is_capital(doc: Doc, at: int) -> bool:
    """A token that could be part of a name."""
    word = doc[at].text
    return word[:1].isupper() and any(map(str.isalpha, word))


def runs(doc: Doc) -> Iterator[tuple[int, int]]:
    """Stretches of capitalised tokens within a sentence; a full stop after an initial or a title does not end one."""
    at = 0
    while at < len(doc):
        if not is_capital(doc, at):
            at += 1
            continue
        start = at
        while at < len(doc):
            if at > start and doc[at].is_sent_start and doc[at - 1].text != ".":
                break
            if is_capital(doc, at) or (
                doc[at].text in {".", "-", "'", "'s"}
                and at + 1 < len(doc)
                and is_capital(doc, at + 1)
                and not doc[at + 1].is_sent_start
            ):
                at += 1
            else:
                break
        yield start, at


def entities(nlp: Language, doc: Doc, watchlist: Watchlist) -> list[Entity]:
    """Institutions and places, none overlapping; the watchlist's own names win."""
    known = [
        Entity(start, end, doc.vocab.strings[key])
        for key, start, end in watchlist_matcher(nlp, watchlist)(doc)
        if any(is_capital(doc, at) for at in range(start, end)) or end - start > 1
    ]
    known.sort(key=lambda entity: (entity.start - entity.end, entity.start))
    taken = [False] * len(doc)
    found: list[Entity] = []
    for entity in [*known, *_by_head(doc, watchlist)]:
        if not any(taken[entity.start : entity.end]):
            taken[entity.start : entity.end] = [True] * (entity.end - entity.start)
            found.append(entity)
    return sorted(found, key=lambda entity: entity.start)


def _by_head(doc: Doc, watchlist: Watchlist) -> Iterator[Entity]:
    """Runs whose last word says what they name."""
    first_agency = ""
    for start, end in runs(doc):
        for entity in _segments(doc, start, end):
            words = doc[entity.start : entity.end].text.lower()
            if entity.kind == AGENCY and entity.end - entity.start > 1:
                if watchlist.agencies:
                    yield Entity(entity.start, entity.end, OTHER)
                    continue
                place = words.split(" police")[0].split(" pd")[0]
                first_agency = first_agency or place
                if not (place.startswith(first_agency) or first_agency.startswith(place)):
                    yield Entity(entity.start, entity.end, OTHER)
                    continue
            yield entity


def _segments(doc: Doc, start: int, end: int) -> Iterator[Entity]:
    """Cut one run at its titles and head nouns."""
    begin, kind, at = start, "", start
    while at < end:
        word = doc[at].lower_.removesuffix(".")
        if kind and word not in heads():
            yield _joined(doc, begin, at, kind)
            begin, kind = at, ""
        if word in titles() and word not in heads():
            begin, kind = at + 1, ""
        elif (
            word in heads()
            and not (word == "st" and at == begin)
            and not _surname(doc, begin, at, end)
            and not (word == "dr" and _doctor(doc, at))
        ):
            kind = _stronger(kind, heads()[word])
        at += 1
    if kind and begin < end:
        yield _joined(doc, begin, end, kind)


def _stronger(kind: str, new: str) -> str:
    """`Police Department` stays an agency, `School District` is a district, `School Board` an organisation of ours."""
    if kind in {AGENCY, OTHER} and new in {ORG, PLACE}:
        return kind
    if kind == SCHOOL and new in {ORG, PLACE}:
        return DISTRICT if new == ORG else SCHOOL
    if kind == PLACE and new in {SCHOOL, AGENCY, DISTRICT, ORG, OTHER}:
        return new
    return new


def _doctor(doc: Doc, at: int) -> bool:
    """Whether Dr. is a doctor, not a drive: a name follows."""
    following = at + 2 if at + 1 < len(doc) and doc[at + 1].text == "." else at + 1
    return following < len(doc) and is_capital(doc, following) and doc[following].lower_ not in heads()


def _surname(doc: Doc, begin: int, at: int, end: int) -> bool:
    """Whether this head noun is more likely someone's family name: `Marcus Hill was`, not `Jackson Park`."""
    word = doc[at].lower_
    if word not in SURNAMES_TOO or at == begin or at + 1 < end:
        return False
    if doc[at - 1].lower_ == "'s":
        return False
    if begin > 0 and doc[begin - 1].lower_ in titles():
        return True
    given = doc[begin].lower_ in _sure_names()
    before = doc[begin - 1].lower_ if begin else ""
    return given and at - begin <= 2 and before not in {"at", "in", "on", "near", "to", "of", "from", "along"}


@cache
def _sure_names() -> frozenset[str]:
    names, double = given_names()
    return names - double


def _joined(doc: Doc, start: int, end: int, kind: str) -> Entity:
    """Take in what follows `of`: Division of Criminal Investigation, Board of Education, University of Iowa."""
    while start < end - 1 and doc[start].lower_ in listed("ordinary", "words") and doc[start].is_sent_start:
        start += 1
    at = end
    while (
        at + 1 < len(doc)
        and doc[at].lower_ in {"of", "for", "and", "&", "'s", "de"}
        and is_capital(doc, at + 1)
    ):
        if doc[at].lower_ in {"and", "&"} and kind not in {ORG, OTHER}:
            break
        at += 2
        while at < len(doc) and is_capital(doc, at) and doc[at].lower_ not in titles():
            at += 1
        break
    if at > end:
        whole = doc[start:at].text.lower()
        if re.search(
            r"\bof (?:criminal )?investigation|of public safety|of corrections|police\b",
            whole,
        ):
            kind = OTHER
        elif re.search(r"board of education|of education\b", whole):
            kind = DISTRICT
        end = at
    if kind == ORG and re.search(
        r"\b(?:attorney|investigation|highway|customs|homeland)\b",
        doc[start:end].text.lower(),
    ):
        kind = OTHER
    return Entity(start, end, kind)
