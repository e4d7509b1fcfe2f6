"""The built-in mailbox: an SMTP server on loopback that keeps what it gets as files, for lack of a relay.

Each mail is `<id>.eml` beside `<id>.json` with its envelope; ids sort by arrival. It is real SMTP: the sender does not know the
difference. Whoever shows the mails reads them through the same class.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import orjson
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from engine.store.ids import new_id

#: More than any mail that providers take (25 MB at Gmail).
MESSAGE_BYTES = 30_000_000


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail in the list."""

    id: str
    received_at: datetime
    sender: str
    recipients: Sequence[str]
    subject: str
    size_bytes: int


class Mailbox:
    """A folder of mails, and the SMTP server that fills it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: asyncio.Server | None = None

    async def listen(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Start the SMTP server; returns its port."""
        self._folder.mkdir(parents=True, exist_ok=True)
        receiver = _Receiver(self)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(
                receiver, hostname="localhost", ident="Wend mailbox", data_size_limit=MESSAGE_BYTES, enable_SMTPUTF8=True, loop=loop
            ),
            host,
            port,
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening; open connections end with their clients."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def store(self, sender: str, recipients: Sequence[str], message: bytes) -> str:
        """Keep a mail durably and return its id: a mail that was accepted is on the disk."""
        mail_id = new_id()
        parsed = message_from_bytes(message, policy=default)
        envelope = {
            "received_at": datetime.now(UTC).isoformat(),
            "sender": sender,
            "recipients": list(recipients),
            "subject": _subject(parsed),
            "size_bytes": len(message),
        }
        _write(self._folder / f"{mail_id}.eml", message)
        # The envelope last: a mail without one is not there yet.
        _write(self._folder / f"{mail_id}.json", orjson.dumps(envelope))
        return mail_id

    def list(self, *, before: str | None = None, limit: int = 100) -> list[StoredMail]:
        """The newest mails first; `before` is the last id of the page before."""
        ids = sorted((path.stem for path in self._folder.glob("*.json")), reverse=True)
        wanted = [mail_id for mail_id in ids if before is None or mail_id < before][:limit]
        return [mail for mail_id in wanted if (mail := self.find(mail_id)) is not None]

    def count(self) -> int:
        """How many mails there are."""
        return sum(1 for _ in self._folder.glob("*.json"))

    def find(self, mail_id: str) -> StoredMail | None:
        """One mail's envelope."""
        envelope = self._read(mail_id, "json")
        if envelope is None:
            return None
        fields: dict[str, Any] = orjson.loads(envelope)
        return StoredMail(id=mail_id, **{**fields, "received_at": datetime.fromisoformat(fields["received_at"])})

    def read_source(self, mail_id: str) -> bytes | None:
        """One mail as it came."""
        return self._read(mail_id, "eml")

    def read(self, mail_id: str) -> EmailMessage | None:
        """One mail, parsed."""
        source = self.read_source(mail_id)
        return None if source is None else message_from_bytes(source, policy=default)

    def delete(self, mail_id: str) -> bool:
        """Remove one mail; False if there is none."""
        if self.find(mail_id) is None:
            return False
        for ending in ("json", "eml"):
            (self._folder / f"{mail_id}.{ending}").unlink(missing_ok=True)
        return True

    def delete_all(self) -> None:
        """Remove every mail."""
        for path in list(self._folder.glob("*.json")):
            self.delete(path.stem)

    def _read(self, mail_id: str, ending: str) -> bytes | None:
        if not _is_id(mail_id):
            return None
        try:
            return (self._folder / f"{mail_id}.{ending}").read_bytes()
        except FileNotFoundError:
            return None


class _Receiver:
    """What aiosmtpd calls."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Store a mail and say so."""
        content = envelope.original_content or b""
        mail_id = await asyncio.to_thread(self._mailbox.store, envelope.mail_from or "", envelope.rcpt_tos, content)
        return f"250 2.0.0 kept as {mail_id}"


def _is_id(text: str) -> bool:
    """Whether it could be an id of ours: it becomes part of a path."""
    return len(text) == 32 and all(character in "0123456789abcdef" for character in text)


def _subject(message: EmailMessage) -> str:
    try:
        return str(message.get("subject", ""))
    except (ValueError, LookupError):  # the mailbox keeps what cannot be parsed as well
        return ""


def _write(path: Path, content: bytes) -> None:
    """Write a file whole and durably."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
