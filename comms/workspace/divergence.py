"""Divergence: a text beside the other side's, what we said before, and the partner's own feed; who settles it.

Source: the domain rules, section 4. A difference shows both quotes and asks the owners, before a release and after it.
It is settled by changing the words until they agree, or by an owner who says why both stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comms import partnership
from comms.people import WRITING, Actor, Refused, acting
from comms.store import stamp
from comms.wording import channels
from comms.wording.differences import ABOUT, differences
from comms.workspace import incidents, statements
from comms.workspace.incidents import Incident
from comms.workspace.statements import Statement, Variant
from monitors.database import Store

OWNERS = {
    "custody": "agency",
    "arrested": "agency",
    "hurt": "agency",
    "dead": "agency",
    "action": "district",
}
"""Whose matter a difference is where it is one side's alone; the rest either side settles."""


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody else says, or we said: who, the words, and whether it is the other side's text, an earlier
    release or the partner's feed."""

    who: str
    text: str
    kind: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Divergence:
    """One difference with both quotes. `owner` is district, agency or "" for either; `reason` is why both stand."""

    about: str
    ours: str
    theirs: str
    who: str
    kind: str
    owner: str
    reason: str = ""

    @property
    def open(self) -> bool:
        """Whether nobody who may has settled it."""
        return not self.reason

    @property
    def sentence(self) -> str:
        """As it is listed among the reasons."""
        return f"It differs from {self.who} on {ABOUT[self.about]}"


def against(ours: str, others: Sequence[Account], places: Sequence[str] = ()) -> list[Divergence]:
    """Where one text tells it otherwise than other accounts; pure."""
    return [
        Divergence(d.about, d.one, d.other, other.who, other.kind, OWNERS.get(d.about, ""))
        for other in others
        for d in differences(ours, other.text, tuple(places))
    ]


def divergences(store: Store, about: Statement, texts: Sequence[Variant] | None = None) -> list[Divergence]:
    """Where a statement's newest words differ from what else is said of the incident, settled ones too."""
    incident = incidents.incident(store, about.incident_id)
    others = accounts(store, about, incident)
    if not others:
        return []
    places = [str(p) for p in partnership.profile(store).watchlist.get("places") or []]
    reasons = {
        (r["about"], r["ours"], r["theirs"]): str(r["reason"])
        for r in store.rows_of("select * from divergence_answer where statement_id = ? order by id", about.id)
    }
    found: dict[tuple[str, str, str], Divergence] = {}
    for each in texts if texts is not None else statements.variants(store, about.id):
        same_language = [other for other in others if other.language == each.language]
        for one in against(each.newest.text, same_language, places):
            found.setdefault((one.about, one.theirs, one.who), one)
    return [
        Divergence(
            d.about, d.ours, d.theirs, d.who, d.kind, d.owner, reasons.get((d.about, d.ours, d.theirs), "")
        )
        for d in found.values()
    ]


def accounts(store: Store, about: Statement, incident: Incident) -> list[Account]:
    """What else is said: the other side's text of this incident, our earlier releases, and the partner's own feed."""
    return [
        *_other_side(store, about),
        *_earlier(store, about),
        *_partner_feed(store, incident),
    ]


def _other_side(store: Store, about: Statement) -> list[Account]:
    whose = {
        "police": "the police's own text",
        "district": "the district's own text",
        "joint": "the joint text",
    }
    found = []
    for other in statements.of_incident(store, about.incident_id):
        newer = other.phase == about.phase and not statements.released(store, other.id)
        if other.id != about.id and other.voice != about.voice and newer:
            found += [
                Account(whose[other.voice], v.newest.text, "other side", v.language)
                for v in _longest(statements.variants(store, other.id))
            ]
    return found


def _earlier(store: Store, about: Statement) -> list[Account]:
    """What went out before this text was begun. What it corrects is meant to differ, and no reader goes by it now."""
    rows = store.rows_of(
        "select statement.id, revision.text, variant.language, variant.channel from release "
        "join statement on statement.id = release.statement_id join release_text t on t.release_id = release.id "
        "join variant on variant.id = t.variant_id join revision on revision.id = t.revision_id "
        "where incident_id = :incident and statement.id <> :own and release.id is not :corrected "
        "and release.id not in (select release_id from withdrawal) "
        "and release.id not in (select release_id from correction join release r on r.statement_id = "
        "correction.statement_id) order by release.id desc, length(revision.text) desc",
        incident=about.incident_id,
        own=about.id,
        corrected=about.corrects_release_id,
    )
    newest: dict[tuple[int, str], Account] = {}
    for row in rows:
        title = statements.statement(store, row["id"]).title.lower()
        account = Account(f"our released {title}", row["text"], "earlier release", row["language"])
        newest.setdefault((row["id"], row["language"]), account)
    return list(newest.values())


def _partner_feed(store: Store, incident: Incident) -> list[Account]:
    """What the partner's own outlet published, as the incident took it in."""
    about = partnership.profile(store)
    names = {
        name.casefold()
        for agency in partnership.agencies(store)
        if agency.id == incident.partner_id
        for name in (agency.name, *partnership.written_as(about, agency))
    }
    return [
        Account(f"{item.outlet}'s own report", f"{_closed(item.title)} {item.text}", "partner's feed")
        for item in incidents.evidence(store, incident.id)
        if any(name in item.outlet.casefold() for name in names)
    ]


def _closed(title: str) -> str:
    return title if title.endswith((".", "!", "?")) else f"{title}."


def _longest(texts: Sequence[Variant]) -> list[Variant]:
    """The fullest text of each language."""
    best: dict[str, Variant] = {}
    for each in texts:
        if each.language not in best or len(each.newest.text) > len(best[each.language].newest.text):
            best[each.language] = each
    return list(best.values())


def let_both_stand(
    store: Store, actor: Actor, statement_id: int, one: Divergence, reason: str, now: datetime
) -> None:
    """An owner says why both accounts stand, such as that it changed since. It holds for these very words."""
    with acting(store, actor, "let two accounts stand", now, seats=WRITING) as act:
        about = statements.statement(store, statement_id)
        words = " ".join(reason.split())
        act.record(f"statement {statement_id}", incident=f"incident {about.incident_id}", reason=words)
        act.details |= {"ours": one.ours, "theirs": one.theirs}
        if one.owner and act.account.side != one.owner:
            whose = "police" if one.owner == "agency" else "district"
            raise Refused(f"This is the {whose}'s to settle: {ABOUT[one.about]}. Nothing was changed.")
        if not words:
            raise Refused("Say why both accounts stand. The reason goes on the record; nothing was changed.")
        row = {"statement_id": statement_id, "about": one.about, "ours": one.ours, "theirs": one.theirs}
        store.add(
            "divergence_answer",
            row | {"reason": words[:1000], "account_id": act.account.id, "at": stamp(now)},
        )


def span(text: str, sentence: str) -> tuple[int, int] | None:
    """Where a quoted sentence stands in a text, for marking it; None when it is no longer there."""
    at = text.find(sentence)
    known = dict(channels.sentences(text))
    return (at, known[at]) if at in known else None
