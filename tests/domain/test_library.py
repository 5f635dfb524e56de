"""How a first draft is composed, what a blank does, and how a district's own words stand beside ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms.wording import blanks, library
from comms.wording.library import Adaptation, Block, LibraryError, compose, filled_only, preview

FACTS = {
    "district": "Alder Falls School District",
    "agency": "Alder Falls Police Department",
    "tag": "AFSD",
    "school": "Orrin Middle School",
    "place": "Fenwick Street",
    "time_heard": "2:45 p.m.",
    "link": "afsd.example/014",
    "contact_phone": "555-0142",
}


def holding(**more: str) -> library.Draft:
    return compose("protest", "H", "email", "en", "joint", {**FACTS, **more})


def test_what_nobody_knows_yet_stays_visible_and_is_listed() -> None:
    draft = holding(action="You do not need to do anything now", school_status="Class goes on")
    assert "[time of the next update]" in draft.text
    assert {blank.name for blank in draft.blanks} == {"what", "next_update"}
    for blank in draft.blanks:
        assert draft.text[blank.start : blank.end] == f"[{blank.label}]"


def test_a_blank_of_the_subject_is_listed_as_one_of_the_subject() -> None:
    draft = compose("protest", "H", "email", "en", "joint", {})
    assert draft.subject == "Protest near [school]"
    assert [(blank.name, blank.start) for blank in draft.blanks if blank.part == "subject"] == [
        ("school", 13)
    ]


def test_a_draft_edited_by_a_person_still_knows_its_blanks_and_can_be_filled() -> None:
    edited = "We are thinking of you. " + holding().text
    assert {"what", "next_update", "action"} <= {blank.name for blank in library.unfilled(edited)}
    filled = library.fill(edited, {"next_update": "4:00 p.m.", "what": "The group left at 3:05 p.m."})
    assert "by 4:00 p.m. The latest" in filled
    assert "The group left at 3:05 p.m. [how" in filled
    assert {blank.name for blank in library.unfilled(filled)} == {"action", "school_status"}


def test_blanks_are_found_in_spanish_too() -> None:
    draft = compose("protest", "H", "email", "es", "joint", FACTS)
    assert "[hora del próximo aviso]" in draft.text
    assert "next_update" in {blank.name for blank in library.unfilled(draft.text)}


def test_nothing_confirmed_yet_takes_the_optional_sentence_away() -> None:
    draft = holding(what="")
    assert "what is confirmed" not in draft.text
    assert "what" not in {blank.name for blank in draft.blanks}


def test_a_value_that_ends_its_sentence_does_not_end_it_twice() -> None:
    assert "by 4:00 p.m. The latest" in holding(next_update="4:00 p.m.").text
    assert "What to do: Stay home.\n" in holding(action="Stay home.").text


def test_one_o_clock_is_singular_in_spanish() -> None:
    at_one = compose("protest", "H", "email", "es", "joint", {**FACTS, "time_heard": "1:05 p.m."})
    at_ten = compose("protest", "H", "email", "es", "joint", {**FACTS, "time_heard": "10:05 a.m."})
    assert "a la 1:05 p.m." in at_one.text
    assert "a las 10:05 a.m." in at_ten.text
    later = compose("protest", "H", "email", "es", "joint", FACTS)
    assert "antes de la 1:30 p.m. Lo" in library.fill(later.text, {"next_update": "1:30 p.m."})


@given(st.text(min_size=1, max_size=60))
def test_a_foreign_value_stays_exactly_as_typed(words: str) -> None:
    typed = f"{words} $what ${{place}} {{{{ 7*7 }}}} [school] {words}"
    assert f"\nWhat to do: {typed}" in "\n" + holding(action=typed).text
    assert typed in library.fill(
        "So: [what is confirmed]", {"what": typed, "school": "Orrin", "place": "here"}
    )


def test_the_three_voices_say_what_is_theirs_to_say() -> None:
    joint, ours, theirs = (
        compose("community-shooting", "H", "email", "en", voice, FACTS).text
        for voice in ("joint", "district", "police")
    )
    assert joint.endswith("Alder Falls School District and Alder Falls Police Department")
    assert ours.endswith("Alder Falls School District")
    assert theirs.endswith("Alder Falls Police Department")
    assert "Police facts come from the Alder Falls Police Department" in ours
    assert "Police are at Fenwick Street" not in ours
    assert "Counselors" not in theirs


def test_a_draft_names_the_blocks_its_words_came_from() -> None:
    sources = {source.id: source for source in holding().sources}
    assert {"en/phases/H", "en/types/protest/H", "en/channels/email"} <= set(sources)
    assert "en/phases/U" not in sources
    ours = library.blocks()["en/types/protest/H"]
    assert (sources[ours.id].version, sources[ours.id].hash) == (ours.version, ours.hash)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("riot", "H", "email", "en", "joint"), "no incident type called “riot”"),
        (("protest", "X", "email", "en", "joint"), "no phase called “X”"),
        (("protest", "H", "fax", "en", "joint"), "no channel called “fax”"),
        (("protest", "H", "email", "fr", "joint"), "no language called “fr”"),
        (("protest", "H", "email", "en", "mayor"), "no voice called “mayor”"),
        (("rumour", "R", "email", "en", "joint"), "has no resolution text"),
    ],
)
def test_words_we_do_not_have_are_refused_with_a_sentence(asked: tuple[str, ...], said: str) -> None:
    with pytest.raises(LibraryError, match=said):
        compose(asked[0], asked[1], asked[2], asked[3], asked[4], {})


def test_an_incident_of_no_type_has_words_too() -> None:
    assert compose("none", "H", "sms", "en", "joint", FACTS).text.startswith("AFSD: Police and schools")


# --- a district's own versions -------------------------------------------------------------------------------------


def own(block_id: str, text: str, **more: object) -> Block:
    ours = library.blocks()[block_id]
    made = Adaptation(block_id, text, 3, ours.hash, "district", date(2027, 1, 15))
    return library.adapted(replace(made, **more))  # type: ignore[arg-type]


def test_a_district_speaks_in_its_own_words_and_the_draft_says_so() -> None:
    ours = library.blocks()["en/phases/H"]
    changed = own("en/phases/H", ours.text.replace("We know this news is upsetting.", "We are with you."))
    draft = compose("protest", "H", "email", "en", "joint", FACTS, [changed])
    assert "We are with you." in draft.text
    assert "upsetting" not in draft.text
    assert [s.version for s in draft.sources if s.id == ours.id] == [3]
    assert changed.hash != ours.hash


def test_a_district_sees_when_our_words_changed_under_its_own_and_marks_them_read() -> None:
    ours = library.blocks()["en/phases/H"]
    older = Adaptation(ours.id, ours.text, 1, "hash of our block last year", "district", date(2026, 8, 1))
    assert library.ours_changed(library.adapted(older))
    read = library.reviewed(older, date(2027, 8, 1))
    assert not library.ours_changed(library.adapted(read))
    assert library.adapted(read).review_date == date(2027, 8, 1)
    assert not library.ours_changed(ours)


def test_words_that_would_not_compose_are_named_before_they_are_kept() -> None:
    ours = library.blocks()["en/channels/sms"]
    assert library.problems(ours) == ()
    assert library.problems(own(ours.id, "## text\n${tag}: {brief} ${nobody} {nothing}")) == (
        "The part “## touch” is missing; ours is used.",
        "No blank is called ${nobody}.",
        "No part is called {nothing}.",
    )
    assert "Words before the first" in library.problems(own(ours.id, "Hello\n## text\nx\n## touch\nx"))[0]


def test_own_words_that_name_themselves_or_nothing_stay_as_typed() -> None:
    odd = own("en/channels/sms", "## text\n${tag}: {text} {{ 7*7 }} {nothing} ${action}\n## touch\n")
    draft = compose("protest", "H", "sms", "en", "joint", {**FACTS, "action": "Wait"}, [odd])
    assert draft.text == "AFSD: {text} {{ 7*7 }} {nothing} Wait"


def test_a_part_the_district_left_out_is_ours() -> None:
    empty = own("en/channels/web", "nothing here")
    assert compose("protest", "H", "web", "en", "joint", FACTS, [empty]) == compose(
        "protest", "H", "web", "en", "joint", FACTS
    )


@given(st.text(alphabet=st.sampled_from("#{}$[] \n\r\\abctextwho_"), max_size=200))
def test_whatever_a_district_types_into_a_block_something_composes(typed: str) -> None:
    mine = own("en/channels/web", typed)
    library.problems(mine)
    compose("protest", "H", "web", "en", "joint", FACTS, [mine])


def test_a_block_we_no_longer_have_is_said_so() -> None:
    with pytest.raises(LibraryError, match="no longer has the block"):
        library.adapted(Adaptation("en/types/gone", "x", 1, "", "district", date(2027, 1, 1)))


def test_blocks_due_for_review_are_listed_the_longest_overdue_first() -> None:
    first, second, third, *_ = library.blocks().values()
    dated = [
        replace(first, review_date=date(2026, 3, 1)),
        replace(second, review_date=date(2026, 1, 1)),
        replace(third, review_date=date(2026, 9, 1)),
    ]
    assert [b.id for b in library.stale(dated, date(2026, 3, 1))] == [second.id, first.id]


# --- pre-approved texts --------------------------------------------------------------------------------------------

SECURE = library.action_block("secure", "email", "en")
KNOWN = FACTS | {"as_of": "3:17 p.m.", "next_update": "4:00 p.m."}


def test_a_pre_approved_text_with_its_blanks_filled_is_still_that_text() -> None:
    draft = library.action_draft(SECURE, KNOWN)
    assert not draft.blanks
    assert filled_only(SECURE, draft.text, draft.subject)
    assert filled_only(SECURE, draft.text, draft.subject, {"school": {"Orrin Middle School"}})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: t.replace("upsetting", "hard"), "a word was changed"),
        (lambda t: t + "\n\nTwo people are hurt.", "a sentence was added"),
        (lambda t: t.replace("3:17 p.m.", "3:17 p.m. It was a hoax."), "a sentence was put into a time"),
        (lambda t: t.replace("afsd.example/014", "afsd.example/014. It is over"), "and into the link"),
        (lambda t: t.replace("4:00 p.m.", "[time of the next update]"), "a blank was left"),
        (lambda t: t.replace("4:00 p.m.", "soon"), "the time is no clock time"),
        (lambda t: t.replace("Orrin Middle School is in", "Vale High School is in"), "nothing: the one name"),
        (lambda t: t.replace(" is in Secure", " is in Lockdown"), "the action was changed"),
    ],
)
def test_anything_more_than_a_filled_blank_is_not_the_pre_approved_text(change, why: str) -> None:  # type: ignore[no-untyped-def]
    draft = library.action_draft(SECURE, KNOWN)
    allowed = {"school": {"Orrin Middle School"}}
    assert change(draft.text) != draft.text
    assert not filled_only(SECURE, change(draft.text), draft.subject, allowed), why


def test_one_blank_has_one_value_wherever_it_stands() -> None:
    call = library.action_block("secure", "call", "en")
    text = library.action_draft(call, KNOWN).text
    assert text.count("Orrin Middle School") == 2
    assert filled_only(call, text)
    assert not filled_only(call, text.replace("Orrin Middle School", "Vale High School", 1))


def test_the_subject_of_a_pre_approved_e_mail_counts() -> None:
    draft = library.action_draft(SECURE, KNOWN)
    assert not filled_only(SECURE, draft.text, "Urgent: " + draft.subject)
    assert not filled_only(SECURE, draft.text)


def test_a_block_that_is_not_approvable_never_counts_as_pre_approved() -> None:
    block = library.blocks()["en/channels/sms"]
    assert not filled_only(block, preview("protest", "H", "sms", "en", "joint").text)


def test_every_pre_approved_text_has_only_blanks_no_sentence_fits_into() -> None:
    for block in (b for b in library.blocks().values() if b.approvable):
        assert "[[" not in block.text
        for name in blanks.NAMED.findall(block.text):
            assert blanks.kinds()[name].shape in blanks.SHAPES, (block.id, name)


def test_a_district_s_own_pre_approved_text_needs_its_own_approvals() -> None:
    mine = own(SECURE.id, SECURE.text.replace("upsetting", "hard to hear"))
    assert mine.approvable
    assert mine.hash != SECURE.hash
    assert library.action_block("secure", "email", "en", [mine]) == mine
    draft = library.action_draft(mine, KNOWN)
    assert filled_only(mine, draft.text, draft.subject)
    assert not filled_only(SECURE, draft.text, draft.subject)


def test_an_action_without_words_for_a_channel_is_said_so() -> None:
    with pytest.raises(LibraryError, match="no pre-approved text for “secure” by “media”"):
        library.action_block("secure", "media", "en")


# --- searching -----------------------------------------------------------------------------------------------------


def test_search_finds_words_with_and_without_accents_title_first() -> None:
    assert library.search("counselors route")[0].type == "community-shooting"
    assert library.search("POLICIA")[0].language == "es"
    assert library.search("protest")[0].type == "protest"
    assert library.search("bomb threat")[0].type == "bomb-threat"
    assert library.search("988") != ()


@pytest.mark.parametrize("nothing", ["", "   ", "zebra unicorn", "${", "[[", "(("])
def test_a_search_for_nothing_finds_nothing(nothing: str) -> None:
    assert library.search(nothing) == ()
