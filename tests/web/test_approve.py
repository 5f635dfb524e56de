"""Approving by link: what a phone without JavaScript, a mail scanner, a stranger and a tired officer meet."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Page

from comms import audit
from comms.agreeing import seats
from comms.people import Seat
from comms.store import stamp
from comms.workspace import suggestions
from tests.conftest import Desk
from tests.harness import PASSWORD, Server, World, axe_violations, sideways
from tests.statements_made import EMAIL, EMAIL_AFTER, Made, answer_the_check, holding_statement, turned_since


@pytest.fixture
def made(module_world: World) -> Made:
    """A new incident with a statement that waits for the PIO."""
    return holding_statement(module_world)


def decisions(made: Made) -> list[tuple[str, str, str]]:
    """Who gave which answer by which way."""
    with made.world.store() as store:
        rows = store.rows_of(
            "select distinct account.name, answer, via from decision join account on account.id = account_id "
            "where statement_id = ? order by decision.id",
            made.statement.id,
        )
    return [(r["name"], r["answer"], r["via"]) for r in rows]


@contextmanager
def phone(server: Server, link: str) -> Iterator[httpx.Client]:
    """A browser on which the person gave their password once, so that it is known."""
    with server.client() as client:
        assert client.post(link, data={"do": "open", "code": PASSWORD}).status_code == 303
        yield client


def form_of(page: httpx.Response) -> dict[str, str]:
    """The hashes a page shows, as its form sends them back."""
    return dict(re.findall(r'name="(hash-\d+)" value="([0-9a-f]{64})"', page.text))


# Opening ----------------------------------------------------------------------------------------------------------


def test_on_a_new_browser_the_password_comes_before_a_word_of_the_text(server: Server, made: Made) -> None:
    with server.client() as visitor:
        page = visitor.get(made.link(Seat.PIO))
        assert page.status_code == 200
        for known in ("Dana Whitlock", "Sgt. Maya Okafor", "Holding statement", "Due "):
            assert known in page.text
        for secret in ("overpass", "isolated incident", "hash-"):
            assert secret not in page.text


def test_after_the_password_the_text_shows_and_approving_takes_one_more_tap(
    server: Server, made: Made
) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        page = visitor.get(link)
        assert "This was an isolated incident." in page.text
        assert 'name="code"' not in page.text
        done = visitor.post(link, data=form_of(page) | {"do": "approve"})
        assert done.status_code == 200
        assert re.search(
            r"Recorded \d+:\d\d [AP]M Central: you approved revision \d+ \([0-9a-f]{4} [0-9a-f]{4}\)",
            done.text,
        )
        assert decisions(made) == [("Maya Okafor", "approve", "link")]


def test_on_a_known_browser_the_text_shows_at_once_and_the_password_comes_with_the_answer(
    server: Server, made: Made
) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        visitor.cookies.delete("one_voice_proof")
        page = visitor.get(link)
        assert "This was an isolated incident." in page.text
        assert 'name="code"' in page.text
        assert visitor.post(link, data=form_of(page) | {"do": "approve"}).status_code == 403
        wrong = visitor.post(link, data=form_of(page) | {"do": "approve", "code": "wrong"})
        assert "That is not your password. Nothing was recorded" in wrong.text
        assert decisions(made) == []
        assert visitor.post(link, data=form_of(page) | {"do": "approve", "code": PASSWORD}).status_code == 200
        assert decisions(made) == [("Maya Okafor", "approve", "link")]


def test_a_password_given_for_one_text_does_not_answer_for_another(server: Server, made: Made) -> None:
    other = holding_statement(made.world)
    with phone(server, made.link(Seat.PIO)) as visitor:
        page = visitor.get(other.link(Seat.PIO))
        assert 'name="code"' in page.text
        assert visitor.post(other.link(Seat.PIO), data=form_of(page) | {"do": "approve"}).status_code == 403


def test_a_mail_scanner_that_follows_every_link_decides_nothing(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with server.client() as scanner:
        for _ in range(3):
            scanner.get(link)
            scanner.head(link)
            scanner.get(link, params={"do": "approve"})
        assert decisions(made) == []


def test_an_answer_without_the_password_on_a_new_browser_records_nothing(server: Server, made: Made) -> None:
    data = {f"hash-{variant}": value for variant, value in made.hashes().items()} | {"do": "approve"}
    with server.client() as visitor:
        answer = visitor.post(made.link(Seat.PIO), data=data)
        assert answer.status_code == 403
        assert decisions(made) == []


def test_someone_else_signed_in_is_told_whose_link_it_is(server: Server, made: Made) -> None:
    with server.signed_in(made.world.people["dana"]) as dana:
        page = dana.get(made.link(Seat.PIO))
        assert page.status_code == 403
        assert (
            "This link is for Sgt. Maya Okafor. You are signed in as Dana Whitlock. Nothing was recorded."
            in page.text
        )
        assert dana.post(made.link(Seat.PIO), data={"do": "approve", "code": PASSWORD}).status_code == 403
        assert decisions(made) == []


def test_the_person_signed_in_sees_the_text_at_once_and_still_gives_the_password(
    server: Server, made: Made
) -> None:
    with server.signed_in(made.world.people["okafor"]) as okafor:
        page = okafor.get(made.link(Seat.PIO))
        assert "This was an isolated incident." in page.text
        assert 'name="code"' in page.text


@pytest.mark.parametrize("token", ["x", "eyJhc2siOjF9.AAAA", "a" * 3000, "%00", "..%2f..%2fetc"])
def test_a_made_up_link_opens_nothing(server: Server, token: str) -> None:
    with server.client() as visitor:
        assert visitor.get(f"/approve/{token}").status_code in {303, 400, 404}


def test_a_link_ends_after_twelve_hours(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with made.world.store() as store, store.atomic():
        store.execute(
            "update ask set expires_at = ? where statement_id = ?",
            [stamp(datetime.now(UTC) - timedelta(seconds=1)), made.statement.id],
        )
    with phone(server, link) as visitor:
        page = visitor.get(link)
        assert page.status_code == 410
        assert "It lived 12 hours. Nothing was recorded. Ask Dana Whitlock to send it again." in page.text
        data = {f"hash-{variant}": value for variant, value in made.hashes().items()} | {"do": "approve"}
        assert visitor.post(link, data=data).status_code == 410
        assert decisions(made) == []


def test_a_disabled_approver_opens_nothing(server: Server, world: World) -> None:
    made = holding_statement(world)
    with world.store() as store, store.atomic():
        store.execute("update account set active = 0 where id = ?", [world.people["okafor"].id])
    with Server(world.data) as own, own.client() as visitor:
        assert visitor.get(made.link(Seat.PIO)).status_code == 410


# Answering --------------------------------------------------------------------------------------------------------


def test_a_second_tap_is_shown_as_already_recorded(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        data = form_of(visitor.get(link)) | {"do": "approve"}
        visitor.post(link, data=data)
        again = visitor.post(link, data=data)
        assert "Already recorded" in again.text
        later = visitor.get(link)
        assert re.search(r"This link was used at \d+:\d\d [AP]M and cannot be used again", later.text)
        assert re.search(r"Your approval of revision \d+ stands\.", later.text)
        with made.world.store() as store:
            assert len(seats.decisions(store, made.statement.id)) == len(made.hashes())


def test_when_the_text_changed_while_reading_nothing_is_recorded_and_the_change_is_shown(
    server: Server, made: Made
) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        read = form_of(visitor.get(link))
        made.edit("dana", "email", EMAIL_AFTER)
        late = visitor.post(link, data=read | {"do": "approve"})
        assert late.status_code == 409
        assert (
            "The text changed while you were reading. Nothing was recorded. Here is the change." in late.text
        )
        assert "<del>left at 3:05 p.m. This was an isolated incident" in late.text
        assert "<ins>has left. Police report no injuries as of 3:17 p.m" in late.text
        assert decisions(made) == []
        assert "You get a new link when the new words are sent" in late.text
        made.send()
        stale = visitor.get(link)
        assert stale.status_code == 410
        newer = re.search(r'href="(/approve/[^"]+)">Answer the text as it is now', stale.text)
        assert newer is not None
        assert visitor.get(newer[1]).status_code == 200


def test_after_a_change_the_approver_is_shown_the_difference_first(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        visitor.post(link, data=form_of(visitor.get(link)) | {"do": "approve"})
        made.edit("dana", "email", EMAIL_AFTER)
        made.send()
        page = visitor.get(made.link(Seat.PIO)).text
        assert page.index("What changed") < page.index("<ins>has left.") < page.index("The whole text")
        assert re.search(r"You approved revision \d+; what changed since is shown first\.", page)
        assert "<details open>" not in page


def test_whoever_answers_by_link_reads_how_the_story_turned_since(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        assert "The story turned" not in visitor.get(link).text
        turned_since(made, datetime.now(UTC))
        page = visitor.get(link).text
        told = page.index("The story turned from 3 hurt to 2 hurt")
        assert told < page.index("This was an isolated incident."), "before the words"
        assert "KXTV 9 News: “Two people were hurt, police say.”" in page
        assert "Read whether the words still hold before you answer." in page
    with server.client() as visitor:
        assert "2 hurt" not in visitor.get(link).text, "a new browser is told nothing before the password"


def test_an_objection_needs_its_reason_and_keeps_what_was_typed(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        shown = form_of(visitor.get(link))
        bare = visitor.post(link, data=shown | {"do": "object", "reason": "  "})
        assert "Say why, in a sentence" in bare.text
        assert decisions(made) == []
        visitor.cookies.delete("one_voice_proof")
        typed = "Détective says <b>3:05</b> is wrong 🚓"
        wrong = visitor.post(link, data=shown | {"do": "object", "reason": typed, "code": "wrong"})
        assert "Détective says &lt;b&gt;3:05&lt;/b&gt; is wrong 🚓" in wrong.text
        done = visitor.post(link, data=shown | {"do": "object", "reason": typed, "code": PASSWORD})
        assert "you objected to revision" in done.text
        assert decisions(made) == [("Maya Okafor", "object", "link")]


def test_not_my_facts_is_an_answer_of_its_own(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        shown = form_of(visitor.get(link))
        visitor.post(link, data=shown | {"do": "not_my_facts", "reason": "The sheriff owns custody."})
        assert decisions(made) == [("Maya Okafor", "not_my_facts", "link")]


def test_approving_with_a_suggested_edit_records_both(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        page = visitor.get(link)
        edit = re.search(r'name="(edit-\d+)"', page.text)
        assert edit is not None
        same = visitor.post(
            link, data=form_of(page) | {"do": "suggest", edit[1]: EMAIL.replace("\n", "\r\n")}
        )
        assert "Your edit changes nothing." in same.text
        assert decisions(made) == []
        better = EMAIL.replace("This was an isolated incident.", "Police report no injuries.").replace(
            "\n", "\r\n"
        )
        visitor.post(link, data=form_of(page) | {"do": "suggest", edit[1]: better})
        assert decisions(made) == [("Maya Okafor", "approve", "link")]
        with made.world.store() as store:
            suggested = suggestions.suggestions(store, int(edit[1].removeprefix("edit-")))
        assert [(s.author, "Police report no injuries." in s.text) for s in suggested] == [
            ("Maya Okafor", True)
        ]


def test_the_superintendent_signs_last(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        visitor.post(link, data=form_of(visitor.get(link)) | {"do": "approve"})
    last = made.link(Seat.SUPERINTENDENT)
    with phone(server, last) as visitor:
        page = visitor.get(last)
        assert re.search(r"Sign revision \d+</button>", page.text)
        assert "District facts in this text" in page.text
        done = visitor.post(last, data=form_of(page) | {"do": "approve"})
        assert "you signed revision" in done.text
    with made.world.store() as store:
        assert seats.standing(store, made.statement).complete


def test_another_text_that_waits_is_named_after_the_answer(server: Server, made: Made) -> None:
    other = holding_statement(made.world)
    with phone(server, made.link(Seat.PIO)) as visitor:
        page = visitor.get(made.link(Seat.PIO))
        done = visitor.post(made.link(Seat.PIO), data=form_of(page) | {"do": "approve"})
        assert "Also waiting for you" in done.text
        assert other.link(Seat.PIO) in done.text


def test_reading_by_link_is_on_the_record(server: Server, made: Made) -> None:
    with phone(server, made.link(Seat.PIO)) as visitor:
        visitor.get(made.link(Seat.PIO))
    with made.world.store() as store:
        did = [(e.who, e.did) for e in audit.entries(store, f"statement {made.statement.id}")]
    assert ("Maya Okafor", "read a text by link") in did


def test_what_the_check_found_is_told_with_the_words_and_who_kept_them(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        assert "Not checked yet." in visitor.get(link).text
        answer_the_check(made)
        page = visitor.get(link).text
        assert "Not checked yet." not in page
        assert re.search(r"Nothing blocks\. \d+ warnings?\.", page)
        assert re.search(r"<p>B4 · “[^”]*isolated[^”]*”: [^<]* Kept by Communications\.", page)


def test_words_of_others_stay_words(server: Server, world: World) -> None:
    hostile = (
        '<script>alert(1)</script> <img src="https://evil.example/x.png"> {{ 7*7 }} Next update 4:00 p.m.'
    )
    made = holding_statement(world, {"web": hostile})
    with Server(world.data) as own, phone(own, made.link(Seat.PIO)) as visitor:
        page = visitor.get(made.link(Seat.PIO)).text
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{{ 7*7 }}" in page


# Speed and looks --------------------------------------------------------------------------------------------------


def test_the_page_is_small_and_quick(server: Server, made: Made) -> None:
    with phone(server, made.link(Seat.PIO)) as visitor:
        visitor.get(made.link(Seat.PIO))
        began = time.perf_counter()
        page = visitor.get(made.link(Seat.PIO))
        took = time.perf_counter() - began
    packed = int(page.headers.get("content-length", "0"))
    print(f"approval page: {len(page.content):,} bytes, {packed:,} on the wire, {took * 1000:.0f} ms")
    assert len(page.content) < 30_000
    assert took < 0.5


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "dark", "zoom"), [(390, False, 1.0), (390, True, 1.0), (1280, False, 1.0), (780, False, 2.0)]
)
def test_the_page_works_without_javascript_on_a_phone_in_the_dark_and_at_double_size(
    desk: Desk, server: Server, made: Made, width: int, dark: bool, zoom: float
) -> None:
    context = desk(server, width=width, dark=dark, zoom=zoom)
    page = context.new_page()
    link = f"{server.url}{made.link(Seat.PIO)}"
    page.goto(link)
    assert axe_violations(page) == []
    page.get_by_label("Your One Voice password").fill(PASSWORD)
    _press(page, "Show the text")
    assert axe_violations(page) == []
    assert sideways(page) == 0
    small = page.locator("button:visible, summary:visible, input:visible").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height).filter(h => h < 52)"
    )
    assert small == []
    _press(page, re.compile("Approve revision"))
    assert page.get_by_role("status").is_visible()
    assert axe_violations(page) == []
    assert decisions(made) == [("Maya Okafor", "approve", "link")]


@pytest.mark.browser
def test_enter_in_the_password_field_answers_nothing(desk: Desk, server: Server, made: Made) -> None:
    context = desk(server, width=390, javascript=False)
    page = context.new_page()
    page.goto(f"{server.url}{made.link(Seat.PIO)}")
    page.get_by_label("Your One Voice password").fill(PASSWORD)
    _press(page, "Show the text")
    context.clear_cookies(name="one_voice_proof")
    page.reload()
    page.get_by_label("Your One Voice password").fill(PASSWORD)
    page.get_by_label("Your One Voice password").press("Enter")
    page.wait_for_timeout(200)
    assert decisions(made) == []


def _press(page: Page, name: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


@pytest.mark.browser
def test_on_a_slow_phone_network_the_page_is_there_at_once(desk: Desk, server: Server, made: Made) -> None:
    context = desk(server, width=390)
    page = context.new_page()
    slow = context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000},
    )
    page.goto(f"{server.url}{made.link(Seat.PIO)}")
    page.get_by_label("Your One Voice password").fill(PASSWORD)
    _press(page, "Show the text")
    page.reload()
    painted = "() => performance.getEntriesByType('paint').find(p => p.name.startsWith('first-c'))?.startTime"
    spent = page.wait_for_function(painted).json_value()  # the browser tells a paint a little after it
    print(f"approval page on slow 4G (1.6 Mbit/s, 150 ms): first words after {spent:.0f} ms")
    assert spent < 2_000
