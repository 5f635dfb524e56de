"""What a channel carries: its name, its preview with counts, what going out would do, and where it stands after."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from comms import clocks
from comms.agreeing import asks
from comms.reaching import notices
from comms.saying import releases
from comms.saying.outgoing import Reach
from comms.saying.releases import Released
from comms.screens.parts import words
from comms.screens.parts.page import Here, do, here
from comms.wording import channels
from comms.workspace.statements import Variant

NAMES = {
    "email": "E-mail",
    "sms": "Text message",
    "web": "Web",
    "media": "Media",
    "call": "Call script",
    "social": "Social",
    "staff": "Talking points",
    "board": "Board note",
}
LABELS = {
    "email": "E-mail to families",
    "sms": "Text message to families",
    "web": "Public page",
    "media": "Statement for reporters",
    "call": "Call to families, read aloud",
    "social": "Social post",
    "staff": "Talking points for staff",
    "board": "Note to the board",
}
WITH_SUBJECT = channels.WITH_SUBJECT


def counts(variant_channel: str, language: str, text: str, phase: str = "H") -> str:
    """One line of counts, each with its limit."""
    measure = channels.measure(text, variant_channel, language)
    limits = channels.CHANNELS[variant_channel]
    parts = []
    if variant_channel == "sms":
        alphabet = "plain alphabet" if measure.alphabet == "GSM-7" else "wide alphabet"
        many = "part" if measure.segments == 1 else "parts"
        parts.append(f"{measure.characters} characters · {measure.segments} {many} · {alphabet}")
    else:
        most = limits.words.get(phase)
        parts.append(f"{measure.words} of {most} words" if most else f"{measure.words} words")
    if limits.seconds:
        parts.append(f"about {round(measure.seconds)} s read aloud")
    if limits.grades:
        parts.append(f"reading grade {measure.grade:.1f} (target 7)")
    return " · ".join(parts)


def preview(at: Here, variant: Variant) -> None:
    """The saved words as they arrive."""
    subject = variant.newest.subject if variant.channel in WITH_SUBJECT else ""
    counted = counts(variant.channel, variant.language, variant.newest.text)
    words.preview(variant.newest.text, counted, subject, variant.channel)


def delivery_of(at: Here, ask_id: int) -> str:
    """By which means an ask left, and whether each was taken."""
    told = asks.told(at.store, ask_id)
    if not told:
        return "not sent"
    if len(told) == 1 and told[0].delivery.tries == 0 and not at.profile.mail.ready:
        return "no mail is set up: send the link by hand"
    return "; ".join(_became(at, each) for each in told)


def _became(at: Here, each: asks.Told) -> str:
    """One means, and what was said of the message there."""
    means, what = each.means, each.delivery
    if what.sent_at:
        return f"{means} accepted {clocks.clock(what.sent_at, at.zone)}"
    if what.failed_at:
        return f"{means} did not accept it: {what.trouble}"
    if what.trouble:
        again = clocks.clock(what.next_try_at, at.zone)
        return f"{means} did not accept it yet ({what.trouble}); we try again at {again}"
    return f"{means} is on its way"


def _line(line: Reach) -> str:
    """What one text does, in words."""
    if line.how == "e-mail":
        said = f"by e-mail to {line.addresses:,} address{'es' if line.addresses != 1 else ''}"
    elif line.how == "public page":
        said = "on the public page"
    else:
        said = "as text to copy into your own system"
    said += f", with {line.files} file{'s' if line.files != 1 else ''}" if line.files else ""
    return said + (f"; by {', '.join(line.senders)}" if line.senders else "")


@st.dialog("Release")
def release_dialog(statement_id: int, shown: Mapping[int, str]) -> None:
    """Channels, audiences and counts, then one button."""
    with here() as at:
        lines = releases.reach(at.store, statement_id)
    st.text("This goes out at once and never changes afterwards:")
    for line in lines:
        st.text(f"{NAMES[line.variant.channel]}: {_line(line)}")
        if line.lists:
            words.paragraph(", ".join(f"{a.name} ({a.count:,})" for a in line.lists))
    st.button(
        "Release now",
        type="primary",
        icon=":material/send:",
        on_click=release_now,
        args=(statement_id, dict(shown)),
    )


def release_now(statement_id: int, shown: Mapping[int, str]) -> None:
    """The one press."""
    do(
        "Released. The page is public, and the e-mails are leaving.",
        lambda at: releases.release(at.store, at.actor, statement_id, shown, at.now),
    )


def going_out(at: Here, release: Released, variant: Variant) -> None:
    """After the release: the address, the receipts, the text to copy."""
    if variant.channel == "web":
        number = release.slug.rsplit("-", 1)[0]
        st.link_button("Open the public page", f"/s/{number}", icon=":material/public:")
    for failed in [d for d in notices.deliveries(at.store, f"release {release.id}") if d.trouble][:20]:
        who = failed.name if failed.recipient.startswith("sender ") else failed.recipient
        words.paragraph(f"{who}: {failed.trouble}")
    if variant.channel != "web":
        st.caption("Text to copy")
        st.code(releases.copy_text(variant), language=None, wrap_lines=True)
