"""An executor that runs each call in an interpreter of its own.

A worker of multiprocessing first runs the `__main__` of whoever started it. In the web server that is the script of a
screen, which must not run there; a fresh interpreter knows of no `__main__` but this module.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from monitors import engine

SECONDS = 3 * engine.SECONDS_A_DOCUMENT
"""A call that takes longer is ended, and counts as one that broke its worker."""
_ROOT = Path(__file__).parent.parent


class Apart(Executor):
    """Calls run one after another; arguments and results are pickled."""

    def __init__(self) -> None:
        self._line = ThreadPoolExecutor(1, thread_name_prefix="apart")

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Start a call. Its future raises BrokenExecutor when its interpreter dies or takes too long."""
        return self._line.submit(_call, pickle.dumps((fn, args, kwargs)))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no further calls."""
        self._line.shutdown(wait, cancel_futures=cancel_futures)


def _call(call: bytes) -> Any:
    command = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, nothing typed by anybody
            command, input=call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_ROOT, timeout=SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrokenExecutor(str(error)) from error
    if done.returncode:
        raise BrokenExecutor(f"the interpreter ended with {done.returncode}")
    return pickle.loads(done.stdout)  # noqa: S301 - written by our own child


def _work() -> None:
    """In the child: the call comes in, its result goes out, and nothing else is written there."""
    result_to = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    engine.begin_worker()
    function, args, kwargs = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - written by our own parent
    with result_to:
        pickle.dump(function(*args, **kwargs), result_to)


if __name__ == "__main__":
    _work()
