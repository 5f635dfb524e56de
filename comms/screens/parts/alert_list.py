"""How the alerts were, week by week, and the list as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import streamlit as st

from comms import clocks, partnership
from comms.hearing import alert_acts, feedback
from comms.hearing.alert_acts import NOBODY_YET, Standing
from comms.people import Actor, viewer
from comms.proving.record_tables import Table, when
from comms.proving.records import as_csv
from comms.screens.parts import words
from comms.screens.parts.page import Here
from comms.settings import settings
from comms.store import open_partnership
from comms.workspace import incidents
from monitors import alerts
from monitors.alerts import Alert
from monitors.database import Store
from monitors.store import open_monitors

WEEKS = 4
HEADS = (
    "number", "raised", "tier", "kind", "headline", "outlet", "link", "published", "first seen", "items", "type",
    "why", "state", "by", "at", "reason", "with the district", "with the police", "incident",
)  # fmt: skip
STATES = {"acknowledge": "acknowledged", "dismiss": "not relevant", "open": "opened"}


def block(at: Here, heard: Store, count: int, stands: Mapping[int, Standing]) -> None:
    """One calm sentence, the last weeks, and the file with all `count` alerts."""
    st.header("How it was")
    raised = alerts.raised_since(heard, at.now - timedelta(weeks=WEEKS))
    last = alert_acts.weeks(raised, stands, at.now, WEEKS)
    words.paragraph(sentence(last[0]))
    if any(week.alerts for week in last[1:]):
        words.table(
            "Alerts week by week",
            ("Seven days to", "Alerts", "Not relevant"),
            [
                (clocks.day_name(w.until, at.zone), str(w.alerts), f"{w.dismissed} ({w.share})" if w.alerts else "–")
                for w in last
            ],
        )  # fmt: skip
    st.download_button(
        f"Take out the list ({count:,})",
        partial(file_for, at.actor),
        "one-voice-alerts.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def file_for(actor: Actor) -> bytes:
    """The whole list as a file, made when it is taken out and not at each drawing; the person is checked anew."""
    now, data = datetime.now(UTC), settings().data
    with open_partnership(data) as store, open_monitors(data) as heard:
        at = Here(store, actor, viewer(store, actor, now), partnership.profile(store), now)
        return as_csv(sheet(at, alerts.waiting(heard), alert_acts.standings(store)))


def sentence(week: alert_acts.Week) -> str:
    """The last seven days in words."""
    if not week.alerts:
        return "No alert in the last 7 days."
    many = f"{week.alerts} alert{'' if week.alerts == 1 else 's'} in the last 7 days"
    return f"{many}; {week.dismissed} of them marked not relevant ({week.share})."


def sheet(at: Here, listed: Sequence[Alert], stands: Mapping[int, Standing]) -> Table:
    """Every alert with what was done about it, one row each; times in the partnership's zone."""
    opened = {i.alert_id: i.number for i in incidents.incidents(at.store) if i.alert_id is not None}
    rows = [row(at, one, stands.get(one.id, NOBODY_YET), opened.get(one.id, "")) for one in listed]
    return Table("alerts", "Alerts", HEADS, tuple(rows))


def row(at: Here, alert: Alert, stands: Standing, incident: str) -> tuple[str, ...]:
    """One alert as cells."""
    answer = stands.answer
    has = [stands.has[side].name if side in stands.has else "" for side in ("district", "agency")]
    why = "; ".join(f"{label}: {line}" for label, line in alert_acts.why_lines(alert.reasons))
    return (
        str(alert.id), when(alert.raised_at, at.zone), alert.tier, alert.kind, alert.headline, alert.outlet,
        alert.link, when(alert.published, at.zone), when(alert.first_seen, at.zone), str(len(alert.items)),
        alert.incident_type, why, STATES.get(answer.act, answer.act) if answer else "waits",
        answer.name if answer else "", when(answer.at, at.zone) if answer else "",
        feedback.REASONS.get(answer.detail, (answer.detail, False))[0] if answer else "", *has, incident,
    )  # fmt: skip
