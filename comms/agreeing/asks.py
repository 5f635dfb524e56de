"""Asks: sending a text for approval, to whom, by which link, and asking again or asking a deputy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from comms import clocks, links, partnership
from comms.agreeing import notice
from comms.agreeing.seats import current, holders, route_of, stand_ins, standing
from comms.people import (
    APPROVING,
    WRITING,
    Account,
    Actor,
    Refused,
    Seat,
    account,
    acting,
)
from comms.reaching import notices, oncall, reach
from comms.reaching.notices import Delivery
from comms.store import moment, stamp
from comms.wording import library
from comms.workspace import checks, corrections, incidents, statements
from comms.workspace.incidents import Incident
from comms.workspace.statements import Statement
from monitors.database import Store

LINK_LIVES = timedelta(hours=12)


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


def ask(store: Store, ask_id: int) -> Ask | None:
    """One ask, or None."""
    row = store.row_of("select * from ask where id = ?", ask_id)
    return _ask(row) if row else None


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


def asks(store: Store, statement_id: int) -> list[Ask]:
    """The asks of a statement in the order they were sent."""
    return [
        _ask(r) for r in store.rows_of("select * from ask where statement_id = ? order by id", statement_id)
    ]


def newest_ask(store: Store, statement_id: int, seat: Seat) -> Ask | None:
    """The last time a seat was asked about a statement."""
    return next((a for a in reversed(asks(store, statement_id)) if a.seat is seat), None)


def first_ask(store: Store, statement_id: int, seat: Seat) -> Ask | None:
    """When a seat was first asked about the words as they are now: its waits count from here, also once a deputy was
    asked too."""
    now_hashes = {c.variant_id: c.hash for c in current(store, statement_id)}
    return next(
        (a for a in asks(store, statement_id) if a.seat is seat and dict(a.hashes) == now_hashes), None
    )


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


def send(store: Store, actor: Actor, statement_id: int, now: datetime) -> int:
    """Send the words as they are now for approval: the first seats of the route are asked, by link. How many were.

    Raises Refused with the reason when a blank is left or a seat has nobody; sending twice sends nothing new.
    """
    with acting(store, actor, "sent for approval", now, seats=WRITING) as act:
        about = statements.statement(store, statement_id)
        texts = statements.variants(store, statement_id)
        act.record(
            f"statement {statement_id}",
            incident=f"incident {about.incident_id}",
            texts=statements.named_texts(texts),
        )
        if statements.released(store, statement_id):
            raise Refused("This statement was released already. Write an update or a correction.")
        blanks = [b for v in texts for b in library.unfilled(checks.words(v.newest.subject, v.newest.text))]
        if blanks:
            names = list(dict.fromkeys(b.label for b in blanks))
            count = "1 blank is left" if len(names) == 1 else f"{len(names)} blanks are left"
            raise Refused(f"{count}: {', '.join(names)}. Nothing was sent.")
        asked = ask_next(store, about, act.account, now)
        act.nothing_new = asked == 0
        if about.voice != "joint" or route_of(store, about).notice:
            notice.give(store, about, act.account, now)
        return asked


def ask_next(store: Store, about: Statement, sender: Account, now: datetime) -> int:
    hashes = {c.variant_id: c.hash for c in current(store, about.id)}
    known = {(a.seat, a.account_id) for a in asks(store, about.id) if dict(a.hashes) == hashes}
    asked = 0
    for step in standing(store, about).next_seats:
        people = holders(store, about, step.seat)
        for person, stands_for in _first_asked(store, about, people, step.seat, now):
            if (step.seat, person.id) not in known:
                send_ask(store, about, step.seat, person, stands_for, sender, hashes, now)
                asked += 1
    return asked


def _first_asked(
    store: Store, about: Statement, people: Sequence[Account], seat: Seat, now: datetime
) -> list[tuple[Account, Account | None]]:
    """Who is on call; while every holder is away, their deputies at once, each for whom they stand in."""
    first = oncall.first_asked(store, people, now)
    if first:
        return [(person, None) for person in first]
    return [(d, holder) for d, holder in _deputies_of(store, about, people, seat, now)]


def _deputies_of(
    store: Store, about: Statement, people: Sequence[Account], seat: Seat, now: datetime
) -> list[tuple[Account, Account]]:
    """The deputies in force of these holders, those who are away left out."""
    ids = {p.id: p for p in people}
    named = [
        (account(store, d.account_id), ids[d.for_account_id])
        for d in stand_ins(store, about, now)
        if d.seat is seat and d.for_account_id in ids
    ]
    here = {p.id for p in oncall.present(store, [d for d, _ in named], now)}
    return [(d, holder) for d, holder in named if d.id in here and d.active and not d.sro]


def reachable(store: Store, about: Statement, seat: Seat, now: datetime) -> list[Account]:
    """Who could answer for a seat now or after the wait: holders who are not away, and deputies in force."""
    people = holders(store, about, seat)
    return [
        *oncall.present(store, people, now),
        *(d for d, _ in _deputies_of(store, about, people, seat, now)),
    ]


def hand_over(store: Store, actor: Actor, statement_id: int, deputy_id: int, now: datetime) -> None:
    """The holder of a seat hands this text to their named deputy now, before the wait is over."""
    with acting(store, actor, "handed a text to a deputy", now, seats=APPROVING) as act:
        about = statements.statement(store, statement_id)
        act.record(f"statement {statement_id}", incident=f"incident {about.incident_id}", deputy=deputy_id)
        mine = [
            (d, h)
            for d, h in _deputies_of(store, about, [act.account], act.account.seat, now)
            if d.id == deputy_id
        ]
        if act.account.id not in {p.id for p in holders(store, about, act.account.seat)} or not mine:
            raise Refused("A text is handed only to a deputy you named beforehand. Nothing was changed.")
        hashes = {c.variant_id: c.hash for c in current(store, about.id)}
        if any(a.account_id == deputy_id and dict(a.hashes) == hashes for a in asks(store, statement_id)):
            act.nothing_new = True
            return
        send_ask(store, about, act.account.seat, mine[0][0], act.account, act.account, hashes, now)


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
    fixes = corrections.of_statement(store, about.id)
    if fixes:
        due: datetime | None = fixes.due_at
    else:
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
    mail_ask(store, about, incident, ask_id, person, for_person, sender, due, now, f"ask {ask_id}")
    return ask_id


def mail_ask(
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
    said = {
        "person": person,
        "for_person": for_person,
        "sender": sender,
        "incident": incident,
        "statement": about,
        "verb": verb,
        "due": clocks.full(due, zone) if due else "",
        "due_words": due_words,
    }
    text = notices.letter("ask.txt", path=f"/approve/{token}", **said)
    short = notices.letter("ask_short.txt", path=f"/approve/{token}", **said)
    subject = f"{drill}Please {verb}{due_words}: {about.title}, incident {incident.number}"
    message = notices.Message(key, person.email, subject, text, person.name, f"statement {about.id}", ask_id)
    # an ask is for one person: a room that many read is no way for it
    ways = [way for way in reach.reach_of(store, person.id).ways if way.target]
    reach.tell(store, person, message, short, ways, now)


@dataclass(frozen=True, slots=True)
class Told:
    """By which means an ask left, and what became of it."""

    means: str
    delivery: Delivery


def told(store: Store, ask_id: int) -> list[Told]:
    """What became of the last time a person was asked: one line a means, e-mail first."""
    rows = store.rows_of(
        "select o.id, s.label from outbox o left join sender s on o.via = 'sender' and "
        "o.recipient like 'sender ' || s.id || ' for account %' where o.key = "
        "(select key from outbox where ask_id = :ask order by id desc limit 1) and o.ask_id = :ask order by o.id",
        ask=ask_id,
    )
    return [Told(row["label"] or "e-mail", notices.delivery(store, row["id"])) for row in rows]


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
            mail_ask(store, about, incident, asked.id, person, None, act.account, asked.due_at, now, key)
            reminded += 1
        act.nothing_new = reminded == 0
        return reminded
