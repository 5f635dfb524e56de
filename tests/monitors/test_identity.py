"""New, edited, renamed, late, undated: what each entry of a document is to us."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitors import identity
from monitors.identity import Change, Dated, Old
from monitors.items import Item
from tests.monitors.hostile import NOON

HOUR = timedelta(hours=1)
CRASH = Item("id-1", "Bus crash on Mill Road", "Two hurt.", "https://courier.example/1", NOON - HOUR)


def stored(item: Item, number: int = 1) -> Old:
    return Old(
        number,
        item.key,
        item.title,
        item.text,
        item.link,
        item.published,
        item.place,
        item.facts,
        item.expires,
    )


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"title": "Bus crash on Mill Road: one dead"}, Change.MATERIAL),
        ({"title": "BUS CRASH ON MILL ROAD!"}, Change.MINOR),
        ({"text": "Three hurt."}, Change.MINOR),
        ({"place": "Mill Road"}, Change.MINOR),
        ({"link": "https://courier.example/1?x"}, Change.MINOR),
        ({"expires": NOON}, Change.MINOR),
        ({"facts": {"severity": "Extreme"}}, Change.MATERIAL),
        ({"facts": {"msgType": "Cancel"}}, Change.MATERIAL),
        ({"facts": {"unit": "E4"}}, Change.MINOR),
        ({"published": NOON}, Change.REDATED),
        ({"updated": NOON, "published": NOON}, Change.REDATED),
    ],
)
def test_an_edit_is_weighed_by_what_a_reader_sees(edit: dict[str, object], expected: Change) -> None:
    assert identity.change(stored(CRASH), replace(CRASH, **edit)) is expected  # type: ignore[arg-type]


def test_another_update_time_alone_is_no_edit() -> None:
    assert identity.digest(CRASH) == identity.digest(replace(CRASH, updated=NOON))
    assert identity.digest(CRASH) != identity.digest(replace(CRASH, text="Two hurt"))
    assert identity.digest(CRASH) != identity.digest(replace(CRASH, published=NOON))


@pytest.mark.parametrize(
    ("published", "first", "backfill", "late", "dated", "at"),
    [
        (NOON - HOUR / 2, False, False, False, Dated.GIVEN, NOON - HOUR / 2),
        (NOON - 9 * HOUR, False, False, True, Dated.GIVEN, NOON - 9 * HOUR),
        (NOON - 900 * HOUR, False, False, True, Dated.GIVEN, NOON - 900 * HOUR),
        (NOON - HOUR / 2, True, False, False, Dated.GIVEN, NOON - HOUR / 2),
        (NOON - 23 * HOUR, True, False, False, Dated.GIVEN, NOON - 23 * HOUR),
        (NOON - 25 * HOUR, True, True, False, Dated.GIVEN, NOON - 25 * HOUR),
        (None, False, False, False, Dated.MISSING, NOON),
        (None, True, True, False, Dated.MISSING, NOON),
        (NOON + 5 * HOUR, False, False, False, Dated.FUTURE, NOON),
        (NOON + 5 * HOUR, True, True, False, Dated.FUTURE, NOON),
        (NOON + timedelta(minutes=5), False, False, False, Dated.GIVEN, NOON),
    ],
)
def test_the_marks_of_a_new_item(
    published: datetime | None, first: bool, backfill: bool, late: bool, dated: Dated, at: datetime
) -> None:
    item = replace(CRASH, published=published)
    marks = identity.marks(item, NOON, first=first, flood=False, last_ok=NOON - HOUR)
    assert (marks.backfill, marks.seen_late, marks.dated, marks.at) == (backfill, late, dated, at)


def test_a_flood_of_old_entries_is_treated_as_a_first_fetch_and_a_fresh_one_is_not() -> None:
    old, fresh = replace(CRASH, published=NOON - 90 * HOUR), CRASH
    assert identity.marks(old, NOON, first=False, flood=True, last_ok=NOON - HOUR).backfill
    assert not identity.marks(fresh, NOON, first=False, flood=True, last_ok=NOON - HOUR).backfill


@pytest.mark.parametrize(
    ("entries", "unknown", "expected"), [(30, 30, True), (30, 19, True), (30, 18, False), (2, 2, False)]
)
def test_a_document_that_is_mostly_unknown_is_suspected_of_renaming(
    entries: int, unknown: int, expected: bool
) -> None:
    assert identity.floods(entries, unknown) is expected


def reports(count: int, key: str = "old", **same: object) -> list[Item]:
    return [
        replace(
            CRASH,
            key=f"{key}-{n}",
            title=f"Report {n}",
            link=f"https://x.example/{n}",
            published=NOON - n * HOUR,
        )
        for n in range(count)
    ]


def test_renamed_entries_are_recognised_by_their_links() -> None:
    old = [stored(item, number) for number, item in enumerate(reports(5), 1)]
    assert identity.renamed(reports(5, "new"), old) == {f"new-{n}": n + 1 for n in range(5)}


def test_a_link_that_all_share_recognises_nobody_but_title_and_date_do() -> None:
    shared = [replace(item, link="https://county.example/calls") for item in reports(5)]
    old = [stored(item, number) for number, item in enumerate(shared, 1)]
    new = [replace(item, key=item.key.replace("old", "new")) for item in shared]
    assert identity.renamed(new, old) == {f"new-{n}": n + 1 for n in range(5)}


def test_what_truly_is_new_among_renamed_entries_stays_new() -> None:
    old = [stored(item, number) for number, item in enumerate(reports(5), 1)]
    news = replace(
        CRASH, key="new-9", title="Pursuit ends at Orrin Middle School", link="https://x.example/99"
    )
    assert "new-9" not in identity.renamed([*reports(5, "new"), news], old)


def test_one_stored_item_is_never_given_to_two_entries() -> None:
    twins = [replace(CRASH, key=f"new-{n}", link=f"https://x.example/n{n}", published=None) for n in range(2)]
    assert identity.renamed(twins, [stored(CRASH)]) == {}
