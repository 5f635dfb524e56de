"""What a first draft can be filled with: facts, the partnership, the calendar, and the person's usual answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from comms import clocks, partnership
from comms.people import Seat, accounts
from comms.store import moment
from comms.wording import blanks
from comms.workspace import facts
from comms.workspace.incidents import Incident, evidence
from monitors.database import Store

NOTHING_TO_DO = "You do not need to do anything now"
_SAID: Mapping[str, Mapping[str, str]] = {
    "nothing to do": {"en": NOTHING_TO_DO, "es": "No tiene que hacer nada por ahora"},
    "as usual": {"en": "The school day goes on as usual", "es": "El día escolar sigue como siempre"},
    "no school": {"en": "School is not in session now", "es": "No hay clases en este momento"},
    "dismissal": {"en": "Dismissal is at {} as usual", "es": "La salida es a las {} como siempre"},
    "dismissal at one": {"en": "Dismissal is at {} as usual", "es": "La salida es a la {} como siempre"},
    "agency": {"en": "The {} was there", "es": "Agentes de {} estuvieron en el lugar"},
}
"""Our own usual answers, by language."""
_STREET = re.compile(
    r"\b(?:[A-Z][\w'’]+\s){1,3}(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Boulevard|Drive|Lane|Bridge|overpass|Overpass|Park|Plaza|Square)"
)
"""A place as headlines write it: capitalized words before a kind of street."""


def values(
    store: Store,
    about: Incident,
    phase: str,
    next_update: datetime,
    now: datetime,
    language: str = "en",
    voice: str = "joint",
) -> dict[str, str]:
    """Values for the library's blanks that are known now, in a language and a voice. A blank nobody can fill yet is
    left out and stays visible: what people typed in English is no value for a Spanish sentence."""
    known = _from_partnership(store, about, language) | _from_items(store, about)
    partner = next((a for a in partnership.agencies(store) if a.id == about.partner_id), None)
    if voice == "police" and partner:
        known["tag"] = partner.short
    zone = partnership.profile(store).timezone
    heard = about.first_alert_at or about.opened_at
    confirmed = [f.claim.rstrip(".") for f in facts.facts(store, about.id) if f.status == "confirmed"]
    known |= {
        "time_heard": clocks.clock_in_text(heard, zone),
        "as_of": clocks.clock_in_text(now, zone),
        "next_update": clocks.clock_in_text(next_update, zone),
        "what": ". ".join(confirmed),
    }
    if phase in {"H", "U"}:
        known |= {
            "action": _SAID["nothing to do"][language],
            "school_status": _school_day(store, now, language),
            "dismissal": _dismissal(store, now, language),
        }
    if language != "en" and confirmed:
        del known["what"]
    return {name: value for name, value in known.items() if value or name == "what"}


def typed_in_english(values: Mapping[str, str], language: str) -> dict[str, str]:
    """What a person typed in English, for a text in `language`."""
    return dict(values) if language == "en" else without_sentences(values)


def without_sentences(values: Mapping[str, str]) -> dict[str, str]:
    """Names, times and numbers hold in every language; sentences do not. An empty value, which takes its optional
    sentence away, does."""
    kinds = blanks.kinds()
    return {
        name: value
        for name, value in values.items()
        if not value or name not in kinds or kinds[name].shape != "sentence"
    }


def correcting(store: Store, release_id: int) -> dict[str, str]:
    """What a correction says of the release it corrects: when the wrong text went out, and, where the fact sheet
    knows it, the claim that text made and the confirmed one that stands in its place."""
    release = store.row_of(
        "select release.at, incident_id from release join statement on statement.id = statement_id "
        "where release.id = ?",
        release_id,
    )
    if release is None:
        return {}
    went = moment(release["at"])
    known = {"sent_at": clocks.clock_in_text(went, partnership.profile(store).timezone)} if went else {}
    words = "\n".join(
        r["text"].casefold()
        for r in store.rows_of(
            "select text from release_text join revision on revision.id = revision_id where release_id = ?",
            release_id,
        )
    )
    replaced = _replaced(store, release["incident_id"])
    wrong = [(old, new) for old, new in replaced if old and old.casefold() in words]
    return known | ({"wrong": wrong[-1][0], "right": wrong[-1][1]} if wrong else {})


def _replaced(store: Store, incident_id: int) -> list[tuple[str, str]]:
    """Each claim of the sheet that a confirmed one stands in for now: its own newer words, or the other account."""
    found = []
    for fact in facts.facts(store, incident_id):
        if fact.status == "confirmed":
            found += [
                (old.claim, fact.claim) for old in facts.history(store, fact.id) if old.claim != fact.claim
            ]
        elif fact.status == "superseded" and fact.disputes:
            other = facts.fact(store, fact.disputes)
            found += [(fact.claim, other.claim)] if other.status == "confirmed" else []
    return [(old.rstrip("."), new.rstrip(".")) for old, new in found]


def _from_partnership(store: Store, about: Incident, language: str) -> dict[str, str]:
    profile = partnership.profile(store)
    ours = partnership.district(store)
    partner = next((a for a in partnership.agencies(store) if a.id == about.partner_id), None)
    pio = next(iter(accounts(store, seat=Seat.PIO, organisation_id=about.partner_id)), None)
    comms = next(iter(accounts(store, seat=Seat.COMMUNICATIONS)), None)
    return {
        "district": ours.name if ours else "",
        "tag": ours.short if ours else "",
        "agency": partner.name if partner else "",
        "link": profile.link,
        "contact_name": profile.families_contact or (comms.name if comms else ""),
        "contact_phone": profile.families_phone or (ours.phone if ours else ""),
        "contact_email": ours.email if ours else "",
        "media_name": profile.media_contact or (comms.name if comms else ""),
        "media_phone": profile.media_phone or (ours.phone if ours else ""),
        "media_email": ours.email if ours else "",
        "police_name": pio.called if pio else "",
        "police_phone": pio.phone if pio else (partner.phone if partner else ""),
        "police_email": pio.email if pio else (partner.email if partner else ""),
        "agencies": _SAID["agency"][language].format(partner.name) if partner else "",
    }


def _from_items(store: Store, about: Incident) -> dict[str, str]:
    """The place and the school the items name, or the only school there is."""
    words = [about.title, *(f"{e.title} {e.text}" for e in evidence(store, about.id))]
    ours = partnership.schools(store)
    school = next(
        (s.name for text in words for s in ours if _names(text, s.name)),
        ours[0].name if len(ours) == 1 else "",
    )
    places = [str(p) for p in partnership.profile(store).watchlist.get("places") or []]
    return {"school": school, "place": place_in(words, places)}


def _names(text: str, school: str) -> bool:
    """A school is named by its full name or by its first words ("Orrin Middle" for Orrin Middle School)."""
    short = school.rsplit(" ", 1)[0] if school.endswith("School") else school
    return short.casefold() in text.casefold()


def place_in(texts: Sequence[str], known: Sequence[str]) -> str:
    """The first known place or street the texts name; empty when they name none."""
    for text in texts:
        named = [place for place in known if place.casefold() in text.casefold()]
        if named:
            return max(named, key=len)
        if street := _STREET.search(text):
            return street.group()
    return ""


def _school_day(store: Store, now: datetime, language: str) -> str:
    calendar = partnership.calendar(store)
    return _SAID["as usual" if calendar.in_session(now) else "no school"][language]


def _dismissal(store: Store, now: datetime, language: str) -> str:
    calendar = partnership.calendar(store)
    end = calendar.dismissal(now.astimezone(calendar.zone).date()) if calendar.known else None
    if end is None or end <= now:
        return ""
    at = clocks.clock_in_text(end, calendar.zone)
    return _SAID["dismissal at one" if at.startswith("1:") else "dismissal"][language].format(at)


def marked_drill(subject: str, text: str) -> tuple[str, str]:
    """DRILL at the start and the end of the text itself, and before its subject."""
    return (f"DRILL {subject}" if subject else "", f"DRILL\n\n{text}\n\nDRILL")
