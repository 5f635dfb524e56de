"""Releases: the one list of reasons why a statement cannot go, the press that sends it once, and what went out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from comms import audit, clocks, partnership
from comms.agreeing import apart, asks, notice, seats
from comms.people import SEAT_NAMES, Account, Actor, Refused, Seat, account, acting
from comms.reasons import Reason
from comms.saying import audiences, matters, outgoing, protective
from comms.saying.outgoing import Reach, reach
from comms.store import stamp
from comms.wording import library
from comms.workspace import checks, corrections, incidents, statements, suggestions
from comms.workspace.released import (
    Released,
    copy_text,
    newest_public,
    of_incident,
    of_statement,
    public_incident,
    released,
)
from comms.workspace.statements import Statement, Variant
from monitors.database import Store

__all__ = [
    "Reach",
    "Reason",
    "Released",
    "copy_text",
    "may_release",
    "newest_public",
    "of_incident",
    "of_statement",
    "public_incident",
    "reach",
    "reasons_not",
    "release",
    "released",
]

RELEASING = frozenset({Seat.COMMUNICATIONS, Seat.SUPERINTENDENT})
WHO_RELEASES = {
    "joint": "Your seat is {seat}. Communications or Superintendent may do this. Nothing was changed.",
    "district": "Your seat is {seat}. Communications or Superintendent may do this. Nothing was changed.",
    "police": "Your seat is {seat}. The police release their own text; their PIO may do this. Nothing was changed.",
}


# Why not ------------------------------------------------------------------------------------------------------------


def reasons_not(store: Store, statement_id: int, now: datetime) -> tuple[Reason, ...]:
    """Every reason why a statement cannot go now, the words first, then the seats, then the way out."""
    about = statements.statement(store, statement_id)
    texts = statements.variants(store, statement_id)
    return (
        *_blanks(texts),
        *_hits(store, about, texts),
        *_next_update(store, about, now),
        *_suggestions(store, texts),
        *protective.reasons_not(store, about, texts, now),
        *corrections.reasons_not(store, about, texts),
        *_seats(store, about, now),
        *notice.reasons_not(store, about, now),
        *apart.reasons_not(store, about, now),
        *matters.reasons_not(store, about, texts),
        *_audience(store, texts),
    )


def _blanks(texts: list[Variant]) -> list[Reason]:
    labels: dict[str, None] = {}
    for each in texts:
        for blank in library.unfilled(checks.words(each.newest.subject, each.newest.text)):
            labels[blank.label] = None
    return [Reason("blank", f"Blank: {label}", "You can fill it") for label in labels]


def _hits(store: Store, about: Statement, texts: list[Variant]) -> list[Reason]:
    blocks, warns, unchecked = 0, 0, 0
    for each in texts:
        hits = checks.of_variant(store, about, each)
        if hits is None:
            unchecked += 1
            continue
        for answered in checks.answered(store, about, each, hits):
            if answered.open and answered.hit.rule != "B10":  # blanks are listed by name above
                blocks += answered.hit.level == "block"
                warns += answered.hit.level == "warn"
            elif answered.open and not library.unfilled(each.newest.text):
                blocks += 1
    found = []
    if blocks:
        found.append(
            Reason(
                "block",
                f"{_count(blocks, 'phrase blocks', 'phrases block')} it",
                "Whoever writes can change the words",
            )
        )
    if warns:
        found.append(
            Reason(
                "warn",
                f"{_count(warns, 'warning is', 'warnings are')} not answered",
                "You can tick or change each",
            )
        )
    if unchecked:
        found.append(Reason("unchecked", "Not checked yet", "The check answers by itself within seconds"))
    return found


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _next_update(store: Store, about: Statement, now: datetime) -> list[Reason]:
    if about.next_update_at and about.next_update_at <= now:
        at = clocks.clock(about.next_update_at, partnership.profile(store).timezone)
        return [Reason("past", f"The next update it names, {at}, has passed", "You can name a later time")]
    return []


def _suggestions(store: Store, texts: list[Variant]) -> list[Reason]:
    waiting = [s for each in texts for s in suggestions.suggestions(store, each.id)]
    return [
        Reason("suggestion", f"{s.author} suggested an edit", "The other side accepts or declines it")
        for s in waiting
    ]


def _seats(store: Store, about: Statement, now: datetime) -> list[Reason]:
    found = []
    zone = partnership.profile(store).timezone
    named = seats.stand_ins(store, about, now)
    for seat in seats.standing(store, about).missing:
        people = seats.holders(store, about, seat.step.seat)
        who = " or ".join(p.called for p in people)
        name = {"pio": "Police have not approved", "counsel": "Counsel has not approved"}.get(
            seat.step.seat, "The superintendent has not signed"
        )
        if seat.state == "objected" and seat.decision:
            name = f"{account(store, seat.decision.account_id).called} objected: {seat.decision.reason}"
        if seat.state == "lapsed":
            name += " the words as they are now"
        if not people:
            side = "police have" if seat.step.seat is Seat.PIO else "district has"
            found.append(
                Reason(
                    "nobody",
                    f"The {side} no active {SEAT_NAMES[seat.step.seat]}",
                    "You can: speak separately · wait",
                )
            )
            continue
        asked = asks.newest_ask(store, about.id, seat.step.seat)
        stand_in = next((account(store, d.account_id) for d in named if d.seat is seat.step.seat), None)
        lifts = who
        if stand_in and asked and seat.step.deputy_after:
            lifts += (
                f"; deputy {stand_in.called} from {clocks.clock(asked.at + seat.step.deputy_after, zone)}"
            )
        elif seat.state == "later":
            lifts += ", after the police" if seat.step.seat is Seat.SUPERINTENDENT else ""
        elif asked is None:
            lifts += ", once it is sent for approval"
        found.append(Reason(f"seat {seat.step.seat}", name, lifts))
    return found


def _audience(store: Store, texts: list[Variant]) -> list[Reason]:
    channels = {each.channel for each in texts}
    if "email" in channels and not audiences.members(store, "email"):
        return [
            Reason(
                "audience",
                "No list of families is entered, so the e-mail would reach nobody",
                "Communications adds one under Partnership",
            )
        ]
    return []


# Going out ----------------------------------------------------------------------------------------------------------


def may_release(store: Store, about: Statement, person: Account, now: datetime) -> bool:
    """Who presses: communications or the superintendent, in class A also her deputy; the police for their own text."""
    if about.voice == "police":
        return person.seat is Seat.PIO and person.id in {p.id for p in seats.holders(store, about, Seat.PIO)}
    if person.seat in RELEASING:
        return True
    return about.cls == "A" and any(
        d.account_id == person.id and d.seat is Seat.SUPERINTENDENT
        for d in seats.stand_ins(store, about, now)
    )


def release(
    store: Store, actor: Actor, statement_id: int, shown: Mapping[int, str], now: datetime
) -> Released:
    """Release exactly the words that were shown, once. The second press returns the first release.

    Raises Refused with the first reason why not; nothing leaves then.
    """
    with acting(store, actor, "released a statement", now) as act:
        about = statements.statement(store, statement_id)
        if not may_release(store, about, act.account, now):
            raise Refused(WHO_RELEASES[about.voice].format(seat=SEAT_NAMES[act.account.seat]))
        incident = incidents.incident(store, about.incident_id)
        act.record(f"statement {statement_id}", incident=f"incident {about.incident_id}")
        known = store.row_of("select id from release where statement_id = ?", statement_id)
        if known:
            act.nothing_new = True
            return released(store, known["id"])
        texts = statements.variants(store, statement_id)
        if {v.id: v.newest.hash for v in texts} != dict(shown):
            raise Refused("The text changed while you were looking. Nothing was released. Read it again.")
        reasons = reasons_not(store, statement_id, now)
        if reasons:
            more = f" and {len(reasons) - 1} more" if len(reasons) > 1 else ""
            raise Refused(f"It cannot go yet: {reasons[0].sentence}{more}. Nothing was released.")
        release_id, mailed = _write(store, about, incident, texts, act.account.id, now)
        act.record(
            f"statement {statement_id}",
            release=release_id,
            texts={f"{v.channel} {v.language}": [v.newest.number, v.newest.hash] for v in texts},
            mailed=mailed,
        )
    audit.write_head(store, Path(store.path.parent), now)
    return released(store, release_id)


def _write(
    store: Store,
    about: Statement,
    incident: incidents.Incident,
    texts: list[Variant],
    account_id: int,
    now: datetime,
) -> tuple[int, dict[str, int]]:
    number = (
        store.table("release").count_where(
            "statement_id in (select id from statement where incident_id = ?)", [incident.id]
        )
        + 1
    )
    if protective.action_of(store, about.id) == "ended":
        store.execute("update incident set class = 'B' where id = ?", [incident.id])
    without = [s.step.seat for s in seats.standing(store, about).seats if s.state == "overridden"]
    release_id = store.add(
        "release",
        {
            "statement_id": about.id,
            "slug": f"{incident.number}-{number}",
            "number": number,
            "by_account_id": account_id,
            "at": stamp(now),
            "without": ", ".join(SEAT_NAMES[seat] for seat in without),
        },
    )
    for each in texts:
        row = {
            "release_id": release_id,
            "variant_id": each.id,
            "revision_id": each.newest.id,
            "hash": each.newest.hash,
        }
        store.add("release_text", row)
    mailed = outgoing.queue(store, release_id, about, texts, account(store, account_id), now)
    return release_id, mailed
