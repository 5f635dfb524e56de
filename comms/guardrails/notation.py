"""The notation in which the rules' words are written, turned into spaCy Matcher patterns.

    a|b|c        one of these words, upper or lower case       word?      the word may be missing
    expel*       any word that begins so                       ~4         up to four words of the same sentence
    %student     a named set of words (words/sets.toml)        @SCHOOL    a name of that kind
    (x y/z)      one of these runs of words                    (x y)?     the run may be missing
    #            a number, in digits or words                  two_words  both, where one alternative is meant
    Aa           a word with a capital
Hyphens and apostrophes are taken apart as the tokenizer takes them; a hyphen may be missing in the text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Token = dict[str, Any]
Split = Callable[[str], list[str]]

GROUP = re.compile(r"\(([^()]*)\)(\??)")
STOPS = [".", "!", "?", ";", "\n", "\n\n", "..."]
GAP: Token = {"LOWER": {"NOT_IN": STOPS}, "OP": "?"}


def patterns(notation: str, sets: Mapping[str, str], split: Split) -> Iterator[list[Token]]:
    """Every Matcher pattern that a line of the notation stands for. Raises ValueError for an unknown set."""
    for line in _expanded(notation):
        choices = [list(_choices(atom, sets, split)) for atom in line.split()]
        for chosen in itertools.product(*choices):
            tokens = list(itertools.chain.from_iterable(chosen))
            if tokens:
                yield tokens


def _expanded(notation: str) -> Iterator[str]:
    group = GROUP.search(notation)
    if group is None:
        yield notation
        return
    runs = group.group(1).split("/") + ([""] if group.group(2) else [])
    for run in runs:
        yield from _expanded(f"{notation[: group.start()]} {run} {notation[group.end() :]}")


def _choices(atom: str, sets: Mapping[str, str], split: Split) -> Iterator[list[Token]]:
    """The runs of tokens one atom of the notation allows; the empty run when it may be missing."""
    if re.fullmatch(r"~\d+", atom):
        yield [GAP] * int(atom[1:])
        return
    optional = len(atom) > 1 and atom.endswith("?")
    words = list(_words(atom.removesuffix("?") if optional else atom, sets))
    single = [word for word in words if _is_single(word)]
    if single:
        yield [{**_one_of(single), **({"OP": "?"} if optional else {})}]
    for word in words:
        if word not in single:
            yield list(_run(word, split))
    if optional and not single:
        yield []


def _words(atom: str, sets: Mapping[str, str]) -> Iterator[str]:
    for word in atom.split("|"):
        if word.startswith("%"):
            if word[1:] not in sets:
                raise ValueError(f"no set of words is called {word}")
            for line in sets[word[1:]].split():
                yield from _words(line, sets)
        elif word:
            yield word


def _is_single(word: str) -> bool:
    return word[0] not in "@#" and word != "Aa" and not re.search(r"\w[-'_]\w|\w\.\w|\d|'\w|[_-]$", word)


def _one_of(words: list[str]) -> Token:
    lower = [word.lower() for word in words]
    if any(word.endswith("*") for word in lower):
        parts = (re.escape(w[:-1]) + r"\w*" if w.endswith("*") else re.escape(w) for w in lower)
        return {"LOWER": {"REGEX": f"^(?:{'|'.join(parts)})$"}}
    return {"LOWER": lower[0]} if len(lower) == 1 else {"LOWER": {"IN": lower}}


def _run(word: str, split: Split) -> Iterator[Token]:
    """The tokens of a word the tokenizer takes apart, of a number, or of a kind of name."""
    if word.startswith("@"):
        yield {"ENT_TYPE": word[1:].removesuffix("+"), "OP": "+"}
    elif word == "#":
        yield {"LIKE_NUM": True}
    elif word == "Aa":
        yield {"IS_TITLE": True}
    else:
        for part in word.split("_"):
            star = part.endswith("*")
            pieces = split(part.removesuffix("*").lower())
            for at, piece in enumerate(pieces):
                if piece == "-":
                    yield {"LOWER": "-", "OP": "?"}
                elif star and at == len(pieces) - 1:
                    yield _one_of([piece + "*"])
                else:
                    yield {"LOWER": piece}
