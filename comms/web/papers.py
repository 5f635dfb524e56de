"""What is printed and handed over inside: the situation page of an incident, and the texts of a statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.responses import Response

from comms import clocks, partnership
from comms.agreeing import seats
from comms.people import SEAT_NAMES, Account, Actor, Seat, account, acting
from comms.saying import releases
from comms.web import briefing
from comms.web.pages import Visit, go, html, told
from comms.wording.library import CLASSES, TYPES
from comms.workspace import facts, incidents, statements
from comms.workspace.facts import Fact
from comms.workspace.incidents import Incident, Knows
from comms.workspace.statements import Statement
from monitors.database import Store

STATES = {
    "approved": "given",
    "overridden": "replaced by a reason",
    "objected": "objected",
    "lapsed": "lapsed, the text changed since",
    "waits": "waited for",
    "later": "comes after the others",
}


@dataclass(frozen=True, slots=True)
class PaperFact:
    """A fact on paper: its claim, whose it is, who says so and as of when."""

    claim: str
    owner: str
    source: str


@dataclass(frozen=True, slots=True)
class PaperStatement:
    """A statement on the situation page: what it is, and how it stands in one sentence."""

    title: str
    stands: str


def situation(visit: Visit) -> Response:
    """/incident/{id}/situation: one sheet that can be read aloud in a room."""
    found = _allowed(visit, visit.path["incident"])
    if isinstance(found, Response):
        return found
    actor, person, about = found
    store, now = visit.store, visit.now
    with acting(store, actor, "opened the situation page", now) as act:
        act.record(f"incident {about.id}")
    zone = partnership.profile(store).timezone
    sheet = facts.facts(store, about.id)
    made = statements.of_incident(store, about.id)
    return html(
        "situation.html",
        incident=about,
        kind=TYPES[about.type].title if about.type in TYPES else about.type,
        cls=CLASSES.get(about.cls, about.cls),
        as_of=clocks.full(now, zone),
        school=partnership.calendar(store).words(now),
        tiles=clocks.strip(incidents.times(store, about), partnership.calendar(store), now),
        confirmed=[_fact(f, now, zone) for f in sheet if f.status == "confirmed"],
        disputed=[_fact(f, now, zone) for f in sheet if f.status == "disputed"],
        unconfirmed=[_fact(f, now, zone) for f in sheet if f.status == "unconfirmed"],
        knows=[_knows(k, now, zone) for k in incidents.who_knows(store, about)],
        statements=[_statement(store, s, now, zone) for s in made],
        points=_talking_points(store, made),
        contacts=[(o.name, o.phone, o.email) for o in partnership.organisations(store)],
        person=person,
    )


def statement_print(visit: Visit) -> Response:
    """/statement/{id}/print: every text of a statement as it is now, with its revision, hash and signatures."""
    try:
        about = statements.statement(visit.store, int(visit.path["statement"]))
    except KeyError:
        return _nothing()
    found = _allowed(visit, str(about.incident_id))
    if isinstance(found, Response):
        return found
    actor, person, incident = found
    with acting(visit.store, actor, "opened the print view", visit.now) as act:
        act.record(f"statement {about.id}")
    zone = partnership.profile(visit.store).timezone
    released = releases.of_statement(visit.store, about.id)
    variants = released.texts if released else tuple(statements.variants(visit.store, about.id))
    return html(
        "statement-print.html",
        incident=incident,
        statement=about,
        as_of=clocks.full(visit.now, zone),
        stands=_statement(visit.store, about, visit.now, zone).stands,
        released=released,
        texts=[
            (briefing.named([v]), v.newest, f"{v.newest.author}, {clocks.full(v.newest.at, zone)}")
            for v in variants
        ],
        seats=_signatures(visit.store, about, now=visit.now, zone=zone),
        person=person,
    )


def _allowed(visit: Visit, incident_id: str) -> tuple[Actor, Account, Incident] | Response:
    """The reader and the incident, or the page that says why not: the district, and the incident's own agencies."""
    person = visit.account
    if visit.actor is None or person is None:
        return go(f"/sign-in?next={quote(visit.url, safe='')}")
    try:
        about = incidents.incident(visit.store, int(incident_id))
    except KeyError:
        return _nothing()
    if not incidents.may_read(person, about):
        sentence = "This incident names another agency. Ask the district's communications for what you need."
        return told("Not yours to read", sentence, 403, link=("/", "Open One Voice"))
    return visit.actor, person, about


def _nothing() -> Response:
    return told(
        "There is nothing here",
        "No incident or statement has this number.",
        404,
        link=("/", "Open One Voice"),
    )


def _fact(fact: Fact, now: datetime, zone: ZoneInfo) -> PaperFact:
    source = f"{fact.said_by or fact.author}, as of {clocks.seen_words(fact.as_of, now, zone)}"
    return PaperFact(fact.claim, facts.OWNERS[fact.owner], source)


def _knows(who: Knows, now: datetime, zone: ZoneInfo) -> tuple[str, str, str, str]:
    def at(moment: datetime | None) -> str:
        return clocks.seen_words(moment, now, zone) if moment else "not yet"

    return f"{who.name}, {SEAT_NAMES[who.seat]}", at(who.told_at), at(who.seen_at), who.phone


def _statement(store: Store, about: Statement, now: datetime, zone: ZoneInfo) -> PaperStatement:
    released = releases.of_statement(store, about.id)
    if released:
        without = f", without {released.without}" if released.without else ""
        stands = f"Released {clocks.seen_words(released.at, now, zone)} by {released.by}{without}."
        if about.next_update_at:
            stands += f" Names the next update: {clocks.seen_words(about.next_update_at, now, zone)}."
        return PaperStatement(about.title, stands)
    missing = seats.standing(store, about).missing
    if not missing:
        return PaperStatement(about.title, "Approved, not released. Do not hand it out yet.")
    names = " and ".join(SEAT_NAMES[seat.step.seat] for seat in missing)
    return PaperStatement(about.title, f"Draft, not approved. Waits for {names}. Do not hand it out.")


def _talking_points(store: Store, made: list[Statement]) -> str:
    """The newest released talking points: the only ones staff may speak from."""
    for about in made:
        released = releases.of_statement(store, about.id)
        for text in released.texts if released else ():
            if text.channel == "staff" and text.language == "en":
                return text.newest.text
    return ""


def _signatures(store: Store, about: Statement, now: datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    lines = []
    for seat in seats.standing(store, about).seats:
        words = STATES[seat.state]
        if seat.decision and seat.state in {"approved", "objected", "lapsed"}:
            by = account(store, seat.decision.account_id).called
            for_whom = seat.decision.for_account_id
            by += f" for {account(store, for_whom).called}" if for_whom else ""
            words += f": {by}, {clocks.seen_words(seat.decision.at, now, zone)}"
        if seat.override:
            words += f": {account(store, seat.override.account_id).called}, because {seat.override.reason}"
        noun = "Signature" if seat.step.seat is Seat.SUPERINTENDENT else "Approval"
        lines.append((f"{noun}, {SEAT_NAMES[seat.step.seat]}", words))
    return lines
