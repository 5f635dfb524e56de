"""What is still missing before the partnership can count on the product: one list, each line with why and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comms import partnership
from comms.joining.partners import deputyships
from comms.people import Account, Seat, accounts
from comms.saying import audiences
from monitors import sources
from monitors.database import Store


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is there or missing. `view` is the part of the Partnership screen, or "sources", that mends it."""

    name: str
    there: bool
    sentence: str
    view: str


def readiness(store: Store, heard: Store, now: datetime) -> tuple[Line, ...]:
    """Every line, also those that are there, in the order a partnership needs them. `heard` is the monitors' store."""
    about = partnership.profile(store)
    people, no_password = accounts(store), _without_password(store)
    district, agencies = partnership.district(store), partnership.agencies(store)
    return (
        *_people_lines(store, people, no_password, now),
        Line(
            "Sources",
            bool(sources.every_source(heard)),
            "No source is listened to, so nothing can be heard.",
            "sources",
        ),
        Line(
            "Schools",
            bool(partnership.schools(store)),
            "No school is entered: a story that names one would not page you.",
            "schools",
        ),
        Line(
            "School calendar",
            about.calendar_known,
            "The school calendar is missing: the stricter clock is used.",
            "schools",
        ),
        Line(
            "Town and state",
            bool(about.place and about.state),
            "The town or the state is missing: news of namesakes cannot be told apart.",
            "watchlist",
        ),
        Line(
            "Streets and places",
            bool(about.watchlist.get("places")),
            "No street or place is on the watchlist: stories that name only a place stay silent.",
            "watchlist",
        ),
        Line(
            "E-mail",
            about.mail.ready,
            "E-mail is not set up: alerts and asks reach nobody away from the screen.",
            "mail",
        ),
        Line(
            "Families' list",
            bool(audiences.audiences(store, "families")),
            "No list of families is entered: a release cannot reach them by e-mail.",
            "audiences",
        ),
        Line(
            "Contact for families",
            bool(about.families_phone or (district and (district.phone or district.email))),
            "No contact for families is entered; every statement names one.",
            "partners",
        ),
        Line(
            "Police contact",
            all(agency.phone or agency.email for agency in agencies),
            "A partner agency has no phone or e-mail for reporters.",
            "partners",
        ),
        Line(
            "Public page",
            bool(about.link),
            "The short address families are sent to is not entered.",
            "partners",
        ),
    )


def _people_lines(
    store: Store, people: list[Account], no_password: set[int], now: datetime
) -> tuple[Line, ...]:
    heads = [p for p in people if p.side == "agency" and p.seat is Seat.ADMINISTRATOR]
    waits = [p.called for p in heads if p.id in no_password]
    pios = [p for p in people if p.seat is Seat.PIO]
    chiefs = [p for p in people if p.seat is Seat.SUPERINTENDENT]
    covered = {d.stands_for.id for d in deputyships(store, now) if d.from_at <= now}
    others = [p.called for p in people if p.id in no_password and p not in heads]
    head = heads[0].called if heads else "the agency's administrator"
    return (
        Line(
            "Agency's administrator",
            bool(heads) and not waits,
            f"{' and '.join(waits)} did not open the invitation yet."
            if waits
            else "The agency has no administrator.",
            "people",
        ),
        Line("PIO", bool(pios), f"Nobody approves for the police yet: {head} names the PIO.", "people"),
        Line("Superintendent", bool(chiefs), "Nobody signs for the district yet.", "people"),
        Line(
            "Communications",
            any(p.seat is Seat.COMMUNICATIONS for p in people),
            "Nobody holds the communications seat: nobody is paged.",
            "people",
        ),
        Line(
            "Deputies",
            bool(pios and chiefs) and all(p.id in covered for p in (*pios[:1], *chiefs[:1])),
            "The PIO and the superintendent each need a deputy, named beforehand.",
            "people",
        ),
        Line("Passwords", not others, f"{', '.join(others)} did not open the invitation yet.", "people"),
    )


def _without_password(store: Store) -> set[int]:
    return {row["id"] for row in store.rows_of("select id from account where active and password_hash = ''")}
