"""What the Alerts screen asks: alerts with their story and why, near misses, the digest, everything, and "why not?"."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process, utils

from monitors.database import Store
from monitors.relevance.judgement import Mark, Reason
from monitors.store import moment, stamp
from monitors.text import clean_link, title_key


@dataclass(frozen=True, slots=True)
class Grouped:
    """One item of a story: when it was told, by whom, its link, and why it is here. Times are aware UTC.

    `key` names it for those who keep it longer than this store: see `KEY`.
    """

    item_id: int
    key: str
    title: str
    at: datetime
    seen_at: datetime
    outlet: str
    link: str
    how: str
    why: tuple[str, ...]
    tier: str
    relevant: bool


@dataclass(frozen=True, slots=True)
class Alert:
    """An interruption with all that a card shows. `published` is the true time of its item, `first_seen` when we saw
    the story's first item; `sentence` is a turn's "from ... to ...".
    """

    id: int
    story_id: int
    item_id: int
    kind: str
    tier: str
    severity: str
    incident_type: str
    headline: str
    text: str
    outlet: str
    link: str
    marks: tuple[Mark, ...]
    reasons: tuple[Reason, ...]
    score: float
    language: str
    subject: str
    sentence: str
    first_seen: datetime
    published: datetime
    raised_at: datetime
    seen_late: bool
    items: tuple[Grouped, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """What the list knows of an alert before its card is drawn: enough to say whom it waits for. `raised_at` is aware UTC."""

    id: int
    tier: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """One item with its judgement: a row of near misses, the digest or everything. `silent` says, as a sentence,
    why it could interrupt nobody; `alert_id` is the first alert of a story it is in. `tier` is "" until judged.
    `key` is as in `Grouped`.
    """

    item_id: int
    key: str
    title: str
    text: str
    outlet: str
    link: str
    at: datetime
    seen_at: datetime
    tier: str
    relevant: bool
    score: float
    severity: str
    incident_type: str
    near_miss: bool
    language: str
    marks: tuple[Mark, ...]
    reasons: tuple[Reason, ...]
    silent: str
    story_id: int | None
    alert_id: int | None


@dataclass(frozen=True, slots=True)
class StoryTurn:
    """A turn as it was kept. `at` is when its item was told, `heard_at` when we heard it; `key` is its item's."""

    id: int
    story_id: int
    item_id: int
    key: str
    subject: str
    sentence: str
    proposed_class: str
    title: str
    outlet: str
    link: str
    at: datetime
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why we did, or did not, hear of something: the items that match, the closest first, and one sentence."""

    sentence: str
    items: tuple[Seen, ...]


KEY = "so.address || ' ' || i.key"
"""What names an item `i` of a source `so` wherever it is kept: the source's address and the entry's own key. It is the
same when this store was deleted and everything was swept again; the number of its row is not."""

_ALERTS = """
select a.*, i.title, i.text, i.link, coalesce(nullif(i.outlet, ''), so.name) as outlet, i.at as published,
    j.marks, j.reasons, j.score, j.language,
    (select min(x.seen_at) from story_items s join items x on x.id = s.item_id where s.story_id = a.story_id) as first_seen
from alerts a join items i on i.id = a.item_id join sources so on so.id = i.source_id
join judgements j on j.id = (select max(id) from judgements where item_id = i.id)
"""

_SEEN = f"""
select i.id as item_id, {KEY} as key, i.title, i.text, i.link, coalesce(nullif(i.outlet, ''), so.name) as outlet, i.at, i.seen_at,
    j.tier, j.relevant, j.score, j.severity, j.incident_type, j.near_miss, j.language, j.marks, j.reasons, j.silent,
    (select min(story_id) from story_items where item_id = i.id) as story_id,
    (select min(a.id) from alerts a join story_items s on s.story_id = a.story_id where s.item_id = i.id) as alert_id
from items i join sources so on so.id = i.source_id
left join judgements j on j.id = (select max(id) from judgements where item_id = i.id)
"""


_URGENT_FIRST = "order by a.tier, a.at desc, a.id desc"


def outlines(store: Store) -> tuple[Outline, ...]:
    """Every alert in outline, most urgent first, the newest first within a tier; cheap however many there are."""
    rows = store.rows_of(f"select id, tier, at from alerts a {_URGENT_FIRST}")
    return tuple(Outline(row["id"], row["tier"], moment(row["at"])) for row in rows)


def waiting(store: Store, since: datetime | None = None) -> tuple[Alert, ...]:
    """Alerts raised since a time (all, if None) with all a card shows, most urgent first, the newest first within a tier.

    Which of them a person has answered is the partnership's to know.
    """
    rows = store.rows_of(f"{_ALERTS} where a.at >= ? {_URGENT_FIRST}", stamp(since) if since else "")
    return tuple(_alert(store, row) for row in rows)


def alert(store: Store, alert_id: int) -> Alert | None:
    """One alert, or None when there is none of that id."""
    row = store.row_of(f"{_ALERTS} where a.id = ?", alert_id)
    return _alert(store, row) if row else None


def raised_since(store: Store, since: datetime) -> tuple[tuple[int, datetime], ...]:
    """Every alert raised since a time: its id and when (aware UTC), the newest first."""
    rows = store.rows_of("select id, at from alerts where at >= ? order by id desc", stamp(since))
    return tuple((int(str(row["id"])), moment(str(row["at"]))) for row in rows)


def story_items(store: Store, story_id: int) -> tuple[Grouped, ...]:
    """The items of a story in the order they were told."""
    rows = store.rows_of(
        f"select s.*, {KEY} as key, i.title, i.seen_at, i.link, coalesce(nullif(i.outlet, ''), so.name) as outlet, j.tier, j.relevant"
        " from story_items s join items i on i.id = s.item_id join sources so on so.id = i.source_id"
        " left join judgements j on j.id = (select max(id) from judgements where item_id = i.id)"
        " where s.story_id = ? order by s.at, s.item_id",
        story_id,
    )
    return tuple(_grouped(row) for row in rows)


def turns(store: Store, story_id: int) -> tuple[StoryTurn, ...]:
    """The turns of a story in the order they were told."""
    rows = store.rows_of(
        f"select t.*, {KEY} as key, i.title, i.link, coalesce(nullif(i.outlet, ''), so.name) as outlet from turns t"
        " join items i on i.id = t.item_id join sources so on so.id = i.source_id"
        " where t.story_id = ? order by t.at, t.id",
        story_id,
    )
    return tuple(_story_turn(row) for row in rows)


def stories_of(store: Store, items: Sequence[tuple[str, str]]) -> frozenset[int]:
    """The stories that items remembered elsewhere are in, each a key (`KEY`) and a headline. An item of a source whose
    address was changed since is known by its own key and its headline.
    """
    found: set[int] = set()
    for key, title in items:
        address, _, own = key.partition(" ")
        rows = store.rows_of(
            "select s.story_id from sources so join items i on i.source_id = so.id and i.key = :own "
            "join story_items s on s.item_id = i.id where s.lends and (so.address = :address or i.title = :title)",
            own=own,
            address=address,
            title=title,
        )
        found.update(int(row["story_id"]) for row in rows)
    return frozenset(found)


def seen(store: Store, item_id: int) -> Seen | None:
    """One item with what was made of it, or None when there is none of that id."""
    row = store.row_of(f"{_SEEN} where i.id = ?", item_id)
    return _seen(row) if row else None


def near_misses(store: Store, since: datetime, limit: int = 200) -> tuple[Seen, ...]:
    """Items that stayed silent though a person might have decided otherwise, newest first; none whose story alerted."""
    rows = store.rows_of(
        f"select * from ({_SEEN} where i.at >= ? and j.near_miss and not j.relevant) where alert_id is null"
        " order by at desc, item_id desc limit ?",
        stamp(since),
        limit,
    )
    return tuple(map(_seen, rows))


def digest(store: Store, since: datetime, limit: int = 500) -> tuple[Seen, ...]:
    """T3 items told since a time, newest first."""
    rows = store.rows_of(
        f"{_SEEN} where i.at >= ? and j.tier = 'T3' order by i.at desc, i.id desc limit ?",
        stamp(since),
        limit,
    )
    return tuple(map(_seen, rows))


def everything(
    store: Store, search: str = "", limit: int = 50, before: tuple[datetime, int] | None = None
) -> tuple[Seen, ...]:
    """All items, newest first. Each word of `search` must occur in title, text or outlet, whatever its case.

    `before` is (at, item id) of the last row of the page before.
    """
    words = search.split()[:10]
    wanted = "".join(
        " and instr(lower(i.title || ' ' || i.text || ' ' || i.outlet), lower(?))" for _ in words
    )
    at, item_id = (stamp(before[0]), before[1]) if before else ("9999", 0)
    rows = store.rows_of(
        f"{_SEEN} where (i.at, i.id) < (?, ?){wanted} order by i.at desc, i.id desc limit ?",
        at,
        item_id,
        *words,
        limit,
    )
    return tuple(map(_seen, rows))


CLOSE = 80
"""How alike, 0 to 100, a pasted headline and one of ours must be to be shown."""
LOOKED_THROUGH = 5000
"""How many of the newest items a pasted headline is compared with when none has the same words."""


def explain(store: Store, text_or_link: str) -> Explanation:
    """ "Why did we not hear of this?": what we have of a pasted link or headline, when we saw it, what we thought."""
    asked = text_or_link.strip()
    if not asked:
        return Explanation("Paste a headline or a link.", ())
    ids = _by_sign(store, f"link:{clean_link(asked)}") or _by_sign(store, f"title:{title_key(asked)}")
    ids = ids or (_by_link if "://" in asked else _by_likeness)(store, asked)
    if not ids:
        return Explanation("None of our sources has carried this.", ())
    rows = store.rows_of(f"{_SEEN} where i.id in ({','.join('?' * len(ids))})", *ids)
    items = tuple(sorted(map(_seen, rows), key=lambda item: ids.index(item.item_id)))
    return Explanation(_sentence(items[0]), items)


def _by_sign(store: Store, sign: str) -> list[int]:
    rows = store.rows_of(
        "select item_id from story_signs where sign = ? order by item_id limit 10", sign[:500]
    )
    return [int(str(row["item_id"])) for row in rows]


def _by_link(store: Store, asked: str) -> list[int]:
    """Items too new to have been judged and given their signs."""
    rows = store.rows_of(
        "select id, link from items where link <> '' order by at desc limit ?", LOOKED_THROUGH
    )
    return [int(str(row["id"])) for row in rows if clean_link(str(row["link"])) == clean_link(asked)][:10]


def _by_likeness(store: Store, asked: str) -> list[int]:
    rows = store.rows_of("select id, title from items order by at desc limit ?", LOOKED_THROUGH)
    titles = {int(str(row["id"])): str(row["title"]) for row in rows}
    found = process.extract(
        asked,
        titles,
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=CLOSE,
        limit=5,
    )
    return [item_id for _, _, item_id in found]


def _sentence(item: Seen) -> str:
    if not item.tier:
        return "We have it, and it has not been judged yet."
    if item.alert_id:
        return f"We heard it: alert {item.alert_id} stands for its story."
    if item.silent:
        return f"It stayed silent. {item.silent}"
    if item.relevant:
        return "It is relevant, and joined a story that had been told before."
    return f"We have it. It was judged {item.tier}, below what interrupts."


def _marks(text: str | None) -> tuple[Mark, ...]:
    return tuple(Mark(**mark) for mark in json.loads(text or "[]"))


def _reasons(text: str | None) -> tuple[Reason, ...]:
    return tuple(Reason(**reason) for reason in json.loads(text or "[]"))


def _alert(store: Store, row: Mapping[str, Any]) -> Alert:
    return Alert(
        id=row["id"],
        story_id=row["story_id"],
        item_id=row["item_id"],
        kind=row["kind"],
        tier=row["tier"],
        severity=row["severity"],
        incident_type=row["incident_type"],
        headline=row["title"],
        text=row["text"],
        outlet=row["outlet"],
        link=row["link"],
        marks=_marks(row["marks"]),
        reasons=_reasons(row["reasons"]),
        score=row["score"],
        language=row["language"],
        subject=row["subject"],
        sentence=row["sentence"],
        first_seen=moment(row["first_seen"] or row["at"]),
        published=moment(row["published"]),
        raised_at=moment(row["at"]),
        seen_late=bool(row["seen_late"]),
        items=story_items(store, row["story_id"]),
    )


def _grouped(row: Mapping[str, Any]) -> Grouped:
    return Grouped(
        item_id=row["item_id"],
        key=row["key"],
        title=row["title"],
        at=moment(row["at"]),
        seen_at=moment(row["seen_at"]),
        outlet=row["outlet"],
        link=row["link"],
        how=row["how"],
        why=tuple(json.loads(row["why"])),
        tier=row["tier"] or "",
        relevant=bool(row["relevant"]),
    )


def _seen(row: Mapping[str, Any]) -> Seen:
    return Seen(
        item_id=row["item_id"],
        key=row["key"],
        title=row["title"],
        text=row["text"],
        outlet=row["outlet"],
        link=row["link"],
        at=moment(row["at"]),
        seen_at=moment(row["seen_at"]),
        tier=row["tier"] or "",
        relevant=bool(row["relevant"]),
        score=row["score"] or 0.0,
        severity=row["severity"] or "",
        incident_type=row["incident_type"] or "",
        near_miss=bool(row["near_miss"]),
        language=row["language"] or "",
        marks=_marks(row["marks"]),
        reasons=_reasons(row["reasons"]),
        silent=row["silent"] or "",
        story_id=row["story_id"],
        alert_id=row["alert_id"],
    )


def _story_turn(row: Mapping[str, Any]) -> StoryTurn:
    names = (
        "id",
        "story_id",
        "item_id",
        "key",
        "subject",
        "sentence",
        "proposed_class",
        "title",
        "outlet",
        "link",
    )
    return StoryTurn(
        **{name: row[name] for name in names}, at=moment(row["at"]), heard_at=moment(row["heard_at"])
    )
