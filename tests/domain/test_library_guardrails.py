"""Every default text there is, held against the guardrails: composed with invented facts, no hit left standing."""

from __future__ import annotations

import pytest

from comms import guardrails
from comms.guardrails import Context, Named, Watchlist
from comms.wording import channels, library
from comms.wording.library import TYPES, Draft
from tests.domain.test_library_words import Combination, as_sent, combinations

ALDER_FALLS = Watchlist(
    district=("Alder Falls School District", "AFSD"),
    schools=("Orrin Middle School", "Orrin Middle", "Orrin"),
    agencies=("Alder Falls Police Department", "Alder Falls Police", "AFPD"),
    places=("Fenwick Street", "Mill Street", "Tanner Park", "Alder Falls"),
    people=(Named("Dana Whitlock", "communications"), Named("Maya Okafor", "PIO")),
)
STATUS = {"police-activity": "Secure", "active-assailant": "Lockdown"}


def class_of(kind: str, phase: str) -> str:
    """The class such a text goes out under: F for a correction, C for an update of a holding matter, else its own."""
    if phase == "C":
        return "F"
    own = TYPES[kind].classes.removeprefix("A")[0] if kind in TYPES else "B"
    return "C" if phase != "H" and own == "B" else own


def hits(each: Combination, draft: Draft) -> list[str]:
    context = Context(
        side=each.voice,  # type: ignore[arg-type]
        cls=class_of(each.type, each.phase),
        channel=each.channel,
        phase=each.phase,
        language=each.language,
        incident_type=each.type,
        watchlist=ALDER_FALLS,
        status=STATUS.get(each.type, ""),
    )
    found = guardrails.check(as_sent(each.channel, draft), context)
    return [
        f"{each}: {hit.rule} {hit.text!r} {hit.why}" for hit in found if (hit.rule, each.type) not in PURPOSE
    ]


PURPOSE = {("C2", "sro-programme"), ("C2", "officer-arrest"), ("C2", "protest")}
"""Types that can be class E, which is never an automated call or text: the purpose gate says so, not the words."""


def test_every_english_joint_text_passes_the_guardrails() -> None:
    wrong = [
        hit
        for each in combinations(languages=("en",), voices=("joint",))
        for hit in hits(each, each.preview())
    ]
    assert wrong == []


def test_every_holding_text_of_each_voice_and_language_passes_the_guardrails() -> None:
    first = [each for each in combinations(in_channels=("email", "sms", "media")) if each.phase == "H"]
    assert [hit for each in first for hit in hits(each, each.preview())] == []


@pytest.mark.torture
def test_every_text_there_is_passes_the_guardrails() -> None:
    assert [hit for each in combinations() for hit in hits(each, each.preview())] == []


def test_every_pre_approved_text_fits_its_channel_and_passes_the_guardrails() -> None:
    wrong = []
    for block in (b for b in library.blocks().values() if b.approvable):
        values = library.examples("none", "H", block.language)
        draft = library.action_draft(block, values)
        text = as_sent(block.channel, draft)
        measure = channels.measure(text, block.channel, block.language, phase="H", cls="A")
        action = block.id.split("/")[2].title()
        context = Context(
            cls="A",
            channel=block.channel,
            phase="H",
            language=block.language,
            watchlist=ALDER_FALLS,
            status="" if action == "Ended" else action,
        )
        wrong += [f"{block.id}: {hit.rule} {hit.text!r} {hit.why}" for hit in guardrails.check(text, context)]
        wrong += [f"{block.id}: {over}" for over in measure.over]
        if measure.grade > 7 or not library.filled_only(block, draft.text, draft.subject):
            wrong.append(f"{block.id}: grade {measure.grade}")
    assert wrong == []
