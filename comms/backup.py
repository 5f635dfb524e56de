"""python -m comms.backup: a copy of a partnership's directory while it runs, and the check that a copy is whole.

    python -m comms.backup to DIR        copy both stores, the key and the heads of the log into DIR
    python -m comms.backup check DIR     open the copy, check both stores, verify the log

One directory is the unit of backup, move and isolation. To restore, stop the server and the duty process and put the
copy in place of the directory.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from comms import audit
from comms.settings import settings
from comms.store import open_partnership
from monitors.database import Store

STORES = ("partnership.db", "monitors.db")
FILES = ("key", "heads.jsonl")


class NotWhole(Exception):
    """A copy that cannot be trusted. Its text says why."""


def copy_to(data: Path, target: Path) -> list[str]:
    """Copy everything that cannot be made again; the names of what was copied. Works while others write.

    Raises FileExistsError when `target` holds a copy already: a backup never overwrites a backup.
    """
    target.mkdir(parents=True, exist_ok=True)
    copied = []
    for name in STORES:
        if not (data / name).exists():
            continue
        if (target / name).exists():
            raise FileExistsError(
                f"{target / name} is there already. Choose an empty folder; nothing was overwritten."
            )
        with Store(data / name) as source, Store(target / name) as copy:
            source.conn.backup(copy.conn)
        copied.append(name)
    for name in FILES:
        if (data / name).exists():
            shutil.copy2(data / name, target / name)
            copied.append(name)
    return copied


def check(data: Path) -> str:
    """A sentence when both stores are sound and the log is whole. Raises NotWhole."""
    if not (data / "partnership.db").exists():
        raise NotWhole(f"There is no partnership.db in {data}.")
    for name in STORES:
        if (data / name).exists():
            with Store(data / name) as store:
                found = store.execute("pragma integrity_check").fetchone()[0]
            if found != "ok":
                raise NotWhole(f"{name} is damaged: {found}.")
    with open_partnership(data) as store:
        verdict = audit.verify(store, data)
    if not verdict.whole:
        raise NotWhole(verdict.sentence)
    return f"Both stores are sound. {verdict.sentence}"


def main(arguments: list[str]) -> int:
    """Exit code 0 when done, 1 with a sentence when not."""
    parser = argparse.ArgumentParser(prog="python -m comms.backup", description=__doc__)
    parser.add_argument("what", choices=("to", "check"))
    parser.add_argument("folder", type=Path)
    given = parser.parse_args(arguments)
    try:
        if given.what == "to":
            copied = copy_to(settings().data, given.folder)
            print(f"Copied {', '.join(copied) or 'nothing: the partnership is empty'} to {given.folder}.")
            if not copied:
                return 1
        print(check(given.folder))
    except (NotWhole, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
