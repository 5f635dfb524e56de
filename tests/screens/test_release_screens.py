"""Screens around a release: settled before, receipts after, correcting, saying nothing, who is away, further ways out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comms.agreeing import apart, asks, notice
from comms.reaching import oncall, senders
from comms.saying import audiences
from comms.saying.audiences import Member
from comms.wording.attachments import File
from comms.workspace import corrections, files, incidents, silence, statements
from comms.workspace.incidents import Evidence
from comms.workspace.statements import Start
from tests.conftest import Screen
from tests.domain.test_pictures import a_png
from tests.harness import World
from tests.statements_made import EMAIL_AFTER, SMS, WEB, Made, holding_statement, release

TEXTS = {"email": EMAIL_AFTER, "sms": SMS, "web": WEB}


def now() -> datetime:
    return datetime.now(UTC)


def page_of(screen: Screen, script: str, actor: Any, **query: int) -> Any:
    page = screen(script, actor)
    for name, value in query.items():
        page.query_params[name] = str(value)
    page.run()
    assert not page.exception, page.exception
    return page


def press(page: Any, label: str) -> Any:
    next(b for b in page.button if b.label == label).click().run()
    assert not page.exception, page.exception
    return page


def labels(page: Any) -> list[str]:
    return [b.label for b in page.button]


def text_of(page: Any) -> str:
    return " ".join(
        str(e.value) for kind in (page.text, page.caption, page.markdown, page.warning) for e in kind
    )


@pytest.fixture
def made(world: World) -> Made:
    dana = world.actor("dana")
    with world.store() as store:
        audiences.save_audience(
            store, dana, "All families", "families", [Member("a@homes.example", "")], now()
        )
        audiences.save_audience(store, dana, "All staff", "staff", [Member("s@afsd.example", "")], now())
    return holding_statement(world, TEXTS)


def test_a_released_text_shows_what_came_back_and_is_corrected_in_one_press(
    made: Made, screen: Screen
) -> None:
    out = release(made)
    page = page_of(screen, "statement.py", made.world.actor("dana"), statement=made.statement.id)
    assert "What came back" in [h.value for h in page.header]
    page.text_input(key=f"wrong {out.id}").set_value("The group left at 3:05 p.m.")
    page.text_input(key=f"right {out.id}").set_value("The group left at 3:15 p.m.")
    page.radio(key=f"owner {out.id}").set_value("agency")
    press(page, "Start the correction")
    with made.world.store() as store:
        assert [c.right for c in corrections.of_release(store, out.id)] == ["The group left at 3:15 p.m."]
    assert "Withdraw these words" not in labels(page), "communications does not withdraw"


def test_the_police_withdraw_it_from_the_same_place(made: Made, screen: Screen) -> None:
    out = release(made)
    page = page_of(screen, "statement.py", made.world.actor("okafor"), statement=made.statement.id)
    page.text_input(key=f"withdraw why {out.id}").set_value("The place was wrong.")
    press(page, "Withdraw these words")
    with made.world.store() as store:
        assert corrections.withdrawal(store, out.id)


def test_a_silent_police_seat_opens_the_two_ways_and_no_more(made: Made, screen: Screen) -> None:
    early = page_of(screen, "statement.py", made.world.actor("brandt"), statement=made.statement.id)
    assert "Write the district's own text" not in labels(early)
    with made.world.store() as store:
        was = (now() - timedelta(minutes=9)).isoformat(timespec="milliseconds")
        store.execute("update ask set at = ?", [was])
    page = page_of(screen, "statement.py", made.world.actor("brandt"), statement=made.statement.id)
    assert "Go on without the police" in labels(page)
    dana = page_of(screen, "statement.py", made.world.actor("dana"), statement=made.statement.id)
    assert "Go on without the police" not in labels(dana)
    press(dana, "Write the district's own text")
    with made.world.store() as store:
        own = statements.of_incident(store, made.incident_id)[0]
        assert own.voice == "district"
        assert notice.notices_of(store, own.id)


def test_nobody_to_ask_is_said_with_the_ways_that_remain(made: Made, screen: Screen) -> None:
    okafor, hahn = made.world.actor("okafor"), made.world.people["hahn"]
    with made.world.store() as store:
        oncall.add(
            store,
            okafor,
            "absence",
            okafor.account_id,
            now() - timedelta(hours=1),
            now() + timedelta(days=1),
            now(),
        )
        store.execute("update account set active = 0 where id = ?", [hahn.id])
    page = page_of(screen, "statement.py", made.world.actor("dana"), statement=made.statement.id)
    assert "The police have no active approver." in text_of(page)


def test_opening_the_other_side_s_text_counts_as_seen(made: Made, screen: Screen) -> None:
    dana, okafor = made.world.actor("dana"), made.world.actor("okafor")
    with made.world.store() as store:
        ours = statements.start(store, dana, made.incident_id, Start("H", "district", ("web",)), now())
        statements.start(store, okafor, made.incident_id, Start("H", "police", ("web",)), now())
    page_of(screen, "statement.py", dana, statement=ours.id)
    with made.world.store() as store:
        assert not apart.seen(store, ours)
    page_of(screen, "statement.py", okafor, statement=ours.id)
    with made.world.store() as store:
        assert apart.seen(store, ours)


def test_whom_it_goes_to_is_chosen_by_list(made: Made, screen: Screen) -> None:
    page = page_of(screen, "statement.py", made.world.actor("dana"), statement=made.statement.id)
    press(page, "Save whom it goes to")
    with made.world.store() as store:
        assert store.row_of("select count(*) as n from statement_audience")


def test_saying_nothing_shows_its_reason_and_when_somebody_looks_again(made: Made, screen: Screen) -> None:
    page = page_of(screen, "incidents.py", made.world.actor("dana"), incident=made.incident_id)
    page = page.toggle(key=f"nothing wanted {made.incident_id}").set_value(True).run()
    page.text_input(key=f"nothing why {made.incident_id}").set_value("Below threshold.")
    page.text_area(key=f"nothing points {made.incident_id}").set_value("School is as usual.")
    press(page, "Decide: no statement")
    with made.world.store() as store:
        found = silence.newest(store, made.incident_id)
        assert found
        assert found.reason == "Below threshold."
        assert incidents.incident(store, made.incident_id).status == "no_statement"


def test_an_absence_is_entered_by_oneself(made: Made, screen: Screen) -> None:
    page = page_of(screen, "approvals.py", made.world.actor("brandt"))
    page.toggle(key="calendar wanted").set_value(True).run()
    press(page, "Enter it")
    with made.world.store() as store:
        assert [s.name for s in oncall.spans(store, "absence", now())] == ["Elaine Brandt"]


def test_a_text_is_handed_to_the_deputy_from_the_screen(made: Made, screen: Screen) -> None:
    page = page_of(screen, "approvals.py", made.world.actor("okafor"))
    press(page, "Hand it to Lt. Peter Hahn")
    with made.world.store() as store:
        assert asks.asks(store, made.statement.id)[-1].account_id == made.world.people["hahn"].id


def test_an_administrator_adds_a_way_out_by_the_name_of_its_setting(world: World, screen: Screen) -> None:
    page = screen("main.py", world.actor("castellano"))
    page.run()
    page.switch_page("partnership.py")
    page.session_state["partnership view"] = "mail"
    page.run()
    assert not page.exception
    page.text_input(key="sender label").set_value("District texts")
    page.text_input(key="sender setting").set_value("ONE_VOICE_SENDER_SMS")
    press(page, "Add this way out")
    with world.store() as store:
        assert [s.label for s in senders.senders(store)] == ["District texts"]


def test_a_later_item_is_set_beside_our_words_from_the_statement(made: Made, screen: Screen) -> None:
    out = release(made)
    item = Evidence("k1", "Group still on the overpass at 4 p.m.", "", "Courier", "", now(), now())
    with made.world.store() as store, store.atomic():
        incidents.add_evidence(store, made.incident_id, [item], now())
    page = page_of(screen, "statement.py", made.world.actor("okafor"), statement=made.statement.id)
    page = page.toggle(key=f"later {out.id}").set_value(True).run()
    ours = next(o for o in page.selectbox(key=f"later ours {out.id}").options if "has left" in o)
    page.selectbox(key=f"later ours {out.id}").set_value("The group has left.")
    assert "has left" in ours
    press(page, "Set it beside our words")
    with made.world.store() as store:
        found = corrections.disagreements(store, out.id)
    assert ("The group has left.", "Group still on the overpass at 4 p.m.", "Courier") in {
        (d.ours, d.theirs, d.outlet) for d in found
    }
    again = page_of(screen, "statement.py", made.world.actor("dana"), statement=made.statement.id)
    assert {"We said", "They say"} <= {c.value for c in again.caption}


def test_a_source_that_is_no_item_is_named_or_nothing_is_marked(made: Made, screen: Screen) -> None:
    out = release(made)
    page = page_of(screen, "statement.py", made.world.actor("dana"), statement=made.statement.id)
    page = page.toggle(key=f"later {out.id}").set_value(True).run()
    page.text_input(key=f"later theirs {out.id} ").set_value("Two were hurt.")
    press(page, "Set it beside our words")
    assert "Say who says it" in page.error[0].value
    page.text_input(key=f"later who {out.id}").set_value("Channel 6")
    press(page, "Set it beside our words")
    with made.world.store() as store:
        assert [(d.theirs, d.outlet) for d in corrections.disagreements(store, out.id)] == [
            ("Two were hurt.", "Channel 6")
        ]


def test_an_approver_sees_the_picture_and_opens_the_paper_that_go_out(made: Made, screen: Screen) -> None:
    dana = made.world.actor("dana")
    with made.world.store() as store:
        email = statements.variants(store, made.statement.id)[0]
        for file in (File("way.png", a_png(), "The walk home"), File("plan.pdf", b"%PDF-1.4", "The plan")):
            files.attach(store, dana, email.id, file, now())
    made.send()
    page = page_of(screen, "approvals.py", made.world.actor("okafor"))
    assert "The walk home" in str(page.get("image")[0].proto)
    assert "Open plan.pdf" in [b.label for b in page.get("download_button")]
