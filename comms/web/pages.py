"""How a plain page is made: one request in, the store open in the same thread, HTML with escaped words out."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from anyio import to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from comms.people import Account, Actor, Refused, viewer
from comms.settings import settings
from comms.store import open_partnership
from monitors.database import Store

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = ROOT / "templates" / "pages"
FORM_MOST = 200_000
"""Bytes of a form. A statement has at most 20,000 characters, so this is far more than any page of ours sends."""

log = logging.getLogger("one_voice.web")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, as a page sees it. `now` is aware UTC; `actor` is None for someone not signed in."""

    store: Store
    data: Path
    now: datetime
    actor: Actor | None
    method: str = "GET"
    url: str = "/"
    base: str = ""
    """Scheme and host as the visitor wrote them, without a slash at the end."""
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def secure(self) -> bool:
        """Whether cookies go over https alone."""
        return settings().secure_cookies

    @property
    def account(self) -> Account | None:
        """The signed-in person; None also when the account was disabled meanwhile."""
        try:
            return viewer(self.store, self.actor, self.now) if self.actor else None
        except Refused:
            return None


Page = Callable[[Visit], Response]


def plain(path: str, page: Page, *methods: str) -> Route:
    """A route to a page; GET (and HEAD) unless methods are named."""

    async def answer(request: Request) -> Response:
        form = await _form(request)
        if form is None:
            return told(
                "That was too long",
                "Nothing was changed. Go back, shorten what you typed and send again.",
                413,
            )
        return await to_thread.run_sync(_serve, page, request, form)

    return Route(path, answer, methods=list(methods) or ["GET"])


async def _form(request: Request) -> dict[str, str] | None:
    if request.method != "POST":
        return {}
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_MOST:
            return None
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=200))
    except ValueError:  # more fields than any page of ours has
        return None


def _serve(page: Page, request: Request, form: Mapping[str, str]) -> Response:
    data = settings().data
    with open_partnership(data) as store:
        return page(
            Visit(
                store,
                data,
                datetime.now(UTC),
                request.scope.get("actor"),
                request.method,
                request.url.path,
                str(request.base_url).rstrip("/"),
                {name: str(value) for name, value in request.path_params.items()},
                dict(request.query_params),
                form,
                request.cookies,
            )
        )


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of our own pages: every value escaped, a missing one an error rather than a gap."""
    loader = FileSystemLoader(TEMPLATES)
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """The one stylesheet, written into each page so that a page is one request."""
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()


@lru_cache(maxsize=1)
def policy() -> str:
    """The Content-Security-Policy of a plain page: our stylesheet by its hash, our own pictures and forms, no script."""
    digest = base64.b64encode(hashlib.sha256(stylesheet().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def html(template: str, status: int = 200, *, cache: str = "no-store", **words: Any) -> HTMLResponse:
    """A page from its template. Nothing a person may see is kept by a browser or proxy unless `cache` says so."""
    text = environment().get_template(template).render(style=stylesheet(), demo=settings().demo, **words)
    return HTMLResponse(text, status, {"Content-Security-Policy": policy(), "Cache-Control": cache})


def told(
    title: str, sentence: str, status: int, *, small: str = "", link: tuple[str, str] | None = None
) -> HTMLResponse:
    """A page of one sentence: what happened, what was kept, what to do. `link` is (address, words)."""
    return html("told.html", status, title=title, sentence=sentence, small=small, link=link)


def go(address: str) -> RedirectResponse:
    """Send the browser on after a form, with a GET."""
    return RedirectResponse(address, 303)


def own_path(address: str) -> str:
    """An address to go on to: a path of this server, else "/". Nothing a stranger writes into a link leads elsewhere."""
    parts = urlsplit(address) if address.startswith("/") and not address.startswith("//") else None
    if parts is None or parts.netloc or "\\" in address or any(c < " " or c == "\x7f" for c in address):
        return "/"
    return address


def broke(request: Request, error: Exception) -> Response:
    """The outer edge of the web process: the sentence a person reads; the log keeps the rest under the same number."""
    number = secrets.token_hex(4)
    log.error(
        "Entry %s: %s %s failed; the server logs why below.", number, request.method, type(error).__name__
    )
    sentence = "This page could not be made. Nothing was changed by it. Try again; if it happens twice, tell your administrator."
    return told("Something went wrong here", sentence, 500, small=f"Log entry {number}")
