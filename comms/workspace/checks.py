"""What the guardrails said of the words as they are now, and what people answered: immutable rows, never guessed.

A result is keyed by the text, its context and the rule set. No row for the current three means "not checked yet",
which is itself a reason why a text cannot go.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from comms import guardrails, partnership
from comms.guardrails import Context, Hit, may_override
from comms.people import SEAT_NAMES, WRITING, Account, Actor, Refused, Seat, accounts, acting
from comms.store import stamp
from comms.workspace import facts, mou, statements
from comms.workspace.statements import Statement, Variant
from monitors.database import Store

ANSWERING = WRITING | {Seat.COUNSEL}


@dataclass(frozen=True, slots=True)
class Answered:
    """A hit and what became of it: who kept it and why, or who may."""

    hit: Hit
    kept_by: tuple[str, ...]
    reason: str
    may: tuple[str, ...]
    """Seats that must all keep it; ("anyone",) for a tick; empty: nobody may."""

    @property
    def open(self) -> bool:
        """Whether it still holds the text back."""
        return not self.kept_by or (
            self.may != guardrails.ANYONE and set(self.may) - set(self.kept_by) != set()
        )


def context_of(store: Store, about: Statement, variant: Variant) -> Context:
    """Everything besides the words that decides the hits. Without a clock, so that a result stays true."""
    sheet = tuple(guardrails.Fact(f.claim, f.status, f.owner) for f in facts.facts(store, about.incident_id))
    profile = partnership.profile(store)
    ours = partnership.district(store)
    listed = profile.watchlist
    names = guardrails.Watchlist(
        district=tuple(n for n in (ours.name, ours.short) if n) if ours else (),
        schools=tuple(s.name for s in partnership.schools(store)),
        agencies=tuple(n for a in partnership.agencies(store) for n in (a.name, a.short) if n),
        others=tuple(str(a.get("name")) for a in listed.get("agencies") or [] if a.get("kind") != "partner"),
        places=tuple(filter(None, [profile.place, profile.state, *map(str, listed.get("places") or [])])),
        people=tuple(guardrails.Named(p.name, SEAT_NAMES[p.seat]) for p in _who_speak(store)),
    )
    return Context(
        side=about.voice,  # type: ignore[arg-type]
        cls=about.cls,
        channel=variant.channel,
        phase=about.phase,
        language=variant.language,
        incident_type=about.type,
        zone=profile.zone,
        watchlist=names,
        facts=sheet or None,
        not_a_person=_not_persons(store),
        next_of_kin=_next_of_kin(store, about),
        clauses=mou.clauses(store),
    )


def _who_speak(store: Store) -> list[Account]:
    """Whom a text may name: those who speak for a side. Having an account is no license to name an officer at a school,
    an observer or a clerk, nor anybody who shares their name."""
    return [p for p in accounts(store) if p.seat in WRITING and not p.sro]


def _not_persons(store: Store) -> frozenset[str]:
    return frozenset(
        r["words"] for r in store.rows_of("select words from hit_answer where answer = 'not_a_person'")
    )


def _next_of_kin(store: Store, about: Statement) -> bool | None:
    """The box of `comms.workspace.next_of_kin`. In class D it must be filled; else, unanswered, the words may say it."""
    row = store.row_of(
        "select answer from kin_answer where statement_id = ? order by id desc limit 1", about.id
    )
    if row is None:
        return False if about.cls == "D" else None
    return bool(row["answer"] == "told")


def text_key(subject: str, text: str) -> str:
    """SHA-256 of the words a check reads: the subject line, an empty line, the text."""
    return hashlib.sha256(words(subject, text).encode()).hexdigest()


def words(subject: str, text: str) -> str:
    """Subject and text as one piece, in the order a person reads them."""
    return f"{subject}\n\n{text}" if subject else text


def known(store: Store, text: str, context: Context) -> tuple[Hit, ...] | None:
    """The hits of a text in a context under today's rules, or None: not checked yet."""
    row = store.row_of(
        "select hits from checked where text_hash = ? and context_hash = ? and rules_version = ?",
        hashlib.sha256(text.encode()).hexdigest(),
        context.digest(),
        guardrails.RULE_SET_VERSION,
    )
    return tuple(Hit(**hit) for hit in json.loads(row["hits"])) if row else None


def keep(store: Store, text: str, context: Context, hits: tuple[Hit, ...], now: datetime) -> None:
    """Write a result down; the same result twice is one row."""
    with store.atomic():
        store.execute(
            "insert or ignore into checked (text_hash, context_hash, rules_version, hits, at) values (?, ?, ?, ?, ?)",
            [
                hashlib.sha256(text.encode()).hexdigest(),
                context.digest(),
                guardrails.RULE_SET_VERSION,
                json.dumps([asdict(hit) for hit in hits], ensure_ascii=False),
                stamp(now),
            ],
        )


def of_variant(store: Store, about: Statement, variant: Variant) -> tuple[Hit, ...] | None:
    """The hits of a variant's newest revision, or None: not checked yet."""
    return known(store, words(variant.newest.subject, variant.newest.text), context_of(store, about, variant))


def unchecked(store: Store) -> list[tuple[str, Context]]:
    """Every current text nobody has checked under today's rules: what the duty process sends to the language process."""
    waiting = []
    for row in store.rows_of(
        "select statement.id from statement join incident on incident.id = incident_id where incident.status = 'open' "
        "and not exists (select 1 from release where statement_id = statement.id) order by statement.id desc limit 50"
    ):
        about = statements.statement(store, row["id"])
        for variant in statements.variants(store, about.id):
            context = context_of(store, about, variant)
            text = words(variant.newest.subject, variant.newest.text)
            if known(store, text, context) is None:
                waiting.append((text, context))
    return waiting


def answered(store: Store, about: Statement, variant: Variant, hits: tuple[Hit, ...]) -> tuple[Answered, ...]:
    """Each hit with what people answered to these very words."""
    rows = store.rows_of(
        "select rule, words, reason, seat from hit_answer join account on account.id = account_id "
        "where variant_id = ? and answer in ('keep', 'tick') order by hit_answer.id",
        variant.id,
    )
    result = []
    for hit in hits:
        mine = [r for r in rows if (r["rule"], r["words"]) == (hit.rule, hit.text)]
        may = may_override(hit.rule, about.cls, hit.level)
        reason = "; ".join(dict.fromkeys(r["reason"] for r in mine if r["reason"]))
        result.append(Answered(hit, tuple(r["seat"] for r in mine), reason, may))
    return tuple(result)


def answer(
    store: Store, actor: Actor, variant_id: int, hit: Hit, how: str, reason: str, now: datetime
) -> None:
    """Tick a warning, keep a block with a reason, or say that words name no person. Raises Refused where nobody may."""
    did = {
        "tick": "ticked a warning",
        "keep": "kept words a rule blocks",
        "not_a_person": "marked words as no person",
    }
    with acting(store, actor, did[how], now, seats=ANSWERING) as act:
        variant = statements.variant(store, variant_id)
        about = statements.statement(store, variant.statement_id)
        act.record(f"statement {about.id}", rule=hit.rule, words=hit.text, reason=reason.strip())
        may = may_override(hit.rule, about.cls, hit.level)
        if how == "not_a_person" and hit.rule not in {"B1", "B3", "P1", "P4", "P6"}:
            raise Refused("That rule is not about a name. Change the words, or keep them with a reason.")
        if how != "not_a_person" and may != guardrails.ANYONE and act.account.seat not in may:
            who = " and ".join(SEAT_NAMES[Seat(seat)] for seat in may)
            raise Refused(
                f"{who} may keep this, with a reason."
                if may
                else f"Nobody may keep this ({hit.rule}). Change the words."
            )
        if how == "keep" and may != guardrails.ANYONE and not reason.strip():
            raise Refused(
                "Say why these words must stay. The reason goes on the record; nothing was changed."
            )
        row = {"variant_id": variant_id, "rule": hit.rule, "words": hit.text, "answer": how}
        store.add(
            "hit_answer",
            row | {"reason": reason.strip()[:1000], "account_id": act.account.id, "at": stamp(now)},
        )
