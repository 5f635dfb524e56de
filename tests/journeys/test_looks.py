"""Every screen at a desk and on a phone: axe finds nothing, nothing scrolls sideways, no page asks another host."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from comms import demo
from comms.screens.parts.ready_list import VIEWS
from tests import harness, town_made

pytestmark = pytest.mark.browser
WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}
SCREENS = {
    "alerts": ("dana", "/alerts"),
    "incidents": ("dana", "/incidents"),
    "incident": ("dana", "/incidents?incident=1"),
    "statement": ("dana", "/statement?statement=1"),
    "statement of the partner's PIO": ("okafor", "/statement?statement=1"),
    "approvals": ("okafor", "/approvals"),
    "approvals, empty": ("brandt", "/approvals"),
    "library": ("dana", "/library"),
    "sources": ("dana", "/sources"),
    "partnership": ("admin", "/partnership"),
    "records": ("records", "/records"),
    "no such statement": ("dana", "/statement?statement=999"),
}


DIALOGS = {
    "Add a fact": ("dana", "/incidents?incident=1"),
    "Ask an officer across a boundary": ("dana", "/incidents?incident=1"),
    "reasons? why not": ("dana", "/statement?statement=1"),
    "Put a fact in": ("dana", "/statement?statement=1"),
    "Object or edit": ("okafor", "/approvals"),
}
"""Button -> who presses it, and where."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo partnership with one incident in the middle: a disputed fact and a text that waits for the police."""
    data = tmp_path_factory.mktemp("looks")
    demo.seed(data, [], datetime.now(UTC))
    town_made.in_the_middle(data)
    return data


@pytest.fixture(scope="module")
def open_server(town: Path) -> Iterator[harness.Server]:
    with harness.Server(town) as server:
        yield server


def signed_in(page: Page, server: harness.Server, data: Path, who: str) -> None:
    """Give the browser a session, as signing in does."""
    token = town_made.token(data, who)
    page.context.add_cookies([{"name": "one_voice", "value": token, "url": server.url}])


@pytest.mark.parametrize("width", list(WIDTHS))
@pytest.mark.parametrize("screen", list(SCREENS))
def test_a_screen_is_clear_to_everyone(
    screen: str, width: str, town: Path, open_server: harness.Server, desk: Callable[..., BrowserContext]
) -> None:
    who, path = SCREENS[screen]
    w, h = WIDTHS[width]
    page = desk(open_server, width=w, height=h).new_page()
    signed_in(page, open_server, town, who)
    page.goto(open_server.url + path)
    harness.settled(page)
    expect(page.get_by_role("heading").or_(page.get_by_role("alert")).first).to_be_visible(timeout=60_000)
    assert harness.axe_violations(page) == []
    assert harness.sideways(page) == 0
    assert not re.search(r"Traceback|Error:|Exception", page.locator("body").inner_text())


def test_a_screen_of_another_seat_is_not_in_the_navigation_and_its_address_says_who_may(
    town: Path, open_server: harness.Server, desk: Callable[..., BrowserContext]
) -> None:
    page = desk(open_server).new_page()
    signed_in(page, open_server, town, "records")
    page.goto(open_server.url + "/records")
    harness.settled(page)
    expect(page.get_by_role("link", name="Records")).to_be_visible()
    assert page.get_by_role("link", name="Approvals").count() == 0
    page.goto(open_server.url + "/approvals")
    expect(page.get_by_text("Your seat is Records clerk").first).to_be_visible(timeout=60_000)


def test_the_last_line_of_a_screen_is_the_way_out(
    town: Path, open_server: harness.Server, desk: Callable[..., BrowserContext]
) -> None:
    page = desk(open_server).new_page()
    signed_in(page, open_server, town, "dana")
    page.goto(open_server.url + "/library")
    page.get_by_role("link", name="Sign out").click(timeout=60_000)
    page.get_by_role("button", name="Sign out on this device").click()
    page.goto(open_server.url + "/library")
    page.wait_for_url(re.compile("/sign-in"))


def test_every_part_of_the_partnership_and_every_dialog_is_clear_on_a_phone(
    town: Path, open_server: harness.Server, desk: Callable[..., BrowserContext]
) -> None:
    w, h = WIDTHS["phone"]
    page = desk(open_server, width=w, height=h).new_page()
    signed_in(page, open_server, town, "admin")
    found = {}
    for view, name in VIEWS.items():
        page.goto(f"{open_server.url}/partnership?view={view}")
        harness.settled(page)
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked(timeout=60_000)
        found[view] = looked_at(page)
    for opens, (who, path) in DIALOGS.items():
        signed_in(page, open_server, town, who)
        page.goto(open_server.url + path)
        page.get_by_role("button", name=re.compile(opens)).first.click(timeout=60_000)
        expect(page.get_by_test_id("stPopoverBody").or_(page.get_by_role("dialog")).first).to_be_visible()
        harness.settled(page)
        found[opens] = looked_at(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def looked_at(page: Page) -> list[str]:
    """What is wrong with a page as it is now."""
    scrolls = harness.sideways(page)
    return harness.axe_violations(page) + ([f"scrolls sideways by {scrolls}"] if scrolls else [])
