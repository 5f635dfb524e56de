"""Suggestions: an approver's edit of a text that was sent for approval. It changes nothing until someone accepts it.

Source: the domain rules, section 5. Whoever of the other side accepts it becomes the text's last editor, so that a
lone PIO who helped to write can still approve.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comms.people import APPROVING, WRITING, Actor, Refused, acting
from comms.store import stamp
from comms.workspace.statements import check_text, released, variant, write
from monitors.database import Store


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An approver's edit of a text that was sent for approval: someone of the other side accepts or declines it."""

    id: int
    variant_id: int
    base_id: int
    subject: str
    text: str
    author_id: int
    author: str
    author_side: str
    at: datetime


def suggest(store: Store, actor: Actor, variant_id: int, text: str, subject: str, now: datetime) -> int:
    """An approver's edit of a text under approval. It changes nothing until someone of the other side accepts it."""
    with acting(store, actor, "suggested an edit", now, seats=WRITING | APPROVING) as act:
        about = variant(store, variant_id)
        act.record(f"statement {about.statement_id}", variant=f"{about.channel} {about.language}")
        check_text(text, subject)
        if (text, subject) == (about.newest.text, about.newest.subject):
            raise Refused("Your edit changes nothing. Change a word first, or approve the text as it is.")
        row = {"variant_id": variant_id, "base_id": about.newest.id, "subject": subject, "text": text}
        suggestion_id = store.add("suggestion", row | {"author_id": act.account.id, "at": stamp(now)})
        store.execute(
            "delete from buffer where variant_id = ? and account_id = ?", [variant_id, act.account.id]
        )
        return suggestion_id


def suggestions(store: Store, variant_id: int) -> list[Suggestion]:
    """Suggestions nobody has settled, oldest first."""
    rows = store.rows_of(
        "select suggestion.id, variant_id, base_id, subject, text, author_id, account.name as author, "
        "organisation.kind as author_side, at from suggestion join account on account.id = author_id "
        "join organisation on organisation.id = account.organisation_id "
        "where variant_id = ? and settled_at is null order by suggestion.id",
        variant_id,
    )
    return [Suggestion(**row | {"at": datetime.fromisoformat(row["at"])}) for row in rows]


def settle_suggestion(store: Store, actor: Actor, suggestion_id: int, accept: bool, now: datetime) -> None:
    """Accept a suggestion (you become the last editor) or decline it."""
    did = "accepted a suggested edit" if accept else "declined a suggested edit"
    with acting(store, actor, did, now, seats=WRITING) as act:
        row = store.row_of("select * from suggestion where id = ?", suggestion_id)
        if row is None or row["settled_at"]:
            raise Refused("That suggestion was settled already. Nothing was changed.")
        about = variant(store, row["variant_id"])
        act.record(f"statement {about.statement_id}", suggestion=suggestion_id)
        if row["author_id"] == act.account.id and accept:
            raise Refused(
                "Someone else accepts your suggestion; whoever does becomes the text's last editor."
            )
        if accept:
            if released(store, about.statement_id):
                raise Refused("This statement was released and never changes.")
            if about.newest.id != row["base_id"]:
                raise Refused("The text changed since this was suggested. Read both and write it in by hand.")
            write(
                store,
                about.id,
                about.channel,
                about.language,
                row["subject"],
                row["text"],
                act.account.id,
                about.newest,
                now,
            )
        store.execute(
            "update suggestion set settled_by = ?, settled_at = ?, accepted = ? where id = ?",
            [act.account.id, stamp(now), int(accept), suggestion_id],
        )
