"""The demo partnership in the middle of an incident: a disputed fact, a text that waits for the police."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from comms.agreeing import asks
from comms.joining.sessions import open_session, session_of
from comms.people import Account, Actor, Seat, accounts
from comms.store import open_partnership
from comms.workspace import facts, incidents, statements
from comms.workspace.facts import Claim
from comms.workspace.statements import Start, Statement
from monitors.database import Store

SEATS: Mapping[str, Seat] = {
    "dana": Seat.COMMUNICATIONS,
    "okafor": Seat.PIO,
    "brandt": Seat.SUPERINTENDENT,
    "counsel": Seat.COUNSEL,
    "admin": Seat.ADMINISTRATOR,
    "records": Seat.RECORDS,
}
TITLE = "Demonstration on Fenwick Street overpass beside Orrin Middle School"


def person(data: Path, who: str) -> Account:
    """The demo's first person in a seat."""
    with open_partnership(data) as store:
        return accounts(store, seat=SEATS[who])[0]


def token(data: Path, who: str) -> str:
    """A session of theirs, as signing in makes one: the cookie of a browser."""
    with open_partnership(data) as store:
        return open_session(store, accounts(store, seat=SEATS[who])[0].id, datetime.now(UTC), "signed in")


def actor(store: Store, who: str) -> Actor:
    """This person, signed in."""
    now = datetime.now(UTC)
    found = session_of(
        store, open_session(store, accounts(store, seat=SEATS[who])[0].id, now, "signed in"), now
    )
    assert found
    return found


def in_the_middle(data: Path, incident_id: int | None = None) -> Statement:
    """Both sides state facts and differ on one; Dana writes a text with something to settle and sends it. A new incident
    unless one is named."""
    now = datetime.now(UTC)
    with open_partnership(data) as store:
        dana, okafor = actor(store, "dana"), actor(store, "okafor")
        about = incident_id or incidents.open_by_hand(store, dana, TITLE, "protest", now).id
        ours = Claim("The group left at 3:05 PM.", "district", "front office")
        fact = facts.add(store, dana, about, ours, now)
        facts.dispute(store, okafor, fact, Claim("The group left at 2:55 PM.", "agency"), now)
        dozen = Claim("About a dozen people stood there.", "agency")
        facts.add(store, okafor, about, dozen, now, confirm=True)
        facts.add(store, dana, about, Claim("Nobody was arrested.", "agency", "Courier"), now)
        begun = statements.start(store, dana, about, Start("H"), now)
        email = statements.variants(store, begun.id)[0]
        text = email.newest.text + "\n\nThis was an isolated incident. Officers are at both doors."
        statements.save(store, dana, email.id, email.newest.id, text, email.newest.subject, now)
        asks.send(store, dana, begun.id, now)
        return begun
