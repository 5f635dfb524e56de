"""The sample feeds over HTTP on loopback: validators honored, nothing stored, time passed in."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import cast

from monitors.samples.papers import WRITERS, Story, county_alert, front_page, page
from monitors.samples.town import FEEDS, Afternoon, Outlet, Posting, afternoons, ordinary_days

NEWEST = 30
"""Entries a feed lists, newest first."""

_STORY_PATH = re.compile(r"/([a-z0-9]+)/(\d+)(?:/|\.xml)")


@dataclass(frozen=True, slots=True)
class Feed:
    """Where a sample feed is served, and as what kind a district would watch it."""

    name: str
    title: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A body to send, when it last changed and what it is."""

    body: bytes
    changed: datetime
    content_type: str

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


class SampleServer:
    """Alder Falls' sources. Use as a context manager, or call `open` and `close`; `close` may be called twice.

    `start` is when the ordinary week ends (aware; now if None); `speed` hurries scripted afternoons; `clock` says
    what has appeared by now. `port` 0 takes any free one. It listens on 127.0.0.1 only.
    """

    def __init__(
        self,
        port: int = 0,
        start: datetime | None = None,
        speed: float = 1.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if speed <= 0:
            raise ValueError("The speed of a scripted afternoon is more than nothing.")
        self._clock = clock
        self._speed = speed
        self._postings = ordinary_days(start or self._now())
        self._lock = threading.Lock()
        self._http = _Listener(("127.0.0.1", port), _Desk)
        self._http.town = self
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.05,), name="sample feeds", daemon=True
        )

    @property
    def address(self) -> str:
        """`http://127.0.0.1:port`, without a closing slash."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def feeds(self) -> dict[str, Feed]:
        """Name -> feed: police, courier, channel6, scanner, district, county."""
        return {name: Feed(name, one.title, self.address + one.path, one.kind) for name, one in FEEDS.items()}

    def _now(self) -> datetime:
        return self._clock().replace(microsecond=0)  # feeds tell no finer time

    def publish(self, feed: str, title: str, text: str = "", *, key: str = "", author: str = "") -> str:
        """Have the feed say this from now on; the same `key` again changes what was said. Returns the key."""
        if feed not in FEEDS:
            raise KeyError(f"There is no sample feed called {feed}.")
        key = key or f"{feed}-{hashlib.sha256(title.encode()).hexdigest()[:12]}"
        self._add([Posting(feed, key, title, text, self._now(), author)])
        return key

    def play(self, script: str = "overpass") -> Afternoon:
        """Begin a scripted afternoon now; its steps appear by themselves as time goes on."""
        return self._begin(script, at_once=False)

    def break_news(self, script: str = "overpass") -> Afternoon:
        """Let the opening of an afternoon appear at once: the police feed and the outlets that have it first."""
        return self._begin(script, at_once=True)

    def _begin(self, script: str, at_once: bool) -> Afternoon:
        afternoon = afternoons()[script]
        self._add(list(afternoon.postings(self._now(), self._speed, at_once)))
        return afternoon

    def _add(self, postings: list[Posting]) -> None:
        with self._lock:
            self._postings = self._postings + postings

    def stories(self, feed: str) -> list[Story]:
        """What the feed lists now, newest first."""
        now, first, last = self._now(), dict[str, datetime](), dict[str, Posting]()
        for posting in sorted(self._postings, key=lambda one: one.appears):
            if posting.feed == feed and posting.appears <= now:
                first.setdefault(posting.key, posting.appears)
                last[posting.key] = posting
        told = [Story(posting, first[key]) for key, posting in last.items()]
        return sorted(told, key=lambda story: story.published, reverse=True)[:NEWEST]

    def answer(self, path: str) -> Answer | None:
        """What is served at a path, or None."""
        outlet = next((one for one in FEEDS.values() if one.path == path), None)
        if outlet:
            stories = self.stories(outlet.name)
            write, content_type = WRITERS[outlet.name]
            changed = max(story.posting.appears for story in stories)
            return Answer(write(outlet, stories, self.address).encode(), changed, content_type)
        found = _STORY_PATH.fullmatch(path.partition("?")[0])
        if found and found[1] in FEEDS:
            return self._page(FEEDS[found[1]], int(found[2]))
        outlets = [one for one in FEEDS.values() if path in {"/", f"/{one.name}/", f"/{one.name}"}]
        if not outlets:
            return None
        return Answer(
            front_page(outlets, self.address).encode(), self._postings[0].appears, "text/html; charset=utf-8"
        )

    def _page(self, outlet: Outlet, number: int) -> Answer | None:
        stories = self.stories(outlet.name)
        story = next((one for one in stories if one.number == number), None)
        if story is None:
            return None
        if outlet.name == "county":
            return Answer(county_alert(story, stories).encode(), story.posting.appears, "application/cap+xml")
        return Answer(page(outlet, story).encode(), story.posting.appears, "text/html; charset=utf-8")

    def open(self) -> SampleServer:
        """Begin to serve, in a thread of its own."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving and give the port back."""
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def __enter__(self) -> SampleServer:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    town: SampleServer


class _Desk(BaseHTTPRequestHandler):
    """GET and HEAD for feeds and pages; POST /play/NAME and /break/NAME begin an afternoon from another process."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    @property
    def town(self) -> SampleServer:
        return cast(_Listener, self.server).town

    def do_GET(self) -> None:
        answer = self.town.answer(self.path)
        if answer is None:
            self._send(
                HTTPStatus.NOT_FOUND,
                b"There is no such page in Alder Falls.\n",
                {"Content-Type": "text/plain"},
            )
            return
        validators = {
            "ETag": answer.etag,
            "Last-Modified": format_datetime(answer.changed.astimezone(UTC), usegmt=True),
        }
        if self._is_known(answer):
            self._send(HTTPStatus.NOT_MODIFIED, b"", validators)
        else:
            self._send(HTTPStatus.OK, answer.body, validators | {"Content-Type": answer.content_type})

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        begin = {"play": self.town.play, "break": self.town.break_news}
        verb, _, script = self.path.strip("/").partition("/")
        if (
            verb == "texts"
        ):  # the demo's text messages: taken, as a telephone company would, and kept by nobody
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._send(HTTPStatus.OK, b"Taken.\n", {"Content-Type": "text/plain"})
        elif verb in begin and script in afternoons():
            title = begin[verb](script).title
            self._send(HTTPStatus.OK, f"{title}\n".encode(), {"Content-Type": "text/plain; charset=utf-8"})
        else:
            names = ", ".join(afternoons())
            self._send(
                HTTPStatus.NOT_FOUND,
                f"Post to /play/NAME or /break/NAME, NAME one of: {names}\n".encode(),
                {},
            )

    def _is_known(self, answer: Answer) -> bool:
        """Whether the asker has this already; an ETag outranks a date (RFC 9110, section 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return answer.etag in tags or tags.strip() == "*"
        since = self.headers.get("If-Modified-Since")
        try:
            return bool(since) and answer.changed.replace(microsecond=0) <= parsedate_to_datetime(since or "")
        except (TypeError, ValueError):
            return False

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the sweep keeps its own record of what it asked."""
