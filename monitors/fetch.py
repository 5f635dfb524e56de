"""One polite, bounded, conditional request → Fetched | Unchanged | Failed. No store, no clock of its own.

The whole exchange (look-up, connection, TLS, headers, redirects, body) has one deadline and one cap on what it unpacks
to. Every hop of a redirect goes through the address rule again; https never falls back to http.
"""

from __future__ import annotations

import email.utils
import http.client
import re
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from threading import Lock
from urllib.parse import urljoin

import certifi
import urllib3.exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse
from urllib3.util import parse_url

from monitors import address
from monitors.outcomes import (
    NO_VALIDATORS,
    ORDINARY,
    Failed,
    Failure,
    Fetched,
    Limits,
    Outcome,
    Unchanged,
    Validators,
    failed,
)

MAX_REDIRECTS = 5
MOST_IDLE = 32
"""Connections kept open for a next request, of all hosts together."""
_CHUNK = 64 * 1024
LONGEST_WAIT = timedelta(hours=24)
"""A Retry-After beyond this is not obeyed."""

_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}


_BY_STATUS = {
    401: Failure.LOCKED,
    403: Failure.BLOCKED,
    404: Failure.NOT_FOUND,
    406: Failure.BLOCKED,
    407: Failure.LOCKED,
    410: Failure.GONE,
    429: Failure.LIMITED,
    451: Failure.BLOCKED,
}


class BoundedTLS(ssl.SSLSocket):
    """As address.BoundedSocket, over TLS."""

    deadline: float = float("inf")

    def recv_into(self, buffer: object, nbytes: int | None = None, flags: int = 0) -> int:
        """Read as `ssl.SSLSocket` does, waiting no longer than what is left."""
        self.settimeout(address.seconds_left(self.deadline))
        return super().recv_into(buffer, nbytes, flags)  # type: ignore[arg-type]


class _Plain(HTTPConnection):
    """urllib3's connection, opened by the address rule, with one deadline for all that is read from it."""

    open_socket: Callable[..., address.BoundedSocket]
    sock: address.BoundedSocket | BoundedTLS | None
    deadline: float
    origin: tuple[str, int, bool]

    def _new_conn(self) -> socket.socket:
        sock = self.open_socket(self._dns_host, self.port, deadline=self.deadline)
        sock.settimeout(address.seconds_left(self.deadline))  # a TLS handshake takes it over as its own limit
        return sock

    def connect(self) -> None:
        """Connect, and shake hands where the connection is secure."""
        super().connect()
        self.renew(self.deadline)

    def renew(self, deadline: float) -> None:
        """Begin another exchange, which ends at `deadline` (`time.monotonic`)."""
        self.deadline = deadline
        if self.sock is not None:
            self.sock.deadline = deadline


class _Secure(_Plain, HTTPSConnection):
    pass


@dataclass
class Fetcher:
    """Fetches, keeping connections open between requests to one host. Safe to share between threads; close it.

    `contact` goes into the User-Agent, so that a site can reach the district (weather.gov asks for it). `loopback` is the
    test and demo allowance of the address rule. `authorities` names a file of extra certificate authorities. `resolve`
    and `dial` are how names are looked up and sockets connected.
    """

    contact: str = ""
    loopback: bool = False
    authorities: str | None = None
    resolve: address.Resolve = address.resolve
    dial: address.Dial = address.dial
    _idle: deque[_Plain] = field(default_factory=deque, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _context: ssl.SSLContext | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        words = "".join(letter for letter in self.contact if " " <= letter <= "~" and letter not in "()")
        self._headers = {
            "User-Agent": f"OneVoice/0.1 (+{words})" if words else "OneVoice/0.1",
            "Accept": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8",
            "Accept-Encoding": "gzip",
        }
        self.open_socket = partial(
            address.connect, loopback=self.loopback, resolve=self.resolve, dial=self.dial
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections kept open; the fetcher can go on being used."""
        with self._lock:
            idle, self._idle = self._idle, deque()
        for connection in idle:
            connection.close()

    def trust(self) -> ssl.SSLContext:
        """The certificate authorities we believe; made once, at the first secure connection."""
        with self._lock:
            self._context = self._context or _trust(self.authorities)
            return self._context

    def fetch(
        self,
        url: str,
        validators: Validators = NO_VALIDATORS,
        *,
        limits: Limits = ORDINARY,
        headers: Mapping[str, str] | None = None,
        now: datetime,
    ) -> Outcome:
        """GET `url`. Never raises for what a server, a network or an address can do.

        `headers` (a key, an Accept of its own) go to the source's own site only, never to where it redirects. `now` reads a Retry-After date.
        """
        deadline = time.monotonic() + limits.seconds
        origin = target = _parsed(url)
        if origin is None or target is None:
            return failed(Failure.ADDRESS, url)
        at, moved_to, permanent = url, "", True
        for _ in range(MAX_REDIRECTS + 1):
            mine = headers or {} if _may_know(target, origin) else {}
            try:
                answer = self._exchange(
                    target, self._headers | _conditions(validators) | dict(mine), limits, deadline
                )
            except _RAISED as error:
                return explain(error, target.host, limits)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return _outcome(answer, target.host, at, moved_to, limits, now)
            onward = urljoin(at, answer.headers["location"])
            before, after = target, _parsed(onward)
            if after is None or (before.secure and not after.secure):
                return failed(Failure.REDIRECT, before.host)
            permanent = permanent and answer.status in _PERMANENT
            target, at, moved_to = after, onward, onward if permanent else ""
        return failed(Failure.REDIRECT, target.host)

    def _exchange(
        self, target: _Target, headers: Mapping[str, str], limits: Limits, deadline: float
    ) -> _Answer:
        """One request and its answer. A connection kept open may have died meanwhile: then once more on a new one."""
        connection = self._checked_out(target, deadline)
        if connection is not None:
            try:
                return self._ask(connection, target, headers, limits)
            except (http.client.HTTPException, urllib3.exceptions.ProtocolError, ConnectionError):
                pass
        return self._ask(self._connection(target, deadline), target, headers, limits)

    def _ask(
        self, connection: _Plain, target: _Target, headers: Mapping[str, str], limits: Limits
    ) -> _Answer:
        kept = False
        try:
            connection.timeout = address.seconds_left(connection.deadline)
            connection.request("GET", target.path, headers=headers, preload_content=False)
            response = connection.getresponse()
            body, whole = _body(response, limits) if response.status not in {204, 304} else (b"", True)
            kept = whole and connection.sock is not None and response.isclosed()
            return _Answer(response.status, response.headers, body, cut=not whole)
        finally:
            if kept:
                self._keep(connection)
            else:
                connection.close()

    def _keep(self, connection: _Plain) -> None:
        """Keep a connection for the next request to its origin, and let the oldest go when there are too many."""
        with self._lock:
            self._idle.append(connection)
            oldest = self._idle.popleft() if len(self._idle) > MOST_IDLE else None
        if oldest is not None:
            oldest.close()

    def _checked_out(self, target: _Target, deadline: float) -> _Plain | None:
        """A connection to this origin that is still open, ready for another request under its own deadline."""
        while True:
            with self._lock:
                kept = next((one for one in self._idle if one.origin == target.origin), None)
                if kept is None:
                    return None
                self._idle.remove(kept)
            if kept.is_connected:
                kept.renew(deadline)
                return kept
            kept.close()

    def _connection(self, target: _Target, deadline: float) -> _Plain:
        if target.secure:
            connection: _Plain = _Secure(target.host, target.port, ssl_context=self.trust())
        else:
            connection = _Plain(target.host, target.port)
        connection.open_socket, connection.deadline, connection.origin = (
            self.open_socket,
            deadline,
            target.origin,
        )
        return connection


@dataclass(frozen=True, slots=True)
class _Target:
    host: str
    port: int
    secure: bool
    path: str

    @property
    def origin(self) -> tuple[str, int, bool]:
        return self.host, self.port, self.secure


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool


class _TooLargeError(Exception):
    pass


_RAISED = (
    OSError,
    http.client.HTTPException,
    urllib3.exceptions.HTTPError,
    _TooLargeError,
    UnicodeError,
    ValueError,
)
"""All that an exchange can raise, whatever the other side does."""

_REASONS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Failure], ...] = (
    (address.ForbiddenAddressError, Failure.FORBIDDEN),
    (_TooLargeError, Failure.TOO_LARGE),
    ((TimeoutError, urllib3.exceptions.TimeoutError), Failure.TIMEOUT),
    (socket.gaierror, Failure.DNS),
    (ssl.SSLError, Failure.TLS),
    ((http.client.HTTPException, urllib3.exceptions.HTTPError, ValueError), Failure.BROKEN),
    (OSError, Failure.REFUSED),
)
"""The first that fits names the failure."""


def explain(error: BaseException, host: str, limits: Limits) -> Failed:
    """The failure behind what an exchange raised."""
    kind = next(kind for types, kind in _REASONS if isinstance(error, types))
    detail = error.what if isinstance(error, address.ForbiddenAddressError) else ""
    return failed(kind, host, seconds=round(limits.seconds), limit=_megabytes(limits.bytes), detail=detail)


def _outcome(answer: _Answer, host: str, at: str, moved_to: str, limits: Limits, now: datetime) -> Outcome:
    """What a final answer means."""
    headers = answer.headers
    validators = Validators(headers.get("etag", ""), headers.get("last-modified", ""))
    if answer.status == 304:
        return Unchanged(validators, moved_to, _fresh_for(headers))
    if answer.status != 200:
        kind = _BY_STATUS.get(answer.status, Failure.SERVER if answer.status >= 500 else Failure.BROKEN)
        wait = _retry_after(headers, now)
        if wait and answer.status in {403, 503}:
            kind = Failure.LIMITED if answer.status == 403 else kind
        return failed(kind, host, status=answer.status, retry_after=wait)
    if answer.cut:
        validators = Validators()
    kind_of = headers.get("content-type", "")
    return Fetched(answer.body, at, kind_of, validators, moved_to, _fresh_for(headers), answer.cut)


def _body(response: HTTPResponse, limits: Limits) -> tuple[bytes, bool]:
    """The unpacked body and whether it is whole. What arrived before a cut is kept."""
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limits.bytes:
        raise _TooLargeError
    parts, size = [], 0
    try:
        while part := response.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > limits.bytes:
                raise _TooLargeError
    except (http.client.IncompleteRead, urllib3.exceptions.ProtocolError, urllib3.exceptions.DecodeError):
        if not parts:
            raise
        return b"".join(parts), False
    return b"".join(parts), True


def _may_know(target: _Target, origin: _Target) -> bool:
    """Whether a source's own headers may be sent there: to its own origin, or to the secure one of the same name."""
    return target.origin in {origin.origin, (origin.host, 443, True)}


def _conditions(validators: Validators) -> dict[str, str]:
    pairs = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in pairs.items() if value}


@lru_cache(maxsize=8192)
def _parsed(url: str) -> _Target | None:
    """The parts of an http(s) address, or None for anything else. Nothing that names a user or password is asked for."""
    try:
        parts = parse_url(url)
    except (urllib3.exceptions.LocationParseError, ValueError):
        return None
    if parts.scheme not in {"http", "https"} or not parts.host or parts.auth:
        return None
    secure = parts.scheme == "https"
    return _Target(parts.host.strip("[]"), parts.port or (443 if secure else 80), secure, parts.request_uri)


def _trust(authorities: str | None) -> ssl.SSLContext:
    """The system's certificate authorities and certifi's, and one file more where a network has its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if authorities:
        context.load_verify_locations(authorities)
    context.sslsocket_class = BoundedTLS
    return context


def _fresh_for(headers: Mapping[str, str]) -> timedelta | None:
    found = re.search(r"max-age\s*=\s*(\d{1,8})", headers.get("cache-control", ""), re.IGNORECASE)
    return timedelta(seconds=int(found[1])) if found else None


def _retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the server asks us to stay away: seconds or a date, never less than nothing, at most a day."""
    asked = headers.get("retry-after", "").strip()
    if asked.isdecimal():
        wait = timedelta(seconds=int(asked[:8]))
    else:
        try:
            until = email.utils.parsedate_to_datetime(asked)
        except ValueError:
            return None
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), LONGEST_WAIT)


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.0f} MB"
