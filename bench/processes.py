"""What a process of ours costs, as the kernel counts it: processor time and the highest resident memory. Linux only."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """One process's cost so far."""

    cpu_seconds: float
    #: The kernel's high-water mark.
    peak_megabytes: float


def usage_of(pid: int) -> Usage:
    """Read what one process has cost; without its children."""
    # The second field is the program's name in parentheses and may hold anything.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return Usage((user + system) / _TICKS, _status(pid, "VmHWM") * 1024 / _MEGABYTE)


def children_of(pid: int) -> list[int]:
    """The process ids of a process's children."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(f"/proc/{pid}/status has no {name}")


def machine_busy_seconds() -> tuple[float, float]:
    """Processor seconds that the machine has spent working and idle, all cores together."""
    user, nice, system, idle, waiting, irq, soft_irq = (int(ticks) / _TICKS for ticks in Path("/proc/stat").read_text().split()[1:8])
    return user + nice + system + irq + soft_irq, idle + waiting
