"""What was said and done, and is the log whole?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import streamlit as st

from comms import audit, clocks
from comms.proving import records, veil
from comms.proving.records import Asked
from comms.saying import releases
from comms.screens.parts import badges, words
from comms.screens.parts.foot import foot_bar
from comms.screens.parts.page import Here, do, here, outcome
from comms.screens.parts.timeline import timeline
from comms.store import open_partnership
from comms.workspace import timeline as record
from comms.workspace.incidents import Incident

WHICH, COPY, WORDS, MADE = "records incident", "records copy", "records words", "records made"


def main() -> None:
    """The log first, then one incident: what was released, what is void, every step, and the copy to take out."""
    with here() as at:
        st.set_page_config(page_title="Records · One Voice")
        badges.title("Records", at.profile.demo)
        the_log(at)
        known = {about.id: about for about in records.readable(at.store, at.account)}
        if not known:
            st.text("No incident was opened yet. Its record begins when one is.")
            return
        chosen = st.selectbox(
            "Incident",
            list(known),
            key=WHICH,
            format_func=lambda i: f"{'DRILL ' if known[i].drill else ''}{known[i].number} · {known[i].title}",
        )
        about = known[chosen]
        st.caption(records.retention(about, at.now))
        if at.account.seat in records.EXPORTING:
            left, right = st.columns([5, 3], gap="large")
        else:
            left, right = st.container(), None
        with left:
            timeline(at, about)
        if right is None:
            what_stands(at, about)
            st.caption("The records clerk or communications export a record.")
            return
        with right:
            what_stands(at, about)
            choose_copy()
        outcome()
        export_bar(at, about)


@st.cache_data(ttl=timedelta(minutes=1), max_entries=8, show_spinner=False)
def whole(data: str, rows: int, head: str) -> tuple[audit.Verdict, datetime]:
    """The verdict on the whole log, and when it was read: anew whenever a row was added, and each minute."""
    with open_partnership(Path(data)) as store:
        return audit.verify(store, Path(data)), datetime.now(UTC)


def the_log(at: Here) -> None:
    """Whether the log is whole, with its head and the minute it was read: a long one takes seconds to read."""
    last = at.store.row_of("select seq, hash from log order by seq desc limit 1") or {"seq": 0, "hash": ""}
    verdict, read_at = whole(str(at.store.path.parent), last["seq"], last["hash"])
    if verdict.whole:
        st.success(verdict.sentence, icon=":material/verified:")
    else:
        st.error(
            f"{verdict.sentence} Tell your administrator, keep the newest backup, and export nothing until it is explained.",
            icon=":material/gpp_bad:",
        )
    st.caption(
        f"Read {clocks.clock(read_at, at.zone)} {clocks.zone_name(at.zone)}. "
        "Anyone can check it on the server: python -m comms.audit verify"
    )


def what_stands(at: Here, about: Incident) -> None:
    """Releases, newest first, and approvals that no longer count."""
    st.header("Released")
    out = releases.of_incident(at.store, about.id)
    if not out:
        st.text("Nothing was released.")
    else:
        released_table(at, out)
    st.header("Void approvals")
    void = records.void(at.store, about.id)
    if not void:
        st.text("Every approval given stands.")
    for each in void:
        words.paragraph(
            f"{clocks.seen_words(each.at, at.now, at.zone)} · {each.who}, {each.seat}: {each.text.called}, "
            f"revision {each.text.revision.number}. {each.stands[:1].upper()}{each.stands[1:]}."
        )


def released_table(at: Here, out: Sequence[releases.Released]) -> None:
    """One row a release: its number, when and by whom, and the revisions that went out."""
    words.table(
        "Releases of this incident",
        ("Release", "When", "Texts"),
        [
            (
                f"{each.slug}\n{each.statement.title}",
                f"{clocks.seen_words(each.at, at.now, at.zone)}\n{each.by}"
                + (f"\nwithout {each.without}" if each.without else ""),
                "\n".join(
                    f"{record.text_words(f'{v.channel} {v.language}')}: revision {v.newest.number}"
                    for v in each.texts
                ),
            )
            for each in out
        ],
    )


def choose_copy() -> None:
    """Which copy, and what a public one leaves out."""
    st.header("Take it out")
    copy = st.radio(
        "Which copy",
        list(records.COPIES),
        format_func=lambda c: records.COPIES[c],
        captions=(
            "Exempt parts are marked and gone.",
            "Everything, with the log's own lines. Not for the public.",
        ),
        key=COPY,
    )
    if copy != "public":
        return
    st.text(
        "Always left out: " + "; ".join(_small(k.label) for k in veil.EXEMPTIONS.values() if k.always) + "."
    )
    for name in veil.CHOICES:
        st.checkbox(
            f"Leave out: {_small(veil.EXEMPTIONS[name].label)}",
            value=name in veil.DEFAULT,
            key=f"records {name}",
        )
    st.text_area("Further words to take out, one a line", key=WORDS, height=90)
    st.caption("Which parts are exempt differs by state. Counsel confirms it before a copy is handed out.")


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def asked() -> Asked:
    """What the fields say now."""
    state = st.session_state
    copy = state.get(COPY, "public")
    left_out = frozenset(n for n in veil.CHOICES if state.get(f"records {n}", n in veil.DEFAULT))
    return Asked(copy, left_out, tuple(str(state.get(WORDS, "")).splitlines()))


def export_bar(at: Here, about: Incident) -> None:
    """Write the record, then take it: the zip is made on a press, and its sum is on the log."""
    made = st.session_state.get(MADE)
    with foot_bar():
        if made and made[:2] == (about.id, asked()):
            export = made[2]
            st.caption(
                f"{sum(export.counts.values()):,} rows · SHA-256 {export.sha256[:16]}", width="content"
            )
            st.download_button(
                "Download the record",
                export.body,
                export.name,
                "application/zip",
                type="primary",
                icon=":material/download:",
                on_click="ignore",
            )
        else:
            st.caption(f"Incident {about.number} · {records.COPIES[asked().copy].lower()}", width="content")
            st.button(
                "Export the record",
                type="primary",
                icon=":material/folder_zip:",
                on_click=make,
                args=(about.id,),
            )


def make(incident_id: int) -> None:
    """Callback: write the record; the download stands in its place."""
    wanted = asked()
    made = do(
        "The record is written. Download it; the log keeps its sum.",
        lambda at: records.export(at.store, at.actor, incident_id, wanted, at.now),
    )
    if made:
        st.session_state[MADE] = (incident_id, wanted, made)


main()
