"""What a report says happened, apart from whom it concerns: labelled words, and the facts their order makes.

Every word of `words/lexicon.toml` gets one label; a report becomes a short string of one symbol a phrase, and the
patterns of `words/facts.toml` are regular expressions over that string. Both files are read by people first.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words"
BOUNDARY = "\n"
COLON = ":"
OTHER = "."
_GROUP = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a report can say. `kind` groups facts that are judged alike; `rank` says which type leads."""

    name: str
    kind: str
    type: str
    rank: int
    say: str


@dataclass(frozen=True, slots=True)
class Found:
    """A fact found in a report: words start..end of the description, and whether they stand in the title."""

    fact: Fact
    start: int
    end: int
    in_title: bool


@dataclass(frozen=True, slots=True)
class _Rule:
    fact: Fact
    needs: tuple[frozenset[str], ...]
    unless: frozenset[str]
    pattern: re.Pattern[str]


def phrases(entry: str) -> Iterator[str]:
    """All phrases of one lexicon line: `(a|b) c` stands for `a c` and `b c`; an empty alternative may be missing."""
    parts = _GROUP.split(entry)
    choices = [
        part.split("|") if odd else [part] for part, odd in zip(parts, itertools.cycle((0, 1)), strict=False)
    ]
    for chosen in itertools.product(*choices):
        if text := " ".join("".join(chosen).split()):
            yield text


@cache
def lexicon() -> Mapping[str, str]:
    """Phrase -> label; the first label that names a phrase keeps it."""
    listed = tomllib.loads((WORDS / "lexicon.toml").read_text(encoding="utf-8"))
    known: dict[str, str] = {}
    for label, block in listed.items():
        for line in block.splitlines():
            for phrase in phrases(line):
                known.setdefault(phrase, label)
    return known


@cache
def symbols() -> Mapping[str, str]:
    """Label -> the one character that stands for it in a report's string."""
    labels = dict.fromkeys(lexicon().values())
    return {label: chr(0x4E00 + n) for n, label in enumerate(labels)}


@cache
def symbols_of(labels: tuple[str, ...]) -> frozenset[str]:
    """The symbols of these labels, to be looked for in a report's string."""
    return frozenset(symbols()[label] for label in labels)


@cache
def facts() -> Mapping[str, Fact]:
    """Every fact by name, in the order of the file."""
    listed = tomllib.loads((WORDS / "facts.toml").read_text(encoding="utf-8"))
    return {
        name: Fact(name, str(entry["kind"]), str(entry["type"]), int(entry["rank"]), str(entry["say"]))
        for name, entry in listed.items()
    }


def _set(labels: str) -> str:
    return "".join(symbols()[label] for label in labels.split("/") if label)


def _compile(pattern: str) -> Iterator[tuple[tuple[frozenset[str], ...], str]]:
    if " & " in pattern:
        one, other = pattern.split(" & ")
        for first, second in ((one, other), (other, one)):
            yield from _compile(f"{first} ~20 {second}")
        return
    needs: list[frozenset[str]] = []
    out, previous_was_label = "", False
    for part in pattern.split():
        if part == ">>":
            out += "(?s:.{0,60}?)"
            previous_was_label = False
        elif part[0] in "~-" and part[1:].isdigit():
            barred = BOUNDARY if part[0] == "~" else BOUNDARY + COLON + symbols()["SAY"]
            out += f"[^{barred}]{{0,{part[1:]}}}?"
            previous_was_label = False
        elif part[0] == "!":
            out += f"(?![{_set(part[1:])}])"
        elif part == "^":
            out += "(?m:^)"
        else:
            needs.append(frozenset(_set(part)))
            out += f"[{_set(part)}]"
            previous_was_label = True
    if not previous_was_label and not out.endswith(")"):
        raise ValueError(f"A pattern ends with a label: {pattern}")
    yield tuple(needs), out


@cache
def rules() -> tuple[_Rule, ...]:
    """Every pattern, compiled, with the labels it cannot do without."""
    listed = tomllib.loads((WORDS / "facts.toml").read_text(encoding="utf-8"))
    return tuple(
        _Rule(facts()[name], needs, frozenset(_set(entry.get("unless", ""))), re.compile(out))
        for name, entry in listed.items()
        for pattern in entry["patterns"]
        for needs, out in _compile(pattern)
    )


@cache
def _rules_for(present: frozenset[str]) -> tuple[_Rule, ...]:
    return tuple(
        rule for rule in rules() if all(need & present for need in rule.needs) and not rule.unless & present
    )


def find(string: str, title_length: int) -> tuple[Found, ...]:
    """The facts in a report's symbol string, each once, the title's first. Positions are symbols of the string."""
    found: dict[str, Found] = {}
    for rule in _rules_for(frozenset(string) - {OTHER, BOUNDARY, COLON}):
        seen = found.get(rule.fact.name)
        if (seen is None or not seen.in_title) and (match := rule.pattern.search(string)):
            in_title = match.start() < title_length
            if seen is None or in_title:
                found[rule.fact.name] = Found(rule.fact, match.start(), match.end(), in_title)
    return tuple(sorted(found.values(), key=lambda f: -f.fact.rank))
