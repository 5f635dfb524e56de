"""assess and evaluate, as a person or a script runs them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.relevance import Judge, command
from monitors.relevance.command_line import assessed, when
from monitors.relevance.judgement import Severity, Tier
from monitors.relevance.pipeline import MODEL
from monitors.relevance.train import data_hash
from monitors.watchlist import watchlist_from_json, watchlist_to_json
from tests.monitors.test_watchlist import ALDER_FALLS


@pytest.fixture
def watchlist(tmp_path: Path) -> Path:
    path = tmp_path / "lists" / "alder-falls.json"
    path.parent.mkdir()
    path.write_text(watchlist_to_json(ALDER_FALLS), encoding="utf-8")
    return path


LINES = [
    {
        "id": 1,
        "title": "Threat puts Orrin Middle in lockdown",
        "summary": None,
        "source": "KZQX",
        "published": "2026-03",
    },
    {"id": "b", "title": None},
    {},
    {"id": None, "title": "Alder Falls council meets", "published": "Tue, 10 Mar 2026 14:00:00 GMT"},
]


def test_assess_answers_every_line_in_order(
    watchlist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        sys, "stdin", io.StringIO("\n".join([*map(json.dumps, LINES), "", "not json at all"]))
    )
    assert command("assess", ["--watchlist", str(watchlist)]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == [1, "b", None, None, None]
    assert answers[0]["relevant"] is True
    for answer in answers:
        assert set(answer) == {"id", "score", "relevant", "tier", "incident_type", "severity", "reasons"}
        assert 0 <= answer["score"] <= 1
        assert answer["tier"] in set(Tier)
        assert answer["severity"] in set(Severity)
        assert all(set(reason) == {"label", "text", "why"} for reason in answer["reasons"])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
TITLES = st.text() | st.sampled_from(
    ["Lockdown at Orrin Middle", "Alder Falls police shoot man", "<b>&amp;lt;", "\u202egnp"]
)
TIMES = st.sampled_from(
    [
        "2026",
        "2026-03",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "Tue, 10 Mar 26 14:00",
        "x, 99 Foo 0",
    ]
)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "id": ANYTHING,
        "title": TITLES | ANYTHING,
        "summary": TITLES | ANYTHING,
        "source": ANYTHING,
        "published": TIMES | ANYTHING,
        "more": ANYTHING,
    },
)
NULLS: dict[str, object] = {
    "id": None,
    "state": None,
    "city": None,
    "county": None,
    "population": None,
    "district": None,
    "agencies": None,
}
LISTS: list[dict[str, object]] = [
    {},
    NULLS,
    {
        "city": "Alder Falls",
        "state": "IA",
        "district": {"name": None, "aliases": None, "schools": [None, "Orrin Middle"]},
    },
    {
        "city": "Alder Falls",
        "agencies": [{"name": "Alder Falls PD", "kind": None, "aliases": None}],
        "people": [None],
    },
    {
        "city": "Alder Falls",
        "not_us": ["Alder Falls, OR", "AFPD = Ash Fork Police", "the one in Ohio or Maine", ""],
    },
]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


@given(rows=st.lists(ROWS, max_size=6), given_list=st.sampled_from(LISTS))
def test_whatever_the_lines_hold_each_is_answered_and_in_order(
    judge: Judge, rows: list[dict[str, object]], given_list: dict[str, object]
) -> None:
    watchlist = watchlist_from_json(json.dumps(given_list))
    said = [json.dumps(answer) for answer in assessed(judge, map(json.dumps, rows), watchlist)]
    answers = [json.loads(line) for line in said]
    assert [answer["id"] for answer in answers] == [row.get("id") for row in rows]
    for answer in answers:
        assert list(answer) == ["id", "score", "relevant", "tier", "incident_type", "severity", "reasons"]
        assert isinstance(answer["relevant"], bool)
        assert 0 <= answer["score"] <= 1
        assert answer["tier"] in set(Tier)
        assert answer["relevant"] == (answer["tier"] in {"T0", "T1", "T2"})
        assert answer["severity"] in set(Severity)
        assert all(isinstance(text, str) for reason in answer["reasons"] for text in reason.values())


def test_bytes_that_are_no_text_and_ids_no_terminal_can_show_are_answered(watchlist: Path) -> None:
    lines = (
        b'\xef\xbb\xbf{"id": 1, "title": "\xff\xfe Alder Falls"}\n{"id": "\\ud800", "title": null}\n'
        + b"[" * 5000
        + b"\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "monitors", "assess", "--watchlist", str(watchlist)],
        input=lines,
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )
    assert ran.returncode == 0, ran.stderr
    assert [json.loads(line)["id"] for line in ran.stdout.splitlines()] == [1, "\ud800", None]


def test_assess_runs_as_a_command(watchlist: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "monitors", "assess", "--watchlist", str(watchlist)],
        input=json.dumps(LINES[0]),
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["tier"] == "T0"


def test_a_bad_watchlist_is_a_sentence_and_exit_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert command("assess", ["--watchlist", str(bad)]) == 2
    assert "bad.json: This is not JSON" in capsys.readouterr().err


def test_evaluate_prints_every_figure_and_the_confusion(
    watchlist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marked = tmp_path / "marked.jsonl"
    rows = [
        {"id": 1, "title": "Threat puts Orrin Middle in lockdown", "watchlist": "alder-falls", "relevant": True, "incident_type": "threat", "severity": "elevated", "group": "school"},
        {"id": 2, "title": "Alder Falls council meets", "watchlist": "alder-falls.json", "relevant": False, "group": "local-routine"},
        {"id": 3, "title": "Riverton chief resigns", "watchlist": "alder-falls", "relevant": False, "group": "elsewhere"},
        {"id": 4, "title": "x", "watchlist": "nobody"},
    ]  # fmt: skip
    marked.write_text("\n".join(map(json.dumps, rows)))
    assert command("evaluate", [str(marked), "--watchlists", str(watchlist.parent)]) == 0
    said = capsys.readouterr().out
    for figure in (
        "precision",
        "recall",
        "f1",
        "average precision",
        "recall on critical",
        "elsewhere",
        "local routine",
        "threat",
    ):
        assert figure in said
    assert "3 items, 1 relevant" in said
    assert "1 lines left out" in said


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("2026-03-10T14:00:00Z", True), ("Tue, 10 Mar 2026 14:00:00 GMT", True), ("2026-03-10", True),
        ("2026", False), ("2026-03", False), ("last week", False), ("", False), (None, False), (7, False),
    ],
)  # fmt: skip
def test_a_time_is_read_or_unknown(text: object, known: bool) -> None:
    moment = when(text)
    assert (moment is not None) == known
    assert moment is None or moment.tzinfo is not None


def test_the_shipped_model_was_made_from_the_texts_beside_it() -> None:
    trained = json.loads((MODEL / "trained.json").read_text(encoding="utf-8"))
    assert trained["data_sha256"] == data_hash(), "the texts changed: run make train"
