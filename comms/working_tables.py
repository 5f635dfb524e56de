"""The tables of the joint workspace as SQL: notes, comments, uses of facts, translations, differences, the MOU."""

from __future__ import annotations

_OWN = (
    "(select organisation_id from account where id = new.account_id) <> new.organisation_id\n"
    "begin select raise(abort, '{what}'); end;"
)

TOGETHER = f"""
create table note (
    id integer primary key, incident_id integer not null references incident (id),
    organisation_id integer not null references organisation (id), text text not null,
    account_id integer not null references account (id), at text not null
) strict;
create index notes on note (incident_id, organisation_id);
create trigger note_of_the_own_side before insert on note when {_OWN.format(what="a note stays with its own side")}

create table comment (
    id integer primary key, variant_id integer not null references variant (id),
    revision_id integer not null references revision (id), quote text not null, text text not null,
    account_id integer not null references account (id), at text not null
) strict;
create index comments on comment (variant_id);
create table comment_reply (
    id integer primary key, comment_id integer not null references comment (id), text text not null,
    account_id integer not null references account (id), at text not null
) strict;
create table comment_resolution (
    comment_id integer primary key references comment (id), account_id integer not null references account (id),
    at text not null
) strict;

create table fact_use (
    id integer primary key, variant_id integer not null references variant (id),
    fact_revision_id integer not null references fact_revision (id), sentence text not null,
    account_id integer not null references account (id), at text not null
) strict;
create index fact_uses on fact_use (variant_id);
create table ground_tick (
    id integer primary key, variant_id integer not null references variant (id), sentence text not null,
    side text not null check (side in ('district', 'agency')), account_id integer not null references account (id),
    at text not null, unique (variant_id, sentence, side)
) strict;
create trigger ground_ticked_by_its_own_side before insert on ground_tick
when (select organisation.kind from account join organisation on organisation.id = account.organisation_id
      where account.id = new.account_id) <> new.side
begin select raise(abort, 'the other side speaks for its own ground'); end;

create table translation_mark (
    id integer primary key, variant_id integer not null references variant (id), source_hash text not null,
    account_id integer not null references account (id), at text not null
) strict;
create table divergence_answer (
    id integer primary key, statement_id integer not null references statement (id), about text not null,
    ours text not null, theirs text not null, reason text not null,
    account_id integer not null references account (id), at text not null
) strict;
create index divergence_answers on divergence_answer (statement_id);
"""
"""Writing together: what stays on one side, what is asked about a passage, which sentence rests on which fact."""

TOGETHER_IMMUTABLE = (
    "note",
    "comment",
    "comment_reply",
    "comment_resolution",
    "fact_use",
    "ground_tick",
    "translation_mark",
    "divergence_answer",
)

MOU = f"""
create table mou (
    id integer primary key, title text not null, agreed_on text not null, review_on text not null,
    account_id integer not null references account (id), at text not null
) strict;
create table mou_clause (
    mou_id integer not null references mou (id), position integer not null, number text not null,
    agreed_on text not null, quote text not null, patterns text not null, instead text not null default '',
    primary key (mou_id, number)
) strict;
create table mou_person (
    mou_id integer not null references mou (id), organisation_id integer not null references organisation (id),
    role text not null check (role in ('signatory', 'liaison', 'deputy')), name text not null,
    reach text not null default '', primary key (mou_id, organisation_id, role, name)
) strict;
create table mou_acceptance (
    mou_id integer not null references mou (id), organisation_id integer not null references organisation (id),
    account_id integer not null references account (id), at text not null, primary key (mou_id, organisation_id)
) strict;
create trigger mou_accepted_by_the_own_side before insert on mou_acceptance
when {_OWN.format(what="each organization accepts for itself")}
create table mou_reading (
    mou_id integer not null references mou (id), account_id integer not null references account (id),
    at text not null, primary key (mou_id, account_id)
) strict;
create table incident_nature (
    id integer primary key, incident_id integer not null references incident (id),
    nature text not null check (nature in ('crime', 'school_rule', 'not_known')),
    account_id integer not null references account (id), at text not null
) strict;
create table boundary_exception (
    id integer primary key, incident_id integer references incident (id), clause text not null, asked_by text not null,
    what text not null, why text not null, from_at text not null, until_at text not null, ends_when text not null,
    may_stop text not null, renews integer references boundary_exception (id),
    account_id integer not null references account (id), at text not null, check (until_at > from_at)
) strict;
create table boundary_act (
    id integer primary key, exception_id integer not null references boundary_exception (id),
    act text not null check (act in ('agree', 'stop', 'debrief')), words text not null default '',
    organisation_id integer not null references organisation (id),
    account_id integer not null references account (id), at text not null
) strict;
create unique index one_agreement_a_side on boundary_act (exception_id, organisation_id) where act = 'agree';
create trigger boundary_act_of_the_own_side before insert on boundary_act
when {_OWN.format(what="each organization agrees for itself")}
create table annex_signature (
    annex_hash text not null, organisation_id integer not null references organisation (id),
    account_id integer not null references account (id), at text not null, primary key (annex_hash, organisation_id)
) strict;
create trigger annex_signed_by_the_own_side before insert on annex_signature
when {_OWN.format(what="each organization signs for itself")}
"""
"""The memorandum of understanding: versions, who accepted and read them, exceptions to a boundary, the media annex."""

MOU_IMMUTABLE = (
    "mou",
    "mou_clause",
    "mou_person",
    "mou_acceptance",
    "mou_reading",
    "incident_nature",
    "boundary_exception",
    "boundary_act",
    "annex_signature",
)

HEARD = """
create table mark (
    id integer primary key, item_key text not null, alert_id integer, headline text not null, outlet text not null,
    answer text not null check (answer in ('not_relevant', 'relevant', 'opened', 'withdrawn')),
    reason text not null default '', rule text not null default '', score real not null, features text not null,
    account_id integer not null references account (id), at text not null
) strict;
create index marks on mark (item_key);
create table refit (
    id integer primary key, act text not null check (act in ('learned', 'not_better', 'undone', 'resumed')),
    weights text not null, shipped text not null, learned_from integer not null, held_back integer not null,
    right_before integer not null, right_after integer not null,
    account_id integer not null references account (id), at text not null
) strict;

create table incident_turn (
    id integer primary key, incident_id integer not null references incident (id), item_key text not null,
    subject text not null, sentence text not null, quote text not null, title text not null, outlet text not null,
    link text not null, proposed_class text not null, told_at text not null, heard_at text not null,
    added_at text not null, unique (incident_id, item_key, subject)
) strict;
create table incident_turn_seen (
    turn_id integer not null references incident_turn (id), account_id integer not null references account (id),
    at text not null, primary key (turn_id, account_id)
) strict;
"""
"""What people marked and what was learned from it; what turned in a story after its incident was opened."""

HEARD_IMMUTABLE = ("mark", "refit", "incident_turn", "incident_turn_seen")

SETTLING = """
create table divergence_ask (
    id integer primary key, incident_id integer not null references incident (id),
    statement_id integer not null references statement (id), about text not null, pair text not null,
    owner text not null check (owner in ('district', 'agency', '')), asked text not null, at text not null,
    unique (incident_id, about, pair)
) strict;

create table kin_answer (
    id integer primary key, statement_id integer not null references statement (id),
    answer text not null check (answer in ('told', 'nobody', 'not_yet')), words text not null,
    side text not null check (side in ('district', 'agency')), account_id integer not null references account (id),
    at text not null
) strict;
create index kin_answers on kin_answer (statement_id);
create trigger kin_answered_for_the_own_side before insert on kin_answer
when (select organisation.kind from account join organisation on organisation.id = account.organisation_id
      where account.id = new.account_id) <> new.side
begin select raise(abort, 'a person answers for the own side'); end;

alter table boundary_exception add column agency_id integer references organisation (id);
"""
"""Which differences were asked about, of whom, since when; whether next of kin were told, who says so; and which agency
an exception without an incident is agreed with."""

SETTLING_IMMUTABLE = ("divergence_ask", "kin_answer")
