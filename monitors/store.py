"""monitors.db: public information that can be rebuilt. Migrations and how it is opened.

Times are stored as text in UTC, to the millisecond, in one form that sorts (`stamp`, `moment`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from monitors.database import Database, Migrations, Store

MIGRATIONS = Migrations("monitors")
"""Applied in the order written here. A migration that has landed is never edited; the next one changes it."""


def open_monitors(data: Path) -> Store:
    """monitors.db in the partnership's directory `data`, migrated."""
    return Store(data / "monitors.db").migrate(MIGRATIONS)


def stamp(when: datetime) -> str:
    """An aware time as the store keeps it: UTC, milliseconds, sorts as text."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def moment(text: str) -> datetime:
    """The aware UTC time of a stored stamp."""
    return datetime.fromisoformat(text)


@MIGRATIONS()
def listening(store: Database) -> None:
    """Sources, what we know of each, its last polls, what it said, and what we may have missed."""
    for statement in (
        _SOURCES,
        _STATES,
        _POLLS,
        _ITEMS,
        _REVISIONS,
        _GAPS,
        _HOLDS,
        _CHECKS,
        _WATCH,
        *_INDEXES,
    ):
        store.execute(statement)


_SOURCES = """
create table sources (
    id integer primary key,
    url text not null,                      -- as it is asked for
    address text not null,                  -- the same address in one spelling: how a second entry is recognised
    domain text not null,                   -- registrable domain: what a "too many requests" holds
    name text not null,
    kind text not null,                     -- sources.Kind
    place text not null default '',         -- the place it belongs to; an open incident there pins it
    zone text not null default '',          -- IANA zone of its zone-less dates; '' = the partnership's
    every integer,                          -- seconds; null = the kind's default
    expected_gap integer,                   -- seconds without anything new before it counts as silent; null = learned
    options text not null default '{}',     -- JSON object: mappings, selectors, names of secrets; never a secret
    added_at text not null,
    paused_at text,
    paused_why text not null default '',
    removed_at text                         -- items of a removed source stay
) strict"""

_STATES = """
create table states (
    source_id integer primary key references sources(id),
    next_poll_at text not null,
    checked_at text,                        -- last asked
    ok_at text,                             -- last answer that could be read
    changed_at text,                        -- last answer with anything new
    etag text not null default '',
    last_modified text not null default '',
    body_sha256 text not null default '',
    validators_trusted integer not null default 1,
    unchanged_304s integer not null default 0,
    whole_at text,                          -- last whole body
    failures integer not null default 0,
    first_failure_at text,
    failure_kind text not null default '',
    failure_sentence text not null default '',
    gone_at text,                           -- first 410 Gone
    moved_to text not null default '',
    moved_seen integer not null default 0,
    key_rule text not null default '',
    shape text not null default '',         -- what the last document was, a key of kinds.SHAPES
    entries integer,                        -- of the last document; 0 = empty but valid
    partly integer not null default 0,      -- the last document was partly read
    items_per_day real not null default 0,
    usual_gap integer not null default 0,   -- seconds; learned 95th percentile between new items, 0 = not known
    polls integer not null default 0,
    items integer not null default 0,       -- stored so far
    newest_at text,                         -- `at` of its newest item
    alarmed_at text                         -- when the one alarm for this outage was raised
) strict"""

_POLLS = """
create table polls (                        -- a ring: the last 30 of each source
    source_id integer not null references sources(id),
    slot integer not null,
    at text not null,
    ms integer not null,
    outcome text not null,                  -- new | same | unchanged | empty | failed
    status integer not null,                -- 0 = no answer
    bytes integer not null,
    new integer not null,
    edited integer not null,
    failure_kind text not null,
    sentence text not null,
    primary key (source_id, slot)
) strict, without rowid"""

_ITEMS = """
create table items (
    id integer primary key,
    source_id integer not null references sources(id),
    key text not null,
    title text not null,
    text text not null,
    link text not null,
    published text,                         -- what the source first said; null = it did not
    updated text,
    expires text,
    at text not null,                       -- the time to sort and show by: published, or seen_at where that is missing or in the future
    seen_at text not null,
    changed_at text,                        -- last edit seen
    outlet text not null,
    place text not null,
    facts text not null,                    -- JSON object of strings
    backfill integer not null,              -- 1 = came with the first fetch, older than a day or undated: never alert
    seen_late integer not null,             -- 1 = published well before we could see it
    dated text not null,                    -- given | missing | future | redated
    repeats integer references items(id),   -- an earlier item of this source with the same link: never alert again
    digest blob not null,                   -- of everything a reader can see; another digest under the same key is an edit
    unique (source_id, key)
) strict"""

_REVISIONS = """
create table revisions (                    -- the text an edit replaced; `items` holds the newest
    id integer primary key,
    item_id integer not null references items(id),
    title text not null,
    text text not null,
    link text not null,
    published text,
    updated text,
    expires text,
    place text not null,
    facts text not null,
    seen_at text not null,                  -- when this version was first seen
    replaced_at text not null,
    material integer not null               -- 1 = title, CAP severity or msgType changed: may alert again
) strict"""

_GAPS = """
create table gaps (                         -- when something may have been missed
    id integer primary key,
    source_id integer references sources(id),   -- null = all of them: not running, or offline
    since text not null,
    until text,                             -- null = still so
    reason text not null                    -- stopped | offline | silent
) strict"""

_HOLDS = """
create table holds (                        -- a domain that asked us to wait
    domain text primary key,
    until text not null
) strict"""

_CHECKS = """
create table checks (                       -- trial requests of the last minute: a button must not become a hammer
    host text not null,
    at text not null
) strict"""

_WATCH = """
create table watch (                        -- one row: the sweeper itself
    id integer primary key check (id = 1),
    swept_at text not null,
    took_ms integer not null,
    sources integer not null,
    failed integer not null,
    offline_since text
) strict"""

_INDEXES = (
    "create unique index sources_address on sources(address) where removed_at is null",
    "create index states_due on states(next_poll_at)",
    "create index items_seen on items(seen_at)",
    "create index items_link on items(source_id, link) where link <> ''",
    "create index revisions_item on revisions(item_id)",
    "create index gaps_since on gaps(since)",
)


@MIGRATIONS()
def judging(store: Database) -> None:
    """What the judge said of each item, the stories, what interrupted whom, and the turns."""
    for statement in _JUDGING:
        store.execute(statement)


_JUDGING = (
    """
create table judgements (
    id integer primary key,
    item_id integer not null references items(id),
    digest blob not null,                   -- of the item as it was judged
    judged_at text not null,
    score real not null,
    relevant integer not null,
    tier text not null,
    severity text not null,
    incident_type text not null,
    near_miss integer not null,
    language text not null,
    reasons text not null,                  -- JSON: [{label, text, why}]
    marks text not null,                    -- JSON: [{start, end, label}] in the title
    about text not null,                    -- JSON: {places, people, types, names}
    features text not null,                 -- JSON: [[name, value]] of the logistic layer
    silent text not null,                   -- why this item can interrupt nobody, in words; '' = it can
    unique (item_id, digest)
) strict""",
    """
create table stories (
    id integer primary key,
    opened_at text not null                 -- when its first report was told
) strict""",
    """
create table story_items (                  -- an item may be in two stories; a person's moves are applied here
    story_id integer not null references stories(id),
    item_id integer not null references items(id),
    at text not null,                       -- when the item was told
    how text not null,                      -- grouping.How
    why text not null,                      -- JSON: sentences
    lends integer not null,                 -- 0 = a round-up: listed, its words do not count
    primary key (story_id, item_id)
) strict, without rowid""",
    """
create table story_signs (                  -- how copies of old items are found: link, headline, text, CAP identifier
    sign text not null,
    item_id integer not null references items(id),
    primary key (sign, item_id)
) strict, without rowid""",
    """
create table story_moves (                  -- what a person decided; it wins over the grouping, for copies too
    id integer primary key,
    item_id integer not null references items(id),
    story_id integer not null references stories(id),
    act text not null check (act in ('out', 'in')),
    by text not null,
    at text not null
) strict""",
    """
create table alerts (
    id integer primary key,
    story_id integer not null references stories(id),
    item_id integer not null references items(id),
    kind text not null check (kind in ('new', 'raise', 'turn')),
    subject text not null,                  -- what a turn is about; '' for the others
    tier text not null,
    severity text not null,
    incident_type text not null,
    sentence text not null,                 -- of a turn: from ... to ...
    seen_late integer not null,
    at text not null,                       -- when it was raised
    unique (story_id, kind, subject)
) strict""",
    """
create table turns (
    id integer primary key,
    story_id integer not null references stories(id),
    item_id integer not null references items(id),
    subject text not null,
    sentence text not null,                 -- from ... to ...
    proposed_class text not null,
    at text not null,                       -- when the item that made it was told
    heard_at text not null,
    unique (story_id, item_id, subject)
) strict""",
    "create index story_items_item on story_items(item_id)",
    "create index story_items_at on story_items(at)",
    "create index judgements_judged on judgements(judged_at)",
    "create index alerts_at on alerts(at)",
    "create index turns_heard on turns(heard_at)",
)


@MIGRATIONS()
def left_to_judge(store: Database) -> None:
    """Which items wait for the judge, so that asking costs what waits and not what was ever heard."""
    for statement in _LEFT_TO_JUDGE:
        store.execute(statement)


_IS_JUDGED = "exists (select 1 from judgements where item_id = new.id and digest = new.digest)"
_LEFT_TO_JUDGE = (
    "create table unjudged (item_id integer primary key references items(id) on delete cascade) strict",
    """
insert into unjudged select id from items i
where not exists (select 1 from judgements where item_id = i.id and digest = i.digest)""",
    """
create trigger unjudged_new after insert on items begin
    insert or ignore into unjudged values (new.id);
end""",
    f"""
create trigger unjudged_edit after update of digest on items when not {_IS_JUDGED} begin
    insert or ignore into unjudged values (new.id);
end""",
    f"""
create trigger unjudged_edit_back after update of digest on items when {_IS_JUDGED} begin
    delete from unjudged where item_id = new.id;
end""",
    """
create trigger unjudged_done after insert on judgements
when exists (select 1 from items where id = new.item_id and digest = new.digest) begin
    delete from unjudged where item_id = new.item_id;
end""",
)


@MIGRATIONS()
def numbering(store: Database) -> None:
    """Above which number this store gives its alerts theirs. A store that was built anew is told what the one before it
    had reached, so that what people did with an old alert is never taken for an act on a new one."""
    store.execute(
        "create table numbering (id integer primary key check (id = 1), above integer not null) strict"
    )
