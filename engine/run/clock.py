"""Who owns time: the protocol that both clocks fulfil, and the values that pass between them and `run_stage`.

A clock promises to call `run_stage` for a group at its wake, again and again until there is no wake. It knows neither people nor
plans. `TemporalClock` (engine.temporal) keeps the promise with workflows, `LocalClock` (engine.run.local_clock) with a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

#: Rings another process awake: `ring("ready")` for dispatchers, `ring("sends")` for senders. It never fails and never blocks for long.
Ring = Callable[[str], None]

READY_TOPIC = "ready"
SENDS_TOPIC = "sends"


def silent(topic: str) -> None:
    """A doorbell that nobody hears, for callers whose readers look by themselves."""


@dataclass(frozen=True, slots=True)
class GroupStart:
    """A group that shall travel: everything a clock needs to know of it, and all a workflow may show of it."""

    project: str
    group_id: str
    journey_id: str
    version: int
    #: People in the group, when it was formed.
    size: int
    #: When to run its next stage; past means at once.
    wake_at: datetime
    #: Names the wait and the instant for people who look at the clock, e.g. `settle until 2027-01-02T09:00:00Z`.
    wake_label: str
    #: The clock generation under which it was formed; a stage of another generation is refused.
    generation: int


@dataclass(frozen=True, slots=True)
class Wake:
    """The next instant at which somebody of a group is due."""

    at: datetime
    #: Names the wait step and the instant.
    label: str
    #: The steps at which the next stage begins, for the stage's summary.
    steps: tuple[str, ...] = ()


class Clock(Protocol):
    """Starts groups and wakes them in time. Both adapters pass one contract suite."""

    def start_groups(self, starts: Sequence[GroupStart]) -> Collection[str]:
        """Start these groups, or find them started already, and return the ids of those that now travel.

        Called from a thread of its own, never from an event loop. Starting a group twice is harmless: the second start finds the
        first. A group that could not be started is left out of the answer; the sweeper tries it again.
        """
        ...
