"""What every request passes on its way in and every answer on its way out, WebSocket included.

From the outside in: compression, security headers, foreign names and pages turned away, tries counted, identity.
"""

from __future__ import annotations

import ipaddress
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comms.joining.sessions import knows_device
from comms.settings import settings
from comms.store import open_partnership
from comms.web.identity import HEADER, actor_behind, cookies_of, devices_of, header_of
from comms.web.routes import is_plain

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
CLOSED = frozenset({"/_stcore/metrics"})
"""Answered by nobody: it tells a stranger who works here and when."""
STREAMLIT_OWN = ("/static/", "/_stcore/", "/media/", "/component/")
TRIES, WITHIN = 20, 60.0
"""Failed passwords and codes from one address in this many seconds; then the next must wait."""
REMEMBERED = 1000
"""Addresses kept before old ones are cleared away."""
GUESSED = ("/sign-in", "/approve/", "/confirm/", "/invitation/", "/authenticator")
"""Forms somebody could try passwords and codes on."""
OF_PEOPLE = ("/_stcore/upload_file/", "/media/")
"""Streamlit's own store of files: what people give and take, so it needs a session."""
STRANGERS_AT_ONCE = 20
"""WebSockets without a session. They draw one sentence; more of them would only be a burden."""

APP_POLICY = (
    "default-src 'self'; script-src 'self' blob: 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'{sockets}; worker-src 'self' blob:; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
"""Streamlit's pages: blob: is for its inline components. Measured: every widget we use draws under it."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # no-referrer would make browsers send Origin: null with our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Adds the headers above to every answer. A page that brings its own, stricter policy keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", _app_policy(host))
                if settings().secure_cookies:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        await self.app(scope, receive, send_guarded)


def _app_policy(host: str) -> str:
    """'self' covers WebSockets only in newer browsers, so the host is named too, if it looks like one."""
    named = re.fullmatch(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?", host)
    return APP_POLICY.format(sockets=f" ws://{host} wss://{host}" if named else "")


class OwnNamesOnly:
    """Refuses a request to a name that is not ours: a page whose own name was made to lead here reads nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _our_name(_values(scope["headers"], b"host")):
            await self.app(scope, receive, send)
        else:
            sentence = (
                "One Voice does not answer under this name. Open the address your administrator gave you."
            )
            await _turn_away(scope, receive, send, sentence, 421)


def _our_name(hosts: list[str]) -> bool:
    """One Host header: this machine, the address people reach us at, or the one we listen on."""
    try:
        (host,) = hosts
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    number, ours = _number(name), settings()
    if number is None:
        return name in {"localhost", urlsplit(ours.url).hostname or "localhost", ours.host.lower()}
    listens = _number(ours.host)
    return (
        number.is_loopback
        or number in {listens, _number(urlsplit(ours.url).hostname or "")}
        or (
            listens is not None and listens.is_unspecified
        )  # any address of this machine, and no name leads here
    )


def _number(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


class OwnPagesOnly:
    """Refuses what a foreign page sends in a person's name: any changing request, and the WebSocket."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        changes = scope["type"] == "websocket" or scope.get("method", "GET") not in SAFE_METHODS
        if scope["type"] == "lifespan" or not (changes and _foreign(Headers(scope=scope))):
            await self.app(scope, receive, send)
        else:
            sentence = (
                "This came from another site, so nothing was done. Open One Voice itself and try again."
            )
            await _turn_away(scope, receive, send, sentence, 403)


def _foreign(headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None:  # not a browser, or one too old to say; then Sec-Fetch-Site is missing as well
        return headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    ours = {headers.get("host", ""), urlsplit(settings().url).netloc} - {""}
    came = urlsplit(origin)
    return came.netloc not in ours or (settings().secure_cookies and came.scheme != "https")


class Patience:
    """Failed tries per address, in memory. `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: defaultdict[str, deque[float]] = defaultdict(deque)

    def wait(self, address: str) -> int:
        """Seconds until this address may try again; 0 means now, and counts the try."""
        now = self._clock()
        if len(self._tries) > REMEMBERED:
            self._forget(now)
        tries = self._tries[address]
        while tries and now - tries[0] >= WITHIN:
            tries.popleft()
        if len(tries) >= TRIES:
            return int(WITHIN - (now - tries[0])) + 1
        tries.append(now)
        return 0

    def give_back(self, address: str) -> None:
        """The try was right: it does not count."""
        if self._tries[address]:
            self._tries[address].pop()

    def _forget(self, now: float) -> None:
        for address, tries in list(self._tries.items()):
            if not tries or now - tries[-1] >= WITHIN:
                del self._tries[address]


class CountedTries:
    """Slows guessing down, on top of the lock each account has.

    A browser its person used before is not kept waiting by neighbors on the same network: it has a lock of its own.
    """

    def __init__(self, app: ASGIApp, data: Path | None = None) -> None:
        self.app = app
        self.data = data
        self.patience = Patience()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(GUESSED):
            await self.app(scope, receive, send)
            return
        address = _network((scope.get("client") or ("",))[0])
        wait = self.patience.wait(address)
        if wait and not await to_thread.run_sync(_used_before, self.data or settings().data, scope):
            answer = _say(
                f"Too many tries from this network. Wait {wait} s and try again. Nothing was changed.", 429
            )
            answer.headers["Retry-After"] = str(wait)
            await answer(scope, receive, send)
            return

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400 and not wait:
                self.patience.give_back(address)
            await send(message)

        await self.app(scope, receive, send_counted)


def _network(address: str) -> str:
    """Whose tries are counted together: an IPv4 address, or the /64 that a household or a phone has of IPv6."""
    number = _number(address)
    if isinstance(number, ipaddress.IPv6Address):
        return str(number.ipv4_mapped or ipaddress.ip_network((number, 64), strict=False))
    return address


def _used_before(data: Path, scope: Scope) -> bool:
    devices = devices_of(cookies_of("; ".join(_values(scope["headers"], b"cookie"))))
    with open_partnership(data) as store:
        return any(knows_device(store, account_id, token) for account_id, token in devices.items())


class Identity:
    """Takes away whatever identity a client claims, and puts there what its cookie proves.

    Without a session, and unless no account exists yet, a browser that asks for a screen is sent to sign in, files are
    neither taken nor given, and few WebSockets stand open at once.
    """

    def __init__(self, app: ASGIApp, data: Path | None = None) -> None:
        self.app = app
        self.data = data
        self.strangers = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["path"] in CLOSED:
            await _say("There is nothing here.", 404)(scope, receive, send)
            return
        claimed = HEADER.lower().encode()
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != claimed]
        actor = None
        if not scope["path"].startswith("/static/"):  # 80 files a page, the same for everybody
            cookies = "; ".join(_values(headers, b"cookie"))
            data = self.data or settings().data
            actor = (
                await to_thread.run_sync(actor_behind, data, cookies, datetime.now(UTC)) if cookies else None
            )
            if (
                actor is None
                and (_screen(scope) or _files(scope))
                and await to_thread.run_sync(_anyone, data)
            ):
                answer = _say("Sign in first.", 403) if _files(scope) else _to_sign_in(scope)
                await answer(scope, receive, send)
                return
        if actor is not None:
            headers.append((claimed, header_of(actor).encode()))
        scope = {**scope, "headers": headers, "actor": actor}
        if actor is None and scope["type"] == "websocket":
            await self._stranger(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _stranger(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.strangers >= STRANGERS_AT_ONCE:
            await _turn_away(scope, receive, send, "", 403)
            return
        self.strangers += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.strangers -= 1


def _values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]


def _screen(scope: Scope) -> bool:
    """Whether a browser asks for a page of the application: none of our plain pages, none of Streamlit's files."""
    return (
        scope["type"] == "http"
        and scope["method"] in {"GET", "HEAD"}
        and "text/html" in Headers(scope=scope).get("accept", "")
        and not scope["path"].startswith(STREAMLIT_OWN)
        and not is_plain(scope)
    )


def _files(scope: Scope) -> bool:
    return bool(scope["type"] == "http" and scope["path"].startswith(OF_PEOPLE))


def _anyone(data: Path) -> bool:
    with open_partnership(data) as store:
        return bool(store.row_of("select 1 from account limit 1"))


def _to_sign_in(scope: Scope) -> Response:
    query = scope["query_string"].decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return RedirectResponse("/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='')}", 303)


async def _turn_away(scope: Scope, receive: Receive, send: Send, sentence: str, status: int) -> None:
    """Before a WebSocket is accepted its handshake is answered with 403, whatever code we give."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4403})
    else:
        await _say(sentence, status)(scope, receive, send)


def _say(sentence: str, status: int) -> PlainTextResponse:
    return PlainTextResponse(sentence + "\n", status)


def middleware() -> list[Middleware]:
    """In the order a request meets them."""
    return [
        Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
        Middleware(SecurityHeaders),
        Middleware(OwnNamesOnly),
        Middleware(OwnPagesOnly),
        Middleware(CountedTries),
        Middleware(Identity),
    ]
