"""B7: a threat, a hate slogan or a manifesto in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comms.guardrails.context import Hit
from comms.guardrails.page import Page

QUOTED = re.compile(
    r"\"([^\"\n]{2,600})\"|(?<![\w])'([^'\n]{3,300}(?:'(?:s|t|re|ll|m|ve|d)\b[^'\n]{0,200})*)'(?!\w)"
)
CARRIER = re.compile(
    r"\b(?:threat(?:s|en\w*)?|graffiti|slogans?|banners?|chant\w*|manifesto|swastikas?|racist|racial|hate\w*|flyers?|leaflets?|slurs?|spray-painted|scrawled|shooter|gunman"
    r"|suspect|callers?|voicemail|note|antisemitic|nazi|supremacist|extremist|hoax|bomb|amenaza\w*|grafiti|pintada|lema|cartel|shout(?:ed|ing)?|yell(?:ed|ing)?|sticker\w*|vandal\w*|carved|etched)\b",
    re.IGNORECASE,
)
WEAK_CARRIER = re.compile(
    r"\b(?:messages?|posts?|posted|texts?|texted|e-?mails?|signs?|letters?|videos?|comments?|captions?|wrote|written|read|reads|reading|painted|posters?|shirts?|screenshots?|snap|says|said|saying|pics?|pictures?|photos?|memes?|drawings?|stor(?:y|ies)|mensaje|publicación|decía|words)\b",
    re.IGNORECASE,
)
MENACE = re.compile(
    r"\b(?:kill\w*|shoot\w*|shot|bomb\w*|die|dies|dead|death|gun|guns|blood|attack\w*|stab\w*|burn|hurt|revenge|bullets?|massacre|slaughter\w*|hate|end it|ends?|gas (?:them|the|all)|boom|beat|rape|hunt|get it|get yours|burn|rot|traitors?|vermin|columbine|hang|lynch|exterminat\w*|pay for|regret|don't come|watch out|blow|explode|go home|go back|get out|you don't belong|don't belong here|not wanted|your kind|foreigners?|outsiders|no \w+ (?:here|allowed|wanted)|not welcome|power|supremacy|white|jews?|blacks?|mexicans?|muslims?|immigrants?|replace|inferior|race|purge|matar\w*|muer\w*|disparar\w*|bala|sangre|you're next|next|last day|everyone will|all of you)\b",
    re.IGNORECASE,
)
HARMLESS = re.compile(
    r"^(?:hold|secure|lockdown|lock down|evacuate|shelter|stop|help|safe|see something,? say something|drill|all clear|yes|no|info|tip)\b[.!,]?$|^(?:hold|secure|lockdown|evacuate|shelter)[.,!]? ",
    re.IGNORECASE,
)
CHEERFUL = re.compile(
    r"\b(?:spirit|theme|mascot|homecoming|fundraiser|school year|pep|motto|campaign for|reading|our slogan|welcome|good luck|congratulations|go team|seniors|thank(?:s| you)|happy|kind(?:ness)?|(?-i:[Gg]o [A-Z]\w+)|school days|belongs? here|parking)\b",
    re.IGNORECASE,
)
"""What a slogan or banner of the school's own is about."""
TO_SAY = re.compile(
    r"\b(?:say|answer|reply|respond|tell (?:them|callers|families|reporters)|diga)\s*[:,]?\s*$", re.IGNORECASE
)
"""What talking points tell staff to say."""
RELAYED = re.compile(
    r"\b(?:the|this|that|a|an|his|her|their|one|el|la|un|una|los|las|su) (?:\w+ ){0,3}?(?:post|message|text|note|letter|snap|story|caption|comment|reply|e-?mail|voicemail|video|clip|screenshot|sign|drawing|paint|writing|words|tweet|chat|meme|call|publicaci[oó]n|mensaje|nota|carta|texto|pintada)s?\b(?:[^.!?\n]{0,60}?\b(?:read|reads|reading|said|says|saying|states?|stated|went|goes|decía|dice|rezaba)\b[^.!?\n\"]{0,20}|[^.!?\n\"]{0,60}[:(])\s*$",
    re.IGNORECASE,
)
"""A post or note introduced with what it said: whatever stands in the quotation marks is carried further."""
OFFICIAL_SAYS = re.compile(
    r"^\s*,?\s*(?:said|says|added|wrote|dijo)\s+(?:[A-Z]|the (?:superintendent|chief|principal))|\b(?:superintendent|chief|principal|brandt|mayor|sgt\.?|spokes\w+)\b[^\"]{0,40}(?:said|says|added|wrote|:)[^\"]{0,10}$",
    re.IGNORECASE,
)


def quoted(page: Page) -> Iterator[Hit]:
    """Quotation marks around what a threat or a slogan said; an official's own words stay silent."""
    clean = page.reading.clean
    for found in QUOTED.finditer(clean):
        words = found.group(1) or found.group(2)
        if HARMLESS.match(words.strip()):
            continue
        before, after = _around(clean, found.start(), found.end())
        if OFFICIAL_SAYS.search(after) or OFFICIAL_SAYS.search(before):
            continue
        if TO_SAY.search(before):
            continue
        menace = MENACE.search(words)
        near = f"{before} {after}"
        if not menace and (CHEERFUL.search(near) or CHEERFUL.search(words)):
            continue
        if (
            CARRIER.search(before)
            or _relayed(before, near)
            or _strangers(page, found.start(), words, before, near)
            or (menace and (CARRIER.search(near) or WEAK_CARRIER.search(near)))
        ):
            yield page.hit_at(
                "B7",
                *found.span(),
                "Quoting it carries it further. Name the act, not its words.",
                "hateful or threatening words",
            )


OUR_WORDS = re.compile(
    r"\b(?:we|our|us|titled|entitled|called|named|theme|motto|policy|subject(?: line)?|phrase|word|term|label\w*|marked|button|press|click|choose|should (?:read|say)|correct\w*|instead of|means?|known as|nosotros|nuestr[oa]s?)\b[^\"]{0,30}$",
    re.IGNORECASE,
)


def _strangers(page: Page, at: int, words: str, before: str, near: str) -> bool:
    """Whether a quotation of some length, in or beside a sentence about a threat or hate, is nobody's of ours: no
    official said it, it is no title and no word of our own messages."""
    plain = [word for word in words.split() if word[:1].islower()]
    if len(plain) < 2 or OUR_WORDS.search(before) or CHEERFUL.search(near):
        return False
    number = next(
        (
            number
            for number, tokens in enumerate(page.sentence_ranges)
            if tokens and page.doc[tokens.stop - 1].idx >= at
        ),
        0,
    )
    return page.cued("~menace_topic", number) and not page.cued("declines", number)


def _relayed(before: str, near: str) -> bool:
    return RELAYED.search(before) is not None and not CHEERFUL.search(near)


def _around(clean: str, start: int, end: int) -> tuple[str, str]:
    """The rest of the sentence on either side."""
    before = re.split(r"[.!?]\s+(?=[A-Z\"])|\n", clean[max(0, start - 200) : start])[-1]
    after = re.split(r"[.!?](?:\s|$)|\n", clean[end : end + 120])[0]
    return before, after
