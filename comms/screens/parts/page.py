"""Every run of a screen begins here: who is looking (checked anew), the store, the clock; and how an outcome is told."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn, TypeVar
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import streamlit as st

from comms import partnership
from comms.clocks import Calendar
from comms.partnership import Profile
from comms.people import Account, Actor, Refused, viewer
from comms.screens.parts import words
from comms.settings import settings
from comms.store import open_partnership
from comms.web.identity import USER_KEY, actor_of
from monitors.database import Store
from monitors.store import open_monitors

T = TypeVar("T")
SHOWN_FOR = 30.0
"""Seconds an outcome stays on the screen."""


@dataclass(frozen=True, slots=True)
class Here:
    """One run: the partnership's store, who is looking, and when (aware UTC). The only way a screen gets a store."""

    store: Store
    actor: Actor
    account: Account
    profile: Profile
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The partnership's zone."""
        return self.profile.timezone

    @property
    def calendar(self) -> Calendar:
        """The school calendar."""
        return partnership.calendar(self.store)


@contextlib.contextmanager
def here() -> Iterator[Here]:
    """Check the viewer again and open the store; used by every screen, fragment and callback.

    A person whose session ended or whose account was disabled gets the sentence and nothing else.
    """
    actor = actor_of(st.user.get(USER_KEY))
    now = datetime.now(UTC)
    with open_partnership(settings().data) as store:
        if actor is None:
            signed_out("You are not signed in.")
        try:
            account = viewer(store, actor, now)
        except Refused as refusal:
            signed_out(str(refusal))
        yield Here(store, actor, account, partnership.profile(store), now)


def signed_out(sentence: str) -> NoReturn:
    """What stands in place of a screen for someone who may not see it; signing in leads back to it."""
    st.error(words.literal(sentence))
    query = urlencode(st.query_params.to_dict())
    wanted = urlsplit(st.context.url or "").path or "/"
    back = urlencode({"next": f"{wanted}?{query}" if query else wanted})
    st.link_button("Sign in", f"/sign-in?{back}", type="primary")
    st.stop()


@contextlib.contextmanager
def listening() -> Iterator[Store]:
    """The monitors' store, for reading what was heard."""
    with open_monitors(settings().data) as store:
        yield store


def do(done: str, command: Callable[[Here], T], place: str = "") -> T | None:
    """Run a command from a callback and remember its outcome for `outcome`; None when it was refused.

    `done` is the sentence of success; empty when what happened is seen on the screen itself. `place` names the part
    of the screen that tells it; empty: the screen's own line.
    """
    st.session_state.pop("outcome", None)
    with here() as at:
        try:
            result = command(at)
        except Refused as refusal:
            tell("error", str(refusal), place)
            st.session_state["refusal"] = refusal
            return None
    if done:
        tell("success", done, place)
    return result


def tell(kind: str, sentence: str, place: str = "") -> None:
    """Remember a sentence for the next runs: "success", "error" or "info"."""
    st.session_state["outcome"] = (kind, sentence, time.monotonic(), place)


def outcome(place: str = "") -> None:
    """Show what the last act came to, directly above the foot bar or under the field it is about.

    It stays for half a minute or until the next act, so that a screen that refreshes itself does not take it away.
    """
    kind, sentence, at, told_at = st.session_state.get("outcome", ("", "", 0.0, ""))
    if sentence and told_at == place and time.monotonic() - at < SHOWN_FOR:
        {"success": st.success, "error": st.error, "info": st.info}[kind](words.literal(sentence))


def go(script: str, **query: str | int) -> None:
    """From a callback: the next run goes to another screen."""
    st.session_state["go"] = (script, {name: str(value) for name, value in query.items()})


def follow() -> None:
    """At the start of a run: go where the last callback wanted to."""
    wanted = st.session_state.pop("go", None)
    if wanted:
        script, query = wanted
        st.switch_page(script, query_params=query)


def number_asked(name: str) -> int | None:
    """A number from the address (?incident=3), or None."""
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@contextlib.contextmanager
def pulse(version: Callable[[Here], object], key: str, every: str = "3s") -> Iterator[None]:
    """Draw a screen inside; it runs again when `version` is no longer what it was before the drawing began.

    Read before, not after: what changes while a screen is drawn is on no screen yet.
    """
    with here() as at:
        drawn = version(at)
    yield

    @st.fragment(run_every=every)
    def ticking() -> None:
        with here() as at:
            now = version(at)
        if now != drawn:
            st.rerun()

    ticking()
