"""Bad input in the joint workspace: nothing lost, nothing run, each refusal beside its cause."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from comms import guardrails
from comms.agreeing import briefs
from comms.guardrails import Context
from comms.joining import sessions
from comms.people import Refused, Seat
from comms.wording import sentences
from comms.workspace import comments, facts, incidents, notes, statements
from comms.workspace.facts import Claim
from comms.workspace.statements import Stale, Start, Statement
from tests.harness import World
from tests.statements_made import EMAIL, Made, holding_statement, release

WORD = (
    "\ufeffFamilies of Orrin Middle School —\u00a0“we’re here”…\u200b\r\n"
    "\u2022\tSoft\u00adhyphen, \u202eright to left\u202c, \u2028line separator\u0007 and a bell. 🕯️"
)
LINKED = (
    "Look at ![the bridge](http://x.example/a.png) or <img src=http://x.example/b.png onerror=alert(1)> or "
    "[here](javascript:alert(1)) <script>alert(1)</script>."
)
BRACES = "{{ 7*7 }} ${agency} {district} {% include '/etc/passwd' %} %(x)s"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def draft(world: World) -> Statement:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on Fenwick Street", "protest", now())
        return statements.start(store, dana, about.id, Start("H", channels=("email",)), now())


@pytest.mark.parametrize("text", [WORD, LINKED, BRACES])
def test_pasted_words_are_kept_to_the_character_in_every_place_they_can_be_typed(
    world: World, draft: Statement, text: str
) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        email = statements.variants(store, draft.id)[0]
        assert statements.save(store, dana, email.id, email.newest.id, text, "", now()).text == text
        comments.comment(store, dana, email.id, text, text, now())
        assert [(c.quote, c.text) for c in comments.comments(store, email.id)] == [(text, text.strip())]
        notes.write(store, dana, draft.incident_id, text, now())
        assert [n.text for n in notes.notes(store, world.people["dana"], draft.incident_id)] == [text.strip()]
        facts.add(store, dana, draft.incident_id, Claim(text, "district"), now())
        assert facts.facts(store, draft.incident_id)[0].claim == " ".join(text.split())


@pytest.mark.parametrize(
    "text", [WORD, LINKED, BRACES, "", " \n", "x" * 20_000, "\x00\x1b[2J", "]]>[[${what}]]"]
)
def test_the_check_answers_on_any_text(text: str) -> None:
    assert isinstance(guardrails.check(text, Context()), tuple)


def test_hidden_characters_do_not_hide_a_name_from_the_check() -> None:
    plain = guardrails.check("A student, Kayla Brenner, was hurt.", Context())
    hidden = guardrails.check("A student, Kay\u200bla Bren\u00adner, was hurt.", Context())
    assert "B1" in {h.rule for h in plain}
    assert "B1" in {h.rule for h in hidden}


def test_braces_in_a_headline_and_a_fact_stay_as_typed_all_the_way_out(world: World) -> None:
    okafor, dana = world.actor("okafor"), world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, f"Group {BRACES}"[:120], "protest", now())
        facts.add(store, okafor, about.id, Claim(f"It was {BRACES}.", "agency"), now(), confirm=True)
        begun = statements.start(store, dana, about.id, Start("H", channels=("email", "web")), now())
        for variant in statements.variants(store, begun.id):
            assert BRACES in variant.newest.text
            assert "49" not in variant.newest.text.replace("2:49", "").replace(":49", "")
        mail = "\n".join(r["text"] for r in store.rows_of("select text from outbox"))
    assert "{{ 7*7 }}" in mail
    assert "root:" not in mail


def test_two_people_saving_in_the_same_second_lose_nothing(world: World, draft: Statement) -> None:
    at = now()
    with world.store() as store:
        base = statements.variants(store, draft.id)[0]
    outcomes: dict[str, object] = {}
    gate = threading.Barrier(2)

    def save(who: str) -> None:
        actor = world.actor(who, at)
        gate.wait()
        with world.store() as store:
            try:
                text = f"Words of {who}."
                outcomes[who] = statements.save(store, actor, base.id, base.newest.id, text, "", at)
            except Stale as stale:
                outcomes[who] = stale

    people = [threading.Thread(target=save, args=(who,)) for who in ("dana", "okafor")]
    for each in people:
        each.start()
    for each in people:
        each.join()
    (late,) = [who for who, what in outcomes.items() if isinstance(what, Stale)]
    (first,) = set(outcomes) - {late}
    with world.store() as store:
        assert statements.variants(store, draft.id)[0].newest.text == f"Words of {first}."
        kept = statements.kept(store, world.people[late].id, base.id)
    assert kept
    assert (kept.text, kept.base_id) == (f"Words of {late}.", base.newest.id)


def test_two_facts_confirmed_in_the_same_second_leave_one_standing(world: World, draft: Statement) -> None:
    okafor = world.actor("okafor")
    at = now()
    with world.store() as store:
        first = facts.add(store, okafor, draft.incident_id, Claim("It was 12 people.", "agency"), at)
        second = facts.dispute(store, okafor, first, Claim("It was 21 people.", "agency"), at)
        facts.confirm(store, okafor, first, at)
        with pytest.raises(Refused, match="no longer stands"):
            facts.confirm(store, okafor, second, at)
        assert [f.status for f in facts.facts(store, draft.incident_id)] == ["confirmed", "superseded"]


def test_a_tab_from_yesterday_keeps_the_words_says_who_is_signed_out_and_changes_nothing(
    world: World, draft: Statement
) -> None:
    yesterday = now() - timedelta(hours=20)
    dana = world.actor("dana", yesterday)
    with world.store() as store:
        base = statements.variants(store, draft.id)[0]
        with pytest.raises(Refused) as refused:
            statements.save(store, dana, base.id, base.newest.id, "Words typed in an old tab.", "", now())
        assert "sign" in str(refused.value).lower()
        kept = statements.kept(store, dana.account_id, base.id)
        assert kept
        assert kept.text == "Words typed in an old tab."
        assert statements.variants(store, draft.id)[0].newest.id == base.newest.id


def test_a_tab_from_yesterday_shows_the_text_of_yesterday_as_an_older_one(
    world: World, draft: Statement
) -> None:
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        old = statements.variants(store, draft.id)[0]
        statements.save(store, okafor, old.id, old.newest.id, "New words of today.", "", now())
        sessions.sign_out(store, dana, now())
        again = world.actor("dana")
        with pytest.raises(Stale) as stale:
            statements.save(store, again, old.id, old.newest.id, "Old words.", "", now())
    assert stale.value.theirs.text == "New words of today."
    assert stale.value.mine == "Old words."


def test_a_long_text_is_cut_into_sentences_and_compared_in_good_time(world: World) -> None:
    long = " ".join(f"Group {n} stood on the overpass at 2:{n % 60:02} p.m." for n in range(380))[:19_900]
    made = holding_statement(world, {"email": EMAIL})
    release(made)
    dana = world.actor("dana")
    from comms.workspace import divergence

    with world.store() as store:
        update = statements.start(store, dana, made.incident_id, Start("U", channels=("email",)), now())
        email = statements.variants(store, update.id)[0]
        statements.save(store, dana, email.id, email.newest.id, long, "", now())
        begun = datetime.now(UTC)
        divergence.divergences(store, update)
        assert (datetime.now(UTC) - begun).total_seconds() < 3
    assert len(sentences.sentences(long)) > 300


def test_an_approver_reads_the_pasted_words_as_they_are(world: World) -> None:
    made: Made = holding_statement(world, {"email": f"{EMAIL}\n\n{LINKED}"})
    with world.store() as store:
        brief = briefs.brief(store, made.statement.id, world.people["okafor"], Seat.PIO)
    assert LINKED in brief.passages[0].variant.newest.text
