"""What the two sides change about themselves: how they are called and reached, a further agency, how mail leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from comms import entered
from comms.partnership import (
    SETTING_UP,
    Mail,
    Organisation,
    insert_organisation,
    profile,
    write_profile,
)
from comms.people import (
    Account,
    Actor,
    NewAccount,
    Refused,
    Seat,
    account,
    acting,
    checked_name,
    insert_account,
)
from comms.store import moment, stamp
from monitors.database import Store

MAIL_SECURITY = {
    "starttls": "STARTTLS (usual, port 587)",
    "tls": "TLS (port 465)",
    "none": "None (a relay inside)",
}


def may_change(store: Store, person: Account, organisation_id: int) -> bool:
    """Each side changes its own entry; the district may fill in an agency until somebody of the agency has come."""
    if person.seat not in SETTING_UP:
        return False
    if person.organisation_id == organisation_id:
        return True
    return person.side == "district" and not _someone_there(store, organisation_id)


def _someone_there(store: Store, organisation_id: int) -> bool:
    sql = "select 1 from account where organisation_id = ? and active and password_hash <> '' limit 1"
    return store.row_of(sql, organisation_id) is not None


def change_organisation(
    store: Store, actor: Actor, changed: Organisation, also_written: Sequence[str], now: datetime
) -> None:
    """Save how an organization is called and reached; `changed.id` says which. Raises Refused."""
    with acting(store, actor, "changed an organization", now, seats=SETTING_UP) as act:
        row = store.row_of("select kind from organisation where id = ?", changed.id)
        if row is None:
            raise Refused("That organization is not part of this partnership. Nothing was saved.")
        if not may_change(store, act.account, changed.id):
            raise Refused("Each organization changes its own entry. Ask the other side's administrator.")
        name = checked_name(changed.name, "The name")
        same = store.row_of(
            "select 1 from organisation where name = ? collate nocase and id <> ?", name, changed.id
        )
        if same:
            raise Refused(f"{name} is here already. Both sides need their own name.")
        values = {
            "name": name,
            "short": entered.tag(changed.short),
            "phone": entered.phone(changed.phone),
            "email": entered.email(changed.email, "The e-mail address") if changed.email.strip() else "",
        }
        store.table("organisation").update(changed.id, values)
        write_also(store, changed.id, also_written)
        act.record(f"organization {changed.id}", **values)


def write_also(store: Store, organisation_id: int, names: Sequence[str]) -> None:
    """Keep the other ways a name is written; the caller holds the transaction."""
    about = profile(store)
    known = {**(about.watchlist.get("also_written") or {}), str(organisation_id): list(names)}
    write_profile(store, replace(about, watchlist={**about.watchlist, "also_written": known}))


def add_agency(
    store: Store,
    actor: Actor,
    agency: Organisation,
    also_written: Sequence[str],
    administrator: NewAccount,
    now: datetime,
) -> int:
    """The district adds a partner agency and the one person who will name its people; that account's id.

    `administrator.organisation_id` and its seat are ignored: it is the new agency's administrator.
    """
    with acting(store, actor, "added a partner agency", now, seats=SETTING_UP) as act:
        if act.account.side != "district":
            raise Refused("The district adds a partner agency. Nothing was saved.")
        agency_id = insert_organisation(store, replace(agency, kind="agency"), now)
        person = replace(
            administrator, organisation_id=agency_id, seat=Seat.ADMINISTRATOR, password_hash="", sro=False
        )
        account_id = insert_account(store, person, now, act.account.id)
        write_also(store, agency_id, also_written)
        act.record(f"organization {agency_id}", name=agency.name, administrator=person.name)
        return account_id


def change_mail(store: Store, actor: Actor, mail: Mail, now: datetime) -> Mail:
    """Save how e-mail leaves; what was kept. Raises Refused."""
    with acting(store, actor, "changed the mail settings", now, seats=SETTING_UP) as act:
        if act.account.side != "district":
            raise Refused("Mail leaves by the district's server, so the district sets it. Nothing was saved.")
        checked = checked_mail(mail)
        write_profile(store, replace(profile(store), mail=checked))
        act.record("partnership", host=checked.host, port=checked.port, sender=checked.sender)
        return checked


def checked_mail(mail: Mail) -> Mail:
    """Mail settings as they will be kept. Raises Refused."""
    if mail.security not in MAIL_SECURITY:
        raise Refused("Choose how the connection is protected.")
    return Mail(
        entered.host(mail.host),
        entered.port(str(mail.port)),
        mail.security,
        mail.username.strip(),
        entered.email(mail.sender, "The sender's address"),
    )


@dataclass(frozen=True, slots=True)
class Deputyship:
    """One line of who stands in for whom, as the screen lists it. Times are aware UTC."""

    id: int
    deputy: Account
    stands_for: Account
    from_at: datetime
    until_at: datetime


def deputyships(store: Store, now: datetime) -> list[Deputyship]:
    """Every deputyship that holds now or will, not those that ended or were revoked."""
    rows = store.rows_of(
        "select * from deputy where revoked_at is null and until_at > ? order by from_at, id", stamp(now)
    )
    return [
        Deputyship(
            row["id"],
            account(store, row["account_id"]),
            account(store, row["for_account_id"]),
            moment(row["from_at"]) or now,
            moment(row["until_at"]) or now,
        )
        for row in rows
    ]
