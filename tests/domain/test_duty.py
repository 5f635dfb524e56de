"""The duty process: one works, a second waits and takes over; what it does is in the store, not in the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from comms import duty
from comms.hearing import paging
from monitors.database import Store
from monitors.store import open_monitors
from tests.alerts_made import heard
from tests.harness import ROOT, World

NOW = datetime(2026, 3, 10, 20, 14, tzinfo=UTC)


def test_a_second_one_waits_and_takes_over_when_the_lease_runs_out(world: World) -> None:
    with world.store() as store:
        assert duty.hold_lease(store, "first", NOW)
        assert not duty.hold_lease(store, "second", NOW)
        assert duty.hold_lease(store, "first", NOW + timedelta(seconds=10)), "renewed"
        assert not duty.hold_lease(store, "second", NOW + timedelta(seconds=20))
        assert duty.hold_lease(store, "second", NOW + timedelta(seconds=26))
        assert not duty.hold_lease(store, "first", NOW + timedelta(seconds=27)), "it lost its turn"


def start(data: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "ONE_VOICE_DATA": str(data), "ONE_VOICE_ALLOW_LOOPBACK": "1"}
    return subprocess.Popen([sys.executable, "-m", "comms.duty"], cwd=ROOT, env=environment)


def told_so_far(store: Store) -> list[str]:
    rows = store.rows_of("select recipient from outbox where about like 'alert %' order by recipient")
    return [row["recipient"] for row in rows]


def holder(store: Store, other_than: str = "", within: float = 40) -> str:
    until = time.monotonic() + within
    while time.monotonic() < until:
        row = store.row_of("select holder from lease where name = 'duty'")
        if row and row["holder"] != other_than:
            return str(row["holder"])
        time.sleep(0.1)
    raise AssertionError("nobody holds the lease")


def test_a_killed_one_is_followed_by_the_one_that_waits_and_nobody_is_told_twice(world: World) -> None:
    told = datetime.now(UTC) - timedelta(minutes=6)
    heard(world.data, told)
    with world.store() as store, open_monitors(world.data) as monitors:
        assert paging.page(store, monitors, told) == 1, "Dana was told and does not acknowledge"
    first = start(world.data)
    second = None
    try:
        with world.store() as store:
            one = holder(store)
            second = start(world.data)
            first.send_signal(signal.SIGKILL)
            first.wait()
            assert holder(store, other_than=one) != one
            until = time.monotonic() + 20
            while len(told_so_far(store)) < 3 and time.monotonic() < until:
                time.sleep(0.1)
    finally:
        for process in filter(None, (first, second)):
            process.terminate()
            process.wait(timeout=30)
    with world.store() as store:
        assert store.row_of("select 1 from lease") is None, "one that ends gives its lease back"
        assert told_so_far(store) == ["brandt@afsd.example", "dana@afsd.example", "okafor@afpd.example"]


def test_a_dead_source_is_told_once_an_outage(world: World) -> None:
    from monitors import sources
    from monitors.sweep import Alarm

    with open_monitors(world.data) as heard:
        source = sources.add(heard, "https://courier.example/feed", name="Courier", now=NOW)
    with world.store() as store:
        for since in (NOW, NOW, NOW + timedelta(days=2)):
            duty.tell_of_silence(store, Alarm(source, since, "It has not answered since 2:14 PM."))
        sent = [row["recipient"] for row in store.rows_of("select recipient from outbox order by id")]
    assert sorted(sent) == sorted(
        ["dana@afsd.example", "castellano@afsd.example", "brightwater@afpd.example"] * 2
    )


def test_a_zone_or_contact_changed_under_partnership_holds_from_the_next_round(world: World) -> None:
    from comms import partnership

    castellano = world.actor("castellano")
    watch = duty.Watch(world.data)
    try:
        watch()
        first = watch.sweeper
        assert watch.sweeps_as == ("families@afsd.example", "America/Chicago")
        watch()
        assert watch.sweeper is first, "unchanged: its connections are kept"
        with world.store() as store:
            partnership.change_profile(store, castellano, datetime.now(UTC), zone="America/Denver")
            store.execute("update organisation set email = 'news@afsd.example' where kind = 'district'")
        watch()
        assert watch.sweeps_as == ("news@afsd.example", "America/Denver")
        assert watch.sweeper is not first
    finally:
        watch.close()
