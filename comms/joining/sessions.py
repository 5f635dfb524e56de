"""Passwords, sign-in, sessions and known devices: how we know who is there."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import argon2

from comms import audit
from comms.joining import authenticator
from comms.people import Actor, Refused, account, session_account, stay
from comms.store import moment, stamp
from monitors.database import Store

FAILURES = 5
LOCKED_FOR = timedelta(minutes=5)
PASSWORD_LEAST = 12
NOT_RIGHT = "The e-mail or the password is not right. Check both and try again. After 5 wrong ones an account waits 5 min."
"""The same for an address without an account, a wrong password and a locked account, so that it tells nobody which."""

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


def password_of(
    store: Store, email: str, password: str, now: datetime, devices: Mapping[int, str] | None = None
) -> int:
    """The account an address and its password belong to. Raises Refused with a sentence that gives nothing away.

    `devices` is account -> the token of this browser, as its cookies claim.
    """
    row = store.row_of("select id, password_hash, active from account where email = ?", email.strip())
    fits = _password_fits(
        str(row["password_hash"]) if row else "", password
    )  # also when locked: time tells nothing
    if row is None:
        raise Refused(NOT_RIGHT)
    device = (devices or {}).get(row["id"], "")
    tries = _tries(store, row["id"], device)
    if tries.locked(now):
        raise Refused(tries.sentence(now, "passwords") if tries.known else NOT_RIGHT)
    if not fits or not row["active"]:
        _count_failure(store, row["id"], device, now)
        raise Refused(NOT_RIGHT)
    if not authenticator.enrolled(
        store, row["id"]
    ):  # else the code ends the count, or it could be guessed for ever
        _forgive(store, tries)
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


_hashing = threading.BoundedSemaphore(4)
"""Passwords hashed at the same time: each takes 64 MB, and a stranger may ask for one."""


def _password_fits(password_hash: str, password: str) -> bool:
    """Takes as long for an address that has no account, so that the time gives nothing away."""
    try:
        with _hashing:
            return _hasher.verify(password_hash or _NO_HASH, password) and bool(password_hash)
    except argon2.exceptions.VerificationError:
        return False


def proves(store: Store, account_id: int, code: str, now: datetime, device: str = "") -> bool:
    """Whether this is the person's second thing: a code of their authenticator once it is set up, until then the
    password. Counted as sign-in counts; raises Refused while locked. `device` is this browser's token, if it has one."""

    def fits() -> bool:
        if authenticator.enrolled(store, account_id):
            return authenticator.code_fits(store, account_id, code, now)
        return _password_fits(str(row["password_hash"]) if row else "", code)

    row = store.row_of("select password_hash from account where id = ? and active", account_id)
    return row is not None and counted(store, account_id, fits, now, device)


def counted(store: Store, account_id: int, fits: Callable[[], bool], now: datetime, device: str = "") -> bool:
    """Ask `fits` unless too many answers were wrong before, and count the answer. Raises Refused while locked."""
    tries = _tries(store, account_id, device)
    if tries.locked(now):
        raise Refused(tries.sentence(now, "codes"))
    if fits():
        _forgive(store, tries)
        return True
    _count_failure(store, account_id, device, now)
    return False


# Wrong answers ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tries:
    """Where a person's wrong answers are counted: at a browser they used before, else at their account.

    Strangers reach the account's count alone, so that they never lock a person out at their own desk or phone.
    """

    table: str
    key: int | str
    failures: int
    locked_until: datetime | None

    @property
    def known(self) -> bool:
        """Whether this is a browser the person used before."""
        return self.table == "device"

    def locked(self, now: datetime) -> bool:
        """Whether nothing is tried until later."""
        return self.locked_until is not None and self.locked_until > now

    def sentence(self, now: datetime, what: str) -> str:
        """What a locked person reads."""
        minutes = int(((self.locked_until or now) - now).total_seconds() // 60) + 1
        return f"Too many wrong {what}. Wait {minutes} min, or ask your administrator. Nothing was recorded."


def _tries(store: Store, account_id: int, device: str) -> _Tries:
    row = store.row_of(
        "select 'device' as source, id, failures, locked_until from device where id = ? and account_id = ? "
        "union all select 'account', id, failures, locked_until from account where id = ?",
        _hashed(device),
        account_id,
        account_id,
    )
    if row is None:
        raise KeyError(account_id)
    return _Tries(row["source"], row["id"], row["failures"], moment(row["locked_until"]))


def _forgive(store: Store, tries: _Tries) -> None:
    if tries.failures or tries.locked_until:
        with store.atomic():
            store.table(tries.table).update(tries.key, {"failures": 0, "locked_until": None})


def _count_failure(store: Store, account_id: int, device: str, now: datetime) -> None:
    with store.atomic():
        tries = _tries(store, account_id, device)  # read again: others may have tried meanwhile
        over = tries.failures + 1 >= FAILURES
        locked = {"failures": 0, "locked_until": stamp(now + LOCKED_FOR)}
        store.table(tries.table).update(tries.key, locked if over else {"failures": tries.failures + 1})
        if over:
            person = account(store, account_id)
            where = "at a browser they used before" if tries.known else "from elsewhere"
            audit.append(
                store,
                now,
                who=person.name,
                seat=person.seat,
                did="was locked out for 5 min",
                about=f"account {account_id}",
                details={"after": FAILURES, "tried": where},
            )


def sign_out(store: Store, actor: Actor, now: datetime, everywhere: bool = False) -> None:
    """End this session, or every session of this person."""
    with store.atomic():
        store.execute(
            "update session set ended_at = ? where ended_at is null and account_id = ? and (? or id = ?)",
            [stamp(now), actor.account_id, everywhere, actor.session_id],
        )
        if everywhere:
            forget_devices(store, actor.account_id)
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


def forget_devices(store: Store, account_id: int) -> None:
    """No browser counts as one this person used before: one of them may be in other hands."""
    store.execute("delete from device where account_id = ?", [account_id])
