"""What a channel can carry: segments, words, seconds, grades and purpose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms.wording.channels import CHANNELS, grade, measure, purpose_allows, seconds_to_say, sms_parts
from comms.wording.sentences import sentences
from comms.wording.syllables import syllables


@pytest.mark.parametrize(
    ("text", "parts", "alphabet"),
    [
        ("", 0, "GSM-7"),
        ("a" * 160, 1, "GSM-7"),
        ("a" * 161, 2, "GSM-7"),
        ("a" * 306, 2, "GSM-7"),
        ("a" * 307, 3, "GSM-7"),
        ("[" * 80, 1, "GSM-7"),
        ("[" * 81, 2, "GSM-7"),
        ("a" * 152 + "[" + "a" * 152, 3, "GSM-7"),  # a pair is never cut in two
        ("mañana después", 1, "GSM-7"),
        ("á" * 70, 1, "UCS-2"),
        ("á" * 71, 2, "UCS-2"),
        ("á" * 134, 2, "UCS-2"),
        ("á" * 135, 3, "UCS-2"),
        ("don’t " * 12, 2, "UCS-2"),
        ("🙂" * 35, 1, "UCS-2"),
        ("🙂" * 36, 2, "UCS-2"),
    ],
)
def test_a_text_message_is_cut_as_the_networks_cut_it(text: str, parts: int, alphabet: str) -> None:
    assert sms_parts(text) == (parts, alphabet)


@given(st.text(max_size=700))
def test_more_text_never_takes_fewer_parts(text: str) -> None:
    assert sms_parts(text)[0] <= sms_parts(text + "á")[0]


def test_a_sentence_ends_where_a_reader_ends_it() -> None:
    text = (
        "Sgt. Okafor spoke at 3:40 p.m. Central time. We will write by 4 p.m. Police are on Maple St. near Dr. King "
        "Park.\n- First item\n- Second item\n\nJordan T. was there."
    )
    assert [text[start:end] for start, end in sentences(text)] == [
        "Sgt. Okafor spoke at 3:40 p.m. Central time.",
        "We will write by 4 p.m.",
        "Police are on Maple St. near Dr. King Park.",
        "- First item",
        "- Second item",
        "Jordan T. was there.",
    ]


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [
        ("the", "en", 1), ("school", "en", 1), ("police", "en", 2), ("safety", "en", 2), ("superintendent", "en", 5),
        ("reunification", "en", 6), ("moved", "en", 1), ("wanted", "en", 2), ("little", "en", 2), ("area", "en", 3),
        ("15", "en", 1), ("p.m.", "en", 2), ("didn't", "en", 2), ("escuela", "es", 3), ("policía", "es", 4),
        ("aéreo", "es", 4), ("quien", "es", 1), ("guerra", "es", 2), ("ciudad", "es", 2), ("estudiantes", "es", 4),
    ],
)  # fmt: skip
def test_syllables(word: str, language: str, count: int) -> None:
    assert syllables(word, language) == count


def test_plain_words_are_graded_low_and_long_ones_high() -> None:
    plain = (
        "Police are near the school. Your child is inside. The doors are locked. We will write again by noon."
    )
    heavy = "Administrators are collaborating with municipal representatives regarding unanticipated circumstances."
    assert grade(plain, "en") < 3 < 14 < grade(heavy, "en")
    llano = "La policía está cerca de la escuela. Su hijo está adentro. Las puertas están cerradas."
    pesado = "Las administraciones institucionales implementaron procedimientos extraordinarios de comunicación intergubernamental simultáneamente."
    assert grade(llano, "es") < 7 < 12 < grade(pesado, "es")
    assert grade("", "en") == 0


def test_links_and_telephone_numbers_are_not_read() -> None:
    text = "Police are near the school. Call us now."
    assert grade(text, "en") == grade(
        text.replace("now", "now 515-555-0142 https://afsd.example/very/long/address"), "en"
    )


def test_a_call_of_seventy_five_words_takes_less_than_half_a_minute() -> None:
    assert seconds_to_say("word " * 75) < 30 < seconds_to_say("word " * 85)
    assert seconds_to_say("Call 515-555-0142.") > seconds_to_say("Call the office now.")


def test_each_limit_passed_is_one_sentence() -> None:
    assert measure("word " * 121, "email", "en", phase="H").over
    assert not measure("word " * 121, "email", "en", phase="U").over
    assert measure("Subject: " + "x" * 61 + "\nHello.", "email").over == (
        "The subject has 61 characters; phones show 60.",
    )
    assert not measure("á" * 134, "sms", "es").over
    assert measure("á" * 71, "sms", "en").over
    assert measure("x" * 261, "social").over
    assert not measure("x" * 250 + " https://afsd.example/014", "social").over
    assert measure("a\n" * 6, "board").over
    assert measure("Too short.", "media").over


def test_what_is_neither_emergency_nor_school_mission_never_rings() -> None:
    assert purpose_allows("sms", "emergency", "B")
    assert not purpose_allows("sms", "other", "B")
    assert not purpose_allows("call", "school mission", "E")
    assert purpose_allows("email", "other", "E")
    assert {channel.id for channel in CHANNELS.values() if channel.automated} == {"sms", "call"}


def test_a_channel_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        measure("Hello.", "pigeon")
