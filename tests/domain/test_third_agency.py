"""A neighboring agency is a partner of the district too. Another agency's incident is none of its business."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from comms import audit, people
from comms.agreeing import decisions
from comms.joining import sessions
from comms.partnership import Organisation, insert_organisation
from comms.people import Actor, NewAccount, Refused, Seat
from comms.proving import records
from comms.workspace import checks, comments, corrections, facts, incidents, notes, statements
from comms.workspace.facts import Claim
from comms.workspace.statements import Start
from monitors.database import Store
from tests.conftest import Screen
from tests.harness import World
from tests.statements_made import Made, holding_statement


def now() -> datetime:
    return datetime.now(UTC)


def neighbor(world: World, seat: Seat) -> Actor:
    """Somebody of Tannerbrook's police, signed in."""
    with world.store() as store, store.atomic():
        row = store.row_of("select id from organisation where short = 'TPD'")
        tannerbrook = (
            row["id"]
            if row
            else insert_organisation(
                store, Organisation(0, "agency", "Tannerbrook Police", "TPD", "", ""), now()
            )
        )
        person = NewAccount(tannerbrook, f"{seat}@tannerbrook.example", "Kell Ames", seat)
        token = sessions.open_session(
            store, people.insert_account(store, person, now(), None), now(), "signed in"
        )
        actor = sessions.session_of(store, token, now())
    assert actor is not None
    return actor


ACTS: dict[str, Callable[[Store, Actor, Made], Any]] = {
    "a fact": lambda s, a, m: facts.add(s, a, m.incident_id, Claim("No injuries.", "agency"), now()),
    "its title": lambda s, a, m: incidents.rename(s, a, m.incident_id, "Nothing happened", now()),
    "its status": lambda s, a, m: incidents.set_status(s, a, m.incident_id, "closed", "", now()),
    "a statement": lambda s, a, m: statements.start(s, a, m.incident_id, Start("U"), now()),
    "a text": lambda s, a, m: statements.save(
        s, a, (v := statements.variants(s, m.statement.id)[0]).id, v.newest.id, "Mine.", "", now()
    ),
    "a decision": lambda s, a, m: decisions.decide(s, a, m.statement.id, m.hashes(), "approve", now()),
    "an objection": lambda s, a, m: decisions.decide(
        s, a, m.statement.id, m.hashes(), "object", now(), "No."
    ),
    "a comment": lambda s, a, m: comments.comment(
        s, a, statements.variants(s, m.statement.id)[0].id, "isolated", "Says who?", now()
    ),
    "a note": lambda s, a, m: notes.write(s, a, m.incident_id, "Theirs.", now()),
}


@pytest.mark.parametrize("what", ACTS)
def test_a_neighbor_changes_nothing_and_the_attempt_is_on_the_log(world: World, what: str) -> None:
    made, ames = holding_statement(world), neighbor(world, Seat.PIO)
    with world.store() as store:
        before = {
            t: store.table(t).count for t in store.table_names() if t not in {"log", "session", "buffer"}
        }
        with pytest.raises(Refused):
            ACTS[what](store, ames, made)
        after = {
            t: store.table(t).count for t in store.table_names() if t not in {"log", "session", "buffer"}
        }
        assert after == before
        last = audit.entries(store)[-1]
        assert (last.who, last.did.split(":")[0]) == ("Kell Ames", "was refused")
        assert incidents.incident(store, made.incident_id).title.startswith("Demonstration")


def test_the_incident_s_own_agency_and_a_neighbor_s_own_incident_go_on_as_ever(world: World) -> None:
    made, ames = holding_statement(world), neighbor(world, Seat.PIO)
    with world.store() as store:
        facts.add(store, world.actor("okafor"), made.incident_id, Claim("Nobody was hurt.", "agency"), now())
        own = incidents.open_by_hand(store, ames, "Smoke at the Tannerbrook mill", "police-activity", now())
        facts.add(store, ames, own.id, Claim("The road is closed.", "agency"), now())
        with pytest.raises(Refused, match="names another agency"):
            facts.add(store, world.actor("okafor"), own.id, Claim("It is open.", "agency"), now())
        facts.add(store, world.actor("dana"), own.id, Claim("School is open.", "district"), now())


def test_a_neighbor_reads_nothing_of_it_on_any_screen(world: World, screen: Screen) -> None:
    made, ames, clerk = holding_statement(world), neighbor(world, Seat.PIO), neighbor(world, Seat.RECORDS)
    with world.store() as store:
        number = incidents.incident(store, made.incident_id).number
    for script, query, actor in (
        ("incidents.py", {}, ames),
        ("incidents.py", {"incident": made.incident_id}, ames),
        ("statement.py", {"statement": made.statement.id}, ames),
        ("approvals.py", {}, ames),
        ("records.py", {}, clerk),
        ("library.py", {}, ames),
    ):
        page = screen(script, actor)
        for name, value in query.items():
            page.query_params[name] = str(value)
        page.run()
        assert not page.exception
        drawn = "\n".join(str(node) for node in (*page.main, *page.get("html"))) + "".join(
            html.proto.body for html in page.get("html")
        )
        assert "overpass" not in drawn, script
        assert number not in drawn, script
    with world.store() as store:
        assert [a.id for a in records.readable(store, people.account(store, ames.account_id))] == []


def test_corrections_of_another_agency_s_release_are_refused(world: World) -> None:
    from tests.domain.test_outgoing import lists
    from tests.statements_made import EMAIL_AFTER, SMS, WEB, release

    lists(world)
    out = release(holding_statement(world, {"email": EMAIL_AFTER, "sms": SMS, "web": WEB}))
    ames = neighbor(world, Seat.PIO)
    with world.store() as store, pytest.raises(Refused):
        corrections.withdraw(store, ames, out.id, "It is ours now.", now())


def test_an_account_is_no_license_to_be_named_in_a_text(world: World) -> None:
    """Those who speak may be named; an officer at a school, an observer or a clerk, and who shares their name, may not."""
    made = holding_statement(world)
    with world.store() as store, store.atomic():
        for name, seat, sro in (
            ("Kevin Lund", Seat.OBSERVER, True),
            ("Ada Quist", Seat.OBSERVER, False),
        ):
            side = world.agency_id if sro else world.district_id
            new = NewAccount(side, f"{name[:3]}@x.example", name, seat, sro=sro)
            people.insert_account(store, new, now(), None)
    with world.store() as store:
        email = statements.variants(store, made.statement.id)[0]
        named = {p.name for p in checks.context_of(store, made.statement, email).watchlist.people}
    assert named == {"Dana Whitlock", "Elaine Brandt", "Maya Okafor"}
