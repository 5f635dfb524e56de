"""Two accounts beside each other: what differs is found, and two moments of one afternoon are not taken for one."""

from __future__ import annotations

import pytest

from comms.wording import library
from comms.wording.differences import differences

DIFFER = [
    ("time", "The group left the overpass at 3:05 p.m.", "The group left the overpass at 2:55 p.m."),
    (
        "time",
        "Shots were heard near Quarry Road at about 2 p.m.",
        "At 2:20 p.m. shots were heard near Quarry Road.",
    ),
    ("count", "About 21 people stood on the overpass.", "Twelve people stood on the overpass."),
    ("count", "Police found 4 shell casings on the lot.", "Police found nine shell casings on the lot."),
    ("place", "A group stood with signs on Fenwick Street.", "A group stood with signs on Quarry Road."),
    ("place", "The crash happened at Mill Bridge.", "The crash happened at Harlow Park."),
    ("place", "This did not happen on school property.", "It happened on school property."),
    ("custody", "No one is in custody.", "One person is in custody."),
    ("custody", "The suspect is still at large.", "A man was arrested at noon."),
    ("action", "Orrin Middle School is in Secure.", "Orrin Middle School is in Lockdown."),
    ("action", "The Secure at our school has ended.", "Our school is in Secure."),
    ("hurt", "Two people were hurt.", "Three people were hurt."),
    ("hurt", "No injuries.", "One officer was injured."),
    ("dead", "One person died.", "Two people died."),
    ("arrested", "Two people were arrested.", "Four people were arrested."),
]
AGREE = [
    ("The group left at 3:05 p.m.", "At 3:05 p.m. the group left."),
    ("The group came at 2:45 p.m.", "Dismissal is at 3:40 p.m. as usual."),
    ("We will write again by 4:00 p.m.", "We will write again by 5:00 p.m."),
    ("This is what we can confirm at 3:17 p.m.", "This is what we can confirm at 3:47 p.m."),
    ("A group stood on Fenwick Street.", "A group stood on the Fenwick Street overpass."),
    ("About 21 people stood on the overpass.", "Four officers stood by the overpass."),
    ("No one is in custody.", "No arrests were made."),
    (
        "Orrin Middle School is in Secure.",
        "Students stay inside while Orrin Middle is in Secure, a school rule.",
    ),
    ("Police are on Fenwick Street.", "Buses run on Quarry Road."),
    ("", "One person is in custody."),
]


@pytest.mark.parametrize(("about", "one", "other"), DIFFER)
def test_a_difference_is_found_and_shows_both_sentences(about: str, one: str, other: str) -> None:
    quiet = "Our schools thank everyone for their patience."
    found = differences(f"{quiet} {one}", f"{other} {quiet}", ("Mill Bridge", "Harlow Park"))
    assert [(d.about, d.one, d.other) for d in found if d.about == about] == [(about, one, other)]
    assert [d.about for d in differences(other, one, ("Mill Bridge", "Harlow Park"))] == [
        d.about for d in found
    ]


@pytest.mark.parametrize(("one", "other"), AGREE)
def test_what_agrees_or_speaks_of_something_else_is_no_difference(one: str, other: str) -> None:
    assert differences(one, other) == ()


def test_an_account_never_differs_from_itself() -> None:
    for text in (a for _, one, other in DIFFER for a in (one, other)):
        assert differences(text, text) == ()


def test_the_library_s_own_texts_of_one_incident_do_not_differ() -> None:
    for kind in ("protest", "community-shooting", "police-activity", "bomb-threat"):
        district, police, joint = (
            library.preview(kind, "H", "email", "en", voice).text for voice in ("district", "police", "joint")
        )
        short = library.preview(kind, "H", "sms", "en", "joint").text
        assert (
            differences(district, police) == differences(joint, district) == differences(joint, short) == ()
        )
