"""Where we listen, as people of the partnership change it: look before saving; add, edit, pause, remove, in a name.

Every change is one command with a log entry. The sources lie in monitors.db; a refusal of theirs is the sentence that
stands beside the field.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from comms import partnership
from comms.partnership import SETTING_UP
from comms.people import Actor, Refused, acting, viewer
from comms.settings import settings
from monitors import alerts, check, health, opml, sources
from monitors.alerts import Explanation
from monitors.apart import Apart
from monitors.database import Store
from monitors.fetch import Fetcher
from monitors.kinds import Kind
from monitors.opml import Imported
from monitors.sources import Source, SourceError
from monitors.store import open_monitors

T = TypeVar("T")
WHO = "Communications or an administrator changes what we listen to. Nothing was changed."
LOOKED_INTO = 2
"""Of the feeds a page names, how many are looked into at once: a site may be looked at twice a minute so."""
SHOWN = 5
"""How many entries of what would come are shown."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What an address would give, or why it cannot be a source.

    `url` is the address to save. `entries` are (title, time it was published, aware UTC) of the first items, foreign
    text; `name` is what the page calls this feed. `feeds` are those a web page names, the first few looked into.
    """

    url: str
    sentence: str
    ok: bool
    entries: tuple[tuple[str, datetime | None], ...] = ()
    feeds: tuple[Looked, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """A source as a person types it: all text. `every` is minutes, `gap` hours, `options` JSON; empty = the default."""

    url: str
    name: str = ""
    kind: str = Kind.FEED
    place: str = ""
    zone: str = ""
    every: str = ""
    gap: str = ""
    options: str = ""


class FieldRefused(Refused):
    """A refusal with the field of `Typed` it stands beside."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


# Looking ------------------------------------------------------------------------------------------------------------


def look(
    store: Store,
    actor: Actor,
    heard: Store,
    url: str,
    now: datetime,
    kind: Kind = Kind.FEED,
    options: Mapping[str, object] | None = None,
) -> Looked:
    """Ask an address once and say what would come; nothing is kept. Raises Refused for who may not.

    Of a site that names feeds the first few are asked as well, so that choosing one is one press.
    """
    if viewer(store, actor, now).seat not in SETTING_UP:
        raise Refused("Communications or an administrator adds sources. Nothing was asked.")
    ours, zone = partnership.district(store), partnership.profile(store).zone
    with Fetcher(contact=ours.email if ours else "", loopback=settings().allow_loopback) as fetcher:

        def asked(counting: Store, address: str) -> Looked:
            try:
                preview = check.check(
                    counting,
                    address,
                    fetcher=fetcher,
                    now=now,
                    kind=kind,
                    zone=zone,
                    options=options,
                    engine=Apart,
                )
            except check.NotAFeedError as error:
                named = tuple(Looked(link, "", False, name=title) for title, link in error.feeds)
                return Looked(address.strip(), str(error), False, feeds=named)
            except SourceError as error:
                return Looked(address.strip(), str(error), False)
            entries = tuple((item.title, item.published) for item in preview.items[:SHOWN])
            return Looked(preview.url, preview.sentence, True, entries)

        def beside(named: Looked) -> Looked:
            with open_monitors(heard.path.parent) as mine:  # a store belongs to one thread
                return replace(asked(mine, named.url), name=named.name, feeds=())

        found = asked(heard, url)
        if not found.feeds:
            return found
        with ThreadPoolExecutor(LOOKED_INTO) as several:
            first = tuple(several.map(beside, found.feeds[:LOOKED_INTO]))
    return replace(found, feeds=first + found.feeds[LOOKED_INTO:])


def why_not_heard(store: Store, heard: Store, words: str, now: datetime) -> Explanation:
    """ "Why did we not hear of this?" for a pasted headline or link: what we have of it, else what could explain it."""
    found = alerts.explain(heard, words)
    if found.items or not words.strip():
        return found
    zone = partnership.profile(store).timezone
    listed = health.health(heard, now, zone)
    reasons = []
    host = (urlsplit(words.strip()).hostname or "") if "://" in words else ""
    if host:
        theirs = [
            h for h in listed if sources.registrable(h.source.url) == sources.registrable(words.strip())
        ]
        reasons += [f"{h.source.name}, of the same site, is {h.word.lower()}: {h.sentence}" for h in theirs]
        if not theirs:
            reasons.append(f"No source of {host} is on the list. Add one under Sources.")
    else:
        reasons.append("Paste its link to see whether we listen to that site, or add its source.")
        poor = [h for h in listed if h.needs_hand]
        reasons += [f"{h.source.name} is {h.word.lower()}: {h.sentence}" for h in poor[:3]]
    reasons += health.missed(heard, now, zone)[:2]
    return Explanation(" ".join([found.sentence, *reasons]), ())


# Changing -----------------------------------------------------------------------------------------------------------


def add(
    store: Store,
    actor: Actor,
    heard: Store,
    url: str,
    name: str,
    now: datetime,
    kind: Kind = Kind.FEED,
    place: str = "",
    zone: str = "",
    options: Mapping[str, object] | None = None,
) -> Source:
    """Add a source that was looked at; it is due at once. Raises Refused with the sentence for the field."""
    with acting(store, actor, "added a source", now, SETTING_UP, WHO) as act:
        source = _or_refused(
            lambda: sources.add(
                heard,
                url,
                name=name,
                kind=kind,
                place=place,
                zone=zone or partnership.profile(store).zone,
                options=options,
                now=now,
                loopback=settings().allow_loopback,
            )
        )
        act.record(f"source {source.id}", name=source.name, url=source.url)
        return source


def change(store: Store, actor: Actor, heard: Store, source_id: int, to: Typed, now: datetime) -> Source:
    """Save what was typed into the fields of a source. Raises FieldRefused; nothing is changed then."""
    with acting(store, actor, "changed a source", now, SETTING_UP, WHO) as act:
        before = _or_refused(lambda: sources.get(heard, source_id))
        act.record(f"source {source_id}", name=before.name, url=before.url)
        if to.kind not in set(Kind):
            raise FieldRefused("kind", "Choose what kind of source it is.")
        if not to.name.strip():
            raise FieldRefused("name", "Give the source a name; the rest is kept.")
        every = length(to.every, timedelta(minutes=1), "every", "minutes")
        gap = length(to.gap, timedelta(hours=1), "gap", "hours")
        options = reading_rules(to.options)
        try:
            after = sources.edit(
                heard,
                source_id,
                url=to.url,
                name=to.name,
                kind=Kind(to.kind),
                place=to.place,
                zone=to.zone,
                every=every,
                expected_gap=gap,
                options=options if options != dict(before.options) else None,
                now=now,
                loopback=settings().allow_loopback,
            )
        except SourceError as error:
            raise FieldRefused(_field_of(error, to), str(error)) from error
        act.nothing_new = after == before
        act.record(f"source {source_id}", was=_told(before), now=_told(after))
        return after


def pause(store: Store, actor: Actor, heard: Store, source_id: int, why: str, now: datetime) -> None:
    """Stop asking a source until someone resumes it; the reason is shown beside it."""
    with acting(store, actor, "paused a source", now, SETTING_UP, WHO) as act:
        before = _or_refused(lambda: sources.get(heard, source_id))
        act.nothing_new = before.paused_at is not None
        said = " ".join(why.split())[:200] or f"By {act.account.name}."
        sources.pause(heard, source_id, why=said, now=now)
        act.record(f"source {source_id}", name=before.name, why=said)


def resume(store: Store, actor: Actor, heard: Store, source_id: int, now: datetime) -> None:
    """Ask a paused source again, beginning now."""
    with acting(store, actor, "resumed a source", now, SETTING_UP, WHO) as act:
        before = _or_refused(lambda: sources.get(heard, source_id))
        act.nothing_new = before.paused_at is None
        if not act.nothing_new:
            sources.resume(heard, source_id, now=now)
        act.record(f"source {source_id}", name=before.name)


def remove(store: Store, actor: Actor, heard: Store, source_id: int, now: datetime) -> None:
    """Take a source off the list. Its items stay, and the address may be added again."""
    with acting(store, actor, "removed a source", now, SETTING_UP, WHO) as act:
        before = _or_refused(lambda: sources.get(heard, source_id))
        sources.remove(heard, source_id, now=now)
        act.record(f"source {source_id}", name=before.name, url=before.url)


def confirm_move(store: Store, actor: Actor, heard: Store, source_id: int, now: datetime) -> Source:
    """Take over the address on another domain that a source has been moving us to."""
    with acting(store, actor, "confirmed a source's new address", now, SETTING_UP, WHO) as act:
        before = _or_refused(lambda: sources.get(heard, source_id))
        after = _or_refused(
            lambda: sources.confirm_move(heard, source_id, now=now, loopback=settings().allow_loopback)
        )
        act.record(f"source {source_id}", name=before.name, was=before.url, now=after.url)
        return after


def ask_now(store: Store, actor: Actor, heard: Store, source_id: int, now: datetime) -> None:
    """Have the next pass ask this source. Raises Refused when it was asked a moment ago or asks us to wait."""
    with acting(store, actor, "asked a source by hand", now, SETTING_UP, WHO) as act:
        act.record(f"source {source_id}")
        _or_refused(lambda: check.ask_now(heard, source_id, now=now))


def bring_in(store: Store, actor: Actor, heard: Store, document: bytes, now: datetime) -> Imported:
    """Add every feed of an OPML file; one bad address does not keep the others out. Raises Refused for another file."""
    with acting(store, actor, "brought in sources from a file", now, SETTING_UP, WHO) as act:
        brought = _or_refused(
            lambda: opml.add_all(heard, document, now=now, loopback=settings().allow_loopback)
        )
        act.nothing_new = not brought.added
        act.record(
            "sources",
            added=[source.url for source in brought.added],
            known=len(brought.known),
            refused=len(brought.refused),
        )
        return brought


# What was typed -----------------------------------------------------------------------------------------------------


def typed_of(source: Source) -> Typed:
    """A source as it stands in the fields of its form."""
    return Typed(
        url=source.url,
        name=source.name,
        kind=str(source.kind),
        place=source.place,
        zone=source.zone,
        every=f"{source.every / timedelta(minutes=1):g}" if source.every else "",
        gap=f"{source.expected_gap / timedelta(hours=1):g}" if source.expected_gap else "",
        options=json.dumps(dict(source.options), ensure_ascii=False, indent=1) if source.options else "",
    )


def length(text: str, unit: timedelta, field: str, units: str) -> timedelta:
    """A length of time typed as a number; nothing typed is zero, which goes back to the default."""
    if not text.strip():
        return timedelta()
    try:
        number = float(text.strip().replace(",", "."))
        found = number * unit
    except (ValueError, OverflowError):
        found = timedelta()
    if found <= timedelta():
        raise FieldRefused(field, f"“{text.strip()[:20]}” is not a number of {units}.")
    return found


def reading_rules(text: str) -> dict[str, object]:
    """How a page or a list of records is read: a JSON object of names and texts, or nothing."""
    if not text.strip():
        return {}
    try:
        rules = json.loads(text)
    except ValueError:
        rules = None
    if not isinstance(rules, dict):
        raise FieldRefused(
            "options", 'The reading rules cannot be read. They look like {"item": ".news li", "title": "h3"}.'
        )
    return rules


def _told(source: Source) -> dict[str, object]:
    """A source in plain values, for the log."""
    written = {name: value for name, value in _fields(typed_of(source)).items() if value}
    return {**written, "kind": str(source.kind)}


def _fields(typed: Typed) -> dict[str, str]:
    return {name: getattr(typed, name) for name in Typed.__slots__}


def _field_of(error: SourceError, to: Typed) -> str:
    """Beside which field a refusal of the sources stands."""
    if not isinstance(error, sources.SettingError):
        return "url"
    sentence = str(error)
    words = {"time zone": "zone", "name": "name", "options": "options", "gap": "gap", "asked": "every"}
    return next((field for word, field in words.items() if word in sentence), "url")


def _or_refused(command: Callable[[], T]) -> T:
    try:
        return command()
    except SourceError as error:
        raise Refused(str(error)) from error
