"""The built-in mailbox: real SMTP on loopback, and every mail kept as it came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPResponseException

from engine.mail.mailbox import MESSAGE_BYTES, Mailbox

MAIL = b"Subject: Hello {}\r\nMessage-ID: <{}@example.com>\r\n\r\n..dots\r\n.\r\nand 8 bits: \xc3\xa9\r\n"


@pytest.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[tuple[Mailbox, int]]:
    opened = Mailbox(tmp_path / "mailbox")
    port = await opened.listen()
    yield opened, port
    await opened.close()


def mail(number: int) -> bytes:
    return MAIL.replace(b"{}", str(number).encode())


async def send(port: int, message: bytes, *recipients: str) -> str:
    async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        _, reply = await client.sendmail("wend@example.com", list(recipients) or ["ada@example.org"], message)
        return reply


async def test_mail_is_kept_as_it_came(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    reply = await send(port, mail(1), "ada@example.org", "eve@example.net")

    (stored,) = box.list()
    assert reply.endswith(stored.id)
    assert box.read_source(stored.id) == mail(1)
    assert (stored.sender, stored.recipients, stored.subject) == ("wend@example.com", ["ada@example.org", "eve@example.net"], "Hello 1")
    assert stored.size_bytes == len(mail(1))


async def test_newest_mails_come_first_page_by_page(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    for number in range(5):
        await send(port, mail(number))

    first = box.list(limit=3)
    second = box.list(before=first[-1].id, limit=3)

    assert [stored.subject for stored in (*first, *second)] == [f"Hello {number}" for number in (4, 3, 2, 1, 0)]
    assert box.count() == 5


async def test_mails_that_come_together_are_all_kept(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    await asyncio.gather(*(send(port, mail(number)) for number in range(30)))

    assert {stored.subject for stored in box.list()} == {f"Hello {number}" for number in range(30)}


async def test_mail_that_is_too_large_is_refused(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    with pytest.raises(SMTPResponseException) as refused:
        await send(port, b"x" * (MESSAGE_BYTES + 1))

    assert (refused.value.code, box.count()) == (552, 0)


async def test_deleted_mail_is_gone(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    for number in range(3):
        await send(port, mail(number))
    newest = box.list()[0].id

    assert [box.delete(newest), box.delete(newest)] == [True, False]
    assert box.read_source(newest) is None
    box.delete_all()
    assert box.count() == 0


@pytest.mark.parametrize("mail_id", ["", "x", "../../etc/passwd", "0" * 31, "0" * 31 + "G", "0" * 32])
def test_id_that_is_none_of_ours_names_no_file(mail_id: str, tmp_path: Path) -> None:
    assert Mailbox(tmp_path).read_source(mail_id) is None
    assert Mailbox(tmp_path).find(mail_id) is None
    assert not Mailbox(tmp_path).delete(mail_id)
