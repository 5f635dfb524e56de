"""Next of kin: who says that the family was told before a death or an injury is, when, and of which side they are.

Source: the domain rules, section 5 (class D) and rule B6. An answer is a row of its own and never changes; a later one
stands beside it and holds. It says nothing about the words, so it outlives their edits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from comms import clocks
from comms.people import WRITING, Actor, Refused, acting
from comms.store import stamp
from comms.workspace import checks, statements
from comms.workspace.statements import Statement, Variant
from monitors.database import Store

ANSWERS = {
    "told": "Next of kin were told",
    "nobody": "There is nobody to tell: no one died or was hurt",
    "not_yet": "Not told yet",
}
WORDS_MOST = 500


@dataclass(frozen=True, slots=True)
class Kin:
    """What somebody answered. `side` is district or agency; `words` say who told the family, and how it is known."""

    answer: str
    words: str
    by: str
    side: str
    at: datetime

    @property
    def settles(self) -> bool:
        """Whether the box is filled: the family was told, or there is nobody to tell."""
        return self.answer != "not_yet"


def sentence(said: Kin | None, now: datetime, zone: ZoneInfo) -> str:
    """The answer as it is read beside the approvals, on the approver's page and on paper."""
    if said is None:
        return "Nobody has said yet that next of kin were told."
    side = "police" if said.side == "agency" else "district"
    words = f": {said.words}" if said.words else ""
    return f"{ANSWERS[said.answer]}, says {said.by} ({side}), {clocks.seen_words(said.at, now, zone)}{words}"


def newest(store: Store, statement_id: int) -> Kin | None:
    """The answer that holds, or None: nobody answered."""
    row = store.row_of(
        "select answer, words, name, side, kin_answer.at from kin_answer join account on account.id = account_id "
        "where statement_id = ? order by kin_answer.id desc limit 1",
        statement_id,
    )
    if row is None:
        return None
    return Kin(row["answer"], row["words"], row["name"], row["side"], datetime.fromisoformat(row["at"]))


def say(store: Store, actor: Actor, statement_id: int, answer: str, words: str, now: datetime) -> None:
    """Answer for the own side. Raises Refused without who told the family, or after the release; once per answer."""
    with acting(store, actor, "answered for next of kin", now, seats=WRITING) as act:
        about = statements.statement(store, statement_id)
        said = " ".join(words.split())[:WORDS_MOST]
        act.record(
            f"statement {statement_id}",
            incident=f"incident {about.incident_id}",
            detail=ANSWERS.get(answer, ""),
            reason=said,
        )
        if answer not in ANSWERS:
            raise Refused("Choose whether next of kin were told. Nothing was recorded.")
        if statements.released(store, statement_id):
            raise Refused("This statement was released and never changes. Nothing was recorded.")
        if answer != "not_yet" and not said:
            raise Refused(
                "Say who told the family and when, without a name. It goes on the record; nothing was changed."
            )
        known = newest(store, statement_id)
        act.nothing_new = known is not None and (known.answer, known.words) == (answer, said)
        if not act.nothing_new:
            row = {"statement_id": statement_id, "answer": answer, "words": said, "side": act.account.side}
            store.add("kin_answer", row | {"account_id": act.account.id, "at": stamp(now)})


def speaks_of_harm(store: Store, about: Statement, texts: Sequence[Variant]) -> bool:
    """Whether the check finds a death, an injury or a count in a text and nobody kept those words with a reason."""
    return any(
        answered.hit.rule == "B6" and answered.open
        for each in texts
        for answered in checks.answered(store, about, each, checks.of_variant(store, about, each) or ())
    )
