"""A holding statement in the middle of its way, made by the commands people use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from comms import guardrails, links
from comms.agreeing import asks, decisions
from comms.agreeing.asks import Ask
from comms.people import Seat
from comms.saying import audiences, releases
from comms.saying.audiences import Member
from comms.saying.releases import Released
from comms.store import stamp
from comms.workspace import checks, facts, incidents, statements
from comms.workspace.facts import Claim
from comms.workspace.statements import Start, Statement
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


WEB = """What to do: You do not need to do anything now.

We know this news is upsetting. This is what we can confirm at 3:17 p.m.

At about 2:45 p.m. a group stood on the Fenwick Street overpass. The group has left. Police report no injuries.

We do not yet know who the people were. Police are working to find out. Staff are with students.

We will write again by 4:00 p.m., even if nothing is new. Questions? Call 555-0142.

Who says what: Alder Falls Police Department speaks for all police facts in this text. Alder Falls School District \
speaks for all school facts.

Alder Falls School District and Alder Falls Police Department"""
SUBJECTS = {
    "H": "Demonstration near Orrin Middle School",
    "U": "Update: Demonstration near Orrin Middle School",
    "C": "Correction: Demonstration near Orrin Middle School",
}


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


def turned_since(made: Made, heard_at: datetime) -> None:
    """The incident's story turned: as `turns.attach` keeps it when a report of KXTV 9 News is heard."""
    at = stamp(heard_at)
    row = {"incident_id": made.incident_id, "item_key": "kxtv.example/feed 7", "subject": "hurt"}
    row |= {"sentence": "from 3 hurt to 2 hurt", "quote": "Two people were hurt, police say."}
    row |= {"title": "Update on the overpass", "outlet": "KXTV 9 News", "link": "https://kxtv.example/7"}
    with made.world.store() as store:
        store.add(
            "incident_turn", row | {"proposed_class": "F", "told_at": at, "heard_at": at, "added_at": at}
        )


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
    return _written(world, about.id, Start("H", voice=voice, channels=tuple(texts)), texts)


def next_statement(
    made: Made, phase: str, texts: Mapping[str, str], corrects: Released | None = None, language: str = "en"
) -> Made:
    """The incident's next statement, written and sent: an update, a resolution or a correction."""
    how = Start(
        phase,
        channels=tuple(texts),
        languages=(language,),
        corrects_release_id=corrects.id if corrects else None,
    )
    return _written(made.world, made.incident_id, how, texts)


def _written(world: World, incident_id: int, how: Start, texts: Mapping[str, str]) -> Made:
    now = datetime.now(UTC)
    dana = world.actor("dana")
    with world.store() as store:
        statement = statements.start(store, dana, incident_id, how, now)
        for variant in statements.variants(store, statement.id):
            first, text = variant.newest, texts[variant.channel]
            subject = "" if variant.channel == "sms" else SUBJECTS[how.phase]
            statements.save(store, dana, variant.id, first.id, text, subject, now)
    made = Made(world, incident_id, statement)
    made.send()
    return made


def answer_the_check(made: Made) -> None:
    """Run the real check on every text and answer what it finds, as Dana and Dr. Brandt would."""
    now = datetime.now(UTC)
    dana, brandt = made.world.actor("dana"), made.world.actor("brandt")
    with made.world.store() as store:
        for variant in statements.variants(store, made.statement.id):
            context = checks.context_of(store, made.statement, variant)
            text = checks.words(variant.newest.subject, variant.newest.text)
            hits = guardrails.check(text, context)
            checks.keep(store, text, context, hits, now)
            for answered in checks.answered(store, made.statement, variant, hits):
                if answered.may == guardrails.ANYONE:
                    checks.answer(store, dana, variant.id, answered.hit, "tick", "", now)
                else:
                    checks.answer(store, brandt, variant.id, answered.hit, "keep", "Agreed by phone.", now)


def approve_all(made: Made) -> None:
    """The police approve, then the superintendent signs, the words as they are now."""
    for who in ("okafor", "brandt"):
        actor = made.world.actor(who)
        with made.world.store() as store:
            decisions.decide(store, actor, made.statement.id, made.hashes(), "approve", datetime.now(UTC))


def release(made: Made) -> Released:
    """Everything up to and with the press that sends it."""
    answer_the_check(made)
    approve_all(made)
    dana = made.world.actor("dana")
    now = datetime.now(UTC)
    with made.world.store() as store:
        if not audiences.audiences(store, "families"):
            audiences.save_audience(
                store, dana, "All families", "families", [Member("a@homes.example", "A")], now
            )
        return releases.release(store, dana, made.statement.id, made.hashes(), now)
