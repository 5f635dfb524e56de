"""The routes as a district adjusted them: who must approve each class, in which order, and how long is waited.

A route is a row of a table (comms/agreeing/approvals.py ships it). A district may add seats and change waits; what is below the
floor of the domain rules, section 5, is refused with a sentence. An incident keeps the routes it was opened under: nobody
changes the rules of a text that is on its way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from comms import partnership
from comms.agreeing import approvals
from comms.agreeing.approvals import ROUTES, Route, Step
from comms.people import APPROVING, Account, Actor, Refused, Seat, accounts, acting
from comms.reaching import notices
from comms.store import stamp
from monitors.database import Store

ADJUSTING = frozenset({Seat.ADMINISTRATOR, Seat.SUPERINTENDENT})
REASON_MOST = 300


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One change of a route: to what, by whom, why and when (aware UTC)."""

    route: Route
    by: str
    reason: str
    at: datetime


def table(store: Store, at: datetime) -> Mapping[str, Route]:
    """Class -> route as it holds for an incident opened at `at`."""
    return {**ROUTES, **{a.route.cls: a.route for a in adjustments(store, at)}}


def adjustments(store: Store, at: datetime) -> list[Adjustment]:
    """Every change made up to `at`, oldest first."""
    rows = store.rows_of(
        "select c.*, account.name from route_change c join account on account.id = account_id "
        "where c.at <= ? order by c.id",
        stamp(at),
    )
    return [
        Adjustment(_route(row), row["name"], row["reason"], datetime.fromisoformat(row["at"])) for row in rows
    ]


def adjust(store: Store, actor: Actor, wanted: Route, reason: str, now: datetime) -> Route:
    """Make a route hold for the incidents opened from now on, and tell the partners. Raises Refused below the floor.

    Saving what holds already changes nothing.
    """
    but = "The district's superintendent or administrator adjusts the routes. Nothing was changed."
    with acting(store, actor, "adjusted a route", now, seats=ADJUSTING, but=but) as act:
        act.record("partnership", **{"class": wanted.cls}, route=in_words(wanted), reason=reason.strip())
        if not may_adjust(act.account):
            raise Refused(but)
        below = approvals.floor(wanted)
        if below:
            raise Refused(f"{below} Nothing was changed.")
        was = table(store, now)[wanted.cls]
        if wanted == was:
            act.nothing_new = True
            return was
        if not reason.strip():
            raise Refused("Say why, in a sentence: the partner reads it. Nothing was changed.")
        act.record("partnership", was=in_words(was))
        row = _row(wanted) | {"reason": reason.strip()[:REASON_MOST], "account_id": act.account.id}
        changed = store.add("route_change", row | {"at": stamp(now)})
        _tell(store, act.account, wanted, reason.strip(), changed, now)
    return wanted


def with_seat(known: Route, seat: Seat, order: int, deputy_after: timedelta | None = None) -> Route:
    """A route with one more seat, or with that seat at another place; the superintendent stays behind everybody."""
    others = [s for s in known.steps if s.seat not in {seat, Seat.SUPERINTENDENT}]
    steps = [*others, Step(seat, order, deputy_after)]
    last = next((s for s in known.steps if s.seat is Seat.SUPERINTENDENT), None)
    if last:
        steps.append(replace(last, order=max(s.order for s in steps) + 1))
    return replace(known, steps=tuple(sorted(steps, key=lambda s: s.order)))


# Words --------------------------------------------------------------------------------------------------------------

SHORT = {Seat.PIO: "police", Seat.COUNSEL: "counsel", Seat.SUPERINTENDENT: "superintendent"}


def in_words(known: Route) -> dict[str, str]:
    """A route for the screen, the letter and the log: who signs in which order, who stands in, what a silence opens."""
    if not known.steps:
        return {"seats": "nobody signs: reason, by whom, next look", "deputies": "", "silence": ""}
    orders = sorted({s.order for s in known.steps})
    seats = ", then ".join(
        " and ".join(_short(s.seat) for s in known.steps if s.order == order) for order in orders
    )
    deputies = "; ".join(
        f"{_short(s.seat)} after {_minutes(s.deputy_after)}"
        if s.deputy_after
        else f"{_short(s.seat)} when handed over"
        for s in known.steps
    )
    if not any(s.deputy_after for s in known.steps):
        deputies = "only when handed over"
    silence = "The text waits."
    if known.cls == "A":
        deputies = "at once"
        silence = (
            "Words approved beforehand: one person of each side lets it go, the others sign off afterwards."
        )
    if known.without_police_after:
        silence = (
            f"Without the police after {_minutes(known.without_police_after)}, by name and with a reason."
        )
    if known.notice:
        silence = f"The partner is told {_minutes(known.notice)} before."
    return {"seats": seats, "deputies": deputies, "silence": silence}


def _short(seat: Seat) -> str:
    return SHORT.get(seat, str(seat))  # a refused wish may name any seat


def _minutes(wait: timedelta) -> str:
    minutes = int(wait.total_seconds()) // 60
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _tell(store: Store, by: Account, wanted: Route, reason: str, changed: int, now: datetime) -> None:
    ours = {a.id for a in partnership.agencies(store)}
    for person in accounts(store):
        if person.organisation_id in ours and person.seat in APPROVING | {Seat.ADMINISTRATOR}:
            text = notices.letter(
                "route_changed.txt",
                path="/partnership?view=routes",
                person=person,
                by=by,
                cls=wanted.cls,
                words=in_words(wanted),
                reason=reason,
            )
            subject = f"Who approves texts of class {wanted.cls} was changed"
            key = f"route {changed}"
            notices.queue(
                store,
                notices.Message(key, person.email, subject, text, person.name, "partnership"),
                now,
            )


# Rows ---------------------------------------------------------------------------------------------------------------


def _row(known: Route) -> dict[str, object]:
    steps = [{"seat": str(s.seat), "order": s.order, "deputy": _stored(s.deputy_after)} for s in known.steps]
    return {
        "class": known.cls,
        "steps": json.dumps(steps),
        "without_police_minutes": _stored(known.without_police_after),
        "notice_minutes": _stored(known.notice),
    }


def _stored(wait: timedelta | None) -> int | None:
    return None if wait is None else int(wait.total_seconds()) // 60


def _route(row: dict[str, Any]) -> Route:
    steps = tuple(Step(Seat(s["seat"]), s["order"], _wait(s["deputy"])) for s in json.loads(row["steps"]))
    return replace(
        ROUTES[row["class"]],
        steps=steps,
        without_police_after=_wait(row["without_police_minutes"]),
        notice=_wait(row["notice_minutes"]),
    )


def _wait(minutes: int | None) -> timedelta | None:
    return None if minutes is None else timedelta(minutes=minutes)


def may_adjust(person: Account) -> bool:
    """Whether this person may adjust routes: what decides whether the form is shown."""
    return person.seat in ADJUSTING and person.side == "district"
