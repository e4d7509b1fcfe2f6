"""Makes the worker that does a project's workflow and activity tasks, tuned for many short stages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from engine.temporal.activities import Stage, StageActivity
from engine.temporal.names import address
from engine.temporal.workflow import GroupWorkflow

#: Workflow code shares one interpreter lock: more at once only brings the deadlock detector nearer (temporal.md section 7).
CONCURRENT_WORKFLOW_TASKS = 4
#: Stages mostly wait for the database; its pool is larger than this.
CONCURRENT_STAGES = 8
#: A stage ends well within this; what does not is done again elsewhere.
GRACE = timedelta(seconds=5)


def make_worker(client: Client, installation: str, project: str, stage: Stage, *, concurrent_stages: int = CONCURRENT_STAGES) -> Worker:
    """Make a worker for one project's groups; run it with `await worker.run()` and end it with `await worker.shutdown()`."""
    return Worker(
        client,
        task_queue=address(installation, project).task_queue,
        workflows=[GroupWorkflow],
        activities=[StageActivity(stage).run_stage],
        activity_executor=ThreadPoolExecutor(concurrent_stages, thread_name_prefix="stage"),
        # Our workflow is pure and imports nothing of ours: the sandbox would cost 3 ms an instance and find nothing.
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_concurrent_workflow_tasks=CONCURRENT_WORKFLOW_TASKS,
        max_concurrent_activities=concurrent_stages,
        disable_eager_activity_execution=True,
        graceful_shutdown_timeout=GRACE,
    )
