"""Where a sentence ends: abbreviations, clock times, initials, list items and wrapped lines taken into account."""

from __future__ import annotations

import re


def listed(line: str) -> frozenset[str]:
    """A set of words written in one line."""
    return frozenset(line.split())


ABBREVIATIONS = listed(
    "mr mrs ms mx dr prof rev fr sr jr sgt lt capt cpt cpl det ofc off dep chf cmdr col maj gov sen rep supt "
    "asst no nos apt vs etc inc dept co gen ext approx est jan feb mar apr jun jul aug sept sep oct nov dec "
    "sra srta dra prof núm tel av avda sgto tte cap"
)
STREETS = listed("st ave rd blvd ln ct pl hwy pkwy")
AFTER_CLOCK = listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december central eastern mountain pacific ct et mt pt cst cdt est edt mst mdt pst "
    "pdt alaska hawaii"
)
STARTERS = listed(
    "the a an we our this that these there it if no all please police families students staff school schools your "
    "you he she they one two nobody everyone officers parents at in on as for el la los las nosotros no si todos"
)
END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n")
WRAPPED_LINE = 50
"""A line at least this long that is followed by ordinary words was wrapped by an editor; a shorter one is a heading,
a list item or an address line of its own."""
ITEM = re.compile(r"[^\S\n]*(?:[-*•·–—▪◦]|\(?\w{1,2}[.)]|\n|$)")
LAST_WORD = re.compile(r"([\w.]+)$")
NEXT_WORD = re.compile(r"[\s\"'“‘(\[]*([^\W_]+)")


def soft_break(text: str, at: int) -> bool:
    """Whether the line end at this index only wraps a sentence."""
    begin = text.rfind("\n", 0, at) + 1
    return at - begin >= WRAPPED_LINE and not ITEM.match(text, at + 1)


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, as indexes of the text; list items, headings and paragraphs end one too."""
    spans, start = [], 0
    for end in END.finditer(text):
        if end.group() == "\n":
            if soft_break(text, end.start()):
                continue
        elif end.group()[0] == "." and not _ends(text, end):
            continue
        spans.append((start, end.end()))
        start = end.end()
    spans.append((start, len(text)))
    trimmed = []
    for start, end_at in spans:
        piece = text[start:end_at]
        if piece.strip():
            left = len(piece) - len(piece.lstrip())
            trimmed.append((start + left, start + len(piece.rstrip())))
    return trimmed


def _ends(text: str, stop: re.Match[str]) -> bool:
    """Whether this full stop ends a sentence, or belongs to an abbreviation, an initial or a clock time."""
    before = LAST_WORD.search(text, max(0, stop.start() - 20), stop.start())
    after = NEXT_WORD.match(text, stop.end())
    word = before.group(1).lower() if before else ""
    following = after.group(1) if after else ""
    if not following or "\n\n" in text[stop.end() : after.start(1) if after else stop.end()]:
        return True
    if following[0].islower():
        return len(word) > 4 and word not in ABBREVIATIONS and "." not in word
    starter = following.lower() in STARTERS
    if word in {"a.m", "p.m", "m"}:
        return following.lower() not in AFTER_CLOCK
    if word in STREETS or re.fullmatch(r"(?:\w\.)*\w", word):
        return starter
    return word not in ABBREVIATIONS
