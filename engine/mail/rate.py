"""How fast mails may go: a token bucket for the relay, and a breaker for when the relay is away. Knows no relay and no mail."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

from engine.mail.policy import RELAY_BACKOFF, backoff


class TokenBucket:
    """Lets `rate` mails a second through, evenly: at most a tenth of a second's worth at once."""

    def __init__(self, rate: float | None) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._burst = max(1.0, (rate or 0.0) / 10)
        self._free_at = 0.0

    async def take(self) -> None:
        """Wait for one's turn; who comes first goes first."""
        if not self._interval:
            return
        now = asyncio.get_running_loop().time()
        # The bucket is full when the next free instant lies a whole burst behind us.
        self._free_at = max(self._free_at, now - (self._burst - 1) * self._interval)
        wait, self._free_at = self._free_at - now, self._free_at + self._interval
        if wait > 0:
            await asyncio.sleep(wait)


class Breaker:
    """Remembers that the relay is away, and how long to leave it alone: exponentially, with jitter."""

    def __init__(self) -> None:
        self.failures = 0
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the relay is to be left alone."""
        return asyncio.get_running_loop().time() < self._open_until

    def failed(self) -> timedelta:
        """Take note of a failure; failures of one moment count once. Returns how long to stay away."""
        now = asyncio.get_running_loop().time()
        if now >= self._open_until:
            self.failures += 1
            self._open_until = now + backoff(RELAY_BACKOFF, self.failures, random.random()).total_seconds()  # noqa: S311 - jitter
        return timedelta(seconds=self._open_until - now)

    def succeeded(self) -> None:
        """Take note that the relay answers."""
        self.failures, self._open_until = 0, 0.0

    async def closed(self) -> None:
        """Wait until the relay may be tried again."""
        while (wait := self._open_until - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(wait)
