"""Sign off by link what went out fast or without a seat: no JavaScript, and a GET decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from comms import clocks, partnership
from comms.agreeing import confirmations
from comms.people import SEAT_NAMES, Account, Actor, Refused, Seat, account
from comms.saying import releases
from comms.saying.releases import Released
from comms.web import briefing, bylink, second
from comms.web.bylink import Kind, Reader
from comms.web.pages import Visit, html, told
from comms.workspace import incidents
from comms.workspace.incidents import Incident

KIND = Kind(confirmations.PURPOSE, "/confirm/", "one_voice_confirm")


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that is ours: who answers for which seat of which release, and how sure we are who reads."""

    released: Released
    incident: Incident
    seat: Seat
    reader: Reader

    @property
    def person(self) -> Account:
        """Whom the link is for."""
        return self.reader.person


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
    trouble = bylink.not_them(visit, opened.reader)
    if trouble:
        return _page(visit, opened, {"code": trouble}, 403)
    if do not in {"confirm", "correct"}:
        return bylink.remember(visit, opened.reader)
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
    payload = KIND.payload(visit)
    if payload is None:
        return told(
            "This is not a link of ours",
            "Copy the whole address out of the message. Nothing was recorded.",
            404,
        )
    released = releases.released(visit.store, int(payload["release"]))
    of = [released.id, int(payload["account"])]
    reader = bylink.reader(visit, KIND, int(payload["account"]), of, f"release {released.id}")
    if isinstance(reader, Response):
        return reader
    incident = incidents.incident(visit.store, released.statement.incident_id)
    return Opened(released, incident, Seat(payload["seat"]), reader)


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
        shown=opened.reader.known or opened.reader.proved,
        proved=opened.reader.proved,
        texts=briefing.wholes(opened.released.texts),
        second=second.asked_of(visit, opened.person),
        errors=errors or {},
        outcome=outcome,
    )
