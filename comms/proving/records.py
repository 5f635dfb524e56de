"""The record of an incident as one folder a layperson can open, and how long records are kept.

A *full* copy holds everything, with the log's own lines; a *public* copy marks what is exempt, and those words are gone
from it: from texts, tables, hashes and names of files. Anyone checks either with sha256sum. Source: the domain rules,
section 9.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from comms import audit, clocks, partnership
from comms.people import Account, Actor, Refused, Seat, acting
from comms.proving import record_acts, record_tables, veil, written
from comms.proving.record_tables import Table
from comms.proving.veil import Veil
from comms.wording import library
from comms.workspace import incidents, timeline
from comms.workspace.incidents import Incident
from monitors.database import Store

TEMPLATES = Path(__file__).parents[2] / "templates" / "exports"
EXPORTING = frozenset(Seat) - {Seat.OBSERVER}
YEARS_KEPT = 5
COPIES = {"public": "Public copy", "full": "Full copy"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is a formula to a spreadsheet, or hides one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for: which copy, which exempt kinds it leaves out, and further words to take out."""

    copy: str = "public"
    leave_out: frozenset[str] = frozenset(veil.DEFAULT)
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """A finished record: the name of its file, the zip, its SHA-256 as the log keeps it, and what it counts."""

    name: str
    body: bytes
    sha256: str
    counts: Mapping[str, int]


def readable(store: Store, person: Account) -> list[Incident]:
    """The incidents whose record this person may read, newest first."""
    return [about for about in incidents.incidents(store) if incidents.may_read(person, about)]


def retention(about: Incident, now: datetime) -> str:
    """How long this record is kept, as a sentence."""
    opened = about.opened_at
    year = opened.year + YEARS_KEPT
    end = opened.replace(year=year, day=28 if (opened.month, opened.day) == (2, 29) else opened.day)
    day = f"{end:%B} {end.day}, {end.year}"
    kept = f"Kept at least until {day}, {YEARS_KEPT} years after it was opened."
    over = " That day has passed." if end < now else ""
    return (
        f"{kept}{over} One Voice deletes no record by itself; counsel decides, and a legal hold comes first."
    )


def export(store: Store, actor: Actor, incident_id: int, asked: Asked, now: datetime) -> Export:
    """Write the record of one incident. The export is itself on the log, with the SHA-256 of the zip.

    Raises Refused for who may not, and for words that cannot be taken out.
    """
    with acting(store, actor, "exported a record", now, EXPORTING) as act:
        about = incidents.incident(store, incident_id)
        act.record(f"incident {incident_id}", copy=asked.copy)
        if not incidents.may_read(act.account, about):
            raise Refused("This incident names another agency. Its record is the district's to export.")
        cover = _cover(store, about, asked)
        files, counts = _files(store, about, cover, now, act.account)
        folder = _folder(about, asked.copy, now, store)
        body = _zip(folder, files, now)
        digest = hashlib.sha256(body).hexdigest()
        act.record(
            f"incident {incident_id}",
            sha256=digest,
            **({"left_out": sorted(asked.leave_out), "further": len(asked.words)} if cover.public else {}),
        )
        return Export(f"{folder}.zip", body, digest, counts)


def _cover(store: Store, about: Incident, asked: Asked) -> Veil:
    if asked.copy not in COPIES or not asked.leave_out <= set(veil.CHOICES):
        raise Refused("Choose the public or the full copy. Nothing was written.")
    if asked.copy == "full":
        return veil.FULL
    words = [" ".join(word.split()) for word in asked.words if word.strip()]
    long = [word for word in words if len(word) > veil.WORDS_MOST]
    if long:
        raise Refused(
            f"“{long[0][:40]} …” is too long to take out: at most {veil.WORDS_MOST} characters a line."
        )
    made = record_tables.outbox(store, about)
    people = {str(row["recipient"]) for row in made}
    protected = veil.protected_words(store, about.id)
    return veil.public(asked.leave_out, {*words, *people, *protected})


# The folder -----------------------------------------------------------------------------------------------------------


def _folder(about: Incident, copy: str, now: datetime, store: Store) -> str:
    day = now.astimezone(partnership.profile(store).timezone).strftime("%Y-%m-%d")
    return f"{'DRILL-' if about.drill else ''}record-{about.number}-{copy}-{day}"


def _files(
    store: Store, about: Incident, cover: Veil, now: datetime, person: Account
) -> tuple[dict[str, bytes], dict[str, int]]:
    """Path -> bytes, without the check sums; and how many rows each table has."""
    zone = partnership.profile(store).timezone
    texts = written.texts(store, about.id)
    unchecked = veil.unchecked(store, about.id) if cover.public else set()
    words = [
        (
            written.path_of(t),
            f"{t.called}, revision {t.revision.number}",
            t.became,
            written.words_of(t, cover, unchecked),
        )
        for t in texts
    ]
    sheets = [
        *record_tables.tables(store, about, texts, cover, zone),
        *record_acts.tables(store, about, texts, cover, zone),
    ]
    log = {} if cover.public else _log_files(store, about)
    ours = partnership.district(store)
    said = {
        "about": about,
        "title": cover.text(about.title),
        "kind": library.TYPES[about.type].title if about.type in library.TYPES else about.type,
        "cls": library.CLASSES.get(about.cls, about.cls),
        "status": about.status.replace("_", " "),
        "district": ours.name if ours else "",
        "copy": COPIES["public" if cover.public else "full"],
        "public": cover.public,
        "exempt": [kind.label for name, kind in veil.EXEMPTIONS.items() if cover.hides(name)],
        "opened": clocks.full(about.opened_at, zone),
        "made": clocks.full(now, zone),
        "by": person.called,
        "zone": zone.key,
        "sheets": sheets,
        "words": words,
        "verdict": audit.verify(store, Path(store.path.parent)),
        "retention": retention(about, now),
        "lines": len(log.get("log/audit.jsonl", b"").splitlines()),
    }
    files = {
        "README.txt": _page("readme.txt", said),
        "record.html": _page("record.html", said),
        **{f"{sheet.name}.csv": as_csv(sheet) for sheet in sheets},
        **{path: f"{body}\n".encode() for path, _, _, body in words},
        **log,
    }
    return files, {sheet.name: len(sheet.rows) for sheet in sheets}


def _log_files(store: Store, about: Incident) -> dict[str, bytes]:
    """The log's own lines about the incident, their hashes, and the hash of every row there is."""
    made = {
        row["id"]: "" for row in store.rows_of("select id from statement where incident_id = ?", about.id)
    }
    wanted = {entry.seq for entry in audit.entries(store, timeline.abouts(store, about.id, made))}
    rows = store.rows_of("select seq, line, hash from log order by seq")
    mine = [row for row in rows if row["seq"] in wanted]
    return {
        "log/audit.jsonl": "".join(f"{row['line']}\n" for row in mine).encode(),
        "log/line-hashes.txt": "".join(f"{row['hash']}  -\n" for row in mine).encode(),
        "log/whole-log.txt": "".join(f"{row['seq']} {row['hash']}\n" for row in rows).encode(),
    }


def as_csv(sheet: Table) -> bytes:
    """A table for a spreadsheet: UTF-8 with its mark, and no cell that would be run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(sheet.heads)
    writer.writerows([neutral(cell) for cell in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def neutral(cell: str) -> str:
    """A cell as text: an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _zip(folder: str, files: Mapping[str, bytes], now: datetime) -> bytes:
    """One folder, zipped, with the sums anyone can check."""
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {path}\n" for path, body in sorted(files.items()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in [*sorted(files.items()), ("SHA256SUMS", sums.encode())]:
            info = zipfile.ZipInfo(f"{folder}/{path}", now.timetuple()[:6])
            info.external_attr = 0o644 << 16
            archive.writestr(info, body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _page(template: str, said: Mapping[str, object]) -> bytes:
    return _environment().get_template(template).render(**said).encode()


def void(store: Store, incident_id: int) -> Sequence[written.Answer]:
    """Approvals that no longer count, because the text changed."""
    return [a for a in written.answers(store, written.texts(store, incident_id)) if a.void]
