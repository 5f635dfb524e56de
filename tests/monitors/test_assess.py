"""assess and evaluate, as a person or a script runs them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitors.relevance import command
from monitors.relevance.command_line import when
from monitors.relevance.judgement import Severity, Tier
from monitors.relevance.pipeline import MODEL
from monitors.relevance.train import data_hash
from monitors.watchlist import watchlist_to_json
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
