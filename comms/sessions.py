"""Passwords, sign-in, sessions and known devices: how we know who is there."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import argon2

from comms import audit, authenticator
from comms.people import Actor, Refused, account, session_account, stay
from comms.store import moment, stamp
from monitors.database import Store

FAILURES = 5
LOCKED_FOR = timedelta(minutes=5)
PASSWORD_LEAST = 12

_hasher = argon2.PasswordHasher()


def hash_password(password: str) -> str:
    """argon2id of a password of at least 12 characters; Refused when it is shorter."""
    if len(password) < PASSWORD_LEAST:
        raise Refused(f"A password needs at least {PASSWORD_LEAST} characters; this one has {len(password)}.")
    return _hasher.hash(password)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def session_of(store: Store, token: str, now: datetime) -> Actor | None:
    """The actor behind a cookie, and the note that the session was used (at most one write a minute)."""
    session_id = _hashed(token)
    account_id = session_account(store, session_id, now)
    if account_id is None:
        return None
    actor = Actor(account_id, session_id)
    stay(store, actor, now)
    return actor


def sign_in(store: Store, email: str, password: str, now: datetime) -> str:
    """Open a session and return its token for the cookie. Raises Refused with a sentence that gives nothing away."""
    return open_session(store, password_of(store, email, password, now), now, "signed in")


def password_of(store: Store, email: str, password: str, now: datetime) -> int:
    """The account an address and its password belong to. Raises Refused with a sentence that gives nothing away."""
    row = store.row_of("select * from account where email = ?", email.strip())
    locked = moment(row["locked_until"]) if row else None
    if locked and locked > now:
        minutes = int((locked - now).total_seconds() // 60) + 1
        raise Refused(
            f"Too many wrong passwords. Wait {minutes} min, or ask your administrator. Nothing was changed."
        )
    if not _password_fits(str(row["password_hash"]) if row else "", password) or not row or not row["active"]:
        if row:
            _count_failure(store, row, now)
        raise Refused("The e-mail or the password is not right. Check both and try again.")
    with store.atomic():
        store.execute("update account set failures = 0, locked_until = null where id = ?", [row["id"]])
    return int(row["id"])


def open_session(store: Store, account_id: int, now: datetime, did: str) -> str:
    """A new session for a person already identified; its token. The token itself is never stored."""
    token = secrets.token_urlsafe(32)
    with store.atomic():
        person = account(store, account_id)
        store.add(
            "session",
            {"id": _hashed(token), "account_id": account_id, "opened_at": stamp(now), "seen_at": stamp(now)},
        )
        audit.append(
            store, now, who=person.name, seat=person.seat, did=did, about=f"account {account_id}", details={}
        )
    return token


_NO_HASH = _hasher.hash(secrets.token_urlsafe(16))


def _password_fits(password_hash: str, password: str) -> bool:
    """Takes as long for an address that has no account, so that the time gives nothing away."""
    try:
        return _hasher.verify(password_hash or _NO_HASH, password) and bool(password_hash)
    except argon2.exceptions.VerificationError:
        return False


def password_fits(store: Store, account_id: int, password: str, now: datetime) -> bool:
    """Whether this is the person's password, under the same lock as sign-in. Raises Refused while locked."""
    row = store.row_of("select * from account where id = ?", account_id)
    if row is None or not row["active"]:
        return False
    locked = moment(row["locked_until"])
    if locked and locked > now:
        raise Refused("Too many wrong codes. Wait 5 min, or call the sender. Nothing was recorded.")
    if _password_fits(str(row["password_hash"]), password):
        return True
    _count_failure(store, row, now)
    return False


def proves(store: Store, account_id: int, code: str, now: datetime) -> bool:
    """Whether this is the person's second thing: a code of their authenticator once it is set up, until then the
    password. Under the same lock as sign-in; raises Refused while locked."""
    if not authenticator.enrolled(store, account_id):
        return password_fits(store, account_id, code, now)
    row = store.row_of("select * from account where id = ?", account_id)
    if row is None or not row["active"]:
        return False
    locked = moment(row["locked_until"])
    if locked and locked > now:
        raise Refused("Too many wrong codes. Wait 5 min, or call the sender. Nothing was recorded.")
    if authenticator.code_fits(store, account_id, code, now):
        return True
    _count_failure(store, row, now)
    return False


def _count_failure(store: Store, row: dict[str, Any], now: datetime) -> None:
    with store.atomic():
        store.execute("update account set failures = failures + 1 where id = ?", [row["id"]])
        current = store.row_of("select failures from account where id = ?", row["id"])
        if current and current["failures"] >= FAILURES:
            store.execute(
                "update account set failures = 0, locked_until = ? where id = ?",
                [stamp(now + LOCKED_FOR), row["id"]],
            )
            audit.append(
                store,
                now,
                who=str(row["name"]),
                seat=str(row["seat"]),
                did="was locked out for 5 min",
                about=f"account {row['id']}",
                details={"after": FAILURES},
            )


def sign_out(store: Store, actor: Actor, now: datetime, everywhere: bool = False) -> None:
    """End this session, or every session of this person."""
    with store.atomic():
        store.execute(
            "update session set ended_at = ? where ended_at is null and account_id = ? and (? or id = ?)",
            [stamp(now), actor.account_id, everywhere, actor.session_id],
        )
        person = account(store, actor.account_id)
        audit.append(
            store,
            now,
            who=person.name,
            seat=person.seat,
            did="signed out",
            about=f"account {person.id}",
            details={},
        )


def knows_device(store: Store, account_id: int, device_token: str) -> bool:
    """Whether this person has decided on this device before."""
    return bool(
        store.row_of(
            "select 1 from device where id = ? and account_id = ?", _hashed(device_token), account_id
        )
    )


def remember_device(store: Store, account_id: int, now: datetime) -> str:
    """A token for this device's cookie, after the person proved who they are."""
    token = secrets.token_urlsafe(24)
    with store.atomic():
        store.add("device", {"id": _hashed(token), "account_id": account_id, "first_seen_at": stamp(now)})
    return token
