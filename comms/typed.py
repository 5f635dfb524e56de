"""What a person typed and nobody saved yet: kept field by field, so that a refusal, a reload or a restart loses nothing.

It lies beside the profile, as text exactly as it was typed. Passwords never come here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from comms.people import Refused
from monitors.database import Store

VALUE_MOST = 50_000
FIELDS_MOST = 400
SETUP = "setup_draft"
"""The draft of first set-up, shared by whoever sets up."""


def of_account(account_id: int) -> str:
    """The draft of one person's forms."""
    return f"draft_{account_id}"


def kept(store: Store, draft: str) -> dict[str, str]:
    """Field → what was typed into it."""
    row = store.row_of("select value from profile where key = ?", draft)
    return dict(json.loads(row["value"])) if row else {}


def keep(store: Store, draft: str, typed: Mapping[str, str]) -> None:
    """Add what was typed to the draft, field by field; other fields stay. Raises Refused when it is beyond all measure."""
    with store.atomic():
        fields = kept(store, draft)
        changed = {name: text for name, text in typed.items() if fields.get(name) != text}
        if not changed:
            return
        for text in changed.values():
            if len(text) > VALUE_MOST:
                raise Refused(
                    f"That is {len(text):,} characters; at most {VALUE_MOST:,} can be kept. Shorten it to go on."
                )
        fields |= changed
        if len(fields) > FIELDS_MOST:
            raise Refused("That is more than can be kept here. Save part of it first.")
        _write(store, draft, fields)


def forget(store: Store, draft: str, names: Iterable[str] | None = None) -> None:
    """Take fields out of the draft, or the whole draft: they were saved."""
    with store.atomic():
        left = set() if names is None else set(kept(store, draft)) - set(names)
        _write(store, draft, {name: text for name, text in kept(store, draft).items() if name in left})


def _write(store: Store, draft: str, fields: Mapping[str, str]) -> None:
    if not fields:
        store.execute("delete from profile where key = ?", [draft])
        return
    store.execute(
        "insert into profile (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
        [draft, json.dumps(dict(fields), ensure_ascii=False)],
    )
