"""The first set-up: two organizations, their places and their first people, in steps that can be left and gone on with.

Until the first account exists anyone who reaches the server may type here, and all that is typed lies in one draft.
`found` turns the draft into the partnership, once; from then on a command needs an actor like any other.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from comms import audit, entered, typed
from comms.joining import calendar_import, partners
from comms.joining.sessions import hash_password
from comms.joining.setup_fields import (
    CONTACTS,
    OWN_SEATS,
    Refusals,
    Typed,
    refusals,
    school_typed,
    schools_typed,
)
from comms.joining.welcoming import invite_by_mail, ticket, waiting_for_password
from comms.partnership import (
    SETTING_UP,
    Organisation,
    Profile,
    insert_days,
    insert_organisation,
    insert_school,
    organisations,
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
    viewer,
)
from comms.reaching import notices
from monitors.database import Store

STEPS = ("partners", "places", "people", "sources", "check")
BEFORE_FOUNDING = STEPS[:3]


class NotReady(Refused):
    """The draft cannot become a partnership yet: `step` is the first one with refusals, by field."""

    def __init__(self, step: str, refused: Refusals) -> None:
        super().__init__(next(iter(refused.values())))
        self.step, self.refused = step, refused


class Founded(Refused):
    """Somebody finished the first set-up already."""


# The draft --------------------------------------------------------------------------------------------------------


def is_founded(store: Store) -> bool:
    """Whether the first account exists: then set-up is no longer open to everybody."""
    return store.row_of("select 1 from account limit 1") is not None


def draft(store: Store) -> dict[str, str]:
    """Everything typed so far, as it was typed."""
    return typed.kept(store, typed.SETUP)


def keep(store: Store, fields: Typed) -> None:
    """Keep what was typed, also what will be refused. Raises Founded when the partnership exists by now."""
    with store.atomic():
        _still_open(store)
        typed.keep(store, typed.SETUP, fields)


def _still_open(store: Store) -> None:
    if is_founded(store):
        names = " and ".join(o.name for o in organisations(store))
        raise Founded(
            f"{names} is set up already, so nothing was changed. Sign in, or ask for an invitation."
        )


# Founding ---------------------------------------------------------------------------------------------------------


def found(store: Store, data: Path, password: str, base: str, now: datetime) -> str:
    """Make the partnership out of the draft; the one-time path that signs in the person who did it.

    `base` is where people reach the server, for the links of the invitations. Raises NotReady with every refusal of
    the first step that has some, and Founded when another browser was first: then nothing is changed.
    """
    password_hash = hash_password(password)  # slow on purpose, so before the transaction
    with store.atomic():
        _still_open(store)
        fields = draft(store)
        for step in BEFORE_FOUNDING:
            if refused := refusals(step, fields):
                raise NotReady(step, refused)
        district_id, agency_id = _write_partners(store, fields, now)
        _write_places(store, fields, agency_id)
        own = _write_people(store, fields, (district_id, agency_id), password_hash, now)
        audit.append(
            store,
            now,
            who=own.name,
            seat=own.seat,
            did="set up the partnership",
            about="partnership",
            details={"organizations": [o.name for o in organisations(store)]},
        )
        for waiting in waiting_for_password(store, data, own, now):
            invite_by_mail(store, waiting, own, base, now)
        typed.forget(store, typed.SETUP)
        return ticket(data, own.id, now)


def _write_partners(store: Store, fields: Typed, now: datetime) -> tuple[int, int]:
    ours_phone, ours_email = entered.contact(fields["district_contact"], CONTACTS["district_contact"])
    their_phone, their_email = entered.contact(fields["agency_contact"], CONTACTS["agency_contact"])
    also = entered.also(fields.get("agency_also", ""))
    short = next((name for name in also if name.isupper() and len(name) <= entered.TAG_MOST), "")
    district_id = insert_organisation(
        store,
        Organisation(
            0,
            "district",
            fields["district_name"],
            entered.tag(fields.get("district_short", "")),
            ours_phone,
            ours_email,
        ),
        now,
    )
    agency_id = insert_organisation(
        store, Organisation(0, "agency", fields["agency_name"], short, their_phone, their_email), now
    )
    return district_id, agency_id


def _write_places(store: Store, fields: Typed, agency_id: int) -> None:
    also = entered.also(fields.get("agency_also", ""))
    days = calendar_import.read_lines(fields.get("calendar", ""))
    write_profile(
        store,
        Profile(
            zone=entered.zone(fields["zone"]),
            place=checked_name(fields["city"], "The city or town"),
            state=fields["state"],
            population=entered.population(fields.get("population", "")),
            calendar_known=bool(days),
            setup_step="sources",
            watchlist={"county": " ".join(fields.get("county", "").split())},
        ),
    )
    partners.write_also(store, agency_id, also)
    for number in schools_typed(fields):
        insert_school(store, school_typed(fields, number))
    insert_days(store, days)


def _write_people(
    store: Store, fields: Typed, sides: tuple[int, int], password_hash: str, now: datetime
) -> Account:
    """The district's first people and the agency's administrator, who names the agency's own (the domain rules, section 1)."""
    district_id, agency_id = sides
    own_seat = Seat(fields["own_seat"])
    other_seat = next(seat for seat in OWN_SEATS if seat is not own_seat)

    def add(who: str, organisation_id: int, seat: Seat, added_by: int | None, secret: str = "") -> int | None:
        if not fields.get(f"{who}_name", "").strip():
            return None
        title, name = entered.titled(fields[f"{who}_name"])
        phone = fields.get(f"{who}_phone", "")
        new = NewAccount(
            organisation_id, fields[f"{who}_email"], name, seat, title, phone, password_hash=secret
        )
        return insert_account(store, new, now, added_by)

    own = add("own", district_id, own_seat, None, password_hash)
    assert own is not None  # noqa: S101  # its refusals were looked at above
    add("super", district_id, Seat.SUPERINTENDENT, own)
    add("other", district_id, other_seat, own)
    head = add("head", agency_id, Seat.ADMINISTRATOR, own)
    if head and fields.get("pio_name", "").strip():
        suggested = {
            "new_name": fields["pio_name"],
            "new_email": fields.get("pio_email", ""),
            "new_seat": str(Seat.PIO),
            "new_from": account(store, own).called,
        }
        typed.keep(store, typed.of_account(head), suggested)
    return account(store, own)


# Going on ---------------------------------------------------------------------------------------------------------


def go_on(store: Store, actor: Actor, step: str, now: datetime) -> None:
    """Note which step of set-up comes next; "done" ends it."""
    with acting(store, actor, "went on with set-up", now, seats=SETTING_UP) as act:
        if step not in {*STEPS, "done"}:
            raise Refused("There is no such step. Nothing was changed.")
        act.nothing_new = profile(store).setup_step == step
        write_profile(store, replace(profile(store), setup_step=step))
        act.record("partnership", step=step)


def test_mail(store: Store, actor: Actor, recipient: str, now: datetime) -> str:
    """Send one message at once with the saved settings; the address it went to. Raises Refused with what the server said."""
    person = viewer(store, actor, now)
    if person.seat not in SETTING_UP:
        raise Refused("Communications or an administrator sends the test. Nothing was sent.")
    address = entered.email(recipient or person.email, "The address")
    notices.send_test(profile(store).mail, address, now)
    return address
