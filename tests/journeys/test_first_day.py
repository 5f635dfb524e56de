"""The first day: a communications director alone, from an empty server to the first alert, without a manual."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from comms.joining import setup
from comms.people import Seat, accounts
from comms.store import open_partnership
from monitors.samples.server import SampleServer
from tests import harness
from tests.domain.test_setup import WHOLE
from tests.harness import PASSWORD, Server, axe_violations, settled, sideways

pytestmark = pytest.mark.browser

WAIT = 60_000
"""Milliseconds: a busy machine may be slow, a broken one is told apart by the five minutes below."""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """A server nobody has set up, with its duty process."""
    with Server(tmp_path / "data", ONE_VOICE_DUTY="1") as server:
        yield server


class Person:
    """Somebody at a desk, whose clicks are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, target: Locator) -> None:
        target.click(timeout=WAIT)
        self.clicks += 1

    def press(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True))

    def type(self, fields: dict[str, str]) -> None:
        for label, text in fields.items():
            self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str, option: str) -> None:
        settled(self.page)  # what was typed before is kept first; a person sees it happen
        harness.choose(self.page, label, option)
        self.clicks += 2
        settled(self.page)

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", name=heading)).to_be_visible(timeout=WAIT)
        settled(self.page)

    def finds_nothing_in_the_way(self) -> None:
        settled(self.page)
        assert axe_violations(self.page) == []
        assert sideways(self.page) == 0


def set_up(dana: Person, feed: str) -> None:
    """The five steps, with the least a partnership needs."""
    dana.sees("Who speaks together?")
    dana.type(
        {
            "Name of the district": "Alder Falls School District",
            "Contact for families": "515-555-0142",
            "Name of the agency": "Alder Falls Police Department",
            "Contact for reporters": "pio@afpd.example",
        }
    )
    dana.press("Next: places")
    dana.sees("Where are you?")
    dana.finds_nothing_in_the_way()
    dana.type({"City or town": "Alder Falls", "School 1": "Lindgren Elementary School"})
    dana.choose("State", "Iowa")
    dana.choose("Time zone", "Central (Chicago)")
    dana.press("Next: people")
    dana.sees("Who are you, and who else comes first?")
    dana.finds_nothing_in_the_way()
    dana.type(
        {
            "Your name": "Dana Whitlock",
            "Your e-mail": "dana@afsd.example",
            "Your password": PASSWORD,
            "Your password again": PASSWORD,
            "Administrator's name": "Tess Navarro",
            "Administrator's e-mail": "tess@afpd.example",
        }
    )
    dana.choose("Your seat", "Communications")
    dana.press("Next: sources")
    dana.sees("What do we listen to?")
    dana.finds_nothing_in_the_way()
    dana.type({"Address of a feed or a site": feed})
    dana.press("Look at it")
    expect(dana.page.get_by_text("This would come")).to_be_visible(timeout=WAIT)
    dana.press("Add this source")
    expect(dana.page.get_by_text("is asked within a minute")).to_be_visible(timeout=WAIT)
    dana.press("Next: check")
    dana.sees("Are you ready?")
    dana.finds_nothing_in_the_way()
    dana.press("Finish set-up")
    dana.sees("Alerts")


def test_the_first_alert_comes_within_five_minutes_of_an_empty_server(
    empty: Server, desk: Callable[..., BrowserContext], capsys: pytest.CaptureFixture[str]
) -> None:
    with SampleServer() as town:
        town.break_news("shooting")
        dana = Person(desk(empty).new_page())
        began = time.monotonic()
        dana.page.goto(empty.url)
        set_up(dana, town.feeds["police"].url)
        ready = time.monotonic() - began
        alert = dana.page.get_by_role("heading", name="Shooting Investigation, 300 Block of Cordell Avenue")
        expect(alert).to_be_visible(timeout=3 * WAIT)
        took = time.monotonic() - began
        dana.finds_nothing_in_the_way()
    with capsys.disabled():
        print(f"\nfirst day: {dana.clicks} clicks, set up in {ready:.0f} s, first alert after {took:.0f} s")
    assert took < 300
    assert dana.clicks <= 20


def test_the_agencys_administrator_comes_by_invitation_and_names_the_pio(
    tmp_path: Path, desk: Callable[..., BrowserContext]
) -> None:
    """The district only suggests: its person typed no password and gave no police seat."""
    now = datetime.now(UTC)
    with Server(tmp_path / "data") as server:
        with open_partnership(server.data) as store:
            setup.keep(store, WHOLE)
            setup.found(store, server.data, PASSWORD, server.url, now)
            text = store.rows_of("select text from outbox where recipient = 'tess@afpd.example'")[0]["text"]
        link = next(line for line in text.splitlines() if line.startswith(server.url))
        tess = Person(desk(server).new_page())
        tess.page.goto(link)
        tess.type({"New password": "another quiet river", "New password again": "another quiet river"})
        tess.press("Set my password")
        tess.sees("Partnership")
        tess.click(tess.page.get_by_text("People", exact=True))
        tess.sees("Give a person a seat")
        expect(tess.page.get_by_text("Dana Whitlock suggested this person")).to_be_visible()
        expect(tess.page.get_by_label("Person's name", exact=True)).to_have_value("Sgt. Maya Okafor")
        tess.press("Add and invite")
        expect(tess.page.get_by_text("The person was added.")).to_be_visible(timeout=WAIT)
        tess.finds_nothing_in_the_way()
        with open_partnership(server.data) as store:
            assert [p.called for p in accounts(store, seat=Seat.PIO)] == ["Sgt. Maya Okafor"]


def test_the_demo_is_one_click_from_an_empty_server_and_hears_its_afternoon(
    tmp_path: Path, desk: Callable[..., BrowserContext]
) -> None:
    with Server(tmp_path / "data", ONE_VOICE_ALLOW_LOOPBACK="0") as server:
        dana = Person(desk(server).new_page())
        dana.page.goto(server.url)
        dana.sees("Who speaks together?")
        dana.press("Try the demo partnership")
        dana.click(dana.page.get_by_role("button", name="Dana Whitlock"))
        dana.sees("Alerts")
        expect(dana.page.get_by_text("Demo partnership")).to_be_visible()
        overpass = dana.page.get_by_role("heading", level=2, name=re.compile("overpass", re.IGNORECASE))
        expect(overpass.first).to_be_visible(timeout=3 * WAIT)
        with open_partnership(server.data) as store:
            assert not setup.is_founded(store)


def test_what_one_browser_typed_stands_in_the_others_fields(
    empty: Server, desk: Callable[..., BrowserContext]
) -> None:
    first, second = Person(desk(empty).new_page()), Person(desk(empty, width=390, height=844).new_page())
    first.page.goto(empty.url)
    first.sees("Who speaks together?")
    first.type({"Name of the district": "Alder Falls School District 🚸"})
    first.press("Next: places")
    expect(first.page.get_by_text("The agency's name is empty")).to_be_visible(timeout=WAIT)
    second.page.goto(empty.url)
    second.sees("Who speaks together?")
    expect(second.page.get_by_label("Name of the district", exact=True)).to_have_value(
        "Alder Falls School District 🚸"
    )
    second.finds_nothing_in_the_way()


def test_what_was_typed_is_found_again_after_a_power_cut(
    empty: Server, desk: Callable[..., BrowserContext]
) -> None:
    dana = Person(desk(empty).new_page())
    dana.page.goto(empty.url)
    dana.sees("Who speaks together?")
    dana.page.get_by_label("Name of the agency", exact=True).press_sequentially("Alder Falls Pol")
    dana.page.wait_for_timeout(1500)
    empty.kill()
    empty.start()
    again = Person(desk(empty).new_page())
    again.page.goto(empty.url)
    again.sees("Who speaks together?")
    expect(again.page.get_by_label("Name of the agency", exact=True)).to_have_value("Alder Falls Pol")
