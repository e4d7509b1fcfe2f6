"""The sender against the built-in mailbox: what was queued arrives once, and the ledger says so."""

from __future__ import annotations

from pathlib import Path

from engine.mail.mailbox import Mailbox
from engine.store.database import Database
from tests.support.sending import local_relay, running_sender, until
from tests.support.sends import queue_sends, read_send, read_states, seed_journey


async def test_sender_delivers_what_is_queued(database: Database, tmp_path: Path) -> None:
    people = [f"p{number}" for number in range(30)]
    seed_journey(database, people)
    ids = queue_sends(database, people)
    mailbox = Mailbox(tmp_path)
    port = await mailbox.listen()

    async with running_sender(database, local_relay(port)):
        await until(lambda: mailbox.count() == 30)
    await mailbox.close()

    assert set(read_states(database).values()) == {"ACCEPTED"}
    mail = mailbox.read(mailbox.list()[-1].id)
    assert mail is not None
    row = read_send(database, ids[[f"Hello {name}" for name in people].index(mail["Subject"])])
    assert mail["Message-ID"] == row.message_id
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert row.reply_text.startswith("2.0.0 kept as")
