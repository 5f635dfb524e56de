"""First set-up: what is typed is kept as it is typed, each refusal belongs to a field, and a partnership is founded once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from comms import audit, entered, partnership, people, typed
from comms.joining import invitations, setup, welcoming
from comms.joining.sessions import session_of
from comms.joining.setup_fields import password_refusal, refusals, schools_typed
from comms.people import Refused, Seat
from comms.reaching import notices
from comms.store import open_partnership
from monitors.database import Store
from tests.harness import PASSWORD, World

NOW = datetime(2026, 9, 1, 15, 0, tzinfo=UTC)
BASE = "https://voice.afsd.example"
PARTNERS = {
    "district_name": "Alder Falls School District",
    "district_short": "AFSD",
    "district_contact": "515-555-0142",
    "agency_name": "Alder Falls Police Department",
    "agency_also": "AFPD, Alder Falls officers",
    "agency_contact": "pio@afpd.example",
}
PLACES = {
    "city": "Alder Falls",
    "state": "Iowa",
    "county": "Tannerbrook County",
    "population": "31,000",
    "zone": "America/Chicago",
    "school_1_name": "Orrin Middle School",
    "school_1_place": "Fenwick Street",
    "school_1_opens": "8:10",
    "school_1_closes": "15:40",
    "calendar": "2026-11-26 to 2026-11-27 Thanksgiving\n2026-12-18 early release 12:30 Winter break begins",
}
PEOPLE = {
    "own_seat": "communications",
    "own_name": "Dana Whitlock",
    "own_email": "dana@afsd.example",
    "super_name": "Dr. Elaine Brandt",
    "super_email": "brandt@afsd.example",
    "head_name": "Tess Navarro",
    "head_email": "tess@afpd.example",
    "pio_name": "Sgt. Maya Okafor",
    "pio_email": "maya@afpd.example",
}
WHOLE = PARTNERS | PLACES | PEOPLE


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    with open_partnership(data) as opened:
        yield opened


def found(store: Store, data: Path, **changed: str) -> str:
    setup.keep(store, WHOLE | changed)
    return setup.found(store, data, PASSWORD, BASE, NOW)


# What was typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 3000, "Écoles d'Ødegård 🚸", "<b>bold</b>", "ACME\u202e", "Line\nbreak"]
)
def test_what_is_typed_is_kept_exactly_even_when_it_would_be_refused(
    store: Store, data: Path, name: str
) -> None:
    setup.keep(store, {"district_name": name})
    with open_partnership(data) as another_day:
        assert setup.draft(another_day)["district_name"] == name


def test_two_browsers_that_type_into_different_fields_lose_nothing(store: Store, data: Path) -> None:
    with open_partnership(data) as other:
        setup.keep(store, {"district_name": "Alder Falls School District"})
        setup.keep(other, {"agency_name": "Alder Falls Police Department"})
    assert setup.draft(store) == {
        "district_name": "Alder Falls School District",
        "agency_name": "Alder Falls Police Department",
    }


def test_a_field_beyond_all_measure_is_refused_and_the_rest_stays(store: Store) -> None:
    setup.keep(store, {"city": "Alder Falls"})
    with pytest.raises(Refused, match="60,000 characters"):
        setup.keep(store, {"county": "x" * 60_000})
    assert setup.draft(store) == {"city": "Alder Falls"}


def test_a_password_is_never_in_the_draft_nor_anywhere_in_the_store(store: Store, data: Path) -> None:
    found(store, data)
    for file in data.glob("partnership.db*"):
        assert PASSWORD.encode() not in file.read_bytes()


# Refusals ---------------------------------------------------------------------------------------------------------

REFUSED: list[tuple[str, dict[str, str], str, str]] = [
    ("partners", {"district_name": ""}, "district_name", "The district's name is empty"),
    ("partners", {"district_name": " \t "}, "district_name", "The district's name is empty"),
    ("partners", {"agency_name": "x" * 3000}, "agency_name", "3,000 characters; the limit is 120"),
    ("partners", {"agency_name": "alder falls school district"}, "agency_name", "the same name"),
    ("partners", {"district_short": "Alder Falls Schools of Iowa"}, "district_short", "room for 20"),
    ("partners", {"agency_also": "AFPD, " + "x" * 200}, "agency_also", "200 characters"),
    ("partners", {"district_contact": ""}, "district_contact", "Families see it under every statement"),
    ("partners", {"agency_contact": "call us"}, "agency_contact", "neither a phone number nor an e-mail"),
    ("partners", {"agency_contact": "pio@"}, "agency_contact", "is not an e-mail address"),
    ("places", {"city": ""}, "city", "The city or town is empty"),
    ("places", {"state": "Atlantis"}, "state", "Choose the state"),
    ("places", {"county": "x" * 500}, "county", "500 characters"),
    ("places", {"population": "many"}, "population", "not a number of people"),
    ("places", {"population": "-5"}, "population", "not a number of people"),
    ("places", {"population": "٣١٠٠٠"}, "population", "not a number of people"),
    ("places", {"zone": ""}, "zone", "not a time zone"),
    ("places", {"zone": "Mars/Olympus"}, "zone", "not a time zone"),
    ("places", {"zone": "../etc/passwd"}, "zone", "not a time zone"),
    ("places", {"school_1_opens": "quarter past"}, "school_1_name", "is not a time"),
    ("places", {"school_1_opens": "16:00"}, "school_1_name", "The last bell lies before the first"),
    ("places", {"school_2_name": "orrin middle school"}, "school_2_name", "in the list already"),
    ("places", {"school_3_place": "Quarry Road"}, "school_3_name", "The school's name is empty"),
    ("places", {"calendar": "2026-11-27 to 2026-11-26 Back"}, "calendar", "Line 1: the end, 2026-11-26"),
    ("places", {"calendar": "Thanksgiving"}, "calendar", "Line 1: it begins with no date"),
    ("people", {"own_seat": ""}, "own_seat", "Say which seat you hold"),
    ("people", {"own_seat": "superintendent"}, "own_seat", "Say which seat you hold"),
    ("people", {"own_name": "  "}, "own_name", "Your name is empty"),
    ("people", {"own_email": "dana"}, "own_email", "is not an e-mail address"),
    ("people", {"own_email": "dana@x.example\nBcc: all@x.example"}, "own_email", "is not an e-mail"),
    ("people", {"own_phone": "ask the front office"}, "own_phone", "is not a telephone number"),
    ("people", {"head_name": ""}, "head_name", "The agency administrator's name is empty"),
    ("people", {"head_email": "DANA@afsd.example"}, "head_email", "typed for two people"),
    ("people", {"super_email": ""}, "super_email", "The superintendent's e-mail is empty"),
    ("people", {"super_name": "Dr."}, "super_email", ""),
]


@pytest.mark.parametrize(("step", "changed", "field", "sentence"), REFUSED)
def test_a_refusal_stands_at_its_field_and_nothing_is_founded(
    store: Store, data: Path, step: str, changed: dict[str, str], field: str, sentence: str
) -> None:
    if not sentence:
        assert refusals(step, WHOLE | changed) == {}
        return
    assert sentence in refusals(step, WHOLE | changed)[field]
    with pytest.raises(setup.NotReady) as refused:
        found(store, data, **changed)
    assert (refused.value.step, list(refused.value.refused)) == (step, [field])
    assert not setup.is_founded(store)
    assert partnership.organisations(store) == []
    assert setup.draft(store) == WHOLE | changed


def test_every_field_of_a_step_is_judged_at_once() -> None:
    assert set(refusals("partners", {})) == {
        "district_name",
        "agency_name",
        "district_contact",
        "agency_contact",
    }
    assert set(refusals("places", {})) == {"city", "state", "zone"}
    assert set(refusals("people", {})) == {"own_seat", "own_name", "own_email", "head_name", "head_email"}


@pytest.mark.parametrize("name", ["Escuelas de Alder Falls ñ á", "Ødegård 🚸 Schools", "东城学区"])
def test_accents_and_emoji_are_accepted_and_kept(store: Store, data: Path, name: str) -> None:
    found(store, data, district_name=name)
    district = partnership.district(store)
    assert district is not None
    assert district.name == name


def test_a_short_password_or_two_different_ones_are_refused_at_their_field() -> None:
    assert "at least 12 characters; this one has 5" in password_refusal("short", "short")["password"]
    assert "not the same" in password_refusal(PASSWORD, PASSWORD + "!")["again"]
    assert password_refusal(PASSWORD, PASSWORD) == {}


def test_empty_rows_of_schools_are_no_schools() -> None:
    fields = {"school_1_name": " ", "school_2_name": "Orrin", "school_x_name": "a", "school_9_opens": "8:00"}
    assert schools_typed(fields) == [2]


# Founding ---------------------------------------------------------------------------------------------------------


def test_founding_makes_both_organizations_their_places_and_their_first_people(
    store: Store, data: Path
) -> None:
    found(store, data)
    district, agency = partnership.organisations(store)
    assert (district.name, district.short, district.phone) == (
        "Alder Falls School District",
        "AFSD",
        "515-555-0142",
    )
    assert (agency.name, agency.short, agency.email) == (
        "Alder Falls Police Department",
        "AFPD",
        "pio@afpd.example",
    )
    about = partnership.profile(store)
    assert (about.place, about.state, about.population, about.zone) == (
        "Alder Falls",
        "Iowa",
        31_000,
        "America/Chicago",
    )
    assert about.setup_step == "sources"
    assert [(s.name, s.opens, s.closes) for s in partnership.schools(store)] == [
        ("Orrin Middle School", "08:10", "15:40")
    ]
    assert len(partnership.special_days(store)) == 3
    calendar = partnership.calendar(store)
    assert calendar.known
    assert not calendar.in_session(datetime(2026, 11, 26, 18, tzinfo=UTC))
    assert {(p.name, p.title, p.seat) for p in people.accounts(store)} == {
        ("Dana Whitlock", "", Seat.COMMUNICATIONS),
        ("Elaine Brandt", "Dr.", Seat.SUPERINTENDENT),
        ("Tess Navarro", "", Seat.ADMINISTRATOR),
    }
    watched = partnership.watchlist(store)
    assert watched.county == "Tannerbrook County"
    assert watched.agencies[0].aliases == ("AFPD", "Alder Falls officers")
    assert any(e.did == "set up the partnership" for e in audit.entries(store))
    assert setup.draft(store) == {}


def test_the_district_never_names_the_police_approver(store: Store, data: Path) -> None:
    """The domain rules, section 1: an agency's approvers are named by the agency's own administrator."""
    found(store, data)
    assert people.accounts(store, seat=Seat.PIO) == []
    tess = next(p for p in people.accounts(store) if p.name == "Tess Navarro")
    suggestion = typed.kept(store, typed.of_account(tess.id))
    assert (suggestion["new_name"], suggestion["new_seat"], suggestion["new_from"]) == (
        "Sgt. Maya Okafor",
        "pio",
        "Dana Whitlock",
    )


def test_whoever_sets_up_types_only_the_own_password(store: Store, data: Path) -> None:
    found(store, data)
    hashes = {r["name"]: r["password_hash"] for r in store.rows_of("select name, password_hash from account")}
    assert hashes["Dana Whitlock"].startswith("$argon2id$")
    assert hashes["Elaine Brandt"] == hashes["Tess Navarro"] == ""


def test_everybody_else_gets_an_invitation_by_mail_with_a_whole_link(store: Store, data: Path) -> None:
    found(store, data)
    tess = next(p for p in people.accounts(store) if p.name == "Tess Navarro")
    (mail,) = store.rows_of("select * from outbox where recipient = 'tess@afpd.example'")
    link = next(line for line in mail["text"].splitlines() if line.startswith(BASE))
    token = link.removeprefix(f"{BASE}/invitation/")
    assert invitations.invited(store, data, token, NOW).id == tess.id
    assert "You name the people of Alder Falls Police Department" in mail["text"]
    assert len(notices.deliveries(store, f"account {tess.id}")) == 1
    (other,) = store.rows_of("select text from outbox where recipient = 'brandt@afsd.example'")
    assert "You name the people" not in other["text"]


def test_a_partnership_is_founded_once_even_by_two_browsers_at_the_same_moment(
    store: Store, data: Path
) -> None:
    setup.keep(store, WHOLE)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def browser() -> None:
        with open_partnership(data) as own:
            ready.wait()
            try:
                outcomes.append(setup.found(own, data, PASSWORD, BASE, NOW))
            except setup.Founded as refusal:
                outcomes.append(str(refusal))

    threads = [threading.Thread(target=browser) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(outcome.startswith("/welcome/") for outcome in outcomes) == 1
    assert sum("is set up already" in outcome for outcome in outcomes) == 1
    assert len(people.accounts(store)) == 3
    assert len(partnership.organisations(store)) == 2


def test_once_founded_nobody_types_into_set_up_without_signing_in(store: Store, data: Path) -> None:
    found(store, data)
    for act in (lambda: setup.keep(store, {"city": "Elsewhere"}), lambda: found(store, data)):
        with pytest.raises(setup.Founded, match="Sign in, or ask for an invitation"):
            act()
    assert partnership.profile(store).place == "Alder Falls"


# The first sign-in and the invitations ----------------------------------------------------------------------------


def test_the_ticket_signs_in_once_and_only_for_ten_minutes(store: Store, data: Path) -> None:
    token = found(store, data).removeprefix("/welcome/")
    with pytest.raises(Refused, match="has ended"):
        welcoming.redeem(store, data, token, NOW + timedelta(minutes=10))
    cookie, account_id = welcoming.redeem(store, data, token, NOW + timedelta(minutes=1))
    actor = session_of(store, cookie, NOW + timedelta(minutes=1))
    assert actor is not None
    assert people.account(store, actor.account_id).name == "Dana Whitlock"
    assert actor.account_id == account_id
    with pytest.raises(Refused, match="was used"):
        welcoming.redeem(store, data, token, NOW + timedelta(minutes=2))


@pytest.mark.parametrize("token", ["", "eyJhY2NvdW50IjoxfQ.AAAA", "..", "a.b"])
def test_a_made_up_ticket_opens_nothing(store: Store, data: Path, token: str) -> None:
    found(store, data)
    with pytest.raises(Refused):
        welcoming.redeem(store, data, token, NOW)


def test_the_link_of_the_agencys_administrator_is_shown_only_until_somebody_of_the_agency_came(
    store: Store, data: Path
) -> None:
    found(store, data)
    dana = next(p for p in people.accounts(store) if p.name == "Dana Whitlock")
    waiting = welcoming.waiting_for_password(store, data, dana, NOW)
    assert [w.account.name for w in waiting] == ["Elaine Brandt", "Tess Navarro"]
    token = waiting[1].path.removeprefix("/invitation/")
    invitations.accept(store, data, token, "another quiet river", NOW)
    assert [w.account.name for w in welcoming.waiting_for_password(store, data, dana, NOW)] == [
        "Elaine Brandt"
    ]


def test_observers_and_approvers_see_no_invitation(world: World) -> None:
    with world.store() as store:
        store.execute("update account set password_hash = ''")
        for who in ("okafor", "brandt", "records", "moreau"):
            assert welcoming.waiting_for_password(store, world.data, world.people[who], NOW) == []


def test_an_administrator_never_hands_out_the_other_sides_links(world: World) -> None:
    with world.store() as store:
        store.execute("update account set password_hash = '' where name in ('Peter Hahn', 'J. Moreau')")
        ours = welcoming.waiting_for_password(store, world.data, world.people["castellano"], NOW)
        theirs = welcoming.waiting_for_password(store, world.data, world.people["brightwater"], NOW)
    assert [w.account.name for w in ours] == ["J. Moreau"]
    assert [w.account.name for w in theirs] == ["Peter Hahn"]


def test_an_invitation_is_sent_again_only_to_somebody_who_waits(world: World) -> None:
    now = datetime.now(UTC)
    castellano = world.actor("castellano")
    with world.store() as store:
        with pytest.raises(Refused, match="has a password already"):
            welcoming.invite_again(store, castellano, world.data, world.people["moreau"].id, BASE, now)
        store.execute("update account set password_hash = '' where name = 'J. Moreau'")
        welcoming.invite_again(store, castellano, world.data, world.people["moreau"].id, BASE, now)
        assert store.row_of("select 1 from outbox where recipient = 'moreau@afsd.example'")


# Going on later ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "may"), [("dana", True), ("castellano", True), ("okafor", False), ("records", False)]
)
def test_set_up_is_gone_on_with_by_communications_or_an_administrator(
    world: World, who: str, may: bool
) -> None:
    now = datetime.now(UTC)
    with world.store() as store:
        if may:
            setup.go_on(store, world.actor(who), "check", now)
            assert partnership.profile(store).setup_step == "check"
        else:
            with pytest.raises(Refused, match="may do this"):
                setup.go_on(store, world.actor(who), "check", now)


def test_a_step_that_does_not_exist_changes_nothing(world: World) -> None:
    with world.store() as store, pytest.raises(Refused, match="no such step"):
        setup.go_on(store, world.actor("dana"), "launch", datetime.now(UTC))


def test_the_test_message_reaches_the_person_over_a_real_mail_server(world: World, mailbox: Any) -> None:
    now = datetime.now(UTC)
    dana = world.actor("dana")
    with world.store() as store:
        with pytest.raises(Refused, match="Enter the mail server"):
            setup.test_mail(store, dana, "", now)
        mail = partnership.Mail(mailbox.host, mailbox.port, "none", "", "voice@afsd.example")
        partnership.change_profile(store, dana, now, mail=mail)
        assert setup.test_mail(store, dana, "", now) == "dana@afsd.example"
        with pytest.raises(Refused, match="sends the test"):
            setup.test_mail(store, world.actor("okafor"), "", now)
    assert mailbox.to("dana@afsd.example")[0]["Subject"] == "Test from One Voice"


def test_a_mail_server_that_is_not_there_is_named_in_the_refusal(world: World) -> None:
    now = datetime.now(UTC)
    dana = world.actor("dana")
    with world.store() as store:
        mail = partnership.Mail("127.0.0.1", 9, "none", "", "voice@afsd.example")
        partnership.change_profile(store, dana, now, mail=mail)
        with pytest.raises(Refused, match=r"The test was not sent: 127\.0\.0\.1 did not answer"):
            setup.test_mail(store, dana, "", now)


# One rule a kind of field -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed_text", "kept"),
    [
        ("Dr. Elaine Brandt", ("Dr.", "Elaine Brandt")),
        ("dr Elaine Brandt", ("Dr.", "Elaine Brandt")),
        ("Sgt.  Maya   Okafor", ("Sgt.", "Maya Okafor")),
        ("Chief", ("", "Chief")),
        ("Drew Barr", ("", "Drew Barr")),
        ("", ("", "")),
    ],
)
def test_a_title_is_taken_off_a_name(typed_text: str, kept: tuple[str, str]) -> None:
    assert entered.titled(typed_text) == kept


@pytest.mark.parametrize("number", ["515-555-0142", "(515) 555 0142 ext. 12", "+1 515.555.0142", "555-0142"])
def test_telephone_numbers_are_taken_as_people_write_them(number: str) -> None:
    assert entered.phone(number) == number


@pytest.mark.parametrize("number", ["call me", "12", "5" * 30, "555-0142<script>"])
def test_what_is_no_telephone_number_is_refused(number: str) -> None:
    with pytest.raises(Refused, match="not a telephone number"):
        entered.phone(number)


@pytest.mark.parametrize(
    ("address", "kept"),
    [("https://afsd.example/now/", "afsd.example/now"), ("afsd.example", "afsd.example"), ("", "")],
)
def test_the_short_address_is_kept_as_it_is_read_out(address: str, kept: str) -> None:
    assert entered.short_address(address) == kept


@pytest.mark.parametrize("address", ["now", "ftp://afsd.example", "afsd example", "javascript:alert(1)"])
def test_what_families_could_not_type_is_no_short_address(address: str) -> None:
    with pytest.raises(Refused, match="not an address families could type"):
        entered.short_address(address)
