"""Beside a public statement: withdrawn words stay marked, files are downloads, a protective action is CAP 1.2."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from xml.etree import ElementTree

from comms.people import Seat
from comms.saying import audiences
from comms.saying.audiences import Member
from comms.wording.attachments import File
from comms.workspace import corrections, files, incidents, statements
from tests.domain.test_pictures import OWNER, a_jpeg, a_png
from tests.domain.test_protective import approve, police_press, start
from tests.domain.test_protective import release as release_fast
from tests.harness import PASSWORD, Server, World
from tests.statements_made import EMAIL_AFTER, SMS, WEB, holding_statement, release
from tests.web.test_approve import form_of

TEXTS = {"email": EMAIL_AFTER, "sms": SMS, "web": WEB}
PDF = b"%PDF-1.4 a map"


def now() -> datetime:
    return datetime.now(UTC)


def test_a_withdrawn_text_and_its_file(server: Server, module_world: World) -> None:
    world = module_world
    made = holding_statement(world, TEXTS)
    dana, brandt = world.actor("dana"), world.actor("brandt")
    with world.store() as store:
        web = next(v for v in statements.variants(store, made.statement.id) if v.channel == "web")
        added = files.attach(store, dana, web.id, File("map.pdf", PDF, "A map of the way home"), now())
        file_id = statements.attached(store, added.id)[0].id
    made.send()
    out = release(made)
    number = out.slug.rpartition("-")[0]
    with server.client() as visitor:
        page = visitor.get(f"/s/{number}")
        assert "A map of the way home (map.pdf, 1 kB)" in page.text
        file = visitor.get(f"/s/{number}/file/{file_id}")
        assert (file.content, file.headers["content-type"]) == (PDF, "application/pdf")
        assert file.headers["content-disposition"] == 'attachment; filename="map.pdf"'
        assert file.headers["x-content-type-options"] == "nosniff"
        assert visitor.get(f"/s/2020-001/file/{file_id}").status_code == 404
        assert visitor.get(f"/s/{number}/1/cap.xml").status_code == 404, "no protective action, no CAP"
        assert "Withdrawn" not in page.text
        with world.store() as store:
            corrections.withdraw(store, brandt, out.id, "The place was wrong.", now())
        after = visitor.get(f"/s/{number}")
    assert "These words no longer stand." in after.text
    assert "The group has left." in after.text, "the old words stay"
    assert "The place was wrong." not in after.text, "the reason is for the record"


def test_a_picture_stands_in_the_page_with_its_words_and_is_what_it_says(
    server: Server, module_world: World
) -> None:
    world = module_world
    made = holding_statement(world, TEXTS)
    dana = world.actor("dana")
    shown = 'The walk home: "east" <gate> & the lot'
    with world.store() as store:
        web = next(v for v in statements.variants(store, made.statement.id) if v.channel == "web")
        added = files.attach(store, dana, web.id, File("way.jpg", a_jpeg(), shown), now())
        (file,) = statements.attached(store, added.id)
    made.send()
    out = release(made)
    number = out.slug.rpartition("-")[0]
    with server.client() as visitor:
        page = visitor.get(f"/s/{number}")
        assert (
            f'<img src="/s/{number}/file/{file.id}" alt="The walk home: &#34;east&#34; &lt;gate&gt; &amp; the lot" '
            'width="32" height="48" loading="lazy" decoding="async">'
        ) in page.text
        assert "img-src 'self'" in page.headers["content-security-policy"]
        answer = visitor.get(f"/s/{number}/file/{file.id}")
    assert hashlib.sha256(answer.content).hexdigest() == file.sha256, "what was approved, byte for byte"
    assert OWNER.encode() not in answer.content
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"] == 'inline; filename="way.jpg"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_an_approver_sees_every_file_before_answering_and_a_stranger_none(
    server: Server, module_world: World
) -> None:
    made = holding_statement(module_world, {"email": EMAIL_AFTER})
    dana = module_world.actor("dana")
    link = made.link(Seat.PIO)
    with server.client() as phone:
        phone.post(link, data={"do": "open", "code": PASSWORD})
        phone.post(link, data=form_of(phone.get(link)) | {"do": "approve"})
        with module_world.store() as store:
            (email,) = statements.variants(store, made.statement.id)
            for file in (File("way.png", a_png(), "The walk home"), File("plan.pdf", PDF + b"c", "The plan")):
                files.attach(store, dana, email.id, file, now())
            new = statements.attached(store, statements.variants(store, made.statement.id)[0].newest.id)
        made.send()
        again = made.link(Seat.PIO)
        page = phone.get(again).text
        assert "what changed since is shown first" in page
        assert page.count("new since you answered") == 2
        assert f'<img src="{again}/file/{new[0].id}" alt="The walk home"' in page
        assert "The plan (plan.pdf, 1 kB)" in page
        plan = phone.get(f"{again}/file/{new[1].id}")
        assert (plan.content, plan.headers["content-disposition"]) == (
            PDF + b"c",
            'attachment; filename="plan.pdf"',
        )
        assert phone.get(f"{again}/file/99999").status_code == 404
    with server.client() as stranger:
        assert stranger.get(f"{again}/file/{new[1].id}").status_code == 404


def test_a_file_of_a_text_that_is_not_out_is_nobody_s(server: Server, module_world: World) -> None:
    made = holding_statement(module_world, TEXTS)
    dana = module_world.actor("dana")
    with module_world.store() as store:
        web = next(v for v in statements.variants(store, made.statement.id) if v.channel == "web")
        added = files.attach(store, dana, web.id, File("b.pdf", PDF + b"b", "A draft"), now())
        file_id = statements.attached(store, added.id)[0].id
        number = incidents.incident(store, made.incident_id).number
    with server.client() as visitor:
        assert visitor.get(f"/s/{number}/file/{file_id}").status_code == 404


def test_a_released_protective_action_is_a_cap_document(server: Server, module_world: World) -> None:
    world = module_world
    approve(world, "okafor", "brandt")
    dana = world.actor("dana")
    with world.store() as store, store.atomic():
        store.add("school", {"name": "Orrin Middle School"})
    with world.store() as store:
        audiences.save_audience(store, dana, "All", "families", [Member("a@homes.example", "A")], now())
        about = incidents.open_by_hand(store, dana, "Police search", "police-activity", now())
    made = start(world, about.id)
    police_press(world, made)
    out = release_fast(world, made)
    with server.client() as visitor:
        answer = visitor.get(f"/s/{about.number}/{out.number}/cap.xml")
    assert answer.headers["content-type"].startswith("application/cap+xml")
    root = ElementTree.fromstring(answer.content)
    web = next(e.text for e in root.iter() if e.tag.endswith("}web"))
    assert web == f"{server.url}/s/{about.number}"
