"""Who is asking: the session cookie becomes an actor, and one header that only this server can write.

Streamlit copies that header into `st.user` at the WebSocket handshake. It carries the account and the session, not the
cookie's token, so that every run can ask the store whether the session still holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from starlette.responses import Response

from comms.joining.sessions import session_of
from comms.people import LONGEST, Actor
from comms.settings import settings
from comms.store import open_partnership

HEADER = "X-Comms-User"
"""Set by the middleware alone; .streamlit/config.toml names it in server.trustedUserHeaders."""
USER_KEY = "comms_user"
"""Where Streamlit keeps it: st.user[USER_KEY]."""
DEVICE_KEPT = 180 * 24 * 3600
"""Seconds a browser counts as a device this person has used before."""


def header_of(actor: Actor) -> str:
    """An actor as the header carries it."""
    return f"{actor.account_id}:{actor.session_id}"


def actor_of(header: object) -> Actor | None:
    """The actor a header names; None for no header or anything that is not one of ours."""
    account_id, colon, session_id = str(header or "").partition(":")
    if not colon or not session_id or not (account_id.isascii() and account_id.isdigit()):
        return None
    return Actor(int(account_id), session_id)


def session_cookie() -> str:
    """The cookie's name. Over https the prefix makes browsers refuse one set for another path or host."""
    return "__Host-one_voice" if settings().secure_cookies else "one_voice"


DEVICE = "one_voice_device_"


def device_cookie(account_id: int) -> str:
    """One cookie a person, so that two people who share a browser are two known devices."""
    return f"{DEVICE}{account_id}"


def devices_of(cookies: Mapping[str, str]) -> dict[int, str]:
    """Account -> the token of this browser, as its cookies claim."""
    claimed = {name.removeprefix(DEVICE): value for name, value in cookies.items() if name.startswith(DEVICE)}
    return {int(of): token for of, token in claimed.items() if of.isascii() and of.isdigit() and len(of) < 10}


def cookies_of(header: str) -> Mapping[str, str]:
    """A Cookie header as names and values; a broken header has none."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def actor_behind(data: Path, cookie_header: str, now: datetime) -> Actor | None:
    """The signed-in actor of a Cookie header, if its session still holds. Reads the store: call it in a thread."""
    token = cookies_of(cookie_header).get(session_cookie())
    if not token:
        return None
    with open_partnership(data) as store:
        return session_of(store, token, now)


def keep_session(response: Response, token: str) -> Response:
    """Give the browser its session: readable by no script, sent by no foreign form."""
    _set(response, session_cookie(), token, int(LONGEST.total_seconds()))
    return response


def keep_device(response: Response, account_id: int, token: str) -> Response:
    """Let the browser be known as one this person used."""
    _set(response, device_cookie(account_id), token, DEVICE_KEPT)
    return response


def forget_session(response: Response) -> Response:
    """Take the session cookie away."""
    _set(response, session_cookie(), "", 0)
    return response


def _set(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings().secure_cookies,
    )
