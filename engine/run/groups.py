"""Forms groups of whoever is ready and has a clock start them: the one way in, for the enrolled, the woken, the resumed and the moved.

The group is written before anybody starts it, so that whatever is lost in between is found by the sweeper. Knows the order of
things; it must not know what happens at a step, but for this: whoever enters a journey at a wait is walked there at once, so that
no stage runs for nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from engine.errors import EngineError
from engine.run.clock import Clock, GroupStart, Wake
from engine.run.stage import Travel, run_stage, wake_label
from engine.store import groups, installation, participants
from engine.store.database import Connection
from engine.store.groups import GroupRow
from engine.store.ids import new_id
from engine.store.participants import Traveller

#: People in a group at most: a workflow costs Temporal and its worker 50 ms of CPU, whoever is in it (measured; docs/decisions/0060).
GROUP_SIZE = 1_000
#: People taken in one transaction: what SQLite's one writer does in under 20 ms (measured).
TAKE = GROUP_SIZE
#: How long a dispatcher that found less than a full group lets people gather before it looks again, in seconds.
GATHER_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Formed:
    """A group as it was written, with its people."""

    start: GroupStart
    people: Sequence[Traveller]
    at: datetime


def people_in(formed: Sequence[Formed]) -> int:
    """How many people groups have together."""
    return sum(len(group.people) for group in formed)


class Dispatcher:
    """Gathers ready people into groups. Any number of dispatchers may do so at once: none takes a person another one took."""

    def __init__(self, travel: Travel, clock: Clock, *, now: Callable[[Connection], datetime] = installation.read_now) -> None:
        self._travel = travel
        self._clock = clock
        self._now = now
        #: Groups that the clock has, and that are not yet written down as started.
        self._begun = deque[GroupStart]()

    def dispatch_once(self) -> int:
        """Form groups of the people who are ready now, start them, and return how many people that were."""
        formed = self.form()
        self.start(formed)
        self.confirm()
        return people_in(formed)

    def form(self) -> Sequence[Formed]:
        """Write groups of the people who are ready now; whoever forms them starts them, and the sweeper does where that fails.

        Whoever calls it in a loop goes on at once while it returns a full group or more, and else waits `GATHER_SECONDS` and then
        for the doorbell: one person is dispatched at once when idle, and people gather under load. What was begun meanwhile is
        confirmed along the way: a transaction of its own would wait for its turn to write, some 60 ms under load.
        """
        with self._travel.database.read() as connection:  # looking is free; the write lock is not
            is_anybody_ready = participants.is_anybody_ready(connection)
        if not is_anybody_ready:
            self.confirm()
            return []
        with self._travel.database.write() as connection:
            self._write_begun(connection)
            # locked, so that no group of this generation is written behind the back of whoever moves people to another clock
            generation = installation.read(connection, locked=True).clock_generation
            at = self._now(connection)
            formed = [_formed(people, generation, at) for people in _gathered(participants.take_ready(connection, TAKE))]
            groups.insert_formed(connection, [_row(group) for group in formed])
            for group in formed:
                participants.join_group(connection, group.people, group.start.group_id, at)
        return formed

    def start(self, formed: Sequence[Formed]) -> None:
        """Walk whoever enters at a wait there, and have the clock start the groups; others may be formed meanwhile."""
        starts = [start for group in formed if (start := self._first_wake(group)) is not None]
        begun = set(self._clock.start_groups(starts)) if starts else set()
        self._begun += [start for start in starts if start.group_id in begun]

    def confirm(self) -> None:
        """Write down which groups have started."""
        if self._begun:
            with self._travel.database.write() as connection:
                self._write_begun(connection)

    def _write_begun(self, connection: Connection) -> None:
        # what a crash leaves unwritten the sweeper starts again, and finds it running
        begun = [self._begun.popleft() for _ in range(len(self._begun))]
        for project in {start.project for start in begun}:
            groups.mark_started(connection, project, [start.group_id for start in begun if start.project == project])

    def _first_wake(self, group: Formed) -> GroupStart | None:
        """What the clock has to know. Whoever enters at a wait is walked there now; None when everybody left by that."""
        try:
            wake = self._walk_to_wait(group)
        except EngineError:
            return group.start  # the group is written down: its clock runs the same stage, and retries or blocks as the fault asks
        return None if wake is None else replace(group.start, wake_at=wake.at, wake_label=wake.label)

    def _walk_to_wait(self, group: Formed) -> Wake | None:
        start, first = group.start, group.people[0]
        plan = self._travel.plans.get(start.project, first.plan_hash)
        if not plan.starts_with_wait or any(person.arrived_at is not None or person.step_id != plan.start for person in group.people):
            return Wake(start.wake_at, start.wake_label)
        return run_stage(
            self._travel,
            project=start.project,
            group_id=start.group_id,
            due=start.wake_at,
            scheduled_at=group.at,
            generation=start.generation,
            known=group.people,
        )


def _gathered(taken: Sequence[Traveller]) -> list[list[Traveller]]:
    """People of one plan and of one sort, earliest due first, at most a group's number together."""
    gathered: list[list[Traveller]] = []
    for _, alike in groupby(sorted(taken, key=_sort), key=_sort):
        people = list(alike)
        gathered += [people[start : start + GROUP_SIZE] for start in range(0, len(people), GROUP_SIZE)]
    return gathered


def _sort(person: Traveller) -> tuple[str, str, int, bool]:
    # those who enter and those who stand already are kept apart: the first may have to be walked to a wait
    return (person.project, person.journey_id, person.version, person.arrived_at is not None)


def _formed(people: Sequence[Traveller], generation: int, at: datetime) -> Formed:
    first = people[0]
    return Formed(
        GroupStart(
            project=first.project,
            group_id=new_id(),
            journey_id=first.journey_id,
            version=first.version,
            size=len(people),
            wake_at=first.due_at,
            wake_label=wake_label(first.step_id, first.due_at),
            generation=generation,
        ),
        people,
        at,
    )


def _row(group: Formed) -> GroupRow:
    start = group.start
    return {
        "project": start.project,
        "id": start.group_id,
        "journey_id": start.journey_id,
        "version": start.version,
        "size": start.size,
        "state": groups.FORMED,
        "wake_at": start.wake_at,
        "wake_label": start.wake_label,
        "clock_generation": start.generation,
        "formed_at": group.at,
        "progressed_at": group.at,
    }
