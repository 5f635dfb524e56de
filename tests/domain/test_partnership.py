"""Each side changes its own entry; schools, calendar, mail and the watchlist hold what was entered and refuse what cannot be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from comms import audit, partnership
from comms.clocks import Day
from comms.hearing import watching
from comms.hearing.watching import Watched
from comms.joining import partners, welcoming
from comms.joining.readiness import readiness
from comms.partnership import Mail, Organisation, School
from comms.people import Actor, NewAccount, Refused, Seat
from monitors.database import Store
from monitors.store import open_monitors
from monitors.watchlist import generated, variants
from tests.harness import World

NOW = datetime.now(UTC)


def entry(organisation_id: int, name: str = "Alder Falls Schools", **changed: str) -> Organisation:
    values = {"short": "AFS", "phone": "555-0199", "email": "hello@afsd.example"} | changed
    return Organisation(organisation_id, "", name, **values)


# Organizations ----------------------------------------------------------------------------------------------------


def test_each_side_changes_its_own_entry(world: World) -> None:
    with world.store() as store:
        partners.change_organisation(
            store, world.actor("castellano"), entry(world.district_id), ["AF Schools"], NOW
        )
        district, agency = partnership.organisations(store)
        assert (district.name, district.short, district.phone) == ("Alder Falls Schools", "AFS", "555-0199")
        assert partnership.written_as(partnership.profile(store), district) == ["AFS", "AF Schools"]
        with pytest.raises(Refused, match="Each organization changes its own entry"):
            partners.change_organisation(
                store, world.actor("castellano"), entry(world.agency_id, "PD"), [], NOW
            )
        partners.change_organisation(
            store, world.actor("brightwater"), entry(agency.id, "AF Police"), [], NOW
        )
        assert partnership.agencies(store)[0].name == "AF Police"


def test_the_district_fills_in_an_agency_until_somebody_of_it_has_come(world: World) -> None:
    with world.store() as store:
        store.execute("update account set password_hash = '' where organisation_id = ?", [world.agency_id])
        partners.change_organisation(store, world.actor("dana"), entry(world.agency_id, "AF Police"), [], NOW)
        store.execute("update account set password_hash = 'x' where name = 'Tom Brightwater'")
        with pytest.raises(Refused, match="Ask the other side's administrator"):
            partners.change_organisation(store, world.actor("dana"), entry(world.agency_id, "Cops"), [], NOW)
        assert partnership.agencies(store)[0].name == "AF Police"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": "  "}, "The name is empty"),
        ({"name": "x" * 3000}, "3,000 characters"),
        ({"name": "alder falls POLICE department"}, "Both sides need their own name"),
        ({"short": "x" * 21}, "21 characters"),
        ({"phone": "call"}, "not a telephone number"),
        ({"email": "nowhere"}, "not an e-mail address"),
    ],
)
def test_an_entry_that_cannot_be_changes_nothing(
    world: World, changed: dict[str, str], sentence: str
) -> None:
    with world.store() as store:
        before = partnership.organisations(store)
        with pytest.raises(Refused, match=sentence):
            partners.change_organisation(
                store, world.actor("castellano"), entry(world.district_id, **changed), [], NOW
            )
        assert partnership.organisations(store) == before


def test_a_further_agency_comes_with_the_person_who_names_its_people(world: World) -> None:
    agency = Organisation(0, "agency", "Tannerbrook Sheriff", "TBSO", "", "")
    head = NewAccount(0, "pat@tannerbrook.example", "Pat Lindqvist", Seat.PIO)
    with world.store() as store:
        account_id = partners.add_agency(store, world.actor("dana"), agency, ["Sheriff"], head, NOW)
        added = partnership.agencies(store)[-1]
        assert added.name == "Tannerbrook Sheriff"
        waiting = welcoming.waiting_for_password(store, world.data, world.people["dana"], NOW)
        assert [(w.account.id, w.account.seat) for w in waiting] == [(account_id, Seat.ADMINISTRATOR)]
        assert partnership.watchlist(store).agencies[-1].aliases == ("TBSO", "Sheriff")
        with pytest.raises(Refused, match="The district adds a partner agency"):
            partners.add_agency(store, world.actor("brightwater"), entry(0, "Third"), [], head, NOW)


def test_a_further_agency_whose_administrator_cannot_be_added_is_not_added_either(world: World) -> None:
    head = NewAccount(0, "dana@afsd.example", "Dana Again", Seat.ADMINISTRATOR)
    with world.store() as store:
        with pytest.raises(Refused, match="has an account already"):
            partners.add_agency(store, world.actor("dana"), entry(0, "Tannerbrook Sheriff"), [], head, NOW)
        assert len(partnership.organisations(store)) == 2


def test_a_refusal_is_on_the_record(world: World) -> None:
    with world.store() as store:
        with pytest.raises(Refused):
            partners.change_organisation(store, world.actor("castellano"), entry(world.agency_id), [], NOW)
        newest = list(audit.entries(store))[-1]
    assert newest.did == "was refused: changed an organization"
    assert newest.who == "Rosa Castellano"


@pytest.mark.parametrize("who", ["okafor", "brandt", "counsel", "records", "moreau"])
def test_seats_that_do_not_set_up_change_nothing(world: World, who: str) -> None:
    actor = world.actor(who)
    with world.store() as store:
        for act in (
            lambda: partnership.change_profile(store, actor, NOW, place="Elsewhere"),
            lambda: partnership.add_school(store, actor, School("Orrin"), NOW),
            lambda: partnership.replace_calendar(store, actor, {}, NOW),
            lambda: partners.change_mail(store, actor, Mail("h", 25, "none", "", "a@b.example"), NOW),
            lambda: watching.change_watched(store, actor, Watched("Hollis"), NOW),
            lambda: watching.switch(store, actor, "AFPD", False, NOW),
        ):
            with pytest.raises(Refused, match="may do this"):
                act()
        assert partnership.profile(store).place == "Alder Falls"


# Schools and calendar ---------------------------------------------------------------------------------------------


def test_a_school_is_added_changed_and_taken_off(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        partnership.add_school(store, dana, School("Orrin Middle School", "", "8:10", "15:40"), NOW)
        partnership.change_school(
            store, dana, "Orrin Middle School", School("Orrin Middle", "Fenwick Street", "8:00", "15:00"), NOW
        )
        assert partnership.schools(store) == [School("Orrin Middle", "Fenwick Street", "08:00", "15:00")]
        partnership.remove_school(store, dana, "Orrin Middle", NOW)
        partnership.remove_school(store, dana, "Orrin Middle", NOW)
        assert partnership.schools(store) == []
        assert sum(e.did == "removed a school" for e in audit.entries(store)) == 1


@pytest.mark.parametrize(
    ("school", "sentence"),
    [
        (School(""), "The school's name is empty"),
        (School("x" * 3000), "3,000 characters"),
        (School("Orrin", "", "16:00", "8:00"), "The last bell lies before the first"),
        (School("Orrin", "", "8:00", "8:00"), "The last bell lies before the first"),
        (School("Orrin", "", "8", "15:00"), "is not a time"),
        (School("Orrin", "", "25:00", "26:00"), "is not a time"),
        (School("TOLLGATE elementary"), "in the list already"),
    ],
)
def test_a_school_that_cannot_be_is_refused(world: World, school: School, sentence: str) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        partnership.add_school(store, dana, School("Tollgate Elementary"), NOW)
        with pytest.raises(Refused, match=sentence):
            partnership.add_school(store, dana, school, NOW)
        assert len(partnership.schools(store)) == 1


def test_renaming_a_school_into_another_is_refused(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        for name in ("Orrin Middle School", "Tollgate Elementary"):
            partnership.add_school(store, dana, School(name), NOW)
        with pytest.raises(Refused, match="in the list already"):
            partnership.change_school(store, dana, "Orrin Middle School", School("tollgate elementary"), NOW)


def test_the_calendar_is_known_once_it_was_saved_even_when_it_is_empty(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        partnership.add_school(store, dana, School("Orrin"), NOW)
        assert not partnership.calendar(store).known
        day = {date(2026, 12, 18): Day("early_release", time(12, 30), "Winter")}
        assert partnership.set_calendar(store, dana, day, NOW) == 1
        assert partnership.special_days(store) == day
        assert partnership.replace_calendar(store, dana, {}, NOW) == 0
        assert partnership.special_days(store) == {}
        assert partnership.calendar(store).known


def test_a_zone_that_does_not_exist_is_refused(world: World) -> None:
    with world.store() as store, pytest.raises(Refused, match="not a time zone"):
        partnership.change_profile(store, world.actor("dana"), NOW, zone="Iowa/Alder_Falls")


# Mail -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mail", "sentence"),
    [
        (Mail("", 587, "starttls", "", "a@b.example"), "The mail server is empty"),
        (Mail("http://mail", 587, "starttls", "", "a@b.example"), "not the name of a mail server"),
        (Mail("mail.example", 0, "starttls", "", "a@b.example"), "not a port"),
        (Mail("mail.example", 70_000, "starttls", "", "a@b.example"), "not a port"),
        (Mail("mail.example", 587, "ssl3", "", "a@b.example"), "how the connection is protected"),
        (Mail("mail.example", 587, "starttls", "", "nobody"), "not an e-mail address"),
    ],
)
def test_mail_settings_that_cannot_be_are_refused(world: World, mail: Mail, sentence: str) -> None:
    with world.store() as store:
        with pytest.raises(Refused, match=sentence):
            partners.change_mail(store, world.actor("dana"), mail, NOW)
        assert not partnership.profile(store).mail.ready


def test_mail_is_the_districts_to_set(world: World) -> None:
    mail = Mail(" mail.afsd.example ", 587, "starttls", "voice", "voice@afsd.example")
    with world.store() as store:
        with pytest.raises(Refused, match="so the district sets it"):
            partners.change_mail(store, world.actor("brightwater"), mail, NOW)
        partners.change_mail(store, world.actor("castellano"), mail, NOW)
        assert partnership.profile(store).mail.host == "mail.afsd.example"


# Watchlist --------------------------------------------------------------------------------------------------------


def saved(store: Store, actor: Actor, **lists: str) -> None:
    watching.change_watched(store, actor, Watched(**lists), NOW)


def test_the_watchlist_holds_what_was_entered_and_shows_it_again(world: World) -> None:
    entered = Watched(
        county="Tannerbrook County",
        places="Fenwick Street overpass\nMill Bridge",
        people="Elaine Brandt, superintendent\nMaya Okafor",
        mutual_aid="Tannerbrook County Sheriff's Office",
        neighbors="Quarry Hill Police Department",
        not_us="Alder Falls, Oregon",
    )
    with world.store() as store:
        watching.change_watched(store, world.actor("dana"), entered, NOW)
        assert watching.watched(store) == entered
        watchlist = partnership.watchlist(store)
    assert watchlist.places == ("Fenwick Street overpass", "Mill Bridge")
    assert [str(a.kind) for a in watchlist.agencies] == ["partner", "mutual_aid", "neighbour"]
    assert "Superintendent Brandt" in {v.text for v in variants(watchlist)}


@pytest.mark.parametrize(
    ("lists", "sentence"),
    [
        ({"places": "Mill Bridge\n" + "x" * 3000}, "Places, line 2: 3,000 characters"),
        ({"people": "x" * 200}, "People, line 1: 200 characters"),
        ({"not_us": "\n".join(str(n) for n in range(600))}, "600 lines; the limit is 500"),
        ({"county": "x" * 300}, "300 characters"),
    ],
)
def test_a_list_that_cannot_be_is_refused_by_its_line(
    world: World, lists: dict[str, str], sentence: str
) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        saved(store, dana, places="Harlow Park")
        with pytest.raises(Refused, match=sentence):
            saved(store, dana, **lists)
        assert watching.watched(store).places == "Harlow Park"


def test_a_form_of_a_name_is_switched_off_and_on_again(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:

        def heard() -> set[str]:
            return {v.text for v in variants(partnership.watchlist(store))}

        assert "Alder Falls cops" in heard()
        watching.switch(store, dana, "Alder Falls cops", False, NOW)
        assert "Alder Falls cops" not in heard()
        assert "Alder Falls cops" in {v.text for v in generated(partnership.watchlist(store))}
        watching.switch(store, dana, "ALDER FALLS COPS", True, NOW)
        assert "Alder Falls cops" in heard()


def test_a_form_is_added_by_hand_and_taken_away(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        watching.add_form(store, dana, "the Falls PD", "AGENCY", "Alder Falls Police Department", NOW)
        assert "the Falls PD" in {v.text for v in variants(partnership.watchlist(store))}
        watching.remove_form(store, dana, "the Falls PD", NOW)
        assert "the Falls PD" not in {v.text for v in variants(partnership.watchlist(store))}


@pytest.mark.parametrize(
    ("text", "label", "sentence"),
    [
        ("", "AGENCY", "The name is empty"),
        ("AF", "AGENCY", "too short to listen for"),
        ("x" * 3000, "AGENCY", "3,000 characters"),
        ("the Falls PD", "", "Say what the name stands for"),
        ("the Falls PD", "VILLAIN", "Say what the name stands for"),
    ],
)
def test_a_form_that_cannot_be_heard_is_refused(world: World, text: str, label: str, sentence: str) -> None:
    with world.store() as store, pytest.raises(Refused, match=sentence):
        watching.add_form(store, world.actor("dana"), text, label, "", NOW)


def test_changing_the_lists_keeps_switched_forms_and_the_other_ways_names_are_written(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        partners.change_organisation(
            store, world.actor("castellano"), entry(world.district_id), ["AF Schools"], NOW
        )
        watching.switch(store, dana, "Alder Falls cops", False, NOW)
        saved(store, dana, places="Harlow Park")
        watchlist = partnership.watchlist(store)
    assert watchlist.switched_off == ("Alder Falls cops",)
    assert watchlist.district.aliases == ("AFS", "AF Schools")


# Readiness --------------------------------------------------------------------------------------------------------


def test_the_readiness_list_says_what_is_missing_and_where_it_is_mended(world: World) -> None:
    with world.store() as store, open_monitors(world.data) as heard:
        missing = {line.name: line.view for line in readiness(store, heard, NOW) if not line.there}
        assert missing == {
            "Sources": "sources",
            "Schools": "schools",
            "School calendar": "schools",
            "Streets and places": "watchlist",
            "E-mail": "mail",
            "Families' list": "audiences",
        }
        partnership.add_school(store, world.actor("dana"), School("Orrin"), NOW)
        assert "Schools" not in {line.name for line in readiness(store, heard, NOW) if not line.there}


def test_readiness_names_who_has_not_come_yet_and_who_must_name_the_pio(world: World) -> None:
    with world.store() as store, open_monitors(world.data) as heard:
        store.execute("update account set password_hash = '' where name in ('Tom Brightwater', 'J. Moreau')")
        store.execute("update account set active = 0 where seat = 'pio'")
        said = {line.name: line.sentence for line in readiness(store, heard, NOW) if not line.there}
    assert said["Agency's administrator"] == "Tom Brightwater did not open the invitation yet."
    assert said["PIO"] == "Nobody approves for the police yet: Tom Brightwater names the PIO."
    assert said["Passwords"] == "J. Moreau did not open the invitation yet."
    assert "Deputies" in said
