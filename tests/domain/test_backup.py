"""Backup: a whole copy while others write, and a damaged one says so."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comms import backup
from comms.store import open_partnership
from comms.workspace import incidents
from monitors.store import open_monitors
from tests.harness import World


def test_a_copy_taken_while_somebody_writes_is_whole(world: World, tmp_path: Path) -> None:
    open_monitors(world.data).close()
    dana = world.actor("dana")
    stop = threading.Event()

    def write() -> None:
        with world.store() as store:
            while not stop.is_set():
                incidents.open_by_hand(store, dana, "Protest downtown", "protest", datetime.now(UTC))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copied = backup.copy_to(world.data, tmp_path / "copy")
    finally:
        stop.set()
        writer.join()
    assert {"partnership.db", "monitors.db"} <= set(copied)
    assert "The log is whole" in backup.check(tmp_path / "copy")


def test_a_backup_never_overwrites_a_backup(world: World, tmp_path: Path) -> None:
    backup.copy_to(world.data, tmp_path / "copy")
    with pytest.raises(FileExistsError, match="nothing was overwritten"):
        backup.copy_to(world.data, tmp_path / "copy")


def test_a_copy_with_a_changed_byte_is_not_whole(world: World, tmp_path: Path) -> None:
    world.actor("dana")
    backup.copy_to(world.data, tmp_path / "copy")
    with open_partnership(tmp_path / "copy") as store:
        store.execute("drop trigger log_never_update")
        store.execute("update log set line = replace(line, 'Dana', 'Dane')")
    with pytest.raises(backup.NotWhole, match="is not as it was written"):
        backup.check(tmp_path / "copy")


def test_an_empty_folder_is_not_a_backup(tmp_path: Path) -> None:
    with pytest.raises(backup.NotWhole, match=r"no partnership\.db"):
        backup.check(tmp_path)
