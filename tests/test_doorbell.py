"""The doorbell's contract, on both adapters: whoever waits hears a ring, and nobody is hurt by one that is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from engine.store.doorbell import Doorbell, PostgresqlDoorbell, SocketDoorbell, open_doorbell

#: What is waited for comes; how soon is the machine's affair.
SOON = 60.0


@pytest.fixture(params=["sqlite", "postgresql"])
async def doorbell(
    request: pytest.FixtureRequest, fresh_database_url: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Doorbell]:
    # A ring at a database that takes longer to let somebody in is lost, as it may be.
    monkeypatch.setattr("engine.store.doorbell.CONNECT_TIMEOUT_SECONDS", SOON)
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
    await doorbell.wait("sends", 0.0)

    doorbell.ring("ready")
    doorbell.ring("ready")

    assert await doorbell.wait("ready", SOON)
    # The second may come by itself. It is there before what is rung after it, and then all is silent.
    doorbell.ring("sends")
    assert await doorbell.wait("sends", SOON)
    await doorbell.wait("ready", 0.1)
    assert not await doorbell.wait("ready", 0.1)


async def test_ring_of_another_topic_is_not_heard(doorbell: Doorbell) -> None:
    await listening(doorbell, "ready")

    doorbell.ring("sends")

    assert not await doorbell.wait("ready", 0.2)


async def test_wait_that_is_given_up_while_it_rings_is_given_up(tmp_path: Path) -> None:
    for turns in range(10):
        bell = SocketDoorbell(tmp_path / str(turns))
        await bell.wait("ready", 0.0)
        waiting = asyncio.create_task(bell.wait("ready", SOON))
        await asyncio.sleep(0)
        bell.ring("ready")
        for _ in range(turns):
            await asyncio.sleep(0)
        if waiting.cancel():
            with pytest.raises(asyncio.CancelledError):
                await waiting
        await bell.close()


async def test_ring_that_nobody_hears_harms_nobody(doorbell: Doorbell) -> None:
    for _ in range(100):
        doorbell.ring("nobody")

    await listening(doorbell, "ready")
    doorbell.ring("ready")
    assert await doorbell.wait("ready", SOON)


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


async def test_ring_at_a_database_that_is_away_tries_once_and_then_returns_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.doorbell.PAUSE_SECONDS", SOON)
    with socket.create_server(("127.0.0.1", 0)) as closing:
        closing.settimeout(SOON)
        bell = PostgresqlDoorbell(f"postgresql://wend@127.0.0.1:{closing.getsockname()[1]}/none")
        trying = asyncio.create_task(asyncio.to_thread(bell.ring, "ready"))
        (await asyncio.to_thread(closing.accept))[0].close()
        await trying

        for _ in range(1000):
            bell.ring("ready")

        closing.settimeout(0)
        with pytest.raises(BlockingIOError):
            closing.accept()
    await bell.close()


async def test_wait_at_a_database_that_is_away_hears_nothing_and_ends() -> None:
    bell = PostgresqlDoorbell("postgresql://wend@127.0.0.1:1/none")

    assert not await bell.wait("ready", 0.1)
    await bell.close()
