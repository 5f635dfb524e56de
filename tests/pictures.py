"""python -m tests.pictures [FOLDER]: take the pictures of docs/screens.md from the demo, at a desk and on a phone.

The demo runs as `make demo` runs it, in a directory of its own that is thrown away: its first report is heard, its
incident opened by a click, and both sides have begun to write.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import harness, town_made

WIDTHS = {1280: 1500, 390: 1600}
"""Width -> the tallest a picture is, in CSS pixels."""
SCREENS = {
    "incident": ("dana", "/incidents?incident=1", "Facts"),
    "statement": ("dana", "/statement?statement=1", "Why it cannot go yet"),
    "approvals": ("okafor", "/approvals", "The check"),
    "library": ("dana", "/library", "Preview"),
    "partnership": ("admin", "/partnership", "Partnership"),
    "sources": ("dana", "/sources", "Sources"),
    "records": ("records", "/records", "Records"),
}
"""Picture -> who looks, where, and a heading that is there once it is drawn."""


def window(browser: Browser, server: harness.Server, who: str, width: int) -> Page:
    """A browser of one person, already signed in."""
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme="light")
    token = town_made.token(server.data, who)
    context.add_cookies([{"name": "one_voice", "value": token, "url": server.url}])
    return context.new_page()


def take(page: Page, folder: Path, name: str, width: int) -> None:
    """Once all is drawn, as high as the page is."""
    harness.settled(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / f"{name}-{width}.png", animations="disabled")
    page.context.close()


def main(folder: Path) -> None:
    """Start the demo, wait for its first alert, and go through the screens."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        sync_playwright() as playwright,
        harness.Server(Path(scratch) / "demo", ONE_VOICE_DUTY="1").start("--demo") as server,
    ):
        browser = playwright.chromium.launch(
            executable_path=harness.browser_path(), args=list(harness.BROWSER_ARGUMENTS)
        )
        for width in WIDTHS:
            page = window(browser, server, "dana", width)
            page.goto(f"{server.url}/alerts")
            opens = page.get_by_role("button", name=re.compile("Acknowledge and open incident")).first
            expect(opens).to_be_visible(timeout=180_000)
            take(page, folder, "alerts", width)
        page = window(browser, server, "dana", 1280)
        page.goto(f"{server.url}/alerts")
        page.get_by_role("button", name=re.compile("Acknowledge and open incident")).first.click(
            timeout=60_000
        )
        expect(page.get_by_role("heading", name="Facts")).to_be_visible(timeout=60_000)
        page.context.close()
        town_made.in_the_middle(server.data, 1)
        for name, (who, path, heading) in SCREENS.items():
            for width in WIDTHS:
                page = window(browser, server, who, width)
                page.goto(server.url + path)
                expect(page.get_by_role("heading", name=heading).first).to_be_visible(timeout=60_000)
                expect(page.get_by_text("Not checked yet")).to_have_count(0, timeout=60_000)
                take(page, folder, name, width)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else harness.ROOT / "docs" / "pictures")
