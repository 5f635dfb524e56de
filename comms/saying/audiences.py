"""Who a release reaches by e-mail: named lists of adults' addresses, or one address of the district's own list."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comms.people import Actor, Refused, Seat, acting, checked_name
from comms.store import stamp
from monitors.database import Store

KINDS = {"families": "Families", "staff": "Staff", "media": "Media", "board": "Board"}
REACHED_BY = {"email": "families", "staff": "staff", "media": "media", "board": "board"}
"""Which channel's text goes by e-mail to which kind of audience; the others leave as copy-ready text."""
ADDRESSES_MOST = 100_000
_COLUMNS = ("email", "e-mail", "mail", "address", "correo")


@dataclass(frozen=True, slots=True)
class Audience:
    """A named list and how many addresses it holds."""

    id: int
    name: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Member:
    """One adult's address."""

    address: str
    name: str


def audiences(store: Store, kind: str | None = None) -> list[Audience]:
    """The lists, or those of one kind."""
    rows = store.rows_of(
        "select audience.id, audience.name, kind, count(address) as count from audience "
        "left join audience_member on audience_id = audience.id where ? is null or kind = ? group by audience.id",
        kind,
        kind,
    )
    return [Audience(**row) for row in rows]


def members(store: Store, channel: str, lists: Sequence[int] | None = None) -> list[Member]:
    """Every address a channel's text is mailed to, each once: by all lists of its kind, or by these."""
    kind = REACHED_BY.get(channel)
    wanted = None if lists is None else json.dumps(list(lists))
    rows = store.rows_of(
        "select lower(address) as address, max(audience_member.name) as name from audience_member "
        "join audience on audience.id = audience_id where kind = ? "
        "and (? is null or audience.id in (select value from json_each(?))) group by lower(address) order by min(audience_member.rowid)",
        kind,
        wanted,
        wanted,
    )
    return [Member(**row) for row in rows]


def read_csv(raw: bytes) -> list[Member]:
    """Addresses from a CSV file with a column named email (and name, if there is one), or one address a line.

    Raises Refused with the line that cannot be read; nothing of a wrong file is taken.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            "That file is not plain text in UTF-8. Save it as “CSV UTF-8” and try again."
        ) from error
    try:
        dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    lines = csv.reader(io.StringIO(text, newline=None), dialect)
    try:
        rows = [row for row in lines if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Refused(f"Line {lines.line_num} cannot be read as CSV. Nothing was imported.") from error
    if not rows:
        raise Refused("That file is empty. Nothing was imported.")
    heads = [cell.strip().casefold() for cell in rows[0]]
    column = next((i for i, head in enumerate(heads) if head in _COLUMNS), None)
    name_column = heads.index("name") if "name" in heads else None
    if column is None and "@" not in rows[0][0]:
        raise Refused(
            f"That file has no column named email; its first line is “{', '.join(rows[0])[:80]}”. Nothing was imported."
        )
    start = 1 if column is not None else 0
    found: dict[str, Member] = {}
    for number, row in enumerate(rows[start:], start + 1):
        address = row[column or 0].strip() if len(row) > (column or 0) else ""
        if not _is_address(address):
            raise Refused(
                f"Line {number}: “{address[:60]}” is not an e-mail address. Nothing was imported; mend the line and try again."
            )
        name = row[name_column].strip() if name_column is not None and len(row) > name_column else ""
        found.setdefault(address.casefold(), Member(address, name))
    if len(found) > ADDRESSES_MOST:
        raise Refused(
            f"That file has {len(found):,} addresses; the limit is {ADDRESSES_MOST:,}. Use your list's one address."
        )
    return list(found.values())


def _is_address(text: str) -> bool:
    local, _, domain = text.partition("@")
    return (
        bool(local and "." in domain)
        and not any(c.isspace() or c in '<>",;' for c in text)
        and len(text) < 255
    )


def save_audience(
    store: Store, actor: Actor, name: str, kind: str, people: Sequence[Member], now: datetime
) -> Audience:
    """Make a list, or replace the addresses of the list with this name."""
    with acting(
        store, actor, "changed an audience", now, seats={Seat.COMMUNICATIONS, Seat.ADMINISTRATOR}
    ) as act:
        if kind not in KINDS:
            raise Refused("Say whom the list reaches: families, staff, media or the board.")
        title = checked_name(name, "The list's name")
        if not people:
            raise Refused("The list has no address. Nothing was saved.")
        row = store.row_of("select id from audience where name = ?", title)
        audience_id = (
            row["id"] if row else store.add("audience", {"name": title, "kind": kind, "added_at": stamp(now)})
        )
        store.execute("update audience set kind = ? where id = ?", [kind, audience_id])
        store.execute("delete from audience_member where audience_id = ?", [audience_id])
        store.table("audience_member").insert_all(
            {"audience_id": audience_id, "address": m.address, "name": m.name} for m in people
        )
        act.record(f"audience {audience_id}", name=title, kind=kind, addresses=len(people))
        return Audience(audience_id, title, kind, len(people))
