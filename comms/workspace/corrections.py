"""Corrections and withdrawals of what went out, and what else says the same.

Source: the domain rules, section 5, class F. A correction is linked and numbered, goes to the same audiences and
channels as the wrong text, needs the same seats or more, and never changes the old words: they stay and are marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from comms import clocks, partnership
from comms.people import WRITING, Account, Actor, Refused, Seat, account, accounts, acting
from comms.reaching import notices
from comms.reasons import Reason
from comms.store import moment, stamp
from comms.wording import channels
from comms.wording.differences import differences
from comms.workspace import facts, ground, incidents, statements
from comms.workspace.released import released
from comms.workspace.statements import Start, Statement, Variant
from monitors.database import Store

OWNERS = ("district", "agency")
WITHIN = timedelta(minutes=15)
"""A correction is due this long after it is confirmed."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What was wrong in a released text, what is right, and whose fact it is (district or agency)."""

    wrong: str
    right: str
    owner: str
    fact_id: int | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """One numbered correction of a release. `confirmed_at` is when its clock of 15 minutes began (aware UTC)."""

    statement_id: int
    release_id: int
    number: int
    owner: str
    wrong: str
    right: str
    confirmed_at: datetime

    @property
    def due_at(self) -> datetime:
        """When it is late (aware UTC): the domain rules, section 3."""
        return self.confirmed_at + WITHIN


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A released text taken back: by whom, why, when (aware UTC)."""

    release_id: int
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A later source that says otherwise than a released text: both accounts, side by side."""

    release_id: int
    ours: str
    theirs: str
    outlet: str
    link: str
    about: str


def start(store: Store, actor: Actor, release_id: int, what: Wrong, now: datetime) -> Statement:
    """Begin the correction of a release in its own channels and languages; the second click opens the same one."""
    wrong, right = " ".join(what.wrong.split()), " ".join(what.right.split())
    went = released(store, release_id)
    about = went.statement
    with acting(store, actor, "started a correction", now, seats=WRITING) as act:
        act.record(
            f"release {release_id}", incident=f"incident {about.incident_id}", wrong=wrong, right=right
        )
        known = of_release(store, release_id)
        if known:
            act.nothing_new = True
            return statements.statement(store, known[-1].statement_id)
        if not wrong or not right or what.owner not in OWNERS:
            raise Refused("Say what was wrong, what is right, and whose fact it is. Nothing was started.")
        if wrong.casefold() == right.casefold():
            raise Refused("What is right is the same as what was wrong. Nothing was started.")
        channels = tuple(dict.fromkeys(t.channel for t in went.texts))
        languages = tuple(dict.fromkeys(t.language for t in went.texts))
        other = [s for s in statements.of_incident(store, about.incident_id) if s.phase == "C"]
        if any(s.voice == about.voice and not statements.released(store, s.id) for s in other):
            raise Refused(
                "Another correction of this incident is being written. Release it first. Nothing was started."
            )
        sent_at = clocks.clock_in_text(went.at, partnership.profile(store).timezone)
        values = {"wrong": wrong.rstrip("."), "right": right.rstrip("."), "sent_at": sent_at}
        how = Start("C", about.voice, channels, languages, values=values, corrects_release_id=release_id)
        made = statements.start(store, actor, about.incident_id, how, now)
        number = store.table("correction").count_where(
            "statement_id in (select id from statement where incident_id = ?)", [about.incident_id]
        )
        row: dict[str, object] = {"statement_id": made.id, "release_id": release_id, "number": number + 1}
        row |= {"owner": what.owner, "wrong": wrong[:500], "right": right[:500], "fact_id": what.fact_id}
        row |= {"confirmed_at": stamp(now), "account_id": act.account.id, "at": stamp(now)}
        store.add("correction", row)
        return made


def of_release(store: Store, release_id: int) -> list[Correction]:
    """The corrections of a release, in order."""
    return [
        _correction(r)
        for r in store.rows_of("select * from correction where release_id = ? order by number", release_id)
    ]


def of_statement(store: Store, statement_id: int) -> Correction | None:
    """What a statement corrects, if it does."""
    row = store.row_of("select * from correction where statement_id = ?", statement_id)
    return _correction(row) if row else None


def _correction(row: dict[str, object]) -> Correction:
    return Correction(
        statement_id=int(str(row["statement_id"])),
        release_id=int(str(row["release_id"])),
        number=int(str(row["number"])),
        owner=str(row["owner"]),
        wrong=str(row["wrong"]),
        right=str(row["right"]),
        confirmed_at=moment(row["confirmed_at"]) or datetime.min,
    )


def reasons_not(store: Store, about: Statement, texts: list[Variant]) -> list[Reason]:
    """What a correction lacks: a channel or language the wrong text went out by."""
    if about.corrects_release_id is None:
        return []
    wrong = released(store, about.corrects_release_id)
    here = {(t.channel, t.language) for t in texts}
    return [
        Reason(
            "reach",
            f"The wrong text also went out by {t.channel}{'' if t.language == 'en' else f' ({t.language})'}",
            "Add that channel; whoever read the wrong words reads the right ones",
        )
        for t in wrong.texts
        if (t.channel, t.language) not in here
    ]


# Withdrawing ----------------------------------------------------------------------------------------------------------


def withdraw(store: Store, actor: Actor, release_id: int, reason: str, now: datetime) -> Withdrawal:
    """Take a released text back: its words stay, marked as withdrawn; the other side and its readers' desks are told.

    The superintendent for the district, the PIO for the police; either may take back a joint text.
    """
    with acting(store, actor, "withdrew a release", now, seats={Seat.SUPERINTENDENT, Seat.PIO}) as act:
        went = released(store, release_id)
        about = went.statement
        act.record(f"release {release_id}", incident=f"incident {about.incident_id}", reason=reason.strip())
        known = withdrawal(store, release_id)
        if known:
            act.nothing_new = True
            return known
        side = {"district": "district", "police": "agency"}.get(about.voice)
        if side and act.account.side != side:
            raise Refused("This is the other side's own text: it is theirs to withdraw. Nothing was changed.")
        if not reason.strip():
            raise Refused("Say why it is withdrawn. The reason goes on the record; nothing was changed.")
        row = {"release_id": release_id, "account_id": act.account.id, "reason": reason.strip()[:1000]}
        store.add("withdrawal", row | {"at": stamp(now)})
        _tell_of_withdrawal(store, about, went.slug, act.account, reason.strip(), now)
        return Withdrawal(release_id, act.account.called, reason.strip()[:1000], now)


def withdrawal(store: Store, release_id: int) -> Withdrawal | None:
    """The withdrawal of a release, if it was taken back."""
    row = store.row_of("select * from withdrawal where release_id = ?", release_id)
    if row is None:
        return None
    by = account(store, row["account_id"]).called
    return Withdrawal(release_id, by, row["reason"], datetime.fromisoformat(row["at"]))


def _tell_of_withdrawal(
    store: Store, about: Statement, slug: str, by: Account, reason: str, now: datetime
) -> None:
    incident = incidents.incident(store, about.incident_id)
    for person in accounts(store):
        ours = person.side == "district" or person.organisation_id == incident.partner_id
        if person.seat in WRITING and person.id != by.id and ours:
            text = notices.letter(
                "withdrawn.txt",
                path=f"/statement?statement={about.id}",
                person=person,
                by=by,
                statement=about,
                incident=incident,
                reason=reason,
            )
            drill = "DRILL " if incident.drill else ""
            subject = f"{drill}Withdrawn: {about.title}, incident {incident.number}"
            key = f"release {slug} withdrawn"
            notices.queue(
                store,
                notices.Message(key, person.email, subject, text, person.name, f"statement {about.id}"),
                now,
            )


# A later source disagrees ---------------------------------------------------------------------------------------------


def disagreements(store: Store, release_id: int) -> list[Disagreement]:
    """Later accounts that contradict a released text: facts that changed since, and items somebody or we found."""
    went = released(store, release_id)
    words = max((t.newest.text for t in went.texts), key=len, default="")
    found = [
        Disagreement(release_id, row["what"], row["said"], row["outlet"], row["link"], "")
        for row in store.rows_of("select * from disagreement where release_id = ? order by id", release_id)
    ]
    found += _from_facts(store, went.statement.incident_id, release_id, words, went.at)
    return found + _from_items(store, went.statement.incident_id, release_id, words, went.at)


def _from_facts(
    store: Store, incident_id: int, release_id: int, words: str, at: datetime
) -> list[Disagreement]:
    found = []
    for fact in facts.facts(store, incident_id):
        if fact.status != "disputed" or fact.disputes is None or fact.as_of <= at:
            continue
        other = facts.fact(store, fact.disputes)
        if any(ground.says(words[start:end], fact.claim) for start, end in channels.sentences(words)):
            found.append(
                Disagreement(
                    release_id, fact.claim, other.claim, other.said_by, other.link, "a disputed fact"
                )
            )
    return found


def _from_items(
    store: Store, incident_id: int, release_id: int, words: str, at: datetime
) -> list[Disagreement]:
    found = []
    for item in incidents.evidence(store, incident_id):
        if (item.published or item.seen) <= at:
            continue
        for each in differences(words, f"{item.title}. {item.text}"):
            found.append(
                Disagreement(release_id, each.one, each.other, item.outlet, item.link, each.sentence)
            )
    return found


def mark_disagreement(
    store: Store, actor: Actor, release_id: int, theirs: Disagreement, item_key: str, now: datetime
) -> None:
    """A person sets a later account beside a released text."""
    with acting(store, actor, "marked that a later source disagrees", now, seats=WRITING) as act:
        said = " ".join(theirs.theirs.split())
        if not said:
            raise Refused("Say what the later source says. Nothing was marked.")
        if not theirs.outlet.strip():
            raise Refused("Say who says it: an outlet, an agency, a person. Nothing was marked.")
        went = released(store, release_id)
        incident = f"incident {went.statement.incident_id}"
        act.record(f"release {release_id}", incident=incident, outlet=theirs.outlet, said=said)
        store.execute(
            "insert or ignore into disagreement (release_id, outlet, said, link, item_key, what, account_id, at) "
            "values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                release_id,
                theirs.outlet[:200],
                said[:1000],
                theirs.link,
                item_key,
                theirs.ours[:1000],
                act.account.id,
                stamp(now),
            ],
        )
