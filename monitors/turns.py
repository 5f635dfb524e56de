"""Whose turn it is to be asked: one host is not asked twice within a second, nor by more than two threads at once."""

from __future__ import annotations

import heapq
import ipaddress
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Generic, TypeVar
from urllib.parse import urlsplit

AT_ONCE = 2
SPACING = timedelta(seconds=1)
"""Between two starts on one host."""

_Task = TypeVar("_Task")


class Turns(Generic[_Task]):
    """Hands tasks to threads, in their order, each as soon as its host may be asked.

    `exempt` lets this machine's own hosts be asked at any speed: for tests, the demo and measuring. After `seconds` no
    further task is handed out; `left` counts those.
    """

    def __init__(
        self,
        tasks: Iterable[tuple[str, _Task]],
        *,
        exempt: bool = False,
        seconds: float | None = None,
        spacing: timedelta = SPACING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tasks` are (url, task)."""
        self._clock, self._spacing = clock, spacing.total_seconds()
        self._ends = None if seconds is None else clock() + seconds
        self._ready = threading.Condition()
        self._hosts: dict[str, _Host[_Task]] = {}
        for order, (url, task) in enumerate(tasks):
            name = host_of(url)
            host = self._hosts.setdefault(name, _Host(name, order, free=exempt and is_this_machine(name)))
            host.tasks.append(task)
        self._heap = [(0.0, host.order, host.name) for host in self._hosts.values()]
        self.left = sum(len(host.tasks) for host in self._hosts.values())

    def take(self) -> tuple[str, _Task] | None:
        """The next (host, task), waiting for it; None when there is none left or the time is up."""
        with self._ready:
            while self.left:
                now = self._clock()
                if self._ends is not None and now >= self._ends:
                    break
                if not self._heap:
                    self._ready.wait(self._until_end(now))
                elif self._heap[0][0] > now:
                    self._ready.wait(min(self._heap[0][0] - now, self._until_end(now) or self._spacing))
                else:
                    return self._begin(now)
            self._ready.notify_all()
            return None

    def stop(self) -> None:
        """Hand out nothing more; whoever waits goes home."""
        with self._ready:
            self._ends = self._clock()
            self._ready.notify_all()

    def give_back(self, host_name: str) -> None:
        """Say that a task of this host is done."""
        with self._ready:
            host = self._hosts[host_name]
            host.asked -= 1
            if host.tasks and not host.queued:
                self._queue(host)
                self._ready.notify()

    def _begin(self, now: float) -> tuple[str, _Task]:
        _, _, name = heapq.heappop(self._heap)
        host = self._hosts[name]
        host.queued = False
        host.asked += 1
        host.next_start = now + (0 if host.free else self._spacing)
        self.left -= 1
        task = host.tasks.popleft()
        if host.tasks and (host.free or host.asked < AT_ONCE):
            self._queue(host)
            self._ready.notify()
        return name, task

    def _queue(self, host: _Host[_Task]) -> None:
        host.queued = True
        heapq.heappush(self._heap, (host.next_start, host.order, host.name))

    def _until_end(self, now: float) -> float | None:
        return None if self._ends is None else self._ends - now


class _Host(Generic[_Task]):
    def __init__(self, name: str, order: int, *, free: bool) -> None:
        self.name, self.order, self.free = name, order, free
        self.tasks: deque[_Task] = deque()
        self.asked, self.next_start, self.queued = 0, 0.0, True


def host_of(url: str) -> str:
    """The host an address names, for politeness; never empty."""
    return urlsplit(url).hostname or url


def is_this_machine(host: str) -> bool:
    """Whether a host is spelled as this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
