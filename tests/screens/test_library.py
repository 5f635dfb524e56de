"""The Library screen: every combination reads as a text, words are adapted and reviewed, and a text begins a statement."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from comms.wording import blocks, library
from comms.workspace import adaptations, incidents, statements
from tests.conftest import Screen
from tests.harness import World
from tests.screens.test_core_screens import buttons, fine, seen
from tests.screens.test_sources import press

HOLDING = "en/phases/H"
THEIRS = blocks.blocks()[HOLDING].text.replace("We know this news is upsetting.", "This is hard news.")


def opened(world: World, screen: Screen, who: str = "dana", **state: object) -> Any:
    page = screen("library.py", world.actor(who))
    for name, value in state.items():
        page.session_state[name.replace("_", " ")] = value
    return fine(page.run())


def test_a_text_is_read_with_invented_facts_and_its_counts(world: World, screen: Screen) -> None:
    page = opened(world, screen, library_type="protest", library_channel="sms")
    words = seen(page)
    assert "There is a protest near Orrin Middle. Police are there." in words
    assert "1 part · plain alphabet" in words
    assert "Where these words come from" in words
    assert "24 kinds of incident · 5 phases · 8 channels · 2 languages" in words


@pytest.mark.parametrize("kind", library.TYPES)
def test_a_phase_a_type_does_not_have_is_not_offered(world: World, screen: Screen, kind: str) -> None:
    page = opened(world, screen, library_type=kind, library_phase="F", library_language="es")
    offered = page.selectbox(key="library phase").options
    assert offered == [library.PHASES[p] for p in library.PHASES if p in library.TYPES[kind].phases]


def test_a_protective_action_shows_its_pre_approved_text(world: World, screen: Screen) -> None:
    page = opened(world, screen, library_view="Protective actions", library_action="secure")
    assert "Secure" in seen(page)
    assert "only the blanks change" in seen(page)


def test_words_are_adapted_from_the_text_they_stand_in(world: World, screen: Screen) -> None:
    page = opened(world, screen, library_type="protest")
    page = press(page, "Look at these words")
    editor = page.text_area[0]
    assert editor.value == blocks.blocks()[HOLDING].text
    editor.set_value(THEIRS)
    page = press(page, "Save these words")
    assert "Saved as your version 1" in page.success[0].value
    assert "This is hard news." in seen(page)
    page = opened(world, screen, library_view="Your own words")
    assert "words of a phase · Holding · English" in seen(page)
    page = press(press(page, "Look at these words"), "Go back to our words")
    assert "Every word is ours so far." in seen(page)


def test_refused_words_stay_in_the_editor_with_the_reason_under_it(world: World, screen: Screen) -> None:
    page = press(opened(world, screen, library_type="protest"), "Look at these words")
    page.text_area[0].set_value("## subject\n${weather}")
    page = press(page, "Save these words")
    assert ["No blank is called" in e.value for e in page.error] == [True]
    assert page.text_area[0].value == "## subject\n${weather}"


def test_what_is_due_is_listed_and_marked_as_reviewed(world: World, screen: Screen) -> None:
    with world.store() as store:
        adaptations.adapt(store, world.actor("dana"), HOLDING, THEIRS, datetime.now(UTC))
        store.execute("drop trigger adaptation_never_update")
        store.execute("update adaptation set base = 'last year'")
    page = opened(world, screen, library_view="Due for review")
    page = press(page, "Look at these words")
    assert "Our words changed since yours were made." in page.warning[0].value
    page = press(page, "Mark as reviewed")
    assert "Marked as reviewed. It is read again by" in page.success[0].value


def test_search_finds_blocks_by_their_words(world: World, screen: Screen) -> None:
    page = opened(world, screen)
    page.text_input(key="library search").set_value("overdose resources")
    assert "words of an incident type" in seen(fine(page.run()))
    page.text_input(key="library search").set_value("xyzzy")
    assert "0 blocks have these words." in seen(fine(page.run()))


def test_a_text_begins_a_statement_of_the_open_incident(world: World, screen: Screen) -> None:
    with world.store() as store:
        about = incidents.open_by_hand(
            store, world.actor("dana"), "Rumor at Orrin", "rumour", datetime.now(UTC)
        )
    page = opened(world, screen, library_type="protest", library_channel="call")
    next(b for b in page.button if b.label == "Use this text").click()
    page.run()
    with world.store() as store:
        (begun,) = statements.of_incident(store, about.id)
        channels = [v.channel for v in statements.variants(store, begun.id)]
    assert (begun.type, begun.phase, channels) == ("protest", "H", ["email", "sms", "web", "media", "call"])


def test_the_other_sides_own_text_is_refused_in_words(world: World, screen: Screen) -> None:
    with world.store() as store:
        incidents.open_by_hand(store, world.actor("dana"), "Protest", "protest", datetime.now(UTC))
    page = opened(world, screen, library_type="protest", library_voice="police")
    page = press(page, "Use this text")
    assert ["other side's own text" in e.value for e in page.error] == [True]


def test_without_an_open_incident_there_is_nothing_to_use_it_for(world: World, screen: Screen) -> None:
    assert "No incident is open." in seen(opened(world, screen))


@pytest.mark.parametrize("who", ["records", "moreau", "castellano"])
def test_who_may_not_change_reads(world: World, screen: Screen, who: str) -> None:
    page = press(opened(world, screen, who), "Look at these words")
    assert not page.text_area
    assert not {"Save these words", "Mark as reviewed", "Use this text"} & set(buttons(page))
