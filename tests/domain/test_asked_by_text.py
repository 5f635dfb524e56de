"""An ask comes by e-mail always, and by the means its person chose for themselves; the screen says what became of each."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from comms import links
from comms.agreeing import asks, waiting
from comms.people import Seat
from comms.reaching import notices, reach, senders
from comms.reaching.reach import Reach, Way
from comms.wording import channels
from comms.workspace import incidents
from tests.domain.test_outgoing import Hook, box, hooks, mail_to
from tests.harness import Mailbox, World
from tests.statements_made import EMAIL_AFTER, Made, holding_statement

__all__ = ["box", "hooks"]

Hooks = tuple[type[Hook], str]


def now() -> datetime:
    return datetime.now(UTC)


def choose(world: World, who: str, setting: str, target: str) -> None:
    """The administrator adds a gateway for our people, and one of them chooses it."""
    admin, actor = world.actor("castellano"), world.actor(who)
    with world.store() as store:
        sender = senders.add(store, admin, f"Texts {setting}", senders.PEOPLE, f"ONE_VOICE_SENDER_{setting}", now())  # fmt: skip
        reach.choose(store, actor, Reach(ways=(Way(sender, target),)), now())


def told(made: Made, seat: Seat) -> list[asks.Told]:
    asked = made.ask(seat)
    with made.world.store() as store:
        return asks.told(store, asked.id)


def test_the_link_comes_by_text_message_too_where_a_person_chose_it(
    world: World, box: Mailbox, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, address = hooks
    monkeypatch.setenv("ONE_VOICE_SENDER_TEXTS", f"{address}{{person}}")
    choose(world, "okafor", "TEXTS", "+15550177")
    made = holding_statement(world, {"email": EMAIL_AFTER})
    assert [t.means for t in told(made, Seat.PIO)] == ["e-mail", "Texts TEXTS"]
    with world.store() as store:
        senders.deliver(store, now)
        notices.deliver(store, mail_to(box), now)
    assert all(t.delivery.sent_at for t in told(made, Seat.PIO))
    words = json.loads(handler.got[-1])["message"]
    assert words.startswith("One Voice: Dana Whitlock asks you to approve a text by ")
    assert "overpass" not in words, "no word of the incident stands in a text message"
    (token,) = re.findall(r"/approve/(\S+)", words)
    assert links.read(world.data, "approve", token) == {"ask": made.ask(Seat.PIO).id}
    assert channels.sms_parts(words)[0] <= 2
    assert [m["to"] for m in box.to("okafor@afpd.example")], "the e-mail came as well"


def test_a_gateway_that_is_down_is_said_and_holds_the_e_mail_up_in_nothing(
    world: World, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONE_VOICE_SENDER_DEAD", "json://127.0.0.1:9/{person}")
    choose(world, "okafor", "DEAD", "+15550177")
    made = holding_statement(world, {"email": EMAIL_AFTER})
    with world.store() as store:
        senders.deliver(store, now)
        notices.deliver(store, mail_to(box), now)
    by_mail, by_text = told(made, Seat.PIO)
    assert by_mail.delivery.sent_at
    assert by_text.delivery.sent_at is None
    assert by_text.delivery.trouble


def test_a_room_that_many_read_gets_no_link(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(world, "okafor", "ROOM", "")
    made = holding_statement(world, {"email": EMAIL_AFTER})
    assert [t.means for t in told(made, Seat.PIO)] == ["e-mail"]


def test_a_reminder_takes_the_same_ways_and_the_screen_tells_of_the_last(world: World) -> None:
    choose(world, "okafor", "TEXTS", "+15550177")
    made = holding_statement(world, {"email": EMAIL_AFTER})
    first = [t.delivery.id for t in told(made, Seat.PIO)]
    with world.store() as store:
        about = incidents.incident(store, made.incident_id)
        assert waiting.chase(store, about, now() + timedelta(minutes=3)) == 1
    again = told(made, Seat.PIO)
    assert [t.means for t in again] == ["e-mail", "Texts TEXTS"]
    assert min(t.delivery.id for t in again) > max(first)
