"""The daily digest and quiet hours: when, across midnight and the nights the clocks change, and once a day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from comms.hearing import digest
from comms.people import Refused
from comms.reaching import reach
from comms.reaching.reach import Quiet, Reach
from monitors.store import open_monitors
from tests.alerts_made import heard
from tests.harness import World

ZONE = ZoneInfo("America/Chicago")


def local(text: str, fold: int = 0) -> datetime:
    """ "2026-03-10 22:30" in Alder Falls, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE, fold=fold).astimezone(UTC)


NIGHT, NOON, SHORT = Quiet(time(22), time(6)), Quiet(time(12), time(13)), Quiet(time(1), time(2, 30))
BACK = Quiet(time(23), time(1, 30))
QUIET = {
    "before it begins": (NIGHT, local("2026-03-10 21:59"), None),
    "the minute it begins": (NIGHT, local("2026-03-10 22:00"), local("2026-03-11 06:00")),
    "before midnight": (NIGHT, local("2026-03-10 23:30"), local("2026-03-11 06:00")),
    "after midnight": (NIGHT, local("2026-03-11 05:59"), local("2026-03-11 06:00")),
    "the minute it ends": (NIGHT, local("2026-03-11 06:00"), None),
    "inside a day": (NOON, local("2026-03-11 12:30"), local("2026-03-11 13:00")),
    "outside, same day": (NOON, local("2026-03-11 13:00"), None),
    "new year's eve": (NIGHT, local("2026-12-31 23:59"), local("2027-01-01 06:00")),
    "none chosen": (None, local("2026-03-10 23:30"), None),
    "clocks go forward in the night: an hour shorter, same morning": (
        NIGHT,
        local("2026-03-07 23:00"),
        local("2026-03-08 06:00"),
    ),
    "clocks go back in the night: an hour longer, same morning": (
        NIGHT,
        local("2026-10-31 23:00"),
        local("2026-11-01 06:00"),
    ),
    "an end the clocks skip": (SHORT, local("2026-03-08 01:30"), datetime(2026, 3, 8, 8, 30, tzinfo=UTC)),
    "an end that comes twice: the second": (
        BACK,
        local("2026-11-01 01:45", fold=0),
        local("2026-11-01 01:30", fold=1),
    ),
    "and over after the second": (BACK, local("2026-11-01 01:30", fold=1), None),
}


@pytest.mark.parametrize("name", QUIET)
def test_quiet_hours_end(name: str) -> None:
    quiet, now, wanted = QUIET[name]
    assert reach.ends_at(quiet, now, ZONE) == wanted


AT = time(7, 30)
SEATED = local("2026-03-01 12:00")
LAG = digest.LAG
DUE = {
    "before the first time of day, since the day before": (
        AT, None, None, local("2026-03-10 07:00"),
        (local("2026-03-08 07:30") - LAG, local("2026-03-09 07:30") - LAG),
    ),
    "a minute after": (
        AT, None, local("2026-03-09 07:30") - LAG, local("2026-03-10 07:31"),
        (local("2026-03-09 07:30") - LAG, local("2026-03-10 07:30") - LAG),
    ),
    "made already": (AT, None, local("2026-03-10 07:30") - LAG, local("2026-03-10 09:00"), None),
    "a later time chosen after today's was made": (
        time(12), None, local("2026-03-10 07:30") - LAG, local("2026-03-10 12:30"), None,
    ),
    "quiet until eight": (
        AT, Quiet(time(22), time(8)), local("2026-03-09 07:30") - LAG, local("2026-03-10 07:45"), None,
    ),
    "quiet until eight, and eight": (
        AT, Quiet(time(22), time(8)), local("2026-03-09 07:30") - LAG, local("2026-03-10 08:00"),
        (local("2026-03-09 07:30") - LAG, local("2026-03-10 07:30") - LAG),
    ),
    "a time inside the night: when it ends, the day before": (
        time(23, 30), NIGHT, local("2026-03-08 23:30") - LAG, local("2026-03-10 06:00"),
        (local("2026-03-08 23:30") - LAG, local("2026-03-09 23:30") - LAG),
    ),
    "after a weekend without the duty process nothing is left out": (
        AT, None, local("2026-03-06 07:30") - LAG, local("2026-03-09 07:30"),
        (local("2026-03-06 07:30") - LAG, local("2026-03-09 07:30") - LAG),
    ),
    "after a month the last seven days": (
        AT, None, local("2026-03-06 07:30") - LAG, local("2026-04-06 07:30"),
        (local("2026-04-06 07:30") - LAG - timedelta(days=7), local("2026-04-06 07:30") - LAG),
    ),
    "no digest of a day before there was a seat": (AT, None, None, SEATED + timedelta(hours=1), None),
    "a time the clocks skip": (
        time(2, 30), None, local("2026-03-07 02:30") - LAG, local("2026-03-08 09:00"),
        (local("2026-03-07 02:30") - LAG, datetime(2026, 3, 8, 8, 30, tzinfo=UTC) - LAG),
    ),
    "a time that comes twice: the first": (
        time(1, 30), None, local("2026-10-31 01:30") - LAG, local("2026-11-01 01:31"),
        (local("2026-10-31 01:30") - LAG, local("2026-11-01 01:30") - LAG),
    ),
    "and not again an hour later": (
        time(1, 30), None, local("2026-11-01 01:30") - LAG, local("2026-11-01 01:31", fold=1), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DUE)
def test_when_a_digest_is_due_and_what_it_reaches_over(name: str) -> None:
    at, quiet, last, now, wanted = DUE[name]
    assert digest.due(at, quiet, ZONE, last, SEATED, now) == wanted


# In the store -------------------------------------------------------------------------------------------------------

MORNING = local("2026-03-10 07:30")
YESTERDAY = local("2026-03-09 15:00")


def seated(world: World) -> World:
    """Everyone has had their seat for a while."""
    with world.store() as store:
        store.execute("update account set added_at = ?", ["2026-01-01T00:00:00.000+00:00"])
    return world


def round_at(world: World, now: datetime) -> int:
    with world.store() as store, open_monitors(world.data) as monitors:
        return digest.send(store, monitors, now)


def letters(world: World) -> list[tuple[str, str, str]]:
    with world.store() as store:
        return [
            (r["recipient"], r["subject"], r["text"])
            for r in store.rows_of("select * from outbox order by id")
        ]


def test_one_e_mail_a_day_lists_the_regions_stories_with_tier_and_link(world: World) -> None:
    seated(world)
    heard(world.data, YESTERDAY, "T3", "Standoff ends in Tannerbrook <script>")
    heard(world.data, YESTERDAY, "T4", "Officer of the month")
    assert [round_at(world, at) for at in (MORNING, MORNING, MORNING + timedelta(hours=3))] == [1, 0, 0]
    [(address, subject, text)] = letters(world)
    assert (address, subject) == ("dana@afsd.example", "Digest: 1 story of the region, Tuesday 10 March")
    assert "T3  Standoff ends in Tannerbrook <script>" in text
    assert "https://courier.example/0" in text
    assert "Officer of the month" not in text


def test_a_day_without_any_sends_none_and_the_next_day_begins_where_it_ended(world: World) -> None:
    seated(world)
    assert round_at(world, MORNING) == 0
    heard(world.data, MORNING + timedelta(hours=1), "T3", "Standoff ends in Tannerbrook")
    heard(world.data, MORNING - timedelta(seconds=30), "T3", "Written while the digest was made")
    assert round_at(world, MORNING + timedelta(hours=2)) == 0
    assert round_at(world, MORNING + timedelta(days=1)) == 1
    assert "Digest: 2 stories of the region" in letters(world)[0][1]
    assert round_at(world, MORNING + timedelta(days=2)) == 0, "nothing is listed twice"


def test_what_alerted_is_not_told_again_in_the_digest(world: World) -> None:
    seated(world)
    heard(world.data, YESTERDAY, "T3", "A copy of a story that paged", alert=True)
    assert round_at(world, MORNING) == 0


def test_the_pio_gets_one_who_chose_it_and_dana_none_who_chose_never(world: World) -> None:
    seated(world)
    heard(world.data, YESTERDAY + timedelta(hours=3), "T3", "Standoff ends in Tannerbrook")
    okafor, dana = world.actor("okafor", MORNING), world.actor("dana", MORNING)
    chosen = MORNING - timedelta(hours=1)
    with world.store() as store:
        reach.choose(store, okafor, Reach(digest="16:00"), chosen)
        reach.choose(store, dana, Reach(digest=reach.NO_DIGEST), chosen)
        with pytest.raises(Refused, match="is not a time"):
            reach.choose(store, dana, Reach(digest="noonish"), chosen)
    assert round_at(world, MORNING) == 0
    assert round_at(world, local("2026-03-10 16:00")) == 1
    assert [address for address, _, _ in letters(world)] == ["okafor@afpd.example"]
