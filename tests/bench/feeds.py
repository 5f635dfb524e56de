"""Sweeping beside the library `reader` with 20 workers: the same feeds from the same server, side by side in one run.

Each contender runs in a process of its own. Starting it is left out of the ratios and printed by itself; so is
judging the items, which `reader` does not do. Processor time is that of the contender with all its workers.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.bench.feedserver import feed_server

FEEDS, ROUNDS = 200, 3
GOALS = {
    ("first", "wall"): 0.30,
    ("first", "cpu"): 0.45,
    ("304", "cpu"): 0.45,
    ("same", "cpu"): 0.10,
    ("grow", "cpu"): 0.45,
}
"""(phase, what) -> the most our figure may be of `reader`'s."""
PHASES = {
    "first": "first sweep",
    "304": "everything 304",
    "same": "same bytes, no validator",
    "grow": "one new entry a feed",
}
SCALES = (200, 1_000, 5_000)
HISTORY = 1_000_000
STARTS = datetime(2026, 8, 3, 12, tzinfo=UTC)

Sweep = Callable[[str], object]
Figures = dict[str, dict[str, float]]
"""Phase -> what -> figure: seconds of "wall" and "cpu"; bytes of "peak"."""


def run() -> bool:
    """Print the ratios, the growth and the memory; True when every goal is met."""
    if find_spec("reader") is None:
        print("the library `reader` is not installed here; it comes with the development requirements")
        return False
    with feed_server(FEEDS) as server:
        runs = [{who: _apart(who, server) for who in ("reader", "ours")} for _ in range(ROUNDS)]
    met = _print_ratios(runs)
    _print_starts(runs)
    _print_judging()
    return _print_growth() and met


def _print_ratios(runs: list[dict[str, Figures]]) -> bool:
    print(
        f"{FEEDS} feeds of 30 entries over loopback, medians of {ROUNDS} runs, 2 workers of ours, 20 threads of reader's"
    )
    print(
        f"{'':26}{'wall s: ours':>14}{'reader':>9}{'ratio':>8}{'goal':>7}   {'cpu s: ours':>12}{'reader':>9}{'ratio':>8}{'goal':>7}"
    )
    met = True
    for phase, title in PHASES.items():
        cells = []
        for what in ("wall", "cpu"):
            ours, theirs = (
                statistics.median(one[who][phase][what] for one in runs) for who in ("ours", "reader")
            )
            goal = GOALS.get((phase, what))
            met = met and (goal is None or ours / theirs <= goal)
            cells.append(f"{ours:>12.3f}{theirs:>9.3f}{ours / theirs:>8.3f}{goal if goal else '':>7}")
        print(f"{title:26}  {'   '.join(cells)}")
    return met


def _print_starts(runs: list[dict[str, Figures]]) -> None:
    for who in ("ours", "reader"):
        start = {what: statistics.median(one[who]["start"][what] for one in runs) for what in ("wall", "cpu")}
        peak = max(one[who]["memory"]["peak"] for one in runs) / 1024 / 1024
        print(
            f"{who}: start {start['wall']:.2f} s wall, {start['cpu']:.2f} s cpu; peak memory {peak:.0f} MiB with its workers"
        )


def _print_judging() -> None:
    """What judging costs on top, for the items of one first sweep; it runs after the sweep, in its own process."""
    judged = _apart("judge", "")
    print(
        f"judging {judged['items']:.0f} items: {judged['cpu']:.2f} s cpu after {judged['load']:.2f} s of loading"
    )


def _print_growth() -> bool:
    """Cost by number of sources and by stored history: linear in the one, none of the other."""
    print(
        f"\n{'sources':>9}{'stored before':>15}{'first: cpu ms a source':>24}{'again: cpu ms a source':>24}{'peak MiB':>10}"
    )
    with feed_server(max(SCALES)) as server:
        rows = [(scale, 0, _apart(f"grow-{scale}-0", server)) for scale in SCALES]
        rows.append((SCALES[0], HISTORY, _apart(f"grow-{SCALES[0]}-{HISTORY}", server)))
    for scale, history, row in rows:
        print(
            f"{scale:>9}{history:>15,}{row['first']:>24.2f}{row['again']:>24.3f}{row['peak'] / 1024 / 1024:>10.0f}"
        )
    linear = rows[2][2]["again"] <= 1.5 * rows[0][2]["again"]
    flat = rows[3][2]["again"] <= 1.5 * rows[0][2]["again"]
    print(
        f"linear in sources: {'yes' if linear else 'NO'}; independent of history: {'yes' if flat else 'NO'}"
    )
    return bool(linear and flat)


def _apart(what: str, server: str) -> Any:
    """The figures of one contender, or of one of our own questions, measured in a process of its own."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", __name__, what, server, str(began)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "ONE_VOICE_ALLOW_LOOPBACK": "1"},
    )
    return json.loads(done.stdout.splitlines()[-1])


# In the contender's own process --------------------------------------------------------------------------------------


class Clock:
    """Wall and processor seconds of this process and its workers, between calls."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.monotonic(), family_cpu()

    def lap(self) -> dict[str, float]:
        """Since the last lap."""
        wall, cpu = time.monotonic(), family_cpu()
        figures = {"wall": wall - self.wall, "cpu": cpu - self.cpu}
        self.wall, self.cpu = wall, cpu
        return figures


def family() -> list[Path]:
    """The /proc folders of this process and all that descend from it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    ours, grown = {os.getpid()}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in ours} - ours
        ours, grown = ours | more, bool(more)
    return [Path("/proc") / str(pid) for pid in ours]


def family_cpu() -> float:
    """Processor seconds of the family so far; of this process alone where there is no /proc."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    seconds = own.ru_utime + own.ru_stime
    for folder in family():
        if folder.name != str(os.getpid()):
            with _gone_is_fine():
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def family_peak() -> float:
    """Bytes: the sum of the highest resident size of each process of the family."""
    peak = 0
    for folder in family():
        with _gone_is_fine():
            lines = (folder / "status").read_text().splitlines()
            peak += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    return float(peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    """A process may end while it is looked at."""
    try:
        yield
    except OSError:
        return


def reader(server: str, began: float) -> Figures:
    """The library's figures."""
    from reader import make_reader

    with tempfile.TemporaryDirectory() as folder:
        books = {mode: make_reader(f"{folder}/{mode}.sqlite") for mode in ("etag", "same", "grow")}
        for mode, book in books.items():
            for number in range(FEEDS):
                book.add_feed(f"{server}/{mode}/{number}")

        def sweep(mode: str) -> None:
            books[mode].update_feeds(workers=20, scheduled=False)

        return _phases(sweep, server, began)


def ours(server: str, began: float) -> Figures:
    """Our figures: the workers are started beforehand, as the process that watches has them."""
    from monitors import sources
    from monitors.engine import two_processes
    from monitors.store import open_monitors
    from monitors.sweep import Sweeper

    with tempfile.TemporaryDirectory() as folder:
        due = {}
        for mode in ("etag", "same", "grow"):
            with open_monitors(Path(folder) / mode) as store, store.atomic():
                due[mode] = {
                    sources.add(store, f"{server}/{mode}/{number}", now=STARTS, loopback=True).id
                    for number in range(FEEDS)
                }
        pool = two_processes()
        _wake(pool)
        sweepers = {mode: Sweeper(Path(folder) / mode, loopback=True, engine=lambda: pool) for mode in due}
        passes = iter(range(1000))

        def sweep(mode: str) -> None:
            sweepers[mode].sweep(STARTS + timedelta(minutes=next(passes)), only=due[mode])

        figures = _phases(sweep, server, began)
        for sweeper in sweepers.values():
            sweeper.close()
        return figures


def _wake(pool: object) -> None:
    assert isinstance(pool, ProcessPoolExecutor)
    for waking in [pool.submit(time.sleep, 0.5) for _ in range(2)]:
        waking.result()


def _phases(sweep: Sweep, server: str, began: float) -> Figures:
    """Measure each phase; `sweep(mode)` polls all feeds of a mode once."""
    cpu = family_cpu()
    figures = {"start": {"wall": time.monotonic() - began, "cpu": cpu}}
    clock = Clock()
    sweep("etag")
    figures["first"] = clock.lap()
    sweep("etag")
    figures["304"] = clock.lap()
    for phase in ("same", "grow"):
        sweep(phase)
        if phase == "grow":
            with urlopen(f"{server}/grow-all"):
                pass
        clock.lap()
        sweep(phase)
        figures[phase] = clock.lap()
    figures["memory"] = {"peak": family_peak()}
    return figures


def growth(scale: int, history: int, server: str) -> dict[str, float]:
    """Processor milliseconds a source for a first sweep and one of 304s, over a store with `history` items."""
    from monitors import sources
    from monitors.engine import two_processes
    from monitors.store import open_monitors
    from monitors.sweep import Sweeper

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with open_monitors(data) as store:
            if history:
                _fill(store, history)
            with store.atomic():
                due = {
                    sources.add(store, f"{server}/etag/{number}", now=STARTS, loopback=True).id
                    for number in range(scale)
                }
        pool = two_processes()
        _wake(pool)
        with Sweeper(data, loopback=True, engine=lambda: pool) as sweeper:
            clock = Clock()
            sweeper.sweep(STARTS, only=due)
            first = clock.lap()["cpu"]
            sweeper.sweep(STARTS + timedelta(minutes=5), only=due)
            again = clock.lap()["cpu"]
            peak = family_peak()
    return {"first": first * 1000 / scale, "again": again * 1000 / scale, "peak": peak}


def _fill(store: object, history: int) -> None:
    """A store with years behind it: items of a hundred other sources, written as a sweep writes them."""
    from monitors import sources
    from monitors.database import Store
    from monitors.ledger import WRITE_ITEM

    assert isinstance(store, Store)
    old = [sources.add(store, f"https://old{n}.example/", now=STARTS).id for n in range(100)]
    text = "Crews closed the bridge in both directions while a truck was taken off the rails. " * 3
    stamp = "2025-01-01T00:00:00.000+00:00"

    def rows() -> Iterator[tuple[object, ...]]:
        for n in range(history):
            link = f"https://old.example/{n}"
            words = (
                old[n % 100],
                f"key-{n}",
                f"Report {n}",
                text,
                link,
                stamp,
                None,
                None,
                stamp,
                stamp,
                "",
                "",
                "{}",
            )
            yield (*words, 0, 0, "given", None, b"0123456789abcdef")

    with store.atomic():
        store.conn.executemany(WRITE_ITEM, rows())


def judge() -> dict[str, float]:
    """The cost of judging what one first sweep brings, and of loading the judge."""
    from monitors.relevance import Judge, Report
    from monitors.watchlist import Agency, District, School, Watchlist
    from tests.bench.feedserver import SENTENCES

    watchlist = Watchlist(
        state="IA",
        city="Alder Falls",
        district=District("Alder Falls School District", schools=(School("Orrin Middle School"),)),
        agencies=(Agency("Alder Falls Police Department"),),
    )
    clock = Clock()
    loaded = Judge.load()
    load = clock.lap()["cpu"]
    reports = [
        Report(f"Report {n}: bridge closed & reopened", " ".join(SENTENCES), "Outlet", STARTS, str(n))
        for n in range(FEEDS * 30)
    ]
    judged = sum(1 for _ in loaded.judge(reports, watchlist))
    return {"items": float(judged), "cpu": clock.lap()["cpu"], "load": load}


def main(what: str, server: str, began: float) -> object:
    """One contender's figures."""
    if what == "reader":
        return reader(server, began)
    if what == "ours":
        return ours(server, began)
    if what == "judge":
        return judge()
    _, scale, history = what.split("-")
    return growth(int(scale), int(history), server)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2], float(sys.argv[3]))))
