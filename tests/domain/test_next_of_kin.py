"""Next of kin: no text speaks of a death or an injury before somebody says, under their name, that the family was told."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from comms import guardrails
from comms.agreeing import briefs
from comms.people import Refused, Seat
from comms.saying import releases
from comms.workspace import checks, incidents, next_of_kin, statements
from comms.workspace.statements import Start, Statement
from monitors.database import IntegrityError
from tests.harness import World
from tests.statements_made import holding_statement, release

SAD = (
    "We are sad to share this news. Alder Falls Police Department confirmed that a student died this morning.\n\n"
    "Counselors are at Orrin Middle School. We will write again by 4:00 p.m. Questions: 555-0142."
)
HOW = "The county chaplain told the parents at 11:20 AM."


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def sad(world: World) -> Statement:
    """A class D text that tells of a death, checked by the real rules."""
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Death of a student", "death", now(), cls="D")
        begun = statements.start(store, dana, about.id, Start("H", channels=("email",)), now())
        email = statements.variants(store, begun.id)[0]
        statements.save(store, dana, email.id, email.newest.id, SAD, "Sad news", now())
    return begun


def check(world: World, about: Statement) -> set[str]:
    """Run the real check on the text as it is; which rules hit."""
    with world.store() as store:
        email = statements.variants(store, about.id)[0]
        context = checks.context_of(store, about, email)
        text = checks.words(email.newest.subject, email.newest.text)
        hits = guardrails.check(text, context)
        checks.keep(store, text, context, hits, now())
    return {hit.rule for hit in hits}


def codes(world: World, about: Statement) -> set[str]:
    with world.store() as store:
        return {r.code for r in releases.reasons_not(store, about.id, now())}


def say(world: World, who: str, about: Statement, answer: str, words: str = HOW) -> None:
    actor = world.actor(who)
    with world.store() as store:
        next_of_kin.say(store, actor, about.id, answer, words, now())


def test_a_death_waits_for_the_box_and_the_box_lifts_the_block(world: World, sad: Statement) -> None:
    assert "B6" in check(world, sad)
    assert "kin" in codes(world, sad)
    say(world, "okafor", sad, "told")
    assert "kin" not in codes(world, sad)
    assert "B6" not in check(world, sad)


def test_a_tick_on_the_hit_is_not_the_box(world: World, sad: Statement) -> None:
    check(world, sad)
    for who in ("brandt", "counsel"):
        actor = world.actor(who)
        with world.store() as store:
            email = statements.variants(store, sad.id)[0]
            hits = checks.of_variant(store, sad, email) or ()
            for hit in [h for h in hits if h.rule == "B6"]:
                checks.answer(store, actor, email.id, hit, "keep", "Agreed.", now())
    assert "kin" in codes(world, sad)


def test_nobody_to_tell_leaves_words_of_a_death_blocked(world: World, sad: Statement) -> None:
    say(world, "okafor", sad, "nobody", "It was a rumor; nobody was hurt.")
    assert "kin" not in codes(world, sad)
    assert "B6" in check(world, sad)


def test_a_wrong_answer_is_taken_back_by_a_later_one_and_both_stay(world: World, sad: Statement) -> None:
    say(world, "okafor", sad, "told")
    say(world, "dana", sad, "not_yet", "")
    assert "kin" in codes(world, sad)
    with world.store() as store:
        answers = [r["answer"] for r in store.rows_of("select answer from kin_answer order by id")]
        assert answers == ["told", "not_yet"]
        with pytest.raises(IntegrityError, match="never changed"):
            store.execute("update kin_answer set answer = 'told'")


def test_who_told_the_family_is_asked_and_only_who_answers_for_a_text_says_so(
    world: World, sad: Statement
) -> None:
    with pytest.raises(Refused, match="Say who told the family"):
        say(world, "okafor", sad, "told", "  ")
    with pytest.raises(Refused, match="Records clerk"):
        say(world, "records", sad, "told")
    with pytest.raises(Refused, match="Choose whether"):
        say(world, "okafor", sad, "")


def test_the_approver_reads_who_says_so_of_which_side_and_when(world: World, sad: Statement) -> None:
    say(world, "okafor", sad, "told")
    with world.store() as store:
        brief = briefs.brief(store, sad.id, world.people["brandt"], Seat.SUPERINTENDENT)
    read = next_of_kin.sentence(brief.kin, now(), ZoneInfo("America/Chicago"))
    assert brief.kin_needed
    assert read.startswith("Next of kin were told, says Maya Okafor (police), ")
    assert read.endswith(HOW)


def test_an_ordinary_text_asks_nobody_and_what_went_out_takes_no_answer(world: World) -> None:
    made = holding_statement(world)
    assert "kin" not in codes(world, made.statement)
    release(made)
    with pytest.raises(Refused, match="was released"):
        say(world, "okafor", made.statement, "told")
