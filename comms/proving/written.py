"""What was written about an incident and what people answered to it: every revision, every answer, void ones too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from comms.people import SEAT_NAMES, Seat
from comms.proving import veil
from comms.proving.veil import Veil
from comms.saying import releases
from comms.store import moment
from comms.workspace import statements, timeline
from comms.workspace.statements import Revision, Statement
from monitors.database import Store


@dataclass(frozen=True, slots=True)
class Text:
    """One revision with what became of it: "released", "draft, never sent", or "draft, replaced by revision 3"."""

    statement: Statement
    channel: str
    language: str
    revision: Revision
    became: str
    released: bool

    @property
    def called(self) -> str:
        """What people call this text."""
        return f"{self.statement.title}, {timeline.text_words(f'{self.channel} {self.language}')}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of one person on one text, and whether it still stands."""

    at: datetime
    who: str
    seat: str
    for_whom: str
    answer: str
    reason: str
    text: Text
    stands: str

    @property
    def void(self) -> bool:
        """An approval of words that are no longer there."""
        return self.answer == "approve" and self.stands.startswith("void")


def texts(store: Store, incident_id: int) -> list[Text]:
    """Every revision of every text of an incident, in the order it was written."""
    found = []
    for about in reversed(statements.of_incident(store, incident_id)):
        went = releases.of_statement(store, about.id)
        sent = {v.newest.id for v in went.texts} if went else set()
        for variant in statements.variants(store, about.id):
            for each in statements.revisions(store, variant.id):
                newest = each.id == variant.newest.id
                became = (
                    "released"
                    if each.id in sent
                    else ("draft, never sent" if newest else f"draft, replaced by revision {each.number + 1}")
                )
                found.append(Text(about, variant.channel, variant.language, each, became, each.id in sent))
    return sorted(found, key=lambda text: text.revision.id)


def answers(store: Store, written: Iterable[Text]) -> list[Answer]:
    """Every approval and objection on these texts, in the order given, void ones too."""
    by_revision = {text.revision.id: text for text in written}
    newest: dict[int, int] = {}
    for text in by_revision.values():
        newest[text.revision.variant_id] = text.revision.id
    rows = store.rows_of(
        "select decision.*, a.name as who, b.name as for_whom, "
        "(select min(d.at) from decision d where d.variant_id = decision.variant_id and d.seat = decision.seat "
        " and d.id > decision.id and d.revision_id = decision.revision_id) as again "
        "from decision join account a on a.id = account_id left join account b on b.id = for_account_id "
        "order by decision.id"
    )
    return [
        Answer(
            at=moment(row["at"]) or datetime.min,
            who=row["who"],
            seat=SEAT_NAMES[Seat(row["seat"])],
            for_whom=row["for_whom"] or "",
            answer=row["answer"],
            reason=row["reason"],
            text=by_revision[row["revision_id"]],
            stands=_stands(row, by_revision[row["revision_id"]], newest),
        )
        for row in rows
        if row["revision_id"] in by_revision
    ]


def _stands(row: Mapping[str, object], text: Text, newest: Mapping[int, int]) -> str:
    if newest[text.revision.variant_id] != text.revision.id:
        return f"void: the text changed in revision {text.revision.number + 1}"
    if row["again"]:
        return "replaced by a later answer of this seat"
    return "stands"


def words_of(text: Text, cover: Veil, unchecked: Collection[int]) -> str:
    """A revision's words as this copy shows them: drafts by choice, never-checked drafts never."""
    whole = (
        f"{text.revision.subject}\n\n{text.revision.text}" if text.revision.subject else text.revision.text
    )
    if cover.public and not text.released and (text.revision.id in unchecked or cover.hides("drafts")):
        return veil.mark("drafts")
    return cover.text(whole)


def hash_shown(text: Text, cover: Veil) -> str:
    """The SHA-256 of a text, where it gives nothing away."""
    whole = f"{text.revision.subject}\n\n{text.revision.text}"
    open_text = not cover.public or (text.released and cover.text(whole) == whole)
    return text.revision.hash if open_text else ""


def path_of(text: Text) -> str:
    """Where a revision's words lie in the folder: numbers and our own words only."""
    kind = text.statement.title.lower().replace(" ", "-")
    return (
        f"texts/{text.statement.id}-{kind}/{text.channel}-{text.language}-revision-{text.revision.number}.txt"
    )
