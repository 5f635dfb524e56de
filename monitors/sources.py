"""Where we listen: a source, its kind with the kind's defaults, and what an administrator does with it.

Each command is one transaction. What cannot be done is refused by a SourceError that carries the sentence to show.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitors import address
from monitors.database import Store
from monitors.kinds import Kind as Kind
from monitors.store import moment, stamp

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=1)
"""The intervals an administrator may choose between."""
SHORTEST_HERE = timedelta(seconds=1)
"""On this machine itself (demo and tests) nobody is bothered by being asked each second."""


@dataclass(frozen=True, slots=True)
class Source:
    """One place we listen. `every` and `expected_gap` are an administrator's wish; None leaves them to kind and habit.

    `options` configure its parser (a mapping of columns, CSS selectors) and its requests; a secret is named there by the
    environment variable that holds it, never written.
    """

    id: int
    url: str
    name: str
    kind: Kind = Kind.FEED
    place: str = ""
    zone: str = ""
    every: timedelta | None = None
    expected_gap: timedelta | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    paused_at: datetime | None = None
    paused_why: str = ""

    @property
    def interval(self) -> timedelta:
        """The shortest interval between two polls."""
        return self.every or self.kind.every


class SourceError(ValueError):
    """What an administrator asked for cannot be. `str()` is the sentence to show under the field."""


class EmptyAddressError(SourceError):
    """Nothing was entered."""


class NotAnAddressError(SourceError):
    """What was entered is not an address of the web."""


class SchemeError(SourceError):
    """An address of another sort: ftp:, file:, javascript: …"""


class SecretInAddressError(SourceError):
    """The address holds a user name or a password."""


class InsideAddressError(SourceError):
    """The address points inside this network."""


class KnownSourceError(SourceError):
    """The same address is a source already; `source` is that one."""

    def __init__(self, sentence: str, source: Source) -> None:
        super().__init__(sentence)
        self.source = source


class UnknownSourceError(SourceError):
    """There is no such source."""


class SettingError(SourceError):
    """A name, an interval, a zone or an option that cannot be."""


def registrable(url: str) -> str:
    """The registrable domain of an address: whom a "too many requests" speaks for.

    Two labels, or more where the second level is one that registries hand out (`co.uk`) or a place in `.us`
    (`pd.alderfalls.ia.us`). A public suffix list would know more; being wrong here costs a wait, nothing else.
    """
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    labels = host.split(".")
    if re.fullmatch(r"[\d.]+|.*:.*", host) or len(labels) <= 2:
        return host
    if labels[-1] == "us" and len(labels[-2]) == 2:
        return ".".join(labels[-4:])
    handed_out = len(labels[-1]) == 2 and labels[-2] in {"co", "com", "org", "net", "gov", "edu", "ac", "gob"}
    return ".".join(labels[-3:] if handed_out else labels[-2:])


def canonical(url: str) -> str:
    """One spelling for the addresses that lead to one feed: http and https, `www.` and a last slash make no difference."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    usual = {None, 80, 443, 993}
    port = "" if parts.port in usual else f":{parts.port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}"


def valid_address(text: str, *, kind: Kind = Kind.FEED, loopback: bool = False) -> str:
    """The address an administrator typed, ready to be asked for. Raises a SourceError that says what is wrong with it."""
    url = text.strip()
    if not url:
        raise EmptyAddressError("Enter the address of a feed or of a site.")
    schemes = {"imap", "imaps"} if kind is Kind.MAIL else {"http", "https"}
    if re.match(r"[\w.-]+\.[a-z]{2,}(:\d+)?(/|$)", url, re.IGNORECASE) and kind is not Kind.MAIL:
        url = f"https://{url}"
    scheme = url.partition(":")[0].lower()
    if ":" in url and re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme) and scheme not in schemes:
        wanted = "imaps:// for a mailbox" if kind is Kind.MAIL else "http:// or https://"
        raise SchemeError(
            f"An address that begins with {scheme}: cannot be watched. Use one that begins with {wanted}."
        )
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or scheme not in schemes or re.search(r"[\s\\<>\"\x00-\x1f\x7f]", url) or len(url) > 2000:
        raise NotAnAddressError(
            "That is not an address of the web. It looks like https://www.alderfalls.example/feed."
        )
    if parts.password or (parts.username and kind is not Kind.MAIL):
        raise SecretInAddressError(
            "Leave user names and passwords out of the address: it is shown to people."
        )
    _refuse_inside(host, loopback=loopback)
    return url


def _refuse_inside(host: str, *, loopback: bool) -> None:
    """Refuse what can be seen to point inside without asking anybody; names are judged again when they are connected to."""
    try:
        literal = socket.inet_ntoa(socket.inet_aton(host))  # also the spellings 2130706433, 0x7f.1 and 127.1
    except (OSError, UnicodeError):
        literal = host if ":" in host else ""
    try:
        inside = bool(literal) and address.forbidden(literal, loopback=loopback) is not None
    except ValueError:
        raise NotAnAddressError("That is not an address of the web: its number cannot be read.") from None
    name = host.rstrip(".").lower()
    ours = name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa"))
    alone = not literal and "." not in name
    if inside or ((ours or alone) and not (loopback and name == "localhost")):
        raise InsideAddressError(
            "That address points inside this network, so it cannot be a source. Enter the public address of the feed."
        )


def add(
    store: Store,
    url: str,
    *,
    name: str = "",
    kind: Kind = Kind.FEED,
    place: str = "",
    zone: str = "",
    every: timedelta | None = None,
    expected_gap: timedelta | None = None,
    options: Mapping[str, object] | None = None,
    now: datetime,
    loopback: bool = False,
) -> Source:
    """Add a source; it is due at once. Raises a SourceError. What would come is seen beforehand with `check.check`."""
    url = valid_address(url, kind=kind, loopback=loopback)
    row = {
        **_place_of(url),
        "name": _name(name or urlsplit(url).hostname or url),
        "kind": kind.value,
        "place": place.strip(),
        **_settings(zone, every, expected_gap, options, SHORTEST_HERE if loopback else SHORTEST),
        "added_at": stamp(now),
    }
    with store.atomic():
        _refuse_known(store, url)
        source_id = int(str(store.table("sources").insert(row).last_pk))
        store.table("states").insert({"source_id": source_id, "next_poll_at": stamp(now)})
    return get(store, source_id)


def edit(
    store: Store,
    source_id: int,
    *,
    now: datetime,
    url: str | None = None,
    name: str | None = None,
    kind: Kind | None = None,
    place: str | None = None,
    zone: str | None = None,
    every: timedelta | None = None,
    expected_gap: timedelta | None = None,
    options: Mapping[str, object] | None = None,
    loopback: bool = False,
) -> Source:
    """Change what is given and leave the rest; `every` and `expected_gap` of zero go back to the default.

    A new address forgets what the old server gave us to ask with, keeps every item, and is due at once.
    """
    with store.atomic():
        old = get(store, source_id)
        kind = kind or old.kind
        url = valid_address(url, kind=kind, loopback=loopback) if url is not None else old.url
        row = {
            **_place_of(url),
            "name": old.name if name is None else _name(name),
            "kind": kind.value,
            "place": old.place if place is None else place.strip(),
            **_settings(
                old.zone if zone is None else zone,
                old.every if every is None else every or None,
                old.expected_gap if expected_gap is None else expected_gap or None,
                old.options if options is None else options,
                SHORTEST_HERE if loopback else SHORTEST,
            ),
        }
        _refuse_known(store, url, besides=source_id)
        store.table("sources").update(source_id, row)
        if (url, kind) != (old.url, old.kind) or options is not None:
            store.table("states").update(source_id, _forgotten(now))
    return get(store, source_id)


def pause(store: Store, source_id: int, *, why: str, now: datetime) -> Source:
    """Stop asking, until `resume`. Pausing a paused source changes nothing."""
    with store.atomic():
        if get(store, source_id).paused_at is None:
            store.table("sources").update(source_id, {"paused_at": stamp(now), "paused_why": why.strip()})
    return get(store, source_id)


def resume(store: Store, source_id: int, *, now: datetime) -> Source:
    """Ask again, beginning now."""
    with store.atomic():
        get(store, source_id)
        store.table("sources").update(source_id, {"paused_at": None, "paused_why": ""})
        store.table("states").update(source_id, {"next_poll_at": stamp(now), "gone_at": None})
    return get(store, source_id)


def remove(store: Store, source_id: int, *, now: datetime) -> None:
    """Take a source off the list. Its items stay; the address may be added again."""
    with store.atomic():
        get(store, source_id)
        store.table("sources").update(source_id, {"removed_at": stamp(now)})


def confirm_move(store: Store, source_id: int, *, now: datetime, loopback: bool = False) -> Source:
    """Take over the address on another domain that the source has been moving us to."""
    row = store.row_of("select moved_to from states where source_id = ?", source_id)
    if row is None or not row["moved_to"]:
        raise UnknownSourceError("This source has not moved.")
    return edit(store, source_id, url=str(row["moved_to"]), now=now, loopback=loopback)


def get(store: Store, source_id: int) -> Source:
    """The source with this id. Raises UnknownSourceError."""
    row = store.row_of("select * from sources where id = ? and removed_at is null", source_id)
    if row is None:
        raise UnknownSourceError("This source is no longer on the list.")
    return source_of(row)


def every_source(store: Store) -> list[Source]:
    """All sources on the list, paused ones too, by name."""
    return [
        source_of(row)
        for row in store.rows_of("select * from sources where removed_at is null order by name, id")
    ]


def source_of(row: Mapping[str, object]) -> Source:
    """The source in a row of the table `sources`."""
    seconds = {name: row[name] for name in ("every", "expected_gap")}
    return Source(
        id=int(str(row["id"])),
        url=str(row["url"]),
        name=str(row["name"]),
        kind=Kind(str(row["kind"])),
        place=str(row["place"]),
        zone=str(row["zone"]),
        every=timedelta(seconds=int(str(seconds["every"]))) if seconds["every"] else None,
        expected_gap=timedelta(seconds=int(str(seconds["expected_gap"])))
        if seconds["expected_gap"]
        else None,
        options=json.loads(str(row["options"])) if row["options"] != "{}" else {},
        paused_at=moment(str(row["paused_at"])) if row["paused_at"] else None,
        paused_why=str(row["paused_why"]),
    )


def _forgotten(now: datetime) -> dict[str, object]:
    """What a state loses when its source is asked for anew."""
    return {
        "next_poll_at": stamp(now),
        "etag": "",
        "last_modified": "",
        "body_sha256": "",
        "validators_trusted": 1,
        "unchanged_304s": 0,
        "moved_to": "",
        "moved_seen": 0,
        "gone_at": None,
    }


def _place_of(url: str) -> dict[str, object]:
    return {"url": url, "address": canonical(url), "domain": registrable(url)}


def _refuse_known(store: Store, url: str, *, besides: int = 0) -> None:
    row = store.row_of(
        "select * from sources where address = ? and removed_at is null and id <> ?", canonical(url), besides
    )
    if row is not None:
        known = source_of(row)
        raise KnownSourceError(f"That address is a source already: “{known.name}”. Nothing was added.", known)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > 200:
        raise SettingError("Give the source a name of at most 200 characters.")
    return name


def _settings(
    zone: str,
    every: timedelta | None,
    gap: timedelta | None,
    options: Mapping[str, object] | None,
    shortest: timedelta = SHORTEST,
) -> dict[str, object]:
    """The columns of an administrator's wishes. Raises SettingError."""
    try:
        if zone:
            ZoneInfo(zone)
        written = json.dumps(dict(options or {}), ensure_ascii=False, sort_keys=True)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingError(f"“{zone}” is not a time zone. It looks like America/Chicago.") from None
    except TypeError:
        raise SettingError("The options must be plain text, numbers and lists.") from None
    if every is not None and not shortest <= every <= LONGEST:
        raise SettingError("A source can be asked every minute at most and once a day at least.")
    if gap is not None and gap < SHORTEST:
        raise SettingError("The expected gap must be a minute at least.")
    return {
        "zone": zone,
        "every": int(every.total_seconds()) if every else None,
        "expected_gap": int(gap.total_seconds()) if gap else None,
        "options": written,
    }
