"""The language process under siege: strangers on this machine who connect and say nothing, too little or nonsense."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from comms import language
from comms.guardrails import Context
from comms.hearing import feedback
from monitors.alerts.what_if import Change
from monitors.store import open_monitors, stamp
from monitors.watchlist import watchlist_to_json
from tests.monitors.test_alerts import ALDER_FALLS, Desk
from tests.monitors.test_what_if import WITH_NEIGHBOR

TEXT = "The suspect is in custody, police said."


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a language process that answers, in a thread of this one."""
    data, warm = tmp_path_factory.mktemp("language"), threading.Event()
    threading.Thread(target=language.serve, args=(data, lambda _port: warm.set()), daemon=True).start()
    assert warm.wait(60)
    return data


def port_of(data: Path) -> int:
    return int((data / "language.port").read_text())


def test_a_question_of_ours_is_answered(answering: Path) -> None:
    assert language.check(answering, TEXT, Context(), deadline=20) is not None


def test_a_month_is_judged_by_two_watchlists_in_the_warm_process(answering: Path) -> None:
    with open_monitors(answering) as store:
        Desk(store, None).put("Tannerbrook police officer charged with assault")  # type: ignore[arg-type]
        seen = datetime.now(UTC) - timedelta(days=2)
        store.execute("update items set seen_at = ?", [stamp(seen)])
    held, changed = (json.loads(watchlist_to_json(each)) for each in (ALDER_FALLS, WITH_NEIGHBOR))
    found = language.what_if(answering, held, changed, feedback.shipped(), deadline=60)
    assert (found.read, found.heard_before, found.heard_after) == (1, 0, 1)
    assert [(story.change, story.after) for story in found.stories] == [(Change.NEW, "T1")]


def test_a_month_that_takes_too_long_is_said_in_a_sentence(answering: Path) -> None:
    held = json.loads(watchlist_to_json(ALDER_FALLS))
    with pytest.raises(language.NoAnswer, match=r"\w\.$"):
        language.what_if(answering, held, held, feedback.shipped(), deadline=0)


def test_strangers_who_connect_and_say_nothing_keep_nobody_waiting(answering: Path) -> None:
    with contextlib.ExitStack() as silent:
        for _ in range(language.AT_ONCE // 2):
            silent.enter_context(socket.create_connection(("127.0.0.1", port_of(answering))))
        began = time.monotonic()
        language.check(answering, TEXT, Context(), deadline=20)
        assert time.monotonic() - began < language.KNOCKING


def test_more_strangers_than_there_are_places_are_hung_up_on(answering: Path) -> None:
    with contextlib.ExitStack() as silent:
        for _ in range(language.AT_ONCE + 10):
            silent.enter_context(socket.create_connection(("127.0.0.1", port_of(answering))))
        language.check(answering, TEXT, Context(), deadline=20)


def test_a_stranger_who_drips_bytes_is_hung_up_on(answering: Path) -> None:
    with socket.create_connection(("127.0.0.1", port_of(answering)), timeout=15) as stranger:
        stranger.sendall(b"\x00")
        while stranger.recv(4096):
            with contextlib.suppress(OSError):
                stranger.sendall(b"\x00")
                time.sleep(0.3)


@pytest.mark.parametrize("said", [b"GET / HTTP/1.0\r\n\r\n", b"\x00\x00\x00\x04evil", b"\xff" * 64])
def test_nonsense_is_not_answered_and_ends_nothing(answering: Path, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port_of(answering)), timeout=15) as stranger:
        stranger.sendall(said)
        heard = b""
        with contextlib.suppress(OSError):
            while got := stranger.recv(4096):
                heard += got
    assert b"answer" not in heard
    language.check(answering, TEXT, Context(), deadline=20)


def test_who_does_not_know_the_key_is_not_answered(answering: Path, tmp_path: Path) -> None:
    (tmp_path / "language.port").write_text(str(port_of(answering)))
    with pytest.raises(language.NoAnswer, match="not running"):
        language.check(tmp_path, TEXT, Context(), deadline=20)


@contextlib.contextmanager
def someone_else_on_the_port(data: Path, says: bytes) -> Iterator[None]:
    """The process ended; its port went to another program, which takes the call and says this much."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        (data / "language.port").write_text(str(listener.getsockname()[1]))
        kept: list[socket.socket] = []

        def take() -> None:
            with contextlib.suppress(OSError):
                caller, _ = listener.accept()
                kept.append(caller)
                caller.sendall(says)

        threading.Thread(target=take, daemon=True).start()
        yield
        for caller in kept:
            caller.close()


@pytest.mark.parametrize("says", [b"", b"\x00\x00\x00\x20#CHALLENGE#", b"SSH-2.0-hello\r\n"])
def test_a_screen_never_waits_for_another_program_on_the_old_port(tmp_path: Path, says: bytes) -> None:
    with someone_else_on_the_port(tmp_path, says):
        began = time.monotonic()
        with pytest.raises(language.NoAnswer):
            language.ask(tmp_path, "check", {}, deadline=0.5)
        assert time.monotonic() - began < 5
