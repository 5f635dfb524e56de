"""Deciding: bound to the exact words, one seat a person, in order, by those who may; every refusal is a sentence on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from comms import audit, people
from comms.agreeing import asks, decisions, seats, waiting
from comms.agreeing.approvals import Decision
from comms.people import Refused, Seat
from comms.workspace import statements, suggestions
from monitors.database import IntegrityError
from tests.harness import World
from tests.statements_made import EMAIL, EMAIL_AFTER, Made, holding_statement


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def made(world: World) -> Made:
    return holding_statement(world, {"email": EMAIL})


def decide(
    made: Made, who: str, answer: str = "approve", reason: str = "", at: datetime | None = None
) -> Decision:
    actor = made.world.actor(who)
    with made.world.store() as store:
        return decisions.decide(store, actor, made.statement.id, made.hashes(), answer, at or now(), reason)


def refused(made: Made, act: Callable[[], object]) -> str:
    """The sentence of a refusal, which must also stand in the log."""
    with pytest.raises(Refused) as refusal:
        act()
    with made.world.store() as store:
        last = audit.entries(store)[-1]
    assert last.did.startswith("was refused")
    assert last.details["why"] == str(refusal.value)
    return str(refusal.value)


def test_police_approve_then_the_superintendent_signs(made: Made) -> None:
    decide(made, "okafor")
    decide(made, "brandt")
    with made.world.store() as store:
        assert seats.standing(store, made.statement).complete


def test_the_second_tap_is_the_same_answer(made: Made) -> None:
    first = decide(made, "okafor")
    assert decide(made, "okafor") == first
    with made.world.store() as store:
        assert len(seats.decisions(store, made.statement.id)) == 1
        assert [e.did for e in audit.entries(store)].count("approved a text") == 1


def test_the_superintendent_signs_last(made: Made) -> None:
    assert "must approve first" in refused(made, lambda: decide(made, "brandt"))


def test_the_author_and_communications_never_approve(made: Made) -> None:
    assert "Your seat is Communications" in refused(made, lambda: decide(made, "dana"))


def test_the_last_editor_does_not_approve(made: Made) -> None:
    made.edit(
        "dana", "email", EMAIL_AFTER
    )  # the words that were asked about are gone, so she may write again
    made.edit("okafor", "email", EMAIL_AFTER + " Thank you.")
    made.send()
    assert "you edited this text last" in refused(made, lambda: decide(made, "okafor"))


def test_an_approver_s_edit_under_approval_is_a_suggestion_and_they_can_still_approve(made: Made) -> None:
    with pytest.raises(Refused, match="goes in as a suggestion"):
        made.edit("okafor", "email", EMAIL_AFTER)
    okafor, dana = made.world.actor("okafor"), made.world.actor("dana")
    with made.world.store() as store:
        variant = statements.variants(store, made.statement.id)[0]
        assert statements.kept(store, okafor.account_id, variant.id), "her words are kept"
        suggestion = suggestions.suggest(
            store, okafor, variant.id, EMAIL_AFTER, variant.newest.subject, now()
        )
        with pytest.raises(Refused, match="Someone else accepts"):
            suggestions.settle_suggestion(store, okafor, suggestion, True, now())
        suggestions.settle_suggestion(store, dana, suggestion, True, now())
        assert statements.variants(store, made.statement.id)[0].newest.text == EMAIL_AFTER
    made.send()
    decide(made, "okafor")


def test_words_that_changed_while_reading_are_not_approved(made: Made) -> None:
    shown = made.hashes()
    made.edit("dana", "email", EMAIL_AFTER)
    okafor = made.world.actor("okafor")
    with made.world.store() as store, pytest.raises(decisions.Changed, match="Nothing was recorded"):
        decisions.decide(store, okafor, made.statement.id, shown, "approve", now())


def test_an_edit_lapses_the_approval_and_the_approver_sees_only_the_change(made: Made) -> None:
    from comms.agreeing import briefs

    decide(made, "okafor")
    made.edit("dana", "email", EMAIL_AFTER)
    with made.world.store() as store:
        assert seats.standing(store, made.statement).seats[0].state == "lapsed"
        brief = briefs.brief(store, made.statement.id, made.world.people["okafor"], Seat.PIO)
    changed = {(p.kind, p.text) for p in brief.passages[0].change if p.kind != "same"}
    assert any(kind == "deleted" and "isolated" in text for kind, text in changed)


def test_an_objection_needs_its_reason(made: Made) -> None:
    assert "Say why" in refused(made, lambda: decide(made, "okafor", "object", "  "))
    assert decide(made, "okafor", "not_my_facts", "The time is not ours.").answer == "not_my_facts"


def test_another_agency_s_pio_has_no_seat_here(made: Made) -> None:
    from comms.partnership import Organisation, insert_organisation

    with made.world.store() as store, store.atomic():
        other = insert_organisation(
            store, Organisation(0, "agency", "Tannerbrook Police", "TPD", "", ""), now()
        )
        store.execute("update account set organisation_id = ? where name = 'Maya Okafor'", [other])
    assert "another agency" in refused(made, lambda: decide(made, "okafor"))


def test_an_sro_never_approves(made: Made) -> None:
    with made.world.store() as store:
        store.execute("update account set sro = 1 where name = 'Maya Okafor'")
    assert "school resource officer never approves" in refused(made, lambda: decide(made, "okafor"))


def test_a_removed_user_s_open_tab_decides_nothing(made: Made) -> None:
    okafor, admin = made.world.actor("okafor"), made.world.actor("brightwater")
    with made.world.store() as store:
        people.disable_account(store, admin, okafor.account_id, now())
        with pytest.raises(Refused, match="disabled"):
            decisions.decide(store, okafor, made.statement.id, made.hashes(), "approve", now())
        assert not seats.decisions(store, made.statement.id)


def test_one_person_never_fills_two_seats(made: Made) -> None:
    decide(made, "okafor")
    with made.world.store() as store:
        store.execute(
            "update account set seat = 'superintendent', organisation_id = ? where name = 'Maya Okafor'",
            [made.world.district_id],
        )
    assert "one seat on one statement" in refused(made, lambda: decide(made, "okafor")).lower()


def test_a_deputy_waits_the_four_minutes_and_stands_in_by_name(made: Made) -> None:
    assert "You may stand in from" in refused(made, lambda: decide(made, "hahn"))
    later = now() + timedelta(minutes=5)
    hahn = made.world.actor("hahn", later)
    with made.world.store() as store:
        given = decisions.decide(store, hahn, made.statement.id, made.hashes(), "approve", later)
    assert given.for_account_id == made.world.people["okafor"].id


def test_the_duty_process_asks_the_deputy_of_a_silent_seat_once(made: Made) -> None:
    from comms.workspace import incidents

    with made.world.store() as store:
        about = incidents.incident(store, made.incident_id)
        assert waiting.escalate(store, about, now()) == 0
        later = now() + timedelta(minutes=5)
        assert waiting.escalate(store, about, later) == 1
        assert waiting.escalate(store, about, later + timedelta(minutes=1)) == 0
        asked = asks.asks(store, made.statement.id)[-1]
    assert asked.account_id == made.world.people["hahn"].id
    assert asked.for_account_id == made.world.people["okafor"].id


def test_an_override_needs_the_wait_a_reason_and_the_superintendent(made: Made) -> None:
    brandt, dana = made.world.actor("brandt"), made.world.actor("dana")
    with made.world.store() as store:
        with pytest.raises(Refused, match="Superintendent may do this"):
            decisions.override(store, dana, made.statement.id, Seat.PIO, "late", now())
        with pytest.raises(Refused, match="this way opens 8 min"):
            decisions.override(store, brandt, made.statement.id, Seat.PIO, "dismissal in ten minutes", now())
        later = now() + timedelta(minutes=9)
        with pytest.raises(Refused, match="Say why"):
            decisions.override(store, brandt, made.statement.id, Seat.PIO, " ", later)
        decisions.override(store, brandt, made.statement.id, Seat.PIO, "dismissal in ten minutes", later)
        assert seats.standing(store, made.statement).seats[0].state == "overridden"


def test_asking_the_deputy_as_well_does_not_begin_the_wait_anew(made: Made) -> None:
    from comms.workspace import incidents

    brandt = made.world.actor("brandt")
    with made.world.store() as store:
        waiting.escalate(store, incidents.incident(store, made.incident_id), now() + timedelta(minutes=5))
        later = now() + timedelta(minutes=9)
        decisions.override(store, brandt, made.statement.id, Seat.PIO, "dismissal in ten minutes", later)
        assert seats.standing(store, made.statement).seats[0].state == "overridden"


def test_a_clock_set_back_an_hour_gives_no_deputy_an_earlier_turn(made: Made) -> None:
    earlier = now() - timedelta(hours=1)
    hahn = made.world.actor("hahn", earlier)
    with made.world.store() as store, pytest.raises(Refused, match="You may stand in from"):
        decisions.decide(store, hahn, made.statement.id, made.hashes(), "approve", earlier)


def test_sending_twice_asks_nobody_twice(made: Made) -> None:
    made.send()
    made.send("brandt")
    with made.world.store() as store:
        assert len(asks.asks(store, made.statement.id)) == 1


def test_a_blank_is_named_and_nothing_is_sent(world: World) -> None:
    with pytest.raises(Refused, match=r"1 blank is left: time of the next update\. Nothing was sent\."):
        holding_statement(world, {"email": EMAIL.replace("4:00 p.m.", "[time of the next update]")})


def test_the_store_itself_refuses_what_a_command_forgot(made: Made) -> None:
    """Separation of duties is held in SQL too: rows written around the commands are refused."""
    with made.world.store() as store:
        variant = statements.variants(store, made.statement.id)[0]
        row = {
            "statement_id": made.statement.id,
            "variant_id": variant.id,
            "revision_id": variant.newest.id,
            "hash": variant.newest.hash,
            "seat": "pio",
            "account_id": made.world.people["okafor"].id,
            "answer": "approve",
            "via": "shell",
            "at": now().isoformat(),
        }
        for change, sentence in (
            ({"account_id": made.world.people["brandt"].id}, "other organisation"),
            ({"seat": "superintendent", "account_id": made.world.people["dana"].id}, "last editor"),
            ({"hash": "0" * 64}, "exact text"),
        ):
            with pytest.raises(IntegrityError, match=sentence):
                store.add("decision", row | change)
        given = store.add("decision", row)
        for verb in ("update decision set answer = 'object'", "delete from decision"):
            with pytest.raises(IntegrityError, match="never changed"):
                store.execute(f"{verb} where id = {given}")
