"""C1, C2, C3: can this channel carry the text, can a family read it, and is the protective action the one in force."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comms.guardrails.context import Hit
from comms.guardrails.page import Page
from comms.guardrails.rules import Level
from comms.wording.channels import CHANNELS, EMAIL, grade, measure, split_subject
from comms.wording.channels import words as words_of

GRADED_FROM, SURE_FROM = 15, 30
"""Below the first number of words a text is not graded; below the second a grade says as much about one long name as
about the text, and only one far beyond any channel's counts."""
FAR_BEYOND = 18

ACTIONS = {
    "Hold": r"hold(?: in place)?",
    "Secure": r"secure|lock[ -]?out",
    "Lockdown": r"lock(?:ed|ing)?[ -]?down|confinamiento|cierre de emergencia",
    "Evacuate": r"evacuat\w+|evacua\w*",
    "Shelter": r"shelter(?:ed|ing)?(?:[ -]in[ -]place)?|refugi\w+",
}
"""The five actions of the Standard Response Protocol and the words that say them."""
SAID = re.compile(
    "|".join(f"(?P<{action}>\\b(?:{said})\\b)" for action, said in ACTIONS.items()),
    re.IGNORECASE,
)
NOT_PROTOCOL = re.compile(
    r"\b(?:soft|modified|partial|precautionary|preventive|level (?:\d|one|two)|limited)\s+lock[ -]?down\b|\block[ -]?out\b",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:not|no|never|n't|isn't|wasn't|without|lifted|ended|over|earlier|no longer|not in|than)\b[^.!?]{0,25}$",
    re.IGNORECASE,
)
IN_SECURE = re.compile(
    r"\b(?:is|are|in|into|status is|under|to) (?:a )?secure\b|\bSecure (?:status|protocol)|\bSECURE\b|\bin Secure\b",
    re.IGNORECASE,
)
CORRECTS = re.compile(
    r"\b(?:correction|was wrong|were wrong|not right|in error|incorrect|mistaken\w*|we said|we wrote)\b",
    re.I,
)
UNDER = re.compile(r"\b(?:(?:in|into|under) (?:a |an |full |the )?|on (?:a |an ))$", re.IGNORECASE)
PRACTICED = re.compile(
    r"\b(?:practi[cs]\w+|drills?|train\w*|rehears\w+|twice a year|each (?:year|fall|spring|month)|every (?:year|fall|spring|month)|plans? for|learn\w*)\b",
    re.IGNORECASE,
)
"""A sentence about what schools rehearse names an action without saying that it is on."""
ANOTHER_DAY = re.compile(
    r"\b(?:last|previous|past|earlier) (?:year|month|week|spring|fall|winter|summer|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|\byesterday\b|\b(?:in|since) (?:19|20)\d\d\b",
    re.IGNORECASE,
)
NOW = re.compile(r"(?:\b(?:is|are|be|been|now|am)|'re)(?: \w+)? $", re.IGNORECASE)
PAST = re.compile(r"\b(?:was|were|had been|from|after|earlier|when|if)\b[^.!?]*$", re.IGNORECASE)
ALONE = re.compile(
    r"^(?:[.,;:!)]|$|\s(?:because|while|until|for|as|due|at|since|after|now|and|mode|status|so)\b)",
    re.IGNORECASE,
)
"""Around an everyday word such as hold or secure: what makes it the name of the action now in force."""
UNDER_WAY = re.compile(
    r"^,? (?:is |was )?(?:now |being )?(?:under ?way|in progress|ordered|on\b|begun|has begun)", re.IGNORECASE
)
LIFTED = re.compile(r"^[^.!?]{0,20}\b(?:lifted|ended|is over|was over|drill|end)\b", re.IGNORECASE)


def reading_grade(page: Page) -> Iterator[Hit]:
    """C1: warn and block by the channel's own grades."""
    text, channel = page.reading.text, CHANNELS[page.context.channel]
    body = split_subject(text)[1] if channel.id == EMAIL else text
    if channel.grades is None or len(words_of(body)) < GRADED_FROM:
        return
    found = grade(body, page.language)
    if len(words_of(body)) < SURE_FROM and found < FAR_BEYOND:
        return
    if found > channel.grades.warn:
        level: Level = (
            "block" if channel.grades.block is not None and found > channel.grades.block else "warn"
        )
        why = f"Reading grade {found:g}; {channel.name.lower()} should stay at {channel.grades.target:g}."
        yield Hit(
            "C1",
            level,
            0,
            0,
            "",
            why,
            "Shorter sentences, one thought each, and everyday words.",
        )


def channel_limits(page: Page) -> Iterator[Hit]:
    """C2: one hit for each limit passed."""
    context = page.context
    counted = measure(
        page.reading.text,
        context.channel,
        page.language,
        phase=context.phase,
        cls=context.cls,
        purpose=context.purpose,
    )
    level: Level = "block" if CHANNELS[context.channel].hard else "warn"
    for sentence in counted.over:
        yield Hit(
            "C2",
            level,
            0,
            0,
            "",
            sentence,
            "Move detail to the web page and link to it.",
        )


def protective_action(page: Page) -> Iterator[Hit]:
    """C3: an action named while another is in force, or named in words the protocol does not have."""
    status = page.context.status.strip().capitalize()
    text = page.reading.clean
    said = [match for match in SAID.finditer(text) if not _denied(text, match)]
    if not status:
        named = {match.lastgroup for match in said}
        status = (
            "Secure" if IN_SECURE.search(text) and not CORRECTS.search(text) and "Lockdown" in named else ""
        )
    for match in said:
        if status in {"", match.lastgroup}:
            continue
        if match.lastgroup == "Lockdown" or _in_force(text, match):
            why = f"The status is {status}; a text may not say {match.group()} while it is."
            yield page.hit_at("C3", *match.span(), why, status)
    for match in NOT_PROTOCOL.finditer(text):
        why = "The Standard Response Protocol has no such word: Hold, Secure, Lockdown, Evacuate, Shelter."
        yield page.hit_at("C3", *match.span(), why, status or "Secure")


def _in_force(text: str, said: re.Match[str]) -> bool:
    """Whether an action is said to be on now: `in Hold`, `are sheltering`, not `hold on` or `was in Hold from 9`."""
    before, after = text[max(0, said.start() - 40) : said.start()], text[said.end() : said.end() + 20]
    word = said.group()
    if re.search(r"\b(?:(?:has|have) been|(?:are|is|'re) being) $", before) and word.lower().endswith("ed"):
        return True
    if PAST.search(before):
        return False
    if said.lastgroup == "Evacuate" and UNDER_WAY.match(after):
        return True
    if said.lastgroup in {"Evacuate", "Shelter"} and word.lower().endswith(
        ("ing", "ing in place", "ing-in-place")
    ):
        return bool(NOW.search(before))
    return bool(UNDER.search(before)) and (word[:1].isupper() or bool(ALONE.match(after)))


def _denied(text: str, said: re.Match[str]) -> bool:
    """Whether the action is named as not in force: not a lockdown, the lockdown is over, a lockdown drill."""
    return bool(
        DENIED.search(text[max(0, said.start() - 60) : said.start()])
        or LIFTED.match(text[said.end() : said.end() + 60])
        or PRACTICED.search(sentence := _sentence(text, said))
        or ANOTHER_DAY.search(sentence)
    )


def _sentence(text: str, said: re.Match[str]) -> str:
    """The words of the sentence around an action."""
    before = re.split(r"[.!?]\s|\n", text[: said.start()])[-1]
    return before + re.split(r"[.!?](?:\s|$)|\n", text[said.start() :])[0]
