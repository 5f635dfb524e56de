"""Words that try to be more than words where they leave: mail headers, spreadsheets, documents, feeds, lists that come in."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes, policy
from xml.etree import ElementTree

import pytest

from comms.partnership import Mail
from comms.people import Refused
from comms.reaching import notices
from comms.saying import audiences, packages
from monitors import opml
from monitors.opml import NotOpmlError
from tests.domain.test_outgoing import lists
from tests.harness import Server, World
from tests.statements_made import EMAIL_AFTER, SMS, SUBJECTS, WEB, holding_statement, release

MAIL = Mail(host="127.0.0.1", port=1, sender="one-voice@afsd.example")
HEADERS = ("To", "Subject", "From", "Date", "Message-ID", "Auto-Submitted")


def row(**words: str) -> dict[str, str]:
    usual = {"name": "Ada", "recipient": "ada@homes.example", "subject": "News", "text": "Words.", "key": "k"}
    return usual | {"queued_at": datetime.now(UTC).isoformat()} | words


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
@pytest.mark.parametrize("field", ["name", "recipient", "subject"])
def test_no_word_begins_a_header_of_its_own_and_none_stops_the_mail(field: str, end: str) -> None:
    words = f"{row()[field]}{end}Bcc: eve@evil.example{end}{end}<b>"
    message = message_from_bytes(
        notices.envelope(row(**{field: words}), MAIL).as_bytes(), policy=policy.default
    )
    assert "Bcc" not in message
    assert set(message.keys()) == {*HEADERS, "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}


def test_half_a_sign_is_replaced_and_the_mail_leaves() -> None:
    broken = row(name="A\ud800", subject="S\udfff", text="T\ud83d")
    assert b"A?" in notices.envelope(broken, MAIL).as_bytes()


def test_a_name_of_a_list_with_a_line_break_is_one_line_in_the_mail() -> None:
    (member,) = audiences.read_csv(b'email,name\nada@homes.example,"Ada\r\nBcc: eve@evil.example"\n')
    message = notices.envelope(row(name=member.name, recipient=member.address), MAIL)
    assert [each.username for each in message["To"].addresses] == ["ada"]


def _entities(depth: int) -> bytes:
    """A document of a kilobyte that would become gigabytes."""
    lines = [b'<!ENTITY a0 "feeds feeds feeds">']
    lines += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, depth)]
    return b"<!DOCTYPE l [%s]><opml><outline xmlUrl='http://a.example/&a%d;'/></opml>" % (
        b"".join(lines),
        depth - 1,
    )


@pytest.mark.parametrize(
    "document",
    [
        _entities(10),
        b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]><opml><outline xmlUrl="http://a.example/" text="&x;"/></opml>',
        b'<!DOCTYPE l SYSTEM "http://evil.example/x.dtd"><opml><outline xmlUrl="&x;"/></opml>',
        b"\x1f\x8b\x08" + b"\0" * 100,
        b"PK\x03\x04" + b"\0" * 100,
    ],
    ids=["entities", "file", "dtd", "gzip", "zip"],
)
def test_a_list_of_feeds_that_is_a_trap_names_no_feed(document: bytes) -> None:
    with pytest.raises(NotOpmlError):
        opml._outlines(document)


@pytest.mark.parametrize(
    "raw", [b"\x00" * 1000, b"\xff\xfe" * 50, b"PK\x03\x04" + b"x" * 99, b'email\n"' + b"a" * 200_000]
)
def test_a_list_of_addresses_that_is_none_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(Refused):
        audiences.read_csv(raw)


ODD = "=cmd|' /C calc'!A0 <b>b</b> ![x](http://evil.example) ]]> & \u202egnihton\u202c \u200b"
CONTROL = "".join(map(chr, (0, 1, 8, 11, 12, 14, 27, 31, 0xFFFE, 0xFFFF)))


@pytest.mark.parametrize("words", [ODD, CONTROL + "ends"], ids=["odd", "control"])
def test_odd_words_of_a_released_text_are_text_in_every_document(world: World, words: str) -> None:
    lists(world)
    texts = {"email": EMAIL_AFTER, "sms": SMS, "web": WEB}
    made = holding_statement(
        world, {name: f"{text}\n\n{words}" for name, text in texts.items()} | {"sms": SMS}
    )
    out = release(made)
    with world.store() as store, zipfile.ZipFile(io.BytesIO(packages.package(store, out.id))) as archive:
        kinds = {name.rpartition(".")[2] for name in archive.namelist()}
        assert {"txt", "csv", "pdf", "docx"} <= kinds
        for name in archive.namelist():
            body = archive.read(name)
            if name.endswith(".csv"):
                for cells in csv.reader(io.StringIO(body.decode("utf-8-sig"))):
                    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
            if name.endswith(".docx"):
                with zipfile.ZipFile(io.BytesIO(body)) as document:
                    ElementTree.fromstring(document.read("word/document.xml"))
                    assert not any(
                        "evil.example" in document.read(n).decode(errors="ignore")
                        for n in document.namelist()
                        if n.endswith(".rels")
                    )
            if name.endswith(".pdf"):
                assert b"/URI" not in body
                assert b"/JavaScript" not in body
    with Server(world.data) as server, server.client() as visitor:
        number = out.slug.rpartition("-")[0]
        for path in (f"/s/{number}", f"/s/{number}/print", f"/s/{number}/{out.number}", "/statements"):
            page = visitor.get(path)
            assert page.status_code == 200
            assert "<b>b</b>" not in page.text
            assert not re.search(r"<(?:img|a)[^>]*evil\.example", page.text)
        feed = ElementTree.fromstring(visitor.get("/statements.atom").content)
        assert SUBJECTS["H"] in ElementTree.tostring(feed, encoding="unicode")
