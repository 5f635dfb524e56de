"""A record holds what stands around the texts: notices, waivers, withdrawals, sign-offs, files, approvals beforehand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from comms.agreeing import confirmations, decisions, notice, seats
from comms.people import Seat
from comms.proving import records
from comms.proving.records import Asked
from comms.wording import attachments
from comms.workspace import corrections, files, incidents, statements
from comms.workspace.statements import Start
from tests.domain.test_pictures import a_png
from tests.domain.test_protective import incident, start
from tests.domain.test_records import all_of, rows, unpacked
from tests.harness import World
from tests.statements_made import EMAIL_AFTER, answer_the_check, holding_statement, release
from tests.web.test_confirm import _press

__all__ = ["incident"]


def now() -> datetime:
    return datetime.now(UTC)


def folder_of(world: World, incident_id: int, where: Path, copy: str = "full") -> Path:
    clerk = world.actor("records")
    with world.store() as store:
        return unpacked(records.export(store, clerk, incident_id, Asked(copy), now()), where)


def test_a_withdrawal_a_waiver_and_a_call_stand_in_the_record(world: World, tmp_path: Path) -> None:
    dana, brandt = world.actor("dana"), world.actor("brandt")
    made = holding_statement(world, {"email": EMAIL_AFTER})
    out = release(made)
    with world.store() as store:
        corrections.withdraw(store, brandt, out.id, "The place was wrong.", now())
        about = incidents.open_by_hand(store, dana, "Review of the SRO program asked", "sro-programme", now())
        begun = statements.start(store, dana, about.id, Start("H"), now())
        incidents.log_call(store, dana, about.id, world.people["okafor"].id, "phone", now())
        notice.waive(store, brandt, begun.id, "The board meets tonight.", now())
    went = rows(folder_of(world, made.incident_id, tmp_path / "one"), "acts")
    assert ("Elaine Brandt", "withdrew", "The place was wrong.") in {
        (r["Who"], r["What"], r["In their words"]) for r in went
    }
    waived = rows(folder_of(world, about.id, tmp_path / "two"), "acts")
    assert [(r["Who"], r["In their words"]) for r in waived if "waived" in r["What"]] == [
        ("Elaine Brandt", "The board meets tonight.")
    ]


def test_files_stand_with_their_sums_and_a_draft_s_file_is_gone_from_the_public_copy(
    world: World, tmp_path: Path
) -> None:
    dana = world.actor("dana")
    made = holding_statement(world, {"email": EMAIL_AFTER})
    with world.store() as store:
        (email,) = statements.variants(store, made.statement.id)
        file = attachments.File("way.png", a_png(), "The walk home")
        files.attach(store, dana, email.id, file, now())
    made.send()
    release(made)
    with world.store() as store:
        later = statements.start(store, dana, made.incident_id, Start("U", channels=("web",)), now())
        (web,) = statements.variants(store, later.id)
        secret = attachments.File("plan.pdf", b"%PDF-1.4 plan", "Which door is locked")
        files.attach(store, dana, web.id, secret, now())
        sums = {r["words"]: r["sha256"] for r in store.rows_of("select words, sha256 from attachment")}
    full = rows(folder_of(world, made.incident_id, tmp_path / "full"), "files")
    assert {r["What it shows"]: r["SHA-256"] for r in full} == sums
    clerk = world.actor("records")
    with world.store() as store:
        public = records.export(store, clerk, made.incident_id, Asked("public"), now())
    everything = all_of(public)
    assert sums["The walk home"] in everything
    for gone in ("which door is locked", "plan.pdf", sums["Which door is locked"]):
        assert gone not in everything, gone


def test_approvals_given_beforehand_stand_with_the_protective_text_they_let_go(
    world: World, incident: int, tmp_path: Path
) -> None:
    start(world, incident)
    found = rows(folder_of(world, incident, tmp_path / "record"), "beforehand")
    assert {r["Seat"] for r in found} == {"Police PIO", "Superintendent"}
    assert all(len(r["SHA-256 of its words"]) == 64 and r["Until"] for r in found)


def test_an_override_s_debt_and_its_sign_off_are_both_there(world: World, tmp_path: Path) -> None:
    made = holding_statement(world, {"email": EMAIL_AFTER})
    later = now() + timedelta(minutes=9)
    answer_the_check(made)
    brandt, okafor = world.actor("brandt", later), world.actor("okafor", later)
    with world.store() as store:
        decisions.override(store, brandt, made.statement.id, Seat.PIO, "Dismissal in ten minutes.", later)
        decisions.decide(store, brandt, made.statement.id, made.hashes(), "approve", later)
        assert seats.standing(store, made.statement).complete
    out = _press(made)
    with world.store() as store:
        confirmations.confirm(store, okafor, out, Seat.PIO, "confirm", later)
    folder = folder_of(world, made.incident_id, tmp_path / "record")
    assert [r["Reason"] for r in rows(folder, "overrides")] == ["Dismissal in ten minutes."]
    assert [r["Who"] for r in rows(folder, "acts") if r["What"] == "signed off afterwards"] == ["Maya Okafor"]
