"""Facts: only the owner confirms, two accounts stand side by side, nothing is deleted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comms.people import Refused
from comms.workspace import facts, incidents
from comms.workspace.facts import Claim
from tests.harness import World


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def incident(world: World) -> int:
    dana = world.actor("dana")
    with world.store() as store:
        return incidents.open_by_hand(store, dana, "Demonstration on Fenwick Street", "protest", now()).id


def sheet(world: World, incident: int) -> list[tuple[str, str]]:
    with world.store() as store:
        return [(f.claim, f.status) for f in facts.facts(store, incident)]


def test_only_the_police_confirm_a_police_fact(world: World, incident: int) -> None:
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        fact = facts.add(store, dana, incident, Claim("Nobody was arrested.", "agency", "Courier"), now())
        with pytest.raises(Refused, match="Only the police side can confirm this"):
            facts.confirm(store, dana, fact, now())
        facts.confirm(store, okafor, fact, now())
        facts.confirm(store, okafor, fact, now())
        assert [f.status for f in facts.history(store, fact)] == ["unconfirmed", "confirmed"]


def test_two_accounts_stand_side_by_side_until_the_owner_settles_it(world: World, incident: int) -> None:
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        first = facts.add(store, dana, incident, Claim("The group left at 3:05 p.m.", "district"), now())
        second = facts.dispute(store, okafor, first, Claim("The group left at 2:55 p.m.", "agency"), now())
        assert sheet(world, incident) == [
            ("The group left at 3:05 p.m.", "disputed"),
            ("The group left at 2:55 p.m.", "disputed"),
        ]
        facts.confirm(store, okafor, second, now())
    assert sheet(world, incident) == [
        ("The group left at 2:55 p.m.", "confirmed"),
        ("The group left at 3:05 p.m.", "superseded"),
    ]


def test_a_withdrawn_account_leaves_the_other_to_be_confirmed(world: World, incident: int) -> None:
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        first = facts.add(store, dana, incident, Claim("It was twelve people.", "agency"), now())
        facts.dispute(store, okafor, first, Claim("It was 21 people.", "agency"), now())
        facts.withdraw(store, dana, first, now())
    assert sheet(world, incident) == [
        ("It was 21 people.", "unconfirmed"),
        ("It was twelve people.", "withdrawn"),
    ]


def test_changed_words_of_a_confirmed_fact_are_confirmed_anew(world: World, incident: int) -> None:
    okafor = world.actor("okafor")
    with world.store() as store:
        fact = facts.add(
            store, okafor, incident, Claim("Two people were cited.", "agency"), now(), confirm=True
        )
        facts.change(store, okafor, fact, Claim("Three people were cited.", "agency"), now())
    assert sheet(world, incident) == [("Three people were cited.", "unconfirmed")]


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (Claim("  ", "district"), "The claim is empty"),
        (Claim("x" * 501, "district"), "has 501 characters; the limit is 500"),
        (Claim("It is so.", "mayor"), "Say whose fact this is"),
        (Claim("It is so.", "district", link="javascript:alert(1)"), "is not a web address"),
    ],
)
def test_a_claim_that_cannot_stand_is_refused_with_a_sentence(
    world: World, incident: int, claim: Claim, sentence: str
) -> None:
    dana = world.actor("dana")
    with world.store() as store, pytest.raises(Refused, match=sentence):
        facts.add(store, dana, incident, claim, now())


def test_those_who_only_read_state_nothing(world: World, incident: int) -> None:
    records = world.actor("records")
    with world.store() as store, pytest.raises(Refused, match="Your seat is Records clerk"):
        facts.add(store, records, incident, Claim("It is so.", "district"), now())
