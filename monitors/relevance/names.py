"""One matcher for the names of any number of watchlists, so that an item is read once however many are watching."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from monitors.relevance.pipeline import split
from monitors.relevance.places import Outlet, state_code, state_name
from monitors.watchlist import Label, Variant, Watchlist, variants


@dataclass(frozen=True, slots=True)
class Hit:
    """A name of the watchlist in a report: words start..end. `needs` is the place a namesake must stand beside."""

    variant: Variant
    start: int
    end: int
    text: str

    @property
    def label(self) -> Label:
        return self.variant.label


_NOT_US = re.compile(
    r"^\s*(?P<name>.+?)\s*(?:\((?P<inside>[^)]+)\)|[,=:]\s*(?P<after>.+)|\s-+\s(?P<dash>.+)|\s(?:in|of)\s(?P<where>[A-Z].+))\s*$"
)


def not_us(watchlist: Watchlist) -> Iterator[tuple[Variant, tuple[str, ...]]]:
    """The forms of what a person wrote under "not us", each with the words that must stand in the report with it.

    A name with its place counts beside that place only, when the name is ours or part of ours; initials by their meaning.
    """
    ours = [f" {variant.text.casefold()} " for variant in variants(watchlist)]
    for entry in watchlist.not_us:
        name, rest = _name_and_place(entry)
        mine = any(f" {name.casefold()} " in form for form in ours)
        if not rest:
            if not mine:
                yield Variant(name, Label.LOOKALIKE, entry, "not us"), ()
        elif re.fullmatch(r"[A-Z][A-Z&.]{1,7}", name):
            yield Variant(rest.split(",")[0].strip(), Label.LOOKALIKE, entry, "not us"), ()
        elif mine:
            for word in filter(None, map(str.strip, re.split(r"[,;/]|\bor\b|\band\b", rest))):
                # "OR" or "Mass." would be heard in every second report; beside our name, locality reads those itself
                place = state_name(state_code(word)) or word
                yield Variant(place, Label.LOOKALIKE, entry, "not us"), (name,)
        else:
            yield Variant(name, Label.LOOKALIKE, entry, "not us"), ()


_PREAMBLE = re.compile(r"^(?:not\s+)?(?:the\s+|any\s+)?", re.I)


def _name_and_place(entry: str) -> tuple[str, str]:
    """The name, and what was written to tell it apart: "Alder Falls, Oregon", "Alder Falls Oregon", "the one in Ohio"."""
    entry = _PREAMBLE.sub("", entry).strip(" .") or entry
    if found := _NOT_US.match(entry):
        return found["name"], found["inside"] or found["after"] or found["dash"] or found["where"]
    words = entry.split()
    for length in (1, 2):
        if len(words) > length and state_code(" ".join(words[-length:])):
            return " ".join(words[:-length]), " ".join(words[-length:])
    return entry, ""


class Names:
    """The compiled names of several watchlists; `hits` gives, for one document, what each watchlist finds in it."""

    def __init__(self, nlp: Language, watchlists: Sequence[Watchlist]) -> None:
        self.vocab = nlp.vocab
        self.loose = PhraseMatcher(nlp.vocab, attr="LOWER")
        self.exact = PhraseMatcher(nlp.vocab, attr="ORTH")
        self.owners: dict[int, list[tuple[int, Variant]]] = {}
        self.sources: dict[str, list[int]] = {}
        waiting: dict[tuple[bool, str], list[tuple[int, Variant]]] = {}
        for number, watchlist in enumerate(watchlists):
            forms = [variant for variant, _ in not_us(watchlist)] + variants(watchlist)
            for variant in forms:
                words = split(variant.text)
                text = " ".join(words) if variant.exact else " ".join(words).lower()
                if words:
                    waiting.setdefault((variant.exact, text), []).append((number, variant))
            for place in {watchlist.city, watchlist.county}:
                if joined := re.sub(r"[^a-z0-9]", "", place.lower()):
                    self.sources.setdefault(joined, []).append(number)
        for (exact, text), owned in waiting.items():
            key = f"{'=' if exact else '~'}{text}"
            (self.exact if exact else self.loose).add(key, [Doc(nlp.vocab, words=text.split())])
            self.owners[nlp.vocab.strings[key]] = owned

    def near(self, source: Outlet) -> set[int]:
        """The watchlists whose city or county is in the outlet's name."""
        words = source.words.split()
        runs = {
            "".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(i + 4, len(words)) + 1)
        }
        runs |= {word[:length] for word in words if len(word) > 8 for length in range(5, len(word))}
        return {number for run in runs for number in self.sources.get(run, ())}

    @staticmethod
    def company(hits: Sequence[Hit]) -> bool:
        """Whether a watchlist's hits can count at all: initials and bare names need another name of ours beside them."""
        return len({hit.text for hit in hits}) > 1 or any(not hit.variant.exact for hit in hits)

    def hits(self, doc: Doc) -> dict[int, list[Hit]]:
        """By watchlist: its hits in order, the longest where several overlap."""
        found: dict[int, list[Hit]] = {}
        for matcher in (self.loose, self.exact):
            for key, start, end in matcher(doc):
                for number, variant in self.owners[key]:
                    found.setdefault(number, []).append(Hit(variant, start, end, ""))
        return {number: _longest(hits, doc) for number, hits in found.items()}


def _longest(hits: list[Hit], doc: Doc) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start - h.end, h.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    words = doc.user_data["words"]
    return sorted(
        (
            Hit(hit.variant, hit.start, hit.end, " ".join(words[hit.start : hit.end]).replace(" 's", "'s"))
            for hit in kept
        ),
        key=lambda h: h.start,
    )
