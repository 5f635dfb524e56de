"""B10: what a finished text never holds: draft marks, blanks, internal numbers, a wrong school, a past update."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comms.guardrails.clocktimes import past_updates
from comms.guardrails.context import Hit
from comms.guardrails.entities import SCHOOL
from comms.guardrails.page import Page

DRAFT = re.compile(
    r"\bDRAFT\b|\b(?:TK+|TKTK|TBD|TBA|TBC|TODO|FIXME|XXX+|ZZZ+|YYY+|FPO|WIP|FOUO)\b|\b(?:tbd|tba|tktk)\b|\?{2,}|<{2,}|>{2,}|\(\?\)|\(sp\?\)|#{3,}|\*{3,}|\b(?:BORRADOR|PENDIENTE)\b"
    r"|\b[Dd]raft(?=\s*(?:[:#\d]|v\d|only\b|version|copy\b|text\b|- ?(?:not|do not|for)|\n|$))|\b[Bb]orrador(?=\s*[:\d]|$)"
    r"|(?i:\b(?:this|our|the|latest|current|my) draft (?:is|was|has|needs|still|for)\b|\b(?:this is (?:a|the|our|only a)|(?:rough|first|working|early|second|final|latest)) draft\b(?! of (?:the|a|our|its) (?!statement|message|letter|release|text|note|e-?mail|update))"
    r"|\b(?:for|pending|needs|awaiting) (?:internal |legal |final |chief's |your |his |her |pio |superintendent |superintendent's )?(?:review|approval|sign-off|edits)\b(?= (?:only|by|from|before)|[.:)\]]|\s*$)"
    r"|\b(?:do not|don't|not yet) (?:send|release|distribute|publish|circulate)(?= yet| until| externally| before|\s*[.:)!\]]|\s*$)|\bhold (?:for release|until approved|for approval)"
    r"|\bnot (?:for|approved for|cleared for) (?:public )?(?:release|distribution|publication|circulation|sharing)\b"
    r"|\b(?:internal(?: use)? only|for internal use|internal document|internal memo|embargoed)\b|\blorem ipsum\b|\bplaceholder\b|\bto be (?:determined|added|filled in|inserted)\b"
    r"|\b(?:v|ver|version|rev|revision)\.? ?\d+(?:\.\d+)*\b(?! to)|\bfinal[_ -](?:v\d+|final|draft|version|edit)\w*|\b\w{1,40}_v\d+\b|\btrack(?:ed)? changes\b|\bredline\b|\bclean copy\b"
    r"|\bnote to (?:self|editor|dana|team|staff|reviewers?)|\beditor's note|\bcomment:|\bedit(?:or)?:|(?<!a )(?<!the )\bquestion for (?:legal|pio|police|counsel)|\b(?:ask|check with|clear with|run by|confirm with) (?:legal|counsel|hr|dana|chief|the chief|sgt\.?|okafor|elaine|lt\.?) |\b(?:per|pls|cc) (?:legal|counsel|hr)\b"
    r"|\b(?:need|needs)(?: to)? (?:confirm|verify|check|add|fill in|source|a quote|citation)(?= (?:this|with|time|here|name|before|w/|number|from)|[.:)\]?]|\s*$)"
    r"|\b(?:check|confirm|verify|clear|run|double[- ]check|fact[- ]check) (?:this |it |that |the |time |name |number |spelling |w/ ?|with |by |past )+(?:legal|counsel|chief|police|pio|hr|principal|superintendent|sgt\.?|okafor|dana|elaine|lt\.?|before (?:sending|release))"
    r"|\b(?:insert|fill in|paste) (?:the |a |your )?(?:time|name|date|quote|school|link|number|location|logo|contact|phone|details?|here|text|sentence)\b|\badd (?:the |a |your )?(?:time|name|date|quote|link|number|location|logo|contact|details?) (?:here|later|below|before)|\bsomething like(?: this)?:|\((?:pls |please )?(?:check|confirm|ask|verify|clear|run|fact-check|double[- ]check) (?:this |it |that |the |w/ ?|with |by |past |if |whether )[^)\n]{0,60}\)|\((?:fix|reword|rewrite|shorten|delete|cut|soften|rephrase|source|legal|pio|hr|spelling|is this|are we|do we|can we)\b[^)\n]{0,60}\)|\bwording\?|\bdelete (?:this|before)|\bremove before|\bcut this\b|\bpor confirmar\b|\((?:ojo|nota|pendiente|falta|revisar|confirmar|checar|verificar|preguntar|pregúntale|favor de|corregir|quitar|agregar)\b[^)\n]{0,90}\)|\b(?:[Nn]o|[Aa]ún no) (?:enviar|publicar|mandar|difundir)\b|\b[Aa]ntes de (?:mandar|enviar|publicar)(?:lo)?[.)\n])",
    re.MULTILINE,
)
BLANK = re.compile(
    r"\[(?!sic\])[^\[\]\n]{0,120}\](?!\()|_{3,}|\{\{[^{}\n]{0,120}\}\}|\{%[^\n]{0,80}%\}|\$\{[^{}\n]{0,60}\}|\$[a-z_]{3,}\b|\{[A-Za-z_ .]{1,40}\}|%[A-Z_]{3,}%|<<?[A-Za-z][A-Za-z_ /-]{1,40}>>?|\.{5,}"
    r"|\((?i:time|date|name|school|school name|location|place|number|phone|phone number|address|agency|district|grade|insert[^)]{0,40}|fill[^)]{0,30}|xx+|contact|link|url|hora|fecha|nombre|escuela|lugar)\)"
    r"|\bINSERT [A-Z]{3,}(?: [A-Z]+)*|\b(?:SCHOOL|TIME|DATE|PLACE|LOCATION|AGENCY|DISTRICT|CITY|STREET|CONTACT|PHONE) ?(?:NAME|HERE|NUMBER|TBD|XX+)\b|\b(?:NAME|TIME|DATE) OF [A-Z]+\b"
    r"|\b(?i:xx?:xx|00:00|0:00|hh:mm|mm/dd(?:/yy(?:yy)?)?|xx/xx(?:/xx+)?)(?: ?[ap]\.?m\.?)?|\b(?i:x{3}|\d{3})[-. ](?i:x{3})[-. ](?i:x{4})\b|\b(?i:555-xxxx|xxx-xxxx)\b|\b\d{1,2}:(?i:xx)\b|\bXX+\b|\bX (?=a\.m|p\.m)"
    r"|\b(?:at|by|around|until|before|about) (?=[ap]\.m\.)|\b(?:at|by) \?|\$_{2,}|\bfirstname\b|\blastname\b|\bNOMBRE DE\b|\b(?:at|by|call|to|near|contact) (?=[.,;](?:\s|$))",
)
CODE = r"(?:[A-Z]{1,5}-?\d{2,}(?:-\d+)*|\d{2,4}-\d{2,7}(?:-\d+)*|\d{4,})"
INTERNAL = re.compile(
    r"\b(?:(?i:police |internal |our |incident |dispatch |agency )?(?i:case|incident|report|file|ticket|log|event|CAD|CFS|complaint|docket|control|dispatch|work[- ]order|tracking|local IDs?|record IDs?|student IDs?|employee IDs?|staff ID|badge|alert|record|referral|investigation|reference|ref|matter|IA|OIS|statement|story|draft)\.?"
    r"(?: (?i:file|report|event|record|reference|ID))?\s*(?:(?i:number|num\.?|no\.?|nbr)|#|ID|:)*\s*[#:]?\s*)"
    + CODE
    + r"\b(?!\s*(?:students|people|a\.m|p\.m|hours|block))"
    r"|\b(?:D|INC|IR|CFS|CAD|CR|ID|IA|SR|TKT|REQ|CASE)-\d{2,}(?:-\d+)*\b|\b[A-Z]{2,5}-\d{4,}\b|\b(?i:student|employee|staff|badge|personnel) ?(?i:ID|number|no\.?|#)\s*(?i:is|:|#)?\s*\d{2,}\b|\b(?i:badge) #?\d{2,}\b"
    r"|\b(?i:internal|back|private|direct|command post|dispatch|staff|unlisted|personal|unpublished|inside)[ -](?i:line|extension|ext\.?|number|phone|cell|hotline)(?: (?i:is|at|:))?[ :]*\(?\d[\d .()-]{2,}\d|\b(?:his|her|my|their|chief's|principal's|superintendent's|brandt's|okafor's|whitlock's) (?:personal |private |direct |own |home )?(?:cell|mobile|home phone|cell phone|direct line)\b"
    r"|\b(?:folio|expediente|caso) (?:número |n\.º |#)?" + CODE,
)
GENERIC = frozenset(
    [
        "school",
        "elementary",
        "middle",
        "high",
        "academy",
        "junior",
        "senior",
        "ms",
        "hs",
        "the",
        "primary",
        "intermediate",
        "public",
        "campus",
        "escuela",
        "de",
    ]
)


def draft_marks(page: Page) -> Iterator[Hit]:
    """Draft marks, blanks and internal numbers, found by their shape."""
    clean = page.reading.clean
    taken: list[tuple[int, int]] = []
    board = page.context.channel == "board"
    for pattern, why, instead in (
        (BLANK, "A blank is not filled.", ""),
        (INTERNAL, "This number is for our own files.", ""),
        (DRAFT, "This is a mark of a draft.", ""),
    ):
        for found in pattern.finditer(clean):
            start, end = found.span()
            if start == end:
                start, end = max(0, start - 1), min(len(clean), end + 1)
            if any(start < last and first < end for first, last in taken) or (
                board and "internal" in found.group().lower()
            ):
                continue
            taken.append((start, end))
            yield page.hit_at("B10", start, end, why, instead)


def past_update(page: Page) -> Iterator[Hit]:
    """The promised update is not ahead of the clock, or of the text's own as-of time."""
    for start, end in past_updates(page.reading.clean, page.context.now, page.context.zone):
        yield page.hit_at(
            "B10",
            start,
            end,
            "This time is already past.",
            "the time of the next update",
        )


def wrong_school(page: Page) -> Iterator[Hit]:
    """A school that is not on the watchlist, or one of the names that are not us."""
    ours = [_core(school) for school in page.context.watchlist.schools]
    if not ours:
        return
    for entity in page.entities:
        words = page.doc[entity.start : entity.end].text
        core = _core(words)
        if entity.kind != SCHOOL or not core[0] or re.search(r"(?i)college|university", words):
            continue
        if not any(_same(core, known) for known in ours):
            nearest = max(
                page.context.watchlist.schools,
                key=lambda school: _overlap(school, words),
            )
            yield page.hit(
                "B10",
                entity.start,
                entity.end,
                "This is not one of our schools.",
                nearest,
            )
    for lookalike in page.context.watchlist.not_us:
        for found in re.finditer(rf"\b{re.escape(lookalike)}\b", page.reading.clean):
            yield page.hit_at("B10", *found.span(), "This name is on the list of who is not us.", "")


def _core(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """(the words that are the school's own, the words that say its level)."""
    words = [word.strip(".,'s") if word.endswith("'s") else word.strip(".,") for word in name.lower().split()]
    level = frozenset({"ms": "middle", "hs": "high"}.get(word, word) for word in words if word in GENERIC) - {
        "school",
        "the",
        "public",
        "campus",
    }
    return frozenset(word for word in words if word not in GENERIC), level


def _same(
    named: tuple[frozenset[str], frozenset[str]],
    known: tuple[frozenset[str], frozenset[str]],
) -> bool:
    """The same own words, and no level that contradicts."""
    return named[0] == known[0] and (not named[1] or not known[1] or bool(named[1] & known[1]))


def _overlap(school: str, words: str) -> int:
    return len(set(school.lower().split()) & set(words.lower().split()))
