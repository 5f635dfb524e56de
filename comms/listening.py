"""Where we listen, as people of the partnership change it: look before saving, then add, in a person's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comms import partnership
from comms.partnership import SETTING_UP
from comms.people import Actor, Refused, acting, viewer
from comms.settings import settings
from monitors import check, sources
from monitors.database import Store
from monitors.fetch import Fetcher
from monitors.kinds import Kind
from monitors.sources import Source, SourceError


@dataclass(frozen=True, slots=True)
class Looked:
    """What an address would give, or why it cannot be a source.

    `url` is the address to save; `headlines` are foreign text, newest first as the source has them; `feeds` are (title,
    address) of the feeds a web page names.
    """

    url: str
    sentence: str
    ok: bool
    headlines: tuple[str, ...] = ()
    feeds: tuple[tuple[str, str], ...] = ()


def look(store: Store, actor: Actor, heard: Store, url: str, now: datetime, kind: Kind = Kind.FEED) -> Looked:
    """Ask an address once and say what would come; nothing is kept. Raises Refused for who may not."""
    person = viewer(store, actor, now)
    if person.seat not in SETTING_UP:
        raise Refused("Communications or an administrator adds sources. Nothing was asked.")
    ours, zone = partnership.district(store), partnership.profile(store).zone
    with Fetcher(contact=ours.email if ours else "", loopback=settings().allow_loopback) as fetcher:
        try:
            preview = check.check(heard, url, fetcher=fetcher, now=now, kind=kind, zone=zone)
        except check.NotAFeedError as error:
            return Looked(url.strip(), str(error), False, feeds=error.feeds)
        except SourceError as error:
            return Looked(url.strip(), str(error), False)
    return Looked(preview.url, preview.sentence, True, tuple(item.title for item in preview.items[:5]))


def add(
    store: Store,
    actor: Actor,
    heard: Store,
    url: str,
    name: str,
    now: datetime,
    kind: Kind = Kind.FEED,
    place: str = "",
) -> Source:
    """Add a source that was looked at; it is due at once. Raises Refused with the sentence for the field."""
    with acting(store, actor, "added a source", now, seats=SETTING_UP) as act:
        try:
            source = sources.add(
                heard,
                url,
                name=name,
                kind=kind,
                place=place,
                zone=partnership.profile(store).zone,
                now=now,
                loopback=settings().allow_loopback,
            )
        except SourceError as error:
            raise Refused(str(error)) from error
        act.record(f"source {source.id}", name=source.name, url=source.url)
        return source
