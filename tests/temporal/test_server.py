"""The real dev server: what Temporal's UI shows of a group, the cost in events, what is kept of ended workflows, a kill in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus

from engine.run.clock import GroupStart, Wake
from engine.temporal.clock import TemporalClock
from engine.temporal.connection import TemporalAddress, connect
from engine.temporal.ladder import Binary
from engine.temporal.names import address
from engine.temporal.worker import make_worker
from tests.support.temporal_server import dev_server

SOON = timedelta(seconds=1)


@pytest.fixture
async def place(temporal_binary: Binary, tmp_path: Path) -> AsyncIterator[TemporalAddress]:
    async with dev_server(temporal_binary, tmp_path) as started:
        yield started


@asynccontextmanager
async def travelling(client: Client, stage: object) -> AsyncIterator[TemporalClock]:
    async with make_worker(client, "installation", "shop", stage):
        yield TemporalClock(client, "installation", asyncio.get_running_loop())


def group(wake_at: datetime) -> GroupStart:
    return GroupStart("shop", "g1", "welcome-series", 3, 2, wake_at, f"settle until {wake_at.isoformat(timespec='seconds')}", 1)


def summaries(events: list[HistoryEvent], kind: EventType.ValueType) -> list[str]:
    return [event.user_metadata.summary.data.decode().strip('"') for event in events if event.event_type == kind]


async def test_temporal_shows_the_journey_its_waits_and_its_steps(place: TemporalAddress) -> None:
    client = await connect(place)
    stages: list[datetime] = []

    def stage(*, scheduled_at: datetime, **wanted: object) -> Wake | None:
        stages.append(scheduled_at)
        return Wake(scheduled_at + 3 * SOON, "remind until then", ("plan", "thanks")) if len(stages) == 1 else None

    async with travelling(client, stage) as clock:
        due = datetime.now(UTC) + 3 * SOON
        await asyncio.to_thread(clock.start_groups, [group(due)])
        handle = client.get_workflow_handle(address("installation", "shop", "g1").workflow_id)
        await handle.result()

    description = await handle.describe()
    assert (description.workflow_type, description.status) == ("welcome-series", WorkflowExecutionStatus.COMPLETED)
    assert await description.memo() == {"version": 3, "group_size": 2}
    assert await description.static_summary() == "welcome-series version 3, 2 participants"
    events = list((await handle.fetch_history()).events)
    assert summaries(events, EventType.EVENT_TYPE_TIMER_STARTED) == [group(due).wake_label, "remind until then"]
    assert summaries(events, EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED) == [group(due).wake_label, "plan, thanks"]


async def test_group_that_waits_once_costs_sixteen_events(place: TemporalAddress) -> None:
    client = await connect(place)

    async with travelling(client, lambda **wanted: None) as clock:
        await asyncio.to_thread(clock.start_groups, [group(datetime.now(UTC) + 3 * SOON)])
        handle = client.get_workflow_handle(address("installation", "shop", "g1").workflow_id)
        await handle.result()

    assert len((await handle.fetch_history()).events) == 16


async def test_ended_workflows_are_kept_for_longer_than_a_day(place: TemporalAddress) -> None:
    client = await connect(place)

    described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))

    assert described.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=30)


async def test_wait_outlives_a_kill_of_the_server(temporal_binary: Binary, tmp_path: Path) -> None:
    due = datetime.now(UTC) + 3 * SOON
    async with dev_server(temporal_binary, tmp_path) as first:
        clock = TemporalClock(await connect(first), "installation", asyncio.get_running_loop())
        assert await asyncio.to_thread(clock.start_groups, [group(due)]) == ["g1"]
    seen: list[datetime] = []

    def stage(*, scheduled_at: datetime, **wanted: object) -> None:
        seen.append(scheduled_at)

    async with dev_server(temporal_binary, tmp_path) as second:
        client = await connect(second)
        async with travelling(client, stage):
            await client.get_workflow_handle(address("installation", "shop", "g1").workflow_id).result()

    assert len(seen) == 1
    assert seen[0] >= due


async def test_clock_without_a_server_starts_nobody_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    client = await connect(TemporalAddress("127.0.0.1:9"), lazy=True)
    clock = TemporalClock(client, "installation", asyncio.get_running_loop())

    assert await asyncio.to_thread(clock.start_groups, [group(datetime.now(UTC))]) == []
    assert "groups_not_started" in capsys.readouterr().out
