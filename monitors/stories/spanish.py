"""Reports in Spanish, word by word in English: enough to find their event, never shown as a translation."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from monitors.stories.words import STOP, plain

WORDS = Path(__file__).with_name("spanish.txt")
"""An English word, a colon, and the Spanish words and phrases (joined by _) that it stands for."""
_SMALL = plain("el la los las de del en y que por para con una un se su al tras fue según entre más no lo")
_ENGLISH = STOP - {"no", "me"}
_WORD = re.compile(r"[^\W\d_]+")
_NAME = r"((?:de (?=[A-Z]))?(?:[A-ZÁÉÍÓÚÑ][\w'’-]+ ?){1,3})"
_AGE = re.compile(r"\bde (\d{1,2}) años\b")
_PLACES = (
    (re.compile(rf"\b[Aa]venida {_NAME}"), "Avenue"),
    (re.compile(rf"\b[Cc]alle {_NAME}"), "Street"),
    (re.compile(rf"\b(?:[Ee]scuela )?[Pp]reparatoria {_NAME}"), "High School"),
    (re.compile(rf"\b(?:[Ee]scuela )?[Ss]ecundaria {_NAME}"), "Middle School"),
    (re.compile(rf"\b(?:[Ee]scuela )?[Pp]rimaria {_NAME}"), "Elementary School"),
)
"""Places whose kind stands before their name."""


def is_spanish(text: str) -> bool:
    """Whether more of its small words are Spanish than English, and at least two are."""
    said = {word.lower() for word in _WORD.findall(text)}
    return len(said & _SMALL) >= 2 and len(said & _SMALL) > len(said & _ENGLISH)


def glossed(text: str) -> str:
    """A Spanish text with the words of the police and school beat in English; names stay."""
    for place, kind in _PLACES:
        text = place.sub(lambda found, kind=kind: f"{found[1].removeprefix('de ').strip()} {kind} ", text)  # type: ignore[misc]
    text = _AGE.sub(r"\1-year-old", text)
    phrases, words = _glosses()
    for phrase, english in phrases:
        text = phrase.sub(english, text)
    return _WORD.sub(lambda found: _cased(words.get(found[0].lower(), found[0]), found[0]), text)


def _cased(english: str, spanish: str) -> str:
    return english[:1].upper() + english[1:] if spanish[:1].isupper() else english


@cache
def _glosses() -> tuple[tuple[tuple[re.Pattern[str], str], ...], dict[str, str]]:
    phrases, words = [], {}
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        english, _, spanish = line.partition(": ")
        for word in spanish.split():
            words[word] = english
            if "_" in word:
                phrases.append((re.compile(rf"\b{word.replace('_', ' ')}\b", re.IGNORECASE), english))
    return tuple(sorted(phrases, key=lambda one: -len(one[0].pattern))), words
