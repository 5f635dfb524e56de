"""One-time codes: a person's authenticator app as the second thing, for signing in and for deciding (RFC 6238).

The key is sealed with the partnership's own key file, so that a copy of the database alone makes no codes. A code
counts once: the time step it was made for, and every one before it, is never accepted again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote

import pyotp
from cryptography.fernet import Fernet, InvalidToken

from comms import links
from comms.people import Actor, Refused, Seat, account, acting
from comms.reaching import notices
from comms.store import stamp
from monitors.database import Store

STEP = 30
"""Seconds a code is shown for."""
AROUND = 1
"""Steps before and after now that are taken too: clocks differ and fingers are slow."""


def enrolled(store: Store, account_id: int) -> bool:
    """Whether this person's authenticator was set up and proved with a code."""
    return bool(
        store.row_of(
            "select 1 from authenticator where account_id = ? and enrolled_at is not null", account_id
        )
    )


def begin(store: Store, actor: Actor, now: datetime) -> str:
    """A new key for this person's app; the same one until it was proved. Raises Refused when one is set up already."""
    with acting(store, actor, "began to set up an authenticator", now) as act:
        row = store.row_of("select * from authenticator where account_id = ?", act.account.id)
        act.record(f"account {act.account.id}")
        if row and row["enrolled_at"]:
            raise Refused("Your authenticator is set up already. Take it away first to set up another.")
        if row:
            act.nothing_new = True
            return _opened(store, row["secret"])
        secret = pyotp.random_base32()
        store.add("authenticator", {"account_id": act.account.id, "secret": _sealed(store, secret)})
        return secret


def address(secret: str, email: str) -> str:
    """The address an authenticator app opens or reads as a picture."""
    return f"otpauth://totp/One%20Voice:{quote(email)}?secret={secret}&issuer=One%20Voice"


def prove(store: Store, actor: Actor, code: str, now: datetime) -> None:
    """End the set-up: the first code shows that the app has the key. From then on a code is asked for."""
    with acting(store, actor, "set up an authenticator", now) as act:
        act.record(f"account {act.account.id}")
        if not _take(store, act.account.id, code, now, proved=False):
            raise Refused("That code does not fit. Check the clock of your phone and type the next one.")
        store.execute(
            "update authenticator set enrolled_at = ? where account_id = ?", [stamp(now), act.account.id]
        )


def remove(store: Store, actor: Actor, code: str, now: datetime) -> None:
    """Take the authenticator away, with a code of it."""
    with acting(store, actor, "took an authenticator away", now) as act:
        act.record(f"account {act.account.id}")
        if not _take(store, act.account.id, code, now):
            raise Refused("That code does not fit, so nothing was changed. Type the next one.")
        store.execute("delete from authenticator where account_id = ?", [act.account.id])


def reset(store: Store, actor: Actor, account_id: int, now: datetime) -> None:
    """An administrator takes a lost phone's authenticator away, for a person of the own organization, who is told."""
    with acting(store, actor, "reset an authenticator", now, seats={Seat.ADMINISTRATOR}) as act:
        person = account(store, account_id)
        act.record(f"account {account_id}", name=person.name)
        if person.organisation_id != act.account.organisation_id:
            raise Refused("Each organization looks after its own people. Nothing was changed.")
        if not enrolled(store, account_id):
            act.nothing_new = True
            return
        store.execute("delete from authenticator where account_id = ?", [account_id])
        text = notices.letter("authenticator_reset.txt", path="/authenticator", person=person, by=act.account)
        key = f"authenticator of {account_id} reset {stamp(now)}"
        subject = "Your authenticator was taken away"
        about = f"account {account_id}"
        notices.queue(store, notices.Message(key, person.email, subject, text, person.name, about), now)


def code_fits(store: Store, account_id: int, code: str, now: datetime) -> bool:
    """Whether this is a code of the person's authenticator that was never used before; it is used up by asking."""
    with store.atomic():
        return _take(store, account_id, code, now)


def _take(store: Store, account_id: int, code: str, now: datetime, proved: bool = True) -> bool:
    row = store.row_of("select * from authenticator where account_id = ?", account_id)
    digits = "".join(c for c in code if c.isascii() and c.isdigit())
    if row is None or len(digits) != 6 or bool(row["enrolled_at"]) is not proved:
        return False
    totp, step_now = pyotp.TOTP(_opened(store, row["secret"])), int(now.timestamp()) // STEP
    for step in range(step_now - AROUND, step_now + AROUND + 1):
        if step > row["last_step"] and hmac.compare_digest(totp.at(step * STEP), digits):
            store.execute("update authenticator set last_step = ? where account_id = ?", [step, account_id])
            return True
    return False


def _seal(store: Store) -> Fernet:
    token = links.sign(store.path.parent, "authenticator", {})
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()))


def _sealed(store: Store, secret: str) -> str:
    return _seal(store).encrypt(secret.encode()).decode()


def _opened(store: Store, sealed: str) -> str:
    try:
        return _seal(store).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Refused(
            "This authenticator was set up under another key file. Ask your administrator to reset it."
        ) from error
