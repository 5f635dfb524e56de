"""Ground: which fact a sentence rests on, what a changed fact touches, and whose matters it speaks of.

Source: the domain rules, section 4. A link is made by inserting a fact into a text, or found when a sentence that was
typed says what a row of the sheet says. The police own charges, custody, force, officer status and investigation; the
district owns students, staff, schedule and school operations. Words decide here, no language model: this runs in the
web process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from comms.people import WRITING, Actor, Refused, acting
from comms.store import stamp
from comms.wording import channels
from comms.wording.blocks import Block
from comms.wording.differences import telling
from comms.workspace import adaptations, facts, statements
from comms.workspace.facts import Fact
from comms.workspace.statements import Revision, Statement, Variant
from monitors.database import Store

_DENIAL = frozenset({"no", "not", "never", "nobody", "none", "without", "nadie", "ningún", "ninguna", "sin"})
ALIKE = 0.6
"""The share of a claim's telling words that a sentence must hold to count as saying it."""

NEEDS = {"agency": "needs the police", "district": "needs the school"}
_GROUND = {
    "agency": re.compile(
        r"\b(?:charg(?:e|es|ed)|custody|arrest\w*|detain\w*|in handcuffs|use of force|tased?|officer(?:'s)? "
        r"(?:is|was|has been) (?:on leave|suspended|reassigned)|suspects?|gunman|shooter|gunfire|shots? (?:were )?fired|"
        r"investigat\w+ (?:found|shows|concluded|determined)|motive|warrant|evidence|no (?:known )?threat|"
        r"detenid[oa]s?|arrestad[oa]s?|sospechos[oa]s?|disparos)\b",
        re.IGNORECASE,
    ),
    "district": re.compile(
        r"\b(?:dismissal|dismiss(?:es|ed)?|bell times?|bus(?:es)? (?:run|runs|leave|leaves|are)|school day|"
        r"class(?:es)? (?:go|goes|continue|continues|are|is)|after-school|cafeteria|counsel(?:or|ing|ors)|principal|"
        r"students? (?:are|were|remain|stay|will)|staff (?:are|were|remain|stay|will)|school (?:is|will be|opens|closes)|"
        r"la salida|las clases|el día escolar|los estudiantes)\b",
        re.IGNORECASE,
    ),
}
"""Words that speak of one side's own matters."""


@dataclass(frozen=True, slots=True)
class Link:
    """A sentence of a text (character offsets of that text) and the fact it rests on."""

    start: int
    end: int
    sentence: str
    fact: Fact
    how: str
    """"inserted" by a person, or "matched" by its words."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A sentence that used a fact which has changed since: the row it rested on, and how the fact stands now."""

    statement: Statement
    variant: Variant
    revision: Revision
    sentence: str
    then: Fact
    now: Fact
    where: str
    """"released", "draft", or "typed" for words nobody saved yet."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A sentence on the other side's ground. `side` is whose tick it waits for: district or agency."""

    start: int
    end: int
    sentence: str
    side: str
    by: str
    """Who vouched for it, in words; empty while it waits."""

    @property
    def open(self) -> bool:
        """Whether it still waits for that side."""
        return not self.by


# Sentences and claims, pure -------------------------------------------------------------------------------------------


@lru_cache(maxsize=65_536)
def says(sentence: str, claim: str) -> bool:
    """Whether a sentence says what a claim says: most of its telling words, all of its numbers, and both deny or
    neither does."""
    said, wanted = telling(sentence), telling(claim)
    numbers = {word for word in wanted if word[:1].isdigit()}
    return (
        len(said & wanted) >= max(2, ALIKE * len(wanted))
        and numbers <= said
        and bool(said & _DENIAL) == bool(wanted & _DENIAL)
    )


def matched(text: str, sheet: Iterable[Fact], written: datetime) -> Iterator[Link]:
    """The sentences of a text that say what a row of the sheet says: of each fact the nearest row, as it stood when
    the text was written."""
    rows = list(sheet)
    for start, end in channels.sentences(text):
        sentence = text[start:end]
        found = [row for row in rows if says(sentence, row.claim)]
        for fact_id in dict.fromkeys(row.id for row in found):
            near = max(
                (row for row in found if row.id == fact_id),
                key=lambda row: (
                    len(telling(row.claim) & telling(sentence)),
                    row.as_of <= written,
                    row.revision_id if row.as_of <= written else -row.revision_id,
                ),
            )
            yield Link(start, end, sentence, near, "matched")


def changed(then: Fact, now: Fact) -> bool:
    """Whether what rested on one row no longer stands by the newest: other words, or it fell from its status."""
    fell = now.status in {"disputed", "superseded", "withdrawn"} and now.status != then.status
    return now.claim != then.claim or fell


# Links of a text ------------------------------------------------------------------------------------------------------


def insert_fact(store: Store, actor: Actor, variant_id: int, fact_id: int, now: datetime) -> Revision:
    """Put a fact's claim into a text as a sentence of its own, linked to the fact: a new revision.

    Raises Refused for a claim that no longer stands; an unconfirmed one goes in and is flagged there by the check.
    """
    fact = facts.fact(store, fact_id)
    variant = statements.variant(store, variant_id)
    if fact.status in {"superseded", "withdrawn"}:
        raise Refused("That account no longer stands, so it goes into no text. Nothing was changed.")
    sentence = fact.claim if fact.claim.endswith((".", "!", "?")) else f"{fact.claim}."
    text = _with(variant.newest.text, sentence)
    saved = statements.save(store, actor, variant_id, variant.newest.id, text, variant.newest.subject, now)
    with acting(store, actor, "put a fact into a text", now, seats=WRITING) as act:
        act.record(f"statement {variant.statement_id}", fact=fact_id, claim=fact.claim)
        row = {"variant_id": variant_id, "fact_revision_id": fact.revision_id, "sentence": sentence}
        store.add("fact_use", row | {"account_id": act.account.id, "at": stamp(now)})
    return saved


def _with(text: str, sentence: str) -> str:
    """The text with a sentence after the last one that speaks of what happened: at the end of its first paragraph of
    more than one sentence, else at its end."""
    if sentence in text:
        return text
    paragraphs = text.split("\n\n")
    long = (n for n, each in enumerate(paragraphs) if len(channels.sentences(each)) > 1)
    place = next(long, len(paragraphs) - 1)
    paragraphs[place] = f"{paragraphs[place].rstrip()} {sentence}".strip()
    return "\n\n".join(paragraphs)


def links(
    store: Store, about: Statement, variant: Variant, text: str | None = None, written: datetime | None = None
) -> list[Link]:
    """Every link of a variant's newest words (or of `text`, written at `written`), in reading order."""
    words = variant.newest.text if text is None else text
    rows = facts.every_row(store, about.incident_id)
    by_revision = {row.revision_id: row for row in rows}
    spans = channels.sentences(words)
    inserted = []
    for use in store.rows_of("select * from fact_use where variant_id = ? order by id", variant.id):
        row = by_revision.get(use["fact_revision_id"])
        span = _nearest(words, spans, use["sentence"])
        if row and span:
            inserted.append(Link(*span, words[slice(*span)], row, "inserted"))
    known = {(link.start, link.fact.id) for link in inserted}
    typed = [
        link
        for link in matched(words, rows, written or variant.newest.at)
        if (link.start, link.fact.id) not in known
    ]
    return sorted(
        {(link.start, link.fact.id): link for link in inserted + typed}.values(), key=lambda k: k.start
    )


def _nearest(text: str, spans: Sequence[tuple[int, int]], sentence: str) -> tuple[int, int] | None:
    """The sentence of a text that came of an inserted one, reworded or not; None when it was taken out."""
    wanted = telling(sentence)
    best = max(spans, key=lambda s: len(telling(text[slice(*s)]) & wanted), default=None)
    if best is None or len(telling(text[slice(*best)]) & wanted) < 0.4 * len(wanted):
        return None
    return best


def touched(store: Store, incident_id: int, fact_id: int | None = None) -> list[Touched]:
    """Every sentence, draft and released text that used a fact which has changed since, newest statement first."""
    now = {fact.id: fact for fact in facts.facts(store, incident_id)}
    found = []
    for about in statements.of_incident(store, incident_id):
        out = statements.released(store, about.id)
        for variant in statements.variants(store, about.id):
            found += [
                Touched(about, variant, variant.newest, link.sentence, link.fact, now[link.fact.id], where)
                for where, text, at in _words_of(store, variant, out)
                for link in links(store, about, variant, text, at)
                if fact_id in {None, link.fact.id} and changed(link.fact, now[link.fact.id])
            ]
    return found


def in_own_words(store: Store, incident_id: int) -> list[tuple[Block, str, Fact]]:
    """The library's blocks in the partnership's own words that say a fact which no longer stands, with the sentence:
    what was adapted during an incident would say it again in the next text.
    """
    fallen = [f for f in facts.facts(store, incident_id) if f.status in {"withdrawn", "superseded"}]
    if not fallen:
        return []
    return [
        (block, block.text[start:end], fact)
        for block in adaptations.own(store)
        for start, end in channels.sentences(block.text)
        for fact in fallen
        if says(block.text[start:end], fact.claim)
    ]


def _words_of(store: Store, variant: Variant, released: bool) -> Iterator[tuple[str, str, datetime]]:
    yield ("released" if released else "draft"), variant.newest.text, variant.newest.at
    for row in store.rows_of("select text, at from buffer where variant_id = ?", variant.id):
        if row["text"] != variant.newest.text:
            yield "typed", row["text"], datetime.fromisoformat(row["at"])


# The other side's ground ----------------------------------------------------------------------------------------------


def others(store: Store, about: Statement, variant: Variant) -> list[Ground]:
    """The sentences that speak of the other side's matters, each with who of that side vouched for it.

    In a side's own text every sentence on the other side's ground counts; in a joint text those that their own side
    did not write. Words of the library were agreed beforehand and need nobody.
    """
    words = variant.newest.text
    agreed = set(_sentences_of(statements.revisions(store, variant.id)[-1].text))
    known = {link.start: link for link in links(store, about, variant)}
    own = {"district": "district", "police": "agency"}.get(about.voice)
    found = []
    for start, end in channels.sentences(words):
        sentence = words[start:end]
        link = known.get(start)
        side = _side_of(sentence, link.fact if link else None)
        if side is None or side == own or sentence in agreed:
            continue
        found.append(Ground(start, end, sentence, side, _vouched(store, variant, sentence, side, link)))
    return found


def _side_of(sentence: str, fact: Fact | None) -> str | None:
    """Whose ground a sentence stands on: its fact's owner, else the side whose matters it names; None for neither."""
    if fact:
        return "district" if fact.owner == "district" else "agency"
    return next((side for side, cue in _GROUND.items() if cue.search(sentence)), None)


def _vouched(store: Store, variant: Variant, sentence: str, side: str, link: Link | None) -> str:
    """Who of the owning side stands for these very words: a confirmed fact, a tick, an approval, or its author."""
    if link and link.fact.status == "confirmed" and facts.fact(store, link.fact.id).status == "confirmed":
        return "its owner confirmed the fact"
    row = store.row_of(
        "select 'ticked by ' || account.name as how from ground_tick join account on account.id = account_id "
        "where variant_id = :variant and sentence = :sentence and side = :side union all "
        "select 'approved by ' || account.name from decision join account on account.id = account_id "
        "join organisation on organisation.id = account.organisation_id where variant_id = :variant "
        "and revision_id = :revision and answer = 'approve' and organisation.kind = :side limit 1",
        variant=variant.id,
        sentence=sentence,
        side=side,
        revision=variant.newest.id,
    )
    if row:
        return str(row["how"])
    first = next((r for r in reversed(statements.revisions(store, variant.id)) if sentence in r.text), None)
    return f"written by {first.author}" if first and first.author_side == side else ""


def tick(store: Store, actor: Actor, variant_id: int, sentence: str, now: datetime) -> None:
    """Vouch for a sentence that stands on the own side's ground; it holds for these very words only."""
    with acting(store, actor, "vouched for a sentence", now, seats=WRITING) as act:
        variant = statements.variant(store, variant_id)
        about = statements.statement(store, variant.statement_id)
        act.record(f"statement {about.id}", words=sentence)
        waiting = next((g for g in others(store, about, variant) if g.sentence == sentence), None)
        if waiting is None:
            raise Refused("That sentence is no longer in the text, or needs nobody. Nothing was changed.")
        if waiting.side != act.account.side:
            whose = "police" if waiting.side == "agency" else "district"
            raise Refused(f"This sentence is on the {whose}'s ground: theirs to tick. Nothing was changed.")
        act.nothing_new = not waiting.open
        if waiting.open:
            row = {"variant_id": variant_id, "sentence": sentence, "side": waiting.side}
            store.add("ground_tick", row | {"account_id": act.account.id, "at": stamp(now)})


def _sentences_of(text: str) -> list[str]:
    return [text[start:end] for start, end in channels.sentences(text)]
