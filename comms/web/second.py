"""The second thing on a plain page: a code of the person's authenticator, or until they have one their password."""

from __future__ import annotations

from dataclasses import dataclass

from comms.joining import authenticator, sessions
from comms.people import Account, Refused
from comms.web.identity import device_cookie
from comms.web.pages import Visit


@dataclass(frozen=True, slots=True)
class Second:
    """What a form asks this person for. `word` is how sentences call it."""

    label: str
    word: str
    kind: str
    autocomplete: str


PASSWORD = Second("Your One Voice password", "password", "password", "current-password")
CODE = Second("Code from your authenticator app", "code", "text", "one-time-code")


def asked_of(visit: Visit, person: Account) -> Second:
    """What this person is asked for."""
    return CODE if authenticator.enrolled(visit.store, person.id) else PASSWORD


def not_them(visit: Visit, person: Account) -> str | None:
    """Why we do not believe that this is the person, or None. Reads the form's field `code`."""
    code, second = visit.form.get("code", ""), asked_of(visit, person)
    if not code:
        return (
            "Type your One Voice password. Nothing was recorded."
            if second is PASSWORD
            else "Type the code your authenticator shows. Nothing was recorded."
        )
    try:
        fits = sessions.proves(
            visit.store, person.id, code, visit.now, visit.cookies.get(device_cookie(person.id), "")
        )
    except Refused as refusal:
        return str(refusal)
    if fits:
        return None
    if second is CODE:
        return "That code does not fit, or was used before. Nothing was recorded; wait for the next one."
    return "That is not your password. Nothing was recorded; check it and try again."
