"""What people mark teaches the one visible layer of this partnership's relevance, checked, shown, and undone at will.

A mark is an immutable row that carries the features it was made on, so that it outlives monitors.db. Four fifths of
the marks teach and a fifth only checks (`monitors.relevance.logistic.refit`); new weights hold when the held-back
marks do not come out worse. Named rules are no part of the weights: no mark silences one, and what a rule decided
teaches nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from comms.hearing.alert_acts import NOT_TOLD, OPENING, insert_act, standing
from comms.people import Actor, Refused, acting
from comms.store import stamp
from monitors.database import Store
from monitors.relevance import logistic
from monitors.relevance.logistic import MarkedFeatures, Refit, Weights, held_back, refit

REASONS: Mapping[str, tuple[str, bool]] = {
    "place": ("Not our place", True),
    "routine": ("Routine", True),
    "talk": ("A drill, an ad or an opinion", True),
    "known": ("Known already", False),
    "old": ("Old story", False),
    "other": ("Another reason", False),
}
"""Why an alert was not relevant, and whether that says anything about the words: what was known already was relevant."""
TEACH_LEAST, CHECK_LEAST = 8, 2
"""Marks that teach, and marks that check, before anything is learned."""
RULES = frozenset({"OVERRIDE", "SUPPRESSED", "RULE", "LANGUAGE"})
"""The judge's reasons that decide by name, whatever the weights say."""
SHIPPED = Path(logistic.__file__).parent / "model" / "weights.json"


@dataclass(frozen=True, slots=True)
class Judged:
    """An item as it was judged: what a mark keeps. `rule` is the named rule that decided, empty when the weights did."""

    item_id: int
    key: str
    headline: str
    outlet: str
    score: float
    rule: str
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest mark on one item. `answer` is not_relevant, relevant or opened; `at` is aware UTC."""

    key: str
    headline: str
    outlet: str
    answer: str
    reason: str
    rule: str
    score: float
    features: Mapping[str, float]
    by: str
    at: datetime

    @property
    def relevant(self) -> bool:
        """What the mark says of the item."""
        return self.answer != "not_relevant"

    @property
    def teaches(self) -> bool:
        """Whether it says anything about words, and the weights had anything to say of the item."""
        return not self.rule and (self.relevant or REASONS.get(self.reason, ("", False))[1])

    @property
    def checks(self) -> bool:
        """Whether it is among the fifth that is held back to check what the others taught."""
        return held_back(self.key)


@dataclass(frozen=True, slots=True)
class Learned:
    """One row of what was learned: the weights that hold from `at` on, and what the held-back marks said of them.

    `act` is learned, not_better (nothing changed), undone or resumed. `weights` are those that differ from the shipped.
    """

    id: int
    act: str
    weights: Mapping[str, float]
    shipped: str
    learned_from: int
    held_back: int
    right_before: int
    right_after: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Flip:
    """An item whose answer the learned weights change: whether it interrupts now, and did before."""

    headline: str
    outlet: str
    before: bool
    after: bool


# What holds ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """The weights as they are shipped."""
    return logistic.read_weights(SHIPPED)


@lru_cache(maxsize=1)
def shipped_hash() -> str:
    """By what learned weights know the shipped ones they were learned from."""
    return hashlib.sha256(logistic.weights_to_json(shipped()).encode()).hexdigest()


def weights(store: Store) -> Weights:
    """The weights that hold for this partnership now. Those learned from an older model do not hold: it counted
    otherwise, and the marks are learned anew from the next one on.
    """
    newest = _newest(store)
    return dict(shipped()) | dict(newest.weights) if newest else shipped()


def history(store: Store) -> tuple[Learned, ...]:
    """Everything that was learned or undone, newest first."""
    rows = store.rows_of(
        "select refit.*, account.name from refit join account on account.id = account_id order by refit.id desc"
    )
    return tuple(_learned(row) for row in rows)


def _newest(store: Store) -> Learned | None:
    row = store.row_of(
        "select refit.*, account.name from refit join account on account.id = account_id "
        "where shipped = ? order by refit.id desc limit 1",
        shipped_hash(),
    )
    return _learned(row) if row else None


def _learned(row: Mapping[str, Any]) -> Learned:
    columns = ("id", "act", "shipped", "learned_from", "held_back", "right_before", "right_after")
    at = datetime.fromisoformat(row["at"])
    return Learned(**{c: row[c] for c in columns}, weights=json.loads(row["weights"]), by=row["name"], at=at)


def paused(store: Store) -> bool:
    """Whether somebody undid what was learned, and nobody has let the marks count again."""
    row = store.row_of("select act from refit where act in ('undone', 'resumed') order by id desc limit 1")
    return row is not None and row["act"] == "undone"


# Marks --------------------------------------------------------------------------------------------------------------


def judged(heard: Store, item_id: int) -> Judged | None:
    """An item of monitors.db with its newest judgement; None when it is no longer kept or was not judged."""
    row = heard.row_of(
        "select i.id, i.key, i.title, coalesce(nullif(i.outlet, ''), s.name) as outlet, s.address, j.score, j.reasons, "
        "j.features from items i join sources s on s.id = i.source_id "
        "join judgements j on j.id = (select max(id) from judgements where item_id = i.id) where i.id = ?",
        item_id,
    )
    if row is None:
        return None
    key = f"{row['address']} {row['key']}"[:1000]
    features = {str(name): float(value) for name, value in json.loads(row["features"])}
    return Judged(item_id, key, row["title"], row["outlet"], row["score"], rule_of(row["reasons"]), features)


def rule_of(reasons: str) -> str:
    """The named rule among the reasons of a judgement (JSON) that decided it; empty when the weights did."""
    found = (r["text"] or r["why"] for r in json.loads(reasons) if r["label"] in RULES)
    return next(found, "")


def marks(store: Store) -> tuple[Mark, ...]:
    """The newest mark of each item, newest first; one that was taken back is not among them."""
    rows = store.rows_of(
        "select mark.*, account.name from mark join account on account.id = account_id where answer <> 'withdrawn' "
        "and mark.id in (select max(id) from mark group by item_key) order by mark.id desc"
    )
    return tuple(_mark(row) for row in rows)


def _mark(row: Mapping[str, Any]) -> Mark:
    columns = ("headline", "outlet", "answer", "reason", "rule", "score")
    at = datetime.fromisoformat(row["at"])
    features = json.loads(row["features"])
    return Mark(row["item_key"], **{c: row[c] for c in columns}, features=features, by=row["name"], at=at)


def dismiss(
    store: Store, actor: Actor, alert_id: int, about: Judged | None, reason: str, now: datetime
) -> None:
    """Mark an alert not relevant, for one of `REASONS`. `about` is its item, None when that is no longer kept.

    Raises Refused for another reason than those, and when an incident was opened from it.
    """
    with acting(store, actor, "marked an alert not relevant", now, seats=OPENING) as doing:
        doing.record(f"alert {alert_id}", reason=reason)
        if reason not in REASONS:
            raise Refused("Say why it is not relevant. Nothing was changed.")
        answer = standing(store, alert_id).answer
        if answer and answer.act == "open":
            raise Refused("An incident was opened from this alert meanwhile. Close the incident instead.")
        if answer and (answer.act, answer.detail) == ("dismiss", reason):
            doing.nothing_new = True
            return
        insert_act(store, doing.account.id, alert_id, "dismiss", now, reason)
        if about:
            insert_mark(store, doing.account.id, about, "not_relevant", now, reason, alert_id)


def put_back(store: Store, actor: Actor, alert_id: int, about: Judged | None, now: datetime) -> None:
    """Undo an answer: the alert waits again, and its mark teaches no longer. A deputy undoes their own answer alone."""
    with acting(store, actor, "put an alert back", now) as doing:
        doing.record(f"alert {alert_id}")
        answer = standing(store, alert_id).answer
        if doing.account.seat not in OPENING and answer and answer.account_id != doing.account.id:
            raise Refused(NOT_TOLD)
        if answer is None:
            doing.nothing_new = True
            return
        insert_act(store, doing.account.id, alert_id, "relevant", now)
        if about:
            insert_mark(store, doing.account.id, about, "withdrawn", now, alert_id=alert_id)


def mark_relevant(store: Store, actor: Actor, about: Judged, now: datetime) -> None:
    """Relevant after all: what interrupted nobody should have."""
    with acting(store, actor, "marked a near miss relevant", now, seats=OPENING) as doing:
        doing.record(f"item {about.item_id}", headline=about.headline[:200])
        doing.nothing_new = not insert_mark(store, doing.account.id, about, "relevant", now)


def take_back(store: Store, actor: Actor, about: Judged, now: datetime) -> None:
    """Take the mark on an item back; it teaches no longer."""
    with acting(store, actor, "took a mark back", now, seats=OPENING) as doing:
        doing.record(f"item {about.item_id}", headline=about.headline[:200])
        doing.nothing_new = not insert_mark(store, doing.account.id, about, "withdrawn", now)


def insert_mark(
    store: Store,
    account_id: int,
    about: Judged,
    answer: str,
    now: datetime,
    reason: str = "",
    alert_id: int | None = None,
) -> bool:
    """Write a mark down and learn from it; the caller holds the transaction. False when the item is marked so already."""
    before = store.row_of(
        "select answer, reason from mark where item_key = ? order by id desc limit 1", about.key
    )
    if (before or {"answer": "withdrawn", "reason": ""}) == {"answer": answer, "reason": reason}:
        return False
    row: dict[str, object] = {
        "item_key": about.key,
        "alert_id": alert_id,
        "headline": about.headline,
        "outlet": about.outlet,
    }
    row |= {"answer": answer, "reason": reason, "rule": about.rule, "score": about.score}
    row |= {"features": _json(about.features), "account_id": account_id, "at": stamp(now)}
    store.add("mark", row)
    if not paused(store):
        learn(store, account_id, now)
    return True


# Learning -----------------------------------------------------------------------------------------------------------


def proposed(known: Sequence[Mark], now: Weights) -> Refit | None:
    """What these marks teach, beside the weights that hold now; None while there are too few of them. Pure."""
    usable = [MarkedFeatures(m.key, m.features, m.relevant) for m in known if m.teaches]
    checking = sum(held_back(mark.key) for mark in usable)
    if len(usable) - checking < TEACH_LEAST or checking < CHECK_LEAST:
        return None
    return refit(shipped(), usable, shipped().get("threshold", 0.5), now)


def learn(store: Store, account_id: int, now: datetime) -> None:
    """Learn from all marks anew; the caller holds the transaction. With too few of them the shipped weights hold."""
    newest = _newest(store)
    found = proposed(marks(store), weights(store))
    if found is None:
        if newest and newest.weights:
            _keep(store, account_id, "learned", {}, None, now)
    elif not found.kept:
        _keep(store, account_id, "not_better", newest.weights if newest else {}, found, now)
    elif (changed := _changed(found.weights)) != (newest.weights if newest else {}):
        _keep(store, account_id, "learned", changed, found, now)


def _changed(learned: Weights) -> dict[str, float]:
    return {name: value for name, value in learned.items() if value != shipped().get(name)}


def _keep(
    store: Store, account_id: int, act: str, changed: Mapping[str, float], found: Refit | None, now: datetime
) -> None:
    counts = {"learned_from": 0, "held_back": 0, "right_before": 0, "right_after": 0}
    if found:
        counts = {name: getattr(found, name) for name in counts}
    row = {"act": act, "weights": _json(changed), "shipped": shipped_hash(), "account_id": account_id}
    store.add("refit", row | counts | {"at": stamp(now)})


def undo(store: Store, actor: Actor, now: datetime, wholly: bool = False) -> None:
    """Go back to the weights before the last change, or wholly to the shipped ones. The marks stay, and teach nothing
    until somebody lets them count again.
    """
    with acting(store, actor, "undid what was learned from marks", now, seats=OPENING) as doing:
        doing.record("relevance", to="the shipped weights" if wholly else "the weights before")
        changed = weights(store) != shipped()
        if not changed or (paused(store) and not wholly):
            doing.nothing_new = True
            return
        _keep(store, doing.account.id, "undone", {} if wholly else before(store), None, now)


def before(store: Store) -> Mapping[str, float]:
    """What differed from the shipped weights before the last change; nothing when it was the first."""
    rows = [row for row in history(store) if row.shipped == shipped_hash()]
    holding = rows[0].weights if rows else {}
    return next((row.weights for row in rows if row.weights != holding), {})


def resume(store: Store, actor: Actor, now: datetime) -> None:
    """Let the marks count again, all of them at once."""
    with acting(store, actor, "let the marks count again", now, seats=OPENING) as doing:
        doing.record("relevance")
        if not paused(store):
            doing.nothing_new = True
            return
        newest = _newest(store)
        _keep(store, doing.account.id, "resumed", newest.weights if newest else {}, None, now)
        learn(store, doing.account.id, now)


# What it came to ----------------------------------------------------------------------------------------------------


def flips(about: Sequence[Judged | Mark], now: Weights, then: Weights) -> tuple[Flip, ...]:
    """Which of these the weights `now` answer otherwise than `then`. What a named rule decides never changes. Pure."""
    threshold = shipped().get("threshold", 0.5)
    found = []
    for one in about:
        if one.rule:
            continue
        was, is_now = (logistic.probability(w, one.features) >= threshold for w in (then, now))
        if was != is_now:
            found.append(Flip(one.headline, one.outlet, was, is_now))
    return tuple(found)


HEARD_MOST = 5000
"""Of the last weeks' items, how many are weighed anew to show what changed."""


def heard_since(heard: Store, since: datetime) -> tuple[Judged, ...]:
    """What was judged since a time, the newest first, as far as weights had anything to say."""
    rows = heard.rows_of(
        "select i.id, i.title, coalesce(nullif(i.outlet, ''), s.name) as outlet, j.score, j.reasons, j.features "
        "from judgements j join items i on i.id = j.item_id join sources s on s.id = i.source_id "
        "where j.judged_at >= ? and j.id = (select max(id) from judgements where item_id = i.id) "
        "order by j.id desc limit ?",
        stamp(since),
        HEARD_MOST,
    )
    return tuple(
        Judged(
            r["id"], "", r["title"], r["outlet"], r["score"], rule_of(r["reasons"]), dict(json.loads(r["features"]))
        )
        for r in rows
    )  # fmt: skip


def in_words(now: Weights, most: int = 5) -> tuple[str, ...]:
    """Which weights moved most from the shipped ones, the furthest first, each as a sentence."""
    moved = sorted(_changed(now).items(), key=lambda change: -abs(change[1] - shipped().get(change[0], 0.0)))
    return tuple(
        _moved(name, value) for name, value in moved[:most] if abs(value - shipped().get(name, 0.0)) >= 0.05
    )


def _moved(name: str, value: float) -> str:
    was = shipped().get(name, 0.0)
    louder = value > was
    speaks = ("more for" if louder else "less for") if was > 0 or (was == 0 and louder) else (
        "less against" if louder else "more against"
    )  # fmt: skip
    said = name.replace("_", " ").replace(" x ", " · ")
    return f"“{said}” speaks {speaks} an alert: {was:+.1f} became {value:+.1f}"


def right(known: Sequence[Mark], with_weights: Weights) -> tuple[int, int]:
    """How many of the held-back marks these weights answer as the person did, and how many there are. Pure."""
    checking = [mark for mark in known if mark.teaches and mark.checks]
    threshold = shipped().get("threshold", 0.5)
    said = (logistic.probability(with_weights, mark.features) >= threshold for mark in checking)
    return sum(answer == mark.relevant for answer, mark in zip(said, checking, strict=True)), len(checking)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
