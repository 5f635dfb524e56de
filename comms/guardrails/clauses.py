"""The MOU's own clauses as rules: numbered, dated, quoted when hit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from comms.guardrails.context import Clause, Hit
from comms.guardrails.language import Grammar, grammar
from comms.guardrails.page import Page
from comms.guardrails.wordlists import table


@lru_cache(maxsize=32)
def _compiled(clauses: tuple[Clause, ...], language: str) -> Grammar:
    """The clauses' words in a grammar of their own; a line the notation cannot read is taken as plain words."""
    rules = Grammar(language, grammar(language).nlp)
    sets: dict[str, str] = table("sets").get(language, {})
    for number, clause in enumerate(clauses):
        for line in clause.patterns:
            try:
                rules.add(str(number), [line], sets)
            except ValueError:
                rules.add(str(number), [line.replace("%", " ")], sets)
    return rules


def clause_touched(page: Page) -> Iterator[Hit]:
    """One hit for each place that uses a clause's words."""
    clauses = page.context.clauses
    if not clauses:
        return
    seen: set[tuple[int, int]] = set()
    found = _compiled(clauses, page.language).matches(page.doc, list(page.sentence_ranges))
    for key, start, end in sorted(found, key=lambda match: match[1] - match[2]):
        if any(start < last and first < end for first, last in seen):
            continue
        seen.add((start, end))
        clause = clauses[int(key)]
        why = f"MOU clause {clause.number} ({clause.date}): “{clause.quote}”"
        yield page.hit("MOU", start, end, why, clause.instead)
