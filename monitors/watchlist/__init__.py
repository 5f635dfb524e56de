"""Who and where we watch for: one partnership's agencies, schools, places and people, and who is *not* us.

A watchlist is what a person enters; `variants` is every form of those names the product listens for. A person sees
the variants, switches one off, or adds one; both choices are part of the watchlist and travel with its JSON.
"""

from monitors.watchlist.forms import FOLK_WORDS, agency_town, generated, initials, variants
from monitors.watchlist.model import (
    Added,
    Agency,
    AgencyKind,
    District,
    Label,
    Person,
    School,
    Variant,
    Watchlist,
    WatchlistError,
)
from monitors.watchlist.reading import read_watchlist, watchlist_from_json, watchlist_to_json

__all__ = [
    "FOLK_WORDS",
    "Added",
    "Agency",
    "AgencyKind",
    "District",
    "Label",
    "Person",
    "School",
    "Variant",
    "Watchlist",
    "WatchlistError",
    "agency_town",
    "generated",
    "initials",
    "read_watchlist",
    "variants",
    "watchlist_from_json",
    "watchlist_to_json",
]
