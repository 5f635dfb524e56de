"""An afternoon with everything a record holds, made by the commands people use."""

from __future__ import annotations

from datetime import UTC, datetime

from comms.agreeing import decisions
from comms.guardrails import Hit
from comms.reaching import notices
from comms.saying import audiences, releases
from comms.saying.audiences import Member
from comms.workspace import checks, facts, incidents, statements
from comms.workspace.facts import Claim
from comms.workspace.incidents import Evidence
from tests import statements_made
from tests.harness import World
from tests.statements_made import EMAIL_AFTER, Made

NOW = datetime.now(UTC)
CHILD = "Tobias Quillfeather"
PLATE = "IA 4471 KXR"
STREET = "Wendover Crescent"
NEVER_SENT = "The draft nobody approved names a cause."
FORMULA = '=HYPERLINK("http://evil.example","Click")'


def check_found(made: Made, hits: dict[str, list[Hit]] | None = None) -> None:
    """The check's results for the words as they are now, as the language process writes them down."""
    with made.world.store() as store:
        for variant in statements.variants(store, made.statement.id):
            text = checks.words(variant.newest.subject, variant.newest.text)
            found = tuple((hits or {}).get(variant.channel, ()))
            checks.keep(store, text, checks.context_of(store, made.statement, variant), found, NOW)


def hit(rule: str, words: str) -> Hit:
    """A finding that blocks."""
    return Hit(rule, "block", 0, len(words), words, "It names a person.", "")


def an_afternoon(world: World) -> Made:
    """An incident with everything in it: a name in a draft, a void approval, an objection, a text never sent."""
    made = statements_made.holding_statement(world)
    dana, okafor = world.actor("dana"), world.actor("okafor")
    made.edit("dana", "email", f"{EMAIL_AFTER}\n\n{CHILD} was there in a car with the plate {PLATE}.")
    check_found(made, {"email": [hit("B1", CHILD), hit("B3", PLATE)]})
    made.edit("dana", "email", EMAIL_AFTER)
    check_found(made)
    made.send()
    with world.store() as store:
        decisions.decide(store, okafor, made.statement.id, made.hashes(), "approve", NOW)
        facts.add(store, dana, made.incident_id, Claim(f"{CHILD} lives on {STREET}.", "district"), NOW)
        with store.atomic():
            about = incidents.incident(store, made.incident_id)
            seen = Evidence(
                "item 1", f"Crowd, says {CHILD}’s mother", FORMULA, "Courier", "https://c.example/1", NOW, NOW
            )
            incidents.add_evidence(store, about.id, (seen,), NOW)
        incidents.set_status(store, dana, about.id, "open", f"Call the family on {STREET}", NOW)
    made.edit("dana", "email", EMAIL_AFTER.replace("We will write again", "We will write to you again"))
    check_found(made)
    made.send()
    with world.store() as store:
        decisions.decide(
            store, okafor, made.statement.id, made.hashes(), "object", NOW, "Wait for the chief."
        )
    made.edit("dana", "email", EMAIL_AFTER)
    check_found(made)
    made.send()
    with world.store() as store:
        statements_made.approve_all(made)
        family = [Member("ada.fenn@homes.example", "Ada Fenn")]
        audiences.save_audience(store, dana, "All families", "families", family, NOW)
        released = releases.release(store, dana, made.statement.id, made.hashes(), NOW)
        receipt = {"id": 0}
        for row in notices.take(store, datetime.now(UTC)):
            if row["key"].startswith(f"release {released.id}"):
                receipt = row
                notices.settle(store, row, datetime.now(UTC), None)
        assert receipt["id"]
        update = statements.start(
            store, dana, made.incident_id, statements.Start("U", channels=("web",)), NOW
        )
        text = statements.variants(store, update.id)[0]
        statements.save(store, dana, text.id, text.newest.id, NEVER_SENT, "", NOW)
    return made
