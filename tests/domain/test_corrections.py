"""Corrections, withdrawals and what else says the same: the old words stay, the readers are the same, the seats too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comms.agreeing import seats
from comms.people import Refused, Seat
from comms.saying import audiences, releases
from comms.saying.audiences import Member
from comms.wording.differences import differences
from comms.workspace import corrections, incidents, statements
from comms.workspace.corrections import Disagreement, Wrong
from comms.workspace.incidents import Evidence
from comms.workspace.released import Released
from monitors.database import IntegrityError
from tests.harness import World
from tests.statements_made import (
    EMAIL_AFTER,
    SMS,
    SUBJECTS,
    WEB,
    Made,
    answer_the_check,
    approve_all,
    holding_statement,
    release,
)

TEXTS = {"email": EMAIL_AFTER, "sms": SMS, "web": WEB}
WRONG = Wrong(
    "The group stood there at about 2:45 p.m.", "The group stood there at about 2:35 p.m.", "agency"
)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def went(world: World) -> tuple[Made, Released]:
    made = holding_statement(world, TEXTS)
    return made, release(made)


def correct(made: Made, out: Released, what: Wrong = WRONG, who: str = "dana") -> Made:
    actor = made.world.actor(who)
    with made.world.store() as store:
        return Made(made.world, made.incident_id, corrections.start(store, actor, out.id, what, now()))


def test_a_correction_is_linked_numbered_and_goes_to_the_same_channels(went: tuple[Made, Released]) -> None:
    made, out = went
    fixed = correct(made, out)
    assert (fixed.statement.cls, fixed.statement.phase, fixed.statement.corrects_release_id) == (
        "F",
        "C",
        out.id,
    )
    with made.world.store() as store:
        assert [v.channel for v in statements.variants(store, fixed.statement.id)] == ["email", "sms", "web"]
        known = corrections.of_statement(store, fixed.statement.id)
        assert known
        assert (known.number, known.owner) == (1, "agency")
        email = statements.variants(store, fixed.statement.id)[0].newest.text
    assert "The group stood there at about 2:35 p.m" in email
    assert correct(made, out).statement.id == fixed.statement.id, "the second click opens the same one"


def test_it_needs_the_owner_of_the_wrong_fact_and_the_superintendent(went: tuple[Made, Released]) -> None:
    made, out = went
    fixed = correct(made, out)
    with made.world.store() as store:
        route = seats.route_of(store, fixed.statement)
    assert {s.seat for s in route.steps} == {Seat.PIO, Seat.SUPERINTENDENT}


def test_a_correction_of_a_sensitive_text_needs_counsel_as_well(world: World) -> None:
    dana = world.actor("dana")
    made = holding_statement(world, TEXTS)
    out = release(made)
    with world.store() as store:
        store.execute("drop trigger if exists statement_never_update")
        store.execute("update statement set class = 'D' where id = ?", [made.statement.id])
        fixed = corrections.start(store, dana, out.id, WRONG, now())
        needed = seats.route_of(store, fixed)
    assert {s.seat for s in needed.steps} == {Seat.PIO, Seat.SUPERINTENDENT, Seat.COUNSEL}
    assert needed.next_of_kin


def test_a_channel_left_out_holds_it(went: tuple[Made, Released]) -> None:
    made, out = went
    dana = made.world.actor("dana")
    how = statements.Start("C", channels=("email",), corrects_release_id=out.id)
    with made.world.store() as store:
        short = statements.start(store, dana, made.incident_id, how, now())
        reasons = [r for r in releases.reasons_not(store, short.id, now()) if r.code == "reach"]
    assert [r.sentence for r in reasons] == [
        "The wrong text also went out by sms",
        "The wrong text also went out by web",
    ]


def test_whoever_got_the_wrong_words_gets_the_right_ones(went: tuple[Made, Released]) -> None:
    made, out = went
    dana = made.world.actor("dana")
    with made.world.store() as store:
        audiences.save_audience(
            store, dana, "All families", "families", [Member("new@homes.example", "N")], now()
        )
    fixed = correct(made, out)
    for channel, text in TEXTS.items():
        with made.world.store() as store:
            each = next(v for v in statements.variants(store, fixed.statement.id) if v.channel == channel)
            subject = "" if channel == "sms" else SUBJECTS["C"]
            statements.save(
                store, dana, each.id, each.newest.id, text.replace("2:45", "2:35"), subject, now()
            )
    fixed.send()
    answer_the_check(fixed)
    approve_all(fixed)
    with made.world.store() as store:
        right = releases.release(store, dana, fixed.statement.id, fixed.hashes(), now())
        rows = store.rows_of("select recipient from outbox where about = ?", f"release {right.id}")
        assert releases.released(store, out.id).corrected_by == right.id
        assert releases.released(store, out.id).texts == out.texts, "the old words stay as they were"
    assert {r["recipient"] for r in rows} >= {"a@homes.example", "new@homes.example"}


def test_nonsense_starts_nothing(went: tuple[Made, Released]) -> None:
    made, out = went
    for what in (
        Wrong("", "x", "agency"),
        Wrong("x", " ", "agency"),
        Wrong("x", "y", "mayor"),
        Wrong("x", "X", "agency"),
    ):
        with pytest.raises(Refused, match="Nothing was started"):
            correct(made, out, what)


def test_a_withdrawn_text_stays_marked_and_both_sides_are_told(went: tuple[Made, Released]) -> None:
    made, out = went
    dana, okafor = made.world.actor("dana"), made.world.actor("okafor")
    with made.world.store() as store:
        with pytest.raises(Refused, match="Your seat is Communications"):
            corrections.withdraw(store, dana, out.id, "wrong place", now())
        with pytest.raises(Refused, match="Say why"):
            corrections.withdraw(store, okafor, out.id, " ", now())
        first = corrections.withdraw(store, okafor, out.id, "The place was wrong.", now())
        assert corrections.withdraw(store, okafor, out.id, "Again", now()).reason == first.reason
        assert releases.released(store, out.id).withdrawn_at is not None
        rows = store.rows_of("select recipient from outbox where key like 'release % withdrawn'")
        with pytest.raises(IntegrityError, match="never changed"):
            store.execute("delete from withdrawal")
    assert {r["recipient"] for r in rows} == {"dana@afsd.example", "brandt@afsd.example"}


def test_a_later_source_that_disagrees_stands_beside_our_words(went: tuple[Made, Released]) -> None:
    made, out = went
    dana = made.world.actor("dana")
    later = now() + timedelta(minutes=20)
    item = Evidence(
        "k",
        "Two people were hurt on the overpass",
        "Police said so.",
        "Courier",
        "https://c.example/1",
        later,
        later,
    )
    with made.world.store() as store:
        assert corrections.disagreements(store, out.id) == []
        corrections.mark_disagreement(
            store,
            dana,
            out.id,
            Disagreement(out.id, "The group has left.", "The group is still there.", "Channel 6", "", ""),
            "",
            now(),
        )
        with store.atomic():
            incidents.add_evidence(store, made.incident_id, [item], later)
        found = corrections.disagreements(store, out.id)
    assert next((d.outlet, d.theirs) for d in found) == ("Channel 6", "The group is still there.")
    assert ("Courier", "Two people were hurt on the overpass.") in [(d.outlet, d.theirs) for d in found]


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [
        ("Two people were hurt.", "Three people were hurt.", ["hurt"]),
        ("No one was hurt.", "One officer was injured.", ["hurt"]),
        ("No one is in custody.", "A man is in custody.", ["custody"]),
        ("The school is in Secure.", "The school is in lockdown.", ["action"]),
        ("The school is in Secure.", "The lockdown at the school was lifted.", ["action"]),
        ("It happened at 2:45 p.m.", "It happened about 2:35 p.m.", ["time"]),
        ("Two people were hurt.", "Police are at the scene.", []),
        ("Two people were hurt at 2:45 p.m.", "Two people were injured at 2:45 p.m.", []),
    ],
)
def test_two_accounts_differ_only_on_what_both_speak_of(one: str, other: str, about: list[str]) -> None:
    assert [d.about for d in differences(one, other)] == about
