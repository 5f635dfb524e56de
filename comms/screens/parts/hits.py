"""What the check found: the words, the rule, why, better words as a button, and who may keep them."""

from __future__ import annotations

import streamlit as st

from comms import guardrails
from comms.guardrails import Hit
from comms.people import SEAT_NAMES, Seat
from comms.screens.parts import badges, words
from comms.screens.parts.editor import Draft
from comms.screens.parts.page import Here, do
from comms.workspace import checks, statements
from comms.workspace.checks import Answered
from comms.workspace.statements import Statement, Variant

SHOWN = 3


def listed(at: Here, about: Statement, variant: Variant, draft: Draft, found: tuple[Hit, ...] | None) -> None:
    """Blocks before warnings, three shown, the rest folded."""
    st.header("What the check found")
    if found is None:
        st.text("Not checked yet. The check answers by itself; you can go on writing.")
        return
    answers = sorted(
        checks.answered(at.store, about, variant, found), key=lambda a: (not a.open, a.hit.level != "block")
    )
    if not answers:
        badges.badge(badges.LEVELS["clear"])
        return
    for number, each in enumerate(answers[:SHOWN]):
        one(at, variant, draft, each, number)
    if len(answers) > SHOWN:
        with st.expander(f"Show {len(answers) - SHOWN} more"):
            for number, each in enumerate(answers[SHOWN:], SHOWN):
                one(at, variant, draft, each, number)


def one(at: Here, variant: Variant, draft: Draft, each: Answered, number: int) -> None:
    """One hit."""
    hit = each.hit
    rule = guardrails.BY_ID.get(hit.rule)
    key = f"{variant.id} {hit.rule} {hit.start} {number}"
    with st.container(border=True, gap="small"):
        with badges.row():
            badges.badge(badges.LEVELS[hit.level] if each.open else ("Kept", "check", "gray"))
            words.paragraph(f"“{hit.text}”" if hit.text else "Missing from the text", strong=True)
            st.caption(f"{hit.rule} · {rule.title}" if rule else hit.rule, width="content")
        words.paragraph(hit.why)
        if not each.open:
            words.paragraph(f"Kept. {each.reason}")
            return
        with st.container(horizontal=True):
            if hit.instead and hit.end > hit.start:
                st.button(
                    words.literal(f"Use “{hit.instead}”"[:70]),
                    key=f"use {key}",
                    icon=":material/find_replace:",
                    on_click=use,
                    args=(variant.id, draft, hit),
                )
            elif hit.instead:
                words.paragraph(f"For example: {hit.instead}")
            keeping(at, variant, each, key)


def keeping(at: Here, variant: Variant, each: Answered, key: str) -> None:
    """Who may keep these words: this person, someone else by name of the seat, or nobody."""
    hit = each.hit
    if hit.rule in {"B1", "B3", "P1", "P4", "P6"} and hit.text:
        st.button(
            "Not a person",
            key=f"np {key}",
            type="tertiary",
            on_click=answer,
            args=(variant.id, hit, "not_a_person", ""),
        )
    if each.may == guardrails.ANYONE:
        st.button(
            "Keep it", key=f"tick {key}", type="tertiary", on_click=answer, args=(variant.id, hit, "tick", "")
        )
    elif at.account.seat in each.may:
        with st.popover("Keep, with a reason", type="tertiary"), st.form(f"keep {key}", border=False):
            st.text_input("Why these words must stay", key=f"why {key}")
            st.form_submit_button("Keep them", on_click=keep, args=(variant.id, hit, f"why {key}"))
    elif each.may:
        names = " and ".join(SEAT_NAMES[Seat(s)].lower() for s in each.may)
        st.caption(f"Only the {names} may keep it, with a reason.", width="content")
    else:
        st.caption("Nobody may keep this; change the words.", width="content")


def use(variant_id: int, draft: Draft, hit: Hit) -> None:
    """Put the better words in place of the marked ones, as a new revision."""
    whole = checks.words(draft.subject, draft.text)
    changed = whole[: hit.start] + hit.instead + whole[hit.end :]
    subject, text = changed.split("\n\n", 1) if draft.subject else ("", changed)
    do(
        f"Changed to “{hit.instead}”.",
        lambda at: statements.save(at.store, at.actor, variant_id, draft.base, text, subject, at.now),
    )
    st.rerun()


def keep(variant_id: int, hit: Hit, field: str) -> None:
    """Keep a block with the typed reason."""
    answer(variant_id, hit, "keep", st.session_state.get(field, ""))


def answer(variant_id: int, hit: Hit, how: str, reason: str) -> None:
    """Tick, keep, or say that words name no person."""
    do("Recorded.", lambda at: checks.answer(at.store, at.actor, variant_id, hit, how, reason, at.now))
    st.rerun()
