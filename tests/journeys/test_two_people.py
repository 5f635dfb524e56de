"""Two people on one draft: nothing a person typed is lost, and nobody is chosen for."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from comms.agreeing import decisions
from comms.people import Refused
from comms.workspace import incidents, statements
from comms.workspace.statements import Start, Statement
from tests import harness
from tests.harness import World
from tests.statements_made import Made

pytestmark = pytest.mark.browser
Desk = Callable[..., BrowserContext]
TEXT = "Police are on Fenwick Street.\n\nOrrin Middle School dismisses as usual.\n\nWe will write again by 4:00 p.m."


@pytest.fixture
def running(tmp_path: Path) -> Iterator[harness.Server]:
    """A server of this test's own, so that it can be killed."""
    world = harness.alder_falls(tmp_path / "data")
    with harness.Server(world.data) as server:
        yield server


def draft(world: World) -> Statement:
    """A holding statement whose e-mail reads TEXT."""
    now = datetime.now(UTC)
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on Fenwick Street", "protest", now)
        begun = statements.start(store, dana, about.id, Start("H", channels=("email",)), now)
        email = statements.variants(store, begun.id)[0]
        statements.save(store, dana, email.id, email.newest.id, TEXT, "Group near Orrin", now)
    return begun


def world_of(server: harness.Server) -> World:
    """The people behind a running server."""
    from comms.people import accounts
    from comms.store import open_partnership

    names = {name: short for short, (_, name, _, _) in harness.PEOPLE.items()}
    with open_partnership(server.data) as store:
        people = {names[a.name]: a for a in accounts(store)}
    return World(server.data, people, people["dana"].organisation_id, people["okafor"].organisation_id)


def at_the_desk(
    desk: Desk, server: harness.Server, world: World, who: str, begun: Statement, **size: int
) -> Page:
    page = desk(server, **size).new_page()
    harness.sign_in(page, server, world.people[who], f"/statement?statement={begun.id}")
    harness.settled(page)
    expect(box(page)).to_be_visible(timeout=60_000)
    return page


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="E-mail to families, English")


def save(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^(save )?Save revision")).click()


def newest(world: World, begun: Statement) -> str:
    with world.store() as store:
        return statements.variants(store, begun.id)[0].newest.text


def until(found: Callable[[], bool], within: float = 60) -> None:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to pass")


def test_different_paragraphs_combine(running: harness.Server, desk: Desk) -> None:
    world = world_of(running)
    begun = draft(world)
    dana = at_the_desk(desk, running, world, "dana", begun)
    okafor = at_the_desk(desk, running, world, "okafor", begun, width=390, height=844)
    expect(dana.get_by_text("Sgt. Maya Okafor is in").first).to_be_visible(timeout=60_000)

    box(okafor).fill(TEXT.replace("Police are on", "Officers left"))
    save(okafor)
    until(lambda: "Officers left" in newest(world, begun))
    box(dana).fill(TEXT.replace("4:00", "4:30"))
    save(dana)
    expect(dana.get_by_text("Your words are kept. Read both and choose.").first).to_be_visible(timeout=60_000)
    assert "4:30" not in newest(world, begun)
    dana.get_by_role("button", name="Combine").click()
    until(
        lambda: newest(world, begun) == TEXT.replace("Police are on", "Officers left").replace("4:00", "4:30")
    )


def test_the_same_sentence_is_a_person_s_choice(running: harness.Server, desk: Desk) -> None:
    world = world_of(running)
    begun = draft(world)
    dana = at_the_desk(desk, running, world, "dana", begun)
    okafor = world.actor("okafor")
    box(dana).fill(TEXT.replace("as usual", "at 3:40 p.m."))
    with world.store() as store:
        email = statements.variants(store, begun.id)[0]
        theirs = TEXT.replace("as usual", "ten minutes early")
        statements.save(
            store, okafor, email.id, email.newest.id, theirs, email.newest.subject, datetime.now(UTC)
        )
    save(dana)
    expect(dana.get_by_text("Both changed these words").first).to_be_visible(timeout=60_000)
    dana.get_by_role("button", name="Combine").click()
    expect(dana.get_by_text("Nothing was saved; both texts are kept.").first).to_be_visible(timeout=60_000)
    dana.get_by_role("radio", name="Keep mine").first.click()
    dana.get_by_role("button", name="Combine").click()
    until(lambda: "at 3:40 p.m." in newest(world, begun))


def test_an_approval_between_two_saves_is_for_the_words_it_was_given_on(
    running: harness.Server, desk: Desk
) -> None:
    world = world_of(running)
    begun = draft(world)
    made = Made(world, begun.incident_id, begun)
    dana = at_the_desk(desk, running, world, "dana", begun)
    made.send()
    shown = made.hashes()
    okafor = world.actor("okafor")
    with world.store() as store:
        decisions.decide(store, okafor, begun.id, shown, "approve", datetime.now(UTC))
    box(dana).fill(TEXT.replace("Police", "Officers"))
    save(dana)
    until(lambda: "Officers are" in newest(world, begun))
    expect(dana.get_by_text("Lapsed").first).to_be_visible(timeout=60_000)
    with world.store() as store, pytest.raises(Refused, match="The text changed while you were reading"):
        decisions.decide(store, okafor, begun.id, shown, "approve", datetime.now(UTC))


def kept(world: World, begun: Statement, who: str, words: str) -> bool:
    with world.store() as store:
        email = statements.variants(store, begun.id)[0]
        buffer = statements.kept(store, world.people[who].id, email.id)
    return buffer is not None and words in buffer.text


def test_typing_survives_a_reload_and_a_second_tab_without_saving(
    running: harness.Server, desk: Desk
) -> None:
    world = world_of(running)
    begun = draft(world)
    dana = at_the_desk(desk, running, world, "dana", begun)
    box(dana).press_sequentially(" Thank you for waiting.")
    until(lambda: kept(world, begun, "dana", "Thank you for waiting."))
    dana.reload()
    harness.settled(dana)
    expect(box(dana)).to_have_value(re.compile("Thank you for waiting"), timeout=60_000)
    second = dana.context.new_page()
    second.goto(f"{running.url}/statement?statement={begun.id}")
    expect(box(second)).to_have_value(re.compile("Thank you for waiting"), timeout=60_000)
    assert newest(world, begun) == TEXT, "nothing was saved for her"


def test_typing_cut_off_by_a_killed_server_is_found_again(running: harness.Server, desk: Desk) -> None:
    world = world_of(running)
    begun = draft(world)
    dana = at_the_desk(desk, running, world, "dana", begun)
    box(dana).press_sequentially(" Before the cut.")
    until(lambda: kept(world, begun, "dana", "Before the cut."))
    running.kill()
    box(dana).press_sequentially(" After the cut.")
    running.start()
    expect(dana.locator("[data-test-connection-state=CONNECTED]").first).to_be_attached(timeout=60_000)
    harness.settled(dana)
    expect(box(dana)).to_have_value(re.compile("Before the cut"), timeout=60_000)
    dana.reload()
    harness.settled(dana)
    expect(box(dana)).to_have_value(re.compile("Before the cut"), timeout=60_000)


def test_a_disabled_user_s_open_tab_shows_and_saves_nothing(running: harness.Server, desk: Desk) -> None:
    world = world_of(running)
    begun = draft(world)
    dana = at_the_desk(desk, running, world, "dana", begun)
    box(dana).press_sequentially(" Words.")
    until(lambda: kept(world, begun, "dana", "Words."))
    with world.store() as store:
        store.execute("update account set active = 0 where name = 'Dana Whitlock'")
    told = dana.get_by_text("Your account was disabled. What you typed is kept.").first
    expect(told).to_be_visible(timeout=60_000)
    assert newest(world, begun) == TEXT
    assert kept(world, begun, "dana", "Words.")


def test_a_lost_connection_is_said_where_a_person_types_and_takes_no_word(
    running: harness.Server, desk: Desk
) -> None:
    world = world_of(running)
    begun = draft(world)
    dana = at_the_desk(desk, running, world, "dana", begun, width=390, height=844)
    dana.context.set_offline(True)
    box(dana).press("ControlOrMeta+End")
    box(dana).press_sequentially(" The road is open again.")
    expect(dana.get_by_text(re.compile("Connection lost.*What you typed is kept here"))).to_be_visible()
    dana.context.set_offline(False)

    def kept() -> bool:
        with world.store() as store:
            variant = statements.variants(store, begun.id)[0]
            draft = statements.kept(store, world.people["dana"].id, variant.id)
        return draft is not None and draft.text.endswith("The road is open again.")

    until(kept)
    dana.reload()
    expect(box(dana)).to_have_value(re.compile("The road is open again.$"), timeout=60_000)


def test_who_only_reads_sees_text_and_the_word_read_only(running: harness.Server, desk: Desk) -> None:
    world = world_of(running)
    begun = draft(world)
    for width in (1280, 390):
        reader = desk(running, width=width, height=844).new_page()
        harness.sign_in(reader, running, world.people["counsel"], f"/statement?statement={begun.id}")
        expect(reader.get_by_text("Read only: you hold no writing seat")).to_be_visible(timeout=60_000)
        expect(reader.get_by_text("Police are on Fenwick Street.").first).to_be_visible()
        assert reader.get_by_role("textbox", name="E-mail to families, English").count() == 0
        assert harness.sideways(reader) == 0


WORD = "“We’re aware,” she wrote — at 2:45 p.m.\u00a0The\u200b group\u00ad left… {{ 7*7 }} ${next_update}"
RICH = (
    "<p>“We’re aware,” she wrote — at 2:45 p.m.&nbsp;The&#8203; group&shy; left… {{ 7*7 }} ${next_update}</p>"
    '<img src="http://example.invalid/mark.png"><a href="javascript:alert(1)">read</a>'
)


def test_words_pasted_from_word_with_a_picture_and_a_link_by_both_in_the_same_second(
    running: harness.Server, desk: Desk
) -> None:
    """Nothing of the paste runs or is fetched, every sign stays, and the second to save keeps words to choose from."""
    world = world_of(running)
    begun = draft(world)
    pages = {who: at_the_desk(desk, running, world, who, begun) for who in ("dana", "okafor")}
    for who, page in pages.items():
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.evaluate(
            "([plain, rich]) => navigator.clipboard.write([new ClipboardItem({"
            "'text/plain': new Blob([plain], {type: 'text/plain'}), 'text/html': new Blob([rich], {type: 'text/html'})})])",
            [f"{WORD} {who}", RICH],
        )
        box(page).fill("")
        box(page).press("Control+v")
        expect(box(page)).to_have_value(f"{WORD} {who}")
    for page in pages.values():
        save(page)
    until(lambda: newest(world, begun).startswith(WORD))
    first = newest(world, begun).removeprefix(f"{WORD} ")
    second = pages["okafor" if first == "dana" else "dana"]
    expect(second.get_by_text("Your words are kept. Read both and choose.").first).to_be_visible(
        timeout=60_000
    )
    expect(second.get_by_text("Keep mine").first).to_be_visible()
    assert newest(world, begun) == f"{WORD} {first}", "the later press took nothing from the first"
    assert second.locator("img[src*='example.invalid']").count() == 0
