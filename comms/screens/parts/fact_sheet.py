"""The fact sheet: disputed first, both accounts side by side; who may confirm does, in one press."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import streamlit as st

from comms import clocks
from comms.people import Seat, accounts
from comms.screens.parts import badges, words
from comms.screens.parts.page import Here, do
from comms.wording import sentences
from comms.workspace import facts, incidents, statements
from comms.workspace.coverage import Evidence
from comms.workspace.facts import Claim, Fact
from comms.workspace.incidents import Incident

SENTENCES_MOST = 24
"""What of the coverage is offered at once, from the newest report on."""


def sheet(at: Here, about: Incident) -> None:
    """Counts, "Add a fact", then the facts."""
    known = facts.facts(at.store, about.id)
    counts = [
        f"{n} {status}"
        for status in ("confirmed", "unconfirmed", "disputed")
        if (n := sum(f.status == status for f in known))
    ]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header("Facts", width="content")
        if counts:
            st.caption(" · ".join(counts), width="content")
        if at.account.seat in facts.STATING:
            with st.popover("Add a fact", icon=":material/add:"):
                form(at, about)
    if not known:
        st.text("No fact is on the sheet. Add what is known, with who says so.")
    used = "\n".join(
        v.newest.text
        for s in statements.of_incident(at.store, about.id)
        for v in statements.variants(at.store, s.id)
    ).casefold()
    shown: set[int] = set()
    for fact in known:
        if fact.id in shown:
            continue
        other = next((f for f in known if f.id == fact.disputes and f.status == "disputed"), None)
        if fact.status == "disputed" and other:
            shown.add(other.id)
            disputed(at, fact, other, used)
        else:
            single(at, about, fact)


def form(at: Here, about: Incident) -> None:
    """One sentence, whose it is, who says so."""
    with st.form("add fact", border=False):
        st.text_input("Claim, in one sentence", key="fact claim")
        own = "district" if at.account.side == "district" else "agency"
        owners = list(facts.OWNERS)
        st.selectbox(
            "Whose fact is it",
            owners,
            owners.index(own),
            format_func=facts.OWNERS.__getitem__,
            key="fact owner",
        )
        st.text_input("Who says so", key="fact said by")
        st.text_input("Link (may stay empty)", key="fact link")
        st.text_input("The time it speaks of (may stay empty)", key="fact time")
        st.checkbox("Confirm it for our side now", key="fact confirm")
        st.form_submit_button("Add the fact", on_click=add, args=(about.id,))
    said = sentences_of(incidents.evidence(at.store, about.id))
    if said:
        st.markdown("**Or take a sentence from the coverage**")
    for n, (sentence, source) in enumerate(said.items()):
        words.paragraph(f"{sentence} ({source.outlet})")
        st.button(
            "Add it, unconfirmed",
            key=f"take {n}",
            type="tertiary",
            on_click=take,
            args=(about.id, sentence, source.outlet, source.link),
        )


def sentences_of(items: Sequence[Evidence]) -> dict[str, Evidence]:
    """What the newest reports say, headline first, a sentence each, with the report that said it first."""
    found: dict[str, Evidence] = {}
    for item in items:
        body = [" ".join(item.text[start:end].split()) for start, end in sentences.sentences(item.text)]
        for sentence in (item.title, *body):
            if 0 < len(sentence) <= facts.CLAIM_MOST:
                found.setdefault(sentence, item)
    return dict(islice(found.items(), SENTENCES_MOST))


def line(at: Here, fact: Fact) -> None:
    """Seat, status, who says so, as of when."""
    with badges.row():
        badges.badge(badges.SIDES[fact.owner])
        if fact.status != "disputed":
            badges.badge(badges.FACTS[fact.status])
        speaks = f"speaks of {fact.speaks_of} · " if fact.speaks_of else ""
        words.paragraph(f"{fact.said_by} · {speaks}as of {clocks.seen_words(fact.as_of, at.now, at.zone)}")
        if fact.link:
            st.link_button("Open the source", fact.link, type="tertiary", icon=":material/open_in_new:")


def single(at: Here, about: Incident, fact: Fact) -> None:
    """One fact, then one button or one sentence."""
    with st.container(border=True, gap="small"):
        words.paragraph(fact.claim, strong=True)
        line(at, fact)
        if fact.status == "unconfirmed" and at.account.seat in facts.STATING:
            if facts.owns(at.account, fact.owner):
                who = "the district" if at.account.side == "district" else "the police"
                st.button(
                    f"Confirm for {who}",
                    key=f"confirm {fact.id}",
                    icon=":material/check:",
                    on_click=confirm,
                    args=(fact.id,),
                )
            else:
                st.text(only_the_owner(at, about, fact))
        if at.account.seat in facts.STATING and fact.status in {"unconfirmed", "confirmed"}:
            with st.popover("Correct, dispute or withdraw", type="tertiary"):
                st.text_input("The claim as it should read", fact.claim, key=f"text {fact.id}")
                with st.container(horizontal=True):
                    st.button(
                        "Set my account beside it", key=f"dispute {fact.id}", on_click=dispute, args=(fact,)
                    )
                    if facts.owns(at.account, fact.owner) or at.account.side == fact.author_side:
                        st.button("Change the words", key=f"change {fact.id}", on_click=change, args=(fact,))
                        st.button(
                            "Withdraw our account",
                            key=f"withdraw {fact.id}",
                            on_click=withdraw,
                            args=(fact.id,),
                        )


def only_the_owner(at: Here, about: Incident, fact: Fact) -> str:
    """Who can confirm, by name."""
    if fact.owner == "district":
        people = [p.called for p in accounts(at.store, seat=Seat.COMMUNICATIONS)]
        return f"Only the district can confirm this: {', '.join(people)}."
    people = [p.called for p in accounts(at.store, seat=Seat.PIO, organisation_id=about.partner_id)]
    return f"Only the police can confirm this: {', '.join(people) or 'nobody of theirs is entered yet'}."


def disputed(at: Here, one: Fact, other: Fact, used: str) -> None:
    """Two accounts with the same weight, how many sentences use them, who can settle it."""
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            badges.badge(badges.FACTS["disputed"], "Disputed: two accounts stand")
            count = sum(f.claim.rstrip(".").casefold() in used for f in (one, other))
            st.caption(f"used in {count} draft{'' if count == 1 else 's'}", width="content")
        for column, fact in zip(st.columns(2), sorted((one, other), key=lambda f: f.owner), strict=True):
            with column:
                words.paragraph(fact.claim, strong=True)
                line(at, fact)
                if at.account.seat not in facts.STATING:
                    continue
                if facts.owns(at.account, fact.owner):
                    st.button(
                        "Confirm this account", key=f"confirm {fact.id}", on_click=confirm, args=(fact.id,)
                    )
                if at.account.side == fact.author_side:
                    st.button(
                        "Withdraw our account",
                        key=f"withdraw {fact.id}",
                        icon=":material/undo:",
                        on_click=withdraw,
                        args=(fact.id,),
                    )


# Callbacks ----------------------------------------------------------------------------------------------------------


def add(incident_id: int) -> None:
    """Add what the form holds; the fields are emptied only when it was taken."""
    state = st.session_state
    claim = Claim(
        state["fact claim"],
        state["fact owner"],
        state["fact said by"],
        state["fact link"],
        state["fact time"],
    )
    if do(
        "The fact is on the sheet.",
        lambda at: facts.add(at.store, at.actor, incident_id, claim, at.now, state["fact confirm"]),
    ):
        for key in ("fact claim", "fact said by", "fact link", "fact time"):
            state[key] = ""


def take(incident_id: int, sentence: str, outlet: str, link: str) -> None:
    """A row from a sentence of an item, unconfirmed, with its source."""
    do(
        "Added as unconfirmed, with its source.",
        lambda at: facts.add(
            at.store, at.actor, incident_id, Claim(sentence, "agency", outlet, link), at.now
        ),
    )


def confirm(fact_id: int) -> None:
    """The owner confirms."""
    do("Confirmed.", lambda at: facts.confirm(at.store, at.actor, fact_id, at.now))


def withdraw(fact_id: int) -> None:
    """Take the own account back."""
    do("Withdrawn; it stays on the record.", lambda at: facts.withdraw(at.store, at.actor, fact_id, at.now))


def dispute(fact: Fact) -> None:
    """Set another account beside it."""
    text = st.session_state[f"text {fact.id}"]

    def command(at: Here) -> int:
        own = "district" if at.account.side == "district" else "agency"
        return facts.dispute(at.store, at.actor, fact.id, Claim(text, own), at.now)

    do("Both accounts stand side by side.", command)


def change(fact: Fact) -> None:
    """Correct the words."""
    claim = Claim(st.session_state[f"text {fact.id}"], fact.owner, fact.said_by, fact.link, fact.speaks_of)
    do(
        "Changed; its owner confirms it anew.",
        lambda at: facts.change(at.store, at.actor, fact.id, claim, at.now),
    )
