"""Ports on this machine that nobody listens on, and that stay free while a process is started again.

Systems hand out ports by themselves, to callers and to listeners that ask for any: Linux from 32768 upwards, RFC 6335 section 6 from
49152. A port of that range, let go for the moment of a restart, may be somebody else's afterwards; Temporal, which takes some for its
inner services while it starts, has taken its own. So ports are drawn below it.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Iterable

from engine.errors import SettingsError

LASTING = range(10_000, 32_768)
LOOPBACK = "127.0.0.1"
LOOK_SECONDS = 0.02


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether one could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a port of loopback that nobody listens on. Raises SettingsError where there is none."""
    return free_ports([None])[0]


def free_ports(wishes: Iterable[int | None]) -> list[int]:
    """Return as many different ports of loopback: each the wished one where nobody listens on it, else any. Raises SettingsError."""
    drawn = iter(random.sample(LASTING, len(LASTING)))
    chosen: list[int] = []
    for wish in wishes:
        port = wish if wish is not None and wish not in chosen and is_free(wish) else _first_free(drawn, chosen)
        chosen.append(port)
    return chosen


def _first_free(ports: Iterable[int], taken: Iterable[int]) -> int:
    for port in ports:
        if port not in taken and is_free(port):
            return port
    raise SettingsError(f"There is no free port on {LOOPBACK}.")


async def wait_until_taken(ports: Iterable[int], seconds: float) -> None:
    """Wait until somebody listens on each of these ports of loopback, at most so many seconds."""
    deadline = asyncio.get_running_loop().time() + seconds
    for port in ports:
        while is_free(port) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(LOOK_SECONDS)
