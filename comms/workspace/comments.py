"""Comments on a passage of a text: asked, answered, resolved. Open ones stand before whoever approves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comms.people import APPROVING, WRITING, Account, Actor, Refused, acting
from comms.store import moment, stamp
from comms.workspace.statements import released, variant
from monitors.database import Store

COMMENTING = WRITING | APPROVING
"""Everyone who answers for a text, counsel too; also on the other side's own text, which they cannot edit."""
COMMENT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a comment."""

    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark on a passage. `there` says whether the newest words still hold the passage as it was quoted."""

    id: int
    variant_id: int
    quote: str
    text: str
    author: str
    author_side: str
    at: datetime
    replies: tuple[Reply, ...]
    resolved_by: str
    there: bool

    @property
    def open(self) -> bool:
        """Whether nobody has resolved it."""
        return not self.resolved_by


def comment(store: Store, actor: Actor, variant_id: int, quote: str, text: str, now: datetime) -> int:
    """Comment on a passage of the newest revision; an empty quote is about the whole text. Both sides read it."""
    with acting(store, actor, "commented on a passage", now, seats=COMMENTING) as act:
        about = variant(store, variant_id)
        words = _checked(text)
        act.record(
            f"statement {about.statement_id}", variant=f"{about.channel} {about.language}", detail=words
        )
        if released(store, about.statement_id):
            raise Refused(
                "This statement was released and never changes. Write it in the incident's next text."
            )
        if quote and quote not in _whole(about.newest.subject, about.newest.text):
            raise Refused(
                "Those words are no longer in the text. Your comment is kept here; choose a passage."
            )
        row = {"variant_id": variant_id, "revision_id": about.newest.id, "quote": quote, "text": words}
        return store.add("comment", row | {"account_id": act.account.id, "at": stamp(now)})


def reply(store: Store, actor: Actor, comment_id: int, text: str, now: datetime) -> int:
    """Answer a comment; it stays open."""
    with acting(store, actor, "answered a comment", now, seats=COMMENTING) as act:
        words = _checked(text)
        act.record(f"statement {_statement_of(store, comment_id)}", detail=words)
        row = {"comment_id": comment_id, "text": words, "account_id": act.account.id, "at": stamp(now)}
        return store.add("comment_reply", row)


def resolve(store: Store, actor: Actor, comment_id: int, now: datetime) -> None:
    """Say that a comment is settled; a second press changes nothing. It stays on the record."""
    with acting(store, actor, "resolved a comment", now, seats=COMMENTING) as act:
        known = store.row_of("select text from comment where id = ?", comment_id)
        act.record(f"statement {_statement_of(store, comment_id)}", detail=known["text"] if known else "")
        act.nothing_new = (
            store.row_of("select 1 from comment_resolution where comment_id = ?", comment_id) is not None
        )
        if not act.nothing_new:
            row = {"comment_id": comment_id, "account_id": act.account.id, "at": stamp(now)}
            store.table("comment_resolution").insert(row)


def comments(store: Store, variant_id: int) -> list[Comment]:
    """The comments on a variant: open ones first, oldest first."""
    newest = variant(store, variant_id).newest
    whole = _whole(newest.subject, newest.text)
    rows = store.rows_of(
        "select comment.id, variant_id, quote, comment.text, account.name as author, organisation.kind as author_side, "
        "comment.at, coalesce(resolver.name, '') as resolved_by from comment join account on account.id = comment.account_id "
        "join organisation on organisation.id = account.organisation_id "
        "left join comment_resolution r on r.comment_id = comment.id left join account resolver on resolver.id = r.account_id "
        "where variant_id = ? order by r.comment_id is not null, comment.id",
        variant_id,
    )
    return [_comment(store, row, whole) for row in rows]


def open_comments(store: Store, variant_id: int) -> tuple[Comment, ...]:
    """What nobody has resolved yet."""
    return tuple(each for each in comments(store, variant_id) if each.open)


def may_comment(person: Account) -> bool:
    """Whether this person's seat comments."""
    return person.seat in COMMENTING


def _comment(store: Store, row: Mapping[str, Any], whole: str) -> Comment:
    replies = store.rows_of(
        "select account.name as author, text, at from comment_reply join account on account.id = account_id "
        "where comment_id = ? order by comment_reply.id",
        row["id"],
    )
    return Comment(
        **{
            **row,
            "at": moment(row["at"]),
            "replies": tuple(Reply(**each | {"at": moment(each["at"])}) for each in replies),
            "there": row["quote"] in whole,
        }
    )


def _statement_of(store: Store, comment_id: int) -> int:
    row = store.row_of(
        "select statement_id from comment join variant on variant.id = variant_id where comment.id = ?",
        comment_id,
    )
    if row is None:
        raise Refused("There is no such comment. Nothing was changed.")
    return int(row["statement_id"])


def _checked(text: str) -> str:
    words = text.strip()
    if not words:
        raise Refused("The comment is empty. Nothing was saved.")
    if len(words) > COMMENT_MOST:
        raise Refused(
            f"The comment has {len(words):,} characters; the limit is {COMMENT_MOST:,}. It is kept here. Shorten it."
        )
    return words


def _whole(subject: str, text: str) -> str:
    return f"{subject}\n\n{text}" if subject else text
