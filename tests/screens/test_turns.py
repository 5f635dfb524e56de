"""A turn in the story on the incident's and the statement's page: what changed, the words, and each person's "Seen"."""

from __future__ import annotations

from datetime import UTC, datetime

from comms.workspace import statements
from comms.workspace.statements import Start
from tests.conftest import Screen
from tests.domain.test_turns import COUNT, opened, turned
from tests.harness import World
from tests.heard_made import Heard
from tests.screens.test_alerts import press
from tests.screens.test_core_screens import buttons, fine, seen
from tests.statements_made import holding_statement, turned_since


def test_a_turn_stands_on_both_pages_until_this_person_saw_it(world: World, screen: Screen) -> None:
    heard = Heard(world.data)
    about, story_id = opened(world, heard)
    with world.store() as store:
        begun = statements.start(store, world.actor("dana"), about.id, Start("H"), datetime.now(UTC))
    turned(world, heard, about, story_id)

    page = screen("incidents.py", world.actor("dana"))
    page.query_params["incident"] = str(about.id)
    page = fine(page.run())
    assert "It turned from 3 hurt to 2 hurt." in seen(page)
    assert COUNT in seen(page)
    assert "(turn: from 3 hurt to 2 hurt)" in seen(page), "coverage names it in words"
    page = press(page, "Add to the fact sheet")
    assert "On the fact sheet, unconfirmed. Its owner confirms it." in seen(page)
    assert "Add to the fact sheet" not in buttons(page)
    page = press(page, "Seen")
    assert "It turned from" not in seen(page)

    text = screen("statement.py", world.actor("okafor"))
    text.query_params["statement"] = str(begun.id)
    text = fine(text.run())
    assert "It turned from 3 hurt to 2 hurt." in seen(text), "the other side has not seen it yet"
    text = press(text, "Seen")
    assert "It turned from" not in seen(text)


def test_a_turn_s_alert_leads_to_the_incident_and_opens_no_second_one(world: World, screen: Screen) -> None:
    heard = Heard(world.data)
    about, story_id = opened(world, heard)
    heard.turn(story_id, COUNT, "hurt", "from 3 hurt to 2 hurt")
    page = fine(screen("alerts.py", world.actor("dana")).run())
    assert f"Incident {about.number}" in seen(page)
    page = press(page, f"Acknowledge and go to incident {about.number}")
    with world.store() as store:
        assert store.table("incident").count == 1
        assert store.table("incident_turn").count == 1, "brought there at once, not by the next round"


def test_an_approver_reads_how_the_story_turned_while_the_text_waited(world: World, screen: Screen) -> None:
    made = holding_statement(world)
    page = fine(screen("approvals.py", world.actor("okafor")).run())
    assert "The story turned" not in seen(page)
    turned_since(made, datetime.now(UTC))
    page = fine(screen("approvals.py", world.actor("okafor")).run())
    told = seen(page)
    assert "The story turned from 3 hurt to 2 hurt (" in told
    assert "after these words were saved." in told
    assert "KXTV 9 News: “Two people were hurt, police say.”" in told
    assert "Read whether the words still hold before you answer." in told
    for channel in ("email", "sms", "web"):
        made.edit("dana", channel, "Two people were hurt. Police say the scene is calm.")
    made.send()
    page = fine(screen("approvals.py", world.actor("okafor")).run())
    assert "Two people were hurt." in seen(page)
    assert "The story turned" not in seen(page), "these words are younger than the turn"
