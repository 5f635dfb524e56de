"""A report: what one item says, cleaned once, before anyone asks whom it concerns."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

LONGEST_TITLE = 10_000
LONGEST_SUMMARY = 20_000
"""Characters kept. Longer texts are cut for judging; the store keeps what came."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is judged. `published` is aware, or None when unknown; `source` is the outlet's name in words."""

    title: str = ""
    summary: str = ""
    source: str = ""
    published: datetime | None = None
    id: str = ""


_TAG = re.compile(r"<(?:!--.*?--|/?[a-zA-Z][^<>]{0,2000})>", re.S)
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_SPACED = re.compile(r"(?<=\w)\s+(?=[,;:!?.](?:\s|$))|(?<=\w)\s+(?=['’]s\b)")
_AFTER_A_SPACE = (" ,", " ;", " :", " !", " ?", " .", " '", " \u2019")
_QUOTES = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "ʼ": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "\u2212": "-",
        "\u2011": "-",
    }
)
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТХУԌԛԝаеіјѕорсухһԁɡΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
    "ABESIJKMHOPCTXYGqwaeijsopcyxhdgABEZHIKMNOPTYXo",
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FOREIGN_LETTER = re.compile(r"[\u0370-\u052f]")
_LATIN_LETTER = re.compile(r"[A-Za-z]")


def clean(text: str, longest: int = LONGEST_SUMMARY) -> str:
    """Plain text for judging: entities undone and tags stripped twice, marks that hide or turn text taken out,
    look-alike letters inside Latin words made Latin, spaced punctuation joined, quotes and dashes made plain.
    """
    text = text[:longest]
    if not text.isascii() or not text.isprintable() or "&" in text or "<" in text:
        text = _plain(text)
    text = " ".join(text.split())
    return _SPACED.sub("", text) if any(mark in text for mark in _AFTER_A_SPACE) else text


def _plain(text: str) -> str:
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
        if "<" in text:
            text = _TAG.sub(" ", text)
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_QUOTES)
    if _FOREIGN_LETTER.search(text):
        text = " ".join(_latin(word) for word in text.split())
    return _CONTROL.sub(" ", text)


def _latin(word: str) -> str:
    if _LATIN_LETTER.search(word) and _FOREIGN_LETTER.search(word):
        return word.translate(_LOOKALIKES)
    return word
