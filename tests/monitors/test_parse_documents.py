"""Every document in `documents/` is read as the expectation beside it says. A new fault is a new document."""

from __future__ import annotations

import pickle
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitors.items import Item
from monitors.parse import FAILURES, Parsed, parse
from monitors.parse.cap import references_of
from monitors.parse.document import strict_tree
from monitors.parse.plain import plain_reading
from monitors.text import visible, without_outlet

DOCUMENTS = Path(__file__).parent / "documents"
EXPECTATIONS = sorted(DOCUMENTS.glob("*.yaml"))


def read(expectation: Path) -> tuple[dict[str, Any], bytes, Parsed]:
    said = yaml.safe_load(expectation.read_text("utf-8"))
    body = expectation.with_suffix("").read_bytes()
    return (
        said,
        body,
        parse(body, kind=said.get("as"), url=said.get("url", ""), options=said.get("options", {})),
    )


def shown(item: Item, name: str) -> object:
    """What an expectation may say of an item: a field, or what can be worked out from it."""
    if name in {"published", "updated", "expires"}:
        moment = getattr(item, name)
        return moment.isoformat() if moment else None
    if name == "headline":
        return without_outlet(item.title, item.outlet)
    if name == "shown":
        return visible(item.title)
    return list(references_of(item)) if name == "references" else getattr(item, name)


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda path: path.stem)
def test_a_document_is_read_as_expected(expectation: Path) -> None:
    said, body, parsed = read(expectation)

    assert parsed.kind == said["kind"]
    assert parsed.failure == said.get("failure")
    assert parsed.failure is None or FAILURES[parsed.failure]
    assert parsed.partly == said.get("partly", parsed.partly)
    assert list(map(list, parsed.links)) == said.get("links", [])
    assert parsed.title == said.get("title", parsed.title)
    if "refresh" in said:
        assert parsed.refresh == (timedelta(minutes=said["refresh"]) if said["refresh"] else None)
    assert parsed.rule == said.get("rule", parsed.rule)
    expected = said.get("items", [])
    assert parsed.entries == said.get("entries", len(expected)) == len(parsed.items)
    for item, wanted in zip(parsed.items, expected, strict=True):
        for name, value in wanted.items():
            if name == "facts" and value:
                assert {key: item.facts.get(key) for key in value} == value
            elif value != "*":
                assert shown(item, name) == value, name
    assert len({item.key for item in parsed.items}) == len(parsed.items)
    if "plain" in said:
        tree = strict_tree(body)
        assert (tree is not None and plain_reading(tree) is not None) == said["plain"]


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda path: path.stem)
def test_what_was_read_survives_the_way_between_processes(expectation: Path) -> None:
    _, _, parsed = read(expectation)
    assert pickle.loads(pickle.dumps(parsed)) == parsed


@pytest.mark.parametrize("name", ["feed.json", "cap-alert.xml", "instead-of-feed.html", "wordpress.rss"])
def test_the_bytes_outweigh_what_a_source_was_called(name: str) -> None:
    body = (DOCUMENTS / name).read_bytes()
    assert all(parse(body, kind=kind) == parse(body) for kind in ("feed", "cap", "police", "sitemap"))


def test_every_document_has_its_expectation() -> None:
    documents = {path.name for path in DOCUMENTS.iterdir() if path.suffix != ".yaml"}
    assert documents == {path.stem for path in EXPECTATIONS}
