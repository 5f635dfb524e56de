"""Attempts to let a text go that two authorities did not approve: each refused with a sentence, and logged."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from comms import audit, deputies, people
from comms.agreeing import decisions
from comms.agreeing.approvals import ROUTES, Decision
from comms.deputies import Deputy
from comms.people import Actor, Refused, Seat
from comms.saying import releases
from comms.wording import attachments
from comms.workspace import files, statements
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


# Who may not, in one table -----------------------------------------------------------------------------------------


def _edited_by_okafor(made: Made) -> None:
    with made.world.store() as store:
        each = statements.variants(store, made.statement.id)[0].newest
        revision: dict[str, object] = {
            "variant_id": statements.variants(store, made.statement.id)[0].id,
            "number": 99,
        }
        revision |= {"text": "Her own words.", "hash": "h", "author_id": made.world.people["okafor"].id}
        store.add("revision", revision | {"base_id": each.id, "at": now().isoformat()})


def _marked_sro(made: Made) -> None:
    with made.world.store() as store:
        store.execute("update account set sro = 1 where name = 'Maya Okafor'")


def _removed(made: Made) -> None:
    tom = made.world.actor("brightwater")
    with made.world.store() as store:
        people.disable_account(store, tom, made.world.people["okafor"].id, now())


def _seat_changed(made: Made) -> None:
    approve(made, "okafor")
    with made.world.store() as store:
        store.execute(
            "update account set seat = 'superintendent', organisation_id = ? where name = 'Maya Okafor'",
            [made.world.district_id],
        )


def _nothing(made: Made) -> None:
    """The attack is the press itself."""


@pytest.mark.parametrize(
    ("who", "first", "sentence"),
    [
        ("dana", _nothing, "Your seat is Communications; this text needs Police PIO, Superintendent"),
        ("okafor", _edited_by_okafor, "you edited this text last"),
        ("okafor", _marked_sro, "A school resource officer never approves"),
        ("okafor", _removed, "Your account was disabled. What you typed is kept"),
        ("okafor", _seat_changed, "One person holds one seat on one statement"),
        ("brandt", _nothing, "Police PIO must approve first"),
        ("hahn", _nothing, "You may stand in from"),
        ("castellano", _nothing, "Your seat is Administrator"),
        ("records", _nothing, "Your seat is Records clerk"),
    ],
    ids=[
        "author",
        "last editor",
        "SRO",
        "removed, tab open",
        "two seats",
        "out of turn",
        "deputy too early",
        "administrator",
        "clerk",
    ],
)
def test_who_may_not_approve_is_refused_with_a_sentence_and_logged(
    made: Made, who: str, first: Callable[[Made], None], sentence: str
) -> None:
    actor = made.world.actor(who)  # the tab that was open before
    first(made)
    before = _decided(made)
    with made.world.store() as store, pytest.raises(Refused, match=sentence):
        decisions.decide(store, actor, made.statement.id, made.hashes(), "approve", now())
    logged(made, sentence)
    assert _decided(made) == before


def _decided(made: Made) -> int:
    with made.world.store() as store:
        return int((store.row_of("select count(*) as n from decision") or {})["n"])


def test_a_stale_page_approves_nothing_and_is_logged(made: Made) -> None:
    shown, okafor = made.hashes(), made.world.actor("okafor")
    made.edit("dana", "email", f"{EMAIL_AFTER} Thank you.")
    with made.world.store() as store, pytest.raises(decisions.Changed):
        decisions.decide(store, okafor, made.statement.id, shown, "approve", now())
    logged(made, "The text changed while you were reading")
    assert _decided(made) == 0


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
            deputies.name_deputy(store, actor, deputy, now())


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
    with pytest.raises(Refused, match="seat of another agency"):
        approve(made, "hahn", now() + timedelta(minutes=9))
    logged(made, "seat of another agency")
    assert _decided(made) == 0


def _named(made: Made, by: str, at: datetime) -> None:
    """The counsel becomes the superintendent's deputy, dated back to yesterday."""
    actor, person = made.world.actor(by, at), made.world.people
    deputy = Deputy(
        person["counsel"].id,
        person["brandt"].id,
        Seat.SUPERINTENDENT,
        at - timedelta(days=1),
        at + timedelta(days=9),
    )
    with made.world.store() as store:
        deputies.name_deputy(store, actor, deputy, at)


def test_a_deputy_made_during_the_incident_by_the_person_they_stand_for_signs_nothing(made: Made) -> None:
    approve(made, "okafor")
    _named(made, "brandt", now())
    with pytest.raises(Refused, match="named a deputy too late"):
        approve(made, "counsel", now() + timedelta(minutes=9))
    logged(made, "named a deputy too late")


def test_an_administrator_s_deputy_counts_on_words_that_are_asked_about_later(made: Made) -> None:
    approve(made, "okafor")
    _named(made, "castellano", now())
    with pytest.raises(Refused, match="named a deputy too late"):
        approve(made, "counsel", now() + timedelta(minutes=9))
    made.edit("dana", "email", f"{EMAIL_AFTER} Thank you.")
    made.send()
    approve(made, "okafor")
    assert approve(made, "counsel", now() + timedelta(minutes=9)).for_account_id


def test_a_deputy_made_during_the_incident_is_asked_by_nobody(made: Made) -> None:
    from comms.agreeing import waiting
    from comms.workspace import incidents

    approve(made, "okafor")
    _named(made, "brandt", now())
    with made.world.store() as store:
        about = incidents.incident(store, made.incident_id)
        waiting.escalate(store, about, now() + timedelta(minutes=9))
        asked = store.rows_of("select account_id from ask where seat = 'superintendent'")
    people_asked = {row["account_id"] for row in asked}
    assert made.world.people["moreau"].id in people_asked
    assert made.world.people["counsel"].id not in people_asked


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


def _attach_a_map(made: Made) -> None:
    dana = made.world.actor("dana")
    with made.world.store() as store:
        each = statements.variants(store, made.statement.id)[0]
        chosen = attachments.File("map.pdf", b"%PDF-1.4 a map", "The walk home.")
        files.attach(store, dana, each.id, chosen, now())


def _change_a_translation(made: Made) -> None:
    dana = made.world.actor("dana")
    with made.world.store() as store:
        each = next(v for v in statements.variants(store, made.statement.id) if v.language == "es")
        statements.save(store, dana, each.id, each.newest.id, "Otras palabras.", "", now())


@pytest.mark.parametrize("change", [_attach_a_map, _change_a_translation])
def test_an_attachment_or_a_translation_changed_after_the_approval_holds_it(
    world: World, change: Callable[[Made], None]
) -> None:
    lists(world)
    made = holding_statement(world, TEXTS)
    dana = world.actor("dana")
    with world.store() as store:
        spanish = statements.add_variant(store, dana, made.statement.id, "sms", "es", now())
        text = "AFSD+AFPD: Un grupo estuvo en el paso elevado y se fue. Salida normal. Escribimos a las 4:00 p.m."
        statements.save(store, dana, spanish.id, spanish.newest.id, text, "", now())
    made.send()
    answer_the_check(made)
    approve_all(made)
    change(made)
    with made.world.store() as store:
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
    logged(made, "8 min after they were asked")


def test_a_clock_set_back_an_hour_ends_no_notice_to_the_partner_early(world: World) -> None:
    from comms.agreeing import notice
    from comms.workspace import incidents

    dana, at = world.actor("dana"), now()
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Review of the SRO program asked", "sro-programme", at)
        begun = statements.start(store, dana, about.id, statements.Start("H"), at)
        incidents.log_call(store, dana, about.id, world.people["okafor"].id, "phone", at)
        for back in (timedelta(), timedelta(hours=1)):
            (reason,) = notice.reasons_not(store, begun, at - back)
            assert "left" in reason.sentence


def test_no_route_of_any_class_lets_a_joint_text_go_with_one_side_alone() -> None:
    for cls, route in ROUTES.items():
        if cls in "ABCDF":
            assert {Seat.PIO, Seat.SUPERINTENDENT} <= {s.seat for s in route.steps}, cls
