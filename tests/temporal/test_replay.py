"""Recorded histories of every release replay on today's workflow: groups under way survive a deployment. Needs no server."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.common import RawValue
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from engine.temporal.workflow import GroupWorkflow

HISTORIES = Path(__file__).parent.parent / "histories"
RECORDED = sorted(HISTORIES.glob("*/*.json"))


def read(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text())


def replayer(*workflows: type) -> Replayer:
    return Replayer(workflows=workflows, workflow_runner=UnsandboxedWorkflowRunner())


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_recorded_history_replays(path: Path) -> None:
    await replayer(GroupWorkflow).replay_workflow(read(path))


@workflow.defn(dynamic=True)
class Impatient(GroupWorkflow):
    """What a careless change might make of it."""

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> None:
        await workflow.sleep(1)
        await super().run(args)


async def test_replay_catches_a_workflow_that_changed_its_ways() -> None:
    with pytest.raises(workflow.NondeterminismError):
        await replayer(Impatient).replay_workflow(read(HISTORIES / version("wend") / "is-due-already.json"))


def test_every_kind_of_history_is_recorded_for_this_release() -> None:
    """A release without recordings: run `python -m tests.histories.record` and commit what it writes."""
    recorded = {path.stem for path in RECORDED if path.parent.name == version("wend")}

    assert recorded >= {
        "waits-once",
        "is-due-already",
        "is-tried-again",
        "fails-for-good",
        "continues-as-new",
        "continues-as-new-2",
        "still-waits",
    }
