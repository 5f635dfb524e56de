"""What the docs say is what the code does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from comms.settings import Settings
from tests.harness import ROOT

DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    row = next(
        (
            line
            for line in (ROOT / "docs" / "settings.md").read_text().splitlines()
            if f"`ONE_VOICE_{name.upper()}`" in line
        ),
        "",
    )
    assert row, f"ONE_VOICE_{name.upper()} is not in docs/settings.md"
    default = Settings.model_fields[name].default
    shown = str(default).lower() if isinstance(default, bool) else str(default)
    assert shown in row or (not shown.strip("*") and "empty" in row)


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_every_file_a_document_names_exists(path: object) -> None:
    from pathlib import Path

    assert isinstance(path, Path)
    text = path.read_text()
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"
    for named in re.findall(r"`((?:comms|monitors|templates|tests|docs)/[\w./-]+)`", text):
        assert (ROOT / named).exists(), f"{path.name} names {named}"


def test_the_picture_of_the_house_is_the_house() -> None:
    """docs/architecture.md draws which package imports which; the imports say the same."""
    from tests.domain.test_walls import CODE, imports

    picture = (ROOT / "docs" / "architecture.md").read_text()
    drawn = set(re.findall(r"^\s*(\w+) --> (\w+)", picture, flags=re.MULTILINE))
    rooms = {"app", "monitors", "relevance", "comms", "guardrails", "web", "screens"}

    def room(parts: tuple[str, ...]) -> str | None:
        if parts[:2] == ("monitors", "relevance"):
            return "relevance"
        if parts[0] == "comms" and len(parts) > 1 and parts[1] in {"web", "screens", "guardrails"}:
            return parts[1]
        return parts[0] if parts[0] in rooms else None

    real = set()
    for path in CODE:
        here = room(path.relative_to(ROOT).with_suffix("").parts)
        for name in imports(path):
            there = room(tuple(name.split(".")))
            if here and there and here != there:
                real.add((here, there))
    assert drawn == real, f"not drawn: {sorted(real - drawn)}; not there: {sorted(drawn - real)}"


def test_the_table_of_sources_is_the_habits_of_each_kind() -> None:
    """docs/sources.md says how often each kind is asked; monitors/kinds.py decides it."""
    from monitors.kinds import HABITS, Kind

    def said(span: timedelta) -> str:
        hours = span.total_seconds() / 3600
        return f"{hours:.0f} h" if hours > 1 else f"{hours * 60:.0f} min"

    page = (ROOT / "docs" / "sources.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [
        "| "
        + " | ".join(
            (
                f"`{kind}`",
                kind.label,
                said(kind.every),
                said(kind.every * kind.stretch),
                said(HABITS[kind].longest_wait),
                said(HABITS[kind].alarm_after),
            )
        )
        + " |"
        for kind in Kind
    ]
