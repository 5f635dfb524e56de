"""A person says how they are reached: quiet hours, a further means, and a test by each that arrives; also on a phone."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from comms import partnership
from comms.partnership import Mail
from comms.reaching import reach, senders
from comms.reaching.reach import Quiet
from tests import harness
from tests.domain.test_outgoing import Hook, hooks

__all__ = ["hooks"]
pytestmark = pytest.mark.browser
SLOW = 90_000


@pytest.fixture
def alder_falls(tmp_path: Path, mailbox: harness.Mailbox) -> harness.World:
    """The town with mail, and a gateway for text messages that an administrator added."""
    world = harness.alder_falls(tmp_path / "data")
    mail = Mail(mailbox.host, mailbox.port, "none", "", "one-voice@afsd.example")
    admin = world.actor("castellano")
    with world.store() as store:
        with store.atomic():
            known = partnership.profile(store)
            partnership.write_profile(store, replace(known, mail=mail, setup_step="done"))
        senders.add(store, admin, "AFSD texts", senders.PEOPLE, "ONE_VOICE_SENDER_TEXTS", datetime.now(UTC))
    return world


def switch(page: Page, label: str) -> None:
    """Press a toggle by its words, as a person does."""
    page.get_by_text(label, exact=True).click()
    expect(page.get_by_role("switch", name=label, exact=True)).to_be_checked(timeout=SLOW)
    harness.settled(page)


def choose_and_test(page: Page, server: harness.Server, world: harness.World, who: str, number: str) -> None:
    """Quiet hours on, text messages on with a number, saved, and a test by each means."""
    harness.sign_in(page, server, world.people[who], "/partnership?view=people")
    expect(page.get_by_role("heading", name="How I am reached")).to_be_visible(timeout=SLOW)
    harness.settled(page)
    switch(page, "Quiet hours")
    expect(page.get_by_text("They hold back T2 and the digest.")).to_be_visible(timeout=SLOW)
    switch(page, "AFSD texts")
    page.get_by_label("My number or name for AFSD texts").fill(number)
    page.get_by_role("button", name="Save how I am reached").click()
    by_text = page.get_by_role("button", name="Test by AFSD texts")
    expect(by_text).to_be_visible(timeout=SLOW)
    harness.settled(page)
    by_text.click()
    expect(page.get_by_text("AFSD texts: taken at")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Send me a test").click()
    expect(page.get_by_text("e-mail: taken at")).to_be_visible(timeout=SLOW)
    if folder := os.environ.get("ONE_VOICE_SHOTS"):
        page.screenshot(path=f"{folder}/reached-{who}.png", full_page=True)
    assert harness.axe_violations(page) == []
    assert harness.sideways(page) == 0


def test_quiet_hours_are_set_and_a_test_arrives_at_a_desk_and_on_a_phone(
    alder_falls: harness.World,
    mailbox: harness.Mailbox,
    hooks: tuple[type[Hook], str],
    desk: Callable[..., BrowserContext],
) -> None:
    handler, address = hooks
    setting = {"ONE_VOICE_DUTY": "1", "ONE_VOICE_SENDER_TEXTS": f"{address}{{person}}"}
    with harness.Server(alder_falls.data, **setting) as server:
        choose_and_test(desk(server).new_page(), server, alder_falls, "dana", "+15550100")
        phone = desk(server, width=390, height=844).new_page()
        choose_and_test(phone, server, alder_falls, "okafor", "+15550177")
    assert [str(m["Subject"]) for m in mailbox.to("dana@afsd.example")] == ["Test from One Voice"]
    assert [str(m["Subject"]) for m in mailbox.to("okafor@afpd.example")] == ["Test from One Voice"]
    assert len(handler.got) == 2
    with alder_falls.store() as store:
        for who in ("dana", "okafor"):
            assert reach.reach_of(store, alder_falls.people[who].id).quiet == Quiet(time(22), time(6))
