"""python -m monitors replay: feed documents in, JSON Lines in time order out."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitors.__main__ import main
from monitors.relevance import Judge
from monitors.stories import replay
from monitors.watchlist import watchlist_from_json

SCRIPTED = Path(__file__).parent / "afternoons" / "hoax-day" / "1-kxtv-9-news.xml"
WATCHLIST = {
    "id": "alder-falls",
    "state": "Iowa",
    "city": "Alder Falls",
    "county": "Bremer County",
    "population": 24800,
    "district": {"name": "Alder Falls School District", "schools": ["Orrin Middle School"]},
    "agencies": [{"name": "Alder Falls Police Department", "kind": "partner"}],
}


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


def rss(*entries: Sequence[str], title: str = "Alder Falls Courier") -> str:
    """A feed of (title, date, guid) entries; an empty date or guid is left out."""
    items = []
    for headline, date, guid in entries:
        parts = [
            f"<title>{headline}</title>",
            f"<link>https://courier.example/{escape(headline[:20])}</link>",
        ]
        parts += [f"<pubDate>{date}</pubDate>"] if date else []
        parts += [f"<guid>{guid}</guid>"] if guid else []
        items.append(f"<item>{''.join(parts)}</item>")
    return f"<rss version='2.0'><channel><title>{title}</title>{''.join(items)}</channel></rss>"


def at(clock: str, day: int = 18) -> str:
    return f"Tue, {day} Nov 2025 {clock}:00 -0600"


@pytest.fixture
def played(tmp_path: Path) -> Any:
    """Plays documents with the watchlist of Alder Falls; the events, parsed."""
    (tmp_path / "watchlist.json").write_text(json.dumps(WATCHLIST))

    def run(*documents: str) -> list[dict[str, Any]]:
        names = []
        for n, document in enumerate(documents):
            (tmp_path / f"{n}.xml").write_text(document, encoding="utf-8")
            names.append(str(tmp_path / f"{n}.xml"))
        out = io.StringIO()
        assert replay.run("replay", [*names, "--watchlist", str(tmp_path / "watchlist.json")], out) == 0
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return run


def items(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == "item"]


def test_documents_are_merged_in_time_order(played: Any) -> None:
    newest_first = rss(("Third", at("15:00"), "c"), ("First", at("13:00"), "a"))
    rising = rss(("Second", at("14:00"), "b"), ("Fourth", at("16:00"), "d"))
    assert [i["title"] for i in items(played(newest_first, rising))] == ["First", "Second", "Third", "Fourth"]


def test_an_undated_entry_stands_between_its_neighbors(played: Any) -> None:
    newest_first = rss(("Late", at("16:00"), "d"), ("Undated", "", "u"), ("Early", at("12:00"), "a"))
    other = rss(("At one", at("13:00"), "b"), ("At three", at("15:00"), "c"))
    titles = [i["title"] for i in items(played(newest_first, other))]
    assert titles == ["Early", "At one", "Undated", "At three", "Late"]


def test_undated_entries_at_the_ends_follow_the_neighbor_they_have(played: Any) -> None:
    newest_first = rss(
        ("Top", "", "t"), ("Late", at("16:00"), "d"), ("Early", at("12:00"), "a"), ("Bottom", "", "z")
    )
    assert [i["title"] for i in items(played(newest_first))] == ["Bottom", "Early", "Late", "Top"]


def test_a_document_without_dates_is_played_last_and_oldest_first(played: Any) -> None:
    undated = rss(("Newer", "", "n"), ("Older", "", "o"))
    assert [i["title"] for i in items(played(undated, rss(("Dated", at("12:00"), "d"))))] == [
        "Dated",
        "Older",
        "Newer",
    ]


def test_titles_are_unescaped_without_tags_and_otherwise_as_they_were(played: Any) -> None:
    document = rss(
        (
            "Police &amp;amp; &lt;b&gt;district&lt;/b&gt;  say: &amp;#8220;all clear&amp;#8221;",
            at("12:00"),
            "a",
        )
    )
    assert items(played(document))[0]["title"] == "Police & district  say: “all clear”"


def test_the_key_is_the_id_where_it_is_unique(played: Any) -> None:
    document = rss(("One", at("12:00"), "id-1"), ("Two", at("13:00"), "same"), ("Three", at("14:00"), "same"))
    keys = {i["title"]: i["key"] for i in items(played(document))}
    assert keys["One"] == "id-1"
    assert len(set(keys.values())) == 3
    assert "same" not in keys.values()


def test_each_line_has_the_keys_that_were_agreed(played: Any) -> None:
    document = rss(
        ("Orrin Middle School on lockdown after bomb threat, Alder Falls police say", at("09:00"), "a"),
        (
            "Lockdown lifted at Orrin Middle School; Alder Falls police call bomb threat a hoax",
            at("10:00"),
            "b",
        ),
    )
    events = played(document)
    keys = {event["event"]: set(event) for event in events}
    assert keys["item"] == {"event", "key", "title", "link", "stories", "tier", "relevant", "why_grouped"}
    assert keys["alert"] == {"event", "story", "key", "tier", "severity", "incident_type", "reasons"}
    assert keys["turn"] == {"event", "story", "key", "what"}
    first, second = items(events)
    assert first["stories"] == second["stories"]
    assert first["why_grouped"] == []
    assert any("Orrin" in why for why in second["why_grouped"])
    assert [event["key"] for event in events if event["event"] == "alert"] == ["a"]
    assert [e["what"] for e in events if e["event"] == "turn" and e["key"] == "b"] != []


def test_what_an_item_raises_is_printed_behind_it(played: Any) -> None:
    document = rss(
        ("Orrin Middle School on lockdown after bomb threat, Alder Falls police say", at("09:00"), "a")
    )
    assert [event["event"] for event in played(document)] == ["item", "alert"]


def test_an_entry_in_two_documents_alerts_once(played: Any) -> None:
    entry = ("Orrin Middle School on lockdown after bomb threat, Alder Falls police say", at("09:00"), "a")
    events = played(rss(entry), rss(("Bake sale Saturday", at("09:30"), "s"), entry))
    assert len({tuple(i["stories"]) for i in items(events) if i["key"] == "a"}) == 1
    assert len([event for event in events if event["event"] == "alert"]) == 1


def test_years_old_entries_are_judged_as_of_their_own_day(played: Any) -> None:
    old = rss(("Orrin Middle School on lockdown after bomb threat", "Tue, 05 May 2015 09:00:00 -0500", "a"))
    assert [event["event"] for event in played(old)] == ["item", "alert"]


def test_a_follow_up_is_worth_what_its_story_is_worth(played: Any) -> None:
    document = rss(
        ("Orrin Middle School on lockdown after bomb threat, Alder Falls police say", at("09:00"), "a"),
        ("Students return to class after this morning's lockdown over threat", at("10:00"), "b"),
    )
    first, second = items(played(document))
    assert second["stories"] == first["stories"]
    assert second["relevant"]
    assert second["tier"] <= first["tier"]


def test_bad_documents_are_named_and_the_rest_is_played(
    played: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    events = played("<html>no feed</html>", "", rss(("Bake sale", at("09:00"), "a")))
    assert [i["title"] for i in items(events)] == ["Bake sale"]
    sentences = capsys.readouterr().err
    assert "0.xml: " in sentences
    assert "1.xml: " in sentences


def test_a_file_that_is_not_there_is_a_sentence_and_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "w.json").write_text("{}")
    code = main(["replay", str(tmp_path / "gone.xml"), "--watchlist", str(tmp_path / "w.json")])
    assert code == 2
    assert "gone.xml" in capsys.readouterr().err


def test_times_between_neighbors_are_half_way() -> None:
    noon, two = datetime(2025, 11, 18, 12, tzinfo=UTC), datetime(2025, 11, 18, 14, tzinfo=UTC)
    assert replay._times([noon, None, two], latest=two)[1] == datetime(2025, 11, 18, 13, tzinfo=UTC)


ENTRIES = st.lists(
    st.tuples(
        st.text(alphabet="abcz &<>'\"é“ 0", min_size=1, max_size=30).filter(str.strip),
        st.one_of(st.none(), st.datetimes(datetime(2025, 11, 1), datetime(2025, 11, 30))),
        st.sampled_from(["", "one", "two", "three", "four"]),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ENTRIES, min_size=1, max_size=3))
def test_every_entry_arrives_once_in_time_order_with_a_title_nobody_changed(feeds: list[Any]) -> None:
    documents = [
        rss(*((escape(title), format_datetime(date) if date else "", guid) for title, date, guid in feed))
        for feed in feeds
    ]
    told, _ = replay.arrivals((document.encode(), f"{n}.xml") for n, document in enumerate(documents))
    said = sorted(title for feed in feeds for title, _, _ in feed)
    if not any(mark in title for title in said for mark in "<&"):
        assert sorted(arrival.item.title for arrival in told) == sorted(title.strip() for title in said)
    assert len(told) == len(said)
    assert [arrival.at for arrival in told] == sorted(arrival.at for arrival in told)


def test_what_an_outage_left_behind_is_played_whole() -> None:
    many = rss(*((f"Garden club meets, part {n}", at("12:00"), f"g{n}") for n in range(4321)))
    told, sentences = replay.arrivals([(many.encode(), "many.xml")])
    assert [len(told), len({arrival.key for arrival in told}), sentences] == [4321, 4321, []]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_document_broken_anywhere_is_played_as_far_as_it_can_be_read(data: st.DataObject) -> None:
    whole = SCRIPTED.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    mark = data.draw(st.binary(max_size=3))
    broken = (
        whole[:cut] + mark + whole[cut + data.draw(st.integers(0, 40)) :][: data.draw(st.integers(0, 9000))]
    )
    told, sentences = replay.arrivals([(broken, "broken.xml")])
    assert told or sentences or b"<item" not in broken.replace(b"<entry", b"<item")
    assert all(isinstance(json.dumps([a.item.title, a.key]), str) for a in told)


@pytest.mark.parametrize(
    "change",
    [
        "Correction: no student was hurt in Orrin Middle School lockdown",
        "Courier retracts report of gun at Orrin Middle School",
        "Number of students hurt at Orrin Middle School rises to six",
        "Six students hurt in Orrin Middle School lockdown, not four, Alder Falls police say",
    ],
)
def test_a_retraction_or_a_changed_count_is_one_turn_however_many_tell_of_it(
    played: Any, change: str
) -> None:
    first = "Four students hurt in lockdown at Orrin Middle School, Alder Falls police say"
    events = played(
        rss(("Bake sale Saturday", at("11:00"), "s"), (change, at("10:00"), "b"), (first, at("09:00"), "a")),
        rss((change, at("10:30"), "c"), title="KXTV 9"),
    )
    assert len({tuple(item["stories"]) for item in items(events) if item["key"] != "s"}) == 1
    assert [event["key"] for event in events if event["event"] == "turn"] == ["b"]
    assert [event["key"] for event in events if event["event"] == "alert"] == ["a"]


def test_a_re_dated_story_joins_its_own_and_raises_nothing(played: Any) -> None:
    told = ("Orrin Middle School on lockdown after bomb threat, Alder Falls police say", at("09:00"), "a")
    again = (told[0], "Tue, 25 Nov 2025 09:00:00 -0600", "z")
    events = played(rss(told), rss(again, title="Mirror of the news"))
    assert len({tuple(item["stories"]) for item in items(events)}) == 1
    assert [event["key"] for event in events if event["event"] == "alert"] == ["a"]


ODD_TITLES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            " ",
            "<b>Bold</b>",
            "A & B",
            "5 < 6",
            "two\u2028lines",
            "next\x85line",
            "‮Man shot‬",
            "🚨" * 40,
            "x" * 9000,
            "CORRECTION:",
            "Round-up: ; ;",
            "Weekly: , and ,",
            "26-11764",
            "1-2, not 3",
            "Hombre herido el lunes en tiroteo",
        ]
    ),
)
ODD_DATES = st.one_of(
    st.just(""),
    st.sampled_from(["2025", "2025-11-18", "1-1-1", "Monday", "Tue, 99 Foo 2025", "1763467200"]),
    st.sampled_from(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2025-11-18T12:00:00+14:00"]),
)
ODD_ENTRIES = st.lists(
    st.tuples(ODD_TITLES, ODD_DATES, st.sampled_from(["", "a", "b", " ", "‮id"])), max_size=6
)


def atom(*entries: Sequence[str]) -> str:
    """The same as `rss`, as Atom with CDATA titles."""
    told = [
        f"<entry><title><![CDATA[{title.replace(']]>', '')}]]></title><summary>Monday night, police said.</summary>"
        + (f"<updated>{date}</updated>" if date else "")
        + (f"<id>{escape(own)}</id>" if own else "")
        + "</entry>"
        for title, date, own in entries
    ]
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Courier</title>{''.join(told)}</feed>"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ODD_ENTRIES, st.booleans()), min_size=1, max_size=3))
def test_however_odd_the_entries_each_is_one_item_line(judge: Judge, feeds: list[Any]) -> None:
    written = [
        atom(*entries)
        if as_atom
        else rss(*((escape(title), date, escape(own)) for title, date, own in entries))
        for entries, as_atom in feeds
    ]
    told, _ = replay.arrivals((text.encode("utf-8", "ignore"), f"{n}.xml") for n, text in enumerate(written))
    watchlist = watchlist_from_json(json.dumps(WATCHLIST))
    events = list(replay.replay(told, judge, watchlist))
    assert len(items(events)) == sum(len(entries) for entries, _ in feeds)
    assert all(set(item["stories"]) for item in items(events))


def test_a_line_is_a_line_whatever_breaks_a_title_holds(played: Any) -> None:
    titles = ["two\u2028lines", "next\u2029line", "Ünïcödé 🚨"]
    document = rss(*((title, at(f"{9 + n}:00"), str(n)) for n, title in reversed(list(enumerate(titles)))))
    assert [item["title"] for item in items(played(document))] == titles
