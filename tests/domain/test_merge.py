"""Merging: both people's words are there afterwards, and a person chooses only what both touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms.wording.merge import Conflict, combined, difference, merge, resolve, tokens

BASE = "Police are on Fenwick Street. Orrin is open.\n\nWe will write again by 4:00 p.m."


def test_changes_in_different_paragraphs_combine() -> None:
    mine = BASE.replace("Orrin is open", "Orrin Middle School is open as usual")
    theirs = BASE.replace("4:00", "4:30")
    assert combined(merge(BASE, mine, theirs)) == mine.replace("4:00", "4:30")


def test_the_same_words_changed_twice_are_a_person_s_choice() -> None:
    mine, theirs = BASE.replace("open", "closed"), BASE.replace("open", "in Secure")
    parts = merge(BASE, mine, theirs)
    assert combined(parts) is None
    assert [p for p in parts if isinstance(p, Conflict)] == [Conflict("open", "closed", "in Secure")]
    assert resolve(parts, ["mine"]) == mine
    assert resolve(parts, ["theirs"]) == theirs
    assert "closed in Secure" in resolve(parts, ["both"])


def test_a_difference_shows_what_went_and_what_came() -> None:
    pieces = difference("The group left at 3:05 p.m.", "The group left.")
    assert "".join(p.text for p in pieces if p.kind != "deleted") == "The group left."
    assert "".join(p.text for p in pieces if p.kind != "inserted") == "The group left at 3:05 p.m."


words = st.lists(st.sampled_from(["a", "b", "c", "d", ".", "\n\n", "é", "🕯️"]), max_size=14).map(" ".join)


@given(st.text(max_size=200))
def test_tokens_give_the_text_back(text: str) -> None:
    assert "".join(tokens(text)) == text


@given(words, words)
def test_one_sided_changes_never_ask_anybody(base: str, changed: str) -> None:
    assert combined(merge(base, changed, base)) == changed
    assert combined(merge(base, base, changed)) == changed
    assert combined(merge(base, changed, changed)) == changed


@given(words, words, words)
def test_choosing_one_side_everywhere_keeps_every_word_of_it(base: str, mine: str, theirs: str) -> None:
    parts = merge(base, mine, theirs)
    asked = sum(isinstance(p, Conflict) for p in parts)
    for side, text in (("mine", mine), ("theirs", theirs)):
        merged = resolve(parts, [side] * asked)
        added = [w for w in text.split() if w not in base.split()]
        assert all(w in merged.split() for w in added)


@pytest.mark.parametrize("choice", ["mine", "theirs", "both"])
def test_empty_texts_merge(choice: str) -> None:
    parts = merge("", "one", "two")
    assert resolve(parts, [choice]) in {"one", "two", "one two"}
