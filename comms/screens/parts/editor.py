"""The draft editor: a text box that keeps what is typed, with the revision it began from, and marks words a check found.

Streamlit's own text area sends nothing until it is left, so a reload would lose words. This one hands the text over
700 ms after the last key, at once when it is left, and on Ctrl/Cmd+S.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

HTML = """
<label class="subject-row"><span>Subject</span>
<input type="text" aria-label="Subject" autocomplete="off" spellcheck="true"></label>
<label class="text-row"><span>Text</span>
<div class="box"><div class="back" aria-hidden="true"></div><textarea aria-label="Text" spellcheck="true" rows="8"></textarea></div></label>
<p class="status" role="status"></p>
"""

CSS = """
:host { display: block; }
label { display: block; font-family: var(--st-font); color: var(--st-text-color); }
label span { display: block; font-size: .875rem; margin-bottom: .25rem; }
.subject-row { margin-bottom: .75rem; }
input, textarea, .back {
  box-sizing: border-box; width: 100%; font-family: var(--st-font); font-size: 1rem; line-height: 1.6;
  padding: .6rem .75rem; border: 1px solid var(--st-border-color); border-radius: 8px;
  background: transparent; color: var(--st-text-color); letter-spacing: normal;
}
.box { position: relative; background: var(--st-background-color); border-radius: 8px; }
.back { position: absolute; inset: 0; color: transparent; border-color: transparent; white-space: pre-wrap;
  overflow-wrap: break-word; overflow: hidden; pointer-events: none; }
textarea { position: relative; display: block; resize: none; overflow: hidden; white-space: pre-wrap;
  overflow-wrap: break-word; min-height: 12rem; }
input:focus-visible, textarea:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
mark { color: transparent; border-radius: 2px; background: color-mix(in srgb, var(--st-yellow-color) 18%, transparent);
  box-shadow: inset 0 -2px 0 var(--st-yellow-color); }
mark.block { background: color-mix(in srgb, var(--st-red-color) 16%, transparent);
  box-shadow: inset 0 -3px 0 var(--st-red-color); }
.status { font-family: var(--st-font); font-size: .875rem; margin: .35rem 0 0; min-height: 1.3em; color: var(--st-text-color); }
"""

JS = """
const kept = new WeakMap()
const KEPT = "What you typed is kept here and will be saved."

function paint(back, text, marks) {
  back.replaceChildren()
  let at = 0
  for (const m of marks) {
    const start = Math.max(m.start, at), end = Math.min(m.end, text.length)
    if (start >= end) continue
    back.append(document.createTextNode(text.slice(at, start)))
    const mark = document.createElement("mark")
    mark.className = m.level
    mark.textContent = text.slice(start, end)
    back.append(mark)
    at = end
  }
  back.append(document.createTextNode(text.slice(at) + "\\n"))
}

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component
  const find = (name) => parentElement.querySelector(name)
  const input = find("input"), area = find("textarea"), back = find(".back"), status = find(".status")
  let mine = kept.get(parentElement)
  if (!mine) { mine = { base: null, timer: 0, marked: null }; kept.set(parentElement, mine) }
  find(".subject-row").style.display = data.subjectLabel ? "block" : "none"
  find(".subject-row span").textContent = data.subjectLabel || ""
  find(".text-row span").textContent = data.label
  area.setAttribute("aria-label", data.label)
  input.setAttribute("aria-label", data.subjectLabel || "Subject")
  const grow = () => { area.style.height = "auto"; area.style.height = area.scrollHeight + 2 + "px" }
  const say = (words) => { if (status.textContent !== words) status.textContent = words }
  const now = () => new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit" })
  if (mine.base !== data.base) {
    mine.base = data.base
    clearTimeout(mine.timer)
    area.value = data.text
    input.value = data.subject || ""
  }
  const draft = () => ({ base: mine.base, text: area.value, subject: input.value })
  const hand = () => { clearTimeout(mine.timer); mine.timer = 0; setStateValue("draft", draft()) }
  const typed = () => {
    grow()
    paint(back, area.value, [])
    clearTimeout(mine.timer)
    if (!navigator.onLine) say("Connection lost. " + KEPT)
    mine.timer = setTimeout(hand, 700)
  }
  const save = (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault()
      hand()
      setTriggerValue("save", draft())
    }
  }
  area.oninput = typed
  input.oninput = typed
  area.onblur = () => { if (mine.timer) hand() }
  input.onblur = () => { if (mine.timer) hand() }
  area.onkeydown = save
  input.onkeydown = save
  mine.say = say
  mine.hand = hand
  if (!mine.wired) {
    mine.wired = true
    window.addEventListener("offline", () => mine.say("Connection lost " + now() + ". " + KEPT))
    window.addEventListener("online", () => { mine.say("Connected again " + now() + "."); mine.hand() })
  }
  if (data.text === area.value) { paint(back, area.value, data.marks || []) }
  if (data.status && !mine.timer) say(data.status)
  requestAnimationFrame(grow)
  return () => { if (mine.timer) hand() }
}
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters of the text to underline: "block" or "warn"."""

    start: int
    end: int
    level: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What the box holds: the words and the revision they began from."""

    base: int
    text: str
    subject: str


def draft_in(key: str) -> Draft | None:
    """What the box handed over last, or None."""
    state = st.session_state.get(key)
    value: Any = state.get("draft") if state else None
    if not isinstance(value, dict) or not isinstance(value.get("base"), int):
        return None
    return Draft(value["base"], str(value.get("text", "")), str(value.get("subject", "")))


@st.cache_resource
def _component() -> Any:
    return st.components.v2.component("one_voice_editor", html=HTML, css=CSS, js=JS)


def editor(
    key: str,
    draft: Draft,
    *,
    label: str,
    subject_label: str,
    marks: Sequence[Mark],
    status: str,
    on_draft: Callable[[], None],
    on_save: Callable[[], None],
) -> None:
    """The box. `draft` is put into it when its base changes; `on_draft` runs when words were handed over."""
    _component()(
        key=key,
        data={
            "base": draft.base,
            "text": draft.text,
            "subject": draft.subject,
            "label": label,
            "subjectLabel": subject_label,
            "marks": [{"start": m.start, "end": m.end, "level": m.level} for m in marks],
            "status": status,
        },
        on_draft_change=on_draft,
        on_save_change=on_save,
    )
