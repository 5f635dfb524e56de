"""The MOU on the Partnership screen: the version in force, its people, who has read it, roles, the annex, a new version."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from comms import clocks, partnership
from comms.people import Refused
from comms.screens.parts import badges, boundaries_view, words
from comms.screens.parts.page import Here, do, tell
from comms.workspace import mou
from comms.workspace.mou import Clause, Mou, Person, Proposal

HOLDS: badges.Badge = ("Accepted by both", "handshake", "green")
WAITS: badges.Badge = ("Waits for a side", "hourglass_empty", "orange")
DUE: badges.Badge = ("Due for review", "event_repeat", "orange")
SIGNED: badges.Badge = ("Signed", "check_circle", "green")
NOT_SIGNED: badges.Badge = ("Not signed", "draw", "gray")


def view(at: Here) -> None:
    """What holds first, then what waits, roles and boundaries, the annex, and a new version."""
    st.header("Memorandum of understanding")
    holding = mou.current(at.store)
    waiting = [each for each in mou.versions(at.store) if holding is None or each.id > holding.id]
    if holding is None and not waiting:
        st.text(
            "None is entered yet. Propose one below; the check quotes its clauses once both sides accept it."
        )
    for each in waiting:
        one(at, each)
    if holding:
        one(at, holding)
    boundaries_view.exceptions(at)
    with st.expander("Roles and boundaries", icon=":material/fence:"):
        st.markdown(mou.triad().split("\n", 1)[1])
    annex(at)
    if at.account.seat in mou.PROPOSING and st.toggle("Propose a new version", key="mou wanted"):
        form(at, waiting[0] if waiting else holding)


def one(at: Here, each: Mou) -> None:
    """One version: how it stands, its clauses, its people, who has read it; and what this person may do."""
    proposal = each.proposal
    with st.container(border=True, gap="small"):
        with badges.row():
            badges.badge(HOLDS if each.holds else WAITS)
            if each.review_due(at.now.astimezone(at.zone).date()):
                badges.badge(DUE)
            words.paragraph(proposal.title, strong=True)
        words.paragraph(
            f"Agreed {_day(proposal.agreed_on)} · review by {_day(proposal.review_on)} · proposed by {each.proposed_by}"
        )
        sides = {o.id: o.name for o in partnership.organisations(at.store)}
        for organisation_id, name in sides.items():
            accepted = each.accepted.get(organisation_id)
            said = (
                f"{name}: accepted by {accepted[0]}, {clocks.full(accepted[1], at.zone)}"
                if accepted
                else f"{name}: not accepted yet"
            )
            words.paragraph(said)
        with st.expander(f"{len(proposal.clauses)} clauses", icon=":material/rule:"):
            rows = [(c.number, c.quote, _day(c.agreed_on)) for c in proposal.clauses]
            words.table("The clauses of this version", ("Clause", "Words", "Agreed"), rows)
        if proposal.people:
            rows = [
                (mou.ROLES[p.role], p.name, f"{sides.get(p.organisation_id, '')}\n{p.reach}")
                for p in proposal.people
            ]
            words.table("Signatories and liaisons", ("Role", "Name", "Where"), rows)
        reading(at, each)


def reading(at: Here, each: Mou) -> None:
    """Who has read it; the buttons to read and to accept."""
    readers = mou.readers(at.store, each.id)
    read = [r for r in readers if r.at]
    with st.expander(f"Read by {len(read)} of {len(readers)}", icon=":material/menu_book:"):
        rows = [
            (r.account.name, r.account.organisation, clocks.full(r.at, at.zone) if r.at else "not yet")
            for r in readers
        ]
        words.table("Who has read this version", ("Person", "Organization", "Read"), rows)
    with st.container(horizontal=True):
        if at.account.id not in {r.account.id for r in read}:
            st.button("I have read this version", key=f"read {each.id}", on_click=read_it, args=(each.id,))
        if at.account.organisation_id not in each.accepted and at.account.seat in mou.DECIDING:
            st.button(
                f"Accept it for {'the district' if at.account.side == 'district' else 'the agency'}",
                key=f"accept {each.id}",
                icon=":material/handshake:",
                on_click=accept,
                args=(each.id,),
            )


def annex(at: Here) -> None:
    """The checklist both sides sign; a signature names exactly these words."""
    known = mou.annex(at.store)
    with st.expander("Media annex", icon=":material/fact_check:"):
        st.markdown(known.text.split("\n", 1)[1])
        lines = []
        for organisation in partnership.organisations(at.store):
            signed = known.signed.get(organisation.id)
            with badges.row():
                badges.badge(SIGNED if signed else NOT_SIGNED)
                line = f"{organisation.name}: " + (
                    f"{signed[0]}, {clocks.full(signed[1], at.zone)}" if signed else "not signed yet"
                )
                words.paragraph(line)
                lines.append(line)
        st.caption(f"These words: {known.hash[:4]} {known.hash[4:8]}")
        with st.container(horizontal=True):
            if at.account.seat in mou.SIGNING and at.account.organisation_id not in known.signed:
                st.button("Sign the media annex", icon=":material/draw:", on_click=sign, args=(known.hash,))
            st.download_button(
                "Take it as a file",
                "\n".join([known.text, *lines, f"SHA-256 of the words: {known.hash}", ""]),
                "media-annex.txt",
                type="tertiary",
            )


def form(at: Here, last: Mou | None) -> None:
    """A new version, begun from the last one or from clauses to begin from."""
    today = at.now.astimezone(at.zone).date()
    begun = last.proposal if last else None
    clauses = begun.clauses if begun else mou.proposed_clauses(today)
    with st.form("mou"):
        st.text_input(
            "Title", begun.title if begun else "MOU on school safety", key="mou title", persist_state="page"
        )
        st.date_input("Agreed on", today, key="mou agreed", persist_state="page")
        st.date_input("Review by", today + timedelta(days=365), key="mou review", persist_state="page")
        st.text_area(
            "Clauses, one a line: number | date | words | what touches it; and so on | better words",
            "\n".join(map(mou.as_line, clauses)),
            key="mou clauses",
            height=240,
            persist_state="page",
        )
        st.text_area(
            "People, one a line: district or agency | signatory, liaison or deputy | name | how to reach them",
            "\n".join(_person_line(at, p) for p in begun.people) if begun else "",
            key="mou people",
            height=120,
            persist_state="page",
        )
        st.form_submit_button("Propose this version", on_click=propose)


def _person_line(at: Here, person: Person) -> str:
    organisation = next(o for o in partnership.organisations(at.store) if o.id == person.organisation_id)
    return " | ".join([organisation.short or organisation.kind, person.role, person.name, person.reach])


def _people(at: Here, text: str) -> tuple[Person, ...]:
    """The lines of people as they were typed. Raises Refused with the line it is about."""
    found = []
    for line in text.splitlines():
        parts = ([part.strip() for part in line.split("|")] + ["", "", ""])[:4]
        if not any(parts):
            continue
        known = {
            word.casefold(): o.id
            for o in reversed(partnership.organisations(at.store))
            for word in (o.kind, o.short, o.name)
        }
        if parts[0].casefold() not in known or parts[1].casefold() not in mou.ROLES or not parts[2]:
            raise Refused(f"“{line[:60]}” needs a side, a role and a name. Everything typed is kept.")
        found.append(Person(known[parts[0].casefold()], parts[1].casefold(), parts[2], parts[3]))
    return tuple(found)


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


# Callbacks ----------------------------------------------------------------------------------------------------------


def propose() -> None:
    """Take the form; what was typed stays where it was when it is refused."""
    state = st.session_state

    def command(at: Here) -> int:
        clauses: tuple[Clause, ...] = mou.from_lines(state["mou clauses"])
        people = _people(at, state["mou people"])
        new = Proposal(state["mou title"], state["mou agreed"], state["mou review"], clauses, people)
        return mou.propose(at.store, at.actor, new, at.now)

    if do("", command):
        tell("success", "Proposed. It holds once both sides have accepted it.")


def accept(mou_id: int) -> None:
    """Accept for the own side."""
    do("Accepted.", lambda at: mou.accept(at.store, at.actor, mou_id, at.now))


def read_it(mou_id: int) -> None:
    """Note the reading."""
    do("Noted.", lambda at: mou.mark_read(at.store, at.actor, mou_id, at.now))


def sign(shown: str) -> None:
    """Sign the annex as shown."""
    do("Signed.", lambda at: mou.sign_annex(at.store, at.actor, shown, at.now))
