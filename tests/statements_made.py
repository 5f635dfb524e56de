"""A holding statement in the middle of its way, made by the commands people use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from comms import asks, facts, incidents, links, statements
from comms.asks import Ask
from comms.facts import Claim
from comms.people import Seat
from comms.statements import Start, Statement
from tests.harness import World

EMAIL = """We know that seeing this near a school is upsetting. This is what Alder Falls School District and Alder Falls \
Police Department can confirm.

At about 2:45 p.m. a group stood on the Fenwick Street overpass. The group left at 3:05 p.m. This was an isolated \
incident.

We do not yet know who the people were. Police are asking that question; the district is with students and staff.

Families need to do nothing. Orrin Middle School dismisses at 3:40 p.m. as usual. We will write again by 4:00 p.m., even \
if nothing is new. Questions: 555-0142."""
SMS = "AFSD+AFPD: A group stood on Fenwick St overpass near Orrin MS and left. Dismissal as usual. Next update 4:00 p.m."
EMAIL_AFTER = EMAIL.replace(
    "The group left at 3:05 p.m. This was an isolated incident.",
    "The group has left. Police report no injuries as of 3:17 p.m.",
)


@dataclass(frozen=True, slots=True)
class Made:
    """The incident and its statement, with the numbers tests name."""

    world: World
    incident_id: int
    statement: Statement

    def hashes(self) -> dict[int, str]:
        """Variant -> hash of its newest words."""
        with self.world.store() as store:
            return {v.id: v.newest.hash for v in statements.variants(store, self.statement.id)}

    def ask(self, seat: Seat) -> Ask:
        """The newest ask of a seat."""
        with self.world.store() as store:
            asked = asks.newest_ask(store, self.statement.id, seat)
        assert asked is not None
        return asked

    def link(self, seat: Seat) -> str:
        """The path in that ask's message."""
        return f"/approve/{links.sign(self.world.data, 'approve', {'ask': self.ask(seat).id})}"

    def edit(self, who: str, channel: str, text: str) -> None:
        """Save new words for one channel."""
        now = datetime.now(UTC)
        actor = self.world.actor(who)
        with self.world.store() as store:
            variant = next(v for v in statements.variants(store, self.statement.id) if v.channel == channel)
            statements.save(store, actor, variant.id, variant.newest.id, text, variant.newest.subject, now)

    def send(self, who: str = "dana") -> None:
        """Send the words as they are now for approval."""
        actor = self.world.actor(who)
        with self.world.store() as store:
            asks.send(store, actor, self.statement.id, datetime.now(UTC))


def holding_statement(world: World, texts: Mapping[str, str] | None = None, voice: str = "joint") -> Made:
    """Dana opens an incident at the overpass, both sides state facts, and she writes and sends the first words."""
    texts = texts or {"email": EMAIL, "sms": SMS, "web": EMAIL}
    now = datetime.now(UTC)
    dana, okafor = world.actor("dana"), world.actor("okafor")
    with world.store() as store:
        about = incidents.open_by_hand(
            store, dana, "Demonstration on Fenwick Street overpass", "protest", now
        )
        for actor, claim, owner, confirm in (
            (okafor, "A group stood on the Fenwick Street overpass.", "agency", True),
            (okafor, "No injuries.", "agency", True),
            (dana, "Nobody was arrested.", "agency", False),
            (dana, "Orrin Middle School dismisses at 3:40 p.m. as usual.", "district", True),
        ):
            facts.add(store, actor, about.id, Claim(claim, owner), now, confirm=confirm)
        how = Start("H", voice=voice, channels=tuple(texts))
        statement = statements.start(store, dana, about.id, how, now)
        for variant in statements.variants(store, statement.id):
            statements.save(
                store,
                dana,
                variant.id,
                variant.newest.id,
                texts[variant.channel],
                variant.newest.subject,
                now,
            )
        for variant in statements.variants(store, statement.id):
            if "{" in variant.newest.subject or "[" in variant.newest.subject:
                subject = "Demonstration near Orrin Middle School"
                statements.save(store, dana, variant.id, variant.newest.id, variant.newest.text, subject, now)
    made = Made(world, about.id, statement)
    made.send()
    return made
