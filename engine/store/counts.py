"""Counters: appended as deltas by whoever counts, folded into totals later, read as the sum of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection, delete, func, insert, select, union_all

from engine.store.bulk import Batch, bulk_insert
from engine.store.dialects import insert_into
from engine.store.ids import new_id
from engine.store.tables import count_deltas, counts


@dataclass(frozen=True, slots=True, order=True)
class Counter:
    """What is counted."""

    project: str
    journey_id: str
    #: "" for the journey as a whole.
    step_id: str
    #: "" for the step as a whole.
    branch: str
    metric: str


#: How much was counted, by what.
Counted: TypeAlias = Mapping[Counter, int]

_DELTAS = bulk_insert(insert(count_deltas), *count_deltas.c.keys())


def append(connection: Connection, counted: Counted) -> None:
    """Append deltas: no row is ever updated here, so nobody waits for anybody."""
    prepare(connection, counted).write(connection)


def prepare(connection: Connection, counted: Counted) -> Batch:
    """Make ready what is to be appended, before any lock is held."""
    rows = [
        {
            "id": new_id(),
            "project": counter.project,
            "journey_id": counter.journey_id,
            "step_id": counter.step_id,
            "branch": counter.branch,
            "metric": counter.metric,
            "count": count,
        }
        for counter, count in counted.items()
        if count
    ]
    return _DELTAS.prepare(connection, rows)


def take_deltas(connection: Connection, limit: int) -> dict[Counter, int]:
    """Remove the oldest deltas and return their sums; how many rows that were does not show."""
    oldest = select(count_deltas.c.id).order_by(count_deltas.c.id).limit(limit).with_for_update(skip_locked=True)
    taken = connection.execute(delete(count_deltas).where(count_deltas.c.id.in_(oldest)).returning(count_deltas))
    sums: dict[Counter, int] = {}
    for row in taken:
        counter = Counter(row.project, row.journey_id, row.step_id, row.branch, row.metric)
        sums[counter] = sums.get(counter, 0) + row._mapping["count"]
    return sums


def add(connection: Connection, sums: Counted) -> None:
    """Add to the totals, in key order."""
    if not sums:
        return
    base = insert_into(connection, counts)
    statement = base.on_conflict_do_update(
        index_elements=["project", "journey_id", "step_id", "branch", "metric"], set_={"count": counts.c.count + base.excluded.count}
    )
    rows = [
        {"project": c.project, "journey_id": c.journey_id, "step_id": c.step_id, "branch": c.branch, "metric": c.metric, "count": sums[c]}
        for c in sorted(sums)
    ]
    connection.execute(statement, rows)


def of_journey(connection: Connection, project: str, journey_id: str) -> dict[Counter, int]:
    """A journey's counters, deltas included."""
    parts = [
        select(table.c.step_id, table.c.branch, table.c.metric, table.c.count).where(
            table.c.project == project, table.c.journey_id == journey_id
        )
        for table in (counts, count_deltas)
    ]
    both = union_all(*parts).subquery()
    keys = (both.c.step_id, both.c.branch, both.c.metric)
    rows = connection.execute(select(*keys, func.sum(both.c.count)).group_by(*keys))
    return {Counter(project, journey_id, step_id, branch, metric): int(count) for step_id, branch, metric, count in rows}


def has_deltas(connection: Connection) -> bool:
    """Whether there is something to fold."""
    return connection.scalar(select(count_deltas.c.id).limit(1)) is not None
