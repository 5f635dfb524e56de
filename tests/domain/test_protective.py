"""Class A: words approved beforehand leave at once by one person of each side, and are signed off afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comms import audit, guardrails
from comms.agreeing import confirmations, decisions, seats
from comms.people import Refused, Seat, disable_account
from comms.saying import audiences, protective, releases
from comms.saying.audiences import Member
from comms.saying.protective import Action
from comms.saying.releases import Released
from comms.workspace import checks, incidents
from comms.workspace import statements as st
from comms.workspace.statements import Statement
from monitors.database import IntegrityError, Store
from tests.harness import World

SCHOOL = "Orrin Middle School"
SECURE = Action("secure", SCHOOL)


def now() -> datetime:
    return datetime.now(UTC)


def shown(store: Store, world: World, *actions: str) -> dict[str, str]:
    """Block id -> hash, as an approver reads them."""
    found = (each for a in actions for each in protective.texts(store, world.agency_id, a))
    return {each.block.id: each.block.hash for each in found}


def approve(
    world: World, *who: str, actions: tuple[str, ...] = ("secure", "ended"), days: float = 90
) -> None:
    for each in who:
        actor = world.actor(each)
        with world.store() as store:
            until = now() + timedelta(days=days)
            protective.approve_beforehand(store, actor, shown(store, world, *actions), until, now())


@pytest.fixture
def incident(world: World) -> int:
    """Police activity near a school, families on a list, both sides' approvals given in calmer days."""
    approve(world, "okafor", "brandt")
    dana = world.actor("dana")
    with world.store() as store, store.atomic():
        store.add("school", {"name": SCHOOL})
    with world.store() as store:
        audiences.save_audience(
            store, dana, "All families", "families", [Member("a@homes.example", "A")], now()
        )
        return incidents.open_by_hand(
            store, dana, "Police search near Orrin Middle", "police-activity", now()
        ).id


def start(world: World, incident_id: int, how: Action = SECURE, who: str = "dana") -> Statement:
    actor = world.actor(who)
    with world.store() as store:
        made = protective.start(store, actor, incident_id, how, now())
        for variant in st.variants(store, made.id):
            context = checks.context_of(store, made, variant)
            text = checks.words(variant.newest.subject, variant.newest.text)
            checks.keep(store, text, context, guardrails.check(text, context), now())
        return made


def hashes(store: Store, made: Statement) -> dict[int, str]:
    return {v.id: v.newest.hash for v in st.variants(store, made.id)}


def police_press(world: World, made: Statement, who: str = "okafor") -> None:
    actor = world.actor(who)
    with world.store() as store:
        decisions.decide(store, actor, made.id, hashes(store, made), "approve", now())


def release(world: World, made: Statement, who: str = "dana") -> Released:
    actor = world.actor(who)
    with world.store() as store:
        return releases.release(store, actor, made.id, hashes(store, made), now())


def test_it_leaves_with_one_person_of_each_side_while_the_superintendent_is_silent(
    world: World, incident: int
) -> None:
    made = start(world, incident)
    police_press(world, made)
    with world.store() as store:
        assert releases.reasons_not(store, made.id, now()) == ()
        assert [s.state for s in seats.standing(store, made).seats] == ["approved", "beforehand"]
    out = release(world, made)
    assert {t.channel for t in out.texts} == {"sms", "email", "web"}
    assert out.texts[0].newest.text.startswith("AFSD and police: Orrin Middle School is in Secure.")


def test_the_police_s_deputy_need_not_wait(world: World, incident: int) -> None:
    made = start(world, incident)
    police_press(world, made, "hahn")
    assert release(world, made, "moreau").id, "and the superintendent's deputy may press for the district"


def test_when_the_police_start_it_the_district_s_press_is_enough(world: World, incident: int) -> None:
    made = start(world, incident, who="okafor")
    with world.store() as store:
        assert [s.state for s in seats.standing(store, made).seats] == ["beforehand", "beforehand"]
    assert release(world, made).id


def test_without_the_police_nothing_leaves(world: World, incident: int) -> None:
    made = start(world, incident)
    with pytest.raises(Refused, match="Police have not approved"):
        release(world, made)


@pytest.mark.parametrize(("who", "missing"), [("okafor", "Superintendent"), ("brandt", "Police PIO")])
def test_without_both_approvals_beforehand_it_does_not_begin(world: World, who: str, missing: str) -> None:
    approve(world, who)
    dana = world.actor("dana")
    with world.store() as store, store.atomic():
        store.add("school", {"name": SCHOOL})
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Police search", "police-activity", now())
        with pytest.raises(Refused, match=f"no approval beforehand that holds today from: {missing}"):
            protective.start(store, dana, about.id, SECURE, now())
        assert st.of_incident(store, about.id) == []


def test_an_approval_that_expires_before_the_press_holds_it(world: World, incident: int) -> None:
    made = start(world, incident)
    police_press(world, made)
    later = now() + timedelta(days=91)
    dana = world.actor("dana", later)
    with world.store() as store:
        reasons = {r.code for r in releases.reasons_not(store, made.id, later)}
        assert "beforehand" in reasons
        with pytest.raises(Refused):
            releases.release(store, dana, made.id, hashes(store, made), later)


def test_an_approval_taken_back_or_of_a_person_who_left_no_longer_counts(world: World, incident: int) -> None:
    brandt, okafor, admin = world.actor("brandt"), world.actor("okafor"), world.actor("brightwater")
    with world.store() as store:
        assert protective.take_back(store, brandt, "secure", now()) == 5
        lacks = protective.texts(store, world.agency_id, "secure")[0].lacks(now())
        assert lacks == (Seat.SUPERINTENDENT,)
        disable_account(store, admin, okafor.account_id, now())
        assert protective.texts(store, world.agency_id, "secure")[0].lacks(now()) == (
            Seat.PIO,
            Seat.SUPERINTENDENT,
        )


def test_one_free_word_and_it_is_no_protective_text(world: World, incident: int) -> None:
    made = start(world, incident)
    dana = world.actor("dana")
    with world.store() as store:
        sms = st.variants(store, made.id)[0]
        st.save(store, dana, sms.id, sms.newest.id, sms.newest.text + " It is a hoax.", "", now())
        reasons = [r for r in releases.reasons_not(store, made.id, now()) if r.code == "free text"]
    assert [r.sentence for r in reasons] == ["The words of sms are no longer the pre-approved ones"]


def test_a_blank_takes_only_what_the_partnership_itself_entered(world: World, incident: int) -> None:
    made = start(world, incident)
    dana = world.actor("dana")
    with world.store() as store:
        sms = st.variants(store, made.id)[0]
        for old, new in (("afsd.example/now", "elsewhere.example/x"), (SCHOOL, "Three hurt")):
            text = sms.newest.text.replace(old, new)
            assert text != sms.newest.text
            st.save(store, dana, sms.id, st.variant(store, sms.id).newest.id, text, "", now())
            assert "free text" in {r.code for r in releases.reasons_not(store, made.id, now())}


def test_only_life_safety_types_are_this_fast(world: World, incident: int) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "SRO program vote", "sro-programme", now())
        with pytest.raises(Refused, match="no life-safety type"):
            protective.start(store, dana, about.id, SECURE, now())
        with pytest.raises(Refused, match="Choose the school"):
            protective.start(store, dana, incident, Action("secure", "Hogs Hollow School"), now())


def test_one_fast_release_never_follows_another_until_it_is_signed_off(world: World, incident: int) -> None:
    made = start(world, incident)
    police_press(world, made)
    out = release(world, made)
    ended = Action("ended", SCHOOL, ended="secure")
    with pytest.raises(Refused, match=r"is not signed off yet\. Dr\. Elaine Brandt signs it off first"):
        start(world, incident, ended)
    brandt = world.actor("brandt")
    with world.store() as store:
        confirmations.confirm(store, brandt, out.id, Seat.SUPERINTENDENT, "confirm", now())
    after = start(world, incident, ended)
    police_press(world, after)
    assert "no longer in Secure" in release(world, after).texts[0].newest.text
    with world.store() as store:
        assert incidents.incident(store, incident).cls == "B", "the action is over"


def test_the_second_click_starts_nothing_new(world: World, incident: int) -> None:
    assert start(world, incident).id == start(world, incident, who="okafor").id


def test_both_are_told_at_once(world: World, incident: int) -> None:
    made = start(world, incident)
    with world.store() as store:
        rows = store.rows_of("select recipient, subject from outbox where about = ?", f"statement {made.id}")
    assert {r["recipient"] for r in rows} == {
        "okafor@afpd.example",
        "hahn@afpd.example",
        "brandt@afsd.example",
        "moreau@afsd.example",
    }


def test_the_full_sign_off_is_owed_shown_and_chased(world: World, incident: int) -> None:
    made = start(world, incident)
    police_press(world, made, "hahn")
    out = release(world, made)
    brandt, dana = world.actor("brandt"), world.actor("dana")
    with world.store() as store:
        assert [(o.seat, o.why) for o in confirmations.owed(store, now())] == [
            (Seat.PIO, "fast"),
            (Seat.SUPERINTENDENT, "fast"),
        ]
        assert confirmations.chase(store, now()) == 2
        assert confirmations.chase(store, now()) == 0, "asked once a round"
        assert confirmations.chase(store, now() + timedelta(hours=2)) == 4, "and now their deputies too"
        with pytest.raises(Refused, match="Superintendent of this incident answers"):
            confirmations.confirm(store, dana, out.id, Seat.SUPERINTENDENT, "confirm", now())
        with pytest.raises(Refused, match="Say what is wrong"):
            confirmations.confirm(store, brandt, out.id, Seat.SUPERINTENDENT, "correct", now())
        first = confirmations.confirm(store, brandt, out.id, Seat.SUPERINTENDENT, "confirm", now())
        assert confirmations.confirm(store, brandt, out.id, Seat.SUPERINTENDENT, "confirm", now()) == first
        assert [o.seat for o in confirmations.owed(store, now())] == [Seat.PIO]
        assert [e.did for e in audit.entries(store)].count("signed off a release") == 1


def test_only_the_holder_of_a_seat_approves_beforehand_and_for_a_year_at_most(world: World) -> None:
    for who, days, sentence in (
        ("dana", 30, "Your seat is Communications"),
        ("hahn", 30, "Your seat is Observer"),
        ("brandt", 400, "within a year"),
        ("brandt", -1, "within a year"),
    ):
        with pytest.raises(Refused, match=sentence):
            approve(world, who, days=days)
    brandt = world.actor("brandt")
    with world.store() as store:
        until = now() + timedelta(days=3)
        with pytest.raises(Refused, match="The words changed while you were reading"):
            protective.approve_beforehand(store, brandt, {"en/actions/secure/sms": "0" * 64}, until, now())
        with pytest.raises(Refused, match="Only the texts of protective actions"):
            protective.approve_beforehand(store, brandt, {"en/phases/H": "0" * 64}, until, now())


def test_the_store_itself_refuses_class_a_without_approvals_of_the_block(world: World, incident: int) -> None:
    made = start(world, incident)
    police_press(world, made)
    brandt = world.actor("brandt")
    with world.store() as store:
        protective.take_back(store, brandt, "secure", now())
        row = {"statement_id": made.id, "slug": "x", "number": 1, "by_account_id": world.people["dana"].id}
        went = store.add("release", row | {"at": now().isoformat()})
        each = st.variants(store, made.id)[0]
        text = {
            "release_id": went,
            "variant_id": each.id,
            "revision_id": each.newest.id,
            "hash": each.newest.hash,
        }
        with pytest.raises(IntegrityError, match="only in words both approved beforehand"):
            store.add("release_text", text)
        with pytest.raises(IntegrityError, match="only the holder of a seat approves beforehand"):
            store.add(
                "standing_approval",
                {
                    "block_id": "b",
                    "block_hash": "h",
                    "seat": "pio",
                    "account_id": world.people["hahn"].id,
                    "at": "2026-01-01",
                    "expires_at": "2027-01-01",
                },
            )
