"""What first set-up asks, and why an answer cannot be kept: pure rules from what was typed to a sentence under its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

from comms import entered
from comms.joining import calendar_import
from comms.joining.sessions import PASSWORD_LEAST
from comms.partnership import School, checked_school
from comms.people import Refused, Seat, checked_name

P = ParamSpec("P")
T = TypeVar("T")
Typed = Mapping[str, str]
Refusals = dict[str, str]

OWN_SEATS = (Seat.COMMUNICATIONS, Seat.ADMINISTRATOR)
"""Whoever sets up holds one of these."""
CONTACTS = {
    "district_contact": "Families see it under every statement.",
    "agency_contact": "Reporters see it under every statement.",
}
PEOPLE = {
    "own": ("Your", True),
    "super": ("The superintendent's", False),
    "other": ("The other person's", False),
    "head": ("The agency administrator's", True),
    "pio": ("The PIO's", False),
}
"""A field's first word → how sentences call the person, and whether set-up needs them."""


def schools_typed(fields: Typed) -> list[int]:
    """The numbers of the schools somebody typed into, in order."""
    numbers = {int(name.split("_")[1]) for name, text in fields.items() if _of_school(name) and text.strip()}
    return sorted(numbers)


def _of_school(name: str) -> bool:
    parts = name.split("_")
    return parts[0] == "school" and len(parts) == 3 and parts[2] in {"name", "place"} and parts[1].isdigit()


def refusals(step: str, fields: Typed) -> Refusals:
    """Field → why it cannot be saved; empty when the step is whole. Steps after founding have none."""
    return {"partners": _partners, "places": _places, "people": _people}.get(step, lambda _: {})(fields)


def tried(found: Refusals, field: str, rule: Callable[P, T], *typed: P.args, **more: P.kwargs) -> T | None:
    """Run a rule; when it refuses, note its sentence under the field, where the first one stays."""
    try:
        return rule(*typed, **more)
    except Refused as refusal:
        found.setdefault(field, str(refusal))
        return None


def _partners(fields: Typed) -> Refusals:
    found: Refusals = {}
    ours = tried(found, "district_name", checked_name, fields.get("district_name", ""), "The district's name")
    theirs = tried(found, "agency_name", checked_name, fields.get("agency_name", ""), "The agency's name")
    if ours and theirs and ours.casefold() == theirs.casefold():
        found["agency_name"] = "Both sides have the same name. Each needs its own."
    tried(found, "district_short", entered.tag, fields.get("district_short", ""))
    tried(found, "agency_also", entered.also, fields.get("agency_also", ""))
    for field, sees in CONTACTS.items():
        tried(found, field, entered.contact, fields.get(field, ""), sees)
    return found


def _places(fields: Typed) -> Refusals:
    found: Refusals = {}
    tried(found, "city", checked_name, fields.get("city", ""), "The city or town")
    if fields.get("state") not in entered.STATES:
        found["state"] = "Choose the state. It keeps out the news of towns with the same name."
    if fields.get("county", "").strip():
        tried(found, "county", checked_name, fields["county"], "The county")
    tried(found, "population", entered.population, fields.get("population", ""))
    tried(found, "zone", entered.zone, fields.get("zone", ""))
    tried(found, "calendar", calendar_import.read_lines, fields.get("calendar", ""))
    names: set[str] = set()
    for number in schools_typed(fields):
        field = f"school_{number}_name"
        school = tried(found, field, school_typed, fields, number)
        if school and school.name.casefold() in names:
            found[field] = f"{school.name} is in the list already."
        elif school:
            names.add(school.name.casefold())
    return found


def school_typed(fields: Typed, number: int) -> School:
    """One school out of its four fields; empty bells are 8:00 and 15:30. Raises Refused."""
    name, place, opens, closes = (
        fields.get(f"school_{number}_{part}", "") for part in ("name", "place", "opens", "closes")
    )
    return checked_school(School(name, place, opens.strip() or "8:00", closes.strip() or "15:30"))


def _people(fields: Typed) -> Refusals:
    found: Refusals = {}
    if fields.get("own_seat") not in OWN_SEATS:
        found["own_seat"] = "Say which seat you hold."
    addresses: set[str] = set()
    for who, (whose, needed) in PEOPLE.items():
        name, address = fields.get(f"{who}_name", ""), fields.get(f"{who}_email", "")
        if not needed and not name.strip() and not address.strip():
            continue
        tried(found, f"{who}_name", checked_name, entered.titled(name)[1], f"{whose} name")
        tried(found, f"{who}_phone", entered.phone, fields.get(f"{who}_phone", ""))
        clean = tried(found, f"{who}_email", entered.email, address, f"{whose} e-mail")
        if clean and clean.casefold() in addresses:
            found[f"{who}_email"] = (
                f"{clean} is typed for two people. Each holds one seat and needs an address."
            )
        elif clean:
            addresses.add(clean.casefold())
    return found


def password_refusal(first: str, again: str) -> Refusals:
    """Why a password typed twice cannot be; it is never kept in the draft."""
    if len(first) < PASSWORD_LEAST:
        return {
            "password": f"A password needs at least {PASSWORD_LEAST} characters; this one has {len(first)}."
        }
    return {"again": "The two are not the same. Type your password twice."} if first != again else {}
