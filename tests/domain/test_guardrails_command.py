"""`python -m comms.guardrails`: hits as JSON, one text or one a line, exit code 0 whatever is found."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess, run
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comms.guardrails.__main__ import main

GivenText = Callable[[str], None]

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


UNREADABLE = [None, b"", b"{not json", b"\xff\xfe", b"null", b"7"]


@pytest.mark.parametrize(
    ("option", "content"),
    [
        *[(option, content) for option in ("--watchlist", "--facts") for content in UNREADABLE],
        ("--watchlist", b"[1, 2]"),
        ("--watchlist", b'{"district": 5}'),
        ("--facts", b'{"facts": {"claim": "x"}}'),
    ],
)
def test_a_file_that_cannot_be_read_is_said_and_the_text_is_checked_without_it(
    option: str,
    content: bytes | None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    given_text: GivenText,
) -> None:
    path = tmp_path / "beside.json"
    if content is not None:
        path.write_bytes(content)
    given_text("The student was suspended.")
    assert main(["--json", option, str(path)]) == 0
    out, err = capsys.readouterr()
    assert "S1" in {hit["rule"] for hit in json.loads(out)}
    assert err.startswith("The ")
    assert "checked without" in err
    assert "Traceback" not in err


def test_a_good_file_is_used_beside_one_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given_text: GivenText
) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps([{"claim": "The group left at 3:05 p.m.", "status": "disputed"}]))
    given_text("The group left at 3:05 p.m.")
    assert main(["--facts", str(facts), "--watchlist", "/nowhere/at/all.json", "--now", "half past"]) == 0
    out, err = capsys.readouterr()
    assert "B11" in {hit["rule"] for hit in json.loads(out)}
    assert len(err.splitlines()) == 2


ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
PIECES = st.sampled_from(
    [
        "Jordan Tate, a sophomore, is fine.",
        "\r\n",
        "[time]",
        "\u2028",
        "\x85",
        "\U0001f642",
        "\ufeff",
        "The suspect confessed.",
        "\ud800",
        "\x00",
    ]
)
TEXTS = st.one_of(ANY_TEXT, st.lists(st.one_of(PIECES, ANY_TEXT), max_size=5).map("".join))
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.lists(st.none(), max_size=2)
)
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "id": VALUES,
        "text": st.one_of(TEXTS, VALUES),
        "side": st.one_of(st.sampled_from(["joint", "district", "police", "Joint"]), VALUES),
        "class": st.one_of(st.sampled_from(["A", "B", "E", "b"]), VALUES),
        "channel": st.one_of(st.sampled_from(["email", "sms", "fax"]), VALUES),
    },
)
LINES = st.one_of(
    OBJECTS.map(json.dumps),
    OBJECTS.map(lambda value: json.dumps(value, ensure_ascii=False)),
    st.sampled_from(["", "  ", "\ufeff{}", "{not json", "[]", "null", "7", "NaN", '"text"', "[" * 3000, '{"id": ' + "9" * 5000 + "}"]),
    ANY_TEXT.map(lambda text: text.replace("\n", " ")),
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.lists(LINES, max_size=6), st.booleans())
def test_each_line_has_its_line_in_the_answer_whatever_stands_in_it(lines: list[str], crlf: bool) -> None:
    given_bytes = ("\r\n" if crlf else "\n").join([*lines, ""]).encode("utf-8", "replace")
    code, out = spoken(given_bytes, "--jsonl")
    assert code == 0
    answers = [json.loads(line) for line in out.splitlines()]
    assert len(answers) == len(lines)
    for line, answered in zip(lines, answers, strict=True):
        assert {"id", "hits"} <= set(answered) <= {"id", "hits", "error"}
        try:
            asked = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(asked, dict) and "error" not in answered:
            text = re.sub(
                "[\ud800-\udfff]",
                "\ufffd",
                asked["text"].encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"),
            )
            for hit in answered["hits"]:
                assert text[hit["start"] : hit["end"]] == hit["text"]


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_places_are_characters_of_the_text_as_read(text: str) -> None:
    given_bytes = text.encode("utf-8", "replace")
    code, out = spoken(given_bytes, "--json")
    assert code == 0
    read = given_bytes.decode()
    for hit in json.loads(out):
        assert read[hit["start"] : hit["end"]] == hit["text"]
        assert (hit["start"], hit["end"]) == (0, 0) or hit["start"] < hit["end"] <= len(read)


def test_a_huge_line_among_small_ones_keeps_its_place() -> None:
    lines = [
        {"id": 1, "text": "Hello."},
        {"id": 2, "text": "Police are near. " * 800},
        {"id": 3, "text": "[time]"},
    ]
    code, out = spoken("\n".join(map(json.dumps, lines)).encode(), "--jsonl")
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == [1, 2, 3]


def spoken(given_bytes: bytes, *options: str) -> tuple[int, str]:
    """What the command says of these bytes, run in this process with real streams."""
    stdin, stdout = sys.stdin, sys.stdout
    sys.stdin = io.TextIOWrapper(io.BytesIO(given_bytes))
    sys.stdout = io.TextIOWrapper(io.BytesIO())
    try:
        code = main(list(options))
        sys.stdout.flush()
        said = sys.stdout.buffer.getvalue()
    finally:
        sys.stdin, sys.stdout = stdin, stdout
    return code, said.decode()


@pytest.fixture
def given_text(monkeypatch: pytest.MonkeyPatch) -> GivenText:
    """Puts a text on standard input."""

    def put(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return put
