"""The visible layer: a fit held to its prior, and what a person's marks may and may not change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitors.relevance.cues import symbols
from monitors.relevance.logistic import (
    MarkedFeatures,
    contributions,
    fit,
    held_back,
    probability,
    refit,
    weights_from_json,
    weights_to_json,
)
from monitors.relevance.wording import learn, read_wording

SHARED = {"bias": -2.0, "force x ours": 4.0, "quiet: sport": -2.0, "protest x local": 3.0}


def test_without_examples_the_prior_stands() -> None:
    assert fit([], [], SHARED, 1.0) == SHARED


def test_examples_move_a_weight_but_never_across_zero() -> None:
    rows = [{"bias": 1.0, "protest x local": 1.0}] * 200
    learned = fit(rows, [False] * 200, SHARED, 1.0)
    assert 0.0 <= learned["protest x local"] < SHARED["protest x local"]
    assert learned["quiet: sport"] == SHARED["quiet: sport"]


def test_a_contribution_is_weight_times_feature_and_the_bias_is_no_reason() -> None:
    assert contributions(SHARED, {"bias": 1.0, "force x ours": 0.5, "unknown": 1.0}) == [
        ("force x ours", 2.0)
    ]


def marks(relevant: bool, count: int = 40) -> list[MarkedFeatures]:
    return [
        MarkedFeatures(f"item-{n}", {"bias": 1.0, "protest x local": 1.0}, relevant) for n in range(count)
    ]


def test_marks_teach_one_partnership_and_a_fifth_only_checks() -> None:
    learned = refit(SHARED, marks(False))
    assert learned.kept
    assert learned.held_back == sum(held_back(f"item-{n}") for n in range(40)) > 0
    assert learned.learned_from + learned.held_back == 40
    asked = {"bias": 1.0, "protest x local": 1.0}
    assert probability(learned.weights, asked) < 0.5 < probability(SHARED, asked)
    assert learned.right_after > learned.right_before


def test_undo_is_the_weights_before() -> None:
    first = refit(SHARED, marks(False))
    assert refit(SHARED, marks(True), now=first.weights).before == first.weights


def test_weights_that_do_worse_on_the_held_back_marks_are_not_kept() -> None:
    mixed = [
        MarkedFeatures(mark.key, mark.features, held_back(mark.key)) for mark in marks(False)
    ]  # the checking fifth says the opposite of the teaching four
    learned = refit(SHARED, mixed)
    assert not learned.kept
    assert learned.weights == learned.before == SHARED


def test_the_same_item_marked_twice_counts_once_as_last_marked() -> None:
    twice = [*marks(True), *marks(False)]
    assert refit(SHARED, twice).weights == refit(SHARED, marks(False)).weights


def test_weights_are_json_a_person_can_compare() -> None:
    assert weights_from_json(weights_to_json(SHARED)) == SHARED
    with pytest.raises(ValueError, match="one JSON object of numbers"):
        weights_from_json('{"a": "b"}')


def test_words_taken_together_learn_what_the_patterns_leave_over(tmp_path: Path) -> None:
    rows = [[("SHOOTING", 1.0), ("EVENTS + SHOOTING", 1.0)], [("SHOOTING", 1.0)]] * 100
    learned = learn(rows, [False, True] * 100, [0.0] * 200, [1.0] * 200, 0.5, 5)
    assert learned["EVENTS + SHOOTING"] < 0 < learned["SHOOTING"]
    file = tmp_path / "wording.json"
    file.write_text(json.dumps(learned), encoding="utf-8")
    said = read_wording(file)
    shooting, events = symbols()["SHOOTING"], symbols()["EVENTS"]
    assert said.worth(shooting, 1, ()) == pytest.approx(learned["SHOOTING"])
    assert said.worth(events + shooting, 2, ()) < said.worth(shooting, 1, ())
    assert read_wording(tmp_path / "none.json").worth(shooting, 1, ("shooting",)) == 0.0
