"""The joint workspace on screen: comments, facts under sentences, differences, languages, texts apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from comms.people import Actor
from comms.workspace import comments, facts, incidents, statements, translations
from comms.workspace.facts import Claim
from comms.workspace.statements import Start
from tests.harness import World, as_read
from tests.statements_made import EMAIL, Made, holding_statement

Screen = Callable[[str, Actor | None], Any]


def now() -> datetime:
    return datetime.now(UTC)


def shown(screen: Screen, script: str, actor: Actor, **query: int | str) -> Any:
    page = screen(script, actor)
    for name, value in query.items():
        page.query_params[name] = str(value)
    page.run()
    assert not page.exception, page.exception
    return page


def seen(page: Any) -> str:
    kinds = ("title", "header", "caption", "text", "markdown", "error", "success", "button", "expander")
    found = [
        str(getattr(e, "value", "") or getattr(e, "label", "")) for kind in kinds for e in page.get(kind)
    ]
    return "\n".join([*map(as_read, found), *(h.proto.body for h in page.get("html"))])


def press(page: Any, label: str) -> Any:
    next(b for b in page.button if b.label == label).click()
    page.run()
    assert not page.exception, page.exception
    return page


def test_a_passage_is_commented_and_the_comment_stands_before_the_approver(
    world: World, screen: Screen
) -> None:
    made = holding_statement(world, {"email": EMAIL})
    page = shown(screen, "statement.py", world.actor("dana"), statement=made.statement.id)
    with world.store() as store:
        email = statements.variants(store, made.statement.id)[0].id
    page.selectbox(key=f"comment {email} passage").set_value("This was an isolated incident.")
    page.text_area(key=f"comment {email} text").set_value("Who **says** so? ![x](http://x.example/x.png)")
    page = press(page, "Add the comment")
    assert "Who **says** so? ![x](http://x.example/x.png)" in seen(page)
    approver = shown(screen, "approvals.py", world.actor("okafor"))
    assert "Who **says** so?" in seen(approver)
    assert "On “This was an isolated incident.”" in seen(approver)
    with world.store() as store:
        one = comments.comments(store, email)[0]
    page = shown(screen, "statement.py", world.actor("okafor"), statement=made.statement.id)
    page = press(page, "Resolve the comment")
    assert f"Resolved by {world.people['okafor'].name}" in seen(page)
    assert one.text not in seen(shown(screen, "approvals.py", world.actor("okafor")))


def test_a_fact_is_put_in_and_the_changed_fact_is_listed_on_the_incident(
    world: World, screen: Screen
) -> None:
    made = holding_statement(world, {"email": EMAIL})
    dana = world.actor("dana")
    page = shown(screen, "statement.py", dana, statement=made.statement.id)
    assert "Put this fact in" in [b.label for b in page.button]
    page = press(page, "Put this fact in")
    with world.store() as store:
        text = statements.variants(store, made.statement.id)[0].newest.text
        sheet = facts.facts(store, made.incident_id)
    put = next(f for f in sheet if f.claim in text and f.claim not in EMAIL)
    with world.store() as store:
        who = world.actor("okafor") if put.owner == "agency" else dana
        facts.change(store, who, put.id, Claim("It was otherwise, 14 people came.", put.owner), now())
    incident = shown(screen, "incidents.py", dana, incident=made.incident_id)
    assert "What changed facts touch" in seen(incident)
    assert "The sheet now has: It was otherwise, 14 people came." in seen(incident)


def test_a_side_s_own_text_shows_what_needs_the_other_and_who_may_tick(world: World, screen: Screen) -> None:
    text = "Our schools are open.\n\nOne person is in custody."
    made = holding_statement(world, {"email": text}, voice="district")
    mine = shown(screen, "statement.py", world.actor("dana"), statement=made.statement.id)
    assert "Needs the police" in seen(mine)
    assert "Vouch for it for the police" not in seen(mine)
    theirs = shown(screen, "statement.py", world.actor("okafor"), statement=made.statement.id)
    theirs = press(theirs, "Vouch for it for the police")
    assert "Needs the police" not in seen(theirs)


def test_both_quotes_of_a_difference_are_on_the_page_and_a_reason_settles_it(
    world: World, screen: Screen
) -> None:
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on the overpass", "protest", now())
        for actor, voice, count in ((dana, "district", "21"), (okafor, "police", "Twelve")):
            how = Start("H", voice=voice, channels=("email",))
            begun = statements.start(store, actor, about.id, how, now())
            email = statements.variants(store, begun.id)[0]
            words = f"We speak.\n\n{count} people stood on the overpass."
            statements.save(store, actor, email.id, email.newest.id, words, "", now())
    page = shown(screen, "statement.py", okafor, statement=begun.id)
    assert "“21 people stood on the overpass.”" in seen(page)
    assert "“Twelve people stood on the overpass.”" in seen(page)
    page.text_input(key=f"why {begun.id} 0").set_value("Counted at two times.")
    page = press(page, "Let both stand")
    assert "Both stand" in seen(page)
    assert "Counted at two times." in seen(page)


def test_spanish_is_added_and_its_staleness_shows_the_change_it_has_not_followed(
    world: World, screen: Screen
) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on the overpass", "protest", now())
        begun = statements.start(store, dana, about.id, Start("H", channels=("email",)), now())
    page = shown(screen, "statement.py", dana, statement=begun.id)
    page = press(page, "Add Spanish")
    made = Made(world, about.id, begun)
    with world.store() as store:
        english = statements.variants(store, begun.id)[0]
        changed = english.newest.text.replace("upsetting", "hard to hear")
        statements.save(store, dana, english.id, english.newest.id, changed, "", now())
        assert len(translations.stale(store, statements.variants(store, begun.id))) == 1
    page = shown(screen, "statement.py", dana, statement=made.statement.id)
    assert "hard to hear</ins>" in seen(page)
    assert "The Spanish e-mail is older than the English" in seen(page)
    page = press(page, "The Spanish still says the same")
    assert "older than the English" not in seen(page)


def test_each_side_starts_its_own_text_and_never_the_other_s(world: World, screen: Screen) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "An officer was arrested", "officer-arrest", now())
    page = shown(screen, "incidents.py", dana, incident=about.id)
    assert "Separate is the honest form" in seen(page)
    labels = [b.label for b in page.button]
    assert "Start the district's own text" in labels
    assert "Start the police's own text" not in labels
    press(page, "Start the district's own text")
    with world.store() as store:
        assert [(s.voice, s.phase) for s in statements.of_incident(store, about.id)] == [("district", "H")]


def test_the_mou_is_proposed_accepted_and_read_on_the_partnership_screen(
    world: World, screen: Screen
) -> None:
    page = shown(screen, "partnership.py", world.actor("brandt"), view="mou")
    assert "None is entered yet." in seen(page)
    page = page.toggle(key="mou wanted").set_value(True).run()
    page.text_area(key="mou people").set_value(
        "AFPD | liaison | Sgt. Maya Okafor | 555-0177\nmayor | liaison | X | 1"
    )
    page = press(page, "Propose this version")
    assert "“mayor | liaison | X | 1” needs a side, a role and a name." in seen(page)
    assert page.text_area(key="mou people").value.endswith("mayor | liaison | X | 1")
    page.text_area(key="mou people").set_value("AFPD | liaison | Sgt. Maya Okafor | 555-0177")
    page = press(page, "Propose this version")
    assert "Proposed. It holds once both sides have accepted it." in seen(page)
    theirs = shown(screen, "partnership.py", world.actor("okafor"), view="mou")
    assert "Alder Falls Police Department: not accepted yet" in seen(theirs)
    theirs = press(theirs, "Accept it for the agency")
    theirs = press(theirs, "I have read this version")
    assert "Read by 1 of 9" in seen(theirs)
    assert "Accepted by both" in seen(theirs) or ":green-badge" in seen(theirs)
    theirs = press(theirs, "Sign the media annex")
    assert "Alder Falls Police Department: Maya Okafor, Police PIO" in seen(theirs)


def test_crime_school_rule_or_not_known_is_asked_on_the_incident_and_says_what_follows(
    world: World, screen: Screen
) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Phones in class", "fight", now())
    page = shown(screen, "incidents.py", dana, incident=about.id)
    assert "Is it a crime, a school rule, or not known?" in seen(page)
    page = press(page, "A school rule")
    assert "No officer is called" in seen(page)
    assert "It is a crime" in [b.label for b in page.button]


def test_an_officer_is_asked_across_from_the_incident_and_the_other_side_agrees(
    world: World, screen: Screen
) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Crowd at dismissal", "protest", now())
    page = shown(screen, "incidents.py", dana, incident=about.id)
    for name, value in (
        ("what", "An officer stands at the north door"),
        ("by", "Principal Ruiz"),
        ("why", "A crowd"),
    ):
        page.text_input(key=f"across {name}").set_value(value)
    page = press(page, "Ask both sides")
    assert "Say what ends it." in seen(page)
    assert page.text_input(key="across what").value == "An officer stands at the north door"
    page.text_input(key="across ends").set_value("the buses have left")
    page.text_input(key="across stop").set_value("Dr. Brandt")
    page = press(page, "Ask both sides")
    assert "Agree for our side" not in [b.label for b in page.button]
    theirs = shown(screen, "incidents.py", world.actor("okafor"), incident=about.id)
    theirs = press(theirs, "Agree for our side")
    assert "Dr. Brandt can say stop." in seen(theirs)
    theirs = press(theirs, "End it now")
    assert "Keep the debrief" in [b.label for b in theirs.button]


def test_any_sentence_of_a_report_becomes_a_row_in_one_press_with_its_source(
    world: World, screen: Screen
) -> None:
    dana = world.actor("dana")
    body = "Officers arrived at 2:45 p.m. About a dozen people stood there."
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on the overpass", "protest", now())
        with store.atomic():
            said = incidents.Evidence(
                "k", "Police at overpass", body, "KXTV", "https://kxtv.example/1", now(), now()
            )
            incidents.add_evidence(store, about.id, [said], now())
    page = shown(screen, "incidents.py", dana, incident=about.id)
    page.button(key="take 2").click().run()
    with world.store() as store:
        (fact,) = facts.facts(store, about.id)
    assert (fact.claim, fact.said_by, fact.link, fact.status) == (
        "About a dozen people stood there.",
        "KXTV",
        "https://kxtv.example/1",
        "unconfirmed",
    )


def test_a_fact_shows_the_time_it_speaks_of_and_leads_to_its_source(world: World, screen: Screen) -> None:
    dana = world.actor("dana")
    with world.store() as store:
        about = incidents.open_by_hand(store, dana, "Group on the overpass", "protest", now())
        claim = Claim("The group left.", "district", "front office", "https://kxtv.example/1", "3:05 PM")
        facts.add(store, dana, about.id, claim, now())
    page = shown(screen, "incidents.py", dana, incident=about.id)
    assert "speaks of 3:05 PM" in seen(page)
    assert "https://kxtv.example/1" in [each.proto.url for each in page.get("link_button")]
