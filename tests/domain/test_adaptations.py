"""A district's own words: kept beside ours, composed into drafts, read again, and never in the other side's voice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from comms import audit
from comms.people import Refused
from comms.wording import blocks, library
from comms.workspace import adaptations, incidents, statements
from comms.workspace.statements import Start
from monitors.database import sqlite3
from tests.harness import World

NOW = datetime(2026, 3, 10, 20, tzinfo=UTC)
HOLDING = "en/phases/H"
POLICE = next(b.id for b in blocks.blocks().values() if b.owner == "police" and b.kind == "insert")
OURS = blocks.blocks()[HOLDING]
THEIRS = OURS.text.replace("We know this news is upsetting.", "This is hard news for ${district}.")


def test_a_new_draft_is_composed_from_the_districts_own_words(world: World) -> None:
    with world.store() as store:
        dana = world.actor("dana", NOW)
        about = incidents.open_by_hand(store, dana, "A demonstration", "protest", NOW)
        before = statements.start(store, dana, about.id, Start("H", voice="district"), NOW)
        block = adaptations.adapt(store, dana, HOLDING, THEIRS, NOW)
        assert (block.version, block.text, blocks.ours_changed(block)) == (1, THEIRS, False)
        after = statements.start(store, dana, about.id, Start("H"), NOW)
        old, new = (
            next(v.newest.text for v in statements.variants(store, s.id) if v.channel == "email")
            for s in (before, after)
        )
    assert "This is hard news for Alder Falls School District." in new
    assert "This is hard news" not in old


def test_a_statement_may_be_of_another_type_than_its_incident(world: World) -> None:
    with world.store() as store:
        dana = world.actor("dana", NOW)
        about = incidents.open_by_hand(store, dana, "Something at the overpass", "rumour", NOW)
        made = statements.start(store, dana, about.id, Start("H", type="protest", channels=("sms",)), NOW)
        assert made.type == "protest"
        assert "protest" in statements.variants(store, made.id)[0].newest.text


def test_going_back_to_ours_keeps_theirs_on_the_record(world: World) -> None:
    with world.store() as store:
        dana = world.actor("dana", NOW)
        adaptations.adapt(store, dana, HOLDING, THEIRS, NOW)
        adaptations.adapt(store, dana, HOLDING, THEIRS, NOW)
        adaptations.adapt(store, dana, HOLDING, f"{THEIRS} We are here.", NOW)
        adaptations.take_back(store, dana, HOLDING, NOW)
        assert adaptations.own(store) == ()
        assert adaptations.in_force(store)[HOLDING].text == OURS.text
        assert [row.text for row in adaptations.history(store, HOLDING)] == [
            None,
            f"{THEIRS} We are here.",
            THEIRS,
        ]
        told = [e.did for e in audit.entries(store, f"block {HOLDING}")]
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            store.execute("update adaptation set text = 'x'")
    assert told == ["adapted words of the library"] * 2 + ["went back to the library's own words"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("   ", "The words are empty"),
        (OURS.text, "These are our own words"),
        ("x" * 20_001, "the limit is 20,000"),
        ("## subject\n${weather}", "No blank is called"),
        ("## subject\n{nobody}", "No part is called {nobody}"),
        ("We know.\n## subject\nNews", "Begin with the name of a part"),
    ],
)
def test_words_that_would_go_wrong_are_refused_and_kept_with_the_person(
    world: World, text: str, sentence: str
) -> None:
    with world.store() as store:
        with pytest.raises(Refused, match=sentence):
            adaptations.adapt(store, world.actor("dana", NOW), HOLDING, text, NOW)
        assert adaptations.kept(store) == {}


def test_a_part_left_out_is_ours(world: World) -> None:
    with world.store() as store:
        adaptations.adapt(store, world.actor("dana", NOW), HOLDING, "## empathy\nThis is hard news.", NOW)
        draft = library.preview("protest", "H", "email", "en", "joint", adaptations.own(store))
    assert "This is hard news." in draft.text
    assert "We do not yet know" in draft.text


@pytest.mark.parametrize("who", ["records", "moreau", "castellano", "counsel"])
def test_only_who_answers_for_words_changes_them(world: World, who: str) -> None:
    with world.store() as store, pytest.raises(Refused, match="change the library"):
        adaptations.adapt(store, world.actor(who, NOW), HOLDING, THEIRS, NOW)


def test_the_police_voice_is_changed_by_the_police(world: World) -> None:
    text = f"{blocks.blocks()[POLICE].text}\nCall us with what you saw."
    with world.store() as store:
        with pytest.raises(Refused, match="The police answer for these words"):
            adaptations.adapt(store, world.actor("dana", NOW), POLICE, text, NOW)
        assert adaptations.adapt(store, world.actor("okafor", NOW), POLICE, text, NOW).text == text


def test_what_is_due_is_found_and_a_review_puts_it_off_for_a_year(world: World) -> None:
    later = OURS.review_date
    with world.store() as store:
        assert adaptations.due(store, later - timedelta(days=1)) == ()
        assert HOLDING in {block.id for block in adaptations.due(store, later)}
        day = datetime(later.year, later.month, later.day, 15, tzinfo=UTC)
        again = adaptations.review(store, world.actor("dana", day), HOLDING, day)
        assert again == later + timedelta(days=365)
        assert HOLDING not in {block.id for block in adaptations.due(store, later)}
        assert HOLDING in {block.id for block in adaptations.due(store, again)}
        assert adaptations.in_force(store)[HOLDING].text == OURS.text


def test_when_our_words_change_theirs_wait_to_be_read_again(world: World) -> None:
    with world.store() as store:
        dana = world.actor("dana", NOW)
        adaptations.adapt(store, dana, HOLDING, THEIRS, NOW)
        store.execute("drop trigger adaptation_never_update")
        store.execute("update adaptation set base = 'the sum of last year''s words'")
        assert [block.id for block in adaptations.due(store, date(2026, 3, 11))] == [HOLDING]
        adaptations.review(store, dana, HOLDING, NOW)
        assert adaptations.due(store, date(2026, 3, 11)) == ()
        assert adaptations.in_force(store)[HOLDING].text == THEIRS


def test_a_block_nobody_has_is_refused(world: World) -> None:
    with world.store() as store, pytest.raises(Refused, match="no longer has the block"):
        adaptations.review(store, world.actor("dana", NOW), "en/phases/X", NOW)
