"""Sentences and the facts under them: putting a fact in, what the other side must tick, what a changed fact touches."""

from __future__ import annotations

import streamlit as st

from comms.people import WRITING
from comms.screens.parts import badges, channel, words
from comms.screens.parts.page import Here, do, go
from comms.workspace import facts, ground
from comms.workspace.ground import Ground, Touched
from comms.workspace.incidents import Incident
from comms.workspace.statements import Statement, Variant

NEEDS: dict[str, badges.Badge] = {
    "agency": ("Needs the police", "local_police", "violet"),
    "district": ("Needs the school", "school", "blue"),
}
WHERE = {"released": "Released", "draft": "Draft", "typed": "Typed, not saved"}


def block(at: Here, about: Statement, variant: Variant, released: bool) -> None:
    """Which sentence rests on which fact, and which waits for the other side."""
    linked = ground.links(at.store, about, variant)
    waiting = [] if released else [g for g in ground.others(at.store, about, variant) if g.open]
    sheet = [
        f for f in facts.facts(at.store, about.incident_id) if f.status not in {"withdrawn", "superseded"}
    ]
    if not linked and not waiting and not sheet:
        return
    st.header("Sentences and facts")
    for each in waiting:
        needs(at, variant, each)
    if linked:
        count = "1 sentence rests" if len(linked) == 1 else f"{len(linked)} sentences rest"
        with st.expander(f"{count} on a fact", icon=":material/link:"):
            now = {f.id: f for f in facts.facts(at.store, about.incident_id)}
            for link in linked:
                words.paragraph(f"“{link.sentence}”")
                with badges.row():
                    badges.badge(badges.SIDES[link.fact.owner])
                    badges.badge(badges.FACTS[now[link.fact.id].status])
                    words.paragraph(now[link.fact.id].claim)
    used = {link.fact.id for link in linked}
    unused = [f for f in sheet if f.id not in used]
    if unused and not released and at.account.seat in WRITING:
        with st.popover("Put a fact in", icon=":material/add_link:"):
            for fact in unused:
                with badges.row():
                    badges.badge(badges.FACTS[fact.status])
                    words.paragraph(fact.claim)
                st.button(
                    "Put this fact in",
                    key=f"put {variant.id} {fact.id}",
                    on_click=put,
                    args=(variant.id, fact.id),
                )


def needs(at: Here, variant: Variant, each: Ground) -> None:
    """One sentence on the other side's ground: who must tick it, or the button for who may."""
    with st.container(border=True, gap="small"):
        with badges.row():
            badges.badge(NEEDS[each.side])
            words.paragraph(f"“{each.sentence}”")
        if at.account.side == each.side and at.account.seat in WRITING:
            whose = "the police" if each.side == "agency" else "the district"
            st.button(
                f"Vouch for it for {whose}",
                key=f"tick {variant.id} {each.start}",
                icon=":material/check:",
                on_click=tick,
                args=(variant.id, each.sentence),
            )


def touched(at: Here, about: Incident) -> None:
    """Every sentence that used a fact which has changed since, with what it rested on and how the fact stands."""
    found = ground.touched(at.store, about.id)
    ours = ground.in_own_words(at.store, about.id)
    if not found and not ours:
        return
    st.header("What changed facts touch")
    for number, each in enumerate(found):
        one(each, number)
    for block, sentence, fact in ours:
        with st.container(border=True, gap="small"):
            with badges.row():
                badges.plain("Library, our own words", "menu_book")
                badges.badge(badges.FACTS[fact.status])
                st.caption(words.literal(block.title or block.id), width="content")
            words.paragraph(f"“{sentence}”", strong=True)


def one(each: Touched, number: int) -> None:
    """One sentence: where it stands, its words, and how the fact reads now."""
    with st.container(border=True, gap="small"):
        with badges.row():
            badges.plain(f"{WHERE[each.where]} · {channel.NAMES[each.variant.channel]}", "edit_note")
            badges.badge(badges.FACTS[each.now.status])
            st.caption(
                f"{words.literal(each.statement.title)}, revision {each.revision.number}", width="content"
            )
        words.paragraph(f"“{each.sentence}”", strong=True)
        if each.now.claim != each.then.claim:
            words.paragraph(f"The sheet now has: {each.now.claim}")
        st.button(
            "Open the text",
            key=f"touched {number}",
            type="tertiary",
            on_click=go,
            args=("statement.py",),
            kwargs={"statement": each.statement.id, "variant": each.variant.id},
        )


# Callbacks ----------------------------------------------------------------------------------------------------------


def put(variant_id: int, fact_id: int) -> None:
    """Insert a fact as a sentence of its own."""
    do(
        "The fact is in the text, as a new revision.",
        lambda at: ground.insert_fact(at.store, at.actor, variant_id, fact_id, at.now),
    )


def tick(variant_id: int, sentence: str) -> None:
    """Vouch for a sentence."""
    do("Recorded.", lambda at: ground.tick(at.store, at.actor, variant_id, sentence, at.now))
