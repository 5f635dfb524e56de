"""A story turns after its incident was opened: the turn reaches the incident, and whoever has a draft open hears of it.

What an item said is copied with it, so that monitors.db may be deleted. Each person clears a turn for themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from comms import clocks, partnership
from comms.people import Account, Actor, Refused, account, acting
from comms.reaching import notices
from comms.store import stamp
from comms.workspace import facts, incidents
from comms.workspace.divergence import OWNERS
from comms.workspace.facts import Claim
from comms.workspace.incidents import Evidence, Incident
from monitors import alerts
from monitors.alerts import StoryTurn
from monitors.database import Store
from monitors.stories.turns import quoted

SIMPLE = {"killed": "dead", "hurt": "hurt", "arrested": "arrested", "custody": "custody", "school": "action"}
"""Subjects whose new value is a claim one may put on the fact sheet as it stands, and whose matter it is: the owners'
names for it in `comms.workspace.divergence`. A retraction or the conduct of officers is for a person to word."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as the incident keeps it. `sentence` reads "from … to …"; `quote` are the report's own words."""

    id: int
    incident_id: int
    item_key: str
    subject: str
    sentence: str
    quote: str
    title: str
    outlet: str
    link: str
    proposed_class: str
    told_at: datetime
    heard_at: datetime


def of_incident(store: Store, incident_id: int) -> tuple[Turn, ...]:
    """Every turn that reached this incident, newest first."""
    return _turns(store, "where incident_id = ?", incident_id)


def unseen(store: Store, incident_id: int, account_id: int) -> tuple[Turn, ...]:
    """The turns this person has not cleared, newest first."""
    where = (
        "where incident_id = ? and id not in (select turn_id from incident_turn_seen where account_id = ?)"
    )
    return _turns(store, where, incident_id, account_id)


def since(store: Store, incident_id: int, saved: datetime) -> tuple[Turn, ...]:
    """The turns that were heard after words were saved, newest first: whoever answers for those words must know them,
    whether or not the writers have seen them.
    """
    return tuple(turn for turn in of_incident(store, incident_id) if turn.heard_at > saved)


def turned_words(turn: Turn, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """A turn for whoever answers for words that are older: what turned and when we heard it; who says so, quoted."""
    at = clocks.seen_words(turn.heard_at, now, zone)
    told = f"The story turned {turn.sentence} ({at}), after these words were saved."
    return told, f"{turn.outlet}: “{turn.quote}”"


def _turns(store: Store, where: str, *values: object) -> tuple[Turn, ...]:
    rows = store.rows_of(f"select * from incident_turn {where} order by told_at desc, id desc", *values)
    return tuple(
        Turn(
            **{name: row[name] for name in Turn.__slots__ if not name.endswith("_at")},
            told_at=datetime.fromisoformat(row["told_at"]),
            heard_at=datetime.fromisoformat(row["heard_at"]),
        )
        for row in rows
    )


# Which incident, which story ----------------------------------------------------------------------------------------


def stories(store: Store, heard: Store, about: Incident) -> frozenset[int]:
    """The stories an incident follows: those its items are in, also after monitors.db was built anew."""
    return alerts.stories_of(heard, [(e.key, e.title) for e in incidents.evidence(store, about.id)])


def incident_of(store: Store, heard: Store, story_id: int) -> Incident | None:
    """The newest incident, not closed, that follows a story."""
    items = alerts.story_items(heard, story_id)
    keys, moved = {item.key for item in items}, {(own_key(item.key), item.title) for item in items}
    rows = store.rows_of(
        "select incident_id, item_key, evidence.title from evidence join incident on incident.id = incident_id "
        "where status <> 'closed' and not drill order by incident_id desc"
    )
    ids = (
        r["incident_id"]
        for r in rows
        if r["item_key"] in keys or (own_key(r["item_key"]), r["title"]) in moved
    )
    newest = next(ids, None)
    return incidents.incident(store, newest) if newest is not None else None


def own_key(key: str) -> str:
    """What names an item within its source, whatever address the source has by now."""
    return key.partition(" ")[2]


# Reaching the incident ----------------------------------------------------------------------------------------------


def attach(store: Store, heard: Store, now: datetime) -> int:
    """Bring to every incident that is not closed what turned in its stories since. Returns how many turns are new."""
    followed = [*incidents.incidents(store, "open"), *incidents.incidents(store, "no_statement")]
    return sum(attach_to(store, heard, about, now) for about in followed if not about.drill)


def attach_to(store: Store, heard: Store, about: Incident, now: datetime) -> int:
    """Bring to one incident what turned since; the items come with it as evidence, once each."""
    known = {e.key for e in incidents.evidence(store, about.id)}
    known -= {turn.item_key for turn in of_incident(store, about.id)}  # one item may turn on several subjects
    later = [
        turn
        for story_id in sorted(stories(store, heard, about))
        for turn in alerts.turns(heard, story_id)
        if turn.key not in known
    ]
    if not later:
        return 0
    with store.atomic():
        return sum(_attach_one(store, heard, about, turn, now) for turn in later)


def _attach_one(store: Store, heard: Store, about: Incident, turn: StoryTurn, now: datetime) -> int:
    item = heard.row_of("select text, seen_at from items where id = ?", turn.item_id) or {}
    text, key = str(item.get("text") or ""), turn.key
    row = {
        "incident_id": about.id,
        "item_key": key,
        "subject": turn.subject,
        "sentence": turn.sentence,
        "quote": quoted(turn.subject, turn.title, text),
        "title": turn.title,
        "outlet": turn.outlet,
        "link": turn.link,
        "proposed_class": turn.proposed_class,
        "told_at": stamp(turn.at),
        "heard_at": stamp(turn.heard_at),
        "added_at": stamp(now),
    }
    inserted = store.execute(
        f"insert or ignore into incident_turn ({','.join(row)}) values ({','.join(':' + c for c in row)})",
        row,
    )
    if not inserted.rowcount:
        return 0
    incidents.add_evidence(
        store,
        about.id,
        [Evidence(key, turn.title, text, turn.outlet, turn.link, turn.at, turn.heard_at)],
        now,
    )
    kept = next(t for t in of_incident(store, about.id) if t.id == inserted.lastrowid)
    for person in writing(store, about.id):
        _tell(store, about, kept, person, now)
    return 1


def writing(store: Store, incident_id: int) -> list[Account]:
    """Everyone with a draft open: who wrote, or is writing, in a text of this incident that has not gone out."""
    rows = store.rows_of(
        "select distinct who from (select author_id as who, variant_id from revision union "
        "select account_id, variant_id from buffer) join variant on variant.id = variant_id "
        "join statement on statement.id = statement_id join account on account.id = who "
        "where incident_id = ? and account.active and statement.id not in (select statement_id from release) order by who",
        incident_id,
    )
    return [account(store, row["who"]) for row in rows]


def _tell(store: Store, about: Incident, turn: Turn, person: Account, now: datetime) -> None:
    at = clocks.full(turn.told_at, partnership.profile(store).timezone)
    path = f"/?incident={about.id}"
    text = notices.letter("turn.txt", path=path, person=person, incident=about, turn=turn, at=at)
    subject = f"The story of {about.number} turned: {turn.sentence}"[:160]
    key, about_row = f"turn {turn.id}", f"incident {about.id}"
    notices.queue(store, notices.Message(key, person.email, subject, text, person.name, about_row), now)


# What a person does with it -----------------------------------------------------------------------------------------


def mark_seen(store: Store, actor: Actor, turn_id: int, now: datetime) -> None:
    """Clear a turn for oneself; everyone else still sees it."""
    with acting(store, actor, "saw a turn in the story", now) as act:
        turn = _one(store, turn_id)
        act.record(f"incident {turn.incident_id}", turn=turn.sentence)
        done = store.execute(
            "insert or ignore into incident_turn_seen values (?, ?, ?)", [turn_id, act.account.id, stamp(now)]
        )
        act.nothing_new = not done.rowcount


def claim_of(turn: Turn) -> Claim | None:
    """The turn as a claim for the fact sheet, who says so and where; None when a person has to word it."""
    matter = SIMPLE.get(turn.subject)
    if matter is None:
        return None
    return Claim(turn.quote, OWNERS[matter], said_by=turn.outlet, link=turn.link)


def add_fact(store: Store, actor: Actor, turn_id: int, now: datetime) -> int:
    """Put a simple turn on the fact sheet, unconfirmed, with its outlet and link; the second click adds nothing."""
    turn = _one(store, turn_id)
    claim = claim_of(turn)
    if claim is None:
        raise Refused("Word this one yourself: it is no single claim. Nothing was added.")
    there = on_the_sheet(facts.facts(store, turn.incident_id), claim)
    return there if there is not None else facts.add(store, actor, turn.incident_id, claim, now)


def on_the_sheet(known: Iterable[facts.Fact], claim: Claim) -> int | None:
    """The fact that says this already, from the same place."""
    return next((f.id for f in known if (f.claim, f.link) == (claim.claim, claim.link)), None)


def _one(store: Store, turn_id: int) -> Turn:
    found: Sequence[Turn] = _turns(store, "where id = ?", turn_id)
    if not found:
        raise Refused("That turn is no longer kept. Nothing was changed.")
    return found[0]
