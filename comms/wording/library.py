"""Library: the words both sides agreed on beforehand, and how a first draft is composed from them.

A draft is phase block + type insert + channel shortener. Each is a *block*: a section of a Markdown file under
templates/statements/<language>/. A block gives *parts* (`## confirmed`); a part may name other parts as `{police}`
and blanks as `${next_update}`. The most specific block wins, part by part: common < phase < type < channel, and
within each: everything < voice < phase < phase and voice. Texts pre-approved for protective actions (class A) are
whole blocks of their own, under actions/. What a text must and must not say: the domain rules, sections 5 to 8.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from comms.wording import blanks
from comms.wording.blanks import Blank, fill, unfilled
from comms.wording.blocks import (
    LANGUAGES,
    PHASES,
    PLACE,
    ROOT,
    VOICES,
    Adaptation,
    Block,
    LibraryError,
    adapted,
    blocks,
    front_matter,
    ours_changed,
    parts,
    problems,
    reviewed,
    stale,
)
from comms.wording.channels import CHANNELS

__all__ = [
    "CHANNELS",
    "LANGUAGES",
    "PHASES",
    "VOICES",
    "Adaptation",
    "Blank",
    "Block",
    "LibraryError",
    "adapted",
    "blocks",
    "fill",
    "ours_changed",
    "problems",
    "reviewed",
    "stale",
    "unfilled",
]

CLASSES = {
    "A": "Protective action",
    "B": "Holding",
    "C": "Update or resolution",
    "D": "Sensitive",
    "E": "About the partner",
    "F": "Correction",
    "N": "No statement",
}
ACTIONS = {
    "hold": "Hold",
    "secure": "Secure",
    "lockdown": "Lockdown",
    "evacuate": "Evacuate",
    "shelter": "Shelter",
    "ended": "Action ended",
}
"""The actions of the Standard Response Protocol, and the end of one; each has pre-approved texts."""
TAGS: Mapping[str, dict[str, str]] = {"joint": {}, "district": {}, "police": {"tag": "AFPD"}}
"""The sender of a preview's text message where it is not the district."""


@dataclass(frozen=True, slots=True)
class IncidentType:
    """A kind of incident: its classes in the order they are proposed, who leads (joint, district or police), and the
    phases it has words for."""

    id: str
    title: str
    classes: str
    lead: str
    phases: str


_ROWS = """
police-activity       | Police activity near a school             | AB   | police   | HURC
community-shooting    | Shooting or homicide in the community     | BC   | police   | HURCF
active-assailant      | Active assailant on campus                | ABCD | police   | HURCF
swatting              | Swatting or hoax report                   | ABC  | joint    | HURCF
threat                | Threat on social media or by tip          | B    | joint    | HURC
bomb-threat           | Bomb threat or suspicious item            | ABC  | police   | HURC
weapon                | Weapon found on campus or bus             | BC   | joint    | HRC
protest               | Protest, extremist presence or curfew     | BE   | joint    | HURCF
hate-incident         | Hate or bias incident                     | BCD  | district | HRCF
partner-force         | Use of force by the partner agency        | D    | police   | HURCF
sro-force             | SRO use of force or complaint             | D    | joint    | HURCF
officer-arrest        | Officer arrested, or agency in question   | DE   | police   | HCF
sro-programme         | SRO program, MOU or contract dispute      | E    | joint    | HURCF
employee-arrest       | School employee arrested or charged       | D    | police   | HURC
student-arrest        | Student arrested                          | DN   | police   | HRC
fight                 | Fight or assault, viral video             | C    | joint    | HRC
death                 | Death of a student or staff member        | D    | police   | HRCF
suicide               | Suicide or attempt                        | D    | district | HCF
sexual-offence        | Sexual offense or child-abuse allegation  | D    | police   | HURC
missing-or-abduction  | Missing student or attempted abduction    | BC   | police   | HURC
pursuit-crash         | Pursuit, road or bus crash                | BC   | police   | HURC
overdose              | Overdose or drug incident                 | D    | joint    | HCF
immigration           | Immigration enforcement near a school     | BCD  | district | HURC
rumour                | Rumor, or our own texts diverge           | BF   | joint    | HC
"""
"""The domain rules, section 8. Every type also has C, because any text can turn out wrong; the six types of the first
library have H, U, R and C throughout."""

TYPES: Mapping[str, IncidentType] = {
    row[0]: IncidentType(*row)
    for line in _ROWS.strip().splitlines()
    for row in [[c.strip() for c in line.split("|")]]
}


APART = frozenset({"partner-force", "officer-arrest"})
"""Types in which the partner's own conduct is the story: separate, coordinated texts are the honest form (section 5)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A block a draft took words from."""

    id: str
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A first draft: plain text, the blanks still empty in subject and text, and the blocks its words came from."""

    subject: str
    text: str
    blanks: tuple[Blank, ...]
    sources: tuple[Source, ...]


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
    versions and stand in for ours by id. Raises LibraryError when the library has no such words.
    """
    _known(incident_type, phase, channel, language, voice)
    words: dict[str, tuple[str, Block]] = {}
    for block in _layers(incident_type, phase, channel, language, voice, {b.id: b for b in blocks or ()}):
        words.update({name: (text, block) for name, text in parts(block.text).items()})
    used: dict[str, Source] = {}
    subject, subject_left = blanks.with_values(_expand("subject", words, used), values, language, "subject")
    text, left = blanks.with_values(_expand("text", words, used), values, language)
    return Draft(subject, text, subject_left + left, tuple(used.values()))


def library_with(own: Iterable[Block] | None) -> Mapping[str, Block]:
    """Our blocks by id, each replaced by the district's own version where it has one."""
    return {**blocks(), **{block.id: block for block in own or ()}}


def _known(incident_type: str, phase: str, channel: str, language: str, voice: str) -> None:
    asked: tuple[tuple[str, Collection[str], str], ...] = (
        (phase, PHASES, "phase"),
        (channel, CHANNELS, "channel"),
        (language, LANGUAGES, "language"),
        (voice, VOICES, "voice"),
        (incident_type, {"none", *TYPES}, "incident type"),
    )
    for word, known, what in asked:
        if word not in known:
            raise LibraryError(f"The library has no {what} called “{word}”.")
    if incident_type != "none" and phase not in TYPES[incident_type].phases:
        raise LibraryError(f"{TYPES[incident_type].title} has no {PHASES[phase].lower()} text.")


def _layers(
    incident_type: str, phase: str, channel: str, language: str, voice: str, own: Mapping[str, Block]
) -> Iterator[Block]:
    """The blocks that speak to this draft, the most general first; a district's own follows ours, so that a part it
    leaves out is ours."""
    for stem in ("phases/common", f"phases/{phase}", f"types/{incident_type}", f"channels/{channel}"):
        for inner in ("", f"/{voice}", f"/{phase}", f"/{phase}/{voice}"):
            block_id = f"{language}/{stem}{inner}"
            yield from (source[block_id] for source in (blocks(), own) if block_id in source)


def _expand(
    name: str, words: Mapping[str, tuple[str, Block]], used: dict[str, Source], inside: tuple[str, ...] = ()
) -> str:
    """The part with the parts it names put in. A name nobody gives, or that names itself, stays as typed."""
    inside = (*inside, name)

    def put(match: re.Match[str]) -> str:
        known = match[1] in words and match[1] not in inside
        return _expand(match[1], words, used, inside) if known else match[0]

    text, block = words[name]
    if text:
        used.setdefault(block.id, Source(block.id, block.version, block.hash))
    return blanks.tidied(PLACE.sub(put, text))


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
    values = {name: kind.example[language] for name, kind in blanks.kinds().items()} | TAGS[voice]
    front, _ = front_matter(ROOT / language / "types" / f"{incident_type}.md")
    own: dict[str, str] = front.get("examples", {})
    after: dict[str, str] = front.get("after", {})
    if phase in "HU":
        return values | own
    lasting = {name: value for name, value in own.items() if name not in ("what", "school_status", "action")}
    return values | {"what": ""} | lasting | after


# --- pre-approved texts --------------------------------------------------------------------------------------------


def action_block(action: str, channel: str, language: str, own: Iterable[Block] | None = None) -> Block:
    """The pre-approved text of a protective action for one channel. Standing approvals name its hash."""
    block = library_with(own).get(f"{language}/actions/{action}/{channel}")
    if block is None:
        raise LibraryError(
            f"The library has no pre-approved text for “{action}” by “{channel}” in “{language}”."
        )
    return block


def action_draft(block: Block, values: Mapping[str, str]) -> Draft:
    """A pre-approved text with its blanks filled and nothing else changed."""
    words = parts(block.text)
    subject, subject_left = blanks.with_values(block.subject, values, block.language, "subject")
    text, left = blanks.with_values(words["text"], values, block.language)
    return Draft(subject, text, subject_left + left, (Source(block.id, block.version, block.hash),))


def filled_only(
    block: Block, text: str, subject: str = "", allowed: Mapping[str, Collection[str]] | None = None
) -> bool:
    """Whether a text is the pre-approved block with every blank filled and nothing else changed (class A).

    A blank takes only what its shape allows, so no sentence can be slipped into one; `allowed` narrows a blank to
    values the partnership knows, such as its own school names. The subject counts where the block has one.
    """
    words = parts(block.text)
    if not block.approvable or "text" not in words:
        return False
    same = blanks.fits(blanks.tidied(words["text"]), text.strip(), allowed or {})
    return same and (not block.subject or blanks.fits(block.subject, subject.strip(), allowed or {}))


# --- searching -----------------------------------------------------------------------------------------------------


def search(query: str, own: Iterable[Block] | None = None) -> tuple[Block, ...]:
    """The blocks that have every word of the query, or a word that begins so; those with it in the title first.
    Accents and capitals do not matter. A blank query finds nothing."""
    wanted = _folded(query).split()
    if not wanted:
        return ()
    found = []
    for block in library_with(own).values():
        title = _folded(f"{block.title} {block.id.replace('-', ' ').replace('/', ' ')}")
        words = set(re.findall(r"\w+", f"{title} {_folded(block.text)}"))
        if all(any(word.startswith(each) for word in words) for each in wanted):
            in_title = sum(each in title for each in wanted)
            found.append((-in_title, block.id, block))
    return tuple(block for _, _, block in sorted(found, key=lambda row: row[:2]))


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
