"""What kinds of source there are, and how each is asked by default."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from monitors.outcomes import Limits

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class _Habits(NamedTuple):
    label: str
    every: timedelta
    stretch: int
    longest_wait: timedelta
    alarm_after: timedelta
    quiet: timedelta | None
    limits: Limits = Limits()


class Kind(StrEnum):
    """What a source is, in the words of the Sources screen. `HABITS` holds each kind's defaults."""

    FEED = "feed"
    POLICE = "police"
    DISPATCH = "dispatch"
    CAP = "cap"
    SEARCH = "search"
    PAGE = "page"
    MAIL = "mail"

    @property
    def label(self) -> str:
        """A word or two for a table."""
        return HABITS[self].label

    @property
    def every(self) -> timedelta:
        """How often it is asked by default: the shortest interval its rhythm is adapted from."""
        return HABITS[self].every

    @property
    def stretch(self) -> int:
        """How many times `every` a slow source may be stretched to; 1 = never: an alert is not to wait for a rhythm."""
        return HABITS[self].stretch

    @property
    def longest_wait(self) -> timedelta:
        """The longest wait after failures."""
        return HABITS[self].longest_wait

    @property
    def alarm_after(self) -> timedelta:
        """How long it may fail before a person is told, once."""
        return HABITS[self].alarm_after

    @property
    def quiet(self) -> timedelta | None:
        """How long nothing new is ordinary whatever was learned; None = silence says nothing about this kind."""
        return HABITS[self].quiet

    @property
    def limits(self) -> Limits:
        """What one exchange may cost."""
        return HABITS[self].limits

    @property
    def parser(self) -> str | None:
        """The parser it is read by; None = what the bytes say."""
        return self.value if self in {Kind.PAGE, Kind.MAIL} else None


HABITS = {
    Kind.FEED: _Habits("news feed", 10 * _MINUTE, 6, 6 * _HOUR, 6 * _HOUR, 6 * _HOUR),
    Kind.POLICE: _Habits("police or city alerts", 5 * _MINUTE, 2, 30 * _MINUTE, 30 * _MINUTE, _DAY),
    Kind.DISPATCH: _Habits("dispatch log", 2 * _MINUTE, 1, 30 * _MINUTE, 15 * _MINUTE, 2 * _HOUR),
    Kind.CAP: _Habits(
        "CAP alerts", 5 * _MINUTE, 1, 30 * _MINUTE, 30 * _MINUTE, None, Limits(bytes=1024 * 1024)
    ),
    Kind.SEARCH: _Habits("news search", 30 * _MINUTE, 2, 6 * _HOUR, 6 * _HOUR, None),
    Kind.PAGE: _Habits("page", 15 * _MINUTE, 4, 6 * _HOUR, 6 * _HOUR, None),
    Kind.MAIL: _Habits("mailbox", _MINUTE, 1, 30 * _MINUTE, 30 * _MINUTE, None, Limits(seconds=40.0)),
}
"""Kind → label, interval, stretch, longest wait after failures, alarm, ordinary quiet, limits.

Dispatch: of one county's fire log a poll every 2 minutes saw nearly all, every 20 minutes 86 %, every hour 46 %, because
entries vanish. Thirty minutes is the longest a police, dispatch or CAP source may wait after failures, six hours a news
source.
"""

SHAPES = {
    "feed": "RSS or Atom",
    "jsonfeed": "JSON Feed",
    "cap": "CAP",
    "rows": "records",
    "sitemap": "news sitemap",
    "page": "page",
    "mail": "mail",
}
"""What a document is, in the words of the screen; the keys are the parsers' names (`State.shape`)."""
