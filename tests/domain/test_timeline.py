"""What was said and done about an incident: its own steps, refusals too, and no step without words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comms import audit
from comms.people import Refused
from comms.wording import library
from comms.workspace import facts, incidents, timeline
from comms.workspace.facts import Claim
from comms.workspace.incidents import AlertCopy
from tests.harness import World

NOW = datetime.now(UTC)


def test_only_steps_of_this_incident_are_told_and_refusals_too(world: World) -> None:
    with world.store() as store:
        dana, okafor = world.actor("dana"), world.actor("okafor")
        alert = AlertCopy(7, "Masked group on the overpass", "protest", NOW)
        one = incidents.open_from_alert(store, dana, alert, NOW)
        other = incidents.open_by_hand(store, dana, "Another matter", "rumour", NOW)
        fact = facts.add(store, dana, one.id, Claim("Police arrested nobody.", "agency"), NOW)
        with pytest.raises(Refused):
            facts.confirm(store, dana, fact, NOW)
        facts.confirm(store, okafor, fact, NOW)
        facts.change(store, okafor, fact, Claim("Police arrested one person.", "agency"), NOW)
        incidents.classify(store, dana, one.id, "community-shooting", "C", NOW)
        steps = timeline.steps(store, one.id)
        assert [s.what for s in timeline.steps(store, other.id)] == [
            "opened an incident by hand, number 2026-002"
        ]
    assert [s.what for s in steps] == [
        f"opened an incident from an alert, number {one.number}",
        "added a fact",
        "was refused: confirmed a fact",
        "confirmed a fact",
        "changed a fact",
        "changed type and class, from Protest, extremist presence or curfew, class B, "
        f"to {library.TYPES['community-shooting'].title}, class C",
    ]
    assert [s.refused for s in steps] == [False, False, True, False, False, False]
    assert [said.text for said in steps[4].said] == ["Police arrested nobody.", "Police arrested one person."]
    assert any(said.kind == "reason" and "Only the police side" in said.text for said in steps[2].said)


def test_an_act_the_timeline_has_no_words_for_is_told_all_the_same(world: World) -> None:
    with world.store() as store:
        about = incidents.open_by_hand(store, world.actor("dana"), "A matter", "rumour", NOW)
        with store.atomic():
            audit.append(
                store,
                NOW,
                who="One Voice",
                seat="",
                did="did something new",
                about=f"incident {about.id}",
                details={"boxes": [1, 2], "by_hand": True},
            )
        last = timeline.steps(store, about.id)[-1]
    assert (last.who, last.what) == ("One Voice", "did something new")
    assert [said.text for said in last.said] == ["boxes: 1, 2", "by hand: True"]
