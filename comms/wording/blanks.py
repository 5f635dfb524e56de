"""Blanks: the named gaps in the library's words, how they are filled, and which are still empty.

A block writes `${next_update}`; a text people read shows `[time of the next update]` until someone fills it. Every
pass over a text is a single one: what a value holds is never read for blanks, so `$` and `{{ }}` stay as typed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

TABLE = Path(__file__).parents[2] / "templates" / "statements" / "blanks.yaml"
NAMED = re.compile(r"\$\{(\w+)\}")
OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
STOPS = (".", "!", "?")

_CLOCK = r"(?:\d{1,2}(?::\d\d)?\s?[AaPp]\.?\s?[Mm]\b\.?|noon|mediodía)(?:,? (?:on |el )?\w{3,10}(?:,? \w{3,10} \d{1,2})?)?"
_NAME = r"(?:\b(?:St|Mt|Ft|Dr|Sgt|Lt|Jr|Sr)\.|[^\n.!?:;,<>{}\[\]])"
SHAPES: Mapping[str, str] = {
    "name": _NAME + r"{1,60}",
    "time": _CLOCK,
    "phone": r"\+?[\d() -]{7,20}",
    "link": r"[\w-]+(?:\.[\w-]+)+(?:/[\w./-]*\w)?",
    "email": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "action": r"(?:Hold|Secure|Lockdown|Evacuate|Shelter)",
}
"""What may stand in a blank of a pre-approved text, by shape. A blank of any other shape is free text and fits none."""


@dataclass(frozen=True, slots=True)
class BlankKind:
    """A blank a text can have. `source` is where its value comes from: fact, partnership or person.

    `shape` says what may stand in it: a name, a sentence, a clock time, a phone number, an e-mail address, a link or
    the name of a protective action. `label` (read in brackets while the blank is empty) and `example` are by language.
    """

    name: str
    source: str
    shape: str
    label: Mapping[str, str]
    example: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank still empty in a text: `start` and `end` are characters of that text. `part` is text or subject."""

    name: str
    label: str
    start: int
    end: int
    part: str = "text"


@cache
def kinds() -> Mapping[str, BlankKind]:
    """Every blank a text may have, by name."""
    rows = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return {name: BlankKind(name, **row) for name, row in rows.items()}


def label_of(name: str, language: str) -> str:
    """What a person reads in brackets where the blank is empty."""
    kind = kinds().get(name)
    return kind.label[language] if kind else name.replace("_", " ")


def with_values(
    template: str, values: Mapping[str, str], language: str, part: str = "text"
) -> tuple[str, tuple[Blank, ...]]:
    """The template with its values, and the blanks left. A blank given as the empty string takes away the
    `[[optional sentence]]` it stands in; a value that ends a sentence does not end it twice."""
    values = {"school_short": school_short(values.get("school", "")), **values}
    template = tidied(OPTIONAL.sub(lambda m: "" if _silenced(m[1], values) else m[1], template))
    text, left, position = "", [], 0
    for match in NAMED.finditer(template):
        before, value = template[position : match.start()], values.get(match[1], "")
        text += _agreeing(before, value) if language == "es" else before
        position = _after(template, match.end(), value)
        if not value:
            name = match[1].removesuffix("_short")
            label = label_of(name, language)
            left.append(Blank(name, label, len(text), len(text) + len(label) + 2, part))
            value = f"[{label}]"
        text += value
    return text + template[position:], tuple(left)


def unfilled(text: str) -> tuple[Blank, ...]:
    """The blanks still visible in a text that may have been edited since, in either language."""
    pattern, names = _visible()
    return tuple(Blank(names[m[1]], m[1], m.start(), m.end()) for m in pattern.finditer(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with values put where its visible blanks stand; a blank without a value stays."""
    out, position = "", 0
    for blank in unfilled(text):
        value = values.get(blank.name, "")
        before = text[position : blank.start]
        spanish = blank.label == kinds()[blank.name].label["es"]
        out += _agreeing(before, value) if spanish else before
        out += value or text[blank.start : blank.end]
        position = _after(text, blank.end, value)
    return out + text[position:]


def fits(template: str, text: str, allowed: Mapping[str, Collection[str]]) -> bool:
    """Whether the text is the template with nothing but its blanks filled, each by what its shape lets stand there
    and the same wherever it stands; a blank named in `allowed` by one of those values only."""
    found = re.fullmatch("".join(_shapes(template)), text)
    if found is None:
        return False
    return all(name not in allowed or value in allowed[name] for name, value in found.groupdict().items())


def tidied(text: str) -> str:
    """Spaces and lines that empty parts left behind, taken away. Runs before any value is put in."""
    lines = [re.sub(r"[ \t]{2,}", " ", line).strip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def school_short(school: str) -> str:
    """The name as people say it: Orrin Middle, Thornbury Elementary."""
    return re.sub(r" (Middle|High|Elementary) School$", r" \1", school)


def _shapes(template: str) -> Iterator[str]:
    """The template as a regular expression, piece by piece."""
    seen: set[str] = set()
    position = 0
    for match in NAMED.finditer(template):
        name = match[1]
        yield re.escape(template[position : match.start()])
        kind = kinds().get(name)
        shape = SHAPES.get(kind.shape, r"(?!)") if kind else r"(?!)"
        yield f"(?P={name})" if name in seen else f"(?P<{name}>{shape})"
        seen.add(name)
        position = match.end()
        if template[position : position + 1] == ".":
            yield r"(?:(?<=\.)|\.)"
            position += 1
    yield re.escape(template[position:])


def _silenced(sentence: str, values: Mapping[str, str]) -> bool:
    names = NAMED.findall(sentence)
    return bool(names) and all(values.get(name) == "" for name in names)


def _after(text: str, end: int, value: str) -> int:
    """Where to go on reading: past a full stop that the value already gave."""
    return end + 1 if value.endswith(STOPS) and text[end : end + 1] == "." else end


def _agreeing(before: str, value: str) -> str:
    """Spanish tells one o'clock apart: *a la 1:15*, *a las 3:30*."""
    return re.sub(r"\blas $", "la ", before) if re.match(r"1(?!\d)", value) else before


@cache
def _visible() -> tuple[re.Pattern[str], Mapping[str, str]]:
    names = {label: kind.name for kind in kinds().values() for label in kind.label.values()}
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(r"\[(" + "|".join(map(re.escape, longest_first)) + r")\]"), names
