"""The judge: reads reports once, then says for each watchlist what a report is worth, and why."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import spacy

from monitors.relevance.decide import settle
from monitors.relevance.description import Description, describe, prepared
from monitors.relevance.explain import judgement_of
from monitors.relevance.features import read
from monitors.relevance.judgement import Judgement
from monitors.relevance.locality import locality
from monitors.relevance.logistic import Weights, probability, read_weights
from monitors.relevance.names import Hit, Names
from monitors.relevance.pipeline import MODEL
from monitors.relevance.reports import Report
from monitors.watchlist import Watchlist

BATCH = 256


@dataclass(frozen=True, slots=True)
class Heard:
    """A description, and the hits of each watchlist that heard a name of its own in it."""

    described: Description
    hits: Mapping[int, Sequence[Hit]]


class Judge:
    """Load once, keep warm. Not for use by two threads at once."""

    def __init__(self, nlp: Any, weights: Weights, threshold: float) -> None:
        self.nlp = nlp
        self.weights = weights
        self.threshold = threshold
        self._names = lru_cache(maxsize=8)(lambda watchlists: Names(nlp, watchlists))

    @classmethod
    def load(cls, model: Path = MODEL) -> Judge:
        """The judge with the shipped model. Raises OSError when the model is not there."""
        weights = read_weights(model / "weights.json")
        return cls(spacy.load(model / "pipeline"), weights, weights.get("threshold", 0.5))

    def with_weights(self, weights: Weights) -> Judge:
        """The same judge with one partnership's own weights; nothing is loaded again."""
        return Judge(self.nlp, weights, self.threshold)

    def describe(self, reports: Iterable[Report]) -> Iterator[Description]:
        """Everything about the reports that no watchlist changes, in order."""
        for heard in self.hear(reports, ()):
            yield heard.described

    def hear(self, reports: Iterable[Report], watchlists: Sequence[Watchlist]) -> Iterator[Heard]:
        """Describe each report once and match the names of all watchlists in one pass."""
        names = self._names(tuple(watchlists))
        known = self.nlp.tokenizer.known
        waiting = iter(reports)
        while batch := list(itertools.islice(waiting, BATCH)):
            texts = [prepared(report) for report in batch]
            docs = self.nlp.pipe((f"{title}\n{summary}" for title, summary, _ in texts), batch_size=BATCH)
            for report, (title, summary, source), doc in zip(batch, texts, docs, strict=True):
                yield Heard(
                    describe(report, title, summary, source, doc, known),
                    names.hits(doc) if watchlists else {},
                )

    def judge(self, reports: Iterable[Report], watchlist: Watchlist) -> Iterator[Judgement]:
        """One judgement a report, in order."""
        for heard in self.hear(reports, (watchlist,)):
            yield self.weigh(heard.described, heard.hits.get(0, ()), watchlist)

    def judge_all(
        self, reports: Iterable[Report], watchlists: Sequence[Watchlist]
    ) -> Iterator[list[tuple[int, Judgement]]]:
        """Per report, the watchlists (by position) that hear a name of their own in it, or whose outlet brings it,
        each with its judgement. For all others the report is T4.
        """
        watchlists = tuple(watchlists)
        names = self._names(watchlists)
        for heard in self.hear(reports, watchlists):
            numbers = set(heard.hits) | names.near(heard.described.outlet)
            yield [
                (number, self.weigh(heard.described, heard.hits.get(number, ()), watchlists[number]))
                for number in sorted(numbers)
            ]

    def weigh(self, described: Description, hits: Sequence[Hit], watchlist: Watchlist) -> Judgement:
        """The judgement of a described report for one watchlist."""
        reading = read(described, locality(described, hits, watchlist), watchlist)
        outcome = settle(reading, probability(self.weights, reading.features))
        return judgement_of(reading, outcome, self.weights, self.threshold)
