"""Pure: which seats each class needs, in which order, and how each seat stands on the texts as they are now.

Source: the domain rules, section 5. Nothing here is stored: an approval stands while the newest revision is the one
it was given on. An edit lapses it, and a lapsed approval never counts again, also when the old words come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from comms.deputies import Deputy
from comms.people import APPROVING, SEAT_NAMES, Seat


@dataclass(frozen=True, slots=True)
class Step:
    """One seat of a route. Steps of the same order act in parallel; a later order waits for all earlier ones.

    `deputy_after` is how long an ask waits before a deputy may act; None means only when handed over.
    """

    seat: Seat
    order: int
    deputy_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """What one class needs before a text may leave, and what may never happen.

    `without_police_after`: when a silent PIO opens the ways DOMAIN section 5 names (an override with a reason, or
    the district's own text); None means the text waits. `notice` is the advance notice the partner gets.
    """

    cls: str
    steps: tuple[Step, ...]
    without_police_after: timedelta | None = None
    notice: timedelta | None = None
    next_of_kin: bool = False
    never: str = ""


def _m(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


ROUTES: Mapping[str, Route] = {
    "A": Route(
        "A",
        (Step(Seat.PIO, 1, _m(2)), Step(Seat.SUPERINTENDENT, 2, _m(2))),
        never="free text; cause, counts, “hoax”",
    ),
    "B": Route(
        "B",
        (Step(Seat.PIO, 1, _m(4)), Step(Seat.SUPERINTENDENT, 2, _m(4))),
        without_police_after=_m(8),
        never="police facts without the police",
    ),
    "C": Route(
        "C", (Step(Seat.PIO, 1, _m(15)), Step(Seat.SUPERINTENDENT, 2, _m(15))), without_police_after=_m(30)
    ),
    "D": Route(
        "D",
        (Step(Seat.PIO, 1), Step(Seat.COUNSEL, 1), Step(Seat.SUPERINTENDENT, 2)),
        next_of_kin=True,
        never="release before the family was told",
    ),
    "E": Route("E", (Step(Seat.SUPERINTENDENT, 1, _m(60)),), notice=timedelta(hours=2), never="surprise"),
    "F": Route(
        "F",
        (Step(Seat.PIO, 1, _m(15)), Step(Seat.SUPERINTENDENT, 2, _m(15))),
        without_police_after=_m(15),
        never="silent edit",
    ),
    "N": Route("N", ()),
}
"""Class -> route as shipped. A district may adjust what stands in `ADJUSTABLE`; `floor` and the store hold the rest."""

ADJUSTABLE = ("B", "C", "D", "E", "F")
"""Class A leaves at once in words approved beforehand, and class N has no seats: neither is a district's to change."""
DEPUTY_LEAST, NOTICE_LEAST, WAIT_MOST = _m(2), _m(60), _m(24 * 60)
"""A person asked has this long before a deputy; the partner is told this long before a text about them; a day at most."""


def route(cls: str, voice: str, table: Mapping[str, Route] = ROUTES) -> Route:
    """The route of a statement: a one-sided text needs its own side's seats only, and tells the other side."""
    whole = table[cls]
    if voice == "district":
        return replace(
            whole, steps=tuple(s for s in whole.steps if s.seat is not Seat.PIO), without_police_after=None
        )
    if voice == "police":
        alone = next((s for s in whole.steps if s.seat is Seat.PIO), Step(Seat.PIO, 1, _m(15)))
        return replace(whole, steps=(replace(alone, order=1),), without_police_after=None)
    return whole


def floor(changed: Route) -> str | None:
    """Why a district's own route is refused, or None. What it needs, the shipped route needs too: an adjusted route
    never lets a text go that the shipped one would hold."""
    ours = ROUTES[changed.cls]
    if changed.cls not in ADJUSTABLE:
        return f"Class {changed.cls} stays as it is: {'at once, in words approved beforehand' if changed.cls == 'A' else 'it has no seats'}."
    return _seats_trouble(changed, ours) or _waits_trouble(changed, ours)


def _seats_trouble(changed: Route, ours: Route) -> str | None:
    seats = [s.seat for s in changed.steps]
    missing = {s.seat for s in ours.steps} - set(seats)
    if missing:
        names = " and ".join(sorted(SEAT_NAMES[seat] for seat in missing))
        return f"Class {changed.cls} always needs {names}. Add seats, but take none away."
    if not set(seats) <= APPROVING or len(set(seats)) < len(seats):
        return "Only the police, counsel and the superintendent approve, each once."
    last = max((s.order for s in changed.steps), default=0)
    if any(s.order == last and s.seat is not Seat.SUPERINTENDENT for s in changed.steps):
        return "The superintendent signs last, on the whole."
    if ours.next_of_kin and not changed.next_of_kin:
        return "The family is told first. That box stays."
    return None


def _waits_trouble(changed: Route, ours: Route) -> str | None:
    waits = {s.seat: s.deputy_after for s in changed.steps}
    for step in ours.steps:
        if step.deputy_after is None and waits[step.seat] is not None:
            return f"In class {changed.cls} the text waits for {SEAT_NAMES[step.seat]}; a deputy acts only when handed over."
    if any(w is not None and not DEPUTY_LEAST <= w <= WAIT_MOST for w in waits.values()):
        return "A deputy is asked after 2 minutes at the soonest and a day at the latest."
    without = changed.without_police_after
    if without is not None:
        if ours.without_police_after is None or without < ours.without_police_after:
            opens = ours.without_police_after
            least = (
                f"no sooner than {opens.seconds // 60} minutes after they were asked" if opens else "never"
            )
            return f"In class {changed.cls} the ways without the police open {least}."
        deputy = waits.get(Seat.PIO)
        if deputy is not None and deputy > without:
            return "The police's deputy is asked before the ways without the police open."
    if without is not None and without > WAIT_MOST:
        return "A wait is a day at most. Zero closes the ways without the police."
    if (changed.notice is None) != (ours.notice is None):
        return f"Class {changed.cls} {'always tells the partner beforehand' if ours.notice else 'has no advance notice'}."
    if changed.notice is not None and not NOTICE_LEAST <= changed.notice <= WAIT_MOST:
        return "The partner is told at least an hour and at most a day beforehand. A waiver is by name and reason."
    return None


@dataclass(frozen=True, slots=True)
class Current:
    """The newest revision of a variant that would go out."""

    variant_id: int
    revision_id: int
    hash: str
    author_id: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer of one person on one revision. `at` is aware UTC; rows are in the order they were given."""

    id: int
    variant_id: int
    revision_id: int
    hash: str
    seat: Seat
    account_id: int
    answer: str
    at: datetime
    for_account_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """A named person's reasoned act that stands for a missing seat, on exactly these hashes."""

    seat: Seat
    account_id: int
    reason: str
    hashes: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class SeatStanding:
    """How one seat stands: "approved", "beforehand", "overridden", "objected", "lapsed", "waits" or "later" (others
    come first)."""

    step: Step
    state: str
    decision: Decision | None = None
    override: Override | None = None

    @property
    def settled(self) -> bool:
        """Whether this seat no longer holds the text back."""
        return self.state in {"approved", "beforehand", "overridden"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How all seats of a route stand, in order of signing."""

    seats: tuple[SeatStanding, ...]

    @property
    def complete(self) -> bool:
        """Whether every seat is settled on the texts as they are now."""
        return all(seat.settled for seat in self.seats)

    @property
    def missing(self) -> tuple[SeatStanding, ...]:
        """The seats that still hold the text back."""
        return tuple(seat for seat in self.seats if not seat.settled)

    @property
    def next_seats(self) -> tuple[Step, ...]:
        """The steps whose turn it is now."""
        return tuple(seat.step for seat in self.seats if not seat.settled and seat.state != "later")


def standing(
    current: Sequence[Current],
    decisions: Sequence[Decision],
    needed: Route,
    overrides: Iterable[Override] = (),
    beforehand: Mapping[Seat, frozenset[int]] | None = None,
) -> Standing:
    """How each seat stands on `current`. Decisions are in the order they were given; only the newest of a seat on a
    variant counts. A person whose decision counts for one seat counts for no other. `beforehand`: the revisions whose
    words a seat approved before the incident (class A)."""
    taken: dict[int, Seat] = {}
    for decision in decisions:
        taken.setdefault(decision.account_id, decision.seat)
    counting = [d for d in decisions if taken[d.account_id] is d.seat]
    result: list[SeatStanding] = []
    for step in sorted(needed.steps, key=lambda s: s.order):
        earlier = [seat for seat in result if seat.step.order < step.order]
        result.append(
            _seat(
                step,
                current,
                counting,
                overrides,
                open_before=not all(s.settled for s in earlier),
                covered=(beforehand or {}).get(step.seat, frozenset()),
            )
        )
    return Standing(tuple(result))


def _seat(
    step: Step,
    current: Sequence[Current],
    decisions: Sequence[Decision],
    overrides: Iterable[Override],
    open_before: bool,
    covered: frozenset[int],
) -> SeatStanding:
    mine = [d for d in decisions if d.seat is step.seat]
    newest = {d.variant_id: d for d in mine}
    last = mine[-1] if mine else None
    now_standing = [_valid(newest.get(c.variant_id), c) for c in current]
    if current and all(now_standing):
        if open_before:  # the last seat signs the whole, after the others: an early signature waits with them
            return SeatStanding(step, "later", last)
        return SeatStanding(step, "approved", last)
    objection = next((d for d in newest.values() if d.answer != "approve" and _still(d, current)), None)
    if objection:
        return SeatStanding(step, "objected", objection)
    hashes = {c.hash for c in current}
    for override in overrides:
        if override.seat is step.seat and hashes and hashes <= override.hashes:
            return SeatStanding(step, "overridden", override=override)
    if current and all(c.revision_id in covered for c in current):
        return SeatStanding(step, "beforehand")
    if any(d.answer == "approve" for d in mine) and not open_before:
        return SeatStanding(step, "lapsed", last)
    return SeatStanding(step, "later" if open_before else "waits", last)


def _valid(decision: Decision | None, current: Current) -> bool:
    return (
        decision is not None
        and decision.answer == "approve"
        and decision.revision_id == current.revision_id
        and decision.hash == current.hash
        and decision.account_id != current.author_id
    )


def _still(decision: Decision, current: Sequence[Current]) -> bool:
    return any(decision.revision_id == c.revision_id for c in current)


def stands_in(
    account_id: int,
    seat: Seat,
    deputies: Iterable[Deputy],
    asked_at: datetime | None,
    step: Step,
    now: datetime,
) -> Deputy | None:
    """The deputyship under which this person may act now, or None: named beforehand, in force, and after the wait."""
    for deputy in deputies:
        in_force = deputy.from_at <= now < deputy.until_at
        if deputy.account_id != account_id or deputy.seat is not seat or not in_force or asked_at is None:
            continue
        if step.deputy_after is not None and now - asked_at >= step.deputy_after:
            return deputy
    return None
