"""Every default text there is, held against the domain rules: composed with invented facts, measured and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from comms.wording import blanks, blocks, channels, library
from comms.wording.library import CHANNELS, LANGUAGES, TYPES, VOICES, Draft

FAMILY = ("email", "sms", "call", "web", "social")
SPECIFIED = {
    "police-activity": "HUR", "community-shooting": "HURF", "active-assailant": "HURF", "swatting": "HRF",
    "threat": "HUR", "bomb-threat": "HUR", "weapon": "HR", "protest": "HURF", "hate-incident": "HRF",
    "partner-force": "HF", "sro-force": "HURF", "officer-arrest": "HF", "sro-programme": "HUF",
    "employee-arrest": "HUR", "student-arrest": "HR", "fight": "HR", "death": "HRF", "suicide": "HF",
    "sexual-offence": "HUR", "missing-or-abduction": "HUR", "pursuit-crash": "HUR", "overdose": "HF",
    "immigration": "HUR", "rumour": "HC",
}  # fmt: skip
"""The phases the domain rules ask of each type (section 8)."""
FIRST_LIBRARY = (
    "police-activity",
    "community-shooting",
    "swatting",
    "protest",
    "partner-force",
    "sro-programme",
)

LONG_NAMES = {
    "district": "Thornbury Ridge Community School District",
    "agency": "Thornbury Ridge Police Department",
    "school": "Thornbury Ridge Elementary School",
    "place": "Northfield Avenue",
    "next_update": "12:30 p.m.",
    "time_heard": "11:50 a.m.",
    "as_of": "12:05 p.m.",
    "link": "trcsd.example/2026-014",
}


@dataclass(frozen=True)
class Combination:
    type: str
    phase: str
    channel: str
    language: str
    voice: str

    def __str__(self) -> str:
        return f"{self.type} {self.phase} {self.channel} {self.language} {self.voice}"

    def preview(self) -> Draft:
        return library.preview(self.type, self.phase, self.channel, self.language, self.voice)

    def with_values(self, values: dict[str, str]) -> Draft:
        examples = library.examples(self.type, self.phase, self.language, self.voice)
        return library.compose(
            self.type, self.phase, self.channel, self.language, self.voice, {**examples, **values}
        )


def combinations(
    types: tuple[str, ...] = (*TYPES, "none"),
    in_channels: tuple[str, ...] = tuple(CHANNELS),
    languages: tuple[str, ...] = tuple(LANGUAGES),
    voices: tuple[str, ...] = tuple(VOICES),
) -> Iterator[Combination]:
    for kind in types:
        for phase in TYPES[kind].phases if kind in TYPES else library.PHASES:
            for channel in in_channels:
                for language in languages:
                    for voice in voices:
                        yield Combination(kind, phase, channel, language, voice)


def as_sent(channel: str, draft: Draft) -> str:
    return f"Subject: {draft.subject}\n{draft.text}" if channel == "email" else draft.text


def test_there_are_24_types_with_the_phases_the_rules_ask_for() -> None:
    assert list(TYPES) == list(SPECIFIED)
    for kind, phases in SPECIFIED.items():
        assert set(phases) | {"C"} <= set(TYPES[kind].phases), kind
        assert TYPES[kind].classes
    for kind in FIRST_LIBRARY:
        assert set("HURC") <= set(TYPES[kind].phases), kind


def test_every_text_composes_whole_and_keeps_the_limits_of_its_channel() -> None:
    wrong = []
    for each in combinations():
        draft = each.preview()
        text = as_sent(each.channel, draft)
        measure = channels.measure(text, each.channel, each.language, phase=each.phase)
        limit = 6 if each.channel == "call" else 7
        if each.channel in FAMILY and measure.grade > limit:
            wrong.append(f"{each}: grade {measure.grade}")
        if draft.blanks or re.search(r"[${}\[\]]|\.\.|  | \.|^\.", text) or len(draft.subject) > 60:
            wrong.append(f"{each}: {draft.subject} / {draft.text[:200]}")
        wrong += [f"{each}: {over}" for over in measure.over]
    assert wrong == []


def test_long_names_and_long_links_still_fit() -> None:
    wrong = []
    for each in combinations(voices=("joint",)):
        draft = each.with_values(LONG_NAMES)
        measure = channels.measure(
            as_sent(each.channel, draft), each.channel, each.language, phase=each.phase
        )
        most_parts = 2 if each.language == "en" else 3
        if each.channel == "sms" and measure.segments <= most_parts:
            continue
        wrong += [f"{each}: {over}" for over in measure.over if each.channel != "social"]
    assert wrong == []


def test_nothing_filled_leaves_only_blanks_with_a_label_people_can_read() -> None:
    for each in combinations(voices=("joint",)):
        draft = library.compose(each.type, each.phase, each.channel, each.language, each.voice, {})
        assert "$" not in draft.text
        found = [(b.name, b.start, b.end) for b in library.unfilled(draft.text)]
        assert found == [(b.name, b.start, b.end) for b in draft.blanks if b.part == "text"], str(each)
        assert {b.name for b in draft.blanks} <= set(blanks.kinds()), str(each)


def test_a_holding_text_asks_only_for_what_the_product_knows_by_itself() -> None:
    known = {"what", "school_status", "action", "place", "school", "time_heard", "as_of", "next_update"}
    for each in combinations():
        if each.phase == "H":
            draft = library.compose(each.type, each.phase, each.channel, each.language, each.voice, {})
            asked = {blank.name for blank in draft.blanks} - known
            assert {blanks.kinds()[name].source for name in asked} <= {"partnership"}, (str(each), asked)


def test_the_first_message_has_all_seven_parts() -> None:
    for each in combinations(in_channels=("email", "web"), languages=("en",), voices=("joint",)):
        if each.phase != "H":
            continue
        text = each.preview().text
        assert text.startswith("What to do: "), str(each)
        assert re.search(r"We (know|grieve)", text), (str(each), "empathy")
        assert "2:50 p.m." in text, (str(each), "what is confirmed, and since when")
        assert re.search(r"not yet know|do not|will not|learn more|checking", text), (str(each), "not known")
        assert re.search(r"again by 4:00 p\.m\.", text), (str(each), "next update")
        assert re.search(r"afsd\.example/014", text) or each.channel == "web", (str(each), "where to look")
        assert "555-0142" in text, (str(each), "one contact")
        assert text.endswith("Alder Falls School District and Alder Falls Police Department"), str(each)


def test_the_call_script_names_school_or_district_and_reason_first() -> None:
    for each in combinations(in_channels=("call",)):
        first = each.preview().text.split(". ")[0]
        assert re.search(r"Orrin Middle School|Alder Falls School District", first), str(each)


def test_media_statements_have_headers_owners_contacts_and_the_next_briefing() -> None:
    for each in combinations(in_channels=("media",)):
        text = each.preview().text
        lines = text.splitlines()
        expected = {
            "joint": ["Alder Falls School District", "Alder Falls Police Department"],
            "district": ["Alder Falls School District"],
            "police": ["Alder Falls Police Department"],
        }[each.voice]
        assert lines[: len(expected)] == expected, str(each)
        assert re.search(r"^(Who says what|Quién dice qué): ", text, re.M), str(each)
        assert re.search(r"^(Next briefing|Próximo informe)", text, re.M), str(each)
        assert "Dana Whitlock" in lines[-2], str(each)
        assert "Maya Okafor" in lines[-1], str(each)


def test_every_sentence_of_a_joint_media_statement_has_an_owner() -> None:
    for each in combinations(in_channels=("media",), voices=("joint",)):
        paragraphs = each.preview().text.split("\n\n")[2:6]
        owners = [
            re.match(r"From both: |From the Alder Falls P|From Alder Falls S|De (ambos|Alder Falls .*?): ", p)
            for p in paragraphs
        ]
        assert all(owners), (str(each), paragraphs)


def test_staff_get_five_points_three_answers_three_warnings_and_where_calls_go() -> None:
    for each in combinations(in_channels=("staff",)):
        text = each.preview().text
        assert re.findall(r"^(\d)\. \S", text, re.M) == ["1", "2", "3", "4", "5"], str(each)
        assert len(re.findall(r"^[QP]: \S", text, re.M)) == 3, str(each)
        assert len(re.findall(r"^[AR]: \S", text, re.M)) == 3, str(each)
        assert len(re.findall(r"^- \S", text, re.M)) == 3, str(each)
        assert {"555-0142", "555-0143", "555-0177"} <= set(re.findall(r"555-\d{4}", text)), str(each)


def test_a_board_note_has_five_lines() -> None:
    for each in combinations(in_channels=("board",)):
        assert len(each.preview().text.splitlines()) == 5, str(each)


def test_a_correction_says_what_was_wrong_when_and_what_is_right() -> None:
    for each in combinations(languages=("en",)):
        if each.phase == "C":
            text = each.preview().text
            assert "3:05 p.m." in text, str(each)
            assert "The Fenwick Street bus leaves at 3:40 p.m." in text, str(each)
            if each.channel in ("email", "web", "media"):
                assert "we are sorry" in text, str(each)
                assert "all who got the first message" in text or each.channel == "media", str(each)


CLICHES = (
    r"isolated|thoughts and prayers|out of an abundance|rest assured|please be advised|at this time|situation|"
    r"incidente aislado|oraciones|abundancia de|tenga la certeza|por el momento|situación|lockdown drill"
)
BRITISH = r"\b(programme|colour|neighbour|counsell|behaviour|centre|organis|recognis|licence|defence|offence)"


def test_no_text_uses_a_phrase_people_stopped_hearing_or_british_spelling() -> None:
    for block in library.blocks().values():
        assert not re.search(CLICHES, block.text, re.I), block.id
        if block.language == "en":
            assert not re.search(BRITISH, f"{block.title} {block.text}", re.I), block.id


MUST_ADD = [
    ("police-activity", "U", "Dismissal"),
    ("community-shooting", "U", "school property"),
    ("community-shooting", "U", "Counselors"),
    ("community-shooting", "U", "Buses"),
    ("active-assailant", "H", "stay away"),
    ("active-assailant", "H", "once that place is open"),
    ("active-assailant", "U", "To ask about a child"),
    ("swatting", "R", "Police have checked the report"),
    ("threat", "H", "Orrin Middle School"),
    ("threat", "H", "If you know something, call"),
    ("threat", "H", "Police and school staff check"),
    ("bomb-threat", "U", "Pick-up is open at Tanner Park"),
    ("weapon", "R", "handgun after a tip"),
    ("protest", "U", "Dismissal"),
    ("protest", "R", "Alder Falls Police were there"),
    ("protest", "H", "Every student belongs here"),
    ("hate-incident", "H", "symbol of hate"),
    ("hate-incident", "H", "has no place here"),
    ("hate-incident", "R", "removed"),
    ("hate-incident", "H", "Counselors"),
    ("partner-force", "F", "leads the review"),
    ("partner-force", "F", "school officer is on other duty"),
    ("partner-force", "H", "questions to police at 555-0177"),
    ("sro-force", "H", "There was a use of force by the school officer"),
    ("sro-force", "H", "Police and the district each lead a review"),
    ("sro-force", "H", "To tell us what you saw, call"),
    ("officer-arrest", "F", "may not enter our schools"),
    ("officer-arrest", "F", "cover our schools"),
    ("officer-arrest", "F", "police at 555-0177"),
    ("sro-programme", "U", "until June 30"),
    ("sro-programme", "U", "on call for our schools"),
    ("sro-programme", "U", "Both sides want the same thing"),
    ("employee-arrest", "U", "Court records"),
    ("employee-arrest", "U", "on leave"),
    ("student-arrest", "H", "if the school day changes"),
    ("student-arrest", "H", "Counselors"),
    ("fight", "H", "The school deals with school rules"),
    ("fight", "H", "Police deal with crime"),
    ("fight", "H", "do not share video"),
    ("death", "R", "The family thanks"),
    ("death", "H", "Counselors"),
    ("suicide", "H", "988"),
    ("suicide", "H", "Watch for changes"),
    ("sexual-offence", "H", "To make a report, call"),
    ("sexual-offence", "H", "Police lead this work"),
    ("missing-or-abduction", "U", "Police are looking for"),
    ("missing-or-abduction", "H", "Fenwick Street"),
    ("missing-or-abduction", "H", "call 911"),
    ("pursuit-crash", "U", "Route 12"),
    ("pursuit-crash", "U", "called the families"),
    ("pursuit-crash", "U", "Pick-up"),
    ("overdose", "H", "Medical crews"),
    ("overdose", "H", "1-800-662-4357"),
    ("immigration", "U", "We checked"),
    ("immigration", "H", "set steps for each visitor"),
    ("immigration", "H", "may pick up your child"),
    ("rumour", "H", "checked it"),
    ("rumour", "H", "on one page"),
]


@pytest.mark.parametrize(("kind", "phase", "words"), MUST_ADD, ids=lambda value: str(value)[:24])
def test_each_type_adds_what_the_rules_ask(kind: str, phase: str, words: str) -> None:
    assert words in library.preview(kind, phase, "email", "en", "joint").text


MUST_NEVER = [
    ("police-activity", r"position|lockdown"),
    ("community-shooting", r"gang|attend"),
    ("active-assailant", r"\ball safe|everyone is safe|suspect|gunman|\bdead\b"),
    ("swatting", r"caller|hoax|prank|swat"),
    ("threat", r"credible|screenshot"),
    ("bomb-threat", r"device|dogs?\b|sweep"),
    ("weapon", r"disciplin|suspend|expel|\bitem\b"),
    ("protest", r"slogan|shout"),
    ("hate-incident", r"offended"),
    ("partner-force", r"\bshot\b|justified|record"),
    ("sro-force", r"justified|resist|praise|blame"),
    ("officer-arrest", r"alleg"),
    ("sro-programme", r"because|demand|ultimatum|unless"),
    ("employee-arrest", r"guilty|victim|personnel"),
    ("student-arrest", r"\ba student was|disciplin|suspend"),
    ("fight", r"fault|started it"),
    ("death", r"accident|homicide|caused by"),
    ("suicide", r"suicide|took (his|her|their) (own )?life|method|because"),
    ("sexual-offence", r"victim|teacher|coach|sexual"),
    ("missing-or-abduction", r"\b(white|black|hispanic|asian) (man|male|woman|female)\b|search parties"),
    ("pursuit-crash", r"injur|condition|fault"),
    ("overdose", r"fentanyl|a student|vape|pill"),
    ("immigration", r"status|undocumented|\braids?\b|citizen"),
    ("rumour", r"rumou?r"),
]


@pytest.mark.parametrize(("kind", "words"), MUST_NEVER, ids=[kind for kind, _ in MUST_NEVER])
def test_no_family_or_media_text_of_a_type_says_what_it_must_never_say(kind: str, words: str) -> None:
    for each in combinations((kind,), (*FAMILY, "media"), ("en",)):
        draft = each.preview()
        assert not re.search(words, f"{draft.subject}\n{draft.text}", re.I), str(each)


def test_both_languages_have_the_same_blocks_and_blanks() -> None:
    english, spanish = (
        {
            block.id[3:]: set(re.findall(r"\$\{(\w+)\}", block.text)) - {"school", "school_short"}
            for block in library.blocks().values()
            if block.language == language and block.kind in ("insert", "action")
        }
        for language in ("en", "es")
    )
    assert set(english) == set(spanish)
    missing = {name for name, asked in english.items() if asked - spanish[name] and "actions" not in name}
    assert missing == set()


def test_every_block_has_an_owner_a_review_date_a_version_and_a_grade_and_would_compose() -> None:
    for block in library.blocks().values():
        assert block.owner in ("joint", "district", "police"), block.id
        assert block.review_date > date(2027, 1, 1), block.id
        assert block.version >= 1
        assert 1 <= block.grade <= 7, block.id
        assert library.problems(block) == (), block.id
    assert len({block.hash for block in library.blocks().values()}) == len(library.blocks())


def test_the_words_of_a_file_stay_within_the_reading_grade_it_promises() -> None:
    promised: dict[str, int] = {}
    prose: dict[str, list[str]] = {}
    for block in library.blocks().values():
        values = library.examples(block.type or "none", "H", block.language)
        words = re.sub(r"(?<!\$)\{\w+\}", "", "\n\n".join(blocks.parts(block.text).values()))
        file = "/".join(block.id.split("/")[:3])
        promised[file] = block.grade
        prose.setdefault(file, []).append(blanks.with_values(words, values, block.language)[0])
    measured = {file: channels.grade("\n\n".join(texts), file[:2]) for file, texts in prose.items()}
    assert {file: grade for file, grade in measured.items() if grade > promised[file]} == {}


def test_few_files_give_all_the_texts() -> None:
    files = list(blocks.ROOT.glob("*/*/*.md"))
    assert len(files) < 100
    assert sum(1 for _ in combinations()) > 4000
