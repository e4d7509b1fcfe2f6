"""Lists of participants for people who look: by journey, step and status, by endpoint or user, and one of them whole. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from engine.journey.facts import JsonObject
from engine.store.tables import endpoints, participants, projects
from engine.store.types import is_among


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """One passage, with what its endpoint says of the zone."""

    id: str
    journey_id: str
    version: int
    endpoint_id: str
    unit: str
    passage_key: str
    context: JsonObject
    status: str
    step_id: str
    arrived_at: datetime | None
    due_at: datetime
    reason: str | None
    error: str | None
    enrolled_at: datetime
    ended_at: datetime | None
    #: Those they travel with now.
    group_id: str | None
    #: Empty once it was erased.
    address: str
    #: The endpoint's and the project's IANA names.
    endpoint_zone: str | None
    project_zone: str | None


_TABLE = participants.c
_READ: Select[*tuple[Any, ...]] = select(
    _TABLE.id,
    _TABLE.journey_id,
    _TABLE.version,
    _TABLE.endpoint_id,
    _TABLE.unit,
    _TABLE.passage_key,
    _TABLE.context,
    _TABLE.status,
    _TABLE.step_id,
    _TABLE.arrived_at,
    _TABLE.due_at,
    _TABLE.reason,
    _TABLE.error,
    _TABLE.enrolled_at,
    _TABLE.ended_at,
    _TABLE.group_id,
    func.coalesce(endpoints.c.address, ""),
    endpoints.c.time_zone,
    projects.c.time_zone,
).select_from(
    participants.outerjoin(endpoints, (endpoints.c.project == _TABLE.project) & (endpoints.c.id == _TABLE.endpoint_id)).outerjoin(
        projects, projects.c.id == _TABLE.project
    )
)


def find(connection: Connection, project: str, participant_id: str) -> ParticipantRow | None:
    """One passage."""
    row = connection.execute(_READ.where(_TABLE.project == project, _TABLE.id == participant_id)).first()
    return None if row is None else ParticipantRow(*row)


def of_journey(
    connection: Connection, project: str, journey_id: str, *, step_id: str | None, status: str | None, after: str | None, limit: int
) -> list[ParticipantRow]:
    """One page of a journey's passages, newest first; `after` is the last id of the page before."""
    wanted = (_TABLE.project == project) & (_TABLE.journey_id == journey_id)
    if step_id is not None:
        wanted &= _TABLE.step_id == step_id
    if status is not None:
        wanted &= _TABLE.status == status
    return _page(connection, wanted, after, limit)


def of_endpoints(
    connection: Connection, project: str, endpoint_ids: Collection[str], units: Collection[str], *, after: str | None, limit: int
) -> list[ParticipantRow]:
    """One page of the passages of some endpoints or units, newest first."""
    whose = or_(is_among(_TABLE.endpoint_id, "endpoint_ids"), is_among(_TABLE.unit, "units"))
    parameters = {"endpoint_ids": sorted(endpoint_ids), "units": sorted(units)}
    return _page(connection, (_TABLE.project == project) & whose, after, limit, parameters)


def sample_newest(connection: Connection, project: str, most: int) -> list[tuple[str, JsonObject]]:
    """Endpoint and context of those who came in last: a sample, read from an index."""
    statement = select(_TABLE.endpoint_id, _TABLE.context).where(_TABLE.project == project).order_by(_TABLE.id.desc()).limit(most)
    return [(row.endpoint_id, row.context) for row in connection.execute(statement)]


def by_step(connection: Connection, project: str, journey_id: str) -> dict[tuple[str, str], int]:
    """Live participants of a journey by the step they stand at and their status."""
    mine = (_TABLE.project == project) & (_TABLE.journey_id == journey_id) & _TABLE.ended_at.is_(None)
    statement = select(_TABLE.step_id, _TABLE.status, func.count()).where(mine).group_by(_TABLE.step_id, _TABLE.status)
    return {(row[0], row[1]): row[2] for row in connection.execute(statement)}


def _page(
    connection: Connection, wanted: ColumnElement[bool], after: str | None, limit: int, parameters: Mapping[str, object] | None = None
) -> list[ParticipantRow]:
    if after is not None:
        wanted &= _TABLE.id < after
    return [
        ParticipantRow(*row) for row in connection.execute(_READ.where(wanted).order_by(_TABLE.id.desc()).limit(limit), parameters or {})
    ]
