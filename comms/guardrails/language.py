"""The blank spaCy pipelines, English and Spanish, and the Matchers that hold the words of all rules.

There are several thousand patterns. Each line of a rule's table has its own Matcher, made when it is first needed,
and a sentence is shown only to the lines whose words it holds; this keeps a check at a few hundredths of a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import cast

import spacy
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import compile_infix_regex
from spacy.vocab import Vocab

from comms.guardrails import notation
from comms.guardrails.wordlists import WORDS, listed, table

RANKS = [
    "Sgt.",
    "Lt.",
    "Capt.",
    "Det.",
    "Cpl.",
    "Ofc.",
    "Supt.",
    "Sr.",
    "Dept.",
    "Ave.",
    "Blvd.",
    "Rd.",
    "Apt.",
]
DIGIT_HYPHEN = r"(?<=[0-9])-(?=[A-Za-zÀ-ÿ])"
COMMON = listed("small", "common")
"""Words so frequent that a pattern is better looked up by another of its words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a rule's table: words, the cues that must or must not stand near them, and what to say."""

    rule: str
    why: str
    instead: str
    near: tuple[str, ...]
    unless: tuple[str, ...]
    negatable: bool
    together: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One line of the notation with its patterns; the Matcher is made at its first use."""

    key: str
    vocab: Vocab
    patterns: tuple[list[notation.Token], ...]

    @cached_property
    def matcher(self) -> Matcher:
        """A Matcher of this line alone."""
        made = Matcher(self.vocab, validate=False)
        made.add(self.key, list(self.patterns))
        return made


@dataclass(frozen=True)
class Grammar:
    """One language, ready: its pipeline, its lines and an index from words to the lines that need them."""

    code: str
    nlp: Language
    rows: dict[str, Row] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    index: dict[str, list[tuple[int, tuple[frozenset[str], ...]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    always: list[int] = field(default_factory=list)
    pieces: dict[str, list[str]] = field(default_factory=dict)

    def add(self, key: str, notations: list[str], sets: Mapping[str, str]) -> None:
        """Take in the lines of one row or cue."""
        for line in notations:
            made = tuple(notation.patterns(line, sets, self._split))
            number = len(self.lines)
            self.lines.append(Line(key, self.nlp.vocab, made))
            seen: set[tuple[frozenset[str], ...]] = set()
            for pattern in made:
                needed = sorted(notation.needs(pattern), key=_how_common)
                if not needed:
                    self.always.append(number)
                    continue
                rest = tuple(needed[1:])
                if (needed[0], *rest) in seen:
                    continue
                seen.add((needed[0], *rest))
                for word in needed[0]:
                    self.index[word].append((number, rest))

    def _split(self, word: str) -> list[str]:
        if word not in self.pieces:
            self.pieces[word] = [token.text for token in self.nlp.tokenizer(word)]
        return self.pieces[word]

    def matches(self, doc: Doc, sentences: list[range]) -> Iterator[tuple[str, int, int]]:
        """(key, start, end) of everything the lines find in these sentences, each a range of tokens."""
        for sentence in sentences:
            first = sentence.start
            words = {doc[at].lower_ for at in sentence}
            words |= {f"@{doc[at].ent_type_}" for at in sentence if doc[at].ent_type_}
            if any(doc[at].like_num or doc[at].text[:1].isdigit() for at in sentence):
                words.add("#")
            span = doc[first : sentence.stop]
            for number in self._candidates(words):
                line = self.lines[number]
                for _, start, end in line.matcher(span):
                    yield line.key, start + first, end + first

    def _candidates(self, words: set[str]) -> set[int]:
        """The lines whose needs this set of words can meet."""
        found = set(self.always)
        for word in words:
            for number, rest in self.index.get(word, ()):
                if number not in found and not any(words.isdisjoint(needed) for needed in rest):
                    found.add(number)
        return found


def _how_common(needed: frozenset[str]) -> int:
    return sum(40 if word in COMMON else 1 for word in needed)


def blank(code: str) -> Language:
    """A pipeline without a model: `15-year-old` and `10th-grader` come apart, ranks keep their full stop."""
    nlp = spacy.blank(code)
    nlp.max_length = 10_000_000
    tokenizer = cast(Tokenizer, nlp.tokenizer)
    tokenizer.infix_finditer = compile_infix_regex([*(nlp.Defaults.infixes or ()), DIGIT_HYPHEN]).finditer
    for rank in RANKS:
        tokenizer.add_special_case(rank, [{"ORTH": rank}])
    return nlp


@lru_cache(maxsize=2)
def grammar(code: str) -> Grammar:
    """Read a language's word files; under a second, once a process."""
    made = Grammar(code, blank(code))
    sets: dict[str, str] = table("sets").get(code, {})
    for name, notations in table("cues").get(code, {}).items():
        made.add(f"cue {name}", notations, sets)
    for path in sorted((WORDS / "rules").glob("*.toml")):
        for name, row in table(f"rules/{path.stem}").get(code, {}).items():
            key = f"{path.stem} {name}"
            made.rows[key] = Row(
                rule=path.stem,
                why=row["why"],
                instead=row.get("instead", ""),
                near=tuple(row.get("near", ())),
                unless=tuple(row.get("unless", ())),
                negatable=bool(row.get("negatable", False)),
                together=tuple(row.get("together", ())),
            )
            made.add(key, row.get("find", []), sets)
    return made
