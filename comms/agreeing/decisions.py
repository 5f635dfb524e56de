"""Deciding: each answer bound to the exact words, each seat to one person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from comms import clocks, partnership
from comms.agreeing import approvals, asks
from comms.agreeing.approvals import Decision, Step
from comms.agreeing.asks import ask_next, first_ask, newest_ask
from comms.agreeing.seats import current, decisions, holders, route_of, stand_ins, standing
from comms.deputies import deputies
from comms.people import APPROVING, SEAT_NAMES, Account, Actor, Refused, Seat, account, acting
from comms.store import stamp
from comms.wording import library
from comms.workspace import checks, statements
from comms.workspace.statements import Statement, Variant
from monitors.database import Store

ANSWERS = ("approve", "object", "not_my_facts")


class Changed(Refused):
    """The words are not the ones that were shown. Nothing was recorded."""

    def __init__(self) -> None:
        super().__init__("The text changed while you were reading. Nothing was recorded. Here is the change.")


def seat_of(store: Store, about: Statement, person: Account, now: datetime) -> tuple[Seat, int | None]:
    """The seat this person may answer for now, and for whom when they stand in. Raises Refused with the reason."""
    if person.sro:
        raise Refused("A school resource officer never approves. Nothing was recorded.")
    steps = route_of(store, about).steps
    for step in steps:
        if person.seat is step.seat and person.id in {p.id for p in holders(store, about, step.seat)}:
            return step.seat, None
    for step in steps:
        asked = next((a for a in asks.asks(store, about.id) if a.seat is step.seat), None)
        handed = any(
            a.account_id == person.id and a.for_account_id
            for a in asks.asks(store, about.id)
            if a.seat is step.seat
        )
        named = stand_ins(store, about, now)
        deputy = approvals.stands_in(person.id, step.seat, named, asked.at if asked else None, step, now)
        if deputy is None and handed:
            deputy = next((d for d in named if d.account_id == person.id and d.seat is step.seat), None)
        if deputy:
            return step.seat, deputy.for_account_id
    raise Refused(_no_seat(store, about, person, steps, now))


def _no_seat(store: Store, about: Statement, person: Account, steps: Sequence[Step], now: datetime) -> str:
    named = stand_ins(store, about, now)
    if any(d.account_id == person.id and d not in named for d in deputies(store, now)):
        return "You were named a deputy too late for this text, or for a seat of another agency. Nothing was recorded."
    for deputy in named:
        step = next((s for s in steps if s.seat is deputy.seat), None)
        asked = newest_ask(store, about.id, deputy.seat)
        if deputy.account_id == person.id and step and step.deputy_after and asked:
            from_at = clocks.clock(asked.at + step.deputy_after, partnership.profile(store).timezone)
            return f"You may stand in from {from_at}. Until then the seat's own holder answers. Nothing was recorded."
    if person.seat is Seat.PIO:
        return "This incident names another agency, and its police seat is theirs. Nothing was recorded."
    needed = ", ".join(SEAT_NAMES[s.seat] for s in steps)
    return f"Your seat is {SEAT_NAMES[person.seat]}; this text needs {needed}. Nothing was recorded."


def decide(
    store: Store,
    actor: Actor,
    statement_id: int,
    shown: Mapping[int, str],
    answer: str,
    now: datetime,
    reason: str = "",
) -> Decision:
    """Record one person's answer on exactly the words that were shown (variant id -> hash).

    The second click returns the answer that is there. Raises Changed when the words are others now, Refused when
    this person may not answer: no seat, not their turn, the last editor, two seats.
    """
    if answer not in ANSWERS:
        raise Refused("Choose Approve, Object, or not my facts. Nothing was recorded.")
    did = {
        "approve": "approved a text",
        "object": "objected to a text",
        "not_my_facts": "said: not my facts",
    }[answer]
    with acting(store, actor, did, now) as act:
        about = statements.statement(store, statement_id)
        act.record(
            f"statement {statement_id}",
            incident=f"incident {about.incident_id}",
            answer=answer,
            reason=reason.strip(),
        )
        if statements.released(store, statement_id):
            raise Refused(
                "This text was released already. Nothing was recorded; object by asking for a correction."
            )
        seat, for_id = seat_of(store, about, act.account, now)
        answering = _answering(statements.variants(store, statement_id), shown)
        given = decisions(store, statement_id)
        repeated = _repeated(given, answering, act.account.id, seat, answer)
        if repeated:
            act.nothing_new = True
            return repeated
        _check_answer(store, about, act.account, seat, answering, given, answer, reason)
        for each in answering:
            store.add(
                "decision",
                _decision_row(about.id, each, seat, act.account.id, for_id, answer, reason, actor.via, now),
            )
        act.record(
            f"statement {statement_id}",
            seat=str(seat),
            revisions={f"{v.channel} {v.language}": [v.newest.number, v.newest.hash] for v in answering},
            **({"for": account(store, for_id).name} if for_id else {}),
        )
        if answer == "approve":
            sender = next((a.sent_by for a in reversed(asks.asks(store, statement_id))), act.account.id)
            ask_next(store, about, account(store, sender), now)
        return decisions(store, statement_id)[-1]


def _answering(texts: Sequence[Variant], shown: Mapping[int, str]) -> list[Variant]:
    """The texts an answer is about. Raises Changed when the words are others than those that were shown."""
    answering = [v for v in texts if v.id in shown]
    changed = any(v.newest.hash != shown[v.id] for v in answering)
    if not answering or changed or set(shown) - {v.id for v in texts}:
        raise Changed
    return answering


def _repeated(
    given: Sequence[Decision], answering: Sequence[Variant], account_id: int, seat: Seat, answer: str
) -> Decision | None:
    newest = {d.variant_id: d for d in given if d.account_id == account_id and d.seat is seat}
    same = [
        d
        for v in answering
        if (d := newest.get(v.id)) is not None and d.revision_id == v.newest.id and d.answer == answer
    ]
    return same[-1] if len(same) == len(answering) else None


def _check_answer(
    store: Store,
    about: Statement,
    person: Account,
    seat: Seat,
    answering: Sequence[Variant],
    given: Sequence[Decision],
    answer: str,
    reason: str,
) -> None:
    if any(d.account_id == person.id and d.seat is not seat for d in given):
        raise Refused("One person holds one seat on one statement, and you answered for another already.")
    if answer != "approve":
        if not reason.strip():
            raise Refused("Say why, in a sentence: the writers read it. Nothing was recorded.")
        return
    edited = [v for v in answering if v.newest.author_id == person.id]
    if edited:
        raise Refused(
            "You approved nothing: you edited this text last. Someone else of your side must approve it, "
            "or the other side takes your edit over as its own."
        )
    step = next(s for s in route_of(store, about).steps if s.seat is seat)
    first = [s for s in standing(store, about).seats if s.step.order < step.order and not s.settled]
    if first:
        names = " and ".join(SEAT_NAMES[s.step.seat] for s in first)
        raise Refused(
            f"{names} must approve first; the superintendent signs last, on the whole. Nothing was recorded."
        )
    missing = [b for v in answering for b in library.unfilled(checks.words(v.newest.subject, v.newest.text))]
    if missing:
        raise Refused(f"A blank is left: {missing[0].label}. A text with blanks cannot be approved.")


def _decision_row(
    statement_id: int,
    variant: Variant,
    seat: Seat,
    account_id: int,
    for_id: int | None,
    answer: str,
    reason: str,
    via: str,
    now: datetime,
) -> dict[str, object]:
    return {
        "statement_id": statement_id,
        "variant_id": variant.id,
        "revision_id": variant.newest.id,
        "hash": variant.newest.hash,
        "seat": str(seat),
        "account_id": account_id,
        "for_account_id": for_id,
        "answer": answer,
        "reason": reason.strip()[:2000],
        "via": via,
        "at": stamp(now),
    }


def override(store: Store, actor: Actor, statement_id: int, seat: Seat, reason: str, now: datetime) -> None:
    """The superintendent lets a text go without a silent police seat, by name and with a reason, after the wait.

    The release then says "released without"; the seat confirms afterwards or asks for a correction.
    """
    with acting(store, actor, "released a seat with a reason", now, seats={Seat.SUPERINTENDENT}) as act:
        about = statements.statement(store, statement_id)
        act.record(f"statement {statement_id}", seat=str(seat), reason=reason.strip())
        wait = route_of(store, about).without_police_after
        asked = first_ask(store, statement_id, seat)
        if seat is not Seat.PIO or wait is None:
            raise Refused(f"In class {about.cls} no reason stands for that seat. The text waits.")
        if not reason.strip():
            raise Refused("Say why this cannot wait. The reason goes on the record and on the release.")
        if asked is None or now - asked.at < wait:
            since = f"asked {clocks.minutes(now - asked.at)} ago" if asked else "not asked yet"
            raise Refused(
                f"The police were {since}; this way opens {clocks.minutes(wait)} after they were asked."
            )
        hashes = sorted(c.hash for c in current(store, statement_id))
        row = {
            "statement_id": statement_id,
            "seat": str(seat),
            "account_id": act.account.id,
            "reason": reason.strip(),
        }
        store.add("override", row | {"hashes": json.dumps(hashes), "at": stamp(now)})
        ask_next(store, about, act.account, now)


def may_answer(store: Store, about: Statement, person: Account, now: datetime) -> Seat | None:
    """The seat this person may answer for now, or None: what decides whether the button is shown."""
    if person.seat not in APPROVING and not any(d.account_id == person.id for d in deputies(store, now)):
        return None
    try:
        return seat_of(store, about, person, now)[0]
    except Refused:
        return None
