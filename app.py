"""The server: screens by Streamlit, plain pages beside them. A launcher, nothing else.

`streamlit run app.py`, `uvicorn app:app` and `python -m comms.serve` (make run) all start this one application.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from comms.web.guard import middleware
from comms.web.life import lifespan
from comms.web.pages import broke
from comms.web.routes import PLAIN

app = st.App(
    Path(__file__).parent / "comms" / "screens" / "main.py",
    routes=PLAIN,
    middleware=middleware(),
    lifespan=lifespan,
    exception_handlers={Exception: broke},
)
