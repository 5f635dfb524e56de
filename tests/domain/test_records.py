"""The record: every step in order, a folder a layperson can open and anyone can check, and a public copy without a trace
of what is exempt."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms import audit
from comms.partnership import Organisation, insert_organisation
from comms.people import NewAccount, Refused, Seat, account, insert_account
from comms.proving import records, veil, written
from comms.proving.record_tables import Table
from comms.proving.records import Asked, Export
from comms.workspace import incidents, statements
from tests import harness
from tests.harness import World
from tests.records_made import CHILD, FORMULA, NEVER_SENT, NOW, PLATE, STREET, an_afternoon
from tests.statements_made import Made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return an_afternoon(harness.alder_falls(tmp_path_factory.mktemp("records") / "data"))


def export(made: Made, asked: Asked, who: str = "records") -> Export:
    with made.world.store() as store:
        return records.export(store, made.world.actor(who), made.incident_id, asked, datetime.now(UTC))


@pytest.fixture(scope="module")
def full(made: Made) -> Export:
    return export(made, Asked("full"))


@pytest.fixture(scope="module")
def public(made: Made) -> Export:
    return export(made, Asked("public", words=(STREET,)))


def unpacked(record: Export, where: Path) -> Path:
    """The one folder of the zip, as a layperson opens it."""
    with zipfile.ZipFile(io.BytesIO(record.body)) as archive:
        archive.extractall(where)
    (folder,) = where.iterdir()
    return folder


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """A table as a spreadsheet reads it."""
    text = (folder / f"{name}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


# The full copy ------------------------------------------------------------------------------------------------------


def test_a_record_opens_as_one_folder_that_says_what_it_is(full: Export, tmp_path: Path, made: Made) -> None:
    folder = unpacked(full, tmp_path)
    assert folder.name == full.name.removesuffix(".zip")
    readme = (folder / "README.txt").read_text("utf-8")
    page = (folder / "record.html").read_text("utf-8")
    for words in ("Full copy", "Demonstration on Fenwick Street overpass", "Alder Falls School District"):
        assert words in readme
        assert words in page
    assert "The log is whole" in readme
    for table, count in full.counts.items():
        assert f"{count:6}  {table}.csv" in readme
        assert len(rows(folder, table)) == count
    assert "<script" not in page
    assert FORMULA.replace('"', "&#34;") in page


def test_anyone_checks_it_with_public_tools(full: Export, tmp_path: Path) -> None:
    folder = unpacked(full, tmp_path)
    assert shutil.which("sha256sum"), "coreutils are everywhere this runs"
    assert (
        subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=False).returncode == 0
    )
    listed = {line.split("  ", 1)[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert listed == {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {"SHA256SUMS"}
    (folder / "facts.csv").write_text("changed")
    assert subprocess.run(["sha256sum", "-c", "--status", "SHA256SUMS"], cwd=folder, check=False).returncode


def test_the_logs_lines_are_checked_by_the_command_the_readme_names(full: Export, tmp_path: Path) -> None:
    folder = unpacked(full, tmp_path)
    command = next(
        line.strip()
        for line in (folder / "README.txt").read_text("utf-8").splitlines()
        if "while IFS" in line
    )

    def check() -> str:
        return subprocess.run(
            ["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False
        ).stdout

    assert check().strip() == "same"
    lines = (folder / "log" / "audit.jsonl").read_text("utf-8")
    (folder / "log" / "audit.jsonl").write_text(lines.replace("Dana", "Dora", 1), "utf-8")
    assert "same" not in check()
    sums = dict(line.split() for line in (folder / "log" / "whole-log.txt").read_text().splitlines())
    for line in lines.splitlines():
        entry = json.loads(line)
        assert sums[str(entry["seq"])] == hashlib.sha256(line.encode()).hexdigest()
        assert entry["prev"] == sums.get(str(entry["seq"] - 1), audit.FIRST)


def test_every_revision_is_there_word_for_word_also_what_was_never_sent(
    full: Export, tmp_path: Path, made: Made
) -> None:
    folder = unpacked(full, tmp_path)
    with made.world.store() as store:
        texts = written.texts(store, made.incident_id)
    assert len(texts) > 8
    for text in texts:
        kept = (folder / written.path_of(text)).read_text("utf-8")
        assert text.revision.text in kept
    listed = rows(folder, "texts")
    assert [row["SHA-256 of the text"] for row in listed] == [text.revision.hash for text in texts]
    assert [row["Became"] for row in listed if row["Text"].startswith("Update")] == [
        "draft, replaced by revision 2",
        "draft, never sent",
    ]
    assert any(NEVER_SENT in p.read_text("utf-8") for p in folder.glob("texts/*-update/*.txt"))


def test_void_approvals_objections_releases_and_receipts_are_in_it(
    full: Export, tmp_path: Path, made: Made
) -> None:
    folder = unpacked(full, tmp_path)
    answers = rows(folder, "approvals")
    assert any(row["Stands"].startswith("void: the text changed in revision") for row in answers)
    assert any(row["Answer"] == "objected" and row["Reason"] == "Wait for the chief." for row in answers)
    assert {row["Stands"] for row in answers if row["Who"] == "Elaine Brandt"} == {"stands"}
    assert [row["By"] for row in rows(folder, "releases")] == ["Dana Whitlock"]
    assert any(
        row["To"] == "ada.fenn@homes.example" and row["Accepted by the mail server"]
        for row in rows(folder, "messages")
    )
    with made.world.store() as store:
        assert {a.text.channel for a in records.void(store, made.incident_id)} == {"email"}


def test_the_timeline_is_in_order_of_time_with_zone_and_names_every_step(
    full: Export, tmp_path: Path, made: Made
) -> None:
    told = rows(unpacked(full, tmp_path), "timeline")
    times = [row["Time"] for row in told]
    assert times == sorted(times)
    assert all(time.endswith((" CST", " CDT")) for time in times)
    what = " ".join(row["What"] for row in told)
    for step in (
        "opened an incident by hand",
        "added a fact",
        "started a statement",
        "saved a revision",
        "sent for approval",
        "approved a text",
        "objected to a text",
        "released a statement",
        "accepted by the mail server",
    ):
        assert step in what
    released = next(row for row in told if row["What"].startswith("released a statement"))
    assert "e-mail, English: revision" in released["Versions"]
    assert "mailed to 1 address (e-mail)" in released["What"]


# The public copy ----------------------------------------------------------------------------------------------------


def all_of(record: Export) -> str:
    """Everything in a zip: names of files, metadata, and every byte, in small letters."""
    with zipfile.ZipFile(io.BytesIO(record.body)) as archive:
        parts = [archive.comment.decode()]
        for info in archive.infolist():
            parts += [info.filename, info.comment.decode(), archive.read(info).decode("utf-8")]
    return "\n".join(parts).casefold()


def test_exempt_words_are_gone_from_every_file_name_hash_and_table(public: Export, made: Made) -> None:
    everything = all_of(public)
    for secret in (
        CHILD,
        PLATE,
        STREET,
        "ada.fenn@homes.example",
        "Ada Fenn",
        NEVER_SENT,
        "Tobias",
        "Quillfeather",
    ):
        assert secret.casefold() not in everything, secret
    with made.world.store() as store:
        hidden = [text.revision.hash for text in written.texts(store, made.incident_id) if not text.released]
        lines = [row["hash"] for row in store.rows_of("select hash from log")]
    sent = {text for text in hidden if text in everything}
    with made.world.store() as store:
        released = {t.revision.hash for t in written.texts(store, made.incident_id) if t.released}
    assert sent <= released, "the same words under another number went out"
    assert not [digest for digest in lines if digest in everything]
    for name in ("protected", "people", "drafts", "unconfirmed"):
        assert veil.mark(name).casefold() in everything


def test_the_public_copy_keeps_what_is_public(public: Export, tmp_path: Path) -> None:
    folder = unpacked(public, tmp_path)
    assert not (folder / "log").exists()
    assert (
        subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=False).returncode == 0
    )
    page = (folder / "record.html").read_text("utf-8")
    assert "The group has left. Police report no injuries as of 3:17 p.m." in page
    assert "A group stood on the Fenwick Street overpass." in page
    assert any(row["Reason"] == "Wait for the chief." for row in rows(folder, "approvals"))
    assert f"Crowd, says {veil.mark('protected')}’s mother" in [
        r["Headline"] for r in rows(folder, "coverage")
    ]


def test_reasons_are_left_out_by_choice(made: Made) -> None:
    chosen = export(made, Asked("public", frozenset(veil.CHOICES)))
    assert "wait for the chief" not in all_of(chosen)


def test_protected_words_go_even_when_nothing_is_chosen(made: Made) -> None:
    everything = all_of(export(made, Asked("public", frozenset())))
    assert CHILD.casefold() not in everything
    assert NEVER_SENT.casefold() not in everything, "no check ever read this draft"
    assert "nobody was arrested." in everything


def test_words_are_taken_out_across_lines_accents_and_capitals() -> None:
    cover = veil.public((), ["José  Núñez", "Orrin 8B"])
    assert cover.text("JOSÉ\nNÚÑEZ, of orrin 8b") == f"{veil.mark('protected')}, of {veil.mark('protected')}"
    decomposed = "José Núñez"
    assert "Nu" not in cover.text(decomposed)
    assert cover.text("Orrin 8Bis") == "Orrin 8Bis"


def test_words_that_name_no_person_stay(made: Made) -> None:
    with made.world.store() as store:
        before = veil.protected_words(store, made.incident_id)
        variant = statements.variants(store, made.statement.id)[0]
        with store.atomic():
            store.execute("savepoint asked")
            store.add(
                "hit_answer",
                {
                    "variant_id": variant.id,
                    "rule": "B3",
                    "words": PLATE,
                    "answer": "not_a_person",
                    "account_id": made.world.people["dana"].id,
                    "at": NOW.isoformat(),
                },
            )
            after = veil.protected_words(store, made.incident_id)
            store.execute("rollback to asked")
    assert before == {CHILD, PLATE}
    assert after == {CHILD}


# Cells --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", FORMULA])
def test_a_cell_is_never_a_formula(cell: str) -> None:
    assert records.neutral(cell) == f"'{cell}"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_whatever_stands_in_a_cell_a_spreadsheet_reads_text(cells: list[list[str]]) -> None:
    clean = [[cell.replace("\x00", "").encode("utf-8", "ignore").decode() for cell in row] for row in cells]
    sheet = Table("t", "T", ("a", "b"), tuple((row[0], row[1]) for row in clean))
    body = records.as_csv(sheet).decode("utf-8-sig")
    back = list(csv.reader(io.StringIO(body, newline="")))
    assert len(back) == len(clean) + 1
    for row, read in zip(clean, back[1:], strict=True):
        for cell, shown in zip(row, read, strict=True):
            assert not shown.startswith(records.FORMULA)
            assert shown.removeprefix("'") == cell.removeprefix("'")


# Who may, and what the log keeps ------------------------------------------------------------------------------------


def test_the_export_itself_is_on_the_log_with_the_sum_of_its_zip(made: Made) -> None:
    record = export(made, Asked("public"))
    assert record.sha256 == hashlib.sha256(record.body).hexdigest()
    with made.world.store() as store:
        told = audit.entries(store, f"incident {made.incident_id}")[-1]
    assert (told.who, told.did) == ("Abe Lindqvist", "exported a record")
    assert told.details["sha256"] == record.sha256
    assert told.details["left_out"] == sorted(veil.DEFAULT)


def test_an_observer_exports_nothing(made: Made) -> None:
    with pytest.raises(Refused, match="may do this"):
        export(made, Asked("full"), "moreau")


def test_another_agency_neither_reads_nor_exports(made: Made) -> None:
    world = made.world
    with world.store() as store, store.atomic():
        other = insert_organisation(
            store,
            Organisation(0, "agency", "Tannerbrook Sheriff", "TSO", "555-0199", "tso@tannerbrook.example"),
            NOW,
        )
        new = NewAccount(other, "deputy@sheriff.example", "Lee Arndt", Seat.RECORDS)
        account_id = insert_account(store, new, NOW, None)
    with world.store() as store:
        person = account(store, account_id)
        assert records.readable(store, person) == []
        theirs = World(world.data, {**world.people, "arndt": person}, world.district_id, other)
    with pytest.raises(Refused, match="names another agency"):
        export(replace(made, world=theirs), Asked("full"), "arndt")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked("secret"), "Choose the public or the full copy"),
        (Asked("public", frozenset({"everything"})), "Choose the public or the full copy"),
        (Asked("public", words=("x" * 501,)), "too long to take out"),
    ],
)
def test_a_wrong_wish_is_refused_in_words(made: Made, asked: Asked, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        export(made, asked)


def test_a_drill_says_so_in_the_files_name_and_on_every_page(world: World, tmp_path: Path) -> None:
    with world.store() as store:
        dana = world.actor("dana")
        about = incidents.open_by_hand(store, dana, "Gas leak", "police-activity", NOW)
        store.execute("update incident set drill = 1 where id = ?", [about.id])
        record = records.export(store, dana, about.id, Asked("full"), NOW)
    folder = unpacked(record, tmp_path / "out")
    assert folder.name.startswith("DRILL-")
    assert (folder / "README.txt").read_text("utf-8").startswith("DRILL.")
    assert (folder / "record.html").read_text("utf-8").count("DRILL") >= 3


def test_a_record_is_kept_five_years_also_from_a_leap_day(made: Made) -> None:
    with made.world.store() as store:
        about = incidents.incident(store, made.incident_id)
    leap = replace(about, opened_at=datetime(2028, 2, 29, 12, tzinfo=UTC))
    assert "until February 28, 2033" in records.retention(leap, NOW)
    assert "That day has passed." in records.retention(leap, datetime(2034, 1, 1, tzinfo=UTC))
