"""Open matters of the joint workspace that hold a text back, as reasons in the one list of `comms.saying.releases`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comms.agreeing import briefs
from comms.people import Seat, accounts
from comms.reasons import Reason
from comms.wording import library
from comms.workspace import divergence, ground, incidents, next_of_kin, timeline, translations
from comms.workspace.statements import Statement, Variant
from monitors.database import Store


def reasons_not(store: Store, about: Statement, texts: Sequence[Variant]) -> Iterator[Reason]:
    """What the two sides still have to settle about these words. A text approved beforehand (class A) has none."""
    if about.cls == "A":
        return
    yield from _next_of_kin(store, about, texts)
    yield from _translations(store, texts)
    yield from _ground(store, about, texts)
    yield from _divergences(store, about, texts)


def _next_of_kin(store: Store, about: Statement, texts: Sequence[Variant]) -> Iterator[Reason]:
    """The box of rule B6: a family never learns it from us first."""
    said = next_of_kin.newest(store, about.id)
    if (said is None or not said.settles) and briefs.needs_next_of_kin(store, about, texts):
        word = (
            "Nobody has said that next of kin were told" if said is None else "Next of kin are not told yet"
        )
        yield Reason("kin", word, "The police or the district say so, under their name")


def _translations(store: Store, texts: Sequence[Variant]) -> Iterator[Reason]:
    for each in translations.stale(store, texts):
        language = library.LANGUAGES[each.variant.language]
        channel = timeline.CHANNELS.get(each.variant.channel, each.variant.channel)
        yield Reason(
            "stale",
            f"The {language} {channel} is older than the English",
            "Save it anew, or mark it current",
        )


def _divergences(store: Store, about: Statement, texts: Sequence[Variant]) -> Iterator[Reason]:
    """Each difference once, with who settles it."""
    settles = {
        "agency": "The police settle it",
        "district": "The district settles it",
        "": "Either side settles it",
    }
    for one in divergence.divergences(store, about, texts):
        if one.open:
            lifts = f"{settles[one.owner]}: change the words, or say why both stand"
            yield Reason(f"divergence {one.about}", one.sentence, lifts)


def _ground(store: Store, about: Statement, texts: Sequence[Variant]) -> Iterator[Reason]:
    """In a side's own text, sentences about the other side's matters wait for its tick; a joint text has its seats."""
    if about.voice == "joint":
        return
    waiting = {g.sentence: g.side for each in texts for g in ground.others(store, about, each) if g.open}
    for side, seat in (("agency", Seat.PIO), ("district", Seat.COMMUNICATIONS)):
        count = sum(of == side for of in waiting.values())
        if count:
            word = ground.NEEDS[side]
            many = (
                f"1 sentence {word}" if count == 1 else f"{count} sentences {word.replace('needs', 'need')}"
            )
            yield Reason(f"ground {side}", many, f"{_who(store, about, seat)} can tick each; or take it out")


def _who(store: Store, about: Statement, seat: Seat) -> str:
    partner = incidents.incident(store, about.incident_id).partner_id if seat is Seat.PIO else None
    people = [p.called for p in accounts(store, seat=seat, organisation_id=partner)]
    return " or ".join(people) or ("The police" if seat is Seat.PIO else "The district")
