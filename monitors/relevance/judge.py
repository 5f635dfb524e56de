"""The judge: describes reports once, then says for a watchlist what each is worth and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitors.relevance.judgement import About, Judgement, Mark, Reason, Severity, Tier
from monitors.relevance.reports import Report, clean
from monitors.watchlist import Label, Watchlist, variants

_EVENTS = {
    "threat": r"threat\w*|lockdown|locked down|shelter(?:ed|s)? in place|hoax|swatting",
    "weapon": r"gun|handgun|knife|weapon",
    "community-shooting": r"shooting|shot|homicide|murder\w*|stabb\w+|killed",
    "officer-arrest": r"(?:officer|deputy|cop|chief|sheriff)\b.*\b(?:arrested|charged|leave|fired|resigns?|sued|lawsuit)",
    "protest": r"protest\w*|walkout|rally",
    "immigration": r"ICE agents|immigration",
    "missing-or-abduction": r"missing (?:child|girl|boy|teen)|abduct\w+|kidnap\w+",
}


@dataclass(frozen=True, slots=True)
class Description:
    """A report, cleaned and described without regard to any watchlist."""

    report: Report
    title: str
    text: str
    types: tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def _pattern(watchlist: Watchlist) -> tuple[re.Pattern[str], dict[str, tuple[Label, str]]]:
    forms = {v.text.casefold(): (v.label, v.of) for v in variants(watchlist) if not v.exact}
    longest_first = sorted(map(re.escape, forms), key=len, reverse=True) or ["(?!)"]
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b", re.I), forms


class Judge:
    """Load once, keep warm. Not for use by two threads at once."""

    @classmethod
    def load(cls) -> Judge:
        """The judge with the shipped model."""
        return cls()

    def describe(self, reports: Iterable[Report]) -> Iterator[Description]:
        """Everything about the reports that no watchlist changes."""
        for report in reports:
            title = clean(report.title)
            text = f"{title}. {clean(report.summary)}"
            types = tuple(
                (kind, found[0])
                for kind, words in _EVENTS.items()
                if (found := re.search(rf"\b(?:{words})\b", text, re.I))
            )
            yield Description(report, title, text, types)

    def judge(self, reports: Iterable[Report], watchlist: Watchlist) -> Iterator[Judgement]:
        """One judgement a report, in order."""
        for description in self.describe(reports):
            yield self.weigh(description, watchlist)

    def judge_all(
        self, reports: Iterable[Report], watchlists: Sequence[Watchlist]
    ) -> Iterator[list[tuple[int, Judgement]]]:
        """Per report: the watchlists (by position) that have a name or place in it, each with its judgement."""
        for description in self.describe(reports):
            yield [(n, self.weigh(description, watchlist)) for n, watchlist in enumerate(watchlists)]

    def weigh(self, description: Description, watchlist: Watchlist) -> Judgement:
        """The judgement of a described report for one watchlist."""
        pattern, forms = _pattern(watchlist)
        found = list(pattern.finditer(description.text))
        ours = [(m, *forms[m[0].casefold()]) for m in found]
        relevant = bool(ours and description.types)
        kind = description.types[0][0] if description.types else "none"
        named = {label for _, label, _ in ours}
        tier = (
            (Tier.T0 if Label.SCHOOL in named else Tier.T1 if Label.AGENCY in named else Tier.T2)
            if relevant
            else Tier.T4
        )
        raw = description.report.title
        marks = tuple(Mark(m.start(), m.end(), str(forms[m[0].casefold()][0])) for m in pattern.finditer(raw))
        return Judgement(
            score=0.8 if relevant else 0.2 if ours else 0.05,
            relevant=relevant,
            tier=tier,
            incident_type=kind if relevant else "none",
            severity=Severity.ELEVATED if relevant else Severity.NONE,
            reasons=tuple(Reason(str(label), m[0], f"names {of}") for m, label, of in ours)
            + tuple(Reason("EVENT", words, kind) for kind, words in description.types),
            marks=marks,
            near_miss=bool(description.types) and not relevant,
            about=About(
                places=tuple(
                    sorted({of.casefold() for _, label, of in ours if label in {Label.CITY, Label.PLACE}})
                ),
                types=tuple(kind for kind, _ in description.types),
                names=tuple(sorted({of for _, _, of in ours})),
            ),
        )
