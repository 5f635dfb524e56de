"""Try the demo from the first page of an empty server: it turns to the demo's own directory, and back again.

Nothing of the demo is written into the partnership's own directory, so that looking around costs nothing: after
`leave`, or when the server starts anew, the first page is as it was. Only a server nobody has set up can be turned.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from comms import demo
from comms.joining.setup import is_founded
from comms.people import Refused
from comms.serve import ROOT, demo_environment
from comms.settings import settings
from comms.store import open_partnership


@dataclass(slots=True)
class _Running:
    """What was there before, and the duty process that listens to the demo's sources."""

    before: dict[str, str | None]
    duty: subprocess.Popen[bytes]


_lock = threading.Lock()
_running: list[_Running] = []
_TURNED = ("ONE_VOICE_DATA", "ONE_VOICE_DEMO", "ONE_VOICE_ALLOW_LOOPBACK", demo.TEXTS)


def is_on() -> bool:
    """Whether this server was turned to the demo by `begin`."""
    return bool(_running)


def begin() -> None:
    """Start the demo in `demo` under the data directory. Raises Refused when this server is set up; twice is once."""
    with _lock:
        if _running:
            return
        own = settings().data
        with open_partnership(own) as store:
            if is_founded(store):
                raise Refused("This server is set up, so it does not turn into the demo. Use `make demo`.")
        before = {name: os.environ.get(name) for name in _TURNED}
        demo.start(own / "demo")
        os.environ["ONE_VOICE_DATA"] = str((own / "demo").resolve())
        demo_environment(os.environ)
        settings.cache_clear()
        _running.append(_Running(before, _listen(settings().data)))


def leave() -> None:
    """Turn back to the partnership's own directory."""
    with _lock:
        if not _running:
            return
        running = _running.pop()
        for name, value in running.before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        settings.cache_clear()
        _end(running.duty)


def _listen(data: Path) -> subprocess.Popen[bytes]:
    """A duty process of the demo's own; it ends when this process does."""
    duty = subprocess.Popen(
        [sys.executable, "-m", "comms.duty", "--with-parent"],
        stdin=subprocess.PIPE,
        cwd=ROOT,
        env=dict(os.environ),
    )
    atexit.register(_end, duty)
    return duty


def _end(duty: subprocess.Popen[bytes]) -> None:
    if duty.poll() is None:
        duty.terminate()
        try:
            duty.wait(10)
        except subprocess.TimeoutExpired:
            duty.kill()
            duty.wait()
