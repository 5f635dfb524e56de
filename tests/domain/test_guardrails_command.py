"""`python -m comms.guardrails`: hits as JSON, one text or one a line, exit code 0 whatever is found."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from subprocess import CompletedProcess, run
from typing import Any

ROOT = Path(__file__).parents[2]


def command(text: str | bytes, *options: str) -> CompletedProcess[bytes]:
    given = text if isinstance(text, bytes) else text.encode()
    return run(
        [sys.executable, "-m", "comms.guardrails", *options],
        input=given,
        cwd=ROOT,
        capture_output=True,
        check=False,
    )


def hits(text: str, *options: str) -> list[dict[str, Any]]:
    done = command(text, "--json", *options)
    assert done.returncode == 0, done.stderr.decode()
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_text_gives_a_list_of_hits_with_characters_of_the_text_as_read() -> None:
    text = "🙂 We will write by [time]. Jordan Tate, a sophomore, is fine."
    for hit in hits(text):
        assert set(hit) == {"rule", "level", "start", "end", "text", "why", "instead"}
        assert text[hit["start"] : hit["end"]] == hit["text"]
    assert {"B10", "B1"} <= {hit["rule"] for hit in hits(text)}


def test_lines_are_answered_one_by_one_and_a_bad_line_is_answered_too() -> None:
    lines = [
        json.dumps(
            {
                "id": "a",
                "text": "The student was suspended.",
                "side": "district",
                "class": "C",
                "channel": "web",
            }
        ),
        "{not json",
        json.dumps({"id": 3, "text": None}),
        json.dumps(["no", "object"]),
        json.dumps({"id": 5, "text": "Hello.", "side": "nobody"}),
        json.dumps({"id": 6, "text": ""}),
    ]
    done = command("\n".join(lines), "--jsonl")
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [answer["id"] for answer in answers] == ["a", None, 3, None, 5, 6]
    assert "S1" in {hit["rule"] for hit in answers[0]["hits"]}
    for bad in answers[1:5]:
        assert bad["hits"] == []
        assert bad["error"].endswith(".")
    assert answers[5] == {"id": 6, "hits": []}


def test_watchlist_facts_and_now_are_read_from_files_and_options(tmp_path: Path) -> None:
    watchlist = tmp_path / "watchlist.json"
    watchlist.write_text(
        json.dumps(
            {
                "district": {
                    "name": "AFSD",
                    "schools": ["Orrin Middle School", {"name": "Birch Elementary"}],
                },
                "agencies": None,
            }
        )
    )
    facts = tmp_path / "facts.json"
    facts.write_text(
        json.dumps([{"claim": "The group left at 3:05 p.m.", "status": "disputed", "owner": "agency"}])
    )
    text = "The group left at 3:05 p.m. Pine Elementary is open. The next update comes at 3:30 p.m."
    options = ("--watchlist", str(watchlist), "--facts", str(facts), "--now", "2026-03-03T16:00:00-06:00")
    found = {(hit["rule"], hit["text"]) for hit in hits(text, *options)}
    assert ("B10", "Pine Elementary") in found
    assert ("B10", "3:30 p.m.") in found
    assert any(rule == "B11" for rule, _ in found)


def test_text_that_is_not_utf_8_is_read_all_the_same() -> None:
    assert command(b"\xff\xfe The student was suspended.", "--json").returncode == 0


def test_a_file_that_cannot_be_read_is_said_in_a_sentence() -> None:
    done = command("Hello.", "--watchlist", "/nowhere/at/all.json")
    assert done.returncode == 2
    assert done.stderr.decode().startswith("Nothing was checked: ")
    assert b"Traceback" not in done.stderr
