"""The mailbox: the built-in SMTP server that stands in for a relay, as a process of its own. Only `wend up` starts it."""

from __future__ import annotations

import asyncio

from engine.errors import SettingsError
from engine.mail.mailbox import Mailbox
from engine.roles.process import work
from engine.roles.settings import Settings
from engine.roles.wiring import open_home


def main(settings: Settings) -> None:
    """Receive mails until told to stop."""
    work("mailbox", lambda: _receive(settings))


async def _receive(settings: Settings) -> None:
    relay = settings.relay
    if relay is None:
        raise SettingsError("The mailbox is not told where to listen.", hint="`wend up` starts it, with WEND_SMTP_URL naming its port.")
    mailbox = Mailbox(open_home(settings).mailbox)
    await mailbox.listen(relay.host, relay.port)
    try:
        await asyncio.Event().wait()
    finally:
        await mailbox.close()
