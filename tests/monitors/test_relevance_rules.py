"""What counts, rule by rule, and every named override and suppressor, on one small town and one big city."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitors.relevance import Judge, Judgement, Report, Severity, Tier
from monitors.relevance.decide import NEVER, OVERRIDES, SUPPRESSORS
from monitors.relevance.locality import locality
from monitors.relevance.places import outlet
from monitors.watchlist import District, Person, School
from tests.monitors.test_watchlist import ALDER_FALLS

BIG = replace(ALDER_FALLS, population=900_000)
PAPER = "Alder Falls Gazette"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


def one(judge: Judge, title: str, lead: str = "", source: str = "", big: bool = False) -> Judgement:
    return next(iter(judge.judge([Report(title, lead, source)], BIG if big else ALDER_FALLS)))


RELEVANT = {
    "1 conduct of the partner's officers": "Alder Falls police officer charged with assault",
    "1 each new step": "Alder Falls to pay $400,000 to settle excessive force suit",
    "1 body camera": "Alder Falls releases body camera video of police shooting",
    "1 death in custody": "Inmate dies at Maple County Jail",
    "1 an officer shot": "Alder Falls police officer shot during traffic stop",
    "2 a shooting by any agency in our city": "Trooper shoots man in Alder Falls",
    "3 a threat at our school": "Threat puts Orrin Middle in lockdown",
    "3 a hoax": "Hoax call sends police to Alder Falls High",
    "3 a weapon": "Loaded gun found in backpack at Orrin Middle School",
    "3 staff over children": "Orrin Middle teacher charged with sexual abuse of student",
    "4 a homicide in a small community": "Man shot to death in Alder Falls home",
    "4 a stand-off": "Armed man barricaded in Alder Falls house, neighbors told to stay inside",
    "6 a young victim": "15-year-old shot and killed in Alder Falls",
    "7 a hate symbol": "Noose found at Alder Falls park",
    "7 immigration enforcement": "ICE agents detain father near Orrin Middle School",
    "7 a walk-out": "Students walk out at Alder Falls High over arrest",
    "8 the chief goes": "Alder Falls police chief resigns amid investigation",
    "8 the school officer agreement": "Alder Falls School District ends contract for school resource officers",
    "9 a missing child": "Police search for missing Alder Falls girl, 9",
    "9 an explosion": "Explosion levels Alder Falls plant; homes evacuated",
    "9 a school bus": "Alder Falls school bus crash injures six students",
    "9 a youth curfew": "Alder Falls adopts curfew for teens downtown",
}
SILENT = {
    "2 a neighbor's officer": "Tannerbrook police officer charged with assault",
    "2 a neighbor's shooting": "Tannerbrook police shoot man during call",
    "3 another district's school": "Lockdown lifted at Riverton High School",
    "4 robbery": "Alder Falls gas station robbed at gunpoint",
    "4 drugs": "Alder Falls man arrested on drug charges",
    "5 a court step": "Alder Falls man gets 30 years for murder",
    "6 pranks": "Alder Falls teens cited for egging houses",
    "8 hiring": "Alder Falls police hire two new officers",
    "8 retirement": "Alder Falls police sergeant to retire after 25 years",
    "9 a missing adult": "Alder Falls man, 46, missing since Friday",
    "9 snow": "Snow closes Alder Falls schools",
    "9 statistics": "Crime down 9 percent in Alder Falls, annual report says",
    "10 a letter": "Letter to the editor: Alder Falls police were wrong to shoot",
    "10 a drill": "Alder Falls High to hold active shooter drill",
    "10 public relations": "Coffee with a Cop returns to Alder Falls",
    "10 a round-up": "Alder Falls police log: theft, assault, warrant arrest",
    "10 sport": "Alder Falls High guns down rival 64-51",
    "10 the nation": "Supreme Court hears case on school resource officers",
}


@pytest.mark.parametrize("rule", RELEVANT)
def test_what_counts_is_heard(judge: Judge, rule: str) -> None:
    assert one(judge, RELEVANT[rule], source=PAPER).relevant, rule


@pytest.mark.parametrize("rule", SILENT)
def test_what_does_not_count_stays_silent(judge: Judge, rule: str) -> None:
    assert not one(judge, SILENT[rule], source="" if rule[0] in "23" else PAPER).relevant, rule


def test_a_homicide_is_routine_in_a_big_city_unless_the_young_are_in_it(judge: Judge) -> None:
    assert not one(judge, "Man, 34, shot to death in Alder Falls", big=True).relevant
    assert one(judge, "15-year-old among three shot in Alder Falls", big=True).relevant


@pytest.mark.parametrize(
    ("title", "lead", "source"),
    [
        ("Lockdown at Orrin Middle after threat", "ALDER FALLS, Wis. (AP) - Students were safe.", "AP News"),
        (
            "Alder Falls police officer charged with assault",
            "The officer works in Alder Falls, Wisconsin.",
            "",
        ),
        ("Alder Falls, Ohio, police shoot man", "", ""),
        ("Alder Falls police chief fired", "", "Wisconsin Daily News"),
        ("West Alder Falls police officer arrested", "", ""),
    ],
)
def test_a_namesake_never_alerts_whatever_else_is_there(
    judge: Judge, title: str, lead: str, source: str
) -> None:
    assert not one(judge, title, lead, source).relevant


CALENDAR_WORDS = [
    "Alder Falls High prom moved after threat",
    "Lockdown at Orrin Middle cuts art show short",
    "Threat before graduation at Orrin Middle, classes called off",
    "Police find gun at Orrin Middle book fair",
]


@pytest.mark.parametrize("title", CALENDAR_WORDS)
def test_words_of_the_calendar_do_not_switch_off_a_school_in_danger(judge: Judge, title: str) -> None:
    heard = one(judge, title, source=PAPER)
    assert heard.relevant
    assert "our school in danger" in {reason.text for reason in heard.reasons}


PUT_OTHERWISE = {
    "Masked group with hate banner escorted from Alder Falls overpass": "protest",
    "Students walk out at Alder Falls High to protest ICE": "protest",
    "Unfounded report of gunman at Orrin Middle, Alder Falls police say": "swatting",
    "Alder Falls officer no-billed in fatal shooting": "",
    "Alder Falls School District paraeducator charged with child abuse": "employee-arrest",
    "Chief out in Alder Falls": "officer-arrest",
    "FBI raids Alder Falls Police Department": "",
    "Alder Falls High junior killed in crash": "death",
    "Riot declared in Alder Falls": "protest",
}


@pytest.mark.parametrize("title", PUT_OTHERWISE)
def test_headlines_without_the_usual_words_are_heard_and_typed(judge: Judge, title: str) -> None:
    heard = one(judge, title, source=PAPER)
    assert heard.relevant
    assert heard.incident_type != "none"
    assert heard.incident_type == (PUT_OTHERWISE[title] or heard.incident_type)


GRAVE = {
    "Two shot at Orrin Middle School": Severity.CRITICAL,
    "Alder Falls police shoot man": Severity.CRITICAL,
    "Orrin Middle eighth-grader killed in crash": Severity.CRITICAL,
    "Neo-Nazis gather outside Orrin Middle School": Severity.CRITICAL,
    "Riot declared in Alder Falls": Severity.CRITICAL,
    "Grand jury clears Alder Falls officer in shooting": Severity.ELEVATED,
    "Gunman reported at Orrin Middle; call was a hoax": Severity.ELEVATED,
    "Alder Falls School District renews SRO agreement": Severity.WATCH,
    "Missing Alder Falls girl, 9, found safe": Severity.WATCH,
}


@pytest.mark.parametrize("title", GRAVE)
def test_severity_is_a_rule_of_its_own(judge: Judge, title: str) -> None:
    assert one(judge, title, source=PAPER).severity is GRAVE[title]


OVERRIDDEN = {
    "our school in danger": "Threat at Orrin Middle School leads to arrest",
    "our officers' conduct": "Alder Falls police officer placed on leave",
    "police shooting here": "Officer-involved shooting in Alder Falls",
    "a pupil's death": "Orrin Middle student dies in crash",
    "attack at a school here": "Gunman wounds two at Alder Falls school",
}
SUPPRESSED = {
    "opinion or round-up": "Letter to the editor: Questions for Alder Falls police",
    "exercise": "Alder Falls crews simulate hostage standoff in drill",
    "public relations": "Alder Falls police open house Saturday",
    "sport": "Alder Falls High upsets champs in overtime",
    "policy": "Alder Falls School District weighs weapons-detection system",
    "neighbor only": "Tannerbrook police officer charged",
    "a big city's night": "Man, 34, shot to death in Alder Falls",
    "court step": "Alder Falls man pleads guilty in stabbing",
}


@pytest.mark.parametrize("name", [rule.name for rule in OVERRIDES])
def test_every_override_fires_and_says_so(judge: Judge, name: str) -> None:
    judgement = one(judge, OVERRIDDEN[name])
    assert judgement.relevant
    assert name in {reason.text for reason in judgement.reasons if reason.label == "OVERRIDE"}


@pytest.mark.parametrize("name", [rule.name for rule in SUPPRESSORS])
def test_every_suppressor_holds_where_no_override_fires(judge: Judge, name: str) -> None:
    from monitors.relevance.features import read

    place = BIG if "big city" in name else ALDER_FALLS
    names, (ours,) = judge.compile((place,))
    heard = next(iter(judge.hear([Report(SUPPRESSED[name])], names)))
    reading = read(heard.described, locality(heard.described, heard.hits.get(0, ()), ours), place)
    assert name in {rule.name for rule in SUPPRESSORS if rule.holds(reading)}
    assert not any(rule.holds(reading) for rule in (*OVERRIDES, *NEVER))
    assert not next(judge.judge([Report(SUPPRESSED[name])], place)).relevant


@pytest.mark.parametrize(
    ("title", "heard"),
    [
        ("Parents want answers after Orrin Middle teacher's arrest", True),
        ("Alder Falls officer's arrest raises questions", True),
        ("Alder Falls suspends entire traffic unit", True),
        ("Car plows into Alder Falls farmers market, several hurt", True),
        ("Man who impersonated Alder Falls officer arrested", False),
        ("Alder Falls residents protest trash fee", False),
    ],
)
def test_noun_piles_and_idioms_are_read_for_what_they_say(judge: Judge, title: str, heard: bool) -> None:
    assert one(judge, title).relevant is heard


def test_a_quarter_called_a_district_is_no_school(judge: Judge) -> None:
    place = replace(ALDER_FALLS, places=("Old Mill District", "Academy Square"))
    for title in ("Man shot dead in Old Mill District", "Man shot dead in Academy Square"):
        assert next(judge.judge([Report(title)], place)).incident_type == "community-shooting"


def test_no_weights_can_silence_an_override(judge: Judge) -> None:
    deaf = judge.with_weights(dict.fromkeys(judge.weights, -9.0))
    assert one(deaf, OVERRIDDEN["our school in danger"]).relevant


def test_tiers_follow_whose_it_is_and_where(judge: Judge) -> None:
    assert one(judge, "Gun found at Orrin Middle School").tier is Tier.T0
    assert one(judge, "Alder Falls police officer arrested").tier is Tier.T1
    assert one(judge, "Maple County deputy charged with assault").tier is Tier.T2
    assert one(judge, "Alder Falls police sell old bikes").tier is Tier.T4


def test_a_school_alert_on_a_weekend_is_no_page_for_school_hours(judge: Judge) -> None:
    sunday = datetime(2026, 3, 15, 18, tzinfo=UTC)
    told = Report("Gun found at Orrin Middle School", published=sunday)
    assert next(iter(judge.judge([told], ALDER_FALLS))).tier is Tier.T1


def test_severity_is_apart_from_relevance(judge: Judge) -> None:
    assert one(judge, "Shooting at Alder Falls High School").severity is Severity.CRITICAL
    assert one(judge, "Alder Falls police shoot man").severity is Severity.CRITICAL
    assert (
        one(judge, "Neo-Nazi group hands out flyers outside Orrin Middle School").severity
        is Severity.CRITICAL
    )
    assert one(judge, "Alder Falls police officer cleared in shooting").severity is Severity.ELEVATED
    assert one(judge, "Alder Falls council meets").severity is Severity.NONE


def test_an_alert_says_why_with_the_words_marked_in_its_title(judge: Judge) -> None:
    title = "Threat puts Orrin Middle in lockdown"
    judgement = one(judge, title)
    marked = {(title[mark.start : mark.end], mark.label) for mark in judgement.marks}
    assert ("Orrin Middle", "SCHOOL") in marked
    assert any(label == "EVENT" for _, label in marked)
    assert {"EVENT", "PLACE", "WEIGHT"} <= {reason.label for reason in judgement.reasons}


def test_initials_count_only_in_company(judge: Judge) -> None:
    assert not one(judge, "AFPD officer arrested").about.names
    assert "Alder Falls Police Department" in one(judge, "AFPD officer arrested in Alder Falls").about.names


def test_many_watchlists_are_judged_in_one_pass_as_each_would_be_alone(judge: Judge) -> None:
    other = replace(
        ALDER_FALLS,
        id="b",
        city="Kestrel Bay",
        agencies=(),
        district=replace(ALDER_FALLS.district, name="K", schools=()),
        not_us=(),
    )
    reports = [Report("Lockdown at Orrin Middle"), Report("Homicide in Kestrel Bay"), Report("Rain tomorrow")]
    together = list(judge.judge_all(reports, [ALDER_FALLS, other]))
    assert [[number for number, _ in row] for row in together] == [[0], [1], []]
    assert together[0][0][1] == one(judge, "Lockdown at Orrin Middle")


@pytest.mark.parametrize(
    "written",
    [
        "Alder Falls, Oregon", "Alder Falls Oregon", "Alder Falls (OR)", "the Alder Falls in Oregon", "Alder Falls, WA or OR",
        "not Alder Falls, Ore.",
    ],
)  # fmt: skip
def test_not_us_is_understood_however_it_is_written(judge: Judge, written: str) -> None:
    ours = replace(ALDER_FALLS, not_us=(written,))
    there = Report("Alder Falls police shoot man", "Oregon detectives are looking into it.", "")
    here = Report("Shooting or hoax? Alder Falls police mass in or near Orrin Middle School", "", PAPER)
    said = [judgement.relevant for judgement in judge.judge([there, here], ours)]
    assert said == [False, True]


def test_a_council_or_a_career_center_is_no_other_town(judge: Judge) -> None:
    assert one(judge, "Common Council fires police chief", source=PAPER).relevant
    assert not one(judge, "Riverton council fires police chief", source="KXTV").relevant


TOWN = replace(
    ALDER_FALLS,
    district=District(
        "Alder Falls School District",
        (),
        (School("Ironwood Flats High School"), School("Orrin Middle School")),
    ),
    places=("Prairie Fork", "Rosewood Apartments"),
    people=(Person("Dr. Ellen Kosta", "superintendent"), Person("Pat Smith", "police chief")),
)


@pytest.mark.parametrize(
    ("title", "heard"),
    [
        ("Freshman stabbed in Ironwood Flats locker room", True),
        ("Shots fired in Orrin gym, children walked to church", True),
        ("Kosta to board: no more police officers in schools after December", True),
        ("Deputies fatally shoot man near Prarie Fork", True),
        ("Girl shot at Rosewood", True),
        ("Vigil for teen shot near Ironwood Flats Mall", False),
        ("Coach Alder Falls fired after brawl", False),
    ],
)
def test_our_places_are_heard_by_bare_names_offices_and_with_a_slip_of_the_pen(
    judge: Judge, title: str, heard: bool
) -> None:
    names, (ours,) = judge.compile((TOWN,))
    found = next(judge.hear([Report(title)], names))
    assert (locality(found.described, found.hits.get(0, ()), ours).grade > 0.3) is heard


def test_an_outlet_may_name_its_state_by_another_name() -> None:
    assert outlet("Hoosier Public Media").states == {"IN"}
    assert outlet("VTDispatch").states == {"VT"}
    assert outlet("Carolina News 5").states == {"NC", "SC"}
    assert not outlet("INTown Weekly").states


@pytest.mark.parametrize(
    ("title", "unsaid"),
    [
        ("Officer shot serving warrant near 44th and Tamarisk", True),
        ("School bus on its side on Ocote Parkway", True),
        ("School bus on its side in Riverton", False),
        ("Ocote officer shot serving warrant", False),
    ],
)
def test_a_street_alone_names_no_town(judge: Judge, title: str, unsaid: bool) -> None:
    """A local outlet names no place its readers know; a street or a crossing is no name of a town either."""
    described = next(judge.describe([Report(title, "", "KQVX 4")]))
    _, (ours,) = judge.compile((ALDER_FALLS,))
    found = {evidence.name for evidence in locality(described, (), ours).evidence}
    assert ("no place named" in found) is unsaid
