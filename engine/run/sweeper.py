"""Re-issues what should exist, and nothing else: groups that nobody started, groups that are overdue, verbs that a crash left half done.

It starts a group again under its own id, which finds the one that runs, if one does. It never asks Temporal who runs, never takes
people out of a group, and leaves blocked people alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.run import lifecycle
from engine.run.clock import Clock, GroupStart, Ring, silent
from engine.store import groups, installation, journeys
from engine.store.database import Connection, Database
from engine.store.groups import Group

#: A group that nobody started by then is started again.
UNSTARTED_AFTER = timedelta(seconds=2)
#: A wake that passed without a stage by this much is overdue: ten times what a busy worker takes for a stage (guess).
OVERDUE_AFTER = timedelta(seconds=10)
#: How long after a group was tried again it is tried once more.
AGAIN_AFTER = timedelta(seconds=30)
#: Overdue by this much, though it was started again: somebody has to look.
ALARM_AFTER = timedelta(seconds=60)
#: How long verbs are looked after that a crash may have left half done.
VERBS_WITHIN = timedelta(hours=1)
#: Groups tried again in one sweep.
MOST_GROUPS = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found."""

    #: Groups started again under their id.
    restarted: tuple[str, ...]
    #: Groups that are overdue although they were started again: an alarm.
    overdue: tuple[str, ...]
    #: Journeys whose people were put where the journey's state wants them.
    settled: tuple[str, ...] = ()


def sweep_once(database: Database, clock: Clock, *, now: datetime | None = None, ring: Ring = silent) -> Swept:
    """Start again the groups that should travel and do not, and name those that are overdue all the same."""
    with database.read() as connection:
        at = now or installation.read_now(connection)
        generation = installation.read(connection).clock_generation
        found = _to_start_again(connection, at)
        overdue = groups.overdue(connection, at - ALARM_AFTER, MOST_GROUPS)
        unsettled = journeys.unsettled(connection, at - VERBS_WITHIN)
    mine = [group for group in found if group.clock_generation == generation]
    restarted = _start_again(database, clock, mine, at)
    settled = [journey_id for project, journey_id in unsettled if lifecycle.carry_out(database, project, journey_id, ring=ring)]
    return Swept(tuple(restarted), tuple(group.id for group in overdue if group.progressed_at > group.formed_at), tuple(settled))


def _to_start_again(connection: Connection, at: datetime) -> list[Group]:
    never = groups.unstarted(connection, at - UNSTARTED_AFTER, MOST_GROUPS)
    late = groups.overdue(connection, at - OVERDUE_AFTER, MOST_GROUPS)
    return never + [group for group in late if group.progressed_at <= at - AGAIN_AFTER]


def _start_again(database: Database, clock: Clock, found: Sequence[Group], at: datetime) -> list[str]:
    if not found:
        return []
    started = set(clock.start_groups([_start(group, at) for group in found]))
    by_project: dict[str, list[str]] = defaultdict(list)
    for group in found:
        if group.id in started:
            by_project[group.project].append(group.id)
    with database.write() as connection:
        for project, ids in by_project.items():
            groups.mark_started(connection, project, ids)
            groups.touch(connection, project, ids, at)
    return sorted(started)


def _start(group: Group, at: datetime) -> GroupStart:
    return GroupStart(
        project=group.project,
        group_id=group.id,
        journey_id=group.journey_id,
        version=group.version,
        size=group.size,
        wake_at=group.wake_at or at,
        wake_label=group.wake_label,
        generation=group.clock_generation,
    )
