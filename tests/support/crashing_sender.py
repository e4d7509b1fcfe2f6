"""A sender that dies at its n-th write to the database, right before or right after the commit. A process of its own, for tests.

Usage: python -m tests.support.crashing_sender

It reads lines `DATABASE_URL PORT N before|after`, and answers each with the id of the process that it forked to send. An empty line asks
for that one's exit code, which is 9 where it crashed and 0 where everything was sent before; until then the id is nobody else's. Forked,
because most of a start is imports.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.mail.sender import Sender
from engine.store.database import Connection, Database
from tests.support.rendering import DirectRenderer
from tests.support.sending import OPTIONS, local_relay
from tests.support.sends import read_states

CRASHED = 9
ROOT = Path(__file__).resolve().parents[2]
UNFINISHED = {"QUEUED", "CLAIMED", "IN_FLIGHT"}


class CrashingDatabase(Database):
    """Ends the process at a write."""

    def __init__(self, url: str, number: int, when: str) -> None:
        super().__init__(url)
        self._left = number
        self._when = when

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction as ever, until the fatal one."""
        self._left -= 1
        is_fatal = self._left == 0
        with super().write() as connection:
            yield connection
            if is_fatal and self._when == "before":
                os._exit(CRASHED)
        if is_fatal:
            os._exit(CRASHED)


class CrashingSenders:
    """Starts them one at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def crash(self, database: Database, port: int, number: int, when: str) -> int:
        """Send, and die at the write of that number; the exit code."""
        self.start(database, port, number, when)
        return self.wait()

    def start(self, database: Database, port: int, number: int = -1, when: str = "never") -> int:
        """Begin to send; the process id."""
        return self._ask(f"{database.url} {port} {number} {when}")

    def wait(self) -> int:
        """Wait for its end; the exit code."""
        return self._ask("")

    def _ask(self, line: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def crashing_senders() -> Iterator[CrashingSenders]:
    """Have them at hand while the block lasts."""
    command = [sys.executable, "-m", "tests.support.crashing_sender"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        yield CrashingSenders(process)


async def send(url: str, port: int, number: int, when: str) -> None:
    """Send until done or dead."""
    database = CrashingDatabase(url, number, when)
    sender = Sender(database, local_relay(port), DirectRenderer(), OPTIONS)
    task = asyncio.create_task(sender.run())
    watching = Database(url)
    while UNFINISHED.intersection(read_states(watching).values()):
        await asyncio.sleep(0.02)
    sender.stop()
    await task


def main() -> None:
    """Fork a sender for each line."""
    for line in sys.stdin:
        url, port, number, when = line.split()
        child = os.fork()
        if child == 0:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # its log is no answer
            try:
                asyncio.run(send(url, int(port), int(number), when))
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        print(child, flush=True)
        sys.stdin.readline()
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
