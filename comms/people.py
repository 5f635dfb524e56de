"""Accounts, seats, sessions; Actor, and the check inside every command that an actor may."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from comms import audit
from comms.store import stamp
from monitors.database import Store

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
"""A session ends after 30 min without a page, or 12 h after it began (ASVS 5.0, 7.3)."""
NAME_MOST = 120
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Refused(Exception):
    """A command that did nothing. Its text is the sentence the person reads."""


class Seat(StrEnum):
    """What a person does in the partnership. One account holds one seat."""

    COMMUNICATIONS = "communications"
    PIO = "pio"
    SUPERINTENDENT = "superintendent"
    COUNSEL = "counsel"
    ADMINISTRATOR = "administrator"
    RECORDS = "records"
    OBSERVER = "observer"


SEAT_NAMES = {
    Seat.COMMUNICATIONS: "Communications",
    Seat.PIO: "Police PIO",
    Seat.SUPERINTENDENT: "Superintendent",
    Seat.COUNSEL: "Counsel",
    Seat.ADMINISTRATOR: "Administrator",
    Seat.RECORDS: "Records clerk",
    Seat.OBSERVER: "Observer",
}
APPROVING = frozenset({Seat.PIO, Seat.SUPERINTENDENT, Seat.COUNSEL})
WRITING = frozenset({Seat.COMMUNICATIONS, Seat.PIO, Seat.SUPERINTENDENT})
"""Who may edit a text: everyone who answers for it."""
OF_SIDE = {
    "district": frozenset(Seat) - {Seat.PIO},
    "agency": frozenset({Seat.PIO, Seat.ADMINISTRATOR, Seat.RECORDS, Seat.OBSERVER}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting, and how we know: a session of the screens, a link's ask, or the operator's shell."""

    account_id: int
    session_id: str = ""
    via: str = "screen"


@dataclass(frozen=True, slots=True)
class Account:
    """A person with a seat on one side. `side` is "district" or "agency"."""

    id: int
    organisation_id: int
    side: str
    organisation: str
    email: str
    name: str
    title: str
    phone: str
    seat: Seat
    sro: bool
    active: bool

    @property
    def called(self) -> str:
        """How sentences name this person: the title once, then the name."""
        return (
            f"{self.title} {self.name}".strip()
            if self.title in {"Sgt.", "Lt.", "Dr.", "Chief", "Capt."}
            else self.name
        )


_ACCOUNT = (
    "select account.id, organisation_id, organisation.kind as side, organisation.name as organisation, "
    "account.email, account.name, title, account.phone, seat, sro, active "
    "from account join organisation on organisation.id = account.organisation_id "
)


def _account(row: dict[str, Any]) -> Account:
    return Account(
        **{**row, "seat": Seat(row["seat"]), "sro": bool(row["sro"]), "active": bool(row["active"])}
    )


def account(store: Store, account_id: int) -> Account:
    """One account, also a disabled one. KeyError when there is none."""
    row = store.row_of(_ACCOUNT + "where account.id = ?", account_id)
    if row is None:
        raise KeyError(account_id)
    return _account(row)


def accounts(store: Store, *, seat: Seat | None = None, organisation_id: int | None = None) -> list[Account]:
    """Active accounts, of one seat or organisation when named, in the order they were added."""
    rows = store.rows_of(
        _ACCOUNT + "where active and (:seat is null or seat = :seat) "
        "and (:org is null or organisation_id = :org) order by account.id",
        seat=seat,
        org=organisation_id,
    )
    return [_account(row) for row in rows]


@dataclass(slots=True)
class Act:
    """One running command: who acts, when, and what the log will say of it."""

    account: Account
    now: datetime
    about: str = ""
    details: dict[str, object] = field(default_factory=dict)
    nothing_new: bool = False
    """True for the second click: the command is done already and writes no second entry."""

    def record(self, about: str, **details: object) -> None:
        """Name what this command was about; values must be plain JSON."""
        self.about = about
        self.details |= details


@contextlib.contextmanager
def acting(
    store: Store,
    actor: Actor,
    did: str,
    now: datetime,
    seats: Collection[Seat] = frozenset(Seat),
    but: str = "",
) -> Iterator[Act]:
    """One transaction of one person: checks the actor, runs the body, writes the log entry, or does nothing.

    A refusal undoes everything and is itself logged. Raises Refused when the session has ended, the account is
    disabled, its seat is not among `seats` (`but` says then who may), or what the command was about is the matter of
    another agency.
    """
    act: Act | None = None
    try:
        with store.atomic():
            act = Act(viewer(store, actor, now), now)
            stay(store, actor, now)
            if act.account.seat not in seats:
                allowed = " or ".join(SEAT_NAMES[seat] for seat in Seat if seat in seats)
                raise Refused(
                    but
                    or f"Your seat is {SEAT_NAMES[act.account.seat]}. {allowed} may do this. Nothing was changed."
                )
            yield act
            if theirs_alone(store, act.account, act.about):
                raise Refused(OTHER_AGENCY)
            if not act.nothing_new:
                _log(store, act, did, actor)
    except Refused as refusal:
        with store.atomic():
            who = act.account if act else actor.account_id
            note_refusal(store, now, who, did, act.about if act else "", str(refusal), actor.via)
        raise


def note_refusal(
    store: Store, now: datetime, who: Account | int, did: str, about: str, why: str, via: str
) -> None:
    """Write down what was refused, with its sentence; the caller holds the transaction. An account number stands for
    a person we could not believe."""
    audit.append(
        store,
        now,
        who=who.name if isinstance(who, Account) else f"account {who}",
        seat=str(who.seat) if isinstance(who, Account) else "",
        did=f"was refused: {did}",
        about=about,
        details={"why": why, "via": via},
    )


OTHER_AGENCY = "This incident names another agency. Ask the district's communications for what you need. Nothing was changed."
_AGENCIES = "select partner_id, lead_id from incident where id = "
_OF = {
    "incident": f"{_AGENCIES}?",
    "statement": f"{_AGENCIES}(select incident_id from statement where id = ?)",
    "release": f"{_AGENCIES}(select incident_id from statement where id = (select statement_id from release where id = ?))",
}
"""What a log entry is about -> the agencies whose matter it is, beside the district's."""


def theirs_alone(store: Store, person: Account, about: str) -> bool:
    """Whether this ("incident 3", "statement 7", "release 2") is a matter of agencies other than this person's."""
    what, _, number = about.partition(" ")
    if person.side != "agency" or what not in _OF or not number.isdigit():
        return False
    row = store.row_of(_OF[what], int(number))
    return row is not None and person.organisation_id not in row.values()


def _log(store: Store, act: Act, did: str, actor: Actor) -> None:
    details = act.details if actor.via == "screen" else act.details | {"via": actor.via}
    audit.append(
        store, act.now, who=act.account.name, seat=act.account.seat, did=did, about=act.about, details=details
    )


def session_account(store: Store, session_id: str, now: datetime) -> int | None:
    """The account a live session belongs to, else None."""
    row = store.row_of("select * from session where id = ?", session_id)
    if row is None or row["ended_at"]:
        return None
    opened, seen = datetime.fromisoformat(row["opened_at"]), datetime.fromisoformat(row["seen_at"])
    return None if now - opened > LONGEST or now - seen > IDLE else int(row["account_id"])


def stay(store: Store, actor: Actor, now: datetime) -> None:
    """Note that a person used this session, so that it does not end as idle; at most one write a minute."""
    fresh = stamp(now - timedelta(minutes=1))
    row = store.row_of("select seen_at from session where id = ? and ended_at is null", actor.session_id)
    if row and row["seen_at"] < fresh:  # read first: a write would queue behind every other writer
        store.execute("update session set seen_at = ? where id = ?", [stamp(now), actor.session_id])


def viewer(store: Store, actor: Actor, now: datetime) -> Account:
    """The account behind an actor, re-checked now. Raises Refused when it is disabled or its session has ended."""
    row = store.row_of(_ACCOUNT + "where account.id = ?", actor.account_id)
    if row is None or not row["active"]:
        raise Refused("Your account was disabled. What you typed is kept. Ask your administrator.")
    if actor.via == "screen" and session_account(store, actor.session_id, now) != actor.account_id:
        raise Refused("You were signed out. What you typed is kept. Sign in again to go on.")
    return _account(row)


# Accounts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an administrator types to give a person a seat."""

    organisation_id: int
    email: str
    name: str
    seat: Seat
    title: str = ""
    phone: str = ""
    sro: bool = False
    password_hash: str = ""


def checked_name(name: str, what: str) -> str:
    """A name as it will be kept: not blank, one line, at most 120 characters. Accents and emoji stay.

    Signs that turn the direction of reading or are seen by nobody go: with them one name looks like another.
    """
    clean = " ".join(_UNSEEN.sub("", name).split())
    if not clean:
        raise Refused(f"{what} is empty. Type it to go on; everything else you typed is kept.")
    if len(clean) > NAME_MOST:
        raise Refused(
            f"{what} has {len(clean):,} characters; the limit is {NAME_MOST}. It is kept here. Shorten it."
        )
    return clean


def insert_account(store: Store, new: NewAccount, now: datetime, added_by: int | None) -> int:
    """Write an account; the caller holds the transaction and has checked who acts. Raises Refused."""
    organisation = store.row_of("select kind, name from organisation where id = ?", new.organisation_id)
    if organisation is None:
        raise Refused("That organization is not part of this partnership. Nothing was saved.")
    if new.seat not in OF_SIDE[str(organisation["kind"])]:
        raise Refused(
            f"{organisation['name']} cannot give the seat {SEAT_NAMES[new.seat]}; the other side does."
        )
    if new.sro and new.seat in APPROVING:
        raise Refused(
            "A school resource officer never approves. Choose another seat, or take the SRO mark away."
        )
    email = new.email.strip()
    if (
        "@" not in email.strip("@")
        or any(c.isspace() for c in email)
        or _UNSEEN.search(email)
        or len(email) > 254
    ):
        raise Refused(f"“{email[:80]}” is not an e-mail address. Everything else you typed is kept.")
    if store.row_of("select 1 from account where email = ?", email):
        raise Refused(f"{email} has an account already. Nothing was saved twice.")
    return store.add(
        "account",
        {
            "organisation_id": new.organisation_id,
            "email": email,
            "name": checked_name(new.name, "The name"),
            "title": new.title.strip()[:60],
            "phone": new.phone.strip()[:40],
            "seat": str(new.seat),
            "sro": int(new.sro),
            "password_hash": new.password_hash,
            "added_by": added_by,
            "added_at": stamp(now),
        },
    )


def add_account(store: Store, actor: Actor, new: NewAccount, now: datetime) -> int:
    """An administrator gives a person of the *own* organisation a seat (an agency names its own approvers)."""
    with acting(store, actor, "added an account", now, seats={Seat.ADMINISTRATOR}) as act:
        if new.organisation_id != act.account.organisation_id:
            raise Refused("Each organization names its own people. Ask the other side's administrator.")
        account_id = insert_account(store, new, now, act.account.id)
        act.record(f"account {account_id}", name=new.name, seat=str(new.seat))
        return account_id


def disable_account(store: Store, actor: Actor, account_id: int, now: datetime) -> None:
    """An administrator ends an account of the own organisation; its sessions end at once."""
    with acting(store, actor, "disabled an account", now, seats={Seat.ADMINISTRATOR}) as act:
        person = account(store, account_id)
        if person.organisation_id != act.account.organisation_id:
            raise Refused("Each organization ends its own accounts. Nothing was changed.")
        act.nothing_new = not person.active
        store.execute("update account set active = 0 where id = ?", [account_id])
        store.execute(
            "update session set ended_at = ? where account_id = ? and ended_at is null",
            [stamp(now), account_id],
        )
        act.record(f"account {account_id}", name=person.name)
