"""Repeats a chore on a thread for as long as the process lives, whatever the world does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from engine.errors import UnavailableError

log = structlog.get_logger()


async def repeat(name: str, seconds: float, chore: Callable[[], object]) -> None:
    """Do a chore, wait so many seconds, and so on; a fault of the world is a line in the log, any other ends the process."""
    while True:
        try:
            await asyncio.to_thread(chore)
        except UnavailableError as error:
            log.warning("chore_paused", chore=name, error=str(error))
        await asyncio.sleep(seconds)
