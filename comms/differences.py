"""Where two accounts of one incident differ: times, counts, custody, protective action. Pure, on plain text.

Source: the domain rules, section 4. Used on two texts that speak apart, and on a later report beside a released text.
It compares only what both say something about; a thing only one names is no difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBERS = {
    word: n
    for n, word in enumerate(
        [
            "no",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
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
        re.I,
    )
    for what, pattern in _WHAT.items()
}
_CUSTODY = (
    (
        re.compile(
            r"\b(?:no one|nobody|no suspect|no arrests?)\b[^.]{0,40}\b(?:custody|arrest|detained)", re.I
        ),
        "no",
    ),
    (re.compile(r"\bno arrests?\b|\bnot in custody\b|\bat large\b", re.I), "no"),
    (
        re.compile(
            r"\b(?:is|are|was|were|in|into) (?:now )?(?:in )?custody\b|\b(?:was|were|been) arrested\b", re.I
        ),
        "yes",
    ),
)
_ACTION = re.compile(r"\b(lockdown|secure|shelter|evacuat\w+|hold)\b", re.I)
_LIFTED = re.compile(
    r"\b(?:no longer|lifted|ended|over)\b[^.]{0,40}|[^.]{0,40}\b(?:lifted|has ended|is over)\b", re.I
)
_CLOCK = re.compile(
    r"\b(?:at|about|around|just after|shortly after)\s+(\d{1,2})(?::(\d\d))?\s*([ap])\.?\s?m\b", re.I
)
ABOUT = {
    "hurt": "how many were hurt",
    "dead": "how many died",
    "arrested": "how many were arrested",
    "custody": "whether someone is in custody",
    "action": "the protective action",
    "time": "when it happened",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing two accounts tell otherwise: what it is about, and the words of each."""

    about: str
    one: str
    other: str

    @property
    def sentence(self) -> str:
        """As it is listed."""
        return f"They differ on {ABOUT[self.about]}."


def differences(one: str, other: str) -> tuple[Difference, ...]:
    """What two texts tell otherwise, in a fixed order; empty when they agree on all that both speak of."""
    first, second = _said(one), _said(other)
    found = []
    for about in ABOUT:
        mine, theirs = first.get(about, {}), second.get(about, {})
        if mine and theirs and not mine.keys() & theirs.keys():
            found.append(Difference(about, next(iter(mine.values())), next(iter(theirs.values()))))
    return tuple(found)


def _said(text: str) -> dict[str, dict[object, str]]:
    """About what a text says which values, each with the sentence that says it."""
    said: dict[str, dict[object, str]] = {}
    for sentence in re.split(r"(?<=[.!?])\s+|\n+", text):
        if not sentence.strip():
            continue
        for about, value in _values(sentence):
            said.setdefault(about, {}).setdefault(value, sentence.strip())
    return said


def _values(sentence: str) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for what, pattern in _COUNTS.items():
        for match in pattern.finditer(sentence):
            word = (match["n"] or match["m"]).casefold()
            found.append((what, int(word) if word.isdigit() else NUMBERS[word]))
    custody = next((value for pattern, value in _CUSTODY if pattern.search(sentence)), None)
    if custody:
        found.append(("custody", custody))
    action = _ACTION.search(sentence)
    if action and "school" in sentence.casefold():
        found.append(("action", "over" if _LIFTED.search(sentence) else action[1].casefold()[:6]))
    for hour, minute, half in _CLOCK.findall(sentence):
        found.append(("time", (int(hour) % 12 + (12 if half.casefold() == "p" else 0), int(minute or 0))))
    return found
