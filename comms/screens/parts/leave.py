"""Sending the browser to a plain page of ours: Streamlit cannot set a cookie, those pages can."""

from __future__ import annotations

import html
from typing import Any

import streamlit as st

JS = """
export default function ({ data }) { window.location.assign(data.to) }
"""


@st.cache_resource
def _component() -> Any:
    return st.components.v2.component("one_voice_leave", html="<span></span>", js=JS)


def leave(path: str, words: str) -> None:
    """Go to `path` now; a link stands there too, for a browser that does not."""
    st.html(f'<p><a href="{html.escape(path, quote=True)}">{html.escape(words)}</a></p>')
    _component()(key="leave", data={"to": path})
