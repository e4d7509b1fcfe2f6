"""A sender for tests, in an event loop of the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from engine.mail.links import Links
from engine.mail.relay import RelayAddress
from engine.mail.render import Renderer
from engine.mail.sender import Sender, SenderOptions
from engine.store.database import Database

LINKS = Links("https://wend.example", {0: b"a secret of the tests"})
OPTIONS = SenderOptions(mail_from="Wend <wend@example.com>", links=LINKS, claim_lease=timedelta(seconds=10))


def local_relay(port: int, **changes: Any) -> RelayAddress:
    """A relay on loopback with two connections. As patient as any: relay and sender may stand still with the machine."""
    return replace(RelayAddress("127.0.0.1", port, connections=2), **changes)


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something holds; what it waits for is in another thread or process, so it has to look."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def skip(seconds: float) -> None:
    """Let so many seconds pass for everybody who waits in this event loop, where waiting for them would show no more."""
    for _ in range(50):  # by then those who are about to wait do
        await asyncio.sleep(0)
    loop = asyncio.get_running_loop()
    before = loop.time
    loop.time = lambda: before() + seconds  # type: ignore[method-assign]


@asynccontextmanager
async def running_sender(database: Database, relay: RelayAddress, **changes: Any) -> AsyncIterator[Sender]:
    """A sender that sends while the block lasts, then finishes."""
    renderer = Renderer()
    sender = Sender(database, relay, renderer, replace(OPTIONS, **changes))
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        sender.stop()
        await task
        await renderer.stop()
