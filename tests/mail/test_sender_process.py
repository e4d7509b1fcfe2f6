"""The sender as a process of its own: what its settings say of the relay, the rate, whom to write to and how to sign is what happens."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import dkim
from cryptography.hazmat.primitives import serialization

from engine.store.database import Database
from engine.store.migrate import upgrade
from tests.mail.test_dkim import RSA_KEY, rsa_record
from tests.support.faulty_smtp import faulty_server
from tests.support.installation import ROOT
from tests.support.sending import until
from tests.support.sends import queue_sends, read_states, seed_journey


async def test_sender_does_what_its_settings_say(tmp_path: Path, fresh_database_url: Callable[[str], str]) -> None:
    url = fresh_database_url("sqlite")
    upgrade(url)
    database = Database(url)
    people = [f"p{number}" for number in range(20)]
    seed_journey(database, [*people, "eve"])
    queue_sends(database, [*people, "eve"])
    key = tmp_path / "dkim.pem"
    key.write_bytes(RSA_KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))

    async with faulty_server() as relay:
        told = {
            "WEND_HOME": str(tmp_path / "home"),
            "WEND_SECRET": "s" * 32,
            "WEND_DATABASE_URL": url,
            "WEND_SMTP_URL": f"smtp://wend:secret@127.0.0.1:{relay.port}?connections=3&messages=5",
            "WEND_FROM": "Shop <shop@example.com>",
            "WEND_SEND_RATE": "20",
            "WEND_SEND_ONLY_TO": "p*@example.org",
            "WEND_DKIM_KEY": str(key),
            "WEND_DKIM_SELECTOR": "s1",
        }
        command = (sys.executable, "-m", "engine.cli.main", "sender")
        sender = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={**os.environ, **told})
        try:
            await until(lambda: len(relay.taken) == len(people), 60)
            await until(lambda: set(read_states(database).values()) == {"ACCEPTED", "SUPPRESSED"})
        finally:
            sender.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(sender.wait(), 30)

    assert code == 0
    assert [name for name, state in read_states(database).items() if state == "SUPPRESSED"] == ["eve"]
    # 20 mails at 20/s; without a rate they take a tenth of a second.
    assert relay.taken_at[-1] - relay.taken_at[0] >= 0.5
    # Five mails to a connection, each of them opened with a password.
    assert relay.heard.count("auth") == relay.connections >= 4
    for message in relay.messages:
        assert b"From: Shop <shop@example.com>\r\n" in message
        assert dkim.verify(message, dnsfunc=rsa_record)
    database.close()
