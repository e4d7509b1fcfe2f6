"""How fast mails may go, and how long a relay that is away is left alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from engine.mail.policy import RELAY_BACKOFF
from engine.mail.rate import Breaker, TokenBucket


class Clock:
    """The loop's time, in a test's hand."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self._loop = asyncio.get_running_loop()
        patch.setattr(self._loop, "time", lambda: self.now)
        patch.setattr(asyncio, "sleep", self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.now += seconds


async def test_bucket_lets_a_tenth_of_a_second_through_at_once_and_then_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        clock, bucket = Clock(patch), TokenBucket(100.0)
        taken = []
        for _ in range(200):
            await bucket.take()
            taken.append(clock.now - 1000.0)

    assert taken[9] == 0.0
    assert taken[10] > 0.0
    assert taken[-1] == pytest.approx(1.9)


async def test_bucket_that_was_idle_is_not_fuller_than_full(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        clock, bucket = Clock(patch), TokenBucket(100.0)
        await bucket.take()
        clock.now += 60
        begun = clock.now
        for _ in range(110):
            await bucket.take()
        elapsed = clock.now - begun

    assert elapsed == pytest.approx(1.0)


async def test_without_a_rate_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        clock, bucket = Clock(patch), TokenBucket(None)
        for _ in range(1000):
            await bucket.take()
        assert clock.now == 1000.0


async def test_breaker_counts_failures_of_one_moment_once_and_waits_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        clock, breaker = Clock(patch), Breaker()
        waits = []
        for expected in range(1, 9):
            delays = [breaker.failed() for _ in range(20)]
            assert (breaker.failures, len(set(delays)), breaker.is_open) == (expected, 1, True)
            begun = clock.now
            await breaker.closed()
            waits.append(timedelta(seconds=clock.now - begun))
        breaker.failed()
        breaker.succeeded()
        is_open = breaker.is_open

    first, longest = RELAY_BACKOFF
    assert all(0.09 * min(longest, first * 2**n) <= wait <= min(longest, first * 2**n) for n, wait in enumerate(waits))
    assert (breaker.failures, is_open) == (0, False)
