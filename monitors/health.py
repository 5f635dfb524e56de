"""Are we hearing everything? How each source is doing, in words, and what may have been missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from monitors.database import Store
from monitors.ledger import POLLS_KEPT, state_of
from monitors.schedule import MOVES_BELIEVED, State
from monitors.sources import Source, registrable, source_of
from monitors.store import moment, stamp

TOLD_FOR = timedelta(hours=24)
"""How long a gap is told of after it ended."""
_OVERDUE = 3
"""Intervals after which a source that nobody asked is late: the sweeper does not run."""
_GRACE = timedelta(minutes=2)


class Word(StrEnum):
    """The state of a source in one word, as the screen says it."""

    WELL = "Well"
    LATE = "Late"
    SILENT = "Silent"
    PAUSED = "Paused"


class Condition(StrEnum):
    """What is the matter, more exactly. `WORDS` says which word each is."""

    FINE = "fine"
    NEW = "not asked yet"
    EMPTY = "valid but empty"
    PARTLY = "partly read"
    MOVED = "moved to another domain"
    QUIET = "quieter than usual"
    OVERDUE = "not asked in time"
    FAILING = "failing"
    DEAD = "dead"
    PAUSED = "paused"


WORDS = {
    Condition.FINE: Word.WELL,
    Condition.NEW: Word.WELL,
    Condition.EMPTY: Word.WELL,
    Condition.PARTLY: Word.WELL,
    Condition.MOVED: Word.LATE,
    Condition.QUIET: Word.LATE,
    Condition.OVERDUE: Word.LATE,
    Condition.FAILING: Word.LATE,
    Condition.DEAD: Word.SILENT,
    Condition.PAUSED: Word.PAUSED,
}
_TROUBLE = {Word.SILENT: 0, Word.LATE: 1, Word.PAUSED: 2, Word.WELL: 3}


@dataclass(frozen=True, slots=True)
class Health:
    """One source on the Sources screen. `sentence` says what is so, since when, what was kept and what comes next.

    `since` is when the trouble began. `needs_hand` puts it under "Need a hand".
    """

    source: Source
    state: State
    condition: Condition
    sentence: str
    since: datetime | None
    items_today: int
    answer_ms: int | None

    @property
    def word(self) -> Word:
        """Well, Late, Silent or Paused."""
        return WORDS[self.condition]

    @property
    def needs_hand(self) -> bool:
        """Whether a person should look: troubles, and what waits for a person's decision."""
        return self.word in {Word.LATE, Word.SILENT} or bool(self.source.paused_at and self.state.gone_at)


@dataclass(frozen=True, slots=True)
class Overview:
    """The tiles and the caption of the Sources screen. Times are aware UTC."""

    well: int
    late: int
    silent: int
    paused: int
    items_today: int
    swept_at: datetime | None
    took_ms: int
    next_at: datetime | None
    offline_since: datetime | None


def health(store: Store, now: datetime, zone: tzinfo) -> list[Health]:
    """Every source on the list, troubles first. `zone` is the partnership's, for clock times and for what "today" is."""
    today = _today(store, now, zone)
    times = dict(
        store.execute(
            "select polls.source_id, ms from polls join states on states.source_id = polls.source_id"
            f" where slot = (states.polls - 1) % {POLLS_KEPT} and outcome <> 'offline'"
        ).fetchall()
    )
    listed = []
    for row in store.rows_of(
        "select sources.*, states.* from sources join states on states.source_id = sources.id where removed_at is null"
    ):
        source, state = source_of(row), state_of(row)
        condition, since = condition_of(source, state, now)
        listed.append(
            Health(
                source=source,
                state=state,
                condition=condition,
                sentence=_sentence(source, state, condition, now, zone),
                since=since,
                items_today=today.get(source.id, 0),
                answer_ms=times.get(source.id),
            )
        )
    return sorted(listed, key=lambda one: (_TROUBLE[one.word], one.source.name.casefold(), one.source.id))


def overview(store: Store, listed: Sequence[Health]) -> Overview:
    """What the tiles count. `listed` is what `health` gave."""
    words = [one.word for one in listed]
    watch = store.row_of("select * from watch") or {}
    nexts = [one.state.next_poll_at for one in listed if one.source.paused_at is None]
    return Overview(
        well=words.count(Word.WELL),
        late=words.count(Word.LATE),
        silent=words.count(Word.SILENT),
        paused=words.count(Word.PAUSED),
        items_today=sum(one.items_today for one in listed),
        swept_at=_moment(watch.get("swept_at")),
        took_ms=int(str(watch.get("took_ms", 0))),
        next_at=min(nexts, default=None),
        offline_since=_moment(watch.get("offline_since")),
    )


def condition_of(source: Source, state: State, now: datetime) -> tuple[Condition, datetime | None]:
    """What is the matter with a source, if anything, and since when. Pure."""
    heard = state.changed_at or state.ok_at
    gap = expected_gap(source, state)
    newest = max(filter(None, (heard, state.newest_at)), default=None)
    if source.paused_at is not None:
        return Condition.PAUSED, source.paused_at
    if state.first_failure_at is not None:
        dead = now - state.first_failure_at >= source.kind.alarm_after or state.alarmed_at is not None
        return (Condition.DEAD if dead else Condition.FAILING), state.ok_at or state.first_failure_at
    if state.checked_at is None or state.ok_at is None:
        return Condition.NEW, None
    overdue = now - state.next_poll_at > max(source.interval * _OVERDUE, _GRACE)
    if overdue:
        return Condition.OVERDUE, state.next_poll_at
    if state.moved_seen >= MOVES_BELIEVED and registrable(state.moved_to) != registrable(source.url):
        return Condition.MOVED, None
    if gap is not None and newest is not None and now - newest > gap:
        return Condition.QUIET, newest
    if state.entries == 0:
        return Condition.EMPTY, state.ok_at
    return (Condition.PARTLY if state.partly else Condition.FINE), None


def expected_gap(source: Source, state: State) -> timedelta | None:
    """How long without anything new is ordinary: set by a person, else learned, but never below what is so for the kind."""
    if source.expected_gap is not None:
        return source.expected_gap
    if source.kind.quiet is None or not state.usual_gap:
        return None
    return max(2 * timedelta(seconds=state.usual_gap), source.kind.quiet)


def polls_in_words(store: Store, source_id: int, zone: tzinfo) -> list[str]:
    """The last polls of a source, newest first: the answer to "why did we not know?"."""
    rows = store.rows_of("select * from polls where source_id = ? order by at desc", source_id)
    return [f"{clock(moment(str(row['at'])), zone)}: {_poll_words(row)}" for row in rows]


def missed(store: Store, now: datetime, zone: tzinfo) -> list[str]:
    """Sentences for the top of the alerts, newest gap first: what may have been missed and why. Empty when nothing was."""
    rows = store.rows_of(
        "select gaps.*, sources.name from gaps left join sources on sources.id = gaps.source_id"
        " where until is null or until > ? order by gaps.since desc",
        stamp(now - TOLD_FOR),
    )
    sentences = [_gap_words(row, zone) for row in rows]
    offline = _moment((store.row_of("select offline_since from watch") or {}).get("offline_since"))
    if offline is not None:
        sentences.insert(
            0,
            f"No site can be reached since {clock(offline, zone, now)}: this machine is offline. What sources say meanwhile is"
            " read when the connection is back.",
        )
    return sentences


def clock(when: datetime, zone: tzinfo, now: datetime | None = None) -> str:
    """A clock time for people, with the day when `now` is given and it was another day. The zone is named by the page."""
    local = when.astimezone(zone)
    time = f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"
    if now is not None and local.date() != now.astimezone(zone).date():
        return f"{time} on {local:%A, %B} {local.day}"
    return time


def span(length: timedelta) -> str:
    """A length of time for people: "84 min", "5 h", "3 days"."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min" if minutes else f"{int(length.total_seconds())} s"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"


def _sentence(source: Source, state: State, condition: Condition, now: datetime, zone: tzinfo) -> str:
    def at(when: datetime | None) -> str:
        return clock(when, zone, now) if when else "the start"

    kept = {0: "Nothing was read before.", 1: "Kept: the 1 item read before."}.get(
        state.items, f"Kept: all {state.items} items read before."
    )
    following = f"The next try is at {at(state.next_poll_at)}."
    nothing_to_do = " Nothing to do yet." if state.failures == 1 else ""
    gap = expected_gap(source, state)
    return {
        Condition.FINE: "Answers on time.",
        Condition.NEW: "It is asked for the first time in the next pass.",
        Condition.EMPTY: "The feed is valid and holds no entry. If the site shows news, tell its web team.",
        Condition.PARTLY: "The document is damaged: what can be read is read. If items are missing, tell the site's web team.",
        Condition.MOVED: f"The site sends us on to {state.moved_to}, another domain. It is read there meanwhile; confirm the "
        "new address or enter another.",
        Condition.QUIET: f"Every answer is in order, but nothing new since {at(state.changed_at or state.newest_at)}; usual is "
        f"something within {span(gap or timedelta())}. Look at the site: it may publish elsewhere now.",
        Condition.OVERDUE: f"It was due at {at(state.next_poll_at)} and nobody asked. The watching process may have stopped.",
        Condition.FAILING: f"Since {at(state.first_failure_at)}: {state.failure_sentence} {kept} {following}{nothing_to_do}",
        Condition.DEAD: f"Since {at(state.first_failure_at)}: {state.failure_sentence} {kept} {following}",
        Condition.PAUSED: f"Paused since {at(source.paused_at)}. {source.paused_why}".strip(),
    }[condition]


def _poll_words(row: Mapping[str, object]) -> str:
    took = f"{int(str(row['ms'])) / 1000:.1f} s"
    new, edited = int(str(row["new"])), int(str(row["edited"]))
    changes = [f"{count} {what}" for count, what in ((new, "new"), (edited, "edited")) if count]
    return {
        "new": f"{', '.join(changes)} ({took})",
        "same": f"nothing new ({took})",
        "unchanged": f"nothing new, says the site ({took})",
        "empty": f"a valid feed without entries ({took})",
        "offline": str(row["sentence"]),
        "failed": f"{row['sentence']} ({took})",
    }[str(row["outcome"])]


def _gap_words(row: Mapping[str, object], zone: tzinfo) -> str:
    since, until = moment(str(row["since"])), _moment(row["until"])
    end = clock(until, zone) if until else "now"
    begin = clock(since, zone, until)
    why = {
        "stopped": "One Voice was not watching.",
        "offline": "This machine was offline.",
        "silent": f"{row['name']} did not answer.",
    }[str(row["reason"])]
    whom = f" from {row['name']}" if row["name"] else ""
    return f"You may have missed items{whom} between {begin} and {end}. {why}"


def _today(store: Store, now: datetime, zone: tzinfo) -> dict[int, int]:
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return dict(
        store.execute(
            "select source_id, count(*) from items where seen_at >= ? group by source_id", [stamp(midnight)]
        ).fetchall()
    )


def _moment(value: object) -> datetime | None:
    return moment(str(value)) if value else None
