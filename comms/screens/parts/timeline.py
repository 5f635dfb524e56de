"""What was said and done about an incident, in order of time: the log in plain words, every word escaped."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from comms import clocks
from comms.screens.parts import more
from comms.screens.parts.page import Here
from comms.workspace import timeline as record
from comms.workspace.incidents import Incident
from comms.workspace.timeline import Step

AT_ONCE = 100
"""Steps of a whole record that are drawn at first, and by each press."""
_ITEM = "border-left:3px solid #54646C;padding:.1rem 0 .75rem .75rem;list-style:none;overflow-wrap:anywhere"


def timeline(at: Here, about: Incident, newest: int | None = None) -> None:
    """Every step with who, when and which version; `newest` shows the last few and folds the whole below them."""
    steps = record.steps(at.store, about.id)
    st.header("What was said and done")
    st.caption(f"All times {clocks.zone_name(at.zone)}. Each step is a row of the log.")
    if not steps:
        st.text("Nothing was recorded yet.")
    elif newest is None or len(steps) <= newest:
        part = f"steps {about.id}"
        _listed(at, more.shown(part, steps, AT_ONCE))
        more.button(part, len(steps), by=AT_ONCE)
    else:
        _listed(at, steps[-newest:])
        with st.expander(f"All {len(steps)} steps from the beginning", icon=":material/history:"):
            _listed(at, steps)


def _listed(at: Here, steps: Sequence[Step]) -> None:
    st.html(f"<ol style='margin:0;padding:0'>{''.join(_item(at, step) for step in steps)}</ol>")


def _item(at: Here, step: Step) -> str:
    when = f"{clocks.seen_words(step.at, at.now, at.zone)}"
    who = f"{step.who}, {step.seat}" if step.seat else step.who
    lines = [
        f"<strong>{html.escape(when)}</strong> · {html.escape(who)}",
        html.escape(step.what[:1].upper() + step.what[1:]),
        *(html.escape(f"“{said.text}”" if said.kind != "detail" else said.text) for said in step.said),
        *(
            html.escape(f"{v.text}: revision {v.number}, {v.hash[:4]} {v.hash[4:8]}".rstrip(", "))
            for v in step.versions
        ),
    ]
    return f"<li style='{_ITEM}'>{'<br>'.join(lines)}</li>"
