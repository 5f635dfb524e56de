"""partnership.db: what must never be lost. Tables, the triggers that hold separation of duties, how it is opened.

Times are ISO 8601 in UTC with milliseconds, so that they sort as text. Rows of revisions, decisions, facts,
releases and the log are immutable: a change is a new row, and triggers refuse anything else.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database, Migrations

from comms import tables, working_tables
from monitors.database import Store

MIGRATIONS = Migrations("partnership")
"""Applied in the order written here. A migration that has landed is never edited; the next one changes it."""

IMMUTABLE = (
    "log",
    "evidence",
    "fact_revision",
    "revision",
    "decision",
    "override",
    "release",
    "release_text",
)


def open_partnership(data: Path) -> Store:
    """partnership.db in the partnership's directory `data`, migrated."""
    return Store(data / "partnership.db").migrate(MIGRATIONS)


def stamp(at: datetime) -> str:
    """An aware datetime as the store keeps it."""
    if at.tzinfo is None:
        raise ValueError("A time without a zone cannot be stored.")
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def moment(text: object) -> datetime | None:
    """A stored time as an aware UTC datetime; None for NULL."""
    return datetime.fromisoformat(str(text)).astimezone(UTC) if text else None


SPINE = """
create table log (seq integer primary key, at text not null, line text not null, hash text not null unique) strict;

create table organisation (
    id integer primary key, kind text not null check (kind in ('district', 'agency')),
    name text not null, short text not null default '', phone text not null default '',
    email text not null default '', added_at text not null
) strict;
create unique index one_district on organisation (kind) where kind = 'district';
create table profile (key text primary key, value text not null) strict;
create table school (
    id integer primary key, name text not null unique, place text not null default '',
    opens text not null default '08:00', closes text not null default '15:30'
) strict;
create table calendar_day (
    day text primary key, kind text not null check (kind in ('holiday', 'early_release', 'school_day')),
    closes text not null default '', label text not null default ''
) strict;

create table account (
    id integer primary key, organisation_id integer not null references organisation (id),
    email text not null unique collate nocase, name text not null, title text not null default '',
    phone text not null default '', seat text not null check (seat in
        ('communications', 'pio', 'superintendent', 'counsel', 'administrator', 'records', 'observer')),
    sro integer not null default 0 check (sro in (0, 1)), active integer not null default 1 check (active in (0, 1)),
    password_hash text not null default '', failures integer not null default 0, locked_until text,
    added_by integer references account (id), added_at text not null
) strict;
create table session (
    id text primary key, account_id integer not null references account (id), opened_at text not null,
    seen_at text not null, ended_at text
) strict;
create table device (
    id text primary key, account_id integer not null references account (id), first_seen_at text not null
) strict;
create table deputy (
    id integer primary key, seat text not null, account_id integer not null references account (id),
    for_account_id integer not null references account (id), from_at text not null, until_at text not null,
    named_by integer not null references account (id), named_at text not null, revoked_at text,
    check (account_id <> for_account_id)
) strict;

create table alert_act (
    id integer primary key, alert_id integer not null, account_id integer not null references account (id),
    act text not null check (act in ('acknowledge', 'dismiss', 'relevant', 'snooze', 'assign', 'open')),
    detail text not null default '', at text not null
) strict;
create index alert_acts on alert_act (alert_id);

create table incident (
    id integer primary key, number text not null unique, title text not null, type text not null,
    class text not null, status text not null default 'open' check (status in ('open', 'no_statement', 'closed')),
    partner_id integer not null references organisation (id), lead_id integer references organisation (id),
    opened_by integer not null references account (id), opened_at text not null, alert_id integer unique,
    first_alert_at text, acknowledged_at text, drill integer not null default 0 check (drill in (0, 1))
) strict;
create table evidence (
    id integer primary key, incident_id integer not null references incident (id), item_key text not null,
    title text not null, text text not null, outlet text not null, link text not null, published_at text,
    seen_at text not null, added_at text not null, unique (incident_id, item_key)
) strict;
create table told (
    id integer primary key, incident_id integer not null references incident (id),
    account_id integer not null references account (id), how text not null, at text not null,
    by_account_id integer references account (id)
) strict;
create table seen (
    incident_id integer not null references incident (id), account_id integer not null references account (id),
    at text not null, primary key (incident_id, account_id)
) strict;
create table fact (id integer primary key, incident_id integer not null references incident (id)) strict;
create table fact_revision (
    id integer primary key, fact_id integer not null references fact (id), claim text not null,
    speaks_of text not null default '', said_by text not null default '', link text not null default '',
    owner text not null check (owner in ('district', 'agency', 'other')),
    status text not null check (status in ('unconfirmed', 'confirmed', 'disputed', 'superseded', 'withdrawn')),
    disputes integer references fact (id), as_of text not null, author_id integer not null references account (id),
    at text not null
) strict;

create table statement (
    id integer primary key, incident_id integer not null references incident (id),
    phase text not null check (phase in ('H', 'U', 'R', 'C', 'F')), class text not null, type text not null,
    voice text not null check (voice in ('joint', 'district', 'police')),
    started_by integer not null references account (id), started_at text not null, next_update_at text,
    corrects_release_id integer references release (id)
) strict;
create table variant (
    id integer primary key, statement_id integer not null references statement (id), channel text not null,
    language text not null default 'en', unique (statement_id, channel, language)
) strict;
create table revision (
    id integer primary key, variant_id integer not null references variant (id), number integer not null,
    subject text not null default '', text text not null, hash text not null,
    author_id integer not null references account (id), base_id integer references revision (id),
    at text not null, unique (variant_id, number)
) strict;
create table buffer (
    variant_id integer not null references variant (id), account_id integer not null references account (id),
    base_id integer not null references revision (id), subject text not null default '', text text not null,
    at text not null, primary key (variant_id, account_id)
) strict;
create table suggestion (
    id integer primary key, variant_id integer not null references variant (id),
    base_id integer not null references revision (id), subject text not null default '', text text not null,
    author_id integer not null references account (id), at text not null, settled_by integer references account (id),
    settled_at text, accepted integer check (accepted in (0, 1))
) strict;
create table checked (
    text_hash text not null, context_hash text not null, rules_version text not null, hits text not null,
    at text not null, primary key (text_hash, context_hash, rules_version)
) strict;
create table hit_answer (
    id integer primary key, variant_id integer not null references variant (id), rule text not null,
    words text not null, answer text not null check (answer in ('keep', 'tick', 'not_a_person')),
    reason text not null default '', account_id integer not null references account (id), at text not null
) strict;

create table ask (
    id integer primary key, statement_id integer not null references statement (id), seat text not null,
    account_id integer not null references account (id), for_account_id integer references account (id),
    hashes text not null, sent_by integer not null references account (id), at text not null,
    expires_at text not null, due_at text
) strict;
create table decision (
    id integer primary key, statement_id integer not null references statement (id),
    variant_id integer not null references variant (id), revision_id integer not null references revision (id),
    hash text not null, seat text not null check (seat in ('pio', 'superintendent', 'counsel')),
    account_id integer not null references account (id), for_account_id integer references account (id),
    answer text not null check (answer in ('approve', 'object', 'not_my_facts')), reason text not null default '',
    via text not null, at text not null
) strict;
create table override (
    id integer primary key, statement_id integer not null references statement (id), seat text not null,
    account_id integer not null references account (id), reason text not null, hashes text not null, at text not null
) strict;
create table audience (
    id integer primary key, name text not null unique, kind text not null check (kind in
        ('families', 'staff', 'media', 'board')), added_at text not null
) strict;
create table audience_member (
    audience_id integer not null references audience (id), address text not null collate nocase,
    name text not null default '', primary key (audience_id, address)
) strict;
create table release (
    id integer primary key, statement_id integer not null unique references statement (id), slug text not null unique,
    number integer not null, by_account_id integer not null references account (id), at text not null,
    without text not null default ''
) strict;
create table release_text (
    release_id integer not null references release (id), variant_id integer not null references variant (id),
    revision_id integer not null references revision (id), hash text not null, primary key (release_id, variant_id)
) strict;
create table outbox (
    id integer primary key, key text not null, recipient text not null, name text not null default '',
    subject text not null, text text not null, about text not null default '', ask_id integer references ask (id),
    queued_at text not null, next_try_at text not null, tries integer not null default 0,
    lease_until text, sent_at text, failed_at text, trouble text not null default '', unique (key, recipient)
) strict;
create index outbox_due on outbox (next_try_at) where sent_at is null and failed_at is null;
create table lease (name text primary key, holder text not null, until text not null) strict;

create trigger decision_by_its_own_organisation before insert on decision
when (select organisation.kind from account join organisation on organisation.id = account.organisation_id
      where account.id = new.account_id) <> case new.seat when 'pio' then 'agency' else 'district' end
begin select raise(abort, 'this seat belongs to the other organisation'); end;
create trigger decision_never_by_an_sro before insert on decision
when (select sro or not active from account where id = new.account_id)
begin select raise(abort, 'this account may not approve'); end;
create trigger decision_never_by_the_last_editor before insert on decision
when new.answer = 'approve' and (select author_id from revision where id = new.revision_id) = new.account_id
begin select raise(abort, 'the last editor never approves'); end;
create trigger decision_names_the_text before insert on decision
when (select hash from revision where id = new.revision_id and variant_id = new.variant_id) is not new.hash
begin select raise(abort, 'a decision names the exact text it was given on'); end;
create trigger one_person_one_seat before insert on decision
when exists (select 1 from decision where statement_id = new.statement_id and account_id = new.account_id
             and seat <> new.seat)
begin select raise(abort, 'one person holds one seat on one statement'); end;
create trigger release_only_the_newest_text before insert on release_text
when new.revision_id <> (select id from revision where variant_id = new.variant_id order by number desc limit 1)
  or new.hash <> (select hash from revision where id = new.revision_id)
begin select raise(abort, 'only the newest revision can be released'); end;
create trigger release_never_without_a_district_seat before insert on release_text
when (select voice from statement where id = (select statement_id from variant where id = new.variant_id)) <> 'police'
 and not exists (select 1 from decision where variant_id = new.variant_id and hash = new.hash
                 and seat = 'superintendent' and answer = 'approve')
 and not exists (select 1 from override where seat = 'superintendent'
                 and statement_id = (select statement_id from variant where id = new.variant_id))
begin select raise(abort, 'no superintendent signed this text'); end;
create trigger joint_release_never_without_the_police before insert on release_text
when (select class in ('A', 'B', 'C', 'D') and voice = 'joint' from statement
      where id = (select statement_id from variant where id = new.variant_id))
 and not exists (select 1 from decision where variant_id = new.variant_id and hash = new.hash
                 and seat = 'pio' and answer = 'approve')
 and not exists (select 1 from override where seat = 'pio'
                 and statement_id = (select statement_id from variant where id = new.variant_id))
begin select raise(abort, 'no police officer approved this text'); end
"""


def statements_of(script: str) -> list[str]:
    """A script as single statements, so that a migration stays one transaction (executescript would commit)."""
    statements: list[str] = []
    part = ""
    for line in script.strip().splitlines():
        part += line + "\n"
        in_trigger = part.lstrip().startswith("create trigger")
        if line.rstrip().endswith("; end;" if in_trigger else ";"):
            statements.append(part.strip())
            part = ""
    return [*statements, part.strip()] if part.strip() else statements


@MIGRATIONS()
def the_spine(db: Database) -> None:
    """One district, one or more agencies, incidents, facts, statements, approvals, releases, the log."""
    for statement in statements_of(SPINE):
        db.execute(statement)
    for table in IMMUTABLE:
        for verb in ("update", "delete"):
            db.execute(
                f"create trigger {table}_never_{verb} before {verb} on {table} "
                f"begin select raise(abort, '{table} rows are never changed'); end"
            )


@MIGRATIONS()
def adaptations(db: Database) -> None:
    """The partnership's own words for blocks of the library. The newest row of a block holds; no text = our words."""
    for statement in statements_of("""
create table adaptation (
    id integer primary key, block text not null, version integer not null, text text, base text not null,
    review_date text not null, account_id integer not null references account (id), at text not null
) strict;
create index adaptations_of_block on adaptation (block);
create trigger adaptation_never_update before update on adaptation
begin select raise(abort, 'adaptation rows are never changed'); end;
create trigger adaptation_never_delete before delete on adaptation
begin select raise(abort, 'adaptation rows are never changed'); end;
"""):
        db.execute(statement)


@MIGRATIONS()
def approved_beforehand(db: Database) -> None:
    """Class A: standing approvals of blocks, the texts made from them, and the sign-off that is owed afterwards."""
    _build(db, tables.PROTECTIVE, tables.PROTECTIVE_IMMUTABLE)


def _build(db: Database, script: str, immutable: tuple[str, ...]) -> None:
    for statement in statements_of(script):
        db.execute(statement)
    for table in immutable:
        for verb in ("update", "delete"):
            db.execute(
                f"create trigger {table}_never_{verb} before {verb} on {table} "
                f"begin select raise(abort, '{table} rows are never changed'); end"
            )


LOG_ABOUT = "case when json_valid(line) then json_extract(line, '$.about') end"
LOG_INCIDENT = "case when json_valid(line) then json_extract(line, '$.details.incident') end"
"""What a row of the log is about, also in a log that somebody has tampered with."""


@MIGRATIONS()
def the_log_by_what_it_is_about(db: Database) -> None:
    """A timeline reads the rows of one incident, not the whole log."""
    db.execute(f"create index log_about on log ({LOG_ABOUT})")
    db.execute(f"create index log_of_incident on log ({LOG_INCIDENT})")


@MIGRATIONS()
def correcting_and_reaching(db: Database) -> None:
    """Corrections, withdrawals, notices to the other side, who can be reached, attachments, channels, one-time codes."""
    _build(db, tables.REACHING, tables.REACHING_IMMUTABLE)


@MIGRATIONS()
def working_together(db: Database) -> None:
    """Side-only notes, comments on a passage, which sentence rests on which fact, stale translations, differences."""
    _build(db, working_tables.TOGETHER, working_tables.TOGETHER_IMMUTABLE)


@MIGRATIONS()
def the_understanding(db: Database) -> None:
    """The MOU in its versions, exceptions to a boundary, and what an incident is: a crime, a school rule, not known."""
    _build(db, working_tables.MOU, working_tables.MOU_IMMUTABLE)


@MIGRATIONS()
def police_of_the_incident(db: Database) -> None:
    """The police seat of an incident is its own agency's, also for a deputy."""
    _build(db, tables.OWN_AGENCY, ())


@MIGRATIONS()
def hearing_back(db: Database) -> None:
    """Marks on what was heard, the weights learned from them, and turns of a story that reach its incident."""
    _build(db, working_tables.HEARD, working_tables.HEARD_IMMUTABLE)


@MIGRATIONS()
def telling_people(db: Database) -> None:
    """Whom an alert was told, by which means each person is reached, quiet hours, the daily digest."""
    _build(db, tables.TELLING, tables.TELLING_IMMUTABLE)


@MIGRATIONS()
def adjusted_routes(db: Database) -> None:
    """What a district changed about who must approve and how long is waited, never below the floor."""
    _build(db, tables.ADJUSTED_ROUTES, tables.ADJUSTED_ROUTES_IMMUTABLE)


@MIGRATIONS()
def what_reached_whom(db: Database) -> None:
    """What was sent to one person is found without reading what was sent to all families."""
    db.execute("create index outbox_of_recipient on outbox (recipient, queued_at)")


@MIGRATIONS()
def wrong_answers_at_a_known_browser(db: Database) -> None:
    """Counted apart from those of strangers, who could else keep a person locked out."""
    db.execute("alter table device add column failures integer not null default 0")
    db.execute("alter table device add column locked_until text")


@MIGRATIONS()
def what_was_asked_and_told(db: Database) -> None:
    """Differences their owners were asked about, the next-of-kin box, the agency of an exception without an incident."""
    _build(db, working_tables.SETTLING, working_tables.SETTLING_IMMUTABLE)
