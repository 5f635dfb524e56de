"""Signing in, out and by invitation, on the real server, as a browser without JavaScript meets it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from comms import audit, people
from comms.joining import invitations
from comms.people import NewAccount, Seat
from tests.harness import PASSWORD, Server, World


def test_a_right_password_opens_a_session_that_no_script_can_read(
    server: Server, module_world: World
) -> None:
    with server.client() as visitor:
        dana = module_world.people["dana"]
        answer = visitor.post(
            "/sign-in", data={"email": dana.email, "password": PASSWORD, "next": "/incidents"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/incidents")
        session = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("one_voice="))
        assert "HttpOnly" in session
        assert "SameSite=lax" in session
        assert "Secure" not in session


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(world: World) -> None:
    with Server(world.data, ONE_VOICE_SECURE_COOKIES="1") as server, server.client() as visitor:
        dana = world.people["dana"]
        answer = visitor.post("/sign-in", data={"email": dana.email, "password": PASSWORD})
        session = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-one_voice="))
        assert "Secure" in session
        assert answer.headers["strict-transport-security"]


def test_a_wrong_password_is_refused_beside_its_field_and_the_address_stays(
    server: Server, module_world: World
) -> None:
    with server.client() as visitor:
        answer = visitor.post(
            "/sign-in", data={"email": "hahn@afpd.example", "password": "wrong", "next": "/x"}
        )
        assert answer.status_code == 403
        assert 'value="hahn@afpd.example"' in answer.text
        assert "The e-mail or the password is not right. Check both and try again." in answer.text
        assert 'name="next" value="/x"' in answer.text
        assert "one_voice=" not in answer.headers.get("set-cookie", "")


def test_an_address_without_an_account_gets_the_same_sentence(server: Server) -> None:
    with server.client() as visitor:
        answer = visitor.post("/sign-in", data={"email": "nobody@afsd.example", "password": "wrong"})
        assert "The e-mail or the password is not right. Check both and try again." in answer.text


@pytest.mark.parametrize("field", ["email", "password"])
def test_an_empty_field_is_named(server: Server, field: str) -> None:
    filled = {"email": "dana@afsd.example", "password": PASSWORD} | {field: " " if field == "email" else ""}
    with server.client() as visitor:
        answer = visitor.post("/sign-in", data=filled)
        assert answer.status_code == 400
        assert f'id="{field}-error"' in answer.text


def test_five_wrong_passwords_lock_the_account_also_for_the_right_one(
    server: Server, module_world: World
) -> None:
    moreau = module_world.people["moreau"]
    with server.client() as visitor:
        for _ in range(5):
            visitor.post("/sign-in", data={"email": moreau.email, "password": "wrong"})
        answer = visitor.post("/sign-in", data={"email": moreau.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "After 5 wrong ones an account waits 5 min." in answer.text
    with module_world.store() as store:
        assert any(e.did == "was locked out for 5 min" and e.who == moreau.name for e in audit.entries(store))


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/approvals?ask=3", "/approvals?ask=3"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/ok\r\nSet-Cookie: a=b", "/"),
        ("", "/"),
    ],
)
def test_nothing_written_into_a_link_leads_to_another_site(
    server: Server, module_world: World, asked: str, leads_to: str
) -> None:
    with server.client() as visitor:
        dana = module_world.people["dana"]
        answer = visitor.post("/sign-in", data={"email": dana.email, "password": PASSWORD, "next": asked})
        assert answer.headers["location"] == leads_to


def test_a_screen_asked_for_without_a_session_comes_after_signing_in(server: Server) -> None:
    with server.client() as visitor:
        answer = visitor.get("/incidents?id=4")
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/sign-in?next=%2Fincidents%3Fid%3D4",
        )
        page = visitor.get(answer.headers["location"])
        assert 'name="next" value="/incidents?id=4"' in page.text


def test_on_an_empty_store_the_first_visitor_sees_the_screens_without_signing_in(tmp_path: object) -> None:
    from pathlib import Path

    with Server(Path(str(tmp_path)) / "empty") as server, server.client() as visitor:
        answer = visitor.get("/")
        assert answer.status_code == 200
        assert '<div id="root">' in answer.text


def test_signing_out_ends_the_session_on_the_server(server: Server, module_world: World) -> None:
    with server.signed_in(module_world.people["dana"]) as visitor:
        kept = dict(visitor.cookies)
        assert visitor.get("/sign-out").status_code == 200
        assert visitor.get("/").status_code == 200
        assert visitor.post("/sign-out", data={"where": "here"}).headers["location"] == "/sign-in"
        stolen = httpx.get(f"{server.url}/", cookies=kept, headers={"Accept": "text/html"})
        assert stolen.status_code == 303


def test_signing_out_everywhere_ends_the_other_devices_too(server: Server, module_world: World) -> None:
    dana = module_world.people["dana"]
    with server.signed_in(dana) as phone, server.signed_in(dana) as laptop:
        laptop.post("/sign-out", data={"where": "everywhere"})
        assert phone.get("/").status_code == 303


def test_a_get_signs_nobody_out(server: Server, module_world: World) -> None:
    with server.signed_in(module_world.people["dana"]) as visitor:
        visitor.get("/sign-out")
        visitor.get("/sign-out?where=everywhere")
        assert visitor.get("/").status_code == 200


def test_signing_in_again_ends_the_session_the_browser_had(server: Server, module_world: World) -> None:
    dana = module_world.people["dana"]
    with server.signed_in(dana) as visitor:
        before = visitor.cookies["one_voice"]
        visitor.post("/sign-in", data={"email": dana.email, "password": PASSWORD})
        assert visitor.cookies["one_voice"] != before
        assert (
            httpx.get(
                f"{server.url}/", cookies={"one_voice": before}, headers={"Accept": "text/html"}
            ).status_code
            == 303
        )


def test_people_cannot_be_picked_outside_the_demo(server: Server, module_world: World) -> None:
    with server.client() as visitor:
        answer = visitor.post("/sign-in/as", data={"account": str(module_world.people["brandt"].id)})
        assert answer.status_code == 404
        assert "Brandt" not in visitor.get("/sign-in").text


def test_in_the_demo_an_invented_person_is_one_button_away(world: World) -> None:
    with Server(world.data, ONE_VOICE_DEMO="1") as server, server.client() as visitor:
        page = visitor.get("/sign-in")
        assert "Demo partnership" in page.text
        assert "Sgt. Maya Okafor" in page.text
        answer = visitor.post("/sign-in/as", data={"account": str(world.people["okafor"].id)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "Sgt. Maya Okafor" in visitor.get("/sign-out").text


def test_a_person_who_works_stays_signed_in_and_one_who_left_does_not(world: World) -> None:
    began = datetime.now(UTC)
    dana = world.actor("dana", began)
    with world.store() as store:
        for minutes in (25, 50, 75):
            with people.acting(store, dana, "saved a revision", began + timedelta(minutes=minutes)) as act:
                act.nothing_new = True
        assert people.viewer(store, dana, began + timedelta(minutes=100)).name == "Dana Whitlock"
        with pytest.raises(people.Refused, match="You were signed out"):
            people.viewer(store, dana, began + timedelta(minutes=106))


def test_a_session_ends_after_twelve_hours_however_busy(world: World) -> None:
    began = datetime.now(UTC)
    dana = world.actor("dana", began)
    with world.store() as store:
        for minutes in range(0, 12 * 60, 25):
            people.stay(store, dana, began + timedelta(minutes=minutes))
        with pytest.raises(people.Refused, match="You were signed out"):
            people.viewer(store, dana, began + timedelta(hours=12, seconds=1))


# Invitations ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def invited(module_world: World) -> tuple[str, int]:
    """A new clerk of the district, invited by her administrator: the link's path and the account."""
    now = datetime.now(UTC)
    castellano = module_world.actor("castellano")
    with module_world.store() as store:
        new = NewAccount(module_world.district_id, "lena@afsd.example", "Lena Ødegård 🚸", Seat.RECORDS)
        account_id = people.add_account(store, castellano, new, now)
        return invitations.invite(store, castellano, module_world.data, account_id, now), account_id


def test_an_invited_person_sets_a_password_nobody_else_typed(
    server: Server, invited: tuple[str, int]
) -> None:
    path, _ = invited
    with server.client() as visitor:
        page = visitor.get(path)
        assert "Welcome, Lena Ødegård 🚸" in page.text
        assert "Records clerk" in page.text
        short = visitor.post(path, data={"password": "short", "again": "short"})
        assert "A password needs at least 12 characters; this one has 5." in short.text
        unlike = visitor.post(path, data={"password": "a long enough one", "again": "a long enough two"})
        assert "The two are not the same." in unlike.text
        done = visitor.post(path, data={"password": "a long enough one", "again": "a long enough one"})
        assert done.status_code == 303
        assert "Lena" in visitor.get("/sign-out").text
        used = visitor.get(path)
        assert used.status_code == 410
        assert "This invitation was used and cannot be used again." in used.text


def test_an_invitation_ends_after_seven_days(world: World) -> None:
    now = datetime.now(UTC)
    with world.store() as store:
        path = invitations.path(store, world.data, world.people["hahn"].id, now)
        token = path.removeprefix("/invitation/")
        assert invitations.invited(store, world.data, token, now + timedelta(days=6)).name == "Peter Hahn"
        with pytest.raises(people.Refused, match="has ended"):
            invitations.invited(store, world.data, token, now + timedelta(days=7))


def test_an_administrator_invites_only_the_own_organization(world: World) -> None:
    with (
        world.store() as store,
        pytest.raises(people.Refused, match="Each organization invites its own people"),
    ):
        invitations.invite(
            store, world.actor("castellano"), world.data, world.people["okafor"].id, datetime.now(UTC)
        )


def test_a_made_up_invitation_opens_for_nobody(server: Server) -> None:
    with server.client() as visitor:
        answer = visitor.get("/invitation/eyJhY2NvdW50IjoxfQ.AAAA")
        assert answer.status_code == 410
        assert "This is not an invitation of ours." in answer.text
