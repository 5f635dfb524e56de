"""The Records screen: the log's verdict first, every step of an incident, what is void, and the copy a person takes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import comms.settings as product
from comms import audit
from tests import harness
from tests.conftest import SCREENS, Screen
from tests.harness import World
from tests.records_made import CHILD, an_afternoon
from tests.screens.test_core_screens import buttons, fine, seen
from tests.screens.test_sources import press


@pytest.fixture(scope="module")
def afternoon(tmp_path_factory: pytest.TempPathFactory) -> World:
    return an_afternoon(harness.alder_falls(tmp_path_factory.mktemp("records-screen") / "data")).world


@pytest.fixture
def opened(afternoon: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    monkeypatch.setenv("ONE_VOICE_DATA", str(afternoon.data))
    product.settings.cache_clear()
    yield lambda who: fine(harness.screen_test(SCREENS / "records.py", afternoon.actor(who)).run())
    product.settings.cache_clear()


def test_with_no_incident_there_is_a_sentence_and_the_verdict(world: World, screen: Screen) -> None:
    page = fine(screen("records.py", world.actor("records")).run())
    assert "No incident was opened yet." in seen(page)
    assert "The log is whole" in page.success[0].value


def test_a_clerk_sees_every_step_and_what_is_void_and_changes_nothing(opened: Callable[[str], Any]) -> None:
    page = opened("records")
    words = seen(page)
    for expected in (
        "What was said and done",
        "Opened an incident by hand, number",
        "Released a statement, holding statement",
        "Void: the text changed in revision",
        "Kept at least until",
        "e-mail, English: revision",
    ):
        assert expected in words
    assert buttons(page) == ["Export the record"]


def test_the_public_copy_is_written_on_a_press_and_then_taken(
    opened: Callable[[str], Any], afternoon: World
) -> None:
    page = opened("records")
    page.text_area(key="records words").set_value("Wendover Crescent")
    page = press(page, "Export the record")
    assert "The record is written." in page.success[-1].value
    _, asked, made = page.session_state["records made"]
    assert (asked.copy, asked.words) == ("public", ("Wendover Crescent",))
    with zipfile.ZipFile(io.BytesIO(made.body)) as archive:
        assert not any(CHILD.encode() in archive.read(name) for name in archive.namelist())
    assert "Export the record" not in buttons(page)
    page.checkbox(key="records reasons").check()
    assert "Export the record" in buttons(fine(page.run())), "another wish is another copy"
    with afternoon.store() as store:
        assert "exported a record" in [e.did for e in audit.entries(store)]


def test_the_full_copy_is_another_press(opened: Callable[[str], Any]) -> None:
    page = opened("dana")
    page.radio(key="records copy").set_value("full")
    page = press(fine(page.run()), "Export the record")
    assert "-full-" in page.session_state["records made"][2].name


def test_an_observer_reads_and_is_told_who_exports(opened: Callable[[str], Any]) -> None:
    page = opened("moreau")
    assert buttons(page) == []
    assert "The records clerk or communications export a record." in seen(page)


def test_a_log_that_was_changed_is_said_in_red_with_what_to_do(world: World, screen: Screen) -> None:
    actor = world.actor("records")
    with world.store() as store:
        store.execute("drop trigger log_never_update")
        store.execute("update log set line = replace(line, 'signed in', 'signed out')")
    page = fine(screen("records.py", actor).run())
    assert "Row 1 is not as it was written" in page.error[0].value
    assert "Tell your administrator" in page.error[0].value
