"""Whom and what we watch: names, the forms each is listened for in, and a headline to try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from comms import partnership, typed
from comms.hearing import watching
from comms.hearing.watching import Watched
from comms.people import Refused
from comms.screens.parts import headline, last_month, words
from comms.screens.parts.fields import Form
from comms.screens.parts.page import Here, do, here, tell
from monitors.watchlist import Variant, generated

FIELDS = ("county", "places", "people", "mutual_aid", "neighbors", "not_us")
FORM = ("form_text", "form_label")


def view(at: Here) -> None:
    """What is entered, every form of it, and what a headline would do."""
    st.header("Whom and what we watch")
    st.caption("The two organizations and the schools are watched by themselves. One entry a line.")
    known = watching.watched(at.store)
    if at.account.seat not in partnership.SETTING_UP:
        read_only(known)
    else:
        lists(at, known)
    forms(at)
    headline.block()


def read_only(known: Watched) -> None:
    """For seats that do not change it."""
    for name in FIELDS:
        entry = str(getattr(known, name))
        if entry:
            words.labelled(name.replace("_", " ").capitalize(), "visibility", entry.replace("\n", " · "))
    st.caption("Communications or an administrator changes the watchlist.")


def lists(at: Here, known: Watched) -> None:
    """The fields."""
    entered = {name: str(getattr(known, name)) for name in FIELDS}
    form = Form("watch", typed.kept(at.store, typed.of_account(at.account.id)), entered)
    left, right = st.columns(2, gap="large")
    with left:
        form.text("County", "county")
        form.area("Streets and places in our community", "places", height=150)
        form.area("People of both sides: name, role", "people", height=110)
    with right:
        form.area("Agencies that answer calls here (mutual aid)", "mutual_aid", height=90)
        form.area("Neighboring agencies", "neighbors", height=90)
        form.area(
            "Not us", "not_us", height=90, helps="Names that look like ours and are not: Alder Falls, Oregon."
        )
    found = last_month.waiting({name: form.value(name) for name in FIELDS})
    if found is None:
        st.button("Save the watchlist", type="primary", on_click=save, args=(form,))
        return
    with st.container(border=True):
        last_month.panel(at, found)
        with st.container(horizontal=True):
            st.button("Save these lists", type="primary", on_click=keep, args=(form, ""))
            st.button("Keep as it was", on_click=as_it_was, args=(form, entered))


def save(form: Form) -> None:
    """Callback: first what the last month would have been with these lists; saved at once where that changes nothing.

    A refusal stands under the list it names.
    """
    fields = form.values(FIELDS)
    with here() as at:
        try:
            said = last_month.look(at, fields)
        except Refused as refusal:
            refuse(form, refusal)
            return
    if last_month.waiting(fields) is None:
        keep(form, said)


def keep(form: Form, said: str) -> None:
    """Callback: save the lists as they stand."""
    fields = form.values(FIELDS)
    with here() as at:
        try:
            watching.change_watched(at.store, at.actor, Watched(**fields), at.now)
        except Refused as refusal:
            refuse(form, refusal)
            return
    last_month.forget()
    form.saved(FIELDS)
    tell("success", f"The watchlist is saved. It holds for the next item that is heard. {said}".rstrip())


def refuse(form: Form, refusal: Refused) -> None:
    """Put the sentence under the list it is about."""
    start = str(refusal).split(",", maxsplit=1)[0].casefold().replace(" ", "_")
    form.refuse({start if start in FIELDS else "county": str(refusal)})


def as_it_was(form: Form, entered: Mapping[str, str]) -> None:
    """Callback: the lists that hold are back in the fields; what was typed is let go."""
    for name, text in entered.items():
        form.put(name, text)
    form.saved(FIELDS)
    last_month.forget()
    tell("info", "Nothing was saved. The watchlist is as it was.")


def forms(at: Here) -> None:
    """Every form of one name; taking one away switches it off, and it can be put back."""
    watchlist = partnership.watchlist(at.store)
    every = generated(watchlist)
    names = list(dict.fromkeys(variant.of for variant in every))
    if not names:
        return
    st.header("In which forms a name is heard")
    which = st.selectbox("Which name", names, key="watch name")
    of_name = [variant for variant in every if variant.of == which]
    off = {text.casefold() for text in watchlist.switched_off}
    on = [variant.text for variant in of_name if variant.text.casefold() not in off]
    if at.account.seat not in partnership.SETTING_UP:
        words.paragraph(", ".join(on))
        return
    key = f"forms of {which}"
    if key not in st.session_state:
        st.session_state[key] = on
    st.multiselect(
        f"{len(on)} of {len(of_name)} forms are listened for; take one away to switch it off",
        [variant.text for variant in of_name],
        key=key,
        on_change=switch,
        args=(key, of_name, tuple(on)),
    )
    exact = [variant.text for variant in of_name if variant.exact]
    if exact:
        st.caption("Initials count only as they are written, and only beside another name of ours.")
    add_form(at)


def switch(key: str, of_name: Sequence[Variant], before: Sequence[str]) -> None:
    """Callback: what was taken away is switched off, what was put back is heard again."""
    now = set(st.session_state[key])
    for text in {variant.text for variant in of_name} & (now ^ set(before)):
        do(
            "The watchlist is saved.",
            lambda at, text=text: watching.switch(at.store, at.actor, text, text in now, at.now),  # type: ignore[misc]
        )


def add_form(at: Here) -> None:
    """One more way a name is written."""
    form = Form("form", typed.kept(at.store, typed.of_account(at.account.id)))
    with st.expander("Add another way a name is written", icon=":material/add:"):
        form.text("As it is written", "form_text")
        form.choice(
            "It stands for", "form_label", {str(label): name for label, name in watching.LABELS.items()}
        )
        st.button("Listen for it", on_click=add, args=(form,))


def add(form: Form) -> None:
    """Callback."""
    fields = form.values(FORM)
    with here() as at:
        try:
            watching.add_form(at.store, at.actor, fields["form_text"], fields["form_label"], "", at.now)
        except Refused as refusal:
            form.refuse({"form_label" if "stands for" in str(refusal) else "form_text": str(refusal)})
            return
    form.saved(FORM)
    tell("success", "It is listened for.")
