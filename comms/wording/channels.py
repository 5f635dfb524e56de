"""What a channel can carry: length, segments, reading grade, speaking time and purpose (the domain rules, section 7).

Everything here is counting on plain text; nothing is sent and nothing heavy is loaded. The limits are one table,
CHANNELS. A reading grade is a US school grade: Flesch-Kincaid in English, the Fernandez Huerta score mapped to
grades in Spanish.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from comms.wording.sentences import listed
from comms.wording.sentences import sentences as sentences
from comms.wording.syllables import syllables

SMS, CALL, SOCIAL, EMAIL, WEB, MEDIA, STAFF, BOARD = (
    "sms",
    "call",
    "social",
    "email",
    "web",
    "media",
    "staff",
    "board",
)


@dataclass(frozen=True, slots=True)
class Grades:
    """Reading grades above which a text is warned about, or blocked. None: no such step."""

    target: float
    warn: float
    block: float | None = None


FAMILY = Grades(target=7, warn=8, block=10)


@dataclass(frozen=True, slots=True)
class Channel:
    """One way words reach people, as data. None means the channel sets no such limit.

    `words` gives the most words per phase (H holding, U update, R resolution, C correction, F follow-up);
    `segments` the most SMS parts per language; `hard` says whether being over blocks or only warns;
    `automated` marks what rings or buzzes by machine and therefore passes the purpose gate.
    """

    id: str
    name: str
    grades: Grades | None = None
    words: Mapping[str, int] = field(default_factory=dict)
    fewest_words: int | None = None
    characters: int | None = None
    segments: Mapping[str, int] = field(default_factory=dict)
    seconds: float | None = None
    lines: int | None = None
    hard: bool = False
    automated: bool = False


CHANNELS: Mapping[str, Channel] = {
    channel.id: channel
    for channel in (
        Channel(
            EMAIL,
            "E-mail to families",
            FAMILY,
            words={"H": 120, "U": 200, "R": 250, "C": 200, "F": 250},
        ),
        Channel(
            SMS,
            "Text message",
            FAMILY,
            segments={"en": 1, "es": 2},
            hard=True,
            automated=True,
        ),
        Channel(
            CALL,
            "Call script",
            Grades(target=6, warn=6, block=10),
            words=dict.fromkeys("HURCF", 75),
            seconds=30,
            hard=True,
            automated=True,
        ),
        Channel(WEB, "Web page", FAMILY),
        Channel(SOCIAL, "Social post", FAMILY, characters=260, hard=True),
        Channel(
            MEDIA,
            "Media statement",
            Grades(target=9, warn=11),
            words=dict.fromkeys("HURCF", 300),
            fewest_words=120,
        ),
        Channel(STAFF, "Staff talking points"),
        Channel(BOARD, "Board note", lines=5),
    )
}
WITH_SUBJECT = frozenset({EMAIL, WEB, MEDIA, STAFF, BOARD})
"""The channels whose texts carry a subject or a title; the others are their words alone."""
SUBJECT_CHARACTERS = 60
"""The longest subject line of an e-mail that phones show whole."""

PURPOSES = ("emergency", "school mission", "other")
"""What a message is for. Automated calls and texts are offered only for the first two."""

SPOKEN_WORDS_A_SECOND = 2.67


@dataclass(frozen=True, slots=True)
class Measure:
    """What was counted. `alphabet` is GSM-7 or UCS-2, `segments` SMS parts, `seconds` the time to read it aloud,
    `over` one sentence for each limit of the channel that the text passes."""

    words: int
    characters: int
    segments: int
    alphabet: str
    grade: float
    seconds: float
    over: tuple[str, ...]


GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The basic alphabet of 3GPP TS 23.038: é, ñ and ü are in it; á, í, ó, ú, curly quotes and dashes are not."""
GSM_7_PAIRS = frozenset("^{}\\[~]|€\f")
"""Characters that take two places of the basic alphabet."""


def sms_parts(text: str) -> tuple[int, str]:
    """How many parts a phone network cuts the text into, and the alphabet it needs. Empty text is no part."""
    if all(character in GSM_7 or character in GSM_7_PAIRS for character in text):
        sizes = [2 if character in GSM_7_PAIRS else 1 for character in text]
        alone, joined, alphabet = 160, 153, "GSM-7"
    else:
        sizes = [2 if ord(character) > 0xFFFF else 1 for character in text]
        alone, joined, alphabet = 70, 67, "UCS-2"
    if sum(sizes) <= alone:
        return (1 if sizes else 0), alphabet
    parts, room = 1, joined
    for size in sizes:  # a pair is never cut in two
        if size > room:
            parts, room = parts + 1, joined
        room -= size
    return parts, alphabet


LINK = re.compile(
    r"\b(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.[\w.-]+|\b[\w-]+(?:\.[\w-]+)*\.\w{2,}/\S*",
    re.I,
)
PHONE = re.compile(r"(?<![\w-])(?:\+?1[ .-]?)?(?:\(\d{3}\)\s?|\d{3}[ .-])?\d{3}[ .-]\d{4}(?![\w-])")
WORD = re.compile(r"[^\W_]+(?:[.'’:/-][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text; a link, an address or a telephone number is one word."""
    found: list[str] = []
    end = 0
    for special in sorted([*LINK.finditer(text), *PHONE.finditer(text)], key=lambda match: match.start()):
        if special.start() < end:
            continue
        found += WORD.findall(text[end : special.start()])
        found.append(special.group())
        end = special.end()
    return found + WORD.findall(text[end:])


HUERTA_TO_GRADE = (
    (0, 16.0),
    (30, 13.0),
    (50, 10.0),
    (60, 8.0),
    (70, 6.0),
    (80, 5.0),
    (90, 4.0),
    (100, 3.0),
)
"""Fernandez Huerta score -> US school grade: the score's published steps, read between them along a straight line."""


def grade(text: str, language: str) -> float:
    """The reading grade: Flesch-Kincaid for English, Fernandez Huerta mapped to grades for Spanish; never below 0.

    Links, addresses and telephone numbers are looked at, not read, and do not count. A number is one syllable.
    """
    plain = PHONE.sub(" ", LINK.sub(" ", text))
    read = WORD.findall(plain)
    count = sum(1 for start, end in sentences(plain) if WORD.search(plain, start, end))
    if not read or not count:
        return 0.0
    beats = sum(syllables(word, language) for word in read)
    if language != "es":
        return round(max(0.0, 0.39 * len(read) / count + 11.8 * beats / len(read) - 15.59), 1)
    score = 206.84 - 60 * beats / len(read) - 1.02 * len(read) / count
    return round(_between(HUERTA_TO_GRADE, score), 1)


def _between(steps: tuple[tuple[int, float], ...], score: float) -> float:
    """Read a table of (score, grade) steps along straight lines, flat beyond its ends."""
    at = bisect_left([step for step, _ in steps], score)
    if at == 0:
        return steps[0][1]
    if at == len(steps):
        return steps[-1][1]
    (low, grade_low), (high, grade_high) = steps[at - 1], steps[at]
    return grade_low + (grade_high - grade_low) * (score - low) / (high - low)


def seconds_to_say(text: str) -> float:
    """How long a calm voice takes to read the text; telephone numbers are spoken digit by digit."""
    digits = sum(len(re.sub(r"\D", "", number)) - 1 for number in PHONE.findall(text))
    return round((len(words(text)) + digits) / SPOKEN_WORDS_A_SECOND, 1)


def purpose_allows(channel: str, purpose: str = "school mission", cls: str = "B") -> bool:
    """Whether a message of this purpose and class may use the channel: class E, and any other purpose than emergency
    and school mission, never goes out as an automated call or text."""
    return not CHANNELS[channel].automated or (cls != "E" and purpose in PURPOSES[:2])


SUBJECT = re.compile(r"\A\s*(?:subject|asunto)\s*:[^\S\n]*([^\n]*)\n?", re.I)


def split_subject(text: str) -> tuple[str, str]:
    """(subject, body) of a text whose first line says `Subject:` or `Asunto:`; the subject is empty otherwise."""
    first = SUBJECT.match(text)
    return (first.group(1).strip(), text[first.end() :]) if first else ("", text)


SPANISH = listed(
    "el la los las de del que en y por para con una un su sus se es son está están fue no al lo más escuela distrito "
    "policía estudiantes familias hoy nuestra nuestro nuestros tiene tienen hay personas persona fueron sospechoso agente oficial años todos "
    "también porque cuando sobre según niño niña alumno alumna estudiante amenaza disparó llame"
)
ENGLISH = listed(
    "the of and to in is are was were for on with a an that this at by not we our will be has have school police "
    "students families today from or it as"
)


def language_of(text: str) -> str:
    """`es` when the small words are mostly Spanish, else `en`."""
    small = [word.lower() for word in WORD.findall(text[:4000])]
    spanish = sum(word in SPANISH or word.endswith(("ción", "ron", "ado", "ados", "idas")) for word in small)
    return "es" if spanish > sum(word in ENGLISH for word in small) else "en"


def measure(
    text: str,
    channel: str,
    language: str = "en",
    *,
    phase: str = "",
    cls: str = "B",
    purpose: str = "school mission",
) -> Measure:
    """Count a text for one channel (an id of CHANNELS) in one language (`en` or `es`).

    Without a phase the e-mail limit follows the class: A and B are holding texts, the rest may be as long as a
    resolution. Never raises on any text; raises KeyError for a channel that does not exist.
    """
    subject, body = split_subject(text) if channel == EMAIL else ("", text)
    parts, alphabet = sms_parts(text)
    counted = Measure(
        words=len(words(body)),
        characters=len(text),
        segments=parts,
        alphabet=alphabet,
        grade=grade(body, language),
        seconds=seconds_to_say(body),
        over=(),
    )
    limits = CHANNELS[channel]
    over = _over(limits, counted, body, language, phase or ("H" if cls in "AB" else "R"))
    if len(subject) > SUBJECT_CHARACTERS:
        over.append(f"The subject has {len(subject)} characters; phones show {SUBJECT_CHARACTERS}.")
    if not purpose_allows(channel, purpose, cls):
        over.append(
            f"{limits.name}: only for an emergency or the school's mission; use the web page, e-mail or media."
        )
    return replace(counted, over=tuple(over))


def _over(limits: Channel, counted: Measure, body: str, language: str, phase: str) -> list[str]:
    """One sentence for each limit passed."""
    over = []
    most = limits.words.get(phase)
    if most and counted.words > most:
        over.append(f"{limits.name}: {counted.words} words; the limit is {most}.")
    if limits.fewest_words and counted.words < limits.fewest_words:
        over.append(f"{limits.name}: {counted.words} words; reporters need at least {limits.fewest_words}.")
    parts = limits.segments.get(language)
    if parts and counted.segments > parts:
        per_part = 160 if counted.alphabet == "GSM-7" else 70
        over.append(
            f"{limits.name}: {counted.segments} parts of {counted.alphabet} ({per_part} characters alone); "
            f"the limit is {parts}."
        )
    if limits.characters and (shown := len(LINK.sub("", body).strip())) > limits.characters:
        over.append(f"{limits.name}: {shown} characters without the link; the limit is {limits.characters}.")
    if limits.seconds and counted.seconds > limits.seconds:
        over.append(f"{limits.name}: {counted.seconds:g} seconds to say; the limit is {limits.seconds:g}.")
    if limits.lines and (lines := sum(1 for line in body.splitlines() if line.strip())) > limits.lines:
        over.append(f"{limits.name}: {lines} lines; the limit is {limits.lines}.")
    return over
