"""What leaves to people: the outbox, one row per recipient, and its delivery over SMTP.

A row is committed with the act it tells of, so nothing is lost when the process dies; it is leased while it is
being sent and tried again until the server takes it. A message may, very rarely, arrive twice: both carry the same
Message-ID, and mail programs show one.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from comms.partnership import Mail
from comms.people import Refused
from comms.settings import settings
from comms.store import moment, stamp
from comms.wording import attachments
from monitors.database import Store

LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(minutes=15)
GIVE_UP_AFTER = 40
"""Tries: about nine hours of a server that never answers."""
SMTP_SECONDS = 15

FIRST = ("alert", "ask", "incident")
"""What these are about goes before everything else that is due: a page never waits behind a release to all families."""

MAIL = Path(__file__).parents[2] / "templates" / "mail"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person. `key` says what it is about; the same key never reaches a recipient twice."""

    key: str
    recipient: str
    subject: str
    text: str
    name: str = ""
    about: str = ""
    ask_id: int | None = None
    via: str = "email"
    """"email", or "sender": a way out that an administrator configured."""
    revision_id: int | None = None
    """The text it carries; its attachments go with it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message: how often it was tried, when the server took it, what it said otherwise."""

    id: int
    key: str
    recipient: str
    name: str
    subject: str
    queued_at: datetime
    sent_at: datetime | None
    failed_at: datetime | None
    next_try_at: datetime
    tries: int
    trouble: str


class NotTaken(Exception):
    """A server did not take a message. `final` when trying again is useless (a 5xx answer); `broken` when the
    connection itself is gone, so that the next message needs a new one."""

    def __init__(self, sentence: str, final: bool = False, broken: bool = False) -> None:
        super().__init__(sentence)
        self.final, self.broken = final, broken


Send = Callable[[EmailMessage], None]
Part = tuple[str, str, bytes]
"""A file of a message: name, media type, bytes."""


@lru_cache(maxsize=1)
def _letters() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(MAIL),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  # plain text, never HTML
    )


def letter(template: str, path: str = "", **values: object) -> str:
    """A plain-text message from templates/mail. `path` becomes the address the person opens."""
    link = settings().url.rstrip("/") + path if path else ""
    return _letters().get_template(template).render(link=link, **values).strip() + "\n"


def queue(store: Store, message: Message, now: datetime) -> None:
    """Put a message into the outbox, once per key and recipient. Call it inside the act's own transaction."""
    store.execute(
        "insert or ignore into outbox (key, recipient, name, subject, text, about, ask_id, queued_at, next_try_at, "
        "via, revision_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            message.key,
            message.recipient,
            message.name,
            " ".join(message.subject.split()),
            message.text,
            message.about,
            message.ask_id,
            stamp(now),
            stamp(now),
            message.via,
            message.revision_id,
        ],
    )


def deliveries(store: Store, about: str) -> list[Delivery]:
    """What was sent about one thing, in the order it was queued."""
    rows = store.rows_of("select * from outbox where about = ? order by id", about)
    return [_delivery(row) for row in rows]


def delivery(store: Store, outbox_id: int) -> Delivery:
    """What became of one message; KeyError when there is none."""
    row = store.row_of("select * from outbox where id = ?", outbox_id)
    if row is None:
        raise KeyError(outbox_id)
    return _delivery(row)


def undelivered(store: Store, now: datetime) -> list[Delivery]:
    """Messages a server did not take so far, oldest first: what a person must be told of."""
    rows = store.rows_of(
        "select * from outbox where sent_at is null and (failed_at is not null or tries > 0) order by id"
    )
    return [_delivery(row) for row in rows]


def _delivery(row: dict[str, Any]) -> Delivery:
    return Delivery(
        id=row["id"],
        key=row["key"],
        recipient=row["recipient"],
        name=row["name"],
        subject=row["subject"],
        queued_at=datetime.fromisoformat(row["queued_at"]),
        sent_at=moment(row["sent_at"]),
        failed_at=moment(row["failed_at"]),
        next_try_at=datetime.fromisoformat(row["next_try_at"]),
        tries=row["tries"],
        trouble=row["trouble"],
    )


# Delivery -----------------------------------------------------------------------------------------------------------


def take(
    store: Store, now: datetime, most: int = 100, via: str = "email", recipient: str = "*"
) -> list[dict[str, Any]]:
    """Lease the messages that are due, pages first, then the oldest, so that no second process sends them too.

    `recipient` is a pattern of SQLite's glob.
    """
    first = " or ".join(f"key glob '{word} *'" for word in FIRST)
    with store.atomic():
        rows = store.rows_of(
            "select * from outbox where sent_at is null and failed_at is null and next_try_at <= :now "
            "and via = :via and (lease_until is null or lease_until < :now) and recipient glob :recipient "
            f"order by ({first}) desc, next_try_at, id limit :most",
            now=stamp(now),
            most=most,
            via=via,
            recipient=recipient,
        )
        for row in rows:
            store.execute("update outbox set lease_until = ? where id = ?", [stamp(now + LEASE), row["id"]])
    return rows


def settle(store: Store, row: dict[str, Any], now: datetime, trouble: NotTaken | None) -> None:
    """Write down what the server said: taken, try again later, or never."""
    tries = row["tries"] + 1
    with store.atomic():
        if trouble is None:
            store.execute(
                "update outbox set sent_at = ?, tries = ?, lease_until = null, trouble = '' where id = ?",
                [stamp(now), tries, row["id"]],
            )
            return
        final = trouble.final or tries >= GIVE_UP_AFTER
        wait = min(LONGEST_WAIT, timedelta(seconds=2 ** min(tries + 1, 10))) * random.uniform(0.9, 1.1)
        store.execute(
            "update outbox set tries = ?, lease_until = null, trouble = ?, next_try_at = ?, failed_at = ? where id = ?",
            [tries, str(trouble), stamp(now + wait), stamp(now) if final else None, row["id"]],
        )


def lease_again(store: Store, rows: Sequence[dict[str, Any]], until: datetime | None) -> None:
    """Keep the messages not yet sent of a slow batch for longer, or give them back (None)."""
    if rows:
        with store.atomic():
            for row in rows:
                store.execute(
                    "update outbox set lease_until = ? where id = ? and sent_at is null",
                    [stamp(until) if until else None, row["id"]],
                )


def envelope(row: dict[str, Any], mail: Mail, files: Sequence[Part] = ()) -> EmailMessage:
    """The e-mail of an outbox row; its Message-ID depends on the row alone."""
    message = EmailMessage()
    message["From"] = formataddr(("One Voice", mail.sender))
    message["To"] = formataddr((_line(row["name"]), _line(row["recipient"])))
    message["Subject"] = _line(row["subject"])
    message["Date"] = format_datetime(datetime.fromisoformat(row["queued_at"]))
    name = hashlib.sha256(f"{row['key']}\n{row['recipient']}\n{row['queued_at']}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{name}@{mail.sender.partition('@')[2] or 'one-voice.invalid'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(row["text"].encode(errors="replace").decode())
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def _line(text: str) -> str:
    """A header's words: one line, or a name with a line break in it would keep every message from leaving."""
    return " ".join(text.encode(errors="replace").decode().split())


@contextlib.contextmanager
def smtp(mail: Mail, password: str) -> Iterator[Send]:
    """One connection to the district's server for many messages. Raises NotTaken when there is none."""
    try:
        server = _connect(mail, password)
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(f"{mail.host} did not answer as a mail server ({_reason(error)})") from error

    def send(message: EmailMessage) -> None:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise NotTaken(
                f"their server said {code} {said.decode(errors='replace')[:120]}", code >= 500
            ) from error
        except smtplib.SMTPResponseException as error:
            said = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
            text = said.decode(errors="replace")[:120]
            raise NotTaken(f"{mail.host} said {error.smtp_code} {text}", error.smtp_code >= 500) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(f"the connection to {mail.host} broke ({_reason(error)})", broken=True) from error

    try:
        yield send
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()


def _connect(mail: Mail, password: str) -> smtplib.SMTP:
    server: smtplib.SMTP
    if mail.security == "tls":
        context = ssl.create_default_context()
        server = smtplib.SMTP_SSL(mail.host, mail.port, timeout=SMTP_SECONDS, context=context)
    else:
        server = smtplib.SMTP(mail.host, mail.port, timeout=SMTP_SECONDS)
        if mail.security == "starttls":
            server.starttls(context=ssl.create_default_context())
    if mail.username:
        server.login(mail.username, password)
    return server


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__


def deliver(store: Store, mail: Mail, clock: Callable[[], datetime], most: int = 100) -> int:
    """Send what is due over one connection; the number the server took. Never raises for a server's sake."""
    if not mail.ready:
        return 0
    rows = take(store, clock(), most)
    if not rows:
        return 0
    taken, files = 0, _files(store, rows)
    try:
        with smtp(mail, settings().smtp_password.get_secret_value()) as send:
            leased = clock()
            for at, row in enumerate(rows):
                trouble = _try(send, envelope(row, mail, files.get(row["revision_id"], ())))
                settle(store, row, clock(), trouble)
                taken += trouble is None
                if trouble is not None and trouble.broken:
                    lease_again(store, rows[at + 1 :], None)  # the next round begins with a new connection
                    break
                if clock() - leased > LEASE / 3:
                    leased = clock()
                    lease_again(store, rows[at + 1 :], leased + LEASE)
    except NotTaken as trouble:
        for row in rows:
            settle(store, row, clock(), trouble)
    return taken


def _files(store: Store, rows: Sequence[dict[str, Any]]) -> dict[int | None, list[Part]]:
    """The attachments of each text in a batch, read once."""
    revisions = {row["revision_id"] for row in rows if row["revision_id"]}
    return {
        revision: [
            (a.name, a.kind, attachments.content(store, a.id))
            for a in attachments.of_revision(store, revision)
        ]
        for revision in revisions
    }


def _try(send: Send, message: EmailMessage) -> NotTaken | None:
    try:
        send(message)
    except NotTaken as trouble:
        return trouble
    return None


def send_test(mail: Mail, recipient: str, now: datetime) -> None:
    """ "Send me a test": one message at once. Raises Refused with what the server said."""
    row = {
        "name": "",
        "recipient": recipient,
        "subject": "Test from One Voice",
        "key": f"test {stamp(now)}",
        "queued_at": stamp(now),
        "text": "Mail from One Voice reaches you. There is nothing to do.\n",
    }
    if not mail.ready:
        raise Refused("Enter the mail server and the sender's address first. Nothing was sent.")
    try:
        with smtp(mail, settings().smtp_password.get_secret_value()) as send:
            send(envelope(row, mail))
    except NotTaken as trouble:
        raise Refused(f"The test was not sent: {trouble}. What you typed is kept.") from trouble
