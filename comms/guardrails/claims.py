"""B11 with a fact sheet: a sentence that states an unconfirmed, disputed, withdrawn or superseded claim as fact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comms.guardrails.context import Fact, Hit
from comms.guardrails.page import Page

SMALL = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "it",
        "its",
        "this",
        "that",
        "our",
        "we",
        "they",
        "he",
        "she",
        "as",
        "not",
        "no",
        "about",
        "near",
        "today",
        "el",
        "la",
        "los",
        "las",
        "de",
        "en",
        "que",
        "y",
        "se",
        "un",
        "una",
        "por",
    ]
)
WORD = re.compile(r"[^\W_]+(?:[:.'-][^\W_]+)*")
OWN = re.compile(
    r"\b(?:unconfirmed|not (?:yet )?(?:been )?confirmed|disputed|we do not know|checking|under review|sin confirmar)\b",
    re.IGNORECASE,
)
ALIKE = 0.6
"""Share of a claim's telling words that a sentence must hold to count as stating it."""


def stated_as_fact(page: Page) -> Iterator[Hit]:
    """One hit for each sentence and each claim it states that is not confirmed."""
    facts = page.context.facts or ()
    settled = [_telling(fact.claim) for fact in facts if fact.status == "confirmed"]
    for number, tokens in enumerate(page.sentence_ranges):
        sentence = page.doc[tokens.start : tokens.stop].text
        said = _telling(sentence)
        if not said or OWN.search(sentence) or page.cued("declines", number):
            continue
        for fact in facts:
            if fact.status == "confirmed" or not _states(said, _telling(fact.claim)):
                continue
            if any(
                _states(said, words) and len(words & said) > len(_telling(fact.claim) & said)
                for words in settled
            ):
                continue
            yield page.hit("B11", tokens.start, tokens.stop, _why(fact), "")


def _telling(text: str) -> frozenset[str]:
    """The words of a text that carry its meaning, without plural and tense endings; numbers and times whole."""
    words = (word.lower().strip(".") for word in WORD.findall(text))
    return frozenset(
        re.sub(r"(?:ies|es|ed|s|ing)$", "", word) if len(word) > 4 else word
        for word in words
        if word not in SMALL
    )


def _states(said: frozenset[str], claim: frozenset[str]) -> bool:
    numbers = {word for word in claim if word[:1].isdigit()}
    return bool(claim) and len(said & claim) >= max(2, ALIKE * len(claim)) and numbers <= said


def _why(fact: Fact) -> str:
    return f"The fact sheet has this as {fact.status}: {fact.claim}"
