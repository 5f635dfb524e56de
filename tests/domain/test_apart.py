"""Speaking apart, notice to the other side, the ways past a silent seat, saying nothing, and who can be reached."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comms import people
from comms.agreeing import apart, asks, decisions, notice, seats, waiting
from comms.people import Refused, Seat
from comms.reaching import oncall
from comms.saying import releases
from comms.workspace import divergence, incidents, silence, statements
from comms.workspace.statements import Start, Statement
from monitors.database import IntegrityError
from tests.harness import World
from tests.statements_made import EMAIL_AFTER, SMS, WEB, Made, holding_statement

TEXTS = {"email": EMAIL_AFTER, "sms": SMS, "web": WEB}


def now() -> datetime:
    return datetime.now(UTC)


def codes(world: World, about: Statement, at: datetime | None = None) -> list[str]:
    with world.store() as store:
        return [r.code for r in releases.reasons_not(store, about.id, at or now())]


# The district's own text ------------------------------------------------------------------------------------------


def test_after_eight_silent_minutes_the_district_may_speak_of_its_own_facts(world: World) -> None:
    made = holding_statement(world, TEXTS)
    dana = world.actor("dana")
    later = now() + timedelta(minutes=9)
    dana_later = world.actor("dana", later)
    with world.store() as store:
        with pytest.raises(Refused, match="8 min after they were asked"):
            apart.district_only(store, dana, made.statement.id, now())
        own = apart.district_only(store, dana_later, made.statement.id, later)
        assert (own.voice, own.cls) == ("district", "B")
        text = statements.variants(store, own.id)[0].newest.text
        assert text.endswith("Alder Falls School District")
        for police_fact in ("A group stood", "No injuries", "The Alder Falls Police Department was there"):
            assert police_fact not in text
        told = notice.notices_of(store, own.id)
        assert [n.told for n in told] == ["Sgt. Maya Okafor"]
        assert {s.seat for s in seats.route_of(store, own).steps} == {Seat.SUPERINTENDENT}
        assert apart.district_only(store, dana_later, made.statement.id, later).id == own.id


def test_police_who_answered_close_that_way(world: World) -> None:
    made = holding_statement(world, TEXTS)
    okafor = world.actor("okafor")
    later = now() + timedelta(minutes=9)
    dana = world.actor("dana", later)
    with world.store() as store:
        decisions.decide(store, okafor, made.statement.id, made.hashes(), "approve", now())
        with pytest.raises(Refused, match="The police have approved"):
            apart.district_only(store, dana, made.statement.id, later)


def test_a_one_sided_text_needs_the_notice_and_the_store_holds_it_too(world: World) -> None:
    made = holding_statement(world, TEXTS)
    dana = world.actor("dana")
    with world.store() as store:
        own = statements.start(store, dana, made.incident_id, Start("H", "district", ("web",)), now())
        assert "other side" in codes(world, own)
        with pytest.raises(Refused, match="does not answer for the other side"):
            notice.log(store, dana, own.id, world.people["brandt"].id, "phone", now())
        went = store.add(
            "release",
            {"statement_id": own.id, "slug": "x", "number": 1, "by_account_id": 1, "at": now().isoformat()},
        )
        each = statements.variants(store, own.id)[0]
        row = {
            "release_id": went,
            "variant_id": each.id,
            "revision_id": each.newest.id,
            "hash": each.newest.hash,
        }
        with pytest.raises(IntegrityError, match=r"not told of this text|no superintendent"):
            store.add("release_text", row)
        notice.log(store, dana, own.id, world.people["okafor"].id, "phone", now())
        assert "other side" not in [r.code for r in releases.reasons_not(store, own.id, now())]


# Two texts ---------------------------------------------------------------------------------------------------------


def two_texts(world: World) -> tuple[Made, Statement, Statement]:
    made = holding_statement(world, TEXTS)
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        ours = statements.start(store, dana, made.incident_id, Start("H", "district", ("web",)), now())
        theirs = statements.start(store, okafor, made.incident_id, Start("H", "police", ("web",)), now())
        for actor, about, text in (
            (dana, ours, "No one was hurt. School goes on as usual. 2:45 p.m."),
            (okafor, theirs, "Two people were hurt. We are at the scene."),
        ):
            each = statements.variants(store, about.id)[0]
            statements.save(store, actor, each.id, each.newest.id, text, each.newest.subject, now())
    return made, ours, theirs


def test_each_side_must_have_seen_the_other_s_words_and_differences_are_listed(world: World) -> None:
    made, ours, theirs = two_texts(world)
    assert "seen" in codes(world, ours)
    okafor, dana = world.actor("okafor"), world.actor("dana")
    with world.store() as store:
        assert [d.about for d in divergence.divergences(store, ours) if d.kind == "other side"] == ["hurt"]
        apart.mark_seen(store, dana, ours.id, now())  # one's own side's look counts for nothing
    assert "seen" in codes(world, ours)
    with world.store() as store:
        apart.mark_seen(store, okafor, ours.id, now())
    assert "seen" not in codes(world, ours)
    with world.store() as store:
        each = statements.variants(store, ours.id)[0]
        statements.save(store, dana, each.id, each.newest.id, "Other words now.", each.newest.subject, now())
    assert "seen" in codes(world, ours), "new words were not seen"
    assert made.statement.voice == "joint"
    assert theirs.voice == "police"


def test_a_common_time_holds_both_and_a_person_still_presses(world: World) -> None:
    _, ours, theirs = two_texts(world)
    dana = world.actor("dana")
    at = now() + timedelta(hours=1)
    with world.store() as store:
        with pytest.raises(Refused, match="has passed"):
            apart.hold_until(store, dana, ours.id, now() - timedelta(minutes=1), "", now())
        apart.hold_until(store, dana, ours.id, at, "both at six", now())
    assert "embargo" in codes(world, ours)
    assert "embargo" in codes(world, theirs)
    assert "embargo" not in codes(world, theirs, at + timedelta(seconds=1))
    with world.store() as store:
        assert store.row_of("select count(*) as n from release") == {"n": 0}
        apart.hold_until(store, dana, ours.id, None, "", now())
    assert "embargo" not in codes(world, ours)


def test_each_side_presses_its_own_button(world: World) -> None:
    _, ours, theirs = two_texts(world)
    with world.store() as store:
        okafor, dana = world.people["okafor"], world.people["dana"]
        assert [releases.may_release(store, s, p, now()) for s in (ours, theirs) for p in (dana, okafor)] == [
            True,
            False,
            False,
            True,
        ]


# About the partner -------------------------------------------------------------------------------------------------


def about_the_partner(world: World) -> Statement:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Review of the SRO program asked", "sro-programme", now())
        return statements.start(store, dana, about.id, Start("H"), now())


def test_opening_it_on_the_other_side_starts_the_clock(world: World) -> None:
    begun = about_the_partner(world)
    assert "notice" in codes(world, begun)
    okafor = world.actor("okafor")
    with world.store() as store:
        assert notice.told_at(store, begun) is None
        apart.mark_seen(store, okafor, begun.id, now())
        assert notice.told_at(store, begun) is not None
        reason = next(
            r
            for r in releases.reasons_not(store, begun.id, now() + timedelta(minutes=30))
            if r.code == "notice"
        )
    assert "90 min left" in reason.sentence
    assert "notice" not in codes(world, begun, now() + timedelta(hours=2, minutes=1))


def test_the_rest_of_the_notice_is_waived_by_name_and_with_a_reason(world: World) -> None:
    begun = about_the_partner(world)
    brandt, dana = world.actor("brandt"), world.actor("dana")
    with world.store() as store:
        with pytest.raises(Refused, match="The partner was not told yet"):
            notice.waive(store, brandt, begun.id, "It is on the news.", now())
        notice.log(store, dana, begun.id, world.people["okafor"].id, "phone", now())
        with pytest.raises(Refused, match="Say why it cannot wait"):
            notice.waive(store, brandt, begun.id, "  ", now())
        with pytest.raises(Refused, match="Superintendent may do this"):
            notice.waive(store, dana, begun.id, "It is on the news.", now())
        notice.waive(store, brandt, begun.id, "It is on the news.", now())
        waived = notice.waiver(store, begun.id)
    assert waived
    assert (waived.by, waived.reason) == ("Dr. Elaine Brandt", "It is on the news.")
    assert "notice" not in codes(world, begun)


# Saying nothing ----------------------------------------------------------------------------------------------------


def test_saying_nothing_has_a_reason_talking_points_and_the_next_look(world: World) -> None:
    made = holding_statement(world, TEXTS)
    dana, records = world.actor("dana"), world.actor("records")
    look = now() + timedelta(hours=2)
    with world.store() as store:
        for who, why, at, sentence in (
            (records, "Below threshold.", look, "Your seat is Records clerk"),
            (dana, " ", look, "Say why"),
            (dana, "Below threshold.", now() - timedelta(minutes=1), "Choose when somebody looks again"),
        ):
            with pytest.raises(Refused, match=sentence):
                silence.decide(store, who, made.incident_id, why, "", at, now())
        silence.decide(
            store,
            dana,
            made.incident_id,
            "Below threshold.",
            "We know of it; school is as usual.",
            look,
            now(),
        )
        found = silence.newest(store, made.incident_id)
        assert found
        assert (found.by, found.talking_points) == ("Dana Whitlock", "We know of it; school is as usual.")
        assert incidents.incident(store, made.incident_id).status == "no_statement"
        assert silence.remind(store, now()) == 0
        assert silence.remind(store, look) == 1
        assert silence.remind(store, look) == 0
        assert [n.incident_id for n in silence.due(store, look)] == [made.incident_id]


# Who can be reached -------------------------------------------------------------------------------------------------


def test_while_the_only_holder_is_away_the_deputy_is_asked_at_once(world: World) -> None:
    okafor = world.actor("okafor")
    with world.store() as store:
        oncall.add(
            store,
            okafor,
            "absence",
            okafor.account_id,
            now() - timedelta(hours=1),
            now() + timedelta(days=1),
            now(),
        )
    made = holding_statement(world, TEXTS)
    asked = made.ask(Seat.PIO)
    assert (asked.account_id, asked.for_account_id) == (world.people["hahn"].id, world.people["okafor"].id)
    hahn = world.actor("hahn")
    with world.store() as store:
        decisions.decide(store, hahn, made.statement.id, made.hashes(), "approve", now())


def test_with_nobody_left_it_says_so_and_which_ways_remain(world: World) -> None:
    okafor, hahn, admin = world.actor("okafor"), world.actor("hahn"), world.actor("brightwater")
    made = holding_statement(world, TEXTS)
    with world.store() as store:
        assert apart.nobody_to_ask(store, made.statement, now()) == ""
        oncall.add(
            store,
            okafor,
            "absence",
            okafor.account_id,
            now() - timedelta(hours=1),
            now() + timedelta(days=1),
            now(),
        )
        assert apart.nobody_to_ask(store, made.statement, now()) == "", "the deputy is there"
        people.disable_account(store, admin, hahn.account_id, now())
        sentence = apart.nobody_to_ask(store, made.statement, now())
        assert "The police have no active approver. Sgt. Maya Okafor is away." in sentence
        assert "You can: speak separately · wait." in sentence
        assert apart.may_go_alone(store, made.statement, now()) == ""


def test_the_one_on_call_is_asked_first_and_the_others_after_the_wait(world: World) -> None:
    from comms.people import NewAccount, insert_account

    with world.store() as store, store.atomic():
        new = NewAccount(world.agency_id, "reyes@afpd.example", "Ana Reyes", Seat.PIO, "Lt.")
        reyes = insert_account(store, new, now(), None)
    admin = world.actor("brightwater")
    with world.store() as store:
        oncall.add(
            store, admin, "on_call", reyes, now() - timedelta(hours=1), now() + timedelta(days=1), now()
        )
    made = holding_statement(world, TEXTS)
    with world.store() as store:
        assert [a.account_id for a in asks.asks(store, made.statement.id)] == [reyes]
        about = incidents.incident(store, made.incident_id)
        waiting.escalate(store, about, now() + timedelta(minutes=5))
        asked = {a.account_id for a in asks.asks(store, made.statement.id)}
    assert world.people["okafor"].id in asked


def test_the_calendar_is_the_person_s_or_their_own_administrator_s(world: World) -> None:
    castellano, brandt = world.actor("castellano"), world.actor("brandt")
    okafor = world.people["okafor"]
    with world.store() as store:
        with pytest.raises(Refused, match="own administrator enters this"):
            oncall.add(store, castellano, "absence", okafor.id, now(), now() + timedelta(days=1), now())
        with pytest.raises(Refused, match="Choose a later end"):
            oncall.add(store, brandt, "absence", brandt.account_id, now(), now() - timedelta(days=1), now())
        span = oncall.add(
            store, brandt, "absence", brandt.account_id, now(), now() + timedelta(days=1), now()
        )
        oncall.revoke(store, brandt, "absence", span, now())
        assert oncall.spans(store, "absence", now()) == []


def test_a_text_is_handed_to_a_deputy_named_beforehand_and_to_nobody_else(world: World) -> None:
    made = holding_statement(world, TEXTS)
    okafor, hahn = world.actor("okafor"), world.actor("hahn")
    with world.store() as store:
        with pytest.raises(Refused, match="only to a deputy you named beforehand"):
            asks.hand_over(store, okafor, made.statement.id, world.people["moreau"].id, now())
        asks.hand_over(store, okafor, made.statement.id, hahn.account_id, now())
        given = decisions.decide(store, hahn, made.statement.id, made.hashes(), "approve", now())
    assert given.for_account_id == okafor.account_id


def test_the_silent_are_reminded_by_themselves_a_few_times_and_no_more(world: World) -> None:
    made = holding_statement(world, TEXTS)
    with world.store() as store:
        about = incidents.incident(store, made.incident_id)
        assert waiting.chase(store, about, now() + timedelta(minutes=1)) == 0
        sent = [waiting.chase(store, about, now() + timedelta(minutes=m)) for m in range(2, 40)]
        rows = store.rows_of("select key from outbox where key like 'ask % chase %'")
    assert sum(sent) == len(rows) == waiting.CHASES
