"""Further ways out that an administrator configured: text-message gateways, chat rooms, social accounts, web hooks.

Some carry the released text of a channel, some bring alerts to our own people, who choose them each for themselves.
Each is a label, what it carries, and the *name* of a setting that holds its address: the address
with its secrets lives in the operator's environment and is in no database, page or log. The last hop is apprise. Each
sender works on its own, so that one that is down holds up no other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from comms.people import Actor, Refused, Seat, acting, checked_name
from comms.reaching import notices
from comms.reaching.notices import NotTaken
from comms.store import open_partnership, stamp
from comms.wording import channels
from monitors.database import Store

PREFIX = "ONE_VOICE_SENDER_"
"""Only settings that begin so are read: a sender can never be pointed at another secret."""
CARRIED = ("sms", "social", "web", "media", "staff", "board", "call")
PEOPLE = "people"
"""What a sender carries that brings alerts to our own people and nothing to the public."""
PLACE = "{person}"
"""Where an address takes the number or name of the person it is sent to; behind the host, never in it."""
SECONDS = 15
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Sender:
    """One configured way out. `setting` names the environment variable with its address."""

    id: int
    label: str
    channel: str
    setting: str

    @property
    def ready(self) -> bool:
        """Whether the operator has set its address."""
        return bool(os.environ.get(self.setting))


def senders(store: Store, channel: str | None = None) -> list[Sender]:
    """The senders in use, or those that carry one channel's text."""
    rows = store.rows_of(
        "select id, label, channel, setting from sender where removed_at is null and (? is null or channel = ?) order by id",
        channel,
        channel,
    )
    return [Sender(**row) for row in rows]


def add(store: Store, actor: Actor, label: str, channel: str, setting: str, now: datetime) -> Sender:
    """An administrator of the district adds a way out. Raises Refused."""
    with acting(store, actor, "added a sender", now, seats={Seat.ADMINISTRATOR}) as act:
        act.record("partnership", sender=label, channel=channel, setting=setting)
        if act.account.side != "district":
            raise Refused("What leaves is the district's to set up. Nothing was saved.")
        name = checked_name(label, "The label")
        if channel not in (*CARRIED, PEOPLE):
            raise Refused("Choose whose text it carries. Nothing was saved.")
        wanted = setting.strip()
        if not re.fullmatch(PREFIX + r"[A-Z0-9_]{1,60}", wanted):
            raise Refused(
                f"Name the setting that holds its address; it begins with {PREFIX}. Nothing was saved."
            )
        if store.row_of("select 1 from sender where label = ? and removed_at is null", name):
            raise Refused(f"{name} is in the list already. Nothing was saved twice.")
        row = {"label": name, "channel": channel, "setting": wanted, "account_id": act.account.id}
        return Sender(store.add("sender", row | {"at": stamp(now)}), name, channel, wanted)


def remove(store: Store, actor: Actor, sender_id: int, now: datetime) -> None:
    """Take a way out off the list; what it still has to send fails and is shown."""
    with acting(store, actor, "removed a sender", now, seats={Seat.ADMINISTRATOR}) as act:
        act.record("partnership", sender=sender_id)
        store.execute(
            "update sender set removed_at = ? where id = ? and removed_at is null", [stamp(now), sender_id]
        )


def personal(sender_id: int, account_id: int | str) -> str:
    """How the outbox names one person by one sender; where that leads is looked up when it is sent."""
    return f"sender {sender_id} for account {account_id}"


def may_carry(sender: Sender, cls: str) -> bool:
    """Whether a text of this class may leave by this sender: class E never goes out as an automated text or call."""
    return channels.purpose_allows(sender.channel, cls=cls)


# Delivery -----------------------------------------------------------------------------------------------------------


def waiting(store: Store, now: datetime) -> tuple[int, ...]:
    """The senders that have something due, each once."""
    rows = store.rows_of(
        "select distinct recipient from outbox where sent_at is null and failed_at is null and via = 'sender' "
        "and next_try_at <= :now and (lease_until is null or lease_until < :now)",
        now=stamp(now),
    )
    found = (re.match(r"sender (\d+)", row["recipient"]) for row in rows)
    return tuple(sorted({int(f[1]) for f in found if f}))


def deliver(
    store: Store, clock: Callable[[], datetime], most: int = AT_ONCE, sender_id: int | None = None
) -> int:
    """Hand what is due to its senders, or to one of them, side by side; the number of messages that were taken.

    No more than `AT_ONCE` at a time: each takes at most `SECONDS`, well within its lease.
    """
    now = clock()
    rows = (
        notices.take(store, now, most, "sender")
        if sender_id is None
        else [
            row
            for pattern in (f"sender {sender_id}", f"{personal(sender_id, '*')}")
            for row in notices.take(store, now, most, "sender", pattern)
        ]
    )
    if not rows:
        return 0
    known = {s.id: s for s in senders(store)}
    handed = [(row, *_whom(store, row, known)) for row in rows]
    with ThreadPoolExecutor(len(rows)) as pool:
        return sum(pool.map(lambda each: _one(store, each[0], each[1], each[2], clock), handed))


def _whom(store: Store, row: dict[str, Any], known: Mapping[int, Sender]) -> tuple[Sender | None, str]:
    """The sender of a row and, of one person, their number or name there as they entered it last."""
    found = re.fullmatch(r"sender (\d+)(?: for account (\d+))?", row["recipient"])
    if found is None:
        return None, ""
    way = store.row_of(
        "select target from reach_way where sender_id = ? and account_id = ?", found[1], found[2] or 0
    )
    return known.get(int(found[1])), way["target"] if way else ""


def _one(
    store: Store, row: dict[str, Any], sender: Sender | None, target: str, clock: Callable[[], datetime]
) -> bool:
    trouble = _hand_over(row, sender, target)
    with open_partnership(store.path.parent) as own:  # a connection belongs to one thread
        notices.settle(own, row, clock(), trouble)
    return trouble is None


def _hand_over(row: dict[str, Any], sender: Sender | None, target: str) -> NotTaken | None:
    """Give one message to its sender; what went wrong, in words that name no address."""
    if sender is None:
        return NotTaken("it was taken off the list", final=True)
    address = os.environ.get(sender.setting, "")
    if not address:
        return NotTaken(f"the operator has not set {sender.setting}")
    if PLACE in address:
        if PLACE in address.partition("://")[2].partition("/")[0]:
            return NotTaken(
                f"{sender.setting} has {PLACE} in its host; it stands behind the host", final=True
            )
        if not target:
            return NotTaken("no number or name was entered for it", final=True)
        address = address.replace(PLACE, quote(target, safe=""))
    import apprise  # half a second and many modules: only where there is a message for it

    way = apprise.Apprise.instantiate(
        f"{address}{'&' if '?' in address else '?'}cto={SECONDS}&rto={SECONDS}", suppress_exceptions=True
    )
    if way is None:
        return NotTaken(f"the address in {sender.setting} is none that is known", final=True)
    title = row["subject"] if sender.channel not in ("sms", PEOPLE) else ""
    box = apprise.Apprise()
    box.add(way)
    try:
        taken = box.notify(body=row["text"], title=title, body_format=apprise.NotifyFormat.TEXT)
    except (OSError, TypeError, ValueError) as error:
        return NotTaken(f"it broke off ({type(error).__name__})")
    return None if taken else NotTaken("it did not take the message")
