"""Clock times as statements write them, and whether a promised update is already past. Pure; no spaCy.

`past_updates` is public because the release gate asks it again with the clock of the moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from comms.wording.sentences import sentences

CLOCK = re.compile(
    r"\b(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5]\d))?\s?(?P<half>[ap]\.?\s?m\b\.?|(?:o'clock )?(?:in the (?:morning|afternoon|evening)|at night|tonight)\b)|\b(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b|\b(?P<word>noon|midnight|mediodía|medianoche)\b"
    r"|(?<=\bat )(?P<bare>1[0-2]|[1-9])(?=[.,]?(?:\s|$))(?! (?:schools?|students|people|locations|sites|buildings|of)\b)|(?<=\bby )(?P<bare2>1[0-2]|[1-9])(?=[.,]?(?:\s|$))|\b(?P<bare3>1[0-2]|[1-9])(?= o'clock)",
    re.IGNORECASE,
)
AS_OF = re.compile(
    r"\b(?:it is(?: now)?|it's(?: now)?|the time is(?: now)?|right now,? at|as of|as-of|updated(?: at| on)?|posted(?: at| on)?|issued(?: at| on)?|sent(?: at)?|published(?: at)?|current as of|time of release|last updated(?: at)?|released(?: at)?|a partir de las?|hasta las|actualizado(?: a las)?|publicado(?: a las)?)\b[\s:,]*(?:\w+day,? )?(?:\w+ \d{1,2}(?:, \d{4})?,? )?(?:at |a las )?$"
    r"|^\W*(?:update|statement|posted|sent|time|holding statement|joint statement|news release)?[\s:,\-(]*$",
    re.IGNORECASE,
)
PROMISE = re.compile(
    r"\b(?:next|another|further|more|again|new) (?:\w+ ){0,2}(?:update|message|statement|briefing|information|news|details|word|report|bulletin|e-?mail|text)"
    r"|\bupdate (?:you )?(?:again|families|everyone|by|at|before|is due|will|is expected|comes|due|no later)|\b(?:write|post|text|call|share|speak|send|message|report|brief|be in touch|tell you|hear from us|back in touch|give you|provide|notify)\b[^.!?]{0,60}\b(?:again|more|next|update\w*|by|at|before|no later than)\b"
    r"|\bupdates?:|\bmore (?:by|at|before|info)\b|\bexpect\b[^.!?]{0,40}\b(?:update|message|word|news|more)|\b(?:próxim[oa]|siguiente|nuev[oa]) (?:actualización|mensaje|comunicado|informe|aviso|boletín|reporte|noticia)|\b(?:enviaremos|avisaremos|mandaremos|daremos más|publicaremos)|\bescribiremos|\bhabrá (?:noticias|más|otro|otra)|\bmás:|\bmás (?:a las|antes)|\binformaremos|\bmás información (?:a|antes)|\bvolveremos a|\bactualizaremos|\bnext (?:by|at|:)|\bupdates? (?:at|by|every)",
    re.IGNORECASE,
)
FUTURE = re.compile(
    r"\b(?:volveremos|enviaremos|avisaremos|mandaremos|daremos|publicaremos|will|'ll|next|again|expect|más tarde|próxim[oa]|escribiremos|informaremos|habrá|más|actualiza\w*|updates?|more|due)\b",
    re.IGNORECASE,
)
OTHER_DAY = re.compile(
    r"\b(?:tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day|next (?:week|day|school day|morning)|in the morning|overnight|tonight after midnight|mañana|lunes|martes|miércoles|jueves|viernes|sábado|domingo|each day|daily|every (?:day|morning))\b",
    re.IGNORECASE,
)
TOLD_BEFORE = re.compile(r"\bwe (?:said|told you|wrote|promised)\b[^.!?]{0,40}\bwould\b", re.IGNORECASE)
"""A sentence about what an earlier message promised promises nothing itself."""
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - reads as the months do
DAY = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (\d{1,2})(?:,? (\d{4}))?\b",
    re.IGNORECASE,
)
EVENING, MORNING = time(17), time(11)


@dataclass(frozen=True, slots=True)
class Said:
    """A clock time in a text: its place, and the times of day it can mean (both halves where none is given)."""

    start: int
    end: int
    times: tuple[time, ...]


def clock_times(text: str) -> Iterator[Said]:
    """Every clock time of a text, in its order."""
    for found in CLOCK.finditer(text):
        yield Said(found.start(), found.end(), _times(found))


def _times(found: re.Match[str]) -> tuple[time, ...]:
    if word := found["word"]:
        return (time(12) if word.lower() in {"noon", "mediodía"} else time(0),)
    if found["half"]:
        late = found["half"][0] in "pP" or re.search(r"(?i)afternoon|evening|night", found["half"])
        hour = int(found["hour"]) % 12 + (12 if late else 0)
        return (time(hour, int(found["minute"] or 0)),)
    if bare := found["bare"] or found["bare2"] or found["bare3"]:
        return time(int(bare) % 12), time(int(bare) % 12 + 12)
    hour, minute = int(found["hour24"]), int(found["minute24"])
    if hour > 12 or found["hour24"].startswith("0") or hour == 0:
        return (time(hour, minute),)
    return time(hour % 12, minute), time(hour % 12 + 12, minute)


def promised(text: str) -> Iterator[tuple[Said, str]]:
    """The times at which a text promises its next update, each with its sentence."""
    spans = sentences(text)
    for number, (start, end) in enumerate(spans):
        sentence = text[start:end]
        if not PROMISE.search(sentence) or not FUTURE.search(sentence):
            continue
        said = list(clock_times(sentence))
        if not said and number + 1 < len(spans):
            continue
        for one in said:
            if not AS_OF.search(sentence[: one.start]) or PROMISE.search(sentence[: one.start]):
                yield Said(start + one.start, start + one.end, one.times), sentence


def own_time(text: str) -> time | None:
    """The time the text itself is as of, the last one it names; None when it names none."""
    latest = None
    for start, end in sentences(text):
        sentence = text[start:end]
        for said in clock_times(sentence):
            before = sentence[: said.start]
            if (
                AS_OF.search(before)
                and not (before.strip() and PROMISE.search(before))
                and before.strip() + sentence[said.end :].strip()
            ):
                if not before.strip() and not re.match(
                    r"[\s.:)\-]*(?:[A-Z]{2,4}\b|update|statement|central|eastern|mountain|pacific)?[\s.:)\-]*",
                    sentence[said.end :],
                    re.IGNORECASE,
                ):
                    continue
                if not before.strip() and len(sentence) > 60:
                    continue
                latest = said.times[-1]
    return latest


def past_updates(text: str, now: datetime | None = None, zone: str = "") -> Iterator[tuple[int, int]]:
    """The places of promised update times that are already past, by the clock when one is given (aware), else by the
    text's own as-of time. A time on another day is past only when its date is."""
    local = now.astimezone(ZoneInfo(zone)) if now and zone else now
    moment = local.time() if local else own_time(text)
    for said, sentence in promised(text):
        named = _date(sentence, local.date() if local else None)
        if local and named and named != local.date():
            if named < local.date():
                yield said.start, said.end
            continue
        if moment is None or TOLD_BEFORE.search(sentence):
            continue
        if (OTHER_DAY.search(sentence) and not named) or (DAY.search(sentence) and not local):
            continue
        if all(_past(promise, moment) for promise in said.times):
            yield said.start, said.end


def _past(promise: time, moment: time) -> bool:
    """Whether a time of day lies behind another on the same day; a morning time seen from the evening is tomorrow's."""
    if promise > moment:
        return False
    return not (moment >= EVENING and promise <= MORNING)


def _date(sentence: str, today: date | None) -> date | None:
    found = DAY.search(sentence)
    if not found or not today:
        return None
    month = MONTHS.index(found[1].lower()[:3]) + 1
    try:
        named = date(int(found[3] or today.year), month, int(found[2]))
    except ValueError:
        return None
    if not found[3] and named < today - timedelta(days=180):
        return named.replace(year=named.year + 1)
    return named
