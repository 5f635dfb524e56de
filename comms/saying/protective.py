"""Class A: protective actions in words both sides approved beforehand, released at once, signed off afterwards.

Source: the domain rules, section 5. The PIO and the superintendent approve a block of the library for a time; in the
incident only its blanks are filled. One reachable person of each side lets it go: the police by approving the text
(or by starting it), the district by its release. The superintendent may be silent. Nothing else is ever this fast.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from comms import clocks, partnership
from comms.agreeing import asks, confirmations
from comms.agreeing.seats import holders, stand_ins
from comms.people import SEAT_NAMES, WRITING, Act, Actor, Refused, Seat, account, accounts, acting
from comms.reaching import notices
from comms.reasons import Reason
from comms.saying import audiences
from comms.store import stamp
from comms.wording import library
from comms.wording.blanks import school_short
from comms.wording.blocks import Block
from comms.workspace import adaptations, drafts, incidents, statements
from comms.workspace.incidents import Incident
from comms.workspace.statements import Statement, Variant
from monitors.database import Store

LIFE_SAFETY = frozenset(t.id for t in library.TYPES.values() if "A" in t.classes)
"""The incident types in which a protective action may go out this way."""
CHANNELS = ("sms", "email", "web")
ALL_CHANNELS = ("sms", "call", "email", "web", "social")
SIGNING = (Seat.PIO, Seat.SUPERINTENDENT)
LONGEST = timedelta(days=366)
"""An approval beforehand is dated: after a year both read the words again."""


@dataclass(frozen=True, slots=True)
class Action:
    """Which protective action of which school, in which channels and languages; `ended` says which one is over."""

    action: str
    school: str
    channels: Sequence[str] = CHANNELS
    languages: Sequence[str] = ("en",)
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Beforehand:
    """One pre-approved text and until when each seat's approval of these very words holds (aware UTC, None: not)."""

    block: Block
    until: Mapping[Seat, datetime | None]

    def lacks(self, now: datetime) -> tuple[Seat, ...]:
        """The seats whose approval is missing or over."""
        return tuple(seat for seat, until in self.until.items() if until is None or until <= now)


# Beforehand -----------------------------------------------------------------------------------------------------------


def texts(
    store: Store,
    partner_id: int,
    action: str,
    channels: Sequence[str] = ALL_CHANNELS,
    languages: Sequence[str] = ("en",),
) -> list[Beforehand]:
    """The pre-approved texts of an action in the partnership's own words, and who approved them until when."""
    own = adaptations.own(store)
    found = []
    for language in languages:
        for channel in channels:
            block = _block(action, channel, language, own)
            until = {seat: _until(store, block, seat, partner_id) for seat in SIGNING}
            found.append(Beforehand(block, until))
    return found


def _block(action: str, channel: str, language: str, own: Collection[Block]) -> Block:
    try:
        return library.action_block(action, channel, language, own)
    except library.LibraryError as error:
        raise Refused(f"{error} Nothing was started.") from error


def _until(store: Store, block: Block, seat: Seat, partner_id: int) -> datetime | None:
    row = store.row_of(
        "select max(expires_at) as until from standing_valid where block_hash = ? and seat = ? "
        "and (seat <> 'pio' or organisation_id = ?)",
        block.hash,
        seat,
        partner_id,
    )
    return datetime.fromisoformat(row["until"]) if row and row["until"] else None


def approve_beforehand(
    store: Store, actor: Actor, shown: Mapping[str, str], until: datetime, now: datetime
) -> int:
    """The PIO or the superintendent approves the words of pre-approved texts (block id -> hash, as shown) until a day.

    How many were new. Raises Refused for a deputy, an SRO, words that changed, or an end that lies too far.
    """
    with acting(store, actor, "approved texts beforehand", now, seats=frozenset(SIGNING)) as act:
        act.record("library", texts=dict(shown), until=stamp(until))
        if act.account.sro:
            raise Refused("A school resource officer never approves. Nothing was recorded.")
        if not now < until <= now + LONGEST:
            raise Refused("Choose an end within a year from today. Nothing was recorded.")
        if not shown:
            raise Refused("No text was chosen. Nothing was recorded.")
        known = library.library_with(adaptations.own(store))
        new = 0
        for block_id, block_hash in shown.items():
            block = known.get(block_id)
            if block is None or not block.approvable or block.kind != "action":
                raise Refused("Only the texts of protective actions are approved beforehand.")
            if block.hash != block_hash:
                raise Refused(
                    "The words changed while you were reading. Nothing was recorded. Read them again."
                )
            same = store.row_of(
                "select 1 from standing_valid where block_hash = ? and account_id = ? and expires_at >= ?",
                block_hash,
                act.account.id,
                stamp(until),
            )
            if same is None:
                row: dict[str, object] = {"block_id": block_id, "block_hash": block_hash}
                row |= {"seat": str(act.account.seat), "account_id": act.account.id}
                row |= {"at": stamp(now), "expires_at": stamp(until)}
                store.add("standing_approval", row)
                new += 1
        act.nothing_new = new == 0
        return new


def take_back(store: Store, actor: Actor, action: str, now: datetime) -> int:
    """End one's own side's approvals of an action's texts at once; how many ended."""
    with acting(store, actor, "took approvals beforehand back", now, seats=frozenset(SIGNING)) as act:
        rows = store.rows_of(
            "select id from standing_valid where seat = ? and organisation_id = ? and block_id like ?",
            act.account.seat,
            act.account.organisation_id,
            f"__/actions/{action}/%",
        )
        for row in rows:
            store.add(
                "standing_end", {"approval_id": row["id"], "account_id": act.account.id, "at": stamp(now)}
            )
        act.record("library", action=action, ended=len(rows))
        act.nothing_new = not rows
        return len(rows)


# In the incident ------------------------------------------------------------------------------------------------------


def start(store: Store, actor: Actor, incident_id: int, how: Action, now: datetime) -> Statement:
    """Make the texts of a protective action and ask the other side at once; the starter's side has pressed.

    The second click returns the text that is there. Raises Refused with the reason: not a life-safety type, the one
    before not signed off, words nobody approved beforehand.
    """
    with acting(store, actor, "started a protective action", now, seats=WRITING) as act:
        about = incidents.incident(store, incident_id)
        act.record(f"incident {incident_id}", action=how.action, school=how.school)
        if about.type not in LIFE_SAFETY:
            raise Refused(
                f"“{library.TYPES[about.type].title}” is no life-safety type, so nothing goes out this fast. "
                "Start a holding statement, or change the type."
            )
        open_one = _open_one(store, incident_id, how.action)
        if open_one:
            act.nothing_new = True
            return open_one
        _never_chained(store, incident_id, now)
        made = _make(store, act, about, how, now)
        act.record(f"statement {made.id}", incident=f"incident {incident_id}")
        _ask_at_once(store, act, about, made, now)
        return made


def _open_one(store: Store, incident_id: int, action: str) -> Statement | None:
    for each in statements.of_incident(store, incident_id):
        if (
            each.cls == "A"
            and action_of(store, each.id) == action
            and not statements.released(store, each.id)
        ):
            return each
    return None


def action_of(store: Store, statement_id: int) -> str:
    """Which protective action a statement is about; empty for any other statement."""
    row = store.row_of(
        "select action from protective_text join variant on variant.id = variant_id where statement_id = ?",
        statement_id,
    )
    return str(row["action"]) if row else ""


def _never_chained(store: Store, incident_id: int, now: datetime) -> None:
    for owed in confirmations.owed(store, now):
        if owed.incident_id == incident_id and owed.why == "fast" and owed.seat is Seat.SUPERINTENDENT:
            names = " or ".join(p.called for p in owed.people) or "The superintendent"
            raise Refused(
                f"The protective text released before is not signed off yet. {names} signs it off first; "
                "one fast release never follows another. Nothing was started."
            )


def _make(store: Store, act: Act, about: Incident, how: Action, now: datetime) -> Statement:
    school = how.school or drafts.values(store, about, "H", now, now).get("school", "")
    channels = [c for c in how.channels if c != "email" or audiences.members(store, "email")]
    update = clocks.proposed_update(now, protective=how.action != "ended")
    given = _values(store, about, how, school, update, now)
    ready = texts(store, about.partner_id, how.action, channels, how.languages)
    _must_stand(ready, how, now)
    phase = "R" if how.action == "ended" else "U" if _spoken(store, about.id) else "H"
    row = {"incident_id": about.id, "phase": phase, "class": "A", "type": about.type, "voice": "joint"}
    row |= {"started_by": act.account.id, "started_at": stamp(now), "next_update_at": stamp(update)}
    statement_id = store.add("statement", row)
    for each in ready:
        draft = library.action_draft(each.block, given)
        if draft.blanks:
            raise Refused(
                f"A blank is left: {draft.blanks[0].label}. Enter it under Partnership or choose it here."
            )
        ids: dict[str, object] = {
            "statement_id": statement_id,
            "channel": each.block.channel,
            "language": each.block.language,
        }
        variant_id = store.add("variant", ids)
        link: dict[str, object] = {"variant_id": variant_id, "action": how.action}
        store.add("protective_text", link | {"block_id": each.block.id, "block_hash": each.block.hash})
        words = (draft.subject, draft.text)
        if about.drill:
            words = drafts.marked_drill(*words)
        statements.write(
            store, variant_id, each.block.channel, each.block.language, *words, act.account.id, None, now
        )
    store.execute("update incident set class = 'A' where id = ?", [about.id])
    return statements.statement(store, statement_id)


def _must_stand(ready: Sequence[Beforehand], how: Action, now: datetime) -> None:
    lacking = {seat for each in ready for seat in each.lacks(now)}
    if lacking:
        who = " and ".join(SEAT_NAMES[seat] for seat in SIGNING if seat in lacking)
        raise Refused(
            f"The words for “{library.ACTIONS[how.action]}” have no approval beforehand that holds today from: {who}. "
            "Nothing was started. Start a holding statement; both sides then approve its exact words."
        )


def _spoken(store: Store, incident_id: int) -> bool:
    return any(statements.released(store, s.id) for s in statements.of_incident(store, incident_id))


def _values(
    store: Store, about: Incident, how: Action, school: str, update: datetime, now: datetime
) -> dict[str, str]:
    if school not in schools(store):
        raise Refused("Choose the school. Nothing was started.")
    if how.action == "ended" and how.ended not in _ENDING:
        raise Refused("Say which action has ended. Nothing was started.")
    known = drafts.values(store, about, "H", update, now)
    return known | {"school": school, "protective_action": _ENDING.get(how.ended, "")}


_ENDING = {key: word for key, word in library.ACTIONS.items() if key != "ended"}


def schools(store: Store) -> list[str]:
    """The schools a protective action can name: the district's own, and nothing else."""
    return [s.name for s in partnership.schools(store)]


def _ask_at_once(store: Store, act: Act, about: Incident, made: Statement, now: datetime) -> None:
    """The police and their deputies get the link; the superintendent and communications are told in the same second."""
    asks.ask_next(store, made, act.account, now)
    hashes = {v.id: v.newest.hash for v in statements.variants(store, made.id)}
    named = stand_ins(store, made, now)
    if act.account.side == "district":
        for deputy in named:
            if deputy.seat is Seat.PIO:
                person, stands_for = account(store, deputy.account_id), account(store, deputy.for_account_id)
                asks.send_ask(store, made, Seat.PIO, person, stands_for, act.account, hashes, now)
    told = [*holders(store, made, Seat.SUPERINTENDENT), *accounts(store, seat=Seat.COMMUNICATIONS)]
    told += [account(store, d.account_id) for d in named if d.seat is Seat.SUPERINTENDENT]
    zone = partnership.profile(store).timezone
    action = library.ACTIONS[action_of(store, made.id)]
    for person in {p.id: p for p in told if p.id != act.account.id}.values():
        text = notices.letter(
            "protective_told.txt",
            path=f"/statement?statement={made.id}",
            person=person,
            sender=act.account,
            incident=about,
            action=action,
            at=clocks.full(now, zone),
        )
        drill = "DRILL " if about.drill else ""
        subject = f"{drill}{action}: protective text under way, incident {about.number}"
        key = f"statement {made.id} protective"
        notices.queue(
            store, notices.Message(key, person.email, subject, text, person.name, f"statement {made.id}"), now
        )


# Before it leaves -----------------------------------------------------------------------------------------------------


def reasons_not(store: Store, about: Statement, variants: Sequence[Variant], now: datetime) -> list[Reason]:
    """What holds a class A text beside the seats: words that are no longer the block's, or an approval that is over."""
    if about.cls != "A":
        return []
    incident = incidents.incident(store, about.incident_id)
    found: list[Reason] = []
    try:
        _never_chained(store, about.incident_id, now)
    except Refused as refusal:
        found.append(
            Reason("chained", str(refusal).partition(" Nothing was")[0], "The superintendent signs it off")
        )
    known = library.library_with(adaptations.own(store))
    lacking: set[Seat] = set()
    for each in variants:
        row = store.row_of("select * from protective_text where variant_id = ?", each.id)
        block = known.get(row["block_id"]) if row else None
        if (
            row is None
            or block is None
            or block.hash != row["block_hash"]
            or not _as_block(store, about, block, each)
        ):
            found.append(
                Reason(
                    "free text",
                    f"The words of {each.channel} are no longer the pre-approved ones",
                    "Start it anew; a protective text takes no other words",
                )
            )
            continue
        lacking |= {s for s in SIGNING if (_until(store, block, s, incident.partner_id) or now) <= now}
    found += [
        Reason("beforehand", f"The approval beforehand of {SEAT_NAMES[s]} is over", SEAT_NAMES[s])
        for s in SIGNING
        if s in lacking
    ]
    return found


def _as_block(store: Store, about: Statement, block: Block, variant: Variant) -> bool:
    """The block with its blanks filled and nothing else, each blank by what the partnership itself entered."""
    text, subject = variant.newest.text, variant.newest.subject
    incident = incidents.incident(store, about.incident_id)
    if incident.drill:
        text = text.removeprefix("DRILL\n\n").removesuffix("\n\nDRILL")
        subject = subject.removeprefix("DRILL ")
    entered = drafts.values(
        store, incident, "H", about.next_update_at or incident.opened_at, incident.opened_at
    )
    allowed: dict[str, Collection[str]] = {
        name: {value}
        for name, value in entered.items()
        if name in {"district", "agency", "tag", "link", "contact_phone", "next_update"}
    }
    ours = schools(store)
    allowed |= {"school": ours, "school_short": [school_short(s) for s in ours]}
    return library.filled_only(block, text, subject, allowed)
