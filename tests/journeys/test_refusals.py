"""What cannot be taken is refused with a sentence beside its field, and everything else a person typed stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from comms.people import Seat
from comms.store import stamp
from comms.workspace import incidents, statements
from comms.workspace.statements import Start, Statement
from monitors import sources
from monitors.samples import SampleServer
from monitors.store import open_monitors
from tests.conftest import Desk
from tests.harness import PASSWORD, Server, World, settled, sign_in
from tests.statements_made import holding_statement

pytestmark = pytest.mark.browser
WAIT = 60_000
TEXT = "Police are on Fenwick Street.\n\nOrrin Middle School dismisses as usual.\n\nWe will write again by 4:00 p.m."


def field(page: Page, label: str) -> Locator:
    """A field by its label; its help button has the label in its own."""
    return page.get_by_role("textbox", name=label, exact=True)


def refused_at(page: Page, at: Locator, sentence: str) -> None:
    """The sentence is read out as an alert and stands under this field, in its column, with nothing far between."""
    told = page.get_by_role("alert").filter(has_text=sentence).first
    expect(told).to_be_visible(timeout=WAIT)
    settled(page)
    above, below = at.bounding_box(), told.bounding_box()
    assert above, "the field is gone"
    assert below, "the sentence is gone"
    gap = below["y"] - (above["y"] + above["height"])
    assert -1 <= gap <= 80, f"{sentence!r} stands {gap:.0f} px under its field"
    assert below["x"] < above["x"] + above["width"]
    assert above["x"] < below["x"] + below["width"]


def press(page: Page, name: str | re.Pattern[str]) -> None:
    settled(page)
    page.get_by_role("button", name=name, exact=True).first.click(timeout=WAIT)


# Names, bells, calendars ------------------------------------------------------------------------------------------


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """A server nobody has set up."""
    with Server(tmp_path / "data") as server:
        yield server


def test_a_name_that_cannot_be_is_refused_under_its_field_and_the_others_stay(
    empty: Server, desk: Desk
) -> None:
    page = desk(empty).new_page()
    page.goto(empty.url)
    expect(page.get_by_role("heading", name="Who speaks together?")).to_be_visible(timeout=WAIT)
    typed = {
        "Name of the agency": "Policía de Ødegård 🚓",
        "Contact for families": "515-555-0142",
        "Contact for reporters": "pio@afpd.example",
    }
    for label, text in typed.items():
        field(page, label).fill(text)
    name = field(page, "Name of the district")
    for bad, sentence in (
        ("", "The district's name is empty"),
        ("   ", "The district's name is empty"),
        ("x" * 3000, "3,000 characters; the limit is 120"),
    ):
        name.fill(bad)
        press(page, "Next: places")
        refused_at(page, name, sentence)
        assert name.input_value() == bad
        assert {label: field(page, label).input_value() for label in typed} == typed
    name.fill("Écoles d'Alder Falls 🚸")
    press(page, "Next: places")
    expect(page.get_by_role("heading", name="Where are you?")).to_be_visible(timeout=WAIT)
    days_and_bells(page)
    page.get_by_role("radio", name="1 Partners").click()
    expect(name).to_have_value("Écoles d'Alder Falls 🚸", timeout=WAIT)
    assert {label: field(page, label).input_value() for label in typed} == typed


def days_and_bells(page: Page) -> None:
    """An end before a start, and files that are no calendar, on the step that asks for them."""
    typed = {
        "City or town": "Ålder Falls",
        "School 1": "Escuela Orrin 🎓",
        "Street of school 1": "Fenwick Street",
    }
    for label, text in typed.items():
        field(page, label).fill(text)
    field(page, "First bell").first.fill("16:00")
    field(page, "Last bell").first.fill("8:00")
    days = field(page, "Days without school, early release, extra school days: one a line")
    lines = "2026-09-07 Labor Day\n2026-11-27 to 2026-11-20 Thanksgiving"
    days.fill(lines)
    press(page, "Next: people")
    refused_at(page, field(page, "School 1"), "The last bell lies before the first")
    refused_at(page, days, "Line 2: the end, 2026-11-20, lies before the start, 2026-11-27")
    file = page.get_by_label("Or take them from a calendar file")
    for name, body, sentence in (
        ("days.csv", b"name,email\nDana,dana@afsd.example\n", "“days.csv” has no column named date"),
        ("school.ics", b"<html>Sign in</html>", "“school.ics” is not an .ics calendar"),
        ("cut.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:No school", "“cut.ics” ends in the middle"),
        (
            "endless.ics",
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Fall break\r\nDTSTART;VALUE=DATE:20261015\r\n"
            b"RRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "“Fall break” repeats without an end",
        ),
    ):
        file.set_input_files({"name": name, "mimeType": "text/plain", "buffer": body})
        refused_at(page, file, sentence)
        assert days.input_value() == lines
    assert {label: field(page, label).input_value() for label in typed} == typed


# Sources ----------------------------------------------------------------------------------------------------------

ADDRESS = "Address of a feed or a site"
INSIDE = "That address points inside this network"


def at_the_sources(desk: Desk, server: Server, world: World) -> Page:
    page = desk(server).new_page()
    settled(sign_in(page, server, world.people["dana"], "/sources"))
    press(page, "Add a source")
    field(page, "Place it reports on").fill("Fenwick Straße 🌉")
    return page


def looked_at(page: Page, address: str, sentence: str) -> None:
    field(page, ADDRESS).fill(address)
    press(page, "Look at it")
    refused_at(page, field(page, ADDRESS), sentence)
    assert field(page, ADDRESS).input_value() == address
    assert field(page, "Place it reports on").input_value() == "Fenwick Straße 🌉"


def test_an_address_that_cannot_be_a_source_is_refused_under_its_field(
    desk: Desk, server: Server, module_world: World
) -> None:
    with SampleServer() as town:
        with open_monitors(module_world.data) as heard, heard.atomic():
            sources.add(heard, town.feeds["police"].url, name="Police", now=datetime.now(UTC), loopback=True)
        page = at_the_sources(desk, server, module_world)
        for address, sentence in (
            ("the courier", "That is not an address of the web"),
            ("ftp://courier.example/feed", "An address that begins with ftp: cannot be watched"),
            ("file:///etc/passwd", "An address that begins with file: cannot be watched"),
            ("http://169.254.169.254/latest/meta-data", INSIDE),
            ("http://[fe80::1]/feed", INSIDE),
            ("http://10.0.0.7/feed", INSIDE),
            ("https://192.168.1.20/feed", INSIDE),
        ):
            looked_at(page, address, sentence)
        field(page, ADDRESS).fill(town.feeds["police"].url)
        press(page, "Look at it")
        press(page, "Add this source")
        refused_at(
            page, field(page, ADDRESS), "That address is a source already: “Police”. Nothing was added."
        )
        assert field(page, "Place it reports on").input_value() == "Fenwick Straße 🌉"
        field(page, ADDRESS).fill(f"{town.address}/")
        press(page, "Look at it")
        expect(page.get_by_text("That page is a web page, not a feed. It names")).to_be_visible(timeout=WAIT)


def test_this_machine_itself_is_no_source_unless_the_operator_says_so(
    desk: Desk, module_world: World
) -> None:
    with Server(module_world.data, ONE_VOICE_ALLOW_LOOPBACK="0") as closed:
        page = at_the_sources(desk, closed, module_world)
        for address in ("http://127.0.0.1:8000/feed", "http://localhost/feed"):
            looked_at(page, address, INSIDE)


# Statements -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def begun(module_world: World) -> Statement:
    """A holding statement whose e-mail reads TEXT."""
    now, dana = datetime.now(UTC), module_world.actor("dana")
    with module_world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on Fenwick Street", "protest", now)
        begun = statements.start(store, dana, about.id, Start("H", channels=("email",)), now)
        email = statements.variants(store, begun.id)[0]
        statements.save(store, dana, email.id, email.newest.id, TEXT, "Group near Orrin", now)
    return begun


def at_the_draft(desk: Desk, server: Server, world: World, begun: Statement) -> tuple[Page, Locator]:
    page = desk(server).new_page()
    sign_in(page, server, world.people["dana"], f"/statement?statement={begun.id}")
    box = page.get_by_role("textbox", name="E-mail to families, English")
    expect(box).to_be_visible(timeout=WAIT)
    settled(page)
    return page, box


def test_a_text_that_cannot_be_saved_or_sent_is_refused_and_stays_in_its_box(
    desk: Desk, server: Server, module_world: World, begun: Statement
) -> None:
    page, box = at_the_draft(desk, server, module_world, begun)
    subject = field(page, "Subject")
    subject.fill("Grupo cerca de Orrin 🚸")
    save = re.compile(r"^(save )?Save revision")
    for text, sentence in (
        ("", "The text is empty. Nothing was saved; the last revision stands."),
        ("x " * 25_000, "The text is 50,000 characters; the limit is 20,000. It is kept here."),
    ):
        box.fill(text)
        page.get_by_role("button", name=save).first.click()
        expect(page.get_by_role("alert").filter(has_text=sentence).first).to_be_visible(timeout=WAIT)
        assert box.input_value() == text
        assert subject.input_value() == "Grupo cerca de Orrin 🚸"
    with module_world.store() as store:
        assert statements.variants(store, begun.id)[0].newest.text == TEXT
    box.fill(TEXT.replace("4:00 p.m.", "[time of the next update]"))
    page.get_by_role("button", name=save).first.click()
    expect(page.get_by_role("heading", name="1 blank to fill")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("button", name=re.compile("^(save )?Saved")).first).to_be_visible(timeout=WAIT)
    press(page, re.compile("Send for approval$"))
    told = "1 blank is left: time of the next update. Nothing was sent."
    expect(page.get_by_role("alert").filter(has_text=told).first).to_be_visible(timeout=WAIT)
    assert "[time of the next update]" in box.input_value()


@pytest.mark.parametrize("how", ["signed out", "disabled"])
def test_what_was_typed_in_the_tab_of_someone_who_is_out_is_found_again(
    desk: Desk, server: Server, module_world: World, how: str
) -> None:
    now, okafor = datetime.now(UTC), module_world.people["okafor"]
    with module_world.store() as store:
        about = incidents.open_by_hand(store, module_world.actor("dana"), f"Group, {how}", "protest", now)
        begun = statements.start(
            store, module_world.actor("dana"), about.id, Start("H", channels=("email",)), now
        )
    where = f"/statement?statement={begun.id}"
    page = desk(server).new_page()
    box = page.get_by_role("textbox", name="E-mail to families, English")
    sign_in(page, server, okafor, where)
    expect(box).to_be_visible(timeout=WAIT)
    settled(page)
    box.press_sequentially(" Typed in time.")
    expect(page.get_by_text("not yet a revision")).to_be_visible(timeout=WAIT)
    if how == "disabled":
        with module_world.store() as store:
            store.execute("update account set active = 0 where id = ?", [okafor.id])
    else:
        elsewhere = page.context.new_page()
        elsewhere.goto(f"{server.url}/sign-out")
        elsewhere.get_by_role("button", name="Sign out on this device").click()
    expect(page.get_by_text(re.compile("What you typed is kept")).first).to_be_visible(timeout=WAIT)
    if how == "disabled":
        with module_world.store() as store:
            store.execute("update account set active = 1 where id = ?", [okafor.id])
    page.context.clear_cookies()
    sign_in(page, server, okafor, where)
    expect(box).to_have_value(re.compile("Typed in time"), timeout=WAIT)


# Links ------------------------------------------------------------------------------------------------------------


def test_an_expired_a_used_and_a_foreign_link_say_so_and_record_nothing_more(
    desk: Desk, server: Server, module_world: World
) -> None:
    made = holding_statement(module_world)
    link = server.url + made.link(Seat.PIO)
    other = desk(server, javascript=False).new_page()
    sign_in(other, server, module_world.people["dana"])
    other.goto(link)
    expect(
        other.get_by_text("This link is for Sgt. Maya Okafor. You are signed in as Dana Whitlock.")
    ).to_be_visible()
    phone = desk(server, width=390, height=844, javascript=False).new_page()
    phone.goto(link)
    phone.get_by_label(re.compile("password", re.I)).fill(PASSWORD)
    phone.get_by_role("button").first.click()
    phone.get_by_role("button", name=re.compile("^Approve revision")).first.click()
    expect(phone.get_by_text(re.compile("Recorded .* you approved"))).to_be_visible()
    phone.goto(link)
    expect(phone.get_by_text(re.compile("This link was used at .* and cannot be used again"))).to_be_visible()
    old = holding_statement(module_world)
    with module_world.store() as store, store.atomic():
        ended = stamp(datetime.now(UTC) - timedelta(seconds=1))
        store.execute("update ask set expires_at = ? where statement_id = ?", [ended, old.statement.id])
    phone.goto(server.url + old.link(Seat.PIO))
    if phone.get_by_label(re.compile("password", re.I)).count():
        phone.get_by_label(re.compile("password", re.I)).fill(PASSWORD)
        phone.get_by_role("button").first.click()
    expect(phone.get_by_text("It lived 12 hours. Nothing was recorded.")).to_be_visible()
    with module_world.store() as store:
        given = store.rows_of("select distinct statement_id from decision")
    assert [row["statement_id"] for row in given] == [made.statement.id]
