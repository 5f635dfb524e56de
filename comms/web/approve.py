"""Approve by link: the page behind the e-mailed address. It needs no JavaScript and no app, and a GET decides nothing.

On a browser this person has not used before it names sender, title and due time, and asks for their password before
it shows a word of the text. On a known one the text shows at once and the password comes with the answer. The answer
names the hashes that were shown (the domain rules, section 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from comms import clocks, links, partnership
from comms.agreeing import asks, briefs, decisions, seats
from comms.agreeing.approvals import Decision
from comms.agreeing.asks import Ask
from comms.agreeing.decisions import Changed
from comms.people import Account, Actor, Refused, account, acting
from comms.store import stamp
from comms.web import briefing, bylink, files, second
from comms.web.bylink import Kind, Reader
from comms.web.pages import Visit, html, told
from comms.wording import attachments
from comms.workspace import incidents, statements, suggestions
from comms.workspace.incidents import Incident
from comms.workspace.statements import Statement

KIND = Kind("approve", "/approve/", "one_voice_proof")
ANSWERS = {"approve": "approve", "suggest": "approve", "object": "object", "not_my_facts": "not_my_facts"}
"""What a form's button does -> the decision it records."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that is ours and still opens: who is asked about which statement, and how sure we are who reads."""

    asked: Ask
    reader: Reader
    sender: Account
    about: Statement
    incident: Incident

    @property
    def person(self) -> Account:
        """Whom the link is for."""
        return self.reader.person

    @property
    def proved(self) -> bool:
        """Whether the answer needs no second thing more."""
        return self.reader.proved


def approve_page(visit: Visit) -> Response:
    """Open a link. Nothing is decided, however often a mail scanner follows it."""
    opened = _open(visit)
    if isinstance(opened, Response):
        return opened
    if not opened.reader.known:
        return _gate(visit, opened)
    closed = _closed(visit, opened)
    if closed:
        return closed
    _note_reading(visit, opened)
    return _text(visit, opened)


def approve(visit: Visit) -> Response:
    """Answer: the password first, then the decision on exactly the hashes that were shown."""
    opened = _open(visit)
    if isinstance(opened, Response):
        return opened
    do = visit.form.get("do", "")
    if not opened.reader.known or do == "open":
        return _unlock(visit, opened)
    closed = None if _answered(visit, opened) else _closed(visit, opened)
    if closed:
        return closed
    if do not in ANSWERS:
        return _text(visit, opened, {"do": "Choose an answer. Nothing was recorded."}, status=400)
    trouble = bylink.not_them(visit, opened.reader)
    if trouble:
        return _text(visit, opened, {"code": trouble}, status=403)
    return _answer(visit, opened, do)


def approve_file(visit: Visit) -> Response:
    """A file of the text behind the link, for whoever may read the text; the page asks for the rest first."""
    opened = _open(visit)
    if isinstance(opened, Response):
        return opened
    wanted = int(visit.path["file"])
    newest = [v.newest.id for v in statements.variants(visit.store, opened.about.id)]
    here = [
        f for revision in newest for f in attachments.of_revision(visit.store, revision) if f.id == wanted
    ]
    if not (opened.reader.known and here):
        return told("There is nothing here", "Open the text first; its files stand under it.", 404)
    return files.handed_out(visit.store, here[0], "private, max-age=600")


# Opening ------------------------------------------------------------------------------------------------------------


def _open(visit: Visit) -> Opened | Response:
    payload = KIND.payload(visit)
    asked = asks.ask(visit.store, int(payload["ask"])) if payload else None
    if asked is None:
        sentence = "Copy the whole address out of the message, or sign in and look under Approvals. Nothing was recorded."
        return told("This is not a link of ours", sentence, 404, link=("/sign-in", "Sign in"))
    about = statements.statement(visit.store, asked.statement_id)
    reader = bylink.reader(visit, KIND, asked.account_id, [asked.id], f"statement {about.id}")
    if isinstance(reader, Response):
        return reader
    incident = incidents.incident(visit.store, about.incident_id)
    return Opened(asked, reader, account(visit.store, asked.sent_by), about, incident)


def _closed(visit: Visit, opened: Opened) -> Response | None:
    """The page of a link that decides no more, or None: answered and over, too old, or about words that are gone."""
    given = _answered(visit, opened)
    if statements.released(visit.store, opened.about.id):
        what = (
            _used(visit, given)
            if given
            else "This text was released. Nothing more can be recorded by this link."
        )
        return bylink.refused(
            visit, opened.reader, "Already released", what, 410, link=("/", "Open One Voice")
        )
    if given is None and opened.asked.expires_at <= visit.now:
        sentence = f"It lived 12 hours. Nothing was recorded. Ask {opened.sender.called} to send it again."
        way = ("/sign-in", "Sign in and look under Approvals")
        return bylink.refused(visit, opened.reader, "This link has ended", sentence, 410, link=way)
    if dict(opened.asked.hashes) != _hashes(visit, opened):
        return _changed(visit, opened, opened.asked.hashes, given)
    return None


def _hashes(visit: Visit, opened: Opened) -> dict[int, str]:
    return {c.variant_id: c.hash for c in seats.current(visit.store, opened.about.id)}


def _answered(visit: Visit, opened: Opened) -> Decision | None:
    """This person's newest answer to this ask: on every text it names, in exactly the words it names."""
    newest = {
        d.variant_id: d
        for d in seats.decisions(visit.store, opened.about.id)
        if d.account_id == opened.person.id and d.at >= opened.asked.at
    }
    given = [newest.get(variant_id) for variant_id in opened.asked.hashes]
    if any(d is None or d.hash != opened.asked.hashes[d.variant_id] for d in given):
        return None
    return max((d for d in given if d), key=lambda d: d.id, default=None)


def _used(visit: Visit, given: Decision) -> str:
    at = clocks.clock(given.at, partnership.profile(visit.store).timezone)
    return f"This link was used at {at} and cannot be used again. {briefing.stands(visit.store, given)}"


def _note_reading(visit: Visit, opened: Opened) -> None:
    with acting(visit.store, _actor(opened), "read a text by link", visit.now) as act:
        act.record(f"statement {opened.about.id}", ask=opened.asked.id)


def _actor(opened: Opened) -> Actor:
    return Actor(opened.person.id, via="link")


# The second thing ---------------------------------------------------------------------------------------------------


def _gate(
    visit: Visit, opened: Opened, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    return html(
        "approve-gate.html",
        status,
        opened=opened,
        second=second.asked_of(visit, opened.person),
        due=briefing.due(opened.asked.due_at, visit.now, partnership.profile(visit.store).timezone),
        errors=errors or {},
    )


def _unlock(visit: Visit, opened: Opened) -> Response:
    trouble = bylink.not_them(visit, opened.reader)
    return _gate(visit, opened, {"code": trouble}, 403) if trouble else bylink.remember(visit, opened.reader)


# Answering ----------------------------------------------------------------------------------------------------------


def _answer(visit: Visit, opened: Opened, do: str) -> Response:
    edits = _edits(visit, opened) if do == "suggest" else {}
    if do == "suggest" and not edits:
        sentence = "Your edit changes nothing. Change a word first, or approve the text as it is. Nothing was recorded."
        return _text(visit, opened, {"edit": sentence}, status=400)
    shown = {
        int(name.removeprefix("hash-")): value
        for name, value in visit.form.items()
        if name.startswith("hash-") and name.removeprefix("hash-").isdigit()
    }
    reason = visit.form.get("reason", "") if do in {"object", "not_my_facts"} else ""
    try:
        given = decisions.decide(
            visit.store, _actor(opened), opened.about.id, shown, ANSWERS[do], visit.now, reason
        )
        for variant_id, (subject, text) in edits.items():
            suggestions.suggest(visit.store, _actor(opened), variant_id, text, subject, visit.now)
    except Changed:
        return _changed(visit, opened, shown, None)
    except Refused as refusal:
        field = "reason" if do in {"object", "not_my_facts"} and not reason.strip() else "do"
        return _text(visit, opened, {field: str(refusal)}, status=409)
    return _recorded(visit, opened, given)


def _edits(visit: Visit, opened: Opened) -> dict[int, tuple[str, str]]:
    """Variant -> subject and text, where the person changed the text they were shown."""
    edits: dict[int, tuple[str, str]] = {}
    for whole in briefing.wholes(statements.variants(visit.store, opened.about.id)):
        typed = visit.form.get(f"edit-{whole.variant_ids[0]}", "").replace("\r\n", "\n").strip()
        if typed and typed != whole.text.strip():
            edits |= dict.fromkeys(whole.variant_ids, (whole.subject, typed))
    return edits


def _recorded(visit: Visit, opened: Opened, given: Decision) -> Response:
    again = stamp(given.at) != stamp(visit.now)
    zone = partnership.profile(visit.store).timezone
    at = f"{clocks.clock(given.at, zone)} {clocks.zone_name(zone)}"
    said = briefing.what_was_said(visit.store, given)
    if again:
        bylink.note(visit, opened.reader, f"Used a second time. Already recorded {at}: {said}.")
    return html(
        "approve-done.html",
        opened=opened,
        sentence=f"{'Already recorded' if again else 'Recorded'} {at}: {said}. You can close this page.",
        waiting=_also_waiting(visit, opened),
    )


def _also_waiting(visit: Visit, opened: Opened) -> list[tuple[str, str]]:
    """What else waits for this person: (words, address)."""
    found = []
    for asked in asks.waiting_for(visit.store, opened.person):
        if asked.id != opened.asked.id and asked.expires_at > visit.now:
            about = statements.statement(visit.store, asked.statement_id)
            title = f"{about.title}: {incidents.incident(visit.store, about.incident_id).title}"
            found.append((title, f"/approve/{links.sign(visit.data, KIND.purpose, {'ask': asked.id})}"))
    return found


# Showing ------------------------------------------------------------------------------------------------------------


def _text(
    visit: Visit, opened: Opened, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    brief = briefs.brief(visit.store, opened.about.id, opened.person, opened.asked.seat, opened.asked)
    zone = partnership.profile(visit.store).timezone
    given = _answered(visit, opened)
    return html(
        "approve.html",
        status,
        opened=opened,
        here=visit.url,
        second=second.asked_of(visit, opened.person),
        brief=brief,
        page=briefing.page(visit.store, brief, visit.now, zone),
        errors=errors or {},
        form=visit.form,
        used=_used(visit, given) if given and not errors else "",
    )


def _changed(visit: Visit, opened: Opened, shown: Mapping[int, str], given: Decision | None) -> Response:
    """The words are others now: the change from what was shown, and where the new words can be answered."""
    mine = [a for a in asks.asks(visit.store, opened.about.id) if a.account_id == opened.person.id]
    newer = next((a for a in reversed(mine) if dict(a.hashes) == _hashes(visit, opened)), None)
    reading = visit.method == "POST"
    sentence = (
        "The text changed while you were reading. Nothing was recorded. Here is the change."
        if reading
        else "The text changed after this link was sent, so the link decides no more. Here is the change."
    )
    bylink.note(visit, opened.reader, sentence)
    return html(
        "approve-changed.html",
        409 if reading else 410,
        opened=opened,
        sentence=sentence,
        stands=briefing.stood(visit.store, given) if given else "",
        changes=briefing.changes_from(visit.store, opened.about.id, shown, visit.now),
        newer=f"/approve/{links.sign(visit.data, KIND.purpose, {'ask': newer.id})}" if newer else "",
    )
