"""The life of an alert and of a near miss, at a desk and on a phone: given on, not relevant, undone, relevant after all."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from comms.hearing import alert_acts, feedback
from comms.workspace import incidents
from tests import harness
from tests.heard_made import LOCKDOWN, NEAR, Heard

pytestmark = pytest.mark.browser
WAIT = 90_000


@pytest.fixture(scope="module")
def heard(module_world: harness.World) -> Heard:
    made = Heard(module_world.data)
    made.alert(LOCKDOWN, tier="T0", text="Officers went to the school at 1:40 p.m.")
    made.alert("=2+5 Crash closes Mill Road", ago=timedelta(days=9))
    made.item(NEAR, near=True)
    return made


def clear(page: Page) -> None:
    """Nothing keeps anybody out, nothing scrolls sideways."""
    harness.settled(page)
    assert harness.axe_violations(page) == []
    assert harness.sideways(page) == 0


def answer_and_undo(page: Page) -> None:
    """Given to the superintendent; then not relevant, and undone with one press."""
    page.get_by_role("button", name="Assign", exact=True).first.click()
    page.get_by_role("button", name="Assign to Dr. Elaine Brandt").click()
    expect(page.get_by_text("Dr. Elaine Brandt has it from Dana Whitlock")).to_be_visible(timeout=WAIT)
    clear(page)
    card = page.get_by_role("button", name="Assigned to Dr. Elaine Brandt")
    card.click()
    page.get_by_role("button", name="Take it back").click()
    expect(card).to_have_count(0, timeout=WAIT)
    harness.settled(page)
    page.get_by_role("button", name="Not relevant").first.click()
    page.get_by_role("button", name="Routine", exact=True).click()
    expect(page.get_by_text("Marked not relevant: routine.")).to_be_visible(timeout=WAIT)
    harness.settled(page)
    page.get_by_role("button", name="Undo: not relevant").click()
    expect(page.get_by_role("heading", name=LOCKDOWN)).to_be_visible(timeout=WAIT)


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["desk", "phone"])
def test_the_life_of_an_alert(
    size: tuple[int, int],
    module_world: harness.World,
    server: harness.Server,
    heard: Heard,
    desk: Callable[..., BrowserContext],
) -> None:
    page = desk(server, width=size[0], height=size[1]).new_page()
    harness.sign_in(page, server, module_world.people["dana"], "/alerts")
    expect(page.get_by_role("heading", name=LOCKDOWN)).to_be_visible(timeout=WAIT)
    harness.settled(page)
    answer_and_undo(page)
    harness.settled(page)
    page.get_by_text("Show the near misses").click()
    page.get_by_role("button", name="Relevant after all").click(timeout=WAIT)
    expect(page.get_by_text("Relevant after all: Dana Whitlock")).to_be_visible(timeout=WAIT)
    clear(page)
    page.get_by_role("button", name="Take the mark back").click()
    expect(page.get_by_role("button", name="Relevant after all")).to_be_visible(timeout=WAIT)
    with page.expect_download(timeout=WAIT) as download:
        page.get_by_role("button", name="Take out the list (2)").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["headline"] for row in rows] == [LOCKDOWN, "'=2+5 Crash closes Mill Road"]
    assert {row["state"] for row in rows} == {"waits"}
    with module_world.store() as store:
        assert feedback.marks(store) == ()
        assert all(stands.answer is None for stands in alert_acts.standings(store).values())


def test_an_incident_is_opened_from_a_near_miss(
    module_world: harness.World, server: harness.Server, heard: Heard, desk: Callable[..., BrowserContext]
) -> None:
    page = desk(server, width=390, height=844).new_page()
    harness.sign_in(page, server, module_world.people["okafor"], "/alerts")
    page.get_by_text("Show the near misses").click(timeout=WAIT)
    page.get_by_role("button", name="Relevant after all").click(timeout=WAIT)
    open_it = page.get_by_role("button", name="Open an incident", exact=True)
    expect(open_it).to_be_visible(timeout=WAIT)
    harness.settled(page)
    open_it.click()
    expect(page.get_by_role("heading", name=NEAR)).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("button", name="Start the holding statement")).to_be_visible(timeout=WAIT)
    with module_world.store() as store:
        (opened,) = incidents.incidents(store)
    assert opened.title == NEAR
