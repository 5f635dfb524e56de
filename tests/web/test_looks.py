"""Our plain pages and the application's frame in a real browser: no violation, no sideways scroll, no other host."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import ConsoleMessage

from comms.joining import invitations
from tests.conftest import Desk
from tests.harness import NetworkWatch, Server, World, axe_violations, settled, sideways, sign_in

pytestmark = pytest.mark.browser
INLINE_SCRIPT_OF_STREAMLIT = "inline script"
"""Its index.html has one; our policy blocks it without visible harm."""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_signing_in_and_being_invited_look_right(
    desk: Desk, server: Server, module_world: World, width: int, dark: bool
) -> None:
    page = desk(server, width=width, dark=dark).new_page()
    with module_world.store() as store:
        hahn = module_world.people["hahn"]
        invitation = invitations.path(store, module_world.data, hahn.id, datetime.now(UTC))
    for path in ("/sign-in", invitation, "/approve/none", "/s/none", "/statements"):
        page.goto(f"{server.url}{path}")
        assert axe_violations(page) == [], path
        assert sideways(page) == 0, path
    page.goto(f"{server.url}/sign-in")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    assert page.get_by_text("Type your password.").is_visible()
    assert axe_violations(page) == []
    heights = page.locator("button, input:visible").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert min(heights) >= 52


def test_in_the_demo_everyone_is_one_tap_away(desk: Desk, world: World) -> None:
    with Server(world.data, ONE_VOICE_DEMO="1") as server:
        page = desk(server, width=390).new_page()
        page.goto(f"{server.url}/sign-in")
        assert axe_violations(page) == []
        assert sideways(page) == 0
        with page.expect_navigation():
            page.get_by_role("button", name="Dana Whitlock").tap()
        settled(page)
        assert page.title().endswith("One Voice")


def test_the_applications_frame_draws_under_our_policy_and_asks_no_other_host(
    desk: Desk, server: Server, module_world: World
) -> None:
    context = desk(server)
    page = context.new_page()
    blocked: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text and INLINE_SCRIPT_OF_STREAMLIT not in message.text:
            blocked.append(message.text)

    page.on("console", note)
    settled(sign_in(page, server, module_world.people["dana"]))
    assert page.get_by_role("banner").or_(page.get_by_role("navigation")).first.is_visible()
    assert blocked == []


def test_the_watch_notices_a_picture_from_elsewhere(desk: Desk, server: Server) -> None:
    context = desk(server)
    watch = NetworkWatch(context, "127.0.0.1:1")
    page = context.new_page()
    page.goto(f"{server.url}/sign-in")
    assert any(url.endswith("/sign-in") for url in watch.foreign)
