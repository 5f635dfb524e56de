"""Every plain address of the product, in one table."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from comms.web import account, approve, authenticating, confirm, files, health, papers, public, welcome
from comms.web.pages import plain

FILES = Path(__file__).parent / "static"

PLAIN: list[BaseRoute] = [
    plain("/sign-in", account.sign_in_page),
    plain("/sign-in", account.sign_in, "POST"),
    plain("/sign-in/code", account.sign_in_code, "POST"),
    plain("/sign-in/as", account.sign_in_as, "POST"),
    plain("/sign-out", account.sign_out_page),
    plain("/sign-out", account.sign_out, "POST"),
    plain("/invitation/{token}", account.invitation_page),
    plain("/invitation/{token}", account.invitation, "POST"),
    plain("/welcome/{token}", welcome.welcome),
    plain("/approve/{token}", approve.approve_page),
    plain("/approve/{token}", approve.approve, "POST"),
    plain("/approve/{token}/file/{file:int}", approve.approve_file),
    plain("/confirm/{token}", confirm.confirm_page),
    plain("/confirm/{token}", confirm.confirm, "POST"),
    plain("/authenticator", authenticating.authenticator_page),
    plain("/authenticator", authenticating.change_authenticator, "POST"),
    plain("/s/{number}", public.statement_page),
    plain("/s/{number}/print", public.print_page),
    plain("/s/{number}/{version:int}", public.version_page),
    plain("/s/{number}/{version:int}/cap.xml", files.cap_page),
    plain("/s/{number}/file/{file:int}", files.file_page),
    plain("/statements", public.index),
    plain("/statements.atom", public.feed),
    plain("/incident/{incident:int}/situation", papers.situation),
    plain("/statement/{statement:int}/print", papers.statement_print),
    plain("/healthz", health.health),
    Mount("/page", StaticFiles(directory=FILES), name="page"),
]


def is_plain(scope: Scope) -> bool:
    """Whether one of these answers, rather than the application's screens."""
    return any(route.matches(scope)[0] is not Match.NONE for route in PLAIN)


def paths() -> list[str]:
    """The addresses, for the documentation and the test that holds it to them."""
    return sorted({route.path for route in PLAIN if isinstance(route, Route | Mount)})
