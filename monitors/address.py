"""The one rule that says where a monitor may connect, applied to the very address the socket is given.

A name is resolved once and the answer is judged, so neither a redirect, nor a spelling (`0x7f.1`), nor a name that
resolves to something else a moment later (rebinding) leads inward.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

CONNECT_SECONDS = 5.0
"""The longest wait for one address of a host to take the connection."""

_LOOPBACK = ("127.0.0.0/8", "::1/128")
_FORBIDDEN = {
    "0.0.0.0/8": "this machine itself",
    "10.0.0.0/8": "a private network",
    "100.64.0.0/10": "a provider's inner network",
    "127.0.0.0/8": "this machine itself",
    "169.254.0.0/16": "the local link, where cloud machines keep their keys",
    "172.16.0.0/12": "a private network",
    "192.0.0.0/24": "a reserved network",
    "192.0.2.0/24": "a network for examples",
    "192.88.99.0/24": "a 6to4 relay",
    "192.168.0.0/16": "a private network",
    "198.18.0.0/15": "a network for measurements",
    "198.51.100.0/24": "a network for examples",
    "203.0.113.0/24": "a network for examples",
    "224.0.0.0/4": "a multicast group",
    "240.0.0.0/4": "a reserved network",
    "::/96": "this machine itself, or an old spelling of another address",
    "::ffff:0:0/96": "an IPv4 address in disguise",
    "::ffff:0:0:0/96": "a translated IPv4 address",
    "64:ff9b::/96": "a translated IPv4 address (NAT64)",
    "64:ff9b:1::/48": "a translated IPv4 address (NAT64)",
    "100::/64": "a network that swallows everything",
    "2001::/23": "a tunnel or a reserved network (Teredo and others)",
    "2001:db8::/32": "a network for examples",
    "2002::/16": "an IPv4 address in a tunnel (6to4)",
    "3fff::/20": "a network for examples",
    "5f00::/16": "a routing segment",
    "fc00::/7": "a private network",
    "fe80::/10": "the local link",
    "fec0::/10": "a private network",
    "ff00::/8": "a multicast group",
}
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Target(NamedTuple):
    """One resolved address: the family and the tuple a socket connects to."""

    family: int
    sockaddr: tuple[str | int | bytes, ...]


Resolve = Callable[[str, int], Iterable[Target]]
"""Host and port -> its addresses. Raises `socket.gaierror` when there is none."""

Dial = Callable[[socket.socket, Target], None]
"""Connects a socket. Tests put a recorder here, so that no forbidden address is ever really tried."""


class ForbiddenAddressError(OSError):
    """The host is, or resolves to, an address no source may have. Carries the address and what it is."""

    def __init__(self, host: str, address: str, what: str) -> None:
        self.host, self.address, self.what = host, address, what
        super().__init__(f"{host} leads to {address}: {what}")


@cache
def _networks() -> list[tuple[_Network, str]]:
    return [(ipaddress.ip_network(text), what) for text, what in _FORBIDDEN.items()]


@cache
def _loopbacks() -> list[_Network]:
    return [ipaddress.ip_network(text) for text in _LOOPBACK]


def forbidden(address: str, *, loopback: bool = False) -> str | None:
    """What this IP address is, when a monitor may not connect to it; None when it may.

    `loopback` lets this machine's own addresses through, and nothing else: for tests and the demo. What the table does
    not name is judged by the registry of special-purpose addresses in `ipaddress`.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if loopback and any(ip in network for network in _loopbacks()):
        return None
    for network, what in _networks():
        if ip in network:
            return what
    return None if ip.is_global and not ip.is_multicast else "a reserved network"


def resolve(host: str, port: int) -> list[Target]:
    """Every address the system's resolver gives for `host`, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [Target(family, tuple(sockaddr)) for family, _, _, _, sockaddr in found]


def dial(sock: socket.socket, target: Target) -> None:
    """Connect; the socket's own timeout bounds it."""
    sock.connect(target.sockaddr)


class BoundedSocket(socket.socket):
    """A socket whose reads share one deadline (seconds of `time.monotonic`), so that a slow drip cannot renew it."""

    deadline: float = float("inf")

    def recv_into(self, buffer: bytearray | memoryview, nbytes: int = 0, flags: int = 0) -> int:  # type: ignore[override]
        """Read as `socket` does, waiting no longer than what is left; raises TimeoutError when nothing is."""
        self.settimeout(seconds_left(self.deadline))
        return super().recv_into(buffer, nbytes, flags)


def seconds_left(deadline: float) -> float:
    """Seconds until `deadline` (`time.monotonic`). Raises TimeoutError when it has passed."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time for the whole exchange is used up")
    return left


def connect(
    host: str,
    port: int,
    *,
    deadline: float,
    loopback: bool = False,
    resolve: Resolve = resolve,
    dial: Dial = dial,
) -> BoundedSocket:
    """A connection to the first address of `host` that the rule allows and that answers.

    Raises ForbiddenAddressError when the rule allows none, `socket.gaierror` when the name is not known, TimeoutError
    or another OSError when nobody answers. Name look-up counts against the deadline too.
    """
    refused: ForbiddenAddressError | None = None
    trouble: OSError | None = None
    for target in _lookup(host, port, deadline, resolve):
        address = str(target.sockaddr[0])
        what = forbidden(address, loopback=loopback)
        if what is not None:
            refused = refused or ForbiddenAddressError(host, address, what)
            continue
        sock = BoundedSocket(target.family, socket.SOCK_STREAM)
        sock.deadline = deadline
        try:
            sock.settimeout(min(CONNECT_SECONDS, seconds_left(deadline)))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            dial(sock, target)
        except OSError as error:
            sock.close()
            trouble = error
        else:
            return sock
    raise trouble or refused or OSError(f"{host} has no address")


def _lookup(host: str, port: int, deadline: float, resolve: Resolve) -> list[Target]:
    """The addresses of `host`. The system's resolver cannot be hurried, so a name is asked for on a thread we can leave."""
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        family = socket.AF_INET if literal.version == 4 else socket.AF_INET6
        return [Target(family, (host, port) if literal.version == 4 else (host, port, 0, 0))]
    answers: queue.SimpleQueue[list[Target] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(resolve(host, port)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name=f"look up {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds_left(deadline))
    except queue.Empty:
        raise TimeoutError(f"looking up {host} took too long") from None
    if isinstance(answer, UnicodeError):
        raise socket.gaierror(f"{host} is not a name a computer can have")
    if isinstance(answer, OSError):
        raise answer
    return answer
