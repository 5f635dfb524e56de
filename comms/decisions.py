"""Sending for approval and deciding: each answer bound to the exact words, each seat to one person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from comms import (
    approvals,
    checks,
    clocks,
    facts,
    incidents,
    library,
    links,
    notices,
    partnership,
    statements,
)
from comms.approvals import Current, Decision, Override, Standing, Step
from comms.facts import Fact
from comms.incidents import Incident
from comms.merge import Piece, difference
from comms.people import (
    APPROVING,
    SEAT_NAMES,
    WRITING,
    Account,
    Actor,
    Refused,
    Seat,
    account,
    accounts,
    acting,
    deputies,
)
from comms.statements import Revision, Statement, Variant
from comms.store import moment, stamp
from monitors.database import Store

LINK_LIVES = timedelta(hours=12)
ANSWERS = ("approve", "object", "not_my_facts")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to one person to answer for one seat, on exactly these hashes (variant id -> hash)."""

    id: int
    statement_id: int
    seat: Seat
    account_id: int
    for_account_id: int | None
    hashes: Mapping[int, str]
    sent_by: int
    at: datetime
    expires_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Passage:
    """One variant as an approver reads it: the words, what changed since they last answered, and what the check says."""

    variant: Variant
    before: Revision | None
    change: tuple[Piece, ...]
    hits: tuple[checks.Answered, ...] | None


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything before an approver: the same on the screen and on the plain page."""

    statement: Statement
    incident: Incident
    seat: Seat
    person: Account
    for_person: Account | None
    sender: Account | None
    due_at: datetime | None
    passages: tuple[Passage, ...]
    used: tuple[Fact, ...]
    unused: tuple[Fact, ...]
    standing: Standing
    answered: Decision | None
    """This person's own answer on the words as they are now, if they gave one."""

    @property
    def shown(self) -> dict[int, str]:
        """What an answer must name: variant id -> hash."""
        return {p.variant.id: p.variant.newest.hash for p in self.passages}


class Changed(Refused):
    """The words are not the ones that were shown. Nothing was recorded."""

    def __init__(self) -> None:
        super().__init__("The text changed while you were reading. Nothing was recorded. Here is the change.")


# Reading ------------------------------------------------------------------------------------------------------------


def current(store: Store, statement_id: int) -> list[Current]:
    """The newest revision of each variant."""
    return [
        Current(v.id, v.newest.id, v.newest.hash, v.newest.author_id)
        for v in statements.variants(store, statement_id)
    ]


def decisions(store: Store, statement_id: int) -> list[Decision]:
    """Every answer on a statement in the order they were given."""
    rows = store.rows_of(
        "select id, variant_id, revision_id, hash, seat, account_id, answer, at, for_account_id, reason "
        "from decision where statement_id = ? order by id",
        statement_id,
    )
    return [Decision(**r | {"seat": Seat(r["seat"]), "at": datetime.fromisoformat(r["at"])}) for r in rows]


def overrides(store: Store, statement_id: int) -> list[Override]:
    """The reasoned acts that stand for a missing seat."""
    rows = store.rows_of("select * from override where statement_id = ? order by id", statement_id)
    return [
        Override(
            Seat(r["seat"]),
            r["account_id"],
            r["reason"],
            frozenset(json.loads(r["hashes"])),
            datetime.fromisoformat(r["at"]),
        )
        for r in rows
    ]


def standing(store: Store, about: Statement) -> Standing:
    """How each seat of the statement's route stands now."""
    return approvals.standing(
        current(store, about.id),
        decisions(store, about.id),
        approvals.route(about.cls, about.voice),
        overrides(store, about.id),
    )


def _ask(row: dict[str, Any]) -> Ask:
    return Ask(
        id=row["id"],
        statement_id=row["statement_id"],
        seat=Seat(row["seat"]),
        account_id=row["account_id"],
        for_account_id=row["for_account_id"],
        hashes={int(k): v for k, v in json.loads(row["hashes"]).items()},
        sent_by=row["sent_by"],
        at=datetime.fromisoformat(row["at"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
        due_at=moment(row["due_at"]),
    )


def ask(store: Store, ask_id: int) -> Ask | None:
    """One ask, or None."""
    row = store.row_of("select * from ask where id = ?", ask_id)
    return _ask(row) if row else None


def asks(store: Store, statement_id: int) -> list[Ask]:
    """The asks of a statement in the order they were sent."""
    return [
        _ask(r) for r in store.rows_of("select * from ask where statement_id = ? order by id", statement_id)
    ]


def newest_ask(store: Store, statement_id: int, seat: Seat) -> Ask | None:
    """The last time a seat was asked about a statement."""
    return next((a for a in reversed(asks(store, statement_id)) if a.seat is seat), None)


def waiting_for(store: Store, person: Account) -> list[Ask]:
    """What waits for this person's name, most urgent first."""
    rows = store.rows_of(
        "select max(id) as id from ask where account_id = ? and not exists "
        "(select 1 from release where release.statement_id = ask.statement_id) group by statement_id",
        person.id,
    )
    waiting = []
    for row in rows:
        asked = ask(store, row["id"])
        if asked is None:
            continue
        seat = next(
            (
                s
                for s in standing(store, statements.statement(store, asked.statement_id)).seats
                if s.step.seat is asked.seat
            ),
            None,
        )
        if seat and seat.state in {"waits", "lapsed"}:
            waiting.append(asked)
    return sorted(waiting, key=lambda a: a.due_at or a.at)


def sent(store: Store, about: Statement) -> bool:
    """Whether the words as they are now were sent for approval."""
    now_hashes = {c.variant_id: c.hash for c in current(store, about.id)}
    return any(dict(a.hashes) == now_hashes for a in asks(store, about.id))


def brief(store: Store, statement_id: int, person: Account, seat: Seat, asked: Ask | None = None) -> Brief:
    """What one person sees before answering for one seat."""
    about = statements.statement(store, statement_id)
    given = decisions(store, statement_id)
    passages = tuple(
        _passage(store, about, v, person, given) for v in statements.variants(store, statement_id)
    )
    text = "\n".join(p.variant.newest.text for p in passages).casefold()
    sheet = facts.facts(store, about.incident_id)
    used = tuple(f for f in sheet if f.claim.rstrip(".").casefold() in text)
    newest = {c.variant_id: c.revision_id for c in current(store, statement_id)}
    mine = [d for d in given if d.account_id == person.id and d.revision_id == newest[d.variant_id]]
    return Brief(
        statement=about,
        incident=incidents.incident(store, about.incident_id),
        seat=seat,
        person=person,
        for_person=account(store, asked.for_account_id) if asked and asked.for_account_id else None,
        sender=account(store, asked.sent_by) if asked else None,
        due_at=asked.due_at if asked else None,
        passages=passages,
        used=used,
        unused=tuple(f for f in sheet if f not in used and f.status != "withdrawn"),
        standing=standing(store, about),
        answered=mine[-1] if len({d.variant_id for d in mine}) == len(newest) else None,
    )


def _passage(
    store: Store, about: Statement, variant: Variant, person: Account, given: Sequence[Decision]
) -> Passage:
    last = next(
        (d for d in reversed(given) if d.account_id == person.id and d.variant_id == variant.id), None
    )
    before = statements.revision(store, last.revision_id) if last else None
    change: tuple[Piece, ...] = ()
    if before:
        old, new = (
            checks.words(before.subject, before.text),
            checks.words(variant.newest.subject, variant.newest.text),
        )
        change = tuple(difference(old, new))
    hits = checks.of_variant(store, about, variant)
    return Passage(
        variant, before, change, None if hits is None else checks.answered(store, about, variant, hits)
    )


# Sending ------------------------------------------------------------------------------------------------------------


def send(store: Store, actor: Actor, statement_id: int, now: datetime) -> int:
    """Send the words as they are now for approval: the first seats of the route are asked, by link. How many were.

    Raises Refused with the reason when a blank is left or a seat has nobody; sending twice sends nothing new.
    """
    with acting(store, actor, "sent for approval", now, seats=WRITING) as act:
        about = statements.statement(store, statement_id)
        act.record(f"statement {statement_id}", incident=f"incident {about.incident_id}")
        if statements.released(store, statement_id):
            raise Refused("This statement was released already. Write an update or a correction.")
        blanks = [
            b
            for v in statements.variants(store, statement_id)
            for b in library.unfilled(checks.words(v.newest.subject, v.newest.text))
        ]
        if blanks:
            names = list(dict.fromkeys(b.label for b in blanks))
            count = "1 blank is left" if len(names) == 1 else f"{len(names)} blanks are left"
            raise Refused(f"{count}: {', '.join(names)}. Nothing was sent.")
        asked = _ask_next(store, about, act.account, now)
        act.nothing_new = asked == 0
        return asked


def _ask_next(store: Store, about: Statement, sender: Account, now: datetime) -> int:
    hashes = {c.variant_id: c.hash for c in current(store, about.id)}
    known = {(a.seat, a.account_id) for a in asks(store, about.id) if dict(a.hashes) == hashes}
    asked = 0
    for step in standing(store, about).next_seats:
        for person in holders(store, about, step.seat):
            if (step.seat, person.id) not in known:
                send_ask(store, about, step.seat, person, None, sender, hashes, now)
                asked += 1
    return asked


def holders(store: Store, about: Statement, seat: Seat) -> list[Account]:
    """Who holds a seat on this statement: the incident's own agency for the PIO; never an SRO."""
    partner = incidents.incident(store, about.incident_id).partner_id
    people = accounts(store, seat=seat, organisation_id=partner if seat is Seat.PIO else None)
    return [p for p in people if not p.sro]


def send_ask(
    store: Store,
    about: Statement,
    seat: Seat,
    person: Account,
    for_person: Account | None,
    sender: Account,
    hashes: Mapping[int, str],
    now: datetime,
) -> int:
    """Ask one person by link; the caller holds the transaction."""
    incident = incidents.incident(store, about.incident_id)
    due = clocks.strip(incidents.times(store, incident), partnership.calendar(store), now)[2].due
    ask_id = store.add(
        "ask",
        {
            "statement_id": about.id,
            "seat": str(seat),
            "account_id": person.id,
            "for_account_id": for_person.id if for_person else None,
            "hashes": json.dumps(hashes),
            "sent_by": sender.id,
            "at": stamp(now),
            "expires_at": stamp(now + LINK_LIVES),
            "due_at": stamp(due) if due else None,
        },
    )
    _mail_ask(store, about, incident, ask_id, person, for_person, sender, due, now, f"ask {ask_id}")
    return ask_id


def _mail_ask(
    store: Store,
    about: Statement,
    incident: Incident,
    ask_id: int,
    person: Account,
    for_person: Account | None,
    sender: Account,
    due: datetime | None,
    now: datetime,
    key: str,
) -> None:
    zone = partnership.profile(store).timezone
    asked = ask(store, ask_id)
    verb = "sign" if asked and asked.seat is Seat.SUPERINTENDENT else "approve"
    token = links.sign(store.path.parent, "approve", {"ask": ask_id})
    due_words = f" by {clocks.clock(due, zone)}" if due and due > now else ""
    drill = "DRILL " if incident.drill else ""
    text = notices.letter(
        "ask.txt",
        path=f"/approve/{token}",
        person=person,
        for_person=for_person,
        sender=sender,
        incident=incident,
        statement=about,
        verb=verb,
        due=clocks.full(due, zone) if due else "",
    )
    subject = f"{drill}Please {verb}{due_words}: {about.title}, incident {incident.number}"
    notices.queue(
        store,
        notices.Message(key, person.email, subject, text, person.name, f"statement {about.id}", ask_id),
        now,
    )


def remind(store: Store, actor: Actor, statement_id: int, now: datetime) -> int:
    """Ask the silent ones again, at most once a minute each; how many were reminded."""
    with acting(store, actor, "reminded the approvers", now, seats=WRITING) as act:
        about = statements.statement(store, statement_id)
        act.record(f"statement {statement_id}")
        reminded = 0
        for step in standing(store, about).next_seats:
            asked = newest_ask(store, statement_id, step.seat)
            if asked is None:
                continue
            person = account(store, asked.account_id)
            incident = incidents.incident(store, about.incident_id)
            key = f"ask {asked.id} reminder {stamp(now)[:16]}"
            _mail_ask(store, about, incident, asked.id, person, None, act.account, asked.due_at, now, key)
            reminded += 1
        act.nothing_new = reminded == 0
        return reminded


# Deciding -----------------------------------------------------------------------------------------------------------


def seat_of(store: Store, about: Statement, person: Account, now: datetime) -> tuple[Seat, int | None]:
    """The seat this person may answer for now, and for whom when they stand in. Raises Refused with the reason."""
    if person.sro:
        raise Refused("A school resource officer never approves. Nothing was recorded.")
    steps = approvals.route(about.cls, about.voice).steps
    for step in steps:
        if person.seat is step.seat and person.id in {p.id for p in holders(store, about, step.seat)}:
            return step.seat, None
    for step in steps:
        asked = next((a for a in asks(store, about.id) if a.seat is step.seat), None)
        handed = any(
            a.account_id == person.id and a.for_account_id
            for a in asks(store, about.id)
            if a.seat is step.seat
        )
        named = deputies(store, now)
        deputy = approvals.stands_in(person.id, step.seat, named, asked.at if asked else None, step, now)
        if deputy is None and handed:
            deputy = next((d for d in named if d.account_id == person.id and d.seat is step.seat), None)
        if deputy:
            return step.seat, deputy.for_account_id
    raise Refused(_no_seat(store, about, person, steps, now))


def _no_seat(store: Store, about: Statement, person: Account, steps: Sequence[Step], now: datetime) -> str:
    for deputy in deputies(store, now):
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
        texts = statements.variants(store, statement_id)
        answering = [v for v in texts if v.id in shown]
        if (
            not answering
            or any(v.newest.hash != shown[v.id] for v in answering)
            or set(shown) - {v.id for v in texts}
        ):
            raise Changed
        given = decisions(store, statement_id)
        repeated = _repeated(given, answering, act.account.id, answer)
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
            sender = next((a.sent_by for a in reversed(asks(store, statement_id))), act.account.id)
            _ask_next(store, about, account(store, sender), now)
        return decisions(store, statement_id)[-1]


def _repeated(
    given: Sequence[Decision], answering: Sequence[Variant], account_id: int, answer: str
) -> Decision | None:
    newest = {d.variant_id: d for d in given if d.account_id == account_id}
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
    step = next(s for s in approvals.route(about.cls, about.voice).steps if s.seat is seat)
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
        wait = approvals.route(about.cls, about.voice).without_police_after
        asked = newest_ask(store, statement_id, seat)
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
        _ask_next(store, about, act.account, now)


def may_answer(store: Store, about: Statement, person: Account, now: datetime) -> Seat | None:
    """The seat this person may answer for now, or None: what decides whether the button is shown."""
    if person.seat not in APPROVING and not any(d.account_id == person.id for d in deputies(store, now)):
        return None
    try:
        return seat_of(store, about, person, now)[0]
    except Refused:
        return None
