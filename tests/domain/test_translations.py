"""Translations: one English edit makes only its own translation stale; a person saves it anew or marks it current."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comms.agreeing import decisions, seats
from comms.people import Refused
from comms.saying import releases
from comms.workspace import incidents, statements, translations
from comms.workspace.statements import Start, Statement
from tests.harness import World
from tests.statements_made import EMAIL, SMS, Made

SPANISH = (
    "Sabemos que esto preocupa.\n\nUn grupo estuvo en Fenwick Street. Se fue. Le escribiremos a las 4:00 p.m."
)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def made(world: World) -> Made:
    """An e-mail and a text message in English and Spanish, sent for approval."""
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on the overpass", "protest", now())
        how = Start("H", channels=("email", "sms"), languages=("en", "es"))
        begun = statements.start(store, dana, about.id, how, now())
        for v in statements.variants(store, begun.id):
            text = {"en": EMAIL if v.channel == "email" else SMS, "es": SPANISH}[v.language]
            statements.save(store, dana, v.id, v.newest.id, text, "", now())
    made = Made(world, about.id, begun)
    made.send()
    return made


def stale(made: Made) -> list[tuple[str, str]]:
    with made.world.store() as store:
        found = translations.stale(store, statements.variants(store, made.statement.id))
    return [(s.variant.channel, s.variant.language) for s in found]


def reasons(made: Made) -> list[str]:
    with made.world.store() as store:
        return [
            r.sentence for r in releases.reasons_not(store, made.statement.id, now()) if r.code == "stale"
        ]


def text_of(made: Made, channel: str, language: str) -> statements.Variant:
    with made.world.store() as store:
        found = statements.variants(store, made.statement.id)
    return next(v for v in found if (v.channel, v.language) == (channel, language))


def save(made: Made, channel: str, language: str, text: str) -> None:
    dana = made.world.actor("dana")
    variant = text_of(made, channel, language)
    with made.world.store() as store:
        statements.save(store, dana, variant.id, variant.newest.id, text, "", now())


def test_one_english_edit_makes_only_its_spanish_stale_and_lapses_only_its_own_approval(made: Made) -> None:
    okafor = made.world.actor("okafor")
    with made.world.store() as store:
        decisions.decide(store, okafor, made.statement.id, made.hashes(), "approve", now())
    assert stale(made) == []
    save(made, "email", "en", EMAIL.replace("3:05", "3:06"))
    assert stale(made) == [("email", "es")]
    assert reasons(made) == ["The Spanish e-mail is older than the English"]
    with made.world.store() as store:
        approved = {d.hash for d in seats.decisions(store, made.statement.id)}
        lapsed = [
            (v.channel, v.language)
            for v in statements.variants(store, made.statement.id)
            if v.newest.hash not in approved
        ]
    assert lapsed == [("email", "en")]


def test_a_translation_saved_anew_is_current(made: Made) -> None:
    save(made, "email", "en", EMAIL.replace("3:05", "3:06"))
    save(made, "email", "es", SPANISH.replace("Se fue.", "Se fue a las 3:06 p.m."))
    assert stale(made) == []


def test_a_person_marks_it_current_for_exactly_the_english_that_was_read(made: Made) -> None:
    save(made, "email", "en", EMAIL.replace("upsetting", "hard"))
    read = text_of(made, "email", "en").newest.hash
    spanish = text_of(made, "email", "es").id
    dana = made.world.actor("dana")
    save(made, "email", "en", EMAIL.replace("3:05", "3:06"))
    with made.world.store() as store:
        with pytest.raises(Refused, match="The English changed while you were reading"):
            translations.mark_current(store, dana, spanish, read, now())
        latest = text_of(made, "email", "en").newest.hash
        translations.mark_current(store, dana, spanish, latest, now())
        translations.mark_current(store, dana, spanish, latest, now())
    assert stale(made) == []
    save(made, "email", "en", EMAIL.replace("3:05", "3:07"))
    assert stale(made) == [("email", "es")]


def test_a_spanish_edit_makes_nothing_stale(made: Made) -> None:
    save(made, "sms", "es", "AFSD: Un grupo estuvo en Fenwick Street. Se fue.")
    assert stale(made) == []


def test_a_language_is_added_in_every_channel_once(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on the overpass", "protest", now())
        begun: Statement = statements.start(
            store, dana, about.id, Start("H", channels=("email", "sms")), now()
        )
        translations.add(store, dana, begun.id, "es", now())
        translations.add(store, dana, begun.id, "es", now())
        found = [(v.channel, v.language) for v in statements.variants(store, begun.id)]
    assert found == [("email", "en"), ("sms", "en"), ("email", "es"), ("sms", "es")]


def test_blanks_filled_in_both_languages_at_once_make_nothing_stale(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "A group gathered", "protest", now())
        how = Start("H", channels=("email",), languages=("en", "es"))
        begun = statements.start(store, dana, about.id, how, now())
        statements.fill_blanks(store, dana, begun.id, {"school": "Orrin Middle School"}, now(), "en")
        assert translations.stale(store, statements.variants(store, begun.id)) == []
