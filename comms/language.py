"""The one warm language process, and how to ask it: with a deadline, so that no screen ever waits for it.

spaCy lives in that process alone. It answers on a loopback port it chose itself, to whoever knows the key in the
partnership's directory. Requests and answers are JSON; nothing is unpickled.

    python -m comms.language [--with-parent]
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

from comms import guardrails, links
from comms.guardrails import Context, Hit
from comms.settings import settings
from monitors.alerts import what_if as alerts_what_if
from monitors.alerts.what_if import Change, Differs, WhatIf
from monitors.store import open_monitors
from monitors.watchlist import watchlist_from_json

DEADLINE = 2.0
"""Seconds a caller waits before it says "not checked yet"."""
ANSWER_MOST = 8 << 20
"""Bytes of a question or an answer."""
KNOCKING = 2.0
"""Seconds somebody who connects has to show that they know the key and to say what they ask."""
AT_ONCE = 64
"""Connections answered at the same time; the next waits in the system's queue."""


class NoAnswer(Exception):
    """The language process did not answer in time; the screen says "not checked yet"."""


# Asking -------------------------------------------------------------------------------------------------------------


def ask(data: Path, what: str, payload: Mapping[str, Any], deadline: float = DEADLINE) -> Any:
    """Ask the language process of this partnership. Raises NoAnswer when it is not there or not in time."""
    try:
        port = int((data / "language.port").read_text())
        with socket.create_connection(("127.0.0.1", port), timeout=deadline) as reached:
            reached.settimeout(None)  # from here on the deadline is one for everything, not one a read
            connection = Connection(reached.detach())
        with connection, _ended_after(connection, deadline):
            key = _secret(data)
            answer_challenge(connection, key)
            deliver_challenge(connection, key)
            connection.send_bytes(json.dumps({"what": what, **payload}, ensure_ascii=False).encode())
            if not connection.poll(deadline):
                raise NoAnswer("The check takes longer than usual.")
            answer = json.loads(connection.recv_bytes(ANSWER_MOST))
    except (OSError, ValueError, EOFError, AssertionError, AuthenticationError) as error:
        raise NoAnswer("The check is not running right now.") from error
    if "error" in answer:
        raise NoAnswer(answer["error"])
    return answer["answer"]


@contextlib.contextmanager
def _ended_after(connection: Connection, seconds: float) -> Iterator[None]:
    """Hang up on the other side after so many seconds, whatever it is doing: one byte a second is no way around it.

    What hangs up holds a handle of its own, so that it never shuts a connection that came later.
    """
    handle = socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM)

    def hang_up() -> None:
        with contextlib.suppress(OSError):  # it ended by itself
            handle.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, hang_up)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        watch.join()
        handle.close()


def check(data: Path, text: str, context: Context, deadline: float = DEADLINE) -> tuple[Hit, ...]:
    """The guardrails' hits of a text. Raises NoAnswer."""
    answer = ask(data, "check", {"text": text, "context": context_to_json(context)}, deadline)
    return tuple(Hit(**hit) for hit in answer)


def judge(
    data: Path,
    headline: str,
    watchlist: Mapping[str, Any],
    weights: Mapping[str, float],
    deadline: float = DEADLINE,
) -> dict[str, Any]:
    """What the product thinks of a pasted headline: the fields of `python -m monitors assess`. Raises NoAnswer.

    `weights` are the partnership's own, as `comms.hearing.feedback` has them.
    """
    question = {"headline": headline, "watchlist": watchlist, "weights": dict(weights)}
    return dict(ask(data, "judge", question, deadline))


def what_if(
    data: Path,
    held: Mapping[str, Any],
    changed: Mapping[str, Any],
    weights: Mapping[str, float],
    deadline: float = 15.0,
) -> WhatIf:
    """What the last month would have brought with a changed watchlist, both as JSON. Raises NoAnswer."""
    payload = {"held": held, "changed": changed, "weights": weights}
    found = ask(data, "what_if", payload, deadline)
    stories = tuple(Differs(**{**story, "change": Change(story["change"])}) for story in found.pop("stories"))
    return WhatIf(stories=stories, **found)


def context_to_json(context: Context) -> dict[str, Any]:
    """A context as plain JSON."""
    plain = asdict(context)
    plain["not_a_person"] = sorted(context.not_a_person)
    plain["now"] = context.now.isoformat() if context.now else None
    return plain


def context_from_json(plain: Mapping[str, Any]) -> Context:
    """The context back from `context_to_json`."""
    names = dict(plain["watchlist"])
    people = tuple(guardrails.Named(**person) for person in names.pop("people"))
    facts = plain["facts"]
    return Context(
        **{
            **plain,
            "now": datetime.fromisoformat(plain["now"]) if plain["now"] else None,
            "watchlist": guardrails.Watchlist(people=people, **{k: tuple(v) for k, v in names.items()}),
            "facts": None if facts is None else tuple(guardrails.Fact(**fact) for fact in facts),
            "not_a_person": frozenset(plain["not_a_person"]),
            "clauses": tuple(
                guardrails.Clause(**{**clause, "patterns": tuple(clause["patterns"])})
                for clause in plain["clauses"]
            ),
        }
    )


def _secret(data: Path) -> bytes:
    return links.sign(data, "language", {}).encode()


# Answering ----------------------------------------------------------------------------------------------------------


def _check(request: Mapping[str, Any]) -> Any:
    return [asdict(hit) for hit in guardrails.check(request["text"], context_from_json(request["context"]))]


class _Judging:
    """Loads the relevance model on the first question and keeps it; asked by one thread at a time."""

    def __init__(self) -> None:
        self.judge: Any = None

    def _with(self, weights: Mapping[str, float]) -> Any:
        from monitors.relevance import Judge

        self.judge = self.judge or Judge.load()
        if self.judge.weights != weights:
            self.judge = self.judge.with_weights(weights)
        return self.judge

    def headline(self, request: Mapping[str, Any]) -> Any:
        from monitors.relevance import Report

        report = Report(title=request["headline"])
        watchlist = watchlist_from_json(json.dumps(request["watchlist"]))
        return asdict(next(iter(self._with(request["weights"]).judge([report], watchlist))))

    def last_month(self, request: Mapping[str, Any]) -> Any:
        held, changed = (watchlist_from_json(json.dumps(request[name])) for name in ("held", "changed"))
        with open_monitors(request["data"]) as store:
            return asdict(
                alerts_what_if.what_if(
                    store, self._with(request["weights"]), held, changed, datetime.now(UTC)
                )
            )


_judging = _Judging()
ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "check": _check,
    "judge": _judging.headline,
    "what_if": _judging.last_month,
}
_checking, _judging_turn = threading.Lock(), threading.Lock()
TURNS: Mapping[str, threading.Lock] = {"check": _checking, "judge": _judging_turn, "what_if": _judging_turn}
"""Each pipeline is asked by one thread at a time; a month judged anew, which takes seconds, keeps no check waiting."""


def serve(data: Path, announce: Callable[[int], None] | None = None) -> None:
    """Answer until the process ends. One thread a question; the pipelines are warmed before the port is announced."""
    guardrails.check("We are aware of police activity near the school.", Context())
    listener = socket.create_server(("127.0.0.1", 0), backlog=AT_ONCE)
    port = listener.getsockname()[1]
    draft = data / f"language.port.{os.getpid()}"
    draft.write_text(str(port))
    draft.replace(data / "language.port")
    if announce:
        announce(int(port))
    key, places = _secret(data), threading.BoundedSemaphore(AT_ONCE)
    while True:
        places.acquire()
        accepted, _ = listener.accept()
        accepted.setblocking(True)
        threading.Thread(
            target=_answer, args=(Connection(accepted.detach()), data, key, places), daemon=True
        ).start()


def _answer(connection: Connection, data: Path, key: bytes, places: threading.Semaphore) -> None:
    """Hear one question and answer it. Who connects proves itself here, where a silent one keeps nobody else waiting."""
    try:
        with (
            connection,
            contextlib.suppress(OSError, EOFError, ValueError, AssertionError, AuthenticationError),
        ):
            with _ended_after(connection, KNOCKING):
                deliver_challenge(connection, key)
                answer_challenge(connection, key)
                request = json.loads(connection.recv_bytes(ANSWER_MOST))
            connection.send_bytes(json.dumps(_reply({**request, "data": data}), ensure_ascii=False).encode())
    finally:
        places.release()


def _reply(request: Mapping[str, Any]) -> dict[str, Any]:
    try:
        with TURNS[request["what"]]:
            return {"answer": ANSWERS[request["what"]](request)}
    except Exception as error:  # noqa: BLE001  # the outer edge of this process: a question never ends it
        return {"error": f"The check could not read this text ({type(error).__name__})."}


def end_with_parent() -> None:
    """End this process when the one that started it is gone: its end of our standard input closes."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    if "--with-parent" in sys.argv:
        end_with_parent()
    serve(settings().data)
