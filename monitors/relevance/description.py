"""A report described once, without regard to any watchlist: cleaned words, labels, facts, types, places, language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from spacy.tokens import Doc

from monitors.relevance.cues import Found, find, symbols
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

_ENGLISH = frozenset(
    "the of and to in for on at with after by from is are was were be has have had will not his her their that this who as an "
    "a it over into up out about against police school man woman says said new two officer county city student students".split()
)
_OTHER = {
    "es": frozenset(
        "el la los las de del en y que por para con una un se su al tras es fue sobre más policía escuela contra según entre".split()
    ),
    "fr": frozenset(
        "le la les des du et est une dans pour sur avec par au aux qui que sont après police école".split()
    ),
    "pt": frozenset("o os as do da dos das em e que para com uma um não após polícia escola foi".split()),
    "de": frozenset(
        "der die das und ist ein eine mit von im den auf für nicht nach zu polizei schule wurde".split()
    ),
    "vi": frozenset("của và là có trong cho được với không người một những các".split()),
    "so": frozenset("iyo waxaa oo ka ku uu ay dugsiga".split()),
}
_NON_LATIN = re.compile(r"[\u0370-\u058f\u0590-\u06ff\u0900-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


def language(title: str, summary: str, words: Mapping[str, int]) -> str:
    """ "en", or "other" when a report is plainly not in English. A title of names and nothing else counts as English."""
    text = title + summary
    if not text.isascii() and len(_NON_LATIN.findall(text)) * 3 > len(text) - text.count(" "):
        return "other"
    english = sum(count for word, count in words.items() if word in _ENGLISH)
    others = (sum(count for word, count in words.items() if word in known) for known in _OTHER.values())
    best = max(others)
    return "other" if best >= 2 and best > english * 1.2 else "en"


def describe(
    report: Report, title: str, summary: str, source: str, doc: Doc, known: frozenset[str]
) -> Description:
    """The description of one report from its processed text. `known` are the words the masks let through."""
    cues: Cues = doc.user_data["cues"]
    words: list[str] = doc.user_data["words"]
    lower = [word.lower() for word in words]
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
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
        doc.cats,
        names,
        language(title, summary, counts),
    )


_SENTENCE_ENDS = frozenset({".", "!", "?", ":", ";", "|", "\n"})


def _names(words: list[str], lower: list[str], title_end: int, known: frozenset[str]) -> frozenset[int]:
    """Capitalized words that are names: any that no text uses as a word; and, where a text is in small letters, any
    capital inside a sentence."""
    small = sum(1 for word in words[:title_end] if word.islower() and len(word) > 3)
    capital = sum(1 for word in words[:title_end] if word[0].isupper() and len(word) > 3)
    from_here = 0 if small >= capital else title_end
    return frozenset(
        n
        for n, word in enumerate(words)
        if word[0].isupper()
        and (
            lower[n] not in known
            or (n > from_here and words[n - 1] not in _SENTENCE_ENDS and not word.isupper())
        )
    )


def labels_in(string: str) -> frozenset[str]:
    """The labels present in a part of the label string."""
    names = {symbol: label for label, symbol in symbols().items()}
    return frozenset(names[symbol] for symbol in set(string) if symbol in names)
