"""One incident, end to end: it breaks on a feed, two organizations agree on words, it goes out, and there is a record."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from comms import audit, demo
from comms.partnership import Mail
from comms.store import open_partnership
from monitors.samples import SampleServer
from tests import harness

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("ONE_VOICE_SHOTS", "")
SWEEP = demo.EVERY.total_seconds()

COUNT_TONES = """() => {
  window.tones = 0
  const start = AudioContext.prototype.createOscillator
  AudioContext.prototype.createOscillator = function () { window.tones += 1; return start.call(this) }
}"""


class Person:
    """One of the three people at their own browser; counts what they press."""

    def __init__(self, context: BrowserContext, server: harness.Server, name: str) -> None:
        self.context, self.server, self.name = context, server, name
        self.page: Page = context.new_page()
        self.clicks: list[str] = []

    def sign_in(self, email: str) -> None:
        """Beforehand, as on any working day."""
        self.page.goto(f"{self.server.url}/sign-in")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(demo.PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(re.compile(r"/(?!sign-in)"))

    def press(self, what: Locator, words: str) -> None:
        """One counted click or tap."""
        expect(what).to_be_visible(timeout=90_000)
        what.click()
        self.clicks.append(f"{self.name}: {words}")

    def shot(self, name: str) -> None:
        """A picture for people, when ONE_VOICE_SHOTS names a folder."""
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def link_in(box: harness.Mailbox, address: str, subject: str, within: float = 60) -> str:
    """The approval link a person finds in their mail."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        for message in reversed(box.to(address)):
            if subject in str(message["Subject"]):
                found = re.search(r"http://\S+/approve/\S+", message.get_content())
                assert found, message.get_content()
                return found.group()
        time.sleep(0.1)
    raise AssertionError(
        f"no mail to {address} about {subject!r}: {[str(m['Subject']) for m in box.messages]}"
    )


@pytest.fixture
def alder_falls(tmp_path: Path, mailbox: harness.Mailbox) -> Callable[[SampleServer], Path]:
    """The demo partnership over a running sample server, with a real mail server."""

    def seeded(town: SampleServer) -> Path:
        data = tmp_path / "data"
        mail = Mail(mailbox.host, mailbox.port, "none", "", "one-voice@afsd.example")
        demo.seed(data, town.feeds.values(), datetime.now(UTC), mail=mail)
        return data

    return seeded


def test_from_the_first_report_to_a_released_statement_and_its_record(
    alder_falls: Callable[[SampleServer], Path], mailbox: harness.Mailbox, desk: Callable[..., BrowserContext]
) -> None:
    with SampleServer(start=datetime.now(UTC)) as town:
        data = alder_falls(town)
        with harness.Server(data, ONE_VOICE_DUTY="1") as server:
            dana = Person(desk(server), server, "Dana")
            okafor = Person(desk(server, width=390, height=844), server, "Sgt. Okafor")
            brandt = Person(desk(server, width=390, height=844), server, "Dr. Brandt")
            dana.sign_in("dana.whitlock@afsd.example")
            harness.settled(dana.page)
            expect(dana.page.get_by_role("heading", name="Alerts")).to_be_visible(timeout=90_000)
            dana.page.evaluate(COUNT_TONES)
            dana.page.get_by_role("button", name="Turn on a sound for page-now alerts").click()
            expect(dana.page.get_by_role("button", name="Sound is on in this browser")).to_be_visible()
            assert dana.page.evaluate("window.tones") == 1, "turning it on lets a person hear it"
            wait_for_items(data)
            broke = time.monotonic()
            town.break_news("overpass")

            opened = dana.page.get_by_role("button", name=re.compile("Acknowledge and open incident")).first
            expect(opened).to_be_visible(timeout=90_000)
            heard = time.monotonic() - broke
            print(
                f"\nfrom the entry on the feed to the alert on screen: {heard:.1f} s (sweep every {SWEEP:.0f} s)"
            )
            assert dana.page.locator("mark").count() > 0, "the words that decided are marked"
            dana.page.wait_for_function("window.tones === 2", timeout=90_000)
            dana.shot("alerts-1280")
            assert mailbox_has(mailbox, "dana.whitlock@afsd.example", "Page now")

            dana.press(opened, "Acknowledge and open incident")
            start = dana.page.get_by_role("button", name="Start the holding statement")
            expect(start).to_be_visible(timeout=90_000)
            harness.settled(dana.page)
            dana.shot("incident-1280")
            dana.press(start, "Start the holding statement")
            send = dana.page.get_by_role("button", name="Send for approval")
            expect(send).to_be_visible(timeout=90_000)
            expect(dana.page.get_by_text("Not checked yet").first).to_be_hidden(timeout=90_000)
            harness.settled(dana.page)
            dana.shot("statement-1280")
            dana.press(send, "Send for approval")

            for person, address, verb in (
                (okafor, "maya.okafor@afpd.example", "Approve"),
                (brandt, "elaine.brandt@afsd.example", "Sign"),
            ):
                link = link_in(mailbox, address, "Please")
                person.page.goto(link)
                person.clicks.append(f"{person.name}: the link in the message")
                answer_on_the_phone(person, verb)

            release = dana.page.get_by_role("button", name=re.compile(r"Release to \d channels"))
            expect(release).to_be_visible(timeout=90_000)
            dana.shot("statement-approved-1280")
            dana.press(release, "Release to 4 channels")
            dana.press(dana.page.get_by_role("button", name="Release now"), "Release now")
            expect(dana.page.get_by_role("button", name=re.compile("Write the next update"))).to_be_visible(
                timeout=90_000
            )
            dana.shot("released-1280")

            clicks = dana.clicks + okafor.clicks + brandt.clicks
            print(f"{len(clicks)} clicks of all three people together:", *clicks, sep="\n  ")
            assert len(clicks) <= 12

            public_page_is_real(server)
            families_get_the_mail(mailbox)
            the_record_is_whole(data)


def wait_for_items(data: Path) -> None:
    """Until the first sweep has stored the ordinary week: what was there before does not count as breaking."""
    from monitors.store import open_monitors

    until = time.monotonic() + 90
    with open_monitors(data) as store:
        while time.monotonic() < until:
            row = store.row_of(
                "select count(*) as n from items i where exists (select 1 from judgements j where j.item_id = i.id)"
            )
            if row and row["n"] > 20:
                return
            time.sleep(0.2)
    raise AssertionError("the duty process stored nothing")


def mailbox_has(box: harness.Mailbox, address: str, subject: str, within: float = 60) -> bool:
    """Whether a message about this arrived."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if any(subject in str(m["Subject"]) for m in box.to(address)):
            return True
        time.sleep(0.1)
    return False


def answer_on_the_phone(person: Person, verb: str) -> None:
    """A device not used before: the password first, then the text, then the answer."""
    page = person.page
    page.get_by_label(re.compile("password", re.I)).fill(demo.PASSWORD)
    person.shot(f"approve-gate-{verb.lower()}-390")
    gate = page.get_by_role("button", name=re.compile("Show|Read|Open|Go on"))
    person.press(gate.first, "the code, and the text opens")
    answer = page.get_by_role("button", name=re.compile(rf"^{verb} revision \d+"))
    expect(answer).to_be_visible()
    person.shot(f"approve-{verb.lower()}-390")
    person.press(answer, f"{verb} revision")
    expect(page.get_by_text("Recorded").first).to_be_visible()
    person.shot(f"approve-{verb.lower()}-done-390")


def public_page_is_real(server: harness.Server) -> None:
    """Real HTML at a stable address, without JavaScript or a sign-in."""
    with httpx.Client(base_url=server.url, follow_redirects=True) as visitor:
        index = visitor.get("/statements")
        assert index.status_code == 200
        number = re.search(r"/s/(\d{4}-\d{3})", index.text)
        assert number
        page = visitor.get(f"/s/{number.group(1)}")
        assert page.status_code == 200
        assert "Alder Falls School District" in page.text
        assert "<script" not in page.text


def families_get_the_mail(box: harness.Mailbox) -> None:
    """Each address of the list once."""
    until = time.monotonic() + 90
    families = [f"family{n}@homes.example" for n in range(1, 13)]
    while time.monotonic() < until and not all(box.to(f) for f in families):
        time.sleep(0.2)
    assert [len(box.to(f)) for f in families] == [1] * 12


def the_record_is_whole(data: Path) -> None:
    """The timeline has every step, the log verifies, and a changed byte is found."""
    verify = [sys.executable, "-m", "comms.audit", "verify", "--data", str(data)]
    fine = subprocess.run(verify, capture_output=True, text=True, cwd=harness.ROOT, check=False)
    assert fine.returncode == 0, fine.stdout
    with open_partnership(data) as store:
        did = [entry.did for entry in audit.entries(store)]
        for step in (
            "opened an incident from an alert",
            "started a statement",
            "sent for approval",
            "approved a text",
            "released a statement",
        ):
            assert step in did
        row = store.row_of("select seq, line from log order by seq limit 1 offset 3")
        assert row
        store.execute("drop trigger log_never_update")
        with store.atomic():
            store.execute(
                "update log set line = replace(line, '\"at\"', '\"At\"') where seq = ?", [row["seq"]]
            )
    broken = subprocess.run(verify, capture_output=True, text=True, cwd=harness.ROOT, check=False)
    assert broken.returncode == 1
    assert f"Row {row['seq']} " in broken.stdout
