"""Word differences, and the three-way merge that asks a person only where both changed the same words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a difference: "same", "deleted" or "inserted"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A stretch both sides changed differently: what it was, and the two versions."""

    base: str
    mine: str
    theirs: str


def tokens(text: str) -> list[str]:
    """Words, marks and gaps; joined they give the text back."""
    return _TOKEN.findall(text)


def difference(old: str, new: str) -> list[Piece]:
    """What became of the words of `old` in `new`, in reading order."""
    a, b = tokens(old), tokens(new)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(a[i1:i2])))
            continue
        if i1 < i2:
            pieces.append(Piece("deleted", "".join(a[i1:i2])))
        if j1 < j2:
            pieces.append(Piece("inserted", "".join(b[j1:j2])))
    return pieces


def merge(base: str, mine: str, theirs: str) -> list[str | Conflict]:
    """Both changes to `base` together: settled text in order, with a Conflict where only a person can choose."""
    if mine == theirs or theirs == base:
        return [mine] if mine else []
    if mine == base:
        return [theirs] if theirs else []
    b, m, t = tokens(base), tokens(mine), tokens(theirs)
    parts: list[str | Conflict] = []
    at_b = at_m = at_t = 0
    for start, end, m_start, t_start in _common(b, m, t):
        _settle(parts, "".join(b[at_b:start]), "".join(m[at_m:m_start]), "".join(t[at_t:t_start]))
        _append(parts, "".join(b[start:end]))
        at_b, at_m, at_t = end, m_start + end - start, t_start + end - start
    _settle(parts, "".join(b[at_b:]), "".join(m[at_m:]), "".join(t[at_t:]))
    return parts


def combined(parts: list[str | Conflict]) -> str | None:
    """The merged text, or None while a person must choose."""
    if any(isinstance(part, Conflict) for part in parts):
        return None
    return "".join(str(part) for part in parts)


def resolve(parts: list[str | Conflict], choices: list[str]) -> str:
    """The merged text with one choice a conflict, in order: "mine", "theirs", or "both" (mine, then theirs)."""
    chosen = iter(choices)
    return "".join(part if isinstance(part, str) else _chosen(part, next(chosen)) for part in parts)


def _chosen(conflict: Conflict, choice: str) -> str:
    if choice == "both":
        gap = "" if conflict.mine[-1:].isspace() or not conflict.mine else " "
        return conflict.mine + gap + conflict.theirs
    return conflict.mine if choice == "mine" else conflict.theirs


def _common(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of `base` kept by both sides: (start, end, where in mine, where in theirs)."""
    in_mine, in_theirs = _kept(base, mine), _kept(base, theirs)
    start = 0
    while start < len(base):
        if start not in in_mine or start not in in_theirs:
            start += 1
            continue
        end = start + 1
        while (
            end < len(base)
            and in_mine.get(end) == in_mine[start] + end - start
            and in_theirs.get(end) == in_theirs[start] + end - start
        ):
            end += 1
        if any(not token.isspace() for token in base[start:end]):  # a lone gap holds nothing together
            yield start, end, in_mine[start], in_theirs[start]
        start = end


def _kept(base: list[str], other: list[str]) -> dict[int, int]:
    blocks = difflib.SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + i: block.b + i for block in blocks for i in range(block.size)}


def _settle(parts: list[str | Conflict], base: str, mine: str, theirs: str) -> None:
    if mine == theirs or theirs == base:
        _append(parts, mine)
    elif mine == base:
        _append(parts, theirs)
    else:
        parts.append(Conflict(base, mine, theirs))


def _append(parts: list[str | Conflict], text: str) -> None:
    if not text:
        return
    if parts and isinstance(parts[-1], str):
        parts[-1] += text
    else:
        parts.append(text)
