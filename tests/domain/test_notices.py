"""The outbox over a real SMTP server: nothing lost, nothing twice, and a server's no is a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from comms.partnership import Mail
from comms.people import Refused
from comms.reaching import notices
from comms.reaching.notices import Message
from tests.harness import Mailbox, World, free_port, mail_server

NOW = datetime(2026, 3, 10, 20, 14, tzinfo=UTC)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


def mail_to(box: Mailbox) -> Mail:
    return Mail(box.host, box.port, "none", "", "one-voice@afsd.example")


def queue(world: World, *addresses: str, key: str = "alert 1") -> None:
    with world.store() as store, store.atomic():
        for address in addresses:
            notices.queue(store, Message(key, address, "Page now", "Words.", "A person", "alert 1"), NOW)


def deliver(world: World, mail: Mail, at: datetime = NOW) -> int:
    with world.store() as store:
        return notices.deliver(store, mail, lambda: at)


def test_one_message_a_person_however_often_it_is_queued(world: World, box: Mailbox) -> None:
    for _ in range(3):
        queue(world, "a@x.example", "b@x.example")
    assert deliver(world, mail_to(box)) == 2
    assert deliver(world, mail_to(box)) == 0
    assert sorted(box.recipients) == ["a@x.example", "b@x.example"]


def test_a_page_goes_before_a_release_to_all_families(world: World, box: Mailbox) -> None:
    queue(world, *(f"family{n}@x.example" for n in range(130)), key="release 1 email")
    queue(world, "dana@x.example", key="alert 7 raised 2026-03-10")
    assert deliver(world, mail_to(box)) == 100
    assert box.recipients[0] == "dana@x.example"


def test_a_refused_recipient_does_not_hold_up_the_others(world: World, box: Mailbox) -> None:
    queue(world, "a@x.example", "b@x.example")
    box.answers = ["550 no such mailbox"]
    assert deliver(world, mail_to(box)) == 1
    with world.store() as store:
        first, second = notices.deliveries(store, "alert 1")
    assert first.failed_at is not None
    assert "550 no such mailbox" in first.trouble
    assert second.sent_at == NOW


def test_a_busy_server_is_asked_again_later_and_the_message_keeps_its_name(
    world: World, box: Mailbox
) -> None:
    queue(world, "a@x.example")
    box.answers = ["451 try later"]
    assert deliver(world, mail_to(box)) == 0
    assert deliver(world, mail_to(box)) == 0, "not before its time"
    assert deliver(world, mail_to(box), NOW + timedelta(seconds=10)) == 1
    with world.store() as store:
        row = notices.deliveries(store, "alert 1")[0]
    assert (row.tries, row.trouble) == (2, "")
    assert box.messages[0]["Message-ID"].endswith("@afsd.example>")


def test_a_dead_server_loses_nothing_and_the_wait_grows_to_a_quarter_of_an_hour(world: World) -> None:
    queue(world, "a@x.example")
    dead = Mail("127.0.0.1", free_port(), "none", "", "one-voice@afsd.example")
    at, waits = NOW, []
    for _ in range(12):
        deliver(world, dead, at)
        with world.store() as store:
            row = notices.deliveries(store, "alert 1")[0]
        waits.append((row.next_try_at - at).total_seconds())
        at = row.next_try_at
    assert row.failed_at is None
    assert "did not answer as a mail server" in row.trouble
    assert waits[0] < 10
    assert 800 <= max(waits) <= 1000
    with mail_server() as box:
        assert deliver(world, mail_to(box), at) == 1


def test_what_another_process_is_sending_is_left_to_it(world: World, box: Mailbox) -> None:
    queue(world, "a@x.example")
    with world.store() as store:
        taken = notices.take(store, NOW)
        assert len(taken) == 1
        assert notices.take(store, NOW) == []
    assert deliver(world, mail_to(box)) == 0
    assert deliver(world, mail_to(box), NOW + notices.LEASE + timedelta(seconds=1)) == 1, "its lease ran out"


def test_without_mail_settings_messages_wait_visibly(world: World) -> None:
    queue(world, "a@x.example")
    assert deliver(world, Mail()) == 0
    with world.store() as store:
        assert notices.deliveries(store, "alert 1")[0].tries == 0


def test_a_headline_cannot_add_a_header(world: World, box: Mailbox) -> None:
    with world.store() as store, store.atomic():
        evil = Message("k", "a@x.example", "Page now\r\nBcc: everyone@x.example", "Words.")
        notices.queue(store, evil, NOW)
    deliver(world, mail_to(box))
    assert box.messages[0]["Bcc"] is None
    assert box.recipients == ["a@x.example"]


def test_send_me_a_test_says_what_the_server_said(box: Mailbox) -> None:
    notices.send_test(mail_to(box), "dana@afsd.example", NOW)
    assert "reaches you" in box.messages[0].get_content()
    box.answers = ["554 not from you"]
    with pytest.raises(Refused, match="554 not from you"):
        notices.send_test(mail_to(box), "dana@afsd.example", NOW)
    with pytest.raises(Refused, match="Enter the mail server"):
        notices.send_test(Mail(), "dana@afsd.example", NOW)


def test_a_long_list_leaves_in_batches_none_twice(world: World, box: Mailbox) -> None:
    queue(world, *(f"family{n}@x.example" for n in range(250)))
    ticks = count()
    with world.store() as store:
        while notices.deliver(store, mail_to(box), lambda: NOW + timedelta(milliseconds=next(ticks))):
            pass
    assert len(set(box.recipients)) == len(box.recipients) == 250
