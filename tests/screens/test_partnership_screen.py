"""The Partnership screen: each seat finds what it may change, refusals stand under their fields, nothing typed is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest

from comms import audit, language, partnership, people
from comms.agreeing import routes
from comms.agreeing.approvals import ROUTES
from comms.hearing import watching
from comms.joining import authenticator, partners
from comms.people import Seat
from comms.reaching import oncall
from comms.settings import settings
from monitors.store import open_monitors, stamp
from tests.harness import ROOT, World, screen_test
from tests.monitors.test_alerts import Desk

MAIN = ROOT / "comms" / "screens" / "main.py"
Open = Callable[..., Any]


@pytest.fixture
def at_screen(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """A person of Alder Falls before one part of the Partnership screen."""
    monkeypatch.setenv("ONE_VOICE_DATA", str(world.data))
    settings.cache_clear()
    with world.store() as store, store.atomic():
        partnership.write_profile(
            store, partnership.Profile(place="Alder Falls", state="Iowa", setup_step="done")
        )

    def opened(who: str, view: str = "partners") -> Any:
        test = screen_test(MAIN, world.actor(who))
        test.query_params["view"] = view
        test.switch_page("partnership.py").run()
        assert not test.exception
        assert [h.value for h in test.title] == ["Partnership"]
        return test

    yield opened
    settings.cache_clear()


def press(test: Any, label: str) -> Any:
    next(b for b in test.button if b.label == label).click()
    test.run()
    assert not test.exception
    return test


def fill(test: Any, fields: dict[str, str]) -> Any:
    for key, text in fields.items():
        next(b for b in (*test.text_input, *test.text_area, *test.selectbox) if b.key == key).set_value(text)
    return test.run()


def labels(test: Any) -> set[str]:
    return {button.label for button in test.button}


def errors(test: Any) -> list[str]:
    return [error.value for error in test.error]


def told(test: Any) -> list[str]:
    return [success.value for success in test.success]


@pytest.mark.parametrize("view", ["partners", "people", "schools", "watchlist", "audiences", "mail"])
@pytest.mark.parametrize("who", ["dana", "okafor", "castellano", "brightwater", "records"])
def test_every_seat_reads_every_part(at_screen: Open, who: str, view: str) -> None:
    test = at_screen(who, view)
    assert len([b for b in test.button if b.label == "Save this list"]) == (
        view == "audiences" and who in {"dana", "castellano", "brightwater"}
    )


@pytest.mark.parametrize("who", ["okafor", "brandt", "records", "counsel"])
@pytest.mark.parametrize("view", ["partners", "schools", "watchlist", "audiences"])
def test_a_seat_that_changes_nothing_is_shown_no_button_that_would(
    at_screen: Open, who: str, view: str
) -> None:
    assert not {b for b in labels(at_screen(who, view)) if b.startswith(("Save", "Add"))}


def test_each_administrator_changes_the_own_sides_entry(at_screen: Open, world: World) -> None:
    test = at_screen("brightwater")
    key = f"org{world.agency_id}"
    fill(test, {f"{key} {key}_name": "Alder Falls Police", f"{key} {key}_phone": "call us"})
    press(test, "Save this entry")
    assert errors(test) == ["“call us” is not a telephone number. It looks like 515-555-0142."]
    press(fill(test, {f"{key} {key}_phone": "515-555-0177"}), "Save this entry")
    assert told(test) == ["The entry is saved."]
    with world.store() as store:
        assert partnership.agencies(store)[0].name == "Alder Falls Police"


def test_what_was_typed_is_still_there_in_another_browser_until_it_is_saved(
    at_screen: Open, world: World
) -> None:
    fill(at_screen("dana"), {"says link": "ftp://nowhere", "says population": "31,000"})
    test = press(at_screen("dana"), "Save")
    assert "not an address families could type" in errors(test)[0]
    assert test.text_input(key="says population").value == "31,000"
    press(fill(test, {"says link": "https://afsd.example/now"}), "Save")
    assert told(test) == ["Saved."]
    assert test.text_input(key="says link").value == "afsd.example/now"
    with world.store() as store:
        assert partnership.profile(store).population == 31_000


# People -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"new_name": " "}, "The name is empty"),
        ({"new_name": "x" * 3000}, "3,000 characters"),
        ({"new_email": "nobody"}, "not an e-mail address"),
        ({"new_email": "dana@afsd.example"}, "has an account already"),
        ({"new_seat": ""}, "Choose a seat."),
        ({"new_sro": "yes", "new_seat": "superintendent"}, "A school resource officer never approves"),
    ],
)
def test_a_person_that_cannot_be_added_is_refused_at_the_field(
    at_screen: Open, world: World, fields: dict[str, str], sentence: str
) -> None:
    whole = {"new_name": "Nia Ferrand", "new_email": "nia@afsd.example", "new_seat": "records"} | fields
    test = at_screen("castellano", "people")
    fill(test, {f"person {name}": text for name, text in whole.items() if text})
    press(test, "Add and invite")
    assert len(errors(test)) == 1
    assert sentence in errors(test)[0]
    with world.store() as store:
        assert len(people.accounts(store)) == 9


def test_a_person_is_added_and_the_invitation_stands_there_as_a_link(at_screen: Open, world: World) -> None:
    test = at_screen("brightwater", "people")
    fields = {"new_name": "Lt. Nia Ferrand", "new_email": "nia@afpd.example", "new_seat": "pio"}
    press(fill(test, {f"person {n}": t for n, t in fields.items()}), "Add and invite")
    assert any("/invitation/" in code.value for code in test.code)
    with world.store() as store:
        assert [p.called for p in people.accounts(store, seat=Seat.PIO)][-1] == "Lt. Nia Ferrand"
        assert store.row_of("select 1 from outbox where recipient = 'nia@afpd.example'")


def test_the_district_is_offered_no_police_seat(at_screen: Open) -> None:
    seats = at_screen("castellano", "people").selectbox(key="person new_seat").options
    assert "Police PIO" not in seats
    assert "Superintendent" in seats


def test_an_account_is_ended_by_choosing_the_person(at_screen: Open, world: World) -> None:
    test = at_screen("castellano", "people")
    test.toggle(key="end wanted").set_value(True).run()
    press(test, "End this account")
    assert errors(test) == ["Choose whose account ends. Nothing was changed."]
    test.selectbox(key="end whom").set_value(world.people["records"].id).run()
    press(test, "End this account")
    with world.store() as store:
        assert not people.account(store, world.people["records"].id).active


def test_a_deputy_is_named_and_revoked_and_an_end_before_the_start_is_refused(
    at_screen: Open, world: World
) -> None:
    test = at_screen("brandt", "people")
    test.selectbox(key="deputy who").set_value(world.people["dana"].id).run()
    today = datetime.now(UTC).date()
    test.date_input(key="deputy until").set_value(today - timedelta(days=5)).run()
    press(test, "Name this deputy")
    assert errors(test) == ["The end lies before the start. Choose a later end; the rest is kept."]
    test.date_input(key="deputy until").set_value(today + timedelta(days=30)).run()
    press(test, "Name this deputy")
    now = datetime.now(UTC)
    with world.store() as store:
        named = [d for d in partners.deputyships(store, now) if d.deputy.name == "Dana Whitlock"]
        assert len(named) == 1
    test.button(key=f"revoke {named[0].id}").click().run()
    with world.store() as store:
        assert all(d.deputy.name != "Dana Whitlock" for d in partners.deputyships(store, now))


# Schools, watchlist, audiences ------------------------------------------------------------------------------------


def test_a_school_and_a_calendar_are_saved_or_refused_at_the_field(at_screen: Open, world: World) -> None:
    test = at_screen("dana", "schools")
    fill(
        test, {"bell bell_name": "Orrin Middle School", "bell bell_opens": "8:10", "bell bell_closes": "7:00"}
    )
    press(test, "Save this school")
    assert errors(test) == ["The last bell lies before the first. Choose a later one; the rest is kept."]
    press(fill(test, {"bell bell_closes": "15:40"}), "Save this school")
    assert told(test) == ["The school is saved."]
    press(fill(test, {"days calendar": "2026-11-27 to 2026-11-26 Thanksgiving"}), "Save the calendar")
    assert told(test) == []
    assert "Line 1: the end, 2026-11-26, lies before the start" in errors(test)[0]
    press(fill(test, {"days calendar": "2026-11-26 to 2026-11-27 Thanksgiving"}), "Save the calendar")
    with world.store() as store:
        assert [s.closes for s in partnership.schools(store)] == ["15:40"]
        assert len(partnership.special_days(store)) == 2


def test_the_watchlist_is_saved_and_a_form_switched_off(at_screen: Open, world: World) -> None:
    test = at_screen("dana", "watchlist")
    press(fill(test, {"watch places": "Mill Bridge\n" + "x" * 3000}), "Save the watchlist")
    assert "Places, line 2: 3,000 characters" in errors(test)[0]
    press(fill(test, {"watch places": "Mill Bridge\nHarlow Park"}), "Save the watchlist")
    key = "forms of Alder Falls Police Department"
    forms = list(test.multiselect(key=key).value)
    test.multiselect(key=key).set_value([f for f in forms if f != "Alder Falls cops"]).run()
    with world.store() as store:
        assert watching.watched(store).places == "Mill Bridge\nHarlow Park"
        assert partnership.watchlist(store).switched_off == ("Alder Falls cops",)


def test_a_change_is_compared_with_the_last_month_before_it_is_saved(at_screen: Open, world: World) -> None:
    with open_monitors(world.data) as store:
        Desk(store, None).put("Tannerbrook police officer charged with assault")  # type: ignore[arg-type]
        store.execute("update items set seen_at = ?", [stamp(datetime.now(UTC) - timedelta(days=2))])
    test = at_screen("dana", "watchlist")
    before = test.text_area(key="watch places").value
    press(fill(test, {"watch places": "Mill Bridge"}), "Save the watchlist")
    assert "Save the watchlist" not in labels(test), "nobody compares here: the person decides without it"
    assert test.warning[0].value.startswith("Not compared")
    with world.store() as store:
        assert watching.watched(store).places == before
    press(test, "Keep as it was")
    assert test.text_area(key="watch places").value == before
    press(fill(test, {"watch places": "Mill Bridge"}), "Save the watchlist")
    fill(test, {"watch places": "Mill Bridge\nHarlow Park"})
    assert "Save the watchlist" in labels(test), "what was typed since is not what was compared"
    press(press(test, "Save the watchlist"), "Save these lists")
    with world.store() as store:
        assert watching.watched(store).places == "Mill Bridge\nHarlow Park"


def test_what_a_change_brings_is_named_before_it_is_saved(at_screen: Open, world: World) -> None:
    """With the language process answering."""
    warm = threading.Event()
    threading.Thread(target=language.serve, args=(world.data, lambda _port: warm.set()), daemon=True).start()
    assert warm.wait(60)
    with open_monitors(world.data) as store:
        Desk(store, None).put("Tannerbrook police shoot man in Harlow Park")  # type: ignore[arg-type]
        store.execute("update items set seen_at = ?", [stamp(datetime.now(UTC) - timedelta(days=2))])
    test = at_screen("dana", "watchlist")
    press(fill(test, {"watch mutual_aid": "Tannerbrook Police Department"}), "Save the watchlist")
    assert "1 items were read" in "".join(m.value for m in test.markdown)
    press(test, "Save these lists")
    assert told(test)[0].startswith("The watchlist is saved.")
    with world.store() as store:
        assert watching.watched(store).mutual_aid == "Tannerbrook Police Department"


def test_a_headline_that_nobody_checks_says_so(at_screen: Open) -> None:
    test = at_screen("dana", "watchlist")
    test.text_input(key="headline").set_value("Shots near Orrin")
    press(test, "Try it")
    assert test.info[0].value.startswith("Not checked yet")


def test_one_address_of_the_districts_own_list_is_a_list(at_screen: Open, world: World) -> None:
    test = at_screen("dana", "audiences")
    press(test, "Save this list")
    assert errors(test) == [
        "Say whom the list reaches.",
        "The list has no address yet. Type one, or choose a CSV file.",
    ]
    fields = {
        "list_name": "All families",
        "list_kind": "families",
        "list_address": "families@lists.afsd.example",
    }
    press(fill(test, {f"list {n}": t for n, t in fields.items()}), "Save this list")
    assert told(test) == ["The list is saved: 1 address."]


def test_a_disabled_person_who_still_has_the_page_open_changes_nothing(at_screen: Open, world: World) -> None:
    test = at_screen("dana")
    with world.store() as store:
        people.disable_account(store, world.actor("castellano"), world.people["dana"].id, datetime.now(UTC))
    fill(test, {"says link": "evil.example"})
    assert errors(test) == ["Your account was disabled. What you typed is kept. Ask your administrator."]
    with world.store() as store:
        assert partnership.profile(store).link == ""


# Who approves what ------------------------------------------------------------------------------------------------


def shown_table(test: Any) -> str:
    return " ".join(h.proto.body for h in test.get("html") if "<table" in h.proto.body)


def test_both_sides_see_the_routes_and_only_the_district_s_own_adjust_them(at_screen: Open) -> None:
    for who, may in (("brightwater", False), ("okafor", False), ("dana", False), ("brandt", True)):
        test = at_screen(who, "routes")
        assert "Police and counsel, then superintendent." in shown_table(test)
        assert bool([t for t in test.toggle if t.key == "route wanted"]) is may, who


def test_the_administrator_adds_a_seat_and_a_wait_below_the_floor_is_refused(
    at_screen: Open, world: World
) -> None:
    test = at_screen("castellano", "routes")
    test.toggle(key="route wanted").set_value(True).run()
    test.checkbox(key="route B counsel").set_value(True).run()
    test.number_input(key="route B without").set_value(5)
    fill(test, {"route B reason": "Our board asked."})
    press(test, "Save this route")
    assert "no sooner than 8 minutes after they were asked. Nothing was changed." in errors(test)[0]
    test.number_input(key="route B without").set_value(12)
    test.radio(key="route B order").set_value(2)
    press(test, "Save this route")
    with world.store() as store:
        held = routes.table(store, datetime.now(UTC))["B"]
    assert [str(s.seat) for s in held.steps] == ["pio", "counsel", "superintendent"]
    assert held.without_police_after == timedelta(minutes=12)
    test = at_screen("okafor", "routes")
    assert "Police, then counsel, then superintendent." in shown_table(test)
    test = at_screen("castellano", "routes")
    test.toggle(key="route wanted").set_value(True).run()
    assert test.checkbox(key="route B counsel").value is True
    press(test, "Back to the route as shipped")
    with world.store() as store:
        assert routes.table(store, datetime.now(UTC)) == ROUTES


# Looking after the own people -------------------------------------------------------------------------------------


def test_an_administrator_enters_that_another_is_away_and_both_sides_see_it(
    at_screen: Open, world: World
) -> None:
    test = at_screen("brightwater", "people")
    test.toggle(key="calendar wanted").set_value(True).run()
    next(b for b in test.button if b.label.startswith("Enter it for")).click()
    test.run()
    with world.store() as store:
        (away,) = oncall.spans(store, "absence", datetime.now(UTC))
    assert away.name == "Maya Okafor"
    seen = " ".join(h.proto.body for h in at_screen("dana", "people").get("html"))
    assert "Sgt. Maya Okafor, until" in seen


def test_a_lost_authenticator_is_taken_away_by_the_own_administrator_and_its_person_is_told(
    at_screen: Open, world: World
) -> None:
    okafor = world.actor("okafor")
    with world.store() as store:
        secret = authenticator.begin(store, okafor, datetime.now(UTC))
        authenticator.prove(store, okafor, pyotp.TOTP(secret).now(), datetime.now(UTC))
    assert not [t for t in at_screen("castellano", "people").toggle if t.key == "lost wanted"]
    test = at_screen("brightwater", "people")
    test.toggle(key="lost wanted").set_value(True).run()
    press(test, "Take it away")
    assert errors(test) == ["Choose whose authenticator is lost. Nothing was changed."]
    test.selectbox(key="lost whom").set_value(world.people["okafor"].id)
    press(test, "Take it away")
    with world.store() as store:
        assert not authenticator.enrolled(store, world.people["okafor"].id)
        told = store.rows_of("select recipient, text from outbox where subject like 'Your authenticator%'")
        did = [e.did for e in audit.entries(store, f"account {world.people['okafor'].id}")]
    assert [row["recipient"] for row in told] == ["okafor@afpd.example"]
    assert "Tom Brightwater, administrator of Alder Falls Police Department" in told[0]["text"]
    assert did[-1] == "reset an authenticator"


def test_the_other_side_s_administrator_resets_nothing(world: World) -> None:
    castellano = world.actor("castellano")
    with world.store() as store, pytest.raises(people.Refused, match="looks after its own people"):
        authenticator.reset(store, castellano, world.people["okafor"].id, datetime.now(UTC))
