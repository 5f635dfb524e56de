"""Who is in which text right now: kept in this process's memory, because it is worth nothing a minute later."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

GONE_AFTER = timedelta(seconds=12)

_lock = threading.Lock()
_here: dict[tuple[int, int], tuple[str, str, datetime]] = {}


def enter(statement_id: int, account_id: int, name: str, part: str, now: datetime) -> None:
    """Note that a person is in a part of a statement."""
    with _lock:
        _here[statement_id, account_id] = (name, part, now)


def others(statement_id: int, account_id: int, now: datetime) -> list[tuple[str, str]]:
    """The other people in this statement: name and the part they are in."""
    with _lock:
        for key in [k for k, (_, _, at) in _here.items() if now - at > GONE_AFTER]:
            del _here[key]
        return sorted(
            (name, part) for (s, a), (name, part, _) in _here.items() if s == statement_id and a != account_id
        )
