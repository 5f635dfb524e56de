"""A site on loopback: good feeds, and every way a server has been seen to misbehave, a path for each."""

from __future__ import annotations

import gzip
import json
import resource
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket

from monitors import address, kinds, sources
from monitors.fetch import Fetcher
from monitors.kinds import Kind
from monitors.outcomes import Limits
from monitors.store import open_monitors
from monitors.sweep import Sweeper

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
"""Monday, August 3, 2026, when the tests' days begin."""
BAD = (
    "gzip-bomb",
    "junk",
    "slow-body",
    "slow-headers",
    "round-and-round",
    "inward",
    "cut-header",
    "wrong-length",
    "page",
    "trouble",
    "busy",
)


def rss(
    name: str, entries: int = 3, *, now: datetime = NOON, more: str = "", ids: bool = True, first: int = 0
) -> bytes:
    """A feed of `entries`, the newest an hour before `now`, each an hour older than the last."""
    items = []
    for number in range(first + entries - 1, first - 1, -1):
        date = now - timedelta(hours=first + entries - number)
        identity = f"<guid isPermaLink='false'>{name}-{number}</guid>" if ids else ""
        items.append(
            f"<item>{identity}<title>{name}: report {number} from Alder Falls</title>"
            f"<link>https://{name}.example/report/{number}</link>"
            f"<pubDate>{date:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
            f"<description>Crews answered call {number} near the river on Monday.</description></item>"
        )
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>{name}</title>"
        f"<link>https://{name}.example/</link><description>News</description>{more}{''.join(items)}</channel></rss>"
    ).encode()


@dataclass
class Page:
    """What a path answers: a body with its headers, or a validator that makes it "not modified"."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    lies: bool = False

    def send(self, request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("If-None-Match", "")
        if asked and (self.lies or asked == self.etag):
            request.send_response(304)
            request.send_header("ETag", self.etag)
            request.end_headers()
            return
        request.send_response(self.status)
        if self.etag:
            request.send_header("ETag", self.etag)
        for name, value in {"Content-Type": "application/rss+xml", **self.headers}.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(self.body)))
        request.end_headers()
        request.wfile.write(self.body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what is tested."""


Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A web site on 127.0.0.1. `pages` maps a path to what it answers; paths it does not know behave by their name."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Page | Behaviour] = {}
        self.asked: Counter[str] = Counter()
        self.seen: list[dict[str, str]] = []
        self.times: list[tuple[float, str]] = []
        site = self

        class Request(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Silent."""

            def do_GET(self) -> None:
                path = self.path.partition("?")[0].strip("/")
                site.asked[path] += 1
                site.seen.append({**dict(self.headers.items()), "path": path})
                site.times.append((time.monotonic(), path))
                with suppress(OSError):
                    site.answer(path, self)

        self._server = _Server((address, 0), Request)
        self.url = f"http://{address}:{self._server.server_port}"
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, path: str, request: BaseHTTPRequestHandler) -> None:
        """Answer a request by what is at its path."""
        page = self.pages.get(path) or BEHAVIOURS.get(path.partition("/")[0]) or Page(status=404)
        if isinstance(page, Page):
            page.send(request)
        else:
            page(request)

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def site() -> Iterator[Site]:
    """A site for the length of a test."""
    running = Site()
    try:
        yield running
    finally:
        running.close()


def _good(request: BaseHTTPRequestHandler) -> None:
    Page(rss(request.path.strip("/").replace("/", "-"), 30)).send(request)


def _gzip_bomb(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Encoding", "gzip")
    request.send_header("Content-Length", str(len(_BOMB)))
    request.end_headers()
    request.wfile.write(_BOMB)


def _junk(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Connection", "close")
    request.end_headers()
    block = b"\x00\xff junk " * 8192
    for _ in range(300 * 1024 * 1024 // len(block)):
        request.wfile.write(block)


def _slow_body(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "100000")
    request.end_headers()
    while True:
        request.wfile.write(b" ")
        time.sleep(0.2)


def _slow_headers(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        request.wfile.write(b"z")
        time.sleep(0.2)


def _round(request: BaseHTTPRequestHandler) -> None:
    number = int(request.path.rpartition("/")[2]) if request.path.count("/") > 1 else 0
    redirect(f"/round-and-round/{number + 1}")(request)


def redirect(to: str, status: int = 302) -> Behaviour:
    """A redirect, for `Site.pages`."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Location", to)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def _cut_header(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
    request.wfile.flush()
    request.close_connection = True


def _wrong_length(request: BaseHTTPRequestHandler) -> None:
    body = rss("cut", 30)
    request.send_response(200)
    request.send_header("Content-Length", str(len(body) * 2))
    request.end_headers()
    request.wfile.write(body[: len(body) // 2])
    request.close_connection = True


_BOMB = gzip.compress(bytes(64 * 1024 * 1024), 9)
_HTML = b"<!doctype html><title>Alder Falls</title><link rel='alternate' type='application/rss+xml' href='/good/feed'>"
BEHAVIOURS: dict[str, Page | Behaviour] = {
    "good": _good,
    "gzip-bomb": _gzip_bomb,
    "junk": _junk,
    "slow-body": _slow_body,
    "slow-headers": _slow_headers,
    "round-and-round": _round,
    "inward": redirect("http://169.254.169.254/latest/meta-data/"),
    "cut-header": _cut_header,
    "wrong-length": _wrong_length,
    "page": Page(_HTML, headers={"Content-Type": "text/html"}),
    "trouble": Page(status=500),
    "busy": Page(status=429, headers={"Retry-After": "120"}),
}


@dataclass
class Recorder:
    """A connector that writes down every address and really connects to this machine's own only."""

    dialed: list[str] = field(default_factory=list)

    def __call__(self, sock: socket, target: address.Target) -> None:
        self.dialed.append(str(target.sockaddr[0]))
        if address.forbidden(self.dialed[-1], loopback=True) is not None or not self.dialed[-1].startswith(
            "127."
        ):
            raise ConnectionRefusedError("recorded, not tried")
        address.dial(sock, target)


def sweep_once(data: Path, urls: list[str], seconds: float) -> dict[str, object]:
    """Sweep `urls` once with a deadline of `seconds` each; what it came to, how long it took, how much memory it had."""
    kinds.HABITS[Kind.FEED] = kinds.HABITS[Kind.FEED]._replace(limits=Limits(seconds=seconds))
    with open_monitors(data) as store, store.atomic():
        ids = {sources.add(store, url, now=NOON, loopback=True).id for url in urls}
    recorder = Recorder()
    with Sweeper(data, fetcher=Fetcher(loopback=True, dial=recorder), loopback=True) as sweeper:
        began = time.monotonic()
        result = sweeper.sweep(NOON, only=ids)
        took = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "sources": result.sources,
        "failed": result.failed,
        "new": result.new,
        "stored": result.stored,
        "took": took,
        "peak": peak,
        "dialed": sorted(set(recorder.dialed)),
    }


if __name__ == "__main__":
    print(json.dumps(sweep_once(Path(sys.argv[1]), sys.argv[3:], float(sys.argv[2]))))
