"""The word files beside the rules, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent / "words"


@cache
def table(name: str) -> dict[str, Any]:
    """A TOML file of words, by its name without the suffix."""
    return tomllib.loads((WORDS / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def given_names() -> tuple[frozenset[str], frozenset[str]]:
    """(given names, those among them that are ordinary words or places too), in lower case."""
    lines = (WORDS / "given_names.txt").read_text(encoding="utf-8").splitlines()
    sure, _, double = "\n".join(line for line in lines if not line.startswith("#")).partition("-----")
    also_words = frozenset(double.split())
    return frozenset(sure.split()) | also_words, also_words


@cache
def listed(section: str, name: str, file: str = "names") -> frozenset[str]:
    """One list of words of a file's section."""
    return frozenset(table(file)[section][name].split())
