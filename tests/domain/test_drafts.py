"""First drafts: what is known fills the blanks, in the text's own language and voice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comms.workspace import facts, incidents, statements
from comms.workspace.facts import Claim
from comms.workspace.incidents import Incident
from comms.workspace.statements import Start
from tests.harness import World
from tests.statements_made import EMAIL, holding_statement, release


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def incident(world: World) -> Incident:
    okafor = world.actor("okafor")
    with world.store() as store:
        return incidents.open_by_hand(store, okafor, "Group on Fenwick Street", "protest", now())


def draft(world: World, incident: Incident, who: str, how: Start) -> dict[tuple[str, str], str]:
    actor = world.actor(who)
    with world.store() as store:
        begun = statements.start(store, actor, incident.id, how, now())
        return {(v.channel, v.language): v.newest.text for v in statements.variants(store, begun.id)}


def test_a_spanish_draft_is_spanish_throughout(world: World, incident: Incident) -> None:
    text = draft(world, incident, "dana", Start("H", channels=("email",), languages=("en", "es")))[
        "email", "es"
    ]
    assert "No tiene que hacer nada por ahora" in text
    assert "You do not need" not in text
    assert "Alder Falls Police Department" in text


def test_a_confirmed_claim_in_english_waits_for_its_translation(world: World, incident: Incident) -> None:
    okafor = world.actor("okafor")
    with world.store() as store:
        facts.add(store, okafor, incident.id, Claim("The group left.", "agency"), now(), confirm=True)
    texts = draft(world, incident, "dana", Start("H", channels=("email",), languages=("en", "es")))
    assert "The group left." in texts["email", "en"]
    assert "The group left" not in texts["email", "es"]
    assert "[lo que está confirmado]" in texts["email", "es"]


def test_the_police_s_own_text_message_begins_with_their_tag(world: World, incident: Incident) -> None:
    police = draft(world, incident, "okafor", Start("H", voice="police", channels=("sms",)))
    district = draft(world, incident, "dana", Start("H", voice="district", channels=("sms",)))
    assert police["sms", "en"].startswith("AFPD: ")
    assert district["sms", "en"].startswith("AFSD: ")


def test_a_sentence_typed_for_english_leaves_the_spanish_blank_and_a_time_fills_both(
    world: World, incident: Incident
) -> None:
    dana = world.actor("dana")
    how = Start("R", channels=("email",), languages=("en", "es"), type="police-activity")
    draft(world, incident, "dana", how)
    with world.store() as store:
        begun = statements.of_incident(store, incident.id)[0]
        values = {"action": "Please go by the side door", "school": "Orrin Middle School"}
        statements.fill_blanks(store, dana, begun.id, values, now(), "en")
        english, spanish = (v.newest.text for v in statements.variants(store, begun.id))
    assert "Please go by the side door" in english
    assert "Please go by the side door" not in spanish
    assert "[qué deben hacer las familias]" in spanish
    assert "Orrin Middle School" in english
    assert "Orrin Middle School" in spanish


def test_a_correction_says_when_the_wrong_text_went_and_what_the_sheet_knows(world: World) -> None:
    made = holding_statement(
        world, {"email": EMAIL.replace("The group left at 3:05 p.m.", "The group left at 3:15 p.m.")}
    )
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        facts.add(
            store,
            dana,
            made.incident_id,
            Claim("The group left at 3:15 p.m.", "district"),
            now(),
            confirm=True,
        )
    went = release(made)
    with world.store() as store:
        wrong = next(f for f in facts.facts(store, made.incident_id) if "3:15" in f.claim)
        right = facts.dispute(store, okafor, wrong.id, Claim("The group left at 2:55 p.m.", "agency"), now())
        facts.confirm(store, okafor, right, now())
        how = Start("C", channels=("email",), languages=("en", "es"), corrects_release_id=went.id)
        begun = statements.start(store, dana, made.incident_id, how, now())
        english, spanish = (v.newest.text for v in statements.variants(store, begun.id))
    assert "we told you this: The group left at 3:15 p.m." in english
    assert "The correct fact is this: The group left at 2:55 p.m." in english
    assert "[time of the wrong message]" not in english
    assert "[hora del mensaje equivocado]" not in spanish
    assert "[el dato correcto]" in spanish


def test_a_channel_added_to_a_drill_is_marked_like_the_others(world: World, incident: Incident) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        with store.atomic():
            store.execute("update incident set drill = 1 where id = ?", [incident.id])
        begun = statements.start(store, dana, incident.id, Start("H", channels=("email",)), now())
        added = statements.add_variant(store, dana, begun.id, "sms", "es", now())
    assert added.newest.text.startswith("DRILL")
    assert added.newest.text.endswith("DRILL")


def test_a_text_message_is_its_words_alone_and_fits_one_segment(world: World) -> None:
    okafor = world.actor("okafor")
    with world.store() as store:
        with store.atomic():
            store.add("school", {"name": "Orrin Middle School"})
        for kind in ("community-shooting", "weapon", "fight", "pursuit-crash", "immigration"):
            title = "Police near Orrin Middle School on Fenwick Street"
            about = incidents.open_by_hand(store, okafor, title, kind, now())
            begun = statements.start(store, okafor, about.id, Start("H", channels=("sms",)), now())
            sms = statements.variants(store, begun.id)[0]
            assert sms.newest.subject == ""
            assert len(sms.newest.text) <= 160


def test_a_statement_about_the_partner_begins_without_calls_and_text_messages(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(
            store, dana, "The officer contract is in dispute", "sro-programme", now()
        )
        begun = statements.start(store, dana, about.id, Start("H"), now())
        assert [v.channel for v in statements.variants(store, begun.id)] == ["email", "web", "media"]
