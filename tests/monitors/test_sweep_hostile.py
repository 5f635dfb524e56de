"""Fifty good sources are heard in time, whatever eleven bad ones do meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitors.store import open_monitors
from tests.monitors.hostile import BAD, Site, site

DEADLINE = 3.0
ROOM = 64 * 1024 * 1024


@pytest.fixture(scope="module")
def town() -> Iterator[Site]:
    with site() as running:
        yield running


def sweep(data: Path, urls: list[str]) -> dict[str, object]:
    """A sweep in a process of its own, so that its memory can be weighed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.monitors.hostile", str(data), str(DEADLINE), *urls],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.fixture(scope="module")
def good(town: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return sweep(tmp_path_factory.mktemp("good"), [f"{town.url}/good/{n}" for n in range(50)])


@pytest.fixture(scope="module")
def both(town: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    data = tmp_path_factory.mktemp("both")
    urls = [f"{town.url}/{name}" for name in BAD] + [f"{town.url}/good/{n}" for n in range(50)]
    return data, sweep(data, urls)


def test_every_good_source_is_heard_whatever_the_bad_ones_do(
    good: dict[str, object], both: tuple[Path, dict[str, object]]
) -> None:
    _, result = both
    cut_but_read = 1
    assert good["new"] == 50 * 30
    assert result["sources"] == 50 + len(BAD)
    assert result["failed"] == len(BAD) - cut_but_read
    assert int(str(result["new"])) >= 50 * 30
    assert result["stored"] == result["new"]


def test_bad_servers_cost_one_deadline_and_no_more(
    good: dict[str, object], both: tuple[Path, dict[str, object]]
) -> None:
    assert float(str(both[1]["took"])) <= DEADLINE + float(str(good["took"])) + 1.0


def test_bad_servers_cost_little_memory(
    good: dict[str, object], both: tuple[Path, dict[str, object]]
) -> None:
    assert int(str(both[1]["peak"])) <= int(str(good["peak"])) + ROOM


def test_nothing_is_dialed_but_this_machine(both: tuple[Path, dict[str, object]]) -> None:
    assert both[1]["dialed"] == ["127.0.0.1"]


def test_each_bad_server_is_told_of_in_its_own_words(both: tuple[Path, dict[str, object]]) -> None:
    data, _ = both
    with open_monitors(data) as store:
        rows = store.rows_of(
            "select url, failure_kind, failure_sentence, partly from sources join states on source_id = sources.id"
        )
    said = {str(row["url"]).rpartition("/")[2]: row for row in rows}
    expected = {
        "gzip-bomb": "too_large",
        "junk": "too_large",
        "slow-body": "timeout",
        "slow-headers": "timeout",
        "round-and-round": "redirect",
        "inward": "forbidden",
        "cut-header": "broken",
        "wrong-length": "",
        "page": "not_a_feed",
        "trouble": "server",
        "busy": "limited",
    }
    assert {name: said[name]["failure_kind"] for name in expected} == expected
    assert all(said[name]["failure_sentence"] for name, kind in expected.items() if kind)
    assert said["wrong-length"]["partly"] == 1
    assert "names 1 feed" in str(said["page"]["failure_sentence"])
