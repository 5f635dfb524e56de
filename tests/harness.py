"""What the tests stand on: an invented partnership, the real server on a free port, a real mail server, real browsers."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import BrowserContext, Page

from comms.joining.sessions import hash_password, open_session, session_of
from comms.partnership import Organisation, Profile, insert_organisation, write_profile
from comms.people import Account, Actor, NewAccount, Seat, account, insert_account
from comms.store import open_partnership, stamp
from monitors.database import Store

ROOT = Path(__file__).parent.parent
PASSWORD = "a quiet river in spring"  # of every invented person
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STREAMLIT_READY = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
)
WITHOUT_BROWSER = (
    "no Chromium here. Install it (Debian: apt-get install chromium) or name one in ONE_VOICE_BROWSER."
)


# People -----------------------------------------------------------------------------------------------------------


@cache
def password_hash() -> str:
    """One slow hash for the whole run."""
    return hash_password(PASSWORD)


PEOPLE: Mapping[str, tuple[str, str, Seat, str]] = {
    "dana": ("district", "Dana Whitlock", Seat.COMMUNICATIONS, ""),
    "brandt": ("district", "Elaine Brandt", Seat.SUPERINTENDENT, "Dr."),
    "moreau": ("district", "J. Moreau", Seat.OBSERVER, ""),
    "okafor": ("agency", "Maya Okafor", Seat.PIO, "Sgt."),
    "hahn": ("agency", "Peter Hahn", Seat.OBSERVER, "Lt."),
    "castellano": ("district", "Rosa Castellano", Seat.ADMINISTRATOR, ""),
    "brightwater": ("agency", "Tom Brightwater", Seat.ADMINISTRATOR, ""),
    "counsel": ("district", "Ines Vandermeer", Seat.COUNSEL, ""),
    "records": ("district", "Abe Lindqvist", Seat.RECORDS, ""),
}
"""Who works in Alder Falls: a short name -> side, name, seat, title."""
DEPUTIES = (("hahn", "okafor", Seat.PIO), ("moreau", "brandt", Seat.SUPERINTENDENT))
"""Named beforehand: who stands in for whom, in which seat."""


@dataclass(frozen=True, slots=True)
class World:
    """A partnership in a directory of its own."""

    data: Path
    people: Mapping[str, Account]
    district_id: int
    agency_id: int

    def store(self) -> Store:
        """partnership.db, for this thread. Close it."""
        return open_partnership(self.data)

    def actor(self, who: str, now: datetime | None = None) -> Actor:
        """This person, signed in: a fresh session of theirs."""
        now = now or datetime.now(UTC)
        with self.store() as store:
            actor = session_of(store, open_session(store, self.people[who].id, now, "signed in"), now)
        assert actor is not None
        return actor


def alder_falls(data: Path, now: datetime | None = None) -> World:
    """The district, its police partner and their people; every password is PASSWORD."""
    now = now or datetime.now(UTC)
    with open_partnership(data) as store, store.atomic():
        ids = {
            side: insert_organisation(store, Organisation(0, side, name, short, phone, email), now)
            for side, name, short, phone, email in (
                ("district", "Alder Falls School District", "AFSD", "555-0142", "families@afsd.example"),
                ("agency", "Alder Falls Police Department", "AFPD", "555-0177", "pio@afpd.example"),
            )
        }
        write_profile(
            store,
            Profile(
                place="Alder Falls",
                state="IA",
                link="afsd.example/now",
                families_contact="families@afsd.example",
                families_phone="555-0142",
                media_contact="pio@afpd.example",
                media_phone="555-0177",
            ),
        )
        people = {}
        for short, (side, name, seat, title) in PEOPLE.items():
            domain = "afsd.example" if side == "district" else "afpd.example"
            new = NewAccount(ids[side], f"{short}@{domain}", name, seat, title, password_hash=password_hash())
            people[short] = account(store, insert_account(store, new, now, None))
        for short, for_short, seat in DEPUTIES:
            store.add(
                "deputy",
                {
                    "seat": str(seat),
                    "account_id": people[short].id,
                    "for_account_id": people[for_short].id,
                    "from_at": stamp(now - timedelta(days=30)),
                    "until_at": stamp(now + timedelta(days=300)),
                    "named_by": people[for_short].id,
                    "named_at": stamp(now - timedelta(days=30)),
                },
            )
    return World(data, people, ids["district"], ids["agency"])


# Server -----------------------------------------------------------------------------------------------------------


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The real server, started as `make run` starts it."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.port = free_port()
        self.environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("ONE_VOICE_", "STREAMLIT_"))
        } | {
            "ONE_VOICE_DATA": str(data),
            "ONE_VOICE_PORT": str(self.port),
            "ONE_VOICE_DUTY": "0",
            "ONE_VOICE_ALLOW_LOOPBACK": "1",
            **settings,
        }
        self.process: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *arguments: str) -> Server:
        """Start it and wait until it says that it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "comms.serve", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert "http://" in line, f"the server did not start: {line!r}"
        self.said.append(line)
        threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True).start()
        return self

    def _listen(self, out: Any) -> None:
        for line in out:
            self.said.append(line)
        out.close()

    def kill(self) -> None:
        """kill -9: what a power cut or a careless operator does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """What a service unit does."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def client(self) -> httpx.Client:
        """A visitor without JavaScript who does not follow redirects. Close it."""
        return httpx.Client(base_url=self.url, headers={"Accept": "text/html"}, timeout=30)

    @contextlib.contextmanager
    def signed_in(self, person: Account) -> Iterator[httpx.Client]:
        """The same visitor, signed in with a password through the page."""
        with self.client() as client:
            answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
            yield client

    def __enter__(self) -> Server:
        return self if self.process else self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


# Mail -------------------------------------------------------------------------------------------------------------


@dataclass
class Mailbox:
    """What a real SMTP server on this machine was handed. `answers` are given to the next messages first."""

    host: str = "127.0.0.1"
    port: int = 0
    answers: list[str] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook for one message."""
        if self.answers:
            answer = self.answers.pop(0)
            if not answer.startswith("250"):
                return answer
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients += [str(r) for r in envelope.rcpt_tos]
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        """The messages handed over for one address, in order."""
        return [m for m, r in zip(self.messages, self.recipients, strict=False) if r == address]


@contextlib.contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A real SMTP server on loopback for as long as the block runs."""
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname=box.host, port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


# Browsers ---------------------------------------------------------------------------------------------------------


def browser_path() -> str | None:
    """Chromium by setting or by name; None when there is none."""
    named = os.environ.get("ONE_VOICE_BROWSER")
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def must_have_browser() -> bool:
    """Whether a missing browser is a failure: CI says so."""
    return os.environ.get("ONE_VOICE_REQUIRE_BROWSER") == "1"


class NetworkWatch:
    """Every request of a context; a page that asks any host but ours tells a stranger who has a crisis."""

    def __init__(self, context: BrowserContext, host: str) -> None:
        self.host = host
        self.foreign: list[str] = []
        context.on("request", lambda request: self._see(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._see(socket.url)))

    def _see(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.host:
            self.foreign.append(url)


def sign_in(page: Page, server: Server, person: Account, wanted: str = "/") -> Page:
    """Sign in through the page, as a person does, and wait for what was wanted."""
    page.goto(f"{server.url}/sign-in")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{server.url}{wanted}")
    return page


def settled(page: Page) -> Page:
    """Wait until Streamlit has drawn the page and is connected."""
    page.wait_for_selector(STREAMLIT_READY, timeout=30_000)
    return page


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a select as a person does: open it, see the list, type, press the one that is left."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    listed = page.get_by_role("option")
    listed.first.wait_for()
    box.fill(option)
    listed.filter(has_text=option).first.click()


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now, one line each. Its script ships inside a test dependency."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']} ({v['impact']}): {[node['target'] for node in v['nodes']][:3]}" for v in found]


def sideways(page: Page) -> int:
    """Pixels the page can be scrolled to the side; 0 is right on a phone."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


# Screens without a browser ----------------------------------------------------------------------------------------


def as_read(label: str) -> str:
    """What a reader sees of a label whose foreign words were escaped: its signs, without what keeps them apart."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", label).replace("\u2060", "")


_components: list[Any] = []


def screen_test(script: Path, actor: Actor | None, timeout: float = 15) -> Any:
    """Streamlit's AppTest on a screen as this actor. Point ONE_VOICE_DATA at the world first.

    The component manager is shared: finding its manifests anew costs 230 of the 244 ms of a fresh instance.
    """
    from streamlit.testing.v1 import AppTest

    from comms.web.identity import USER_KEY, header_of

    test = AppTest.from_file(script, default_timeout=timeout)
    test.user = {USER_KEY: header_of(actor) if actor else None}
    if _components:
        test._bidi_component_manager = _components[0]
    else:
        test.run()
        _components.append(test._bidi_component_manager)
    return test
