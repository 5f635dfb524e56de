"""Which stories interrupt, once: from rows of items to what the Alerts screen shows."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitors import alerts
from monitors.alerts import Told, alerts_for
from monitors.alerts.decide import Raised
from monitors.database import Store
from monitors.relevance import Judge
from monitors.store import MIGRATIONS, open_monitors, stamp
from monitors.stories.turns import Turn
from monitors.watchlist import Agency, District, School, Watchlist

NOW = datetime(2026, 3, 10, 20, tzinfo=UTC)
ALDER_FALLS = Watchlist(
    id="alder-falls",
    state="Iowa",
    city="Alder Falls",
    county="Bremer County",
    population=24_800,
    district=District("Alder Falls School District", schools=(School("Orrin Middle School"),)),
    agencies=(Agency("Alder Falls Police Department"),),
)
LOCKDOWN = "Orrin Middle School on lockdown after bomb threat, Alder Falls police say"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


class Desk:
    """A monitors.db with one source, items put in as a sweep would, and passes over them."""

    def __init__(self, store: Store, judge: Judge) -> None:
        self.store = store
        self._judge = judge
        self._count = 0
        store.table("sources").insert(
            {"url": "https://kxtv.example/feed", "address": "kxtv.example/feed", "domain": "kxtv.example"}
            | {"name": "KXTV 9 News", "kind": "feed", "added_at": stamp(NOW)}
        )

    def put(self, title: str, text: str = "", minutes: float = 0, **more: object) -> int:
        """An item told `minutes` after NOW and seen at once; its id."""
        self._count += 1
        at = stamp(NOW + timedelta(minutes=minutes))
        row = {
            "source_id": 1, "key": f"k{self._count}", "title": title, "text": text, "published": at, "at": at,
            "link": f"https://kxtv.example/stories/{self._count}", "seen_at": at, "outlet": "", "place": "",
            "facts": "{}", "backfill": 0, "seen_late": 0, "dated": "given", "digest": _digest(title, text),
        } | more  # fmt: skip
        return int(self.store.table("items").insert(row).last_pk or 0)

    def edit(self, item_id: int, title: str, text: str, minutes: float, material: bool) -> None:
        """What a sweep does when a source edits an item in place."""
        row = self.store.row_of("select * from items where id = ?", item_id) or {}
        changed = stamp(NOW + timedelta(minutes=minutes))
        kept = ("title", "text", "link", "published", "updated", "expires", "place", "facts", "seen_at")
        revision = {name: row[name] for name in kept} | {"item_id": item_id, "replaced_at": changed}
        self.store.table("revisions").insert(revision | {"material": int(material)})
        new = {"title": title, "text": text, "changed_at": changed, "digest": _digest(title, text)}
        self.store.table("items").update(item_id, new)

    def hear(self, minutes: float = 1) -> alerts.Heard:
        return alerts.hear(self.store, self._judge, ALDER_FALLS, NOW + timedelta(minutes=minutes))


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode()).digest()


@pytest.fixture
def desk(tmp_path: Path, judge: Judge) -> Iterator[Desk]:
    with open_monitors(tmp_path) as store:
        yield Desk(store, judge)


# --- the decision -------------------------------------------------------------------------------------------------


def told(item_id: int, tier: str = "T1", **more: object) -> Told:
    given = {"relevant": tier in ("T0", "T1", "T2"), "severity": "elevated", "incident_type": "threat"} | more
    return Told(item_id, NOW + timedelta(minutes=item_id), tier, **given)  # type: ignore[arg-type]


NEW = Raised(1, 1, "new", "T2", "watch", "threat")


def test_a_story_raises_one_alert_for_its_most_urgent_item() -> None:
    (raised,) = alerts_for(1, (), [told(1, "T2"), told(2, "T0"), told(3, "T1")])
    assert (raised.kind, raised.item_id, raised.tier) == ("new", 2, "T0")


def test_t3_and_t4_interrupt_nobody() -> None:
    assert alerts_for(1, (), [told(1, "T3"), told(2, "T4")]) == ()


def test_a_story_that_begins_to_page_is_raised_once() -> None:
    assert [r.kind for r in alerts_for(1, [NEW], [told(2, "T0"), told(3, "T1")])] == ["raise"]
    assert alerts_for(1, [NEW, Raised(1, 2, "raise", "T0", "watch", "threat")], [told(3, "T0")]) == ()


def test_a_story_that_pages_already_is_not_raised() -> None:
    assert alerts_for(1, [Raised(1, 1, "new", "T1", "watch", "threat")], [told(2, "T0")]) == ()


def test_each_subject_turns_a_story_once() -> None:
    count, custody = (
        Turn("hurt", "from 3 hurt to 5 hurt", "F"),
        Turn("custody", "from at large to in custody", "C"),
    )
    raised = alerts_for(1, [NEW], [told(2, "T4", turns=(count, custody)), told(3, "T4", turns=(count,))])
    assert [(r.kind, r.subject, r.item_id) for r in raised] == [("turn", "hurt", 2), ("turn", "custody", 2)]
    assert alerts_for(1, [NEW, *raised], [told(4, "T4", turns=(count,))]) == ()


def test_a_story_that_never_alerted_does_not_turn() -> None:
    assert alerts_for(1, (), [told(2, "T4", turns=(Turn("hurt", "from 3 hurt to 5 hurt", "F"),))]) == ()


def test_a_silent_item_raises_nothing() -> None:
    assert alerts_for(1, (), [told(1, "T0", silent="It is an old story under a new date.")]) == ()
    turn = (Turn("hurt", "from 3 hurt to 5 hurt", "F"),)
    assert alerts_for(1, [NEW], [told(2, "T0", silent="It is marked Test.", turns=turn)]) == ()


def test_a_minor_edit_is_no_second_alert_and_may_be_the_first() -> None:
    assert alerts_for(1, [NEW], [told(2, "T0", minor=True)]) == ()
    assert [r.kind for r in alerts_for(1, (), [told(2, "T0", minor=True)])] == ["new"]


# --- hearing ------------------------------------------------------------------------------------------------------


def test_one_alert_for_a_story_told_by_many(desk: Desk) -> None:
    desk.put(LOCKDOWN, "The school was locked down at 1 p.m. after a caller said there was a bomb.")
    desk.put(
        "Orrin Middle School in lockdown over bomb threat", "Police are searching Orrin Middle School.", 3
    )
    desk.put("Bake sale raises $400 for library roof", minutes=4)
    heard = desk.hear(5)
    assert (len(heard.alerts), heard.judged) == (1, 3)
    desk.put("Bomb threat locks down Orrin Middle School - Courier", minutes=6)
    assert desk.hear(7).alerts == ()
    (alert,) = alerts.waiting(desk.store)
    assert alert.headline == LOCKDOWN
    assert [item.title[:11] for item in alert.items] == ["Orrin Middl", "Orrin Middl", "Bomb threat"]
    assert all(item.why for item in alert.items[1:])


def test_an_alert_says_why_in_the_words_of_its_headline(desk: Desk) -> None:
    desk.put(LOCKDOWN)
    (alert_id,) = desk.hear().alerts
    alert = alerts.alert(desk.store, alert_id)
    assert alert is not None
    assert alert.reasons
    assert any("Orrin Middle" in alert.headline[m.start : m.end] for m in alert.marks)
    assert (alert.kind, alert.outlet, alert.published) == ("new", "KXTV 9 News", NOW)
    assert alerts.alert(desk.store, 99) is None


def test_a_source_of_our_place_needs_not_name_it_and_what_a_search_brings_does(desk: Desk) -> None:
    desk.store.execute("update sources set name = 'The Valley Courier', place = 'Alder Falls'")
    desk.put("Police shoot man outside tavern")
    desk.put("Police shoot man outside diner", minutes=1, outlet="KQXD News")
    desk.hear(2)
    assert [a.headline for a in alerts.waiting(desk.store)] == ["Police shoot man outside tavern"]


def test_nothing_is_judged_twice(desk: Desk) -> None:
    desk.put(LOCKDOWN)
    assert desk.hear().judged == 1
    assert desk.hear() == alerts.Heard()


@pytest.mark.parametrize(
    ("silencing", "why"),
    [
        ({"backfill": 1}, "first fetch"),
        ({"dated": "redated"}, "old story"),
        ({"facts": json.dumps({"status": "Test", "msgType": "Alert"})}, "Test"),
        ({"facts": json.dumps({"status": "Exercise"})}, "Exercise"),
        ({"facts": json.dumps({"status": "Actual", "msgType": "Cancel"})}, "takes an earlier alert back"),
        ({"link": "https://kxtv.example/2019/05/06/lockdown"}, "old story"),
    ],
)
def test_items_that_may_not_interrupt_stay_silent_and_say_why(
    desk: Desk, silencing: dict[str, object], why: str
) -> None:
    desk.put(LOCKDOWN, **silencing)  # type: ignore[arg-type]
    assert desk.hear().alerts == ()
    explained = alerts.explain(desk.store, LOCKDOWN)
    assert explained.sentence.startswith("It stayed silent.")
    assert why in explained.sentence


def test_an_old_story_under_a_new_date_and_link_is_silent_months_later(desk: Desk) -> None:
    text = "The school was locked down at 1 p.m. after a caller said there was a bomb. Nothing was found by the dogs."
    desk.put(LOCKDOWN, text, -60 * 24 * 90, backfill=1)
    desk.hear()
    desk.put(LOCKDOWN, text, 5)
    heard = desk.hear(6)
    assert (heard.judged, heard.alerts) == (1, ())
    assert len(alerts.story_items(desk.store, 1)) == 2


def test_an_outage_does_not_flood_and_shows_true_times(desk: Desk) -> None:
    for n in range(40):
        desk.put(LOCKDOWN, f"The school was locked down after a call about a bomb. Update {n}.", -300 + n)
        desk.put(f"Fender bender number {n} on Mill Lane", minutes=-300 + n)
    heard = desk.hear()
    assert (len(heard.alerts), heard.judged) == (1, 80)
    (alert,) = alerts.waiting(desk.store)
    assert alert.seen_late
    assert alert.published == NOW - timedelta(minutes=300)


def test_a_pass_takes_at_most_so_many_and_says_that_more_is_left(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitors.alerts.hearing.AT_ONCE", 2)
    for n in range(3):
        desk.put(f"Council hears report {n}", minutes=n)
    assert (desk.hear().more, desk.hear().more, desk.hear()) == (True, False, alerts.Heard())


def test_a_turn_interrupts_once_by_subject_and_is_kept(desk: Desk) -> None:
    desk.put(LOCKDOWN, "The school was locked down at 1 p.m. after a caller said there was a bomb.")
    desk.hear()
    desk.put("Bomb threat at Orrin Middle School a hoax, police say", "Police found nothing.", 60)
    heard = desk.hear(61)
    assert len(heard.turns) >= 1
    turned = [a for a in alerts.waiting(desk.store) if a.kind == "turn"]
    assert [a.sentence for a in turned if a.subject == "threat"] == ["from being checked to not credible"]
    desk.put("Threat to Orrin Middle School was a hoax", "Nothing was found.", 70)
    assert desk.hear(71).alerts == ()
    kept = alerts.turns(desk.store, turned[0].story_id)
    assert {turn.subject for turn in kept} >= {"threat"}
    assert all(turn.proposed_class in "CDEF" for turn in kept)


def test_an_edit_in_place_can_turn_its_story_and_is_no_second_alert(desk: Desk) -> None:
    item = desk.put(LOCKDOWN, "Two students were hurt at Orrin Middle School, police said.")
    assert len(desk.hear().alerts) == 1
    desk.edit(
        item, LOCKDOWN, "Four students were hurt at Orrin Middle School, police said.", 30, material=False
    )
    heard = desk.hear(31)
    assert (heard.judged, len(heard.turns)) == (1, 1)
    assert [t.sentence for t in alerts.turns(desk.store, 1)] == ["from 2 hurt to 4 hurt"]
    assert [a.kind for a in alerts.waiting(desk.store)] == ["turn", "new"]
    assert len(alerts.story_items(desk.store, 1)) == 1


def test_what_waits_is_kept_as_items_come_change_and_are_judged(desk: Desk) -> None:
    assert not alerts.unheard(desk.store)
    item = desk.put(LOCKDOWN)
    desk.put("Alder Falls council meets", minutes=1)
    assert alerts.unheard(desk.store)
    assert waiting_items(desk.store) == [1, 2]
    desk.hear()
    assert not alerts.unheard(desk.store)
    desk.edit(item, LOCKDOWN, "The lockdown is over.", 30, material=True)
    assert waiting_items(desk.store) == [item]
    desk.edit(item, LOCKDOWN, "", 31, material=True)
    assert waiting_items(desk.store) == [], "it says again what was judged before"
    desk.edit(item, LOCKDOWN, "The lockdown is over for now.", 32, material=True)
    assert desk.hear(33).judged == 1
    assert not alerts.unheard(desk.store)
    assert waiting_items(desk.store) == []


def waiting_items(store: Store) -> list[int]:
    kept = [row["item_id"] for row in store.rows_of("select item_id from unjudged order by 1")]
    counted = store.rows_of(
        "select id from items i where not exists"
        " (select 1 from judgements where item_id = i.id and digest = i.digest) order by id"
    )
    assert kept == [row["id"] for row in counted], "the table says what a walk over every item says"
    return kept


def test_items_that_wait_when_the_table_is_made_are_not_forgotten(tmp_path: Path) -> None:
    with Store(tmp_path / "monitors.db") as store:
        store.migrate(MIGRATIONS)
        desk = Desk(store, None)  # type: ignore[arg-type]
        for name in store.rows_of(
            "select name from sqlite_master where type = 'trigger' and name glob 'unjudged*'"
        ):
            store.execute(f"drop trigger {name['name']}")
        store.execute("drop table unjudged")
        item = desk.put(LOCKDOWN)
        store.execute("delete from _sqlite_migrations where name = 'left_to_judge'")
        store.migrate(MIGRATIONS)
        assert waiting_items(store) == [item]


# --- a person's word ----------------------------------------------------------------------------------------------


def grouped_pair(desk: Desk) -> tuple[int, int]:
    first = desk.put(LOCKDOWN, "The school was locked down at 1 p.m. after a caller said there was a bomb.")
    second = desk.put(
        "Orrin Middle School in lockdown, police search for bomb", "Police are at Orrin Middle School.", 2
    )
    desk.hear(3)
    assert len(alerts.story_items(desk.store, 1)) == 2
    return first, second


def test_what_a_person_takes_out_raises_what_it_had_not_and_stays_out(desk: Desk) -> None:
    _, second = grouped_pair(desk)
    own = alerts.take_out(desk.store, 1, second, "Dana Whitlock", NOW)
    assert [item.item_id for item in alerts.story_items(desk.store, own)] == [second]
    assert {a.story_id for a in alerts.waiting(desk.store)} == {1, own}
    desk.put(
        "Orrin Middle School in lockdown, police search for bomb - Courier",
        "Police are at Orrin Middle School.",
        9,
    )
    desk.hear(10)
    assert len(alerts.story_items(desk.store, 1)) == 1
    assert len(alerts.story_items(desk.store, own)) == 2


def test_taking_out_twice_changes_nothing(desk: Desk) -> None:
    _, second = grouped_pair(desk)
    own = alerts.take_out(desk.store, 1, second, "Dana Whitlock", NOW)
    assert alerts.take_out(desk.store, 1, second, "Dana Whitlock", NOW) == own
    assert desk.store.row_of("select count(*) as n from story_moves") == {"n": 1}


def test_a_moved_item_says_who_moved_it_and_its_copies_follow(desk: Desk) -> None:
    _, second = grouped_pair(desk)
    desk.put("Water main breaks on Mill Lane", "Crews closed the road.", 4)
    desk.hear(5)
    alerts.move(desk.store, second, out_of=1, into=2, by="Dana Whitlock", now=NOW)
    moved = next(item for item in alerts.story_items(desk.store, 2) if item.item_id == second)
    assert moved.why == ("Dana Whitlock put it here.",)
    desk.put(
        "Orrin Middle School in lockdown, police search for bomb - Courier",
        "Police are at Orrin Middle School.",
        9,
    )
    desk.hear(10)
    assert len(alerts.story_items(desk.store, 2)) == 3
    assert len(alerts.story_items(desk.store, 1)) == 1


def test_moves_that_cannot_be_made_are_sentences_and_change_nothing(desk: Desk) -> None:
    _, second = grouped_pair(desk)
    with pytest.raises(alerts.Moved, match="is not in story 7"):
        alerts.take_out(desk.store, 7, second, "Dana Whitlock", NOW)
    with pytest.raises(alerts.Moved, match="There is no story 9"):
        alerts.move(desk.store, second, out_of=1, into=9, by="Dana Whitlock", now=NOW)
    assert len(alerts.story_items(desk.store, 1)) == 2


# --- what the screen asks -----------------------------------------------------------------------------------------


def test_everything_is_searched_by_words_and_read_page_by_page(desk: Desk) -> None:
    for n in range(5):
        desk.put(f"Council hears report {n}", "About the SALT shed.", n)
    desk.put("100% of pupils' bus_routes change", minutes=9)
    assert [s.title[-1] for s in alerts.everything(desk.store, "council salt", 2)] == ["4", "3"]
    last = alerts.everything(desk.store, "council", 2)[-1]
    older = alerts.everything(desk.store, "council", 9, before=(last.at, last.item_id))
    assert [s.title[-1] for s in older] == ["2", "1", "0"]
    assert len(alerts.everything(desk.store, "100% bus_routes")) == 1
    assert alerts.everything(desk.store, "'; drop table items --") == ()


def test_items_not_judged_yet_are_shown_as_such(desk: Desk) -> None:
    desk.put(LOCKDOWN)
    assert alerts.everything(desk.store)[0].tier == ""
    assert alerts.explain(desk.store, "https://kxtv.example/stories/1").sentence.startswith(
        "We have it, and it has not"
    )


def test_why_did_we_not_hear_of_this(desk: Desk) -> None:
    desk.put(LOCKDOWN)
    desk.put("Garden club meets Thursday at the library", minutes=1)
    desk.hear(2)
    by_link = alerts.explain(desk.store, "https://www.kxtv.example/stories/1/?utm_source=mail")
    assert by_link.sentence == "We heard it: alert 1 stands for its story."
    by_headline = alerts.explain(desk.store, "garden club meets thursday at library")
    assert "below what interrupts" in by_headline.sentence
    assert alerts.explain(desk.store, "A llama wins the county fair").items == ()
    assert alerts.explain(desk.store, "  ").sentence == "Paste a headline or a link."


def test_near_misses_and_the_digest_are_read_from_judgements(desk: Desk) -> None:
    desk.put(LOCKDOWN)
    titles = ("Police shooting in neighboring county under review", "Drill at Orrin Middle School Friday")
    for n, title in enumerate(titles):
        desk.put(title, minutes=n + 1)
    desk.hear(5)
    desk.store.execute("update judgements set near_miss = 1, relevant = 0, tier = 'T3' where item_id > 1")
    desk.store.execute("delete from story_items where item_id > 1")
    assert [s.title for s in alerts.near_misses(desk.store, NOW)] == list(reversed(titles))
    assert [s.tier for s in alerts.digest(desk.store, NOW)] == ["T3", "T3"]
    assert alerts.near_misses(desk.store, NOW + timedelta(hours=1)) == ()


def test_what_a_screen_imports_brings_no_language_work_with_it() -> None:
    code = "import sys, monitors.alerts; print('spacy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
