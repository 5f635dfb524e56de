"""Add a source by the address of a feed or a site: first what would come, then the button that saves it."""

from __future__ import annotations

import streamlit as st

from comms import clocks, entered, typed
from comms.hearing import listening
from comms.hearing.listening import Looked
from comms.people import Refused
from comms.screens.parts import words
from comms.screens.parts.fields import Form
from comms.screens.parts.page import Here, here, tell
from comms.screens.parts.page import listening as monitors_store
from monitors.kinds import Kind

FIELDS = ("source_url", "source_name", "source_kind", "source_place", "source_zone", "source_options")
LOOKED = "source looked at"
ADDING = "adding a source"
RULED = frozenset({Kind.PAGE, Kind.DISPATCH, Kind.MAIL})
"""Kinds that may need reading rules: selectors, columns, the name of a password."""
RULES_HELP = (
    "For a page: CSS selectors, such as item, title, link, published. For a dispatch log: the columns. "
    'For a mailbox: {"password": "$NAME"}, where NAME is an environment variable of the server.'
)


def block(at: Here, full: bool = False) -> None:
    """Address, look, what would come, add. `full` also asks for kind, place and zone."""
    known = {"source_kind": str(Kind.FEED), "source_zone": at.profile.zone}
    form = Form("source", typed.kept(at.store, typed.of_account(at.account.id)), known)
    form.text(
        "Address of a feed or a site",
        "source_url",
        example="https://www.courier.example/feed",
        fills="url",
        helps="The page of the newspaper or of the police is enough: its feeds are found for you.",
    )
    if full:
        more(form)
    looked: Looked | None = st.session_state.get(LOOKED)
    if looked is not None and looked.url != form.value("source_url").strip():
        looked = None
    main = full and not (looked and looked.ok)
    st.button(
        "Look at it",
        icon=":material/search:",
        type="primary" if main else "secondary",
        on_click=look,
        args=(form,),
    )
    if looked is None:
        return
    if looked.ok:
        with st.container(border=True):
            st.markdown("**This would come**")
            would_come(at, looked)
            form.text("Name on your list", "source_name", helps="Empty: the name of its site.")
            st.button(
                "Add this source",
                icon=":material/add:",
                type="primary" if full else "secondary",
                on_click=add,
                args=(form, looked.url),
            )
    for number, feed in enumerate(looked.feeds[:8], 1):
        a_feed(at, form, feed, number)


def more(form: Form) -> None:
    """What the kind decides, where it belongs, and how its document is read."""
    kind, place, zone = st.columns(3)
    with kind:
        form.choice("Kind", "source_kind", {str(k): k.label.capitalize() for k in Kind})
    with place:
        form.text("Place it reports on", "source_place", helps="Empty: the whole community.")
    with zone:
        form.choice(
            "Its time zone",
            "source_zone",
            zones(form.value("source_zone")),
            helps="For dates that name no zone themselves.",
        )
    if form.value("source_kind") in RULED:
        form.area("Reading rules", "source_options", helps=RULES_HELP)


def zones(now: str) -> dict[str, str]:
    """The country's zones, and the one that stands there already."""
    return {**({now: now} if now else {}), **entered.ZONES}


def would_come(at: Here, looked: Looked) -> None:
    """The first entries with their times, as text."""
    words.paragraph(looked.sentence)
    lines = [
        f"· {clocks.seen_words(published, at.now, at.zone) if published else 'no date'}: {title}"
        for title, published in looked.entries
    ]
    words.paragraph("\n".join(lines))


def a_feed(at: Here, form: Form, feed: Looked, number: int) -> None:
    """One of the feeds a page names, with what it brings when it was looked into."""
    with st.container(border=True, gap="small"):
        words.paragraph(feed.name or feed.url, strong=True)
        words.paragraph(feed.url)
        if feed.ok:
            would_come(at, feed)
            st.button(
                f"Add feed {number}", on_click=add, args=(form, feed.url, feed.name), key=f"add {number}"
            )
        else:
            if feed.sentence:
                words.paragraph(feed.sentence)
            st.button(
                f"Look at feed {number}", on_click=choose, args=(form, feed.url), key=f"choose feed {number}"
            )


def look(form: Form) -> None:
    """Callback: ask the address once."""
    fields = form.values(FIELDS)
    url = fields["source_url"]
    with here() as at, monitors_store() as heard:
        try:
            rules = listening.reading_rules(fields["source_options"])
            kind = Kind(fields["source_kind"] or Kind.FEED)
            looked = listening.look(at.store, at.actor, heard, url, at.now, kind, rules)
        except Refused as refusal:
            refuse(form, refusal)
            return
    form.refuse({} if looked.ok else {"source_url": looked.sentence})
    if looked.ok and looked.url != url.strip():
        form.put("source_url", looked.url)
    st.session_state[LOOKED] = looked


def choose(form: Form, url: str) -> None:
    """Callback: one of the feeds a page names."""
    form.put("source_url", url)
    look(form)


def add(form: Form, url: str, name: str = "") -> None:
    """Callback: save it."""
    fields = form.values(FIELDS)
    with here() as at, monitors_store() as heard:
        try:
            source = listening.add(
                at.store,
                at.actor,
                heard,
                url,
                fields["source_name"] or name,
                at.now,
                Kind(fields["source_kind"] or Kind.FEED),
                fields["source_place"],
                fields["source_zone"],
                listening.reading_rules(fields["source_options"]),
            )
        except Refused as refusal:
            refuse(form, refusal)
            return
    tell("success", f"{source.name} was added. It is asked within a minute.")
    form.saved(FIELDS)
    st.session_state.pop(LOOKED, None)
    st.session_state.pop(ADDING, None)


def refuse(form: Form, refusal: Refused) -> None:
    """The sentence under the field it is about."""
    field = refusal.field if isinstance(refusal, listening.FieldRefused) else "url"
    form.refuse({f"source_{field}": str(refusal)})
