"""One soft tone when something pages: off until a person turns it on in this browser, never repeated.

A sleeping tab makes no sound, so this is never the only way an alert arrives: a badge and a message always are.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

HTML = """<button type="button" aria-pressed="false">Sound</button>"""

CSS = """
button { font: inherit; font-family: var(--st-font); font-size: .875rem; min-height: 2.25rem; padding: .25rem .75rem;
  color: var(--st-text-color); background: transparent; border: 1px solid var(--st-border-color); border-radius: 8px;
  cursor: pointer; }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
"""

JS = """
const ON = "one-voice sound", HEARD = "one-voice heard up to"
const kept = (name) => { try { return localStorage.getItem(name) } catch { return null } }
const keep = (name, value) => { try { localStorage.setItem(name, value) } catch { /* private window: this page only */ } }
let audio = null

function tone() {
  audio = audio || new AudioContext()
  const at = audio.currentTime, sound = audio.createOscillator(), loud = audio.createGain()
  sound.frequency.value = 587
  loud.gain.setValueAtTime(0, at)
  loud.gain.linearRampToValueAtTime(0.15, at + 0.05)
  loud.gain.exponentialRampToValueAtTime(0.001, at + 0.7)
  sound.connect(loud).connect(audio.destination)
  sound.start(at)
  sound.stop(at + 0.75)
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  const show = () => {
    const on = kept(ON) === "on"
    button.setAttribute("aria-pressed", String(on))
    button.textContent = on ? "Sound is on in this browser" : "Turn on a sound for page-now alerts"
  }
  button.onclick = () => {
    const on = kept(ON) !== "on"
    keep(ON, on ? "on" : "off")
    if (on) tone()
    show()
  }
  show()
  const before = kept(HEARD)
  if (before !== null && data.newest <= Number(before)) return
  keep(HEARD, String(data.newest))
  if (before !== null && kept(ON) === "on") tone()
}
"""


@st.cache_resource
def _component() -> Any:
    return st.components.v2.component("one_voice_sound", html=HTML, css=CSS, js=JS)


def sound(newest: int) -> None:
    """The switch, and the tone when `newest`, the number of the newest alert that pages, has grown."""
    _component()(key="sound", data={"newest": newest})
