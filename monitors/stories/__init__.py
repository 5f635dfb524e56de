"""Stories: items about one event, and why they were grouped."""

from __future__ import annotations
