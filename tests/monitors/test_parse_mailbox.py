"""An alert that comes by mail: from a real mailbox on loopback to the item a person reads."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitors import mailbox
from monitors.bundle import split
from monitors.fetch import Fetcher
from monitors.outcomes import NO_VALIDATORS, Failed, Failure, Fetched, Limits, Outcome, Unchanged, Validators
from monitors.parse import parse

DOCUMENTS = Path(__file__).parent / "documents"
ALERT = (DOCUMENTS / "nixle.eml").read_bytes().replace(b"\n", b"\r\n")
BULLETIN = (DOCUMENTS / "bulletin.eml").read_bytes().replace(b"\n", b"\r\n")


class ImapServer(socketserver.ThreadingTCPServer):
    """One mailbox of a small IMAP4rev1 server (RFC 3501): what a reader that changes nothing needs of one."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.validity = 7
        self.messages: dict[int, bytes] = {}
        self.commands: list[str] = []

    def deliver(self, message: bytes) -> None:
        """A message arrives."""
        self.messages[max(self.messages, default=100) + 1] = message

    @property
    def url(self) -> str:
        return f"imap://alerts%40district.example@127.0.0.1:{self.server_address[1]}/INBOX"


class _Session(socketserver.StreamRequestHandler):
    server: ImapServer

    def say(self, text: str | bytes) -> None:
        self.wfile.write((text.encode() if isinstance(text, str) else text) + b"\r\n")

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, command = line.decode().strip().split(" ", 1)
            self.server.commands.append(command)
            self.say(f"{tag} {self.answer(command)} (done)")
            if command == "LOGOUT":
                return

    def answer(self, command: str) -> str:
        word = command.upper()
        if word == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif word.startswith("LOGIN"):
            return "OK" if command.endswith('"letmein"') else "NO [AUTHENTICATIONFAILED] login refused"
        elif word.startswith("EXAMINE"):
            if '"INBOX"' not in command:
                return "NO no such folder"
            self.say(f"* {len(self.server.messages)} EXISTS")
            self.say(f"* OK [UIDVALIDITY {self.server.validity}] valid")
            return "OK [READ-ONLY]"
        elif word.startswith("UID SEARCH"):
            self.search(int(re.findall(r"UID (\d+):", command)[0]))
        elif word.startswith("UID FETCH"):
            self.fetch(int(command.split()[2]))
        return "OK"

    def search(self, first: int) -> None:
        last = max(self.server.messages, default=0)  # RFC 3501: "n:*" always includes the last message
        found = [uid for uid in sorted(self.server.messages) if uid >= first or uid == last]
        self.say(" ".join(["* SEARCH", *map(str, found)]))

    def fetch(self, uid: int) -> None:
        body = self.server.messages[uid]
        self.say(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(body)}}}".encode())
        self.wfile.write(body)
        self.say(")")


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with ImapServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(loopback=True) as fetcher:
        yield fetcher


def ask(
    fetcher: Fetcher, server: ImapServer, validators: Validators = NO_VALIDATORS, password: str = "letmein"
) -> Outcome:
    return mailbox.fetch(fetcher, server.url, password, validators, limits=Limits(seconds=5))


def test_an_alert_by_mail_becomes_an_item(imap: ImapServer, fetcher: Fetcher) -> None:
    imap.deliver(ALERT)
    imap.deliver(BULLETIN)

    outcome = ask(fetcher, imap)

    assert isinstance(outcome, Fetched)
    titles = [item.title for body in split(outcome.body) for item in parse(body, kind="mail").items]
    assert titles == ["Advisory: Police activity – avoid Kirk St", "News & Information Update"]


def test_only_what_came_since_is_read_the_next_time(imap: ImapServer, fetcher: Fetcher) -> None:
    imap.deliver(ALERT)
    first = ask(fetcher, imap)
    assert isinstance(first, Fetched)
    assert isinstance(ask(fetcher, imap, first.validators), Unchanged)

    imap.deliver(BULLETIN)
    second = ask(fetcher, imap, first.validators)

    assert isinstance(second, Fetched)
    assert split(second.body) == [BULLETIN]


def test_a_mailbox_that_was_made_anew_is_read_from_its_beginning(imap: ImapServer, fetcher: Fetcher) -> None:
    imap.deliver(ALERT)
    first = ask(fetcher, imap)
    assert isinstance(first, Fetched)
    imap.validity = 8
    again = ask(fetcher, imap, first.validators)
    assert isinstance(again, Fetched)
    assert split(again.body) == [ALERT]


def test_reading_marks_and_changes_nothing(imap: ImapServer, fetcher: Fetcher) -> None:
    imap.deliver(ALERT)
    ask(fetcher, imap)
    assert any(command.startswith("EXAMINE") for command in imap.commands)
    assert not any(re.search(r"STORE|EXPUNGE|SELECT|BODY\[", command) for command in imap.commands)


def test_a_wrong_password_is_said_so(imap: ImapServer, fetcher: Fetcher) -> None:
    outcome = ask(fetcher, imap, password="wrong")
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.LOCKED


def test_a_mailbox_is_not_read_in_clear_text_off_this_machine(imap: ImapServer) -> None:
    with Fetcher(loopback=False) as fetcher:
        outcome = ask(fetcher, imap)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.FORBIDDEN
