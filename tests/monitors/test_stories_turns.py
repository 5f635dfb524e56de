"""What counts as a turn, case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitors.stories.turns import Account, Turn, claims_of

NOON = datetime(2025, 11, 18, 18, tzinfo=UTC)


def turns(*reports: str | tuple[str, str]) -> tuple[Turn, ...]:
    """The turns that the last of these reports makes, told an hour apart."""
    account = Account()
    made: tuple[Turn, ...] = ()
    for n, report in enumerate(reports):
        title, text = report if isinstance(report, tuple) else (report, "")
        made = account.take(claims_of(title, text), NOON + timedelta(hours=n))
    return made


CASES = [
    (
        "Three students hurt in bus crash",
        "Five students injured in bus crash",
        "hurt",
        "from 3 hurt to 5 hurt",
        "F",
    ),
    ("Shooting leaves one dead", "Two people killed in shooting", "killed", "from 1 killed to 2 killed", "F"),
    ("Two shot at park", "Police: three people were shot at park", "shot", "from 2 shot to 3 shot", "F"),
    ("One dead in blast", "Death toll in blast rises to four", "killed", "from 1 killed to 4 killed", "F"),
    (
        "Gunman at large after shooting",
        "Suspect in custody in shooting",
        "custody",
        "from at large to in custody",
        "C",
    ),
    (
        "Teacher charged with assault",
        "Charges against teacher dropped",
        "charge",
        "from charged to not charged",
        "C",
    ),
    (
        "Officer in critical condition",
        "Wounded officer in stable condition",
        "condition",
        "from critical to stable",
        "C",
    ),
    ("Man shot at market", "Man dies of wounds", "condition", None, "D"),
    ("School on lockdown", "Lockdown lifted at school", "school", "from Lockdown to lifted", "C"),
    (
        "School placed on lockdown",
        "School now in Secure status, chief says",
        "school",
        "from Lockdown to Secure",
        "C",
    ),
    (
        "Bomb threat empties school",
        "Bomb threat was a hoax",
        "threat",
        "from being checked to not credible",
        "C",
    ),
    ("Gun found in backpack", "Gun in backpack was a toy gun, police say", "weapon", None, "F"),
    (
        "Officer shot man who raised handgun, mayor says",
        "Patrol: man shot by police was not armed",
        "weapon",
        None,
        "F",
    ),
    ("School closed over online threat", "Police: the post was about another school", "threat", None, "C"),
    ("Shots fired at mall", "No shots were fired at mall; fireworks set off panic", "shots", None, "F"),
    ("Girl, 6, missing", "Missing girl found safe", "missing", "from missing to found safe", "C"),
]


@pytest.mark.parametrize(("before", "after", "subject", "sentence", "proposed"), CASES)
def test_a_changed_claim_is_a_turn(
    before: str, after: str, subject: str, sentence: str | None, proposed: str
) -> None:
    made = {turn.subject: turn for turn in turns(before, after)}
    turn = made.get(subject) or made.get("harm")
    assert turn is not None, made
    assert turn.proposed_class == proposed
    assert turn.sentence.startswith("from ")
    assert " to " in turn.sentence
    if sentence:
        assert turn.sentence == sentence


def test_a_retraction_quotes_what_is_taken_back() -> None:
    (turn,) = turns(
        "Student arrested at Orrin Middle", ("Correction", "The Courier retracts its report of an arrest.")
    )
    assert turn.subject == "retraction"
    assert "Student arrested at Orrin Middle" in turn.sentence
    assert "retracts" in turn.sentence


def test_a_correction_without_a_known_claim_quotes_itself() -> None:
    (turn,) = turns("Driver killed", "Correction: An earlier version misspelled the driver's name")
    assert (turn.subject, turn.proposed_class) == ("correction", "F")


@pytest.mark.parametrize(
    "against",
    [
        "Ousted chief 'retired, was not fired,' attorney insists",
        "Neighbors' video contradicts police account",
        "Seven pupils were seen by a nurse after Wednesday's accident, not three",
    ],
)
def test_what_is_held_against_the_story_is_a_turn(against: str) -> None:
    assert turns("Board votes to end chief's contract", against) != ()


def test_a_story_of_the_forces_own_shooting_does_not_turn_to_its_conduct() -> None:
    assert turns("Man shot by Tannerbrook officer", "Officer placed on leave after shooting") == ()


def test_a_report_in_spanish_makes_a_turn_and_quotes_nothing() -> None:
    (turn,) = turns(
        "Kestrel Bay High evacuated over threat",
        ("La amenaza no era contra Kestrel Bay, aclara la policía", "Un joven fue detenido."),
    )
    assert turn.sentence == "from being checked to not credible"


def test_a_corrected_time_is_a_turn_and_small_differences_are_not() -> None:
    first = ("Shooting on Elm", "The shooting happened about 2:15 p.m., police said.")
    near = ("Shooting on Elm", "Officers were called at 2:20 p.m.")
    other = ("Shooting on Elm", "The shooting happened about 4:40 p.m., police said.")
    assert turns(first, near) == ()
    assert [turn.sentence for turn in turns(first, other)] == ["from 2:15 p.m. to 4:40 p.m."]


@pytest.mark.parametrize(
    "report",
    [
        "Council member asks for review of police conduct",
        "Family wants body camera video released",
        "Officer placed on leave after fight at school",
        "Parents demand answers on how police handled lockdown",
        "Lawyer says family will sue the Alder Falls Police Department",
        "Sergeant charged with lying about search",
    ],
)
def test_the_partners_own_conduct_is_a_turn_of_class_e(report: str) -> None:
    (turn,) = [turn for turn in turns("School locked down after threat", report) if turn.subject == "conduct"]
    assert turn.proposed_class == "E"


@pytest.mark.parametrize(
    "report",
    [
        "Police response was quick, mayor says",
        "One shot was fired during the chase, police say",
        "Police arrest man after fight",
        "Police department hires three",
    ],
)
def test_ordinary_police_work_is_no_conduct(report: str) -> None:
    assert [
        turn for turn in turns("School locked down after threat", report) if turn.subject == "conduct"
    ] == []


def test_a_story_that_began_with_conduct_does_not_turn_to_it() -> None:
    assert (
        turns("Officer placed on leave after arrest", "Council member asks for review of police conduct")
        == ()
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Two injured in crash", "Two injured in crash on Elm"),
        ("Man, 34, killed in crash", "Man, 34, dies in crash at 5:15"),
        ("Crash on Elm Street", "Three injured in crash on Elm Street"),
        ("Fire at 400 block of Elm injures 2", "Fire on Elm injures two people"),
        (("Lockdown lifted", ""), ("How it began", "The school was locked down at 9. No gun was found.")),
    ],
)
def test_more_words_on_the_same_are_no_turn(before: str, after: str) -> None:
    assert turns(before, after) == ()


def test_a_late_report_of_an_old_count_is_no_turn() -> None:
    account = Account()
    account.take(claims_of("Three hurt in crash", ""), NOON)
    account.take(claims_of("Five hurt in crash", ""), NOON + timedelta(hours=2))
    assert account.take(claims_of("Four hurt in crash", ""), NOON + timedelta(hours=1)) == ()
    assert account.take(claims_of("Three hurt in crash", ""), NOON + timedelta(hours=3)) == ()


def test_going_back_is_a_turn_only_where_the_report_corrects() -> None:
    dead = "Student dead after fall"
    assert turns("Student hurt in fall", dead, "Student hurt in fall still mourned") == ()
    (turn,) = turns("Student hurt in fall", dead, "Police now say student was hurt in fall, not killed")
    assert turn.proposed_class in "CF"


def test_rumor_repeated_to_deny_it_is_no_claim() -> None:
    assert (
        turns("One shot fired at game", ("No one hit", "Posts saying five people were killed are wrong."))
        == ()
    )
