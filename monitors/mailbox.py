"""A mailbox as a source: alerts of sites that block readers reach people by mail. IMAP, read only, nothing is marked.

The mailbox is asked for what came since the last message seen; "uidvalidity:uid" is the validator that remembers it.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import time
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from monitors import address
from monitors.bundle import join
from monitors.fetch import BoundedTLS, Fetcher, explain
from monitors.outcomes import (
    NO_VALIDATORS,
    Failed,
    Failure,
    Fetched,
    Limits,
    Outcome,
    Unchanged,
    Validators,
    failed,
)

MESSAGES = 50
"""The newest messages read at first, and the most read at once."""
LARGEST_MESSAGE = 256 * 1024
"""Bytes of one message; attachments beyond it are not fetched."""


def fetch(
    fetcher: Fetcher,
    url: str,
    password: str,
    validators: Validators = NO_VALIDATORS,
    *,
    limits: Limits,
) -> Outcome:
    """New messages of `imaps://user@host/Folder`. Never raises for what a server, a network or an address can do.

    Without TLS (`imap:`) only this machine is spoken to, and only where loopback is allowed.
    """
    parts = urlsplit(url)
    host, user = parts.hostname or "", unquote(parts.username or "")
    if not host or not user:
        return failed(Failure.ADDRESS, host)
    if not password:
        return Failed(
            Failure.LOCKED,
            "The mailbox's password is missing. Set the environment variable that the source's options name.",
        )
    deadline = time.monotonic() + limits.seconds
    try:
        with _Mailbox(
            fetcher, host, parts.port, secure=parts.scheme == "imaps", deadline=deadline
        ) as mailbox:
            mailbox.login(user, password)
            return _new_messages(mailbox, unquote(parts.path.strip("/")) or "INBOX", validators, limits, url)
    except imaplib.IMAP4.error as error:
        refused = "auth" in str(error).lower() or "login" in str(error).lower()
        return failed(Failure.LOCKED if refused else Failure.BROKEN, host)
    except (OSError, ValueError) as error:
        return explain(error, host, limits)


class _Mailbox(imaplib.IMAP4):
    """imaplib's client over a socket opened by the address rule, under one deadline."""

    def __init__(
        self, fetcher: Fetcher, host: str, port: int | None, *, secure: bool, deadline: float
    ) -> None:
        self._fetcher, self._secure, self._deadline = fetcher, secure, deadline
        super().__init__(host, port or (993 if secure else 143))

    def _create_socket(self, timeout: float | None) -> socket.socket:
        loopback = self._fetcher.loopback
        sock: socket.socket = self._fetcher.open_socket(self.host, self.port, deadline=self._deadline)
        if not self._secure:
            if loopback and address.forbidden(sock.getpeername()[0]) is not None:
                return sock
            sock.close()
            raise ssl.SSLError("a mailbox is read over TLS only")
        sock.settimeout(address.seconds_left(self._deadline))
        secure = self._fetcher.trust().wrap_socket(sock, server_hostname=self.host)
        assert isinstance(secure, BoundedTLS)  # noqa: S101 - the context makes no other
        secure.deadline = self._deadline
        return secure


def _new_messages(
    mailbox: _Mailbox, folder: str, validators: Validators, limits: Limits, url: str
) -> Outcome:
    quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    status, _ = mailbox.select(quoted, readonly=True)
    if status != "OK":
        return failed(Failure.NOT_FOUND, folder)
    validity = _number(mailbox.response("UIDVALIDITY")[1])
    known_validity, _, known = validators.etag.partition(":")
    since = int(known) if known.isdecimal() and known_validity == str(validity) else 0
    _, found = mailbox.uid("search", f"UID {since + 1}:*")
    listed = sorted(int(uid) for uid in (found[0] or b"").split())
    uids = [uid for uid in listed if uid > since][-MESSAGES:]
    if not uids:
        return Unchanged(validators)
    messages, size = [], 0
    for uid in uids:
        _, data = mailbox.uid("fetch", str(uid), f"(BODY.PEEK[]<0.{LARGEST_MESSAGE}>)")
        messages += [part[1] for part in data if isinstance(part, tuple)]
        size = sum(len(message) for message in messages)
        if size > limits.bytes:
            uids = uids[: uids.index(uid) + 1]
            break
    return Fetched(join(messages), url, "message/rfc822", Validators(f"{validity}:{uids[-1]}"))


def _number(data: Sequence[bytes | None] | None) -> int:
    text = (data[0] if data else None) or b"0"
    return int(text) if text.isdigit() else 0
