"""How each outlet of Alder Falls writes its feed: the manners, and the bad manners, of the real kinds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from zlib import crc32

from monitors.samples.town import FEEDS, ZONE, Outlet, Posting


@dataclass(frozen=True, slots=True)
class Story:
    """A posting as it stands now: `published` when it first appeared, `posting.appears` when it last changed."""

    posting: Posting
    published: datetime

    @property
    def number(self) -> int:
        """A steady number, as a content system would give."""
        return crc32(self.posting.key.encode()) % 100_000


Writer = Callable[[Outlet, Sequence[Story], str], str]


def civic_rss(outlet: Outlet, stories: Sequence[Story], address: str) -> str:
    """A city's news flash: no guid, markup in the description, dates with an offset."""
    items = "".join(
        f"<item><title>{escape(story.posting.title)}</title>"
        f"<link>{address}{_page(story)}</link>"
        f"<pubDate>{format_datetime(story.published.astimezone(ZONE))}</pubDate>"
        f"<description>{escape(_civic_markup(story))}</description></item>\n"
        for story in stories
    )
    return _rss(outlet, address, items)


def _civic_markup(story: Story) -> str:
    return f'<p>{escape(story.posting.text)}</p><br /><a href="{_page(story)}">Read on...</a>'


def wordpress_rss(outlet: Outlet, stories: Sequence[Story], address: str) -> str:
    """A weekly's blog system: campaign marks in links, ids that are not links, an excerpt and the whole text."""
    items = "".join(
        f"<item><title>{escape(story.posting.title)}</title>"
        f"<link>{address}{_page(story)}?utm_source=rss&amp;utm_medium=rss&amp;utm_campaign=feed</link>"
        f"<dc:creator><![CDATA[{story.posting.author}]]></dc:creator>"
        f"<pubDate>{format_datetime(story.published)}</pubDate><category><![CDATA[Local]]></category>"
        f'<guid isPermaLink="false">{address}/courier/?p={story.number}</guid>'
        f"<description><![CDATA[<p>{_excerpt(story.posting.text)}</p>]]></description>"
        f"<content:encoded><![CDATA[<p>{escape(story.posting.text)}</p>]]></content:encoded></item>\n"
        for story in stories
    )
    return _rss(outlet, address, items)


def scanner_rss(outlet: Outlet, stories: Sequence[Story], address: str) -> str:
    """A volunteer's page: terse, with ids of its own and no page per entry."""
    items = "".join(
        f'<item><guid isPermaLink="false">tb-{story.number}</guid><title>{escape(story.posting.title)}</title>'
        f"<link>{address}/scanner/</link><pubDate>{format_datetime(story.published)}</pubDate>"
        f"<description>{escape(story.posting.text)}</description></item>\n"
        for story in stories
    )
    return _rss(outlet, address, items)


def _rss(outlet: Outlet, address: str, items: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">\n'
        f"<channel><title>{outlet.title}</title><link>{address}/{outlet.name}/</link>"
        f"<description>{outlet.title}</description>\n{items}</channel></rss>\n"
    )


def station_atom(outlet: Outlet, stories: Sequence[Story], address: str) -> str:
    """A television station: Atom, HTML summaries, an entry's date of change apart from that of its publication."""
    entries = "".join(
        f"<entry><id>tag:channel6valley.example,2026:{story.number}</id>"
        f'<title type="html">{escape(escape(story.posting.title, quote=False))}</title>'
        f'<link rel="alternate" type="text/html" href="{address}{_page(story)}"/>'
        f"<published>{story.published.isoformat()}</published><updated>{story.posting.appears.isoformat()}</updated>"
        f'<summary type="html">{escape(f"<p>{escape(story.posting.text)}</p>")}</summary></entry>\n'
        for story in stories
    )
    return _atom(outlet, address, entries, "")


def district_json(outlet: Outlet, stories: Sequence[Story], address: str) -> str:
    """A school district's site: JSON Feed."""
    items = [
        {
            "id": story.number,
            "url": address + _page(story),
            "title": story.posting.title,
            "content_html": f"<p>{escape(story.posting.text)}</p>",
            "date_published": story.published.isoformat(),
            "date_modified": story.posting.appears.isoformat(),
        }
        for story in stories
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": address + "/district/",
    }
    return json.dumps(feed | {"items": items}, indent=1)


def county_index(outlet: Outlet, stories: Sequence[Story], address: str) -> str:
    """An index of CAP alerts: Atom whose entries carry CAP elements and link to the alerts themselves."""
    entries = "".join(
        f"<entry><id>{address}{_page(story)}</id><title>{escape(story.posting.title)}</title>"
        f'<link rel="alternate" href="{address}{_page(story)}"/><summary>{escape(story.posting.text)}</summary>'
        f"<published>{story.published.isoformat()}</published><updated>{story.posting.appears.isoformat()}</updated>"
        f"{''.join(f'<cap:{name}>{escape(said)}</cap:{name}>' for name, said in _alert(story, stories).items() if said)}</entry>\n"
        for story in stories
    )
    return _atom(outlet, address, entries, ' xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2"')


def _atom(outlet: Outlet, address: str, entries: str, namespaces: str) -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"{namespaces}>'
        f'<id>{address}/{outlet.name}/</id><title>{outlet.title}</title><link rel="alternate" href="{address}/{outlet.name}/"/>\n'
        f"{entries}</feed>\n"
    )


def county_alert(story: Story, stories: Sequence[Story]) -> str:
    """One alert as CAP 1.2."""
    said = _alert(story, stories)
    head = ("identifier", "sender", "sent", "status", "msgType", "scope", "references")
    body = ("category", "event", "urgency", "severity", "certainty", "expires")

    def elements(names: Sequence[str]) -> str:
        return "".join(f"<{name}>{escape(said[name])}</{name}>" for name in names if said[name])

    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"{elements(head)}<info><language>en-US</language>{elements(body)}<senderName>{FEEDS['county'].title}</senderName>"
        f"<headline>{escape(story.posting.title)}</headline><description>{escape(story.posting.text)}</description>"
        f"<area><areaDesc>{said['areaDesc']}</areaDesc><polygon>42.30,-92.48 42.30,-92.40 42.36,-92.40 42.36,-92.48 42.30,-92.48</polygon>"
        "</area></info></alert>\n"
    )


def _alert(story: Story, stories: Sequence[Story]) -> dict[str, str]:
    alert: Mapping[str, str] = {key: str(value) for key, value in (story.posting.alert or {}).items()}
    canceled = next((one for one in stories if one.posting.key == story.posting.cancels), None)
    return {
        "identifier": _identifier(story),
        "sender": "alerts@hollis.example",
        "sent": story.published.isoformat(),
        "status": alert.get("status", "Actual"),
        "msgType": "Cancel" if canceled else "Alert",
        "scope": "Public",
        "references": f"alerts@hollis.example,{_identifier(canceled)},{canceled.published.isoformat()}"
        if canceled
        else "",
        "category": alert.get("category", "Safety"),
        "event": alert.get("event", story.posting.title),
        "urgency": alert.get("urgency", "Unknown"),
        "severity": alert.get("severity", "Unknown"),
        "certainty": alert.get("certainty", "Unknown"),
        "expires": (story.published + timedelta(hours=float(alert.get("lasts", "1")))).isoformat(),
        "areaDesc": "Hollis County, Iowa",
    }


def _identifier(story: Story) -> str:
    return f"HOLLIS-{story.number}"


def page(outlet: Outlet, story: Story) -> str:
    """The story's own page, for whoever follows the link."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(story.posting.title)}</title></head><body>'
        f"<p>{outlet.title} (an invented outlet of the One Voice demo)</p><h1>{escape(story.posting.title)}</h1>"
        f"<p>{escape(story.posting.author)} {story.posting.appears.astimezone(ZONE):%B %d, %Y, %H:%M %Z}</p>"
        f"<p>{escape(story.posting.text)}</p></body></html>\n"
    )


def front_page(outlets: Sequence[Outlet], address: str) -> str:
    """A page that names the feeds, as a site's front page does."""
    links = "".join(
        f'<link rel="alternate" type="{_link_type(outlet)}" title="{outlet.title}" href="{escape(outlet.path)}">\n'
        for outlet in outlets
    )
    listed = "".join(f'<li><a href="{escape(outlet.path)}">{outlet.title}</a></li>\n' for outlet in outlets)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Alder Falls</title>\n{links}</head>'
        f"<body><h1>Alder Falls, as its sources tell it</h1><p>{address}</p><ul>\n{listed}</ul></body></html>\n"
    )


def _link_type(outlet: Outlet) -> str:
    return WRITERS[outlet.name][1].split(";")[0]


def _page(story: Story) -> str:
    ending = ".xml" if story.posting.feed == "county" else "/"
    return f"/{story.posting.feed}/{story.number}{ending}"


def _excerpt(text: str) -> str:
    words = text.split()
    return escape(" ".join(words[:24])) + (" [&#8230;]" if len(words) > 24 else "")


WRITERS: Mapping[str, tuple[Writer, str]] = {
    "police": (civic_rss, "text/xml; charset=utf-8"),
    "courier": (wordpress_rss, "application/rss+xml; charset=UTF-8"),
    "channel6": (station_atom, "application/atom+xml; charset=utf-8"),
    "scanner": (scanner_rss, "application/rss+xml"),
    "district": (district_json, "application/feed+json"),
    "county": (county_index, "application/atom+xml"),
}
"""Name of the outlet -> (how it writes its feed, what its server calls that)."""
