"""How sources are doing at a glance: four tiles, and every source as a row, troubles first."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from comms import clocks
from comms.screens.parts import badges
from comms.screens.parts.page import Here
from monitors import health
from monitors.health import Health, Overview, Word
from monitors.kinds import SHAPES

HEADS = ("State", "Source", "Kind", "Last answer", "Newest item", "Items today", "Answer time")
SHAPE = {Word.WELL: "●", Word.LATE: "▲", Word.SILENT: "■", Word.PAUSED: "○"}
_LINE = "rgba(128,140,140,.35)"
STYLE = f"""<style>
.sources-all {{ width:100%; border-collapse:collapse; font-size:.95rem }}
.sources-all th, .sources-all td {{ padding:.45rem .6rem; text-align:left; vertical-align:top;
  border-bottom:1px solid {_LINE}; overflow-wrap:anywhere; font-weight:400 }}
.sources-all thead th {{ font-weight:600; white-space:nowrap }}
.sources-all .state {{ white-space:nowrap }}
.sources-all .number {{ text-align:right; font-variant-numeric:tabular-nums }}
@media (max-width:640px) {{
  .sources-all thead {{ position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%) }}
  .sources-all tr {{ display:block; border:1px solid {_LINE}; border-radius:16px; padding:.5rem .75rem; margin:0 0 .6rem }}
  .sources-all td, .sources-all td.number, .sources-all tbody th {{ display:block; border:0; padding:.1rem 0; text-align:left }}
  .sources-all tbody th {{ font-weight:600 }}
  .sources-all td[data-head]::before {{ content:attr(data-head) ": " }}
}}
</style>"""


def tiles(listed: Sequence[Health], whole: Overview, alerts_today: int, now: datetime) -> None:
    """Well, Late, Silent, Items today: two abreast on a phone."""
    grid = st.grid(4, min_column_width=165)
    late = [h for h in listed if h.word is Word.LATE]
    misses = f"{late[0].state.failures} missed" if len(late) == 1 and late[0].state.failures else "look below"
    silent = [h.since for h in listed if h.word is Word.SILENT and h.since]
    became = f"{alerts_today} became alert{'s' if alerts_today != 1 else ''}"
    tile = [
        ("Well", whole.well, "answered on time" if whole.well else "none", "green" if whole.well else "gray"),
        ("Late", whole.late, misses if late else "none", "orange" if late else "gray"),
        (
            "Silent",
            whole.silent,
            health.span(now - min(silent)) if silent else ("none" if not whole.silent else "never answered"),
            "red" if whole.silent else "gray",
        ),
        ("Items today", whole.items_today, became, "gray"),
    ]
    for label, value, chip, color in tile:
        grid.metric(label, f"{value:,}", chip, delta_color=color, delta_arrow="off", border=True)  # type: ignore[arg-type]


def badge(one: Health, now: datetime) -> None:
    """The state of one source: shape, word, and how long."""
    if one.word is Word.PAUSED:
        badges.plain("○ Paused", "pause_circle")
        return
    long = one.since is not None and one.word is not Word.WELL
    word = f"{SHAPE[one.word]} {one.word}{f' {health.span(now - one.since)}' if long and one.since else ''}"
    badges.badge(badges.SOURCES[one.word.lower()], word)


def table(at: Here, listed: Sequence[Health]) -> None:
    """Every source. On a phone each row is a card of its own; every word is escaped."""
    heads = "".join(f"<th scope='col'>{h}</th>" for h in HEADS)
    body = "".join(_row(at, one) for one in listed)
    hidden = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)"
    st.html(
        f"<div>{STYLE}<table class='sources-all'><caption style='{hidden}'>All sources, troubles first</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(at: Here, one: Health) -> str:
    def cell(number: int, text: str, kind: str = "") -> str:
        return f"<td data-head='{HEADS[number]}' class='{kind}'>{html.escape(text)}</td>"

    state, ms = one.state, one.answer_ms
    shape = SHAPES.get(state.shape, "")
    kind = one.source.kind.label + (f" ({shape})" if shape and shape != one.source.kind.label else "")
    newest = clocks.seen_words(state.newest_at, at.now, at.zone) if state.newest_at else "none yet"
    return (
        f"<tr><td class='state'>{SHAPE[one.word]} {one.word}</td>"
        f"<th scope='row'>{html.escape(one.source.name)}</th>"
        + cell(2, kind)
        + cell(3, f"{health.span(at.now - state.ok_at)} ago" if state.ok_at else "never")
        + cell(4, newest)
        + cell(5, f"{one.items_today:,}", "number")
        + cell(6, f"{ms / 1000:.1f} s" if ms is not None else "none")
        + "</tr>"
    )
