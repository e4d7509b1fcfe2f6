"""Lists of journeys for people who look at them: state, live version, last change. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.store.tables import journeys, versions


@dataclass(frozen=True, slots=True)
class PublishedJourney:
    """A journey that has a row, with its live version."""

    id: str
    state: str
    live_version: int
    #: The live version's document, for its name.
    document: str
    state_changed_at: datetime
    published_at: datetime


def of_project(connection: Connection, project: str) -> Mapping[str, PublishedJourney]:
    """All published journeys of a project, by id."""
    columns = journeys.c
    live = (versions.c.project == columns.project) & (versions.c.journey_id == columns.id) & (versions.c.number == columns.live_version)
    statement = (
        select(columns.id, columns.state, columns.live_version, versions.c.document, columns.state_changed_at, versions.c.published_at)
        .select_from(journeys.join(versions, live))
        .where(columns.project == project)
        .order_by(columns.id)
    )
    return {row.id: PublishedJourney(*row) for row in connection.execute(statement)}
