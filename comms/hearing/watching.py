"""Who and where we watch for, as people edit it: places, people, neighbors, who is not us, and single forms of a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from comms import entered
from comms.partnership import SETTING_UP, Profile, profile, watchlist, write_profile
from comms.people import Actor, Refused, acting, checked_name
from monitors.database import Store
from monitors.watchlist import AgencyKind, Label, Watchlist

KINDS = {
    AgencyKind.MUTUAL_AID: "Answers calls in our community (mutual aid)",
    AgencyKind.NEIGHBOUR: "Polices a neighboring community",
}
LABELS = {
    Label.AGENCY: "our partner agency",
    Label.DISTRICT: "the district",
    Label.SCHOOL: "a school of ours",
    Label.PLACE: "a place in our community",
    Label.PERSON: "a person of ours",
    Label.MUTUAL_AID: "a mutual-aid agency",
    Label.NEIGHBOUR: "a neighboring agency",
    Label.LOOKALIKE: "somebody else: not us",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """The editable part, as text: one entry a line; a person is "Name, role"."""

    county: str = ""
    places: str = ""
    people: str = ""
    mutual_aid: str = ""
    neighbors: str = ""
    not_us: str = ""


def watched(store: Store) -> Watched:
    """What was entered so far."""
    given = profile(store).watchlist
    agencies = given.get("agencies") or []
    return Watched(
        county=given.get("county") or "",
        places="\n".join(given.get("places") or []),
        people="\n".join(
            f"{p['name']}, {p['role']}" if p.get("role") else p["name"] for p in given.get("people") or []
        ),
        mutual_aid="\n".join(a["name"] for a in agencies if a.get("kind") == AgencyKind.MUTUAL_AID),
        neighbors="\n".join(a["name"] for a in agencies if a.get("kind") == AgencyKind.NEIGHBOUR),
        not_us="\n".join(given.get("not_us") or []),
    )


def change_watched(store: Store, actor: Actor, new: Watched, now: datetime) -> None:
    """Save the watchlist. Raises Refused with the list and the line it is about; nothing is saved then."""
    with acting(store, actor, "changed the watchlist", now, seats=SETTING_UP) as act:
        about = profile(store)
        lists = _lists(new, about)
        write_profile(store, replace(about, watchlist={**about.watchlist, **lists}))
        act.record("watchlist", **{name: len(entries) for name, entries in lists.items() if name != "county"})


def proposed(store: Store, new: Watched) -> Watchlist:
    """The watchlist as it would be with these lists. Raises Refused like `change_watched`; nothing is saved."""
    about = profile(store)
    return watchlist(store, replace(about, watchlist={**about.watchlist, **_lists(new, about)}))


def _lists(new: Watched, about: Profile) -> dict[str, Any]:
    county = checked_name(new.county, "The county") if new.county.strip() else ""
    kept = _aliases(about.watchlist)
    agencies = [
        {"name": name, "kind": str(kind), "aliases": kept.get(name, [])}
        for kind, text, what in (
            (AgencyKind.MUTUAL_AID, new.mutual_aid, "Mutual aid"),
            (AgencyKind.NEIGHBOUR, new.neighbors, "Neighbors"),
        )
        for name in entered.names(text, what)
    ]
    return {
        "county": county,
        "places": entered.names(new.places, "Places"),
        "people": [_person(line) for line in entered.names(new.people, "People")],
        "agencies": agencies,
        "not_us": entered.names(new.not_us, "Not us"),
    }


def _aliases(given: dict[str, Any]) -> dict[str, list[str]]:
    return {a["name"]: a.get("aliases") or [] for a in given.get("agencies") or []}


def _person(line: str) -> dict[str, str]:
    name, _, role = line.partition(",")
    return {"name": name.strip(), "role": role.strip()}


def switch(store: Store, actor: Actor, text: str, on: bool, now: datetime) -> None:
    """Listen for one form of a name again, or no longer."""
    with acting(store, actor, "switched a form of a name", now, seats=SETTING_UP) as act:
        about = profile(store)
        off = [t for t in about.watchlist.get("switched_off") or [] if t.casefold() != text.casefold()]
        if not on:
            off.append(text)
        act.nothing_new = off == (about.watchlist.get("switched_off") or [])
        write_profile(store, replace(about, watchlist={**about.watchlist, "switched_off": off}))
        act.record("watchlist", form=text, listened_for=on)


def add_form(store: Store, actor: Actor, text: str, label: str, of: str, now: datetime) -> None:
    """Listen for one more way a name is written. `label` is what it stands for; `of` the entry it belongs to."""
    with acting(store, actor, "added a form of a name", now, seats=SETTING_UP) as act:
        form = checked_name(text, "The name")
        if len(form) < 3:
            raise Refused(f"“{form}” is too short to listen for: it stands in every second story.")
        if label not in set(Label):
            raise Refused("Say what the name stands for.")
        about = profile(store)
        added = [a for a in about.watchlist.get("added") or [] if a["text"].casefold() != form.casefold()]
        added.append({"text": form, "label": label, "of": of.strip()})
        write_profile(store, replace(about, watchlist={**about.watchlist, "added": added}))
        act.record("watchlist", form=form, label=label)


def remove_form(store: Store, actor: Actor, text: str, now: datetime) -> None:
    """No longer listen for a form that was added by hand."""
    with acting(store, actor, "removed a form of a name", now, seats=SETTING_UP) as act:
        about = profile(store)
        before = about.watchlist.get("added") or []
        added = [a for a in before if a["text"] != text]
        act.nothing_new = added == before
        write_profile(store, replace(about, watchlist={**about.watchlist, "added": added}))
        act.record("watchlist", form=text)
