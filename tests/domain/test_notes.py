"""Notes: what one side writes for itself never crosses, whoever looks and wherever."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from comms import audit
from comms.people import Actor, Refused
from comms.proving import records
from comms.workspace import incidents, notes, timeline
from tests.harness import World

SECRET = "The caller is known to us; do not name the informant"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def incident(world: World) -> int:
    okafor = world.actor("okafor")
    with world.store() as store:
        about = incidents.open_by_hand(store, okafor, "Group on Fenwick Street", "protest", now())
        notes.write(store, okafor, about.id, SECRET, now())
    return about.id


def test_a_note_is_read_by_its_own_side_and_by_nobody_else(world: World, incident: int) -> None:
    with world.store() as store:
        assert [n.text for n in notes.notes(store, world.people["hahn"], incident)] == [SECRET]
        for who in ("dana", "brandt", "counsel", "records", "castellano"):
            assert notes.notes(store, world.people[who], incident) == []


def test_search_stays_on_its_side_too(world: World, incident: int) -> None:
    with world.store() as store:
        assert [n.text for n in notes.search(store, world.people["okafor"], "INFORMANT caller")] == [SECRET]
        assert notes.search(store, world.people["okafor"], "informant ferry") == []
        assert notes.search(store, world.people["okafor"], "  ") == []
        assert notes.search(store, world.people["dana"], "informant") == []


def test_no_word_of_a_note_is_in_the_log_the_timeline_or_the_mail(world: World, incident: int) -> None:
    with world.store() as store:
        log = "\n".join(r["line"] for r in store.rows_of("select line from log"))
        mail = "\n".join(
            f"{r['subject']} {r['text']}" for r in store.rows_of("select subject, text from outbox")
        )
        steps = repr(timeline.steps(store, incident))
        assert "wrote a note for their own side" in [e.did for e in audit.entries(store)]
    for words in (log, mail, steps):
        assert "informant" not in words
    assert "note" not in steps


@pytest.mark.parametrize("who", ["dana", "records"])
@pytest.mark.parametrize("copy", ["full", "public"])
def test_no_word_of_a_note_is_in_an_exported_record(world: World, incident: int, who: str, copy: str) -> None:
    actor = world.actor(who)
    with world.store() as store:
        folder = records.export(store, actor, incident, records.Asked(copy), now())
    with zipfile.ZipFile(io.BytesIO(folder.body)) as record:
        for name in record.namelist():
            content = record.read(name)
            assert b"informant" not in content, name
            if name.endswith(".docx"):
                with zipfile.ZipFile(io.BytesIO(content)) as inner:
                    assert all(b"informant" not in inner.read(each) for each in inner.namelist())


def test_the_store_itself_refuses_a_note_for_the_other_side(world: World, incident: int) -> None:
    row = {
        "incident_id": incident,
        "organisation_id": world.agency_id,
        "text": "x",
        "at": "2026-05-01T00:00:00Z",
    }
    with world.store() as store, pytest.raises(Exception, match="a note stays with its own side"):
        store.add("note", row | {"account_id": world.people["dana"].id})


@pytest.mark.parametrize(
    ("text", "sentence"), [("  ", "The note is empty"), ("x" * 4001, "4,001 characters")]
)
def test_a_note_that_cannot_be_kept_is_refused_with_a_sentence(
    world: World, incident: int, text: str, sentence: str
) -> None:
    dana = world.actor("dana")
    with world.store() as store, pytest.raises(Refused, match=sentence):
        notes.write(store, dana, incident, text, now())


def test_a_records_clerk_writes_none(world: World, incident: int) -> None:
    clerk = world.actor("records")
    with world.store() as store, pytest.raises(Refused, match="Your seat is Records clerk"):
        notes.write(store, clerk, incident, "x", now())


def test_the_incident_page_shows_each_side_its_own_notes(
    world: World, incident: int, screen: Callable[[str, Actor | None], Any]
) -> None:
    def page_of(who: str) -> str:
        page = screen("incidents.py", world.actor(who))
        page.query_params["incident"] = str(incident)
        page.run()
        assert not page.exception
        return "\n".join(h.proto.body for h in page.get("html"))

    assert SECRET in page_of("hahn")
    assert "informant" not in page_of("dana")
    assert "informant" not in page_of("records")
