"""The ways a text leaves when minutes count, and what happens when it was wrong or a seat stayed silent."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from comms import demo, partnership
from comms.agreeing import decisions
from comms.partnership import Mail
from comms.people import Actor, Seat, accounts
from comms.saying import protective, releases
from comms.store import open_partnership
from comms.workspace import corrections, statements
from monitors.samples import SampleServer
from tests import harness
from tests.domain.test_outgoing import lists
from tests.journeys.test_spine import Person, answer_on_the_phone, link_in, wait_for_items
from tests.statements_made import EMAIL_AFTER, SMS, WEB, Made, answer_the_check, holding_statement, release

pytestmark = pytest.mark.browser
SECONDS, ACTIONS = 120, 8
TEXTS = {"email": EMAIL_AFTER, "sms": SMS, "web": WEB}


def approved_beforehand(data: Path) -> None:
    """In calmer days: the PIO and the superintendent approved the words of the protective actions."""
    with open_partnership(data) as store:
        now = datetime.now(UTC)
        agency = partnership.agencies(store)[0].id
        for seat in (Seat.PIO, Seat.SUPERINTENDENT):
            for action in ("secure", "ended"):
                shown = {t.block.id: t.block.hash for t in protective.texts(store, agency, action)}
                actor = Actor(accounts(store, seat=seat)[0].id, via="shell")
                protective.approve_beforehand(store, actor, shown, now + timedelta(days=90), now)


def test_a_protective_action_is_out_in_two_minutes_while_the_superintendent_is_silent(
    tmp_path: Path, mailbox: harness.Mailbox, desk: Callable[..., BrowserContext]
) -> None:
    data = tmp_path / "data"
    with SampleServer(start=datetime.now(UTC)) as town:
        mail = Mail(mailbox.host, mailbox.port, "none", "", "one-voice@afsd.example")
        demo.seed(data, town.feeds.values(), datetime.now(UTC), mail=mail)
        approved_beforehand(data)
        with harness.Server(data, ONE_VOICE_DUTY="1") as server:
            dana = Person(desk(server), server, "Dana")
            okafor = Person(desk(server, width=390, height=844), server, "Sgt. Okafor")
            dana.sign_in("dana.whitlock@afsd.example")
            harness.settled(dana.page)
            wait_for_items(data)
            town.break_news("perimeter")
            opened = dana.page.get_by_role("button", name=re.compile("Acknowledge and open incident")).first
            expect(opened).to_be_visible(timeout=40_000)
            alerted = time.monotonic()

            dana.press(opened, "Acknowledge and open incident")
            secure = dana.page.get_by_role("radio", name="Secure")
            expect(secure).to_be_visible(timeout=20_000)
            harness.settled(dana.page)
            dana.press(secure, "Secure")
            send = dana.page.get_by_role("button", name="Send Secure to the police now")
            dana.press(send, "Send Secure to the police now")
            okafor.page.goto(link_in(mailbox, "maya.okafor@afpd.example", "Please approve"))
            okafor.clicks.append("Sgt. Okafor: the link in the message")
            answer_on_the_phone(okafor, "Approve")
            go = dana.page.get_by_role("button", name=re.compile(r"Release to \d channels now"))
            dana.press(go, "Release to 3 channels now")
            expect(dana.page.get_by_role("button", name=re.compile("Write the next update"))).to_be_visible(
                timeout=20_000
            )
            took, actions = time.monotonic() - alerted, dana.clicks + okafor.clicks
            print(
                f"\nclass A: {took:.0f} s and {len(actions)} actions from the alert to the release:",
                *actions,
                sep="\n  ",
            )
            assert took <= SECONDS
            assert len(actions) <= ACTIONS
            dana.shot("protective-released-1280")

            expect(dana.page.get_by_text("Sign-off owed").first).to_be_visible()
            brandt = Person(desk(server, width=390, height=844), server, "Dr. Brandt")
            link = _confirm_link(mailbox, "elaine.brandt@afsd.example")
            brandt.page.goto(link)
            brandt.page.get_by_label(re.compile("password", re.I)).fill(demo.PASSWORD)
            brandt.page.get_by_role("button", name="Show what went out").click()
            expect(brandt.page.get_by_text("is in Secure").first).to_be_visible()
            brandt.shot("sign-off-390")
            assert harness.axe_violations(brandt.page) == []
            assert harness.sideways(brandt.page) == 0
            brandt.page.get_by_role("button", name="Sign off what went out").click()
            expect(brandt.page.get_by_text("you signed off what went out")).to_be_visible()
            expect(dana.page.get_by_text("Sign-off owed")).to_have_count(0, timeout=15_000)


def _confirm_link(box: harness.Mailbox, address: str, within: float = 20) -> str:
    until = time.monotonic() + within
    while time.monotonic() < until:
        for message in reversed(box.to(address)):
            found = re.search(r"http://\S+/confirm/\S+", message.get_content())
            if found:
                return found.group()
        time.sleep(0.1)
    raise AssertionError(f"no sign-off asked of {address}: {[str(m['Subject']) for m in box.to(address)]}")


@pytest.fixture
def alder_falls(tmp_path: Path, mailbox: harness.Mailbox) -> harness.World:
    """The invented town with mail, and a holding statement's people."""
    world = harness.alder_falls(tmp_path / "data")
    mail = Mail(mailbox.host, mailbox.port, "none", "", "one-voice@afsd.example")
    with world.store() as store, store.atomic():
        partnership.write_profile(
            store, replace(partnership.profile(store), mail=mail, setup_step="done", calendar_known=True)
        )
        store.add("school", {"name": "Orrin Middle School"})
    return world


def person(
    desk: Callable[..., BrowserContext], server: harness.Server, world: harness.World, who: str, where: str
) -> Person:
    """Somebody at their own desk, signed in, at a place."""
    made = Person(desk(server), server, who)
    harness.sign_in(made.page, server, world.people[who], where)
    harness.settled(made.page)
    return made


def test_a_wrong_time_is_corrected_to_the_same_people_and_the_old_words_stay_marked(
    alder_falls: harness.World, mailbox: harness.Mailbox, desk: Callable[..., BrowserContext]
) -> None:
    made = holding_statement(alder_falls, TEXTS)
    out = release(made)
    with harness.Server(alder_falls.data, ONE_VOICE_DUTY="1") as server:
        dana = person(desk, server, alder_falls, "dana", f"/statement?statement={made.statement.id}")
        dana.press(dana.page.get_by_text("Something in it is wrong"), "Something in it is wrong")
        dana.page.get_by_label("What it says that is wrong").fill("A group stood there at about 2:45 p.m.")
        dana.page.get_by_label("What is right").fill("A group stood there at about 2:35 p.m.")
        dana.press(dana.page.get_by_text("A police fact"), "A police fact")
        dana.press(dana.page.get_by_role("button", name="Start the correction"), "Start the correction")
        expect(dana.page.get_by_role("heading", name="Correction", exact=True)).to_be_visible(timeout=20_000)
        harness.settled(dana.page)
        dana.shot("correction-1280")
        fixed = _corrected(alder_falls, made, out.id)
        okafor = Person(desk(server, width=390, height=844), server, "Sgt. Okafor")
        okafor.page.goto(f"{server.url}{fixed.link(Seat.PIO)}")
        okafor.page.get_by_label(re.compile("password", re.I)).fill(harness.PASSWORD)
        okafor.page.get_by_role("button", name="Show the text").click()
        okafor.page.get_by_role("button", name=re.compile(r"^Approve revision \d+")).click()
        expect(okafor.page.get_by_text("Recorded").first).to_be_visible()
        _signed_and_released(alder_falls, fixed)

        visitor = desk(server).new_page()  # axe needs a script; the page does not
        number = out.slug.rpartition("-")[0]
        visitor.goto(f"{server.url}/s/{number}")
        expect(visitor.get_by_text(re.compile("Corrected at .* These words no longer stand"))).to_be_visible()
        expect(visitor.get_by_text("2:35 p.m.").first).to_be_visible()
        expect(visitor.get_by_text("2:45 p.m.").first).to_be_visible()
        assert harness.axe_violations(visitor) == []
        until = time.monotonic() + 20
        while time.monotonic() < until and len(mailbox.to("a@homes.example")) < 2:
            time.sleep(0.2)
        subjects = [str(m["Subject"]) for m in mailbox.to("a@homes.example")]
        print(f"\nwho got the wrong text got the correction: {subjects}")
        assert len(subjects) == 2
        assert subjects[-1].startswith("Correction")


def _corrected(world: harness.World, made: Made, release_id: int) -> Made:
    """Dana's words for the correction, in every channel, sent for approval."""
    dana = world.actor("dana")
    with world.store() as store:
        begun = corrections.of_release(store, release_id)[-1]
        fixed = Made(world, made.incident_id, statements.statement(store, begun.statement_id))
        for each in statements.variants(store, fixed.statement.id):
            subject = "" if each.channel == "sms" else "Correction: Demonstration near Orrin Middle School"
            text = TEXTS[each.channel].replace("2:45", "2:35")
            statements.save(store, dana, each.id, each.newest.id, text, subject, datetime.now(UTC))
    fixed.send()
    return fixed


def _signed_and_released(world: harness.World, fixed: Made) -> None:
    answer_the_check(fixed)
    brandt, dana = world.actor("brandt"), world.actor("dana")
    with world.store() as store:
        now = datetime.now(UTC)
        decisions.decide(store, brandt, fixed.statement.id, fixed.hashes(), "approve", now)
        releases.release(store, dana, fixed.statement.id, fixed.hashes(), now)


def test_a_silent_police_seat_is_overridden_by_name_shown_to_everyone_and_answered_afterwards(
    alder_falls: harness.World, mailbox: harness.Mailbox, desk: Callable[..., BrowserContext]
) -> None:
    lists(alder_falls)
    made = holding_statement(alder_falls, TEXTS)
    answer_the_check(made)
    with alder_falls.store() as store:
        was = (datetime.now(UTC) - timedelta(minutes=9)).isoformat(timespec="milliseconds")
        store.execute("update ask set at = ?", [was])
    where = f"/statement?statement={made.statement.id}"
    with harness.Server(alder_falls.data, ONE_VOICE_DUTY="1") as server:
        brandt = person(desk, server, alder_falls, "brandt", where)
        brandt.press(
            brandt.page.get_by_text(re.compile("^Release without Sgt")), "Release without Sgt. Okafor"
        )
        brandt.page.get_by_label(re.compile("Why it cannot wait")).fill("Dismissal is in ten minutes.")
        brandt.press(
            brandt.page.get_by_role("button", name="Go on without the police"), "Go on without the police"
        )
        expect(brandt.page.get_by_text("let it go without this seat").first).to_be_visible(timeout=20_000)
        brandt.shot("override-1280")
        sign = brandt.page.get_by_role("button", name="Go to sign this text")
        brandt.press(sign, "Go to sign this text")
        brandt.press(brandt.page.get_by_role("button", name=re.compile("^Sign (revision|these)")), "Sign")
        expect(brandt.page.get_by_text("Recorded").first).to_be_visible(timeout=20_000)
        dana = person(desk, server, alder_falls, "dana", where)
        dana.press(
            dana.page.get_by_role("button", name=re.compile(r"Release to \d channels")),
            "Release to 3 channels",
        )
        expect(dana.page.get_by_text("Orrin families (2), High school families (1)")).to_be_visible()
        dana.press(dana.page.get_by_role("button", name="Release now"), "Release now")
        expect(dana.page.get_by_text("Released without Police PIO").first).to_be_visible(timeout=20_000)
        dana.shot("released-without-1280")
        visitor = desk(server, javascript=False).new_page()
        visitor.goto(f"{server.url}/statements")
        visitor.get_by_role("link").filter(has_text="Demonstration").first.click()
        expect(visitor.get_by_text("Released without: Police PIO.")).to_be_visible()
        okafor = Person(desk(server, width=390, height=844), server, "Sgt. Okafor")
        okafor.page.goto(_confirm_link(mailbox, "okafor@afpd.example"))
        okafor.page.get_by_label(re.compile("password", re.I)).fill(harness.PASSWORD)
        okafor.page.get_by_role("button", name="Show what went out").click()
        okafor.page.get_by_text("Something in it is wrong").click()
        okafor.page.get_by_label(re.compile("What is wrong")).fill("It was 2:35 p.m.")
        okafor.page.get_by_role("button", name="Ask for a correction").click()
        expect(okafor.page.get_by_text("you asked for a correction")).to_be_visible()
        clicks = brandt.clicks + dana.clicks
        print(f"\noverride: {len(clicks)} clicks of two people:", *clicks, sep="\n  ")
        expect(dana.page.get_by_text("Sign-off owed")).to_have_count(0, timeout=15_000)
