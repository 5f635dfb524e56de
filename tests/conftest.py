"""Fixtures every layer shares. The heavy ones are made once a module or run and only when a test asks for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, sync_playwright

import comms.settings as product
from comms.people import Actor
from tests import harness

SCREENS = harness.ROOT / "comms" / "screens"
Screen = Callable[[str, Actor | None], Any]

settings.register_profile("default", deadline=None, max_examples=60)
settings.register_profile(
    "torture", deadline=None, max_examples=5_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long counts run with `make torture`, or when a mark expression asks for them."""
    if config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("torture")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line says which journeys did not run, and how they would."""
    skipped = [
        r for r in terminalreporter.stats.get("skipped", []) if harness.WITHOUT_BROWSER in str(r.longrepr)
    ]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} browser tests did not run: {harness.WITHOUT_BROWSER}")


@pytest.fixture
def world(tmp_path: Path) -> harness.World:
    """Alder Falls in a directory of its own, new for each test."""
    return harness.alder_falls(tmp_path / "data")


_MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Streamlit's AppTest leaves a screen as `__main__`; a worker process started later would run that screen."""
    yield
    sys.modules["__main__"] = _MAIN


@pytest.fixture
def screen(world: harness.World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """screen("alerts.py", actor): Streamlit's AppTest on a screen of `world`, as this actor; call .run()."""
    monkeypatch.setenv("ONE_VOICE_DATA", str(world.data))
    product.settings.cache_clear()
    yield lambda script, actor: harness.screen_test(SCREENS / script, actor)
    product.settings.cache_clear()


@pytest.fixture(scope="module")
def module_world(tmp_path_factory: pytest.TempPathFactory) -> harness.World:
    """Alder Falls for all tests of a module that share a server."""
    return harness.alder_falls(tmp_path_factory.mktemp("alder-falls"))


@pytest.fixture(scope="module")
def server(module_world: harness.World) -> Iterator[harness.Server]:
    """The real server over `module_world`, without the duty process."""
    with harness.Server(module_world.data) as running:
        yield running


@pytest.fixture
def mailbox() -> Iterator[harness.Mailbox]:
    """A real SMTP server on loopback."""
    with harness.mail_server() as box:
        yield box


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, found by name or setting. Its event loop lives in this thread: use threads, not asyncio.run, in tests."""
    path = harness.browser_path()
    if path is None:
        if harness.must_have_browser():
            pytest.fail(f"ONE_VOICE_REQUIRE_BROWSER=1, and {harness.WITHOUT_BROWSER}")
        pytest.skip(harness.WITHOUT_BROWSER)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(harness.BROWSER_ARGUMENTS))
        yield chromium
        chromium.close()


Desk = Callable[..., BrowserContext]


@pytest.fixture
def desk(browser: Browser) -> Iterator[Desk]:
    """desk(server, width=1280, height=900, dark=False, javascript=True): a browser of one person.

    Each person gets one; none of their pages may ask any host but the server's.
    """
    watches: list[tuple[BrowserContext, harness.NetworkWatch]] = []

    def sit(
        server: harness.Server,
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        javascript: bool = True,
        zoom: float = 1,
    ) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": int(width / zoom), "height": int(height / zoom)},
            device_scale_factor=zoom,
            has_touch=width < 600,
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
        )
        watches.append((context, harness.NetworkWatch(context, f"127.0.0.1:{server.port}")))
        return context

    yield sit
    for context, _ in watches:
        context.close()
    foreign = [url for _, watch in watches for url in watch.foreign]
    assert not foreign, f"a page asked another host: {foreign}"
