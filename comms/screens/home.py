"""Where a person lands: on what waits for their name, else on their seat's first screen; or where a link points."""

from __future__ import annotations

import streamlit as st

from comms.agreeing import asks
from comms.people import APPROVING, Seat
from comms.screens.parts.page import here

FIRST = {Seat.RECORDS: "records.py", Seat.ADMINISTRATOR: "partnership.py"}

with here() as at:
    waiting = bool(asks.waiting_for(at.store, at.account)) if at.account.seat in APPROVING else False
    seat = at.account.seat

asked = st.query_params.get("incident", "")
if asked:
    st.switch_page("incidents.py", query_params={"incident": asked})
st.switch_page("approvals.py" if waiting else FIRST.get(seat, "alerts.py"))
