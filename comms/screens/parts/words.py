"""Foreign text as text: headlines with marked words, quotes, tables, lists. Every word is escaped, tags are ours.

Streamlit reads labels, captions, headers, badges and messages as Markdown. Whatever a person or a feed wrote goes into
one of them through `literal` alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

import streamlit as st

from comms.wording.merge import Piece

MARK = "background:rgba(240,180,30,.30);color:inherit;border-bottom:2px solid #B37A00"
"""A ground and a line that read in light and dark."""
_INS = "background:rgba(30,107,58,.16);text-decoration:underline;color:inherit"
_DEL = "background:rgba(163,35,31,.14);text-decoration:line-through;color:inherit"

_JOIN = "\u2060"
"""The word joiner: seen by nobody, and it keeps apart what would become a link, a picture, a color or an icon."""
_TOGETHER = re.compile(
    r":(?=[:/]|[^\W\d]|[\w+-]+:)"  # :red[…], :material/home:, :smile:, http://
    r"|(?<![^\W_])www(?=\.)|@(?=\w)"  # www.…, a mail address
    r"|(?<!\S)(?:<-|[-<>~](?=[->=]))(?=\S+(?!\S))",  # arrows and dashes that would be drawn as one sign
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[\\`*_{}\[\]<>&$~|!]")
_BEGINS = re.compile(r"^(\d*)([#+=.)-])")
"""A heading, a list or a line, where it stands first."""
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of reading, so that words seem to be others."""


def literal(text: str) -> str:
    """Foreign text for a label, a caption, a header or a message: read as Markdown it shows exactly these characters.

    One line; signs that turn the direction of reading are left out.
    """
    line = _TOGETHER.sub(lambda found: found[0] + _JOIN, " ".join(_TURNS.sub("", text).split()))
    return _BEGINS.sub(r"\1\\\2", _SIGNS.sub(r"\\\g<0>", line))


def on_badge(word: str) -> str:
    """Foreign text for `st.badge`, which itself escapes brackets, and those alone."""
    return literal(word).replace("\\[", "[").replace("\\]", "]")


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Escaped text with its spans (character offsets) marked; overlapping spans become one."""
    out, at = "", 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            out += html.escape(text[at:start]) + f"<mark style='{MARK}'>{html.escape(text[start:end])}</mark>"
            at = end
    return out + html.escape(text[at:])


def headline(text: str, spans: Iterable[tuple[int, int]] = ()) -> None:
    """A headline as a real heading, with the words that decided marked."""
    style = "font-size:1.25rem;font-weight:650;margin:0;padding:0;overflow-wrap:anywhere;line-height:1.35"
    st.html(f"<h2 style='{style}'>{marked(text, spans)}</h2>")


def paragraph(text: str, spans: Iterable[tuple[int, int]] = (), strong: bool = False) -> None:
    """Foreign words as a paragraph; lines stay lines."""
    weight = "font-weight:600;" if strong else ""
    st.html(
        f"<p style='margin:0;{weight}white-space:pre-wrap;overflow-wrap:anywhere'>{marked(text, spans)}</p>"
    )


_LABEL = "background:rgba(128,140,140,.18);border-radius:.4rem;padding:.05rem .45rem;margin-right:.4rem;font-size:.875rem"


def lines(labelled_lines: Iterable[tuple[str, str]]) -> None:
    """Short lines, each a label and foreign words that run on behind it, also where a phone breaks the line."""
    out = "".join(
        f"<p style='margin:0 0 .4rem;overflow-wrap:anywhere'><span style='{_LABEL}'>{html.escape(label)}</span> "
        f"{html.escape(text)}</p>"
        for label, text in labelled_lines
    )
    st.html(f"<div>{out}</div>")


def labelled(label: str, icon: str, text: str, color: str = "gray") -> None:
    """A label, also a name, then foreign words: a line of an alert, the head of a note."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.badge(on_badge(label), icon=f":material/{icon}:", color=color)  # type: ignore[arg-type]
        st.html(f"<span style='overflow-wrap:anywhere'>{html.escape(text)}</span>", width="stretch")


def changes(pieces: Sequence[Piece]) -> None:
    """A word difference: struck and underlined as well as colored, and said to screen readers by ins and del."""
    tags = {"inserted": ("ins", _INS), "deleted": ("del", _DEL)}
    out = "".join(
        f"<{tags[p.kind][0]} style='{tags[p.kind][1]}'>{html.escape(p.text)}</{tags[p.kind][0]}>"
        if p.kind in tags
        else html.escape(p.text)
        for p in pieces
    )
    st.html(f"<div style='white-space:pre-wrap;overflow-wrap:anywhere'>{out}</div>")


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A real table of foreign words: heads, escaped cells, at most three columns where a decision is made."""
    cell = "padding:.45rem .5rem .45rem 0;border-bottom:1px solid rgba(128,140,140,.35);text-align:left;vertical-align:top"
    top = "".join(f"<th scope='col' style='{cell};font-weight:600'>{html.escape(h)}</th>" for h in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f"<{'th scope=row' if i == 0 else 'td'} style='{cell};font-weight:{600 if i == 0 else 400};"
            f"overflow-wrap:anywhere;white-space:pre-line'>{html.escape(c)}</{'th' if i == 0 else 'td'}>"
            for i, c in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    hidden = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)"
    st.html(
        f"<table style='width:100%;border-collapse:collapse'><caption style='{hidden}'>{html.escape(caption)}</caption>"
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )


def coverage(rows: Iterable[tuple[str, str, str]]) -> None:
    """Items in time order, newest first: time and outlet, headline, and a word such as (first) or (turn)."""
    line = "border-left:3px solid #54646C;padding:.1rem 0 .6rem .75rem;list-style:none"
    out = "".join(
        f"<li style='{line}'><strong>{html.escape(when)}</strong><br>{html.escape(what)}"
        f"{f' <strong>({html.escape(word)})</strong>' if word else ''}</li>"
        for when, what, word in rows
    )
    st.html(f"<ol style='margin:0;padding:0'>{out}</ol>")


def call(name: str, phone: str) -> None:
    """A number to tap."""
    digits = "".join(c for c in phone if c in "+0123456789")
    if digits:
        st.link_button(f"Call {literal(name)}", f"tel:{digits}", icon=":material/call:", type="tertiary")


SHAPES = {
    "sms": "background:#E3EEF0;border-radius:18px 18px 18px 4px;max-width:19rem;padding:.75rem 1rem",
    "web": "background:#FFFFFF;border-top:6px solid #0F5B6B;border-radius:4px;padding:1.25rem",
    "email": "background:#FFFFFF;border-radius:8px;padding:1rem",
}
"""A channel's look where it arrives: the bubble of a phone, the page, the letter; anything else is a sheet."""


def preview(text: str, counts: str, subject: str = "", channel: str = "") -> None:
    """The text as families get it, in the shape of its channel: fixed light ground and dark ink in both themes."""
    shape = SHAPES.get(channel, "background:#F1F4F3;border-radius:16px;padding:1rem")
    line = "border-bottom:1px solid #CDD6D5;padding-bottom:.5rem;margin-bottom:.75rem;white-space:normal"
    head = f"<strong>{html.escape(subject)}</strong><br><br>" if subject else ""
    if channel == "email":
        head = f"<div style='{line}'>Subject: <strong>{html.escape(subject)}</strong></div>"
    elif channel == "web" and subject:
        head = f"<div style='font-size:1.35rem;font-weight:600;{line}'>{html.escape(subject)}</div>"
    st.html(
        f"<div style='color:#0B151B;border:1px solid #CDD6D5;{shape};white-space:pre-wrap;overflow-wrap:anywhere'>"
        f"{head}{html.escape(text)}</div>"
    )
    if counts:
        st.caption(counts)
