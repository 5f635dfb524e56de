"""Where two accounts of one incident differ: times, counts, places, custody, protective action. Pure, on plain text.

Source: the domain rules, section 4. Used on two texts that speak apart, on what was said before, and on a later report
beside a released text. It compares only what both say something about; a thing only one names is no difference.
Custody, harm, arrests and the protective action are compared across the whole texts; a time, a place or another count
only between two sentences that speak of the same thing, so that two moments of one afternoon are not taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from comms.wording import channels

NUMBERS = {
    word: n
    for n, word in enumerate(
        "no one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - reads in order
    )
} | {"a": 1, "an": 1, "zero": 0, "none": 0, "nobody": 0}
_COUNT = r"(?P<n>\d{1,4}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
_PEOPLE = r"(?:people|persons?|students?|officers?|adults?|teens?|men|women|man|woman|suspects?|others?|injuries|deaths)"
_WHAT = {
    "hurt": r"(?:hurt|injured|wounded|injur(?:y|ies))",
    "dead": r"(?:dead|killed|died|deaths?)",
    "arrested": r"(?:arrested|arrests?|detained)",
}
_COUNTS = {
    what: re.compile(
        rf"\b{_COUNT}\s+(?:\w+\s+){{0,2}}?(?:{_PEOPLE}\s+)?(?:were |was |are |is |has been |have been )?{pattern}\b"
        rf"|\b{_COUNT.replace('<n>', '<m>')}\s+{pattern}\b",
        re.IGNORECASE,
    )
    for what, pattern in _WHAT.items()
}
_COUNTED = re.compile(
    r"\b(?P<n>\d{1,4}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+(?:\w+\s+)?"
    r"(?P<what>people|officers?|students?|adults?|teens?|shots?|cars?|vehicles?|buses|schools?|shell casings|rounds|"
    r"demonstrators?|protesters?)\b",
    re.IGNORECASE,
)
_CUSTODY = (
    (
        re.compile(
            r"\b(?:no one|nobody|no suspect|no arrests?)\b[^.]{0,40}\b(?:custody|arrest|detained)",
            re.IGNORECASE,
        ),
        "no",
    ),
    (re.compile(r"\bno arrests?\b|\bnot in custody\b|\bat large\b", re.IGNORECASE), "no"),
    (
        re.compile(
            r"\b(?:is|are|was|were|in|into) (?:now )?(?:in )?custody\b|\b(?:was|were|been) arrested\b",
            re.IGNORECASE,
        ),
        "yes",
    ),
)
_PROPERTY = (
    (
        re.compile(
            r"\b(?:not|off|outside)\b[^.]{0,20}\bschool (?:property|grounds)|\bdid not happen (?:on|at)\b",
            re.IGNORECASE,
        ),
        "off",
    ),
    (re.compile(r"\bon school (?:property|grounds)\b", re.IGNORECASE), "on"),
)
_ACTION = re.compile(r"\b(lockdown|secure|shelter|evacuat\w+|hold)\b", re.IGNORECASE)
_LIFTED = re.compile(
    r"\b(?:no longer|lifted|ended|over)\b[^.]{0,40}|[^.]{0,40}\b(?:lifted|has ended|is over)\b", re.IGNORECASE
)
_CLOCK = re.compile(r"\b(\d{1,2})(?::(\d\d))?\s?([ap])\.?\s?m\b", re.IGNORECASE)
_NOT_THE_EVENT = re.compile(
    r"\b(?:write again|next update|another update|update (?:you|by|at)|more (?:by|at)|as of|can confirm at|we learned|"
    r"questions|briefing|escribiremos|más antes|supimos)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:[A-Z0-9][\w'’]+\s){1,3}(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Boulevard|Drive|Lane|Bridge|Park|Plaza|Square|"
    r"Middle School|High School|Elementary School|Middle|High|Elementary)"
)
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "the a an of to in on at by for from with and or is are was were be been has have had it its this that our we "
        "they he she as about near today there then so el la los las de en que y se un una por al del",
    )
)
_WORD = re.compile(r"[^\W_]+(?:[:.'’-][^\W_]+)*")
_ENDING = re.compile(r"(?:ies|es|ed|s|ing)$")
ABOUT = {
    "hurt": "how many were hurt",
    "dead": "how many died",
    "arrested": "how many were arrested",
    "custody": "whether someone is in custody",
    "action": "the protective action",
    "time": "when it happened",
    "count": "how many there were",
    "place": "where it happened",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing two accounts tell otherwise: what it is about, and the sentence of each."""

    about: str
    one: str
    other: str

    @property
    def sentence(self) -> str:
        """As it is listed."""
        return f"They differ on {ABOUT[self.about]}."


@lru_cache(maxsize=16_384)
def telling(text: str) -> frozenset[str]:
    """The words that carry a text's meaning, without plural and tense endings; numbers and times whole."""
    words = (word.lower().rstrip(".").replace("’", "'") for word in _WORD.findall(text))
    return frozenset(_ENDING.sub("", word) if len(word) > 4 else word for word in words if word not in _SMALL)


@lru_cache(maxsize=512)
def differences(one: str, other: str, places: tuple[str, ...] = ()) -> tuple[Difference, ...]:
    """What two texts tell otherwise, in a fixed order; empty when they agree on all that both speak of.

    `places` are names known beforehand, besides streets and schools, which are known by their form.
    """
    first, second = _said(one), _said(other)
    found = []
    for about in ABOUT:
        mine, theirs = first.get(about, {}), second.get(about, {})
        if mine and theirs and not mine.keys() & theirs.keys():
            found.append(Difference(about, next(iter(mine.values())), next(iter(theirs.values()))))
    named = {each.one for each in found}
    for each in _of_like_sentences(_sentences(one), _sentences(other), places):
        if each.one not in named:
            found.append(each)
            named.add(each.one)
    return tuple(sorted(found, key=lambda each: list(ABOUT).index(each.about)))


def _sentences(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in channels.sentences(text)]


# Across the whole texts -----------------------------------------------------------------------------------------------


def _said(text: str) -> dict[str, dict[object, str]]:
    """About what a text says which values, each with the sentence that says it."""
    said: dict[str, dict[object, str]] = {}
    for sentence in _sentences(text):
        for about, value in _values(sentence):
            said.setdefault(about, {}).setdefault(value, sentence)
    return said


def _values(sentence: str) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for what, pattern in _COUNTS.items():
        found += [(what, _number(match["n"] or match["m"])) for match in pattern.finditer(sentence)]
    custody = next((value for pattern, value in _CUSTODY if pattern.search(sentence)), None)
    if custody:
        found.append(("custody", custody))
    on_property = next((value for pattern, value in _PROPERTY if pattern.search(sentence)), None)
    if on_property:
        found.append(("place", on_property))
    action = _ACTION.search(sentence)
    if action and "school" in sentence.casefold():
        found.append(("action", "over" if _LIFTED.search(sentence) else action[1].casefold()[:6]))
    return found


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word.casefold()]


# Between sentences that speak of the same thing -----------------------------------------------------------------------


def _of_like_sentences(
    one: Iterable[str], other: Iterable[str], places: Collection[str]
) -> Iterator[Difference]:
    spoken = [sentence for sentence in other if not _NOT_THE_EVENT.search(sentence)]
    for sentence in one:
        like = [each for each in spoken if _alike(sentence, each)]
        if _NOT_THE_EVENT.search(sentence) or not like or sentence in like:
            continue
        for about, values in (("time", _times), ("count", _counted), ("place", lambda s: _places(s, places))):
            mine = values(sentence)
            against = [(each, theirs) for each in like if (theirs := _comparable(mine, values(each)))]
            if against and not any(_agree(mine, theirs) for _, theirs in against):
                yield Difference(about, sentence, against[0][0])


def _alike(one: str, other: str) -> bool:
    """Whether two sentences speak of the same thing, their numbers apart."""
    first, second = (
        {word for word in telling(s) if not word[:1].isdigit() and word not in {"a.m", "p.m", *NUMBERS}}
        for s in (one, other)
    )
    shared = len(first & second)
    fewest = min(len(first), len(second))
    return shared >= min(2, fewest) and shared >= max(1, 0.5 * fewest)


def _times(sentence: str) -> frozenset[str]:
    return frozenset(
        f"{int(hour) % 12 + (12 if half in 'pP' else 0)}:{minute or '00'}"
        for hour, minute, half in _CLOCK.findall(sentence)
    )


def _counted(sentence: str) -> frozenset[str]:
    return frozenset(
        f"{_number(m['n'])} {m['what'].casefold().rstrip('s')}" for m in _COUNTED.finditer(sentence)
    )


def _places(sentence: str, known: Collection[str]) -> frozenset[str]:
    named = [place.casefold() for place in known if place and place.casefold() in sentence.casefold()]
    return frozenset([*named, *(match.group().casefold() for match in _PLACE.finditer(sentence))])


def _comparable(mine: frozenset[str], theirs: frozenset[str]) -> frozenset[str]:
    """What the other sentence says that can be held against mine: counts only of the same kind of thing."""
    kinds = {value.partition(" ")[2] for value in mine}
    return frozenset(
        value for value in theirs if mine and (not value[:1].isdigit() or value.partition(" ")[2] in kinds)
    )


def _agree(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether two sets name one thing in common, also where one names a place in more words."""
    named = ((a, b) for a in mine for b in theirs if not a[:1].isdigit())
    return bool(mine & theirs) or any(a in b or b in a for a, b in named)
