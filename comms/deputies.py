"""Deputies: who may stand in for whom, in which seat, between which moments. Named beforehand, dated, revocable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comms.people import APPROVING, Actor, Refused, Seat, account, acting
from comms.store import moment, stamp
from monitors.database import Store


@dataclass(frozen=True, slots=True)
class Deputy:
    """Who may stand in for whom, in which seat, between which two moments (aware UTC). `named_by` and `named_at` are
    known once it was named."""

    account_id: int
    for_account_id: int
    seat: Seat
    from_at: datetime
    until_at: datetime
    named_by: int = 0
    named_at: datetime | None = None


def name_deputy(store: Store, actor: Actor, deputy: Deputy, now: datetime) -> int:
    """Name a deputy of the own organisation beforehand: by the person, or by their administrator."""
    with acting(store, actor, "named a deputy", now, seats=APPROVING | {Seat.ADMINISTRATOR}) as act:
        person, stands_in = account(store, deputy.for_account_id), account(store, deputy.account_id)
        if act.account.id != person.id and act.account.seat is not Seat.ADMINISTRATOR:
            raise Refused(f"Only {person.called} or an administrator names this deputy.")
        if {person.organisation_id, stands_in.organisation_id} != {act.account.organisation_id}:
            raise Refused("A deputy is named inside one organization. Nothing was saved.")
        if stands_in.id == person.id:
            raise Refused("Nobody is their own deputy. Choose another person.")
        if stands_in.sro:
            raise Refused("A school resource officer never approves, also not as a deputy.")
        if deputy.until_at <= deputy.from_at:
            raise Refused("The end lies before the start. Choose a later end; the rest is kept.")
        deputy_id = store.add(
            "deputy",
            {
                "seat": str(person.seat),
                "account_id": stands_in.id,
                "for_account_id": person.id,
                "from_at": stamp(deputy.from_at),
                "until_at": stamp(deputy.until_at),
                "named_by": act.account.id,
                "named_at": stamp(now),
            },
        )
        act.record(f"account {stands_in.id}", deputy_for=person.name, until=stamp(deputy.until_at))
        return deputy_id


def revoke_deputy(store: Store, actor: Actor, deputy_id: int, now: datetime) -> None:
    """End a deputyship now."""
    with acting(store, actor, "revoked a deputy", now, seats=APPROVING | {Seat.ADMINISTRATOR}) as act:
        row = store.row_of("select for_account_id from deputy where id = ?", deputy_id)
        person = account(store, row["for_account_id"]) if row else None
        mine = person is not None and person.id == act.account.id
        own = person is not None and person.organisation_id == act.account.organisation_id
        if not (mine or (own and act.account.seat is Seat.ADMINISTRATOR)):
            raise Refused(
                "A deputy is revoked by the person, or by their own administrator. Nothing was changed."
            )
        store.execute(
            "update deputy set revoked_at = ? where id = ? and revoked_at is null", [stamp(now), deputy_id]
        )
        act.record(f"deputy {deputy_id}")


def deputies(store: Store, now: datetime) -> list[Deputy]:
    """Every deputyship that holds at `now`."""
    rows = store.rows_of(
        "select * from deputy where revoked_at is null and from_at <= ? and until_at > ?",
        stamp(now),
        stamp(now),
    )
    return [
        Deputy(
            row["account_id"],
            row["for_account_id"],
            Seat(str(row["seat"])),
            moment(row["from_at"]) or now,
            moment(row["until_at"]) or now,
            row["named_by"],
            moment(row["named_at"]),
        )
        for row in rows
    ]
