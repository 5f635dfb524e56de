"""A quick server of generated feeds in a process of its own, so that its work is not counted as anybody's.

/etag/N answers 304 to its own ETag, /same/N has no validator, /grow/N has one entry more each time /grow-all was asked.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from multiprocessing.connection import Connection

ENTRIES = 30
SENTENCES = (
    "The council heard residents on the new crossing near the school for two hours on Monday evening.",
    "Crews closed the bridge in both directions while a truck was taken off the rails.",
    "Police asked drivers to keep away from the block until the afternoon.",
    "A board member said that the budget would be read a second time next week.",
)


@lru_cache(maxsize=20_000)
def feed(number: int, generation: int) -> bytes:
    """Thirty entries and one more for each generation, about 20 KB, as a small outlet's RSS looks."""
    now = datetime(2026, 8, 3, 12, tzinfo=UTC)
    items = []
    for entry in range(ENTRIES + generation - 1, generation - 1, -1):
        date = now - timedelta(hours=2 * (ENTRIES + generation - entry))
        text = " ".join(SENTENCES[(entry + n) % 4] for n in range(4))
        items.append(
            f"<item><title>Report {entry} of outlet {number}: bridge closed &amp; reopened</title>"
            f"<link>https://outlet{number}.example/2026/08/report-{entry}/?utm_source=rss</link>"
            f'<guid isPermaLink="false">https://outlet{number}.example/?p={entry}</guid>'
            f"<pubDate>{date:%a, %d %b %Y %H:%M:%S} +0000</pubDate><category>Local</category>"
            f"<description><![CDATA[<p>{text}</p>]]></description></item>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>Outlet {number}</title><link>https://outlet{number}.example/</link>"
        f"<description>Local news</description><language>en-US</language>{''.join(items)}</channel></rss>"
    ).encode()


class _Feeds(asyncio.Protocol):
    generation = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.waiting = transport, b""

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        path = head.split(b" ", 2)[1].decode()
        mode, _, number = path.strip("/").partition("/")
        if mode == "grow-all":
            _Feeds.generation += 1
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            return
        etag = b'"v%s"' % number.encode()
        if mode == "etag" and b"if-none-match: " + etag in head.lower():
            self.transport.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n")
            return
        body = feed(int(number), _Feeds.generation if mode == "grow" else 0)
        validator = b"ETag: " + etag + b"\r\n" if mode == "etag" else b""
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n%sContent-Length: %d\r\n\r\n"
            % (validator, len(body))
            + body
        )


def _serve(pipe: Connection, feeds: int) -> None:
    for number in range(feeds):
        feed(number, 0)

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(_Feeds, "127.0.0.1", 0, backlog=512)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def feed_server(feeds: int) -> Iterator[str]:
    """The address of a running server that has its first `feeds` documents ready."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, feeds), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()
