"""Links that carry their own proof: a payload signed with the partnership's own key, one purpose apart from the next.

The key is a file in the partnership's directory, readable by its owner alone, made at first use. A link signed for
one purpose is nothing under another. What a link may still do (not expired, not used, not changed meanwhile) is
asked of the store by whoever reads it; a signature only says that we wrote it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

KEY_BYTES = 32


def sign(data: Path, purpose: str, payload: Mapping[str, object]) -> str:
    """A token for an address or a form field. `payload` must be plain JSON and hold nothing secret: anyone can read it."""
    body = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return f"{_text(body)}.{_text(_mac(data, purpose, body))}"


def read(data: Path, purpose: str, token: str) -> dict[str, Any] | None:
    """The payload of a token that we signed for this purpose, else None."""
    body_text, _, mac_text = token.partition(".")
    body, mac = _bytes(body_text), _bytes(mac_text)
    if body is None or mac is None or not hmac.compare_digest(mac, _mac(data, purpose, body)):
        return None
    payload = json.loads(body)
    return payload if isinstance(payload, dict) else None


def _mac(data: Path, purpose: str, body: bytes) -> bytes:
    return hmac.digest(_key(data.resolve()), purpose.encode() + b"\0" + body, hashlib.sha256)


@lru_cache(maxsize=16)
def _key(data: Path) -> bytes:
    path = data / "key"
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """Write the key whole under another name and link it into place: of several processes one wins, none reads half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"key.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its key is the key
    finally:
        draft.unlink()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _text(raw) == text else None  # one token, one spelling
