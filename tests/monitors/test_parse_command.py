"""python -m monitors parse FILE…"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitors.__main__ import main
from monitors.parse import FAILURES

DOCUMENTS = Path(__file__).parent / "documents"


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["parse", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_file_is_one_line_named_as_it_was_given(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(DOCUMENTS)
    told = lines(capsys, "cap-alert.xml", "./plain-records.json", "--json")
    assert [line["file"] for line in told] == ["cap-alert.xml", "./plain-records.json"]
    assert [line["kind"] for line in told] == ["cap", "rows"]
    assert [line["entries"] for line in told] == [1, 3]
    assert all(line.keys() == {"file", "kind", "failure", "entries", "items"} for line in told)
    assert all(
        item.keys() == {"key", "title", "text", "link", "published"}
        for line in told
        for item in line["items"]
    )


def test_what_is_no_feed_or_no_file_is_a_line_and_no_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = DOCUMENTS / "instead-of-feed.html"
    told = lines(capsys, str(page), str(tmp_path / "missing.xml"), str(tmp_path), "nul\0byte", "--json")
    assert [(line["failure"], line["entries"], line["items"]) for line in told] == [
        ("not_a_feed", 0, []),
        ("unreadable", 0, []),
        ("unreadable", 0, []),
        ("unreadable", 0, []),
    ]


def test_without_json_it_says_a_sentence_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    feed, page = DOCUMENTS / "cut-in-cdata.rss", DOCUMENTS / "words.txt"
    assert main(["parse", str(feed), str(page)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{feed}: 2 entries (feed, partly read)",
        f"{page}: {FAILURES['not_a_feed']}",
    ]


def test_the_command_stands_on_its_own_and_loads_nothing_heavy() -> None:
    probe = (
        "import sys, monitors.parse as p; p.parse(open(sys.argv[1], 'rb').read());"
        "print([m for m in ('spacy', 'feedparser', 'lxml', 'streamlit') if m in sys.modules])"
    )
    plain = str(DOCUMENTS / "wordpress.rss")
    done = subprocess.run([sys.executable, "-c", probe, plain], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
