"""The daily digest: one e-mail with the T3 stories since the last one, at a local time; none when there are none.

Source: the domain rules, section 2 (T3: the same kind of event in the region). What a digest lists is cut by when an
item was first judged T3, so that nothing heard late or judged after an outage falls between two days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from comms import clocks, partnership
from comms.hearing import alert_acts
from comms.people import Account, Seat, accounts
from comms.reaching import notices, reach
from comms.reaching.notices import Message
from comms.reaching.reach import NO_DIGEST, Quiet, Reach
from comms.store import stamp
from monitors import alerts
from monitors.alerts import Seen
from monitors.database import Store

LAG = timedelta(minutes=2)
"""What was judged so shortly before the time is listed tomorrow: its row may not be written yet."""
REACHES_BACK = timedelta(days=7)
"""The most a digest catches up after the duty process stood still."""
LISTED = 40
"""So many stories are listed; the rest stands on the screen."""


def moment_of(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The newest moment (UTC) at or before `now` at which it was `at` on the clocks of `zone`. Pure.

    A time that comes twice counts the first time; one that the clocks skip, as long after midnight as it would have.
    """
    today = now.astimezone(zone).date()
    moments = (datetime.combine(today - timedelta(days=back), at, zone).astimezone(UTC) for back in (0, 1, 2))
    return next(m for m in moments if m <= now)


def due(
    at: time, quiet: Quiet | None, zone: ZoneInfo, last_until: datetime | None, since: datetime, now: datetime
) -> tuple[datetime, datetime] | None:
    """From when to when the digest reaches that is due now; None when there is none. Pure.

    `last_until` is where the last one ended, `since` when the person was given a seat or last chose: nobody gets a digest of
    a time before. Quiet hours hold it back until they end.
    """
    moment = moment_of(at, zone, now)
    until = moment - LAG
    day = until.astimezone(zone).date()
    made = last_until is not None and (last_until >= until or last_until.astimezone(zone).date() == day)
    if moment <= since or made or reach.ends_at(quiet, now, zone):
        return None
    begins = last_until or until - timedelta(days=1)
    return max(begins, until - REACHES_BACK), until


def send(store: Store, heard: Store, now: datetime) -> int:
    """Make every digest that is due; how many were sent. Called by the duty process, again and again."""
    about = partnership.profile(store)
    sent = 0
    for person in accounts(store):
        wanted = reach.reach_of(store, person.id)
        at = at_of(person, wanted, about.digest_at)
        if at is None or _window(store, person, at, wanted, about.timezone, now) is None:
            continue
        with store.atomic():
            window = _window(store, person, at, wanted, about.timezone, now)
            if window is not None:
                sent += _make(store, heard, person, wanted, window, about.timezone, now)
    return sent


def at_of(person: Account, wanted: Reach, usual: str) -> time | None:
    """When this person's digest leaves, local; None for who gets none: others than communications unless they chose it."""
    if wanted.digest == NO_DIGEST or not (wanted.digest or person.seat is Seat.COMMUNICATIONS):
        return None
    return time.fromisoformat(wanted.digest or usual)


def _window(
    store: Store, person: Account, at: time, wanted: Reach, zone: ZoneInfo, now: datetime
) -> tuple[datetime, datetime] | None:
    row = store.row_of(
        "select max(added_at, coalesce(reach.at, '')) as since, "
        "(select max(until_at) from digest_made where account_id = account.id) as until "
        "from account left join reach on reach.account_id = account.id where account.id = ?",
        person.id,
    )
    if row is None:
        return None
    last = datetime.fromisoformat(row["until"]) if row["until"] else None
    return due(at, wanted.quiet, zone, last, datetime.fromisoformat(row["since"]), now)


def _make(
    store: Store,
    heard: Store,
    person: Account,
    wanted: Reach,
    window: tuple[datetime, datetime],
    zone: ZoneInfo,
    now: datetime,
) -> int:
    """Write one person's digest and that it was made; the caller holds the transaction. 0 when there was nothing."""
    day = window[1].astimezone(zone).date().isoformat()
    if store.row_of("select 1 from digest_made where account_id = ? and day = ?", person.id, day):
        return 0  # the partnership moved to another zone meanwhile: one a day all the same
    found = stories(heard, *window)
    if found:
        count = "1 story" if len(found) == 1 else f"{len(found)} stories"
        key, subject = f"digest {day}", f"Digest: {count} of the region, {clocks.day_name(window[1], zone)}"
        text = notices.letter(
            "digest.txt",
            path="/",
            person=person,
            since=clocks.full(window[0], zone),
            lines=[_line(seen, now, zone) for seen in found[:LISTED]],
            more=max(len(found) - LISTED, 0),
        )
        short = f"{subject}\n{found[0].title[:120]}"
        message = Message(key, person.email, subject, text, person.name, key)
        reach.tell(store, person, message, short, wanted.ways_for("T3"), now)
    row = {"account_id": person.id, "day": day, "until_at": stamp(window[1]), "stories": len(found)}
    store.add("digest_made", row | {"at": stamp(now)})
    return int(bool(found))


def stories(heard: Store, since: datetime, until: datetime) -> list[Seen]:
    """One item of each T3 story first judged so in the window, newest first; stories that alerted were told already."""
    ids = {
        row["item_id"]
        for row in heard.rows_of(
            "select item_id from judgements where tier = 'T3' group by item_id having min(judged_at) > ? "
            "and min(judged_at) <= ?",
            stamp(since),
            stamp(until),
        )
    }
    one_each: dict[object, Seen] = {}
    for seen in alerts.digest(heard, since - 4 * REACHES_BACK) if ids else ():
        if seen.item_id in ids and seen.alert_id is None:
            one_each.setdefault(seen.story_id or ("item", seen.item_id), seen)
    return list(one_each.values())


def _line(seen: Seen, now: datetime, zone: ZoneInfo) -> dict[str, str | Sequence[str]]:
    return {
        "tier": seen.tier,
        "title": " ".join(seen.title.split()),
        "outlet": seen.outlet,
        "at": clocks.seen_words(seen.at, now, zone),
        "link": seen.link,
        "why": [f"{label}: {line}" for label, line in alert_acts.why_lines(seen.reasons)],
    }
