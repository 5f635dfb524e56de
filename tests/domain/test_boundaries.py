"""Boundaries: crime, school rule or not known; an officer asked across with limits, record, end and fallback."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from comms.people import Refused, Seat, account
from comms.workspace import boundaries, incidents
from comms.workspace.boundaries import Asked, state
from tests.domain.test_third_agency import neighbor
from tests.harness import World

NOON = datetime(2026, 9, 1, 17, 0, tzinfo=UTC)


def asked(incident_id: int | None = None, at: datetime = NOON) -> Asked:
    return Asked(
        clause="3.2",
        asked_by="Principal Ana Ruiz",
        what="An officer stands at the north entrance at dismissal",
        why="A crowd is expected",
        from_at=at,
        until_at=at + timedelta(hours=2),
        ends_when="the buses have left",
        may_stop="Dr. Brandt or Sgt. Okafor",
        incident_id=incident_id,
    )


@pytest.mark.parametrize(
    ("both", "words", "renewed", "after", "expected"),
    [
        (False, {}, False, 0, "asked"),
        (False, {}, False, 121, "lapsed"),
        (True, {}, False, -1, "agreed"),
        (True, {}, False, 0, "on"),
        (True, {}, False, 119, "on"),
        (True, {}, False, 120, "overdue"),
        (True, {}, True, 121, "renewed"),
        (True, {"stop": "over"}, False, 1, "ended"),
        (True, {"stop": "over"}, False, 500, "ended"),
        (True, {"stop": "over", "debrief": "fine"}, False, 500, "debriefed"),
    ],
)
def test_how_an_exception_stands_is_computed_from_its_acts_and_the_clock(
    both: bool, words: dict[str, str], renewed: bool, after: int, expected: str
) -> None:
    assert state(asked(), both, words, renewed, NOON + timedelta(minutes=after)) == expected


def test_it_takes_both_sides_and_either_can_stop_it(world: World) -> None:
    dana, okafor = world.actor("dana", NOON), world.actor("okafor", NOON)
    with world.store() as store:
        one = boundaries.ask(store, dana, asked(), NOON)
        assert boundaries.exception(store, one, NOON).state == "asked"
        boundaries.agree(store, dana, one, NOON)
        assert boundaries.exception(store, one, NOON).state == "asked"
        boundaries.agree(store, okafor, one, NOON)
        assert boundaries.exception(store, one, NOON).state == "on"
        with pytest.raises(Refused, match="End it first"):
            boundaries.debrief(store, dana, one, "It went well.", NOON)
        boundaries.stop(store, okafor, one, "The buses have left.", NOON)
        boundaries.stop(store, dana, one, "Again.", NOON)
        boundaries.debrief(store, dana, one, "Ask a day earlier.", NOON)
        ended = boundaries.exception(store, one, NOON)
    assert (ended.state, ended.stopped, ended.debrief) == (
        "debriefed",
        "The buses have left.",
        "Ask a day earlier.",
    )


def test_an_overdue_one_alarms_both_sides_once_each(world: World) -> None:
    dana, okafor = world.actor("dana", NOON), world.actor("okafor", NOON)
    later = NOON + timedelta(hours=2, minutes=1)
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Crowd at dismissal", "protest", NOON)
        one = boundaries.ask(store, dana, asked(about.id), NOON)
        assert boundaries.alarm(store, later) == 0
        boundaries.agree(store, okafor, one, NOON)
        assert boundaries.alarm(store, NOON + timedelta(hours=1)) == 0
        assert boundaries.alarm(store, later) == 1
        assert boundaries.alarm(store, later) == 1
        sent = store.rows_of("select recipient, text from outbox where key = ?", f"boundary {one} overdue")
    assert sorted(r["recipient"] for r in sent) == [
        "brandt@afsd.example",
        "dana@afsd.example",
        "okafor@afpd.example",
    ]
    assert all("the buses have left" in r["text"] and "Dr. Brandt or Sgt. Okafor" in r["text"] for r in sent)


def test_it_is_renewed_by_both_sides_and_never_extended(world: World) -> None:
    dana, okafor = world.actor("dana", NOON), world.actor("okafor", NOON)
    late = NOON + timedelta(hours=2, minutes=5)
    dana, okafor = world.actor("dana", late), world.actor("okafor", late)
    with world.store() as store:
        one = boundaries.ask(store, dana, asked(at=NOON), late - timedelta(hours=2))
        boundaries.agree(store, okafor, one, late - timedelta(hours=1))
        again = boundaries.renew(
            store, okafor, one, late + timedelta(hours=1), "The crowd is still there", late
        )
        assert boundaries.exception(store, one, late).state == "overdue"
        boundaries.agree(store, dana, again, late)
        assert boundaries.exception(store, one, late).state == "renewed"
        assert boundaries.exception(store, again, late).state == "on"
        with pytest.raises(Refused, match="This exception is over"):
            boundaries.agree(store, world.actor("brandt", late), _lapsed(world, late), late)


def _lapsed(world: World, late: datetime) -> int:
    before = late - timedelta(hours=5)
    okafor = world.actor("okafor", before)
    with world.store() as store:
        return boundaries.ask(store, okafor, asked(at=before), before)


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("asked_by", "Say who asked"),
        ("what", "Say what is asked"),
        ("why", "Say why"),
        ("ends_when", "Say what ends it"),
        ("may_stop", "Say who can say stop"),
    ],
)
def test_an_exception_without_a_limit_is_refused(world: World, field: str, sentence: str) -> None:
    dana = world.actor("dana", NOON)
    with world.store() as store, pytest.raises(Refused, match=sentence):
        boundaries.ask(store, dana, replace(asked(), **{field: " "}), NOON)  # type: ignore[arg-type]


def test_an_end_before_the_beginning_is_refused(world: World) -> None:
    dana = world.actor("dana", NOON)
    with world.store() as store, pytest.raises(Refused, match="Choose a later end"):
        boundaries.ask(store, dana, replace(asked(), until_at=NOON - timedelta(minutes=1)), NOON)


def test_what_the_incident_is_has_an_answer_and_its_consequence(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Phones in class", "fight", datetime.now(UTC))
        assert boundaries.nature_of(store, about.id) is None
        for nature in ("not_known", "school_rule", "school_rule"):
            boundaries.say_nature(store, dana, about.id, nature, datetime.now(UTC))
        known = boundaries.nature_of(store, about.id)
        with pytest.raises(Refused, match="Choose a crime"):
            boundaries.say_nature(store, dana, about.id, "maybe", datetime.now(UTC))
        rows = store.rows_of("select nature from incident_nature order by id")
    assert known
    assert (known.nature, known.by) == ("school_rule", "Dana Whitlock")
    assert [r["nature"] for r in rows] == ["not_known", "school_rule"]
    assert "not disciplinarian" in boundaries.ADVICE["school_rule"]


def test_an_agency_sees_and_answers_only_its_own_and_the_district_says_whose_officer(world: World) -> None:
    at = datetime.now(UTC)
    kell, dana, okafor = neighbor(world, Seat.PIO), world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        theirs = account(store, kell.account_id)
        with pytest.raises(Refused, match="Choose whose officer is asked"):
            boundaries.ask(store, dana, asked(at=at), at)
        one = boundaries.ask(store, dana, replace(asked(at=at), agency_id=world.agency_id), at)
        two = boundaries.ask(store, kell, asked(at=at), at)
        known = {b.id: b for b in boundaries.exceptions(store, at)}
        for person, reads in (
            (theirs, {two}),
            (world.people["okafor"], {one}),
            (world.people["dana"], {one, two}),
        ):
            assert {n for n, each in known.items() if boundaries.may_read(person, each)} == reads, person.name
        with pytest.raises(Refused, match="another agency's"):
            boundaries.agree(store, kell, one, at)
        with pytest.raises(Refused, match="another agency's"):
            boundaries.stop(store, kell, one, "No.", at)
        boundaries.agree(store, okafor, one, at)
        assert boundaries.exception(store, one, at).state == "on"
