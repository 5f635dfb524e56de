"""Attempts to let a text go that two authorities did not approve: each refused with a sentence, and logged."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from comms import audit, decisions, people, releases, statements
from comms.approvals import ROUTES, Decision
from comms.people import Actor, Deputy, Refused, Seat
from monitors.database import IntegrityError
from tests.domain.test_outgoing import lists
from tests.harness import World
from tests.statements_made import (
    EMAIL_AFTER,
    SMS,
    WEB,
    Made,
    answer_the_check,
    approve_all,
    holding_statement,
)

TEXTS = {"email": EMAIL_AFTER, "sms": SMS, "web": WEB}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def made(world: World) -> Made:
    lists(world)
    return holding_statement(world, TEXTS)


def logged(made: Made, sentence: str) -> None:
    with made.world.store() as store:
        last = [e for e in audit.entries(store) if e.did.startswith("was refused")][-1]
    assert sentence in str(last.details["why"])


def press(made: Made, who: str = "dana", via: str = "screen") -> None:
    actor = made.world.actor(who) if via == "screen" else Actor(made.world.people[who].id, via=via)
    with made.world.store() as store:
        releases.release(store, actor, made.statement.id, made.hashes(), now())


def approve(made: Made, who: str, at: datetime | None = None) -> Decision:
    actor = made.world.actor(who, at)
    with made.world.store() as store:
        return decisions.decide(store, actor, made.statement.id, made.hashes(), "approve", at or now())


# Deputies ----------------------------------------------------------------------------------------------------------


def test_nobody_makes_a_deputy_for_another_and_nobody_is_their_own(world: World) -> None:
    brandt = world.people["brandt"]
    for who, deputy, sentence in (
        (
            "okafor",
            Deputy(world.people["hahn"].id, brandt.id, Seat.SUPERINTENDENT, now(), now() + timedelta(days=1)),
            "Only Dr. Elaine Brandt or an administrator",
        ),
        (
            "brandt",
            Deputy(brandt.id, brandt.id, Seat.SUPERINTENDENT, now(), now() + timedelta(days=1)),
            "Nobody is their own deputy",
        ),
        (
            "brandt",
            Deputy(world.people["hahn"].id, brandt.id, Seat.SUPERINTENDENT, now(), now() + timedelta(days=1)),
            "inside one organization",
        ),
        (
            "dana",
            Deputy(
                world.people["moreau"].id, brandt.id, Seat.SUPERINTENDENT, now(), now() + timedelta(days=1)
            ),
            "Your seat is Communications",
        ),
    ):
        actor = world.actor(who)
        with world.store() as store, pytest.raises(Refused, match=sentence):
            people.name_deputy(store, actor, deputy, now())


def test_a_deputy_whose_time_is_over_decides_nothing(made: Made) -> None:
    with made.world.store() as store:
        store.execute(
            "update deputy set until_at = ?",
            [(now() + timedelta(minutes=1)).isoformat(timespec="milliseconds")],
        )
    with pytest.raises(Refused, match="Your seat is Observer"):
        approve(made, "hahn", now() + timedelta(minutes=9))
    logged(made, "Your seat is Observer")


def test_a_deputy_of_another_agency_has_no_seat_on_this_incident(made: Made) -> None:
    from comms.partnership import Organisation, insert_organisation

    with made.world.store() as store, store.atomic():
        other = insert_organisation(
            store, Organisation(0, "agency", "Tannerbrook Police", "TPD", "", ""), now()
        )
        store.execute(
            "update account set organisation_id = ? where id in (?, ?)",
            [other, made.world.people["hahn"].id, made.world.people["okafor"].id],
        )
    with pytest.raises(Refused):
        approve(made, "hahn", now() + timedelta(minutes=9))
    with made.world.store() as store:
        assert store.row_of("select count(*) as n from decision") == {"n": 0}


# What changes after the approval -----------------------------------------------------------------------------------


def test_a_channel_or_a_translation_added_after_the_approval_holds_it(made: Made) -> None:
    answer_the_check(made)
    approve_all(made)
    dana = made.world.actor("dana")
    with made.world.store() as store:
        assert releases.reasons_not(store, made.statement.id, now()) == ()
        statements.add_variant(store, dana, made.statement.id, "sms", "es", now())
        codes = {r.code for r in releases.reasons_not(store, made.statement.id, now())}
    assert {"seat pio", "seat superintendent"} <= codes
    with pytest.raises(Refused, match="It cannot go yet"):
        press(made)
    logged(made, "It cannot go yet")


# One seat missing, by any way --------------------------------------------------------------------------------------


@pytest.mark.parametrize("via", ["screen", "shell", "link"])
@pytest.mark.parametrize("approved", [(), ("okafor",)])
def test_with_a_seat_missing_no_way_releases_it(made: Made, via: str, approved: tuple[str, ...]) -> None:
    answer_the_check(made)
    for who in approved:
        approve(made, who)
    with pytest.raises(Refused, match="It cannot go yet"):
        press(made, via=via)
    with made.world.store() as store:
        assert store.row_of("select count(*) as n from release") == {"n": 0}
        assert store.row_of("select count(*) as n from outbox where about like 'release%'") == {"n": 0}


def test_no_module_of_the_command_line_can_release(made: Made) -> None:
    """The operator's commands are listed; none of them lets a text go."""
    from pathlib import Path

    import comms

    folder = Path(comms.__file__).parent
    runnable = [p for p in folder.rglob("*.py") if "__name__ == " in p.read_text(encoding="utf-8")]
    assert runnable
    for path in runnable:
        words = path.read_text(encoding="utf-8")
        assert "releases.release(" not in words, path
        assert '"release"' not in words, path


@pytest.mark.parametrize(("seat", "who"), [("pio", "okafor"), ("superintendent", "brandt")])
def test_rows_written_past_every_command_are_still_refused(made: Made, seat: str, who: str) -> None:
    with made.world.store() as store:
        each = statements.variants(store, made.statement.id)[0]
        row: dict[str, object] = {"statement_id": made.statement.id, "variant_id": each.id}
        row |= {
            "revision_id": each.newest.id,
            "hash": each.newest.hash,
            "seat": seat,
            "account_id": made.world.people[who].id,
        }
        store.add("decision", row | {"answer": "approve", "via": "shell", "at": now().isoformat()})
        went = store.add(
            "release",
            {
                "statement_id": made.statement.id,
                "slug": "x",
                "number": 1,
                "by_account_id": 1,
                "at": now().isoformat(),
            },
        )
        text = {
            "release_id": went,
            "variant_id": each.id,
            "revision_id": each.newest.id,
            "hash": each.newest.hash,
        }
        with pytest.raises(IntegrityError, match=r"no (superintendent signed|police officer approved)"):
            store.add("release_text", text)


def test_an_override_of_other_words_stands_for_nothing_in_the_store_either(made: Made) -> None:
    with made.world.store() as store:
        each = statements.variants(store, made.statement.id)[0]
        for seat in ("pio", "superintendent"):
            row = {
                "statement_id": made.statement.id,
                "seat": seat,
                "account_id": made.world.people["brandt"].id,
            }
            store.add("override", row | {"reason": "x", "hashes": '["other words"]', "at": now().isoformat()})
        went = store.add(
            "release",
            {
                "statement_id": made.statement.id,
                "slug": "x",
                "number": 1,
                "by_account_id": 1,
                "at": now().isoformat(),
            },
        )
        text = {
            "release_id": went,
            "variant_id": each.id,
            "revision_id": each.newest.id,
            "hash": each.newest.hash,
        }
        with pytest.raises(IntegrityError):
            store.add("release_text", text)


# At once -----------------------------------------------------------------------------------------------------------


def test_two_presses_at_once_release_once_and_mail_each_address_once(made: Made) -> None:
    answer_the_check(made)
    approve_all(made)
    actors = [made.world.actor("dana"), made.world.actor("brandt")] * 2
    shown, at_once, outcomes = made.hashes(), threading.Barrier(len(actors)), []

    def press_too(actor: Actor) -> None:
        with made.world.store() as store:
            at_once.wait()
            outcomes.append(releases.release(store, actor, made.statement.id, shown, now()).id)

    threads = [threading.Thread(target=press_too, args=(a,)) for a in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    assert len(set(outcomes)) == 1
    with made.world.store() as store:
        rows = store.rows_of("select recipient from outbox where about = ?", f"release {outcomes[0]}")
        assert [e.did for e in audit.entries(store)].count("released a statement") == 1
    assert sorted(r["recipient"] for r in rows if "homes" in r["recipient"]) == [
        "a@homes.example",
        "b@homes.example",
        "c@homes.example",
    ]


def test_a_clock_set_back_an_hour_shortens_no_wait(made: Made) -> None:
    earlier = now() - timedelta(hours=1)
    brandt = made.world.actor("brandt", earlier)
    with made.world.store() as store, pytest.raises(Refused, match="8 min after they were asked"):
        decisions.override(store, brandt, made.statement.id, Seat.PIO, "It cannot wait.", earlier)


def test_no_route_of_any_class_lets_a_joint_text_go_with_one_side_alone() -> None:
    for cls, route in ROUTES.items():
        if cls in "ABCDF":
            assert {Seat.PIO, Seat.SUPERINTENDENT} <= {s.seat for s in route.steps}, cls
