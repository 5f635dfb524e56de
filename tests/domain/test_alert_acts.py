"""What people do with an alert: who has it on each side, what a snooze hides, what an answer stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comms.hearing import alert_acts
from comms.hearing.alert_acts import Act, Standing, folded, weeks
from comms.people import Refused, disable_account
from comms.reaching import notices
from tests.harness import World

NOW = datetime(2026, 3, 10, 20, 12, tzinfo=UTC)
PEOPLE = {1: "Dana Whitlock", 2: "Dr. Elaine Brandt", 3: "Sgt. Maya Okafor"}


def now() -> datetime:
    return datetime.now(UTC)


def done(act: str, detail: str = "", minutes: float = 0, who: int = 1, side: str = "district") -> Act:
    return Act(act, detail, NOW + timedelta(minutes=minutes), who, PEOPLE[who], side)


def test_each_side_has_a_person_of_its_own_on_an_alert() -> None:
    acts = [done("assign", "2"), done("assign", "3", who=3, side="agency"), done("assign", "1", minutes=1)]
    has = folded(acts, PEOPLE).has
    assert {side: holder.name for side, holder in has.items()} == {
        "district": "Dana Whitlock",
        "agency": "Sgt. Maya Okafor",
    }


def test_an_assignment_stops_no_clock_and_survives_an_answer() -> None:
    stands = folded([done("assign", "2")], PEOPLE)
    assert stands.answer is None
    stands = folded([done("assign", "2"), done("acknowledge", who=2)], PEOPLE)
    assert stands.has["district"].name == "Dr. Elaine Brandt"
    assert stands.answer


def test_nobody_has_the_alert_of_a_person_who_left() -> None:
    assert folded([done("assign", "9")], PEOPLE).has == {}


def test_a_snooze_hides_from_one_person_for_half_an_hour() -> None:
    stands = folded([done("snooze")], PEOPLE)
    assert not stands.waits(NOW + timedelta(minutes=29), 1)
    assert stands.waits(NOW + timedelta(minutes=30), 1)
    assert stands.waits(NOW, 2)


def test_what_is_put_back_waits_for_everyone() -> None:
    stands = folded([done("snooze"), done("dismiss", "routine"), done("relevant", who=2)], PEOPLE)
    assert stands == Standing()


def test_an_alert_is_given_inside_one_side_only(world: World) -> None:
    dana, okafor = world.actor("dana"), world.people["okafor"]
    with world.store() as store:
        with pytest.raises(Refused, match="a person of your own side who answers alerts"):
            alert_acts.assign(store, dana, 7, okafor.id, "Lockdown", now())
        with pytest.raises(Refused, match="a person of your own side who answers alerts"):
            alert_acts.assign(store, dana, 7, world.people["records"].id, "Lockdown", now())
        with pytest.raises(Refused, match="Your seat is Observer"):
            alert_acts.assign(store, world.actor("hahn"), 7, okafor.id, "Lockdown", now())
        assert alert_acts.standings(store) == {}


def test_who_is_given_an_alert_is_told_once_and_giving_it_twice_is_one_act(world: World) -> None:
    dana, brandt = world.actor("dana"), world.people["brandt"]
    with world.store() as store:
        for _ in range(2):
            holder = alert_acts.assign(store, dana, 7, brandt.id, "Lockdown", now())
        assert holder
        assert holder.name == "Dr. Elaine Brandt"
        (told,) = notices.deliveries(store, "alert 7")
        assert told.recipient == brandt.email
        alert_acts.assign(store, dana, 7, world.people["dana"].id, "Lockdown", now())
        assert len(notices.deliveries(store, "alert 7")) == 1, "nobody writes to themselves"
        assert alert_acts.assign(store, dana, 7, None, "Lockdown", now()) is None
        assert alert_acts.standing(store, 7).has == {}


def test_what_was_answered_meanwhile_is_given_to_nobody(world: World) -> None:
    with world.store() as store:
        alert_acts.acknowledge(store, world.actor("okafor"), 7, now())
        with pytest.raises(Refused, match="Maya Okafor answered this alert meanwhile"):
            alert_acts.assign(store, world.actor("dana"), 7, world.people["brandt"].id, "Lockdown", now())


def test_an_account_that_ended_has_nothing_any_more(world: World) -> None:
    with world.store() as store:
        alert_acts.assign(store, world.actor("dana"), 7, world.people["brandt"].id, "Lockdown", now())
        disable_account(store, world.actor("castellano"), world.people["brandt"].id, now())
        assert alert_acts.standing(store, 7).has == {}


def test_weeks_are_seven_days_each_and_the_share_is_of_what_was_raised() -> None:
    raised = [(n, NOW - timedelta(days=n)) for n in range(10)]
    stands = {n: Standing(done("dismiss")) for n in (0, 8)} | {1: Standing(done("acknowledge"))}
    first, second, *rest = weeks(raised, stands, NOW)
    assert (first.alerts, first.dismissed, first.share) == (7, 1, "14%")
    assert (second.alerts, second.dismissed, second.share) == (3, 1, "33%")
    assert [(w.alerts, w.share) for w in rest] == [(0, "–"), (0, "–")]
