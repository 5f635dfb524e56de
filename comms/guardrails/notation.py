"""The notation in which the rules' words are written, turned into spaCy Matcher patterns.

    a|b|c        one of these words, upper or lower case       word?      the word may be missing
    expel*       any word that begins so                       ~4         up to four words of the same sentence
    %student     a named set of words (words/sets.toml)        @SCHOOL    a name of that kind
    (x y/z)      one of these runs of words, parted by / or,   (x y/z)?   the run may be missing
                 where no / stands in the brackets, by |
    #            a number, in digits or words                  two_words  both, where one alternative is meant
    Aa           a word with a capital                         URL        an address on the web
    CAPS         a word all in capitals
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
NUMBER: Token = {
    "LOWER": {
        "REGEX": r"^(?:\d.*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|veinte)$"
    }
}
GAP: Token = {"LOWER": {"NOT_IN": STOPS}, "OP": "?"}


def patterns(notation: str, sets: Mapping[str, str], split: Split) -> Iterator[list[Token]]:
    """Every Matcher pattern that a line of the notation stands for. Raises ValueError for an unknown set."""
    for line in _expanded(notation):
        choices = [list(_choices(atom, sets, split)) for atom in line.split()]
        for chosen in itertools.product(*choices):
            tokens = list(itertools.chain.from_iterable(chosen))
            if tokens:
                yield tokens


def needs(pattern: list[Token]) -> list[frozenset[str]]:
    """What a sentence must hold for this pattern to match: from each set at least one word, `@KIND` or `#`."""
    needed = []
    for token in pattern:
        if "OP" in token and token["OP"] == "?":
            continue
        if "ENT_TYPE" in token:
            needed.append(frozenset([f"@{token['ENT_TYPE']}"]))
        elif token == NUMBER:
            needed.append(frozenset("#"))
        elif isinstance(word := token.get("LOWER"), str):
            needed.append(frozenset([word]))
        elif isinstance(word, Mapping) and "IN" in word:
            needed.append(frozenset(word["IN"]))
    return needed


def _expanded(notation: str) -> Iterator[str]:
    """The line without brackets, once for each way through them; runs of one word stay together."""
    group = GROUP.search(notation)
    if group is None:
        yield notation
        return
    inside, mark = group.groups()
    runs = [run.strip() for run in inside.split("/" if "/" in inside else "|")]
    single = [run for run in runs if run and " " not in run]
    ways = [run for run in runs if " " in run]
    if single:
        ways.append("|".join(single) + ("?" if mark else ""))
    elif mark:
        ways.append("")
    for way in ways:
        yield from _expanded(f"{notation[: group.start()]} {way} {notation[group.end() :]}")


def _choices(atom: str, sets: Mapping[str, str], split: Split) -> Iterator[list[Token]]:
    """The runs of tokens one atom of the notation allows; the empty run when it may be missing."""
    if re.fullmatch(r"~\d+", atom):
        yield [GAP] * int(atom[1:])
        return
    optional = len(atom) > 1 and atom.endswith("?")
    single: list[str] = []
    for word in _words(atom.removesuffix("?") if optional else atom, sets):
        run = list(_run(word, split))
        if len(run) == 1 and set(run[0]) == {"LOWER"} and isinstance(run[0]["LOWER"], str):
            single.append(run[0]["LOWER"])
        elif word.endswith("*") and len(run) == 1:
            single.append(word)
        else:
            yield run
    if single:
        yield [{**_one_of(single), **({"OP": "?"} if optional else {})}]
    elif optional:
        yield []


def _words(atom: str, sets: Mapping[str, str]) -> Iterator[str]:
    for word in atom.split("|"):
        if len(word) > 1 and word.startswith("%"):
            if word[1:] not in sets:
                raise ValueError(f"no set of words is called {word}")
            for line in sets[word[1:]].split():
                yield from _words(line, sets)
        elif word:
            yield word


def _one_of(words: list[str]) -> Token:
    lower = [word.lower() for word in words]
    if any(word.endswith("*") for word in lower):
        parts = (re.escape(w[:-1]) + r"\S*" if w.endswith("*") else re.escape(w) for w in lower)
        return {"LOWER": {"REGEX": f"^(?:{'|'.join(parts)})$"}}
    return {"LOWER": lower[0]} if len(lower) == 1 else {"LOWER": {"IN": lower}}


def _run(word: str, split: Split) -> Iterator[Token]:
    """The tokens of a word the tokenizer takes apart, of a number, or of a kind of name."""
    if word.startswith("@"):
        yield {"ENT_TYPE": word[1:], "OP": "+"}
    elif word == "#":
        yield NUMBER
    elif word == "URL":
        yield {"LOWER": {"REGEX": r"^(?:(?:https?:|www\.)\S*|\S+\.\w+/\S*)$"}}
    elif word == "Aa":
        yield {"IS_TITLE": True}
    elif word == "CAPS":
        yield {"IS_UPPER": True, "LENGTH": {">=": 2}}
    else:
        for part in word.split("_"):
            if part.endswith("*"):
                yield _one_of([part])
                continue
            for piece in split(part.lower()):
                yield {"LOWER": "-", "OP": "?"} if piece == "-" else {"LOWER": piece}
