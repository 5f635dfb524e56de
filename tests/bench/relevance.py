"""How fast the relevance model loads and judges, and that many watchlists cost no more than one."""

from __future__ import annotations

import subprocess
import sys
import time

from monitors.relevance import Judge, Report
from monitors.relevance.training.communities import communities
from monitors.relevance.training.compose import examples
from monitors.watchlist import Agency, AgencyKind, District, Person, School, Watchlist

ITEMS = 6_000
PER_SECOND = 4_000
LOAD_SECONDS = 2.0
GROWTH = 1.5
"""A thousand watchlists may cost at most this much more per item than one."""


def run() -> bool:
    """Print the figures; whether all are met. Times are of this process alone, in seconds of one core."""
    load = min(_load_seconds() for _ in range(3))
    print(f"load            {load:7.2f} s          (at most {LOAD_SECONDS})")
    judge = Judge.load()
    reports = [example.report for example in examples(7, copies=2, generated=60)]
    reports = (reports * (ITEMS // len(reports) + 1))[:ITEMS]
    alone = _seconds_an_item(judge, reports, 1)
    print(f"one watchlist   {1 / alone:7.0f} items/s    (at least {PER_SECOND})")
    met = load <= LOAD_SECONDS and 1 / alone >= PER_SECOND
    base = 0.0
    for count in (1, 100, 1_000):
        cost = _seconds_an_item(judge, reports, count, together=True)
        base = base or cost
        print(f"{count:5} together  {cost * 1e6:7.0f} µs an item  ({cost / base:.2f} times one)")
        met = met and cost / base <= GROWTH
    return met


def _load_seconds() -> float:
    code = "import time; t = time.process_time(); from monitors.relevance import Judge; Judge.load(); print(time.process_time() - t)"
    return float(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    )


def _seconds_an_item(judge: Judge, reports: list[Report], count: int, together: bool = False) -> float:
    watchlists = _watchlists(count)
    best = float("inf")
    judge.compile(tuple(watchlists))
    for _ in range(3):
        began = time.process_time()
        heard = judge.judge_all(reports, watchlists) if together else judge.judge(reports, watchlists[0])
        judged = sum(1 for _ in heard)
        best = min(best, (time.process_time() - began) / judged)
    return best


def _watchlists(count: int) -> list[Watchlist]:
    """The first is a community the items are about; the others have names of their own, and here and there a school
    whose name every state knows."""
    about = communities(1, 7)[0].watchlist
    return [about, *(_elsewhere(number) for number in range(1, count))]


def _elsewhere(number: int) -> Watchlist:
    name = "".join(
        _SYLLABLES[number // len(_SYLLABLES) ** place % len(_SYLLABLES)] for place in range(3)
    ).title()
    schools = (
        f"{name}ley High School",
        f"{name}wood Middle School",
        "Lincoln Elementary School" if number % 20 == 0 else f"{name} Elementary",
    )
    return Watchlist(
        id=f"w{number}",
        state="Ohio",
        city=f"{name}ford",
        county=f"{name}an County",
        population=20_000,
        district=District(f"{name}ford City Schools", (), tuple(map(School, schools))),
        agencies=(
            Agency(f"{name}ford Police Department"),
            Agency(f"{name}an County Sheriff's Office", AgencyKind.MUTUAL_AID),
        ),
        people=(Person(f"Ana {name}er", "superintendent"),),
    )


_SYLLABLES = ("ba", "ko", "ri", "ve", "lu", "mo", "ta", "ne", "zi", "do")
