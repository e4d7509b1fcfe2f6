"""Keeps child processes running: starts each, starts it again when it dies, and ends all of them.

It knows processes and nothing of what they do. Everything it notices, it says in one line.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: A child that lived longer than this died of something new: it is started again at once.
STABLE_SECONDS = 30.0
#: Pauses before a child that keeps dying is started again.
BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
#: What a child may take to end before it is killed; everything that matters is durable by then.
GRACE_SECONDS = 8.0
#: A log that is longer is put aside at the next start.
LOG_BYTES = 20_000_000

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep running."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    #: Where its output goes.
    log: Path


@dataclass(slots=True)
class _Kept:
    child: Child
    process: asyncio.subprocess.Process
    started_at: float
    keeping: asyncio.Task[None] | None = None


@dataclass(slots=True)
class Supervisor:
    """The children of one process."""

    say: Say
    #: Called whenever a child has been started, with the process ids by name.
    changed: Callable[[dict[str, int]], None] = lambda processes: None
    #: How often each child was started again.
    restarts: Counter[str] = field(default_factory=Counter)
    _kept: dict[str, _Kept] = field(default_factory=dict)

    async def start(self, child: Child) -> None:
        """Start a child and keep it running from now on."""
        kept = _Kept(child, await _spawn(child), time.monotonic())
        self._kept[child.name] = kept
        kept.keeping = asyncio.create_task(self._keep(kept))
        self.changed(self.processes)

    @property
    def processes(self) -> dict[str, int]:
        """Process ids by name."""
        return {name: kept.process.pid for name, kept in self._kept.items()}

    async def _keep(self, kept: _Kept) -> None:
        deaths = 0
        while True:
            code = await kept.process.wait()
            self.restarts[kept.child.name] += 1
            deaths = 0 if time.monotonic() - kept.started_at > STABLE_SECONDS else deaths + 1
            pause = BACKOFF_SECONDS[min(deaths, len(BACKOFF_SECONDS) - 1)]
            self.say(
                f"{kept.child.name} ended ({describe_exit(code)}); starting it again in {pause:g} s. {last_line(kept.child.log)}".rstrip()
            )
            await asyncio.sleep(pause)
            kept.process = await _spawn(kept.child)
            kept.started_at = time.monotonic()
            self.changed(self.processes)

    async def end(self) -> None:
        """End all children, the last started first, and kill whoever does not go."""
        await self._leave_alone()
        for kept in reversed(self._kept.values()):
            with contextlib.suppress(ProcessLookupError):
                kept.process.terminate()
        try:
            await asyncio.wait_for(asyncio.gather(*(kept.process.wait() for kept in self._kept.values())), GRACE_SECONDS)
        except TimeoutError:
            for kept in self._kept.values():
                if kept.process.returncode is None:
                    self.say(f"{kept.child.name} did not end within {GRACE_SECONDS:g} s; killing it.")
                    kept.process.kill()
                    await kept.process.wait()

    async def _leave_alone(self) -> None:
        """Start nobody again from now on; asyncio kills a child whose start is cancelled."""
        keeping = [kept.keeping for kept in self._kept.values() if kept.keeping is not None]
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)


async def _spawn(child: Child) -> asyncio.subprocess.Process:
    if child.log.exists() and child.log.stat().st_size > LOG_BYTES:
        child.log.replace(child.log.with_suffix(".log.1"))
    log = os.open(child.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # A session of its own: Ctrl-C reaches only us, and the children end in our order.
        return await asyncio.create_subprocess_exec(
            *child.command, env=dict(child.environment), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    finally:
        os.close(log)


def describe_exit(code: int) -> str:
    """Say how a process ended, in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def last_line(log: Path) -> str:
    """The last thing a child said, cut to a line of a terminal."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 2000))
            lines = file.read().decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][:160] if lines else ""
