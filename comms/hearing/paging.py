"""Whom an alert is told, in which order, and when the next one is told because nobody acknowledged.

A page (T0, T1) goes to who is on call, and while nobody acknowledges, after each run of the clock, to the next one
down the chain. T2 waits in the queue of who is on call and climbs nowhere. Every telling is a row, written with its
messages in one transaction: a process that is killed, or a second one, tells nobody twice and forgets nobody.

Source: the domain rules, sections 2 (tiers) and 3 (acknowledge: 5 min in school hours, 15 otherwise).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from comms import audit, clocks, partnership
from comms.clocks import Calendar
from comms.deputies import Deputy, deputies
from comms.hearing import alert_acts
from comms.people import Account, Seat, account, accounts
from comms.reaching import notices, oncall, reach
from comms.reaching.notices import Message
from comms.reaching.oncall import Span
from comms.reaching.reach import PAGES
from comms.store import stamp
from monitors import alerts
from monitors.alerts import Alert
from monitors.database import Store

TOLD = PAGES | {"T2"}
"""Tiers that leave as a message of their own; T3 waits for the digest, T4 is silent."""
LOOKS_BACK = timedelta(hours=24)
"""An alert older than this is history: it stands on the screen and is told to nobody any more."""
SHORT = 200
"""Characters of a headline where there is little room."""
TIER_WORDS = {"T0": "Page now, school named", "T1": "Page now", "T2": "Review within 60 min"}
BECAUSE = {
    "on call": "you are on call",
    "next on call": "you are the next on call",
    "seat": "you are in communications",
    "heads": "you may answer for your side",
    "deputy": "you stand in for somebody who may answer",
    "away": "nobody else answered, though you are away",
}
"""Why it is a person's turn, as their message says it."""
ENDS = frozenset({"acknowledge", "dismiss", "open"})
"""Acts that answer an alert. "relevant" puts it back and starts its clock anew; a snooze or an assignment stops no clock."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What the chain must know of an alert. `raised_at` is aware UTC."""

    id: int
    tier: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A person who was told, when and why; `lost` when every message to them was refused for good."""

    account_id: int
    at: datetime
    why: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The newest thing a person did with an alert that answers it or puts it back."""

    act: str
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """Who there is: everyone with a seat, the calendar of who is on call, who is away, who stands in for whom."""

    people: tuple[Account, ...]
    on_call: tuple[Span, ...] = ()
    away: frozenset[int] = frozenset()
    deputies: tuple[Deputy, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """People told together, and why it is their turn: a key of `BECAUSE`."""

    why: str
    people: tuple[int, ...]


# The decision -------------------------------------------------------------------------------------------------------


def chain(roster: Roster, now: datetime) -> tuple[Rung, ...]:
    """The order of telling at `now`: on call, next on call, others in the seat, superintendent and PIO, their deputies,
    at last those who are away. Each person stands on one rung. Pure.

    While nobody is on call, everyone in the seat who is not away is the first rung.
    """
    seat = [p.id for p in roster.people if p.seat is Seat.COMMUNICATIONS]
    heads = [p.id for p in roster.people if p.seat in alert_acts.HEADS]
    here = [p for p in seat if p not in roster.away]
    on_call = {s.account_id for s in roster.on_call if s.from_at <= now < s.until_at}
    coming = sorted(
        (s.from_at, s.account_id) for s in roster.on_call if s.from_at > now and s.account_id in here
    )
    active = {p.id for p in roster.people}
    stand_ins = [
        d.account_id
        for d in roster.deputies
        if d.for_account_id in heads and d.account_id in active - roster.away
    ]
    first = [p for p in here if p in on_call]
    rungs = [
        Rung("on call", tuple(first)),
        Rung("next on call", tuple(p for at, p in coming if at == coming[0][0]) if first else ()),
        Rung("seat", tuple(here)),
        Rung("heads", tuple(p for p in heads if p not in roster.away)),
        Rung("deputy", tuple(stand_ins)),
        Rung("away", tuple(p for p in (*seat, *heads) if p in roster.away)),
    ]
    placed: set[int] = set()
    kept = []
    for rung in rungs:
        people = tuple(dict.fromkeys(p for p in rung.people if p not in placed))
        placed |= set(people)
        if people:
            kept.append(Rung(rung.why, people))
    return tuple(kept)


def next_rung(rungs: Sequence[Rung], told: Sequence[Told]) -> Rung | None:
    """Who is told next: the untold of the first rung that has any; None when everyone was. Pure."""
    known = {t.account_id for t in told}
    for rung in rungs:
        left = tuple(p for p in rung.people if p not in known)
        if left:
            return Rung(rung.why, left)
    return None


def next_at(
    alert: Raised, told: Sequence[Told], answer: Answer | None, calendar: Calendar
) -> datetime | None:
    """When the next rung is told (aware UTC); None when the alert was answered or its tier climbs nowhere. Pure.

    The clock runs anew from the newest telling, and from a mark that puts the alert back.
    When everyone told last was refused for good by their servers, nobody is waited for.
    """
    if alert.tier not in TOLD or (answer and answer.act in ENDS):
        return None
    if not told:
        return alert.raised_at
    if alert.tier not in PAGES:
        return None
    last = max(t.at for t in told)
    begins = max(last, answer.at) if answer else last
    if begins == last and all(t.lost for t in told if t.at == last):
        return last
    return clocks.acknowledge_by(begins, calendar)


def due(
    alert: Raised,
    told: Sequence[Told],
    answer: Answer | None,
    rungs: Sequence[Rung],
    calendar: Calendar,
    now: datetime,
    quiet: Mapping[int, datetime] | None = None,
) -> Rung | None:
    """Who is told of an alert now, or None. `quiet`: until when each person's quiet hours last; they hold back T2. Pure."""
    if now - alert.raised_at > LOOKS_BACK or not rungs or (answer and answer.act in ENDS):
        return None
    if alert.tier not in PAGES:
        first = next_rung(rungs[:1], told) if alert.tier in TOLD else None
        awake = tuple(p for p in first.people if p not in (quiet or {})) if first else ()
        return Rung(first.why, awake) if first and awake else None
    at = next_at(alert, told, answer, calendar)
    return next_rung(rungs, told) if at is not None and at <= now else None


# The store ----------------------------------------------------------------------------------------------------------


def roster(store: Store, now: datetime) -> Roster:
    """Who there is at `now`."""
    return Roster(
        tuple(accounts(store)),
        tuple(oncall.spans(store, "on_call", now)),
        oncall.away(store, now),
        tuple(deputies(store, now)),
    )


def answer_of(store: Store, alert: Raised) -> Answer | None:
    """The newest answer to an alert since it was raised; an older act was on another alert of that number."""
    row = store.row_of(
        "select act, at, account.name as by from alert_act join account on account.id = account_id "
        "where alert_id = ? and at >= ? and act in ('acknowledge', 'dismiss', 'open', 'relevant') "
        "order by alert_act.id desc limit 1",
        alert.id,
        stamp(alert.raised_at),
    )
    return Answer(row["act"], datetime.fromisoformat(row["at"]), row["by"]) if row else None


def key_of(alert: Raised) -> str:
    """How the outbox names the messages of an alert: its number alone comes again when monitors.db is built anew."""
    return f"alert {alert.id} raised {stamp(alert.raised_at)}"


def told_of(store: Store, alert: Raised) -> tuple[Told, ...]:
    """Who was told of an alert, in order."""
    rows = store.rows_of(
        "select t.account_id, t.at, t.why, (select min(o.failed_at is not null) from outbox o where o.key = :key "
        "and (o.recipient = a.email or o.recipient like 'sender % for account ' || a.id)) as lost "
        "from alert_told t join account a on a.id = t.account_id "
        "where t.alert_id = :id and t.raised_at = :raised order by t.at, t.rowid",
        key=key_of(alert),
        id=alert.id,
        raised=stamp(alert.raised_at),
    )
    return tuple(
        Told(r["account_id"], datetime.fromisoformat(r["at"]), r["why"], bool(r["lost"])) for r in rows
    )


def page(store: Store, heard: Store, now: datetime) -> int:
    """Tell whoever is due of each alert; how many people were told. Called by the duty process, again and again.

    `heard` is the monitors' store. Decided once outside a transaction, so that nothing due costs no write, and once
    inside it, so that a second process tells nobody twice.
    """
    recent = [
        Raised(r["id"], r["tier"], datetime.fromisoformat(r["at"]).astimezone(UTC))
        for r in heard.rows_of(
            "select id, tier, at from alerts where at >= ? order by tier, id", stamp(now - LOOKS_BACK)
        )
    ]
    if not recent:
        return 0
    around = _around(store, now)
    told = 0
    for alert in recent:
        if around.due(store, alert, now) is None:
            continue
        whole = alerts.alert(heard, alert.id)
        if whole is not None:
            with store.atomic():
                rung = around.due(store, alert, now)
                told += _tell(store, alert, whole, rung, around, now) if rung else 0
    return told


@dataclass(frozen=True, slots=True)
class _Around:
    """What one round of telling knows beside the alerts."""

    people: Mapping[int, Account]
    rungs: tuple[Rung, ...]
    calendar: Calendar
    quiet: Mapping[int, datetime]

    def due(self, store: Store, alert: Raised, now: datetime) -> Rung | None:
        told, answer = told_of(store, alert), answer_of(store, alert)
        return due(alert, told, answer, self.rungs, self.calendar, now, self.quiet)


def _around(store: Store, now: datetime) -> _Around:
    known, calendar = roster(store, now), partnership.calendar(store)
    quiet = {
        p.id: until
        for p in known.people
        if (until := reach.ends_at(reach.reach_of(store, p.id).quiet, now, calendar.zone))
    }
    return _Around({p.id: p for p in known.people}, chain(known, now), calendar, quiet)


def _tell(store: Store, alert: Raised, whole: Alert, rung: Rung, around: _Around, now: datetime) -> int:
    """Write the telling and its messages; the caller holds the transaction."""
    before, zone = told_of(store, alert), around.calendar.zone
    people = [around.people[p] for p in rung.people]
    if alert.tier == "T2":
        by = alert.raised_at + clocks.REVIEW
        held = f"It waits for a review since {clocks.full(alert.raised_at, zone)}."
        due_words = f"Review by {clocks.full(by, zone)}." if now < by else held
    else:
        by = clocks.acknowledge_by(now if before else alert.raised_at, around.calendar)
        due_words = f"Acknowledge by {clocks.full(by, zone)}. Then the next person is told."
    words = {
        "due": due_words,
        "tier": TIER_WORDS[alert.tier],
        "before": f"{told_words(store, before, now, zone)} Nobody acknowledged." if before else "",
    }
    for person in people:
        text = notices.letter(
            "alert.txt",
            path="/",
            person=person,
            headline=whole.sentence or whole.headline,
            outlet=whole.outlet,
            at=clocks.full(whole.published, zone),
            reasons=[f"{label}: {line}" for label, line in alert_acts.why_lines(whole.reasons)],
            because=BECAUSE[rung.why],
            **words,
        )
        short = notices.letter("alert_short.txt", path="/", headline=whole.headline[:SHORT], **words)
        subject = f"{'Nobody acknowledged. ' if before else ''}{words['tier']}: {whole.headline}"[:160]
        message = Message(key_of(alert), person.email, subject, text, person.name, f"alert {alert.id}")
        ways = reach.reach_of(store, person.id).ways_for(alert.tier)
        reach.tell(store, person, message, short, ways, now)
        row = {"alert_id": alert.id, "raised_at": stamp(alert.raised_at), "account_id": person.id}
        store.add("alert_told", row | {"why": rung.why, "at": stamp(now)})
    names = [p.called for p in people]
    audit.append(
        store,
        now,
        who="duty",
        seat="",
        did="told of an alert" if not before else "told the next of an alert nobody acknowledged",
        about=f"alert {alert.id}",
        details={"people": names, "turn": rung.why},
    )
    return len(people)


# Words --------------------------------------------------------------------------------------------------------------


def told_words(store: Store, told: Sequence[Told], now: datetime, zone: ZoneInfo) -> str:
    """ "Told Dana Whitlock 9:02 AM, J. Moreau 9:07 AM." Empty while nobody was told."""
    named = [f"{account(store, t.account_id).called} {clocks.seen_words(t.at, now, zone)}" for t in told]
    return f"Told {', '.join(named)}." if named else ""


def standing_words(store: Store, alert: Raised, now: datetime) -> str:
    """What the alert's card says of the telling: who was told and when, who is next and when, or that nobody is left."""
    told, answer = told_of(store, alert), answer_of(store, alert)
    said = told_words(store, told, now, partnership.profile(store).timezone)
    if alert.tier not in TOLD or (answer and answer.act in ENDS) or now - alert.raised_at > LOOKS_BACK:
        return said
    around = _around(store, now)
    if alert.tier not in PAGES:
        return " ".join(filter(None, [said, _held_words(alert, told, around, now)]))
    silent = "Nobody acknowledged yet." if told else ""
    at, following = next_at(alert, told, answer, around.calendar), next_rung(around.rungs, told)
    if following is None:
        return " ".join([said, "Nobody acknowledged, and nobody is left to tell."]) if told else said
    names = ", ".join(around.people[p].called for p in following.people)
    when = "now" if at is None or at <= now else f"at {clocks.clock(at, around.calendar.zone)}"
    return " ".join(filter(None, [said, silent, f"Next: {names} {when}."]))


def _held_words(alert: Raised, told: Sequence[Told], around: _Around, now: datetime) -> str:
    left = next_rung(around.rungs[:1], told)
    held = [
        f"{around.people[p].called} at {clocks.clock(around.quiet[p], around.calendar.zone)}"
        for p in (left.people if left else ())
        if p in around.quiet
    ]
    return f"After quiet hours: {', '.join(held)}." if held else ""
