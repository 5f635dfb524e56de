"""The text as a careful reader sees it: straight quotes, no hidden characters, one space between words.

Hits are found in the clean text and reported at the places of the text as it was given, so each clean character
remembers where it came from.
"""

from __future__ import annotations

import unicodedata
from array import array
from dataclasses import dataclass

from comms.wording.sentences import soft_break

PLAIN = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'",
        "`": "'", "´": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-", "\t": " ",
    }
)  # fmt: skip
HIDDEN = ("Cf", "Cc", "Cs", "Co", "Cn")
VARIATION = frozenset(map(chr, range(0xFE00, 0xFE10)))


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and its clean form; `origin[i]` is the index in `text` of the character `clean[i]` came from."""

    text: str
    clean: str
    origin: array[int]

    def at(self, start: int, end: int) -> tuple[int, int]:
        """Where clean[start:end] stands in the text as given."""
        if start >= end or not self.origin:
            return 0, 0
        return self.origin[start], self.origin[end - 1] + 1


def read(text: str) -> Reading:
    """Clean a text of any length; takes time in proportion to it."""
    letters: list[str] = []
    origin = array("I")
    for index, character in enumerate(text):
        for plain in _plain(character):
            if unicodedata.combining(plain) and letters:
                joined = unicodedata.normalize("NFC", letters[-1] + plain)
                if len(joined) == 1:
                    letters[-1] = joined
                continue
            if plain == " " and letters and letters[-1] in " \n":
                continue
            if plain == "\n":
                if letters and letters[-1] == " ":
                    letters.pop(), origin.pop()
                if letters[-2:] == ["\n", "\n"]:
                    continue
            letters.append(plain)
            origin.append(index)
    clean = "".join(letters)
    return Reading(text, _unwrapped(clean), origin)


def _plain(character: str) -> str:
    """What one character reads as: nothing when it cannot be seen, several for a ligature."""
    if character == "\n" or (character.isascii() and character.isprintable()):
        return character
    if character in {"\x0b", "\x0c", "\x85", "\u2028", "\u2029"}:
        return "\n"
    swapped = character.translate(PLAIN)
    if swapped != character:
        return swapped
    if character in VARIATION or unicodedata.category(character) in HIDDEN:
        return ""
    shown = unicodedata.normalize("NFKC", character)
    return " " if shown.isspace() else shown


def _unwrapped(clean: str) -> str:
    """Line ends that only wrap a long sentence become spaces; those that end a heading or an item stay."""
    pieces = list(clean)
    for index, character in enumerate(clean):
        if character == "\n" and soft_break(clean, index):
            pieces[index] = " "
    return "".join(pieces)
