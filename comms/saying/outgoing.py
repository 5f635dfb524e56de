"""What one press sends: whom each text reaches, in which order, by which means, and what came back.

Source: the domain rules, section 5: the partner first, then staff, families, the page, reporters, the board. All of
it is written into the outbox in the release's own transaction; the duty process carries it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comms import partnership
from comms.agreeing import notice
from comms.people import WRITING, Account, Actor, Refused, Seat, acting
from comms.reaching import notices, senders
from comms.saying import audiences
from comms.saying.audiences import Audience, Member
from comms.store import stamp
from comms.workspace import incidents, statements
from comms.workspace.incidents import Incident
from comms.workspace.statements import Statement, Variant
from monitors.database import Store

ORDER = ("staff", "email", "sms", "call", "web", "social", "media", "board")
"""Channels in the order they leave, after the partner's notice."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a release would do with one text: by which means, to which named lists, to how many addresses."""

    variant: Variant
    how: str
    addresses: int
    lists: tuple[Audience, ...] = ()
    senders: tuple[str, ...] = ()
    files: int = 0


@dataclass(frozen=True, slots=True)
class Receipts:
    """What came back for one text by one means. `trouble` is the newest sentence of a server, if one refused."""

    channel: str
    language: str
    means: str
    total: int
    taken: int
    failed: int
    trouble: str

    @property
    def waiting(self) -> int:
        """Messages that are still being tried."""
        return self.total - self.taken - self.failed


def in_order(texts: Sequence[Variant]) -> list[Variant]:
    """Texts in the order they leave."""
    return sorted(texts, key=lambda t: (ORDER.index(t.channel), t.id))


def reach(store: Store, statement_id: int) -> list[Reach]:
    """What "Release now" would do, one line a text, in the order it leaves."""
    about = statements.statement(store, statement_id)
    found = []
    for each in in_order(statements.variants(store, statement_id)):
        people = recipients(store, about, each.channel)
        carried = tuple(
            s.label for s in senders.senders(store, each.channel) if senders.may_carry(s, about.cls)
        )
        how = "public page" if each.channel == "web" else "e-mail" if people else "text to copy"
        lists = tuple(chosen(store, about.id, each.channel))
        files = len(statements.attached(store, each.newest.id))
        found.append(Reach(each, how, len(people), lists, carried, files))
    return found


# Whom -----------------------------------------------------------------------------------------------------------------


def chosen(store: Store, statement_id: int, channel: str) -> list[Audience]:
    """The named lists a text goes to: those chosen for this statement, else all of their kind."""
    kind = audiences.REACHED_BY.get(channel)
    if kind is None:
        return []
    ids = {
        r["audience_id"]
        for r in store.rows_of(
            "select audience_id from statement_audience where statement_id = ?", statement_id
        )
    }
    known = audiences.audiences(store, kind)
    return [a for a in known if a.id in ids] or known


def choose(store: Store, actor: Actor, statement_id: int, audience_ids: Sequence[int], now: datetime) -> None:
    """Say which lists this statement goes to; none chosen of a kind means all of that kind."""
    with acting(
        store, actor, "chose the audiences", now, seats={Seat.COMMUNICATIONS, Seat.SUPERINTENDENT}
    ) as act:
        about = statements.statement(store, statement_id)
        if statements.released(store, statement_id):
            raise Refused("This statement was released already. Nothing was changed.")
        known = {a.id: a.name for a in audiences.audiences(store)}
        ids = [i for i in dict.fromkeys(audience_ids) if i in known]
        act.record(
            f"statement {statement_id}",
            incident=f"incident {about.incident_id}",
            audiences=[known[i] for i in ids],
        )
        store.execute("delete from statement_audience where statement_id = ?", [statement_id])
        for audience_id in ids:
            store.add("statement_audience", {"statement_id": statement_id, "audience_id": audience_id})


def recipients(store: Store, about: Statement, channel: str) -> list[Member]:
    """Every address a text is mailed to, each once; a correction also goes to all who got the wrong text."""
    lists = [a.id for a in chosen(store, about.id, channel)]
    found = {m.address: m for m in audiences.members(store, channel, lists)}
    if about.corrects_release_id is not None:
        rows = store.rows_of(
            "select recipient, name from outbox where about = ? and via = 'email' and key like ?",
            f"release {about.corrects_release_id}",
            f"release {about.corrects_release_id} {channel} %",
        )
        for row in rows:
            found.setdefault(row["recipient"], Member(row["recipient"], row["name"]))
    return list(found.values())


# Going ----------------------------------------------------------------------------------------------------------------


def queue(
    store: Store, release_id: int, about: Statement, texts: Sequence[Variant], by: Account, now: datetime
) -> dict[str, int]:
    """Put everything of a release into the outbox, in order; channel -> addresses. The caller holds the transaction."""
    incident = incidents.incident(store, about.incident_id)
    if incident.drill:
        return {}
    _tell_partner(store, release_id, about, incident, by, now)
    mailed: dict[str, int] = {}
    lists: dict[str, Audience] = {}
    for each in in_order(texts):
        people = recipients(store, about, each.channel)
        mailed[each.channel] = mailed.get(each.channel, 0) + len(people)
        _queue_mail(store, release_id, each, people, now)
        _queue_senders(store, release_id, about, each, now)
        lists |= {a.name: a for a in chosen(store, about.id, each.channel)}
    for name, audience in lists.items():
        row = {"release_id": release_id, "name": name, "kind": audience.kind, "addresses": audience.count}
        store.add("release_audience", row)
    return {channel: count for channel, count in mailed.items() if count}


def _tell_partner(
    store: Store, release_id: int, about: Statement, incident: Incident, by: Account, now: datetime
) -> None:
    joint = [p for p in notice.other_side(store, about) if p.id != by.id]
    words = "\n\n".join(
        v.newest.text for v in statements.variants(store, about.id) if v.channel in {"email", "web"}
    )
    for person in joint:
        text = notices.letter(
            "released_notice.txt",
            path=f"/s/{incident.number}",
            person=person,
            by=by,
            statement=about,
            incident=incident,
            words=words,
        )
        subject = f"Released: {about.title}, incident {incident.number}"
        message = notices.Message(
            f"release {release_id} partner", person.email, subject, text, person.name, f"release {release_id}"
        )
        notices.queue(store, message, now)


def _queue_mail(
    store: Store, release_id: int, text: Variant, people: Sequence[Member], now: datetime
) -> None:
    ours = partnership.district(store)
    subject = text.newest.subject or f"From {ours.name if ours else 'the district'}"
    key = f"release {release_id} {text.channel} {text.language}"
    for member in people:
        message = notices.Message(
            key,
            member.address,
            subject,
            text.newest.text,
            member.name,
            f"release {release_id}",
            revision_id=text.newest.id,
        )
        notices.queue(store, message, now)


def _queue_senders(store: Store, release_id: int, about: Statement, text: Variant, now: datetime) -> None:
    key = f"release {release_id} {text.channel} {text.language}"
    for sender in senders.senders(store, text.channel):
        if senders.may_carry(sender, about.cls):
            message = notices.Message(
                key,
                f"sender {sender.id}",
                text.newest.subject,
                text.newest.text,
                sender.label,
                f"release {release_id}",
                via="sender",
            )
            notices.queue(store, message, now)


# What came back -------------------------------------------------------------------------------------------------------


def receipts(store: Store, release_id: int) -> list[Receipts]:
    """What came back for each text by each means, in the order it left."""
    rows = store.rows_of(
        "select key, via, case via when 'sender' then name else 'e-mail' end as means, count(*) as total, "
        "count(sent_at) as taken, count(failed_at) as failed, max(trouble) as trouble from outbox "
        "where about = ? group by key, means order by min(id)",
        f"release {release_id}",
    )
    found = []
    for row in rows:
        parts = row["key"].split()
        channel, language = (parts[2], parts[3]) if len(parts) == 4 else ("partner", "en")
        if channel == "partner" and parts[2:] != ["partner"]:
            continue  # a sign-off or a correction asked for afterwards
        found.append(
            Receipts(
                channel, language, row["means"], row["total"], row["taken"], row["failed"], row["trouble"]
            )
        )
    return found


def retry(store: Store, actor: Actor, release_id: int, now: datetime) -> int:
    """Try again what a server refused for good, e.g. after an address was mended there; how many."""
    with acting(store, actor, "tried again what was not taken", now, seats=WRITING) as act:
        rows = store.rows_of(
            "select id from outbox where about = ? and failed_at is not null and sent_at is null",
            f"release {release_id}",
        )
        for row in rows:
            store.execute(
                "update outbox set failed_at = null, next_try_at = ?, tries = 0 where id = ?",
                [stamp(now), row["id"]],
            )
        act.record(f"release {release_id}", messages=len(rows))
        act.nothing_new = not rows
        return len(rows)
