"""Screens of class A and of what is owed afterwards: shown to those who may press, and to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from comms.saying import protective
from comms.workspace import incidents
from tests.conftest import Screen
from tests.domain.test_protective import SECURE, approve, police_press, release, start
from tests.harness import World


def now() -> datetime:
    return datetime.now(UTC)


def ready(world: World) -> int:
    approve(world, "okafor", "brandt")
    dana = world.actor("dana")
    with world.store() as store, store.atomic():
        store.add("school", {"name": "Orrin Middle School"})
    with world.store() as store:
        return incidents.open_by_hand(store, dana, "Police search near Orrin", "police-activity", now()).id


def labels(test: object) -> list[str]:
    return [b.label for b in test.button]  # type: ignore[attr-defined]


def test_one_choice_and_one_press_send_the_pre_approved_text(world: World, screen: Screen) -> None:
    incident = ready(world)
    page = screen("incidents.py", world.actor("dana"))
    page.query_params["incident"] = str(incident)
    page.run()
    assert not page.exception
    page.button_group(key=f"action {incident}").set_value("secure").run()
    send = next(b for b in page.button if b.label == "Send Secure to the police now")
    send.click().run()
    with world.store() as store:
        assert protective.action_of(store, 1) == "secure"


def test_the_superintendent_approves_the_words_beforehand_until_a_day(world: World, screen: Screen) -> None:
    page = screen("approvals.py", world.actor("brandt")).run()
    assert not page.exception
    page.button(key="beforehand lockdown").click().run()
    with world.store() as store:
        found = protective.texts(store, world.agency_id, "lockdown")
    until = found[0].until
    assert all(u and u > now() + timedelta(days=170) for seat, u in until.items() if seat == "superintendent")
    assert "Approve Lockdown beforehand" not in labels(screen("approvals.py", world.actor("dana")).run())


def test_the_owed_sign_off_is_on_the_page_and_signed_there(world: World, screen: Screen) -> None:
    incident = ready(world)
    made = start(world, incident, SECURE)
    police_press(world, made)
    release(world, made)
    page = screen("approvals.py", world.actor("brandt")).run()
    assert not page.exception
    off = next(b for b in page.button if b.label == "Sign off what went out")
    off.click().run()
    assert "Sign off what went out" not in labels(page.run())
    statement = screen("statement.py", world.actor("dana"))
    statement.query_params["statement"] = str(made.id)
    assert not statement.run().exception
