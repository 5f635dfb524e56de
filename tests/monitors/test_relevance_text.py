"""Foreign text is cleaned before it is judged, and no text breaks the judge."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitors.relevance import Judge, Report, Tier
from monitors.relevance.cues import lexicon, phrases, rules
from monitors.relevance.description import language, prepared
from monitors.relevance.pipeline import split
from monitors.relevance.places import outlet, where
from monitors.relevance.reports import clean
from tests.monitors.test_watchlist import ALDER_FALLS


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Police &amp;amp; <b>fire</b>", "Police & fire"),
        ("&lt;p&gt;Lockdown&lt;/p&gt;", "Lockdown"),
        ("Chief 's badge , stolen", "Chief's badge, stolen"),
        ("“No threat,” says chief — again", '"No threat," says chief - again'),
        ("Оrrin Middle lосkdown", "Orrin Middle lockdown"),
        ("lock\u200bdown \u202eat Orrin", "lockdown at Orrin"),
        ("tab\tand\x00null", "tab and null"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
    ],
)
def test_text_is_cleaned_once_for_good(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_words_of_another_alphabet_stay_themselves() -> None:
    assert clean("Полиция города") == "Полиция города"


def test_an_outlet_behind_the_title_is_taken_as_the_outlet() -> None:
    report = Report("Lockdown lifted - Alder Falls Gazette", "Lockdown lifted Students are safe", "")
    assert prepared(report) == ("Lockdown lifted", "Students are safe", "Alder Falls Gazette")


def test_possessives_stand_apart_and_abbreviations_end_no_sentence() -> None:
    assert split("Sheriff's Sgt. Doe, of Ill., won't go.") == [
        "Sheriff",
        "'s",
        "Sgt",
        "Doe",
        ",",
        "of",
        "Ill",
        ",",
        "won't",
        "go",
        ".",
    ]


def test_a_dateline_names_its_place() -> None:
    assert where([], [], "ALDER FALLS, Wis. (AP) - A man").dateline == ("alder falls", "WI")
    assert where([], [], "Alder Falls, Iowa - A man").dateline == ("alder falls", "IA")
    assert where([], [], "Officials said - and meant it").dateline == ("", "")


def test_outlets_tell_their_state_and_side() -> None:
    assert outlet("Iowa Public Radio").states == {"IA"}
    assert outlet("KZQX-TV").side == "west"
    assert outlet("CNN").national
    assert outlet("") == outlet("   ")
    assert not outlet("").cities


def test_languages_are_told_by_their_small_words() -> None:
    assert (
        language("Policía busca a un hombre en la ciudad", split("Policía busca a un hombre en la ciudad"))
        == "other"
    )
    assert language("Полиция ищет мужчину", split("Полиция ищет мужчину")) == "other"
    assert language("El Paso police seek man", split("El Paso police seek man")) == "en"
    assert language("Alder Falls", split("Alder Falls")) == "en"


def test_lexicon_lines_spell_out_their_alternatives() -> None:
    assert sorted(phrases("(a|b|) c(|s)")) == ["a c", "a cs", "b c", "b cs", "c", "cs"]


def test_every_pattern_of_the_facts_uses_labels_that_exist() -> None:
    assert len(rules()) > 200
    assert len(lexicon()) > 5_000


@pytest.mark.parametrize(
    "report",
    [
        Report(),
        Report(title="x" * 10_000),
        Report(title="police " * 3_000, summary="<b>" * 4_000),
        Report(title="\u202e\u202dlockdown\u200b", summary="\x00\ufffe"),
        Report(title="((((((((((" * 500, source="\n" * 50),
        Report(title="، شرطة المدينة", summary="مدرسة"),
        Report(title="🚨🚨🚨", source="🚓"),
        Report(title="Alder Falls, " * 700),
    ],
)
def test_no_text_breaks_the_judge(judge: Judge, report: Report) -> None:
    (judgement,) = judge.judge([report], ALDER_FALLS)
    assert 0.0 <= judgement.score <= 1.0
    assert judgement.tier in Tier


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(max_size=200), summary=st.text(max_size=200), source=st.text(max_size=40))
def test_any_text_gets_an_answer_with_marks_inside_its_title(
    judge: Judge, title: str, summary: str, source: str
) -> None:
    (judgement,) = judge.judge([Report(title, summary, source)], ALDER_FALLS)
    assert all(0 <= mark.start < mark.end <= len(title) for mark in judgement.marks)


def test_five_thousand_items_at_once_come_back_in_order(judge: Judge) -> None:
    reports = [Report(f"Alder Falls council meets, item {n}", id=str(n)) for n in range(5_000)]
    described = list(judge.describe(reports))
    assert [d.report.id for d in described] == [str(n) for n in range(5_000)]


def test_what_is_not_in_english_goes_to_a_person(judge: Judge) -> None:
    (judgement,) = judge.judge([Report("Tiroteo en la escuela de Alder Falls deja un herido")], ALDER_FALLS)
    assert judgement.language == "other"
    assert judgement.relevant
    assert any(reason.label == "LANGUAGE" for reason in judgement.reasons)
