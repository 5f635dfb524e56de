"""Beside a public statement: withdrawn words stay marked, files are downloads, a protective action is CAP 1.2."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

from comms import audiences, corrections, incidents, statements
from comms.attachments import File
from comms.audiences import Member
from tests.domain.test_protective import approve, police_press, start
from tests.domain.test_protective import release as release_fast
from tests.harness import Server, World
from tests.statements_made import EMAIL_AFTER, SMS, WEB, holding_statement, release

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
        added = statements.attach(store, dana, web.id, File("map.pdf", PDF, "A map of the way home"), now())
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


def test_a_file_of_a_text_that_is_not_out_is_nobody_s(server: Server, module_world: World) -> None:
    made = holding_statement(module_world, TEXTS)
    dana = module_world.actor("dana")
    with module_world.store() as store:
        web = next(v for v in statements.variants(store, made.statement.id) if v.channel == "web")
        added = statements.attach(store, dana, web.id, File("b.pdf", PDF + b"b", "A draft"), now())
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
