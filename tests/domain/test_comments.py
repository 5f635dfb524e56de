"""Comments: asked about a passage, answered, resolved; open ones stand before the approver."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comms.agreeing import briefs
from comms.people import Refused, Seat
from comms.workspace import comments, statements
from tests.harness import World
from tests.statements_made import EMAIL, Made, holding_statement, release

PASSAGE = "This was an isolated incident."


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def made(world: World) -> Made:
    return holding_statement(world, {"email": EMAIL})


def email(made: Made) -> int:
    with made.world.store() as store:
        return statements.variants(store, made.statement.id)[0].id


def ask(made: Made, who: str = "okafor", quote: str = PASSAGE, text: str = "Who says so?") -> int:
    actor = made.world.actor(who)
    with made.world.store() as store:
        return comments.comment(store, actor, email(made), quote, text, now())


def test_a_comment_is_answered_and_resolved_and_stays_on_the_record(made: Made) -> None:
    comment_id = ask(made)
    dana = made.world.actor("dana")
    with made.world.store() as store:
        comments.reply(store, dana, comment_id, "Nobody yet. It goes.", now())
        (one,) = comments.comments(store, email(made))
        assert (one.author, one.open, [r.text for r in one.replies]) == (
            "Maya Okafor",
            True,
            ["Nobody yet. It goes."],
        )
        comments.resolve(store, dana, comment_id, now())
        comments.resolve(store, dana, comment_id, now())
        (one,) = comments.comments(store, email(made))
        assert (one.open, one.resolved_by, one.text) == (False, "Dana Whitlock", "Who says so?")


def test_a_comment_says_when_its_passage_is_gone(made: Made) -> None:
    ask(made)
    made.edit("dana", "email", EMAIL.replace(PASSAGE, ""))
    with made.world.store() as store:
        (one,) = comments.comments(store, email(made))
    assert (one.there, one.quote, one.open) == (False, PASSAGE, True)


def test_open_comments_stand_before_the_approver(made: Made) -> None:
    settled, waiting = ask(made), ask(made, "counsel", "", "Is the school named rightly?")
    brandt = made.world.people["brandt"]
    dana = made.world.actor("dana")
    with made.world.store() as store:
        comments.resolve(store, dana, settled, now())
        brief = briefs.brief(store, made.statement.id, brandt, Seat.SUPERINTENDENT)
    assert [c.id for p in brief.passages for c in p.comments] == [waiting]


def test_the_other_side_comments_on_a_text_it_cannot_edit(world: World) -> None:
    district = holding_statement(world, {"email": EMAIL}, voice="district")
    assert ask(district, "okafor") == 1


@pytest.mark.parametrize(
    ("quote", "text", "sentence"),
    [
        ("Words that are not there.", "Why?", "no longer in the text"),
        (PASSAGE, " \n", "The comment is empty"),
        (PASSAGE, "x" * 2001, "2,001 characters"),
    ],
)
def test_a_comment_that_cannot_stand_is_refused(made: Made, quote: str, text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        ask(made, "dana", quote, text)


def test_those_who_only_read_do_not_comment(made: Made) -> None:
    with pytest.raises(Refused, match="Your seat is Records clerk"):
        ask(made, "records")


def test_a_released_text_is_past_commenting(made: Made) -> None:
    release(made)
    with pytest.raises(Refused, match="released and never changes"):
        ask(made)
