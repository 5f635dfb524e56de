"""One pass over what nobody judged yet: judge, group, notice turns, raise what must interrupt."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitors.alerts.decide import Raised, Told, alerts_for, silence
from monitors.database import Store
from monitors.relevance.judgement import Judgement
from monitors.relevance.reports import Report
from monitors.store import moment, stamp
from monitors.stories import shelf
from monitors.stories.features import judged_of
from monitors.stories.turns import Account, Claims, Turn, claims_of
from monitors.stories.words import home_of
from monitors.watchlist import Watchlist

if TYPE_CHECKING:
    from monitors.relevance import Judge

BESIDE = "It tells this beside another story."
LATE = timedelta(minutes=60)
"""An item told longer ago than this is shown as seen late, with its true time."""
AT_ONCE = 5000
"""Items judged in one go: after an outage the rest follows in the next."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one pass brought: ids of new alerts, turns, near misses (item ids), and how many items were judged."""

    alerts: tuple[int, ...] = ()
    turns: tuple[int, ...] = ()
    near_misses: tuple[int, ...] = ()
    judged: int = 0
    more: bool = False


_UNJUDGED = """
select i.*, s.name as source_name, s.place as source_place, exists (select 1 from story_items where item_id = i.id) as has_place,
    coalesce((select material from revisions where item_id = i.id order by id desc limit 1), 1) as material
from unjudged u join items i on i.id = u.item_id join sources s on s.id = i.source_id
order by i.at, i.id limit ?"""


def unheard(store: Store) -> bool:
    """Whether an item, or an edit of one, waits for the judge. Costs the same however much was heard before."""
    return store.row_of("select 1 from unjudged limit 1") is not None


def hear(store: Store, judge: Judge, watchlist: Watchlist, now: datetime) -> Heard:
    """Judge every item not judged yet, oldest first, group it, and raise what must interrupt; at most `AT_ONCE`.

    Language work and grouping happen outside the transaction; if somebody moved an item meanwhile, grouping is done
    again. All of a pass is kept or nothing. `more` says that items are left.
    """
    rows = store.rows_of(_UNJUDGED, AT_ONCE)
    if not rows:
        return Heard()
    judged = dict(zip((row["id"] for row in rows), judge.judge(map(report_of, rows), watchlist), strict=True))
    while True:
        seen = shelf.version(store)
        plan = _plan(store, rows, judged, watchlist, now)
        with store.atomic():
            if shelf.version(store) == seen:
                return _write(store, plan, now)


def report_of(row: shelf.Row) -> Report:
    """A row of `items` as the judge reads it. A source that speaks in its own name also tells the place a person gave
    it; what a search brings from other outlets does not.
    """
    published = moment(row["published"]) if row["published"] else None
    own = ", ".join(filter(None, (row["source_name"], row["source_place"])))
    return Report(row["title"], row["text"], row["outlet"] or own, published, str(row["id"]))


@dataclass(frozen=True, slots=True)
class _Planned:
    row: shelf.Row
    judgement: Judgement
    claims: Claims
    placed: shelf.Placed | None
    """None: an edit of an item that has its place."""
    at: datetime
    silent: str


def _plan(
    store: Store,
    rows: Iterable[shelf.Row],
    judged: Mapping[object, Judgement],
    watchlist: Watchlist,
    now: datetime,
) -> list[_Planned]:
    home = home_of(watchlist)
    grouper = shelf.taken_up(store, home, now)
    plan = []
    for row in rows:
        judgement = judged[row["id"]]
        at = moment(row["changed_at"] or row["at"]) if row["has_place"] else moment(row["at"])
        placed = None
        if not row["has_place"]:
            said = shelf.said_by(row, judged_of(judgement), home)
            placement = grouper.place(row["id"], shelf.item_of(row), said, at)
            placed = shelf.Placed(row["id"], said, placement, at)
        old = placed is not None and placed.placement.repeats_old
        claims = claims_of(row["title"], row["text"])
        plan.append(_Planned(row, judgement, claims, placed, at, _silence(row, old)))
    return plan


def _silence(row: shelf.Row, repeats_old: bool) -> str:
    old = repeats_old or row["repeats"] is not None or row["dated"] == "redated"
    return silence(shelf.item_of(row), repeats_old=old, first_fetch=bool(row["backfill"]))


def _write(store: Store, plan: Sequence[_Planned], now: datetime) -> Heard:
    store.table("judgements").insert_all(_judgement_row(planned, now) for planned in plan)
    shelf.keep(store, [planned.placed for planned in plan if planned.placed])
    alerts: list[int] = []
    turns: list[int] = []
    for story_id, items in _by_story(store, plan).items():
        turned = _turns_by(store, story_id, {planned.row["id"]: planned.claims for planned in items})
        told = [_told(planned, story_id, turned.get(planned.row["id"], ())) for planned in items]
        turns += _keep_turns(store, story_id, told, now)
        alerts += _keep_alerts(store, alerts_for(story_id, alerts_so_far(store, story_id), told), told, now)
    near = tuple(p.row["id"] for p in plan if p.judgement.near_miss and not p.judgement.relevant)
    return Heard(tuple(alerts), tuple(turns), near, len(plan), more=len(plan) == AT_ONCE)


def _by_story(store: Store, plan: Iterable[_Planned]) -> dict[int, list[_Planned]]:
    touched: defaultdict[int, list[_Planned]] = defaultdict(list)
    for planned in plan:
        placed = planned.placed
        for story_id in placed.placement.stories if placed else shelf.stories_with(store, planned.row["id"]):
            touched[story_id].append(planned)
    return touched


def _judgement_row(planned: _Planned, now: datetime) -> dict[str, object]:
    judgement = planned.judgement
    return {
        "item_id": planned.row["id"],
        "digest": planned.row["digest"],
        "judged_at": stamp(now),
        "score": judgement.score,
        "relevant": int(judgement.relevant),
        "tier": str(judgement.tier),
        "severity": str(judgement.severity),
        "incident_type": judgement.incident_type,
        "near_miss": int(judgement.near_miss),
        "language": judgement.language,
        "reasons": _json([asdict(reason) for reason in judgement.reasons]),
        "marks": _json([asdict(mark) for mark in judgement.marks]),
        "about": _json(asdict(judgement.about)),
        "features": _json(judgement.features),
        "silent": planned.silent,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _told(planned: _Planned, story_id: int, turns: tuple[Turn, ...]) -> Told:
    judgement, placed = planned.judgement, planned.placed
    beside = placed is not None and story_id != placed.placement.stories[0]
    return Told(
        planned.row["id"], planned.at, str(judgement.tier), judgement.relevant, str(judgement.severity),
        judgement.incident_type, planned.silent or (BESIDE if beside else ""), turns,
        minor=not planned.row["material"],
    )  # fmt: skip


_LENT = "s.story_id = :story and s.lends"
_VERSIONS = f"""
select i.id, i.title, i.text, coalesce(i.changed_at, i.at) as told_at
from story_items s join items i on i.id = s.item_id where {_LENT}
union all
select 0, r.title, r.text, r.seen_at from story_items s join revisions r on r.item_id = s.item_id where {_LENT}
order by told_at, 1"""
"""Everything a story said, also what an edit replaced, in the order it was told."""


def _turns_by(store: Store, story_id: int, news: Mapping[int, Claims]) -> dict[int, tuple[Turn, ...]]:
    versions = list(store.query(_VERSIONS, {"story": story_id}))
    if len(versions) < 2:
        return {}
    account = Account()
    found = {}
    for row in versions:
        claims = news.get(row["id"]) or claims_of(row["title"], row["text"])
        turns = account.take(claims, moment(row["told_at"]))
        if turns and row["id"] in news:
            found[row["id"]] = turns
    return found


def _keep_turns(store: Store, story_id: int, told: Iterable[Told], now: datetime) -> list[int]:
    kept = []
    for item in told:
        for turn in item.turns:
            row = {
                "story_id": story_id,
                "item_id": item.item_id,
                "subject": turn.subject,
                "sentence": turn.sentence,
            }
            row |= {"proposed_class": turn.proposed_class, "at": stamp(item.at), "heard_at": stamp(now)}
            kept += _new_id(store, "turns", row)
    return kept


def _keep_alerts(store: Store, raised: Iterable[Raised], told: Iterable[Told], now: datetime) -> list[int]:
    told_at = {item.item_id: item.at for item in told}
    kept = []
    for alert in raised:
        late = now - told_at[alert.item_id] > LATE
        row = asdict(alert) | {"id": _reached(store) + 1, "seen_late": int(late), "at": stamp(now)}
        kept += _new_id(store, "alerts", row)
    return kept


ROOM = 1000
"""Numbers left free above the highest that is known elsewhere: for alerts nobody had done anything with."""


def number_above(store: Store, known: int) -> None:
    """Number new alerts above `known`, the highest that somebody outside this store remembers.

    Changes nothing while this store remembers it too. When it does not, it was deleted and built anew, or an older
    copy was put back: then its numbers go on `ROOM` above, and none comes a second time.
    """
    if _reached(store) >= known:
        return
    with store.atomic():
        if _reached(store) < known:
            store.execute(
                "insert into numbering (id, above) values (1, :above) on conflict (id) do update set above = :above",
                {"above": known + ROOM},
            )


def _reached(store: Store) -> int:
    """The number above which the next alert gets its own."""
    row = store.row_of(
        "select max(coalesce((select max(id) from alerts), 0), coalesce((select above from numbering), 0)) as n"
    )
    return int(row["n"]) if row else 0


def _new_id(store: Store, table: str, row: dict[str, object]) -> list[int]:
    """Insert the row; its id, or nothing where it was there before."""
    inserted = store.execute(
        f"insert or ignore into {table} ({','.join(row)}) values ({','.join(':' + name for name in row)})",
        row,
    )
    return [inserted.lastrowid or 0] if inserted.rowcount else []


def alerts_so_far(store: Store, story_id: int) -> list[Raised]:
    """The alerts a story has raised, oldest first."""
    columns = ", ".join(field.name for field in fields(Raised))
    rows = store.rows_of(f"select {columns} from alerts where story_id = ? order by id", story_id)
    return [Raised(**row) for row in rows]


def take_out(store: Store, story_id: int, item_id: int, by: str, now: datetime) -> int:
    """Take an item out of a story, and raise what it should have raised by itself. Returns the story it is in now.

    Remembered: neither the item nor a copy of it comes back by itself. Doing it twice changes nothing.
    Raises Moved, with a sentence, when there is no such item or story.
    """
    with store.atomic():
        own = shelf.take_out(store, story_id, item_id, by, now)
        row = store.row_of(f"{_JUDGED} and not exists (select 1 from alerts where item_id = i.id)", item_id)
        if row and not alerts_so_far(store, own):
            told = [_told_before(row)]
            _keep_alerts(store, alerts_for(own, (), told), told, now)
        return own


def _told_before(row: shelf.Row) -> Told:
    return Told(
        row["id"], moment(row["at"]), row["tier"], bool(row["relevant"]), row["severity"], row["incident_type"],
        row["silent"],
    )  # fmt: skip


_JUDGED = """
select i.id, i.at, j.tier, j.relevant, j.severity, j.incident_type, j.silent from items i
join judgements j on j.id = (select max(id) from judgements where item_id = i.id) where i.id = ?"""
