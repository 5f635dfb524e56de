"""Whom a release reaches by e-mail: a wrong file is refused by its line, and nothing of it is taken."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms.people import Refused
from comms.saying import audiences
from comms.saying.audiences import Member, read_csv, save_audience
from tests.harness import World

NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("email,name\na@x.example,Ana Ødegård\nb@x.example,\n", [Member("a@x.example", "Ana Ødegård"), Member("b@x.example", "")]),
        ("Name;E-Mail\nAna;a@x.example\n", [Member("a@x.example", "Ana")]),
        ("\ufeffcorreo\na@x.example\n", [Member("a@x.example", "")]),
        ("email\ra@x.example\r", [Member("a@x.example", "")]),
        ("a@x.example\nb@x.example\n", [Member("a@x.example", ""), Member("b@x.example", "")]),
        ("email\na@x.example\nA@X.example\n\n", [Member("a@x.example", "")]),
        ('email,name\na@x.example,"=HYPERLINK(1)"\n', [Member("a@x.example", "=HYPERLINK(1)")]),
    ],
)  # fmt: skip
def test_addresses_are_read_as_offices_export_them(text: str, members: list[Member]) -> None:
    assert read_csv(text.encode()) == members


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"name,phone\nAna,555-0142\n", "no column named email; its first line is “name, phone”"),
        (b"email\nana\n", "Line 2: “ana” is not an e-mail address"),
        (b"email,name\na@x.example,Ana\n,Ben\n", "Line 3: “” is not an e-mail address"),
        (b"email\na@x\n", "Line 2: “a@x” is not an e-mail address"),
        (b"email\na b@x.example\n", "Line 2"),
        (b"\xff\xfe\x00", "not plain text in UTF-8"),
        (b"PK\x03\x04 a spreadsheet", "no column named email"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(raw: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_csv(raw)
    assert sentence in str(refused.value)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_import(raw: bytes) -> None:
    for body in (raw, b"email\n" + raw):
        with contextlib.suppress(Refused):
            assert all("@" in member.address for member in read_csv(body))


def test_a_list_is_made_counted_and_replaced_whole(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        first = save_audience(
            store, dana, "All families", "families", [Member(f"f{n}@x.example", "") for n in range(3)], NOW
        )
        assert first.count == 3
        save_audience(store, dana, "All families", "families", [Member("list@afsd.example", "")], NOW)
        assert [(a.name, a.count) for a in audiences.audiences(store)] == [("All families", 1)]
        assert audiences.members(store, "email") == [Member("list@afsd.example", "")]
        assert audiences.members(store, "sms") == []  # fmt: skip


def test_a_person_on_two_lists_of_a_kind_gets_one_message(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        save_audience(store, dana, "Orrin", "families", [Member("ana@x.example", "Ana")], NOW)
        save_audience(
            store,
            dana,
            "Tollgate",
            "families",
            [Member("ANA@x.example", ""), Member("ben@x.example", "Ben")],
            NOW,
        )
        assert [m.address for m in audiences.members(store, "email")] == ["ana@x.example", "ben@x.example"]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "members", "sentence"),
    [
        ("", "families", [Member("a@x.example", "")], "The list's name is empty"),
        ("x" * 3000, "families", [Member("a@x.example", "")], "3,000 characters"),
        ("Pupils", "pupils", [Member("a@x.example", "")], "Say whom the list reaches"),
        ("All families", "families", [], "The list has no address"),
    ],
)
def test_a_list_that_cannot_be_changes_nothing(
    world: World, name: str, kind: str, members: list[Member], sentence: str
) -> None:
    with world.store() as store:
        with pytest.raises(Refused, match=sentence):
            save_audience(store, world.actor("dana"), name, kind, members, NOW)
        assert audiences.audiences(store) == []


@pytest.mark.parametrize("who", ["okafor", "brandt", "records", "counsel"])
def test_only_communications_and_administrators_change_lists(world: World, who: str) -> None:
    with world.store() as store, pytest.raises(Refused, match="may do this"):
        save_audience(store, world.actor(who), "All", "families", [Member("a@x.example", "")], NOW)
