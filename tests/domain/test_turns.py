"""A story that turns after its incident was opened: the turn reaches the incident and everyone with a draft open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comms.people import Refused
from comms.reaching import notices
from comms.workspace import facts, incidents, statements, turns
from comms.workspace.incidents import AlertCopy, Evidence, Incident
from comms.workspace.statements import Start
from monitors import alerts
from monitors.stories.turns import quoted
from tests.harness import World
from tests.heard_made import LOCKDOWN, Heard

COUNT = "Correction: two people were hurt at Orrin Middle School, not three, police say"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def heard(world: World) -> Heard:
    return Heard(world.data)


def opened(world: World, heard: Heard) -> tuple[Incident, int]:
    """An incident opened from an alert, and the alert's story."""
    alert_id = heard.alert(LOCKDOWN)
    with heard.store() as listening, world.store() as store:
        alert = alerts.alert(listening, alert_id)
        assert alert
        evidence = Evidence(
            alert.items[0].key,
            alert.headline,
            "",
            alert.outlet,
            alert.link,
            alert.published,
            now(),
        )
        copy = AlertCopy(alert.id, alert.headline, "threat", alert.first_seen, (evidence,))
        return incidents.open_from_alert(store, world.actor("dana"), copy, now()), alert.story_id


def turned(world: World, heard: Heard, about: Incident, story_id: int, subject: str = "hurt") -> turns.Turn:
    heard.turn(story_id, COUNT, subject, "from 3 hurt to 2 hurt")
    with heard.store() as listening, world.store() as store:
        assert turns.attach(store, listening, now()) == 1
        (turn,) = turns.of_incident(store, about.id)
    return turn


def test_a_later_turn_reaches_the_incident_once_with_the_report_s_own_words(
    world: World, heard: Heard
) -> None:
    about, story_id = opened(world, heard)
    turn = turned(world, heard, about, story_id)
    assert turn.sentence == "from 3 hurt to 2 hurt"
    assert turn.quote == COUNT
    assert turn.link.startswith("https://kxtv.example/")
    with heard.store() as listening, world.store() as store:
        assert turns.attach(store, listening, now()) == 0
        assert COUNT in {e.title for e in incidents.evidence(store, about.id)}


def test_a_turn_the_incident_was_opened_with_is_no_news(world: World, heard: Heard) -> None:
    about, _ = opened(world, heard)
    with heard.store() as listening, world.store() as store:
        assert turns.attach(store, listening, now()) == 0
        assert turns.of_incident(store, about.id) == ()


def test_everyone_with_a_draft_open_is_told_and_nobody_else(world: World, heard: Heard) -> None:
    about, story_id = opened(world, heard)
    dana = world.actor("dana")
    with world.store() as store:
        begun = statements.start(store, dana, about.id, Start("H"), now())
        variant = statements.variants(store, begun.id)[0]
        typed = variant.newest.text + " Three people were hurt."
        statements.keep(store, world.actor("okafor"), variant.id, variant.newest.id, typed, "", now())
    turn = turned(world, heard, about, story_id)
    with world.store() as store:
        told = [
            d
            for d in notices.deliveries(store, f"incident {about.id}")
            if d.subject.startswith("The story of")
        ]
    assert {d.recipient for d in told} == {"dana@afsd.example", "okafor@afpd.example"}
    assert turn.sentence in told[0].subject


def test_each_person_clears_a_turn_for_themselves(world: World, heard: Heard) -> None:
    about, story_id = opened(world, heard)
    turn = turned(world, heard, about, story_id)
    dana, okafor = world.people["dana"].id, world.people["okafor"].id
    with world.store() as store:
        for _ in range(2):
            turns.mark_seen(store, world.actor("dana"), turn.id, now())
        assert turns.unseen(store, about.id, dana) == ()
        assert turns.unseen(store, about.id, okafor) == (turn,)


def test_a_simple_turn_becomes_an_unconfirmed_fact_of_its_owner_once(world: World, heard: Heard) -> None:
    about, story_id = opened(world, heard)
    turn = turned(world, heard, about, story_id)
    with world.store() as store:
        first = turns.add_fact(store, world.actor("dana"), turn.id, now())
        assert turns.add_fact(store, world.actor("okafor"), turn.id, now()) == first
        (fact,) = facts.facts(store, about.id)
    assert (fact.claim, fact.owner, fact.status) == (COUNT, "agency", "unconfirmed")
    assert (fact.said_by, fact.link) == ("KXTV 9 News", turn.link)


def test_what_is_no_single_claim_is_for_a_person_to_word(world: World, heard: Heard) -> None:
    about, story_id = opened(world, heard)
    turn = turned(world, heard, about, story_id, subject="retraction")
    assert turns.claim_of(turn) is None
    with world.store() as store, pytest.raises(Refused, match="Word this one yourself"):
        turns.add_fact(store, world.actor("dana"), turn.id, now())


def test_a_turn_s_alert_belongs_to_the_incident_that_follows_the_story(world: World, heard: Heard) -> None:
    about, story_id = opened(world, heard)
    with heard.store() as listening, world.store() as store:
        found = turns.incident_of(store, listening, story_id)
        assert found
        assert found.id == about.id
        incidents.set_status(store, world.actor("dana"), about.id, "closed", "", now())
        assert turns.incident_of(store, listening, story_id) is None
        assert turns.attach(store, listening, now()) == 0, "a closed incident follows nothing"


def test_an_item_of_a_rebuilt_monitors_store_is_not_taken_for_another(world: World, heard: Heard) -> None:
    about, _ = opened(world, heard)
    (world.data / "monitors.db").unlink()
    for side in ("-wal", "-shm"):
        (world.data / f"monitors.db{side}").unlink(missing_ok=True)
    anew = Heard(world.data)
    anew.alert("Bake sale draws a crowd")
    anew.turn(1, COUNT, "hurt", "from 3 hurt to 2 hurt")
    with anew.store() as listening, world.store() as store:
        assert turns.attach(store, listening, now()) == 0
        assert turns.incident_of(store, listening, 1) is None
    assert about.id == 1


@pytest.mark.parametrize(
    ("subject", "title", "text", "quote"),
    [
        ("hurt", "Update on Mill Road", "Roads are open. Two people were hurt, police say.", "Two people were hurt, police say."),
        ("school", "Lockdown lifted at Orrin Middle School", "Classes resumed.", "Lockdown lifted at Orrin Middle School"),
        ("correction", "Crash", "Correction: an earlier story misstated the street.", "Correction: an earlier story misstated the street."),
        ("custody", "Nothing of the kind", "At all.", "Nothing of the kind"),
    ],
)  # fmt: skip
def test_the_quote_is_the_sentence_that_turns_it(subject: str, title: str, text: str, quote: str) -> None:
    assert quoted(subject, title, text) == quote
