"""Add a source by the address of a feed or a site: first what would come, then the button that saves it."""

from __future__ import annotations

import streamlit as st

from comms import listening, typed
from comms.listening import Looked
from comms.people import Refused
from comms.screens.parts import words
from comms.screens.parts.fields import Form
from comms.screens.parts.page import Here, here, tell
from comms.screens.parts.page import listening as monitors_store

FIELDS = ("source_url", "source_name")
LOOKED = "source looked at"


def block(at: Here) -> None:
    """Address, look, what would come, add."""
    form = Form("source", typed.kept(at.store, typed.of_account(at.account.id)))
    form.text(
        "Address of a feed or a site",
        "source_url",
        example="https://www.courier.example/feed",
        fills="url",
        helps="The page of the newspaper or of the police is enough: its feeds are found for you.",
    )
    st.button("Look at it", icon=":material/search:", on_click=look, args=(form,))
    looked: Looked | None = st.session_state.get(LOOKED)
    if looked is None or looked.url != form.value("source_url").strip():
        return
    if looked.ok:
        would_come(form, looked)
    for number, (title, url) in enumerate(looked.feeds[:8], 1):
        with st.container(border=True, gap="small"):
            words.paragraph(title or url, strong=True)
            words.paragraph(url)
            st.button(f"Choose feed {number}", on_click=choose, args=(form, url), key=f"choose feed {number}")


def would_come(form: Form, looked: Looked) -> None:
    """The first headlines, as text, and the name it will have on the list."""
    with st.container(border=True):
        st.markdown("**This would come**")
        words.paragraph(looked.sentence)
        for title in looked.headlines:
            words.paragraph(f"· {title}")
        form.text("Name on your list", "source_name", helps="Empty: the name of its site.")
        st.button("Add this source", icon=":material/add:", on_click=add, args=(form,))


def look(form: Form) -> None:
    """Callback: ask the address once."""
    url = form.values(FIELDS)["source_url"]
    with here() as at, monitors_store() as heard:
        try:
            looked = listening.look(at.store, at.actor, heard, url, at.now)
        except Refused as refusal:
            form.refuse({"source_url": str(refusal)})
            return
    form.refuse({} if looked.ok else {"source_url": looked.sentence})
    if looked.ok and looked.url != url.strip():
        form.put("source_url", looked.url)
    st.session_state[LOOKED] = looked


def choose(form: Form, url: str) -> None:
    """Callback: one of the feeds a page names."""
    form.put("source_url", url)
    look(form)


def add(form: Form) -> None:
    """Callback: save it."""
    fields = form.values(FIELDS)
    with here() as at, monitors_store() as heard:
        try:
            listening.add(at.store, at.actor, heard, fields["source_url"], fields["source_name"], at.now)
        except Refused as refusal:
            form.refuse({"source_url": str(refusal)})
            return
    tell("success", "The source was added. It is asked within a minute.")
    form.saved(FIELDS)
    st.session_state.pop(LOOKED, None)
