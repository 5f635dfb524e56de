"""The judge: reads reports once, then says for each watchlist what a report is worth, and why."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc

from monitors.relevance.decide import settle
from monitors.relevance.description import Description, describe, prepared
from monitors.relevance.evidence import Profile, profile
from monitors.relevance.explain import judgement_of
from monitors.relevance.features import read
from monitors.relevance.judgement import Judgement
from monitors.relevance.locality import locality
from monitors.relevance.logistic import Weights, probability, read_weights
from monitors.relevance.names import Hit, Names
from monitors.relevance.pipeline import MODEL
from monitors.relevance.reports import Report
from monitors.relevance.wording import SILENT, Wording, read_wording
from monitors.watchlist import Watchlist

BATCH = 256
KEPT = 8


@dataclass(frozen=True, slots=True)
class Heard:
    """A description, and the hits of each watchlist that heard a name of its own in it."""

    described: Description
    hits: Mapping[int, Sequence[Hit]]


class Judge:
    """Load once, keep warm. Not for use by two threads at once."""

    def __init__(self, nlp: Any, weights: Weights, threshold: float, wording: Wording = SILENT) -> None:
        self.nlp = nlp
        self.weights = weights
        self.wording = wording
        self.threshold = threshold
        self._compiled: dict[tuple[Watchlist, ...], tuple[Names, tuple[Profile, ...]]] = {}

    @classmethod
    def load(cls, model: Path = MODEL) -> Judge:
        """The judge with the shipped model. Raises OSError when the model is not there."""
        weights = read_weights(model / "weights.json")
        wording = read_wording(model / "wording.json")
        judge = cls(spacy.load(model / "pipeline"), weights, weights.get("threshold", 0.5), wording)
        gc.freeze()  # what is loaded stays for good; walking it at every collection costs a twentieth of the speed
        return judge

    def with_weights(self, weights: Weights) -> Judge:
        """The same judge with one partnership's own weights; nothing is loaded again."""
        return Judge(self.nlp, weights, self.threshold, self.wording)

    def describe(self, reports: Iterable[Report]) -> Iterator[Description]:
        """Everything about the reports that no watchlist changes, in order."""
        for heard in self.hear(reports):
            yield heard.described

    def compile(self, watchlists: Sequence[Watchlist]) -> tuple[Names, tuple[Profile, ...]]:
        """The one matcher of these watchlists and their profiles; the last few are kept."""
        key = tuple(watchlists)
        if key not in self._compiled:
            if len(self._compiled) >= KEPT:
                self._compiled.pop(next(iter(self._compiled)))
            self._compiled[key] = Names(self.nlp, key), tuple(map(profile, key))
        return self._compiled[key]

    def hear(self, reports: Iterable[Report], names: Names | None = None) -> Iterator[Heard]:
        """Describe each report once and match the names of all watchlists in one pass."""
        known = self.nlp.tokenizer.known
        waiting = iter(reports)
        while batch := list(itertools.islice(waiting, BATCH)):
            texts = [prepared(report) for report in batch]
            docs = [self.nlp.get_pipe("one_voice_cues")(self.nlp.make_doc(f"{t}\n{s}")) for t, s, _ in texts]
            for report, text, doc, types in zip(batch, texts, docs, self._types(docs), strict=True):
                yield Heard(describe(report, *text, doc, types, known), names.hits(doc) if names else {})

    def _types(self, docs: list[Doc]) -> Iterator[dict[str, float]]:
        """The categoriser's answer for a whole batch at once, which is three times as fast as one `cats` a document."""
        if "textcat_multilabel" not in self.nlp.pipe_names:
            return iter([{} for _ in docs])
        part = self.nlp.get_pipe("textcat_multilabel")
        return (dict(zip(part.labels, row, strict=True)) for row in part.predict(docs).tolist())

    def judge(self, reports: Iterable[Report], watchlist: Watchlist) -> Iterator[Judgement]:
        """One judgement a report, in order."""
        names, (ours,) = self.compile((watchlist,))
        for heard in self.hear(reports, names):
            yield self.weigh(heard.described, heard.hits.get(0, ()), ours)

    def judge_all(
        self, reports: Iterable[Report], watchlists: Sequence[Watchlist]
    ) -> Iterator[list[tuple[int, Judgement]]]:
        """Per report, the watchlists (by position) that hear a name of their own in it, or whose outlet brings it,
        each with its judgement. For all others the report is T4.
        """
        names, profiles = self.compile(watchlists)
        for heard in self.hear(reports, names):
            numbers = {number for number, hits in heard.hits.items() if names.company(hits)}
            numbers |= names.near(heard.described.outlet)
            yield [
                (number, self.weigh(heard.described, heard.hits.get(number, ()), profiles[number]))
                for number in sorted(numbers)
            ]

    def weigh(self, described: Description, hits: Sequence[Hit], ours: Profile) -> Judgement:
        """The judgement of a described report for one watchlist."""
        reading = read(described, locality(described, hits, ours), ours.watchlist, self.wording)
        outcome = settle(reading, probability(self.weights, reading.features))
        return judgement_of(reading, outcome, self.weights, self.threshold)
