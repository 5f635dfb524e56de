"""Who may act: the actor is checked inside each command, seats belong to sides, deputies are named beforehand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comms import audit, deputies, people
from comms.deputies import Deputy
from comms.joining import partners, sessions
from comms.people import (
    APPROVING,
    IDLE,
    LONGEST,
    OF_SIDE,
    Actor,
    NewAccount,
    Refused,
    Seat,
    acting,
    checked_name,
)
from monitors.database import Store
from tests.harness import World

NOW = datetime(2026, 9, 1, 15, 0, tzinfo=UTC)
A_YEAR = timedelta(days=365)


def new(organisation_id: int, seat: Seat, email: str = "new@afsd.example", **more: object) -> NewAccount:
    return NewAccount(organisation_id, email, "Nia Ferrand", seat, **more)  # type: ignore[arg-type]


# The actor --------------------------------------------------------------------------------------------------------


def test_a_command_of_a_disabled_account_does_nothing_and_is_on_the_record(world: World) -> None:
    dana = world.actor("dana", NOW)
    with world.store() as store:
        people.disable_account(store, world.actor("castellano", NOW), dana.account_id, NOW)
        with (
            pytest.raises(Refused, match="Your account was disabled"),
            acting(store, dana, "tried something", NOW),
        ):
            pytest.fail("the body ran")
        newest = list(audit.entries(store))[-1]
    assert newest.did == "was refused: tried something"


def test_disabling_an_account_ends_its_sessions_at_once(world: World) -> None:
    dana = world.actor("dana", NOW)
    with world.store() as store:
        assert people.session_account(store, dana.session_id, NOW) == dana.account_id
        people.disable_account(store, world.actor("castellano", NOW), dana.account_id, NOW)
        assert people.session_account(store, dana.session_id, NOW) is None


@pytest.mark.parametrize(
    ("after", "holds"),
    [(IDLE, True), (IDLE + timedelta(seconds=1), False), (LONGEST + timedelta(seconds=1), False)],
)
def test_a_session_ends_after_half_an_hour_without_a_page(
    world: World, after: timedelta, holds: bool
) -> None:
    dana = world.actor("dana", NOW)
    with world.store() as store:
        assert (people.session_account(store, dana.session_id, NOW + after) is not None) is holds


def test_a_session_that_is_used_all_day_ends_after_twelve_hours(world: World) -> None:
    with world.store() as store:
        token = sessions.open_session(store, world.people["dana"].id, NOW, "signed in")
        at = NOW
        while at - NOW < LONGEST:
            at += timedelta(minutes=20)
            actor = sessions.session_of(store, token, at)
            assert (actor is not None) is (at - NOW <= LONGEST)


def test_an_actor_with_somebody_elses_session_is_refused(world: World) -> None:
    dana, brandt = world.actor("dana", NOW), world.actor("brandt", NOW)
    with world.store() as store, pytest.raises(Refused, match="You were signed out"):
        people.viewer(store, Actor(brandt.account_id, dana.session_id), NOW)


def test_what_a_refused_command_did_is_undone(world: World) -> None:
    dana = world.actor("dana", NOW)

    def half_an_act(store: Store) -> None:
        with acting(store, dana, "half an act", NOW):
            store.execute("update account set name = 'Someone Else' where id = ?", [dana.account_id])
            raise Refused("Not this way.")

    with world.store() as store:
        with pytest.raises(Refused, match="Not this way"):
            half_an_act(store)
        assert people.account(store, dana.account_id).name == "Dana Whitlock"


# Accounts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seat", list(Seat))
@pytest.mark.parametrize("side", ["district", "agency"])
def test_each_side_gives_only_its_own_seats(world: World, side: str, seat: Seat) -> None:
    who, organisation = (
        ("castellano", world.district_id) if side == "district" else ("brightwater", world.agency_id)
    )
    actor = world.actor(who, NOW)
    with world.store() as store:
        if seat in OF_SIDE[side]:
            added = people.add_account(store, actor, new(organisation, seat), NOW)
            assert people.account(store, added).seat is seat
        else:
            with pytest.raises(Refused, match="the other side does"):
                people.add_account(store, actor, new(organisation, seat), NOW)


def test_the_district_never_names_the_agencys_people_nor_the_other_way_round(world: World) -> None:
    with world.store() as store:
        for who, organisation in (("castellano", world.agency_id), ("brightwater", world.district_id)):
            with pytest.raises(Refused, match="Each organization names its own people"):
                people.add_account(store, world.actor(who, NOW), new(organisation, Seat.OBSERVER), NOW)
        with pytest.raises(Refused, match="Each organization ends its own accounts"):
            people.disable_account(store, world.actor("castellano", NOW), world.people["okafor"].id, NOW)


@pytest.mark.parametrize("seat", sorted(APPROVING))
def test_a_school_resource_officer_never_gets_an_approving_seat(world: World, seat: Seat) -> None:
    who, organisation = (
        ("brightwater", world.agency_id) if seat is Seat.PIO else ("castellano", world.district_id)
    )
    with world.store() as store, pytest.raises(Refused, match="resource officer never approves"):
        people.add_account(store, world.actor(who, NOW), new(organisation, seat, sro=True), NOW)


@pytest.mark.parametrize("who", ["dana", "okafor", "brandt", "records"])
def test_only_administrators_add_or_end_accounts(world: World, who: str) -> None:
    actor = world.actor(who, NOW)
    with world.store() as store:
        with pytest.raises(Refused, match="Administrator may do this"):
            people.add_account(store, actor, new(world.district_id, Seat.OBSERVER), NOW)
        with pytest.raises(Refused, match="Administrator may do this"):
            people.disable_account(store, actor, world.people["moreau"].id, NOW)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"email": "nobody"}, "not an e-mail address"),
        ({"email": ""}, "not an e-mail address"),
        ({"email": "a b@x.example"}, "not an e-mail address"),
        ({"email": "DANA@afsd.example"}, "has an account already"),
        ({"email": "dana\u200b@afsd.example"}, "not an e-mail address"),
    ],
)
def test_an_account_needs_an_address_of_its_own(world: World, changed: dict[str, str], sentence: str) -> None:
    with world.store() as store, pytest.raises(Refused, match=sentence):
        people.add_account(
            store, world.actor("castellano", NOW), new(world.district_id, Seat.OBSERVER, **changed), NOW
        )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nia   Ferrand ", "Nia Ferrand"),
        ("Ødegård 🚸", "Ødegård 🚸"),
        ("李\n小龙", "李 小龙"),
        ("x" * 120, "x" * 120),
        ("Maya\u200b Oka\u202efor\u2066\x00", "Maya Okafor"),
        ("👩\u200d🏫 Ada", "👩\u200d🏫 Ada"),
    ],
)
def test_a_name_keeps_accents_and_emoji_on_one_line(typed: str, kept: str) -> None:
    assert checked_name(typed, "The name") == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "The name is empty"),
        (" \n\t ", "The name is empty"),
        ("x" * 3000, "3,000 characters; the limit is 120"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_said_to_be_kept(typed: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        checked_name(typed, "The name")
    assert "kept" in str(refused.value)


def test_adding_and_ending_stand_in_the_log_with_the_administrators_name(world: World) -> None:
    castellano = world.actor("castellano", NOW)
    with world.store() as store:
        added = people.add_account(store, castellano, new(world.district_id, Seat.RECORDS), NOW)
        people.disable_account(store, castellano, added, NOW)
        people.disable_account(store, castellano, added, NOW)
        did = [(e.who, e.did) for e in audit.entries(store) if e.about == f"account {added}"]
    assert did == [("Rosa Castellano", "added an account"), ("Rosa Castellano", "disabled an account")]


# Deputies ---------------------------------------------------------------------------------------------------------


def deputy(
    world: World, who: str, for_whom: str, start: datetime = NOW, end: datetime = NOW + A_YEAR
) -> Deputy:
    person = world.people[for_whom]
    return Deputy(world.people[who].id, person.id, person.seat, start, end)


def test_a_deputy_holds_from_the_first_day_until_the_last(world: World) -> None:
    with world.store() as store:
        store.execute("update deputy set revoked_at = from_at")
        named = deputy(world, "dana", "brandt", NOW + timedelta(days=1), NOW + timedelta(days=3))
        deputies.name_deputy(store, world.actor("brandt", NOW), named, NOW)
        held = [bool(deputies.deputies(store, NOW + timedelta(days=n))) for n in range(5)]
        assert held == [False, True, True, False, False]
        assert len(partners.deputyships(store, NOW)) == 1
        assert partners.deputyships(store, NOW + timedelta(days=3)) == []


@pytest.mark.parametrize(
    ("by", "who", "for_whom", "sentence"),
    [
        ("brandt", "brandt", "brandt", "Nobody is their own deputy"),
        ("brandt", "hahn", "brandt", "named inside one organization"),
        ("castellano", "hahn", "okafor", "named inside one organization"),
        ("counsel", "moreau", "brandt", "Only Dr. Elaine Brandt or an administrator"),
        ("dana", "moreau", "brandt", "may do this"),
    ],
)
def test_who_names_whom_as_a_deputy(world: World, by: str, who: str, for_whom: str, sentence: str) -> None:
    with world.store() as store, pytest.raises(Refused, match=sentence):
        deputies.name_deputy(store, world.actor(by, NOW), deputy(world, who, for_whom), NOW)


def test_an_end_before_the_start_is_refused(world: World) -> None:
    named = deputy(world, "moreau", "brandt", NOW, NOW - timedelta(days=1))
    with world.store() as store, pytest.raises(Refused, match="The end lies before the start"):
        deputies.name_deputy(store, world.actor("brandt", NOW), named, NOW)


def test_a_school_resource_officer_never_stands_in(world: World) -> None:
    with world.store() as store:
        store.execute("update account set sro = 1 where name = 'Peter Hahn'")
        with pytest.raises(Refused, match="never approves, also not as a deputy"):
            deputies.name_deputy(store, world.actor("okafor", NOW), deputy(world, "hahn", "okafor"), NOW)


@pytest.mark.parametrize(
    ("by", "may"),
    [("okafor", True), ("brightwater", True), ("castellano", False), ("brandt", False), ("dana", False)],
)
def test_a_deputy_is_revoked_by_the_person_or_the_own_administrator(world: World, by: str, may: bool) -> None:
    actor = world.actor(by)
    now = datetime.now(UTC)
    with world.store() as store:
        line = next(d for d in partners.deputyships(store, now) if d.stands_for.name == "Maya Okafor")
        if may:
            deputies.revoke_deputy(store, actor, line.id, now)
        else:
            with pytest.raises(Refused):
                deputies.revoke_deputy(store, actor, line.id, now)
        assert any(d.stands_for.name == "Maya Okafor" for d in partners.deputyships(store, now)) is not may


def test_a_deputy_that_was_never_named_cannot_be_revoked(world: World) -> None:
    with world.store() as store, pytest.raises(Refused, match="Nothing was changed"):
        deputies.revoke_deputy(store, world.actor("brandt", NOW), 999, NOW)
