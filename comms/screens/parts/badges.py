"""Meanings: one table of word, icon and color for everything that has a state. Color is never alone."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from comms.clocks import Tile
from comms.screens.parts import words

Color = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "primary"]
Badge = tuple[str, str, Color]
LONGEST = 36
"""Characters of a badge."""

TIERS: dict[str, Badge] = {
    "T0": ("T0 · page now · school named", "notifications_active", "red"),
    "T1": ("T1 · page now", "campaign", "red"),
    "T2": ("T2 · review within 60 min", "schedule", "orange"),
    "T3": ("T3 · digest", "public", "blue"),
    "T4": ("T4 · stored", "inventory_2", "gray"),
    "turn": ("A turn in the story", "turn_right", "red"),
}
SIDES: dict[str, Badge] = {
    "district": ("District", "school", "blue"),
    "agency": ("Police", "local_police", "violet"),
    "other": ("Other agency", "account_balance", "gray"),
}
SEATS: dict[str, Badge] = {
    "pio": SIDES["agency"],
    "superintendent": SIDES["district"],
    "communications": SIDES["district"],
    "counsel": ("Counsel", "gavel", "gray"),
}
FACTS: dict[str, Badge] = {
    "confirmed": ("Confirmed", "check_circle", "green"),
    "unconfirmed": ("Unconfirmed", "help", "yellow"),
    "disputed": ("Disputed", "compare_arrows", "orange"),
    "withdrawn": ("Withdrawn", "block", "gray"),
    "superseded": ("Superseded", "history", "gray"),
}
APPROVALS: dict[str, Badge] = {
    "approved": ("Approved", "check_circle", "green"),
    "signed": ("Signed", "check_circle", "green"),
    "beforehand": ("Approved beforehand", "verified", "green"),
    "mine": ("Waits for you", "draw", "red"),
    "waits": ("Waits", "hourglass_empty", "gray"),
    "later": ("Waits for the others", "hourglass_empty", "gray"),
    "lapsed": ("Lapsed", "history", "orange"),
    "objected": ("Objected", "front_hand", "red"),
    "overridden": ("Released without", "report", "red"),
    "releases": ("Releases", "send", "gray"),
}
LEVELS: dict[str, Badge] = {
    "block": ("Blocks", "block", "red"),
    "warn": ("Warns", "warning", "yellow"),
    "clear": ("Clear", "check_circle", "green"),
}
SOURCES: dict[str, Badge] = {
    "well": ("● Well", "check", "green"),
    "late": ("▲ Late", "hourglass_bottom", "orange"),
    "silent": ("■ Silent", "signal_disconnected", "red"),
}
CHIPS: dict[str, Color] = {
    "done": "green",
    "late done": "orange",
    "left": "gray",
    "last third": "orange",
    "missed": "red",
    "unset": "gray",
}


def badge(meaning: Badge, word: str = "") -> None:
    """One badge of a table; `word` replaces its word; it is cut at 36 characters."""
    usual, icon, color = meaning
    st.badge(words.on_badge((word or usual)[:LONGEST]), icon=f":material/{icon}:", color=color)


def plain(word: str, icon: str = "") -> None:
    """A gray badge for numbers, classes, types, names."""
    short = word if len(word) <= LONGEST else word[: LONGEST - 2].rsplit(" ", 1)[0] + " …"
    st.badge(words.on_badge(short), icon=f":material/{icon}:" if icon else None, color="gray")


def row() -> st.delta_generator.DeltaGenerator:
    """A wrapping row of badges and a caption."""
    return st.container(horizontal=True, gap="xsmall", vertical_alignment="center")


def title(name: str, demo: bool) -> st.delta_generator.DeltaGenerator:
    """The title row every screen begins with; the returned row takes what stands at its right."""
    line = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    with line, st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
        st.title(words.literal(name), width="content")
        if demo:
            plain("Demo partnership", "science")
    return line


def clock_strip(tiles: tuple[Tile, ...]) -> None:
    """The five clocks of an incident: two abreast on a phone."""
    grid = st.grid(5, min_column_width=165)
    for tile in tiles:
        color = CHIPS[tile.state]
        grid.metric(tile.label, tile.value, tile.chip, delta_color=color, delta_arrow="off", border=True)
