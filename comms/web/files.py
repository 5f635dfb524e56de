"""What stands beside a public statement: the CAP document of a protective action, and the files a text went out with."""

from __future__ import annotations

from starlette.responses import Response

from comms import attachments, cap, releases
from comms.settings import settings
from comms.web.pages import Visit, told
from comms.web.public import CACHE, CHANNEL


def cap_page(visit: Visit) -> Response:
    """/s/{number}/{version}/cap.xml: a protective action as CAP 1.2."""
    for out in _public(visit):
        if str(out.number) == visit.path["version"]:
            body = cap.document(visit.store, out, settings().url.rstrip("/") or visit.base)
            if body is not None:
                return Response(body, 200, {"Cache-Control": CACHE}, "application/cap+xml")
    return _nothing()


def file_page(visit: Visit) -> Response:
    """/s/{number}/file/{file}: a file of a released public text, always as a download."""
    wanted = int(visit.path["file"])
    for out in _public(visit):
        for text in out.texts:
            for each in (
                attachments.of_revision(visit.store, text.newest.id) if text.channel == CHANNEL else ()
            ):
                if each.id == wanted:
                    headers = {
                        "Cache-Control": CACHE,
                        "Content-Disposition": f'attachment; filename="{each.name.encode("ascii", "replace").decode()}"',
                        "X-Content-Type-Options": "nosniff",
                        "Content-Security-Policy": "default-src 'none'; sandbox",
                    }
                    return Response(attachments.content(visit.store, each.id), 200, headers, each.kind)
    return _nothing()


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
