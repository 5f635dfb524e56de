"""Items to learn from: hand-written lines and generated ones, filled for communities, and judged against watchlists."""

from __future__ import annotations

import hashlib
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from monitors.relevance.places import state_code
from monitors.relevance.reports import Report
from monitors.relevance.training.communities import Community, communities, fill, letters
from monitors.watchlist import Watchlist

HERE = Path(__file__).parent
MANNERS = {
    "routine": "ROUTINE", "promotion": "PROMOTION", "drill": "PROMOTION", "court": "COURT", "old": "COURT", "opinion": "OPINION",
    "roundup": "OPINION", "sport": "SPORT", "calendar": "PROMOTION", "elsewhere": "ELSEWHERE", "nation": "ELSEWHERE",
    "statistics": "OPINION",
}  # fmt: skip
"""How a quiet kind is shown to the categoriser. Kinds not here (neighbor, other) look like events and are left out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One hand-written line. `kind` is an incident type, or the kind of quiet item; `size` limits the community."""

    relevant: bool
    kind: str
    severity: str
    size: str
    title: str
    summary: str
    source: str

    @property
    def fold(self) -> int:
        """Which fifth the line belongs to, by its own words."""
        return hashlib.sha256(self.title.encode()).digest()[0] % 5


@dataclass(frozen=True, slots=True)
class Example:
    """An item to learn from, and the watchlist it is judged against."""

    report: Report
    watchlist: Watchlist
    relevant: bool
    kind: str
    severity: str
    count: float
    fold: int
    written: bool
    label: str
    """What the categoriser should say; empty when the text alone does not tell."""


def lines() -> Iterator[Line]:
    """Every hand-written line."""
    for path in sorted((HERE / "written").glob("*.txt")):
        for row in path.read_text(encoding="utf-8").splitlines():
            if row[:2] in {"+ ", "- "}:
                head, title, summary, source = (part.strip() for part in row.split("|", 3))
                sign, kind, severity, *size = head.split()
                yield Line(
                    sign == "+", kind, severity, size[0].lstrip("@") if size else "", title, summary, source
                )


def examples(seed: int, places: int = 150, copies: int = 3, generated: int = 40) -> list[Example]:
    """Everything there is to learn from: `copies` communities a line, `generated` items a type."""
    chance = random.Random(seed)
    towns = communities(places, seed)
    found: list[Example] = []
    for line in lines():
        fitting = [t for t in towns if t.fold == line.fold and _fits(line, t)]
        for town in chance.sample(fitting, copies):
            found += _filled(line, town, chance, 1.0 / copies, True)
    for line in _generated(chance, generated):
        fitting = [t for t in towns if t.fold == line.fold and _fits(line, t)]
        found += _filled(line, chance.choice(fitting), chance, 0.12, False)
    return found


def _fits(line: Line, town: Community) -> bool:
    return not line.size or (line.size == "big") == town.big


def _filled(
    line: Line, town: Community, chance: random.Random, count: float, written: bool
) -> Iterator[Example]:
    words = fill(town, line.title, chance)
    title, summary, source = (part.format_map(words) for part in _attributed(line, chance))
    label = line.kind if line.relevant else MANNERS.get(line.kind, "")
    told = Report(*_manner(title, summary, source, chance))
    yield Example(
        told, town.watchlist, line.relevant, line.kind, line.severity, count, line.fold, written, label
    )
    if line.relevant and chance.random() < 0.5:
        twin = _twin(town, chance)
        told = Report(title, *_foreign(summary, source, town, chance))
        yield Example(told, twin, False, "namesake", "none", count * 0.6, line.fold, written, "")


_SAID = (
    "police say", "{C} police say", "deputies say", "{PD} says", "sheriff says", "detectives say", "officials say",
    "according to police", "authorities say", "{CO} sheriff's office says", "investigators say", "LPD says", "records show",
)  # fmt: skip
_LEADS = (
    "{C} police said the investigation continues.",
    "Officers were called about 9 p.m. Tuesday to the 400 block of Elm Street.",
    "Anyone with information is asked to call {PD}.",
    "Deputies with the {CO} Sheriff's Office responded to the scene.",
    "No one else was hurt, a police spokesman said.",
    "It happened Saturday night in {C}, officers said.",
    "A {C} police sergeant said the man, 41, was taken to the county jail.",
    "The suspect, a 36-year-old {C} man, is being held at the county jail.",
    "The {D} said it had no further comment.",
    "{FN} {LN}, 44, of {C}, told the newspaper about it on Monday.",
    "Students, parents and teachers were told on Thursday.",
)
_UNATTRIBUTED = frozenset({"sport", "opinion", "calendar", "roundup", "nation", "elsewhere", "other", "drill", "promotion", "statistics"})  # fmt: skip


def _attributed(line: Line, chance: random.Random) -> tuple[str, str, str]:
    """The line with "police say" behind it, or with a lead any story could have: both stand beside routine and alarm
    alike, and nothing is to be learned from them.
    """
    title, summary = line.title, line.summary
    if line.kind in _UNATTRIBUTED:
        return title, summary, line.source
    roll = chance.random()
    if roll < 0.22 and ":" not in title and " say" not in title and len(title) < 90:
        title = f"{title}, {chance.choice(_SAID)}"
    if not summary and chance.random() < 0.3:
        summary = chance.choice(_LEADS)
    return title, summary, line.source


def _twin(town: Community, chance: random.Random) -> Watchlist:
    """The same names in another state."""
    from dataclasses import replace

    other = chance.choice(
        [
            c
            for c in ("Ohio", "TX", "Oregon", "GA", "Maine", "Nebraska", "VA")
            if state_code(c) != town.words["code"]
        ]
    )
    return replace(town.watchlist, id=f"{town.watchlist.id}-twin", state=other)


def _foreign(summary: str, source: str, town: Community, chance: random.Random) -> tuple[str, str]:
    """A lead and an outlet that say the town's own state."""
    city, state, short = town.words["C"], town.words["S"], town.words["s"]
    forms = (
        (f"{city.upper()}, {short} (AP) - {summary or 'Officials said Monday.'}", source),
        (f"{city}, {state} - {summary or 'The story is developing.'}", source),
        (f"{summary} {city}, {short}, police did not say more.", source),
        (summary, f"{letters(town.words['code'], chance)} {state}"),
        (f"{summary} {state} State Police are assisting.", f"{state} Daily News"),
    )
    return chance.choice(forms)


def _manner(title: str, summary: str, source: str, chance: random.Random) -> tuple[str, str, str]:
    """The ways feeds spoil text: outlet behind the title, the title as summary, capitals, escapes, a letter lost."""
    roll = chance.random()
    if roll < 0.2 and source:
        return (
            f"{title} - {source}",
            f'<a href="https://news.example/x">{title}</a>&nbsp;<font color="#6f6f6f">{source}</font>',
            source,
        )
    if roll < 0.3 and source:
        return f"{title} - {source}", summary, ""
    if roll < 0.33:
        return title.upper(), summary, source
    if roll < 0.38:
        return title.replace("'", "&amp;#39;").replace('"', "&quot;"), summary, source
    if roll < 0.41 and len(title) > 20:
        spot = chance.randrange(8, len(title) - 4)
        return title[:spot] + title[spot + 1 :], summary, source
    if roll < 0.46:
        return title, "", source
    if roll < 0.52:
        return title, summary, ""
    return title, summary, source


_CHOICE = re.compile(r"\(([^()|]*\|[^()]*)\)")
_KIND = re.compile(r"\[(\w+)\]")


def _generated(chance: random.Random, per_type: int) -> Iterator[Line]:
    listed = tomllib.loads((HERE / "patterns.toml").read_text(encoding="utf-8"))
    where = listed.pop("where")
    quiet = {
        "ROUTINE": "routine",
        "PROMOTION": "promotion",
        "COURT": "court",
        "OPINION": "opinion",
        "SPORT": "sport",
        "ELSEWHERE": "elsewhere",
    }

    def spoken(pattern: str) -> str:
        pattern = _CHOICE.sub(lambda m: chance.choice(m[1].split("|")), pattern)
        return _KIND.sub(lambda m: chance.choice(where[m[1]]), pattern)

    for kind, entry in listed.items():
        for n in range(per_type * (3 if kind in quiet else 1)):
            title = spoken(spoken(entry["titles"][n % len(entry["titles"])]))
            lead = spoken(chance.choice(entry["leads"])) if chance.random() < 0.7 else ""
            source = chance.choice(("{P}", "{TV}"))
            yield Line(kind not in quiet, quiet.get(kind, kind), "elevated", "", title, lead, source)
