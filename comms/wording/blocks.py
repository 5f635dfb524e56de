"""Blocks: the sections of the library's Markdown files, and a district's own versions of them.

A file under templates/statements/<language>/ says in its front matter who owns it, when it is due for review, its
version and the reading grade it stays within. `# H police` begins a block (for the holding phase, in the police
voice), `# all` the block for everything; `## confirmed` begins a part of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from comms.wording import blanks
from comms.wording.channels import CHANNELS

ROOT = Path(__file__).parents[2] / "templates" / "statements"
LANGUAGES = {"en": "English", "es": "Spanish"}
PHASES = {"H": "Holding", "U": "Update", "R": "Resolution", "C": "Correction", "F": "Follow-up"}
VOICES = {"joint": "Joint", "district": "District only", "police": "Police only"}
SECTION = re.compile(r"^# (.+)$", re.MULTILINE)
PART = re.compile(r"^## (\w+)$", re.MULTILINE)
PLACE = re.compile(r"(?<![${])\{(\w+)\}(?!\})")
KINDS = {"phases": "phase", "types": "insert", "channels": "shortener", "actions": "action"}


class LibraryError(ValueError):
    """The library has no such words; the message says what was asked for."""


@dataclass(frozen=True, slots=True)
class Block:
    """A section of the library. Empty `type`, `phase`, `channel` or `voice` means: for all of them.

    `kind` is phase, insert, shortener, or action (a whole pre-approved text). `owner` is joint, district or police.
    `version` counts up whenever the words change; `hash` names id, subject and text exactly. `grade` is the reading
    grade the words of its file stay within. `base` is set on a district's own version only: the hash of our block
    when theirs was made or last reviewed.
    """

    id: str
    kind: str
    type: str
    phase: str
    channel: str
    language: str
    voice: str
    owner: str
    review_date: date
    version: int
    text: str
    subject: str
    hash: str
    title: str = ""
    grade: int = 7
    approvable: bool = False
    base: str = ""


@dataclass(frozen=True, slots=True)
class Adaptation:
    """A district's own words for one block, as the store keeps them; `version` is the district's own count."""

    block: str
    text: str
    version: int
    base: str
    owner: str
    review_date: date


@cache
def blocks() -> Mapping[str, Block]:
    """Every block of ours by id, read once. An id is file, phase and voice: `en/types/protest/H/police`."""
    found = (block for path in sorted(ROOT.glob("*/*/*.md")) for block in _read(path))
    return {block.id: block for block in found}


@cache
def front_matter(path: Path) -> tuple[dict[str, Any], str]:
    """A file's front matter and the words after it."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


def _read(path: Path) -> Iterator[Block]:
    front, body = front_matter(path)
    language, folder = path.parts[-3:-1]
    kind = KINDS[folder]
    pieces = SECTION.split(body)
    for heading, text in zip(pieces[1::2], pieces[2::2], strict=True):
        words = [word for word in heading.split() if word != "all"]
        phase = path.stem if path.stem in PHASES else next((w for w in words if w in PHASES), "")
        channel = path.stem if kind == "shortener" else next((w for w in words if w in CHANNELS), "")
        yield _sealed(
            Block(
                id="/".join([language, folder, path.stem, *words]),
                kind=kind,
                type=path.stem if kind == "insert" else "",
                phase=phase,
                channel=channel,
                language=language,
                voice=next((w for w in words if w in VOICES), ""),
                owner=front["owner"],
                review_date=front["review_date"],
                version=front["version"],
                text=text.strip(),
                subject="",
                hash="",
                title=front["title"],
                grade=front["grade"],
                approvable=bool(front.get("approvable", False)),
            )
        )


def _sealed(block: Block) -> Block:
    block = replace(block, subject=parts(block.text).get("subject", ""))
    named = json.dumps([block.id, block.subject, block.text], ensure_ascii=False)
    return replace(block, hash=hashlib.sha256(named.encode()).hexdigest())


@lru_cache(maxsize=4096)
def parts(text: str) -> Mapping[str, str]:
    """The parts of a block's text by name."""
    pieces = PART.split(text.replace("\r\n", "\n"))
    return {name: part.strip() for name, part in zip(pieces[1::2], pieces[2::2], strict=True)}


def adapted(adaptation: Adaptation) -> Block:
    """The block in the district's own words. Raises LibraryError when we no longer have that block."""
    ours = blocks().get(adaptation.block)
    if ours is None:
        raise LibraryError(f"The library no longer has the block “{adaptation.block}”.")
    own = replace(
        ours,
        text=adaptation.text,
        version=adaptation.version,
        base=adaptation.base,
        owner=adaptation.owner,
        review_date=adaptation.review_date,
    )
    return _sealed(own)


def ours_changed(own: Block) -> bool:
    """Whether our block is no longer the one the district's version was made from or last reviewed against."""
    return bool(own.base) and own.base != blocks()[own.id].hash


def reviewed(adaptation: Adaptation, review_date: date) -> Adaptation:
    """The adaptation marked as read against our words of today, to be read again by `review_date`."""
    return replace(adaptation, base=blocks()[adaptation.block].hash, review_date=review_date)


def problems(block: Block) -> tuple[str, ...]:
    """What would go wrong with a block's words, one sentence each; empty when nothing would."""
    found = []
    ours = blocks().get(block.id)
    known = {name for each in blocks().values() for name in parts(each.text)}
    if not block.text.lstrip().startswith("## "):
        found.append("Words before the first “## ” line are left out. Begin with the name of a part.")
    for missing in sorted(set(parts(ours.text) if ours else ()) - set(parts(block.text))):
        found.append(f"The part “## {missing}” is missing; ours is used.")
    for name in dict.fromkeys(blanks.NAMED.findall(block.text)):
        if name.removesuffix("_short") not in blanks.kinds():
            found.append(f"No blank is called ${{{name}}}.")
    found += [
        f"No part is called {{{n}}}." for n in dict.fromkeys(PLACE.findall(block.text)) if n not in known
    ]
    return tuple(found)


def stale(of: Iterable[Block], today: date) -> tuple[Block, ...]:
    """The blocks whose review date has come, the longest overdue first."""
    return tuple(sorted((b for b in of if b.review_date <= today), key=lambda b: (b.review_date, b.id)))
