"""The rules a text is held against, as one table (the domain rules, section 6), and who may let a hit stand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Level = Literal["warn", "block"]
Side = Literal["joint", "district", "police"]

SIDES: tuple[Side, ...] = ("joint", "district", "police")
CLASSES = ("A", "B", "C", "D", "E", "F", "N")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `sides` are the voices it is applied to; `raised` the classes in which its warning blocks;
    `absent` the classes it does not apply to; `never` that no seat may keep a hit, whatever the class."""

    id: str
    level: Level
    title: str
    sides: tuple[Side, ...]
    raised: str = ""
    absent: str = ""
    never: bool = False

    def level_in(self, cls: str) -> Level:
        """The level in one class of statement."""
        return "block" if cls in self.raised else self.level

    def applies(self, side: str, cls: str) -> bool:
        """Whether a text of this voice and class is held against the rule."""
        return side in self.sides and cls not in self.absent


BOTH: tuple[Side, ...] = ("joint", "district", "police")
SCHOOL: tuple[Side, ...] = ("joint", "district")
POLICE: tuple[Side, ...] = ("joint", "police")

RULES: tuple[Rule, ...] = (
    Rule("B1", "block", "Name of a student or minor", BOTH, never=True),
    Rule("B2", "block", "Age, school, grade and date that single out a child", BOTH),
    Rule("B3", "block", "Family name, home address or plate of a private person", BOTH),
    Rule("B4", "warn", "Motive, blame or absolute safety", BOTH, raised="A"),
    Rule("B5", "block", "Tactical detail", BOTH),
    Rule(
        "B6",
        "block",
        "Death, injury or count not yet confirmed, or family not yet told",
        BOTH,
    ),
    Rule(
        "B7",
        "block",
        "Threat, slogan or manifesto repeated; perpetrator named again",
        BOTH,
    ),
    Rule(
        "B8",
        "warn",
        "Criticising, committing or speaking for the partner",
        BOTH,
        absent="E",
    ),
    Rule("B9", "warn", "School resource officer outside the role", BOTH),
    Rule(
        "B10",
        "block",
        "Draft marks, blanks, internal numbers, wrong school, past update",
        BOTH,
    ),
    Rule("B11", "warn", "Unconfirmed or disputed claim stated as fact", BOTH, raised="A"),
    Rule("B12", "warn", "A part every message needs is missing", BOTH),
    Rule("S1", "block", "Discipline, placement, health or services of a student", SCHOOL),
    Rule(
        "S2",
        "block",
        "Enrollment, attendance or earlier conduct of a suspect or victim",
        SCHOOL,
    ),
    Rule("S3", "warn", "Personnel detail", SCHOOL),
    Rule(
        "S4",
        "warn",
        "Privacy law's emergency exception used as licence to publish",
        SCHOOL,
    ),
    Rule("S5", "block", "Immigration status", SCHOOL),
    Rule(
        "S6",
        "warn",
        "Crime facts before the police confirm them, or reading the law",
        SCHOOL,
        raised="A",
    ),
    Rule(
        "P1",
        "block",
        "Identity of a juvenile suspect, victim or witness",
        POLICE,
        never=True,
    ),
    Rule(
        "P2",
        "block",
        "Identity of a victim of a sexual or child-abuse offense",
        POLICE,
        never=True,
    ),
    Rule("P3", "block", "Complainant, informant or witness", POLICE),
    Rule("P4", "block", "Suspect's identity before a charge, or a description", POLICE),
    Rule("P5", "block", "Confession, record, test result, guilt or evidence", POLICE),
    Rule("P6", "block", "Officer's identity after a use of force", POLICE),
    Rule("P7", "warn", "Another agency's case", POLICE, raised="A"),
    Rule("C1", "warn", "Reading grade", BOTH),
    Rule("C2", "warn", "Length and purpose of the channel", BOTH),
    Rule("C3", "block", "Protective-action word against the status", BOTH),
    Rule("MOU", "warn", "A clause of the MOU", BOTH),
)
"""In the order people read them. C1 and C2 block beyond their hard limits; see the checks themselves."""

BY_ID = {rule.id: rule for rule in RULES}

ANYONE = ("anyone",)
"""What may_override answers for a warning: whoever works on the text ticks it."""


def may_override(rule: str, cls: str, level: Level | None = None) -> tuple[str, ...]:
    """The seats that must all give a reason before a hit of this rule may stand in this class (section 6).

    An empty tuple: nobody may; the words must change. `level` is the hit's own level where it differs from the
    table's (C1 and C2). Raises KeyError for an unknown rule.
    """
    known = BY_ID[rule]
    if (level or known.level_in(cls)) == "warn":
        return ANYONE
    if known.never or cls not in "BCDEF":
        return ()
    return ("superintendent", "counsel") if cls == "D" else ("superintendent",)


def _version() -> str:
    """A hash over every source the hits depend on, so that a stored hit names the rules that made it."""
    here = Path(__file__).parent
    wording = here.parent / "wording"
    sources = [
        path
        for path in here.rglob("*")
        if path.suffix in {".py", ".toml", ".txt"} and path.name != "__main__.py"
    ]
    sources += [wording / "channels.py", wording / "sentences.py", wording / "syllables.py"]
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(path.relative_to(here.parent).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


RULE_SET_VERSION = _version()
