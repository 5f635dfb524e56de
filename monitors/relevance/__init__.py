"""Is this item worth interrupting a communications director for? Judged relative to one watchlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitors.relevance.judgement import About, Judgement, Mark, Reason, Severity, Tier
from monitors.relevance.reports import Report

if TYPE_CHECKING:
    from monitors.relevance.judge import Judge

__all__ = ["About", "Judge", "Judgement", "Mark", "Reason", "Report", "Severity", "Tier", "command"]


def __getattr__(name: str) -> object:
    """`Judge` brings spaCy with it, so it is imported when it is asked for: screens read judgements without it."""
    if name == "Judge":
        from monitors.relevance.judge import Judge

        return Judge
    raise AttributeError(name)


def command(name: str, arguments: list[str]) -> int:
    """`assess` and `evaluate` of `python -m monitors`."""
    from monitors.relevance import command_line

    return command_line.run(name, arguments)
