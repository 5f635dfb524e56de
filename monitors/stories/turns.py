"""Turns: a report that changes what a story said before, so that everyone with a draft open must hear of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from monitors.relevance.reports import clean
from monitors.stories.spanish import glossed, is_spanish


@dataclass(frozen=True, slots=True)
class Turn:
    """What changed. `sentence` reads "from ... to ..."; `proposed_class` is a statement class of the domain rules,
    section 5: C update, D sensitive, E about the partner, F correction.
    """

    subject: str
    sentence: str
    proposed_class: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What one report claims: subject → (rank, value in words). `corrects`, `retracts` and `conduct` quote the
    sentence that does so; `corrected` is what that sentence claims.
    """

    values: Mapping[str, tuple[int, str]]
    corrected: Mapping[str, tuple[int, str]]
    corrects: str
    retracts: str
    conduct: str
    headline: str


_COUNTED = [
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen",
]  # fmt: skip
NUMBERS = {word: n for n, word in enumerate(_COUNTED)}
_NUM = r"(?P<n>\d{1,3}|no|" + "|".join(_COUNTED[1:]) + r")(?![- ]year|[-,.:]\d|(?:st|nd|rd|th)\b)"
_FEW = r"(?:(?!and\b|after\b|when\b|in\b|by\b|at\b|police\b|shoot|crash)[\w'’-]+ ){0,3}?"
_HURT = r"(?:injured|hurt|wounded|hospitali[sz]ed|injuries|sickened)"
_DEAD = r"(?:killed|dead|die|dies|died|slain|fatally|fatalities|deaths)"
_TO = r"[^.]{0,60}?\b(?:to|at|is now|now) "
COUNTS = (
    ("killed", rf"(?:death toll|number (?:of )?(?:people |students |pupils )?{_DEAD})\b{_TO}{_NUM}"),
    ("hurt", rf"number (?:of )?(?:\w+ ){{0,3}}{_HURT}\b{_TO}{_NUM}"),
    ("hurt", rf"\b{_NUM} {_HURT}, not \w+"),
    ("killed", rf"\b{_NUM} {_DEAD}, not \w+"),
    ("arrested", rf"number (?:of )?(?:\w+ ){{0,3}}arrest(?:s|ed)\b{_TO}{_NUM}"),
    ("killed", rf"\b{_NUM} \w+, not [^.]{{1,50}}, (?:were |was |have |has )?{_DEAD}\b"),
    ("hurt", rf"\b{_NUM} \w+, not [^.]{{1,50}}, (?:were |was |have |has )?{_HURT}\b"),
    ("killed", rf"\b{_NUM} {_FEW}{_DEAD}\b"),
    ("killed", rf"\b(?:kills|killed|killing) {_NUM}\b"),
    ("hurt", rf"\b{_NUM} {_FEW}{_HURT}\b"),
    (
        "hurt",
        rf"\b(?:injures|injured|injuring|hurts|wounds|wounded|wounding|sickens|sickened|sends?|sent) {_NUM}\b",
    ),
    ("hurt", rf"\b{_NUM} {_FEW}(?:were |was )?taken to (?:a |the |an )?(?:\w+ )?hospital"),
    (
        "hurt",
        rf"(?<!bus )\b{_NUM} {_FEW}(?:who )?(?:(?:was|were|are|is|being|been|have|had) )*(?:treated|evaluated|checked|examined|transported|seen by)\b",
    ),
    ("shot", rf"\b{_NUM} {_FEW}shot\b"),
    ("arrested", rf"\b{_NUM} {_FEW}(?:arrested|detained|in custody|arrests)\b"),
)
"""Subject, and how its number is written. Ages, dates, clock times and block numbers are not counts."""

STATUSES: tuple[tuple[str, str, str], ...] = (
    ("custody", "at large", r"at large|on the run|on the loose|manhunt|search(?:ing|es)? for (?:a |the |an? \w+ )?(?:suspects?|gunm[ae]n|shooter|man|driver)|still (?:looking|sought)|no (?:arrests?|suspects?) (?:have|has|had|in custody|made)|no one (?:is |was )?in custody|fled (?:the scene|on foot|before)"),
    ("custody", "in custody", r"in custody|taken into custody|arrested|surrender(?:s|ed)|captured|apprehended|detained"),
    ("custody", "charged", r"(?:has been|was|were|is|been|now) charged|charged (?:with|in)|faces? (?:\w+ )?(?:charges?|counts?)|charges? (?:filed|announced)"),
    ("custody", "released", r"released (?:without|from custody|on (?:\$[\d,]+ )?(?:bond|bail)|on his|on her|pending)|wrong (?:man|person|suspect)|cleared of|not (?:the|a) suspect"),
    ("charge", "charged", r"(?:has been|was|were|is|been|now) charged|charged (?:with|in|on)|on a charge of|indicted"),
    ("charge", "not charged", r"(?:charges?|case) (?:against [^.]{1,60} )?(?:was |were |is |are )?(?:dropped|dismissed)|(?:drop|dismiss)\w* (?:the |its |all |a )?(?:\w+ ){0,2}(?:charges?|case)|no charges? (?:for|against|will be |to be |were )|without charges?|acquitted|not guilty verdict"),
    ("condition", "stable", r"stable condition|non-?life-?threatening|expected to (?:survive|recover)|treated and released|minor injuries"),
    ("condition", "critical", r"critical(?:ly)?(?: but stable)? (?:condition|injured|hurt|wounded)|life-?threatening(?<!non-life-threatening)(?<!nonlife-threatening)|fighting for (?:his|her|their) li"),
    ("condition", "dead", r"(?:has|have) died|died (?:of|from|at|on|in|after|later|\w+day)|dies (?:of|from|at|after|in|days?)|succumb\w*|pronounced dead|life support removed"),
    ("school", "Hold", r"\b(?:in|on|into) (?:a )?hold\b(?! on)|hold status"),
    ("school", "Secure", r"\bsecure (?:status|mode|protocol|action)|(?:in|on|into) secure\b|lock-?out|secured? (?:perimeter|the building)"),
    ("school", "Shelter", r"shelter(?:ed|ing|s)?[- ]in[- ]place|sheltering"),
    ("school", "Lockdown", r"\b(?:on|in|into|under|goes on|placed on|prompts?|triggers?|forces?) (?:a )?(?:brief |soft |hard |precautionary )?lock-?down|locked down|lock-?downs? (?:at|after|amid|in effect)|^lock-?down"),
    ("school", "Evacuated", r"evacuat(?:ed|ing|ion|es?)"),
    ("school", "lifted", r"lock-?downs? (?:\w+ ){0,3}(?:lifted|over|ended|ends|canceled|cancelled)|lift(?:s|ed|ing)? (?:\w+ ){0,3}(?:lock-?down|shelter|secure|hold|order)|(?:secure|shelter|hold|lock-?out|order|shelter[- ]in[- ]place) (?:\w+ ){0,3}(?:lifted|over|ended)|all[- ]clear|classes (?:have )?resumed?|re-?opened|returned? to (?:class|normal)"),
    ("threat", "being checked", r"threat(?:en\w*)?|suspicious (?:package|device|item)|swatting call"),
    ("threat", "credible", r"(?:deemed|found|is|was|considered|now) credible|credible threat(?<!no credible threat)(?<!not a credible threat)|explosives? (?:was |were )?found"),
    ("threat", "not credible", r"not (?:a )?credible|no credible|non-?credible|unfounded|unsubstantiated|hoax|bogus|no truth to|(?:report|call|claim|threat|rumou?r)\b[^.]{0,60} (?:is|was|were|proved|proves) (?:not true|untrue|false|fake|made up)|false (?:alarm|report|threat)|prank|no threat (?:to|was|found)|nothing (?:was )?found|harmless|swatting|(?:threat|post|message|call)\b[^.]{0,40}\b(?:was|were|is)(?: not|n['’]t| never) (?:directed|aimed|meant|intended|about|against|for)\b|(?:about|aimed at|meant for|directed at|intended for) (?:another|a different) (?:school|district|town|state)"),
    ("weapon", "a gun or weapon", r"\b(?:hand)?gun\b(?!fire)|firearm|\brifle\b|\bpistol\b|weapon|\bknife\b"),
    ("weapon", "no real weapon", r"no (?:gun|weapon|firearm|knife)s?\b|not armed|(?:gun|weapon|firearm) was (?:not|never) found|(?:toy|bb|pellet|airsoft|water|fake|replica|nerf|gel) ?(?:gun|weapon|rifle|pistol|blaster)|not (?:a|an) (?:real )?(?:gun|weapon|firearm)|airsoft|unarmed"),
    ("shots", "shots were fired", r"shots (?:were )?fired|active shooter|\bshooting\b|gunfire|gunshots?|opened fire|\bshot\b"),
    ("shots", "no shots were fired", r"no (?:shots|shooting|gunfire|shooter|evidence of (?:a |any )?(?:shots|shooting|gunfire|shooter))|not (?:a|an active) shoot\w+|fireworks|backfir\w+|was no (?:active )?shoot\w+"),
    ("harm", "nobody hurt", r"no (?:injuries|one (?:was |is )?(?:hurt|injured)|(?:reported )?injuries)|nobody (?:was )?(?:hurt|injured)|without injury|uninjured|unharmed"),
    ("harm", "somebody hurt", r"injured|wounded|\bhurt\b|hospitali[sz]ed|\bshot\b|stabbed|struck by|taken to (?:a |the |an area )?(?:\w+ )?hospital|airlifted"),
    ("harm", "somebody dead", r"(?<!not )(?<!not be )(?:killed|\bkills\b|to death\b|drown(?:s|ed)|\bdead\b|\bdied\b|\bdies\b|\bfatal(?:ly)?\b|homicide|murder(?:ed)?|\bslain\b|body (?:was )?found)"),
    ("missing", "missing", r"\bmissing\b|abducted|kidnapped|amber alert|last seen"),
    ("missing", "found safe", r"(?:found|located|is|returned|home|recovered) (?:home )?(?:safe|unharmed|alive)|safely (?:found|located|returned)|back (?:home|with (?:his|her|their))|amber alert (?:\w+ )?cancel+ed|no longer missing"),
)  # fmt: skip
"""Subject, value, words that say so. Within one report the last row that matches is what it says."""

BACKGROUND = {("harm", "somebody hurt"), ("harm", "nobody hurt"), ("threat", "being checked"), ("weapon", "a gun or weapon"),
              ("shots", "shots were fired"), ("custody", "at large"), ("missing", "missing"), ("school", "Hold")}  # fmt: skip
"""Values that a background paragraph repeats: they make a turn only where the report says that it corrects."""
ENDS = {("condition", "dead"), ("harm", "somebody dead"), ("custody", "charged"), ("custody", "released"),
        ("charge", "not charged"), ("school", "lifted"), ("missing", "found safe"), ("threat", "not credible")}  # fmt: skip
"""Values a story ends with: a way back from one is a turn only where the report corrects, or says that it is again."""
UNDOES = {("threat", "not credible"), ("shots", "no shots were fired")}
"""Values that undo an alarm though nobody called it a threat before: "heavy police presence", then a hoax."""
ALARMS = {"school", "shots", "custody", "harm", "weapon"}
AGAIN = re.compile(r"\bagain\b|second (?:time|lockdown|arrest)|re-?arrested|after all", re.IGNORECASE)
SAID_OF = {
    "killed": "killed", "hurt": "hurt", "shot": "shot", "arrested": "arrested", "custody": "suspect", "charge": "charge", "condition": "condition",
    "school": "school status", "threat": "threat", "weapon": "weapon", "shots": "shots", "harm": "harm",
    "time": "time", "missing": "missing person",
}  # fmt: skip
CLASSES = {"killed": "F", "hurt": "F", "shot": "F", "arrested": "F", "time": "F", "correction": "F", "retraction": "F",
           "weapon": "F", "shots": "F", "condition": "C", "harm": "C", "custody": "C", "charge": "C", "school": "C", "threat": "C",
           "missing": "C", "conduct": "E"}  # fmt: skip

CORRECTS = re.compile(
    r"^correction\b|\bcorrections?:|corrects?\b|corrected\b|(?:an )?earlier (?:version|report|story|statement|account|post)s? "
    r"(?:of|said|misstated|incorrectly|was|were|that|had|gave)|incorrectly|misidentified|misstated|erroneous(?:ly)?|in error\b|wrongly (?:reported|said|named|identified)|contrary to "
    r"(?:earlier|initial|previous|what)|walk(?:s|ed|ing) back|(?:police|officials|authorities|investigators|district|chief|sheriff|deputies|school) now say|"
    r"now sa(?:y|ys|id)\b|revis(?:e|es|ed|ing) (?:the |its |their )?(?:number|count|toll|total|time|account|statement|timeline)|not \w+ as (?:first|initially|previously|earlier) "
    r"(?:reported|said)|(?:initially|originally|previously|first) (?:reported|said|told|stated|identified|believed)|clarif(?:y|ies|ied|ication)",
    re.IGNORECASE,
)
DISPUTES = re.compile(
    r"contradict\w*|at odds with|conflicts? with (?:what|the)|insist(?:s|ed)?\b|refut(?:e|es|ed)\b|(?:dispute|denie|challenge|reject)s? "
    r"(?:the |that |a |police |city |school |official |\w+['’]s )*(?:account|report|claim|version|statement|story|timeline)s?\b|"
    r"despite (?:the |what )?(?:[\w'’]+ ){0,3}(?:account|said|told|claim\w*)|(?:was|were|is|are|did) [\w'’]+, not [\w'’]+|(?:was|were|did) not \w+,['’\"”]",
    re.IGNORECASE,
)
"""Somebody holds against what was told; read in headlines, and in leads where the words are sure."""
RETRACTS = re.compile(
    r"retract\w*|withdr(?:aws?|ew|awn|awing) (?:its|the|a|their|an|that) (?:earlier )?(?:report|statement|story|account|post|claim)|rescind\w*|"
    r"(?:takes?|took|taken|pulls?|pulled) (?:down|back) (?:its|the|a|their) (?:report|statement|story|account|post|claim)|never happened|did not (?:happen|occur|take place)|"
    r"no such (?:incident|event|threat|shooting|arrest)|delet(?:es|ed) (?:its|the|a) (?:post|tweet|statement|report)",
    re.IGNORECASE,
)
_FORCE = r"(?:police|officers?|cops?|deput(?:y|ies)|troopers?|sergeant|sgt\.?|lieutenant|captain|sheriff(?:['’]s)?|department|chief|sro)"
OF_FORCE = re.compile(
    rf"(?:shot|killed|wounded) by (?:an? |the )?(?:[\w'’-]+ ){{0,3}}{_FORCE}\b|{_FORCE}[- ]involved\b",
    re.IGNORECASE,
)
"""A story of the force's own shooting is about its conduct from the start."""
CONDUCT = re.compile(
    rf"(?:review|investigation|inquiry|probe|audit|scrutiny|questions?) (?:of|into|about|over|on) (?:\w+['’]?s? ){{0,3}}(?:{_FORCE}\b|handling|response|conduct|use of force)|"
    r"\bpolice (?:conduct|handling|brutality|misconduct|tactics|use of force|accountability)|excessive force|kneel\w* on\b|knee on\b|"
    rf"{_FORCE}\b[^.]{{0,40}}\b(?:on (?!standard|routine)(?:\w+ )?leave|suspended|resigns?|resigned|steps? down|under investigation|sued|accused|disciplined|(?:was|were|been|be|gets?) fired(?! (?:during|at|into|from|on|upon|in|through|toward|outside|by)\b))|"
    rf"{_FORCE}\b[^.]{{0,25}}\b(?:indicted|charged|arrested) (?:on|with|for|in|after|over|by)\b|"
    rf"{_FORCE}\b[^.]{{0,20}}\b(?:handcuff|tackl|punch|tase|kneel)\w* |"
    rf"complaints? (?:against|about|over) [^.]{{0,25}}{_FORCE}\b|(?:\bsues?\b|lawsuit|suing)[^.]{{0,90}}(?:{_FORCE}\b|city)|"
    r"calls? (?:for|on) [^.]{0,60}(?:independent|outside|review|resign\w*|investigat\w+|accountab\w+|answers)|(?:body|dash)[- ]?cam\w*|dash camera|body camera|"
    r"demands? (?:\w+ ){0,3}(?:answers|review|investigation|inquiry|release)|"
    rf"(?:criticiz|criticis|question|condemn)\w* (?:\w+ ){{0,4}}(?:{_FORCE}\b|handling)|"
    r"(?:asks?|asked|asking|urges?|requests?|wants?) (?:for )?(?:\w+ ){0,3}(?:review|investigation|inquiry|audit)",
    re.IGNORECASE,
)
_ANY_NUMBER = r"(?:\d[\d,]*|" + "|".join(_COUNTED) + r"|twenty|thirty|dozens?)"
COUNT_CHANGED = re.compile(
    r"\b(?:number|toll|count|tally|total)s?\b[^.]{0,70}?\b(?:ris|ros|grow|grew|climb|increas|revis|lower|rais|drop|fall|fell|"
    rf"cut|now)\w*\b[^.]{{0,25}}?\b{_ANY_NUMBER}\b|\b{_ANY_NUMBER}(?: [\w'’-]+){{0,9}}, not {_ANY_NUMBER}\b|\b(?:up|down) from {_ANY_NUMBER}\b",
    re.IGNORECASE,
)
"""A headline whose news is that a number was another one, whatever it counts."""
HEARSAY = re.compile(
    r"\b(?:rumou?rs?|claiming|falsely|posts? (?:saying|that said)|false (?:claims?|posts?))\b", re.IGNORECASE
)
"""A sentence that tells what others wrongly say claims nothing itself."""
_EVENT_TIME = re.compile(
    r"(?:happened|occurred|took place|reported|began|started|fired|shot|struck|crashed|called|went off|broke out|came in)\b[^.;]{0,70}?\b(?:at|around|about) "
    r"(?P<h>\d{1,2})(?::(?P<m>\d\d))? ?(?P<half>[ap])\.?m",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"'])|\n+")
_COUNT_PATTERNS = tuple((subject, re.compile(pattern, re.IGNORECASE)) for subject, pattern in COUNTS)
_STATUS_PATTERNS = tuple(
    (subject, value, re.compile(pattern, re.IGNORECASE)) for subject, value, pattern in STATUSES
)
ONE_RETRACTION = timedelta(hours=12)
"""Several outlets tell of one retraction, each in its own words."""
SAME_TIME = timedelta(minutes=30)
"""Clock times closer than this are one time: a call, an arrival and a report of it differ by minutes."""


@lru_cache(maxsize=4096)
def claims_of(title: str, text: str) -> Claims:
    """What a report claims. Pure; words only."""
    title, text = clean(title, 1500), clean(text, 6000)
    if is_spanish(f"{title}. {text[:400]}"):
        return _spanish_claims(title, text)
    said = [s for s in (title, *_SENTENCES.split(text[:1200])) if not HEARSAY.search(s)]
    values = _statuses(". ".join(said)) | _counts(". ".join(said[1:])) | _counts(". ".join(said[:1]))
    if found := _EVENT_TIME.search(f"{title}. {text}"):
        minutes = int(found["h"]) % 12 * 60 + int(found["m"] or 0) + (720 if found["half"] in "pP" else 0)
        values["time"] = (minutes, f"{found['h']}:{found['m'] or '00'} {found['half'].lower()}.m.")
    changed = title if COUNT_CHANGED.search(title) or DISPUTES.search(title) else ""
    corrects = _sentence_with(CORRECTS, title, text) or changed
    return Claims(
        values,
        corrected=_statuses(corrects) | _counts(corrects),
        corrects=corrects,
        retracts=_sentence_with(RETRACTS, title, text[:1500]),
        conduct=_sentence_with(CONDUCT, title, text[:600]),
        headline=title,
    )


def _spanish_claims(title: str, text: str) -> Claims:
    """What a report in Spanish claims; what it quotes stays in its own words."""
    values = _statuses(glossed(f"{title}. {text[:1200]}"))
    return Claims(values, corrected={}, corrects="", retracts="", conduct="", headline=title)


def _counts(part: str) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for subject, pattern in _COUNT_PATTERNS:
        if subject not in found and (match := pattern.search(part)):
            word = match["n"].lower()
            number = int(word) if word.isdigit() else NUMBERS[word]
            found[subject] = (number, f"{number} {SAID_OF[subject]}")
    return found


def _statuses(part: str) -> dict[str, tuple[int, str]]:
    found = {}
    for rank, (subject, value, pattern) in enumerate(_STATUS_PATTERNS):
        if pattern.search(part):
            found[subject] = (rank, value)
    return found


def _sentence_with(pattern: re.Pattern[str], *texts: str) -> str:
    for text in texts:
        for sentence in _SENTENCES.split(text):
            if pattern.search(sentence):
                return sentence.strip()[:240]
    return ""


@dataclass(slots=True)
class Account:
    """What a story has said so far, subject by subject, in the order it was told."""

    said: dict[str, list[tuple[datetime, int, str]]] = field(default_factory=dict)
    headline: str = ""
    about_conduct: bool = False
    corrections: set[str] = field(default_factory=set)
    retracted_at: datetime | None = None

    def take(self, claims: Claims, at: datetime) -> tuple[Turn, ...]:
        """The turns this report makes in the story; afterwards its claims are part of the account."""
        turns = tuple(self._turns(claims, at)) if self.headline else ()
        for subject, (rank, value) in claims.values.items():
            self.said.setdefault(subject, []).append((at, rank, value))
            self.said[subject].sort(key=lambda told: told[0])
        self.corrections |= {claims.corrects, claims.retracts}
        self.retracted_at = at if claims.retracts else self.retracted_at
        self.about_conduct |= bool(claims.conduct) or bool(OF_FORCE.search(claims.headline))
        self.headline = self.headline or claims.headline
        return turns

    def _turns(self, claims: Claims, at: datetime) -> Iterator[Turn]:
        changed = [turn for subject in claims.values if (turn := self._changed(subject, claims, at))]
        told = self.retracted_at is not None and abs(at - self.retracted_at) <= ONE_RETRACTION
        if claims.retracts and claims.retracts not in self.corrections and not told:
            yield _turn("retraction", f"“{self.headline}”", f"taken back: “{claims.retracts}”")
        elif (
            claims.corrects
            and claims.corrects not in self.corrections
            and not changed
            and not self._knows(claims.corrected)
        ):
            yield _turn("correction", f"“{self.headline}”", f"“{claims.corrects}”")
        yield from _without_echoes(changed)
        if claims.conduct and not self.about_conduct:
            yield _turn("conduct", f"“{self.headline}”", f"the conduct of the police: “{claims.conduct}”")

    @property
    def alarmed(self) -> bool:
        """Whether the story has told of an alarm so far, and not that it was none."""
        return not ALARMS.isdisjoint(self.said)

    def _knows(self, values: Mapping[str, tuple[int, str]]) -> bool:
        """Whether all of these, and at least one, were told before."""
        told = {(subject, value) for subject, claims in self.said.items() for _, _, value in claims}
        return bool(values) and all((subject, value) in told for subject, (_, value) in values.items())

    def _changed(self, subject: str, claims: Claims, at: datetime) -> Turn | None:
        rank, value = claims.values[subject]
        before = self.said.get(subject, [])
        if not before and (subject, value) in UNDOES and self.alarmed:
            return _turn(subject, f"“{self.headline}”", value)
        if not before or at < before[-1][0]:
            return None
        _, was_rank, was = before[-1]
        if value == was or (subject == "time" and abs(rank - was_rank) * timedelta(minutes=1) < SAME_TIME):
            return None
        told_before = any(value == earlier for _, _, earlier in before)
        back = (subject, value) in BACKGROUND and (was, value) != ("nobody hurt", "somebody hurt")
        back |= (subject, was) in ENDS and rank < was_rank
        said_again = claims.corrected.get(subject) == (rank, value) or AGAIN.search(claims.headline)
        if (told_before or back) and not said_again:
            return None
        return _turn(subject, was, value)


def _turn(subject: str, was: str, now: str) -> Turn:
    proposed = "D" if now in ("dead", "somebody dead") else CLASSES[subject]
    return Turn(subject, f"from {was} to {now}", proposed)


def _without_echoes(turns: list[Turn]) -> Iterator[Turn]:
    """A death counted is not told again as harm or condition."""
    subjects = {turn.subject for turn in turns}
    for turn in turns:
        if turn.subject == "harm" and subjects & {"killed", "hurt", "condition"}:
            continue
        if turn.subject == "condition" and "killed" in subjects:
            continue
        yield turn


def quoted(subject: str, title: str, text: str) -> str:
    """The sentence of a report that makes a turn on this subject, at most 240 characters; its title where none does."""
    claims = claims_of(title, text)
    whole = {"correction": claims.corrects, "retraction": claims.retracts, "conduct": claims.conduct}
    if subject in whole:
        return whole[subject] or claims.headline
    value = claims.values.get(subject)
    for sentence in (claims.headline, *_SENTENCES.split(clean(text, 6000)[:1200])):
        found = _statuses(sentence) | _counts(sentence)
        if subject in found and (value is None or found[subject] == value):
            return sentence.strip()[:240]
    return claims.headline[:240]
