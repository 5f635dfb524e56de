"""monitors.db: public information that can be rebuilt. Migrations and how it is opened."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Migrations

from monitors.database import Store

MIGRATIONS = Migrations("monitors")
"""Applied in the order written here. A migration that has landed is never edited; the next one changes it."""


def open_monitors(data: Path) -> Store:
    """monitors.db in the partnership's directory `data`, migrated."""
    return Store(data / "monitors.db").migrate(MIGRATIONS)
