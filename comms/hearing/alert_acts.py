"""What people do with an alert: acknowledge, snooze, assign. Kept with the partnership, and folded into how it stands.

What a person marks not relevant, or relevant after all, also teaches: that is `comms.hearing.feedback`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from comms.deputies import deputies
from comms.people import Account, Actor, Refused, Seat, accounts, acting
from comms.reaching import notices
from comms.store import moment, stamp
from monitors.database import Store
from monitors.relevance.judgement import Reason

OPENING = frozenset({Seat.COMMUNICATIONS, Seat.PIO, Seat.SUPERINTENDENT})
"""Who may answer an alert and open an incident: either side."""
HEADS = frozenset({Seat.SUPERINTENDENT, Seat.PIO})
"""Whose deputies are told of an alert when nobody answers, and may then stop its clock."""
SAID_AS = {
    "OVERRIDE": "Why",
    "EVENT": "What",
    "PLACE": "Where",
    "LANGUAGE": "Language",
    "RULE": "Why",
    "ROUTINE": "Why",
}
"""The judge's kinds of evidence as people read them; its weights are shown on demand only."""


SNOOZE = timedelta(minutes=30)
"""A snoozed alert comes back by itself after this long; it hides from the one who snoozed it and from nobody else."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a person on an alert. `detail` is a reason, or the account an alert was assigned to."""

    act: str
    detail: str
    at: datetime
    account_id: int
    name: str
    side: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has an alert on one side, who gave it to them, and when."""

    account_id: int
    name: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How an alert stands after everything people did with it.

    `answer` acknowledged, dismissed or opened it; `snoozed` says until when it hides from whom (account id), `has` who
    has it on each side ("district", "agency"). Assigning and snoozing answer nothing: the clock runs on.
    """

    answer: Act | None = None
    snoozed: Mapping[int, datetime] = field(default_factory=dict)
    has: Mapping[str, Holder] = field(default_factory=dict)

    def waits(self, now: datetime, account_id: int) -> bool:
        """Whether this person sees it among what waits."""
        until = self.snoozed.get(account_id)
        return self.answer is None and (until is None or now >= until)

    def with_another(self, person: Account) -> bool:
        """Whether someone else of this person's side has it."""
        holder = self.has.get(person.side)
        return holder is not None and holder.account_id != person.id


NOBODY_YET = Standing()


def may_acknowledge(store: Store, person: Account, now: datetime) -> bool:
    """Whoever can be told of an alert: those who answer alerts, and at `now` the deputies of superintendent and PIO."""
    if person.seat in OPENING:
        return True
    heads = {p.id for p in accounts(store) if p.seat in HEADS}
    return any(d.account_id == person.id and d.for_account_id in heads for d in deputies(store, now))


NOT_TOLD = (
    "Communications, the PIO, the superintendent and their deputies acknowledge alerts. Nothing was changed."
)


def acknowledge(store: Store, actor: Actor, alert_id: int, now: datetime) -> None:
    """Say that one knows of an alert: its clock stops. The second click is no second entry."""
    with acting(store, actor, "acknowledged an alert", now) as doing:
        doing.record(f"alert {alert_id}")
        if not may_acknowledge(store, doing.account, now):
            raise Refused(NOT_TOLD)
        answer = standing(store, alert_id).answer
        if answer and answer.act == "acknowledge":
            doing.nothing_new = True
            return
        insert_act(store, doing.account.id, alert_id, "acknowledge", now)


def snooze(store: Store, actor: Actor, alert_id: int, now: datetime) -> None:
    """Put an alert out of one's own sight for `SNOOZE`; nobody else stops seeing it, and no clock stops."""
    with acting(store, actor, "snoozed an alert", now, seats=OPENING) as doing:
        doing.record(f"alert {alert_id}")
        if not standing(store, alert_id).waits(now, doing.account.id):
            doing.nothing_new = True
            return
        insert_act(store, doing.account.id, alert_id, "snooze", now)


def may_have(store: Store, person: Account) -> list[Account]:
    """To whom this person may assign an alert: those of the own side who answer alerts, oneself first."""
    ours = [
        p for p in accounts(store, organisation_id=person.organisation_id) if p.seat in OPENING and p.active
    ]
    return sorted(ours, key=lambda p: p.id != person.id)


def assign(
    store: Store, actor: Actor, alert_id: int, to: int | None, headline: str, now: datetime
) -> Holder | None:
    """Give an alert to a person of one's own side, or take it back (None). They are told by e-mail.

    Raises Refused when the person is of the other side, has left, or answers no alerts, and when the alert was
    answered already.
    """
    with acting(store, actor, "assigned an alert", now, seats=OPENING) as doing:
        doing.record(f"alert {alert_id}", to=to or "nobody")
        stands = standing(store, alert_id)
        holder = stands.has.get(doing.account.side)
        if (holder.account_id if holder else None) == to:
            doing.nothing_new = True
            return holder
        if to is None:
            insert_act(store, doing.account.id, alert_id, "assign", now)
            return None
        if stands.answer:
            raise Refused(f"{stands.answer.name} answered this alert meanwhile. It was assigned to nobody.")
        person = next((p for p in may_have(store, doing.account) if p.id == to), None)
        if person is None:
            raise Refused(
                "An alert is assigned to a person of your own side who answers alerts. Nothing was changed."
            )
        doing.record(f"alert {alert_id}", to=person.name)
        act_id = insert_act(store, doing.account.id, alert_id, "assign", now, str(to))
        if person.id != doing.account.id:
            _tell(store, act_id, alert_id, person, doing.account, headline, now)
        return Holder(person.id, person.called, doing.account.called, now)


def _tell(
    store: Store, act_id: int, alert_id: int, person: Account, by: Account, headline: str, now: datetime
) -> None:
    text = notices.letter("alert_assigned.txt", path="/", person=person, by=by.called, headline=headline)
    key = f"alert {alert_id} assigned {act_id}"
    subject = f"{by.called} gave you an alert: {headline}"[:160]
    notices.queue(
        store, notices.Message(key, person.email, subject, text, person.name, f"alert {alert_id}"), now
    )


def insert_act(
    store: Store, account_id: int, alert_id: int, act: str, now: datetime, detail: str = ""
) -> int:
    """Write an act down; the caller holds the transaction and has checked who acts."""
    row = {"alert_id": alert_id, "account_id": account_id, "act": act, "detail": detail[:500]}
    return store.add("alert_act", row | {"at": stamp(now)})


_ACTS = (
    "select alert_act.*, account.name, organisation.kind as side from alert_act "
    "join account on account.id = account_id join organisation on organisation.id = account.organisation_id "
)


def standing(store: Store, alert_id: int) -> Standing:
    """How one alert stands."""
    return folded(_acts(store, "where alert_id = ? order by alert_act.id", alert_id), _people(store))


def standings(store: Store) -> dict[int, Standing]:
    """How every alert stands that somebody did something with, by alert id."""
    people = _people(store)
    rows: dict[int, list[Act]] = {}
    for row in store.rows_of(f"{_ACTS} order by alert_act.id"):
        rows.setdefault(int(row["alert_id"]), []).append(_act(row))
    return {alert_id: folded(acts, people) for alert_id, acts in rows.items()}


def folded(acts: Iterable[Act], people: Mapping[int, str]) -> Standing:
    """What acts in their order come to; pure. `people` are those who may still have an alert, by account id."""
    answer: Act | None = None
    snoozed: dict[int, datetime] = {}
    has: dict[str, Holder] = {}
    for act in acts:
        if act.act == "assign":
            has.pop(act.side, None)
            if act.detail and int(act.detail) in people:
                to = int(act.detail)
                has[act.side] = Holder(to, people[to], people.get(act.account_id, act.name), act.at)
        elif act.act == "snooze":
            snoozed[act.account_id] = act.at + SNOOZE
        else:  # "relevant" puts it back among what waits
            answer = None if act.act == "relevant" else act
            snoozed.clear()
    return Standing(answer, snoozed, has)


def highest_known(store: Store) -> int:
    """The highest number of an alert that somebody answered, was told of, or opened an incident from."""
    row = store.row_of(
        "select max(coalesce((select max(alert_id) from alert_act), 0), coalesce((select max(alert_id) from alert_told), 0),"
        " coalesce((select max(alert_id) from incident), 0)) as n"
    )
    return int(row["n"]) if row else 0


def _acts(store: Store, where: str, *values: object) -> list[Act]:
    return [_act(row) for row in store.rows_of(_ACTS + where, *values)]


def _act(row: Mapping[str, Any]) -> Act:
    at = moment(row["at"]) or datetime.min.replace(tzinfo=UTC)
    return Act(row["act"], row["detail"], at, row["account_id"], row["name"], row["side"])


def _people(store: Store) -> dict[int, str]:
    return {p.id: p.called for p in accounts(store)}


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days that end at `until` (aware UTC): how many alerts were raised, and how many were not relevant."""

    until: datetime
    alerts: int
    dismissed: int

    @property
    def share(self) -> str:
        """The share that was marked not relevant, in words."""
        return f"{round(100 * self.dismissed / self.alerts)}%" if self.alerts else "–"


def weeks(
    raised: Iterable[tuple[int, datetime]], stands: Mapping[int, Standing], now: datetime, count: int = 4
) -> tuple[Week, ...]:
    """The last weeks, newest first, from (alert id, when it was raised); pure."""
    totals, dismissed = Counter[int](), Counter[int]()
    for alert_id, at in raised:
        ago = (now - at) // timedelta(days=7)
        totals[ago] += 1
        answer = stands.get(alert_id, NOBODY_YET).answer
        dismissed[ago] += answer is not None and answer.act == "dismiss"
    return tuple(Week(now - n * timedelta(days=7), totals[n], dismissed[n]) for n in range(count))


def why_lines(reasons: Sequence[Reason]) -> list[tuple[str, str]]:
    """Why an alert interrupts, one line a kind of evidence: ("Where", "school “Orrin Middle School”; place “Fenwick …”")."""
    lines: dict[str, list[str]] = {}
    for reason in reasons:
        label = SAID_AS.get(reason.label)
        if label is None:
            continue
        why = reason.why.split(", weighs ")[0]
        quoted = (
            f"{why} “{reason.text}”" if reason.text and reason.text.casefold() not in why.casefold() else why
        )
        kept = lines.setdefault(label, [])
        if quoted not in kept and len(kept) < 3:
            kept.append(quoted)
    return [(label, "; ".join(parts)) for label, parts in lines.items()]
