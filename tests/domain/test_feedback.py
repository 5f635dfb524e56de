"""Marks teach the one visible layer of a partnership: checked on held-back marks, undone at will, never over a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comms.duty import Watch
from comms.hearing import alert_acts, feedback
from comms.hearing.feedback import REASONS, Judged
from comms.people import Refused
from comms.screens.parts.alert_card import evidence_of
from comms.workspace import incidents
from comms.workspace.incidents import AlertCopy
from monitors import alerts
from monitors.database import Store
from monitors.relevance import Judge, Report
from monitors.relevance.logistic import held_back, probability
from tests.harness import World
from tests.heard_made import Heard
from tests.monitors.test_alerts import ALDER_FALLS

SIREN = {"bias": 1.0, "place: local": 0.8, "quiet: traffic": 1.0, "quiet: calm": 1.0}
"""What the shipped weights leave silent, and this partnership wants to hear."""


def now() -> datetime:
    return datetime.now(UTC)


def item(n: int, features: dict[str, float] | None = None, rule: str = "") -> Judged:
    return Judged(n, f"kxtv.example/feed k{n}", f"Headline {n}", "KXTV", 0.2, rule, features or SIREN)


@pytest.fixture
def store(world: World) -> Iterator[Store]:
    with world.store() as opened:
        yield opened


def mark_many(store: Store, world: World, count: int) -> None:
    dana = world.actor("dana")
    for n in range(count):
        feedback.mark_relevant(store, dana, item(n), now())


def test_a_few_marks_change_nothing_yet(world: World, store: Store) -> None:
    mark_many(store, world, 4)
    assert feedback.weights(store) == feedback.shipped()
    assert feedback.history(store) == ()


def test_marks_of_a_kind_are_heard_and_the_held_back_ones_come_out_better(world: World, store: Store) -> None:
    threshold = feedback.shipped()["threshold"]
    assert probability(feedback.shipped(), SIREN) < threshold
    mark_many(store, world, 30)
    newest = feedback.history(store)[0]
    assert newest.act == "learned"
    assert newest.learned_from + newest.held_back > 25
    assert newest.right_after >= newest.right_before
    assert probability(feedback.weights(store), SIREN) >= threshold
    assert feedback.flips([item(99)], feedback.weights(store), feedback.shipped())[0].after


def test_weights_that_fail_the_held_back_check_are_not_taken(world: World, store: Store) -> None:
    """Those that teach say one thing, those that check another: what was learned would answer them worse."""
    dana = world.actor("dana")
    loud = {"bias": 1.0, "place: local": 1.0, "protest x local": 0.6}
    assert probability(feedback.shipped(), loud) >= feedback.shipped()["threshold"]
    checking_first = sorted(range(120), key=lambda n: not held_back(item(n).key))
    for n in checking_first:
        if held_back(item(n).key):
            feedback.mark_relevant(store, dana, item(n, loud), now())
        else:
            feedback.dismiss(store, dana, n, item(n, loud), "routine", now())
    assert feedback.history(store)[0].act == "not_better"
    assert probability(feedback.weights(store), loud) >= feedback.shipped()["threshold"]


def test_undo_goes_back_and_the_marks_count_again_only_when_somebody_says_so(
    world: World, store: Store
) -> None:
    dana = world.actor("dana")
    mark_many(store, world, 30)
    learned = feedback.weights(store)
    feedback.undo(store, dana, now(), wholly=True)
    assert feedback.weights(store) == feedback.shipped()
    feedback.mark_relevant(store, dana, item(31), now())
    assert feedback.weights(store) == feedback.shipped(), "paused"
    assert len(feedback.marks(store)) == 31, "no mark is lost"
    feedback.resume(store, dana, now())
    assert feedback.weights(store) != feedback.shipped()
    assert not feedback.paused(store)
    assert feedback.weights(store).keys() == learned.keys()


def test_undo_of_the_last_change_brings_the_weights_before_it(world: World, store: Store) -> None:
    dana = world.actor("dana")
    mark_many(store, world, 29)
    before = feedback.weights(store)
    teaching = next(n for n in range(29, 60) if not held_back(item(n).key))
    feedback.mark_relevant(store, dana, item(teaching), now())
    assert feedback.weights(store) != before
    feedback.undo(store, dana, now())
    assert feedback.weights(store) == before


def test_what_was_learned_from_an_older_model_holds_no_longer(
    world: World, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_many(store, world, 30)
    monkeypatch.setattr(feedback, "shipped_hash", lambda: "another model")
    assert feedback.weights(store) == feedback.shipped()
    feedback.mark_relevant(store, world.actor("dana"), item(40), now())
    assert feedback.weights(store) != feedback.shipped(), "learned anew from all of them"


@pytest.mark.parametrize("reason", list(REASONS))
def test_only_a_reason_about_the_words_teaches(world: World, store: Store, reason: str) -> None:
    feedback.dismiss(store, world.actor("dana"), 7, item(1), reason, now())
    (mark,) = feedback.marks(store)
    assert mark.teaches is (reason in {"place", "routine", "talk"})


def test_a_mark_on_what_a_rule_decided_teaches_nothing(world: World, store: Store) -> None:
    feedback.dismiss(store, world.actor("dana"), 7, item(1, rule="our school in danger"), "routine", now())
    assert not feedback.marks(store)[0].teaches


def test_a_mark_is_one_row_however_often_it_is_pressed_and_may_be_taken_back(
    world: World, store: Store
) -> None:
    dana = world.actor("dana")
    for _ in range(3):
        feedback.mark_relevant(store, dana, item(1), now())
    assert store.table("mark").count == 1
    feedback.take_back(store, dana, item(1), now())
    assert feedback.marks(store) == ()
    feedback.take_back(store, dana, item(1), now())
    assert store.table("mark").count == 2


def test_a_reason_is_one_of_a_few_and_an_opened_alert_is_not_dismissed(world: World, store: Store) -> None:
    dana = world.actor("dana")
    with pytest.raises(Refused, match="Say why it is not relevant"):
        feedback.dismiss(store, dana, 7, item(1), "boring", now())
    alert_acts.insert_act(store, dana.account_id, 7, "open", now())
    with pytest.raises(Refused, match="An incident was opened from this alert"):
        feedback.dismiss(store, dana, 7, item(1), "routine", now())
    assert feedback.marks(store) == ()


def test_a_person_without_a_seat_for_it_marks_nothing(world: World, store: Store) -> None:
    with pytest.raises(Refused, match="Your seat is Observer"):
        feedback.mark_relevant(store, world.actor("hahn"), item(1), now())
    with pytest.raises(Refused, match="Your seat is Records clerk"):
        feedback.undo(store, world.actor("records"), now(), wholly=True)


RAISED_BY_RULE = [
    "Orrin Middle School on lockdown after bomb threat, Alder Falls police say",
    "Alder Falls officer charged with assault after arrest video",
    "Loaded handgun found in student's backpack at Orrin Middle School",
]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pull=st.floats(-30, 30), title=st.sampled_from(RAISED_BY_RULE))
def test_no_weights_whatever_silence_a_rule(judge: Judge, pull: float, title: str) -> None:
    """What a mark can reach are the weights. Every weight at once, as far as it goes, and the alert still stands."""
    weights = dict.fromkeys(feedback.shipped(), pull)
    (judgement,) = judge.with_weights(weights).judge([Report(title=title)], ALDER_FALLS)
    assert judgement.relevant
    assert judgement.tier in {"T0", "T1"}
    assert any(reason.label == "OVERRIDE" for reason in judgement.reasons)


def test_a_month_of_not_relevant_silences_no_rule(world: World, store: Store, judge: Judge) -> None:
    dana = world.actor("dana")
    for n, title in enumerate(RAISED_BY_RULE * 20):
        (judgement,) = judge.judge([Report(title=title)], ALDER_FALLS)
        about = Judged(n, f"k{n}", title, "KXTV", judgement.score, "", dict(judgement.features))
        feedback.dismiss(store, dana, n, about, "routine", now())
    assert feedback.weights(store) != feedback.shipped(), "taught as if no rule had decided"
    ours = judge.with_weights(feedback.weights(store))
    for judgement in ours.judge(map(Report, RAISED_BY_RULE), ALDER_FALLS):
        assert judgement.relevant


def test_the_duty_process_judges_the_next_item_with_what_was_taught_without_a_restart(world: World) -> None:
    """Three reports of one kind: silent, marked by hand as often as it takes, and heard."""
    title = "Two cars crash on Mill Road in Alder Falls, nobody hurt"
    heard, watch = Heard(world.data), Watch(world.data)
    try:
        first = heard.unjudged(title)
        watch()
        with heard.store() as listening, world.store() as store:
            about = feedback.judged(listening, first)
            assert about
            assert not about.rule
            assert about.score < feedback.shipped()["threshold"]
            for n in range(30):
                feedback.mark_relevant(store, world.actor("dana"), replace(about, key=f"k{n}"), now())
            assert feedback.history(store)[0].act == "learned"
        again = heard.unjudged(title.replace("Two", "Four"))
        watch()
        with heard.store() as listening:
            later = feedback.judged(listening, again)
    finally:
        watch.close()
    assert later
    assert later.score > feedback.shipped()["threshold"] > about.score


def test_opening_an_incident_marks_the_item_relevant_and_teaches_like_a_mark(
    world: World, store: Store
) -> None:
    heard = Heard(world.data)
    dana = world.actor("dana")
    for n in range(24):
        alert_id = heard.alert(f"Neighbors ask what the sirens were about, {n}", features=SIREN)
        with heard.store() as listening:
            alert = alerts.alert(listening, alert_id)
            assert alert
            about = feedback.judged(listening, alert.item_id)
        copy = AlertCopy(alert.id, alert.headline, "threat", alert.first_seen, evidence_of(alert), about)
        incidents.open_from_alert(store, dana, copy, now())
        incidents.open_from_alert(store, dana, copy, now())
    known = feedback.marks(store)
    assert [(m.answer, m.relevant, m.teaches, m.by) for m in known] == [
        ("opened", True, True, "Dana Whitlock")
    ] * 24
    newest = feedback.history(store)[0]
    assert newest.act == "learned", "what people opened incidents from is what they want to hear"
    assert newest.learned_from + newest.held_back > 12
    assert probability(feedback.weights(store), SIREN) > probability(feedback.shipped(), SIREN)
    with pytest.raises(Refused, match="An incident was opened from this alert"):
        feedback.dismiss(store, dana, alert_id, about, "routine", now())


def test_an_incident_opened_by_hand_marks_nothing(world: World, store: Store) -> None:
    incidents.open_by_hand(store, world.actor("okafor"), "Shots at the mill", "police-activity", now())
    assert feedback.marks(store) == ()
