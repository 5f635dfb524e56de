"""Guardrails: what a text says that it must not say, and what it leaves out (the domain rules, section 6).

`check(text, context)` is pure: the same text, context and rule set give the same hits. spaCy is loaded on the first
check and nowhere else, so the tables can be read anywhere.
"""

from __future__ import annotations

from comms.guardrails.context import Clause, Context, Fact, Hit, Named, Watchlist
from comms.guardrails.rules import (
    ANYONE,
    BY_ID,
    CLASSES,
    RULE_SET_VERSION,
    RULES,
    SIDES,
    Rule,
    may_override,
)

__all__ = [
    "ANYONE",
    "BY_ID",
    "CLASSES",
    "RULES",
    "RULE_SET_VERSION",
    "SIDES",
    "Clause",
    "Context",
    "Fact",
    "Hit",
    "Named",
    "Rule",
    "Watchlist",
    "check",
    "may_override",
]


def check(text: str, context: Context | None = None) -> tuple[Hit, ...]:
    """Every hit, in the order of the text, missing parts last. Any text is accepted, however long or odd."""
    from comms.guardrails import (
        checks,
    )  # spaCy stays out of processes that only read the tables

    return checks.check(text, context or Context())
