"""What went out, as it will always be: the releases of statements and incidents, and what the public may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comms.store import moment
from comms.workspace import checks, incidents, statements
from comms.workspace.statements import Statement, Variant
from monitors.database import Store


@dataclass(frozen=True, slots=True)
class Released:
    """One release as it will always be: the texts are the revisions that were approved."""

    id: int
    statement: Statement
    slug: str
    number: int
    at: datetime
    by: str
    without: str
    texts: tuple[Variant, ...]
    corrected_by: int | None
    withdrawn_at: datetime | None = None


def released(store: Store, release_id: int) -> Released:
    """One release with its texts, as they went out."""
    row = store.row_of(
        "select release.*, account.name as by_name, "
        "(select r.id from release r join statement s on s.id = r.statement_id where s.corrects_release_id = release.id) as corrected_by, "
        "(select at from withdrawal where release_id = release.id) as withdrawn_at "
        "from release join account on account.id = by_account_id where release.id = ?",
        release_id,
    )
    if row is None:
        raise KeyError(release_id)
    texts = []
    for text in store.rows_of(
        "select variant_id, revision_id from release_text where release_id = ?", release_id
    ):
        variant = statements.variant(store, text["variant_id"])
        newest = statements.revision(store, text["revision_id"])
        texts.append(Variant(variant.id, variant.statement_id, variant.channel, variant.language, newest))
    return Released(
        id=row["id"],
        statement=statements.statement(store, row["statement_id"]),
        slug=row["slug"],
        number=row["number"],
        at=datetime.fromisoformat(row["at"]),
        by=row["by_name"],
        without=row["without"],
        texts=tuple(texts),
        corrected_by=row["corrected_by"],
        withdrawn_at=moment(row["withdrawn_at"]),
    )


def of_statement(store: Store, statement_id: int) -> Released | None:
    """The release of a statement, if it went out."""
    row = store.row_of("select id from release where statement_id = ?", statement_id)
    return released(store, row["id"]) if row else None


def of_incident(store: Store, incident_id: int) -> list[Released]:
    """The releases of an incident, newest first."""
    rows = store.rows_of(
        "select release.id from release join statement on statement.id = statement_id where incident_id = ? "
        "order by release.id desc",
        incident_id,
    )
    return [released(store, row["id"]) for row in rows]


def public_incident(store: Store, number: str) -> incidents.Incident | None:
    """The incident behind a public address, when something of it was released and it is no drill."""
    row = store.row_of(
        "select incident.id from incident where number = ? and not drill and exists (select 1 from release "
        "join statement on statement.id = statement_id where incident_id = incident.id)",
        number,
    )
    return incidents.incident(store, row["id"]) if row else None


def newest_public(store: Store, most: int = 50) -> list[Released]:
    """What was released to the public page, newest first, drills apart."""
    rows = store.rows_of(
        "select release.id from release join statement on statement.id = statement_id "
        "join incident on incident.id = incident_id where not drill and exists (select 1 from release_text "
        "join variant on variant.id = variant_id where release_id = release.id and channel = 'web') "
        "order by release.id desc limit ?",
        most,
    )
    return [released(store, row["id"]) for row in rows]


def copy_text(variant: Variant) -> str:
    """The text of a channel ready to be pasted into the district's own system."""
    return checks.words(variant.newest.subject, variant.newest.text)
