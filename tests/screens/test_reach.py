"""How I am reached, on the screen: means, quiet hours, the digest, tests; and who cannot be reached, where people look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from comms.hearing import paging
from comms.people import Actor
from comms.reaching import oncall, reach, senders
from comms.reaching.reach import Quiet, Way
from monitors.store import open_monitors
from tests.alerts_made import heard
from tests.harness import World

Screen = Callable[[str, Actor | None], Any]


def now() -> datetime:
    return datetime.now(UTC)


def people_of(world: World, screen: Screen, who: str) -> Any:
    """Partnership, People, as this person."""
    page = screen("main.py", world.actor(who))
    page.run()
    page.switch_page("partnership.py")
    page.session_state["partnership view"] = "people"
    page.run()
    assert not page.exception
    return page


def press(page: Any, label: str) -> None:
    next(b for b in page.button if b.label == label).click().run()
    assert not page.exception


def shown(page: Any) -> str:
    kinds = ("title", "header", "caption", "text", "markdown", "error", "success", "html")
    return "\n".join(
        str(getattr(e, "value", "") or getattr(e, "body", "")) for k in kinds for e in page.get(k)
    )


def test_quiet_hours_means_and_the_digest_are_chosen_by_oneself(world: World, screen: Screen) -> None:
    with world.store() as store:
        texts = senders.add(
            store, world.actor("castellano"), "AFSD *texts*", senders.PEOPLE, "ONE_VOICE_SENDER_TEXTS", now()
        )
    page = people_of(world, screen, "dana")
    page.toggle(key="reach quiet").set_value(True)
    page.toggle(key=f"reach {texts.id}").set_value(True)
    page.radio(key="reach digest").set_value("own").run()
    page.text_input(key=f"reach {texts.id} target").set_value("+15550100")
    page.time_input(key="reach quiet from").set_value(time(21, 30))
    page.time_input(key="reach digest at").set_value(time(6, 45))
    press(page, "Save how I am reached")
    with world.store() as store:
        chosen = reach.reach_of(store, world.people["dana"].id)
    assert chosen == reach.Reach(Quiet(time(21, 30), time(6)), "06:45", (Way(texts, "+15550100"),))
    press(page, "Send me a test")
    assert "e-mail: on its way" in shown(page)
    page.text_input(key=f"reach {texts.id} target").set_value("two words")
    press(page, "Save how I am reached")
    assert "is no number or name for AFSD" in shown(page)


def test_the_digest_of_everybody_has_its_time_too(world: World, screen: Screen) -> None:
    page = people_of(world, screen, "dana")
    page.session_state["partnership view"] = "mail"
    page.run()
    page.time_input(key="digest of all").set_value(time(6, 15))
    press(page, "Save the digest's time")
    assert (
        "At 6:15 AM, as for everybody" in people_of(world, screen, "dana").radio(key="reach digest").options
    )


def test_who_answers_no_alerts_is_asked_nothing(world: World, screen: Screen) -> None:
    assert "How I am reached" not in shown(people_of(world, screen, "records"))


@pytest.mark.parametrize("who", ["counsel", "moreau", "hahn"])
def test_who_is_asked_or_stands_in_chooses_means_too(world: World, screen: Screen, who: str) -> None:
    with world.store() as store:
        texts = senders.add(
            store, world.actor("castellano"), "AFSD texts", senders.PEOPLE, "ONE_VOICE_SENDER_TEXTS", now()
        )
    page = people_of(world, screen, who)
    page.toggle(key=f"reach {texts.id}").set_value(True).run()
    page.text_input(key=f"reach {texts.id} target").set_value("+15550199")
    press(page, "Save how I am reached")
    with world.store() as store:
        assert reach.reach_of(store, world.people[who].id).ways == (Way(texts, "+15550199"),)


def test_communications_enters_when_they_are_on_call(world: World, screen: Screen) -> None:
    page = people_of(world, screen, "dana")
    page.toggle(key="calendar wanted").set_value(True).run()
    who = world.people["dana"].id
    page.radio(key=f"span what {who}").set_value("on_call")
    page.time_input(key=f"span until at {who}").set_value(time(18))
    press(page, "Enter it")
    with world.store() as store:
        [span] = oncall.spans(store, "on_call", now())
    assert span.name == "Dana Whitlock"


def test_an_administrator_enters_it_for_their_own_people(world: World, screen: Screen) -> None:
    page = people_of(world, screen, "brightwater")
    page.toggle(key="calendar wanted").set_value(True).run()
    assert list(page.selectbox(key="calendar of").options) == ["Sgt. Maya Okafor"]
    press(page, "Enter it for Sgt. Maya Okafor")
    assert "Entered: Sgt. Maya Okafor, away until" in shown(page)
    with world.store() as store:
        assert [s.name for s in oncall.spans(store, "absence", now())] == ["Maya Okafor"]


def test_the_card_says_who_was_told_and_the_screen_whom_it_did_not_reach(
    world: World, screen: Screen
) -> None:
    at = now() - timedelta(minutes=3)
    heard(world.data, at, headline="Officers escort group off overpass")
    with world.store() as store, open_monitors(world.data) as monitors:
        assert paging.page(store, monitors, at) == 1
    page = screen("main.py", world.actor("okafor"))
    page.run()
    page.switch_page("alerts.py")
    page.run()
    assert not page.exception
    text = shown(page)
    assert "Told Dana Whitlock" in text
    assert "Nobody acknowledged yet. Next: Dr. Elaine Brandt, Sgt. Maya Okafor at" in text
    assert "Could not reach Dana Whitlock by e" in text
    assert "Could not reach Dana Whitlock by e-mail" in shown(people_of(world, screen, "brandt"))
