"""What one press sends: in order, once, by every means, with files and receipts; and what can be taken along."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree

import pytest
from docx import Document

from comms.agreeing import seats
from comms.partnership import Mail
from comms.people import Refused
from comms.reaching import notices, senders
from comms.saying import audiences, cap, outgoing, packages, releases
from comms.saying.audiences import Member
from comms.wording import attachments
from comms.wording.attachments import File
from comms.workspace import files, statements
from comms.workspace.released import Released
from tests.domain.test_protective import approve, police_press, start
from tests.domain.test_protective import release as release_fast
from tests.harness import Mailbox, World, mail_server
from tests.statements_made import (
    EMAIL_AFTER,
    SMS,
    WEB,
    Made,
    answer_the_check,
    approve_all,
    holding_statement,
    release,
)

TEXTS = {"email": EMAIL_AFTER, "sms": SMS, "web": WEB}
PDF = File("Map of the walk <home>.pdf", b"%PDF-1.4 a map", "A map of the way home")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


def mail_to(box: Mailbox) -> Mail:
    return Mail(box.host, box.port, "none", "", "one-voice@afsd.example")


def lists(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        for name, kind, addresses in (
            ("Newsrooms", "media", ["desk@courier.example"]),
            ("Orrin families", "families", ["a@homes.example", "b@homes.example"]),
            ("High school families", "families", ["c@homes.example"]),
            ("All staff", "staff", ["staff@afsd.example"]),
        ):
            audiences.save_audience(store, dana, name, kind, [Member(a, "") for a in addresses], now())


# Order and lists ---------------------------------------------------------------------------------------------------


def test_the_partner_hears_first_then_staff_families_reporters(world: World, box: Mailbox) -> None:
    lists(world)
    long = " ".join(["We will say more when we can."] * 20)
    made = holding_statement(world, {"email": EMAIL_AFTER, "media": WEB + long, "staff": WEB, "web": WEB})
    out = release(made)
    with world.store() as store:
        assert notices.deliver(store, mail_to(box), now) > 0
        rows = store.rows_of(
            "select recipient from outbox where about = ? order by sent_at, id", f"release {out.id}"
        )
    assert [r["recipient"] for r in rows] == [
        "okafor@afpd.example",
        "staff@afsd.example",
        "a@homes.example",
        "b@homes.example",
        "c@homes.example",
        "desk@courier.example",
    ]


def test_which_lists_and_how_many_are_named_before_the_press(world: World) -> None:
    lists(world)
    made = holding_statement(world, TEXTS)
    dana = world.actor("dana")
    with world.store() as store:
        lines = {r.variant.channel: r for r in outgoing.reach(store, made.statement.id)}
        assert [(a.name, a.count) for a in lines["email"].lists] == [
            ("Orrin families", 2),
            ("High school families", 1),
        ]
        assert (lines["email"].addresses, lines["sms"].how, lines["web"].how) == (
            3,
            "text to copy",
            "public page",
        )
        orrin = next(a.id for a in audiences.audiences(store) if a.name == "Orrin families")
        outgoing.choose(store, dana, made.statement.id, [orrin], now())
        assert outgoing.reach(store, made.statement.id)[0].addresses == 2
    out = release(made)
    with world.store() as store:
        named = store.rows_of("select name, addresses from release_audience where release_id = ?", out.id)
        assert named == [{"name": "Orrin families", "addresses": 2}]
        with pytest.raises(Refused, match="released already"):
            outgoing.choose(store, dana, made.statement.id, [], now())


def test_receipts_by_text_and_means_and_failed_ones_can_be_tried_again(world: World, box: Mailbox) -> None:
    lists(world)
    made = holding_statement(world, TEXTS)
    out = release(made)
    dana = world.actor("dana")
    with world.store() as store:
        store.execute("delete from outbox where about not like 'release%'")
        box.answers = ["250 to the partner", "250 to a", "550 no such mailbox"]
        notices.deliver(store, mail_to(box), now)
        email = next(r for r in outgoing.receipts(store, out.id) if r.channel == "email")
        assert (email.total, email.taken, email.failed, email.waiting) == (3, 2, 1, 0)
        assert "550 no such mailbox" in email.trouble
        assert outgoing.retry(store, dana, out.id, now()) == 1
        assert outgoing.retry(store, dana, out.id, now()) == 0
        notices.deliver(store, mail_to(box), now)
        email = next(r for r in outgoing.receipts(store, out.id) if r.channel == "email")
    assert (email.taken, email.failed) == (3, 0)
    assert sorted(r for r in box.recipients if "homes" in r) == [
        "a@homes.example",
        "b@homes.example",
        "c@homes.example",
    ]


def test_a_connection_that_breaks_gives_the_rest_of_its_batch_back(world: World, box: Mailbox) -> None:
    with world.store() as store, store.atomic():
        for n in range(5):
            notices.queue(store, notices.Message("k", f"a{n}@x.example", "S", "T"), now())
    box.answers = ["250 ok", "421 closing"]
    with world.store() as store:
        notices.deliver(store, mail_to(box), now)
        later = now() + timedelta(minutes=1)
        while notices.deliver(store, mail_to(box), lambda: later):
            pass
        assert store.row_of("select count(*) as n from outbox where sent_at is null") == {"n": 0}
    assert len(box.recipients) == 5


# Attachments -------------------------------------------------------------------------------------------------------


def attach(made: Made, file: File, channel: str = "email") -> None:
    dana = made.world.actor("dana")
    with made.world.store() as store:
        each = next(v for v in statements.variants(store, made.statement.id) if v.channel == channel)
        files.attach(store, dana, each.id, file, now())


def test_a_file_added_after_the_approval_lapses_it(world: World) -> None:
    made = holding_statement(world, TEXTS)
    approve_all(made)
    with world.store() as store:
        assert seats.standing(store, made.statement).complete
    attach(made, PDF)
    with world.store() as store:
        assert [s.state for s in seats.standing(store, made.statement).seats] == ["lapsed", "later"]
        before, after = statements.revisions(store, statements.variants(store, made.statement.id)[0].id)[
            1::-1
        ]
    assert before.text == after.text
    assert before.hash != after.hash


def test_an_edit_keeps_the_file_and_the_mail_carries_it(world: World, box: Mailbox) -> None:
    made = holding_statement(world, TEXTS)
    attach(made, PDF)
    made.edit("dana", "email", EMAIL_AFTER + " Thank you.")
    made.send()
    release(made)
    with world.store() as store:
        while notices.deliver(store, mail_to(box), now):
            pass
    message = box.to("a@homes.example")[0]
    [part] = list(message.iter_attachments())
    assert (part.get_filename(), part.get_content_type()) == ("Map of the walk home.pdf", "application/pdf")
    assert part.get_content() == PDF.content


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (File("a.pdf", b"MZ not a pdf", "x"), "neither a PDF nor a picture"),
        (File("a.pdf", b"%PDF-" + b"x" * 5_000_001, "x"), "5.0 MB; the limit is 5 MB"),
        (File("a.pdf", b"%PDF-1.4 /OpenAction << /JavaScript >>", "x"), "carries a script"),
        (File("a.svg", b"<svg onload=alert(1)>", "x"), "neither a PDF nor a picture"),
        (File("a.png", b"\x89PNG\r\n\x1a\n", "  "), "Say in a sentence what the file shows"),
    ],
)
def test_what_is_no_plain_pdf_or_picture_is_refused(world: World, file: File, sentence: str) -> None:
    made = holding_statement(world, TEXTS)
    with pytest.raises(Refused, match=sentence):
        attach(made, file)


def test_three_files_at_most_and_none_twice(world: World) -> None:
    made = holding_statement(world, TEXTS)
    attach(made, PDF)
    with pytest.raises(Refused, match="attached already"):
        attach(made, PDF)
    for n in range(2):
        attach(made, File(f"{n}.pdf", b"%PDF-1.4 " + bytes([n]), "Page"))
    with pytest.raises(Refused, match="3 files at most"):
        attach(made, File("4.pdf", b"%PDF-1.4 four", "Page"))
    dana = world.actor("dana")
    with world.store() as store:
        each = statements.variants(store, made.statement.id)[0]
        first = statements.attached(store, each.newest.id)[0]
        left = files.detach(store, dana, each.id, first.id, now())
        assert len(statements.attached(store, left.id)) == 2
        assert attachments.content(store, first.id) == PDF.content, "what was approved once is never lost"


# Senders -----------------------------------------------------------------------------------------------------------


class Hook(BaseHTTPRequestHandler):
    """A web hook on loopback that keeps what it was handed."""

    got: list[str]
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.status == 200:
            self.got.append(body)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


@pytest.fixture
def hooks() -> Iterator[tuple[type[Hook], str]]:
    handler = type("OneHook", (Hook,), {"got": [], "status": 200})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield handler, f"json://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_text_leaves_by_each_sender_once_and_one_that_is_down_holds_up_no_other(
    world: World, hooks: tuple[type[Hook], str], box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, address = hooks
    monkeypatch.setenv("ONE_VOICE_SENDER_HOOK", address)
    monkeypatch.setenv("ONE_VOICE_SENDER_DEAD", "json://127.0.0.1:9/")
    admin = world.actor("castellano")
    with world.store() as store:
        for label, setting in (("Texts", "HOOK"), ("Dead gateway", "DEAD"), ("Not set", "NOWHERE")):
            senders.add(store, admin, label, "sms", f"ONE_VOICE_SENDER_{setting}", now())
    made = holding_statement(world, TEXTS)
    out = release(made)
    with world.store() as store:
        assert senders.deliver(store, now) == 1
        assert senders.deliver(store, now) == 0
        assert notices.deliver(store, mail_to(box), now) >= 2, "the mail does not wait for the dead gateway"
        means = {r.means: r for r in outgoing.receipts(store, out.id) if r.channel == "sms"}
    assert (means["Texts"].taken, means["Dead gateway"].waiting, means["Not set"].waiting) == (1, 1, 1)
    assert "the operator has not set ONE_VOICE_SENDER_NOWHERE" in means["Not set"].trouble
    assert "127.0.0.1:9" not in means["Dead gateway"].trouble, "an address with its secrets is never shown"
    [body] = handler.got
    assert "A group stood on Fenwick St overpass" in body


def test_a_sender_reads_only_settings_made_for_senders(world: World) -> None:
    admin, police_admin, dana = world.actor("castellano"), world.actor("brightwater"), world.actor("dana")
    with world.store() as store:
        for actor, setting, channel, sentence in (
            (admin, "ONE_VOICE_SMTP_PASSWORD", "sms", "begins with ONE_VOICE_SENDER_"),
            (admin, "HOME", "sms", "begins with ONE_VOICE_SENDER_"),
            (admin, "ONE_VOICE_SENDER_A", "pigeon", "Choose whose text"),
            (police_admin, "ONE_VOICE_SENDER_A", "sms", "the district's to set up"),
            (dana, "ONE_VOICE_SENDER_A", "sms", "Your seat is Communications"),
        ):
            with pytest.raises(Refused, match=sentence):
                senders.add(store, actor, "A way", channel, setting, now())
        first = senders.add(store, admin, "A way", "sms", "ONE_VOICE_SENDER_A", now())
        assert not senders.may_carry(first, "E"), "class E never leaves as an automated text"
        senders.remove(store, admin, first.id, now())
        assert senders.senders(store) == []


# To take along -----------------------------------------------------------------------------------------------------


@pytest.fixture
def went(world: World) -> Released:
    made = holding_statement(
        world, {**TEXTS, "web": WEB.replace("Thank", "“Thank") + "\n\nPeña, Núñez — ¿dónde?"}
    )
    return release(made)


def test_the_same_release_gives_the_same_bytes_whenever_it_is_taken_along(
    world: World, went: Released
) -> None:
    with world.store() as store:
        raw = packages.package(store, went.id)
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            name = next(n for n in archive.namelist() if n.endswith(".docx"))
            with zipfile.ZipFile(io.BytesIO(archive.read(name))) as parts:
                assert {info.date_time[:3] for info in parts.infolist()} == {
                    (went.at.year, went.at.month, went.at.day)
                }
        time.sleep(2.1)  # a ZIP file's clock goes by two seconds
        assert raw == packages.package(store, went.id)


def test_the_package_has_each_text_as_text_and_csv_and_the_whole_as_pdf_and_docx(
    world: World, went: Released
) -> None:
    with world.store() as store:
        raw = packages.package(store, went.id)
        assert raw == packages.package(store, went.id)
    archive = zipfile.ZipFile(io.BytesIO(raw))
    slug = went.slug
    assert {
        f"{slug}-sms-en.txt",
        f"{slug}-sms-en.csv",
        f"{slug}-all.csv",
        f"{slug}-en.pdf",
        f"{slug}-en.docx",
    } <= set(archive.namelist())
    assert archive.read(f"{slug}-sms-en.txt").decode().startswith("AFSD+AFPD: A group stood")
    document = Document(io.BytesIO(archive.read(f"{slug}-en.docx")))
    words = "\n".join(p.text for p in document.paragraphs)
    assert "Peña, Núñez — ¿dónde?" in words
    assert (
        document.sections[0].header.paragraphs[0].text
        == "Alder Falls School District · Alder Falls Police Department"
    )
    assert archive.read(f"{slug}-en.pdf").startswith(b"%PDF-")


def test_no_cell_of_the_csv_is_a_formula(world: World) -> None:
    made = holding_statement(world, {"sms": SMS, "email": EMAIL_AFTER})
    made.edit("dana", "sms", "=HYPERLINK(1)")
    with world.store() as store:
        text = packages.table(statements.variants(store, made.statement.id)).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text


def test_a_letter_the_font_lacks_loses_its_mark_and_nothing_breaks() -> None:
    assert packages._in_font("Łódź “Peña” ¿ő? 火") == "?ódz “Peña” ¿o? ?"


def test_a_drill_says_so_in_every_name_and_sheet(world: World) -> None:
    made = holding_statement(world, TEXTS)
    with world.store() as store:
        store.execute("update incident set drill = 1")
    answer_the_check(made)
    approve_all(made)
    dana = world.actor("dana")
    lists(world)
    with world.store() as store:
        out = releases.release(store, dana, made.statement.id, made.hashes(), now())
        archive = zipfile.ZipFile(io.BytesIO(packages.package(store, out.id)))
    assert all(name.startswith("DRILL-") for name in archive.namelist())
    document = Document(io.BytesIO(archive.read(next(n for n in archive.namelist() if n.endswith("docx")))))
    assert document.sections[0].header.paragraphs[0].text.startswith("DRILL")


def test_a_protective_action_is_a_cap_document_that_our_own_monitors_can_read(world: World) -> None:
    from monitors.parse import parse

    approve(world, "okafor", "brandt")
    dana = world.actor("dana")
    with world.store() as store, store.atomic():
        store.add("school", {"name": "Orrin Middle School", "place": "Fenwick Street"})
    with world.store() as store:
        audiences.save_audience(store, dana, "All", "families", [Member("a@homes.example", "A")], now())
        from comms.workspace import incidents

        about = incidents.open_by_hand(store, dana, "Police search", "police-activity", now())
    made = start(world, about.id)
    police_press(world, made)
    out = release_fast(world, made)
    with world.store() as store:
        raw = cap.document(store, out, "https://one.example")
    assert raw
    root = ElementTree.fromstring(raw)
    said = {e.tag.rpartition("}")[2]: e.text for e in root.iter()}
    assert (said["msgType"], said["responseType"], said["status"]) == ("Alert", "Avoid", "Actual")
    assert said["instruction"] == "Please do not come to school now."
    assert said["areaDesc"] == "Orrin Middle School, Fenwick Street, Alder Falls, IA"
    assert said["sent"]
    assert not said["sent"].endswith("Z")
    parsed = parse(raw)
    assert [i.title for i in parsed.items] == ["Orrin Middle School is in Secure"]
