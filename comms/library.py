"""Library: the words both sides agreed on beforehand, and how a first draft is composed from them.

A draft is phase block + type insert + channel shortener. Each is a *block*: a section of a Markdown file under
templates/statements/<language>/. A block gives *parts* (`## confirmed`); a part may name other parts as `{police}`
and blanks as `${next_update}`. The most specific block wins, part by part: common < phase < type < channel, and
within each: everything < voice < phase < phase and voice. Nothing in a value is ever looked at again, so a `$` or
`{{ }}` in a headline stays as typed. What a text must and must not say: the domain rules, sections 5 to 8.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from comms.channels import CHANNELS

ROOT = Path(__file__).parent.parent / "templates" / "statements"
LANGUAGES = {"en": "English", "es": "Spanish"}
PHASES = {"H": "Holding", "U": "Update", "R": "Resolution", "C": "Correction", "F": "Follow-up"}
CLASSES = {
    "A": "Protective action",
    "B": "Holding",
    "C": "Update or resolution",
    "D": "Sensitive",
    "E": "About the partner",
    "F": "Correction",
    "N": "No statement",
}
VOICES = {"joint": "Joint", "district": "District only", "police": "Police only"}
TAGS: Mapping[str, dict[str, str]] = {"joint": {}, "district": {}, "police": {"tag": "AFPD"}}
"""The sender of a preview's text message where it is not the district."""
ACTIONS = {
    "hold": "Hold",
    "secure": "Secure",
    "lockdown": "Lockdown",
    "evacuate": "Evacuate",
    "shelter": "Shelter",
    "released": "Action ended",
}
"""The words of the Standard Response Protocol, and the end of each; every one has a pre-approved text."""


class LibraryError(ValueError):
    """The library has no such words; the message says what was asked for."""


@dataclass(frozen=True, slots=True)
class IncidentType:
    """A kind of incident: its classes in the order they are proposed, who leads, the phases it has words for."""

    id: str
    title: str
    classes: str
    lead: str
    phases: str


_ROWS = """
police-activity       | Police activity near a school             | AB  | police | HURC
community-shooting    | Shooting or homicide in the community     | BC  | police | HURCF
active-assailant      | Active assailant on campus                | ABCD| police | HURCF
swatting              | Swatting or hoax report                   | ABC | joint  | HURCF
threat                | Threat on social media or by tip          | B   | joint  | HURC
bomb-threat           | Bomb threat or suspicious item            | ABC | police | HURC
weapon                | Weapon found on campus or bus             | BC  | joint  | HRC
protest               | Protest, extremist presence or curfew     | BE  | joint  | HURCF
hate-incident         | Hate or bias incident                     | BCD | school | HRCF
partner-force         | Use of force by the partner agency        | D   | police | HURCF
sro-force             | SRO use of force or complaint             | D   | joint  | HURCF
officer-arrest        | Officer arrested, or agency in question   | DE  | police | HCF
sro-programme         | SRO program, MOU or contract dispute      | E   | joint  | HURCF
employee-arrest       | School employee arrested or charged       | D   | police | HURC
student-arrest        | Student arrested                          | DN  | police | HRC
fight                 | Fight or assault, viral video             | C   | joint  | HRC
death                 | Death of a student or staff member        | D   | police | HRCF
suicide               | Suicide or attempt                        | D   | school | HCF
sexual-offence        | Sexual offense or child-abuse allegation  | D   | police | HURC
missing-or-abduction  | Missing student or attempted abduction    | BC  | police | HURC
pursuit-crash         | Pursuit, road or bus crash                | BC  | police | HURC
overdose              | Overdose or drug incident                 | D   | joint  | HCF
immigration           | Immigration enforcement near a school     | BCD | school | HURC
rumour                | Rumor, or our own texts diverge           | BF  | joint  | HC
"""
"""The domain rules, section 8. Every type also has C, because any text can turn out wrong; the six types of the first
library have H, U, R and C throughout."""

TYPES: Mapping[str, IncidentType] = {
    row[0]: IncidentType(*row)
    for line in _ROWS.strip().splitlines()
    for row in [[c.strip() for c in line.split("|")]]
}


@dataclass(frozen=True, slots=True)
class BlankKind:
    """A blank a text can have. `source` is where its value comes from: fact, partnership, calendar or person.

    `shape` says what may stand in it: name, sentence, time, phone, email or link. `label` and `example` are by
    language; the label is what a person reads in brackets while the blank is empty.
    """

    name: str
    source: str
    shape: str
    label: Mapping[str, str]
    example: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank still empty in a text: `start` and `end` are characters of that text. `part` is text or subject."""

    name: str
    label: str
    start: int
    end: int
    part: str = "text"


@dataclass(frozen=True, slots=True)
class Block:
    """A section of the library. Empty `type`, `phase`, `channel` or `voice` means: for all of them.

    `kind` is phase, insert, shortener, or action (a whole pre-approved text). `owner` is joint, district or police.
    `version` counts up whenever the words change; `hash` names id, subject and text exactly. `grade` is the reading
    grade the block promises to stay within.
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
    """For a district's own version: the hash of our block it was made from. Empty for our own."""


@dataclass(frozen=True, slots=True)
class Source:
    """A block a draft took words from."""

    id: str
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A first draft: plain text, with the blanks that are still empty, and the blocks its words came from."""

    subject: str
    text: str
    blanks: tuple[Blank, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Adaptation:
    """A district's own version of a block, as the store keeps it. `base` is the hash of our block when it was made
    or last reviewed; `version` is the district's own count."""

    block: str
    text: str
    subject: str
    version: int
    base: str
    owner: str
    review_date: date


# --- reading -------------------------------------------------------------------------------------------------------

_SECTION = re.compile(r"^# (.+)$", re.MULTILINE)
_PART = re.compile(r"^## (\w+)$", re.MULTILINE)
_PLACE = re.compile(r"(?<![${])\{(\w+)\}(?!\})")
_BLANK = re.compile(r"\$\{(\w+)\}")
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_KINDS = {"phases": "phase", "types": "insert", "channels": "shortener", "actions": "action"}


@cache
def blocks() -> Mapping[str, Block]:
    """Every block of ours by id, read once. An id is `en/types/protest/H/police`: file, phase, voice."""
    found = (block for path in sorted(ROOT.glob("*/*/*.md")) for block in _read(path))
    return {block.id: block for block in found}


@cache
def blank_kinds() -> Mapping[str, BlankKind]:
    """Every blank a text may have, by name."""
    rows = yaml.safe_load((ROOT / "blanks.yaml").read_text(encoding="utf-8"))
    return {name: BlankKind(name, **row) for name, row in rows.items()}


@cache
def _front(path: Path) -> tuple[dict[str, Any], str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


def _read(path: Path) -> Iterator[Block]:
    front, body = _front(path)
    language, folder = path.parts[-3:-1]
    kind = _KINDS[folder]
    pieces = _SECTION.split(body)
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
                subject=_parts(text).get("subject", ""),
                hash="",
                title=front["title"],
                grade=front["grade"],
                approvable=bool(front.get("approvable", False)),
            )
        )


def _sealed(block: Block) -> Block:
    named = json.dumps([block.id, block.subject, block.text], ensure_ascii=False)
    return replace(block, hash=hashlib.sha256(named.encode()).hexdigest())


@cache
def _parts(text: str) -> dict[str, str]:
    pieces = _PART.split(text)
    return {name: part.strip() for name, part in zip(pieces[1::2], pieces[2::2], strict=True)}


# --- composing -----------------------------------------------------------------------------------------------------


def compose(
    incident_type: str,
    phase: str,
    channel: str,
    language: str,
    voice: str,
    values: Mapping[str, str],
    blocks: Iterable[Block] | None = None,
) -> Draft:
    """The first draft for one incident type (or `none`), phase, channel, language and voice.

    `values` fills blanks by name; what is missing or empty stays visible as `[label]` and is listed. A blank that
    was given as the empty string also takes away the optional sentence it stands in. `blocks` are a district's own
    versions and stand in for ours by id. Raises LibraryError when a name is not one of the library's.
    """
    _known(incident_type, phase, channel, language, voice)
    ours = library_with(blocks)
    parts: dict[str, tuple[str, Block]] = {}
    for block_id in _layers(incident_type, phase, channel, language, voice):
        if block := ours.get(block_id):
            parts.update({name: (text, block) for name, text in _parts(block.text).items()})
    used: dict[str, Source] = {}
    subject, subject_blanks = _fill(_expand("subject", parts, used), values, language)
    text, blanks = _fill(_expand("text", parts, used), values, language)
    subject_blanks = tuple(replace(blank, part="subject") for blank in subject_blanks)
    return Draft(subject, text, subject_blanks + blanks, tuple(used.values()))


def action_draft(block: Block, values: Mapping[str, str]) -> Draft:
    """The text of a pre-approved block with its blanks filled, and nothing else changed."""
    parts = _parts(block.text)
    subject, subject_blanks = _fill(_tidy(parts.get("subject", "")), values, block.language)
    text, blanks = _fill(_tidy(parts["text"]), values, block.language)
    subject_blanks = tuple(replace(blank, part="subject") for blank in subject_blanks)
    return Draft(subject, text, subject_blanks + blanks, (Source(block.id, block.version, block.hash),))


def library_with(own: Iterable[Block] | None) -> Mapping[str, Block]:
    """Our blocks by id, each replaced by the district's own version where it has one."""
    return {**blocks(), **{block.id: block for block in own or ()}}


def _known(incident_type: str, phase: str, channel: str, language: str, voice: str) -> None:
    for word, table, what in (
        (phase, PHASES, "phase"),
        (channel, CHANNELS, "channel"),
        (language, LANGUAGES, "language"),
        (voice, VOICES, "voice"),
    ):
        if word not in table:
            raise LibraryError(f"The library has no {what} named {word!r}; it has {', '.join(table)}.")
    if incident_type == "none":
        return
    if incident_type not in TYPES:
        raise LibraryError(f"The library has no incident type named {incident_type!r}.")
    if phase not in TYPES[incident_type].phases:
        raise LibraryError(f"{TYPES[incident_type].title} has no {PHASES[phase].lower()} text.")


def _layers(incident_type: str, phase: str, channel: str, language: str, voice: str) -> Iterator[str]:
    for stem in ("phases/common", f"phases/{phase}", f"types/{incident_type}", f"channels/{channel}"):
        for inner in ("", f"/{voice}", f"/{phase}", f"/{phase}/{voice}"):
            yield f"{language}/{stem}{inner}"


def _expand(name: str, parts: Mapping[str, tuple[str, Block]], used: dict[str, Source]) -> str:
    """The part with the parts it names put in. A name nobody gives stays as typed."""

    def put(match: re.Match[str]) -> str:
        return _expand(match[1], parts, used) if match[1] in parts else match[0]

    text, block = parts[name]
    if text:
        used.setdefault(block.id, Source(block.id, block.version, block.hash))
    return _tidy(_PLACE.sub(put, text))


def _tidy(text: str) -> str:
    """Spaces and lines that empty parts left behind, taken away. Runs before any value is put in."""
    lines = [re.sub(r"[ \t]{2,}", " ", line).strip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


# --- blanks --------------------------------------------------------------------------------------------------------


def _fill(template: str, values: Mapping[str, str], language: str) -> tuple[str, tuple[Blank, ...]]:
    """The template with its values, and the blanks left. One pass: a value is never read for blanks."""
    values = {**values, **_derived(values)}
    template = _OPTIONAL.sub(lambda m: "" if _silenced(m[1], values) else m[1], template)
    template = _tidy(template)
    out: list[str] = []
    left: list[Blank] = []
    length = position = 0

    def add(words: str) -> None:
        nonlocal length
        out.append(words)
        length += len(words)

    for match in _BLANK.finditer(template):
        before = template[position : match.start()]
        value = values.get(match[1], "")
        add(_agreeing(before, value) if language == "es" else before)
        position = match.end()
        if value:
            add(value)
            if value.endswith((".", "!", "?")) and template[position : position + 1] == ".":
                position += 1
            continue
        name = match[1].removesuffix("_short")
        label = label_of(name, language)
        left.append(Blank(name, label, length, length + len(label) + 2))
        add(f"[{label}]")
    add(template[position:])
    return "".join(out), tuple(left)


def _silenced(sentence: str, values: Mapping[str, str]) -> bool:
    names = _BLANK.findall(sentence)
    return bool(names) and all(values.get(name) == "" for name in names)


def _agreeing(before: str, value: str) -> str:
    """Spanish tells one o'clock apart: *a la 1:15*, *a las 3:30*."""
    return re.sub(r"\blas $", "la ", before) if re.match(r"1(?!\d)", value) else before


def _derived(values: Mapping[str, str]) -> dict[str, str]:
    """`school_short` is how people say it: Orrin Middle, Thornbury Elementary."""
    school = values.get("school", "")
    return {"school_short": re.sub(r" (Middle|High|Elementary) School$", r" \1", school)}


def label_of(name: str, language: str) -> str:
    """What a person reads in brackets where the blank is empty."""
    kind = blank_kinds().get(name)
    return kind.label[language] if kind else name.replace("_", " ")


@cache
def _visible() -> tuple[re.Pattern[str], Mapping[str, str]]:
    names = {label: kind.name for kind in blank_kinds().values() for label in kind.label.values()}
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(r"\[(" + "|".join(map(re.escape, longest_first)) + r")\]"), names


def unfilled(text: str) -> tuple[Blank, ...]:
    """The blanks still visible in a text that may have been edited since, in either language."""
    pattern, names = _visible()
    return tuple(Blank(names[m[1]], m[1], m.start(), m.end()) for m in pattern.finditer(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with values put where its visible blanks stand. A value is never read for further blanks."""
    out, position = [], 0
    for blank in unfilled(text):
        value = values.get(blank.name, "")
        out += [text[position : blank.start], value or text[blank.start : blank.end]]
        position = blank.end
        if value.endswith((".", "!", "?")) and text[position : position + 1] == ".":
            position += 1
    return "".join([*out, text[position:]])


def preview(
    incident_type: str,
    phase: str,
    channel: str,
    language: str,
    voice: str,
    blocks: Iterable[Block] | None = None,
) -> Draft:
    """The draft as it reads with invented facts."""
    values = examples(incident_type, phase, language, voice)
    return compose(incident_type, phase, channel, language, voice, values, blocks)


def examples(incident_type: str, phase: str, language: str, voice: str = "joint") -> dict[str, str]:
    """Invented values for every blank: the general ones, then the type's own, then what holds once it is over."""
    values = {name: kind.example[language] for name, kind in blank_kinds().items()}
    front, _ = _front(ROOT / language / "types" / f"{incident_type}.md")
    own = front.get("examples", {})
    if phase in "HU":
        return values | own | TAGS[voice]
    lasting = {name: value for name, value in own.items() if name not in ("what", "school_status", "action")}
    return values | {"what": ""} | lasting | front.get("after", {}) | TAGS[voice]
