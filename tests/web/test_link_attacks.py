"""Links in wrong hands: nothing is decided, the reader gets a sentence, and the log keeps it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from comms import audit, links
from comms.agreeing import confirmations
from comms.joining import sessions
from comms.people import Seat
from comms.store import open_partnership, stamp
from comms.web import approve, bylink
from comms.web.pages import Visit
from tests.harness import PASSWORD, Server, World
from tests.statements_made import EMAIL_AFTER, Made, holding_statement
from tests.web.test_approve import decisions as decided
from tests.web.test_approve import form_of, phone


@pytest.fixture
def made(module_world: World) -> Made:
    """A new incident with a statement that waits for the PIO."""
    return holding_statement(module_world)


def refusals(made: Made) -> list[tuple[str, str, str]]:
    """Who was refused what about this statement, and the sentence they read."""
    with made.world.store() as store:
        return [
            (e.who, e.did.removeprefix("was refused: "), str(e.details["why"]))
            for e in audit.entries(store, f"statement {made.statement.id}")
            if e.did.startswith("was refused")
        ]


def test_another_account_s_attempt_stands_in_the_log_under_its_own_name(server: Server, made: Made) -> None:
    with server.signed_in(made.world.people["dana"]) as dana:
        dana.get(made.link(Seat.PIO))
        dana.post(made.link(Seat.PIO), data={"do": "approve", "code": PASSWORD})
    assert [r[:2] for r in refusals(made)] == [
        ("Dana Whitlock", "opened a link"),
        ("Dana Whitlock", "answered by link"),
    ]
    assert "This link is for Sgt. Maya Okafor. You are signed in as Dana Whitlock" in refusals(made)[0][2]
    assert decided(made) == []


def test_a_wrong_password_by_link_stands_in_the_log(server: Server, made: Made) -> None:
    with server.client() as stranger:
        stranger.post(made.link(Seat.PIO), data={"do": "open", "code": "a guess"})
    assert refusals(made) == [
        (
            "Maya Okafor",
            "answered by link",
            "That is not your password. Nothing was recorded; check it and try again.",
        )
    ]


def test_a_link_used_twice_counts_once_and_the_second_use_is_logged(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        data = form_of(visitor.get(link)) | {"do": "approve"}
        visitor.post(link, data=data)
        assert refusals(made) == []
        assert "Already recorded" in visitor.post(link, data=data).text
    (found,) = refusals(made)
    assert found[2].startswith("Used a second time. Already recorded")
    assert decided(made) == [("Maya Okafor", "approve", "link")]


def test_a_link_that_is_too_old_or_about_other_words_is_logged(server: Server, made: Made) -> None:
    link = made.link(Seat.PIO)
    with phone(server, link) as visitor:
        form = form_of(visitor.get(link))
        made.edit("dana", "email", EMAIL_AFTER)
        visitor.get(link)
        visitor.post(link, data=form | {"do": "approve"})
        with made.world.store() as store:
            store.execute(
                "update ask set expires_at = ? where statement_id = ?",
                [stamp(datetime.now(UTC) - timedelta(seconds=1)), made.statement.id],
            )
        visitor.get(link)
    assert [r[2].split(".")[0] for r in refusals(made)] == [
        "The text changed after this link was sent, so the link decides no more",
        "The text changed while you were reading",
        "This link has ended",
    ]
    assert decided(made) == []


def test_a_removed_user_s_link_is_logged(server: Server, module_world: World) -> None:
    made = holding_statement(module_world)
    okafor = module_world.people["okafor"]
    with module_world.store() as store:
        store.execute("update account set active = 0 where id = ?", [okafor.id])
    try:
        with server.client() as visitor:
            assert visitor.post(made.link(Seat.PIO), data={"do": "approve"}).status_code == 410
    finally:
        with module_world.store() as store:
            store.execute("update account set active = 1 where id = ?", [okafor.id])
    assert [r[0] for r in refusals(made)] == ["Maya Okafor"]


def test_a_scanner_that_follows_every_link_of_every_message_changes_nothing_but_the_log(
    server: Server, made: Made
) -> None:
    with made.world.store() as store:
        texts = [row["text"] for row in store.rows_of("select text from outbox")]
        paths = {p for text in texts for p in re.findall(r"https?://[^/\s]+(/\S+)", text)}
        before = _rows(made)
    assert any(p.startswith("/approve/") for p in paths)
    with server.client() as scanner:
        for path in sorted(paths):
            for method in ("GET", "HEAD", "OPTIONS"):
                scanner.request(method, path, follow_redirects=True)
    assert _rows(made) == before


def _rows(made: Made) -> dict[str, int]:
    """How many rows each table that means something has."""
    tables = ("decision", "release", "confirmation", "device", "session", "suggestion", "told", "seen_text")
    with made.world.store() as store:
        return {t: int((store.row_of(f"select count(*) as n from {t}") or {})["n"]) for t in tables}


def test_a_clock_set_back_an_hour_makes_no_password_hold_longer(made: Made) -> None:
    """The proof of ten minutes ago is none when the clock says it was given in fifty minutes from now."""
    at, asked = datetime.now(UTC), made.ask(Seat.PIO)
    okafor = made.world.people["okafor"]
    with open_partnership(made.world.data) as store:
        device = sessions.remember_device(store, okafor.id, at)
        proof = {"of": [asked.id], "until": stamp(at + bylink.PROOF_HOLDS)}
        cookies = {
            approve.KIND.cookie: links.sign(made.world.data, approve.KIND.proved, proof),
            f"one_voice_device_{okafor.id}": device,
        }
        token = made.link(Seat.PIO).rpartition("/")[2]
        for moved, holds in ((timedelta(minutes=1), True), (timedelta(hours=-1), False)):
            visit = Visit(
                store, made.world.data, at + moved, None, path={"token": token}, cookies=cookies, method="GET"
            )
            found = bylink.reader(visit, approve.KIND, okafor.id, [asked.id], "statement 1")
            assert isinstance(found, bylink.Reader)
            assert found.proved is holds


def test_a_proof_of_one_kind_of_link_is_none_for_the_other(made: Made) -> None:
    from comms.web import confirm

    assert approve.KIND.proved != confirm.KIND.proved
    assert approve.KIND.purpose != confirm.KIND.purpose
    assert approve.KIND.cookie != confirm.KIND.cookie


def test_the_sign_off_of_a_release_by_another_account_is_logged(server: Server, made: Made) -> None:
    from tests.statements_made import release

    out = release(made)
    payload = {"release": out.id, "seat": "pio", "account": made.world.people["okafor"].id}
    link = f"/confirm/{links.sign(made.world.data, confirmations.PURPOSE, payload)}"
    with server.signed_in(made.world.people["dana"]) as dana:
        assert dana.get(link).status_code == 403
    with made.world.store() as store:
        found = [e for e in audit.entries(store, f"release {out.id}") if e.did.startswith("was refused")]
    assert [e.who for e in found] == ["Dana Whitlock"]
