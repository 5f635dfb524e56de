"""The joint workspace as people meet it: a disputed timeline, one edit and its translation, open to holding text."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from comms import demo
from comms.workspace import facts, incidents, statements
from comms.workspace.facts import Claim
from comms.workspace.statements import Start
from tests import harness

pytestmark = pytest.mark.browser
Desk = Callable[..., BrowserContext]
SIDE = "The group left the overpass at 3:05 p.m."
TEXT = f"Alder Falls School District and Alder Falls Police Department speak together.\n\nPolice are there. {SIDE} \
Orrin Middle School dismisses as usual.\n\nWe will write again by 11:45 p.m. Questions: 555-0142."
SPANISH = "El distrito y la policía hablan juntos.\n\nLa policía está allí. Le escribiremos a las 11:45 p.m."


def now() -> datetime:
    return datetime.now(UTC)


def email(page: Page, language: str = "English") -> Page:
    expect(page.get_by_role("textbox", name=f"E-mail to families, {language}")).to_be_visible(timeout=20_000)
    return page


def test_the_draft_that_takes_a_side_in_a_dispute_is_flagged_at_that_sentence(
    tmp_path: Path, desk: Desk
) -> None:
    world = harness.alder_falls(tmp_path / "data")
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on the overpass", "protest", now())
        facts.add(store, okafor, about.id, Claim("Police are there.", "agency"), now(), confirm=True)
        ours = facts.add(store, dana, about.id, Claim(SIDE, "district"), now())
        facts.dispute(store, okafor, ours, Claim("The group left the overpass at 2:55 p.m.", "agency"), now())
        begun = statements.start(store, dana, about.id, Start("H", channels=("email",)), now())
        variant = statements.variants(store, begun.id)[0]
        statements.save(store, dana, variant.id, variant.newest.id, TEXT, "Group near Orrin", now())
    with harness.Server(world.data, ONE_VOICE_DUTY="1") as server:
        page = desk(server).new_page()
        harness.sign_in(page, server, world.people["dana"], f"/statement?statement={begun.id}")
        harness.settled(email(page))
        expect(page.get_by_text("The fact sheet has this as disputed").first).to_be_visible(timeout=40_000)
        hits = page.get_by_text("B11 ·").all()
        assert len(hits) == 1, "one sentence takes a side, and no other is flagged"
        expect(page.get_by_text(f"“{SIDE}”").first).to_be_visible()
        marked = page.locator("mark", has_text="The group left the overpass at 3:05 p.m.").first
        expect(marked).to_be_attached(timeout=30_000)
        page.goto(f"{server.url}/incidents?incident={about.id}")
        expect(page.get_by_text("Disputed: two accounts stand").first).to_be_visible(timeout=20_000)
        expect(page.get_by_text("used in 1 draft").first).to_be_visible()


def test_one_english_edit_makes_only_its_spanish_stale(tmp_path: Path, desk: Desk) -> None:
    world = harness.alder_falls(tmp_path / "data")
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on the overpass", "protest", now())
        how = Start("H", channels=("email", "sms"), languages=("en", "es"))
        begun = statements.start(store, dana, about.id, how, now())
        for each in statements.variants(store, begun.id):
            text = {"en": TEXT, "es": SPANISH}[each.language][: 150 if each.channel == "sms" else None]
            statements.save(store, dana, each.id, each.newest.id, text, "", now())
    with harness.Server(world.data) as server:
        page = desk(server).new_page()
        harness.sign_in(page, server, world.people["dana"], f"/statement?statement={begun.id}")
        harness.settled(email(page))
        expect(page.get_by_text("older than the English")).to_have_count(0)
        page.get_by_role("textbox", name="E-mail to families, English").fill(TEXT.replace("3:05", "3:06"))
        page.get_by_role("button", name=re.compile(r"^(save )?Save revision")).click()
        stale = page.get_by_text("The Spanish e-mail is older than the English")
        expect(stale.first).to_be_visible(timeout=20_000)
        expect(page.get_by_text("The Spanish text message is older than the English")).to_have_count(0)
        expect(page.locator("ins", has_text="06").first).to_be_visible()
        page.get_by_role("button", name="The Spanish still says the same").click()
        expect(page.get_by_text("Marked current for the English as it is now.").first).to_be_visible(
            timeout=20_000
        )
        expect(stale).to_have_count(0, timeout=20_000)


def test_from_open_to_a_holding_text_with_no_hits_in_three_clicks_and_a_minute(
    tmp_path: Path, desk: Desk
) -> None:
    data = tmp_path / "data"
    demo.seed(data, [], now())
    with harness.Server(data, ONE_VOICE_DUTY="1") as server:
        page = desk(server).new_page()
        page.goto(f"{server.url}/sign-in")
        page.get_by_label("E-mail").fill("dana.whitlock@afsd.example")
        page.get_by_label("Password").fill(demo.PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(re.compile(r"/(?!sign-in)"))
        harness.settled(page)
        by_hand = page.get_by_text("Open an incident by hand")
        expect(by_hand).to_be_visible(timeout=20_000)
        wait_for_the_check(data)

        begun, clicks = time.monotonic(), 0
        by_hand.click()
        clicks += 1
        what = page.get_by_label("What happened, in a few words")
        what.fill("Group with signs on the Fenwick Street overpass by Orrin Middle School")
        kind = page.get_by_role("combobox", name="Kind of incident")
        kind.click()
        kind.press_sequentially("Protest, ext")
        kind.press("Enter")
        page.get_by_role("button", name="Open the incident").click()
        clicks += 1
        start = page.get_by_role("button", name="Start the holding statement")
        expect(start).to_be_visible(timeout=60_000)
        harness.settled(page)
        start.click()
        clicks += 1
        expect(page.get_by_role("button", name="Send for approval")).to_be_visible(timeout=60_000)
        only_the_seats = page.get_by_role("button", name=re.compile("^2 reasons why not"))
        expect(only_the_seats.first).to_be_visible(timeout=60_000)
        took = time.monotonic() - begun
        print(f"\nfrom open to a holding text with no hits: {clicks} clicks, {took:.1f} s")
        assert clicks <= 3
        expect(page.get_by_text("Not checked yet")).to_have_count(0)
        expect(page.get_by_text("to fill")).to_have_count(0)
        for channel in page.get_by_role("radio").all():
            assert not re.search(r"\d$", channel.inner_text().strip()), channel.inner_text()


def wait_for_the_check(data: Path, within: float = 40) -> None:
    """Until the language process is warm, as it is on any working day."""
    until = time.monotonic() + within
    while time.monotonic() < until and not (data / "language.port").exists():
        time.sleep(0.2)
    assert (data / "language.port").exists()
