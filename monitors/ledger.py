"""What polls leave in the store: who is due, the items a document brings, the state and the log of each source."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from monitors import identity, schedule
from monitors.database import Store, sqlite3
from monitors.engine import Reading
from monitors.identity import Change, Dated, Old
from monitors.items import Item
from monitors.kinds import Kind
from monitors.outcomes import Failure
from monitors.schedule import Poll, Result, State
from monitors.sources import Source, canonical, registrable, source_of
from monitors.store import moment, stamp

UNSTORABLE = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    ValueError,
    OverflowError,
)
"""What storing raises because of what is stored, not because of the store."""
POLLS_KEPT = 30
EVERYWHERE = "*"
"""As a pinned place: every source of the partnership, as in school hours."""
NOT_RUNNING = timedelta(minutes=15)
"""A pause between two passes longer than this is a gap people are told of."""
_RENAMED_AMONG = 3000
"""Of how many of a source's newest items a renamed entry is looked for."""
_NOTHING_LOST = 3
"""Intervals an outage may last before we ask whether its document still reaches back to what we know."""

_TIMES = {field.name for field in fields(State) if str(field.type).startswith("datetime")}
_FLAGS = {field.name for field in fields(State) if field.type == "bool"}
_COLUMNS = [field.name for field in fields(State) if field.name != "source_id"]
_WRITE_STATE = (
    f"update states set {', '.join(f'{name} = :{name}' for name in _COLUMNS)} where source_id = :source_id"
)
_WRITE_POLL = "insert or replace into polls values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
WRITE_ITEM = """
insert or ignore into items (source_id, key, title, text, link, published, updated, expires, at, seen_at, outlet, place,
    facts, backfill, seen_late, dated, repeats, digest) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_WRITE_REVISION = """
insert into revisions (item_id, title, text, link, published, updated, expires, place, facts, seen_at, replaced_at,
    material)
select id, title, text, link, published, updated, expires, place, facts, coalesce(changed_at, seen_at), ?, ?
from items where id = ?"""
_WRITE_EDIT = """
update items set title = ?, text = ?, link = ?, updated = ?, expires = ?, outlet = ?, place = ?, facts = ?, digest = ?,
    changed_at = ? where id = ?"""
_WRITE_REDATED = "update items set updated = ?, dated = ?, digest = ? where id = ?"
_WRITE_KEY = "update or ignore items set key = ?, digest = ? where id = ?"


@dataclass(frozen=True, slots=True)
class Heard:
    """One poll on its way into the store: the source as it was, what came, and what the document said if it was read."""

    source: Source
    state: State
    poll: Poll
    reading: Reading | None = None
    pinned: bool = False
    chance: float = 0.5


@dataclass(frozen=True, slots=True)
class Written:
    """What was stored for one poll. `alarm` is set once per outage; `paused` when the source said it is gone twice."""

    source: Source
    state: State
    poll: Poll
    alarm: bool = False
    paused: bool = False


def due(
    store: Store, now: datetime, *, pinned: Collection[str] = (), only: Collection[int] | None = None
) -> list[tuple[Source, State]]:
    """Sources whose time has come, most urgent kinds first, without those of a domain that asked us to wait.

    A source of a `pinned` place is due at its shortest interval, whatever its rhythm was. `only` names sources to poll now
    whatever the schedule says, paused ones too.
    """
    rows = store.rows_of(
        "select sources.*, states.* from sources join states on states.source_id = sources.id"
        " where removed_at is null and (paused_at is null or :named) and (next_poll_at <= :now or :named or :pinned)",
        named=only is not None,
        pinned=bool(pinned),
        now=stamp(now),
    )
    held = {str(row["domain"]): moment(str(row["until"])) for row in store.rows_of("select * from holds")}
    ready = []
    for row in rows:
        if only is not None and row["id"] not in only:
            continue
        source, state = source_of(row), state_of(row)
        pin = EVERYWHERE in pinned or source.place in pinned
        its_time = state.next_poll_at <= now or (pin and _pinned_due(source, state, now))
        if only is not None or (its_time and held.get(str(row["domain"]), now) <= now):
            ready.append((source, state))
    return sorted(ready, key=lambda pair: (pair[0].kind.alarm_after, pair[1].next_poll_at))


def state_of(row: Mapping[str, object]) -> State:
    """The state in a row of the table `states`."""
    values: dict[str, object] = {}
    for name in ("source_id", *_COLUMNS):
        value = row[name]
        if name in _TIMES:
            value = moment(str(value)) if value is not None else None
        values[name] = bool(value) if name in _FLAGS else value
    return State(**values)  # type: ignore[arg-type]


def write(store: Store, heard: Iterable[Heard]) -> list[Written]:
    """Store what was heard: items, revisions, state and log of each source, all of them or none."""
    with store.atomic():
        return [_write_one(store, one) for one in heard]


def _write_one(store: Store, heard: Heard) -> Written:
    source, state, poll = heard.source, heard.state, heard.poll
    key_rule, newest_at = state.key_rule, state.newest_at
    if heard.reading is not None and poll.failure is None:
        new, edited, newest_at = _write_items(store, heard, heard.reading)
        result = Result.NEW if new or edited else Result.SAME if heard.reading.parsed.items else Result.EMPTY
        poll = replace(poll, new=new, edited=edited, result=result)
        key_rule = heard.reading.parsed.rule.value
    after = schedule.after(state, poll, source, pinned=heard.pinned, chance=heard.chance)
    after = replace(after, key_rule=key_rule, items=state.items + poll.new, newest_at=newest_at)
    alarm = schedule.alarm(after, source, poll.at)
    if alarm:
        after = replace(after, alarmed_at=poll.at)
    paused = schedule.pauses(state, poll)
    if paused:
        store.execute(
            "update sources set paused_at = ?, paused_why = ? where id = ?",
            [stamp(poll.at), poll.failure.sentence if poll.failure else "", source.id],
        )
    if address := schedule.takes_over(after, source):
        _take_over(store, source, address)
        after = replace(after, moved_to="", moved_seen=0)
    _hold(store, source, poll, after)
    _note_recovery(store, heard, poll)
    _write_state(store, after)
    _write_poll(store, source.id, state.polls, poll)
    return Written(source, after, poll, alarm, paused)


def _write_items(store: Store, heard: Heard, reading: Reading) -> tuple[int, int, datetime | None]:
    """Store a document's new items and edits; returns how many of each, and the time of the source's newest item."""
    items, state, now = reading.parsed.items, heard.state, heard.poll.at
    digests = {item.key: seen for item, seen in zip(items, reading.digests, strict=True)}
    first = state.ok_at is None and not state.items
    known = {} if first else _known(store, heard.source.id, digests)
    new = [item for item in items if item.key not in known]
    changed = [(known[i.key][0], i) for i in items if i.key in known and known[i.key][1] != digests[i.key]]
    flood = bool(new) and state.items > 0 and identity.floods(len(items), len(new))
    if flood:
        names = identity.renamed(new, _candidates(store, heard.source.id, digests))
        store.conn.executemany(_WRITE_KEY, [(key, digests[key], row) for key, row in names.items()])
        changed += [(names[item.key], item) for item in new if item.key in names]
        flood = not names
        new = [item for item in new if item.key not in names]
    repeats = {} if first or not new else _repeats(store, heard.source.id, new)
    rows, newest_at = [], state.newest_at
    for item in new:
        marks = identity.marks(item, now, first=first, flood=flood, last_ok=state.ok_at)
        newest_at = max(marks.at, newest_at or marks.at)
        rows.append(_item_row(heard.source.id, item, marks, repeats.get(item.link), digests[item.key], now))
    if rows:
        store.conn.executemany(WRITE_ITEM, rows)
    edits = sum(_write_change(store, row, item, digests[item.key], now) for row, item in changed)
    return len(rows), edits, newest_at


def _known(store: Store, source_id: int, keys: Collection[str]) -> dict[str, tuple[int, bytes]]:
    rows = store.execute(
        f"select key, id, digest from items where source_id = ? and key in ({','.join('?' * len(keys))})",
        [source_id, *keys],
    ).fetchall()
    return {key: (row, seen) for key, row, seen in rows}


def _candidates(store: Store, source_id: int, keys: Collection[str]) -> list[Old]:
    """The source's newest items whose keys the document does not have."""
    rows = store.rows_of(
        "select id, key, title, '' as text, link, published, place, '{}' as facts, expires from items"
        " where source_id = ? order by id desc limit ?",
        source_id,
        _RENAMED_AMONG,
    )
    return [_old(row) for row in rows if row["key"] not in keys]


def _repeats(store: Store, source_id: int, new: Sequence[Item]) -> dict[str, int]:
    """Link → the one earlier item of this source with that link. A link that several share says nothing."""
    links = [item.link for item in new if item.link]
    single = [link for link in set(links) if links.count(link) == 1]
    rows = store.execute(
        f"select link, min(id), count(*) from items where source_id = ? and link in ({','.join('?' * len(single))})"
        " group by link",
        [source_id, *single],
    ).fetchall()
    return {link: row for link, row, times in rows if times == 1}


def _write_change(store: Store, row: int, item: Item, seen: bytes, now: datetime) -> bool:
    """Store what changed about a stored item; whether a reader can see a difference beyond its date."""
    stored = store.row_of("select * from items where id = ?", row)
    if stored is None:
        return False
    change = identity.change(_old(stored), item)
    if change is Change.REDATED:
        moved = stored["published"] != _time(item.published)
        dated = Dated.REDATED.value if moved else stored["dated"]
        store.execute(_WRITE_REDATED, [_time(item.updated or item.published), dated, seen, row])
        return False
    store.execute(_WRITE_REVISION, [stamp(now), int(change is Change.MATERIAL), row])
    words = (item.title, item.text, item.link, _time(item.updated or item.published), _time(item.expires))
    facts = (item.outlet, item.place, identity.facts_text(item.facts))
    store.execute(_WRITE_EDIT, [*words, *facts, seen, stamp(now), row])
    return True


def _old(row: Mapping[str, object]) -> Old:
    published, expires = row["published"], row["expires"]
    return Old(
        id=int(str(row["id"])),
        key=str(row["key"]),
        title=str(row["title"]),
        text=str(row["text"]),
        link=str(row["link"]),
        published=moment(str(published)) if published else None,
        place=str(row["place"]),
        facts=json.loads(str(row["facts"])),
        expires=moment(str(expires)) if expires else None,
    )


def _item_row(
    source_id: int, item: Item, marks: identity.Marks, repeats: int | None, seen: bytes, now: datetime
) -> tuple[object, ...]:
    words = (source_id, item.key, item.title, item.text, item.link)
    times = (_time(item.published), _time(item.updated), _time(item.expires), stamp(marks.at), stamp(now))
    facts = (item.outlet, item.place, identity.facts_text(item.facts))
    return (*words, *times, *facts, marks.backfill, marks.seen_late, marks.dated.value, repeats, seen)


def _time(when: datetime | None) -> str | None:
    return None if when is None else stamp(when)


def _pinned_due(source: Source, state: State, now: datetime) -> bool:
    """A pinned source that answers is due at its shortest interval; one that fails keeps its own wait."""
    return state.failures == 0 and state.checked_at is not None and now - state.checked_at >= source.interval


def _take_over(store: Store, source: Source, url: str) -> None:
    """The address the source has moved to, unless another source has it already."""
    store.execute(
        "update or ignore sources set url = ?, address = ?, domain = ? where id = ?",
        [url, canonical(url), registrable(url), source.id],
    )


def _hold(store: Store, source: Source, poll: Poll, after: State) -> None:
    """A domain that asks for fewer requests is left alone as a whole: as long as it says, else until the next poll."""
    if poll.failure is not None and poll.failure.kind is Failure.LIMITED:
        asked = poll.failure.retry_after
        until = after.next_poll_at if asked is None else poll.at + asked
        store.execute(
            "insert into holds (domain, until) values (?, ?)"
            " on conflict (domain) do update set until = max(until, excluded.until)",
            [registrable(source.url), stamp(until)],
        )


def _note_recovery(store: Store, heard: Heard, poll: Poll) -> None:
    """After an outage, note what may have been missed: all of it where entries vanish, else only where nothing overlaps."""
    state = heard.state
    if poll.failure is not None or poll.result is Result.OFFLINE or not state.failures or state.ok_at is None:
        return
    if poll.at - state.ok_at <= heard.source.interval * _NOTHING_LOST:
        return
    overlaps = poll.new < (poll.entries or 0) or not poll.entries
    if heard.source.kind is Kind.DISPATCH or not overlaps:
        note_gap(store, since=state.ok_at, until=poll.at, reason="silent", source_id=heard.source.id)


def note_gap(
    store: Store, *, since: datetime, until: datetime | None, reason: str, source_id: int | None = None
) -> None:
    """Keep that something may have been missed; `until` None while it lasts."""
    store.table("gaps").insert(
        {"source_id": source_id, "since": stamp(since), "until": _time(until), "reason": reason}
    )


def note_pause(store: Store, now: datetime) -> None:
    """Before a pass: keep that nobody was listening, when the last pass is too long ago."""
    row = store.row_of("select swept_at, offline_since from watch")
    if row is None or row["offline_since"] is not None:
        return
    since = moment(str(row["swept_at"]))
    if now - since > NOT_RUNNING:
        note_gap(store, since=since, until=now, reason="stopped")


def note_sweep(
    store: Store, now: datetime, took_ms: int, sources: int, failures: int, *, offline: bool
) -> None:
    """After a pass: keep when it was, and when we went offline or came back, which ends that gap."""
    with store.atomic():
        since = _offline_since(store)
        if since is not None and not offline and sources:
            note_gap(store, since=moment(since), until=now, reason="offline")
            since = None
        elif offline and since is None:
            row = store.row_of("select swept_at from watch")
            since = str(row["swept_at"]) if row else stamp(now)
        row_now = (stamp(now), took_ms, sources, failures, since)
        store.execute(
            "insert into watch (id, swept_at, took_ms, sources, failed, offline_since) values (1, ?, ?, ?, ?, ?)"
            " on conflict (id) do update set swept_at = excluded.swept_at, took_ms = excluded.took_ms,"
            " sources = excluded.sources, failed = excluded.failed, offline_since = excluded.offline_since",
            row_now,
        )


def is_offline(store: Store) -> bool:
    """Whether the last pass found that we reach nobody."""
    return _offline_since(store) is not None


def _offline_since(store: Store) -> str | None:
    row = store.row_of("select offline_since from watch")
    return None if row is None or row["offline_since"] is None else str(row["offline_since"])


def items_stored(store: Store) -> int:
    """All items of the store, counted as they came: the cost does not grow with history."""
    row = store.row_of("select coalesce(sum(items), 0) as items from states")
    return int(str(row["items"])) if row else 0


def _write_state(store: Store, state: State) -> None:
    values: dict[str, object] = {"source_id": state.source_id}
    for name in _COLUMNS:
        value = getattr(state, name)
        values[name] = (
            stamp(value) if isinstance(value, datetime) else int(value) if isinstance(value, bool) else value
        )
    store.execute(_WRITE_STATE, values)


def _write_poll(store: Store, source_id: int, count: int, poll: Poll) -> None:
    failure = poll.failure
    kind, sentence = (failure.kind.value, failure.sentence) if failure else ("", "")
    answer = (poll.result.value, poll.status, poll.bytes, poll.new, poll.edited, kind, sentence)
    store.execute(_WRITE_POLL, [source_id, count % POLLS_KEPT, stamp(poll.at), poll.ms, *answer])
