"""A report described once, without regard to any watchlist: cleaned words, labels, facts, types, places, language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc

from monitors.relevance.cues import WORDS, Found, find, symbols
from monitors.relevance.pipeline import Cues
from monitors.relevance.places import Outlet, Where, outlet, where
from monitors.relevance.reports import LONGEST_TITLE, Report, clean


@dataclass(frozen=True, slots=True)
class Description:
    """What no watchlist changes. Positions are words; `in_title` and `in_lead` are the labels present."""

    report: Report
    title: str
    summary: str
    outlet: Outlet
    words: tuple[str, ...]
    title_words: int
    cues: Cues
    found: tuple[Found, ...]
    where: Where
    types: Mapping[str, float]
    """Event type or manner -> probability, from the categoriser."""
    event: float
    """The highest probability of any event type."""
    names: frozenset[int]
    """Positions of capitalized words that no training text uses as a word: names of people, towns, schools."""
    language: str

    def words_of(self, first: int, last: int) -> str:
        """The words under symbols first..last of the label string, as written."""
        spans = self.cues.spans[first:last]
        return " ".join(self.words[spans[0][0] : spans[-1][1]]).replace(" 's", "'s") if spans else ""


_TAIL = re.compile(r"\s+(?:[-|]{1,2}|::|»)\s+([^-|]{2,60})$")


def prepared(report: Report) -> tuple[str, str, str]:
    """Title, summary and outlet, cleaned; an outlet written at the end of a title is taken off and used."""
    title, summary, source = (
        clean(report.title, LONGEST_TITLE),
        clean(report.summary),
        clean(report.source, 200),
    )
    if tail := _TAIL.search(title):
        named = tail[1].strip()
        if (
            source and (named.lower() in source.lower() or source.lower() in named.lower())
        ) or _OUTLET.search(named):
            title = title[: tail.start()]
            source = source or named
    if summary.startswith(title) and title:
        summary = summary[len(title) :].lstrip(" .-:|")
    return title, summary, source


_OUTLET = re.compile(
    r"\b(?:news|times|gazette|herald|tribune|journal|post|press|chronicle|register|star|sun|daily|observer|review|dispatch"
    r"|courier|record|reporter|sentinel|independent|patch|radio|tv|fox|abc|nbc|cbs|[kw][a-z]{2,3}|today|online|leader|citizen"
    r"|examiner|enterprise|banner|bulletin|advocate|messenger|ledger|mirror|eagle|democrat|republican|argus|\w+\.com)\b",
    re.I,
)

_NON_LATIN = re.compile(r"[\u0370-\u058f\u0590-\u06ff\u0900-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


@cache
def _common_words() -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    listed = tomllib.loads((WORDS / "languages.toml").read_text(encoding="utf-8"))
    return frozenset(listed.pop("en").split()), tuple(frozenset(words.split()) for words in listed.values())


@cache
def _all_others() -> frozenset[str]:
    return frozenset().union(*_common_words()[1])


def language(text: str, words: Iterable[str]) -> str:
    """ "en", or "other" when a report is plainly not in English. A title of names and nothing else counts as English."""
    if not text.isascii() and len(_NON_LATIN.findall(text)) * 3 > len(text) - text.count(" "):
        return "other"
    ours, others = _common_words()
    seen = set(words)
    english = len(seen & ours)
    if english >= 3 or len(seen & _all_others()) < 2:
        return "en"
    best = max(len(seen & theirs) for theirs in others)
    return "other" if best >= 2 and best > english * 1.2 else "en"


def describe(
    report: Report,
    title: str,
    summary: str,
    source: str,
    doc: Doc,
    types: Mapping[str, float],
    known: frozenset[str],
) -> Description:
    """The description of one report from its processed text. `types` is the categoriser's answer; `known` are the words the masks let through."""
    cues: Cues = doc.user_data["cues"]
    words: list[str] = doc.user_data["words"]
    lower = [word.lower() for word in words]
    title_end = cues.spans[cues.title_length][0] if cues.title_length < len(cues.spans) else len(words)
    names = _names(words, lower, title_end, known)
    return Description(
        report,
        title,
        summary,
        outlet(source),
        tuple(words),
        title_end,
        cues,
        find(cues.string, cues.title_length),
        where(words, cues.places, summary),
        types,
        max([p for name, p in types.items() if not name.isupper()], default=0.0),
        names,
        language(f"{title} {summary}", words),
    )


_SENTENCE_ENDS = frozenset({".", "!", "?", ":", ";", "|", "\n"})


_CALENDAR = frozenset(
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
     "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "christmas", "easter"]
)  # fmt: skip


def _names(words: list[str], lower: list[str], title_end: int, known: frozenset[str]) -> frozenset[int]:
    """Capitalized words that are names: any that no text uses as a word; and, where a text is in small letters, any
    capital inside a sentence."""
    title = [word for word in words[:title_end] if len(word) > 3]
    capital = sum(word[0].isupper() for word in title)
    from_here = 0 if len(title) >= 2 * capital else title_end
    found = []
    for n, word in enumerate(words):
        if not word[0].isupper():
            continue
        plain = lower[n]
        inside = n > from_here and words[n - 1] not in _SENTENCE_ENDS and not word.isupper()
        if (inside or plain not in known) and plain not in _CALENDAR:
            found.append(n)
    return frozenset(found)


@cache
def _label_of() -> dict[str, str]:
    return {symbol: label for label, symbol in symbols().items()}


def labels_in(string: str) -> frozenset[str]:
    """The labels present in a part of the label string."""
    label_of = _label_of()
    return frozenset(label_of[symbol] for symbol in set(string) if symbol in label_of)
