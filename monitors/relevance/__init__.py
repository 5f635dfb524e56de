"""Is this item worth interrupting a communications director for? Judged relative to one watchlist."""

from __future__ import annotations

from monitors.relevance.judge import Judge
from monitors.relevance.judgement import About, Judgement, Mark, Reason, Severity, Tier
from monitors.relevance.reports import Report

__all__ = ["About", "Judge", "Judgement", "Mark", "Reason", "Report", "Severity", "Tier", "command"]


def command(name: str, arguments: list[str]) -> int:
    """`assess` and `evaluate` of `python -m monitors`."""
    from monitors.relevance import command_line

    return command_line.run(name, arguments)
