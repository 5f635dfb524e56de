"""Plain words, links that may be shown, titles that are the same, dates, and the keys of entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.items import Item, KeyRule, keys_for
from monitors.parse.dates import read_date, wall_clock
from monitors.parse.discovery import discover
from monitors.text import (
    clean_link,
    folded,
    host_of,
    safe_link,
    same_title,
    to_text,
    to_title,
    unwrapped,
    visible,
    without_outlet,
)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One Two"),
        ("Lock<b>down</b> at <i>Vale</i>", "Lockdown at Vale"),
        ("a<br>b<br/>c", "a b c"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("&lt;p&gt;AT&amp;amp;T&lt;/p&gt;", "AT&T"),
        ("<a title='x > y'>k</a>", "k"),
        (
            "say <someone@x.example> or <https://x.example/a>",
            "say <someone@x.example> or <https://x.example/a>",
        ),
        ("<script>if (a<b) alert('x')</script>after", "after"),
        ("<style>p > a {}</style>after<!-- not <b> this -->", "after"),
        ("before<script>never closed", "before"),
        ('cut <img src="https://x.example/a', "cut"),
        ("<o:p>Word</o:p><![if !vml]>x<![endif]>", "Word x"),
        ("&nbsp;&#8211;&nbsp;x&#0;&#xD800;", "– x��"),
    ],
)
def test_text_of_markup(markup: str, text: str) -> None:
    assert to_text(markup) == text


def test_a_title_keeps_its_spacing_and_its_outlet() -> None:
    assert to_title(" Two  <b>bold</b>   words - The Courier ") == "Two  bold   words - The Courier"


@given(st.text())
def test_plain_words_stay_as_they_are(text: str) -> None:
    plain = "".join(letter for letter in text if letter.isalnum() or letter in " ,.!?-")
    assert to_text(plain) == " ".join(plain.split())


@pytest.mark.parametrize(
    ("raw", "link"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        ("http://a.example", "http://a.example"),
        ("/x", "https://base.example/x"),
        ("JAVASCRIPT:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("https://user:pw@a.example/", ""),
        ("https:///a.example/x", "https://a.example/x"),
        ("http://[::1", ""),
        ("http://a.example:99999/", ""),
        ("https://a.example/" + "x" * 9000, ""),
        ("https://münchen.example/ä", "https://münchen.example/ä"),
        ("", ""),
    ],
)
def test_links_that_may_be_shown(raw: str, link: str) -> None:
    assert safe_link(raw, "https://base.example/feed" if raw else "") == link


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_link_is_of_the_web_or_none(raw: str, base: str) -> None:
    link = safe_link(raw, base)
    assert link == "" or link.startswith(("http://", "https://"))
    assert not set(link) & set('<>"\\` \n\t')
    clean_link(raw), host_of(raw), unwrapped(link)


def test_campaign_marks_count_for_showing_and_not_for_comparing() -> None:
    shown = "http://www.courier.example/a/?utm_source=rss&id=4&fbclid=9#top"
    assert safe_link(shown) == shown
    assert (
        clean_link(shown) == clean_link("https://courier.example/a?id=4") == "https://courier.example/a?id=4"
    )
    assert clean_link("https://courier.example/a?id=5") != clean_link(shown)


def test_a_redirect_is_unwrapped_only_when_it_says_where_it_leads() -> None:
    assert unwrapped("https://www.google.com/url?url=https://a.example/b&ct=ga") == "https://a.example/b"
    for kept in (
        "https://www.google.com/url?url=javascript:x",
        "https://news.google.com/rss/articles/CBMi?oc=5",
    ):
        assert unwrapped(kept) == kept


def test_titles_that_say_the_same() -> None:
    assert same_title("Police: ‘No threat’ at Vale", "POLICE - no threat at Vale!")
    assert same_title("P\u043elice at Vale", "Police at V\u200bale")
    assert not same_title("Police at Vale", "Police at Holt")
    assert not same_title("", "…")
    assert without_outlet("Chief out - for now - The Courier", "the courier") == "Chief out - for now"
    assert without_outlet("The Courier", "The Courier") == "The Courier"


def test_tricks_are_shown_and_foreign_words_are_left_alone() -> None:
    assert (
        visible("P\u043elice \u202egnp.exe Привет Ελλάδα שלום") == "P‹о›lice ‹RLO›gnp.exe Привет Ελλάδα שלום"
    )
    assert folded("P\u043elice\u200b at V\u0430le") == "Police at Vale"
    assert visible("Peña, café") == folded("Peña, café") == "Peña, café"


def test_a_wall_clock_that_never_learned_of_summer() -> None:
    july = "Mon, 07 Jul 2025 10:14:00 -0800"
    assert read_date(july) == datetime(2025, 7, 7, 18, 14, tzinfo=UTC)
    assert wall_clock(july, "America/Los_Angeles") == datetime(2025, 7, 7, 17, 14, tzinfo=UTC)


@given(
    st.text(max_size=40)
    | st.from_regex(r"[0-9]{1,4}[-/ ][0-9]{1,2}[-/ ][0-9]{1,4}( [0-9:]{4,8})?( [A-Z+-]{1,4}[0-9]{0,4})?")
)
def test_a_date_is_a_moment_in_utc_or_none(text: str) -> None:
    for zone in (None, "America/Chicago", "no/such", "../etc"):
        moment = read_date(text, zone)
        assert moment is None or moment.tzinfo is UTC


@dataclass(frozen=True)
class Told:
    id: str = ""
    link: str = ""
    title: str = "Update"
    text: str = ""
    date: str = ""


def test_entries_are_known_by_id_then_link_then_title_and_date() -> None:
    assert keys_for([Told(id="a"), Told(id="b")]) == (KeyRule.ID, ("a", "b"))
    assert keys_for([Told(id="a", link="x"), Told(id="a", link="y")]) == (KeyRule.LINK, ("x", "y"))
    assert keys_for([Told(id="a", link="x"), Told(link="x")])[0] is KeyRule.TITLE_AND_DATE
    assert keys_for([]) == (KeyRule.ID, ())


def test_a_new_entry_on_top_changes_no_key_below_it() -> None:
    before = [Told(text="second"), Told(text="first")]
    after = [Told(text="third"), *before]
    assert keys_for(after)[1][1:] == keys_for(before)[1]
    assert len(set(keys_for([*after, *after])[1])) == 6


def test_an_edited_text_keeps_its_key() -> None:
    assert keys_for([Told(text="a dozen", date="Monday")]) == keys_for(
        [Told(text="21 people", date="Monday")]
    )


@pytest.mark.parametrize(
    ("status", "actual"), [("Actual", True), ("Test", False), ("Exercise", False), ("Draft", False)]
)
def test_only_an_actual_alert_may_alert(status: str, actual: bool) -> None:
    assert Item("k", "t", facts={"status": status}).is_actual is actual
    assert Item("k", "t").is_actual


@pytest.mark.parametrize("status", ["ONSCENE", "Closed", "test pending"])
def test_a_dispatch_row_has_a_status_of_its_own(status: str) -> None:
    assert Item("k", "t", facts={"status": status}).is_actual


def test_a_page_names_its_feeds_declared_ones_first() -> None:
    page = b"""<head><link title=News type="application/rss+xml" rel=alternate href=/feed/>
    <link rel="alternate" type="application/rss+xml" title="News &raquo; Comments Feed" href="/comments/feed/">
    <link rel="stylesheet" href="/s.css"><link rel="alternate" hreflang="es" href="/es/"></head>
    <a href="https://a.example/RSSFeed.aspx?ModID=1&amp;CID=All">RSS</a> <a href="javascript:/feed/">x</a> <a href="/feed/">again</a>"""
    assert discover(page, "https://a.example/news") == (
        ("News", "https://a.example/feed/"),
        ("", "https://a.example/RSSFeed.aspx?ModID=1&CID=All"),
    )
