"""The doorbell's contract, on both adapters: whoever waits hears a ring, and nobody is hurt by one that is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from engine.store.doorbell import Doorbell, PostgresqlDoorbell, SocketDoorbell, open_doorbell

SOON = 5.0


@pytest.fixture(params=["sqlite", "postgresql"])
async def doorbell(request: pytest.FixtureRequest, fresh_database_url: Callable[[str], str], tmp_path: Path) -> AsyncIterator[Doorbell]:
    opened = open_doorbell(fresh_database_url(request.param), tmp_path / ("deep" * 30) / "doorbell")
    yield opened
    await opened.close()


async def listening(doorbell: Doorbell, topic: str) -> None:
    """Let the doorbell begin to listen: the first wait makes the socket or connection, and a connection rings once it hears."""
    await doorbell.wait(topic, SOON if isinstance(doorbell, PostgresqlDoorbell) else 0.0)


async def test_waiter_hears_a_ring_from_another_thread(doorbell: Doorbell) -> None:
    await listening(doorbell, "ready")
    waiting = asyncio.create_task(doorbell.wait("ready", SOON))

    await asyncio.to_thread(doorbell.ring, "ready")

    assert await waiting


async def test_ring_before_the_wait_is_not_lost(doorbell: Doorbell) -> None:
    await listening(doorbell, "ready")

    doorbell.ring("ready")
    doorbell.ring("ready")

    assert await doorbell.wait("ready", SOON)
    # The second may come by itself, and then it is silent.
    await doorbell.wait("ready", 0.2)
    assert not await doorbell.wait("ready", 0.2)


async def test_ring_of_another_topic_is_not_heard(doorbell: Doorbell) -> None:
    await listening(doorbell, "ready")

    doorbell.ring("sends")

    assert not await doorbell.wait("ready", 0.2)


async def test_ring_that_nobody_hears_harms_nobody(doorbell: Doorbell) -> None:
    started = time.monotonic()

    for _ in range(100):
        doorbell.ring("nobody")

    assert time.monotonic() - started < 2


async def test_socket_of_a_killed_process_is_swept_away(tmp_path: Path) -> None:
    code = (
        "import asyncio, os, pathlib, sys; from engine.store.doorbell import SocketDoorbell\n"
        "async def main():\n"
        "    bell = SocketDoorbell(pathlib.Path(sys.argv[1])); await bell.wait('ready', 0)\n"
        "    print('up', flush=True); await bell.wait('ready', 60)\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
    assert list(tmp_path.iterdir())
    bell = SocketDoorbell(tmp_path)

    bell.ring("ready")

    assert list(tmp_path.iterdir()) == []
    await bell.close()


async def test_ring_at_a_database_that_is_away_returns_at_once() -> None:
    bell = PostgresqlDoorbell("postgresql://wend@127.0.0.1:1/none")
    started = time.monotonic()

    for _ in range(1000):
        bell.ring("ready")

    assert time.monotonic() - started < 1
    assert not await bell.wait("ready", 0.1)
    await bell.close()
