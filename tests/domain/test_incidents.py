"""Incidents: from an alert or by hand, by either side; the partner is told, and it is known when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comms.hearing import alert_acts
from comms.people import Refused
from comms.reaching import notices
from comms.workspace import incidents
from comms.workspace.incidents import AlertCopy, Evidence
from tests.harness import World

SEEN = datetime(2026, 3, 10, 20, 12, tzinfo=UTC)
ALERT = AlertCopy(
    7,
    "Alder Falls officers escort masked demonstrators off Fenwick Street overpass",
    "protest",
    SEEN,
    (
        Evidence(
            "item 3",
            "Officers escort group",
            "Officers walked about a dozen people.",
            "Courier",
            "",
            SEEN,
            SEEN,
        ),
    ),
)


def now() -> datetime:
    return datetime.now(UTC)


def test_the_second_click_and_the_second_person_get_the_same_incident(world: World) -> None:
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        first = incidents.open_from_alert(store, dana, ALERT, now())
        assert incidents.open_from_alert(store, okafor, ALERT, now()).id == first.id
        assert len(incidents.incidents(store)) == 1


def test_what_the_items_said_is_kept_with_the_incident(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        opened = incidents.open_from_alert(store, dana, ALERT, now())
        kept = incidents.evidence(store, opened.id)
    assert [(e.title, e.text) for e in kept] == [
        ("Officers escort group", "Officers walked about a dozen people.")
    ]


def test_the_partner_and_the_superintendent_are_told_in_the_same_act(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        opened = incidents.open_from_alert(store, dana, ALERT, now())
        told = {d.recipient for d in notices.deliveries(store, f"incident {opened.id}")}
        assert told == {"okafor@afpd.example", "brandt@afsd.example"}
        assert incidents.partner_told_at(store, opened) is None, "queued is not told"
        later = now() + timedelta(seconds=30)
        store.execute(
            "update outbox set sent_at = ? where recipient = 'okafor@afpd.example'", [later.isoformat()]
        )
        assert incidents.partner_told_at(store, opened) == later


def test_the_partner_who_opens_the_page_was_told(world: World) -> None:
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        opened = incidents.open_from_alert(store, dana, ALERT, now())
        at = now()
        incidents.mark_seen(store, okafor, opened.id, at)
        incidents.mark_seen(store, okafor, opened.id, at + timedelta(minutes=9))
        found = incidents.partner_told_at(store, opened)
    assert found is not None
    assert abs(found - at) < timedelta(seconds=1)


def test_a_logged_call_tells_the_partner(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        opened = incidents.open_from_alert(store, dana, ALERT, now())
        incidents.log_call(store, dana, opened.id, world.people["okafor"].id, "phone", now())
        assert incidents.partner_told_at(store, opened) is not None


def test_the_pio_opens_one_by_hand_before_any_news_exists(world: World) -> None:
    okafor = world.actor("okafor")
    with world.store() as store:
        opened = incidents.open_by_hand(
            store, okafor, "Shots fired call near Quarry Road", "community-shooting", now()
        )
        assert opened.partner_id == world.agency_id
        assert opened.number.endswith("-001")
        assert incidents.partner_told_at(store, opened) is not None


def test_class_a_is_never_proposed_by_itself(world: World) -> None:
    from comms.wording import library

    assert all(incidents.proposed_class(t) != "A" for t in library.TYPES)


@pytest.mark.parametrize(
    ("title", "kind", "sentence"),
    [
        ("", "protest", "The title is empty"),
        ("   ", "protest", "The title is empty"),
        ("x" * 3000, "protest", "has 3,000 characters; the limit is 120. It is kept here"),
        ("Protest", "riot", "Choose what kind of incident it is"),
    ],
)
def test_an_incident_without_a_name_or_kind_is_refused(
    world: World, title: str, kind: str, sentence: str
) -> None:
    dana = world.actor("dana")
    with world.store() as store, pytest.raises(Refused, match=sentence):
        incidents.open_by_hand(store, dana, title, kind, now())


def test_accents_and_emoji_in_a_title_stay(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        opened = incidents.open_by_hand(store, dana, "Vigilia en Peña Street 🕯️", "protest", now())
    assert opened.title == "Vigilia en Peña Street 🕯️"


def test_saying_nothing_needs_its_reason(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        opened = incidents.open_by_hand(store, dana, "Rumor at the mall", "rumour", now())
        with pytest.raises(Refused, match="Say why nothing is said"):
            incidents.set_status(store, dana, opened.id, "no_statement", " ", now())
        incidents.set_status(
            store, dana, opened.id, "no_statement", "Nobody asked; checked with police.", now()
        )
        assert incidents.incident(store, opened.id).status == "no_statement"


def test_acknowledging_twice_is_one_act(world: World) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        for _ in range(2):
            alert_acts.acknowledge(store, dana, 7, now())
        assert store.table("alert_act").count == 1
        answer = alert_acts.standing(store, 7).answer
        assert answer
        assert answer.name == "Dana Whitlock"


def test_an_observer_opens_nothing(world: World) -> None:
    hahn = world.actor("hahn")
    with world.store() as store, pytest.raises(Refused, match="Your seat is Observer"):
        incidents.open_from_alert(store, hahn, ALERT, now())
