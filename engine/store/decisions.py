"""What happened to participants, step by step, and on what grounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from engine.journey.facts import JsonObject
from engine.store.bulk import Batch, bulk_insert
from engine.store.tables import decisions
from engine.store.types import is_among


class DecisionRow(TypedDict):
    """One row, as it is inserted."""

    project: str
    participant_id: str
    #: 1, 2, … within the passage.
    number: int
    journey_id: str
    version: int
    step_id: str | None
    outcome: str
    branch: str | None
    grounds: JsonObject
    decided_at: datetime


_INSERT = bulk_insert(insert(decisions), *DecisionRow.__annotations__)
_MINE = (decisions.c.project == bindparam("of_project")) & is_among(decisions.c.participant_id, "participant_ids")


def append(connection: Connection, rows: Sequence[DecisionRow]) -> None:
    """Write down what was decided."""
    _INSERT.execute(connection, rows)


def prepare(connection: Connection, rows: Sequence[DecisionRow]) -> Batch:
    """Make ready what is to be written down, before any lock is held."""
    return _INSERT.prepare(connection, rows)


def of_participant(connection: Connection, project: str, participant_id: str) -> Sequence[Row[tuple[object, ...]]]:
    """All decisions of a passage, in order."""
    mine = (decisions.c.project == project) & (decisions.c.participant_id == participant_id)
    return connection.execute(select(decisions).where(mine).order_by(decisions.c.number)).all()


def blank_grounds(connection: Connection, project: str, participant_ids: Iterable[str]) -> None:
    """Forget the values that decisions rested on, and keep that they were taken."""
    statement = update(decisions).where(_MINE).values(grounds=bindparam("blank", type_=decisions.c.grounds.type))
    connection.execute(statement, {"of_project": project, "participant_ids": sorted(participant_ids), "blank": {"erased": True}})


def delete_of(connection: Connection, project: str, participant_ids: Iterable[str]) -> None:
    """Delete the decisions of passages that are deleted."""
    connection.execute(delete(decisions).where(_MINE), {"of_project": project, "participant_ids": sorted(participant_ids)})
