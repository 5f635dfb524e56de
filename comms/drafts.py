"""What a first draft can be filled with: facts, the partnership, the calendar, and the person's usual answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from comms import clocks, facts, partnership
from comms.incidents import Incident, evidence
from comms.people import Seat, accounts
from monitors.database import Store

NOTHING_TO_DO = "You do not need to do anything now"
_STREET = re.compile(
    r"\b(?:[A-Z][\w'’]+\s){1,3}(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Boulevard|Drive|Lane|Bridge|overpass|Overpass|Park|Plaza|Square)"
)
"""A place as headlines write it: capitalized words before a kind of street."""


def values(store: Store, about: Incident, phase: str, next_update: datetime, now: datetime) -> dict[str, str]:
    """Values for the library's blanks that are known now. A blank nobody can fill yet is left out and stays visible."""
    known = _from_partnership(store, about) | _from_items(store, about)
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
            "action": NOTHING_TO_DO,
            "school_status": _school_day(store, now),
            "dismissal": _dismissal(store, now),
        }
    kept_empty = {"what"}
    return {name: value for name, value in known.items() if value or name in kept_empty}


def _from_partnership(store: Store, about: Incident) -> dict[str, str]:
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
        "agencies": f"The {partner.name} was there" if partner else "",
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


def _school_day(store: Store, now: datetime) -> str:
    calendar = partnership.calendar(store)
    return "The school day goes on as usual" if calendar.in_session(now) else "School is not in session now"


def _dismissal(store: Store, now: datetime) -> str:
    calendar = partnership.calendar(store)
    end = calendar.dismissal(now.astimezone(calendar.zone).date()) if calendar.known else None
    return f"Dismissal is at {clocks.clock_in_text(end, calendar.zone)} as usual" if end and end > now else ""


def marked_drill(subject: str, text: str) -> tuple[str, str]:
    """DRILL at the start and the end of the text itself, and before its subject."""
    return (f"DRILL {subject}" if subject else "", f"DRILL\n\n{text}\n\nDRILL")
