"""Signing off by link afterwards, and the authenticator: nothing by a GET, nothing by another, no code twice."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pyotp
import pytest

from comms import links
from comms.agreeing import confirmations, decisions
from comms.people import Account, Seat
from tests.harness import PASSWORD, Server, World
from tests.statements_made import EMAIL_AFTER, SMS, WEB, Made, answer_the_check, holding_statement
from tests.statements_made import release as release_made

TEXTS = {"email": EMAIL_AFTER, "sms": SMS, "web": WEB}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def went(module_world: World) -> tuple[Made, int]:
    """A holding statement that went out without the silent police, for a reason."""
    made = holding_statement(module_world, TEXTS)
    brandt, later = module_world.actor("brandt"), now() + timedelta(minutes=9)
    answer_the_check(made)
    brandt = module_world.actor("brandt", later)
    with module_world.store() as store:
        decisions.override(store, brandt, made.statement.id, Seat.PIO, "Dismissal is in ten minutes.", later)
        decisions.decide(store, brandt, made.statement.id, made.hashes(), "approve", later)
    return made, _press(made)


def _press(made: Made) -> int:
    from comms.saying import audiences, releases
    from comms.saying.audiences import Member

    dana = made.world.actor("dana")
    with made.world.store() as store:
        audiences.save_audience(
            store, dana, "All families", "families", [Member("a@homes.example", "A")], now()
        )
        return releases.release(store, dana, made.statement.id, made.hashes(), now()).id


def link_of(world: World, release_id: int, who: str) -> str:
    payload = {"release": release_id, "seat": "pio", "account": world.people[who].id}
    return f"/confirm/{links.sign(world.data, confirmations.PURPOSE, payload)}"


def answers(world: World, release_id: int) -> list[str]:
    with world.store() as store:
        return [c.answer for c in confirmations.of_release(store, release_id)]


def test_police_sign_off_by_link_what_went_out_without_them(
    server: Server, module_world: World, went: tuple[Made, int]
) -> None:
    _, release_id = went
    link = link_of(module_world, release_id, "okafor")
    with server.client() as phone:
        page = phone.get(link)
        assert "without Police PIO" in page.text
        assert "overpass" not in page.text.replace("Demonstration on Fenwick Street overpass", "")
        assert phone.post(link, data={"do": "open", "code": PASSWORD}).status_code == 303
        assert "The group has left." in phone.get(link).text
        assert answers(module_world, release_id) == [], "opening it decided nothing"
        done = phone.post(link, data={"do": "confirm"})
        assert re.search(r"Recorded \d+:\d\d [AP]M Central: you signed off what went out", done.text)
        assert answers(module_world, release_id) == ["confirm"]
        assert phone.post(link, data={"do": "confirm"}).status_code == 200
        assert answers(module_world, release_id) == ["confirm"]


def test_or_they_call_for_a_correction_with_what_is_wrong(
    server: Server, module_world: World, went: tuple[Made, int]
) -> None:
    _, release_id = went
    link = link_of(module_world, release_id, "okafor")
    with server.client() as phone:
        assert phone.post(link, data={"do": "correct", "code": PASSWORD}).status_code == 409
        done = phone.post(link, data={"do": "correct", "code": PASSWORD, "reason": "It was 2:35 p.m."})
        assert "you asked for a correction" in done.text
    with module_world.store() as store:
        row = store.row_of(
            "select text from outbox where key like ?", f"release {release_id} correction asked%"
        )
    assert row
    assert "It was 2:35 p.m." in row["text"]


def test_a_link_of_another_person_answers_for_nobody(
    server: Server, module_world: World, went: tuple[Made, int]
) -> None:
    _, release_id = went
    with server.signed_in(module_world.people["dana"]) as dana:
        assert dana.get(link_of(module_world, release_id, "okafor")).status_code == 403
    with server.client() as stranger:
        assert stranger.get("/confirm/abc.def").status_code == 404
        link = link_of(module_world, release_id, "records")
        answer = stranger.post(link, data={"do": "confirm", "code": PASSWORD})
        assert "answers for this" in answer.text
    assert answers(module_world, release_id) == []


# The authenticator ------------------------------------------------------------------------------------------------


def enrol(client: httpx.Client) -> str:
    page = client.get("/authenticator")
    found = re.search(r'<b class="words">([A-Z2-7 ]+)</b>', page.text)
    assert found
    key = found.group(1).replace(" ", "")
    wrong = client.post("/authenticator", data={"do": "prove", "code": "000000"})
    assert wrong.status_code == 400
    done = client.post(
        "/authenticator", data={"do": "prove", "code": pyotp.TOTP(key).at(now() - timedelta(seconds=30))}
    )
    assert "Set up." in done.text
    return key


def sign_in(client: httpx.Client, person: Account) -> str:
    answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert "one_voice=" not in answer.headers.get("set-cookie", ""), "the password alone opens nothing"
    found = re.search(r'name="half" value="([^"]+)"', answer.text)
    assert found
    return found.group(1)


def test_once_set_up_signing_in_needs_a_code_and_no_code_counts_twice(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    from tests.harness import alder_falls

    world = alder_falls(tmp_path_factory.mktemp("codes"))
    okafor = world.people["okafor"]
    with Server(world.data) as server, server.signed_in(okafor) as phone:
        key = enrol(phone)
        code = pyotp.TOTP(key).now()
        with server.client() as fresh:
            half = sign_in(fresh, okafor)
            assert fresh.post("/sign-in/code", data={"half": half, "code": "000000"}).status_code == 403
            assert fresh.post("/sign-in/code", data={"half": half, "code": code}).status_code == 303
        with server.client() as again:
            half = sign_in(again, okafor)
            used = again.post("/sign-in/code", data={"half": half, "code": code})
            assert "That code does not fit, or was used before." in used.text
        made = holding_statement(world, {"email": EMAIL_AFTER})
        link = made.link(Seat.PIO)
        page = phone.get(link)
        assert "Code from your authenticator app" in page.text
        form = dict(re.findall(r'name="(hash-\d+)" value="([0-9a-f]{64})"', page.text))
        assert phone.post(link, data=form | {"do": "approve", "code": PASSWORD}).status_code == 403
        assert phone.post(link, data=form | {"do": "approve", "code": code}).status_code == 403, (
            "used to sign in"
        )
        after = pyotp.TOTP(key).at(now() + timedelta(seconds=30))
        assert phone.post(link, data=form | {"do": "approve", "code": after}).status_code == 200


def test_a_text_that_everyone_approved_owes_nothing(module_world: World) -> None:
    made = holding_statement(module_world, TEXTS)
    out = release_made(made)
    with module_world.store() as store:
        assert out.id not in {o.release_id for o in confirmations.owed(store, now())}
