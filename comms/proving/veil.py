"""What a public copy leaves out: exempt parts are marked, and truly gone, also from hashes and file names.

Which parts are exempt differs by state and is counsel's to say; what always goes is named here, the rest is chosen at
each export. A hash of short words can be guessed back into the words, so it goes with them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from comms.workspace import checks
from monitors.database import Store

PROTECTED = frozenset({"B1", "B2", "B3", "S1", "S2", "S3", "S5", "P1", "P2", "P3"})
"""Rules whose words name or single out a person, or tell of health, discipline or status (the domain rules, section 6)."""
WORDS_MOST = 500


@dataclass(frozen=True, slots=True)
class Exemption:
    """One kind of exempt part. `label` is for the person who chooses, `mark` stands where it was."""

    label: str
    mark: str
    always: bool = False


EXEMPTIONS = {
    "protected": Exemption(
        "Words the check protects: names and marks of students, minors, victims and private people",
        "words that protect a person",
        always=True,
    ),
    "people": Exemption(
        "Names and addresses of people a message was sent to", "a private address", always=True
    ),
    "drafts": Exemption("Words that were never released", "words that were never released"),
    "unconfirmed": Exemption("Claims their owner has not confirmed", "a claim that was not confirmed"),
    "reasons": Exemption("Reasons and objections people typed", "a reason someone typed"),
}
CHOICES = tuple(name for name, kind in EXEMPTIONS.items() if not kind.always)
DEFAULT = ("drafts", "unconfirmed")


@dataclass(frozen=True, slots=True)
class Veil:
    """What one copy leaves out. A full copy leaves out nothing."""

    public: bool
    kinds: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None

    def hides(self, kind: str) -> bool:
        """Whether this kind of part is left out."""
        return self.public and (EXEMPTIONS[kind].always or kind in self.kinds)

    def text(self, words: str) -> str:
        """The words with the protected ones taken out."""
        if self.pattern is None:
            return words
        return self.pattern.sub(mark("protected"), unicodedata.normalize("NFC", words))

    def part(self, kind: str, words: str) -> str:
        """A part of this kind: left out and marked, or its words."""
        return mark(kind) if words and self.hides(kind) else self.text(words)


def mark(kind: str) -> str:
    """What stands where an exempt part was."""
    return f"[exempt: {EXEMPTIONS[kind].mark}]"


FULL = Veil(public=False)


def public(kinds: Collection[str], words: Iterable[str]) -> Veil:
    """The veil of a public copy: the chosen kinds, and these words wherever they stand."""
    cleaned = {" ".join(unicodedata.normalize("NFC", word).split()) for word in words}
    longest = sorted(filter(None, cleaned), key=len, reverse=True)
    alternatives = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest)
    pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE) if longest else None
    return Veil(True, frozenset(kinds), pattern)


def protected_words(store: Store, incident_id: int) -> set[str]:
    """The words of an incident's texts that the check protects, unless a person said that they name nobody."""
    cleared = {
        str(row["words"]).casefold()
        for row in store.rows_of("select distinct words from hit_answer where answer = 'not_a_person'")
    }
    found = set()
    for row in _texts(store, incident_id):
        for checked in store.rows_of(
            "select hits from checked where text_hash = ?", checks.text_key(row["subject"], row["text"])
        ):
            for hit in json.loads(checked["hits"]):
                if hit["rule"] in PROTECTED and hit["text"].casefold() not in cleared:
                    found.add(str(hit["text"]).strip())
    return {words for words in found if words}


def unchecked(store: Store, incident_id: int) -> set[int]:
    """Revisions no check ever read: their words are left out of a public copy unless they were released."""
    return {
        int(row["id"])
        for row in _texts(store, incident_id)
        if store.row_of(
            "select 1 from checked where text_hash = ?", checks.text_key(row["subject"], row["text"])
        )
        is None
    }


def _texts(store: Store, incident_id: int) -> list[dict[str, str]]:
    return store.rows_of(
        "select revision.id, subject, text from revision join variant on variant.id = variant_id "
        "join statement on statement.id = statement_id where incident_id = ?",
        incident_id,
    )
