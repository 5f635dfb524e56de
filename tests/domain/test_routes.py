"""Routes a district adjusts: seats are added and waits changed, and nothing the domain rules hold is ever loosened."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms import audit
from comms.agreeing import approvals, decisions, routes, seats
from comms.agreeing.approvals import ADJUSTABLE, ROUTES, Override, Route, Step, floor, route, standing
from comms.people import Refused, Seat
from comms.workspace import incidents, statements
from comms.workspace.statements import Start
from monitors.database import IntegrityError
from tests.domain.test_approvals import BRANDT, Desk, events
from tests.harness import World
from tests.statements_made import EMAIL_AFTER, holding_statement

WITH_COUNSEL = routes.with_seat(ROUTES["B"], Seat.COUNSEL, 1, timedelta(minutes=10))


def now() -> datetime:
    return datetime.now(UTC)


def adjust(world: World, wanted: Route, reason: str = "Our board asked.", who: str = "castellano") -> Route:
    actor = world.actor(who)
    with world.store() as store:
        return routes.adjust(store, actor, wanted, reason, now())


# The floor, over any route somebody could write down -----------------------------------------------------------------

minutes = st.one_of(
    st.none(),
    st.integers(2, 1440).map(lambda n: timedelta(minutes=n)),
    st.integers(0, 3000).map(lambda n: timedelta(minutes=n)),
)
steps = st.lists(
    st.builds(Step, st.sampled_from(Seat), st.integers(0, 4), minutes), max_size=5
).map(tuple)  # fmt: skip


@st.composite
def near_routes(draw: st.DrawFn) -> Route:
    """Routes near the shipped ones, so that many pass: some seat more or less, some order, some wait changed."""
    ours = ROUTES[draw(st.sampled_from("BBCCDEEFFAN"))]
    kept = [s for s in ours.steps if draw(st.integers(0, 19))]
    kept = [replace(s, deputy_after=draw(minutes)) if draw(st.integers(0, 3)) == 0 else s for s in kept]
    if draw(st.booleans()):
        seat = draw(st.sampled_from([Seat.COUNSEL, Seat.COUNSEL, Seat.PIO, Seat.OBSERVER]))
        kept.append(Step(seat, draw(st.integers(0, 2)), draw(minutes)))
    changed = replace(ours, steps=tuple(kept))
    if draw(st.integers(0, 2)) == 0:
        changed = replace(changed, without_police_after=draw(minutes), notice=draw(minutes))
    return replace(changed, next_of_kin=ours.next_of_kin or draw(st.booleans()))


any_route = st.one_of(
    near_routes(),
    st.builds(Route, st.sampled_from("ABCDEFN"), steps, minutes, minutes, st.booleans()),
)


@given(any_route, events)
def test_what_is_complete_on_an_adjusted_route_is_complete_on_the_shipped_one(
    changed: Route, story: list[tuple[object, ...]]
) -> None:
    if floor(changed) is not None:
        return
    desk = Desk()
    for event in story:
        desk.play(event)
        for voice in ("joint", "district", "police"):
            adjusted = route(changed.cls, voice, {changed.cls: changed})
            if standing(desk.current(), desk.decisions, adjusted, desk.overrides).complete:
                shipped = route(changed.cls, voice)
                assert standing(desk.current(), desk.decisions, shipped, desk.overrides).complete


@given(any_route)
def test_no_adjusted_route_waits_less_than_it_must(changed: Route) -> None:
    if floor(changed) is not None:
        return
    ours = ROUTES[changed.cls]
    assert changed.cls in ADJUSTABLE
    assert {s.seat for s in ours.steps} <= {s.seat for s in changed.steps}
    waits = {s.seat: s.deputy_after for s in changed.steps}
    assert all(wait is None or wait >= timedelta(minutes=2) for wait in waits.values())
    for step in ours.steps:
        assert step.deputy_after is not None or waits[step.seat] is None, "a seat that waits, waits"
    if changed.without_police_after is not None:
        assert ours.without_police_after is not None
        assert changed.without_police_after >= ours.without_police_after
    assert (changed.notice is None) is (ours.notice is None)
    assert changed.notice is None or changed.notice >= timedelta(hours=1)
    assert changed.next_of_kin or not ours.next_of_kin


@pytest.mark.parametrize("cls", ADJUSTABLE)
def test_the_shipped_routes_stand_on_their_own_floor(cls: str) -> None:
    assert floor(ROUTES[cls]) is None


def test_a_seat_more_is_asked_for_by_every_class(world: World) -> None:
    for cls in ADJUSTABLE:
        more = routes.with_seat(ROUTES[cls], Seat.COUNSEL, 1)
        assert floor(more) is None, cls
        assert more.steps[-1].seat is Seat.SUPERINTENDENT
        assert standing([], [], more, [Override(Seat.PIO, BRANDT, "x", frozenset(), now())]).complete is False


# Stored, seen, used --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (replace(ROUTES["B"], steps=ROUTES["B"].steps[1:]), "Class B always needs Police PIO"),
        (
            replace(ROUTES["B"], without_police_after=timedelta(minutes=5)),
            "open no sooner than 8 minutes after",
        ),
        (
            replace(ROUTES["D"], without_police_after=timedelta(minutes=60)),
            "ways without the police open never",
        ),
        (
            replace(
                ROUTES["B"],
                steps=(
                    Step(Seat.PIO, 1, timedelta(minutes=1)),
                    Step(Seat.SUPERINTENDENT, 2, timedelta(minutes=4)),
                ),
            ),
            "after 2 minutes at the soonest",
        ),
        (
            Route(
                "B",
                (
                    Step(Seat.PIO, 1, timedelta(minutes=20)),
                    Step(Seat.SUPERINTENDENT, 2, timedelta(minutes=4)),
                ),
                without_police_after=timedelta(minutes=8),
            ),
            "deputy is asked before the ways without",
        ),
        (replace(ROUTES["E"], notice=timedelta(minutes=10)), "at least an hour"),
        (replace(ROUTES["E"], notice=None), "always tells the partner beforehand"),
        (
            replace(
                ROUTES["D"],
                steps=tuple(replace(s, deputy_after=timedelta(minutes=9)) for s in ROUTES["D"].steps),
            ),
            "the text waits for Police PIO",
        ),
        (replace(ROUTES["A"], steps=()), "Class A stays as it is"),
        (
            replace(ROUTES["B"], steps=(*ROUTES["B"].steps, Step(Seat.COMMUNICATIONS, 1))),
            "Only the police, counsel and the superintendent",
        ),
    ],
)
def test_what_is_below_the_floor_is_refused_with_a_sentence_and_logged(
    world: World, wanted: Route, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        adjust(world, wanted)
    with world.store() as store:
        last = audit.entries(store)[-1]
        assert routes.adjustments(store, now()) == []
    assert last.did == "was refused: adjusted a route"
    assert sentence in str(last.details["why"])


@pytest.mark.parametrize("who", ["dana", "okafor", "brightwater", "records", "counsel"])
def test_only_the_district_s_superintendent_or_administrator_adjusts(world: World, who: str) -> None:
    with pytest.raises(Refused, match="superintendent or administrator adjusts the routes"):
        adjust(world, WITH_COUNSEL, who=who)


def test_an_adjusted_route_holds_for_the_next_incident_and_its_partner_is_told(world: World) -> None:
    before = holding_statement(world, {"email": EMAIL_AFTER})
    adjust(world, WITH_COUNSEL, who="brandt")
    after = holding_statement(world, {"email": EMAIL_AFTER})
    with world.store() as store:
        assert {s.step.seat for s in seats.standing(store, before.statement).seats} == {
            Seat.PIO,
            Seat.SUPERINTENDENT,
        }
        assert [(s.step.seat, s.state) for s in seats.standing(store, after.statement).seats] == [
            (Seat.PIO, "waits"),
            (Seat.COUNSEL, "waits"),
            (Seat.SUPERINTENDENT, "later"),
        ]
        asked = store.rows_of("select seat from ask where statement_id = ?", after.statement.id)
        told = store.rows_of("select recipient, text from outbox where subject like 'Who approves%'")
    assert {row["seat"] for row in asked} == {"pio", "counsel"}
    assert {row["recipient"] for row in told} == {"okafor@afpd.example", "brightwater@afpd.example"}
    assert "police and counsel, then superintendent" in told[0]["text"]
    assert "Our board asked." in told[0]["text"]


def test_without_the_added_seat_the_superintendent_cannot_sign(world: World) -> None:
    adjust(world, WITH_COUNSEL)
    made = holding_statement(world, {"email": EMAIL_AFTER})
    okafor, brandt = world.actor("okafor"), world.actor("brandt")
    with world.store() as store:
        decisions.decide(store, okafor, made.statement.id, made.hashes(), "approve", now())
        with pytest.raises(Refused, match="Counsel must approve first"):
            decisions.decide(store, brandt, made.statement.id, made.hashes(), "approve", now())


def test_a_longer_wait_holds_the_deputy_and_the_way_without_the_police_back(world: World) -> None:
    slow = Route(
        "B",
        (Step(Seat.PIO, 1, timedelta(minutes=10)), Step(Seat.SUPERINTENDENT, 2, timedelta(minutes=4))),
        without_police_after=timedelta(minutes=20),
        never=ROUTES["B"].never,
    )
    adjust(world, slow)
    made = holding_statement(world, {"email": EMAIL_AFTER})
    later = now() + timedelta(minutes=9)
    hahn, brandt = world.actor("hahn", later), world.actor("brandt", later)
    with world.store() as store:
        with pytest.raises(Refused, match="You may stand in from"):
            decisions.decide(store, hahn, made.statement.id, made.hashes(), "approve", later)
        with pytest.raises(Refused, match="this way opens 20 min after"):
            decisions.override(store, brandt, made.statement.id, Seat.PIO, "It cannot wait.", later)


def test_saving_what_holds_changes_nothing_and_a_change_needs_its_reason(world: World) -> None:
    adjust(world, ROUTES["B"], reason="")
    with pytest.raises(Refused, match="Say why"):
        adjust(world, WITH_COUNSEL, reason=" ")
    adjust(world, WITH_COUNSEL)
    adjust(world, WITH_COUNSEL)
    adjust(world, ROUTES["B"], reason="Counsel left.")
    with world.store() as store:
        kept = routes.adjustments(store, now())
        did = [e for e in audit.entries(store) if e.did == "adjusted a route"]
        assert routes.table(store, now()) == ROUTES
    assert [(a.by, a.reason) for a in kept] == [
        ("Rosa Castellano", "Our board asked."),
        ("Rosa Castellano", "Counsel left."),
    ]
    assert len(did) == 2
    assert "counsel" in json.dumps(did[0].details)


def test_a_row_of_a_route_is_never_changed_and_never_the_agency_s(world: World) -> None:
    adjust(world, WITH_COUNSEL)
    with world.store() as store:
        with pytest.raises(IntegrityError, match="never changed"):
            store.execute("update route_change set steps = '[]'")
        row = {"class": "B", "steps": "[]", "reason": "x", "at": now().isoformat()}
        with pytest.raises(IntegrityError, match="the district adjusts"):
            store.add("route_change", row | {"account_id": world.people["okafor"].id})


def test_an_update_of_the_same_incident_keeps_the_route_of_its_own_class(world: World) -> None:
    adjust(world, WITH_COUNSEL)
    made = holding_statement(world, {"email": EMAIL_AFTER})
    with world.store() as store:
        about = incidents.incident(store, made.incident_id)
        table = routes.table(store, about.opened_at)
        assert approvals.route("B", "joint", table).steps == WITH_COUNSEL.steps
        begun = statements.start(store, world.actor("dana"), about.id, Start("U", channels=("email",)), now())
        assert Seat.COUNSEL not in {s.seat for s in seats.route_of(store, begun).steps}, "class C as shipped"


def test_every_route_is_told_in_words() -> None:
    told = {cls: routes.in_words(known) for cls, known in ROUTES.items()}
    assert told["D"]["seats"] == "police and counsel, then superintendent"
    assert told["B"]["deputies"] == "police after 4 min; superintendent after 4 min"
    assert told["E"]["silence"] == "The partner is told 2 h before."
    assert told["N"]["seats"] == "nobody signs: reason, by whom, next look"
