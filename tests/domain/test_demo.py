"""The demo shows escalation: who is on call, who is next, and by which means each is reached."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from comms import demo
from comms.hearing import paging
from comms.reaching import senders
from comms.store import open_partnership
from monitors.samples.server import SampleServer
from monitors.store import open_monitors
from tests.alerts_made import heard


def test_a_page_of_the_demo_climbs_from_who_is_on_call_by_text_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    monkeypatch.setenv(demo.TEXTS, "")
    with SampleServer(start=now) as town:
        demo.seed(tmp_path, [], now)
        demo.means(tmp_path, town.address, now)
        heard(tmp_path, now)
        told = []
        with open_partnership(tmp_path) as store, open_monitors(tmp_path) as monitors:
            for minutes in range(0, 80, 5):
                paging.page(store, monitors, now + timedelta(minutes=minutes))
                told = [
                    row["name"]
                    for row in store.rows_of(
                        "select account.name from alert_told join account on account.id = account_id "
                        "order by alert_told.at, account.id"
                    )
                ]
            assert told == [
                "Dana Whitlock",
                "Noor Halvorsen",
                "Maya Okafor",
                "Elaine Brandt",
                "Peter Hahn",
                "J. Moreau",
            ]
            taken = sum(senders.deliver(store, lambda: now + timedelta(hours=2)) for _ in range(2))
            assert taken == 6, "the demo's own text messages are taken"
