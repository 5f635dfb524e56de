"""Details that single someone out without a name: B2 (a child), B3 (home and plate), P2 (age with school)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comms.guardrails.context import Hit
from comms.guardrails.entities import AGENCY, DISTRICT, ORG, SCHOOL
from comms.guardrails.page import Page

AGE = re.compile(
    r"\b(?P<age>[4-9]|1\d|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen)"
    r"(?:[ -]years?[ -]old\b|[ -]year[ -]olds?\b| años\b| yrs? old\b|-?yo\b)|\b(?:aged?|age of)[ :]+(?P<aged>[4-9]|1\d|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen)\b|\((?P<bracket>1[0-8]|[5-9])\)|\b(?:(?:[Ss]?[Hh]e|student|child|boy|girl|victim|who)|,) (?:is|was|turned|just turned) (?P<plain>1[0-8]|[4-9]|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)\b(?=[., ]*(?:and|$|[.,]))|(?<=[a-z]), (?:who (?:is|was|just turned|turned) |just |only |barely )?(?P<comma>1[0-8]|[5-9]|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen)(?=[,.;]|$| (?:and|in|at) )|\b(?:turned|turns|turning|is (?:just|only|barely)|not yet|almost|nearly) (?P<turned>1[0-8]|[5-9]|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen)\b(?! (?:a\.?m|p\.?m|minutes|hours|days|people|students|schools|percent|years (?:ago|in|later)))",
    re.IGNORECASE,
)
GRADE = re.compile(
    r"\b(?:(?:1[0-2]|[1-9])(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)[ -]grade(?:r)?\b(?!s| (?:teachers?|staff|aides?|counselors?|coach|team|hall|wing|classes|families)\b)"
    r"|\bgrade (?:1[0-2]|[1-9])\b(?! (?:to|through|-|and))|\b(?:a|an|the|one|our) (?:\w+ )?(?:freshman|sophomore|kindergartner|kindergartener)\b|\bone of (?:our|the|their) (?:1[0-2]th|[1-9](?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)[ -]graders\b"
    r"|\b(?:high school|high-school) (?:freshman|sophomore|junior|senior)\b|\b(?:freshman|sophomore|junior|senior) (?:at|from|boy|girl|student|who)\b|\b(?:a|the) (?:junior|senior),"
    r"|\b(?:kindergarten|pre-?k|preschool|(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|1st|2nd|3rd|[4-9]th|1[0-2]th)[ -]grade) (?:boy|girl|student|child|pupil)\b|\bin kindergarten\b|\b(?:de|el|en|al|cursa|cursaba) (?:primer|segundo|tercer|cuarto|quinto|sexto|séptimo|octavo|noveno|décimo|undécimo) (?:grado|año)\b(?! al)",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|tonight|this (?:morning|afternoon|evening|week)|last (?:night|week|month)"
    r"|(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? \d{1,2}"
    r"|\d{1,2}/\d{1,2}(?:/\d{2,4})?|lunes|martes|miércoles|jueves|viernes|hoy|ayer|\d{1,2} de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre))\b",
    re.IGNORECASE,
)
SCHOOL_WORDS = re.compile(
    r"\b(?:at|from|attends|of|in) (?:the|our|an?) (?:middle|high|elementary|junior high|primary) school\b|\ben la (?:escuela|secundaria|primaria|preparatoria)\b",
    re.IGNORECASE,
)
NEAR = re.compile(
    r"\b(?:near|outside|by|around|from outside|across from|behind|close to|blocks from|next to|cerca de)(?: the| our)?\s*$",
    re.IGNORECASE,
)
CLASS_OF = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z]\w+'s|[A-Z]\w+'s) (?:\w+[ -]){0,3}(?:class|homeroom|classroom|period)\b|\b(?:varsity|starting|team captain|captain of|class president|homecoming (?:king|queen)|only (?:girl|boy|black|asian|hispanic|female|student)|exchange student|lead in the (?:play|musical))\b",
    re.IGNORECASE,
)
MANY = re.compile(
    r"\b(?:students|all|grades|graders|every|children|each|any|families|classes|teens|youths?(?! (?:center|court|detention|hall|services|group|pastor|home))|ages|niños|niñas|estudiantes|alumnos|familias|todos|todas|cada)\b",
    re.IGNORECASE,
)


def child_singled_out(page: Page) -> Iterator[Hit]:
    """B2: three of age, school, grade, date and class or team about one child in a sentence; age and grade with one
    more across two neighboring sentences."""
    found = [_features(page, number) for number in range(len(page.sentence_ranges))]
    for number, here in enumerate(found):
        text = _text(page, number)
        child = {"age", "grade", "class"} & set(here)
        if not child or ("age" not in here and not _one(text)) or (MANY.search(text) and not _one(text)):
            continue
        together = dict(here)
        if len(here) < 3:
            for other in (number - 1, number + 1):
                if 0 <= other < len(found):
                    together = {**found[other], **together}
            if not ({"age", "grade"} <= set(together) and len(together) >= 3 and len(here) >= 2):
                continue
        first = min(start for kind, (start, _) in here.items() if kind != "date")
        last = max(end for kind, (_, end) in here.items() if kind != "date")
        parts = ", ".join(kind for kind in ("age", "grade", "school", "class", "date") if kind in together)
        yield page.hit_at(
            "B2",
            first,
            last,
            f"Together these single out one child: {parts}.",
            "a student",
        )


def _one(text: str) -> bool:
    return bool(
        re.search(
            r"\b(?:a|an|the|one|our)\b(?: [\w-]+){0,4}? ?(?:boy|girl|student|grader|freshman|sophomore|junior|senior|teen|teenager|child|juvenile|youngster|kid|year[ -]old|old)\b|[ -]year[ -]old\b|\b(?:s?he|him|her|his|él|ella)\b"
            r"|\b(?:el|la|un|una|del|al)\b(?: \w+){0,3}? ?(?:niñ[oa]|menor|alumn[oa]|estudiante|joven|persona|adolescente|muchach[oa]|jovencit[oa]|chic[oa]|varón|víctima)\b",
            text,
            re.IGNORECASE,
        )
    )


def _text(page: Page, number: int) -> str:
    tokens = page.sentence_ranges[number]
    return page.doc[tokens.start : tokens.stop].text


def _features(page: Page, number: int) -> dict[str, tuple[int, int]]:
    """What this sentence gives away, each with its place in the clean text."""
    tokens = page.sentence_ranges[number]
    if not tokens:
        return {}
    span = page.doc[tokens.start : tokens.stop]
    offset, text = span.start_char, span.text
    found: dict[str, tuple[int, int]] = {}
    for kind, pattern in (
        ("age", AGE),
        ("grade", GRADE),
        ("date", DATE),
        ("class", CLASS_OF),
        ("school", SCHOOL_WORDS),
    ):
        if match := pattern.search(text):
            found[kind] = (offset + match.start(), offset + match.end())
    for entity in page.entities:
        if entity.kind == SCHOOL and tokens.start <= entity.start < tokens.stop:
            place = page.doc[entity.start : entity.end]
            if not NEAR.search(text[: place.start_char - offset]):
                found["school"] = (place.start_char, place.end_char)
    return found


STREET = (
    r"(?:Street|St\b\.?|Avenue|Ave\b\.?|Road|Rd\b\.?|Drive|Dr\b\.?|Lane|Ln\b\.?|Court|Ct\b\.?|Place|Pl\b\.?|Way|Boulevard|Blvd\b\.?"
    r"|Terrace|Circle|Cir\b\.?|Trail|Parkway|Pkwy\b\.?|Highway|Hwy\b\.?)"
)
ADDRESS = re.compile(
    r"\b\d{1,5}(?:-\d{1,4}|[A-Z])? (?:(?:[NSEW]|North|South|East|West)\b\.? )?(?:(?:[A-Z][\w'-]*|\d+(?:st|nd|rd|th)) ){1,3}?"
    + STREET
    + r"|\b\d{1,5} de la (?:calle|avenida) [A-Z]\w+(?: [A-Z]\w+)?\b|\b(?:[Cc]alle|[Aa]venida) [A-Z]\w+(?: [A-Z]\w+)* #?\d{1,5}\b"
)
APARTMENT = re.compile(
    r"\b(?:Apartment|Apt\.?|Unit|Lot|apartment|apt\.?|unit) #?\d{1,4}[A-Z]?\b|\b(?:Apartment|Apt\.?|apartment) [A-Z]?-?\d{0,4}[A-Z]?\b(?<=\d|[A-Z])"
)
HOME = re.compile(
    r"\b(?:homes?|house|residence|resides?|lives?|lived|living at|apartment|apt|family|resident|residents|homeowner|suspect's|student's|his|her|their|of) (?:\w+ ){0,3}$|\b(?:home|house|residence|resides|lives|lived|apartment|dwelling)\b|casa|domicilio|vive",
    re.IGNORECASE,
)
PUBLIC = re.compile(
    r"\b(?:school|schools|department|office|church|center|centre|library|station|park|hall|stadium|hospital|clinic|campus|fairgrounds|gym|building|site|headquarters|located at|pick up|reunif\w+|museum|mosque|synagogue|temple|ymca|meeting|briefing|store|mail|write|field|pool|arena|theat(?:er|re)|rink|meet (?:us|at|in)|join us|address:|oficina|escuela|iglesia|biblioteca)\b",
    re.IGNORECASE,
)
PLATE = re.compile(
    r"\b(?:licen[sc]e plates?|licen[sc]e(?= (?:number |no\.? )?[A-Z0-9]{2,4}[- ]?[A-Z0-9]{2,4}\b)|plates?|plate number|tag|tag number|registration|placas?|matrícula)\b(?:[ :,]|(?:\b(?:number|no\.?|is|was|reads?|reading|with|of|the|bearing|beginning|starting|ending|in|lettered|número|es|de|con)\b))*"
    r"(?:[A-Z][a-z]+ )?"
    r"\"?'?(?P<plate>(?=[A-Z0-9 -]{0,8}\d)[A-Z0-9]{2,4}(?:[- ]?[A-Z0-9]{2,4})?)\b"
)


def home_or_plate(page: Page) -> Iterator[Hit]:
    """B3: a home's street number, and a plate. A public building's address stays silent."""
    clean = page.reading.clean
    for found in (*ADDRESS.finditer(clean), *APARTMENT.finditer(clean)):
        number = _sentence_at(page, found.start())
        text = _text(page, number)
        before = text[: max(0, found.start() - page.doc[page.sentence_ranges[number].start].idx)]
        if re.search(r"\bblock of\b", found.group()) or re.search(r"\bblock\s*$", before):
            continue
        home = HOME.search(before) or HOME.search(text[len(before) :])
        tokens = page.sentence_ranges[number]
        public = PUBLIC.search(text) or any(
            entity.kind in {SCHOOL, DISTRICT, AGENCY, ORG}
            and tokens.start <= entity.start < tokens.stop
            and not found.start() <= page.doc[entity.start].idx < found.end()
            for entity in page.entities
        )
        if home or not public:
            yield page.hit_at(
                "B3",
                *found.span(),
                "A home is found by its number.",
                _street(found.group()),
            )
    for found in PLATE.finditer(clean):
        yield page.hit_at(
            "B3",
            *found.span("plate"),
            "A plate leads to a private person.",
            "a vehicle police know of",
        )


def _street(address: str) -> str:
    return "on " + address.split(" ", 1)[-1] if " " in address and address[0].isdigit() else "at a home"


def _sentence_at(page: Page, character: int) -> int:
    """The number of the sentence a character of the clean text stands in."""
    for number, tokens in enumerate(page.sentence_ranges):
        if tokens and page.doc[tokens.stop - 1].idx + len(page.doc[tokens.stop - 1]) > character:
            return number
    return len(page.sentence_ranges) - 1


def victim_singled_out(page: Page) -> Iterator[Hit]:
    """P2: age or grade together with a school, in a text about a sexual or child-abuse offense."""
    if "sexual" not in page.cues:
        return
    for number in range(len(page.sentence_ranges)):
        here = _features(page, number)
        if not page.cued("~sexual", number) or page.cued("declines", number):
            continue
        about = re.search(
            r"\b(?:victim|girl|boy|student|child|minor|teen|survivor|juvenile|grader|old|freshman|sophomore)\b",
            _text(page, number),
            re.IGNORECASE,
        )
        if about and (("school" in here and {"age", "grade"} & set(here)) or "class" in here):
            spots = [place for kind, place in here.items() if kind != "date"]
            yield page.hit_at(
                "P2",
                min(start for start, _ in spots),
                max(end for _, end in spots),
                "Age or grade with the school tells who the victim is.",
                "a victim",
            )
