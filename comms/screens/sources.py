"""Are we hearing everything?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from comms import clocks
from comms.hearing import listening
from comms.partnership import SETTING_UP
from comms.screens.parts import add_source, badges, sources_one, sources_table, stale, why_not, words
from comms.screens.parts.file_box import file_box, file_in
from comms.screens.parts.page import Here, do, here, outcome, pulse, tell
from comms.screens.parts.page import listening as monitors_store
from comms.screens.parts.to_top import to_top
from monitors import health, opml, sources
from monitors.database import Store
from monitors.health import Health, Overview
from monitors.store import stamp


def version(at: Here) -> object:
    """What this screen shows of the world: which sources there are and how each is, not every poll."""
    with monitors_store() as heard:
        listed = health.health(heard, at.now, at.zone)
    return tuple((h.source, h.condition, h.state.failures) for h in listed)


@st.fragment(run_every="15s")
def at_a_glance() -> None:
    """Caption and tiles: they tick, and nothing is typed in them."""
    with here() as at, monitors_store() as heard:
        listed = health.health(heard, at.now, at.zone)
        whole = health.overview(heard, listed)
        midnight = at.now.astimezone(at.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        row = heard.row_of("select count(*) as n from alerts where at >= ?", stamp(midnight))
        st.caption(
            f"{words.literal(at.profile.place or 'Your community')} · {counted(len(listed))} · {swept(at, whole)}"
        )
        stale.badge(whole, at.now, at.zone)
        sources_table.tiles(listed, whole, int(row["n"]) if row else 0, at.now)


def counted(count: int) -> str:
    """How many sources, in words."""
    return f"{count} source{'' if count == 1 else 's'}"


def swept(at: Here, whole: Overview) -> str:
    """When we last asked and when we ask next, with the zone."""
    if whole.swept_at is None:
        return "not swept yet"
    local = whole.swept_at.astimezone(at.zone)
    clock = clocks.clock(whole.swept_at, at.zone).replace(" ", f":{local:%S} ")
    zone = clocks.zone_name(at.zone)
    return (
        f"last sweep {clock} {zone}, took {whole.took_ms / 1000:.1f} s · {following(whole.next_at, at.now)}"
    )


def following(next_at: datetime | None, now: datetime) -> str:
    """When the next source is due."""
    if next_at is None:
        return "nothing is due"
    seconds = int((next_at - now).total_seconds())
    if seconds <= 0:
        return "next now"
    return f"next in {seconds} s" if seconds < 120 else f"next in {seconds // 60} min"


def main() -> None:
    """Top to bottom as the experience says."""
    with here() as at, monitors_store() as heard:
        st.set_page_config(page_title="Sources · One Voice")
        may = at.account.seat in SETTING_UP
        adding = may and bool(st.session_state.get(add_source.ADDING))
        with badges.title("Sources", at.profile.demo):
            if may:
                st.button(
                    "Add it later" if adding else "Add a source",
                    type="tertiary" if adding else "primary",
                    icon=None if adding else ":material/add:",
                    on_click=open_form,
                    args=(not adding,),
                )
        at_a_glance()
        outcome()
        if adding:
            with st.container(border=True):
                st.header("Add a source")
                add_source.block(at, full=True)
        for sentence in health.missed(heard, at.now, at.zone):
            st.warning(words.literal(sentence), icon=":material/history_toggle_off:")
        listed = health.health(heard, at.now, at.zone)
        need_a_hand(at, listed)
        all_sources(at, heard, listed)
        why_not.block(at, heard)
        if may:
            in_and_out(heard)
        else:
            st.caption("Communications or an administrator adds and changes sources.")


def need_a_hand(at: Here, listed: Sequence[Health]) -> None:
    """A card per trouble; nothing at all when there is none."""
    poor = [h for h in listed if h.needs_hand]
    if poor:
        st.header("Need a hand")
    for one in poor:
        sources_one.hand(at, one)


def all_sources(at: Here, heard: Store, listed: Sequence[Health]) -> None:
    """The table, troubles first, and one source looked at closely."""
    st.header("All sources")
    if not listed:
        st.text("Nothing is listened to yet. Add the feed of your police, your newspaper or your county.")
        return
    sources_table.table(at, listed)
    names = {h.source.id: h for h in listed}
    if st.session_state.get(sources_one.CHOSEN) not in names:
        st.session_state[sources_one.CHOSEN] = None
    to_top(str(st.session_state[sources_one.CHOSEN]))
    chosen = st.selectbox(
        "Look at one source closely",
        list(names),
        index=None,
        key=sources_one.CHOSEN,
        format_func=lambda source_id: names[source_id].source.name,
        placeholder="Choose a source",
    )
    if chosen is not None:
        sources_one.panel(at, heard, names[chosen])


def in_and_out(heard: Store) -> None:
    """The list as OPML, the format every feed reader knows."""
    with st.expander("Bring in or take out the list (OPML)", icon=":material/swap_vert:"):
        file_box("An OPML file of another reader", "opml", ".opml,.xml,text/x-opml", bring_in)
        outcome("opml")
        refused = st.session_state.get("opml refused", ())
        for name, sentence in refused[:20]:
            words.paragraph(f"{name}: {sentence}")
        st.download_button(
            "Take out the list",
            opml.export(sources.every_source(heard)),
            "one-voice-sources.opml",
            "text/x-opml",
            icon=":material/download:",
            on_click="ignore",
        )


# Callbacks ----------------------------------------------------------------------------------------------------------


def open_form(wanted: bool) -> None:
    """Show or put away the form; what was typed into it is kept."""
    st.session_state[add_source.ADDING] = wanted


def bring_in() -> None:
    """A file was handed over."""
    file = file_in("opml")
    if file is None:
        return
    with monitors_store() as heard:
        brought = do("", lambda at: listening.bring_in(at.store, at.actor, heard, file.body, at.now), "opml")
    if brought is None:
        return
    st.session_state["opml refused"] = brought.refused
    counts = [
        f"{counted(len(brought.added))} added",
        f"{len(brought.known)} known already" if brought.known else "",
        f"{len(brought.refused)} refused; why stands beside the file" if brought.refused else "",
    ]
    tell("success" if brought.added else "info", f"{', '.join(filter(None, counts))}.", "opml")


with pulse(version, "sources", "5s"):
    main()
