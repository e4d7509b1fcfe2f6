"""Temporal's side of a stage: turns one activity task into one call of `run_stage`, and our errors into Temporal's.

It knows nothing of what a stage does; whoever makes the worker hands the stage in as a callable.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from engine.errors import EngineError, StaleClockError
from engine.run.clock import Wake
from engine.temporal.workflow import NextWake, RunStageInput

P = ParamSpec("P")
R = TypeVar("R")


class Stage(Protocol):
    """One stage of one group: what `engine.run.stage.run_stage` is once its database and plans are bound."""

    def __call__(self, *, project: str, group_id: str, due: datetime, scheduled_at: datetime, generation: int) -> Wake | None:
        """Move whoever is due and answer the next wake, or None when nobody of the group waits."""


def failing_as_temporal_does(call: Callable[P, R]) -> Callable[P, R]:
    """Turn our errors into failures that Temporal retries or not, as each error says. Anything else is retried: a fixed worker goes on."""

    @functools.wraps(call)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except EngineError as error:
            # A group of another generation never becomes ours again: its people were grouped anew by the clock that owns them now.
            final = isinstance(error, StaleClockError) or not error.retryable
            raise ApplicationError(
                str(error),
                type=type(error).__name__,
                non_retryable=final,
                category=ApplicationErrorCategory.UNSPECIFIED if final else ApplicationErrorCategory.BENIGN,
            ) from error

    return wrapped


class StageActivity:
    """The one activity, synchronous: it works on a thread, so that SQL never stands in the worker's event loop."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    @activity.defn(name="run_stage")
    @failing_as_temporal_does
    def run_stage(self, wanted: RunStageInput) -> NextWake | None:
        """Have the stage done; a stage's time is the wake's, never this machine's."""
        scheduled_at = activity.info().scheduled_time
        wake = self._stage(
            project=wanted.project, group_id=wanted.group_id, due=wanted.due, scheduled_at=scheduled_at, generation=wanted.generation
        )
        return None if wake is None else NextWake(wake.at, wake.label, ", ".join(wake.steps))
