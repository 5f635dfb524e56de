"""Sentences and facts: links made and found, what a changed fact touches, and who must vouch for a sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comms.people import Refused
from comms.saying import releases
from comms.workspace import adaptations, facts, ground, statements
from comms.workspace.facts import Claim
from comms.workspace.ground import says
from comms.workspace.statements import Statement, Variant
from monitors.database import Store
from tests.domain.test_adaptations import HOLDING, THEIRS
from tests.harness import World
from tests.statements_made import EMAIL, Made, holding_statement, release

LEFT = "The group left at 3:05 p.m."


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(
    ("sentence", "claim", "yes"),
    [
        ("Police say the group left the bridge at 3:05 p.m.", LEFT, True),
        ("The group left at 3:15 p.m.", LEFT, False),
        ("At 3:05 p.m. the principal spoke with families.", LEFT, False),
        ("Nobody was arrested.", "No one was arrested.", False),
        ("Two people were arrested.", "Nobody was arrested.", False),
        (
            "Orrin Middle School dismisses at 3:40 p.m.",
            "Dismissal at Orrin Middle School is at 3:40 p.m.",
            True,
        ),
        ("El grupo se fue a las 3:05 p.m.", "El grupo se fue a las 3:05 p.m.", True),
        ("", LEFT, False),
    ],
)
def test_a_sentence_says_a_claim_or_not(sentence: str, claim: str, yes: bool) -> None:
    assert says(sentence, claim) is yes


@pytest.fixture
def made(world: World) -> Made:
    return holding_statement(world, {"email": EMAIL})


def stated(made: Made, who: str, claim: str, owner: str, confirm: bool = False) -> int:
    actor = made.world.actor(who)
    with made.world.store() as store:
        return facts.add(store, actor, made.incident_id, Claim(claim, owner), now(), confirm=confirm)


def first(store: Store, about: Statement) -> Variant:
    return statements.variants(store, about.id)[0]


def test_a_typed_sentence_is_matched_to_its_fact(made: Made) -> None:
    fact = stated(made, "okafor", LEFT, "agency")
    with made.world.store() as store:
        found = [
            k for k in ground.links(store, made.statement, first(store, made.statement)) if k.fact.id == fact
        ]
    assert [(k.sentence, k.how) for k in found] == [(LEFT, "matched")]


def test_an_inserted_fact_stays_linked_when_its_sentence_is_reworded(made: Made) -> None:
    fact = stated(made, "okafor", "Officers closed Fenwick Street to cars.", "agency", confirm=True)
    dana = made.world.actor("dana")
    with made.world.store() as store:
        text = ground.insert_fact(store, dana, first(store, made.statement).id, fact, now()).text
    assert "Officers closed Fenwick Street to cars." in text
    made.edit(
        "dana", "email", text.replace("Officers closed Fenwick Street to cars.", "Fenwick Street is closed.")
    )
    with made.world.store() as store:
        links = ground.links(store, made.statement, first(store, made.statement))
    assert [(k.sentence, k.how) for k in links if k.fact.id == fact] == [
        ("Fenwick Street is closed.", "inserted")
    ]


def test_a_claim_that_no_longer_stands_goes_into_no_text(made: Made) -> None:
    fact = stated(made, "dana", "Buses run late.", "district")
    dana = made.world.actor("dana")
    with made.world.store() as store:
        facts.withdraw(store, dana, fact, now())
        with pytest.raises(Refused, match="no longer stands"):
            ground.insert_fact(store, dana, first(store, made.statement).id, fact, now())


def test_a_changed_fact_lists_the_draft_the_released_text_and_the_words_nobody_saved(world: World) -> None:
    made = holding_statement(world, {"email": EMAIL})
    fact = stated(made, "okafor", LEFT, "agency", confirm=True)
    release(made)
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        update = statements.start(
            store, dana, made.incident_id, statements.Start("U", channels=("email", "sms")), now()
        )
        email, sms = statements.variants(store, update.id)
        statements.save(store, dana, email.id, email.newest.id, f"We can say more. {LEFT}", "Update", now())
        statements.keep(store, okafor, sms.id, sms.newest.id, f"AFSD: {LEFT}", "", now())
        assert ground.touched(store, made.incident_id) == []
        facts.change(store, okafor, fact, Claim("The group left at 2:55 p.m.", "agency"), now())
        found = ground.touched(store, made.incident_id, fact)
    assert [(t.where, t.variant.channel) for t in found] == [
        ("draft", "email"),
        ("draft", "sms"),
        ("typed", "sms"),
        ("released", "email"),
    ]
    assert {(t.then.claim, t.now.claim) for t in found} == {(LEFT, "The group left at 2:55 p.m.")}


def test_the_library_s_words_that_say_a_withdrawn_fact_are_listed(made: Made) -> None:
    said = "A group stood on the Fenwick Street overpass."
    fact = stated(made, "okafor", said, "agency", confirm=True)
    with made.world.store() as store:
        adaptations.adapt(store, made.world.actor("dana"), HOLDING, f"{THEIRS} {said}", now())
        assert ground.in_own_words(store, made.incident_id) == []
        facts.withdraw(store, made.world.actor("okafor"), fact, now())
        assert [(b.id, words, f.id) for b, words, f in ground.in_own_words(store, made.incident_id)] == [
            (HOLDING, said, fact)
        ]


def test_a_disputed_fact_touches_the_sentence_that_takes_a_side(made: Made) -> None:
    fact = stated(made, "okafor", LEFT, "agency", confirm=True)
    dana = made.world.actor("dana")
    with made.world.store() as store:
        facts.dispute(store, dana, fact, Claim("The group left at 3:20 p.m.", "district"), now())
        (one,) = ground.touched(store, made.incident_id)
    assert (one.sentence, one.now.status) == (LEFT, "disputed")


def open_ground(made: Made) -> list[tuple[str, str]]:
    with made.world.store() as store:
        found = ground.others(store, made.statement, first(store, made.statement))
    return [(g.sentence, g.side) for g in found if g.open]


def reasons(made: Made) -> list[str]:
    with made.world.store() as store:
        return [
            r.sentence for r in releases.reasons_not(store, made.statement.id, now()) if "ground" in r.code
        ]


def test_the_district_s_own_text_waits_for_the_police_where_it_speaks_of_theirs(world: World) -> None:
    text = "Our schools are open.\n\nOne person is in custody. Orrin Middle School dismisses as usual."
    made = holding_statement(world, {"email": text}, voice="district")
    assert open_ground(made) == [("One person is in custody.", "agency")]
    assert reasons(made) == ["1 sentence needs the police"]
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        variant = first(store, made.statement)
        with pytest.raises(Refused, match="on the police's ground: theirs to tick"):
            ground.tick(store, dana, variant.id, "One person is in custody.", now())
        with pytest.raises(Refused, match="no longer in the text, or needs nobody"):
            ground.tick(store, okafor, variant.id, "Our schools are open.", now())
        ground.tick(store, okafor, variant.id, "One person is in custody.", now())
        ground.tick(store, okafor, variant.id, "One person is in custody.", now())
    assert open_ground(made) == []
    assert reasons(made) == []
    made.edit("dana", "email", text.replace("One person is", "Two people are"))
    assert open_ground(made) == [("Two people are in custody.", "agency")]


def test_a_fact_the_police_confirmed_needs_no_further_tick(world: World) -> None:
    text = "Our schools are open.\n\nTwo people were arrested on Fenwick Street."
    made = holding_statement(world, {"email": text}, voice="district")
    assert open_ground(made) == [("Two people were arrested on Fenwick Street.", "agency")]
    fact = stated(made, "okafor", "Two people were arrested on Fenwick Street.", "agency", confirm=True)
    assert open_ground(made) == []
    okafor = world.actor("okafor")
    with world.store() as store:
        facts.withdraw(store, okafor, fact, now())
    assert open_ground(made) == [("Two people were arrested on Fenwick Street.", "agency")]


def test_a_joint_text_marks_the_sentence_and_its_seats_settle_it(world: World) -> None:
    made = holding_statement(world, {"email": "We speak together.\n\nOne person is in custody."})
    assert open_ground(made) == [("One person is in custody.", "agency")]
    assert reasons(made) == []


def test_what_the_owning_side_wrote_itself_needs_nobody(world: World) -> None:
    made = holding_statement(world, {"email": "We speak together.\n\nPolice are on the scene."})
    text = "We speak together.\n\nPolice are on the scene. One person is in custody."
    okafor = world.actor("okafor")
    with world.store() as store:
        variant = first(store, made.statement)
        with pytest.raises(Refused, match="goes in as a suggestion"):
            statements.save(store, okafor, variant.id, variant.newest.id, text, "", now())
    made.edit("dana", "email", "We speak together.\n\nPolice are there.")
    with world.store() as store:
        variant = first(store, made.statement)
        statements.save(store, okafor, variant.id, variant.newest.id, text, "", now())
    assert open_ground(made) == []


@pytest.mark.parametrize("voice", ["joint", "district", "police"])
def test_the_library_s_own_words_need_no_tick(world: World, voice: str) -> None:
    who = "okafor" if voice == "police" else "dana"
    actor = world.actor(who)
    from comms.workspace import incidents

    with world.store() as store:
        about = incidents.open_by_hand(store, actor, "Shots heard", "community-shooting", now())
        begun = statements.start(store, actor, about.id, statements.Start("H", voice=voice), now())
        assert all(ground.others(store, begun, v) == [] for v in statements.variants(store, begun.id))
