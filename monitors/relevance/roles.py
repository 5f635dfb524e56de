"""Our schools and people in a report read as what they are, so that "Orrin junior" is a student."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitors.relevance.cues import OTHER, find, symbols
from monitors.relevance.description import Description
from monitors.relevance.names import Hit
from monitors.watchlist import FOLK_WORDS, Label

_ROLES = (("chief", "CHIEF"), ("sheriff", "CHIEF"), ("superintendent", "STAFF"), ("principal", "STAFF"))
_FOLK = {"principal": "STAFF", "teacher": "STAFF", "coach": "STAFF"}


def with_roles(described: Description, hits: Sequence[Hit]) -> Description:
    """The description with our schools and people read as what they are, so that "Orrin junior" is a student, and with
    streets and quarters that only sound like schools ("Academy Square") read as places."""
    described = _without_school_sound(described, hits)
    cues = described.cues
    if not any(_said_of(hit) for hit in hits):
        return described
    string = list(cues.string)
    first_symbol = {start: n for n, (start, _) in enumerate(cues.spans)}
    for hit in hits:
        label = _said_of(hit)
        n = first_symbol.get(hit.start)
        if label and n is not None:
            while n + 1 < len(string) and cues.spans[n + 1][0] < hit.end:
                string[n] = OTHER
                n += 1
            string[n] = symbols()[label]
    changed = "".join(string)
    if changed == cues.string:
        return described
    found = {f.fact.name: f for f in described.found} | {
        f.fact.name: f for f in find(changed, cues.title_length)
    }
    ranked = tuple(sorted(found.values(), key=lambda f: -f.fact.rank))
    return replace(described, cues=cues._replace(string=changed), found=ranked)


_OF_A_PLACE = frozenset(
    ["district", "street", "avenue", "road", "mall", "park", "heights", "square", "plaza", "village", "hill", "hills",
     "lane", "drive", "court", "station", "center", "creek", "lake", "bridge", "market", "neighborhood", "quarter"]
)  # fmt: skip


def _without_school_sound(described: Description, hits: Sequence[Hit]) -> Description:
    cues, school = described.cues, symbols()["SCHOOL"]
    sounding = [
        hit for hit in hits if hit.label is Label.PLACE and hit.text.rsplit(" ", 1)[-1].lower() in _OF_A_PLACE
    ]
    if not sounding or school not in cues.string:
        return described
    string = "".join(
        OTHER if symbol == school and any(hit.start <= start < hit.end for hit in sounding) else symbol
        for symbol, (start, _) in zip(cues.string, cues.spans, strict=True)
    )
    if string == cues.string:
        return described
    return replace(described, cues=cues._replace(string=string), found=find(string, cues.title_length))


def _said_of(hit: Hit) -> str:
    if hit.label in {Label.SCHOOL, Label.DISTRICT}:
        last = hit.text.rsplit(" ", 1)[-1].lower()
        return _FOLK.get(last, "STUDENT" if last in FOLK_WORDS else "SCHOOL")
    if hit.label is Label.PERSON:
        role = hit.variant.role.lower()
        return next((label for word, label in _ROLES if word in role), "")
    return ""
