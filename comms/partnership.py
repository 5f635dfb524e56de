"""The two organisations of one partnership, how to reach them, the school calendar, and what we watch for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from comms import entered
from comms.clocks import Calendar, Day
from comms.people import Actor, Refused, Seat, acting, checked_name
from comms.store import stamp
from monitors.database import Store
from monitors.watchlist import Watchlist, watchlist_from_json

SETTING_UP = frozenset({Seat.ADMINISTRATOR, Seat.COMMUNICATIONS})


@dataclass(frozen=True, slots=True)
class Organisation:
    """A district or one of its partner agencies. `short` is the tag a text message begins with."""

    id: int
    kind: str
    name: str
    short: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Mail:
    """How e-mail leaves: the district's own SMTP server. The password is the operator's setting, never stored."""

    host: str = ""
    port: int = 587
    security: str = "starttls"
    username: str = ""
    sender: str = ""

    @property
    def ready(self) -> bool:
        """Whether enough is known to try."""
        return bool(self.host and self.sender)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the partnership says about itself once. Empty strings are what is not known yet."""

    zone: str = "America/Chicago"
    place: str = ""
    state: str = ""
    population: int = 0
    link: str = ""
    families_contact: str = ""
    families_phone: str = ""
    media_contact: str = ""
    media_phone: str = ""
    demo: bool = False
    calendar_known: bool = False
    setup_step: str = "partners"
    digest_at: str = "07:30"
    mail: Mail = field(default_factory=Mail)
    watchlist: dict[str, Any] = field(default_factory=dict)

    @property
    def timezone(self) -> ZoneInfo:
        """The zone every time on the screens is shown in."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class School:
    """A school and its bell times, "08:00" local."""

    name: str
    place: str = ""
    opens: str = "08:00"
    closes: str = "15:30"


def profile(store: Store) -> Profile:
    """What was entered so far; defaults for the rest."""
    known = {row["key"]: json.loads(row["value"]) for row in store.rows_of("select key, value from profile")}
    values = {f.name: known[f.name] for f in fields(Profile) if f.name in known}
    if "mail" in values:
        values["mail"] = Mail(**values["mail"])
    return Profile(**values)


def write_profile(store: Store, changed: Profile) -> None:
    """Keep a profile; the caller holds the transaction."""
    for key, value in asdict(changed).items():
        store.execute(
            "insert into profile (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
            [key, json.dumps(value, ensure_ascii=False)],
        )


def change_profile(store: Store, actor: Actor, now: datetime, **changes: Any) -> Profile:
    """Save some of the profile's fields. Raises Refused with a sentence and saves nothing when one cannot be."""
    with acting(store, actor, "changed the partnership's profile", now, seats=SETTING_UP) as act:
        if "zone" in changes:
            entered.zone(str(changes["zone"]))
        changed = replace(profile(store), **changes)
        write_profile(store, changed)
        act.record("partnership", changed=sorted(changes))
        return changed


def organisations(store: Store) -> list[Organisation]:
    """The district first, then the agencies in the order they were added."""
    rows = store.rows_of(
        "select id, kind, name, short, phone, email from organisation order by kind <> 'district', id"
    )
    return [Organisation(**row) for row in rows]


def district(store: Store) -> Organisation | None:
    """The district, once it was entered."""
    return next((o for o in organisations(store) if o.kind == "district"), None)


def agencies(store: Store) -> list[Organisation]:
    """The partner agencies."""
    return [o for o in organisations(store) if o.kind == "agency"]


def insert_organisation(store: Store, organisation: Organisation, now: datetime) -> int:
    """Write an organisation; the caller holds the transaction. `organisation.id` is ignored. Raises Refused."""
    what = "The district's name" if organisation.kind == "district" else "The agency's name"
    name = checked_name(organisation.name, what)
    if store.row_of("select 1 from organisation where name = ? collate nocase", name):
        raise Refused(f"{name} is here already. Both sides need their own name.")
    row = {k: v for k, v in asdict(organisation).items() if k != "id"}
    return store.add("organisation", row | {"name": name, "added_at": stamp(now)})


def schools(store: Store) -> list[School]:
    """The district's schools by name."""
    return [
        School(**row) for row in store.rows_of("select name, place, opens, closes from school order by name")
    ]


def bell(text: str, what: str) -> time:
    """A bell time typed as 8:05 or 15:30. Raises Refused."""
    try:
        hour, minute = text.strip().split(":")
        return time(int(hour), int(minute[:2]))
    except ValueError as error:
        raise Refused(f"{what} “{text[:20]}” is not a time. Type it like 8:05 or 15:30.") from error


def checked_school(school: School) -> School:
    """A school as it will be kept, its bells as "08:10". Raises Refused."""
    name = checked_name(school.name, "The school's name")
    opens, closes = bell(school.opens, "The first bell"), bell(school.closes, "The last bell")
    if closes <= opens:
        raise Refused("The last bell lies before the first. Choose a later one; the rest is kept.")
    return School(name, " ".join(school.place.split())[:200], f"{opens:%H:%M}", f"{closes:%H:%M}")


def insert_school(store: Store, school: School) -> None:
    """Write a checked school; the caller holds the transaction. Raises Refused when it is there already."""
    if store.row_of("select 1 from school where name = ? collate nocase", school.name):
        raise Refused(f"{school.name} is in the list already.")
    store.add("school", asdict(school))


def add_school(store: Store, actor: Actor, school: School, now: datetime) -> None:
    """Add a school with its bell times. Raises Refused beside the field it is about."""
    with acting(store, actor, "added a school", now, seats=SETTING_UP) as act:
        checked = checked_school(school)
        insert_school(store, checked)
        act.record("partnership", school=checked.name)


def change_school(store: Store, actor: Actor, name: str, school: School, now: datetime) -> None:
    """Change the school called `name`: its name, street or bells."""
    with acting(store, actor, "changed a school", now, seats=SETTING_UP) as act:
        checked = checked_school(school)
        if checked.name.casefold() != name.casefold() and store.row_of(
            "select 1 from school where name = ? collate nocase", checked.name
        ):
            raise Refused(f"{checked.name} is in the list already.")
        store.execute(
            "update school set name = :name, place = :place, opens = :opens, closes = :closes where name = :was",
            asdict(checked) | {"was": name},
        )
        act.record("partnership", school=checked.name, was=name)


def remove_school(store: Store, actor: Actor, name: str, now: datetime) -> None:
    """Take a school off the list. Texts and incidents that name it stay as they are."""
    with acting(store, actor, "removed a school", now, seats=SETTING_UP) as act:
        act.nothing_new = store.row_of("select 1 from school where name = ?", name) is None
        store.execute("delete from school where name = ?", [name])
        act.record("partnership", school=name)


def set_calendar(store: Store, actor: Actor, days: dict[date, Day], now: datetime) -> int:
    """Add or replace days of the school calendar; the number of days that changed."""
    with acting(store, actor, "changed the school calendar", now, seats=SETTING_UP) as act:
        insert_days(store, days)
        write_profile(store, replace(profile(store), calendar_known=True))
        act.record("partnership", days=len(days))
        return len(days)


def replace_calendar(store: Store, actor: Actor, days: dict[date, Day], now: datetime) -> int:
    """Make these the only special days of the school calendar; their number."""
    with acting(store, actor, "replaced the school calendar", now, seats=SETTING_UP) as act:
        store.execute("delete from calendar_day")
        insert_days(store, days)
        write_profile(store, replace(profile(store), calendar_known=True))
        act.record("partnership", days=len(days))
        return len(days)


def insert_days(store: Store, days: Mapping[date, Day]) -> None:
    """Write days of the calendar; the caller holds the transaction."""
    for day, entry in days.items():
        closes = f"{entry.closes:%H:%M}" if entry.closes else ""
        store.execute(
            "insert into calendar_day (day, kind, closes, label) values (?, ?, ?, ?) "
            "on conflict (day) do update set kind = excluded.kind, closes = excluded.closes, label = excluded.label",
            [day.isoformat(), entry.kind, closes, entry.label[:120]],
        )


def special_days(store: Store) -> dict[date, Day]:
    """The days that are not ordinary school days, in order."""
    return {
        date.fromisoformat(row["day"]): Day(
            row["kind"], bell(row["closes"], "Bell") if row["closes"] else None, row["label"]
        )
        for row in store.rows_of("select day, kind, closes, label from calendar_day order by day")
    }


def calendar(store: Store) -> Calendar:
    """The school calendar as the clocks read it."""
    about = profile(store)
    bells = [(bell(s.opens, "Bell"), bell(s.closes, "Bell")) for s in schools(store)]
    days = special_days(store)
    if not bells:
        return Calendar(about.timezone, days=days)
    return Calendar(
        about.timezone,
        opens=min(b[0] for b in bells),
        closes=max(b[1] for b in bells),
        days=days,
        known=about.calendar_known,
    )


def written_as(about: Profile, organisation: Organisation) -> list[str]:
    """The other ways an organisation's name is written: its tag first, then what was entered."""
    entered_too = (about.watchlist.get("also_written") or {}).get(str(organisation.id)) or []
    return list(dict.fromkeys(name for name in (organisation.short, *entered_too) if name))


def watchlist(store: Store, about: Profile | None = None) -> Watchlist:
    """Who and where we watch for: what was edited, on top of what the partnership knows of itself.

    `about` stands for the profile as it is, for a change that is not saved yet.
    """
    about, ours = about or profile(store), district(store)
    given = about.watchlist
    base: dict[str, Any] = {
        "id": given.get("id") or "partnership",
        "state": about.state,
        "city": about.place,
        "population": about.population or None,
        "district": {
            "name": ours.name if ours else "",
            "aliases": written_as(about, ours) if ours else [],
            "schools": [{"name": s.name, "place": s.place} for s in schools(store)],
        },
        "agencies": [
            {"name": a.name, "kind": "partner", "aliases": written_as(about, a)} for a in agencies(store)
        ],
    }
    for key in ("county", "places", "people", "not_us"):
        base[key] = given.get(key) or []
    base["county"] = given.get("county") or ""
    base["agencies"] += [a for a in given.get("agencies") or [] if a.get("kind") != "partner"]
    base["switched_off"], base["added"] = given.get("switched_off") or [], given.get("added") or []
    if given.get("district"):
        base["district"]["aliases"] += given["district"].get("aliases") or []
    return watchlist_from_json(json.dumps(base))
