"""Sign off by link what went out fast or without a seat: no JavaScript, and a GET decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from comms import clocks, confirmations, incidents, links, partnership, releases, sessions
from comms.incidents import Incident
from comms.people import SEAT_NAMES, Account, Actor, Refused, Seat, account
from comms.releases import Released
from comms.store import moment, stamp
from comms.web import briefing, second
from comms.web.identity import device_cookie, keep_device
from comms.web.pages import Visit, html, told

PROVED, PROOF_COOKIE = "proved release", "one_voice_confirm"
PROOF_HOLDS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that is ours: who answers for which seat of which release, and how sure we are who reads."""

    released: Released
    incident: Incident
    seat: Seat
    person: Account
    known: bool
    proved: bool


def confirm_page(visit: Visit) -> Response:
    """Open a link. Nothing is decided, however often a mail scanner follows it."""
    opened = _open(visit)
    return opened if isinstance(opened, Response) else _page(visit, opened)


def confirm(visit: Visit) -> Response:
    """Answer: the second thing first, then the sign-off or the call for a correction."""
    opened = _open(visit)
    if isinstance(opened, Response):
        return opened
    do = visit.form.get("do", "")
    if not opened.proved:
        trouble = second.not_them(visit, opened.person)
        if trouble:
            return _page(visit, opened, {"code": trouble}, 403)
    if do not in {"confirm", "correct"}:
        return _remembered(visit, opened)
    try:
        given = confirmations.confirm(
            visit.store,
            Actor(opened.person.id, via="link"),
            opened.released.id,
            opened.seat,
            do,
            visit.now,
            visit.form.get("reason", ""),
        )
    except Refused as refusal:
        field = "reason" if do == "correct" and not visit.form.get("reason", "").strip() else "do"
        return _page(visit, opened, {field: str(refusal)}, 409)
    zone = partnership.profile(visit.store).timezone
    did = "you signed off what went out" if given.answer == "confirm" else "you asked for a correction"
    at = f"{clocks.clock(given.at, zone)} {clocks.zone_name(zone)}"
    return _page(visit, opened, outcome=f"Recorded {at}: {did}. You can close this page.")


def _open(visit: Visit) -> Opened | Response:
    payload = links.read(visit.data, confirmations.PURPOSE, visit.path["token"])
    if payload is None:
        return told(
            "This is not a link of ours",
            "Copy the whole address out of the message. Nothing was recorded.",
            404,
        )
    person = account(visit.store, int(payload["account"]))
    if not person.active:
        return told("This account was disabled", "Nothing was recorded. Ask your administrator.", 410)
    here = visit.account
    if here and here.id != person.id:
        sentence = (
            f"This link is for {person.called}. You are signed in as {here.called}. Nothing was recorded."
        )
        return told("This link is for someone else", sentence, 403, link=("/sign-out", "Sign out"))
    released = releases.released(visit.store, int(payload["release"]))
    device = visit.cookies.get(device_cookie(person.id), "")
    proof = links.read(visit.data, PROVED, visit.cookies.get(PROOF_COOKIE, "")) or {}
    until = moment(proof.get("until"))
    return Opened(
        released,
        incidents.incident(visit.store, released.statement.incident_id),
        Seat(payload["seat"]),
        person,
        bool(here) or (device != "" and sessions.knows_device(visit.store, person.id, device)),
        proof.get("of") == [released.id, person.id] and until is not None and until > visit.now,
    )


def _remembered(visit: Visit, opened: Opened) -> Response:
    """The second thing before the text: then this browser is known, and it holds for the answer too."""
    proof = {"of": [opened.released.id, opened.person.id], "until": stamp(visit.now + PROOF_HOLDS)}
    response = Response(status_code=303, headers={"Location": visit.url, "Cache-Control": "no-store"})
    response.set_cookie(
        PROOF_COOKIE,
        links.sign(visit.data, PROVED, proof),
        max_age=int(PROOF_HOLDS.total_seconds()),
        path="/confirm/",
        httponly=True,
        samesite="lax",
        secure=visit.secure,
    )
    token = sessions.remember_device(visit.store, opened.person.id, visit.now)
    return keep_device(response, opened.person.id, token)


def _page(
    visit: Visit, opened: Opened, errors: dict[str, str] | None = None, status: int = 200, outcome: str = ""
) -> Response:
    given = next(
        (c for c in confirmations.of_release(visit.store, opened.released.id) if c.seat is opened.seat), None
    )
    zone = partnership.profile(visit.store).timezone
    if given and not outcome:
        by = account(visit.store, given.account_id).called
        outcome = (
            f"{by} answered this at {clocks.seen_words(given.at, visit.now, zone)}. Nothing more is owed."
        )
    at = clocks.full(opened.released.at, zone)
    return html(
        "confirm.html",
        status,
        incident=opened.incident,
        person=opened.person,
        title=opened.released.statement.title,
        why=f"It went out {at}"
        + (
            " in words approved beforehand."
            if opened.released.statement.cls == "A"
            else f" without {SEAT_NAMES[opened.seat]}."
        ),
        shown=opened.known or opened.proved,
        proved=opened.proved,
        texts=briefing.wholes(opened.released.texts),
        second=second.asked_of(visit, opened.person),
        errors=errors or {},
        outcome=outcome,
    )
