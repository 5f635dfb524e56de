"""What one poll came to: Fetched, Unchanged or Failed, and the sentence each kind of failure has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Failure(StrEnum):
    """Why a poll gave nothing. Each has one sentence, `SENTENCES`."""

    ADDRESS = "address"
    DNS = "dns"
    REFUSED = "refused"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    FORBIDDEN = "forbidden"
    REDIRECT = "redirect"
    BLOCKED = "blocked"
    LOCKED = "locked"
    NOT_FOUND = "not_found"
    GONE = "gone"
    LIMITED = "limited"
    SERVER = "server"
    NOT_A_FEED = "not_a_feed"
    BROKEN = "broken"


SENTENCES = {
    Failure.ADDRESS: "This is not the address of a feed: it must begin with http:// or https://, and hold no password.",
    Failure.DNS: "The name {host} could not be found. Check the address for a typing error; the site may have moved.",
    Failure.REFUSED: "{host} did not take the connection. The site may be down; we keep trying.",
    Failure.TLS: "{host} could not prove that it is {host}: its certificate is not valid. Tell the site's web team; we do not read it meanwhile.",
    Failure.TIMEOUT: "{host} took longer than {seconds} s to answer. We keep trying; if this goes on, ask the site's web team.",
    Failure.TOO_LARGE: "{host} sent more than {limit}. That is not a feed; check the address.",
    Failure.FORBIDDEN: "That address points inside this network ({detail}), so it cannot be a source. Enter the public address of the feed.",
    Failure.REDIRECT: "{host} sent us on and on, or from a secure address to an insecure one. Open the address in a browser and enter the one it ends at.",
    Failure.BLOCKED: "{host} refuses automatic readers ({status}). Ask its web team to let One Voice in, or subscribe a mailbox to its e-mail alerts.",
    Failure.LOCKED: "{host} asks for a sign-in. A site must be readable without one; for a mailbox, check its user and password.",
    Failure.NOT_FOUND: "{host} has nothing at this address. Look for the feed's new address on the site.",
    Failure.GONE: "{host} says this feed is gone for good. Look for its successor on the site.",
    Failure.LIMITED: "{host} asks us to come less often. We wait as long as it says.",
    Failure.SERVER: "{host} has trouble of its own ({status}). We keep trying; nothing to do yet.",
    Failure.NOT_A_FEED: "{host} answered with something that is not a feed. Check the address.",
    Failure.BROKEN: "{host} sent an answer that cannot be read. We keep trying; if this goes on, tell its web team.",
}
"""What happened, and what to do. `{host}`, `{status}`, `{seconds}`, `{limit}`, `{detail}` are filled in."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exchange may cost: `seconds` in all, `bytes` after unpacking."""

    seconds: float = 20.0
    bytes: int = 4 * 1024 * 1024


ORDINARY = Limits()


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server gave us to ask "anything new since?" with; empty strings send nothing."""

    etag: str = ""
    last_modified: str = ""


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer. `url` is where it came from in the end; `moved_to` is set when every hop there was permanent.

    `fresh_for` is the server's own max-age. `cut` means the connection ended before the announced length.
    """

    body: bytes
    url: str
    content_type: str = ""
    validators: Validators = NO_VALIDATORS
    moved_to: str = ""
    fresh_for: timedelta | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Unchanged:
    """304: nothing new since the validators we sent."""

    validators: Validators = NO_VALIDATORS
    moved_to: str = ""
    fresh_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """No usable answer. `sentence` is for the Sources screen; `retry_after` is what the server asked for."""

    kind: Failure
    sentence: str
    retry_after: timedelta | None = None
    status: int = 0


Outcome = Fetched | Unchanged | Failed


def failed(
    kind: Failure, host: str, *, status: int = 0, retry_after: timedelta | None = None, **words: object
) -> Failed:
    """A failure with its sentence filled in."""
    return Failed(kind, SENTENCES[kind].format(host=host, status=status, **words), retry_after, status)
