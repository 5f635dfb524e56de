"""One rule for each kind of field: what was typed becomes what will be kept, or a sentence says why it cannot be."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from comms.people import Refused

TITLES = ("Sgt.", "Lt.", "Dr.", "Chief", "Capt.")
"""Said before a name: the same words `Account.called` knows."""
ZONES = {
    "America/New_York": "Eastern (New York)",
    "America/Chicago": "Central (Chicago)",
    "America/Denver": "Mountain (Denver)",
    "America/Phoenix": "Mountain, no daylight saving (Phoenix)",
    "America/Los_Angeles": "Pacific (Los Angeles)",
    "America/Anchorage": "Alaska (Anchorage)",
    "Pacific/Honolulu": "Hawaii (Honolulu)",
    "America/Puerto_Rico": "Atlantic (Puerto Rico)",
    "Pacific/Guam": "Chamorro (Guam)",
}
_STATES = (
    "Alabama, Alaska, American Samoa, Arizona, Arkansas, California, Colorado, Connecticut, Delaware, "
    "District of Columbia, Florida, Georgia, Guam, Hawaii, Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky, Louisiana, "
    "Maine, Maryland, Massachusetts, Michigan, Minnesota, Mississippi, Missouri, Montana, Nebraska, Nevada, "
    "New Hampshire, New Jersey, New Mexico, New York, North Carolina, North Dakota, Northern Mariana Islands, Ohio, "
    "Oklahoma, Oregon, Pennsylvania, Puerto Rico, Rhode Island, South Carolina, South Dakota, Tennessee, Texas, "
    "U.S. Virgin Islands, Utah, Vermont, Virginia, Washington, West Virginia, Wisconsin, Wyoming"
)
STATES = tuple(_STATES.split(", "))
POPULATION_MOST = 30_000_000
TAG_MOST = 20


def email(text: str, whose: str) -> str:
    """An e-mail address. `whose` begins the sentence: "Your e-mail"."""
    clean = text.strip()
    if not clean:
        raise Refused(f"{whose} is empty. Type it to go on.")
    local, _, domain = clean.partition("@")
    odd = any(c.isspace() or c in '<>",;:\\()[]' for c in clean) or "@" in domain or len(clean) > 254
    if odd or not local or "." not in domain.strip(".") or domain.startswith("."):
        raise Refused(f"“{clean[:60]}” is not an e-mail address. It looks like name@district.example.")
    return clean


def phone(text: str) -> str:
    """A telephone number as people write it, or nothing."""
    clean = " ".join(text.split())
    digits = sum(c.isdigit() for c in clean)
    if clean and (
        not re.fullmatch(r"[\d\s().+/-]+(?:\s*(?:x|ext\.?)\s*\d+)?", clean, re.I) or not 7 <= digits <= 20
    ):
        raise Refused(f"“{clean[:40]}” is not a telephone number. It looks like 515-555-0142.")
    return clean


def contact(text: str, sees: str) -> tuple[str, str]:
    """A telephone number or an e-mail address, as (phone, e-mail) with one of them empty. `sees`: who reads it where."""
    clean = text.strip()
    if not clean:
        raise Refused(f"Enter a phone number or an e-mail address. {sees}")
    if "@" in clean:
        return "", email(clean, "The e-mail address")
    try:
        return phone(clean), ""
    except Refused as refusal:
        raise Refused(
            f"“{clean[:40]}” is neither a phone number nor an e-mail address. Enter one of them."
        ) from refusal


def zone(text: str) -> str:
    """A time zone by its key, America/Chicago."""
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError) as error:
        raise Refused(f"“{text[:40]}” is not a time zone. Choose one from the list.") from error


def population(text: str) -> int:
    """How many people live in the city; 0 when nothing was typed."""
    clean = re.sub(r"[\s,.]", "", text)
    if not clean:
        return 0
    if not clean.isascii() or not clean.isdigit() or int(clean[:12]) > POPULATION_MOST:
        raise Refused(f"“{text.strip()[:20]}” is not a number of people. Type it like 31,000.")
    return int(clean)


def tag(text: str) -> str:
    """The short name a text message begins with."""
    clean = " ".join(text.split())
    if len(clean) > TAG_MOST:
        raise Refused(
            f"The short name has {len(clean):,} characters; a text message has room for {TAG_MOST}. Shorten it."
        )
    return clean


def host(text: str) -> str:
    """The name or number of a mail server."""
    clean = text.strip()
    if not clean:
        raise Refused("The mail server is empty. Your e-mail provider names it.")
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?", clean):
        raise Refused(
            f"“{clean[:60]}” is not the name of a mail server. It looks like smtp.district.example."
        )
    return clean


def port(text: str) -> int:
    """A port number."""
    clean = text.strip()
    if not (clean.isascii() and clean.isdigit() and 1 <= int(clean[:6]) <= 65_535):
        raise Refused(f"“{clean[:20]}” is not a port. Most servers take mail on 587.")
    return int(clean)


def line(text: str) -> str:
    """One line of at most 120 characters, or nothing."""
    clean = " ".join(text.split())
    if len(clean) > 120:
        raise Refused(f"This has {len(clean):,} characters; the limit is 120. It is kept here. Shorten it.")
    return clean


def short_address(text: str) -> str:
    """The address families are sent to, as it is read out: without https://."""
    clean = re.sub(r"^https?://", "", text.strip(), flags=re.I).rstrip("/")
    if clean and not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?(/[\w./~-]*)?", clean):
        raise Refused(
            f"“{clean[:60]}” is not an address families could type. It looks like district.example/now."
        )
    return clean


def also(text: str) -> list[str]:
    """Other ways a name is written, typed with commas between them, each once."""
    names = [" ".join(part.split()) for part in re.split(r"[,;\n]", text)]
    too_long = next((name for name in names if len(name) > 120), None)
    if too_long:
        raise Refused(f"“{too_long[:40]}…” has {len(too_long):,} characters; the limit is 120. Shorten it.")
    return list(dict.fromkeys(name for name in names if name))


def titled(text: str) -> tuple[str, str]:
    """A title and a name out of "Dr. Elaine Brandt"; the title is empty when there is none."""
    first, _, rest = " ".join(text.split()).partition(" ")
    title = next((t for t in TITLES if rest and t.rstrip(".").casefold() == first.rstrip(".").casefold()), "")
    return (title, rest) if title else ("", " ".join(text.split()))


def names(text: str, what: str, most: int = 500) -> list[str]:
    """One name a line, each once, blank lines left out."""
    found = list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))
    for number, name in enumerate(found, 1):
        if len(name) > 120:
            raise Refused(
                f"{what}, line {number}: {len(name):,} characters; the limit is 120. It is kept here. Shorten it."
            )
    if len(found) > most:
        raise Refused(f"{what} has {len(found):,} lines; the limit is {most}.")
    return found
