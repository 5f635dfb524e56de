"""The partnership's own words for blocks of the library: adapted, taken back, marked as reviewed.

Every act is a new row, so that what a draft was composed from can always be found again. The newest row of a block
holds; one without a text says that our words hold and were read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from comms.people import WRITING, Account, Actor, Refused, acting
from comms.store import stamp
from comms.wording import blocks
from comms.wording.blocks import Adaptation, Block, LibraryError
from monitors.database import Store

TEXT_MOST = 20_000
YEAR = timedelta(days=365)
"""How long words hold until both sides read them again."""
WHO = "Communications, the police PIO or the superintendent change the library. Nothing was changed."
SIDES = {"district": "district", "police": "agency"}


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest row of a block: who decided what, and when (aware UTC). `text` None: our words, read on that day."""

    block: str
    version: int
    text: str | None
    base: str
    review_date: date
    by: str
    at: datetime


_KEPT = (
    "select block, version, text, base, review_date, account.name as by, adaptation.at from adaptation "
    "join account on account.id = account_id "
)


def kept(store: Store) -> dict[str, Kept]:
    """Block -> its newest row, for every block somebody adapted or reviewed."""
    rows = store.rows_of(_KEPT + "order by adaptation.id")
    return {str(row["block"]): _kept(row) for row in rows}


def history(store: Store, block_id: str) -> list[Kept]:
    """Every row of a block, newest first."""
    return [
        _kept(row) for row in store.rows_of(_KEPT + "where block = ? order by adaptation.id desc", block_id)
    ]


def _kept(row: Mapping[str, object]) -> Kept:
    text = row["text"]
    return Kept(
        block=str(row["block"]),
        version=int(str(row["version"])),
        text=None if text is None else str(text),
        base=str(row["base"]),
        review_date=date.fromisoformat(str(row["review_date"])),
        by=str(row["by"]),
        at=datetime.fromisoformat(str(row["at"])),
    )


def own(store: Store) -> tuple[Block, ...]:
    """The blocks in the partnership's own words, for composing. Those we no longer have are left out."""
    ours = blocks.blocks()
    return tuple(_own(row) for row in kept(store).values() if row.text is not None and row.block in ours)


def _own(row: Kept) -> Block:
    owner = blocks.blocks()[row.block].owner
    return blocks.adapted(
        Adaptation(row.block, row.text or "", row.version, row.base, owner, row.review_date)
    )


def in_force(store: Store) -> dict[str, Block]:
    """Every block as it holds now, with the day it is due for review."""
    rows = kept(store)
    found = {}
    for block_id, ours in blocks.blocks().items():
        row = rows.get(block_id)
        if row is None:
            found[block_id] = ours
        elif row.text is not None:
            found[block_id] = _own(row)
        else:
            found[block_id] = replace(ours, review_date=row.review_date) if row.base == ours.hash else ours
    return found


def due(store: Store, today: date) -> tuple[Block, ...]:
    """What must be read again: the review date has come, or ours changed since the own words were read against it."""
    held = in_force(store)
    changed = [block for block in held.values() if blocks.ours_changed(block)]
    late = blocks.stale(held.values(), today)
    return (*changed, *(block for block in late if block not in changed))


def draft(block_id: str, text: str) -> Block:
    """The block as it would be with this text, before it is saved. Raises LibraryError."""
    ours = blocks.blocks().get(block_id)
    if ours is None:
        raise LibraryError(f"The library no longer has the block “{block_id}”.")
    adaptation = Adaptation(block_id, text, ours.version, ours.hash, ours.owner, ours.review_date)
    return blocks.adapted(adaptation)


def adapt(store: Store, actor: Actor, block_id: str, text: str, now: datetime) -> Block:
    """Keep the partnership's own words for a block. Raises Refused; what was typed stays with the person."""
    with acting(store, actor, "adapted words of the library", now, WRITING, WHO) as act:
        act.record(f"block {block_id}")
        clean = text.replace("\r\n", "\n").strip()
        ours = _known(block_id, act.account)
        _checked(block_id, clean)
        before = kept(store).get(block_id)
        if clean == ours.text:
            raise Refused("These are our own words. Change a word first, or go back to ours.")
        act.nothing_new = before is not None and before.text == clean and before.base == ours.hash
        version = (before.version if before else 0) + 1
        if not act.nothing_new:
            _write(store, block_id, version, clean, ours.hash, now.date() + YEAR, act.account.id, now)
        changed = next(block for block in own(store) if block.id == block_id)
        act.record(f"block {block_id}", version=changed.version, hash=changed.hash)
        return changed


def take_back(store: Store, actor: Actor, block_id: str, now: datetime) -> None:
    """Go back to our words. The own ones stay on the record."""
    with acting(store, actor, "went back to the library's own words", now, WRITING, WHO) as act:
        act.record(f"block {block_id}")
        ours = _known(block_id, act.account)
        before = kept(store).get(block_id)
        act.nothing_new = before is None or before.text is None
        if before and not act.nothing_new:
            _write(store, block_id, before.version, None, ours.hash, ours.review_date, act.account.id, now)


def review(store: Store, actor: Actor, block_id: str, now: datetime) -> date:
    """Mark a block as read against our words of today; the day it is due again."""
    with acting(store, actor, "reviewed words of the library", now, WRITING, WHO) as act:
        ours = _known(block_id, act.account)
        before = kept(store).get(block_id)
        again = now.date() + YEAR
        act.nothing_new = bool(before and (before.base, before.review_date) == (ours.hash, again))
        if not act.nothing_new:
            text, version = (before.text, before.version) if before else (None, 0)
            _write(store, block_id, version, text, ours.hash, again, act.account.id, now)
        act.record(f"block {block_id}", again=again.isoformat())
        return again


def may(person: Account, block: Block) -> bool:
    """Whether this person's side answers for the block's words; joint words are either side's."""
    return person.seat in WRITING and SIDES.get(block.owner, person.side) == person.side


def _known(block_id: str, person: Account) -> Block:
    ours = blocks.blocks().get(block_id)
    if ours is None:
        raise Refused(f"The library no longer has the block “{block_id}”. Nothing was changed.")
    if not may(person, ours):
        whose = "The police answer" if ours.owner == "police" else "The district answers"
        raise Refused(f"{whose} for these words. Nothing was changed.")
    return ours


def _checked(block_id: str, text: str) -> None:
    if not text:
        raise Refused("The words are empty. Go back to ours instead, or type the part that differs.")
    if len(text) > TEXT_MOST:
        raise Refused(
            f"The words are {len(text):,} characters; the limit is {TEXT_MOST:,}. They are kept here. Shorten them."
        )
    wrong = [
        problem for problem in blocks.problems(draft(block_id, text)) if not problem.endswith("ours is used.")
    ]
    if wrong:
        raise Refused(f"{wrong[0]} Nothing was saved; your words are kept.")


def _write(
    store: Store,
    block_id: str,
    version: int,
    text: str | None,
    base: str,
    review_date: date,
    account_id: int,
    now: datetime,
) -> None:
    row = {"block": block_id, "version": version, "text": text, "base": base, "at": stamp(now)}
    store.add("adaptation", row | {"review_date": review_date.isoformat(), "account_id": account_id})
