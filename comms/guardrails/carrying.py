"""C1, C2, C3: can this channel carry the text, can a family read it, and is the protective action the one in force."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comms.channels import CHANNELS, EMAIL, grade, measure, split_subject
from comms.channels import words as words_of
from comms.guardrails.context import Context, Hit

GRADED_FROM = 30
"""Words below which a reading grade says more about one name than about the text."""

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
    re.I,
)
NOT_PROTOCOL = re.compile(
    r"\b(?:soft|modified|partial|precautionary|preventive|level (?:\d|one|two)|limited)\s+lock[ -]?down\b|\block[ -]?out\b",
    re.I,
)
DENIED = re.compile(
    r"\b(?:not|no|never|n't|isn't|wasn't|without|lifted|ended|over|earlier|no longer|not in|than)\b[^.!?]{0,25}$",
    re.I,
)
LIFTED = re.compile(r"^[^.!?]{0,20}\b(?:lifted|ended|is over|was over|drill|end)\b", re.I)


def reading_grade(text: str, context: Context, language: str) -> Iterator[Hit]:
    """C1: warn and block by the channel's own grades."""
    limits = CHANNELS[context.channel].grades
    body = split_subject(text)[1] if context.channel == EMAIL else text
    if limits is None or len(words_of(body)) < GRADED_FROM:
        return
    found = grade(body, language)
    if found > limits.warn:
        blocks = limits.block is not None and found > limits.block
        yield Hit(
            "C1",
            "block" if blocks else "warn",
            0,
            0,
            "",
            f"Reading grade {found:g}; {CHANNELS[context.channel].name.lower()} should stay at {limits.target:g}.",
            "Shorter sentences, one thought each, and everyday words.",
        )


def channel_limits(text: str, context: Context, language: str) -> Iterator[Hit]:
    """C2: one hit for each limit passed."""
    counted = measure(
        text, context.channel, language, phase=context.phase, cls=context.cls, purpose=context.purpose
    )
    level = "block" if CHANNELS[context.channel].hard else "warn"
    for sentence in counted.over:
        yield Hit("C2", level, 0, 0, "", sentence, "Move detail to the web page and link to it.")


def protective_action(text: str, context: Context) -> Iterator[Hit]:
    """C3: an action named while another is in force, or named in words the protocol does not have."""
    status = context.status.strip().capitalize()
    for said in SAID.finditer(text):
        action = said.lastgroup or ""
        if action != "Lockdown" or status in {"", "Lockdown"}:
            continue
        if DENIED.search(text, max(0, said.start() - 60), said.start()) or LIFTED.match(
            text[said.end() : said.end() + 60]
        ):
            continue
        why = f"The status is {status}; a text may not say {said.group()} while it is."
        yield Hit("C3", "block", *said.span(), said.group(), why, status)
