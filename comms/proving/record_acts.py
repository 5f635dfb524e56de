"""The record's tables of what stands around a text: notices, waivers, next of kin, withdrawals, sign-offs, files, approvals beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from comms.people import SEAT_NAMES, Seat
from comms.proving.record_tables import Table, table, when
from comms.proving.veil import Veil
from comms.proving.written import Text
from comms.store import moment
from comms.workspace.incidents import Incident
from monitors.database import Store

ACTS = """
select n.at, a.name as who, 'told the other side' as what, 'statement ' || n.statement_id as about,
       n.how || ': ' || n.told as words
  from side_notice n left join account a on a.id = n.account_id join statement s on s.id = n.statement_id
 where s.incident_id = :incident
union all
select w.at, a.name, 'waived the rest of the notice', 'statement ' || w.statement_id, w.reason
  from waiver w join account a on a.id = w.account_id join statement s on s.id = w.statement_id
 where s.incident_id = :incident
union all
select k.at, a.name, case k.answer when 'told' then 'says that next of kin were told'
                                   when 'nobody' then 'says that there is nobody to tell, nobody was hurt'
                                   else 'says that next of kin are not told yet' end,
       'statement ' || k.statement_id, k.words
  from kin_answer k join account a on a.id = k.account_id join statement s on s.id = k.statement_id
 where s.incident_id = :incident
union all
select q.at, 'One Voice', 'asked who settles a difference', 'statement ' || q.statement_id, q.asked
  from divergence_ask q where q.incident_id = :incident
union all
select d.at, a.name, 'let two accounts stand', 'statement ' || d.statement_id, d.reason
  from divergence_answer d join account a on a.id = d.account_id join statement s on s.id = d.statement_id
 where s.incident_id = :incident
union all
select e.at, a.name, case when e.until_at is null then 'let the text go' else 'held the text until ' || e.until_at end,
       'statement ' || e.statement_id, e.reason
  from embargo e join account a on a.id = e.account_id join statement s on s.id = e.statement_id
 where s.incident_id = :incident
union all
select w.at, a.name, 'withdrew', 'release ' || r.slug, w.reason
  from withdrawal w join account a on a.id = w.account_id join release r on r.id = w.release_id
  join statement s on s.id = r.statement_id where s.incident_id = :incident
union all
select c.at, a.name, case c.answer when 'confirm' then 'signed off afterwards' else 'asked for a correction' end,
       'release ' || r.slug, c.reason
  from confirmation c join account a on a.id = c.account_id join release r on r.id = c.release_id
  join statement s on s.id = r.statement_id where s.incident_id = :incident
union all
select c.at, a.name, 'began correction ' || c.number, 'release ' || r.slug, c.wrong || ' → ' || c.right
  from correction c join account a on a.id = c.account_id join release r on r.id = c.release_id
  join statement s on s.id = r.statement_id where s.incident_id = :incident
union all
select n.at, a.name, 'decided to say nothing, next look ' || n.next_look_at, 'incident', n.reason
  from no_statement n join account a on a.id = n.account_id where n.incident_id = :incident
union all
select d.at, coalesce(a.name, 'One Voice'), 'a later source disagrees: ' || d.outlet, 'release ' || r.slug,
       d.what || ' / ' || d.said
  from disagreement d left join account a on a.id = d.account_id join release r on r.id = d.release_id
  join statement s on s.id = r.statement_id where s.incident_id = :incident
order by 1
"""


def tables(
    store: Store, about: Incident, written: Sequence[Text], cover: Veil, zone: ZoneInfo
) -> list[Table]:
    """What stands around the texts, in the order it is read."""
    return [
        _acts(store, about, cover, zone),
        _files(store, written, cover, zone),
        _beforehand(store, about, zone),
    ]


def _acts(store: Store, about: Incident, cover: Veil, zone: ZoneInfo) -> Table:
    return table(
        "acts",
        "Notices, waivers, next of kin, differences, holds, withdrawals, sign-offs, corrections",
        "Time | Who | What | About | In their words",
        (
            (
                when(moment(r["at"]), zone),
                r["who"] or "One Voice",
                cover.text(r["what"]),
                r["about"],
                cover.part("reasons", r["words"]),
            )
            for r in store.rows_of(ACTS, incident=about.id)
        ),
    )


def _files(store: Store, written: Sequence[Text], cover: Veil, zone: ZoneInfo) -> Table:
    """A file of a text that was never released is part of a draft, its name and sum too."""
    rows: dict[int, tuple[bool, dict[str, object], list[str]]] = {}
    for text in written:
        for r in store.rows_of(
            "select t.id, t.at, t.name, t.kind, t.size, t.sha256, t.words, a.name as who from attachment t "
            "join revision_attachment on attachment_id = t.id join account a on a.id = t.account_id "
            "where revision_id = ? order by t.id",
            text.revision.id,
        ):
            out, row, where = rows.get(r["id"], (False, r, []))
            rows[r["id"]] = (out or text.released, row, [*where, f"{text.called}, {text.revision.number}"])
    found = []
    for out, r, where in rows.values():
        shown = [str(r[name]) for name in ("name", "words", "sha256")]
        if cover.public:
            shown = [cover.text(s) if out else cover.part("drafts", s) for s in shown]
        at = when(moment(r["at"]), zone)
        found.append((at, str(r["who"]), *shown, str(r["kind"]), str(r["size"]), "; ".join(where)))
    return table(
        "files",
        "Files that texts went out with",
        "Added | By | Name | What it shows | SHA-256 | Kind | Bytes | Texts and revisions",
        found,
    )


def _beforehand(store: Store, about: Incident, zone: ZoneInfo) -> Table:
    """The approvals under which a protective text of this incident could leave at once."""
    rows = store.rows_of(
        "select distinct s.at, s.expires_at, s.seat, s.block_id, s.block_hash, a.name as who, e.at as ended "
        "from standing_approval s join protective_text p on p.block_hash = s.block_hash "
        "join variant v on v.id = p.variant_id join statement t on t.id = v.statement_id "
        "join account a on a.id = s.account_id left join standing_end e on e.approval_id = s.id "
        "where t.incident_id = ? order by s.at",
        about.id,
    )
    return table(
        "beforehand",
        "Approvals given beforehand for protective texts",
        "Given | By | Seat | Text of the library | SHA-256 of its words | Until | Taken back",
        (
            (
                when(moment(r["at"]), zone),
                r["who"],
                SEAT_NAMES[Seat(r["seat"])],
                r["block_id"],
                r["block_hash"],
                when(moment(r["expires_at"]), zone),
                when(moment(r["ended"]), zone),
            )
            for r in rows
        ),
    )
