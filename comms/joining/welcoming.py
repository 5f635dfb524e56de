"""Bringing people in: the one-time link of whoever set up, and the invitations of everybody named since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from comms import clocks, links
from comms.joining import invitations
from comms.joining.sessions import open_session
from comms.partnership import SETTING_UP, organisations, profile
from comms.people import SEAT_NAMES, Account, Actor, Refused, Seat, account, acting
from comms.reaching import notices
from comms.store import moment, stamp
from monitors.database import Store

TICKET = "first sign-in"
TICKET_HOLDS = timedelta(minutes=10)


def ticket(data: Path, account_id: int, now: datetime) -> str:
    """The path that opens the first session of an account, once, within ten minutes."""
    payload = {"account": account_id, "until": stamp(now + TICKET_HOLDS)}
    return f"/welcome/{links.sign(data, TICKET, payload)}"


def redeem(store: Store, data: Path, token: str, now: datetime) -> tuple[str, int]:
    """The cookie's token of a first session, and whose it is. Raises Refused when the ticket is used, old or foreign."""
    payload = links.read(data, TICKET, token)
    until = moment(payload["until"]) if payload else None
    if payload is None or until is None or until <= now:
        raise Refused("This link has ended. Sign in with the e-mail and the password you typed.")
    with store.atomic():
        if store.row_of("select 1 from session where account_id = ?", payload["account"]):
            raise Refused("This link was used. Sign in with the e-mail and the password you typed.")
        return open_session(store, payload["account"], now, "signed in"), int(payload["account"])


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person who was named and has not set a password; `path` is their invitation, made now."""

    account: Account
    path: str


def waiting_for_password(store: Store, data: Path, person: Account, now: datetime) -> list[Waiting]:
    """Who was invited and did not come yet, of those this person may hand a link to.

    The own side's people; and of an agency in which nobody has a password yet, its administrator.
    """
    if person.seat not in SETTING_UP:
        return []
    rows = store.rows_of(
        "select id from account a where active and password_hash = '' and (organisation_id = :own or (:district and "
        "seat = 'administrator' and not exists (select 1 from account b where b.organisation_id = a.organisation_id "
        "and b.active and b.password_hash <> ''))) order by id",
        own=person.organisation_id,
        district=int(person.side == "district"),
    )
    return [Waiting(account(store, r["id"]), invitations.path(store, data, r["id"], now)) for r in rows]


def invite_again(
    store: Store, actor: Actor, data: Path, account_id: int, base: str, now: datetime
) -> Account:
    """Queue an invitation's e-mail once more, with a fresh link."""
    with acting(store, actor, "sent an invitation", now, seats=SETTING_UP) as act:
        waiting = next(
            (w for w in waiting_for_password(store, data, act.account, now) if w.account.id == account_id),
            None,
        )
        if waiting is None:
            raise Refused(
                "This person has a password already, or is named by the other side. Nothing was sent."
            )
        invite_by_mail(store, waiting, act.account, base, now)
        act.record(f"account {account_id}", name=waiting.account.name)
        return waiting.account


def invite_by_mail(store: Store, waiting: Waiting, by: Account, base: str, now: datetime) -> None:
    """Queue an invitation; the caller holds the transaction. `base` is where people reach the server."""
    person = waiting.account
    text = notices.letter(
        "invitation.txt",
        name=person.called,
        by=by.called,
        partners=" and ".join(o.name for o in organisations(store)),
        seat=SEAT_NAMES[person.seat],
        organization=person.organisation,
        address=base.rstrip("/") + waiting.path,
        until=clocks.full(now + invitations.KEPT, profile(store).timezone),
        names_people=person.side == "agency" and person.seat is Seat.ADMINISTRATOR,
    )
    notices.queue(
        store,
        notices.Message(
            f"invitation {person.id} {stamp(now)}",
            person.email,
            "Your invitation to One Voice",
            text,
            person.name,
            f"account {person.id}",
        ),
        now,
    )
