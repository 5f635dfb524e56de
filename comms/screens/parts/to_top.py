"""A new step begins at its top: Streamlit keeps the scroll position when only the contents change."""

from __future__ import annotations

from typing import Any

import streamlit as st

JS = """
const seen = new WeakMap()

export default function ({ data, parentElement }) {
  const before = seen.get(parentElement)
  seen.set(parentElement, data.step)
  if (before === undefined || before === data.step) return
  const root = parentElement.getRootNode()
  ;(root.host || parentElement).scrollIntoView({ block: "center" })
}
"""


@st.cache_resource
def _component() -> Any:
    return st.components.v2.component("one_voice_to_top", html="<span></span>", js=JS)


def to_top(step: str) -> None:
    """Stand this at the top of the page; when `step` changes, the page shows it."""
    _component()(key="to top", data={"step": step}, height=1)
