"""The files of a text: adding one or taking one off is a new revision, so that every approval names them too."""

from __future__ import annotations

from datetime import datetime

from comms.people import WRITING, Actor, Refused, acting
from comms.store import stamp
from comms.wording import attachments
from comms.workspace.statements import check_editor, write
from comms.workspace.texts import Revision, Variant, attached, revision, variant
from monitors.database import Store


def attach(store: Store, actor: Actor, variant_id: int, file: attachments.File, now: datetime) -> Revision:
    """Add a file to a text: a new revision, so that every approval names the file too. The same file twice adds nothing."""
    with acting(store, actor, "attached a file", now, seats=WRITING) as act:
        about = variant(store, variant_id)
        act.record(
            f"statement {about.statement_id}", variant=f"{about.channel} {about.language}", file=file.name
        )
        check_editor(store, act.account, about)
        here = attached(store, about.newest.id)
        if len(here) >= attachments.FILES_MOST:
            raise Refused(f"A text takes {attachments.FILES_MOST} files at most. Nothing was added.")
        new = attachments.insert(store, file, act.account.id, stamp(now))
        if new.sha256 in {a.sha256 for a in here}:
            raise Refused("That file is attached already. Nothing was added.")
        act.record(f"statement {about.statement_id}", file=new.name, sha256=new.sha256)
        return _with_files(store, about, [*here, new], act.account.id, now)


def detach(store: Store, actor: Actor, variant_id: int, attachment_id: int, now: datetime) -> Revision:
    """Take a file off a text: a new revision without it."""
    with acting(store, actor, "took a file off", now, seats=WRITING) as act:
        about = variant(store, variant_id)
        act.record(f"statement {about.statement_id}", variant=f"{about.channel} {about.language}")
        check_editor(store, act.account, about)
        here = attached(store, about.newest.id)
        left = [a for a in here if a.id != attachment_id]
        if len(left) == len(here):
            act.nothing_new = True
            return about.newest
        return _with_files(store, about, left, act.account.id, now)


def _with_files(
    store: Store, about: Variant, files: list[attachments.Attachment], author_id: int, now: datetime
) -> Revision:
    newest = about.newest
    made = write(
        store,
        about.id,
        about.channel,
        about.language,
        newest.subject,
        newest.text,
        author_id,
        newest,
        now,
        files,
    )
    return revision(store, made)
