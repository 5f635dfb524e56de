"""All the rules, run over one text."""

from __future__ import annotations

from collections.abc import Iterator

from comms.channels import language_of
from comms.guardrails import carrying
from comms.guardrails.context import Context, Hit
from comms.guardrails.rules import BY_ID


def check(text: str, context: Context) -> tuple[Hit, ...]:
    """Every hit of the rules that apply to this side and class, in the order of the text; missing parts last."""
    if not text.strip():
        return ()
    language = context.language or language_of(text)
    hits = [
        hit for hit in _found(text, context, language) if BY_ID[hit.rule].applies(context.side, context.cls)
    ]
    return tuple(sorted(set(hits), key=lambda hit: (hit.end == 0, hit.start, hit.end, hit.rule, hit.why)))


def _found(text: str, context: Context, language: str) -> Iterator[Hit]:
    yield from carrying.reading_grade(text, context, language)
    yield from carrying.channel_limits(text, context, language)
    yield from carrying.protective_action(text, context)
