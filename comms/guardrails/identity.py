"""Who is named, and whether they may be: B1 (a child), B3 (a family), B9 (the school resource officer)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comms.guardrails.context import Hit
from comms.guardrails.names import ADULT, MINOR, OFFICER, OFFICIAL, PERSON, Name
from comms.guardrails.page import Page
from comms.guardrails.wordlists import given_names, listed

INITIALS = re.compile(r"^(?:[A-Z]\.){2,3}$|^[A-Z]\.?[A-Z]\.$")
ABBREVIATED = listed("ordinary", "abbreviated")
BARE_INITIALS = re.compile(
    r"\b(?:initials|known as|nicknamed|goes by|went by|called|identified (?:only )?as|named|referred to as|a\.?k\.?a\.?|iniciales)\s*(?:are|is|as|:|,|only|son)?\s*"
    r"\"?'?((?:[A-Z]\.?\s?){2,3})\b"
)
NICKNAME = re.compile(
    r"\b(?:nicknamed|nickname(?: is| was)?|know(?:n|s)?(?: him| her| them)? (?:to (?:friends|classmates|students|everyone|peers)|around school|at school|online|on campus)?\s*(?:simply |only |just )?as|goes by|went by|better known as|a\.?k\.?a\.?|alias|street name(?: is)?|everyone called (?:him|her|them)|call(?:s|ed)? (?:him|her|them)|apodad[oa]|alias|conocid[oa] (?:como|por)|(?:le|lo|la) (?:dicen|llaman|apodan|conocen como)|se hace llamar)\s*,?\s*"
    r"(\"[^\"\n]{2,30}\"|'[^'\n]{2,30}'|[A-Z][\w-]{1,20})"
)
AS_CALLED = re.compile(
    r"(\"[^\"\n]{2,30}\"|\b[A-Z][\w-]{1,20})\s*,? as (?:he|she|they|friends|classmates|students|everyone)(?: is| are|s?) (?:called|known|calls?|knows?)"
)
HANDLE = re.compile(r"(?<![\w.@])@[A-Za-z0-9_.]{2,30}")
USERNAME = re.compile(
    r"\b(?:user ?name|screen ?name|gamer ?tag|handle|account|user|profile|snapchat|instagram|tiktok|discord|page|channel|usuario|cuenta)\s*(?:name|called|named|is|was|:|,|of|known as|llamad[oa])*\s+"
    r"(\"[^\"\s]{3,30}\"|'[^'\s]{3,30}'|[A-Za-z]*[A-Za-z0-9]*[_\d][\w.]{2,30})",
    re.IGNORECASE,
)
ORGANISED = re.compile(
    r"(?:pd|police|school|schools|district|isd|usd|csd|sheriff|city|county|news|tribune|gov|supt|sd|fire|ems|ms|hs|alerts?|info|updates?|official|elementary|middle|high|academy|dept)\d*\b"
    r"|^@(?:[A-Z]{2,6}(?:sd|pd)?)$",
    re.IGNORECASE,
)
WITNESS = re.compile(
    r"\b(?:witness(?:es|ed)?|eyewitness|informants?|complainants?|tipster|caller|whistleblower|accuser|reporting party"
    r"|called (?:911|police)|saw (?:the|a|him|her|his|two|someone|it|what|everything)\b|who (?:saw|found|heard|noticed|spotted|called|reported|flagged|told|recorded|filmed)\b|called us\b|found it\b|the one who\b|phoned (?:it|police|us)|let us know|gave (?:police|officers|detectives)|tip(?:s|ped)? (?:came )?(?:from|off|by)|tipped|(?:reported|report(?:ed)? (?:it )?(?:came )?(?:by|from))|filed (?:the|a) complaint|complaint (?:was )?(?:from|by|(?:filed|made|brought) by)|came forward|turned (?:him|her|them) in|told (?:police|officers|detectives|investigators)|alerted (?:police|officers)|testigo|denunci\w+|informante)\b",
    re.IGNORECASE,
)
KIN = listed("nouns", "KIN")


def sentence_text(page: Page, at: int) -> str:
    """The words of the sentence a token stands in."""
    tokens = page.sentence_ranges[page.sentence_of[at]]
    return page.doc[tokens.start : tokens.stop].text


def may_be_a_child(page: Page, name: Name) -> bool:
    """Whether a named person is, or may well be, a student or minor."""
    sentence = page.sentence_of[name.start]
    if name.kind == MINOR:
        return True
    if name.kind != PERSON:
        return False
    if page.cued("one_child", sentence):
        return True
    if page.context.side == "district":
        return "charged" not in page.cues
    if WITNESS.search(sentence_text(page, name.start)):
        return False
    if page.cued("~grown_man", sentence) and "charged" in page.cues and not page.cued("~minor", sentence):
        return False  # the sentence beside says which adult was charged
    return not page.cued("suspected", sentence) and not page.cued("grown_man", sentence)


def student_named(page: Page) -> Iterator[Hit]:
    """B1: names, initials, nicknames and handles."""
    for name in page.names:
        if may_be_a_child(page, name):
            why = "This names a student or minor; nobody may be told who, even when the family has."
            if name.kind == PERSON:
                why = "Nothing here says that this is an adult with an office. If it is a student, no name."
            yield page.hit("B1", name.start, name.end, why, "a student")
    why = "Initials, nicknames and account names tell the school who it is."
    for token in page.doc:
        if INITIALS.match(token.text) and token.lower_ not in ABBREVIATED and beside_a_child(page, token.i):
            yield page.hit("B1", token.i, token.i + 1, why, "a student")
    clean = page.reading.clean
    for pattern in (BARE_INITIALS, NICKNAME, AS_CALLED):
        for found in pattern.finditer(clean):
            if not _known(page, found.group(1).strip("\"' ")):
                yield page.hit_at("B1", *found.span(1), why, "a student")
    for found in HANDLE.finditer(clean):
        if not ORGANISED.search(found.group().rstrip(".")) and not _follow_us(clean, found.start()):
            yield page.hit_at(
                "B1",
                found.start(),
                found.start() + len(found.group().rstrip(".")),
                why,
                "an account",
            )
    for found in USERNAME.finditer(clean):
        if not ORGANISED.search(found.group(1).strip("\"'")):
            start, _ = found.span(1)
            yield page.hit_at("B1", start, start + len(found.group(1).rstrip(".,")), why, "an account")


def beside_a_child(page: Page, at: int) -> bool:
    """Initials count when the sentence is about one person, not when they belong to an official's name or a place."""
    sentence = page.sentence_of[at]
    if any(name.start <= at < name.end for name in page.names):
        return False
    before = page.doc[at - 1] if at else None
    if before is not None and before.is_title and page.doc[at].text.count(".") == 1:
        return False
    return page.cued("minor", sentence) or page.cued("crime", sentence) or page.cued("harmed", sentence)


def _known(page: Page, words: str) -> bool:
    """Whether a nickname-like match is an official's name or an institution."""
    lower = words.lower()
    if any(
        name.words.lower().startswith(lower) and name.kind in {OFFICIAL, OFFICER, ADULT}
        for name in page.names
    ):
        return True
    if any(page.doc[entity.start : entity.end].text.lower().startswith(lower) for entity in page.entities):
        return True
    return lower.split()[0] in {
        "the",
        "a",
        "an",
        "secure",
        "lockdown",
        "hold",
        "evacuate",
        "shelter",
        "sro",
        "sros",
        "pio",
        "mou",
        "ferpa",
        "we",
        "dr",
        "mr",
        "ms",
        "mrs",
        "standard",
        "school",
    }


def _follow_us(clean: str, at: int) -> bool:
    return bool(
        re.search(
            r"\b(?:follow|updates|official|visit|see|on (?:x|twitter|facebook|instagram))\b[^.]{0,25}$",
            clean[max(0, at - 40) : at],
            re.IGNORECASE,
        )
    )


def family_named(page: Page) -> Iterator[Hit]:
    """B3, the names: `the Tate family`, `his mother, Carla Tate`, `the family of Marcus Hill`."""
    why = "A private family is named."
    for at, token in enumerate(page.doc[:-1]):
        following = page.doc[at + 1]
        if (
            following.lower_ in {"family", "residence", "home", "household", "families"}
            and following.is_lower
            and _family_word(page, at)
            and not _of_a_school(page, at)
        ):
            yield page.hit("B3", at, at + 2, why, "the family")
        if (
            token.lower_ in {"familia", "family"}
            and token.is_lower
            and following.is_title
            and _family_word(page, at + 1)
        ):
            yield page.hit("B3", at, at + 2, why, "the family")
    for name in page.names:
        before = [page.doc[at].lower_ for at in range(max(0, name.start - 4), name.start)]
        called_so = bool(before) and before[-1] in given_names()[1] and bool(set(before[:-1]) & KIN)
        if name.kind in {OFFICIAL, OFFICER} and not called_so:
            continue
        if page.doc[name.end : name.end + 1].text in {"parents", "families"}:
            continue
        after = [page.doc[at].lower_ for at in range(name.end, min(len(page.doc), name.end + 6))]
        kin_after = (
            after[:1] in ([","], ["("])
            and set(after[1:5]) & KIN
            and set(after[1:4]) & {"the", "his", "her", "their", "a", "mother", "father", "whose"}
        )
        if (
            set(before) & KIN
            or kin_after
            or (after[:2] and after[0] == "'s" and after[1] in KIN | {"home", "house", "parents"})
        ):
            yield page.hit("B3", name.start, name.end, why, "the family")


def household_named(page: Page) -> Iterator[Hit]:
    """B3, a whole family by its plural: `The Okonkwos have lived here for years`, `a meal train for the Brookharts`."""
    teams = listed("heads", "ORG") | listed("ordinary", "words")
    for at, token in enumerate(page.doc[:-2]):
        plural, verb = page.doc[at + 1], page.doc[at + 2]
        if (
            token.lower_ == "the"
            and plural.is_title
            and plural.lower_.endswith("s")
            and plural.ent_type_ in {"", PERSON, ADULT, MINOR}
            and plural.lower_ not in teams
            and (verb.lower_ in HOUSEHOLD_VERBS or FOR_THEM.search(page.doc[max(0, at - 6) : at].text))
            and (
                HOUSEHOLD.search(sentence_text(page, at))
                or FOR_THEM.search(page.doc[max(0, at - 6) : at].text)
            )
        ):
            yield page.hit("B3", at, at + 2, "A private family is named.", "the family")


HOUSEHOLD_VERBS = frozenset(["have", "are", "were", "had", "live", "lived", "lost", "ask", "asked", "want", "wanted", "need", "moved", "say", "thank", "wish"])  # fmt: skip
FOR_THEM = re.compile(
    r"(?i)\b(?:meals?|meal train|fund\w*|collection|donations?|cards?|flowers|food|help|vigil|prayers?|love|casseroles?|thoughts|hearts|cash|clothes)\b[^.!?]{0,30}\b(?:for|to|with|go out to)$|\b(?:neighbors of|home of|house of|farm of|lawyer for|next door to|behind|sympathy to|condolences to)$"
)
HOUSEHOLD = re.compile(
    r"\b(?:grie\w+|mourn\w*|loss|pray\w*|privacy|private|famil\w+|home|house|lived?|moved|neighbors?|son|daughter|child\w*|condolences|sympath\w+|support them|with them)\b",
    re.IGNORECASE,
)


def _family_word(page: Page, at: int) -> bool:
    """A capitalised word that can only be a family's name here."""
    word = page.doc[at]
    if not word.is_title or word.is_sent_start or word.ent_type_ not in {"", PERSON, ADULT, MINOR}:
        return bool(word.is_sent_start) and word.ent_type_ in {PERSON, MINOR}
    return (
        word.lower_ not in listed("ordinary", "words")
        and word.is_alpha
        and word.lower_ not in page.context.not_a_person
    )


def _of_a_school(page: Page, at: int) -> bool:
    """`Tessel families` are the families of a school; `the Tate and Voss families` are two families."""
    before = page.doc[at - 1].lower_ if at else ""
    return page.doc[at + 1].lower_ == "families" and before not in {"the", "and", "&", "both"}


def sro_named(page: Page) -> Iterator[Hit]:
    """B9: the school resource officer by name."""
    for name in page.names:
        around = page.doc[max(0, name.start - 6) : min(len(page.doc), name.end + 8)].text.lower()
        before = page.doc[max(0, name.start - 5) : name.start].text.lower()
        if re.search(
            r"\b(?:at|from) \S+(?: \S+)? and$", before
        ):  # `the officers at Larkmoor and Orrin`: a school
            continue
        if name.kind in {OFFICER, PERSON, ADULT, OFFICIAL} and re.search(
            r"\bsros?\b|resource (?:officer|deputy)|school (?:police )?officer|campus officer|(?:assigned to|works? (?:at|in)|serves? (?:at|in)|stationed (?:at|in)|posted (?:at|in|to)|based (?:at|in)) (?:the|our|a|\w+(?: \w+)?)(?: \w+)? (?:school|middle|high|elementary|campus)",
            around,
        ):
            yield page.hit(
                "B9",
                name.start,
                name.end,
                "The officer at a school is not named.",
                "a school resource officer",
            )
