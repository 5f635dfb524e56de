"""All the rules, run over one text: a table from rule to the functions that look for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from comms.guardrails import (
    carrying,
    case_names,
    claims,
    clauses,
    echoes,
    harm,
    identity,
    marks,
    parts,
    singling,
)
from comms.guardrails.context import Context, Hit
from comms.guardrails.page import Page, open_page
from comms.guardrails.rules import BY_ID, RULES
from comms.wording.channels import language_of

Look = Callable[[Page], Iterator[Hit]]

LOOKS: Mapping[str, tuple[Look, ...]] = {
    "B1": (identity.student_named,),
    "B2": (singling.child_singled_out,),
    "B3": (identity.family_named, identity.household_named, singling.home_or_plate),
    "B6": (harm.harm_told,),
    "B7": (echoes.quoted, case_names.named_again),
    "B9": (identity.sro_named,),
    "B10": (marks.draft_marks, marks.past_update, marks.wrong_school),
    "B11": (claims.stated_as_fact,),
    "B12": (parts.missing_parts,),
    "P1": (case_names.juvenile_identified,),
    "P2": (case_names.victim_identified, singling.victim_singled_out),
    "P3": (case_names.witness_named,),
    "P4": (case_names.suspect_named,),
    "P6": (case_names.officer_named,),
    "C1": (carrying.reading_grade,),
    "C2": (carrying.channel_limits,),
    "C3": (carrying.protective_action,),
    "MOU": (clauses.clause_touched,),
}
"""What looks for a rule besides its table of words. B6's words are only the beginning of its question."""
WORDS_ALONE_DO_NOT_HIT = frozenset({"B6"})


def check(text: str, context: Context) -> tuple[Hit, ...]:
    """Every hit of the rules that apply to this side and class, in the order of the text; missing parts last."""
    if not text.strip():
        return ()
    page = open_page(text, context, context.language or language_of(text))
    hits = {hit for rule in RULES if rule.applies(context.side, context.cls) for hit in _of(rule.id, page)}
    return tuple(
        sorted(
            hits,
            key=lambda hit: (
                hit.end == 0,
                hit.start,
                hit.end,
                list(BY_ID).index(hit.rule),
                hit.why,
            ),
        )
    )


def _of(rule: str, page: Page) -> Iterator[Hit]:
    if rule not in WORDS_ALONE_DO_NOT_HIT:
        yield from page.of_rule(rule)
    for look in LOOKS.get(rule, ()):
        yield from look(page)
