"""Alder Falls in data: its sources, its ordinary days, and the afternoons on which something happens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

ZONE = ZoneInfo("America/Chicago")
"""Where Alder Falls, Iowa, keeps its clocks."""

_HERE = Path(__file__).parent
_CLOCK_TIME = re.compile(r"\{at ([+-]?\d+)\}")


@dataclass(frozen=True, slots=True)
class Outlet:
    """One sample source: how it is called, what it serves and as what kind a district would watch it."""

    name: str
    title: str
    path: str
    kind: str


FEEDS: Mapping[str, Outlet] = {
    outlet.name: outlet
    for outlet in (
        Outlet(
            "police", "Alder Falls Police Department", "/RSSFeed.aspx?ModID=1&CID=All-newsflash.xml", "police"
        ),
        Outlet("courier", "Alder Falls Courier", "/courier/feed/", "feed"),
        Outlet("channel6", "Channel 6 Valley", "/channel6/news.atom", "feed"),
        Outlet("scanner", "Tannerbrook Scanner", "/scanner/rss.xml", "feed"),
        Outlet("district", "Alder Falls School District", "/district/feed.json", "feed"),
        Outlet("county", "Hollis County Emergency Management", "/county/alerts.atom", "cap"),
    )
}
"""Name -> source. Between them they speak RSS in two manners, Atom, JSON Feed and CAP."""


@dataclass(frozen=True, slots=True)
class Posting:
    """What an outlet says, from `appears` on (aware UTC). A later posting of the same key replaces its text.

    `alert` holds what a CAP alert says beyond words; `cancels` names the alert that it calls off.
    """

    feed: str
    key: str
    title: str
    text: str
    appears: datetime
    author: str = ""
    cancels: str = ""
    alert: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Afternoon:
    """A scripted afternoon: steps at minutes after its beginning, the opening ones being the news as it breaks."""

    name: str
    title: str
    about: str
    steps: tuple[Mapping[str, Any], ...]

    def postings(self, began: datetime, speed: float, at_once: bool) -> Iterator[Posting]:
        """The afternoon as it runs from `began`, `speed` times as fast as written.

        `at_once` gives the opening steps alone, all appearing at `began`. Clock times in the texts are told in the
        town's zone; those before the beginning are never hurried, so that nobody reports what is yet to happen.
        """
        for number, step in enumerate(self.steps):
            if at_once and not step.get("opening"):
                continue
            appears = began if at_once else began + timedelta(minutes=step["after"] / speed)
            yield Posting(
                feed=step["feed"],
                key=step.get("key", f"{self.name}-{number}"),
                title=step["title"],
                text=_CLOCK_TIME.sub(
                    lambda found: _clock_time(began + timedelta(minutes=int(found[1]))), step["text"]
                ),
                appears=appears,
                author=step.get("author", ""),
                cancels=step.get("cancels", ""),
                alert=step.get("alert"),
            )


def _clock_time(moment: datetime) -> str:
    local = moment.astimezone(ZONE)
    return f"{local:%I:%M} {'a.m.' if local.hour < 12 else 'p.m.'}".lstrip("0")


@cache
def afternoons() -> Mapping[str, Afternoon]:
    """Name -> afternoon, from the files beside this one."""
    told = {}
    for file in sorted((_HERE / "afternoons").glob("*.yaml")):
        written = yaml.safe_load(file.read_text("utf-8"))
        told[file.stem] = Afternoon(file.stem, written["title"], written["about"], tuple(written["steps"]))
    return told


def ordinary_days(start: datetime) -> list[Posting]:
    """What the sources said in the week before `start`."""
    written = yaml.safe_load((_HERE / "routine.yaml").read_text("utf-8"))
    return [
        Posting(
            feed=feed,
            key=f"{feed}-{number}",
            title=said["title"],
            text=said["text"],
            appears=start - timedelta(hours=said["hours"]),
            author=said.get("author", ""),
            alert=said.get("alert"),
        )
        for feed, postings in written.items()
        for number, said in enumerate(postings)
    ]
