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
    rows = connection.execute(_READ.where(journeys.c.project == project).order_by(journeys.c.id))
    return {row.id: PublishedJourney(*row) for row in rows}


def find(connection: Connection, project: str, journey_id: str) -> PublishedJourney | None:
    """One published journey."""
    row = connection.execute(_READ.where(journeys.c.project == project, journeys.c.id == journey_id)).first()
    return None if row is None else PublishedJourney(*row)


_LIVE = (
    (versions.c.project == journeys.c.project) & (versions.c.journey_id == journeys.c.id) & (versions.c.number == journeys.c.live_version)
)
_READ = select(
    journeys.c.id,
    journeys.c.state,
    journeys.c.live_version,
    versions.c.document,
    journeys.c.state_changed_at,
    versions.c.published_at,
).select_from(journeys.join(versions, _LIVE))
