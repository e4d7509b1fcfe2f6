"""The one workflow, for every journey: wait until a group's next wake, have the stage done, take over the wake it answers.

It knows a group's id and its next wake, and must not know who is in the group, what the plan says, or any database: people
leave, join and move while it sleeps, and `run_stage` reads them from the rows each time. What it commands (a timer and one
activity in turn) is replayed against the histories of every release; see `tests/temporal/test_replay.py` before changing it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

#: A stage of 1,000 people takes well under a second. A worker that is killed in the middle holds its group up for this long.
STAGE_TIMEOUT = timedelta(seconds=20)
#: The world may be away for hours; ten seconds after it is back, so are we.
STAGE_RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10))
#: The server refuses longer ones (temporal.md section 5).
SUMMARY_LIMIT_BYTES = 400


@dataclass(frozen=True, slots=True)
class GroupInput:
    """The workflow's only argument: which group, and when somebody of it is due next."""

    project: str
    group_id: str
    wake_at: datetime
    #: The wait step and the instant, for the timer's summary.
    label: str
    #: Which generation of the clock started it.
    generation: int
    #: The steps that the stage after this wake begins with, for the activity's summary.
    steps: str = ""


@dataclass(frozen=True, slots=True)
class RunStageInput:
    """The activity's only argument."""

    project: str
    group_id: str
    due: datetime
    generation: int


@dataclass(frozen=True, slots=True)
class NextWake:
    """What the activity answers while somebody of the group still waits."""

    at: datetime
    label: str
    steps: str = ""


def summary(text: str) -> str | None:
    """Cut a text to what the server takes as a summary."""
    return text.encode()[:SUMMARY_LIMIT_BYTES].decode(errors="ignore") or None


@workflow.defn(dynamic=True)
class GroupWorkflow:
    """Dynamic, so that its type is the name it is started under: the journey's id, which is what Temporal's UI lists."""

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> None:
        """Wake and have a stage done until nobody of the group waits any more."""
        group = workflow.payload_converter().from_payload(args[0].payload, GroupInput)
        while True:
            remaining = group.wake_at - workflow.now()
            if remaining > timedelta(0):
                # Meanwhile people may leave the group (woken, paused, exited): whoever is still due then is found in the rows.
                await workflow.sleep(remaining, summary=summary(group.label))
            # Meanwhile the same stage may be done twice, by a worker that was thought dead: the second finds nobody to move.
            wake: NextWake | None = await workflow.execute_activity(
                "run_stage",
                RunStageInput(group.project, group.group_id, group.wake_at, group.generation),
                result_type=NextWake,  # None comes as None whatever the type
                start_to_close_timeout=STAGE_TIMEOUT,
                retry_policy=STAGE_RETRIES,
                summary=summary(group.steps or group.label),
            )
            if wake is None:
                return
            group = replace(group, wake_at=wake.at, label=wake.label, steps=wake.steps)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(group)
