"""Starting and ending: one address line, a free port, the duty process that ends with its server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from comms import serve
from tests.harness import ROOT, Server, World, free_port


def alive(pid: int) -> bool:
    """Whether a process still runs (a zombie does not)."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """The processes a process started, itself left out."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.append(int(entry.name))
    return found


def wait_for(what: object, seconds: float = 30) -> None:
    """Wait until `what()` is true."""
    assert callable(what)
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def test_it_prints_exactly_one_line_that_says_where_it_is(world: World) -> None:
    with Server(world.data) as server:
        httpx.get(f"{server.url}/sign-in")
        time.sleep(0.3)
        assert server.said == [f"One Voice: {server.url}\n"]


def test_a_busy_port_gives_way_to_the_next_free_one() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        chosen = serve.free_port("127.0.0.1", port)
        assert chosen is not None
        assert port < chosen < port + serve.PORTS_TRIED


def test_the_demo_keeps_to_its_own_directory_unless_told_otherwise() -> None:
    environment: dict[str, str] = {}
    serve.demo_environment(environment)
    assert environment == {
        "ONE_VOICE_DEMO": "1",
        "ONE_VOICE_ALLOW_LOOPBACK": "1",
        "ONE_VOICE_DATA": str(Path("data") / "demo"),
    }
    environment = {"ONE_VOICE_DATA": "/elsewhere"}
    serve.demo_environment(environment)
    assert environment["ONE_VOICE_DATA"] == "/elsewhere"


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at /proc")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_duty_process_ends_with_its_server_however_that_ends(world: World, how: signal.Signals) -> None:
    server = Server(world.data, ONE_VOICE_DUTY="1").start()
    try:
        assert server.process
        parent = server.process.pid
        wait_for(lambda: httpx.get(f"{server.url}/healthz").status_code == 200)
        started = children(parent)
        started += [grandchild for child in started for grandchild in children(child)]
        assert started
        server.process.send_signal(how)
        server.process.wait(30)
        wait_for(lambda: not any(alive(pid) for pid in started))
    finally:
        server.kill()


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at /proc")
def test_a_duty_process_that_dies_is_started_again(world: World) -> None:
    with Server(world.data, ONE_VOICE_DUTY="1") as server:
        assert server.process
        parent = server.process.pid
        wait_for(lambda: httpx.get(f"{server.url}/healthz").status_code == 200)
        first = children(parent)
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: set(children(parent)) - set(first))
        wait_for(lambda: httpx.get(f"{server.url}/healthz").status_code == 200)


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "streamlit", "run", "app.py", "--server.port", "{port}"],
        ["-m", "uvicorn", "app:app", "--port", "{port}", "--log-level", "warning"],
    ],
    ids=["streamlit run", "uvicorn"],
)
def test_the_other_two_ways_to_start_it_work(world: World, command: list[str]) -> None:
    port = free_port()
    environment = Server(world.data).environment
    process = subprocess.Popen(
        [sys.executable, *(part.format(port=port) for part in command)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: _answers(f"http://127.0.0.1:{port}/sign-in"))
        screen = httpx.get(f"http://127.0.0.1:{port}/", headers={"Accept": "text/html"})
        assert (screen.status_code, screen.headers["location"]) == (303, "/sign-in")
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False
