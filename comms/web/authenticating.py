"""A person's authenticator: set it up with a key and its first code, or take it away. Plain HTML, no picture needed."""

from __future__ import annotations

from starlette.responses import Response

from comms.joining import authenticator, sessions
from comms.people import Refused
from comms.web.identity import device_cookie
from comms.web.pages import Visit, go, html


def authenticator_page(visit: Visit) -> Response:
    """Whether one is set up; the key to type into the app when not."""
    return _page(visit)


def change_authenticator(visit: Visit) -> Response:
    """Prove the app with its first code, or take it away with a code."""
    if visit.actor is None or visit.account is None:
        return go("/sign-in?next=/authenticator")
    acts = {
        "prove": (authenticator.prove, "Set up. From now on you are asked for a code."),
        "remove": (authenticator.remove, "Taken away. Your password alone signs you in again."),
    }
    chosen = acts.get(visit.form.get("do", ""))
    if chosen is None:
        return _page(visit)
    act, done = chosen
    actor, refusals = visit.actor, []

    def fits() -> bool:
        try:
            act(visit.store, actor, visit.form.get("code", ""), visit.now)
        except Refused as refusal:
            refusals.append(str(refusal))
        return not refusals

    try:
        sessions.counted(
            visit.store,
            actor.account_id,
            fits,
            visit.now,
            visit.cookies.get(device_cookie(actor.account_id), ""),
        )
    except Refused as refusal:
        refusals.append(str(refusal))
    return _page(visit, errors={"code": refusals[0]}) if refusals else _page(visit, outcome=done)


def _page(visit: Visit, errors: dict[str, str] | None = None, outcome: str = "") -> Response:
    person = visit.account
    if person is None or visit.actor is None:
        return go("/sign-in?next=/authenticator")
    enrolled = authenticator.enrolled(visit.store, person.id)
    key = "" if enrolled else authenticator.begin(visit.store, visit.actor, visit.now)
    return html(
        "authenticator.html",
        400 if errors else 200,
        person=person,
        enrolled=enrolled,
        key=" ".join(key[at : at + 4] for at in range(0, len(key), 4)),
        address=authenticator.address(key, person.email),
        errors=errors or {},
        outcome=outcome,
    )
