"""What every link to an answer shares: whose it is, whether this browser is known, the second thing, and the log.

A link names a person and opens for nobody else; a GET decides nothing. What is refused here stands in the log as a
refused command does (the domain rules, section 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from comms import links, people
from comms.joining import sessions
from comms.people import Account, account
from comms.store import moment, stamp
from comms.web import second
from comms.web.identity import device_cookie, keep_device
from comms.web.pages import Visit, told

PROOF_HOLDS = timedelta(minutes=10)
"""How long a second thing given to see the text also counts for the answer, in this browser and for this link alone."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of link: what its token was signed for, the path it answers under, and its cookie of the proof."""

    purpose: str
    path: str
    cookie: str

    @property
    def proved(self) -> str:
        """What the cookie's token is signed for."""
        return f"proved {self.purpose}"

    def payload(self, visit: Visit) -> dict[str, Any] | None:
        """What the link says, if we wrote it."""
        return links.read(visit.data, self.purpose, visit.path["token"])


@dataclass(frozen=True, slots=True)
class Reader:
    """Who the link is for, and how sure we are that they read it."""

    kind: Kind
    of: tuple[int, ...]
    """What the proof is bound to: this link's numbers."""
    about: str
    person: Account
    known: bool
    """This person used this browser before, or is signed in on it."""
    proved: bool
    """They gave their second thing here within the last minutes, for this link."""


def reader(visit: Visit, kind: Kind, person_id: int, of: Sequence[int], about: str) -> Reader | Response:
    """The person a link is for, or the page of who may not open it: someone else signed in, an ended account."""
    person = account(visit.store, person_id)
    here = visit.account
    device = visit.cookies.get(device_cookie(person.id), "")
    found = Reader(
        kind,
        tuple(of),
        about,
        person,
        bool(here) or (device != "" and sessions.knows_device(visit.store, person.id, device)),
        _proof_holds(visit, kind, of),
    )
    if not person.active:
        sentence = "Nothing was recorded. Ask your administrator."
        return refused(visit, found, "This account was disabled", sentence, 410, by=person)
    if here and here.id != person.id:
        sentence = (
            f"This link is for {person.called}. You are signed in as {here.called}. Nothing was recorded."
        )
        out = ("/sign-out", "Sign out")
        return refused(visit, found, "This link is for someone else", sentence, 403, link=out, by=here)
    return found


def _proof_holds(visit: Visit, kind: Kind, of: Sequence[int]) -> bool:
    proof = links.read(visit.data, kind.proved, visit.cookies.get(kind.cookie, "")) or {}
    until = moment(proof.get("until"))
    held = (
        until is not None and visit.now < until <= visit.now + PROOF_HOLDS
    )  # also when a clock was set back
    return held and proof.get("of") == list(of)


def refused(
    visit: Visit,
    reader: Reader,
    title: str,
    sentence: str,
    status: int,
    *,
    link: tuple[str, str] | None = None,
    by: Account | None = None,
) -> Response:
    """The page of a link that does nothing, and its line in the log. `by` is who tried, if not whom it is for."""
    note(visit, reader, f"{title}. {sentence}", by=by)
    return told(title, sentence, status, link=link)


def note(visit: Visit, reader: Reader, why: str, by: Account | None = None) -> None:
    """Write down that a link was refused."""
    with visit.store.atomic():
        did = "answered by link" if visit.method == "POST" else "opened a link"
        people.note_refusal(visit.store, visit.now, by or reader.person, did, reader.about, why, "link")


def not_them(visit: Visit, reader: Reader) -> str | None:
    """Why we do not believe that this is the person, or None. What did not fit stands in the log."""
    trouble = None if reader.proved else second.not_them(visit, reader.person)
    if trouble and visit.form.get("code"):
        note(visit, reader, trouble)
    return trouble


def remember(visit: Visit, reader: Reader) -> Response:
    """The second thing came before the text: then this browser is known, and it holds for the answer too."""
    proof = {"of": list(reader.of), "until": stamp(visit.now + PROOF_HOLDS)}
    response = Response(status_code=303, headers={"Location": visit.url, "Cache-Control": "no-store"})
    response.set_cookie(
        reader.kind.cookie,
        links.sign(visit.data, reader.kind.proved, proof),
        max_age=int(PROOF_HOLDS.total_seconds()),
        path=reader.kind.path,
        httponly=True,
        samesite="lax",
        secure=visit.secure,
    )
    token = sessions.remember_device(visit.store, reader.person.id, visit.now)
    return keep_device(response, reader.person.id, token)
