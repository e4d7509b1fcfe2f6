"""The sender against the built-in mailbox: what was queued arrives once, and the ledger says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import dkim

from engine.mail.dkim import DkimSigner
from engine.mail.mailbox import Mailbox
from engine.store.database import Database
from tests.mail.test_dkim import RSA_KEY, rsa_record
from tests.support.sending import LINKS, local_relay, running_sender, until
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
    assert (row.smtp_stage, row.reply_code, row.relay) == ("body", 250, f"127.0.0.1:{port}")


async def test_mail_has_what_providers_want_and_a_signature(sqlite_database: Database, tmp_path: Path) -> None:
    template = {
        "subject": "Grüße, {{ endpoint.attributes.name }}",
        "from": "Käthe <kaethe@example.com>",
        "reply_to": "help@example.com",
        "headers": {"X-Campaign": "greeting"},
        "text": "Dear {{ endpoint.attributes.name }}, leave at {{ links.unsubscribe }}",
        "html": "<style>p{color:red}</style><p>Dear {{ endpoint.attributes.name }}</p>",
    }
    seed_journey(sqlite_database, ["ada"], template=template)
    (send_id,) = queue_sends(sqlite_database, ["ada"])
    mailbox = Mailbox(tmp_path)
    port = await mailbox.listen()
    begun = datetime.now(UTC).replace(microsecond=0)

    async with running_sender(sqlite_database, local_relay(port), signer=DkimSigner(RSA_KEY, selector="s1", domain="example.com")):
        await until(lambda: mailbox.count() == 1)
    await mailbox.close()

    (stored,) = mailbox.list()
    mail, source = mailbox.read(stored.id), mailbox.read_source(stored.id)
    assert mail is not None
    assert source is not None
    assert dkim.verify(source, dnsfunc=rsa_record)
    unsubscribe = LINKS.unsubscribe_url(send_id)
    assert (stored.sender, stored.recipients) == ("kaethe@example.com", ["ada@example.org"])
    assert (mail["From"], mail["Reply-To"], mail["Subject"]) == ("Käthe <kaethe@example.com>", "help@example.com", "Grüße, ada")
    assert (mail["List-Unsubscribe"], mail["X-Wend-Send"], mail["X-Campaign"]) == (f"<{unsubscribe}>", send_id, "greeting")
    assert re.fullmatch("greet:welcome-series:default:[0-9a-f]{12}", mail["Feedback-ID"])
    assert b":list-unsubscribe:list-unsubscribe-post:feedback-id:" in source.partition(b"bh=")[0].replace(b"\r\n ", b"")
    assert mail["Message-ID"] == read_send(sqlite_database, send_id).message_id
    assert begun <= parsedate_to_datetime(mail["Date"]) <= datetime.now(UTC)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text, html = (part.get_content() for part in mail.iter_parts())
    assert unsubscribe in text
    assert '<p style="color: red;">Dear ada</p>' in html
