"""Statements: immutable revisions, a stale save loses nothing, blanks are filled once for every channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comms.people import Refused
from comms.wording import library
from comms.workspace import incidents, statements
from comms.workspace.statements import Stale, Start, Statement, Variant
from tests.harness import World


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def draft(world: World) -> Statement:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Shots heard", "community-shooting", now())
        return statements.start(store, dana, about.id, Start("H"), now())


def texts(world: World, draft: Statement) -> list[Variant]:
    with world.store() as store:
        return statements.variants(store, draft.id)


def test_a_first_draft_has_every_channel_and_says_which_blanks_are_left(
    world: World, draft: Statement
) -> None:
    found = texts(world, draft)
    assert [v.channel for v in found] == ["email", "sms", "web", "media"]
    labels = {b.label for v in found for b in library.unfilled(v.newest.text)}
    assert "place" in labels
    assert "Alder Falls Police Department" in found[0].newest.text


def test_starting_twice_is_one_statement(world: World, draft: Statement) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        assert statements.start(store, dana, draft.incident_id, Start("H"), now()).id == draft.id


def test_a_value_fills_its_blank_in_every_channel_and_is_never_looked_at_again(
    world: World, draft: Statement
) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        statements.fill_blanks(store, dana, draft.id, {"place": "{{ 7*7 }} ${agency} Street"}, now())
    for each in texts(world, draft):
        if each.channel != "sms":
            assert "{{ 7*7 }} ${agency} Street" in each.newest.text


def test_a_stale_save_is_refused_and_both_texts_are_there(world: World, draft: Statement) -> None:
    dana, okafor = world.actor("dana"), world.actor("okafor")
    first = texts(world, draft)[0]
    with world.store() as store:
        statements.save(store, okafor, first.id, first.newest.id, "Police words.", "Subject", now())
        with pytest.raises(Stale, match="Maya Okafor saved revision 2 while you were writing") as stale:
            statements.save(store, dana, first.id, first.newest.id, "My words.", "Subject", now())
        kept = statements.kept(store, dana.account_id, first.id)
    assert stale.value.theirs.text == "Police words."
    assert kept
    assert (kept.text, kept.base_id) == ("My words.", first.newest.id)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The text is empty"),
        (" \n\t ", "The text is empty"),
        ("x" * 50_000, "The text is 50,000 characters; the limit is 20,000"),
    ],
)
def test_a_text_that_cannot_be_saved_is_kept(
    world: World, draft: Statement, text: str, sentence: str
) -> None:
    dana = world.actor("dana")
    first = texts(world, draft)[0]
    with world.store() as store:
        with pytest.raises(Refused, match=sentence):
            statements.save(store, dana, first.id, first.newest.id, text, "", now())
        kept = statements.kept(store, dana.account_id, first.id)
    assert kept
    assert kept.text == text


def test_words_survive_as_they_were_typed(world: World, draft: Statement) -> None:
    dana = world.actor("dana")
    first = texts(world, draft)[0]
    text = "Señora Núñez 🕯️ said “we’re here” — {{ 7*7 }}\u200b <b>now</b>"
    with world.store() as store:
        assert statements.save(store, dana, first.id, first.newest.id, text, "", now()).text == text


def test_saving_the_same_words_makes_no_revision(world: World, draft: Statement) -> None:
    dana = world.actor("dana")
    first = texts(world, draft)[0]
    with world.store() as store:
        same = statements.save(
            store, dana, first.id, first.newest.id, first.newest.text, first.newest.subject, now()
        )
    assert same.number == 1


def test_any_revision_can_be_the_newest_again_as_a_new_one(world: World, draft: Statement) -> None:
    dana = world.actor("dana")
    first = texts(world, draft)[0]
    with world.store() as store:
        statements.save(store, dana, first.id, first.newest.id, "Other words.", "", now())
        restored = statements.restore(store, dana, first.newest.id, now())
    assert (restored.number, restored.text) == (3, first.newest.text)


def test_the_next_update_changes_in_the_row_and_in_every_text(world: World, draft: Statement) -> None:
    dana = world.actor("dana")
    at = (now() + timedelta(hours=3)).replace(minute=10, second=0, microsecond=0)
    with world.store() as store:
        with pytest.raises(Refused, match="has passed"):
            statements.set_next_update(store, dana, draft.id, now() - timedelta(minutes=1), now())
        statements.set_next_update(store, dana, draft.id, at, now())
        assert statements.statement(store, draft.id).next_update_at == at
    assert all(":10 " in v.newest.text for v in texts(world, draft))


def test_one_side_s_own_text_is_written_by_that_side(world: World, draft: Statement) -> None:
    okafor = world.actor("okafor")
    with world.store() as store, pytest.raises(Refused, match="the other side's own text"):
        statements.start(store, okafor, draft.incident_id, Start("H", voice="district"), now())


def test_the_hash_covers_channel_language_subject_and_text() -> None:
    one = statements.text_hash("email", "en", "S", "T")
    assert one == statements.text_hash("email", "en", "S", "T")
    others = [
        ("sms", "en", "S", "T"),
        ("email", "es", "S", "T"),
        ("email", "en", "", "T"),
        ("email", "en", "S", "T "),
    ]
    assert len({one, *(statements.text_hash(*other) for other in others)}) == 5
