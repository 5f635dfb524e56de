"""Alerts, incident, statement, approvals: what each seat sees and may press, and what an empty or refused page says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from comms.people import Actor
from comms.workspace import incidents, statements
from comms.workspace.statements import Start
from tests.harness import World
from tests.statements_made import EMAIL, Made, holding_statement

Screen = Callable[[str, Actor | None], Any]


def now() -> datetime:
    return datetime.now(UTC)


def seen(page: Any) -> str:
    """Every word of a page, for a look."""
    kinds = (
        "title",
        "header",
        "caption",
        "text",
        "markdown",
        "error",
        "success",
        "info",
        "warning",
        "button",
    )
    found = [
        str(getattr(e, "value", "") or getattr(e, "label", "")) for kind in kinds for e in page.get(kind)
    ]
    return "\n".join([*found, *(h.proto.body for h in page.get("html"))])


def buttons(page: Any) -> list[str]:
    return [button.label for button in page.button]


def fine(page: Any) -> Any:
    assert not page.exception, page.exception
    return page


def test_nothing_waits_is_one_sentence_and_the_useful_next_step(world: World, screen: Screen) -> None:
    page = fine(screen("alerts.py", world.actor("dana")).run())
    assert "Nothing waits, and nothing is listened to: no source was added yet." in seen(page)
    assert "Traceback" not in seen(page)


def test_without_a_sign_in_there_is_a_sentence_and_nothing_else(world: World, screen: Screen) -> None:
    for script in ("alerts.py", "incidents.py", "approvals.py", "statement.py"):
        page = fine(screen(script, None).run())
        assert [e.value for e in page.error] == ["You are not signed in."]
        assert not page.button


def test_a_signed_out_session_sees_nothing(world: World, screen: Screen) -> None:
    from comms.joining import sessions

    dana = world.actor("dana")
    with world.store() as store:
        sessions.sign_out(store, dana, now())
    page = fine(screen("incidents.py", dana).run())
    assert "You were signed out" in page.error[0].value


def test_an_incident_is_opened_by_hand_from_the_alerts(world: World, screen: Screen) -> None:
    page = fine(screen("alerts.py", world.actor("okafor")).run())
    page.toggle(key="by hand wanted").set_value(True)
    page = fine(page.run())
    page.text_input(key="hand title").set_value("Shots fired call near Quarry Road 🕯️")
    page.selectbox(key="hand type").set_value("community-shooting")
    next(b for b in page.button if b.label == "Open the incident").click()
    page.run()
    with world.store() as store:
        opened = incidents.incidents(store)
    assert [i.title for i in opened] == ["Shots fired call near Quarry Road 🕯️"]


def test_a_refused_form_keeps_what_was_typed(world: World, screen: Screen) -> None:
    page = fine(screen("alerts.py", world.actor("dana")).run())
    page.toggle(key="by hand wanted").set_value(True)
    page = fine(page.run())
    page.text_input(key="hand title").set_value("x" * 3000)
    page.selectbox(key="hand type").set_value("protest")
    next(b for b in page.button if b.label == "Open the incident").click()
    page = fine(page.run())
    assert any("has 3,000 characters; the limit is 120" in e.value for e in page.error)
    assert page.text_input(key="hand title").value == "x" * 3000


@pytest.mark.parametrize(("who", "may"), [("dana", True), ("okafor", True), ("records", False)])
def test_only_those_who_write_start_a_statement(world: World, screen: Screen, who: str, may: bool) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Protest downtown", "protest", now())
    page = screen("incidents.py", world.actor(who))
    page.query_params["incident"] = str(about.id)
    page = fine(page.run())
    assert ("Start the holding statement" in buttons(page)) is may
    if not may:
        assert "Communications or the police PIO start it." in seen(page)


def test_a_fact_of_the_other_side_shows_who_confirms_it_instead_of_a_button(
    world: World, screen: Screen
) -> None:
    made = holding_statement(world, {"email": EMAIL})
    page = screen("incidents.py", world.actor("dana"))
    page.query_params["incident"] = str(made.incident_id)
    page = fine(page.run())
    assert "Only the police can confirm this: Sgt. Maya Okafor." in seen(page)
    assert "Confirm for the district" not in buttons(page)


def test_an_unknown_incident_is_a_sentence(world: World, screen: Screen) -> None:
    page = screen("incidents.py", world.actor("dana"))
    page.query_params["incident"] = "99"
    assert "There is no such incident" in fine(page.run()).error[0].value


def statement_page(screen: Screen, actor: Actor, statement_id: int) -> Any:
    page = screen("statement.py", actor)
    page.query_params["statement"] = str(statement_id)
    return fine(page.run())


def test_the_statement_says_why_it_cannot_go_and_who_can_lift_it(world: World, screen: Screen) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Protest", "protest", now())
        begun = statements.start(store, dana, about.id, Start("H"), now())
    page = statement_page(screen, dana, begun.id)
    words = seen(page)
    assert "Why it cannot go yet" in words
    assert "Police have not approved" in words
    assert "Sgt. Maya Okafor, once it is sent for approval" in words
    assert "Send for approval" in buttons(page)


def test_send_pressed_too_early_names_the_blank_and_sends_nothing(world: World, screen: Screen) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Protest", "protest", now())
        begun = statements.start(store, dana, about.id, Start("H"), now())
    page = statement_page(screen, dana, begun.id)
    next(b for b in page.button if b.label == "Send for approval").click()
    page = fine(page.run())
    assert any("left:" in e.value and "Nothing was sent." in e.value for e in page.error)
    with world.store() as store:
        assert not store.table("ask").count


def test_after_sending_the_main_action_reminds_by_name(world: World, screen: Screen) -> None:
    made = holding_statement(world, {"email": EMAIL})
    page = statement_page(screen, world.actor("dana"), made.statement.id)
    assert "Remind Sgt. Maya Okafor" in buttons(page)


def test_a_seat_that_only_reads_gets_text_as_text(world: World, screen: Screen) -> None:
    made = holding_statement(world, {"email": EMAIL})
    page = statement_page(screen, world.actor("records"), made.statement.id)
    assert "Send for approval" not in buttons(page)
    assert "isolated" in seen(page)


def test_the_pio_approves_on_screen_exactly_what_was_shown(world: World, screen: Screen) -> None:
    made = holding_statement(world, {"email": EMAIL})
    page = fine(screen("approvals.py", world.actor("okafor")).run())
    assert "1 waits for you" in seen(page)
    main = next(b for b in page.button if b.label.startswith("Approve revision"))
    main.click()
    page = fine(page.run())
    assert any("you approved revision" in s.value for s in page.success)
    assert states(made) == ["approved", "waits"]


def states(made: Made) -> list[str]:
    from comms.agreeing import seats

    with made.world.store() as store:
        return [s.state for s in seats.standing(store, made.statement).seats]


def test_a_page_shown_before_an_edit_approves_nothing(world: World, screen: Screen) -> None:
    made = holding_statement(world, {"email": EMAIL})
    page = fine(screen("approvals.py", world.actor("okafor")).run())
    made.edit("dana", "email", EMAIL + " Thank you.")
    next(b for b in page.button if b.label.startswith("Approve revision")).click()
    page = fine(page.run())
    assert any("Nothing was recorded" in e.value for e in page.error)
    assert states(made)[0] == "waits"


def test_nothing_waits_for_a_seat_that_approves_nothing(world: World, screen: Screen) -> None:
    page = fine(screen("approvals.py", world.actor("dana")).run())
    assert "Nothing waits for your name." in seen(page)


CHANGES_WHILE_DRAWN = """
import streamlit as st
from comms.screens.parts.page import here, pulse

world = st.session_state.setdefault("world", ["not checked yet"])
with pulse(lambda _: world[0], "test"), here():
    st.text(world[0])
    world[0] = "checked"
"""


def test_what_changes_while_a_screen_is_drawn_is_drawn_too(
    world: World, screen: Screen, tmp_path: Path
) -> None:
    """A check that answers between the first line and the last must not stay "not checked yet" for ever."""
    (tmp_path / "drawn.py").write_text(CHANGES_WHILE_DRAWN)
    page = fine(screen(str(tmp_path / "drawn.py"), world.actor("dana")).run())
    assert [text.value for text in page.text] == ["checked"]
