"""When journeys were paused: durations are prolonged by the pauses since arrival."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from engine.store.tables import pauses


@dataclass(frozen=True, slots=True)
class Pause:
    """One pause of a journey."""

    paused_at: datetime
    #: None while it lasts.
    resumed_at: datetime | None


_OF_JOURNEY = (
    select(pauses.c.paused_at, pauses.c.resumed_at)
    .where(pauses.c.project == bindparam("project"), pauses.c.journey_id == bindparam("journey_id"))
    .order_by(pauses.c.paused_at)
)


def of_journey(connection: Connection, project: str, journey_id: str) -> list[Pause]:
    """All pauses of a journey, oldest first."""
    return [Pause(*row) for row in connection.execute(_OF_JOURNEY, {"project": project, "journey_id": journey_id})]


def begin(connection: Connection, project: str, journey_id: str, at: datetime) -> None:
    """Write down that a pause begins."""
    connection.execute(insert(pauses).values(project=project, journey_id=journey_id, paused_at=at))


def end(connection: Connection, project: str, journey_id: str, at: datetime) -> None:
    """Write down that the pause ends."""
    open_one = (pauses.c.project == project) & (pauses.c.journey_id == journey_id) & pauses.c.resumed_at.is_(None)
    connection.execute(update(pauses).where(open_one).values(resumed_at=at))
