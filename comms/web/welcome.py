"""The way from the end of first set-up into the product: a one-time link that opens the first session."""

from __future__ import annotations

from starlette.responses import Response

from comms.joining import sessions, welcoming
from comms.people import Refused
from comms.web.identity import keep_device, keep_session
from comms.web.pages import Visit, go, told

GOES_ON = "/setup"
"""Set-up's fourth step: the screen that waits for whoever founded the partnership."""


def welcome(visit: Visit) -> Response:
    """Take the ticket, give the browser its session, go on with set-up. A used ticket leads to the sign-in page."""
    try:
        token, account_id = welcoming.redeem(visit.store, visit.data, visit.path["token"], visit.now)
    except Refused as refusal:
        return told("This link cannot be used", str(refusal), 410, link=("/sign-in", "Sign in"))
    device = sessions.remember_device(visit.store, account_id, visit.now)
    return keep_device(keep_session(go(GOES_ON), token), account_id, device)
