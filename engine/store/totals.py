"""How many people and sends are in which state: counted when somebody asks, from indexes. For metrics, readiness and lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.store.tables import participants, sends

#: States in which a send is not settled, or needs a person. Settled ones are counted by the journeys' counters.
OPEN_SENDS = ("QUEUED", "HELD", "CLAIMED", "IN_FLIGHT", "UNKNOWN")


def people_by_status(connection: Connection, project: str | None = None) -> dict[tuple[str, str, str], int]:
    """Live participants by project, journey and status."""
    columns = participants.c
    statement = select(columns.project, columns.journey_id, columns.status, func.count()).where(columns.ended_at.is_(None))
    if project is not None:
        statement = statement.where(columns.project == project)
    rows = connection.execute(statement.group_by(columns.project, columns.journey_id, columns.status))
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def sends_by_state(connection: Connection) -> dict[tuple[str, str, str], int]:
    """Sends that are not settled, by project, class and state."""
    columns = sends.c
    kind = columns["class"]
    statement = select(columns.project, kind, columns.state, func.count()).where(columns.state.in_(OPEN_SENDS))
    return {(row[0], row[1], row[2]): row[3] for row in connection.execute(statement.group_by(columns.project, kind, columns.state))}


def blocked_people(connection: Connection) -> int:
    """How many participants are blocked, in all projects."""
    return sum(count for (_, _, status), count in people_by_status(connection).items() if status == "blocked")


def people_of_journeys(connection: Connection, project: str) -> Mapping[str, Mapping[str, int]]:
    """Live participants of a project, by journey and status."""
    found: dict[str, dict[str, int]] = {}
    for (_, journey_id, status), count in people_by_status(connection, project).items():
        found.setdefault(journey_id, {})[status] = count
    return found


def touch(connection: Connection) -> None:
    """Ask the database for a row of ours: raises when it is away or has no tables."""
    connection.execute(select(participants.c.id).limit(1)).first()


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody whom a fault of ours has stopped."""

    project: str
    id: str
    journey_id: str
    step_id: str
    error: str | None


def list_blocked(connection: Connection, most: int) -> list[Blocked]:
    """Some of the blocked participants, oldest first."""
    columns = participants.c
    statement = select(columns.project, columns.id, columns.journey_id, columns.step_id, columns.error).where(columns.status == "blocked")
    return [Blocked(*row) for row in connection.execute(statement.order_by(columns.project, columns.id).limit(most))]


def oldest_ready(connection: Connection) -> datetime | None:
    """Since when the first of those has been due who are ready and in no group; None when nobody is."""
    columns = participants.c
    since: datetime | None = connection.scalar(
        select(func.min(columns.due_at)).where(columns.status == "ready", columns.group_id.is_(None))
    )
    return since


def oldest_queued(connection: Connection) -> datetime | None:
    """Since when the first queued send has been due; None when none is queued."""
    since: datetime | None = connection.scalar(select(func.min(sends.c.due_at)).where(sends.c.state == "QUEUED"))
    return since
