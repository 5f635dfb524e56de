"""/healthz: whether this server, the duty process, both stores and what leaves are well, in a sentence and as JSON."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from comms.reaching import unreached
from comms.store import moment
from comms.web.pages import Visit
from monitors.store import open_monitors

DUTY = "duty"
"""The row of the lease table that the duty process renews."""


def health(visit: Visit) -> Response:
    """200 when all is well, 503 when a person should look. Says nothing about anybody's incident."""
    visit.store.row_of("select 1 from log limit 1")  # the page is only reached with this store open
    with open_monitors(visit.data) as monitors:
        monitors.row_of("select 1 from watch limit 1")
    row = visit.store.row_of("select until from lease where name = ?", DUTY)
    until = moment(row["until"]) if row else None
    on_duty = until is not None and until > visit.now
    down = unreached.down(visit.store, visit.now)
    if on_duty and down:
        sentence = f"The server answers and the duty process is awake, but messages do not arrive by {', '.join(down)}."
    elif on_duty:
        sentence = "All is well: the server answers, the duty process is awake, both stores are open."
    elif until is None:
        sentence = "The server answers and both stores are open. No duty process has run yet: nothing is swept or sent."
    else:
        sentence = f"The server answers and both stores are open. The duty process is silent since {until:%Y-%m-%d %H:%M} UTC: nothing is swept or sent."
    return JSONResponse(
        {
            "ok": on_duty and not down,
            "sentence": sentence,
            "server": True,
            "stores": True,
            "duty": on_duty,
            "delivery": not down,
        },
        200 if on_duty and not down else 503,
        {"Cache-Control": "no-store"},
    )
