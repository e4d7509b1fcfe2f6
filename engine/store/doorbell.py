"""How processes wake each other: `LISTEN/NOTIFY` on PostgreSQL, datagrams to sockets in Wend's folder otherwise.

A ring says "look", never what there is to see. It may be lost: every listener looks by itself after its timeout anyway.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import itertools
import os
import socket
import threading
import time
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

#: One channel for all topics; the topic is the payload.
CHANNEL = "wend_doorbell"
CONNECT_TIMEOUT_SECONDS = 2
#: A database that is away is not asked again before; its listeners poll meanwhile.
PAUSE_SECONDS = 2.0


class Doorbell(Protocol):
    """Rings from any thread; waits on one event loop."""

    def ring(self, topic: str) -> None:
        """Wake everybody who waits for the topic; never fail, never block for long."""
        ...

    async def wait(self, topic: str, timeout: float) -> bool:
        """Wait for a ring, at most so many seconds; a ring since the last wait counts. Return whether it rang."""
        ...

    async def close(self) -> None:
        """Let go of sockets and connections."""
        ...


def open_doorbell(database_url: str, folder: Path) -> Doorbell:
    """Open the doorbell that fits a database; the folder is shared by all processes of this machine."""
    if database_url.startswith("postgresql"):
        return PostgresqlDoorbell(database_url.replace("+psycopg", "", 1))
    return SocketDoorbell(folder)


class SocketDoorbell:
    """One datagram socket per listener, in a folder; who rings sends a byte to each."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # Through a descriptor, because a socket's path may have 107 bytes only and a data folder may be anywhere.
        self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        self._place = f"/proc/self/fd/{self._folder}" if Path("/proc/self/fd").is_dir() else str(folder)
        self._sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sender.setblocking(False)
        self._listeners: dict[str, _Listener] = {}

    def ring(self, topic: str) -> None:
        """Send a byte to every listener; sweep away sockets whose process is gone."""
        for name in os.listdir(self._folder):
            if name.startswith(f"{topic}."):
                self._ring_one(name)

    def _ring_one(self, name: str) -> None:
        try:
            self._sender.sendto(b".", self._path(name))
        except OSError as error:
            # A full socket has been rung enough already.
            if error.errno == errno.ECONNREFUSED:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=self._folder)

    async def wait(self, topic: str, timeout: float) -> bool:
        """Wait on this process's own socket for the topic, made at the first call."""
        if topic not in self._listeners:
            self._listeners[topic] = _Listener(self._path(_new_name(topic)))
        return await self._listeners[topic].wait(timeout)

    async def close(self) -> None:
        """Remove this process's sockets."""
        for listener in self._listeners.values():
            listener.close()
        self._listeners.clear()
        self._sender.close()
        os.close(self._folder)

    def _path(self, name: str) -> str:
        return f"{self._place}/{name}"


_numbers = itertools.count()


def _new_name(topic: str) -> str:
    return f"{topic}.{os.getpid()}-{next(_numbers)}"


class _Listener:
    """A bound socket and the event that its datagrams set."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)  # of a process that had our id before us
        self._socket.bind(path)
        self._rung = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket.fileno(), self._drain)

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(16):
                self._rung.set()

    async def wait(self, timeout: float) -> bool:
        return await _wait_and_clear(self._rung, timeout)

    def close(self) -> None:
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)


async def _wait_and_clear(rung: asyncio.Event, timeout: float) -> bool:
    try:
        # Not wait_for(), which before Python 3.12 forgets that it is cancelled when that comes together with the ring.
        async with asyncio.timeout(timeout):
            await rung.wait()
    except TimeoutError:
        return False
    rung.clear()
    return True


class PostgresqlDoorbell:
    """`NOTIFY` on one connection, `LISTEN` on another; both are made when first needed and again when they break."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._lock = threading.Lock()
        self._ringer: psycopg.Connection[tuple[object, ...]] | None = None
        self._silent_until = 0.0
        self._rung: dict[str, asyncio.Event] = {}
        self._listening: asyncio.Task[None] | None = None

    def ring(self, topic: str) -> None:
        """Notify every listener; while the database is away, do nothing."""
        with self._lock:
            if time.monotonic() < self._silent_until:
                return
            try:
                if self._ringer is None:
                    self._ringer = psycopg.connect(self._conninfo, autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS)
                self._ringer.execute("SELECT pg_notify(%s, %s)", (CHANNEL, topic))
            except psycopg.Error:
                self._ringer = None
                self._silent_until = time.monotonic() + PAUSE_SECONDS

    async def wait(self, topic: str, timeout: float) -> bool:
        """Wait for a notification of the topic."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        return await _wait_and_clear(self._rung.setdefault(topic, asyncio.Event()), timeout)

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._conninfo, autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS
                ) as connection:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                    self._ring_all()  # what was rung while we were deaf
                    async for notice in connection.notifies():
                        self._rung.setdefault(notice.payload, asyncio.Event()).set()
            except psycopg.Error:
                await asyncio.sleep(PAUSE_SECONDS)

    def _ring_all(self) -> None:
        for event in self._rung.values():
            event.set()

    async def close(self) -> None:
        """Close both connections."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        with self._lock:
            if self._ringer is not None:
                self._ringer.close()
                self._ringer = None
