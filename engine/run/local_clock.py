"""The clock without Temporal: a loop that reads the next wake from the database and runs the same stages.

With virtual time it is a simulator on a database; with real time it is the fallback where no Temporal server can be had. It knows
groups and their wakes, and nothing of people: one process at a time should run it, though a second one does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from engine.run.clock import GroupStart
from engine.run.stage import Travel, run_stage
from engine.store import groups, installation

#: Groups run before looking again.
AT_ONCE = 100
#: How long the loop sleeps at most, in seconds: somebody may have become ready without ringing.
LONGEST_SLEEP_SECONDS = 1.0


def system_now() -> datetime:
    """This machine's clock, which here is the clock that owns time."""
    return datetime.now(UTC)


class LocalClock:
    """Wakes groups in time, from the groups' rows."""

    def __init__(self, travel: Travel, *, now: Callable[[], datetime] = system_now) -> None:
        self._travel = travel
        self._now = now

    def start_groups(self, starts: Sequence[GroupStart]) -> Collection[str]:
        """Nothing is to be done: a group that is written down is found at its wake."""
        return [start.group_id for start in starts]

    def run_due(self) -> int:
        """Run the next stage of every group that is due now, and return how many stages that were."""
        now = self._now()
        with self._travel.database.read() as connection:
            generation = installation.read(connection).clock_generation
            due = groups.awake_by(connection, now, generation, AT_ONCE)
        for group in due:
            wake_at = group.wake_at or now
            run_stage(
                self._travel, project=group.project, group_id=group.id, due=wake_at, scheduled_at=now, generation=group.clock_generation
            )
        return len(due)

    def next_wake(self) -> datetime | None:
        """When the next group is due; None when nobody waits."""
        with self._travel.database.read() as connection:
            return groups.next_wake(connection, installation.read(connection).clock_generation)

    def work(self, is_stopping: Callable[[], bool], wait: Callable[[float], None]) -> None:
        """Wake groups until told to stop. `wait` waits so many seconds, or less when somebody rings."""
        while not is_stopping():
            if self.run_due():
                continue
            wake_at = self.next_wake()
            ahead = timedelta(seconds=LONGEST_SLEEP_SECONDS) if wake_at is None else wake_at - self._now()
            wait(min(max(ahead.total_seconds(), 0.0), LONGEST_SLEEP_SECONDS))
