"""The walls of the house: which way the data flows, and what never leaves its room."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import ROOT

CODE = [
    *sorted(p for folder in ("monitors", "comms") for p in (ROOT / folder).rglob("*.py")),
    ROOT / "app.py",
]


def imports(path: Path) -> set[str]:
    """The modules a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def of(path: Path, *roots: str) -> list[str]:
    return [name for name in imports(path) if name.split(".")[0] in roots]


@pytest.mark.parametrize(
    "path", [p for p in CODE if p.is_relative_to(ROOT / "monitors")], ids=lambda p: p.stem
)
def test_monitors_know_nothing_of_statements_or_screens(path: Path) -> None:
    assert of(path, "comms", "streamlit") == []


def test_streamlit_stays_in_the_screens_and_the_launcher() -> None:
    inside = ROOT / "comms" / "screens"
    users = [p for p in CODE if of(p, "streamlit") and not p.is_relative_to(inside) and p.name != "app.py"]
    assert users == []


def test_templates_hold_words_and_no_code() -> None:
    assert list((ROOT / "templates").rglob("*.py")) == []


FLOORS = (
    "wording",
    "guardrails",
    "reaching",
    "hearing",
    "workspace",
    "agreeing",
    "saying",
    "proving",
    "joining",
)
"""The folders of comms, each standing on those before it; the modules beside them are the ground and the processes."""


def test_each_folder_of_comms_stands_on_the_ones_before_it() -> None:
    for path in CODE:
        parts = path.relative_to(ROOT).parts
        if parts[0] != "comms" or parts[1] not in FLOORS:
            continue
        for name in imports(path):
            there = name.split(".")
            if there[0] == "comms" and len(there) > 1 and there[1] in FLOORS:
                assert FLOORS.index(there[1]) <= FLOORS.index(parts[1]), f"{path.name} reaches up to {name}"


def test_the_house_has_these_folders_and_the_docs_say_what_each_is_for() -> None:
    folders = {p.parent.name for p in (ROOT / "comms").glob("*/__init__.py")}
    assert folders == {*FLOORS, "screens", "web"}
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [f for f in FLOORS if f"| `comms/{f}/` |" not in page] == []


def test_the_web_process_never_loads_spacy() -> None:
    """Rule 9: everything a screen imports, imported in a fresh process."""
    script = (
        "import sys, pathlib, importlib\n"
        "for p in sorted(pathlib.Path('comms/screens/parts').glob('*.py')):\n"
        "    if p.stem != '__init__': importlib.import_module(f'comms.screens.parts.{p.stem}')\n"
        "import comms.web.routes, comms.web.life, comms.duty, comms.language\n"
        "sys.exit('spacy' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr or "spaCy was loaded"


def test_foreign_words_never_reach_markdown() -> None:
    """Rule 7: no screen allows HTML in markdown."""
    for path in (ROOT / "comms" / "screens").rglob("*.py"):
        assert "unsafe_allow_html" not in path.read_text(encoding="utf-8")


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    hosts = (
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "registry.npmjs" + ".org",
        "/work/" + "main",
        "/root/" + ".",
    )
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".png", ".bin", ".db"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        for host in hosts:
            assert host not in text, f"{name} names {host}"
