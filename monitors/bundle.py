"""Several messages as one body, so that a mailbox's answer travels like any other."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LENGTH = re.compile(rb"(\d{1,9})\n")


def join(messages: Sequence[bytes]) -> bytes:
    """Several messages as one body, each after its length in bytes."""
    return b"".join(b"%d\n%b" % (len(message), message) for message in messages)


def split(body: bytes) -> list[bytes]:
    """The messages of a body made by `join`."""
    messages, at = [], 0
    while found := _LENGTH.match(body, at):
        end = found.end() + int(found[1])
        messages.append(body[found.end() : end])
        at = end
    return messages
