"""How seats stand: pure, over any order of edits, answers, expiries and changes of role."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms.agreeing.approvals import (
    ROUTES,
    Current,
    Decision,
    Override,
    Route,
    Standing,
    Step,
    floor,
    route,
    standing,
    stands_in,
)
from comms.deputies import Deputy
from comms.people import Seat

NOON = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
DANA, OKAFOR, BRANDT, COUNSEL = 1, 2, 3, 4
B = ROUTES["B"]


def current(revision: int = 1, author: int = DANA, variant: int = 1) -> Current:
    return Current(variant, revision, f"hash {revision}", author)


def answered(
    seat: Seat, who: int, revision: int = 1, answer: str = "approve", variant: int = 1, n: int = 0
) -> Decision:
    return Decision(n, variant, revision, f"hash {revision}", seat, who, answer, NOON + timedelta(minutes=n))


def states(found: Standing) -> list[str]:
    return [seat.state for seat in found.seats]


def test_a_holding_statement_waits_for_the_police_first_and_the_superintendent_last() -> None:
    assert states(standing([current()], [], B)) == ["waits", "later"]
    police = [answered(Seat.PIO, OKAFOR)]
    assert states(standing([current()], police, B)) == ["approved", "waits"]
    assert standing([current()], [*police, answered(Seat.SUPERINTENDENT, BRANDT, n=1)], B).complete


def test_one_changed_character_lapses_what_it_touched_and_nothing_else() -> None:
    both = [current(1, variant=1), current(1, variant=2)]
    given_ = [answered(Seat.PIO, OKAFOR, variant=v) for v in (1, 2)]
    assert states(standing(both, given_, B))[0] == "approved"
    edited = [current(2, variant=1), current(1, variant=2)]
    assert states(standing(edited, given_, B))[0] == "lapsed"
    again = [*given_, answered(Seat.PIO, OKAFOR, revision=2, variant=1, n=3)]
    assert states(standing(edited, again, B))[0] == "approved"


def test_a_lapsed_approval_does_not_come_back_with_the_old_words() -> None:
    given_ = [answered(Seat.PIO, OKAFOR, revision=1)]
    restored = Current(1, 3, "hash 1", DANA)
    assert states(standing([restored], given_, B))[0] == "lapsed"


def test_the_last_editor_s_own_approval_never_counts() -> None:
    assert states(standing([current(author=OKAFOR)], [answered(Seat.PIO, OKAFOR)], B))[0] != "approved"


def test_an_objection_holds_the_text_until_it_is_answered_anew() -> None:
    given_ = [answered(Seat.PIO, OKAFOR, answer="object")]
    assert states(standing([current()], given_, B))[0] == "objected"
    assert states(standing([current()], [*given_, answered(Seat.PIO, OKAFOR, n=2)], B))[0] == "approved"


def test_police_who_object_after_the_superintendent_signed_take_the_whole_back() -> None:
    given_ = [
        answered(Seat.PIO, OKAFOR),
        answered(Seat.SUPERINTENDENT, BRANDT, n=1),
        answered(Seat.PIO, OKAFOR, answer="not_my_facts", n=2),
    ]
    assert states(standing([current()], given_, B)) == ["objected", "later"]


def test_an_override_stands_for_its_seat_on_these_words_only() -> None:
    row = Override(Seat.PIO, BRANDT, "dismissal is in ten minutes", frozenset({"hash 1"}), NOON)
    assert states(standing([current()], [], B, [row]))[0] == "overridden"
    assert states(standing([current(2)], [], B, [row]))[0] == "waits"


@given(
    st.lists(st.tuples(st.sampled_from([1, 2]), st.booleans(), st.booleans()), max_size=12),
    st.booleans(),
)
def test_words_approved_beforehand_stand_for_these_revisions_and_no_edit_after(
    edits: list[tuple[int, bool, bool]], police_answered: bool
) -> None:
    """Class A: each seat needs every text that goes out covered, or its own live answer on it."""
    desk, covered = Desk(), {Seat.PIO: set[int](), Seat.SUPERINTENDENT: {1, 2}}
    if police_answered:
        for variant in (1, 2):
            desk.decide(variant, OKAFOR, "approve")
    for variant, by_pio, signed in edits:
        desk.edit(variant, OKAFOR if by_pio else DANA, f"words {desk.newest}")
        if by_pio:
            covered[Seat.PIO].add(desk.newest)
        if signed:
            covered[Seat.SUPERINTENDENT].add(desk.newest)
    beforehand = {seat: frozenset(revisions) for seat, revisions in covered.items()}
    found = standing(desk.current(), desk.decisions, ROUTES["A"], (), beforehand)
    signed_now = all(r in covered[Seat.SUPERINTENDENT] for r in desk.revision.values())
    by_police = all(r in covered[Seat.PIO] for r in desk.revision.values())
    answered_now = police_answered and not edits
    assert found.complete is (signed_now and (by_police or answered_now))


def test_nothing_without_a_text_is_ever_complete() -> None:
    assert not standing([], [], B).complete


def test_counsel_and_police_act_in_parallel_before_the_superintendent() -> None:
    found = standing([current()], [], ROUTES["D"])
    assert {(s.step.seat, s.state) for s in found.seats} == {
        (Seat.PIO, "waits"),
        (Seat.COUNSEL, "waits"),
        (Seat.SUPERINTENDENT, "later"),
    }


@pytest.mark.parametrize(
    ("voice", "seats"),
    [
        ("joint", {Seat.PIO, Seat.SUPERINTENDENT}),
        ("district", {Seat.SUPERINTENDENT}),
        ("police", {Seat.PIO}),
    ],
)
def test_a_one_sided_text_needs_its_own_side(voice: str, seats: set[Seat]) -> None:
    assert {s.seat for s in route("B", voice).steps} == seats


def test_a_district_may_add_seats_but_take_none_away() -> None:
    stricter = replace(B, steps=(*B.steps, Step(Seat.COUNSEL, 1)))
    assert floor(stricter) is None
    without_police = replace(B, steps=tuple(s for s in B.steps if s.seat is not Seat.PIO))
    assert "always needs Police PIO" in (floor(without_police) or "")
    hasty = replace(B, steps=(Step(Seat.SUPERINTENDENT, 1), Step(Seat.PIO, 2)))
    assert floor(hasty) == "The superintendent signs last, on the whole."


def deputy(
    from_at: datetime = NOON - timedelta(days=1), until: datetime = NOON + timedelta(days=1)
) -> Deputy:
    return Deputy(9, OKAFOR, Seat.PIO, from_at, until)


@pytest.mark.parametrize(
    ("named", "asked", "now", "may"),
    [
        (deputy(), NOON, NOON + timedelta(minutes=4), True),
        (deputy(), NOON, NOON + timedelta(minutes=3, seconds=59), False),
        (deputy(), None, NOON + timedelta(hours=1), False),
        (deputy(until=NOON + timedelta(minutes=4)), NOON, NOON + timedelta(minutes=4), False),
        (deputy(from_at=NOON + timedelta(minutes=5)), NOON, NOON + timedelta(minutes=4), False),
        (replace(deputy(), seat=Seat.SUPERINTENDENT), NOON, NOON + timedelta(minutes=9), False),
        (replace(deputy(), account_id=8), NOON, NOON + timedelta(minutes=9), False),
    ],
)
def test_a_deputy_acts_when_named_beforehand_in_force_and_after_the_wait(
    named: Deputy, asked: datetime | None, now: datetime, may: bool
) -> None:
    assert (stands_in(9, Seat.PIO, [named], asked, B.steps[0], now) is not None) is may


# Any order of events ----------------------------------------------------------------------------------------------


@dataclass
class Desk:
    """A statement of two variants, as events happen to it; a decision is written as the command would write it."""

    revision: dict[int, int] = field(default_factory=lambda: {1: 1, 2: 2})
    author: dict[int, int] = field(default_factory=lambda: {1: DANA, 2: DANA})
    words: dict[int, str] = field(default_factory=lambda: {1: "a", 2: "b"})
    newest: int = 2
    seat: dict[int, Seat] = field(
        default_factory=lambda: {OKAFOR: Seat.PIO, BRANDT: Seat.SUPERINTENDENT, COUNSEL: Seat.COUNSEL}
    )
    decisions: list[Decision] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)

    def current(self) -> list[Current]:
        return [Current(v, self.revision[v], self.words[v], self.author[v]) for v in (1, 2)]

    def edit(self, variant: int, who: int, words: str) -> None:
        self.newest += 1
        self.revision[variant], self.author[variant], self.words[variant] = self.newest, who, words

    def decide(self, variant: int, who: int, answer: str) -> None:
        if who in self.seat:
            n = len(self.decisions)
            at = NOON + timedelta(minutes=n)
            self.decisions.append(
                Decision(
                    n, variant, self.revision[variant], self.words[variant], self.seat[who], who, answer, at
                )
            )

    def override(self) -> None:
        hashes = frozenset(self.words.values())
        self.overrides.append(Override(Seat.PIO, BRANDT, "it cannot wait", hashes, NOON))

    def play(self, event: tuple[object, ...]) -> None:
        """One event of a story: an edit, a decision, a change of role, an override."""
        what, *rest = event
        if what == "edit":
            self.edit(*rest)  # type: ignore[arg-type]
        elif what == "decide":
            self.decide(*rest)  # type: ignore[arg-type]
        elif what == "role":
            self.seat[rest[0]] = rest[1]  # type: ignore[index,assignment]
        else:
            self.override()


people = st.sampled_from([DANA, OKAFOR, BRANDT, COUNSEL])
events = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.sampled_from([1, 2]), people, st.sampled_from("abc")),
        st.tuples(
            st.just("decide"),
            st.sampled_from([1, 2]),
            people,
            st.sampled_from(["approve", "approve", "object"]),
        ),
        st.tuples(st.just("role"), people, st.sampled_from([Seat.PIO, Seat.SUPERINTENDENT, Seat.COUNSEL])),
        st.tuples(st.just("override")),
    ),
    max_size=40,
)


@given(events, st.sampled_from(["A", "B", "C", "D", "E", "F"]))
def test_nothing_is_complete_without_every_seat_on_the_words_as_they_are(
    story: list[tuple[object, ...]], cls: str
) -> None:
    desk = Desk()
    needed = ROUTES[cls]
    for event in story:
        desk.play(event)
        found = standing(desk.current(), desk.decisions, needed, desk.overrides)
        if found.complete:
            assert_truly_approved(desk, needed, found)


def assert_truly_approved(desk: Desk, needed: Route, found: Standing) -> None:
    """The invariants, stated without the code under test."""
    seats_of: dict[int, set[Seat]] = {}
    for step in needed.steps:
        if next(s for s in found.seats if s.step.seat is step.seat).state == "overridden":
            assert any(o.seat is step.seat and set(desk.words.values()) <= o.hashes for o in desk.overrides)
            continue
        for variant in (1, 2):
            mine = [d for d in desk.decisions if d.variant_id == variant and d.seat is step.seat]
            firsts = {d.account_id: d.seat for d in reversed(desk.decisions)}
            mine = [d for d in mine if firsts[d.account_id] is d.seat]
            assert mine
            last = mine[-1]
            assert last.answer == "approve"
            assert last.revision_id == desk.revision[variant], "a lapsed approval counted"
            assert last.hash == desk.words[variant]
            assert last.account_id != desk.author[variant], "the last editor approved"
            seats_of.setdefault(last.account_id, set()).add(step.seat)
    assert all(len(seats) == 1 for seats in seats_of.values()), "one person filled two seats"
