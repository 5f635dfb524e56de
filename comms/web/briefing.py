"""What an approver reads, in words: the due time, what changed, my side's facts, what the check found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from comms import clocks, partnership
from comms.agreeing import seats
from comms.agreeing.approvals import Decision
from comms.agreeing.briefs import Brief, Passage
from comms.people import SEAT_NAMES, Seat
from comms.wording import attachments
from comms.wording.attachments import Attachment
from comms.wording.library import CHANNELS, LANGUAGES
from comms.wording.merge import Piece, difference
from comms.workspace import next_of_kin, statements, turns
from comms.workspace.checks import Answered
from comms.workspace.facts import Fact
from comms.workspace.statements import Revision, Variant
from monitors.database import Store

HOLDS_TOGETHER = 3
"""More unchanged words than this between two changes keep them apart."""
AROUND = 90
"""Characters of unchanged text shown on each side of a change."""
OWN_FACTS = {"agency": frozenset({"agency", "other"}), "district": frozenset({"district"})}
SIDES = {"agency": "Police facts", "district": "District facts"}
MARKS = {"confirmed": "✓", "unconfirmed": "?", "disputed": "⇄", "superseded": "↺", "withdrawn": "×"}
"""A shape beside each word, so that no meaning hangs on color."""
SAID = {"approve": "approved", "object": "objected to", "not_my_facts": "said “not my facts” of"}


@dataclass(frozen=True, slots=True)
class Due:
    """A due time in words, and whether it is missed or near."""

    words: str
    color: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of some words since a revision, in which channels: the pieces, and who changed them when."""

    channels: str
    pieces: tuple[Piece, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole text and the channels that carry exactly it."""

    channels: str
    subject: str
    text: str
    words: int
    variant_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file that goes out, and in which channels. `width` is 0 for what is no picture."""

    id: int
    words: str
    name: str
    kilobytes: int
    channels: str
    new: bool
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact as an approver reads it."""

    mark: str
    status: str
    claim: str
    source: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything of an approval page that is worded rather than stored."""

    due: Due | None
    verb: str
    revision: int
    short_hash: str
    seat: str
    since: str
    turned: tuple[tuple[str, str], ...]
    """How the story turned since the words were saved: what turned, and who says so."""
    changes: tuple[Change, ...]
    texts: tuple[Whole, ...]
    files: tuple[FileLine, ...]
    gone_files: tuple[str, ...]
    facts_title: str
    facts: tuple[FactLine, ...]
    kin: str
    """Who says that next of kin were told; empty where nobody must be."""
    check: tuple[str, ...]
    contacts: tuple[tuple[str, str], ...]
    """Name and telephone number: both sides, and who sent it."""


def page(store: Store, brief: Brief, now: datetime, zone: ZoneInfo) -> Page:
    """Word a brief for the plain page."""
    signs = brief.seat is Seat.SUPERINTENDENT
    newest = max((p.variant.newest for p in brief.passages), key=lambda r: r.number)
    return Page(
        due=due(brief.due_at, now, zone),
        verb="Sign" if signs else "Approve",
        revision=newest.number,
        short_hash=newest.short_hash,
        seat=f"{SEAT_NAMES[brief.seat]}, {brief.person.organisation}",
        since=_since(store, brief),
        turned=tuple(turns.turned_words(turn, now, zone) for turn in brief.turned),
        changes=_grouped(((p.variant, p.change) for p in brief.passages), now, zone),
        texts=wholes(p.variant for p in brief.passages),
        files=tuple(_files(store, brief)),
        gone_files=tuple(dict.fromkeys(words for p in brief.passages for words in p.gone_files)),
        facts_title=f"{SIDES[brief.person.side]} in this text",
        facts=tuple(_facts(brief, now, zone)),
        kin=next_of_kin.sentence(brief.kin, now, zone) if brief.kin_needed or brief.kin else "",
        check=tuple(_check(brief.passages)),
        contacts=tuple(contacts(store, brief)),
    )


def due(at: datetime | None, now: datetime, zone: ZoneInfo) -> Due | None:
    """ "Due 3:29 PM · 5 min left"; red once missed, orange in the last 5 minutes."""
    if at is None:
        return None
    left = at - now
    words = f"{clocks.minutes(left)} left" if left > timedelta() else f"late by {clocks.minutes(-left)}"
    color = "red" if left <= timedelta() else "orange" if left <= timedelta(minutes=5) else ""
    return Due(f"Due {clocks.seen_words(at, now, zone)} · {words}", color)


def contacts(store: Store, brief: Brief) -> list[tuple[str, str]]:
    """Who can be called from the page: the sender, then both organizations, each number once."""
    named = [(brief.sender.called, brief.sender.phone)] if brief.sender else []
    named += [(o.name, o.phone) for o in partnership.organisations(store)]
    return list({phone: (name, phone) for name, phone in reversed(named) if phone}.values())[::-1]


def _since(store: Store, brief: Brief) -> str:
    before = [p for p in brief.passages if p.before]
    if not before:
        return ""
    last = seats.decisions(store, brief.statement.id)
    mine = next((d for d in reversed(last) if d.account_id == brief.person.id), None)
    number = max(p.before.number for p in before if p.before)
    changed = any(_differs(p.change) or p.files_changed for p in brief.passages)
    what = "what changed since is shown first" if changed else "it has not changed since"
    return f"You {SAID[mine.answer] if mine else 'read'} revision {number}; {what}."


def _differs(pieces: Iterable[Piece]) -> bool:
    return any(piece.kind != "same" for piece in pieces)


def named(variants: Iterable[Variant]) -> str:
    """The channels of these variants: "E-mail to families and Web page"."""
    names = [
        CHANNELS[v.channel].name + ("" if v.language == "en" else f" ({LANGUAGES[v.language]})")
        for v in variants
    ]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def wholes(variants: Iterable[Variant]) -> tuple[Whole, ...]:
    """The texts, each once, with the channels that carry it."""
    same: dict[tuple[str, str], list[Variant]] = {}
    for variant in variants:
        same.setdefault((variant.newest.subject, variant.newest.text), []).append(variant)
    return tuple(
        Whole(named(alike), subject, text, len(text.split()), tuple(v.id for v in alike))
        for (subject, text), alike in same.items()
    )


def _files(store: Store, brief: Brief) -> Iterable[FileLine]:
    """Each file once, with the channels it goes out in."""
    same: dict[tuple[str, str], list[tuple[Passage, Attachment]]] = {}
    for passage in brief.passages:
        for file in passage.files:
            same.setdefault((file.sha256, file.words), []).append((passage, file))
    for alike in same.values():
        first = alike[0][1]
        yield FileLine(
            first.id,
            first.words,
            first.name,
            (first.size + 999) // 1000,
            named(p.variant for p, _ in alike),
            any(f.id in p.new_files for p, f in alike),
            *attachments.shown_at(store, first),
        )


def _grouped(
    changed: Iterable[tuple[Variant, Iterable[Piece]]], now: datetime, zone: ZoneInfo
) -> tuple[Change, ...]:
    """Changes worth reading; the same change in several channels is read once."""
    same: dict[tuple[Piece, ...], list[Variant]] = {}
    for variant, pieces in changed:
        pieces = tuple(excerpt(readable(pieces)))
        if _differs(pieces):
            same.setdefault(pieces, []).append(variant)
    return tuple(
        Change(named(variants), pieces, _by(variants[0].newest, now, zone))
        for pieces, variants in same.items()
    )


def readable(pieces: Iterable[Piece]) -> list[Piece]:
    """Word differences as a person reads them: a few words that happen to stay between two changes change along."""
    result: list[Piece] = []
    gone = new = ""
    pieces = list(pieces)
    for place, piece in enumerate(pieces):
        kept = piece.kind == "same" and len(piece.text.split()) > HOLDS_TOGETHER
        if (
            kept
            or (piece.kind == "same" and not (gone or new))
            or (piece.kind == "same" and place == len(pieces) - 1)
        ):
            result += _flushed(gone, new)
            gone = new = ""
            result.append(piece)
        else:
            gone += piece.text if piece.kind != "inserted" else ""
            new += piece.text if piece.kind != "deleted" else ""
    return result + _flushed(gone, new)


def _flushed(gone: str, new: str) -> list[Piece]:
    """A deletion and an insertion; the gap both end with belongs to neither."""
    if not gone and not new:
        return []
    tail = (
        gone[len(gone.rstrip()) :]
        if gone and new and gone[len(gone.rstrip()) :] == new[len(new.rstrip()) :]
        else ""
    )
    cut = len(tail)
    pieces = [
        Piece("deleted", gone[: len(gone) - cut]),
        Piece("inserted", new[: len(new) - cut]),
        Piece("same", tail),
    ]
    return [piece for piece in pieces if piece.text]


def _by(revision: Revision, now: datetime, zone: ZoneInfo) -> str:
    at = clocks.seen_words(revision.at, now, zone)
    return f"Changed by {revision.author}, {at} {clocks.zone_name(zone)}."


def excerpt(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """The changes with a little of what stands around them; long unchanged stretches become an ellipsis."""
    pieces = list(pieces)
    for place, piece in enumerate(pieces):
        first, last = place == 0, place == len(pieces) - 1
        room = AROUND if first or last else 2 * AROUND
        if piece.kind != "same" or len(piece.text) <= room:
            yield piece
            continue
        head = "" if first else _cut(piece.text[:AROUND], at_end=True)
        tail = "" if last else _cut(piece.text[-AROUND:], at_end=False)
        yield Piece("same", f"{head} … {tail}")


def _cut(text: str, *, at_end: bool) -> str:
    """To the nearest gap, so that no word is torn."""
    if at_end:
        return text.rsplit(None, 1)[0] if len(text.split()) > 1 else text
    return text.split(None, 1)[-1] if len(text.split()) > 1 else text


def changes_from(
    store: Store, statement_id: int, shown: Mapping[int, str], now: datetime
) -> tuple[Change, ...]:
    """What became of the words with these hashes (variant id -> hash) until now."""
    found = []
    for variant in statements.variants(store, statement_id):
        was = next(
            (r for r in statements.revisions(store, variant.id) if r.hash == shown.get(variant.id)), None
        )
        if was:
            newest = variant.newest
            old, new = f"{was.subject}\n{was.text}".strip(), f"{newest.subject}\n{newest.text}".strip()
            found.append((variant, difference(old, new)))
    return _grouped(found, now, partnership.profile(store).timezone)


def _facts(brief: Brief, now: datetime, zone: ZoneInfo) -> Iterable[FactLine]:
    own = OWN_FACTS[brief.person.side]
    for fact in (*brief.used, *brief.unused):
        if fact.owner in own:
            yield _fact(fact, fact in brief.used, brief.person.name, now, zone)


def _fact(fact: Fact, used: bool, reader: str, now: datetime, zone: ZoneInfo) -> FactLine:
    status = fact.status.capitalize() + ("" if used else ", not used")
    who = "You" if fact.author == reader else fact.said_by or fact.author
    return FactLine(
        MARKS[fact.status], status, fact.claim, f"{who}, {clocks.seen_words(fact.as_of, now, zone)}"
    )


def _check(passages: Iterable[Passage]) -> Iterable[str]:
    """One sentence for the sum, then one a hit; the same words in two channels are one hit."""
    passages = list(passages)
    if any(p.hits is None for p in passages):
        yield "Not checked yet. The check answers by itself within seconds; open this page again to see it."
        return
    hits: dict[tuple[str, str], Answered] = {}
    for passage in passages:
        for answered in passage.hits or ():
            hits.setdefault((answered.hit.rule, answered.hit.text), answered)
    blocks = [a for a in hits.values() if a.hit.level == "block" and a.open]
    warns = [a for a in hits.values() if a not in blocks]
    yield (
        f"{'Nothing blocks' if not blocks else _count(len(blocks), 'phrase blocks it', 'phrases block it')}. "
        + (f"{_count(len(warns), 'warning', 'warnings')}." if warns else "No warnings.")
    )
    for answered in (*blocks, *warns):
        yield _hit(answered)


def _hit(answered: Answered) -> str:
    words = f"“{answered.hit.text}”: " if answered.hit.text else ""
    kept = " and ".join(SEAT_NAMES[Seat(seat)] for seat in dict.fromkeys(answered.kept_by))
    kept = f" Kept by {kept}." if kept else ""
    reason = f" Reason: {answered.reason}." if answered.reason else ""
    return f"{answered.hit.rule} · {words}{answered.hit.why}{kept}{reason}"


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


# What was answered --------------------------------------------------------------------------------------------------


def _revision(store: Store, given: Decision) -> Revision:
    revisions = (statements.revision(store, d.revision_id) for d in _together(store, given))
    return max(revisions, key=lambda r: r.number)


def _together(store: Store, given: Decision) -> list[Decision]:
    """The rows of one answer: one a channel, written in the same moment."""
    variant = statements.variant(store, given.variant_id)
    return [
        d
        for d in seats.decisions(store, variant.statement_id)
        if d.account_id == given.account_id and d.at == given.at and d.answer == given.answer
    ]


def what_was_said(store: Store, given: Decision) -> str:
    """ "you approved revision 4 (7c1e 90ab)"."""
    revision = _revision(store, given)
    said = "signed" if given.seat is Seat.SUPERINTENDENT and given.answer == "approve" else SAID[given.answer]
    return f"you {said} revision {revision.number} ({revision.short_hash})"


def stands(store: Store, given: Decision) -> str:
    """ "Your approval of revision 4 stands."."""
    return f"Your {_noun(given)} of revision {_revision(store, given).number} stands."


def stood(store: Store, given: Decision) -> str:
    """What became of an answer whose words were changed afterwards."""
    return f"Your {_noun(given)} of revision {_revision(store, given).number} lapsed with the change; it stays on the record."


def _noun(given: Decision) -> str:
    if given.answer != "approve":
        return "objection" if given.answer == "object" else "answer"
    return "signature" if given.seat is Seat.SUPERINTENDENT else "approval"
