"""A file as the browser has it: a native file field with a real label, handed over as bytes.

Streamlit's own uploader gives two roles to one element, which screen readers trip over (axe: presentation-role-conflict).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

LARGEST = 8 << 20
"""Bytes; a larger file is refused in the browser, with a sentence."""

HTML = """
<label><span></span><input type="file"></label><p role="status" aria-live="polite"></p>
"""
CSS = """
:host { display: block }
label { display: block; font-size: .875rem; color: var(--st-text-color); font-family: var(--st-font) }
input { display: block; margin-top: .35rem; width: 100%; box-sizing: border-box; font: inherit; color: inherit;
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); padding: .4rem }
input:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px }
input::file-selector-button { font: inherit; color: inherit; background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); padding: .3rem .7rem; margin-right: .7rem }
p { margin: .3rem 0 0; font-size: .875rem; font-family: var(--st-font); color: var(--st-red-text-color) }
p:empty { display: none }
"""
JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name)
  const input = find("input"), told = find("p")
  find("span").textContent = data.label
  input.accept = data.accept
  input.onchange = () => {
    const file = input.files[0]
    if (!file) return
    told.textContent = ""
    if (file.size > data.largest) {
      told.textContent = file.name + " is larger than 8 MB. Nothing was read."
      return
    }
    const reader = new FileReader()
    reader.onload = () => {
      setTriggerValue("file", { name: file.name, body: String(reader.result).split(",")[1] || "" })
      input.value = ""
    }
    reader.onerror = () => { told.textContent = file.name + " could not be read. Nothing was changed." }
    reader.readAsDataURL(file)
  }
}
"""


@dataclass(frozen=True, slots=True)
class File:
    """What a person chose. The name is foreign text."""

    name: str
    body: bytes


@st.cache_resource
def _component() -> Any:
    return st.components.v2.component("one_voice_file", html=HTML, css=CSS, js=JS)


def file_box(label: str, key: str, accept: str, on_file: Callable[[], None]) -> None:
    """The field. `on_file` runs when a file was handed over; it reads it with `file_in(key)`."""
    _component()(key=key, data={"label": label, "accept": accept, "largest": LARGEST}, on_file_change=on_file)


def file_in(key: str) -> File | None:
    """The file handed over in this run, or None."""
    state = st.session_state.get(key)
    value: Any = state.get("file") if state else None
    if not isinstance(value, dict):
        return None
    try:
        body = base64.b64decode(str(value.get("body", "")), validate=True)
    except (binascii.Error, ValueError):
        return None
    return File(str(value.get("name", "")), body)
