"""In a real browser: a source added by its site, a refused one, words adapted, a record taken out and checked."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from comms.workspace import adaptations
from monitors import sources
from monitors.kinds import Kind
from monitors.samples import SampleServer
from monitors.store import open_monitors, stamp
from tests.conftest import Desk
from tests.harness import Server, World, axe_violations, settled, sideways, sign_in
from tests.records_made import CHILD, an_afternoon

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def town() -> Iterator[SampleServer]:
    with SampleServer() as serving:
        yield serving


@pytest.fixture(scope="module")
def afternoon(module_world: World) -> World:
    """One incident with everything a record holds."""
    return an_afternoon(module_world).world


def at_desk(desk: Desk, server: Server, world: World, who: str, path: str, width: int = 1280) -> Page:
    """This person, signed in, on a screen."""
    page = desk(server, width=width, dark=width < 600).new_page()
    return settled(sign_in(page, server, world.people[who], path))


def looks_right(page: Page) -> None:
    """No violation and no sideways scroll, once it is drawn."""
    settled(page)
    page.wait_for_timeout(400)
    assert axe_violations(page) == []
    assert sideways(page) == 0


def pressed(page: Page, clicks: list[str], name: str) -> None:
    """One counted click."""
    button = page.get_by_role("button", name=name, exact=True).first
    expect(button).to_be_visible(timeout=20_000)
    button.click()
    clicks.append(name)


def field(page: Page, label: str) -> Locator:
    """A field by its label; its help button has the label in its own."""
    return page.get_by_role("textbox", name=label, exact=True)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_source_is_added_by_its_site_in_three_clicks(
    desk: Desk, server: Server, module_world: World, town: SampleServer, width: int
) -> None:
    page = at_desk(desk, server, module_world, "dana", "/sources", width)
    clicks: list[str] = []
    number = 1 if width > 600 else 2
    pressed(page, clicks, "Add a source")
    field(page, "Address of a feed or a site").fill(f"{town.address}/")
    pressed(page, clicks, "Look at it")
    expect(page.get_by_text("It names 6 feeds; choose one.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("This is a feed (RSS or Atom)").first).to_be_visible()
    looks_right(page)
    pressed(page, clicks, f"Add feed {number}")
    expect(page.get_by_text("was added. It is asked within a minute.")).to_be_visible(timeout=20_000)
    print(f"\n{len(clicks)} clicks to add a source by its site: {', '.join(clicks)}")
    assert len(clicks) <= 3
    with open_monitors(module_world.data) as heard:
        names = {s.name for s in sources.every_source(heard)}
    assert ("Alder Falls Police Department", "Alder Falls Courier")[number - 1] in names
    looks_right(page)


def test_a_refused_source_keeps_what_was_typed_also_over_a_reload(
    desk: Desk, server: Server, module_world: World
) -> None:
    page = at_desk(desk, server, module_world, "castellano", "/sources")
    page.get_by_role("button", name="Add a source").click()
    field(page, "Address of a feed or a site").fill("http://10.0.0.7/feed")
    field(page, "Place it reports on").fill("Fenwick Street")
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("That address points inside this network")).to_be_visible(timeout=20_000)
    looks_right(page)
    settled(page).reload()
    settled(page).get_by_role("button", name="Add a source").click()
    expect(field(page, "Address of a feed or a site")).to_have_value("http://10.0.0.7/feed", timeout=20_000)
    expect(field(page, "Place it reports on")).to_have_value("Fenwick Street")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_source_is_looked_at_closely_and_edited(
    desk: Desk, server: Server, module_world: World, width: int
) -> None:
    now = datetime.now(UTC)
    with open_monitors(module_world.data) as heard, heard.atomic():
        source = sources.add(
            heard, f"https://site{width}.example/", name=f"Site {width}", kind=Kind.PAGE, now=now
        )
        heard.execute(
            "update states set checked_at = ?, first_failure_at = ?, failures = 2, failure_sentence = 'It asks for a sign-in.' "
            "where source_id = ?",
            [stamp(now), stamp(now - timedelta(minutes=9)), source.id],
        )
    page = at_desk(desk, server, module_world, "dana", "/sources", width)
    page.locator(f".st-key-hand-{source.id}-open button").click()
    page.get_by_text("Edit this source").click()
    looks_right(page)
    field(page, "Name").fill(f"Page of {width}")
    page.get_by_role("button", name="Save this source").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible(timeout=20_000)
    with open_monitors(module_world.data) as heard:
        assert sources.get(heard, source.id).name == f"Page of {width}"


@pytest.mark.parametrize("width", [1280, 390])
def test_words_are_read_adapted_and_stand_in_the_next_preview(
    desk: Desk, server: Server, module_world: World, width: int
) -> None:
    page = at_desk(desk, server, module_world, "dana", "/library", width)
    expect(page.get_by_text("Preview with invented facts")).to_be_visible(timeout=20_000)
    page.locator(".st-key-source-en-phases-H button").click()
    editor = field(page, "The words, part by part")
    expect(editor).to_be_visible(timeout=20_000)
    expect(editor).to_be_in_viewport()
    looks_right(page)
    said = f"This is hard news at {width}."
    editor.fill(re.sub(r"(?<=## empathy\n).*", said, editor.input_value()))
    page.get_by_role("button", name="Save these words").click()
    expect(page.get_by_text(re.compile(r"Saved as your version \d"))).to_be_visible(timeout=20_000)
    expect(page.get_by_text(said).last).to_be_visible()
    looks_right(page)
    with module_world.store() as store:
        assert said in adaptations.own(store)[0].text


@pytest.mark.parametrize("width", [1280, 390])
def test_a_record_is_taken_out_and_checked(
    desk: Desk, server: Server, afternoon: World, width: int, tmp_path: Path
) -> None:
    page = at_desk(desk, server, afternoon, "records", "/", width)
    expect(page.get_by_role("heading", name="Records")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("The log is whole")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Export the record").click()
    take = page.get_by_role("button", name="Download the record")
    expect(take).to_be_visible(timeout=20_000)
    looks_right(page)
    with page.expect_download() as coming:
        take.click()
    assert re.fullmatch(r"record-\d{4}-001-public-[\d-]+\.zip", coming.value.suggested_filename)
    coming.value.save_as(tmp_path / "record.zip")
    with zipfile.ZipFile(tmp_path / "record.zip") as archive:
        archive.extractall(tmp_path)
    (folder,) = (p for p in tmp_path.iterdir() if p.is_dir())
    assert (
        subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=False).returncode == 0
    )
    paper = desk(server, width=width).new_page()
    paper.goto((folder / "record.html").as_uri())
    assert axe_violations(paper) == []
    assert sideways(paper) == 0
    assert CHILD not in paper.inner_text("body")
