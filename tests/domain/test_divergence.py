"""Divergence: both quotes before release, the owner settles it, and what changed for good is said to have changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from comms.people import Refused
from comms.saying import releases
from comms.workspace import divergence, incidents, statements
from comms.workspace.divergence import Divergence
from comms.workspace.incidents import Evidence
from comms.workspace.statements import Start, Statement
from tests.harness import World
from tests.statements_made import EMAIL, SMS, holding_statement, next_statement, release

PEOPLE = "We speak for our schools.\n\nAbout 21 people stood on the overpass. The group left the overpass at 3:05 p.m."
THEIRS = "We speak for our officers.\n\nTwelve people stood on the overpass. The group left the overpass at 2:55 p.m."


def now() -> datetime:
    return datetime.now(UTC)


def written(world: World, who: str, incident_id: int, voice: str, texts: Mapping[str, str]) -> Statement:
    actor = world.actor(who)
    with world.store() as store:
        begun = statements.start(
            store, actor, incident_id, Start("H", voice=voice, channels=tuple(texts)), now()
        )
        for variant in statements.variants(store, begun.id):
            statements.save(store, actor, variant.id, variant.newest.id, texts[variant.channel], "", now())
    return begun


def found(world: World, about: Statement) -> list[Divergence]:
    with world.store() as store:
        return divergence.divergences(store, about)


def reasons(world: World, about: Statement) -> list[str]:
    with world.store() as store:
        all_of_them = releases.reasons_not(store, about.id, now())
    return [r.sentence for r in all_of_them if r.code.startswith("divergence")]


@pytest.fixture
def apart(world: World) -> tuple[Statement, Statement]:
    """The two sides' own texts of one incident; they differ on how many and on when."""
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on the overpass", "protest", now())
    return (
        written(world, "dana", about.id, "district", {"email": PEOPLE}),
        written(world, "okafor", about.id, "police", {"email": THEIRS}),
    )


def test_the_two_sides_texts_are_compared_and_both_quotes_are_shown(
    world: World, apart: tuple[Statement, Statement]
) -> None:
    ours, theirs = apart
    assert [(d.about, d.ours, d.theirs, d.who) for d in found(world, ours)] == [
        (
            "time",
            "The group left the overpass at 3:05 p.m.",
            "The group left the overpass at 2:55 p.m.",
            "the police's own text",
        ),
        (
            "count",
            "About 21 people stood on the overpass.",
            "Twelve people stood on the overpass.",
            "the police's own text",
        ),
    ]
    assert reasons(world, theirs) == [
        "It differs from the district's own text on when it happened",
        "It differs from the district's own text on how many there were",
    ]


def test_words_that_agree_again_leave_nothing_to_settle(
    world: World, apart: tuple[Statement, Statement]
) -> None:
    ours, _ = apart
    dana = world.actor("dana")
    with world.store() as store:
        email = statements.variants(store, ours.id)[0]
        text = PEOPLE.replace("About 21", "Twelve").replace("3:05", "2:55")
        statements.save(store, dana, email.id, email.newest.id, text, "", now())
    assert found(world, ours) == []
    assert reasons(world, ours) == []


def test_a_person_says_why_both_stand_and_new_words_ask_anew(
    world: World, apart: tuple[Statement, Statement]
) -> None:
    ours, _ = apart
    dana = world.actor("dana")
    one = found(world, ours)[0]
    with world.store() as store:
        with pytest.raises(Refused, match="Say why both accounts stand"):
            divergence.let_both_stand(store, dana, ours.id, one, "  ", now())
        divergence.let_both_stand(store, dana, ours.id, one, "Two groups, two times.", now())
    assert [(d.about, d.open) for d in found(world, ours)] == [("time", False), ("count", True)]
    with world.store() as store:
        email = statements.variants(store, ours.id)[0]
        statements.save(store, dana, email.id, email.newest.id, PEOPLE.replace("3:05", "3:10"), "", now())
    assert [d.open for d in found(world, ours)] == [True, True]


def test_custody_is_the_police_s_to_settle(world: World) -> None:
    made = holding_statement(world, {"email": EMAIL + "\n\nNo one is in custody."})
    release(made)
    update = next_statement(made, "U", {"email": "An update.\n\nOne person is in custody."})
    (one,) = [d for d in found(world, update.statement) if d.about == "custody"]
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        with pytest.raises(Refused, match="This is the police's to settle"):
            divergence.let_both_stand(store, dana, update.statement.id, one, "Changed since.", now())
        divergence.let_both_stand(store, okafor, update.statement.id, one, "Arrested at 4:10 p.m.", now())
    assert reasons(world, update.statement) == []


def test_an_update_is_held_against_what_we_released_before(world: World) -> None:
    made = holding_statement(world, {"email": EMAIL, "sms": SMS})
    release(made)
    same = next_statement(made, "U", {"email": EMAIL.replace("by 4:00", "by 5:00")})
    assert found(world, same.statement) == []
    same.edit("dana", "email", EMAIL.replace("The group left at 3:05", "The group left at 3:15"))
    assert [(d.about, d.who) for d in found(world, same.statement)] == [
        ("time", "our released holding statement")
    ]


def test_a_correction_is_not_held_against_the_text_it_corrects(world: World) -> None:
    made = holding_statement(world, {"email": EMAIL})
    went = release(made)
    words = "We got something wrong.\n\n" + EMAIL.replace("The group left at 3:05", "The group left at 2:55")
    correction = next_statement(made, "C", {"email": words}, corrects=went)
    assert found(world, correction.statement) == []


def test_the_partner_s_own_feed_is_compared_and_other_outlets_are_not(world: World) -> None:
    made = holding_statement(world, {"email": PEOPLE})
    at = now()
    with world.store() as store, store.atomic():
        for key, outlet in (("a", "Alder Falls Police Department"), ("b", "Courier")):
            said = Evidence(key, "Demonstration", "Twelve people stood on the overpass.", outlet, "", at, at)
            incidents.add_evidence(store, made.incident_id, [said], at)
    assert [(d.about, d.who) for d in found(world, made.statement)] == [
        ("count", "Alder Falls Police Department's own report")
    ]


def test_only_texts_of_one_language_are_compared(world: World, apart: tuple[Statement, Statement]) -> None:
    ours, _ = apart
    dana = world.actor("dana")
    with world.store() as store:
        statements.add_variant(store, dana, ours.id, "email", "es", now())
        spanish = statements.variants(store, ours.id)[-1]
        statements.save(
            store, dana, spanish.id, spanish.newest.id, THEIRS.replace("Twelve", "Thirty"), "", now()
        )
    assert all("Thirty" not in d.ours for d in found(world, ours))
