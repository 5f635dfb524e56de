"""python -m monitors.relevance.train: from the project's own texts to the shipped model, the same each time.

Steps: compose the examples, learn the masks' words, train the categoriser once a fold (for honest inputs to the
logistic layer) and once on everything, fit the weights, choose the threshold, write the model and its card.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from spacy.training import Example as Lesson
from spacy.util import load_config, load_model_from_config
from thinc.api import fix_random_seed

from monitors.relevance import cues
from monitors.relevance.decide import settle
from monitors.relevance.features import EVENT_TYPES_SEEN, WORDING, read
from monitors.relevance.judge import Judge
from monitors.relevance.locality import locality
from monitors.relevance.logistic import Weights, fit, probability, weights_from_json, weights_to_json
from monitors.relevance.measure import Answered, figures, lowest_threshold, table, wrong
from monitors.relevance.pipeline import CONFIG, MODEL, WORDS_AS_DATA, split
from monitors.relevance.training.compose import Example, examples, lines
from monitors.relevance.wording import learn, names_in

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """The two blocks of config.cfg that are ours."""

    training: Mapping[str, Any]
    logistic: Mapping[str, Any]


def main() -> int:
    """Train and write everything under `model/`. Exit code 0."""
    began = time.monotonic()
    config = load_config(CONFIG)
    settings = Settings(config.pop("training"), config.pop("logistic"))
    learned = examples(int(settings.training["seed"]))
    known = known_words(learned, int(settings.training["known_word_count"]))
    rows: list[Mapping[str, float]] = [{}] * len(learned)
    readings: list[Any] = [None] * len(learned)
    for fold in range(FOLDS):
        nlp = categoriser(config, [e for e in learned if e.fold != fold], known, settings)
        for n, reading in zip(*read_all(nlp, learned, fold), strict=True):
            rows[n], readings[n] = reading.features, reading
        print(f"fold {fold}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    prior = weights_from_json((cues.WORDS / "priors.json").read_text(encoding="utf-8"))
    strength = float(settings.logistic["prior_strength"])
    wording = learn_wording(learned, rows, readings, known, prior, settings)
    print(f"wording: {time.monotonic() - began:.0f} s", file=sys.stderr)
    answered = cross_checked(learned, rows, readings, prior, strength)
    threshold = lowest_threshold(
        answered, float(settings.logistic["allowed_elsewhere"]), float(settings.logistic["allowed_routine"])
    )
    weights = fit(rows, [e.relevant for e in learned], prior, strength, [e.count for e in learned])
    nlp = categoriser(config, learned, known, settings)
    MODEL.mkdir(exist_ok=True)
    nlp.to_disk(MODEL / "pipeline")
    (MODEL / "weights.json").write_text(weights_to_json(weights | {"threshold": threshold}), encoding="utf-8")
    (MODEL / "wording.json").write_text(
        json.dumps(wording, indent=0, sort_keys=True) + "\n", encoding="utf-8"
    )
    found = figures(answered, threshold)
    kept = {
        "data_sha256": data_hash(),
        "lines": sum(1 for _ in lines()),
        "examples": len(learned),
        "own": found,
    }
    (MODEL / "trained.json").write_text(
        json.dumps(kept, indent=1) + "\n",
        encoding="utf-8",
    )
    print(table(found))
    if "--wrong" in sys.argv:
        print(wrong(answered, threshold))
    print(
        f"{len(learned)} examples, threshold {threshold:.2f}, {time.monotonic() - began:.0f} s",
        file=sys.stderr,
    )
    return 0


def data_hash() -> str:
    """SHA-256 over every file the model is made from."""
    digest = hashlib.sha256()
    for folder in WORDS_AS_DATA:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in {".txt", ".toml", ".json", ".py"}):
            digest.update(path.name.encode() + path.read_bytes())
    digest.update(CONFIG.read_bytes())
    return digest.hexdigest()


def known_words(learned: Sequence[Example], at_least: int) -> frozenset[str]:
    """Words that stand in small letters in several texts, and every word of the lexicon."""
    seen: Counter[str] = Counter()
    for example in learned:
        seen.update({w for w in split(f"{example.report.title} {example.report.summary}") if w.islower()})
    listed = {word for phrase in cues.lexicon() for word in split(phrase)}
    return frozenset(word for word, count in seen.items() if count >= at_least) | frozenset(
        w for w in listed if w.isalpha()
    )


def categoriser(
    config: Mapping[str, Any], learned: Sequence[Example], known: frozenset[str], settings: Settings
) -> Any:
    """A pipeline with its categoriser trained on these examples."""
    fix_random_seed(int(settings.training["seed"]))
    nlp: Any = load_model_from_config(dict(config), auto_fill=True)
    nlp.tokenizer.known = known
    shown = [e for e in learned if e.label]
    labels = sorted({e.label for e in shown} | set(EVENT_TYPES_SEEN))
    lessons = []
    for example in shown:
        doc = nlp.make_doc(f"{example.report.title}\n{example.report.summary}")
        lessons.append(
            Lesson.from_dict(doc, {"cats": {label: float(label == example.label) for label in labels}})
        )
    part = nlp.get_pipe("textcat_multilabel")
    size = int(settings.training["batch_size"])
    part.initialize(lambda: lessons[:200], nlp=nlp, labels=labels)
    optimizer = nlp.create_optimizer()
    optimizer.learn_rate = float(settings.training["learn_rate"])
    chance = random.Random(int(settings.training["seed"]))
    for _ in range(int(settings.training["epochs"])):
        chance.shuffle(lessons)
        for first in range(0, len(lessons), size):
            part.update(
                lessons[first : first + size], sgd=optimizer, drop=float(settings.training["dropout"])
            )
    return nlp


def read_all(nlp: Any, learned: Sequence[Example], fold: int) -> tuple[list[int], list[Any]]:
    """The readings of one fold's examples, each against its own watchlist, with a judge that has no weights yet."""
    judge = Judge(nlp, {}, 0.5)
    mine = [n for n, e in enumerate(learned) if e.fold == fold]
    by_watchlist: dict[Any, list[int]] = {}
    for n in mine:
        by_watchlist.setdefault(learned[n].watchlist, []).append(n)
    order: list[int] = []
    found: list[Any] = []
    for watchlist, numbers in by_watchlist.items():
        names, (ours,) = judge.compile((watchlist,))
        for n, heard in zip(numbers, judge.hear([learned[n].report for n in numbers], names), strict=True):
            where = locality(heard.described, heard.hits.get(0, ()), ours)
            order.append(n)
            found.append(read(heard.described, where, watchlist))
    return order, found


def learn_wording(
    learned: Sequence[Example],
    rows: list[Mapping[str, float]],
    readings: Sequence[Any],
    known: frozenset[str],
    prior: Weights,
    settings: Settings,
) -> dict[str, float]:
    """The numbers of `wording.py`, learned from all examples; and, into each row, what numbers learned without the
    row's own fold make of it, so that the logistic layer learns how far they are to be trusted."""
    strength = float(settings.logistic["prior_strength"])
    seen = []
    for reading in readings:
        described, local = reading.described, 0.0 if reading.locality.foreign else reading.locality.grade
        cues, title = described.cues, described.words[: described.title_words]
        seen.append([(name, v * local) for name, v in names_in(cues.string, cues.title_length, title, known)])
    plain = list(rows)

    def taught_by(chosen: Sequence[int]) -> dict[str, float]:
        answers = [learned[n].relevant for n in chosen]
        counts = [learned[n].count for n in chosen]
        base = fit([plain[n] for n in chosen], answers, prior, strength, counts)
        return learn(
            [seen[n] for n in chosen],
            answers,
            [sum(base.get(name, 0.0) * v for name, v in plain[n].items()) for n in chosen],
            counts,
            float(settings.logistic["wording_strength"]),
            int(settings.logistic["wording_count"]),
        )

    for fold in range(FOLDS):
        worth = taught_by([n for n, e in enumerate(learned) if e.fold != fold])
        for n, example in enumerate(learned):
            if example.fold == fold:
                total = sum(worth.get(name, 0.0) * v for name, v in seen[n])
                rows[n] = {**plain[n], WORDING: total} if total else plain[n]
    return taught_by(range(len(learned)))


def cross_checked(
    learned: Sequence[Example],
    rows: Sequence[Mapping[str, float]],
    readings: Sequence[Any],
    prior: Weights,
    strength: float,
) -> list[Answered]:
    """Every example answered by weights fitted without its fold: its line and its places are new to them."""
    answered: list[Answered] = []
    for fold in range(FOLDS):
        taught = [n for n, e in enumerate(learned) if e.fold != fold]
        weights = fit(
            [rows[n] for n in taught],
            [learned[n].relevant for n in taught],
            prior,
            strength,
            [learned[n].count for n in taught],
        )
        for n, example in enumerate(learned):
            if example.fold == fold and example.written:
                outcome = settle(readings[n], probability(weights, rows[n]))
                answered.append(
                    Answered(
                        outcome.score,
                        bool(outcome.fired),
                        example.relevant,
                        example.kind,
                        example.severity,
                        example.watchlist.id,
                        example.report.title,
                    )
                )
    return answered


if __name__ == "__main__":
    np.seterr(over="ignore")
    sys.exit(main())
