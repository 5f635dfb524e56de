"""What the public reads: one stable address an incident, newest text first, and a feed. Only released words, never drills."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from starlette.responses import Response

from comms import clocks, partnership
from comms.saying import releases
from comms.saying.releases import Released
from comms.settings import settings
from comms.web.pages import Visit, html, told
from comms.web.words import LEADS, WORDS, public_day
from comms.wording import attachments
from comms.wording.attachments import Attachment
from comms.wording.library import LANGUAGES
from comms.workspace.incidents import Incident
from comms.workspace.statements import Variant
from monitors.database import Store

CACHE = "public, max-age=30"
"""A page may be half a minute old in a proxy: that carries a town's worth of readers."""
FEED_MOST = 30
CHANNEL = "web"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Text:
    """One released text as the page shows it: its lead sentences apart, the rest in paragraphs, every word as approved."""

    number: int
    at: datetime
    when: str
    kind: str
    subject: str
    todo: str
    paragraphs: tuple[str, ...]
    owners: str
    without: str
    corrected: str
    """When it was corrected, in words; empty for a text that stands."""
    withdrawn: str
    """When it was withdrawn, in words; empty for a text that stands."""
    files: tuple[Attachment, ...]
    pictures: tuple[Shown, ...]
    """Those of the files that are shown in the page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in the page, with the room it takes."""

    id: int
    words: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers whom: families or reporters."""

    audience: str
    name: str
    phone: str
    email: str


def statement_page(visit: Visit) -> Response:
    """/s/{number}: the whole story so far, newest first."""
    return _page(visit, printing=False)


def print_page(visit: Visit) -> Response:
    """/s/{number}/print: the same words without links to other things."""
    return _page(visit, printing=True)


def version_page(visit: Visit) -> Response:
    """/s/{number}/{version}: one released text as it went out, also when it was corrected since."""
    found = _found(visit)
    if found is None:
        return _nothing()
    incident, out, language = found
    wanted = visit.path["version"]
    texts = [t for t in _texts(visit.store, out, language, lift=False) if str(t.number) == wanted]
    return _render(visit, incident, out, language, texts, version=wanted) if texts else _nothing()


def _page(visit: Visit, *, printing: bool) -> Response:
    found = _found(visit)
    if found is None:
        return _nothing()
    incident, out, language = found
    return _render(visit, incident, out, language, _texts(visit.store, out, language), printing=printing)


def _found(visit: Visit) -> tuple[Incident, list[Released], str] | None:
    """The incident of an address, its releases to the web newest first, and the language to show."""
    incident = releases.public_incident(visit.store, visit.path["number"])
    if incident is None:
        return None
    out = [r for r in releases.of_incident(visit.store, incident.id) if _webs(r)]
    wanted = visit.query.get("lang", "en")
    return (incident, out, wanted if wanted in _languages(out) else _languages(out)[0]) if out else None


def _webs(released: Released) -> list[Variant]:
    return [text for text in released.texts if text.channel == CHANNEL]


def _languages(out: Iterable[Released]) -> list[str]:
    here = {text.language for released in out for text in _webs(released)}
    return [language for language in LANGUAGES if language in here]


def _nothing() -> Response:
    sentence = "No statement was released at this address. The list of statements may have what you look for."
    return told("There is no statement here", sentence, 404, link=("/statements", "All statements"))


def _texts(store: Store, out: Sequence[Released], language: str, *, lift: bool = True) -> list[Text]:
    """The texts in one language, newest first. Only the newest has its lead sentences lifted to places of their own;
    what was said before stands as it went out."""
    zone = partnership.profile(store).timezone
    when_corrected = {released.id: clocks.clock_in_text(released.at, zone) for released in out}
    texts: list[Text] = []
    for released in out:
        for variant in _webs(released):
            if variant.language == language:
                corrected = when_corrected.get(released.corrected_by or 0, "")
                files = attachments.of_revision(store, variant.newest.id)
                shown = [Shown(f.id, f.words, *attachments.shown_at(store, f)) for f in files]
                text = _text(released, variant, corrected, zone, lift=lift and not texts)
                inside = tuple(s for s in shown if s.width)
                rest = tuple(f for f, s in zip(files, shown, strict=True) if not s.width)
                texts.append(replace(text, files=rest, pictures=inside))
    return texts


def _text(
    released: Released,
    variant: Variant,
    corrected: str,
    zone: ZoneInfo,
    *,
    lift: bool,
) -> Text:
    leads = LEADS[variant.language]
    todo = owners = ""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", variant.newest.text.strip()):
        if lift and paragraph.startswith(leads.todo) and not todo:
            todo = paragraph.removeprefix(leads.todo).strip()
        elif lift and paragraph.startswith(leads.owners) and not owners:
            owners = paragraph.removeprefix(leads.owners).strip()
        else:
            paragraphs.append(paragraph)
    return Text(
        number=released.number,
        at=released.at,
        when=f"{public_day(released.at, zone, variant.language)}, {clocks.clock_in_text(released.at, zone)} {clocks.zone_name(zone)}",
        kind=WORDS[variant.language][f"kind {released.statement.phase}"],
        subject=variant.newest.subject,
        todo=todo,
        paragraphs=tuple(paragraphs),
        owners=owners,
        without=released.without,
        corrected=corrected,
        withdrawn=clocks.clock_in_text(released.withdrawn_at, zone) if released.withdrawn_at else "",
        files=(),
        pictures=(),
    )


def _render(
    visit: Visit,
    incident: Incident,
    out: Sequence[Released],
    language: str,
    texts: Sequence[Text],
    *,
    printing: bool = False,
    version: str = "",
) -> Response:
    words = WORDS[language]
    newest = next(r for r in out if r.number == texts[0].number)
    speakers = _speakers(visit.store, newest, incident)
    return html(
        "public.html",
        cache=CACHE,
        language=language,
        words=words,
        number=incident.number,
        speakers=f" {words['and']} ".join(speakers),
        kicker=_kicker(newest, words, speakers),
        title=texts[0].subject or incident.title,
        texts=texts,
        next_update=_next_update(visit, newest, language) if not version else "",
        owners=texts[0].owners or _owners(visit.store, newest, incident, language),
        contacts=_contacts(visit.store, incident, words),
        changes=_texts(visit.store, out, language),
        languages=[(code, LANGUAGES[code]) for code in _languages(out) if code != language],
        printing=printing,
        version=version,
    )


def _kicker(released: Released, words: dict[str, str], speakers: Sequence[str]) -> str:
    """Who speaks; "approved by both" is said only when both did."""
    voice = released.statement.voice
    key = "joint without" if voice == "joint" and released.without else voice
    return words[key].format(speaker=speakers[0] if speakers else "")


def _speakers(store: Store, released: Released, incident: Incident) -> list[str]:
    ours = partnership.district(store)
    partner = next((a for a in partnership.agencies(store) if a.id == incident.partner_id), None)
    names = {"district": ours.name if ours else "", "police": partner.name if partner else ""}
    voice = released.statement.voice
    return [name for side, name in names.items() if name and voice in {side, "joint"}]


def _owners(store: Store, released: Released, incident: Incident, language: str) -> str:
    """Who says what, for a text that does not say it itself."""
    if released.statement.voice != "joint":
        return ""
    district, police = _speakers(store, released, incident)
    return WORDS[language]["owners"].format(district=district, police=police)


def _next_update(visit: Visit, newest: Released, language: str) -> str:
    at = newest.statement.next_update_at
    if at is None or at <= visit.now:
        return ""
    return clocks.clock_in_text(at, partnership.profile(visit.store).timezone)


def _contacts(store: Store, incident: Incident, words: dict[str, str]) -> list[Contact]:
    """One for families, one for reporters."""
    about, ours = partnership.profile(store), partnership.district(store)
    partner = next((a for a in partnership.agencies(store) if a.id == incident.partner_id), None)
    contacts = []
    if ours:
        name, mail = _name_and_mail(about.families_contact, ours.name, ours.email)
        contacts.append(Contact(words["families"], name, about.families_phone or ours.phone, mail))
    fallback = partner or ours
    if fallback:
        name, mail = _name_and_mail(about.media_contact, fallback.name, fallback.email)
        contacts.append(Contact(words["reporters"], name, about.media_phone or fallback.phone, mail))
    return contacts


def _name_and_mail(contact: str, organisation: str, email: str) -> tuple[str, str]:
    """A contact that is an address replaces the address; a name stands before the organization."""
    if "@" in contact:
        return organisation, contact
    return (f"{contact}, {organisation}" if contact else organisation), email


# Index and feed ---------------------------------------------------------------------------------------------------


def index(visit: Visit) -> Response:
    """/statements: what was released, each incident once, newest first."""
    zone = partnership.profile(visit.store).timezone
    newest: dict[str, tuple[str, str]] = {}
    for released in releases.newest_public(visit.store):
        number, title = _address(visit.store, released)
        when = f"{public_day(released.at, zone, 'en')}, {clocks.clock_in_text(released.at, zone)} {clocks.zone_name(zone)}"
        newest.setdefault(number, (title, when))
    return html(
        "public-index.html",
        cache=CACHE,
        partners=" and ".join(o.name for o in partnership.organisations(visit.store)),
        statements=[(number, title, when) for number, (title, when) in newest.items()],
    )


def _address(store: Store, released: Released) -> tuple[str, str]:
    """The number in a release's public address, and its title."""
    number, _, _ = released.slug.rpartition("-")
    web = next(iter(_webs(released)), None)
    incident = releases.public_incident(store, number)
    return number, (web.newest.subject if web else "") or (incident.title if incident else number)


def feed(visit: Visit) -> Response:
    """/statements.atom: each released text as it went out (RFC 4287)."""
    base = settings().url.rstrip("/") or visit.base
    out = releases.newest_public(visit.store, FEED_MOST)
    root = ElementTree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _add(root, "id", f"{base}/statements")
    _add(
        root, "title", "Statements of " + " and ".join(o.name for o in partnership.organisations(visit.store))
    )
    _add(root, "updated", _rfc3339(out[0].at if out else datetime.fromtimestamp(0, visit.now.tzinfo)))
    _add(root, "link", href=f"{base}/statements.atom", rel="self")
    _add(root, "link", href=f"{base}/statements")
    for released in out:
        number, title = _address(visit.store, released)
        for web in _webs(released):
            entry = _add(root, "entry", **{"xml:lang": web.language})
            lang = "" if web.language == "en" else f"?lang={web.language}"
            _add(entry, "id", f"{base}/s/{number}/{released.number}{lang}")
            _add(entry, "title", web.newest.subject or title)
            _add(entry, "updated", _rfc3339(released.at))
            _add(entry, "link", href=f"{base}/s/{number}{lang}")
            _add(_add(entry, "author"), "name", " and ".join(_authors(visit.store, released, number)))
            _add(entry, "content", web.newest.text, type="text")
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root)
    return Response(body, 200, {"Cache-Control": CACHE}, "application/atom+xml")


def _authors(store: Store, released: Released, number: str) -> list[str]:
    incident = releases.public_incident(store, number)
    return _speakers(store, released, incident) if incident else []


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = _NOT_IN_XML.sub("", text) or None
    return child


def _rfc3339(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
