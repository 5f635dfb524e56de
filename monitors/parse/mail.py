"""An alert that came by e-mail (Nixle, CivicPlus, GovDelivery and their like): one message, one item."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from monitors.parse.document import LARGEST
from monitors.parse.entries import Entry, Reading
from monitors.text import safe_link

_ALERT_LINK = re.compile(r"https?://[^\s\"'<>()\[\]]+")
_OWN_PAGE = re.compile(
    r"nixle\.(?:com|us)/alert/|nixle\.us/|/CivicAlerts\.aspx|/AlertCenter\.aspx|govdelivery\.com/accounts/[^/]+/bulletins/|everbridge\.net",
    re.IGNORECASE,
)
_NEVER_THE_PAGE = re.compile(
    r"unsubscribe|preferences|/subscriber|optout|opt-out|manage|\.(?:png|jpe?g|gif|css)(?:\?|$)",
    re.IGNORECASE,
)


def read(body: bytes, content_type: str, url: str, options: Mapping[str, object]) -> Reading:
    """The message as one entry: subject, body as text, the alert's own page if it names one."""
    message = message_from_bytes(body[:LARGEST].lstrip(), policy=_KIND_TO_BROKEN_MAIL)
    if not isinstance(message, EmailMessage) or not (message["Subject"] or message["From"]):
        return Reading(failure="broken", partly=True)
    text = _body_of(message)
    name, address = parseaddr(_header(message, "From"))
    return Reading(
        [
            Entry(
                id=_header(message, "Message-ID").strip(),
                link=_page_of(text),
                title=_header(message, "Subject"),
                text=text,
                published=_header(message, "Date"),
                outlet=name or address,
                facts={"from": address, "list": _header(message, "List-ID").strip()},
            )
        ],
        partly=bool(message.defects),
    )


_KIND_TO_BROKEN_MAIL = policy.default.clone(raise_on_defect=False)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message[name] or "").split())
    except (
        ValueError,
        IndexError,
        AttributeError,
        TypeError,
    ):  # the standard library's own faults on broken headers
        return ""


def _body_of(message: EmailMessage) -> str:
    """The plain part if it says something, else the HTML part; attachments are not read."""
    parts = {"text/plain": "", "text/html": ""}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in parts and not parts[kind] and part.get_content_disposition() != "attachment":
            parts[kind] = _decoded(part)
    return parts["text/plain"] if parts["text/plain"].strip() else parts["text/html"]


def _decoded(part: object) -> str:
    if not isinstance(part, EmailMessage):
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")


def _page_of(text: str) -> str:
    found = [link for raw in _ALERT_LINK.findall(text) if (link := safe_link(raw.rstrip(".,;:")))]
    usable = [link for link in found if not _NEVER_THE_PAGE.search(link)]
    return next((link for link in usable if _OWN_PAGE.search(link)), usable[0] if usable else "")
