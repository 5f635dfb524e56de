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
