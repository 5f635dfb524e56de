"""Releases: one list of reasons, one press, and what went out never changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comms.people import Refused
from comms.reaching import notices
from comms.saying import audiences, releases
from comms.saying.audiences import Member
from comms.workspace import incidents, statements
from monitors.database import IntegrityError
from tests.harness import World
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


def now() -> datetime:
    return datetime.now(UTC)


def codes(made: Made, at: datetime | None = None) -> list[str]:
    with made.world.store() as store:
        return [r.code for r in releases.reasons_not(store, made.statement.id, at or now())]


def test_every_reason_is_listed_with_who_can_lift_it(world: World) -> None:
    made = holding_statement(world, TEXTS)
    assert codes(made) == ["unchecked", "seat pio", "seat superintendent", "audience"]
    with world.store() as store:
        reasons = releases.reasons_not(store, made.statement.id, now())
    assert all(r.sentence and r.lifts for r in reasons)
    assert "Sgt. Maya Okafor; deputy Lt. Peter Hahn from" in reasons[1].lifts
    assert reasons[2].lifts.startswith("Dr. Elaine Brandt")


def test_the_next_update_that_has_passed_holds_it(world: World) -> None:
    made = holding_statement(world, TEXTS)
    assert made.statement.next_update_at
    assert "past" in codes(made, made.statement.next_update_at + timedelta(minutes=1))


def test_nothing_leaves_while_a_reason_stands(world: World) -> None:
    made = holding_statement(world, TEXTS)
    dana = world.actor("dana")
    with world.store() as store, pytest.raises(Refused, match="It cannot go yet: Not checked yet and 3 more"):
        releases.release(store, dana, made.statement.id, made.hashes(), now())


def test_one_press_releases_once(world: World) -> None:
    made = holding_statement(world, TEXTS)
    first = release(made)
    dana = world.actor("dana")
    with world.store() as store:
        again = releases.release(store, dana, made.statement.id, made.hashes(), now())
        assert again.id == first.id
        sent = notices.deliveries(store, f"release {first.id}")
    assert [d.recipient for d in sent] == ["okafor@afpd.example", "a@homes.example"], (
        "the partner is told first"
    )
    assert first.slug.endswith("-001-1")


def test_words_that_changed_under_the_press_are_not_released(world: World) -> None:
    made = holding_statement(world, TEXTS)
    shown = made.hashes()
    answer_the_check(made)
    approve_all(made)
    made.edit("dana", "email", EMAIL_AFTER + " Thank you.")
    dana = world.actor("dana")
    with world.store() as store, pytest.raises(Refused, match="The text changed while you were looking"):
        releases.release(store, dana, made.statement.id, shown, now())


def test_released_words_can_never_change(world: World) -> None:
    made = holding_statement(world, TEXTS)
    went = release(made)
    with pytest.raises(Refused, match="was released and never changes"):
        made.edit("dana", "email", "Other words.")
    with world.store() as store:
        for verb in (
            "update revision set text = 'x'",
            "delete from revision",
            "update release set slug = 'x'",
        ):
            with pytest.raises(IntegrityError, match="never changed"):
                store.execute(verb)
        assert releases.released(store, went.id) == went


def test_the_police_do_not_press_release(world: World) -> None:
    made = holding_statement(world, TEXTS)
    okafor = world.actor("okafor")
    with world.store() as store, pytest.raises(Refused, match="Communications or Superintendent may do this"):
        releases.release(store, okafor, made.statement.id, made.hashes(), now())


def test_rows_written_around_the_command_are_refused_by_the_store(world: World) -> None:
    made = holding_statement(world, TEXTS)
    with world.store() as store:
        variant = statements.variants(store, made.statement.id)[0]
        went = store.add(
            "release",
            {
                "statement_id": made.statement.id,
                "slug": "x",
                "number": 1,
                "by_account_id": world.people["dana"].id,
                "at": now().isoformat(),
            },
        )
        row = {
            "release_id": went,
            "variant_id": variant.id,
            "revision_id": variant.newest.id,
            "hash": variant.newest.hash,
        }
        with pytest.raises(IntegrityError, match=r"no (superintendent signed|police officer approved)"):
            store.add("release_text", row)


def test_a_statement_about_the_partner_waits_for_the_notice(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Review of the SRO program asked", "sro-programme", now())
        begun = statements.start(store, dana, about.id, statements.Start("H"), now())
        assert begun.cls == "E"
        reasons = {r.code: r for r in releases.reasons_not(store, begun.id, now())}
        assert reasons["notice"].sentence == "Partner not yet told"
        incidents.log_call(store, dana, about.id, world.people["okafor"].id, "phone", now())
        found = {r.code: r for r in releases.reasons_not(store, begun.id, now() + timedelta(minutes=30))}
        assert "90 min left" in found["notice"].sentence
        later = {r.code for r in releases.reasons_not(store, begun.id, now() + timedelta(hours=2, minutes=1))}
    assert "notice" not in later


def test_an_address_in_two_lists_gets_one_message(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        for name in ("North", "South"):
            people = [Member("a@homes.example", "A"), Member(f"{name.lower()}@homes.example", name)]
            audiences.save_audience(store, dana, name, "families", people, now())
        assert [m.address for m in audiences.members(store, "email")] == [
            "a@homes.example",
            "north@homes.example",
            "south@homes.example",
        ]


def test_a_drill_reaches_no_address_and_no_public_page(world: World) -> None:
    made = holding_statement(world, TEXTS)
    with world.store() as store:
        store.execute("update incident set drill = 1")
    went = release(made)
    with world.store() as store:
        assert notices.deliveries(store, f"release {went.id}") == []
        assert releases.newest_public(store) == []
