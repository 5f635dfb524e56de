"""A reason why a statement cannot go: the one shape that the button, the gate, the e-mail and the tests read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a statement cannot go, and who can lift it. `code` is stable, for tests and sorting."""

    code: str
    sentence: str
    lifts: str
