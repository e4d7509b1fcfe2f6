"""Groups: who travels in one workflow. The row is written before the workflow is started."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection, bindparam, insert, select, update

from engine.store.tables import groups
from engine.store.types import is_among

FORMED, STARTED, ENDED = "formed", "started", "ended"

_TABLE = groups.c
_MINE = (_TABLE.project == bindparam("of_project")) & (_TABLE.id == bindparam("of_id"))


class GroupRow(TypedDict):
    """One row, as it is inserted."""

    project: str
    id: str
    journey_id: str
    version: int
    size: int
    state: str
    wake_at: datetime | None
    wake_label: str
    clock_generation: int
    formed_at: datetime
    progressed_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """A group as clocks and the sweeper read it."""

    project: str
    id: str
    journey_id: str
    version: int
    size: int
    state: str
    #: The next wake; None once ended.
    wake_at: datetime | None
    wake_label: str
    clock_generation: int
    formed_at: datetime
    progressed_at: datetime


_READ = select(
    _TABLE.project,
    _TABLE.id,
    _TABLE.journey_id,
    _TABLE.version,
    _TABLE.size,
    _TABLE.state,
    _TABLE.wake_at,
    _TABLE.wake_label,
    _TABLE.clock_generation,
    _TABLE.formed_at,
    _TABLE.progressed_at,
)
_TRAVELLING = _TABLE.state.in_((FORMED, STARTED)) & (_TABLE.clock_generation == bindparam("generation"))
_AWAKE_BY = (
    _READ.where(_TRAVELLING, _TABLE.wake_at <= bindparam("by", type_=_TABLE.wake_at.type))
    .order_by(_TABLE.wake_at, _TABLE.id)
    .limit(bindparam("most"))
)
_NEXT_WAKE = select(_TABLE.wake_at).where(_TRAVELLING).order_by(_TABLE.wake_at).limit(1)
_UNSTARTED = (
    _READ.where(_TABLE.state == FORMED, _TABLE.progressed_at <= bindparam("since", type_=_TABLE.wake_at.type))
    .order_by(_TABLE.wake_at)
    .limit(bindparam("most"))
)
_OVERDUE = (
    _READ.where(_TABLE.state == STARTED, _TABLE.wake_at <= bindparam("since", type_=_TABLE.wake_at.type))
    .order_by(_TABLE.wake_at)
    .limit(bindparam("most"))
)
_PROGRESS = update(groups).where(_MINE)
_START = (
    update(groups)
    .where(_TABLE.project == bindparam("of_project"), is_among(_TABLE.id, "ids"), _TABLE.state == FORMED)
    .values(state=STARTED)
)
_TOUCH = update(groups).where(_TABLE.project == bindparam("of_project"), is_among(_TABLE.id, "ids"))


def insert_formed(connection: Connection, rows: Sequence[GroupRow]) -> None:
    """Write down groups before anybody starts them."""
    if rows:
        connection.execute(insert(groups), list(rows))


def read(connection: Connection, project: str, group_id: str) -> Group | None:
    """Read one group."""
    row = connection.execute(_READ.where(_MINE), {"of_project": project, "of_id": group_id}).first()
    return None if row is None else Group(*tuple(row))


def set_wake(
    connection: Connection, project: str, group_id: str, wake: tuple[datetime, str] | None, at: datetime, *, by_clock: bool
) -> None:
    """Write down a group's progress: when it wakes next and what for, or that it ended; a group that its clock woke has started."""
    wake_at, label = wake or (None, "")
    values: dict[str, object] = {"wake_at": wake_at, "wake_label": label, "progressed_at": at}
    if wake is None or by_clock:
        values["state"] = ENDED if wake is None else STARTED
    connection.execute(_PROGRESS, {"of_project": project, "of_id": group_id, **values})


def mark_started(connection: Connection, project: str, ids: Iterable[str]) -> None:
    """Write down that a clock has these groups; those that moved on meanwhile stay as they are."""
    connection.execute(_START, {"of_project": project, "ids": sorted(ids)})


def touch(connection: Connection, project: str, ids: Iterable[str], at: datetime) -> None:
    """Write down that these groups were tried again."""
    connection.execute(_TOUCH, {"of_project": project, "ids": sorted(ids), "progressed_at": at})


def awake_by(connection: Connection, by: datetime, generation: int, most: int) -> list[Group]:
    """Groups of one clock generation that somebody is due in by an instant, earliest first."""
    parameters = {"by": by, "generation": generation, "most": most}
    return [Group(*tuple(row)) for row in connection.execute(_AWAKE_BY, parameters)]


def next_wake(connection: Connection, generation: int) -> datetime | None:
    """The earliest wake of all groups of one clock generation."""
    return connection.scalar(_NEXT_WAKE, {"generation": generation})


def unstarted(connection: Connection, since: datetime, most: int) -> list[Group]:
    """Groups that no clock has, and that nobody tried to start since an instant."""
    return [Group(*tuple(row)) for row in connection.execute(_UNSTARTED, {"since": since, "most": most})]


def overdue(connection: Connection, since: datetime, most: int) -> list[Group]:
    """Groups whose wake passed before an instant, without a stage."""
    return [Group(*tuple(row)) for row in connection.execute(_OVERDUE, {"since": since, "most": most})]
