"""The guardrails against a table of texts written with the rules: each says which rule must hit, or stay silent."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from comms.guardrails import BY_ID, RULES, Context, Hit, check

TEXTS = Path(__file__).parent / "guardrail_texts"


def table(name: str) -> list[dict[str, Any]]:
    """The rows of one file: {"id", "rule", "hits", "text"} and, where it matters, side, class, channel, status, marked."""
    lines = (TEXTS / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@cache
def checked(text: str, context: Context) -> tuple[Hit, ...]:
    """Each text is checked once for all tests."""
    return check(text, context)


def hits_of(row: dict[str, Any]) -> list[Hit]:
    context = Context(
        side=row.get("side", "joint"),
        cls=row.get("class", "B"),
        channel=row.get("channel", "email"),
        status=row.get("status", ""),
    )
    return [hit for hit in checked(row["text"], context) if hit.rule == row["rule"]]


@pytest.mark.parametrize("name", ["written.jsonl", "spanish.jsonl"])
def test_every_text_of_the_table_meets_its_rule_or_passes_it(name: str) -> None:
    wrong = []
    for row in table(name):
        found = hits_of(row)
        if bool(found) != row["hits"]:
            wrong.append(
                f"{row['id']}: {'missed' if row['hits'] else [hit.text for hit in found]}: {row['text']}"
            )
        elif row.get("marked") and not any(_overlaps(hit, row) for hit in found):
            wrong.append(f"{row['id']}: marks {[hit.text for hit in found]}, not {row['marked']}")
    assert wrong == []


def _overlaps(hit: Hit, row: dict[str, Any]) -> bool:
    """Whether a hit stands on some of the words that were marked."""
    places = re.finditer(re.escape(row["marked"]), row["text"])
    return any(hit.start < place.end() and place.start() < hit.end for place in places)


def test_the_table_has_at_least_twelve_texts_a_rule_and_near_misses_among_them() -> None:
    counted = Counter((row["rule"], row["hits"]) for row in table("written.jsonl"))
    for rule in RULES:
        if rule.id == "MOU":  # its words are each partnership's own
            continue
        hit, silent = counted[rule.id, True], counted[rule.id, False]
        assert hit + silent >= 12, f"{rule.id} has {hit + silent} texts"
        assert min(hit, silent) >= 5, f"{rule.id}: {hit} hits, {silent} near misses"


def test_every_rule_of_words_in_spanish_has_texts_too() -> None:
    in_spanish = {row["rule"] for row in table("spanish.jsonl") if row["hits"]}
    assert {rule.id for rule in RULES} - in_spanish <= {
        "MOU",
        "C1",
        "C2",
        "C3",
    }  # counted, or each place's own


def test_every_hit_says_why_and_stands_where_it_says() -> None:
    for row in table("written.jsonl"):
        for hit in hits_of(row):
            assert hit.why
            assert row["text"][hit.start : hit.end] == hit.text
            assert hit.level in {"warn", "block"}
            assert hit.rule in BY_ID


GOOD = """\
What to do: Please do not come to the school now.

At about 2:45 p.m. Alder Falls Police told us of a call about a person with a weapon on Pine Street, two blocks from \
Orrin Middle School. Orrin is in Secure. Doors are locked, and class goes on inside. Police report no injuries.

We do not know why this happened. Police are investigating. Superintendent Dr. Elaine Brandt and Sgt. Maya Okafor, \
public information officer, are in touch. Dismissal is at 3:40 p.m. as usual. Counselors are available.

We will write again by 3:30 p.m. The latest is at afsd.example/014. Questions? Call 515-555-0142.

Alder Falls School District and Alder Falls Police Department
"""


@pytest.mark.parametrize("side", ["joint", "district", "police"])
def test_a_good_holding_statement_has_no_hits(side: Any) -> None:
    assert check(GOOD, Context(side=side)) == ()


def test_statements_in_the_ordinary_voice_of_districts_and_police_stay_silent() -> None:
    wrong = []
    for text in (TEXTS / "good.txt").read_text(encoding="utf-8").strip().split("\n\n"):
        found = [hit for hit in check(text, Context(cls="C")) if hit.rule not in {"C1", "C2"}]
        wrong += [f"{hit.rule} {hit.text!r} in {text[:60]}" for hit in found]
    assert wrong == []


def test_the_same_statement_with_one_bad_sentence_has_that_hit_alone() -> None:
    for bad, rule in {
        "Jordan Tate, a seventh grader, is here.": "B1",
        "This is an isolated incident.": "B4",
        "Snipers are near.": "B5",
        "More at [link].": "B10",
        "The student has been suspended.": "S1",
        "The suspect confessed.": "P5",
    }.items():
        text = GOOD.replace("We do not know why", f"{bad} We do not know why")
        assert {hit.rule for hit in check(text, Context())} == {rule}, bad
