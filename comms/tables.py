"""The tables of approving, releasing and correcting, as SQL; `comms.store` applies each script as one migration."""

from __future__ import annotations

_VALID_UNTIL = """exists (select 1 from standing_valid v join protective_text p on p.block_hash = v.block_hash
     where p.variant_id = new.variant_id and v.seat = '{seat}' and v.expires_at >
     (select at from release where id = new.release_id) and {whose})"""
_STATEMENT = "(select statement_id from variant where id = new.variant_id)"
_INCIDENT = f"(select incident_id from statement where id = {_STATEMENT})"

PROTECTIVE = f"""
create table standing_approval (
    id integer primary key, block_id text not null, block_hash text not null,
    seat text not null check (seat in ('pio', 'superintendent')),
    account_id integer not null references account (id), at text not null, expires_at text not null,
    check (expires_at > at)
) strict;
create index standing_approvals on standing_approval (block_hash);
create table standing_end (
    approval_id integer primary key references standing_approval (id),
    account_id integer not null references account (id), at text not null
) strict;
create view standing_valid as
    select s.*, a.organisation_id, a.name as account_name from standing_approval s join account a on a.id = s.account_id
    where a.active and not a.sro and a.seat = s.seat and s.id not in (select approval_id from standing_end);
create table protective_text (
    variant_id integer primary key references variant (id), action text not null, block_id text not null,
    block_hash text not null
) strict;
create table confirmation (
    id integer primary key, release_id integer not null references release (id),
    seat text not null check (seat in ('pio', 'superintendent', 'counsel')),
    account_id integer not null references account (id), for_account_id integer references account (id),
    answer text not null check (answer in ('confirm', 'correct')), reason text not null default '',
    via text not null, at text not null
) strict;
create unique index one_confirmation_a_seat on confirmation (release_id, seat);

create trigger standing_approval_by_the_seat_itself before insert on standing_approval
when not exists (select 1 from account a where a.id = new.account_id and a.active and not a.sro and a.seat = new.seat)
begin select raise(abort, 'only the holder of a seat approves beforehand'); end;
create trigger confirmation_by_its_own_organisation before insert on confirmation
when not exists (select 1 from account a join organisation o on o.id = a.organisation_id where a.id = new.account_id
     and a.active and not a.sro and o.kind = case new.seat when 'pio' then 'agency' else 'district' end)
begin select raise(abort, 'this seat belongs to the other organisation'); end;

drop trigger release_never_without_a_district_seat;
create trigger release_never_without_a_district_seat before insert on release_text
when (select voice <> 'police' and class <> 'A' from statement where id = {_STATEMENT})
 and not exists (select 1 from decision where variant_id = new.variant_id and hash = new.hash
                 and seat = 'superintendent' and answer = 'approve')
 and not exists (select 1 from override where seat = 'superintendent' and statement_id = {_STATEMENT}
                 and instr(hashes, new.hash))
begin select raise(abort, 'no superintendent signed this text'); end;
drop trigger joint_release_never_without_the_police;
create trigger joint_release_never_without_the_police before insert on release_text
when (select class in ('A', 'B', 'C', 'D', 'F') and voice <> 'district' from statement where id = {_STATEMENT})
 and not exists (select 1 from decision where variant_id = new.variant_id and hash = new.hash
                 and seat = 'pio' and answer = 'approve')
 and not exists (select 1 from override where seat = 'pio' and statement_id = {_STATEMENT}
                 and instr(hashes, new.hash))
 and not ((select class from statement where id = {_STATEMENT}) = 'A' and exists
          (select 1 from revision r join account a on a.id = r.author_id where r.id = new.revision_id
           and a.seat = 'pio' and not a.sro and a.active
           and a.organisation_id = (select partner_id from incident where id = {_INCIDENT})))
begin select raise(abort, 'no police officer approved this text'); end;
create trigger protective_only_in_words_approved_beforehand before insert on release_text
when (select class from statement where id = {_STATEMENT}) = 'A' and not (
     {_VALID_UNTIL.format(seat="superintendent", whose="true")}
     and {_VALID_UNTIL.format(seat="pio", whose=f"v.organisation_id = (select partner_id from incident where id = {_INCIDENT})")})
begin select raise(abort, 'a protective action leaves only in words both approved beforehand'); end;
create trigger protective_never_chained before insert on release_text
when (select class from statement where id = {_STATEMENT}) = 'A' and exists (
     select 1 from release r join statement s on s.id = r.statement_id
     where s.class = 'A' and s.incident_id = {_INCIDENT} and r.id <> new.release_id and not exists
     (select 1 from confirmation c where c.release_id = r.id and c.seat = 'superintendent'))
begin select raise(abort, 'the protective text before this one is not signed off'); end;
"""
"""Approved beforehand, released at once, signed off afterwards (the domain rules, section 5, class A and overrides)."""

PROTECTIVE_IMMUTABLE = ("standing_approval", "standing_end", "protective_text", "confirmation")

REACHING = f"""
create table correction (
    statement_id integer primary key references statement (id), release_id integer not null references release (id),
    number integer not null, owner text not null check (owner in ('district', 'agency')), wrong text not null,
    right text not null, fact_id integer references fact (id), confirmed_at text not null,
    account_id integer not null references account (id), at text not null
) strict;
create table withdrawal (
    release_id integer primary key references release (id), account_id integer not null references account (id),
    reason text not null, at text not null
) strict;
create table disagreement (
    id integer primary key, release_id integer not null references release (id), outlet text not null, said text not null,
    link text not null default '', item_key text not null default '', what text not null default '',
    account_id integer references account (id), at text not null, unique (release_id, item_key, said)
) strict;
create table side_notice (
    id integer primary key, statement_id integer not null references statement (id), how text not null,
    told text not null, hashes text not null, account_id integer references account (id), at text not null
) strict;
create index side_notices on side_notice (statement_id);
create table waiver (
    id integer primary key, statement_id integer not null references statement (id),
    account_id integer not null references account (id), reason text not null, at text not null
) strict;
create table no_statement (
    id integer primary key, incident_id integer not null references incident (id),
    account_id integer not null references account (id), reason text not null, talking_points text not null default '',
    next_look_at text not null, at text not null
) strict;
create table on_call (
    id integer primary key, seat text not null, account_id integer not null references account (id),
    from_at text not null, until_at text not null, named_by integer not null references account (id),
    named_at text not null, revoked_at text, check (until_at > from_at)
) strict;
create table absence (
    id integer primary key, account_id integer not null references account (id), from_at text not null,
    until_at text not null, named_by integer not null references account (id), named_at text not null,
    revoked_at text, check (until_at > from_at)
) strict;
create table attachment (
    id integer primary key, name text not null, kind text not null, sha256 text not null, size integer not null,
    words text not null, content blob not null, account_id integer not null references account (id), at text not null
) strict;
create table revision_attachment (
    revision_id integer not null references revision (id), attachment_id integer not null references attachment (id),
    primary key (revision_id, attachment_id)
) strict;
create table sender (
    id integer primary key, label text not null, channel text not null, setting text not null,
    account_id integer not null references account (id), at text not null, removed_at text
) strict;
create unique index one_sender_a_label on sender (label) where removed_at is null;
alter table outbox add column via text not null default 'email';
alter table outbox add column revision_id integer references revision (id);
create table statement_audience (
    statement_id integer not null references statement (id), audience_id integer not null references audience (id),
    primary key (statement_id, audience_id)
) strict;
create table release_audience (
    release_id integer not null references release (id), name text not null, kind text not null,
    addresses integer not null, primary key (release_id, name)
) strict;
create table embargo (
    id integer primary key, statement_id integer not null references statement (id), until_at text,
    account_id integer not null references account (id), reason text not null default '', at text not null
) strict;
create table seen_text (
    id integer primary key, statement_id integer not null references statement (id),
    account_id integer not null references account (id), hashes text not null, at text not null
) strict;
create index seen_texts on seen_text (statement_id);
create table authenticator (
    account_id integer primary key references account (id), secret text not null, enrolled_at text,
    last_step integer not null default 0
) strict;

create trigger one_side_never_without_a_notice_to_the_other before insert on release_text
when (select voice from statement where id = {_STATEMENT}) <> 'joint'
 and not exists (select 1 from side_notice where statement_id = {_STATEMENT})
begin select raise(abort, 'the other side was not told of this text'); end;
create trigger a_text_never_corrects_itself before insert on correction
when (select statement_id from release where id = new.release_id) = new.statement_id
begin select raise(abort, 'a text never corrects itself'); end;
"""
"""Corrections, notices to the other side, who can be reached, and what leaves by which means."""

REACHING_IMMUTABLE = (
    "correction",
    "withdrawal",
    "disagreement",
    "side_notice",
    "waiver",
    "no_statement",
    "attachment",
    "revision_attachment",
    "release_audience",
    "embargo",
    "seen_text",
)


OWN_AGENCY = """
create trigger decision_of_the_incident_s_own_agency before insert on decision
when new.seat = 'pio' and (select o.kind from account a join organisation o on o.id = a.organisation_id
     where a.id = new.account_id) = 'agency' and (select organisation_id from account where id = new.account_id) <>
     (select partner_id from incident where id = (select incident_id from statement where id = new.statement_id))
begin select raise(abort, 'the police seat is that of the incident''s own agency'); end;
"""
"""An agency of the partnership that the incident does not name has no seat on it."""

TELLING = """
create table alert_told (
    alert_id integer not null, raised_at text not null, account_id integer not null references account (id),
    why text not null, at text not null, primary key (alert_id, raised_at, account_id)
) strict;
create table reach (
    account_id integer primary key references account (id), quiet_from text not null default '',
    quiet_until text not null default '', digest text not null default '', at text not null,
    check ((quiet_from = '') = (quiet_until = ''))
) strict;
create table reach_way (
    account_id integer not null references account (id), sender_id integer not null references sender (id),
    target text not null default '', every_tier integer not null default 0 check (every_tier in (0, 1)),
    at text not null, primary key (account_id, sender_id)
) strict;
create table digest_made (
    account_id integer not null references account (id), day text not null, until_at text not null,
    stories integer not null, at text not null, primary key (account_id, day)
) strict;
"""
"""Whom an alert was told and why, how each person is reached, and which day's digest was made."""

TELLING_IMMUTABLE = ("alert_told", "digest_made")


ADJUSTED_ROUTES = """
create table route_change (
    id integer primary key, class text not null check (class in ('B', 'C', 'D', 'E', 'F')), steps text not null,
    without_police_minutes integer, notice_minutes integer, reason text not null,
    account_id integer not null references account (id), at text not null
) strict;
create index route_changes on route_change (class, at);
create trigger route_change_by_the_district before insert on route_change
when (select o.kind from account a join organisation o on o.id = a.organisation_id where a.id = new.account_id)
     <> 'district'
begin select raise(abort, 'the district adjusts its routes'); end;
"""
"""Routes a district made stricter, or whose waits it changed. The newest row of a class before an incident holds."""

ADJUSTED_ROUTES_IMMUTABLE = ("route_change",)
