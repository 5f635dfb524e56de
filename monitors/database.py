"""The one way a store opens SQLite: WAL, FULL, STRICT, writers queue with BEGIN IMMEDIATE.

Measured without this class: one in ten ordinary edit transactions failed with "database is locked", because
sqlite-utils begins DEFERRED and a read lock cannot always be upgraded.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_SPARED = (
    "pandas"  # sqlite-utils loads it to accept data frames, which it never gets: 0.4 s and 60 MB a process
)
if _SPARED not in sys.modules:
    sys.modules[_SPARED] = None  # type: ignore[assignment]
from sqlite_utils import Database as Database  # noqa: E402
from sqlite_utils import Migrations as Migrations  # noqa: E402
from sqlite_utils.utils import sqlite3 as sqlite3  # type: ignore[attr-defined]  # noqa: E402  pysqlite3 where it is installed

if sys.modules[_SPARED] is None:
    del sys.modules[_SPARED]

IntegrityError = sqlite3.IntegrityError
"""Of the driver that is really in use: the standard library's class does not catch pysqlite3's."""
WAL_FIXED_IN = (3, 51, 3)
"""First SQLite whose WAL reset cannot corrupt a database with two writers (sqlite.org, changes of 3.53.0)."""


class Store(Database):
    """One connection, for one thread of one process. Never cached across sessions, never carried through a fork."""

    def __init__(self, path: Path, timeout: float = 30) -> None:
        """Open `path`, creating it and its folder. `timeout` is in seconds: how long a writer queues for its turn."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        super().__init__(sqlite3.connect(path, timeout=timeout), strict=True)
        self._switch_to_wal()
        for pragma in ("synchronous=full", "foreign_keys=on", "trusted_schema=off"):
            self.execute(f"pragma {pragma}")

    def _switch_to_wal(self) -> None:
        for attempt in range(100):  # the switch is not covered by the busy timeout
            try:
                if self.journal_mode != "wal":
                    self.enable_wal()
            except sqlite3.OperationalError:
                if attempt == 99:
                    raise
                time.sleep(0.05)
            else:
                break

    @contextlib.contextmanager
    def atomic(self) -> Iterator[Store]:
        """Everything inside happens or nothing does. No network and no language work in here."""
        if self.conn.in_transaction:
            with super().atomic():
                yield self
            return
        self.conn.execute("BEGIN IMMEDIATE")
        try:
            yield self
            self.conn.execute("COMMIT")
        except BaseException:
            self.rollback()
            raise

    def migrate(self, migrations: Migrations) -> Store:
        """Bring the schema up to date; several processes may start at once. Cheap when there is nothing to do."""
        with self.atomic():
            migrations.apply(self)
        return self

    def rows_of(self, sql: str, *values: object, **named: object) -> list[dict[str, Any]]:
        """All rows at once: an unfinished reader would hold a snapshot and let the WAL grow."""
        return list(self.query(sql, named or values))

    def row_of(self, sql: str, *values: object, **named: object) -> dict[str, Any] | None:
        """The first row, or None."""
        return next(iter(self.rows_of(sql, *values, **named)), None)

    def add(self, table: str, row: Mapping[str, object]) -> int:
        """Insert one row and return its number."""
        return int(self.table(table).insert(dict(row)).last_rowid or 0)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def sqlite_warning() -> str | None:
    """A sentence for the operator when this SQLite carries the WAL-reset bug, else None."""
    version = tuple(int(part) for part in sqlite3.sqlite_version.split(".")[:3])
    if version >= WAL_FIXED_IN:
        return None
    return (
        f"This machine's SQLite is {sqlite3.sqlite_version}; before 3.51.3 two writers can, very rarely, damage a "
        "database. Install the pysqlite3 package or a newer SQLite. One Voice runs meanwhile; keep backups."
    )
