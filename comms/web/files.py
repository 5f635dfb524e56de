"""What stands beside a public statement: the CAP document of a protective action, and the files a text went out with."""

from __future__ import annotations

from starlette.responses import Response

from comms.saying import cap, releases
from comms.settings import settings
from comms.web.pages import Visit, told
from comms.web.public import CACHE, CHANNEL
from comms.wording import attachments
from comms.wording.attachments import Attachment
from monitors.database import Store

FILE_CACHE = "public, max-age=3600"
"""A file never changes under its number, so a proxy keeps it longer than a page."""


def cap_page(visit: Visit) -> Response:
    """/s/{number}/{version}/cap.xml: a protective action as CAP 1.2."""
    for out in _public(visit):
        if str(out.number) == visit.path["version"]:
            body = cap.document(visit.store, out, settings().url.rstrip("/") or visit.base)
            if body is not None:
                return Response(body, 200, {"Cache-Control": CACHE}, "application/cap+xml")
    return _nothing()


def file_page(visit: Visit) -> Response:
    """/s/{number}/file/{file}: a file of a released public text: a picture to be seen, anything else as a download."""
    wanted = int(visit.path["file"])
    for out in _public(visit):
        for text in out.texts:
            for each in (
                attachments.of_revision(visit.store, text.newest.id) if text.channel == CHANNEL else ()
            ):
                if each.id == wanted:
                    return handed_out(visit.store, each, FILE_CACHE)
    return _nothing()


def handed_out(store: Store, file: Attachment, cache: str) -> Response:
    """A file with headers under which a browser shows or saves it as what it is, and runs nothing."""
    how = "inline" if file.kind in attachments.PICTURES else "attachment"
    headers = {
        "Cache-Control": cache,
        "ETag": f'"{file.sha256}"',
        "Content-Disposition": f'{how}; filename="{file.name.encode("ascii", "replace").decode()}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return Response(attachments.content(store, file.id), 200, headers, file.kind)


def _public(visit: Visit) -> list[releases.Released]:
    incident = releases.public_incident(visit.store, visit.path["number"])
    return releases.of_incident(visit.store, incident.id) if incident else []


def _nothing() -> Response:
    return told(
        "There is nothing here",
        "No released statement has this at its side.",
        404,
        link=("/statements", "All statements"),
    )
