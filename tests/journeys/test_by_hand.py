"""The PIO usually knows first: an incident opened from a phone, before any news exists."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests import harness

pytestmark = pytest.mark.browser


def test_a_pio_opens_an_incident_from_a_phone(
    module_world: harness.World, server: harness.Server, desk: Callable[..., BrowserContext]
) -> None:
    page = desk(server, width=390, height=844).new_page()
    harness.sign_in(page, server, module_world.people["okafor"], "/alerts")
    harness.settled(page)
    began = time.monotonic()
    page.get_by_text("Open an incident by hand").click()
    page.get_by_label("What happened, in a few words").fill("Shots fired call near Quarry Road")
    open_it = page.get_by_role("button", name="Open the incident")
    open_it.click()
    refusal = page.get_by_text("Choose what kind of incident it is. What you typed is kept.")
    expect(refusal).to_be_visible(timeout=60_000)
    harness.settled(page)
    harness.choose(page, "Kind of incident", "Shooting")
    open_it.click()
    expect(page.get_by_role("button", name="Start the holding statement")).to_be_visible(timeout=60_000)
    took = time.monotonic() - began
    print(f"\nfrom the Alerts screen to the open incident on a phone: {took:.1f} s")
    expect(page.get_by_text("The other side was told.").first).to_be_visible()
    call = page.get_by_role("link", name=re.compile("Call AFSD"))
    expect(call).to_have_attribute("href", "tel:5550142")
    assert harness.sideways(page) == 0


def test_a_link_in_a_message_leads_back_to_its_incident_after_signing_in(
    module_world: harness.World, server: harness.Server, desk: Callable[..., BrowserContext]
) -> None:
    from datetime import UTC, datetime

    from comms.workspace import incidents

    okafor = module_world.actor("okafor")
    with module_world.store() as store:
        about = incidents.open_by_hand(
            store, okafor, "Gas leak on Mill Road", "police-activity", datetime.now(UTC)
        )
    page = desk(server).new_page()
    page.goto(f"{server.url}/incidents?incident={about.id}")
    page.wait_for_url(re.compile("sign-in"))
    page.get_by_label("E-mail").fill(module_world.people["dana"].email)
    page.get_by_label("Password").fill(harness.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Gas leak on Mill Road").first).to_be_visible(timeout=60_000)
    page.goto(f"{server.url}/?incident={about.id}")
    expect(page.get_by_text("Gas leak on Mill Road").first).to_be_visible(timeout=60_000)
