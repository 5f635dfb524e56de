"""The joint workspace outside the screens: comments before the approver, and one side's notes nowhere."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comms.people import Seat
from comms.workspace import comments, notes, statements
from tests.harness import PASSWORD, Server, World
from tests.statements_made import EMAIL, Made, holding_statement, release

SECRET = "The caller is an informant of ours"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def made(module_world: World) -> Made:
    """A statement that waits for the PIO, a comment on it, and a note of each side."""
    made = holding_statement(module_world, {"email": EMAIL, "web": EMAIL})
    dana, okafor = module_world.actor("dana"), module_world.actor("okafor")
    with module_world.store() as store:
        email = statements.variants(store, made.statement.id)[0]
        text = "<b>Who</b> says so? {{ 7*7 }}"
        comments.comment(store, dana, email.id, "This was an isolated incident.", text, now())
        notes.write(store, okafor, made.incident_id, SECRET, now())
    return made


def test_the_plain_page_shows_open_comments_escaped_and_resolved_ones_no_more(
    server: Server, made: Made
) -> None:
    link = made.link(Seat.PIO)
    with server.client() as phone:
        assert phone.post(link, data={"do": "open", "code": PASSWORD}).status_code == 303
        page = phone.get(link).text
        assert "Open comments" in page
        assert "&lt;b&gt;Who&lt;/b&gt; says so? {{ 7*7 }}" in page
        assert "On “This was an isolated incident.”" in page
        actor = made.world.actor("brandt")
        with made.world.store() as store:
            email = statements.variants(store, made.statement.id)[0]
            comments.resolve(store, actor, comments.comments(store, email.id)[0].id, now())
        assert "Open comments" not in phone.get(link).text


@pytest.mark.parametrize("who", ["dana", "okafor"])
def test_no_page_of_the_house_shows_a_note_of_one_side(server: Server, made: Made, who: str) -> None:
    went = release(made)
    with server.signed_in(made.world.people[who]) as visitor:
        for path in (
            f"/incident/{made.incident_id}/situation",
            f"/statement/{made.statement.id}/print",
            "/statements",
            f"/s/{went.slug.rsplit('-', 1)[0]}",
        ):
            page = visitor.get(path)
            assert page.status_code == 200, path
            assert "informant" not in page.text, path
