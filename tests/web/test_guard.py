"""What every request passes: no claimed identity, no foreign page, no open window; over HTTP and the WebSocket."""

from __future__ import annotations

import json
from collections.abc import Mapping

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from comms.people import Actor
from comms.web.guard import TRIES, WITHIN, Patience
from comms.web.identity import actor_of, cookies_of, header_of
from tests.harness import PASSWORD, Server, World


def drawn(server: Server, headers: Mapping[str, str], origin: str | None = None) -> str:
    """Open Streamlit's WebSocket with these headers, run the script once, and return the words it drew."""
    with connect(
        f"ws://127.0.0.1:{server.port}/_stcore/stream",
        additional_headers=headers,
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol("streamlit")],
    ) as socket:
        run = BackMsg()
        run.rerun_script.query_string = ""
        socket.send(run.SerializeToString())
        words: list[str] = []
        while True:
            raw = socket.recv(15)
            message = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
            if message.WhichOneof("type") == "delta":
                words.append(str(message.delta))
            if message.WhichOneof("type") == "script_finished":
                return "\n".join(words)


def session_cookie(server: Server, world: World, who: str) -> str:
    """The Cookie header of a person signed in through the page."""
    with server.signed_in(world.people[who]) as client:
        return f"one_voice={client.cookies['one_voice']}"


def test_a_claimed_identity_is_taken_away(server: Server, module_world: World) -> None:
    brandt = module_world.actor("brandt")
    claimed = drawn(server, {"X-Comms-User": header_of(brandt)})
    assert "You are not signed in." in claimed
    assert "Brandt" not in claimed


def test_a_claimed_identity_never_replaces_the_cookies(server: Server, module_world: World) -> None:
    cookie = session_cookie(server, module_world, "dana")
    seen = drawn(server, {"Cookie": cookie, "X-Comms-User": header_of(module_world.actor("brandt"))})
    assert "You are not signed in." not in seen
    assert "Brandt" not in seen


def test_the_websocket_opens_to_our_own_pages_only(server: Server, module_world: World) -> None:
    cookie = session_cookie(server, module_world, "dana")
    own = f"http://127.0.0.1:{server.port}"
    assert "You are not signed in." not in drawn(server, {"Cookie": cookie}, own)
    for foreign in (
        "http://evil.example",
        "null",
        f"http://127.0.0.1:{server.port}.evil.example",
        "http://127.0.0.1",
    ):
        with pytest.raises(InvalidStatus) as refused:
            drawn(server, {"Cookie": cookie}, foreign)
        assert refused.value.response.status_code == 403


def test_a_session_that_ended_is_nobody_at_the_next_click(server: Server, module_world: World) -> None:
    with server.signed_in(module_world.people["records"]) as client:
        cookie = f"one_voice={client.cookies['one_voice']}"
        client.post("/sign-out", data={"where": "here"})
    assert "You are not signed in." in drawn(server, {"Cookie": cookie})


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", "http://localhost"])
def test_a_form_of_a_foreign_page_does_nothing(server: Server, module_world: World, origin: str) -> None:
    data = {"email": module_world.people["dana"].email, "password": PASSWORD}
    answer = httpx.post(f"{server.url}/sign-in", data=data, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_browser_that_names_only_the_fetch_site_is_believed_too(server: Server) -> None:
    answer = httpx.post(f"{server.url}/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_streamlits_own_uploads_are_guarded_as_well(server: Server) -> None:
    answer = httpx.put(f"{server.url}/_stcore/upload_file/a/b", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path", ["/sign-in", "/", "/_stcore/health", "/healthz", "/page/logo.svg", "/approve/x"]
)
def test_every_answer_carries_the_security_headers(server: Server, path: str) -> None:
    headers = httpx.get(f"{server.url}{path}").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_a_plain_page_allows_no_script_at_all(server: Server) -> None:
    answer = httpx.get(f"{server.url}/sign-in")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_host_header_cannot_write_into_the_policy(server: Server) -> None:
    answer = httpx.get(f"{server.url}/_stcore/health", headers={"Host": "a.example; script-src *"})
    assert "script-src *" not in answer.headers["content-security-policy"]


def test_who_works_here_and_when_is_told_to_nobody(server: Server) -> None:
    assert httpx.get(f"{server.url}/_stcore/metrics").status_code == 404


def test_texts_travel_compressed(server: Server) -> None:
    answer = httpx.get(f"{server.url}/sign-in", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


def test_a_form_that_is_far_too_long_is_refused_with_a_sentence(server: Server) -> None:
    answer = httpx.post(f"{server.url}/sign-in", data={"email": "a" * 300_000})
    assert answer.status_code == 413
    assert "Nothing was changed." in answer.text


def test_health_says_in_a_sentence_that_nobody_is_on_duty(server: Server) -> None:
    answer = httpx.get(f"{server.url}/healthz")
    body = json.loads(answer.text)
    assert (answer.status_code, body["ok"], body["stores"], body["duty"]) == (503, False, True, False)
    assert body["sentence"].endswith("nothing is swept or sent.")


def test_an_address_that_fails_too_often_waits(world: World) -> None:
    with Server(world.data) as own, own.client() as visitor:
        for _ in range(TRIES):
            assert visitor.post("/sign-in", data={"email": "a@b.example"}).status_code == 400
        refused = visitor.post("/sign-in", data={"email": world.people["dana"].email, "password": PASSWORD})
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= WITHIN + 1
        assert "Too many tries from this network." in refused.text


def test_a_right_password_costs_no_try_and_time_gives_tries_back() -> None:
    clock = [0.0]
    patience = Patience(lambda: clock[0])
    for _ in range(TRIES * 3):
        assert patience.wait("10.0.0.1") == 0
        patience.give_back("10.0.0.1")
    for _ in range(TRIES):
        assert patience.wait("10.0.0.1") == 0
    assert patience.wait("10.0.0.1") == WITHIN + 1
    assert patience.wait("10.0.0.2") == 0
    clock[0] = WITHIN
    assert patience.wait("10.0.0.1") == 0


@pytest.mark.parametrize("header", [None, "", ":", "1", "1:", ":abc", "x:abc", "-1:abc", "１:abc", "1 :abc"])
def test_a_header_that_is_none_of_ours_names_nobody(header: str | None) -> None:
    assert actor_of(header) is None


def test_our_header_names_the_account_and_the_session() -> None:
    assert actor_of(header_of(Actor(7, "ab12"))) == Actor(7, "ab12")


@pytest.mark.parametrize("header", ["", ";;;", "=", "a", "one_voice", 'one_voice="\\"', "é=é"])
def test_a_broken_cookie_is_no_session(server: Server, header: str) -> None:
    assert not cookies_of(header).get("one_voice")
    answer = httpx.get(f"{server.url}/sign-in", headers=[(b"cookie", header.encode("latin-1"))])
    assert answer.status_code in {200, 400}
