"""Stories: items about one event, and why they were grouped."""

from __future__ import annotations

from monitors.stories.copies import How
from monitors.stories.grouping import Grouper
from monitors.stories.story import Placement
from monitors.stories.turns import Turn

__all__ = ["Grouper", "How", "Placement", "Turn", "command"]


def command(name: str, arguments: list[str]) -> int:
    """`replay` of `python -m monitors`."""
    from monitors.stories import replay

    return replay.run(name, arguments)
