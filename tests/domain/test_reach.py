"""How each person is reached: by e-mail over a real mail server, by further means over a real web hook on loopback."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from time import monotonic as time_now
from time import sleep
from types import SimpleNamespace

import pytest

from comms import duty, partnership
from comms.partnership import Mail
from comms.people import Refused
from comms.reaching import notices, reach, senders, unreached
from comms.reaching.reach import Quiet, Reach, Way
from comms.reaching.senders import Sender
from comms.web import health
from tests.alerts_made import heard
from tests.domain.test_outgoing import Hook, hooks
from tests.domain.test_paging import rounds
from tests.harness import Mailbox, World, free_port, mail_server

__all__ = ["hooks"]
NOON = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
Hooks = tuple[type[Hook], str]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


def sender(world: World, label: str = "AFSD texts", setting: str = "ONE_VOICE_SENDER_TEXTS") -> Sender:
    with world.store() as store:
        return senders.add(store, world.actor("castellano", NOON), label, senders.PEOPLE, setting, NOON)


def chooses(world: World, who: str, *ways: Way, quiet: Quiet | None = None, at: datetime = NOON) -> None:
    with world.store() as store:
        reach.choose(store, world.actor(who, at), Reach(quiet, "", ways), at)


def deliver(world: World, box: Mailbox | None, at: datetime) -> None:
    """One round of both delivering jobs."""
    mail = Mail("127.0.0.1", box.port if box else free_port(), "none", "", "one-voice@afsd.example")
    with world.store() as store:
        with store.atomic():
            partnership.write_profile(store, replace(partnership.profile(store), mail=mail))
        notices.deliver(store, mail, lambda: at)
        senders.deliver(store, lambda: at)


def said(world: World, at: datetime, who: str | None = None) -> list[str]:
    with world.store() as store:
        return unreached.sentences(store, at, world.people[who].id if who else None)


def test_a_page_comes_by_all_means_and_t2_by_e_mail_alone(
    world: World, box: Mailbox, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, address = hooks
    monkeypatch.setenv("ONE_VOICE_SENDER_TEXTS", f"{address}{{person}}")
    texts = sender(world)
    chooses(world, "dana", Way(texts, "+15550100"))
    heard(world.data, NOON, "T1", "Officers escort group off overpass")
    heard(world.data, NOON, "T2", "Traffic stop in Tannerbrook")
    rounds(world, NOON)
    deliver(world, box, NOON)
    assert sorted(str(m["Subject"]).split(":")[0] for m in box.to("dana@afsd.example")) == [
        "Page now",
        "Review within 60 min",
    ]
    [body] = handler.got
    handed = json.loads(body)
    assert handed["message"].startswith("Page now: Officers escort group off overpass")
    assert "Acknowledge by Tuesday 10 March 2026, 12:05 PM Central" in handed["message"]
    assert handed["title"] == "", "a text message is its words alone"


def test_who_wants_all_tiers_by_text_gets_them(
    world: World, box: Mailbox, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, address = hooks
    monkeypatch.setenv("ONE_VOICE_SENDER_TEXTS", address)
    chooses(world, "dana", Way(sender(world), every_tier=True))
    heard(world.data, NOON, "T2", "Traffic stop in Tannerbrook")
    rounds(world, NOON)
    deliver(world, box, NOON)
    assert len(handler.got) == 1


def test_a_test_goes_the_way_a_page_goes(
    world: World, box: Mailbox, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, address = hooks
    monkeypatch.setenv("ONE_VOICE_SENDER_TEXTS", address)
    texts = sender(world)
    dana = world.actor("dana", NOON)
    with world.store() as store, pytest.raises(Refused, match="Choose this means and save it first"):
        reach.send_test(store, dana, texts.id, NOON)
    chooses(world, "dana", Way(texts))
    with world.store() as store:
        reach.send_test(store, dana, texts.id, NOON)
        reach.send_test(store, dana, None, NOON)
        with pytest.raises(Refused, match="is on its way"):
            reach.send_test(store, dana, None, NOON + timedelta(seconds=5))
    deliver(world, box, NOON)
    assert "One Voice reaches you by AFSD texts" in handler.got[0]
    assert str(box.messages[0]["Subject"]) == "Test from One Voice"


def test_the_number_a_person_typed_stays_a_number(
    world: World, hooks: Hooks, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = sender(world)
    for typed in ("+1555/../../x", "a b", "10.0.0.1/x", "?x=1", "{person}", "a" * 81):
        with pytest.raises(Refused, match="no number or name"):
            chooses(world, "dana", Way(texts, typed))
    chooses(world, "dana", Way(texts, "evil.example"))
    monkeypatch.setenv("ONE_VOICE_SENDER_TEXTS", "json://{person}/")
    heard(world.data, NOON)
    rounds(world, NOON)
    deliver(world, box, NOON)
    with world.store() as store:
        row = store.row_of("select trouble, failed_at from outbox where via = 'sender'")
    assert row
    assert row["failed_at"]
    assert "it stands behind the host" in row["trouble"], "a person never chooses which machine is asked"


def test_what_a_person_chooses_is_theirs_and_refused_in_sentences(world: World) -> None:
    texts = sender(world)
    with pytest.raises(Refused, match="begin and end at the same time"):
        chooses(world, "dana", quiet=Quiet(time(22), time(22)))
    with pytest.raises(Refused, match="was taken off the list meanwhile"):
        chooses(world, "dana", Way(replace(texts, id=99)))
    chooses(world, "dana", Way(texts, "dana", True), quiet=Quiet(time(22), time(6)))
    with world.store() as store:
        assert reach.reach_of(store, world.people["dana"].id) == Reach(
            Quiet(time(22), time(6)), "", (Way(texts, "dana", True),)
        )
        assert reach.reach_of(store, world.people["okafor"].id) == Reach()
        senders.remove(store, world.actor("castellano", NOON), texts.id, NOON)
        assert reach.reach_of(store, world.people["dana"].id).ways == ()


def on_health_page(world: World, at: datetime) -> str:
    """What /healthz says with the duty process awake."""
    with world.store() as store:
        assert duty.hold_lease(store, "one", at)
        visit = SimpleNamespace(store=store, data=world.data, now=at)
        answer = health.health(visit)  # type: ignore[arg-type]
    assert answer.status_code == 503
    return str(json.loads(bytes(answer.body))["sentence"])


def test_a_gateway_that_never_answers_holds_up_no_other(
    world: World, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, address = hooks
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        monkeypatch.setenv("ONE_VOICE_SENDER_TEXTS", address)
        monkeypatch.setenv("ONE_VOICE_SENDER_DEAF", f"json://127.0.0.1:{deaf.getsockname()[1]}/")
        monkeypatch.setattr(senders, "SECONDS", 4)
        hangs, works = sender(world, "Deaf room", "ONE_VOICE_SENDER_DEAF"), sender(world)
        at = datetime.now(UTC)
        chooses(world, "dana", Way(hangs), Way(works), at=at)
        otherwise = duty.DeliverOtherwise(world.data)
        began = time_now()
        for wanted in (1, 2, 3):
            with world.store() as store:
                for way in (hangs.id, works.id):
                    reach.send_test(store, world.actor("dana", at), way, at)
            at += timedelta(minutes=1)
            monkeypatch.setattr(duty, "now", lambda when=at: when)
            otherwise()
            while len(handler.got) < wanted and time_now() - began < 4:
                sleep(0.02)
        assert len(handler.got) == 3, "three messages went out while the deaf one was waited for"
        for hand in otherwise.hands.values():
            hand.join(30)


# Could not reach ----------------------------------------------------------------------------------------------------


def test_a_gateway_that_is_down_is_said_with_what_went_out_meanwhile(
    world: World, box: Mailbox, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, address = hooks
    monkeypatch.setenv("ONE_VOICE_SENDER_TEXTS", address)
    handler.status = 503
    chooses(world, "dana", Way(sender(world)))
    heard(world.data, NOON)
    rounds(world, NOON)
    assert said(world, NOON) == []
    deliver(world, box, NOON)
    [sentence] = said(world, NOON + timedelta(seconds=1))
    assert sentence == (
        "Could not reach Dana Whitlock by AFSD texts since 12:00 PM; e-mail went out at 12:00 PM. "
        "It did not take the message. We try again at 12:00 PM."
    )
    assert said(world, NOON + timedelta(seconds=1), "dana") == [sentence]
    assert said(world, NOON, "okafor") == []
    handler.status = 200
    deliver(world, box, NOON + timedelta(minutes=1))
    assert said(world, NOON + timedelta(minutes=1)) == [], "the outbox kept it and it went out"
    assert len(handler.got) == 1


def test_an_address_that_is_gone_says_that_it_is_not_tried_again_and_whom_to_call(
    world: World, box: Mailbox
) -> None:
    with world.store() as store:
        store.execute("update account set phone = '555-0100' where name = 'Dana Whitlock'")
    heard(world.data, NOON)
    rounds(world, NOON)
    box.answers = ["550 no such <b>mailbox</b>"]
    deliver(world, box, NOON)
    [sentence] = said(world, NOON)
    assert sentence.startswith(
        "Could not reach Dana Whitlock by e-mail since 12:00 PM; nothing else reached them: call 555-0100."
    )
    assert sentence.endswith("It is not tried again.")
    assert said(world, NOON + timedelta(hours=25)) == []
    heard(world.data, NOON + timedelta(minutes=3))
    rounds(world, NOON + timedelta(minutes=3))
    deliver(world, box, NOON + timedelta(minutes=3))
    assert said(world, NOON + timedelta(minutes=3)) == [], "a later message was taken: the address works"


def test_a_mail_server_that_is_down_for_all_is_one_sentence(world: World) -> None:
    heard(world.data, NOON)
    rounds(world, NOON, NOON + timedelta(minutes=5))
    deliver(world, None, NOON + timedelta(minutes=5))
    at = NOON + timedelta(minutes=5, seconds=1)
    [sentence] = said(world, at)
    assert sentence.startswith(
        "Could not reach Dana Whitlock, Dr. Elaine Brandt, Sgt. Maya Okafor by e-mail since 12:00 PM. "
        "127.0.0.1 did not answer as a mail server"
    )
    assert "3 messages wait. We try again at 12:05 PM." in sentence
    with world.store() as store:
        assert unreached.down(store, at) == ("e-mail",)
    assert "messages do not arrive by e-mail" in on_health_page(world, at)


def test_without_a_mail_server_it_says_so_after_two_minutes(world: World) -> None:
    heard(world.data, NOON)
    rounds(world, NOON)
    assert said(world, NOON + timedelta(minutes=1)) == []
    [sentence] = said(world, NOON + timedelta(minutes=3))
    assert "E-mail is not set up." in sentence


def test_families_of_a_release_are_not_listed_here(world: World) -> None:
    with world.store() as store, store.atomic():
        notices.queue(store, notices.Message("release 1", "a@homes.example", "S", "T"), NOON)
    assert said(world, NOON + timedelta(hours=1)) == []
