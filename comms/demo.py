"""The demo partnership: an invented town with people in every seat, its watchlist, and sources on this machine.

Everything here is invented. `seed` fills an empty directory; `start` is what `make demo` does before the server runs.
"""

from __future__ import annotations

import atexit
import os
import shutil
import threading
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from comms import audit, partnership
from comms.clocks import Day
from comms.joining.sessions import hash_password
from comms.partnership import Mail, Organisation, Profile, School
from comms.people import NewAccount, Seat, account, accounts, insert_account
from comms.reaching import senders
from comms.saying.audiences import Member
from comms.store import open_partnership, stamp
from comms.workspace import mou
from monitors import sources
from monitors.database import Store
from monitors.kinds import Kind
from monitors.samples.server import Feed, SampleServer
from monitors.store import open_monitors

PASSWORD = "alder-falls-demo"  # noqa: S105  # shown on the demo's own sign-in page; nothing real lies behind it
PEOPLE = (
    (
        "district",
        "dana.whitlock@afsd.example",
        "Dana Whitlock",
        "Communications",
        "555-0142",
        Seat.COMMUNICATIONS,
    ),
    (
        "district",
        "noor.halvorsen@afsd.example",
        "Noor Halvorsen",
        "Communications",
        "555-0144",
        Seat.COMMUNICATIONS,
    ),
    ("agency", "maya.okafor@afpd.example", "Maya Okafor", "Sgt.", "555-0177", Seat.PIO),
    ("district", "elaine.brandt@afsd.example", "Elaine Brandt", "Dr.", "555-0101", Seat.SUPERINTENDENT),
    ("agency", "peter.hahn@afpd.example", "Peter Hahn", "Lt.", "555-0178", Seat.OBSERVER),
    ("district", "j.moreau@afsd.example", "J. Moreau", "Deputy superintendent", "555-0102", Seat.OBSERVER),
    ("district", "ruth.amsel@afsd.example", "Ruth Amsel", "Counsel", "555-0103", Seat.COUNSEL),
    ("district", "ivo.lind@afsd.example", "Ivo Lind", "District IT", "555-0104", Seat.ADMINISTRATOR),
    ("agency", "tess.navarro@afpd.example", "Tess Navarro", "Police IT", "555-0179", Seat.ADMINISTRATOR),
    ("district", "omar.reyes@afsd.example", "Omar Reyes", "Records clerk", "555-0105", Seat.RECORDS),
    (
        "agency",
        "cole.brandvold@afpd.example",
        "Cole Brandvold",
        "School resource officer",
        "555-0180",
        Seat.OBSERVER,
    ),
)
SROS = frozenset({"Cole Brandvold"})
SCHOOLS = (
    School("Orrin Middle School", "Fenwick Street", "08:10", "15:40"),
    School("Alder Falls High School", "Quarry Road", "08:00", "15:10"),
    School("Tollgate Elementary School", "Tollgate Lane", "08:30", "15:20"),
)
PLACES = (
    "Fenwick Street overpass",
    "Fenwick Street",
    "Quarry Road",
    "Mill Bridge",
    "Harlow Park",
    "Courthouse Square",
)


EVERY = timedelta(seconds=5)
"""How often the demo asks its sources; they lie on this machine."""
ON_CALL = ("Dana Whitlock", "Noor Halvorsen")
"""Who takes turns, `TURN` each, from the start of the demo on; while the first is silent the next one is told."""
TURN, TURNS = timedelta(hours=12), 6
REACHED_BY_TEXT = (
    "Dana Whitlock",
    "Noor Halvorsen",
    "Elaine Brandt",
    "Maya Okafor",
    "J. Moreau",
    "Peter Hahn",
)
TEXTS = "ONE_VOICE_SENDER_DEMO_TEXTS"
"""The setting with the address of the demo's text messages: the sample server takes them and keeps none."""
BREAKS_AFTER = 20.0
"""Seconds from the start of the demo to the first report."""


def seed(
    data: Path,
    feeds: Iterable[Feed],
    now: datetime,
    zone: str = "America/Chicago",
    mail: Mail | None = None,
) -> None:
    """Fill an empty directory with the invented partnership. Does nothing when one is there already."""
    with open_partnership(data) as store:
        if partnership.organisations(store):
            return
        with store.atomic():
            _organisations(store, now, zone, mail or Mail())
            _people(store, now)
            _on_call(store, now)
            _schools_and_lists(store, now)
            _understanding(store, now)
            audit.append(
                store,
                now,
                who="One Voice",
                seat="",
                did="set up the demo partnership",
                about="partnership",
                details={},
            )
    with open_monitors(data) as monitors:
        for feed in feeds:
            sources.add(
                monitors,
                feed.url,
                name=feed.title,
                kind=Kind(feed.kind),
                every=EVERY,
                zone=zone,
                now=now,
                loopback=True,
            )


def _organisations(store: Store, now: datetime, zone: str, mail: Mail) -> None:
    partnership.insert_organisation(
        store,
        Organisation(
            0, "district", "Alder Falls School District", "AFSD", "555-0100", "families@afsd.example"
        ),
        now,
    )
    partnership.insert_organisation(
        store,
        Organisation(0, "agency", "Alder Falls Police Department", "AFPD", "555-0170", "pio@afpd.example"),
        now,
    )
    partnership.write_profile(
        store,
        Profile(
            zone=zone,
            place="Alder Falls",
            state="Iowa",
            population=31_000,
            link="afsd.example/now",
            families_contact="Dana Whitlock",
            families_phone="555-0142",
            media_contact="Dana Whitlock",
            media_phone="555-0143",
            demo=True,
            calendar_known=True,
            setup_step="done",
            mail=mail,
            watchlist={
                "id": "alder-falls",
                "county": "Tannerbrook County",
                "agencies": [
                    {"name": "Tannerbrook County Sheriff's Office", "kind": "mutual_aid", "aliases": []}
                ],
                "places": list(PLACES),
                "people": [{"name": name, "role": title} for _, _, name, title, _, _ in PEOPLE],
                "not_us": ["Alder Falls, Oregon"],
            },
        ),
    )


def _people(store: Store, now: datetime) -> None:
    by_kind = {o.kind: o.id for o in partnership.organisations(store)}
    password_hash = hash_password(PASSWORD)
    ids = {}
    for side, email, name, title, phone, seat in PEOPLE:
        new = NewAccount(by_kind[side], email, name, seat, title, phone, name in SROS, password_hash)
        ids[name] = insert_account(store, new, now, None)
    for name, deputy, seat in (
        ("Maya Okafor", "Peter Hahn", Seat.PIO),
        ("Elaine Brandt", "J. Moreau", Seat.SUPERINTENDENT),
    ):
        store.add(
            "deputy",
            {
                "seat": str(seat),
                "account_id": ids[deputy],
                "for_account_id": ids[name],
                "from_at": stamp(now - timedelta(days=30)),
                "until_at": stamp(now + timedelta(days=335)),
                "named_by": ids[name],
                "named_at": stamp(now - timedelta(days=30)),
            },
        )


def _on_call(store: Store, now: datetime) -> None:
    """The calendar of who is on call, as each would enter it."""
    ids = {row["name"]: row["id"] for row in store.rows_of("select id, name from account")}
    begins = now.replace(minute=0, second=0, microsecond=0)
    for turn in range(TURNS):
        person = ids[ON_CALL[turn % len(ON_CALL)]]
        row = {"account_id": person, "seat": str(Seat.COMMUNICATIONS), "named_by": person}
        row |= {"from_at": stamp(begins + turn * TURN), "until_at": stamp(begins + (turn + 1) * TURN)}
        store.add("on_call", row | {"named_at": stamp(now)})


def means(data: Path, address: str, now: datetime) -> None:
    """Text messages as a further means, and who chose them. `address` is the sample server's."""
    os.environ[TEXTS] = f"{address.replace('http', 'json', 1)}/texts/{senders.PLACE}"
    with open_partnership(data) as store, store.atomic():
        people = {a.name: a for a in accounts(store)}
        row = {"label": "AFSD texts", "channel": senders.PEOPLE, "setting": TEXTS}
        sender = store.add("sender", row | {"account_id": people["Ivo Lind"].id, "at": stamp(now)})
        for name in REACHED_BY_TEXT:
            target = f"+1{people[name].phone.replace('-', '')}"
            way = {"account_id": people[name].id, "sender_id": sender, "target": target, "every_tier": 0}
            store.add("reach_way", way | {"at": stamp(now)})


def _understanding(store: Store, now: datetime) -> None:
    """An MOU both sides accepted, so that its clauses are quoted where a text uses their words."""
    people = {row["name"]: account(store, row["id"]) for row in store.rows_of("select id, name from account")}
    brandt, okafor, hahn = people["Elaine Brandt"], people["Maya Okafor"], people["Peter Hahn"]
    today = now.date()
    signed_by = (
        mou.Person(brandt.organisation_id, "signatory", brandt.called, brandt.phone),
        mou.Person(okafor.organisation_id, "liaison", okafor.called, okafor.phone),
        mou.Person(hahn.organisation_id, "deputy", hahn.called, hahn.phone),
    )
    agreed = today - timedelta(days=90)
    clauses = mou.proposed_clauses(agreed)
    proposal = mou.Proposal("MOU on school safety", agreed, agreed + timedelta(days=365), clauses, signed_by)
    mou_id = mou.insert(store, proposal, brandt.id, now)
    for person in (brandt, okafor):
        mou.insert_acceptance(store, person, mou_id, now)


def _schools_and_lists(store: Store, now: datetime) -> None:
    for school in SCHOOLS:
        row = {"name": school.name, "place": school.place, "opens": school.opens, "closes": school.closes}
        store.add("school", row)
    for day, entry in _holidays(now.year).items():
        closes = f"{entry.closes:%H:%M}" if entry.closes else ""
        store.add(
            "calendar_day",
            {"day": day.isoformat(), "kind": entry.kind, "closes": closes, "label": entry.label},
        )
    for name, kind, people in (
        (
            "All families",
            "families",
            [Member(f"family{n}@homes.example", f"Family {n}") for n in range(1, 13)],
        ),
        ("All staff", "staff", [Member("all-staff@afsd.example", "All staff")]),
        (
            "Newsrooms",
            "media",
            [Member("desk@courier.example", "Courier desk"), Member("news@channel6.example", "Channel 6")],
        ),
    ):
        audience = store.add("audience", {"name": name, "kind": kind, "added_at": stamp(now)})
        for person in people:
            store.add(
                "audience_member", {"audience_id": audience, "address": person.address, "name": person.name}
            )


def _holidays(year: int) -> dict[date, Day]:
    return {
        date(year, 12, 25): Day("holiday", label="Winter break"),
        date(year + 1, 1, 1): Day("holiday", label="New Year's Day"),
        date(year + 1, 5, 28): Day("early_release", time(12, 30), "Last day of school"),
    }


def start(data: Path) -> None:
    """Begin a fresh demo in `data`: the one before is set aside, the sample sources are served from this process, and
    the scripted afternoon breaks about 20 s later."""
    if data.exists():
        before = data.with_name(data.name + ".before")
        shutil.rmtree(before, ignore_errors=True)
        data.rename(before)
    now = datetime.now(UTC)
    server = SampleServer(start=now, speed=4.0).open()
    atexit.register(server.close)
    seed(data, server.feeds.values(), now)
    means(data, server.address, now)
    breaking = threading.Timer(BREAKS_AFTER, server.play)
    breaking.daemon = True
    breaking.start()
