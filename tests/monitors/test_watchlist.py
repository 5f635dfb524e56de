"""A watchlist travels as JSON, says in a sentence what is wrong with it, and listens for more than what was typed."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.watchlist import (
    Added,
    Agency,
    AgencyKind,
    District,
    Label,
    Person,
    School,
    Watchlist,
    WatchlistError,
    generated,
    read_watchlist,
    variants,
    watchlist_from_json,
    watchlist_to_json,
)

ALDER_FALLS = Watchlist(
    id="alder-falls",
    state="Iowa",
    city="Alder Falls",
    county="Maple County",
    population=24_000,
    district=District(
        "Alder Falls School District", (), (School("Orrin Middle School"), School("Alder Falls High School"))
    ),
    agencies=(
        Agency("Alder Falls Police Department"),
        Agency("Maple County Sheriff's Office", AgencyKind.MUTUAL_AID),
        Agency("Tannerbrook Police Department", AgencyKind.NEIGHBOUR),
    ),
    people=(Person("Dr. Elaine Brandt", "superintendent"),),
    not_us=("Alder Falls, Wisconsin",),
)


def forms(watchlist: Watchlist, label: Label) -> set[str]:
    return {variant.text.casefold() for variant in variants(watchlist) if variant.label is label}


def test_a_watchlist_survives_its_json() -> None:
    full = Watchlist(
        id="x",
        state="IA",
        city="Alder Falls",
        county="Maple",
        population=9,
        district=District("D", ("E",), (School("Orrin Middle School", "Alder Falls"), School("Elm"))),
        agencies=(Agency("A", AgencyKind.MUTUAL_AID, ("B",)),),
        places=("Mill Pond",),
        people=(Person("Dana Whitlock", "communications"),),
        not_us=("AFPD: another department",),
        switched_off=("Alder Falls cops",),
        added=(Added("the Falls", Label.CITY, "Alder Falls"),),
    )
    assert watchlist_from_json(watchlist_to_json(full)) == full


def test_missing_keys_and_nulls_mean_empty() -> None:
    given_nulls = json.dumps(
        dict.fromkeys(("id", "state", "city", "population", "district", "agencies", "places", "not_us"))
    )
    assert watchlist_from_json("{}") == watchlist_from_json(given_nulls) == Watchlist()


def test_schools_may_be_names_or_objects_and_the_population_may_be_written_with_a_comma() -> None:
    watchlist = watchlist_from_json(
        '{"population": "24,000", "district": {"schools": ["Elm School", {"name": "Oak School", "place": "Tull"}]}}'
    )
    assert watchlist.population == 24_000
    assert watchlist.district.schools == (School("Elm School"), School("Oak School", "Tull"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "This is not JSON"),
        ("[]", "one JSON object"),
        ('{"city": ["a"]}', '"city" must be text'),
        ('{"population": "many"}', '"population" must be a number of people'),
        ('{"population": true}', '"population" must be a number of people'),
        ('{"agencies": [{"name": "A", "kind": "friend"}]}', "partner, neighbour or mutual_aid"),
        ('{"agencies": 7}', '"agencies" must be a list'),
        ('{"places": [1]}', "a list of texts"),
        ('{"district": 3}', '"district" must be an object'),
        ('{"added": [{"text": "x", "label": "TOWN"}]}', '"added" must be a list of objects'),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(WatchlistError, match=sentence.replace("(", r"\(")):
        watchlist_from_json(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WatchlistError, match=r"nowhere\.json"):
        read_watchlist(tmp_path / "nowhere.json")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_any_json_is_a_watchlist_or_a_sentence(value: object) -> None:
    text = json.dumps({"city": value, "agencies": value, "district": value, "population": value})
    with contextlib.suppress(WatchlistError):
        assert isinstance(watchlist_from_json(text), Watchlist)


def test_outlets_call_the_police_by_many_names() -> None:
    heard = forms(ALDER_FALLS, Label.AGENCY)
    assert {"alder falls police", "alder falls pd", "alder falls cop", "alder falls officer", "afpd"} <= heard
    assert {"maple county deputies", "maple county jail", "maple sheriff", "mcso"} <= forms(
        ALDER_FALLS, Label.MUTUAL_AID
    )


def test_a_school_is_heard_by_its_short_name_and_its_people() -> None:
    assert {"orrin middle", "orrin ms", "orrin students", "orrin principal", "orrin", "oms"} <= forms(
        ALDER_FALLS, Label.SCHOOL
    )


def test_bare_and_short_forms_count_only_in_company() -> None:
    company = {variant.text for variant in variants(ALDER_FALLS) if variant.exact}
    assert {"AFPD", "OMS", "Orrin", "Brandt", "Maple"} <= company
    assert "Alder Falls" not in company


def test_a_bare_name_of_two_words_stands_alone_unless_a_hundred_schools_share_it() -> None:
    schools = (
        School("Ironwood Flats High School"),
        School("Martin Luther King Elementary"),
        School("Prairie Fork Elementary"),
    )
    watchlist = replace(
        ALDER_FALLS,
        district=District("Alder Falls Schools", (), schools),
        places=("Prairie Fork", "Rosewood Apartments"),
    )
    exact = {variant.text: variant.exact for variant in variants(watchlist)}
    assert exact["Ironwood Flats"] is False
    assert exact["Martin Luther King"] is True
    assert exact["Rosewood"] is True
    assert {variant.label for variant in variants(watchlist) if variant.text == "Prairie Fork"} == {
        Label.PLACE
    }


def test_the_neighbors_town_is_the_neighbors_and_no_form_comes_twice() -> None:
    assert "tannerbrook" in forms(ALDER_FALLS, Label.NEIGHBOUR)
    texts = [(variant.text.casefold(), variant.exact) for variant in generated(ALDER_FALLS)]
    assert len(texts) == len(set(texts))


def test_a_form_can_be_switched_off_and_another_added() -> None:
    changed = replace(
        ALDER_FALLS, switched_off=("Alder Falls COPS",), added=(Added("the Falls PD", Label.AGENCY),)
    )
    assert "alder falls cops" not in forms(changed, Label.AGENCY)
    assert "alder falls cops" in {variant.text.casefold() for variant in generated(changed)}
    assert "the falls pd" in forms(changed, Label.AGENCY)
