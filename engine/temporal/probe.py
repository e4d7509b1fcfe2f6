"""Asks a Temporal server how it fares and who works on our queues, for `wend doctor`. Nothing that travels depends on the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, GetSystemInfoRequest
from temporalio.service import RPCError

from engine.errors import UnavailableError
from engine.temporal.connection import TemporalAddress, connect
from engine.temporal.names import address as address_of

#: A doctor who waits for the dead for longer is no help.
PATIENCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class TemporalState:
    """What a server says."""

    server_version: str
    #: Who polled a project's queue within the last minutes: process id and machine.
    workers: tuple[str, ...]


async def probe(address: TemporalAddress, installation: str, project: str) -> TemporalState:
    """Ask a server; raise UnavailableError where it does not answer."""
    client = await connect(address)
    queue = TaskQueue(name=address_of(installation, project).task_queue)
    try:
        system = await client.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=PATIENCE)
        described = await client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(namespace=client.namespace, task_queue=queue, task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
            timeout=PATIENCE,
        )
    except RPCError as error:
        raise UnavailableError(f"Temporal at {address.target} does not answer: {error}.", hint="People wait until it does.") from error
    return TemporalState(system.server_version, tuple(sorted({poller.identity for poller in described.pollers})))
