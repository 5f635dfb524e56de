"""The tables of a record: what happened, what was known, written, answered, released and received, row by row.

Every cell is text that went through the veil of the copy; times are in the partnership's zone with the zone beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from comms.people import SEAT_NAMES, Seat
from comms.proving import veil
from comms.proving.veil import Veil
from comms.proving.written import Answer, Text, answers, hash_shown, path_of
from comms.saying import releases
from comms.store import moment
from comms.workspace import facts, incidents, statements, timeline
from comms.workspace.incidents import Incident
from monitors.database import Store

ANSWERS = {"approve": "approved", "object": "objected", "not_my_facts": "not my facts"}
HITS = {"keep": "kept", "tick": "ticked", "not_a_person": "not a person"}


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of the record. `name` is its file's name without the ending."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def when(at: datetime | None, zone: ZoneInfo) -> str:
    """A moment with its zone, so that it sorts as text: 2026-03-10 15:26:04 CDT."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}" if at else ""


def tables(
    store: Store, about: Incident, written: Sequence[Text], cover: Veil, zone: ZoneInfo
) -> list[Table]:
    """The whole record as tables, in the order they are read."""
    given = answers(store, written)
    return [
        _timeline(store, about, written, cover, zone),
        _texts(written, cover, zone),
        _answers(given, cover, zone),
        _overrides(store, written, cover, zone),
        _releases(store, about, cover, zone),
        _facts(store, about, cover, zone),
        _coverage(store, about, cover, zone),
        _who_knew(store, about, cover, zone),
        _hits(store, about, cover, zone),
        _messages(store, about, cover, zone),
    ]


def table(name: str, title: str, heads: str, rows: Iterable[Sequence[str]]) -> Table:
    """A sheet; `heads` are its columns between bars."""
    return Table(name, title, tuple(heads.split(" | ")), tuple(tuple(row) for row in rows))


def _timeline(store: Store, about: Incident, written: Sequence[Text], cover: Veil, zone: ZoneInfo) -> Table:
    shown = {hash_shown(text, cover) for text in written}
    confirmed = {f.claim for f in facts.facts(store, about.id) if f.status == "confirmed"}
    rows = [
        (
            step.at,
            str(step.seq),
            step.who,
            step.seat,
            cover.text(step.what),
            "; ".join(_said(said, cover, confirmed) for said in step.said),
            "; ".join(
                f"{v.text}: revision {v.number}{f' ({v.hash})' if v.hash in shown else ''}"
                for v in step.versions
            ),
        )
        for step in timeline.steps(store, about.id)
    ]
    for row in outbox(store, about):
        why = "" if cover.public else f": {row['trouble']}"
        said = "accepted by the mail server" if row["sent_at"] else f"not accepted{why}"
        at = moment(row["sent_at"] or row["failed_at"])
        if at:
            whom = cover.part("people", str(row["recipient"]))
            rows.append((at, "", "One Voice", "", f"e-mail to {whom} {said}", cover.text(row["subject"]), ""))
    rows.sort(key=lambda row: (row[0], int(row[1] or 1 << 60)))
    return table(
        "timeline",
        "What was said and done, in order of time",
        "Time | Log row | Who | Seat | What | In their words | Versions",
        ((when(at, zone), *rest) for at, *rest in rows),
    )


def _said(said: timeline.Said, cover: Veil, confirmed: set[str]) -> str:
    if said.kind == "claim" and said.text not in confirmed:
        return cover.part("unconfirmed", said.text)
    if (
        said.kind == "file"
    ):  # whether its text ever went out is not said here; the table of files shows those that did
        return cover.part("drafts", said.text)
    return cover.part("reasons", said.text) if said.kind == "reason" else cover.text(said.text)


def _texts(written: Sequence[Text], cover: Veil, zone: ZoneInfo) -> Table:
    return table(
        "texts",
        "Every text and every revision",
        "Written | Text | Revision | By | Became | Characters | SHA-256 of the text | File",
        (
            (
                when(text.revision.at, zone),
                text.called,
                str(text.revision.number),
                text.revision.author,
                text.became,
                str(len(text.revision.text)) if hash_shown(text, cover) else "left out",
                hash_shown(text, cover) or "left out",
                path_of(text),
            )
            for text in written
        ),
    )


def _answers(given: Sequence[Answer], cover: Veil, zone: ZoneInfo) -> Table:
    return table(
        "approvals",
        "Approvals and objections, void ones too",
        "Time | Who | Seat | As deputy for | Answer | Text | Revision | Stands | Reason",
        (
            (
                when(each.at, zone),
                each.who,
                each.seat,
                each.for_whom,
                ANSWERS[each.answer],
                each.text.called,
                str(each.text.revision.number),
                each.stands,
                cover.part("reasons", each.reason),
            )
            for each in given
        ),
    )


def _overrides(store: Store, written: Sequence[Text], cover: Veil, zone: ZoneInfo) -> Table:
    titles = {text.statement.id: text.statement.title for text in written}
    rows = store.rows_of(
        "select override.*, account.name as who from override join account on account.id = account_id "
        "order by override.id"
    )
    return table(
        "overrides",
        "Seats released with a reason",
        "Time | Who | Missing seat | Statement | Reason",
        (
            (
                when(moment(r["at"]), zone),
                r["who"],
                SEAT_NAMES[Seat(r["seat"])],
                titles[r["statement_id"]],
                cover.part("reasons", r["reason"]),
            )
            for r in rows
            if r["statement_id"] in titles
        ),
    )


def _releases(store: Store, about: Incident, cover: Veil, zone: ZoneInfo) -> Table:
    return table(
        "releases",
        "What was released",
        "Time | Number | Statement | By | Without | Texts",
        (
            (
                when(each.at, zone),
                each.slug,
                each.statement.title,
                each.by,
                each.without,
                "; ".join(
                    f"{timeline.text_words(f'{v.channel} {v.language}')}, revision {v.newest.number}"
                    for v in each.texts
                ),
            )
            for each in reversed(releases.of_incident(store, about.id))
        ),
    )


def _facts(store: Store, about: Incident, cover: Veil, zone: ZoneInfo) -> Table:
    rows = sorted(
        (row for sheet in facts.facts(store, about.id) for row in facts.history(store, sheet.id)),
        key=lambda row: row.revision_id,
    )
    return table(
        "facts",
        "The fact sheet, every row as it was",
        "As of | Fact | Claim | Owner | Status | Who says so | Entered by | Link",
        (
            (
                when(row.as_of, zone),
                str(row.id),
                cover.text(row.claim) if row.status == "confirmed" else cover.part("unconfirmed", row.claim),
                facts.OWNERS[row.owner],
                row.status,
                cover.text(row.said_by),
                row.author,
                cover.text(row.link),
            )
            for row in rows
        ),
    )


def _coverage(store: Store, about: Incident, cover: Veil, zone: ZoneInfo) -> Table:
    return table(
        "coverage",
        "What others reported, as it was copied",
        "Published | Seen | Outlet | Headline | Text | Link",
        (
            (
                when(e.published, zone),
                when(e.seen, zone),
                cover.text(e.outlet),
                cover.text(e.title),
                cover.text(e.text),
                cover.text(e.link),
            )
            for e in reversed(incidents.evidence(store, about.id))
        ),
    )


def _who_knew(store: Store, about: Incident, cover: Veil, zone: ZoneInfo) -> Table:
    return table(
        "who-knew",
        "Who was told, and when they opened it",
        "Person | Seat | Told | How | Opened it",
        (
            (k.name, SEAT_NAMES[k.seat], when(k.told_at, zone), k.how or k.delivery, when(k.seen_at, zone))
            for k in incidents.who_knows(store, about)
        ),
    )


def _hits(store: Store, about: Incident, cover: Veil, zone: ZoneInfo) -> Table:
    rows = store.rows_of(
        "select hit_answer.*, account.name as who, variant.channel, variant.language from hit_answer "
        "join account on account.id = account_id join variant on variant.id = variant_id "
        "join statement on statement.id = statement_id where incident_id = ? order by hit_answer.id",
        about.id,
    )
    return table(
        "checks",
        "What people answered to the check",
        "Time | Who | Text | Rule | Words | Answer | Reason",
        (
            (
                when(moment(r["at"]), zone),
                r["who"],
                timeline.text_words(f"{r['channel']} {r['language']}"),
                r["rule"],
                cover.part("protected" if r["rule"] in veil.PROTECTED else "drafts", r["words"]),
                HITS[r["answer"]],
                cover.part("reasons", r["reason"]),
            )
            for r in rows
        ),
    )


def _messages(store: Store, about: Incident, cover: Veil, zone: ZoneInfo) -> Table:
    return table(
        "messages",
        "Messages and their receipts",
        "Queued | To | Name | Subject | Accepted by the mail server | Tries | What the server said",
        (
            (
                when(moment(r["queued_at"]), zone),
                cover.part("people", r["recipient"]),
                cover.part("people", r["name"]),
                cover.text(r["subject"]),
                when(moment(r["sent_at"]), zone),
                str(r["tries"]),
                "" if cover.public else r["trouble"],
            )
            for r in outbox(store, about)
        ),
    )


def outbox(store: Store, about: Incident) -> list[dict[str, str]]:
    """Every message about an incident, in the order it was queued."""
    made = {s.id: s.title for s in statements.of_incident(store, about.id)}
    named = timeline.abouts(store, about.id, made)
    marks = ", ".join("?" * len(named))
    return store.rows_of(f"select * from outbox where about in ({marks}) order by id", *sorted(named))
