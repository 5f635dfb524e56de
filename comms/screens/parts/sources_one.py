"""One source: how it is, what to try, its last answers, and every change a person makes to it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from comms import typed
from comms.hearing import listening
from comms.hearing.listening import Typed
from comms.partnership import SETTING_UP
from comms.people import Refused
from comms.screens.parts import add_source, badges, sources_table, words
from comms.screens.parts.fields import Form
from comms.screens.parts.page import Here, do, here, outcome, tell
from comms.screens.parts.page import listening as monitors_store
from monitors import health
from monitors.database import Store
from monitors.health import Condition, Health
from monitors.kinds import Kind

CHOSEN = "source chosen"
FIELDS = ("url", "name", "kind", "place", "zone", "every", "gap", "options")


def hand(at: Here, one: Health) -> None:
    """A card under "Need a hand": since when, what was kept, what to try."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center", width="content"):
                sources_table.badge(one, at.now)
                st.html(
                    f"<h3 style='font-size:1rem;font-weight:600;margin:0;padding:0'>{words.marked(one.source.name, ())}</h3>",
                    width="content",
                )
            st.caption(asked(one), width="content")
        words.paragraph(one.sentence)
        if at.account.seat in SETTING_UP:
            buttons(one, f"hand {one.source.id}")
        outcome(f"hand {one.source.id}")


def asked(one: Health) -> str:
    """What it is and how often it is asked: our words only."""
    return f"{one.source.kind.label} · every {health.span(one.source.interval)}"


def buttons(one: Health, place: str) -> None:
    """What a person can do about it now."""
    source = one.source
    with st.container(horizontal=True):
        if one.condition is Condition.MOVED:
            st.button(
                "Use the new address",
                key=f"{place} move",
                icon=":material/move_down:",
                on_click=move,
                args=(source.id, place),
            )
        if source.paused_at:
            st.button(
                "Resume it",
                key=f"{place} resume",
                icon=":material/play_arrow:",
                on_click=act,
                args=("resume", source.id, ""),
            )
        else:
            st.button(
                "Check now",
                key=f"{place} check",
                icon=":material/refresh:",
                on_click=act,
                args=("ask_now", source.id, place),
            )
            st.button(
                "Pause it",
                key=f"{place} pause",
                type="tertiary",
                on_click=act,
                args=("pause", source.id, ""),
            )
        if place != "one":
            st.button("Look closer", key=f"{place} open", type="tertiary", on_click=choose, args=(source.id,))
            return
        with st.popover("Remove it", type="tertiary", icon=":material/delete:"):
            st.text("It is no longer asked. Its items stay, and the address can be added again.")
            st.button("Remove from the list", key="remove", on_click=act, args=("remove", source.id, ""))


def panel(at: Here, heard: Store, one: Health) -> None:
    """A source looked at closely."""
    with st.container(border=True):
        words.headline(one.source.name)
        with badges.row():
            sources_table.badge(one, at.now)
            st.caption(asked(one), width="content")
        words.paragraph(one.source.url)
        words.paragraph(one.sentence)
        may = at.account.seat in SETTING_UP
        if may:
            buttons(one, "one")
        outcome("one")
        polls = health.polls_in_words(heard, one.source.id, at.zone)
        with st.expander(
            f"Its last answers ({len(polls)})" if polls else "Not asked yet", icon=":material/history:"
        ):
            words.paragraph("\n".join(polls))
            if not polls:
                st.text("It is asked for the first time in the next pass.")
        # Not an expander: the scrolling of its box shuts a list that is opened inside it.
        if may and st.toggle("Edit this source", key=f"edit wanted {one.source.id}"):
            edit(at, one)


def edit(at: Here, one: Health) -> None:
    """Every field with what it is now; a refusal stands under its field and nothing typed is lost."""
    known = {
        name_of(one.source.id, field): getattr(listening.typed_of(one.source), field) for field in FIELDS
    }
    form = Form("edit", typed.kept(at.store, typed.of_account(at.account.id)), known)

    def named(field: str) -> str:
        return name_of(one.source.id, field)

    form.text("Name", named("name"))
    form.text("Address", named("url"), fills="url")
    kind, place, zone = st.columns(3)
    with kind:
        form.choice("Kind of source", named("kind"), {str(k): k.label.capitalize() for k in Kind})
    with place:
        form.text("Place it reports on", named("place"), helps="Empty: the whole community.")
    with zone:
        form.choice("Its time zone", named("zone"), add_source.zones(form.value(named("zone"))))
    often, gap = st.columns(2)
    with often:
        usual = health.span(one.source.kind.every)
        form.text("Ask every … minutes", named("every"), helps=f"Empty: every {usual}, or as its rhythm is.")
    with gap:
        form.text("Quiet for … hours is usual", named("gap"), helps="Empty: learned from its own rhythm.")
    if form.value(named("kind")) in add_source.RULED:
        form.area("Reading rules", named("options"), helps=add_source.RULES_HELP)
    st.button(
        "Save this source",
        key="save source",
        icon=":material/save:",
        on_click=save,
        args=(form, one.source.id),
    )


def name_of(source_id: int, field: str) -> str:
    """The name of a field of one source in the draft of a person."""
    return f"source_{source_id}_{field}"


# Callbacks ----------------------------------------------------------------------------------------------------------


def choose(source_id: int) -> None:
    """Look at one source closely."""
    st.session_state[CHOSEN] = source_id


def act(what: str, source_id: int, place: str) -> None:
    """Check, pause, resume, remove: one press, one command."""
    commands: dict[str, tuple[str, Callable[[Here, Store], object]]] = {
        "ask_now": (
            "It is asked in the next pass, within seconds.",
            lambda at, heard: listening.ask_now(at.store, at.actor, heard, source_id, at.now),
        ),
        "pause": (
            "Paused. It is not asked until someone resumes it.",
            lambda at, heard: listening.pause(at.store, at.actor, heard, source_id, "", at.now),
        ),
        "resume": (
            "It is asked again, beginning now.",
            lambda at, heard: listening.resume(at.store, at.actor, heard, source_id, at.now),
        ),
        "remove": (
            "Removed from the list. Its items stay.",
            lambda at, heard: listening.remove(at.store, at.actor, heard, source_id, at.now),
        ),
    }
    done, command = commands[what]
    with monitors_store() as heard:
        do(done, lambda at: command(at, heard), place)


def move(source_id: int, place: str) -> None:
    """A person confirms that a source now speaks from another domain."""
    with monitors_store() as heard:
        done = do("", lambda at: listening.confirm_move(at.store, at.actor, heard, source_id, at.now), place)
    if done:
        tell("success", "The new address is used from now on. Every item was kept.")


def save(form: Form, source_id: int) -> None:
    """Save the fields of a source."""
    names = [name_of(source_id, field) for field in FIELDS]
    fields = form.values(names)
    to = Typed(**{field: fields[name_of(source_id, field)] for field in FIELDS})
    with here() as at, monitors_store() as heard:
        try:
            listening.change(at.store, at.actor, heard, source_id, to, at.now)
        except Refused as refusal:
            field = refusal.field if isinstance(refusal, listening.FieldRefused) else "url"
            form.refuse({name_of(source_id, field): str(refusal)})
            return
    tell("success", "Saved.", "one")
    form.saved(names)
