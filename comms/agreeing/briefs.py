"""What is before an approver: the same on the screen and on the plain page behind the link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comms.agreeing.approvals import Decision, Standing
from comms.agreeing.asks import Ask
from comms.agreeing.seats import current, decisions, route_of, standing
from comms.people import (
    Account,
    Seat,
    account,
)
from comms.wording import attachments
from comms.wording.attachments import Attachment
from comms.wording.merge import Piece, difference
from comms.workspace import checks, comments, facts, ground, incidents, next_of_kin, statements, turns
from comms.workspace.comments import Comment
from comms.workspace.facts import Fact
from comms.workspace.incidents import Incident
from comms.workspace.next_of_kin import Kin
from comms.workspace.statements import Revision, Statement, Variant
from comms.workspace.turns import Turn
from monitors.database import Store


@dataclass(frozen=True, slots=True)
class Passage:
    """One variant as an approver reads it: the words, what changed since they last answered, and what the check says."""

    variant: Variant
    before: Revision | None
    change: tuple[Piece, ...]
    hits: tuple[checks.Answered, ...] | None
    comments: tuple[Comment, ...] = ()
    """What nobody has resolved yet."""
    files: tuple[Attachment, ...] = ()
    """What goes out with the words; an approval names each."""
    new_files: frozenset[int] = frozenset()
    """Those that were added since this person last answered."""
    gone_files: tuple[str, ...] = ()
    """What was taken off since."""

    @property
    def files_changed(self) -> bool:
        """Whether other files go out than those this person answered for."""
        return bool(self.new_files or self.gone_files)


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything before an approver: the same on the screen and on the plain page."""

    statement: Statement
    incident: Incident
    seat: Seat
    person: Account
    for_person: Account | None
    sender: Account | None
    due_at: datetime | None
    passages: tuple[Passage, ...]
    used: tuple[Fact, ...]
    unused: tuple[Fact, ...]
    standing: Standing
    answered: Decision | None
    """This person's own answer on the words as they are now, if they gave one."""
    kin_needed: bool = False
    kin: Kin | None = None
    """Whether next of kin must be told first, and who says that they were."""
    turned: tuple[Turn, ...] = ()
    """How the story turned after the oldest of these words was saved, newest first."""

    @property
    def shown(self) -> dict[int, str]:
        """What an answer must name: variant id -> hash."""
        return {p.variant.id: p.variant.newest.hash for p in self.passages}


def brief(store: Store, statement_id: int, person: Account, seat: Seat, asked: Ask | None = None) -> Brief:
    """What one person sees before answering for one seat."""
    about = statements.statement(store, statement_id)
    given = decisions(store, statement_id)
    passages = tuple(
        _passage(store, about, v, person, given) for v in statements.variants(store, statement_id)
    )
    text = "\n".join(p.variant.newest.text for p in passages).casefold()
    sheet = facts.facts(store, about.incident_id)
    linked = {k.fact.id for p in passages for k in ground.links(store, about, p.variant)}
    used = tuple(f for f in sheet if f.id in linked or f.claim.rstrip(".").casefold() in text)
    newest = {c.variant_id: c.revision_id for c in current(store, statement_id)}
    mine = [d for d in given if d.account_id == person.id and d.revision_id == newest[d.variant_id]]
    return Brief(
        statement=about,
        incident=incidents.incident(store, about.incident_id),
        seat=seat,
        person=person,
        for_person=account(store, asked.for_account_id) if asked and asked.for_account_id else None,
        sender=account(store, asked.sent_by) if asked else None,
        due_at=asked.due_at if asked else None,
        passages=passages,
        used=used,
        unused=tuple(f for f in sheet if f not in used and f.status != "withdrawn"),
        standing=standing(store, about),
        answered=mine[-1] if len({d.variant_id for d in mine}) == len(newest) else None,
        kin_needed=needs_next_of_kin(store, about, [p.variant for p in passages]),
        kin=next_of_kin.newest(store, statement_id),
        turned=turns.since(store, about.incident_id, min(p.variant.newest.at for p in passages)),
    )


def needs_next_of_kin(store: Store, about: Statement, texts: Sequence[Variant]) -> bool:
    """Whether somebody must say that the family was told: its route asks (class D), or a text speaks of harm."""
    return route_of(store, about).next_of_kin or next_of_kin.speaks_of_harm(store, about, texts)


def _passage(
    store: Store, about: Statement, variant: Variant, person: Account, given: Sequence[Decision]
) -> Passage:
    last = next(
        (d for d in reversed(given) if d.account_id == person.id and d.variant_id == variant.id), None
    )
    before = statements.revision(store, last.revision_id) if last else None
    change: tuple[Piece, ...] = ()
    if before:
        old, new = (
            checks.words(before.subject, before.text),
            checks.words(variant.newest.subject, variant.newest.text),
        )
        change = tuple(difference(old, new))
    hits = checks.of_variant(store, about, variant)
    answered = None if hits is None else checks.answered(store, about, variant, hits)
    files = attachments.of_revision(store, variant.newest.id)
    old_files = attachments.of_revision(store, before.id) if before else files
    return Passage(
        variant,
        before,
        change,
        answered,
        comments.open_comments(store, variant.id),
        tuple(files),
        frozenset(f.id for f in files if f.sha256 not in {o.sha256 for o in old_files}),
        tuple(o.words for o in old_files if o.sha256 not in {f.sha256 for f in files}),
    )
