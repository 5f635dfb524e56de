"""Invitations: a person sets their own password by a signed link; nobody types it for them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from comms import audit, links
from comms.joining.sessions import forget_devices, hash_password, open_session
from comms.people import Account, Actor, Refused, Seat, account, acting
from comms.store import moment, stamp
from monitors.database import Store

PURPOSE = "invitation"
KEPT = timedelta(days=7)
"""How long an invitation can be opened."""


def invite(store: Store, actor: Actor, data: Path, account_id: int, now: datetime) -> str:
    """An administrator makes a link for a person of the own organisation; its path, e.g. "/invitation/…".

    A second invitation does not undo the first; the first password that is set ends both.
    """
    with acting(store, actor, "invited a person to set a password", now, seats={Seat.ADMINISTRATOR}) as act:
        person = account(store, account_id)
        if person.organisation_id != act.account.organisation_id:
            raise Refused("Each organization invites its own people. Ask the other side's administrator.")
        act.record(f"account {account_id}", name=person.name)
        return path(store, data, account_id, now)


def path(store: Store, data: Path, account_id: int, now: datetime) -> str:
    """The link itself, for set-up, where the first accounts are made before anyone can act. KeyError: no such account."""
    account(store, account_id)
    payload = {"account": account_id, "was": _password_mark(store, account_id), "until": stamp(now + KEPT)}
    return f"/invitation/{links.sign(data, PURPOSE, payload)}"


def invited(store: Store, data: Path, token: str, now: datetime) -> Account:
    """Whom an invitation is for. Raises Refused when it is not ours, too old, used, or the account was disabled."""
    payload = links.read(data, PURPOSE, token)
    if payload is None:
        raise Refused(
            "This is not an invitation of ours. Copy the whole link from the message, or ask for a new one."
        )
    until = moment(payload["until"])
    if until is None or until <= now:
        raise Refused("This invitation has ended; it held for 7 days. Ask your administrator for a new one.")
    if _password_mark(store, payload["account"]) != payload["was"]:
        raise Refused(
            "This invitation was used and cannot be used again. Sign in with the password that was set."
        )
    person = account(store, payload["account"])
    if not person.active:
        raise Refused("This account was disabled. Ask your administrator.")
    return person


def accept(store: Store, data: Path, token: str, password: str, now: datetime) -> str:
    """Set the person's password and open their first session; its token for the cookie. Raises Refused."""
    password_hash = hash_password(password)  # slow on purpose, so before the transaction
    with store.atomic():
        person = invited(store, data, token, now)
        store.execute(
            "update account set password_hash = ?, failures = 0, locked_until = null where id = ?",
            [password_hash, person.id],
        )
        store.execute(
            "update session set ended_at = ? where account_id = ? and ended_at is null",
            [stamp(now), person.id],
        )
        forget_devices(store, person.id)
        about = f"account {person.id}"
        audit.append(
            store, now, who=person.name, seat=person.seat, did="set a password", about=about, details={}
        )
        return open_session(store, person.id, now, "signed in")


def _password_mark(store: Store, account_id: int) -> str:
    """Changes when the password does, and tells nothing about it: argon2id's salt is inside."""
    row = store.row_of("select password_hash from account where id = ?", account_id)
    return hashlib.sha256(str(row["password_hash"]).encode()).hexdigest()[:16] if row else ""
