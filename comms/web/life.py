"""What lives as long as the server: stores brought up to date, imports warmed, the duty process at its side."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from comms.settings import settings
from comms.store import open_partnership
from comms.web.pages import ROOT
from monitors.database import sqlite_warning
from monitors.store import open_monitors

WARM = ("pandas", "pyarrow", "jinja2", "argon2")
"""Imported before the first person comes, and then out of the garbage collector's sight."""
COLLECT_EVERY = 300.0
"""Seconds between our own collections: Streamlit's forced one after each run is off (it cost 40 of 44 points of time)."""
RESTART_AFTER = (1.0, 60.0)
"""Seconds before a duty process that ended is started again: doubled from the first up to the last."""

log = logging.getLogger("one_voice.web")

ready: list[Callable[[], None]] = []
"""Called once, when the server can answer. `python -m comms.serve` prints the address here."""


@contextlib.asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Around the whole life of the server; once a process."""
    prepare(settings().data)
    tasks = [asyncio.create_task(_collect_now_and_then())]
    if settings().duty:
        tasks.append(asyncio.create_task(_keep_duty_awake()))
    for tell in ready:
        tell()
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def prepare(data: Path) -> None:
    """Migrate both stores, warm the imports, and take what is loaded by now out of every later collection."""
    warning = sqlite_warning()
    if warning:
        log.warning(warning)
    open_partnership(data).close()
    open_monitors(data).close()
    for name in WARM:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


async def _collect_now_and_then() -> None:
    while True:
        await asyncio.sleep(COLLECT_EVERY)
        await asyncio.to_thread(gc.collect)


async def _keep_duty_awake() -> None:
    """Run `python -m comms.duty` and start it again when it ends.

    It reads its standard input, which ends when this process does, however it does: also after kill -9.
    """
    pause, longest = RESTART_AFTER
    while True:
        started = asyncio.get_running_loop().time()
        duty = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "comms.duty", "--with-parent"),
            stdin=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"ONE_VOICE_DATA": str(settings().data.resolve())},
        )
        try:
            code = await duty.wait()
        except asyncio.CancelledError:
            await _dismiss(duty)
            raise
        if asyncio.get_running_loop().time() - started > longest:
            pause = RESTART_AFTER[0]
        log.error("The duty process ended with code %s; it starts again in %.0f s.", code, pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, longest)


async def _dismiss(duty: asyncio.subprocess.Process) -> None:
    """Let it finish what it holds, then end it."""
    if duty.stdin:
        duty.stdin.close()
    try:
        await asyncio.wait_for(duty.wait(), 5)
    except TimeoutError:
        duty.kill()
        await duty.wait()
