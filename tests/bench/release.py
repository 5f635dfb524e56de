"""Releasing one statement to 5,000 addresses and three other channels over loopback, the sender killed half way.

A real SMTP server and a web hook in processes of their own; the outbox is delivered by the functions the duty process
runs, in a process of its own that is killed with SIGKILL and started again. Beside it a bare smtplib loop.
"""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from comms import partnership
from comms.partnership import Mail
from comms.reaching import notices, senders
from comms.saying import audiences, outgoing
from comms.saying.audiences import Member
from comms.store import open_partnership
from tests.harness import PASSWORD, Server, World, alder_falls, free_port
from tests.statements_made import EMAIL_AFTER, SMS, WEB, answer_the_check, approve_all, holding_statement

ADDRESSES = 5_000
BARE_LEAST = 0.30
"""Messages a second, as a part of what a bare loop does, that we hold ourselves to."""
PAGE_MOST = 30_000
"""Bytes of the approval page on a phone."""
SETTINGS = ("ONE_VOICE_SENDER_SMS", "ONE_VOICE_SENDER_SOCIAL", "ONE_VOICE_SENDER_WEB")
SENDER = "one-voice@afsd.example"


def run() -> bool:
    """Print the figures; whether all are met."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _sink(Path(folder) / "taken") as mail,
        _hook() as (got, address),
    ):
        os.environ |= dict.fromkeys(SETTINGS, address)
        bare = _bare(mail, Path(folder) / "taken")
        world, release_id, wrote = _released(Path(folder) / "data", mail)
        rate, killed_after, waited = _delivered(world, Path(folder) / "taken")
        lost, twice, known_by_id = _counted(Path(folder) / "taken", world)
        with world.store() as store:
            others = [r for r in outgoing.receipts(store, release_id) if r.means != "e-mail"]
    size, seconds = _page()
    hooks = Counter(got)
    print(f"  one press wrote {ADDRESSES:,} messages into the outbox in {wrote:.2f} s")
    print(
        f"  killed with SIGKILL after {killed_after:,} messages, started again; all out {waited:.0f} s later (a lease lasts {notices.LEASE.total_seconds():.0f} s)"
    )
    print(f"  lost: {lost}; handed over twice: {twice}, of which known by an equal Message-ID: {known_by_id}")
    print(
        f"  three other channels: {sum(r.taken for r in others)} of {len(others)} taken, {sum(hooks.values())} posts"
    )
    print(f"  {rate:,.0f} messages/s; a bare smtplib loop in this run {bare:,.0f}/s: ratio {rate / bare:.2f}")
    print(f"  approval page on a phone: {size:,} bytes, made in {seconds * 1000:.0f} ms")
    met = lost == 0 and twice <= 1 and twice == known_by_id and all(r.taken == 1 for r in others)
    return (
        met
        and len(others) == 3
        and sum(hooks.values()) == 3
        and rate / bare >= BARE_LEAST
        and size < PAGE_MOST
    )


# The press ------------------------------------------------------------------------------------------------------------


def _released(data: Path, mail: Mail) -> tuple[World, int, float]:
    from comms.saying import releases

    world = alder_falls(data)
    dana, admin = world.actor("dana"), world.actor("castellano")
    now = datetime.now(UTC)
    with world.store() as store:
        partnership.write_profile(store, replace(partnership.profile(store), mail=mail))
        people = [Member(f"family{n}@homes.example", f"Family {n}") for n in range(ADDRESSES)]
        audiences.save_audience(store, dana, "All families", "families", people, now)
        for channel, setting in zip(("sms", "social", "web"), SETTINGS, strict=True):
            senders.add(store, admin, f"Way {channel}", channel, setting, now)
    made = holding_statement(world, {"email": EMAIL_AFTER, "sms": SMS, "web": WEB, "social": SMS})
    answer_the_check(made)
    approve_all(made)
    with world.store() as store:
        store.execute("delete from outbox")
        began = time.perf_counter()
        out = releases.release(store, dana, made.statement.id, made.hashes(), datetime.now(UTC))
        wrote = time.perf_counter() - began
    return world, out.id, wrote


def _delivered(world: World, taken: Path) -> tuple[float, int, float]:
    """Messages a second while it sends, how many were out when it was killed, how long the next one waited."""
    began, already = time.perf_counter(), _lines(taken)
    first = _deliverer(world.data)
    while _lines(taken) - already < ADDRESSES // 2 + 37:  # in the middle of a batch
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait()
    half, at_half = _lines(taken) - already, time.perf_counter() - began
    killed = time.perf_counter()
    second = _deliverer(world.data)
    while second.poll() is None:
        time.sleep(0.02)
    return half / at_half, half, time.perf_counter() - killed


def _deliverer(data: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.bench.release", str(data)])


def deliver(data: Path) -> None:
    """What the duty process does, until the outbox is empty."""

    def now() -> datetime:
        return datetime.now(UTC)

    with open_partnership(data) as store:
        mail = partnership.profile(store).mail
        while store.row_of("select 1 from outbox where sent_at is null and failed_at is null"):
            if not senders.deliver(store, now) and not notices.deliver(store, mail, now):
                time.sleep(0.2)


def _counted(taken: Path, world: World) -> tuple[int, int, int]:
    """Addresses that got nothing, messages handed over more than once, and those of them with an equal Message-ID."""
    lines = [line.split("\t") for line in taken.read_text().splitlines() if "\tbare" not in line]
    families = [(address, message_id) for address, message_id in lines if "homes.example" in address]
    by_address = Counter(address for address, _ in families)
    twice = sum(n - 1 for n in by_address.values())
    same = sum(n - 1 for n in Counter(families).values())
    with world.store() as store:
        expected = store.row_of(
            "select count(distinct recipient) as n from outbox where recipient like '%homes.example'"
        )
    return (expected or {"n": 0})["n"] - len(by_address), twice, same


# Beside it ------------------------------------------------------------------------------------------------------------


def _bare(mail: Mail, taken: Path) -> float:
    """Messages a second of the shortest loop there is, for the same words."""
    began = time.perf_counter()
    with smtplib.SMTP(mail.host, mail.port) as server:
        for n in range(ADDRESSES):
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = SENDER, f"bare{n}@x.example", "Demonstration"
            message["Message-ID"] = f"bare{n}"
            message.set_content(EMAIL_AFTER)
            server.send_message(message)
    rate = ADDRESSES / (time.perf_counter() - began)
    taken.write_text("")
    return rate


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


@contextmanager
def _sink(taken: Path) -> Iterator[Mail]:
    """An SMTP server in a process of its own that writes down whom and what it was handed."""
    taken.write_text("")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.release", "sink", str(port), str(taken)], stdout=subprocess.PIPE
    )
    assert process.stdout
    process.stdout.readline()
    try:
        yield Mail("127.0.0.1", port, "none", "", SENDER)
    finally:
        process.kill()
        process.wait()


def sink(port: int, taken: Path) -> None:
    """Serve until killed."""
    import asyncio

    from aiosmtpd.smtp import SMTP, Envelope, Session

    file = taken.open("a", buffering=1)

    class Keep:
        async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
            content = envelope.content or b""
            raw = content if isinstance(content, bytes) else content.encode()
            name = next((line for line in raw.splitlines() if line.lower().startswith(b"message-id:")), b"")
            for address in envelope.rcpt_tos:
                file.write(f"{address}\t{name.partition(b':')[2].strip().decode()}\n")
            return "250 kept"

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(Keep()), "127.0.0.1", port)
        print("ready", flush=True)
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def _hook() -> Iterator[tuple[list[str], str]]:
    got: list[str] = []

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])).decode()[:40])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keep)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield got, f"json://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def _page() -> tuple[int, float]:
    """Bytes of the approval page as a phone gets it after the code, and seconds to make it (median of five)."""
    from comms.people import Seat

    with tempfile.TemporaryDirectory() as folder:
        world = alder_falls(Path(folder) / "data")
        made = holding_statement(world, {"email": EMAIL_AFTER, "sms": SMS, "web": WEB})
        with Server(world.data) as server, server.client() as phone:
            link = made.link(Seat.PIO)
            phone.post(link, data={"do": "open", "code": PASSWORD})
            times = []
            for _ in range(5):
                began = time.perf_counter()
                page = phone.get(link)
                times.append(time.perf_counter() - began)
            return len(page.content), sorted(times)[2]


if __name__ == "__main__":
    if sys.argv[1] == "sink":
        sink(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        deliver(Path(sys.argv[1]))
