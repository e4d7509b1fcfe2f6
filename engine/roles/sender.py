"""The sender: hands queued sends to the relay. Any number of them may run."""

from __future__ import annotations

import asyncio

from engine.errors import SettingsError
from engine.mail.links import Links
from engine.mail.policy import SendingRules
from engine.mail.render import Renderer
from engine.mail.sender import Sender, SenderOptions
from engine.roles.process import work
from engine.roles.settings import Settings
from engine.roles.wiring import open_database, open_home, open_signer, read_restored_at
from engine.run.clock import SENDS_TOPIC
from engine.store.doorbell import open_doorbell


def main(settings: Settings) -> None:
    """Send until told to stop."""
    work("sender", lambda: _send(settings))


async def _send(settings: Settings) -> None:
    relay = settings.relay
    if relay is None:
        raise SettingsError("WEND_SMTP_URL is not set.", hint="Name the relay; `wend up` has a mailbox of its own for trying things out.")
    home = open_home(settings)
    database = open_database(settings)
    options = SenderOptions(
        mail_from=settings.sender,
        links=Links(settings.url, {0: home.read_secret(settings.secret).encode()}),
        rules=SendingRules(send_only_to=settings.send_only_to, restored_at=read_restored_at(database)),
        rate=settings.send_rate,
        signer=open_signer(settings),
    )
    doorbell = open_doorbell(settings.database, home.doorbell)
    renderer = Renderer()

    async def wait(seconds: float) -> None:
        await doorbell.wait(SENDS_TOPIC, seconds)

    sender = Sender(database, relay, renderer, options, wait=wait)
    sending = asyncio.ensure_future(sender.run())
    try:
        await asyncio.shield(sending)
    except asyncio.CancelledError:
        # Mails under way are finished: each that is cut off between DATA and its answer would be UNKNOWN.
        sender.stop()
        await sending
        raise
    finally:
        await renderer.stop()
        await doorbell.close()
        database.close()
