"""Attachments of a text: a PDF or a picture, read as what it is, capped, and hashed into the text an approval names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from comms.people import Refused
from comms.wording import pictures
from monitors.database import Store

SIZE_MOST = 5_000_000
"""Bytes of one file: most mail servers refuse a message of more than 10 MB."""
FILES_MOST = 3
KINDS = {
    "application/pdf": (b"%PDF-", "pdf"),
    "image/png": (b"\x89PNG\r\n\x1a\n", "png"),
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
}
PICTURES = frozenset((pictures.PNG, pictures.JPEG))
NAME_MOST = 80


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file as it goes out. `words` say what it shows, for those who cannot see it."""

    id: int
    name: str
    kind: str
    sha256: str
    size: int
    words: str


@dataclass(frozen=True, slots=True)
class File:
    """What a person chose: the name, the bytes, and what it shows in words."""

    name: str
    content: bytes
    words: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as it will be kept."""

    name: str
    kind: str
    content: bytes


def checked(file: File) -> Checked:
    """A file as it will be kept: the bytes decide what it is, never its name; of a picture the picture alone. Raises Refused."""
    size = len(file.content)
    if size > SIZE_MOST:
        raise Refused(
            f"That file has {size / 1e6:.1f} MB; the limit is {SIZE_MOST // 1_000_000} MB. Nothing was added."
        )
    kind = next((k for k, (magic, _) in KINDS.items() if file.content.startswith(magic)), None)
    if kind is None:
        raise Refused("That file is neither a PDF nor a picture (PNG, JPEG). Nothing was added.")
    if kind == "application/pdf" and re.search(
        rb"/(?:JavaScript|JS|Launch|EmbeddedFile|OpenAction)\b", file.content
    ):
        raise Refused(
            "That PDF carries a script or opens something by itself. Print it to a new PDF and add that."
        )
    if not file.words.strip():
        raise Refused(
            "Say in a sentence what the file shows, for those who cannot see it. Nothing was added."
        )
    content = file.content if kind not in PICTURES else pictures.plain(file.content, kind).content
    stem = re.sub(r"[^\w .-]+", " ", file.name.rpartition(".")[0] or file.name)
    stem = " ".join(stem.split()).strip(". ")[:NAME_MOST] or "attachment"
    return Checked(f"{stem}.{KINDS[kind][1]}", kind, content)


def of_revision(store: Store, revision_id: int | None) -> list[Attachment]:
    """The files of one revision, in the order they were added."""
    rows = store.rows_of(
        "select id, name, kind, sha256, size, words from attachment join revision_attachment on attachment_id = id "
        "where revision_id = ? order by id",
        revision_id,
    )
    return [Attachment(**row) for row in rows]


def hashes(attached: Iterable[Attachment]) -> list[str]:
    """What a text's hash takes in of its files: name, words and bytes of each."""
    return [f"{a.sha256} {a.name} {a.words}" for a in attached]


def content(store: Store, attachment_id: int) -> bytes:
    """The bytes of a file; KeyError when there is none."""
    row = store.row_of("select content from attachment where id = ?", attachment_id)
    if row is None:
        raise KeyError(attachment_id)
    return bytes(row["content"])


def insert(store: Store, file: File, account_id: int, at: str) -> Attachment:
    """Keep a file; the caller holds the transaction. Raises Refused."""
    new = checked(file)
    digest, size = hashlib.sha256(new.content).hexdigest(), len(new.content)
    words = " ".join(file.words.split())[:300]
    row = {"name": new.name, "kind": new.kind, "sha256": digest, "size": size, "words": words}
    kept = store.add("attachment", row | {"content": new.content, "account_id": account_id, "at": at})
    return Attachment(kept, new.name, new.kind, digest, size, words)


_measured: dict[str, tuple[int, int]] = {}
"""Sum of a picture's bytes -> its width and height: the same bytes always have the same."""


def shown_at(store: Store, picture: Attachment) -> tuple[int, int]:
    """Width and height of a picture in pixels, so that a page keeps its place while it loads; (0, 0) for what is none."""
    if picture.kind not in PICTURES:
        return 0, 0
    if picture.sha256 not in _measured:
        try:
            found = pictures.plain(content(store, picture.id), picture.kind)
            _measured[picture.sha256] = found.width, found.height
        except Refused:  # kept before pictures were read to their end: it stays a file to open
            _measured[picture.sha256] = 0, 0
    return _measured[picture.sha256]


def link(store: Store, revision_id: int, attached: Iterable[Attachment]) -> None:
    """Say that a revision goes out with these files; the caller holds the transaction."""
    for each in attached:
        store.add("revision_attachment", {"revision_id": revision_id, "attachment_id": each.id})
