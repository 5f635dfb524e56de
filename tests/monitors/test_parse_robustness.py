"""Whatever arrives, `parse` answers: never raises, never hangs, never makes more of a document than is in it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from monitors.items import Item
from monitors.parse import READERS, Parsed, discover, parse
from monitors.parse.document import ENTRY_LIMIT
from monitors.text import FIELD_LIMIT, to_text

DOCUMENTS = Path(__file__).parent / "documents"


def collection() -> list[tuple[str, bytes, dict[str, Any]]]:
    told = []
    for expectation in sorted(DOCUMENTS.glob("*.yaml")):
        said = yaml.safe_load(expectation.read_text("utf-8"))
        how = {"kind": said.get("as"), "url": said.get("url", ""), "options": said.get("options", {})}
        told.append((expectation.stem, expectation.with_suffix("").read_bytes(), how))
    return told


JSON_NAMES = [
    "items",
    "features",
    "attributes",
    "properties",
    "geometry",
    "id",
    "title",
    "x",
    "y",
    "coordinates",
    "url",
]
COLLECTION = collection()
ANY_DOCUMENT = st.sampled_from(COLLECTION)


def assert_sound(parsed: Parsed) -> None:
    """What every answer keeps to, whatever was asked."""
    assert parsed.entries == len(parsed.items) <= ENTRY_LIMIT
    assert len({item.key for item in parsed.items}) == len(parsed.items)
    for item in parsed.items:
        assert item.link == "" or item.link.startswith(("http://", "https://"))
        assert item.published is None or item.published.utcoffset() is not None
        for field in (
            item.key,
            item.title,
            item.text,
            item.link,
            item.outlet,
            item.place,
            *item.facts.values(),
        ):
            assert len(field.encode("utf-8")) <= FIELD_LIMIT
            assert "\0" not in field


@given(ANY_DOCUMENT, st.data())
def test_a_truncated_document_never_has_more_items_than_the_whole(
    document: tuple[str, bytes, dict[str, Any]], data: st.DataObject
) -> None:
    _, body, how = document
    cut = data.draw(st.integers(0, len(body)))
    parsed = parse(body[:cut], **how)
    assert_sound(parsed)
    assert parsed.entries <= parse(body, **how).entries


@given(ANY_DOCUMENT, st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12))
def test_flipped_bytes_never_raise(
    document: tuple[str, bytes, dict[str, Any]], flips: list[tuple[float, int]]
) -> None:
    _, body, how = document
    changed = bytearray(body or b" ")
    for where, value in flips:
        changed[int(where * len(changed))] ^= value
    assert_sound(parse(bytes(changed), **how))


@given(st.binary(max_size=400), st.sampled_from([None, *READERS]))
@example(b"\xff\xfe\x00\xd8", None)
@example(b"From: x\nSubject: =?utf-8?q?=FF?=\nDate: \x00\n\n", "mail")
@example(b"{" * 50, "rows")
def test_any_bytes_read_as_any_kind_give_an_answer(body: bytes, kind: str | None) -> None:
    assert_sound(parse(body, kind=kind, options={"item": "a", "title": "{x}", "zone": "Not/AZone"}))
    discover(body, "http://[")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(JSON_NAMES) | st.text(), inner),
        max_leaves=25,
    )
)
def test_any_json_gives_an_answer(value: object) -> None:
    for kind in (None, "rows", "jsonfeed", "cap"):
        assert_sound(
            parse(
                json.dumps(value).encode(), kind=kind, options={"records": "items", "title": "{title} {a.b}"}
            )
        )


JSON_NAMES = [
    "items",
    "features",
    "attributes",
    "properties",
    "geometry",
    "id",
    "title",
    "x",
    "y",
    "coordinates",
    "url",
]


def feed_of(title: str) -> bytes:
    return f"<rss version='2.0'><channel><item><title>{title}</title><guid>1</guid></item></channel></rss>".encode()


def deep(opening: str, closing: str, times: int) -> bytes:
    return feed_of(opening * times + "x" + closing * times)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a title of ten megabytes": lambda: feed_of("t" * 10_000_000),
    "ten megabytes of tags in a title": lambda: feed_of("&lt;b x=1 " * 1_000_000),
    "elements nested a hundred thousand deep": lambda: deep("<a>", "</a>", 100_000),
    "elements nested and never closed": lambda: deep("<a>", "", 200_000),
    "a hundred thousand entries": lambda: (
        b"<rss><channel>" + b"<item><title>x</title></item>" * 100_000 + b"</channel></rss>"
    ),
    "a hundred thousand broken entries": lambda: (
        b"<rss><channel>" + b"<item><title>x & <b></title></item>" * 100_000
    ),
    "a hundred thousand Atom entries": lambda: (
        b'<feed xmlns="http://www.w3.org/2005/Atom">'
        + b"<entry><title>x</title></entry>" * 100_000
        + b"</feed>"
    ),
    "an attribute of four megabytes": lambda: (
        b'<rss><channel><item a="' + b"x" * 4_000_000 + b'"><title>t</title></item>'
    ),
    "a million ampersands": lambda: feed_of("&" * 1_000_000),
    "four megabytes of opening brackets": lambda: b"<rss><channel><item>" + b"<" * 4_000_000,
    "a million open comments": lambda: b"<rss><channel><item><title>" + b"<!--" * 1_000_000,
    "a million open CDATA sections": lambda: b"<rss><channel><item><title>" + b"<![CDATA[" * 500_000,
    "a million quotes in a tag": lambda: (
        b"<rss><channel><item " + b"a='\" " * 500_000 + b"><title>x</title></item>"
    ),
    "a document type without an end": lambda: b"<!DOCTYPE rss [" + b"<!ENTITY a 'b'>" * 200_000,
    "entities that double forty times": lambda: (
        b"<!DOCTYPE r ["
        + b"".join(b'<!ENTITY e%d "&e%d;&e%d;">' % (n + 1, n, n) for n in range(40))
        + b"]><rss><channel><item><title>&e40;</title></item></channel></rss>"
    ),
    "JSON nested a million deep": lambda: b"[" * 1_000_000,
    "JSON with a number of a million digits": lambda: b'[{"id": ' + b"9" * 1_000_000 + b"}]",
    "a hundred thousand records": lambda: b"[" + b",".join([b'{"id":1,"title":"x"}'] * 100_000) + b"]",
    "mail of a hundred thousand headers": lambda: (
        b"From: a\r\nSubject: b\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\n"
    ),
    "mail nested in mail": lambda: b"From: a\r\nContent-Type: message/rfc822\r\n\r\n" * 2_000,
    "four megabytes of zero bytes": lambda: b"\0" * 4_000_000,
    "a sitemap of a hundred thousand": lambda: (
        b'<urlset xmlns:n="n">'
        + b"<url><loc>http://a.example/</loc><n:news><n:title>x</n:title></n:news></url>" * 100_000
    ),
    "an alert of a hundred thousand areas": lambda: (
        b"<alert><identifier>1</identifier><info>"
        + b"<area><areaDesc>x</areaDesc></area>" * 100_000
        + b"</info></alert>"
    ),
}


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_document_is_bounded(made: Callable[[], bytes]) -> None:
    body = made()
    began = time.process_time()  # not the clock: others work on this machine too
    assert_sound(parse(body))
    assert time.process_time() - began < 5


def test_more_entries_than_the_limit_are_counted_as_partly_read() -> None:
    for entry in (b"<item><title>%d</title></item>", b"<item><title>%d &nbsp;<b></title></item>"):
        parsed = parse(
            b"<rss><channel>" + b"".join(entry % n for n in range(ENTRY_LIMIT + 5)) + b"</channel></rss>"
        )
        assert (parsed.entries, parsed.partly, parsed.failure) == (ENTRY_LIMIT, True, None)


def test_a_field_is_cut_at_its_limit_and_at_a_character() -> None:
    (item,) = parse(feed_of("é" * FIELD_LIMIT)).items
    assert item.title == "é" * (FIELD_LIMIT // 2)


def test_bytes_that_name_a_file_are_a_document_and_never_opened(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_bytes(feed_of("from the disk"))
    for kind in (None, *READERS):
        assert not any("from the disk" in item.title for item in parse(str(feed).encode(), kind=kind).items)


def test_no_document_reaches_the_network_or_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way out of the process is watched while the whole collection is read."""
    import builtins
    import socket
    import urllib.request

    reached: list[object] = []

    def record(*asked: object, **_: object) -> object:
        reached.append(asked)
        raise OSError("watched")

    for _, body, how in COLLECTION:
        parse(body, **how)  # modules are loaded before the doors are watched
    monkeypatch.setattr(socket.socket, "connect", record)
    monkeypatch.setattr(urllib.request, "urlopen", record)
    monkeypatch.setattr(builtins, "open", record)
    for _, body, how in COLLECTION:
        parse(body, **how)
    assert reached == []


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(["<b>", "</p>", "&lt;", "&amp;lt;i&amp;gt;", "<scr<script>ipt>", "<!--", "x"])
    ).map("".join)
)
def test_text_made_of_any_markup_has_no_tag_left(markup: str) -> None:
    for tag in ("<script", "<b>", "</p>", "<i>", "<img"):
        assert tag not in to_text(markup).lower()


def test_an_item_without_words_is_still_an_item() -> None:
    (item,) = parse(b"<rss><channel><item/></channel></rss>").items
    assert isinstance(item, Item)
    assert item.key
