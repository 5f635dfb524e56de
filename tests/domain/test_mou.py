"""The MOU: versions both sides accept, clauses the check quotes, who has read it, the annex both sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from comms import demo, guardrails
from comms.people import Refused
from comms.store import open_partnership
from comms.wording import library
from comms.workspace import checks, incidents, mou, statements
from comms.workspace.mou import Clause, Person, Proposal
from comms.workspace.statements import Start
from monitors.database import IntegrityError
from tests.harness import World

TODAY = date(2026, 8, 1)
CLAUSE = Clause("3.2", TODAY, "Officers do not enforce school rules.", ("officer ~4 dress_code",), "")


def now() -> datetime:
    return datetime.now(UTC)


def proposal(*clauses: Clause, world: World | None = None) -> Proposal:
    people = (
        (
            Person(world.district_id, "signatory", "Elaine Brandt", "555-0101"),
            Person(world.agency_id, "liaison", "Maya Okafor", "555-0177"),
            Person(world.agency_id, "deputy", "Peter Hahn", "555-0178"),
        )
        if world
        else ()
    )
    return Proposal("MOU on school safety", TODAY, date(2027, 8, 1), clauses or (CLAUSE,), people)


def proposed(world: World, who: str = "brandt", *clauses: Clause) -> int:
    actor = world.actor(who)
    with world.store() as store:
        return mou.propose(store, actor, proposal(*clauses, world=world), now())


def accepted(world: World, who: str, mou_id: int) -> None:
    actor = world.actor(who)
    with world.store() as store:
        mou.accept(store, actor, mou_id, now())


def test_a_version_holds_when_both_sides_accepted_it_and_not_before(world: World) -> None:
    mou_id = proposed(world)
    with world.store() as store:
        assert mou.current(store) is None
        assert mou.clauses(store) == ()
    accepted(world, "okafor", mou_id)
    accepted(world, "okafor", mou_id)
    with world.store() as store:
        holding = mou.current(store)
        assert holding
        assert [p.name for p in holding.proposal.people] == ["Elaine Brandt", "Maya Okafor", "Peter Hahn"]
        assert [who for who, _ in holding.accepted.values()] == ["Elaine Brandt", "Maya Okafor"]
        assert (holding.review_due(date(2027, 7, 31)), holding.review_due(date(2027, 8, 1))) == (False, True)


def test_a_newer_version_nobody_accepted_leaves_the_older_one_in_force(world: World) -> None:
    first = proposed(world)
    accepted(world, "brightwater", first)
    second = proposed(world, "dana", replace(CLAUSE, number="9.9"))
    with world.store() as store:
        assert [m.id for m in mou.versions(store)] == [second, first]
        holding = mou.current(store)
    assert holding
    assert holding.id == first


def test_one_side_never_accepts_for_the_other(world: World) -> None:
    mou_id = proposed(world, "dana")
    row = {"mou_id": mou_id, "organisation_id": world.agency_id, "at": "2026-08-01T00:00:00Z"}
    with world.store() as store, pytest.raises(IntegrityError, match="each organization accepts for itself"):
        store.add("mou_acceptance", row | {"account_id": world.people["brandt"].id})
    with pytest.raises(Refused, match="Your seat is Communications"):
        accepted(world, "dana", mou_id)


def test_a_clause_is_quoted_with_number_and_date_where_a_text_uses_its_words(world: World) -> None:
    accepted(world, "okafor", proposed(world))
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Dress code", "fight", now())
        begun = statements.start(store, dana, about.id, Start("H", channels=("email",)), now())
        context = checks.context_of(store, begun, statements.variants(store, begun.id)[0])
    hits = guardrails.check("An officer enforced our dress code.", context)
    quoted = [h for h in hits if h.rule == "MOU"]
    assert [h.why for h in quoted] == [
        "MOU clause 3.2 (August 1, 2026): “Officers do not enforce school rules.”"
    ]


def test_the_clauses_to_begin_from_can_be_read_typed_and_checked(world: World) -> None:
    given = mou.proposed_clauses(TODAY)
    assert mou.from_lines("\n".join(map(mou.as_line, given))) == given
    clauses = tuple(
        guardrails.Clause(c.number, "August 1, 2026", c.quote, c.patterns, c.instead) for c in given
    )
    context = guardrails.Context(clauses=clauses)
    for text, number in (
        ("The officer gave the student a detention.", "3.1"),
        ("We speak on behalf of the police.", "5.1"),
        ("Body camera footage shows it.", "6.2"),
    ):
        found = [h.why for h in guardrails.check(text, context) if h.rule == "MOU"]
        assert any(why.startswith(f"MOU clause {number} ") for why in found), (text, found)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("3.2 | soon | Officers do not enforce school rules.", "has no date such as 2026-08-01"),
        (" | 2026-08-01 | Words.", "needs a number"),
        ("3.2 | 2026-08-01", "needs a number and the clause's words"),
    ],
)
def test_a_line_that_is_no_clause_is_refused_beside_its_words(line: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        mou.from_lines(f"1.1 | 2026-08-01 | We talk first.\n{line}")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"clauses": ()}, "has no clause"),
        ({"clauses": (CLAUSE, CLAUSE)}, "Clause 3.2 is there twice"),
        ({"review_on": TODAY}, "The review date lies before"),
        ({"title": "  "}, "The title is empty"),
        ({"people": (Person(99, "liaison", "Who"),)}, "who they are and for which organization"),
    ],
)
def test_a_version_that_cannot_stand_is_refused(
    world: World, change: dict[str, object], sentence: str
) -> None:
    brandt = world.actor("brandt")
    with world.store() as store, pytest.raises(Refused, match=sentence):
        mou.propose(store, brandt, replace(proposal(), **change), now())  # type: ignore[arg-type]


def test_who_has_read_which_version_is_known_by_name(world: World) -> None:
    mou_id = proposed(world)
    okafor = world.actor("okafor")
    with world.store() as store:
        mou.mark_read(store, okafor, mou_id, now())
        mou.mark_read(store, okafor, mou_id, now())
        readers = mou.readers(store, mou_id)
    assert [r.account.name for r in readers if r.at] == ["Maya Okafor"]
    assert readers[-1].account.name == "Maya Okafor"
    assert len(readers) == len(world.people)


def test_both_sides_sign_the_annex_in_exactly_its_words(world: World) -> None:
    okafor, brandt = world.actor("okafor"), world.actor("brandt")
    with world.store() as store:
        shown = mou.annex(store)
        assert "Both sides" in shown.text or "both sides" in shown.text
        with pytest.raises(Refused, match="The annex changed while you were reading"):
            mou.sign_annex(store, okafor, "0" * 64, now())
        for actor in (okafor, brandt, brandt):
            mou.sign_annex(store, actor, shown.hash, now())
        signed = mou.annex(store).signed
    assert signed[world.agency_id][0] == "Maya Okafor, Police PIO"
    assert signed[world.district_id][0] == "Elaine Brandt, Superintendent"


def test_the_page_on_roles_names_the_triad_and_what_an_officer_is_not() -> None:
    page = mou.triad()
    for word in ("Law enforcement", "Mentor", "Educator", "Not a disciplinarian", "who can say stop"):
        assert word in page


def test_the_demo_has_an_mou_and_no_first_draft_of_it_touches_a_clause(tmp_path: Path) -> None:
    demo.seed(tmp_path / "data", [], now())
    with open_partnership(tmp_path / "data") as store:
        holding = mou.current(store)
        clauses = mou.clauses(store)
    assert holding
    assert holding.holds
    context = guardrails.Context(clauses=clauses)
    for kind in ("fight", "sro-force", "sro-programme", "protest", "weapon"):
        for channel in ("email", "staff"):
            text = library.preview(kind, "H", channel, "en", "joint").text
            touched = [h for h in guardrails.check(text, context) if h.rule == "MOU"]
            assert touched == [], (kind, channel)
