"""The workflow on the time-skipping server, with stages that a table plays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.testing import WorkflowEnvironment

from engine.errors import EngineError, NotFoundError, StaleClockError, UnavailableError
from engine.run.clock import GroupStart, Wake
from engine.temporal.clock import TemporalClock
from engine.temporal.names import address
from engine.temporal.worker import make_worker
from tests.support.temporal_server import time_skipping_server

MONTH = timedelta(days=30)


@dataclass
class PlayedStages:
    """Stages that answer from a list, and remember how they were called."""

    answers: list[Wake | Exception | None]
    calls: list[tuple[str, datetime, datetime, int]] = field(default_factory=list)

    def __call__(self, *, project: str, group_id: str, due: datetime, scheduled_at: datetime, generation: int) -> Wake | None:
        self.calls.append((group_id, due, scheduled_at, generation))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    async with time_skipping_server() as started:
        yield started


@asynccontextmanager
async def travelling(client: Client, stages: Callable[..., Wake | None]) -> AsyncIterator[TemporalClock]:
    async with make_worker(client, "installation", "shop", stages):
        yield TemporalClock(client, "installation", asyncio.get_running_loop())


def group(wake_at: datetime, group_id: str = "g1") -> GroupStart:
    return GroupStart("shop", group_id, "welcome-series", 3, 2, wake_at, f"settle until {wake_at:%Y-%m-%dT%H:%M:%SZ}", 1)


async def start(clock: TemporalClock, *starts: GroupStart) -> list[str]:
    return list(await asyncio.to_thread(clock.start_groups, starts))


async def result(environment: WorkflowEnvironment, group_id: str = "g1") -> None:
    """Let a year pass, and wait for the workflow's end."""
    await environment.sleep(timedelta(days=365))
    await environment.client.get_workflow_handle(address("installation", "shop", group_id).workflow_id).result()


async def test_group_is_woken_at_each_wake_until_there_is_none(environment: WorkflowEnvironment) -> None:
    first = await environment.get_current_time() + MONTH
    second = first + MONTH
    stages = PlayedStages([Wake(second, "remind", ("thanks",)), None])

    async with travelling(environment.client, stages) as clock:
        started = await start(clock, group(first))
        await result(environment)

    assert started == ["g1"]
    assert [(call[1], call[3]) for call in stages.calls] == [(first, 1), (second, 1)]
    assert all(scheduled_at >= due for _, due, scheduled_at, _ in stages.calls)


async def test_group_that_is_due_already_is_not_kept_waiting(environment: WorkflowEnvironment) -> None:
    stages = PlayedStages([None])

    async with travelling(environment.client, stages) as clock:
        await start(clock, group(datetime(2020, 1, 1, tzinfo=UTC)))
        await result(environment)
        history = await environment.client.get_workflow_handle(address("installation", "shop", "g1").workflow_id).fetch_history()

    assert not [event for event in history.events if event.HasField("timer_started_event_attributes")]


async def test_group_started_twice_travels_once(environment: WorkflowEnvironment) -> None:
    stages = PlayedStages([None])
    due = await environment.get_current_time() + MONTH

    async with travelling(environment.client, stages) as clock:
        started = [await start(clock, group(due)), await start(clock, group(due))]
        await result(environment)

    assert started == [["g1"], ["g1"]]
    assert len(stages.calls) == 1


async def test_stage_that_the_world_failed_is_tried_again(environment: WorkflowEnvironment) -> None:
    stages = PlayedStages([UnavailableError("The database is away."), RuntimeError("a bug, fixed later"), None])

    async with travelling(environment.client, stages) as clock:
        await start(clock, group(datetime(2020, 1, 1, tzinfo=UTC)))
        await result(environment)

    assert len(stages.calls) == 3
    assert len({scheduled_at for _, _, scheduled_at, _ in stages.calls}) == 1


@pytest.mark.parametrize("error", [NotFoundError("There is no group g1."), StaleClockError("Generation 2 owns the data.")])
async def test_stage_that_can_never_succeed_ends_the_workflow_with_the_error(environment: WorkflowEnvironment, error: EngineError) -> None:
    stages = PlayedStages([error])

    async with travelling(environment.client, stages) as clock:
        await start(clock, group(datetime(2020, 1, 1, tzinfo=UTC)))
        with pytest.raises(WorkflowFailureError) as failed:
            await result(environment)

    assert str(error) in repr(failed.value.cause) or str(error) in str(failed.value.cause.__cause__)
