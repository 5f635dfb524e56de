"""Divergence: both quotes before release, the owner settles it, and what changed for good is said to have changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from comms.partnership import Mail
from comms.people import Refused
from comms.reaching import notices
from comms.saying import releases
from comms.workspace import divergence, incidents, statements
from comms.workspace.divergence import Divergence
from comms.workspace.incidents import Evidence
from comms.workspace.statements import Start, Statement
from tests.harness import Mailbox, World
from tests.statements_made import EMAIL, SMS, holding_statement, next_statement, release

PEOPLE = "We speak for our schools.\n\nAbout 21 people stood on the overpass. The group left the overpass at 3:05 p.m."
THEIRS = "We speak for our officers.\n\nTwelve people stood on the overpass. The group left the overpass at 2:55 p.m."


def now() -> datetime:
    return datetime.now(UTC)


def written(world: World, who: str, incident_id: int, voice: str, texts: Mapping[str, str]) -> Statement:
    actor = world.actor(who)
    with world.store() as store:
        begun = statements.start(
            store, actor, incident_id, Start("H", voice=voice, channels=tuple(texts)), now()
        )
        for variant in statements.variants(store, begun.id):
            statements.save(store, actor, variant.id, variant.newest.id, texts[variant.channel], "", now())
    return begun


def found(world: World, about: Statement) -> list[Divergence]:
    with world.store() as store:
        return divergence.divergences(store, about)


def reasons(world: World, about: Statement) -> list[str]:
    with world.store() as store:
        all_of_them = releases.reasons_not(store, about.id, now())
    return [r.sentence for r in all_of_them if r.code.startswith("divergence")]


@pytest.fixture
def apart(world: World) -> tuple[Statement, Statement]:
    """The two sides' own texts of one incident; they differ on how many and on when."""
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on the overpass", "protest", now())
    return (
        written(world, "dana", about.id, "district", {"email": PEOPLE}),
        written(world, "okafor", about.id, "police", {"email": THEIRS}),
    )


def test_the_two_sides_texts_are_compared_and_both_quotes_are_shown(
    world: World, apart: tuple[Statement, Statement]
) -> None:
    ours, theirs = apart
    assert [(d.about, d.ours, d.theirs, d.who) for d in found(world, ours)] == [
        (
            "time",
            "The group left the overpass at 3:05 p.m.",
            "The group left the overpass at 2:55 p.m.",
            "the police's own text",
        ),
        (
            "count",
            "About 21 people stood on the overpass.",
            "Twelve people stood on the overpass.",
            "the police's own text",
        ),
    ]
    assert reasons(world, theirs) == [
        "It differs from the district's own text on when it happened",
        "It differs from the district's own text on how many there were",
    ]


def test_words_that_agree_again_leave_nothing_to_settle(
    world: World, apart: tuple[Statement, Statement]
) -> None:
    ours, _ = apart
    dana = world.actor("dana")
    with world.store() as store:
        email = statements.variants(store, ours.id)[0]
        text = PEOPLE.replace("About 21", "Twelve").replace("3:05", "2:55")
        statements.save(store, dana, email.id, email.newest.id, text, "", now())
    assert found(world, ours) == []
    assert reasons(world, ours) == []


def test_a_person_says_why_both_stand_and_new_words_ask_anew(
    world: World, apart: tuple[Statement, Statement]
) -> None:
    ours, _ = apart
    dana = world.actor("dana")
    one = found(world, ours)[0]
    with world.store() as store:
        with pytest.raises(Refused, match="Say why both accounts stand"):
            divergence.let_both_stand(store, dana, ours.id, one, "  ", now())
        divergence.let_both_stand(store, dana, ours.id, one, "Two groups, two times.", now())
    assert [(d.about, d.open) for d in found(world, ours)] == [("time", False), ("count", True)]
    with world.store() as store:
        email = statements.variants(store, ours.id)[0]
        statements.save(store, dana, email.id, email.newest.id, PEOPLE.replace("3:05", "3:10"), "", now())
    assert [d.open for d in found(world, ours)] == [True, True]


def test_custody_is_the_police_s_to_settle(world: World) -> None:
    made = holding_statement(world, {"email": EMAIL + "\n\nNo one is in custody."})
    release(made)
    update = next_statement(made, "U", {"email": "An update.\n\nOne person is in custody."})
    (one,) = [d for d in found(world, update.statement) if d.about == "custody"]
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        with pytest.raises(Refused, match="This is the police's to settle"):
            divergence.let_both_stand(store, dana, update.statement.id, one, "Changed since.", now())
        divergence.let_both_stand(store, okafor, update.statement.id, one, "Arrested at 4:10 p.m.", now())
    assert reasons(world, update.statement) == []


def test_an_update_is_held_against_what_we_released_before(world: World) -> None:
    made = holding_statement(world, {"email": EMAIL, "sms": SMS})
    release(made)
    same = next_statement(made, "U", {"email": EMAIL.replace("by 4:00", "by 5:00")})
    assert found(world, same.statement) == []
    same.edit("dana", "email", EMAIL.replace("The group left at 3:05", "The group left at 3:15"))
    assert [(d.about, d.who) for d in found(world, same.statement)] == [
        ("time", "our released holding statement")
    ]


def test_a_correction_is_not_held_against_the_text_it_corrects(world: World) -> None:
    made = holding_statement(world, {"email": EMAIL})
    went = release(made)
    words = "We got something wrong.\n\n" + EMAIL.replace("The group left at 3:05", "The group left at 2:55")
    correction = next_statement(made, "C", {"email": words}, corrects=went)
    assert found(world, correction.statement) == []


def test_the_partner_s_own_feed_is_compared_and_other_outlets_are_not(world: World) -> None:
    made = holding_statement(world, {"email": PEOPLE})
    at = now()
    with world.store() as store, store.atomic():
        for key, outlet in (("a", "Alder Falls Police Department"), ("b", "Courier")):
            said = Evidence(key, "Demonstration", "Twelve people stood on the overpass.", outlet, "", at, at)
            incidents.add_evidence(store, made.incident_id, [said], at)
    assert [(d.about, d.who) for d in found(world, made.statement)] == [
        ("count", "Alder Falls Police Department's own report")
    ]


def test_only_texts_of_one_language_are_compared(world: World, apart: tuple[Statement, Statement]) -> None:
    ours, _ = apart
    dana = world.actor("dana")
    with world.store() as store:
        statements.add_variant(store, dana, ours.id, "email", "es", now())
        spanish = statements.variants(store, ours.id)[-1]
        statements.save(
            store, dana, spanish.id, spanish.newest.id, THEIRS.replace("Twelve", "Thirty"), "", now()
        )
    assert all("Thirty" not in d.ours for d in found(world, ours))


# Asking the owners ------------------------------------------------------------------------------------------------------


def asked(world: World, about: Statement, at: datetime) -> int:
    """One round of the duty process, as it asks."""
    with world.store() as store:
        return divergence.ask(store, incidents.incident(store, about.incident_id), at)


def posted(world: World, box: Mailbox) -> list[str]:
    """Send what waits through the real mail server; who got an e-mail about a difference so far."""

    def clock() -> datetime:
        return now() + timedelta(days=1)

    with world.store() as store:
        notices.deliver(store, Mail(box.host, box.port, "none", "", "one.voice@afsd.example"), clock)
    return sorted(
        str(who)
        for m, who in zip(box.messages, box.recipients, strict=True)
        if "Yours to settle" in m["Subject"]
    )


def test_a_difference_asks_its_owners_by_e_mail_once_and_quotes_nothing(
    world: World, apart: tuple[Statement, Statement], mailbox: Mailbox
) -> None:
    ours, theirs = apart
    rested = now() + timedelta(minutes=2)
    assert asked(world, ours, now()) == 0, "words still being saved are left alone for a minute"
    assert asked(world, ours, rested) == 2
    assert posted(world, mailbox) == ["dana@afsd.example", "okafor@afpd.example"]
    (letter,) = [m for m in mailbox.to("okafor@afpd.example") if "Yours to settle" in m["Subject"]]
    text = letter.get_content()
    assert "when it happened" in text
    assert "how many there were" in text
    assert "overpass at" not in text, "no quote travels by mail"
    assert [asked(world, ours, rested + timedelta(hours=n)) for n in range(3)] == [0, 0, 0]
    assert len(posted(world, mailbox)) == 2
    for about in (ours, theirs):
        stands = found(world, about)
        assert {d.asked.who for d in stands if d.asked} == {"Sgt. Maya Okafor, Dana Whitlock"}
        assert all(
            d.asked and d.asked.at == rested.replace(microsecond=d.asked.at.microsecond) for d in stands
        )


def test_new_words_that_differ_still_are_asked_about_anew(
    world: World, apart: tuple[Statement, Statement]
) -> None:
    ours, _ = apart
    rested = now() + timedelta(minutes=2)
    asked(world, ours, rested)
    dana = world.actor("dana")
    with world.store() as store:
        email = statements.variants(store, ours.id)[0]
        statements.save(store, dana, email.id, email.newest.id, PEOPLE.replace("3:05", "3:10"), "", rested)
    assert asked(world, ours, rested + timedelta(minutes=2)) == 1


def test_an_answer_on_one_text_settles_the_difference_on_both_and_is_asked_no_more(
    world: World, apart: tuple[Statement, Statement]
) -> None:
    ours, theirs = apart
    dana = world.actor("dana")
    with world.store() as store:
        for one in found(world, ours):
            divergence.let_both_stand(store, dana, ours.id, one, "Counted at two times.", now())
    assert [(d.answer.by, d.answer.reason) for d in found(world, theirs) if d.answer] == [
        ("Dana Whitlock", "Counted at two times.")
    ] * 2
    assert reasons(world, theirs) == []
    assert asked(world, ours, now() + timedelta(minutes=2)) == 0


def test_what_went_out_asks_the_police_when_their_own_feed_says_otherwise(
    world: World, mailbox: Mailbox
) -> None:
    made = holding_statement(world, {"email": EMAIL + "\n\nNo one is in custody."})
    release(made)
    at = now()
    with world.store() as store, store.atomic():
        said = Evidence(
            "k", "Arrest", "One person is in custody.", "Alder Falls Police Department", "", at, at
        )
        incidents.add_evidence(store, made.incident_id, [said], at)
    assert asked(world, made.statement, at) == 1
    assert posted(world, mailbox) == ["okafor@afpd.example"], "custody is theirs alone"
    assert asked(world, made.statement, at) == 0
