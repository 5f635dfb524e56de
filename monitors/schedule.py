"""When to ask a source again: (state, poll, now) → next state. Pure; chance and the clock are passed in.

A source is never switched off by itself. Only two "410 Gone" on different days pause it, and then a person is asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from monitors.outcomes import NO_VALIDATORS, Failed, Failure, Validators
from monitors.sources import Source, registrable

MOST_304S = 20
"""So many "not modified" in a row, or `LONGEST_304`, and one whole answer is asked for: validators can lie."""
LONGEST_304 = timedelta(hours=24)
MOVES_BELIEVED = 3
OFFLINE_RETRY = timedelta(minutes=1)
RHYTHM = timedelta(days=7)
"""How far back the rate of new items remembers (the time constant of its decay)."""
ITEMS_PER_POLL = 0.25
"""The rhythm aimed at: one poll in four brings something."""
JITTER = 0.1

_TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>")
_PERIOD = re.compile(rb"<sy:updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*<")
_FREQUENCY = re.compile(rb"<sy:updateFrequency>\s*(\d{1,4})\s*<")
_PERIODS = {
    b"hourly": timedelta(hours=1),
    b"daily": timedelta(days=1),
    b"weekly": timedelta(days=7),
    b"monthly": timedelta(days=30),
    b"yearly": timedelta(days=365),
}
_NETWORK = {Failure.DNS, Failure.REFUSED, Failure.TIMEOUT, Failure.TLS}


class Result(StrEnum):
    """What a poll came to, as the poll log keeps it."""

    NEW = "new"
    SAME = "same"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    FAILED = "failed"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll of one source, after reading and comparing. Times are aware UTC.

    `usual_gap` is what the document itself says of its rhythm (`usual_gap()`), None when it does not say; `recent` counts
    its entries of the last seven days, None when it dates none. `fresh_for` is how long the source itself says an answer stays good.
    """

    at: datetime
    result: Result
    ms: int = 0
    status: int = 200
    bytes: int = 0
    new: int = 0
    edited: int = 0
    entries: int | None = None
    partly: bool = False
    shape: str = ""
    failure: Failed | None = None
    validators: Validators = NO_VALIDATORS
    body_sha256: str = ""
    moved_to: str = ""
    fresh_for: timedelta | None = None
    recent: int | None = None
    usual_gap: timedelta | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What is known of one source between polls. The columns of the table `states` carry the same names."""

    source_id: int
    next_poll_at: datetime
    checked_at: datetime | None = None
    ok_at: datetime | None = None
    changed_at: datetime | None = None
    etag: str = ""
    last_modified: str = ""
    body_sha256: str = ""
    validators_trusted: bool = True
    unchanged_304s: int = 0
    whole_at: datetime | None = None
    failures: int = 0
    first_failure_at: datetime | None = None
    failure_kind: str = ""
    failure_sentence: str = ""
    gone_at: datetime | None = None
    moved_to: str = ""
    moved_seen: int = 0
    key_rule: str = ""
    shape: str = ""
    entries: int | None = None
    partly: bool = False
    items_per_day: float = 0.0
    usual_gap: int = 0
    polls: int = 0
    items: int = 0
    newest_at: datetime | None = None
    alarmed_at: datetime | None = None


def conditions(state: State, now: datetime) -> Validators:
    """What to ask "anything new since?" with. Nothing, when the validators lied before or it is time to see for ourselves."""
    if not state.validators_trusted or state.unchanged_304s >= MOST_304S:
        return NO_VALIDATORS
    if state.whole_at is None or now - state.whole_at >= LONGEST_304:
        return NO_VALIDATORS
    return Validators(state.etag, state.last_modified)


def after(state: State, poll: Poll, source: Source, *, pinned: bool = False, chance: float = 0.5) -> State:
    """The state after a poll. `pinned` holds a source at its shortest interval; `chance` in [0, 1) spreads the next poll."""
    if poll.result is Result.OFFLINE:
        return replace(state, next_poll_at=poll.at + OFFLINE_RETRY, polls=state.polls + 1)
    if poll.failure is not None:
        state = _failed(state, poll, poll.failure)
        wait = retry(state.failures, source)
    else:
        state = _heard(state, poll, source)
        wait = interval(state, source, pinned=pinned, fresh_for=poll.fresh_for)
    wait *= 1 + JITTER * (2 * chance - 1)
    if poll.failure is not None and poll.failure.retry_after is not None:
        wait = max(wait, poll.failure.retry_after)
    return replace(state, checked_at=poll.at, next_poll_at=poll.at + wait, polls=state.polls + 1)


def retry(failures: int, source: Source) -> timedelta:
    """The wait after so many failures in a row: the interval times 1, 2, 4 …, up to the kind's longest."""
    every = source.interval
    doubled: timedelta = every * 2 ** min(failures - 1, 20)
    return min(doubled, max(source.kind.longest_wait, every))


def interval(
    state: State, source: Source, *, pinned: bool = False, fresh_for: timedelta | None = None
) -> timedelta:
    """The wait after an answer: by kind, by the source's own rhythm, and, within twice the interval, by its own wish."""
    shortest = source.interval
    if pinned:
        return shortest
    wait = shortest
    if source.kind.stretch > 1:
        rhythm = timedelta(days=ITEMS_PER_POLL / max(state.items_per_day, 0.01))
        wait = min(max(rhythm, shortest), shortest * source.kind.stretch)
    if fresh_for is not None and source.kind.stretch > 1:
        wait = max(wait, min(fresh_for, shortest * 2))
    return wait


def pauses(state: State, poll: Poll) -> bool:
    """Whether this poll pauses the source: "gone" on two different days with no answer in between."""
    gone = poll.failure is not None and poll.failure.kind is Failure.GONE
    return gone and state.gone_at is not None and state.gone_at.date() != poll.at.date()


def takes_over(state: State, source: Source) -> str:
    """The new address, when a permanent move within one registrable domain was seen often enough; else ''."""
    settled = state.moved_seen >= MOVES_BELIEVED and registrable(state.moved_to) == registrable(source.url)
    return state.moved_to if settled else ""


def alarm(state: State, source: Source, now: datetime) -> bool:
    """Whether a dead source is to be told of now: once per outage, when it has failed for as long as its kind allows."""
    if state.alarmed_at is not None or state.first_failure_at is None or state.failures < 2:
        return False
    return now - state.first_failure_at >= source.kind.alarm_after


def offline(polls: Sequence[tuple[str, Poll]], *, already: bool = False) -> bool:
    """Whether it is us: every host of a pass failed on the network at once. `polls` are (host, poll).

    One host alone proves nothing, unless we were offline `already`.
    """
    if not polls or not all(is_network(poll) for _, poll in polls):
        return False
    return already or len({host for host, _ in polls}) > 1


def is_network(poll: Poll) -> bool:
    """Whether nobody answered: what being offline looks like from one source."""
    return poll.failure is not None and poll.failure.kind in _NETWORK


def own_wish(body: bytes) -> timedelta | None:
    """How long a feed itself says an answer stays good: RSS `ttl` in minutes, or the syndication module's period."""
    head = body[:8192]
    if found := _TTL.search(head):
        return timedelta(minutes=int(found[1]))
    if found := _PERIOD.search(head):
        often = _FREQUENCY.search(head)
        return _PERIODS[found[1]] / max(int(often[1]) if often else 1, 1)
    return None


def usual_gap(published: Sequence[datetime]) -> timedelta | None:
    """The gap that 95 in 100 of a document's own gaps between entries stay within; None below five gaps."""
    gaps = sorted(later - earlier for earlier, later in pairwise(sorted(published)))
    return gaps[math.ceil(len(gaps) * 0.95) - 1] if len(gaps) >= 5 else None


def _failed(state: State, poll: Poll, failure: Failed) -> State:
    return replace(
        state,
        failures=state.failures + 1,
        first_failure_at=state.first_failure_at or poll.at,
        failure_kind=failure.kind.value,
        failure_sentence=failure.sentence,
        gone_at=(state.gone_at or poll.at) if failure.kind is Failure.GONE else state.gone_at,
    )


def _heard(state: State, poll: Poll, source: Source) -> State:
    """The state after any answer that could be read."""
    moved_seen = state.moved_seen + 1 if poll.moved_to == state.moved_to else 1
    heard = replace(
        state,
        ok_at=poll.at,
        failures=0,
        first_failure_at=None,
        failure_kind="",
        failure_sentence="",
        gone_at=None,
        alarmed_at=None,
        moved_to=poll.moved_to,
        moved_seen=moved_seen if poll.moved_to else 0,
        items_per_day=_rate(state, poll, source),
        changed_at=poll.at if poll.new else state.changed_at,
    )
    if poll.result is Result.UNCHANGED:
        return replace(heard, unchanged_304s=state.unchanged_304s + 1)
    return replace(
        heard,
        etag=poll.validators.etag,
        last_modified=poll.validators.last_modified,
        body_sha256=poll.body_sha256,
        validators_trusted=state.validators_trusted and not _lied(state, poll),
        unchanged_304s=0,
        whole_at=poll.at,
        shape=poll.shape or state.shape,
        entries=state.entries if poll.entries is None else poll.entries,
        partly=poll.partly if poll.entries is not None else state.partly,
        usual_gap=int(poll.usual_gap.total_seconds()) if poll.usual_gap else state.usual_gap,
    )


def _lied(state: State, poll: Poll) -> bool:
    """Another body where the server kept saying "not modified": it lies, and is asked for whole answers from now on."""
    asked_whole = conditions(state, poll.at) == NO_VALIDATORS and state.unchanged_304s > 0
    return asked_whole and poll.body_sha256 != state.body_sha256


def _rate(state: State, poll: Poll, source: Source) -> float:
    """New items a day, remembered over `RHYTHM`.

    A first document is taken at its own word; one without dates is asked at its kind's interval until it is known better.
    """
    day = timedelta(days=1)
    if state.ok_at is None:
        return (
            ITEMS_PER_POLL * (day / source.interval) if poll.recent is None else poll.recent / (RHYTHM / day)
        )
    decay = math.exp(-max((poll.at - (state.checked_at or poll.at)) / RHYTHM, 0.0))
    return state.items_per_day * decay + poll.new / (RHYTHM / day)
