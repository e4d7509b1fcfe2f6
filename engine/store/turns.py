"""Whose turn it is to write to a SQLite file, over threads and processes. Knows files and locks, and neither SQL nor what is written.

SQLite lets one writer in at a time and has the others look again after sleeps of up to 100 ms, so that under load the file stands idle
while everybody sleeps (measured: 2,000 instead of 5,000 people/s), and whoever comes at the right moment overtakes. Here the kernel
wakes the next one at once. The locks are the kernel's: whoever dies has given them back.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import UnavailableError


class WriteTurns:
    """One process's way to the turns of a file: its threads queue here, and one of them for all in the kernel."""

    def __init__(self, database: Path, *, patience_seconds: float) -> None:
        self._patience_seconds = patience_seconds
        self._threads = threading.Lock()
        # Whoever waits for the turn holds `next`; so a process that has had its turn cannot take another before the one who waits.
        self._next = _open(database.with_name(f"{database.name}-next"))
        self._turn = _open(database.with_name(f"{database.name}-turn"))

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and have it while the block lasts; UnavailableError when it does not come."""
        if not self._threads.acquire(timeout=self._patience_seconds):
            raise UnavailableError(f"No turn to write came within {self._patience_seconds:g} s.", hint="Try again; nothing was changed.")
        try:
            fcntl.flock(self._next, fcntl.LOCK_EX)
            try:
                fcntl.flock(self._turn, fcntl.LOCK_EX)
            finally:
                fcntl.flock(self._next, fcntl.LOCK_UN)
            try:
                yield
            finally:
                fcntl.flock(self._turn, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """Let go of the files, which stay: another process may wait at them."""
        os.close(self._next)
        os.close(self._turn)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
