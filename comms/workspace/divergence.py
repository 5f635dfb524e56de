"""Divergence: a text beside the other side's, what we said before, and the partner's own feed; who settles it.

Source: the domain rules, section 4. A difference shows both quotes and asks the owners, before a release and after it:
once a difference, by e-mail that quotes nothing. It is settled by changing the words until they agree, or by an owner
who says why both stand; that holds for these two quotes, whichever of the two texts it was said on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from comms import audit, partnership
from comms.people import WRITING, Account, Actor, Refused, Seat, accounts, acting
from comms.reaching import notices, oncall
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
RESTS = timedelta(minutes=1)
"""Words somebody is still saving again and again are asked about once they stood unchanged for so long."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody else says, or we said: who, the words, and whether it is the other side's text, an earlier
    release or the partner's feed."""

    who: str
    text: str
    kind: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a difference stands asked of, and since when (aware UTC)."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """Who said why both accounts stand, and when (aware UTC)."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Divergence:
    """One difference with both quotes. `owner` is district, agency or "" for either."""

    about: str
    ours: str
    theirs: str
    who: str
    kind: str
    owner: str
    asked: Asked | None = None
    answer: Answer | None = None

    @property
    def open(self) -> bool:
        """Whether nobody who may has settled it."""
        return self.answer is None

    @property
    def sentence(self) -> str:
        """As it is listed among the reasons."""
        return f"It differs from {self.who} on {ABOUT[self.about]}"

    @property
    def pair(self) -> tuple[str, str]:
        """The same for both texts it stands between: what it is about, and the two quotes in one order."""
        return self.about, json.dumps(sorted((self.ours, self.theirs)), ensure_ascii=False)


def against(ours: str, others: Sequence[Said], places: Sequence[str] = ()) -> list[Divergence]:
    """Where one text tells it otherwise than other accounts; pure."""
    return [
        Divergence(d.about, d.one, d.other, other.who, other.kind, OWNERS.get(d.about, ""))
        for other in others
        for d in differences(ours, other.text, tuple(places))
    ]


def divergences(store: Store, about: Statement, texts: Sequence[Variant] | None = None) -> list[Divergence]:
    """Where a statement's newest words differ from what else is said of the incident, settled ones too."""
    incident = incidents.incident(store, about.incident_id)
    others = said_elsewhere(store, about, incident)
    if not others:
        return []
    places = [str(p) for p in partnership.profile(store).watchlist.get("places") or []]
    found: dict[tuple[str, str, str], Divergence] = {}
    for each in texts if texts is not None else statements.variants(store, about.id):
        same_language = [other for other in others if other.language == each.language]
        for one in against(each.newest.text, same_language, places):
            found.setdefault((one.about, one.theirs, one.who), one)
    if not found:
        return []
    asked, answers = _asked(store, incident.id), _answers(store, incident.id)
    return [replace(d, asked=asked.get(d.pair), answer=answers.get(d.pair)) for d in found.values()]


def of_incident(store: Store, incident_id: int) -> list[tuple[Statement, Divergence]]:
    """Every difference of an incident's texts, each once, with the statement it is settled on: drafts, and what went out
    beside what is said since. A text approved beforehand (class A) waits for nobody."""
    found: dict[tuple[str, str], tuple[Statement, Divergence]] = {}
    for about in statements.of_incident(store, incident_id):
        out = about.cls != "A" and statements.released(store, about.id)
        for one in divergences(store, about) if about.cls != "A" else ():
            if not (out and one.kind == "earlier release"):
                found.setdefault(one.pair, (about, one))
    return list(found.values())


def _asked(store: Store, incident_id: int) -> dict[tuple[str, str], Asked]:
    rows = store.rows_of("select * from divergence_ask where incident_id = ?", incident_id)
    return {(r["about"], r["pair"]): Asked(r["asked"], datetime.fromisoformat(r["at"])) for r in rows}


def _answers(store: Store, incident_id: int) -> dict[tuple[str, str], Answer]:
    rows = store.rows_of(
        "select d.about, ours, theirs, reason, d.at, name from divergence_answer d join account on account.id = account_id "
        "join statement on statement.id = statement_id where incident_id = ? order by d.id",
        incident_id,
    )
    return {
        Divergence(r["about"], r["ours"], r["theirs"], "", "", "").pair: Answer(
            r["name"], r["reason"], datetime.fromisoformat(r["at"])
        )
        for r in rows
    }


def said_elsewhere(store: Store, about: Statement, incident: Incident) -> list[Said]:
    """What else is said: the other side's text of this incident, our earlier releases, and the partner's own feed."""
    return [
        *_other_side(store, about),
        *_earlier(store, about),
        *_partner_feed(store, incident),
    ]


def _other_side(store: Store, about: Statement) -> list[Said]:
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
                Said(whose[other.voice], v.newest.text, "other side", v.language)
                for v in _longest(statements.variants(store, other.id))
            ]
    return found


def _earlier(store: Store, about: Statement) -> list[Said]:
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
    newest: dict[tuple[int, str], Said] = {}
    for row in rows:
        title = statements.statement(store, row["id"]).title.lower()
        said = Said(f"our released {title}", row["text"], "earlier release", row["language"])
        newest.setdefault((row["id"], row["language"]), said)
    return list(newest.values())


def _partner_feed(store: Store, incident: Incident) -> list[Said]:
    """What the partner's own outlet published, as the incident took it in."""
    about = partnership.profile(store)
    names = {
        name.casefold()
        for agency in partnership.agencies(store)
        if agency.id == incident.partner_id
        for name in (agency.name, *partnership.written_as(about, agency))
    }
    return [
        Said(f"{item.outlet}'s own report", f"{_closed(item.title)} {item.text}", "partner's feed")
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


# Asking and settling ---------------------------------------------------------------------------------------------------


def ask(store: Store, incident: Incident, now: datetime) -> int:
    """Tell the owners of every open difference by e-mail, once a difference; the number newly asked. Called by the duty
    process. The e-mail names what differs and quotes nothing: a draft does not travel by mail."""
    new = [
        (about, one)
        for about, one in of_incident(store, incident.id)
        if one.open and one.asked is None and _rests(store, about, now)
    ]
    letters: dict[str, tuple[Account, list[str]]] = {}
    asked = 0
    with store.atomic():
        for about, one in new:
            people = _owners(store, incident, one.owner, now)
            if not people:
                continue
            asked += 1
            names = ", ".join(p.called for p in people)
            row = {"incident_id": incident.id, "statement_id": about.id, "owner": one.owner, "asked": names}
            store.add(
                "divergence_ask",
                row | dict(zip(("about", "pair"), one.pair, strict=True)) | {"at": stamp(now)},
            )
            details = {"asked": names, "differs": ABOUT[one.about], "incident": f"incident {incident.id}"}
            did, where = "asked who settles a difference", f"statement {about.id}"
            audit.append(store, now, who="duty", seat="", did=did, about=where, details=details)
            for person in people:
                line = f"{called(about)} and {one.who}: {ABOUT[one.about]}"
                letters.setdefault(person.email, (person, []))[1].append(line)
        for person, lines in letters.values():
            notices.queue(store, _letter(incident, person, list(dict.fromkeys(lines)), now), now)
    return asked


def called(about: Statement) -> str:
    """A text as the other side would name it: the police's holding statement."""
    whose = {"joint": "the joint", "district": "the district's", "police": "the police's"}[about.voice]
    return f"{whose} {about.title.lower()}"


def _rests(store: Store, about: Statement, now: datetime) -> bool:
    """Whether a text went out, or nobody saved new words just now."""
    newest = max((v.newest.at for v in statements.variants(store, about.id)), default=now)
    return now - newest >= RESTS or statements.released(store, about.id)


def _owners(store: Store, incident: Incident, owner: str, now: datetime) -> list[Account]:
    """Whose matter it is: the incident's police, the district's communications (else its superintendent), or both.
    Who is away is asked only where nobody of that side is there."""
    police = (
        accounts(store, seat=Seat.PIO, organisation_id=incident.partner_id) if owner != "district" else []
    )
    district = (
        accounts(store, seat=Seat.COMMUNICATIONS) or accounts(store, seat=Seat.SUPERINTENDENT)
        if owner != "agency"
        else []
    )
    return [p for side in (police, district) for p in oncall.present(store, side, now) or side]


def _letter(incident: Incident, person: Account, lines: list[str], now: datetime) -> notices.Message:
    text = notices.letter(
        "divergence.txt",
        path=f"/incidents?incident={incident.id}",
        person=person,
        incident=incident,
        differences=lines,
    )
    drill = "DRILL " if incident.drill else ""
    subject = f"{drill}Yours to settle: accounts of incident {incident.number} differ"
    key = f"differ {incident.id} {stamp(now)}"
    return notices.Message(key, person.email, subject, text, person.name, f"incident {incident.id}")


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
