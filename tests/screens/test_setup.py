"""Set-up on the screen: a refusal stands under its field, everything typed is still there, and it can be left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from comms import partnership, people, trial
from comms.joining import setup
from comms.joining.sessions import session_of
from comms.joining.welcoming import redeem
from comms.people import Actor
from comms.settings import settings
from comms.store import open_partnership
from monitors import sources
from monitors.samples.server import SampleServer
from monitors.store import open_monitors
from tests.domain.test_setup import PEOPLE, PLACES, WHOLE
from tests.harness import PASSWORD, ROOT, as_read, screen_test

MAIN = ROOT / "comms" / "screens" / "main.py"
Open = Callable[..., Any]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty directory, and the settings that point there."""
    monkeypatch.setenv("ONE_VOICE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ONE_VOICE_ALLOW_LOOPBACK", "1")
    settings.cache_clear()
    yield tmp_path / "data"
    settings.cache_clear()


@pytest.fixture
def visit(data: Path) -> Open:
    """A browser that opens the empty server, or a person's screen."""

    def opened(actor: Actor | None = None, script: str = "") -> Any:
        test = screen_test(MAIN, actor).run()
        if script:
            test.switch_page(script).run()
        assert not test.exception
        return test

    return opened


def fill(test: Any, fields: dict[str, str]) -> Any:
    """Type into the fields of set-up, by their keys."""
    for name, text in fields.items():
        key = f"setup {name}"
        box = next(b for b in (*test.text_input, *test.text_area, *test.selectbox) if b.key == key)
        box.set_value(text)
    return test.run()


def press(test: Any, label: str) -> Any:
    next(b for b in test.button if b.label == label).click()
    test.run()
    assert not test.exception
    return test


def errors(test: Any) -> list[str]:
    return [as_read(error.value) for error in test.error]


def kept(data: Path, fields: dict[str, str]) -> None:
    with open_partnership(data) as store:
        setup.keep(store, fields)


def founder(data: Path) -> Actor:
    """Dana, who founded the partnership a moment ago."""
    now = datetime.now(UTC)
    with open_partnership(data) as store:
        setup.keep(store, WHOLE)
        path = setup.found(store, data, PASSWORD, "http://127.0.0.1", now)
        token, _ = redeem(store, data, path.removeprefix("/welcome/"), now)
        actor = session_of(store, token, now)
    assert actor is not None
    return actor


def test_an_empty_server_asks_who_speaks_together_and_offers_the_demo(visit: Open) -> None:
    test = visit()
    assert [h.value for h in test.title] == ["Set up your partnership"]
    assert [h.value for h in test.header] == ["Who speaks together?"]
    assert [h.value for h in test.subheader] == [
        ":material/school: District",
        ":material/local_police: Police agency",
    ]
    assert {"Try the demo partnership", "Leave and go on later", "Next: places"} <= {
        b.label for b in test.button
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"district_name": "   "}, "The district's name is empty"),
        ({"agency_name": "x" * 3000}, "The agency's name has 3,000 characters; the limit is 120"),
        ({"district_contact": "ask us"}, "neither a phone number nor an e-mail address"),
    ],
)
def test_a_refusal_stands_under_its_field_and_nothing_typed_is_lost(
    visit: Open, data: Path, typed: dict[str, str], sentence: str
) -> None:
    whole = {
        name: WHOLE[name] for name in ("district_name", "agency_name", "district_contact", "agency_contact")
    }
    test = press(fill(visit(), whole | typed), "Next: places")
    assert len(errors(test)) == 1
    assert sentence in errors(test)[0]
    again = visit()
    for name, text in (whole | typed).items():
        assert next(b for b in again.text_input if b.key == f"setup {name}").value == text


def test_the_refusal_goes_when_the_field_is_typed_into(visit: Open) -> None:
    test = press(visit(), "Next: places")
    assert len(errors(test)) == 4
    fill(test, {"district_name": "Écoles d'Ødegård 🚸"})
    assert len(errors(test)) == 3


def test_three_steps_make_the_partnership_and_lead_to_the_first_sign_in(visit: Open, data: Path) -> None:
    test = visit()
    fill(test, {n: t for n, t in WHOLE.items() if n.startswith(("district_", "agency_"))})
    press(test, "Next: places")
    assert [h.value for h in test.header] == ["Where are you?"]
    press(fill(test, PLACES), "Next: people")
    assert [h.value for h in test.header] == ["Who are you, and who else comes first?"]
    press(fill(test, PEOPLE | {"password": PASSWORD, "again": PASSWORD}), "Next: sources")
    path = test.session_state["founding"]
    with open_partnership(data) as store:
        assert [o.name for o in partnership.organisations(store)] == [
            "Alder Falls School District",
            "Alder Falls Police Department",
        ]
        _, account_id = redeem(store, data, path.removeprefix("/welcome/"), datetime.now(UTC))
        assert people.account(store, account_id).name == "Dana Whitlock"


def test_a_short_password_is_refused_under_its_field_and_founds_nothing(visit: Open, data: Path) -> None:
    kept(data, WHOLE | {"step": "people"})
    test = press(fill(visit(), {"password": "zebra", "again": "zebra"}), "Next: sources")
    assert errors(test) == ["A password needs at least 12 characters; this one has 5."]
    with open_partnership(data) as store:
        assert not setup.is_founded(store)
        assert "zebra" not in str(setup.draft(store))


def test_whoever_comes_second_is_told_and_changes_nothing(visit: Open, data: Path) -> None:
    kept(data, WHOLE | {"step": "people"})
    late = fill(visit(), {"own_name": "Quinn Late", "password": PASSWORD, "again": PASSWORD})
    founder(data)
    press(late, "Next: sources")
    assert "is set up already" in errors(late)[0]
    with open_partnership(data) as store:
        assert "Quinn Late" not in {p.name for p in people.accounts(store)}


def test_set_up_is_left_and_gone_on_with_where_it_was(visit: Open, data: Path) -> None:
    kept(data, {n: t for n, t in WHOLE.items() if n in PLACES} | {"step": "places", "city": "Alder"})
    test = press(visit(), "Leave and go on later")
    assert "Everything you typed is kept" in test.text[0].value
    press(test, "Go on now")
    assert [h.value for h in test.header] == ["Where are you?"]
    assert next(b for b in test.text_input if b.key == "setup city").value == "Alder"


def test_a_step_that_needs_somebody_signed_in_says_so(visit: Open) -> None:
    test = visit()
    test.segmented_control(key="setup step").set_value("sources").run()
    assert "This comes after People" in test.text[1].value
    press(test, "Go to People")
    assert [h.value for h in test.header] == ["Who are you, and who else comes first?"]


def test_a_school_is_added_as_a_further_row(visit: Open, data: Path) -> None:
    kept(data, {"step": "places"})
    test = fill(visit(), {"school_1_name": "Orrin", "school_2_name": "Tollgate"})
    press(test, "Add a school")
    press(test, "Add a school")
    fill(test, {"school_4_name": "Quarry"})
    with open_partnership(data) as store:
        assert setup.draft(store)["school_4_name"] == "Quarry"


# After the first sign-in ------------------------------------------------------------------------------------------

BAD_ADDRESSES = [
    ("", "Enter the address of a feed or of a site."),
    ("not an address", "That is not an address of the web."),
    ("ftp://courier.example/feed", "begins with ftp: cannot be watched"),
    ("file:///etc/passwd", "begins with file: cannot be watched"),
    ("http://169.254.169.254/latest", "points inside this network"),
    ("http://10.0.0.8/feed", "points inside this network"),
    ("http://[fe80::1]/feed", "points inside this network"),
    ("http://192.168.1.1/", "points inside this network"),
    ("https://user:secret@courier.example/feed", "Leave user names and passwords out"),
]


@pytest.mark.parametrize(("address", "sentence"), BAD_ADDRESSES)
def test_an_address_that_cannot_be_a_source_is_refused_under_its_field_and_kept(
    visit: Open, data: Path, address: str, sentence: str
) -> None:
    dana = founder(data)
    test = visit(dana, "setup.py")
    test.text_input(key="source source_url").set_value(address).run()
    press(test, "Look at it")
    assert sentence in errors(test)[0]
    assert visit(dana, "setup.py").text_input(key="source source_url").value == address


def test_a_web_page_names_its_feeds_and_the_same_source_is_not_added_twice(visit: Open, data: Path) -> None:
    dana = founder(data)
    with SampleServer() as town:
        test = visit(dana, "setup.py")
        test.text_input(key="source source_url").set_value(town.address).run()
        press(test, "Look at it")
        assert "That page is a web page, not a feed" in errors(test)[0]
        for again in (False, True):
            test.text_input(key="source source_url").set_value(town.feeds["courier"].url).run()
            press(test, "Look at it")
            press(test, "Add this source")
            assert bool(errors(test)) is again
        assert "is a source already" in errors(test)[0]
    with open_monitors(data) as heard:
        assert len(sources.every_source(heard)) == 1


def test_the_check_lists_what_is_missing_with_the_invitation_to_hand_over(visit: Open, data: Path) -> None:
    dana = founder(data)
    test = press(visit(dana, "setup.py"), "Next: check")
    assert [h.value for h in test.header] == ["Are you ready?"]
    assert any("/invitation/" in code.value for code in test.code)
    press(test, "Finish set-up")
    with open_partnership(data) as store:
        assert partnership.profile(store).setup_step == "done"


def test_mail_settings_that_cannot_be_are_refused_under_their_fields(visit: Open, data: Path) -> None:
    test = press(visit(founder(data), "setup.py"), "Next: check")
    test.text_input(key="mail mail_host").set_value("http://mail").run()
    test.text_input(key="mail mail_port").set_value("seven").run()
    press(test, "Send me a test")
    assert [words.split(".")[0] for words in errors(test)] == [
        "“http://mail” is not the name of a mail server",
        "“seven” is not a port",
        "The sender's address is empty",
    ]
    assert test.text_input(key="mail mail_port").value == "seven"


def test_send_me_a_test_saves_and_sends(visit: Open, data: Path, mailbox: Any) -> None:
    test = press(visit(founder(data), "setup.py"), "Next: check")
    for name, text in (("host", mailbox.host), ("port", str(mailbox.port)), ("sender", "voice@afsd.example")):
        test.text_input(key=f"mail mail_{name}").set_value(text).run()
    test.selectbox(key="mail mail_security").set_value("none").run()
    press(test, "Send me a test")
    assert [s.value for s in test.success] == ["A test is on its way to you. Look into your mailbox."]
    assert mailbox.to("dana@afsd.example")


# The demo ---------------------------------------------------------------------------------------------------------


def test_the_demo_lies_in_a_directory_of_its_own_and_leaves_the_server_empty(visit: Open, data: Path) -> None:
    kept(data, {"city": "Alder Falls"})
    test = press(visit(), "Try the demo partnership")
    try:
        assert trial.is_on()
        assert test.session_state["founding"] == "/sign-in"
        assert settings().demo
        with open_partnership(settings().data) as store, open_monitors(settings().data) as heard:
            assert partnership.profile(store).demo
            assert len(sources.every_source(heard)) == 6
    finally:
        trial.leave()
    assert settings().data == data
    assert not settings().demo
    with open_partnership(data) as store:
        assert not setup.is_founded(store)
        assert setup.draft(store) == {"city": "Alder Falls"}


def test_a_server_that_is_set_up_never_turns_into_the_demo(visit: Open, data: Path) -> None:
    test = visit()
    founder(data)
    press(test, "Try the demo partnership")
    assert not trial.is_on()
    assert "does not turn into the demo" in errors(test)[0]
