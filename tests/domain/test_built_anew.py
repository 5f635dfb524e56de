"""monitors.db is deleted and everything is swept again: what people did with an old alert stays what it was, about
what it was, and touches no new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

import comms.settings as product
from comms import duty
from comms.hearing import alert_acts, feedback, paging
from comms.screens.parts.alert_card import evidence_of
from comms.workspace import incidents, turns
from comms.workspace.incidents import AlertCopy, Incident
from monitors import alerts, sources
from monitors.alerts import Alert
from monitors.kinds import Kind
from monitors.samples.server import SampleServer
from monitors.store import open_monitors
from tests.harness import World


def now() -> datetime:
    return datetime.now(UTC)


def keys(heard: Iterable[Alert]) -> set[str]:
    """What names the items of these alerts."""
    return {item.key for alert in heard for item in alert.items}


@dataclass(frozen=True)
class Town:
    """Alder Falls with its sample sources on loopback, and a duty process' way of listening to them."""

    world: World
    samples: SampleServer
    watch: duty.Watch

    def sweep(self) -> tuple[Alert, ...]:
        """Add the sources where they are missing, listen once as the duty process does, and read the alerts."""
        with open_monitors(self.world.data) as heard:
            if not sources.every_source(heard):
                for name in ("police", "courier", "channel6"):
                    feed = self.samples.feeds[name]
                    sources.add(
                        heard, feed.url, name=feed.title, kind=Kind(feed.kind), now=now(), loopback=True
                    )
        self.watch()
        with open_monitors(self.world.data) as heard:
            return alerts.waiting(heard)

    def delete_what_was_heard(self) -> None:
        self.watch.close()
        for file in self.world.data.glob("monitors.db*"):
            file.unlink()

    def open_incident(self, alert: Alert) -> Incident:
        with open_monitors(self.world.data) as heard, self.world.store() as store:
            judged = feedback.judged(heard, alert.item_id)
            copy = AlertCopy(
                alert.id, alert.headline, alert.incident_type, alert.first_seen, evidence_of(alert), judged
            )
            return incidents.open_from_alert(store, self.world.actor("dana"), copy, now())


@pytest.fixture
def town(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setenv("ONE_VOICE_ALLOW_LOOPBACK", "1")
    product.settings.cache_clear()
    watch = duty.Watch(world.data)
    with SampleServer(start=now() - timedelta(minutes=10)) as samples:
        samples.break_news()
        yield Town(world, samples, watch)
    watch.close()
    product.settings.cache_clear()


def test_no_old_act_attaches_to_a_new_alert_and_the_old_incident_still_says_its_items(town: Town) -> None:
    before = town.sweep()
    assert before, "the afternoon interrupts"
    with town.world.store() as store, open_monitors(town.world.data) as heard:
        paging.page(store, heard, now())
        alert_acts.acknowledge(store, town.world.actor("okafor"), before[0].id, now())
    about = town.open_incident(before[0])
    with town.world.store() as store:
        kept, marks = incidents.evidence(store, about.id), feedback.marks(store)
    town.delete_what_was_heard()
    anew = town.sweep()
    assert all(keys([alert]) & keys(anew) for alert in before), "the same was heard again"
    assert min(a.id for a in anew) > max(a.id for a in before) + 900, "no number comes a second time"
    with town.world.store() as store, open_monitors(town.world.data) as heard:
        stands = alert_acts.standings(store)
        assert [stands.get(a.id) for a in anew] == [None] * len(anew)
        assert [incidents.of_alert(store, a.id) for a in anew] == [None] * len(anew)
        assert incidents.evidence(store, about.id) == kept
        assert feedback.marks(store) == marks, "a mark is on the item, and the item is the same"
        again = next(a for a in anew if keys([a]) & {item.key for item in kept})
        followed = turns.incident_of(store, heard, again.story_id)
        assert followed is not None
        assert followed.id == about.id, "the story's card leads to the incident it has"
        assert paging.page(store, heard, now()) > 0, "it is a new interruption: nobody was told of this one"


def test_a_second_incident_can_be_opened_from_what_was_heard_anew(town: Town) -> None:
    first = town.open_incident(town.sweep()[0])
    town.delete_what_was_heard()
    second = town.open_incident(town.sweep()[0])
    assert second.id != first.id
    with town.world.store() as store:
        assert incidents.incident(store, first.id).alert_id != second.alert_id


def test_an_older_copy_put_back_gives_no_number_twice(town: Town) -> None:
    known = town.sweep()[0].id
    with open_monitors(town.world.data) as heard, town.world.store() as store:
        alert_acts.acknowledge(
            store, town.world.actor("dana"), known + 7, now()
        )  # of the days after the copy
        alerts.number_above(heard, alert_acts.highest_known(store))
        alerts.number_above(heard, alert_acts.highest_known(store))
    town.samples.publish("police", "Alder Falls police shoot armed man outside tavern on Quarry Road")
    with open_monitors(town.world.data) as heard:
        heard.execute("update states set next_poll_at = '2026-01-01T00:00:00.000+00:00'")
    newest = max(alert.id for alert in town.sweep())
    assert newest == known + 7 + 1000 + 1
