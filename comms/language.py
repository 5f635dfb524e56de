"""The one warm language process, and how to ask it: with a deadline, so that no screen ever waits for it.

spaCy lives in that process alone. It answers on a loopback port it chose itself, to whoever knows the key in the
partnership's directory. Requests and answers are JSON; nothing is unpickled.

    python -m comms.language [--with-parent]
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from comms import guardrails, links
from comms.guardrails import Context, Hit
from comms.settings import settings

DEADLINE = 2.0
"""Seconds a caller waits before it says "not checked yet"."""
ANSWER_MOST = 8 << 20


class NoAnswer(Exception):
    """The language process did not answer in time; the screen says "not checked yet"."""


# Asking -------------------------------------------------------------------------------------------------------------


def ask(data: Path, what: str, payload: Mapping[str, Any], deadline: float = DEADLINE) -> Any:
    """Ask the language process of this partnership. Raises NoAnswer when it is not there or not in time."""
    try:
        port = int((data / "language.port").read_text())
        with Client(("127.0.0.1", port), authkey=_secret(data)) as connection:
            connection.send_bytes(json.dumps({"what": what, **payload}, ensure_ascii=False).encode())
            if not connection.poll(deadline):
                raise NoAnswer("The check takes longer than usual.")
            answer = json.loads(connection.recv_bytes(ANSWER_MOST))
    except (OSError, ValueError, EOFError, AuthenticationError) as error:
        raise NoAnswer("The check is not running right now.") from error
    if "error" in answer:
        raise NoAnswer(answer["error"])
    return answer["answer"]


def check(data: Path, text: str, context: Context, deadline: float = DEADLINE) -> tuple[Hit, ...]:
    """The guardrails' hits of a text. Raises NoAnswer."""
    answer = ask(data, "check", {"text": text, "context": context_to_json(context)}, deadline)
    return tuple(Hit(**hit) for hit in answer)


def judge(
    data: Path, headline: str, watchlist: Mapping[str, Any], deadline: float = DEADLINE
) -> dict[str, Any]:
    """What the product thinks of a pasted headline: the fields of `python -m monitors assess`. Raises NoAnswer."""
    return dict(ask(data, "judge", {"headline": headline, "watchlist": watchlist}, deadline))


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
    """Loads the relevance model on the first question and keeps it."""

    def __init__(self) -> None:
        self.judge: Any = None
        self.lock = threading.Lock()

    def __call__(self, request: Mapping[str, Any]) -> Any:
        from monitors.relevance import Judge, Report
        from monitors.watchlist import watchlist_from_json

        with self.lock:
            self.judge = self.judge or Judge.load()
            report = Report(title=request["headline"])
            watchlist = watchlist_from_json(json.dumps(request["watchlist"]))
            return asdict(next(iter(self.judge.judge([report], watchlist))))


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {"check": _check, "judge": _Judging()}


def serve(data: Path, announce: Callable[[int], None] | None = None) -> None:
    """Answer until the process ends. One thread a question; the pipelines are warmed before the port is announced."""
    guardrails.check("We are aware of police activity near the school.", Context())
    listener = Listener(("127.0.0.1", 0), authkey=_secret(data), backlog=64)
    port = listener.address[1]
    draft = data / f"language.port.{os.getpid()}"
    draft.write_text(str(port))
    draft.replace(data / "language.port")
    if announce:
        announce(int(port))
    while True:
        with contextlib.suppress(OSError, EOFError, AuthenticationError):
            threading.Thread(target=_answer, args=(listener.accept(),), daemon=True).start()


_one_at_a_time = threading.Lock()


def _answer(connection: Connection) -> None:
    with connection, contextlib.suppress(OSError, EOFError, ValueError):
        request = json.loads(connection.recv_bytes(ANSWER_MOST))
        try:
            with _one_at_a_time:
                answer = {"answer": ANSWERS[request["what"]](request)}
        except Exception as error:  # noqa: BLE001  # the outer edge of this process: a question never ends it
            answer = {"error": f"The check could not read this text ({type(error).__name__})."}
        connection.send_bytes(json.dumps(answer, ensure_ascii=False).encode())


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
