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
    people = accounts(store)
    return (*_people_lines(store, people, _without_password(store), now), *_words_and_ways(store, heard))


def _words_and_ways(store: Store, heard: Store) -> tuple[Line, ...]:
    about, district = partnership.profile(store), partnership.district(store)
    watched, calendar = bool(sources.every_source(heard)), about.calendar_known
    contact = bool(about.families_phone or (district and (district.phone or district.email)))
    reachable = all(agency.phone or agency.email for agency in partnership.agencies(store))
    lists, places = bool(audiences.audiences(store, "families")), bool(about.watchlist.get("places"))
    schools, home = bool(partnership.schools(store)), bool(about.place and about.state)
    return (
        Line("Sources", watched, "No source is listened to, so nothing can be heard.", "sources"),
        Line(
            "Schools", schools, "No school is entered: a story that names one would not page you.", "schools"
        ),
        Line(
            "School calendar",
            calendar,
            "The school calendar is missing: the stricter clock is used.",
            "schools",
        ),
        Line(
            "Town and state", home, "Town or state is missing: namesakes cannot be told apart.", "watchlist"
        ),
        Line(
            "Streets and places",
            places,
            "No place is on the watchlist: its stories stay silent.",
            "watchlist",
        ),
        Line(
            "E-mail",
            about.mail.ready,
            "E-mail is not set up: alerts and asks reach nobody away from here.",
            "mail",
        ),
        Line(
            "Families' list",
            lists,
            "No list of families: a release cannot reach them by e-mail.",
            "audiences",
        ),
        Line(
            "Contact for families", contact, "No contact for families; every statement names one.", "partners"
        ),
        Line("Police contact", reachable, "An agency has no phone or e-mail for reporters.", "partners"),
        Line("Public page", bool(about.link), "The short address for families is not entered.", "partners"),
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
