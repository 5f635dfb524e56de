"""The Alerts screen: who has an alert, what is not relevant and why, near misses that matter, and what marks changed."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comms import partnership
from comms.hearing import alert_acts, feedback
from comms.people import Refused, disable_account
from comms.proving.records import as_csv
from comms.reaching import notices
from comms.screens.parts import badges
from comms.screens.parts.alert_card import due_words
from comms.screens.parts.alert_list import file_for, sheet
from comms.screens.parts.page import Here
from comms.workspace import incidents
from monitors import alerts
from tests import alerts_made
from tests.conftest import Screen
from tests.harness import World
from tests.heard_made import LOCKDOWN, NEAR, Heard
from tests.screens.test_core_screens import buttons, fine, seen


@pytest.fixture
def heard(world: World) -> Heard:
    return Heard(world.data)


def press(page: Any, label: str, place: int = 0) -> Any:
    [b for b in page.button if b.label == label][place].click()
    return fine(page.run())


def near(page: Any) -> Any:
    """With the near misses shown."""
    fine(page.run()).toggle(key="near wanted").set_value(True)
    return fine(page.run())


def now() -> datetime:
    return datetime.now(UTC)


def test_an_alert_is_given_to_someone_of_ones_own_side_and_taken_back(
    world: World, heard: Heard, screen: Screen
) -> None:
    alert = heard.alert(LOCKDOWN)
    page = fine(screen("alerts.py", world.actor("dana")).run())
    assert "I take it" in buttons(page)
    assert "Assign to Dr. Elaine Brandt" in buttons(page)
    assert "Assign to Sgt. Maya Okafor" not in buttons(page), "the police give their own"
    page = press(page, "Assign to Dr. Elaine Brandt")
    assert "Dr. Elaine Brandt has it from Dana Whitlock" in seen(page)
    assert "Assigned to someone else" in seen(page)
    assert "wait for you" not in seen(page)
    with world.store() as store:
        assert [d.recipient for d in notices.deliveries(store, f"alert {alert}")] == ["brandt@afsd.example"]
    hers = fine(screen("alerts.py", world.actor("brandt")).run())
    assert "Assigned to someone else" not in seen(hers)
    page = press(page, "Take it back")
    assert "has it from" not in seen(page)


def test_a_refusal_stands_on_the_card_it_is_about(world: World, heard: Heard, screen: Screen) -> None:
    alert = heard.alert(LOCKDOWN)
    page = fine(screen("alerts.py", world.actor("dana")).run())
    with world.store() as store:
        alert_acts.acknowledge(store, world.actor("okafor"), alert, now())
    next(b for b in page.button if b.label == "Assign to Dr. Elaine Brandt").click()
    page.run()
    page.segmented_control(key="alerts view").set_value("Acknowledged")
    page = fine(page.run())
    assert [e.value for e in page.error] == [
        "Maya Okafor answered this alert meanwhile. It was assigned to nobody."
    ]


def test_not_relevant_has_one_of_a_few_reasons_and_one_press_undoes_it(
    world: World, heard: Heard, screen: Screen
) -> None:
    heard.alert(LOCKDOWN)
    page = fine(screen("alerts.py", world.actor("dana")).run())
    page = press(page, "Routine")
    assert "Marked not relevant: routine." in seen(page)
    with world.store() as store:
        assert [(m.headline, m.answer, m.teaches) for m in feedback.marks(store)] == [
            (LOCKDOWN, "not_relevant", True)
        ]
    page = press(page, "Undo: not relevant")
    assert "It waits again." in seen(page)
    assert "Acknowledge and open incident" in buttons(page)
    with world.store() as store:
        assert feedback.marks(store) == ()


def test_a_snoozed_alert_comes_back_by_itself_and_hides_from_one_person_only(
    world: World, heard: Heard, screen: Screen
) -> None:
    alert = heard.alert(LOCKDOWN)
    page = press(fine(screen("alerts.py", world.actor("dana")).run()), "Snooze 30 min")
    assert "Nothing waits." in seen(page)
    assert "1 waits for you" in seen(fine(screen("alerts.py", world.actor("brandt")).run()))
    dana = world.people["dana"].id
    with world.store() as store:
        stands = alert_acts.standing(store, alert)
    assert not stands.waits(now() + timedelta(minutes=29), dana)
    assert stands.waits(now() + timedelta(minutes=31), dana)
    assert stands.answer is None, "no clock stops"


def test_a_near_miss_is_relevant_after_all_and_an_incident_is_opened_from_it(
    world: World, heard: Heard, screen: Screen
) -> None:
    heard.item(NEAR, near=True)
    page = press(near(screen("alerts.py", world.actor("okafor"))), "Relevant after all")
    assert "Marked relevant. It teaches from now on." in seen(page)
    assert "Relevant after all: Maya Okafor" in seen(page)
    press(page, "Open an incident")
    with world.store() as store:
        (opened,) = incidents.incidents(store)
        assert opened.title == NEAR
        assert [e.title for e in incidents.evidence(store, opened.id)] == [NEAR]
    again = near(screen("alerts.py", world.actor("dana")))
    assert f"Go to incident {opened.number}" in buttons(again)


def test_the_week_is_one_calm_sentence(world: World, heard: Heard, screen: Screen) -> None:
    first = heard.alert(LOCKDOWN)
    heard.alert("Crash closes Mill Road", ago=timedelta(days=2))
    heard.alert("Protest at City Hall", ago=timedelta(days=9))
    with world.store() as store:
        feedback.dismiss(store, world.actor("dana"), first, None, "known", now())
    page = fine(screen("alerts.py", world.actor("dana")).run())
    assert "2 alerts in the last 7 days; 1 of them marked not relevant (50%)." in seen(page)


def test_no_cell_of_the_list_is_run_as_a_formula(world: World, heard: Heard, screen: Screen) -> None:
    heard.alert('=HYPERLINK("http://evil.example","Lockdown lifted")')
    page = fine(screen("alerts.py", world.actor("dana")).run())
    (button,) = page.get("download_button")
    assert button.proto.label == "Take out the list (1)"
    with world.store() as store, heard.store() as listening:
        at = Here(store, world.actor("dana"), world.people["dana"], partnership.profile(store), now())
        text = as_csv(sheet(at, alerts.waiting(listening), {})).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["headline"].startswith("'=HYPERLINK")
    assert rows[0]["state"] == "waits"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (NEAR, "We have it. It was judged T4, below what interrupts."),
        ("https://kxtv.example/stories/1", "We have it. It was judged T4, below what interrupts."),
        ("Bears seen downtown", "None of our sources has carried this."),
        ("https://elsewhere.example/bears", "No source of elsewhere.example is on the list."),
    ],
)
def test_why_we_did_not_hear_of_it(
    world: World, heard: Heard, screen: Screen, asked: str, answer: str
) -> None:
    heard.item(NEAR)
    page = fine(screen("alerts.py", world.actor("dana")).run())
    page.text_input(key="heard of").set_value(asked)
    page = press(page, "Look it up")
    assert answer in seen(page)


def test_an_observer_reads_and_answers_nothing(world: World, heard: Heard, screen: Screen) -> None:
    heard.alert(LOCKDOWN)
    heard.item(NEAR, near=True)
    page = near(screen("alerts.py", world.actor("counsel")))
    assert {"Relevant after all", "Acknowledge", "Snooze 30 min", "I take it"}.isdisjoint(buttons(page))
    assert "Communications, the police PIO, the superintendent and their deputies answer alerts." in seen(
        page
    )
    assert "wait for you" not in seen(page), "nothing of it waits for counsel"


def test_a_deputy_who_is_told_stops_the_clock_and_reads_whom_to_call(
    world: World, heard: Heard, screen: Screen
) -> None:
    alert = heard.alert(LOCKDOWN)
    page = fine(screen("alerts.py", world.actor("hahn")).run())
    assert {"Acknowledge and open incident", "Not relevant", "I take it"}.isdisjoint(buttons(page))
    assert "On your side the incident is opened by Sgt. Maya Okafor." in seen(page)
    page = press(page, "Acknowledge")
    assert "Acknowledged. It stays under Acknowledged." in seen(page)
    with world.store() as store:
        answer = alert_acts.standing(store, alert).answer
    assert answer
    assert answer.name == "Peter Hahn"
    page = press(page, "Undo: acknowledged")
    assert "It waits again." in seen(page)


def cards_of(headline: str, page: Any) -> int:
    return len(re.findall(f"<h2[^>]*>{headline}", seen(page)))


def test_after_an_outage_twenty_cards_stand_first_the_pages_among_them_and_the_rest_is_counted(
    world: World, screen: Screen
) -> None:
    for number in range(24):
        alerts_made.heard(world.data, now() - timedelta(minutes=number), "T2", f"Deputies pass by, {number}")
    for number in range(21):
        alerts_made.heard(world.data, now() - timedelta(hours=2), "T1", f"Shots at the mill, {number}")
    page = fine(screen("alerts.py", world.actor("dana")).run())
    assert "45 wait for you" in seen(page)
    assert cards_of("Shots at the mill", page) == 20
    assert "Deputies pass by" not in seen(page)
    assert "20 of 45 shown; 1 T1, 24 T2 below" in seen(page)
    page = press(page, "Show 20 more")
    assert cards_of("Shots at the mill", page) == 21
    assert "40 of 45 shown; 5 T2 below" in seen(page)
    page = press(page, "Show 5 more")
    assert cards_of("Deputies pass by", page) == 24
    assert not [label for label in buttons(page) if label.startswith("Show ")]


def test_the_list_taken_out_has_every_alert_also_those_no_card_is_drawn_for(
    world: World, screen: Screen
) -> None:
    for number in range(23):
        alerts_made.heard(world.data, now(), "T2", f"Deputies pass by, {number}")
    page = fine(screen("alerts.py", world.actor("dana")).run())
    assert page.get("download_button")[0].proto.label == "Take out the list (23)"
    written = file_for(world.actor("dana")).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(written)))) == 24
    with world.store() as store:
        disable_account(store, world.actor("castellano"), world.people["dana"].id, now())
    with pytest.raises(Refused):
        file_for(world.actor("dana"))


@pytest.mark.parametrize("left", [14, 1, -2, -84, -119, -47 * 60, -30 * 1440])
@pytest.mark.parametrize("review", [True, False])
def test_the_due_badge_is_never_cut(review: bool, left: int) -> None:
    noon = datetime(2026, 3, 10, 17, 45, tzinfo=UTC)
    said = due_words(review, noon, timedelta(minutes=left), ZoneInfo("America/Chicago"))
    assert "12:45 PM" in said
    assert len(said) <= badges.LONGEST
