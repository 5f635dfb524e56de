"""Attacks over HTTP and the WebSocket on the real server: strangers, insiders of the other side, pages elsewhere.

Nothing leaves this machine: every name that is not ours is only written into a header.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pyotp
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from comms import audit, links, people
from comms.agreeing import asks, seats
from comms.joining import authenticator, invitations, sessions, welcoming
from comms.people import NewAccount, Seat
from comms.web.guard import STRANGERS_AT_ONCE, TRIES
from comms.web.identity import device_cookie, header_of
from comms.workspace import incidents, notes
from tests.harness import PASSWORD, Server, World
from tests.statements_made import EMAIL_AFTER, SMS, WEB, holding_statement

TEXTS = {"email": EMAIL_AFTER, "sms": SMS, "web": WEB}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def server(module_world: World) -> Iterator[Server]:
    """The real server behind a proxy on this machine that says where visitors come from."""
    with Server(module_world.data, ONE_VOICE_PROXIES="127.0.0.1") as running:
        yield running


def come_from(server: Server, address: str) -> httpx.Client:
    """A visitor from an address of their own, as the proxy says it."""
    visitor = server.client()
    visitor.headers["X-Forwarded-For"] = address
    return visitor


def sign_in(visitor: httpx.Client, email: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    return visitor.post("/sign-in", data={"email": email, "password": password, **more})


# Names and addresses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1.evil.example",
        "10.0.0.7",
        "localhost@evil.example",
        "",
    ],
)
def test_a_name_that_is_not_ours_is_not_answered(server: Server, host: str) -> None:
    named = host.format(port=server.port)
    for path in ("/sign-in", "/_stcore/health", "/statements"):
        answer = httpx.get(f"{server.url}{path}", headers={"Host": named})
        assert answer.status_code in {400, 421}, answer.text
        assert "set-cookie" not in answer.headers


def test_two_names_at_once_are_not_answered(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(
            f"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nHost: evil.example\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        assert wire.recv(200).split(b"\r\n")[0].split()[1] in {b"400", b"421"}


def test_a_websocket_under_another_name_does_not_open(server: Server) -> None:
    with pytest.raises(InvalidStatus):
        socket_of(server, {"Host": "evil.example"}, origin="http://evil.example").close()


def test_the_public_address_is_ours(world: World) -> None:
    url = "https://one-voice.district.example"
    with Server(world.data, ONE_VOICE_URL=url) as own:
        for host, status in (
            ("one-voice.district.example", 200),
            ("One-Voice.District.Example.", 200),
            ("x.example", 421),
        ):
            assert httpx.get(f"{own.url}/sign-in", headers={"Host": host}).status_code == status, host


OPEN_REDIRECTS = (
    *(
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https:evil.example",
        "http:/evil.example",
    ),
    *(
        "https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " //evil.example",
        "\t//evil.example",
    ),
    *(
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nLocation: https://evil.example",
        "//evil.example%2f..",
        "/\x00/evil",
    ),
    *(
        "%2F%2Fevil.example",
        "//127.0.0.1:1@evil.example",
        "/%0d%0aSet-Cookie:x=y",
        "/%5cevil.example",
        "/.//evil.example",
    ),
)


@pytest.mark.parametrize("wanted", OPEN_REDIRECTS)
def test_signing_in_leads_nowhere_else(server: Server, module_world: World, wanted: str) -> None:
    with come_from(server, "10.1.0.1") as visitor:
        answer = sign_in(visitor, module_world.people["dana"].email, next=wanted)
        assert answer.status_code == 303
        assert_leads_home(server, answer)
        again = visitor.get("/sign-in", params={"next": wanted})
        assert again.status_code == 303
        assert_leads_home(server, again)


def assert_leads_home(server: Server, answer: httpx.Response) -> None:
    """Where a browser would go: it drops tabs and newlines, and reads backslashes as slashes."""
    location = answer.headers["location"]
    read = location.translate({9: None, 10: None, 13: None}).replace("\\", "/").strip()
    assert httpx.URL(server.url).join(read).netloc == f"127.0.0.1:{server.port}".encode(), location
    assert "set-cookie: x" not in str(answer.headers).lower()


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "/\\evil.example", "/%5Cevil.example", "/%2F%2Fevil.example"]
)
def test_a_screen_asked_for_by_an_odd_path_leads_to_our_own_sign_in(server: Server, path: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept: text/html\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        heard = b""
        while got := wire.recv(4096):
            heard += got
    lines = heard.split(b"\r\n\r\n")[0].decode().split("\r\n")
    located = [line.split(": ", 1)[1] for line in lines if line.lower().startswith("location:")]
    assert all(each.startswith("/sign-in") for each in located), located


# Foreign pages ------------------------------------------------------------------------------------------------------

KINDS = (
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/json",
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://localhost:1"]
)
def test_a_foreign_page_does_nothing_in_a_person_s_name(
    server: Server, module_world: World, origin: str, kind: str
) -> None:
    with come_from(server, "10.1.0.2") as dana:
        assert sign_in(dana, module_world.people["dana"].email).status_code == 303
        for path in ("/sign-out", "/authenticator", "/sign-in/as", "/approve/x", "/confirm/x"):
            headers = {"Origin": origin, "Content-Type": kind}
            assert dana.post(path, content=b"where=everywhere&do=prove", headers=headers).status_code == 403
        assert dana.get("/").status_code == 200, "nobody was signed out"


def test_over_https_a_page_without_it_is_a_foreign_page(world: World) -> None:
    with Server(world.data, ONE_VOICE_SECURE_COOKIES="1") as own:
        form = {"email": world.people["dana"].email, "password": PASSWORD}
        plain = httpx.post(f"{own.url}/sign-in", data=form, headers={"Origin": own.url})
        assert plain.status_code == 403
        ours = httpx.post(
            f"{own.url}/sign-in", data=form, headers={"Origin": f"https://127.0.0.1:{own.port}"}
        )
        assert ours.status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sign-in",
        "/nothing",
        "/_stcore/health",
        "/_stcore/host-config",
        "/_stcore/metrics",
        "/media/x",
        "/healthz",
    ],
)
@pytest.mark.parametrize("host", ["", "evil.example"])
def test_no_answer_may_be_framed_or_guessed_at_refusals_too(server: Server, path: str, host: str) -> None:
    answer = httpx.get(f"{server.url}{path}", headers={"Host": host} if host else {})
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"


# Guessing -----------------------------------------------------------------------------------------------------------


def test_strangers_do_not_lock_a_person_out_of_a_browser_they_used_before(
    server: Server, module_world: World
) -> None:
    okafor = module_world.people["okafor"].email
    with come_from(server, "10.2.0.1") as desk, come_from(server, "10.2.0.2") as stranger:
        sign_in(desk, okafor)
        for _ in range(6):
            sign_in(stranger, okafor, "wrong")
        assert "After 5 wrong ones" in sign_in(stranger, okafor).text, (
            "the right one does not help a stranger now"
        )
        desk.post("/sign-out", data={"where": "here"})
        assert sign_in(desk, okafor).status_code == 303
        desk.post("/sign-out", data={"where": "here"})
        for _ in range(5):
            sign_in(desk, okafor, "wrong")
        told = sign_in(desk, okafor)
    assert "Too many wrong passwords. Wait 5 min" in told.text, "a browser of theirs is told the truth"
    with module_world.store() as store:
        locked = [
            str(e.details["tried"]) for e in audit.entries(store) if e.did == "was locked out for 5 min"
        ]
    assert sorted(locked[-2:]) == ["at a browser they used before", "from elsewhere"]


def test_signing_out_everywhere_and_a_new_password_make_every_browser_a_strange_one(
    server: Server, module_world: World
) -> None:
    hahn = module_world.people["hahn"]
    with (
        come_from(server, "10.2.1.1") as desk,
        come_from(server, "10.2.1.2") as other,
        module_world.store() as store,
    ):

        def known() -> int:
            return store.table("device").count_where("account_id = ?", [hahn.id])

        sign_in(desk, hahn.email)
        sign_in(other, hahn.email)
        assert known() == 2
        desk.post("/sign-out", data={"where": "everywhere"})
        assert known() == 0
        sign_in(desk, hahn.email)
        path = invitations.path(store, module_world.data, hahn.id, now())
        assert other.post(path, data={"password": PASSWORD, "again": PASSWORD}).status_code == 303
        assert known() == 1, "the browser the new password was set in"
        assert desk.get("/").status_code == 303, "and the old sessions ended"


def test_one_neighbor_who_guesses_keeps_nobody_else_waiting(server: Server, module_world: World) -> None:
    dana = module_world.people["dana"].email
    with come_from(server, "10.2.2.1") as guesser, come_from(server, "10.2.2.2") as dana_s:
        for _ in range(TRIES):
            sign_in(guesser, "nobody@afsd.example", "")
        assert sign_in(guesser, dana).status_code == 429
        assert sign_in(dana_s, dana).status_code == 303
        dana_s.headers["X-Forwarded-For"] = "10.2.2.1"
        dana_s.post("/sign-out", data={"where": "here"})
        assert sign_in(dana_s, dana).status_code == 303, (
            "a browser Dana used before, on the guesser's network"
        )
        dana_s.cookies = httpx.Cookies({"one_voice_device_1": "made-up"})
        assert sign_in(dana_s, dana).status_code == 429


def test_who_writes_their_own_address_is_not_believed(world: World) -> None:
    """No proxy is set, so what a visitor says of their address is nothing."""
    with Server(world.data) as own:
        for number in range(TRIES):
            with come_from(own, f"10.2.3.{number}") as visitor:
                sign_in(visitor, "nobody@afsd.example", "")
        with come_from(own, "10.2.3.99") as visitor:
            assert sign_in(visitor, "nobody@afsd.example", "").status_code == 429


def test_behind_a_proxy_the_last_address_it_did_not_write_itself_counts(server: Server) -> None:
    for number in range(TRIES):
        with come_from(server, f"192.0.2.{number}, 10.2.4.1") as visitor:
            sign_in(visitor, "nobody@afsd.example", "")
    with come_from(server, "192.0.2.99, 10.2.4.1") as visitor:
        assert sign_in(visitor, "nobody@afsd.example", "").status_code == 429


def test_a_household_of_ipv6_counts_once(server: Server) -> None:
    for number in range(TRIES):
        with come_from(server, f"2001:db8:1:2::{number:x}") as visitor:
            sign_in(visitor, "nobody@afsd.example", "")
    with come_from(server, "2001:db8:1:2:ffff::1") as same, come_from(server, "2001:db8:1:3::1") as next_door:
        assert sign_in(same, "nobody@afsd.example", "").status_code == 429
        assert sign_in(next_door, "nobody@afsd.example", "").status_code == 400


def test_nothing_tells_an_address_with_an_account_from_one_without(
    server: Server, module_world: World
) -> None:
    """Neither at first, nor when an account is locked, nor for one that was disabled or never set a password."""
    with module_world.store() as store, store.atomic():
        never = NewAccount(module_world.district_id, "never@afsd.example", "Never Came", Seat.OBSERVER)
        people.insert_account(store, never, now(), None)
        gone = people.insert_account(
            store,
            NewAccount(module_world.district_id, "gone@afsd.example", "Gone", Seat.OBSERVER),
            now(),
            None,
        )
        store.execute("update account set active = 0 where id = ?", [gone])
    told = set()
    for number, (email, tries) in enumerate(
        (
            ("counsel@afsd.example", 6),
            ("nobody@afsd.example", 6),
            ("never@afsd.example", 1),
            ("gone@afsd.example", 1),
        )
    ):
        with come_from(server, f"10.2.5.{number}") as visitor:
            for _ in range(tries):
                answer = sign_in(visitor, email, "wrong wrong wrong")
                told.add((answer.status_code, answer.text.replace(email, "E-MAIL")))
    assert len(told) == 1


def test_a_code_cannot_be_guessed_between_two_right_passwords(server: Server, module_world: World) -> None:
    """A right password must not begin the count anew: else four codes a time could be tried for ever."""
    who, secret = with_authenticator(module_world, "records")
    with come_from(server, "10.2.6.1") as thief:
        for _ in range(3):
            half = half_of(sign_in(thief, who))
            for code in ("000000", "111111"):
                answer = thief.post("/sign-in/code", data={"half": half, "code": code})
        assert "Too many wrong codes." in answer.text
        right = thief.post("/sign-in/code", data={"half": half, "code": pyotp.TOTP(secret).now()})
        assert right.status_code == 403


def test_a_code_counts_once_and_its_half_opens_for_nobody_else(server: Server, module_world: World) -> None:
    who, secret = with_authenticator(module_world, "brightwater")
    with come_from(server, "10.2.6.2") as tom, come_from(server, "10.2.6.3") as thief:
        half = half_of(sign_in(tom, who))
        code = pyotp.TOTP(secret).at(now() + timedelta(seconds=30))
        assert tom.post("/sign-in/code", data={"half": half, "code": code}).status_code == 303
        assert thief.post("/sign-in/code", data={"half": half, "code": code}).status_code == 403
        forged = links.sign(
            module_world.data, "approve", {"account": 1, "until": "2999-01-01T00:00:00+00:00"}
        )
        for bad in ("", "x", forged, half[:-2] + "AA"):
            assert (
                "Type your password again"
                in thief.post("/sign-in/code", data={"half": bad, "code": code}).text
            )


def test_whoever_sits_at_an_open_session_does_not_guess_the_authenticator_away(
    server: Server, module_world: World
) -> None:
    castellano = module_world.people["castellano"].email
    with come_from(server, "10.2.6.4") as rosa:
        sign_in(rosa, castellano)
        with_authenticator(module_world, "castellano")
        for number in range(6):
            answer = rosa.post("/authenticator", data={"do": "remove", "code": f"{number:06}"})
        assert "Too many wrong codes." in answer.text
    with module_world.store() as store:
        assert authenticator.enrolled(store, module_world.people["castellano"].id)


def with_authenticator(world: World, who: str) -> tuple[str, str]:
    """This person's e-mail, and the key of the authenticator they set up a minute ago."""
    actor, then = world.actor(who), now() - timedelta(seconds=90)
    with world.store() as store:
        secret = authenticator.begin(store, actor, now())
        authenticator.prove(store, actor, pyotp.TOTP(secret).at(then), then)
    return world.people[who].email, secret


def half_of(answer: httpx.Response) -> str:
    return answer.text.split('name="half" value="')[1].split('"')[0]


# Sessions -----------------------------------------------------------------------------------------------------------


def test_a_session_somebody_else_chose_is_never_taken_over(server: Server, module_world: World) -> None:
    with come_from(server, "10.3.0.1") as victim:
        victim.cookies.set("one_voice", "chosen-by-a-stranger", domain="127.0.0.1")
        answer = sign_in(victim, module_world.people["dana"].email)
        assert "one_voice=chosen-by-a-stranger" not in str(answer.headers)
    with come_from(server, "10.3.0.2") as stranger:
        stranger.cookies.set("one_voice", "chosen-by-a-stranger", domain="127.0.0.1")
        assert stranger.get("/").status_code == 303


def test_every_cookie_is_out_of_reach_of_scripts_and_foreign_forms(world: World) -> None:
    with Server(world.data, ONE_VOICE_SECURE_COOKIES="1") as own, own.client() as visitor:
        cookies = sign_in(visitor, world.people["dana"].email).headers.get_list("set-cookie")
        assert len(cookies) == 2
        for cookie in cookies:
            assert {"HttpOnly", "SameSite=lax", "Secure", "Path=/"} <= set(cookie.split("; "))
            assert "Domain" not in cookie


def socket_of(
    server: Server,
    headers: dict[str, str],
    origin: str | None = None,
    protocols: tuple[str, ...] = ("streamlit",),
) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{server.port}/_stcore/stream",
        additional_headers=headers,
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol(p) for p in protocols],
    )


def run_once(wire: ClientConnection) -> str:
    """Run the script on an open WebSocket and return what it drew."""
    run = BackMsg()
    run.rerun_script.query_string = ""
    wire.send(run.SerializeToString())
    drawn: list[str] = []
    while True:
        raw = wire.recv(20)
        message = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
        drawn.append(str(message))
        if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and message.HasField(
            "script_finished"
        ):
            return "\n".join(drawn)


def cookie_of(server: Server, world: World, who: str, address: str) -> dict[str, str]:
    with come_from(server, address) as visitor:
        sign_in(visitor, world.people[who].email)
        return {"Cookie": f"one_voice={visitor.cookies['one_voice']}"}


def test_an_open_window_of_a_disabled_person_shows_one_sentence(server: Server, module_world: World) -> None:
    person = NewAccount(module_world.district_id, "brief@afsd.example", "Brief Stay", Seat.COMMUNICATIONS)
    with module_world.store() as store, store.atomic():
        account_id = people.insert_account(store, person, now(), None)
        store.execute(
            "update account set password_hash = (select password_hash from account where id = 1) where id = ?",
            [account_id],
        )
    with come_from(server, "10.3.1.1") as visitor:
        sign_in(visitor, person.email)
        cookie = {"Cookie": f"one_voice={visitor.cookies['one_voice']}"}
    with socket_of(server, cookie) as wire:
        assert "nothing is listened to" in run_once(wire)
        with module_world.store() as store:
            people.disable_account(store, module_world.actor("castellano"), account_id, now())
        after = run_once(wire)
    assert "Your account was disabled." in after
    assert "nothing is listened to" not in after


@pytest.mark.parametrize(
    "name", ["X-Comms-User", "x-comms-user", "X_Comms_User", "X-COMMS-USER", "X-Comms-User "]
)
def test_who_a_client_says_it_is_counts_for_nothing(server: Server, module_world: World, name: str) -> None:
    claimed = header_of(module_world.actor("brandt"))
    with contextlib.suppress(InvalidStatus), socket_of(server, {name.strip(): claimed}) as wire:
        seen = run_once(wire)
        assert "You are not signed in." in seen
        assert "Brandt" not in seen
    for path in ("/incident/1/situation", "/authenticator"):
        assert httpx.get(f"{server.url}{path}", headers={name.strip(): claimed}).status_code == 303


def test_another_person_s_streamlit_session_is_not_given_to_a_stranger(
    server: Server, module_world: World
) -> None:
    with socket_of(server, cookie_of(server, module_world, "dana", "10.3.1.2")) as wire:
        seen = run_once(wire)
    session = seen.split('session_id: "')[1].split('"')[0]
    with socket_of(server, {}, protocols=("streamlit", "no-token", session)) as wire:
        assert "You are not signed in." in run_once(wire)


def test_strangers_hold_few_windows_open_and_never_those_of_our_people(
    server: Server, module_world: World
) -> None:
    cookie = cookie_of(server, module_world, "dana", "10.3.1.3")
    with contextlib.ExitStack() as held:
        for _ in range(STRANGERS_AT_ONCE):
            held.enter_context(socket_of(server, {}))
        with pytest.raises(InvalidStatus):
            socket_of(server, {}).close()
        with socket_of(server, cookie) as wire:
            assert "You are not signed in." not in run_once(wire)


# Streamlit's own addresses ------------------------------------------------------------------------------------------


def test_a_stranger_gives_us_no_file_and_takes_none(server: Server, module_world: World) -> None:
    with socket_of(server, {}) as wire:
        session = run_once(wire).split('session_id: "')[1].split('"')[0]
        for method in ("PUT", "DELETE"):
            answer = httpx.request(
                method, f"{server.url}/_stcore/upload_file/{session}/f", files={"file": ("a.csv", b"x")}
            )
            assert answer.status_code == 403
    assert httpx.get(f"{server.url}/media/0123.zip").status_code == 403
    ours = cookie_of(server, module_world, "dana", "10.3.2.2")
    assert httpx.get(f"{server.url}/media/0123.zip", headers=ours).status_code == 404, (
        "ours are asked for the file"
    )


def test_a_file_that_is_too_large_is_refused_while_it_comes(server: Server, module_world: World) -> None:
    cookie = cookie_of(server, module_world, "dana", "10.3.2.1")
    with socket_of(server, cookie) as wire:
        session = run_once(wire).split('session_id: "')[1].split('"')[0]
        with httpx.Client(base_url=server.url, headers=cookie, timeout=60) as dana:
            xsrf = dana.get("/_stcore/host-config").cookies.get("_streamlit_xsrf", "")
            large = dana.put(
                f"/_stcore/upload_file/{session}/f",
                files={"file": ("a.csv", b"x" * (21 << 20))},
                headers={"X-Xsrftoken": xsrf or ""},
            )
    assert large.status_code in {403, 413}


TRAVERSALS = (
    *("/page/../../../comms/store.py", "/page/%2e%2e/%2e%2e/settings.py", "/page/..%2f..%2fsettings.py"),
    *(
        "/page/%2e%2e%5c%2e%2e%5csettings.py",
        "/page//etc/passwd",
        "/page/%00",
        "/static/../../../../../etc/passwd",
    ),
    *(
        "/static/%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
        "/app/static/../partnership.db",
        "/media/../../partnership.db",
    ),
    *(
        "/component/x/../../../etc/passwd",
        "/component/%2e%2e/%2e%2e/etc/passwd",
        "/_stcore/bidi-components/x/..%2f..%2fa",
    ),
    *(
        "/s/../partnership.db",
        "/s/2026-001/file/..%2f1",
        "/_stcore/metrics/",
        "/_stcore//metrics",
        "/_stcore/%6detrics",
    ),
    *(
        "/partnership.db",
        "/key",
        "/data/partnership.db",
        "/.streamlit/config.toml",
        "/.streamlit/secrets.toml",
    ),
)


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_address_leads_out_of_its_folder(server: Server, path: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n".encode()
        )
        heard = b""
        while got := wire.recv(65536):
            heard += got
    for secret in (
        b"root:x:",
        b"SQLite format",
        b"[server]",
        b"MIGRATIONS",
        b"class Settings",
        b"active_sessions",
    ):
        assert secret not in heard


def test_a_form_of_ten_thousand_fields_and_one_without_end_are_refused(server: Server) -> None:
    with come_from(server, "10.3.3.1") as visitor:
        many = visitor.post("/sign-in", content="&".join(f"a{n}=1" for n in range(10_000)))
        assert many.status_code == 413

        def endless() -> Iterator[bytes]:
            for _ in range(1_000):
                yield b"a" * 10_000

        with contextlib.suppress(httpx.TransportError):  # it may hang up before all was sent
            assert visitor.post("/sign-in", content=endless()).status_code == 413
        assert visitor.get("/sign-in").status_code == 200


# The other side, by guessed numbers ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def elsewhere(module_world: World) -> NewAccount:
    """A person of an agency no incident here names."""
    from comms.partnership import Organisation, insert_organisation

    with module_world.store() as store, store.atomic():
        other = insert_organisation(
            store, Organisation(0, "agency", "Tannerbrook Police", "TPD", "", ""), now()
        )
        person = NewAccount(other, "pio@tannerbrook.example", "Sgt. Kell Ames", Seat.PIO)
        account_id = people.insert_account(store, person, now(), None)
        store.execute(
            "update account set password_hash = (select password_hash from account where id = 1) where id = ?",
            [account_id],
        )
    return person


def test_papers_of_an_incident_are_read_by_nobody_else(
    server: Server, module_world: World, elsewhere: NewAccount
) -> None:
    made = holding_statement(module_world, TEXTS)
    with module_world.store() as store:
        notes.write(store, module_world.actor("dana"), made.incident_id, "Only ours: the bus key.", now())
        number = incidents.incident(store, made.incident_id).number
    papers = [f"/incident/{made.incident_id}/situation", f"/statement/{made.statement.id}/print"]
    with come_from(server, "10.4.0.1") as stranger, come_from(server, "10.4.0.2") as ames:
        assert sign_in(ames, elsewhere.email).status_code == 303
        for path in papers:
            assert stranger.get(path).status_code == 303
            assert ames.get(path).status_code == 403
        for path in (
            f"/s/{number}",
            f"/s/{number}/print",
            f"/s/{number}/1",
            f"/s/{number}/1/cap.xml",
            f"/s/{number}/file/1",
        ):
            assert stranger.get(path).status_code == 404, path
        assert number not in stranger.get("/statements").text + stranger.get("/statements.atom").text
    with come_from(server, "10.4.0.3") as okafor:
        sign_in(okafor, "hahn@afpd.example")
        for path in papers:
            answer = okafor.get(path)
            assert answer.status_code == 200
            assert "the bus key" not in answer.text, "a side's own note is on no paper of both"


# Two at once --------------------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], httpx.Response]) -> list[int]:
    """Press all of them at the same moment; the answers' status."""
    gate = threading.Barrier(len(acts))

    def press(act: Callable[[], httpx.Response]) -> int:
        gate.wait()
        return act().status_code

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(press, acts))


def test_an_invitation_opened_twice_at_once_sets_one_password(server: Server, module_world: World) -> None:
    person = NewAccount(module_world.district_id, "twice@afsd.example", "Twice Asked", Seat.OBSERVER)
    with module_world.store() as store, store.atomic():
        account_id = people.insert_account(store, person, now(), None)
        path = invitations.path(store, module_world.data, account_id, now())

    def accept(password: str) -> httpx.Response:
        return httpx.post(f"{server.url}{path}", data={"password": password, "again": password}, timeout=60)

    answers = at_once(*(lambda n=n: accept(f"a password number {n}") for n in range(4)))
    assert sorted(answers) == [303, 410, 410, 410]


def test_an_approval_pressed_four_times_at_once_is_one_decision(server: Server, module_world: World) -> None:
    made = holding_statement(module_world, TEXTS)
    path, hashes = made.link(Seat.PIO), made.hashes()
    form = {"do": "approve", "code": PASSWORD, **{f"hash-{v}": h for v, h in hashes.items()}}
    okafor = module_world.people["okafor"]
    with module_world.store() as store:
        device = sessions.remember_device(store, okafor.id, now())
    cookie = {"Cookie": f"{device_cookie(okafor.id)}={device}"}

    def press() -> httpx.Response:
        return httpx.post(f"{server.url}{path}", data=form, headers=cookie, timeout=60)

    assert set(at_once(press, press, press, press)) == {200}
    with module_world.store() as store:
        given = [d for d in seats.decisions(store, made.statement.id) if d.account_id == okafor.id]
    assert len(given) == len(hashes)


def test_a_token_signed_for_one_purpose_opens_nothing_else(server: Server, module_world: World) -> None:
    made = holding_statement(module_world, TEXTS)
    with module_world.store() as store:
        asked = asks.newest_ask(store, made.statement.id, Seat.PIO)
    assert asked is not None
    payload = {
        "ask": asked.id,
        "account": 1,
        "release": 1,
        "seat": "pio",
        "was": "",
        "until": "2999-01-01T00:00:00+00:00",
    }
    purposes = (
        "approve",
        "proved",
        "confirm",
        "invitation",
        "half signed in",
        "language",
        "authenticator",
        "",
    )
    with come_from(server, "10.5.0.2") as stranger:
        for purpose in purposes:
            token = links.sign(module_world.data, purpose, payload)
            for path, mine in (
                ("approve", "approve"),
                ("invitation", "invitation"),
                ("welcome", welcoming.TICKET),
            ):
                if purpose != mine:
                    assert stranger.get(f"/{path}/{token}").status_code in {404, 410}, (path, purpose)
            assert stranger.get(f"/approve/{token}x").status_code == 404
