"""TemporalClock: the adapter of `Clock` that turns each group into one workflow.

It starts workflows and never asks for them: results, lists and counts would run into the server's limits (temporal.md section 2),
and what became of a group is read from the rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import timedelta

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import TemporalError
from temporalio.service import RPCError

from engine.run.clock import GroupStart
from engine.temporal.names import address
from engine.temporal.workflow import GroupInput

log = structlog.get_logger()

#: A dev server starts 200 to 290 workflows a second, whatever is asked of it; more at once only wait longer.
CONCURRENT_STARTS = 32
START_TIMEOUT = timedelta(seconds=10)


class TemporalClock:
    """Starts groups from any thread, over a client that belongs to one event loop."""

    def __init__(self, client: Client, installation: str, loop: asyncio.AbstractEventLoop) -> None:
        self._client = client
        self._installation = installation
        self._loop = loop
        self._slots = asyncio.Semaphore(CONCURRENT_STARTS)

    def start_groups(self, starts: Sequence[GroupStart]) -> Collection[str]:
        """Start each group's workflow, or find it running; return the ids of those that now travel. Blocks: never call it on the loop."""
        return asyncio.run_coroutine_threadsafe(self._start_all(starts), self._loop).result()

    async def _start_all(self, starts: Sequence[GroupStart]) -> Collection[str]:
        problems = await asyncio.gather(*(self._start(start) for start in starts))
        failed = [problem for problem in problems if problem is not None]
        if failed:  # one line for an outage, not one for each group
            log.warning("groups_not_started", count=len(failed), of=len(starts), error=failed[0])
        return [start.group_id for start, problem in zip(starts, problems, strict=True) if problem is None]

    async def _start(self, start: GroupStart) -> str | None:
        """Start one group; return what went wrong."""
        place = address(self._installation, start.project, start.group_id)
        async with self._slots:
            try:
                await self._client.start_workflow(
                    start.journey_id,
                    GroupInput(start.project, start.group_id, start.wake_at, start.wake_label, start.generation),
                    id=place.workflow_id,
                    task_queue=place.task_queue,
                    # The sweeper starts groups again whose answer was lost: one that runs is left alone, one that died starts anew.
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    memo={"version": start.version, "group_size": start.size},
                    static_summary=f"{start.journey_id} version {start.version}, {start.size} participant{'s' if start.size != 1 else ''}",
                    rpc_timeout=START_TIMEOUT,
                    # Where a worker of this client has room, the first task comes with the answer: one task less to match and to poll.
                    request_eager_start=True,
                )
            except (RPCError, TemporalError, RuntimeError) as error:
                return str(error)
        return None
